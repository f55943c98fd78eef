"""The draft tried on the very sheet it was made of; what is too tight for it is let out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from vendoreval.agreement import Agreement
from vendoreval.intake import ValidationReport, read_delivery, validate
from vendoreval.text import Bilingual, Count, Message, msg

# what one row of a hundred breaks may be a fault; what more break is no rule of this vendor
_FEW: Final = 0.01
_ROUNDS: Final = 4
_FIRST_FAULTS: Final = 5


@dataclass(frozen=True)
class Trial:
    """What the sheet came to under its own agreement.

    Parameters
    ----------
    delivered, accepted, skipped
        Rows of the sheet.
    counts
        Rule -> faults.
    faults
        Row and words of the first ones, personal values masked.
    """

    delivered: int
    accepted: int
    skipped: int
    counts: Mapping[str, int]
    faults: tuple[tuple[int, Message], ...]
    ok: bool


def try_out(
    path: Path, load: Callable[[], Agreement], value: dict[str, Any]
) -> tuple[Trial, list[Message]]:
    """Validate a sheet against the agreement made of it, and let out what is too tight.

    Parameters
    ----------
    load
        Returns the agreement as it stands.
    value
        The report in it; changed in place.

    Returns
    -------
    tuple
        The last validation, and what was let out.
    """
    let_out: list[Message] = []
    for last in (False,) * _ROUNDS + (True,):
        result = validate(read_delivery(path, load(), value["name"]), parts=False)
        try:
            loosened = [] if last else _loosened(result, value)
            if not loosened:
                return _trial(result), let_out
            let_out += loosened
        finally:
            result.discard()
    raise AssertionError("the last round loosens nothing")


def _trial(result: ValidationReport) -> Trial:
    first = [fault for fault in result.faults.masked(1) if fault.severity == "error"]
    return Trial(
        result.rows.delivered, result.rows.accepted, result.rows.skipped, dict(result.counts),
        tuple((f.row, f.message) for f in first[:_FIRST_FAULTS]), result.ok,
    )  # fmt: skip


def _loosened(result: ValidationReport, value: dict[str, Any]) -> list[Message]:
    if not result.fault_files or not result.rows.delivered:
        return []
    counted = (
        pl.scan_parquet(list(result.fault_files))
        .group_by("column", "rule")
        .len()
        .collect()
        .iter_rows()
    )
    columns = {entry["name"]: entry for entry in value["properties"]}
    told: list[Message] = []
    for column, rule, cells in sorted(counted, key=str):
        share = cells / result.rows.delivered
        made = (
            _loosen_rule(value, rule, cells, share)
            if column is None
            else _loosen(columns.get(column.partition(", ")[0]), value, rule, cells, share)
        )
        told += [made] if made is not None else []
    return told


def _loosen_rule(value: dict[str, Any], rule: str, cells: int, share: float) -> Message | None:
    name = rule.removeprefix("row_rule:")
    found = next((q for q in value.get("quality", ()) if q.get("id") == name), None)
    if found is None or share <= _FEW or found.get("severity") == "warning":
        return None
    # it still speaks, and turns no row away
    found["severity"] = "warning"
    return msg(
        "the rule “%(rule)s” is broken by %(n)s rows; it is kept as a warning",
        rule=Bilingual(str(found.get("name") or name)), n=Count(cells),
    )  # fmt: skip


def _loosen(
    entry: dict[str, Any] | None, value: dict[str, Any], rule: str, cells: int, share: float
) -> Message | None:
    if entry is None or share <= _FEW:
        return None
    name, n = entry["name"], Count(cells)
    options = entry.get("logicalTypeOptions", {})
    match rule:
        case "required":
            _no_key(value, entry)
            entry.pop("required", None)
            return msg("%(column)s is empty in %(n)s rows; it is not required", column=name, n=n)
        case "unique":
            _no_key(value, entry)
            return msg(
                "%(column)s repeats in %(n)s rows; it is no key: does a row stand for a part of "
                "a call and not for a call?", column=name, n=n,
            )  # fmt: skip
        case "pattern" | "length" | "minimum" | "maximum" | "multiple_of":
            for key in _OPTIONS[rule]:
                options.pop(key, None)
            if not options:
                entry.pop("logicalTypeOptions", None)
            return msg("%(column)s goes beyond the usual bounds in %(n)s rows; they are left out",
                       column=name, n=n)  # fmt: skip
        case "future":
            entry["customProperties"] = [
                own for own in entry["customProperties"] if own["property"] != "notAfter"
            ]
            return msg("%(column)s lies in the future in %(n)s rows; that is let pass",
                       column=name, n=n)  # fmt: skip
    return None


_OPTIONS: Final = {
    "pattern": ("pattern",), "length": ("minLength", "maxLength"), "minimum": ("minimum",),
    "maximum": ("maximum",), "multiple_of": ("multipleOf",),
}  # fmt: skip


def _no_key(value: dict[str, Any], entry: dict[str, Any]) -> None:
    if not entry.get("primaryKey"):
        entry.pop("unique", None)
        return
    for column in value["properties"]:
        if column.get("primaryKey"):
            for key in ("primaryKey", "primaryKeyPosition", "unique"):
                column.pop(key, None)
