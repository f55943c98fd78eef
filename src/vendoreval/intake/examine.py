"""One block through all rules that need no other block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import polars as pl

from vendoreval.intake.blocks import Block
from vendoreval.intake.columns import Reader
from vendoreval.intake.fault_frames import broken_faults, chosen, counted, in_order, noted
from vendoreval.intake.parse_block import TextBlock, parse
from vendoreval.intake.plan import Plan
from vendoreval.intake.skipped_rows import Skipped, find_skipped, known_totals, part_broken

_Note = Callable[..., None]


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
    skipped
        Rows that are no rows of the report, and the totals among them.
    faults, counts
        By row; how often each rule is broken.
    lost_rows
        Rows of the file that are broken lines: nobody knows what they held.
    """

    delivered: int
    rejected: int
    misshapen: int
    values: pl.DataFrame
    cells: pl.DataFrame
    accepted: pl.Series | None
    quarantine: pl.DataFrame
    refused_values: pl.DataFrame
    skipped: Skipped
    faults: pl.DataFrame
    counts: Counter[str]
    lost_rows: tuple[int, ...] = ()


def examine(plan: Plan, block: Block) -> Examined:
    """Read a block, apply every rule of one row, and part the rows."""
    text = parse(block, plan.names, plan.delivery.delimiter)
    skipped = Skipped(totals=known_totals(plan, block.row, block.row + block.records.count - 1))
    broken = part_broken(plan, text, block.line, skipped)
    faults = [broken_faults(text, block.line, broken)] if broken else []
    read = [
        reader.read(text.cells.get_column(reader.column.name), trimmed=text.trimmed)
        for reader in plan.readers
    ]
    values = pl.DataFrame([text.rows, *read])
    good = _good(plan, text, values)
    cells = text.cells.insert_column(0, _lines(plan, text)).insert_column(0, text.rows)
    if plan.delivery.schema.dialect.skip_footer or plan.delivery.rows_apart:
        find_skipped(plan, cells, good, skipped)
    if skipped.rows is not None:
        good = good & ~skipped.rows
    lost = tuple(row for row, line in broken if line.rule != "blank_row")
    if good.all():
        return Examined(
            block.records.count, len(broken), len(lost), values, cells, None,
            cells.clear(), values.clear(), skipped, in_order(faults), counted(faults), lost,
        )  # fmt: skip
    doubtful = ~good if skipped.rows is None else ~good & ~skipped.rows
    doubted, readings = chosen(cells, doubtful), chosen(values, doubtful)
    found, blank, refused = _faults(plan, doubted, readings)
    faults += found
    # a doubtful row that broke no rule after all, or only one that warns, stays
    accepted = good.scatter(doubtful.arg_true(), ~(refused | blank))
    quarantined = refused & ~blank
    return Examined(
        block.records.count, len(broken) + int(blank.sum()), len(lost),
        values, cells, None if accepted.all() else accepted, chosen(doubted, quarantined),
        chosen(readings, quarantined), skipped, in_order(faults), counted(faults), lost,
    )  # fmt: skip


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


# ------------------------------------------------------------------ doubtful rows


def _faults(
    plan: Plan, cells: pl.DataFrame, values: pl.DataFrame
) -> tuple[list[pl.DataFrame], pl.Series, pl.Series]:
    """Return the faults of these rows, which rows are blank, and which are refused."""
    # each question to a series costs as much as a few thousand rows, so few are asked
    blank = _blank(cells, plan.names)
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
        found.append(noted(cells, where, column, rule, severity))
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


def _blank(cells: pl.DataFrame, names: tuple[str, ...]) -> pl.Series:
    """Return which rows hold nothing; of most files the first column tells that none does."""
    blank = pl.Series([True], dtype=pl.Boolean).new_from_index(0, cells.height)
    for name in names:
        empty = (cells.get_column(name).str.strip_chars() == "").fill_null(True)
        blank = blank & empty
        if not blank.any():
            break
    return blank


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
