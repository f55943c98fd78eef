"""Faults as tables: of one rule, of broken lines, of repeated keys, and all of them by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import polars as pl

from vendoreval.intake.parse_block import TextBlock, escaped
from vendoreval.intake.plan import FAULT_SCHEMA
from vendoreval.intake.records import Broken

Rows = TypeVar("Rows", pl.DataFrame, pl.Series)


def chosen(rows: Rows, where: pl.Series) -> Rows:
    """Return some of the rows; all of them as they are, where all are chosen."""
    return rows if where.all() else rows.filter(where)


def noted(
    cells: pl.DataFrame, where: pl.Series, column: str | None, rule: str, severity: str
) -> pl.DataFrame:
    """Return the faults of one rule in one column, or in whole rows."""
    # column by column: an expression is planned anew each time, and there are many of these
    rows = chosen(cells.get_column("_row"), where)

    def same(name: str, text: str | None) -> pl.Series:
        return pl.Series(name, [text], dtype=pl.String).new_from_index(0, len(rows))

    value = (
        chosen(cells.get_column(column), where).alias("value") if column else same("value", None)
    )
    return pl.DataFrame(
        [
            rows, chosen(cells.get_column("_line"), where), same("column", column), value,
            same("rule", rule), same("severity", severity),
        ]
    )  # fmt: skip


def broken_faults(text: TextBlock, line: int, broken: list[tuple[int, Broken]]) -> pl.DataFrame:
    """Return the faults of lines that are no rows."""
    return pl.DataFrame(
        {
            "_row": [row for row, _ in broken],
            "_line": [line + entry.line for _, entry in broken],
            "column": pl.Series([None] * len(broken), dtype=pl.String),
            "value": [escaped(entry.raw) for _, entry in broken],
            "rule": [entry.rule for _, entry in broken],
            "severity": ["warning" if e.rule == "blank_row" else "error" for _, e in broken],
        },
        schema=FAULT_SCHEMA,
    )


def repeated(cells: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the faults of rows whose key was seen before."""
    key = pl.concat_str(columns, separator=" + ", ignore_nulls=True)
    return cells.select(
        "_row", "_line", pl.lit(", ".join(columns)).alias("column"), key.alias("value"),
        pl.lit("unique").alias("rule"), pl.lit("error").alias("severity"),
    )  # fmt: skip


def counted(frames: Sequence[pl.DataFrame]) -> Counter[str]:
    """Return how often each rule is broken."""
    counts: Counter[str] = Counter()
    for frame in frames:
        rules = frame.get_column("rule")
        if len(rules) and rules[0] == rules[-1] and rules.n_unique() == 1:
            counts[rules[0]] += len(rules)
        else:
            counts.update(dict(rules.value_counts().iter_rows()))
    return counts


def in_order(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return frames, each sorted by row, as one; what stands first stays first in a row."""
    filled = [frame for frame in frames if frame.height]
    if len(filled) < 2:
        return filled[0] if filled else (frames[0] if frames else pl.DataFrame(schema=FAULT_SCHEMA))
    return pl.concat(filled).sort("_row", maintain_order=True)
