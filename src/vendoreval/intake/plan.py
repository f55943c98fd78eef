"""Everything that is decided about a delivery before its first row is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from vendoreval.agreement import ForeignKey
from vendoreval.engine import Parts
from vendoreval.intake.columns import Check, Reader, compile_readers
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.parse_text import INSTANT, MONEY
from vendoreval.intake.readings import Readings
from vendoreval.intake.references import Reference, load_references
from vendoreval.intake.row_rules import CompiledRule, compile_rules
from vendoreval.tables import COLUMN_TYPES, DERIVED_DAYS

FAULT_SCHEMA: dict[str, Any] = {
    "_row": pl.Int64(), "_line": pl.Int64(), "column": pl.String(), "value": pl.String(),
    "rule": pl.String(), "severity": pl.String(),
}  # fmt: skip
_DTYPES: dict[str, Any] = {
    "string": pl.String(), "int64": pl.Int64(), "float64": pl.Float64(), "boolean": pl.Boolean(),
    "date": pl.Date(), "timestamp": INSTANT, "decimal(18, 4)": MONEY,
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """The rules of one delivery, compiled.

    Parameters
    ----------
    readers
        For the columns that the file has.
    absent
        Required columns that it has not; then no row can be accepted.
    unique_sets
        Groups of columns that may not repeat together.
    accepted_schema, quarantine_schema
        Columns of the two kinds of rows.
    readings
        Which of several possible readings the columns got.
    """

    delivery: Delivery
    names: tuple[str, ...]
    readers: tuple[Reader, ...]
    absent: tuple[str, ...]
    rules: tuple[CompiledRule, ...]
    references: tuple[Reference, ...]
    open_keys: tuple[ForeignKey, ...]
    unique_sets: tuple[tuple[str, ...], ...]
    accepted_schema: dict[str, Any]
    quarantine_schema: dict[str, Any]
    missing_dtypes: dict[str, Any]
    readings: Readings

    @property
    def refuses_all(self) -> bool:
        """Whether the header alone forbids every row."""
        return bool(self.absent or self.delivery.repeated)

    @property
    def measures(self) -> tuple[str, ...]:
        """Columns that can be summed."""
        return tuple(
            r.column.name for r in self.readers
            if r.column.kind in {"integer", "number", "money"} and r.dtype.is_numeric()
        )  # fmt: skip

    @property
    def days(self) -> dict[str, str]:
        """Derived day -> the instant it comes from, where the file has the instant."""
        here = {reader.column.name for reader in self.readers}
        derived = DERIVED_DAYS.get(self.delivery.schema.name, {})
        return {day: at for day, at in derived.items() if at in here and day not in here}


def make_plan(delivery: Delivery, references: Mapping[str, Parts] | None) -> Plan:
    """Compile the agreement for one file.

    Raises
    ------
    AgreementError
        If the agreement holds what cannot be run.
    """
    schema = delivery.schema
    readings = Readings()
    compiled = compile_readers(delivery.agreement, schema, delivery.received_at, readings)
    if delivery.error_cells:
        compiled = [_sees_errors(reader) for reader in compiled]
    here = {name for name in delivery.columns if name}
    readers = tuple(r for r in compiled if r.column.name in here)
    dtypes = {r.column.name: r.dtype for r in compiled}
    asked, open_keys = load_references(schema, references)
    sets = [schema.key] if schema.key else []
    sets += [(c.name,) for c in schema.columns if c.unique and (c.name,) not in sets]
    return Plan(
        delivery=delivery, names=delivery.cell_names, readers=readers,
        absent=tuple(c.name for c in schema.columns if c.required and c.name not in here),
        rules=tuple(compile_rules(delivery.agreement, schema, dtypes)),
        references=tuple(r for r in asked if r.key.column in here), open_keys=tuple(open_keys),
        unique_sets=tuple(s for s in sets if here.issuperset(s)),
        accepted_schema=_accepted_schema(schema.name, dtypes),
        quarantine_schema={"_row": pl.Int64(), "_line": pl.Int64(),
                           **dict.fromkeys(delivery.cell_names, pl.String())},
        missing_dtypes={name: kind for name, kind in dtypes.items() if name not in here},
        readings=readings,
    )  # fmt: skip


# what a workbook shows where a formula has no result
_ERROR_CELL = r"^#(REF!|DIV/0!|VALUE!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!)$"


def _sees_errors(reader: Reader) -> Reader:
    """In a text column the error of a formula would pass for a value."""
    if not reader.plain_text:
        return reader
    check = Check("error_cell", lambda value: ~value.str.contains(_ERROR_CELL))
    return replace(reader, checks=(check, *reader.checks))


def _accepted_schema(report: str, dtypes: Mapping[str, Any]) -> dict[str, Any]:
    table = {name: _DTYPES[kind] for name, kind in COLUMN_TYPES.get(report, {}).items()}
    extra = {name: kind for name, kind in dtypes.items() if name not in table}
    return {"_row": pl.Int64(), **table, **extra}
