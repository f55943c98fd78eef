"""Rows that are no rows of the report: totals, the header once more, another report's rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import reduce

import polars as pl

from vendoreval.intake.parse_block import TextBlock, escaped
from vendoreval.intake.plan import Plan
from vendoreval.intake.records import Broken, split_line
from vendoreval.intake.sources.total_rows import (
    BARE_TOTAL_CELL,
    TOTAL_CELL,
    TotalRow,
    is_total,
    total_row,
)

_TOTAL_WORDS = frozenset({"subtotal", "total", "footer"})
# a line of this many bytes is no total
_LONGEST_TOTAL = 4096
Entries = list[tuple[int, Broken]]


@dataclass
class Skipped:
    """What of a block is no row of the report.

    Parameters
    ----------
    rows
        Where such rows stand among the rows of the block; `None` when there is none.
    uncounted
        Those of them that a total does not cover: all but the rows of another report.
    reasons
        How many of each kind, of the broken lines too.
    totals
        The printed totals of the block, in their order.
    """

    rows: pl.Series | None = None
    uncounted: pl.Series | None = None
    reasons: Counter[str] = field(default_factory=Counter)
    totals: list[TotalRow] = field(default_factory=list)


def looks_for_totals(plan: Plan) -> bool:
    """Whether the agreement lets totals stand between the rows."""
    return bool(_TOTAL_WORDS & set(plan.delivery.schema.dialect.skip_footer))


def _row(total: TotalRow) -> int:
    return total.row


def known_totals(plan: Plan, first: int, last: int) -> list[TotalRow]:
    """Return the totals of some rows of the file that were found before the rows were read."""
    totals = plan.delivery.totals
    begin = bisect_left(totals, first, key=_row)
    return list(totals[begin : bisect_right(totals, last, key=_row)])


def part_broken(plan: Plan, text: TextBlock, line: int, skipped: Skipped) -> Entries:
    """Set totals written with too few cells apart from lines that are broken; return the latter.

    Parameters
    ----------
    line
        Line of the file at which the block starts.
    """
    entries = list(zip(text.broken_rows, text.broken, strict=True))
    totals = looks_for_totals(plan)
    kept: Entries = []
    for row, broken in entries:
        kind = _kind_of(plan, row)
        if kind is None and totals:
            found = _broken_total(plan, row, line + broken.line, broken)
            if found is not None:
                skipped.totals.append(found)
                kind = "total"
        if kind is None:
            kept.append((row, broken))
        else:
            skipped.reasons[kind] += 1
    return kept


def _kind_of(plan: Plan, row: int) -> str | None:
    """Return what a row was found to be before the rows were read."""
    apart = plan.delivery.rows_apart
    place = bisect_left(apart, row)
    here = place < len(apart) and apart[place] == row
    return plan.delivery.kinds_apart[place] if here else None


def _broken_total(plan: Plan, row: int, line: int, broken: Broken) -> TotalRow | None:
    # with too many cells it may be two lines run together, and one of them a row
    if broken.rule != "missing_cells" or len(broken.raw) > _LONGEST_TOTAL:
        return None
    cells = split_line(escaped(broken.raw), plan.delivery.delimiter)
    label = next((cell for cell in cells if cell.strip()), "")
    if not is_total(label):
        return None
    # which column a cell belongs to cannot be told when there are too few
    return total_row(row, line, cells, {})


def find_skipped(plan: Plan, cells: pl.DataFrame, good: pl.Series, skipped: Skipped) -> None:
    """Tell which rows of a block are no rows of the report.

    Parameters
    ----------
    cells
        The text of all rows, with `_row` and `_line`.
    good
        Rows that break no rule: one of these is a total only by its bare label.
    """
    texts = cells.drop("_row", "_line")
    nowhere = pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
    apart, uncounted = _known(plan, cells.get_column("_row"), skipped) or (nowhere, nowhere)
    if looks_for_totals(plan) and not plan.delivery.rows_apart:
        totals = _totals(texts, cells, good, skipped)
        apart, uncounted = apart | totals, uncounted | totals
    if "repeated header" in plan.delivery.schema.dialect.skip_footer:
        pairs = zip(texts.columns, plan.delivery.headers, strict=True)
        same = [texts.get_column(name) == header for name, header in pairs if header]
        again = reduce(lambda a, b: a & b, same, ~nowhere).fill_null(False) & ~apart
        skipped.reasons["header"] += int(again.sum())
        apart, uncounted = apart | again, uncounted | again
    if apart.any():
        skipped.rows, skipped.uncounted = apart, uncounted


def _totals(
    texts: pl.DataFrame, cells: pl.DataFrame, good: pl.Series, skipped: Skipped
) -> pl.Series:
    first = texts.to_series(0)
    if first.null_count():
        first = texts.select(pl.coalesce(pl.all())).to_series()
    maybe = first.str.contains(TOTAL_CELL).fill_null(False)
    if not maybe.any():
        return maybe
    bare = first.str.contains(BARE_TOTAL_CELL).fill_null(False)
    found = maybe & (bare | ~good)
    for row in cells.filter(found).iter_rows(named=True):
        number, line = row.pop("_row"), row.pop("_line")
        values = {name: text or "" for name, text in row.items()}
        skipped.totals.append(total_row(number, line, list(values.values()), values))
    skipped.reasons["total"] += int(found.sum())
    return found


def _known(plan: Plan, rows: pl.Series, skipped: Skipped) -> tuple[pl.Series, pl.Series] | None:
    """Return the rows set apart before, and those of them that no total covers."""
    delivery = plan.delivery
    if not delivery.rows_apart or not rows.len():
        return None
    start = bisect_left(delivery.rows_apart, rows[0])
    end = bisect_right(delivery.rows_apart, rows[-1])
    inside, kinds = delivery.rows_apart[start:end], delivery.kinds_apart[start:end]
    apart = rows.is_in(pl.Series(inside, dtype=pl.Int64).implode())
    other = [row for row, kind in zip(inside, kinds, strict=True) if kind == "other"]
    uncounted = apart & ~rows.is_in(pl.Series(other, dtype=pl.Int64).implode())
    here = set(rows.filter(apart))
    skipped.reasons.update(k for r, k in zip(inside, kinds, strict=True) if r in here)
    return apart, uncounted
