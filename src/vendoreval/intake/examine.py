"""One block through all rules that need no other block."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce

import polars as pl

from vendoreval.intake.blocks import Block
from vendoreval.intake.columns import Reader
from vendoreval.intake.parse_block import TextBlock, escaped, parse
from vendoreval.intake.plan import FAULT_SCHEMA, Plan
from vendoreval.intake.records import Broken

_Note = Callable[..., None]

_FOOTER = re.compile(r'^[\s"]*(?:итого|всего|total|subtotal)\b', re.IGNORECASE)
_FOOTER_WORDS = frozenset({"subtotal", "total", "footer"})
FOOTER_CELL = r"(?i)^\s*(?:итого|всего|total|subtotal)\b"


@dataclass
class Examined:
    """What one block came to.

    Parameters
    ----------
    values, cells
        All rows, typed (with `_row`), and the text of the same rows (with `_row`, `_line`).
    accepted
        Which of them broke no rule so far; `None` when all of them.
    refused_values
        What can be read of the quarantined rows, for their sums.
    """

    delivered: int
    rejected: int
    skipped: int
    misshapen: int
    values: pl.DataFrame
    cells: pl.DataFrame
    accepted: pl.Series | None
    quarantine: pl.DataFrame
    refused_values: pl.DataFrame
    faults: list[pl.DataFrame] = field(default_factory=list)


def examine(plan: Plan, block: Block) -> Examined:
    """Read a block, apply every rule of one row, and part the rows."""
    text = parse(block, plan.names, plan.delivery.delimiter)
    broken, footers = _part_broken(plan, text)
    faults = [_broken_faults(text, block.line, broken)] if broken else []
    read = [
        reader.read(text.cells.get_column(reader.column.name), trimmed=text.trimmed)
        for reader in plan.readers
    ]
    values = pl.DataFrame([text.rows, *read])
    good = _good(plan, text, values)
    skipped = _skipped(plan, text.cells, text.rows)
    if skipped is not None:
        good = good & ~skipped
    cells = text.cells.insert_column(0, _lines(plan, text)).insert_column(0, text.rows)
    if good.all():
        return Examined(
            block.records.count, len(broken), footers, _misshapen(broken), values, cells, None,
            cells.clear(), values.clear(), faults,
        )  # fmt: skip
    doubtful = ~good if skipped is None else ~good & ~skipped
    doubted, readings = cells.filter(doubtful), values.filter(doubtful)
    found, blank, refused = _faults(plan, doubted, readings)
    faults += found
    # a doubtful row that broke no rule after all, or only one that warns, stays
    accepted = good.scatter(doubtful.arg_true(), ~(refused | blank))
    quarantined = refused & ~blank
    return Examined(
        block.records.count, len(broken) + int(blank.sum()),
        footers + (int(skipped.sum()) if skipped is not None else 0), _misshapen(broken),
        values, cells, None if accepted.all() else accepted, doubted.filter(quarantined),
        readings.filter(quarantined), faults,
    )  # fmt: skip


# ------------------------------------------------------------------ broken lines


def _part_broken(plan: Plan, text: TextBlock) -> tuple[list[tuple[int, Broken]], int]:
    """Set totals written with too few cells apart from lines that are broken."""
    entries = list(zip(text.broken_rows, text.broken, strict=True))
    if plan.delivery.rows_apart:
        apart = set(plan.delivery.rows_apart)
        known = [row for row, _ in entries if row in apart]
        if known:
            kept, footers = _without_footers(plan, [e for e in entries if e[0] not in apart])
            return kept, footers + len(known)
    return _without_footers(plan, entries)


def _without_footers(
    plan: Plan, entries: list[tuple[int, Broken]]
) -> tuple[list[tuple[int, Broken]], int]:
    if not _FOOTER_WORDS & set(plan.delivery.schema.dialect.skip_footer):
        return entries, 0
    mark = plan.delivery.delimiter
    kept = [
        (row, b)
        for row, b in entries
        if not _FOOTER.match(escaped(b.raw[:200]).lstrip(mark + ' "'))
    ]
    return kept, len(entries) - len(kept)


def _misshapen(broken: list[tuple[int, Broken]]) -> int:
    return sum(entry.rule != "blank_row" for _, entry in broken)


def _broken_faults(text: TextBlock, line: int, broken: list[tuple[int, Broken]]) -> pl.DataFrame:
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


# ------------------------------------------------------------------ all rows


def _good(plan: Plan, text: TextBlock, values: pl.DataFrame) -> pl.Series:
    """Rows that certainly break nothing; everything else is looked at closely."""
    height = text.cells.height
    if plan.refuses_all:
        return pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    tests: list[pl.Series] = []
    for reader in plan.readers:
        name = reader.column.name
        test = reader.passes(text.cells.get_column(name), values.get_column(name))
        if test is not None:
            tests.append(test)
    tests += [
        reference.holds(values.get_column(reference.key.column)).fill_null(True)
        for reference in plan.references
    ]
    tests += [held.fill_null(True) for held in _rule_answers(plan, values)]
    if not any(reader.column.required for reader in plan.readers):
        # nothing is demanded, so only a look at the text can tell a blank row
        there = [values.get_column(reader.column.name).is_not_null() for reader in plan.readers]
        tests.append(reduce(lambda a, b: a | b, there))
    good = reduce(lambda a, b: a & b, tests)
    return good.fill_null(False) if good.null_count() else good


def _rule_answers(plan: Plan, values: pl.DataFrame) -> list[pl.Series]:
    if not plan.rules:
        return []
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in plan.missing_dtypes.items()]
    table = values.with_columns(missing) if missing else values
    answers = table.with_columns(
        rule.expression.alias(f"?{index}") for index, rule in enumerate(plan.rules)
    )
    return [answers.get_column(f"?{index}") for index in range(len(plan.rules))]


def _lines(plan: Plan, text: TextBlock) -> pl.Series:
    """A sheet has no lines: there the row is told again."""
    return text.rows.alias("_line") if plan.delivery.lines_are_rows else text.lines


def _skipped(plan: Plan, cells: pl.DataFrame, rows: pl.Series) -> pl.Series | None:
    """Rows of totals, and the header once more, where the agreement lets them stand."""
    words = set(plan.delivery.schema.dialect.skip_footer)
    result: pl.Series | None = None
    if words & _FOOTER_WORDS:
        first = cells.to_series(0)
        if first.null_count():
            first = cells.select(pl.coalesce(pl.all())).to_series()
        result = first.str.contains(FOOTER_CELL).fill_null(False)
    if "repeated header" in words:
        pairs = zip(cells.columns, plan.delivery.headers, strict=True)
        same = [cells.get_column(name) == header for name, header in pairs if header]
        again = reduce(lambda a, b: a & b, same).fill_null(False)
        result = again if result is None else result | again
    apart = plan.delivery.rows_apart
    if apart and rows.len():
        inside = apart[bisect_left(apart, rows[0]) : bisect_right(apart, rows[-1])]
        known = rows.is_in(pl.Series(inside, dtype=pl.Int64).implode())
        result = known if result is None else result | known
    return result if result is not None and result.any() else None


# ------------------------------------------------------------------ doubtful rows


def _faults(
    plan: Plan, cells: pl.DataFrame, values: pl.DataFrame
) -> tuple[list[pl.DataFrame], pl.Series, pl.Series]:
    """Return the faults of these rows, which rows are blank, and which are refused."""
    # each question to a series costs as much as a few thousand rows, so few are asked
    stripped = pl.col(list(plan.names)).str.strip_chars()
    blank = cells.select(pl.all_horizontal((stripped == "").fill_null(True))).to_series()
    unread = {
        reader.column.name: _unread(reader, cells, values)
        for reader in plan.readers
        if values.get_column(reader.column.name).null_count()
    }
    refused = pl.repeat(plan.refuses_all, cells.height, dtype=pl.Boolean, eager=True)
    found: list[pl.DataFrame] = []

    def note(where: pl.Series, column: str | None, rule: str, severity: str = "error") -> None:
        nonlocal refused
        if not where.any():
            return
        if rule != "blank_row":
            where = (where.fill_null(False) if where.null_count() else where) & ~blank
            if not where.any():
                return
        found.append(_noted(cells, where, column, rule, severity))
        if severity == "error":
            refused = refused | where

    note(blank, None, "blank_row", "warning")
    for reader in plan.readers:
        _cell_faults(reader, cells, values, unread.get(reader.column.name), note)
    for reference in plan.references:
        name = reference.key.column
        note(~reference.holds(values.get_column(name)), name, "foreign_key")
    for compiled, held in zip(plan.rules, _rule_answers(plan, values), strict=True):
        # of a cell that could not be read nobody knows whether it keeps the rule
        open_cells = [unread[name][1] for name in compiled.columns if name in unread]
        asked = reduce(lambda a, b: a & ~b, open_cells, ~held)
        note(asked, None, compiled.code, compiled.rule.severity)
    return found, blank, refused


def _noted(
    cells: pl.DataFrame, where: pl.Series, column: str | None, rule: str, severity: str
) -> pl.DataFrame:
    # column by column: an expression is planned anew each time, and there are many of these
    rows = cells.get_column("_row").filter(where)

    def same(name: str, text: str | None) -> pl.Series:
        return pl.Series(name, [text], dtype=pl.String).new_from_index(0, len(rows))

    value = cells.get_column(column).filter(where).alias("value") if column else same("value", None)
    return pl.DataFrame(
        [
            rows, cells.get_column("_line").filter(where), same("column", column), value,
            same("rule", rule), same("severity", severity),
        ]
    )  # fmt: skip


def _unread(
    reader: Reader, cells: pl.DataFrame, values: pl.DataFrame
) -> tuple[pl.Series, pl.Series]:
    """Return where nothing stands, and where what stands could not be read."""
    empty = reader.empty(cells.get_column(reader.column.name))
    return empty, values.get_column(reader.column.name).is_null() & ~empty


def _cell_faults(
    reader: Reader,
    cells: pl.DataFrame,
    values: pl.DataFrame,
    missing: tuple[pl.Series, pl.Series] | None,
    note: _Note,
) -> None:
    name = reader.column.name
    value = values.get_column(name)
    if missing is not None:
        empty, unread = missing
        if reader.column.required:
            note(empty, name, "required")
        if reader.clock is not None and unread.any():
            told = reader.clock(cells.get_column(name)).is_not_null()
            note(unread & told, name, "local_time")
            unread = unread & ~told
        note(unread, name, reader.failure)
    for check in reader.checks:
        note(~check.holds(value), name, check.rule)
