"""A drafted report as the agreement holds it: columns, keys, rules, period and dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlglot
from sqlglot import exp

from vendoreval.agreement.adapt import set_rhythm, set_zone
from vendoreval.agreement.assemble import property_of, set_property
from vendoreval.agreement.library import library_deadlines, library_report
from vendoreval.drafting.columns import Drafted, SheetFacts
from vendoreval.drafting.file_pattern import file_pattern, stem_of
from vendoreval.drafting.profile import Profile
from vendoreval.drafting.sheet import Sheet


def report_value(
    sheet: Sheet,
    name: str,
    columns: Sequence[Drafted],
    profiles: Mapping[int, Profile],
    facts: SheetFacts,
    timezone: str,
    *,
    standard: bool,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a report as the agreement holds it, and its deadlines.

    Parameters
    ----------
    standard
        Whether the library has it.
    """
    value: dict[str, Any] = library_report(name) if standard else {
        "id": name, "name": name, "businessName": stem_of(sheet.path), "physicalType": "file",
        "logicalType": "object",
    }  # fmt: skip
    levels = library_deadlines(name) if standard else []
    value.pop("synonyms", None)
    here = {column.name for column in columns}
    rules = [rule for rule in value.pop("quality", ()) if _rule_columns(rule) <= here]
    value["properties"] = [column.entry for column in columns]
    if rules:
        value["quality"] = rules
    _keys(value["properties"], library_report(name)["properties"] if standard else ())
    period = property_of(value, "period")
    if period is not None and period["column"] not in here:
        value["customProperties"] = [
            entry for entry in value["customProperties"] if entry["property"] != "period"
        ]
    set_zone(value, timezone)
    pattern, every = file_pattern(sheet.path.name)
    set_rhythm(value, levels, every, None)
    value["physicalName"] = pattern
    set_property(value, "dialect", _dialect(sheet, profiles, facts))
    return value, levels


def _rule_columns(rule: Mapping[str, Any]) -> set[str]:
    tree = sqlglot.parse_one(str(property_of(rule, "rowRule") or "TRUE"), read="duckdb")
    return {column.name for column in tree.find_all(exp.Column)}


def _keys(properties: Sequence[dict[str, Any]], standard: Sequence[Mapping[str, Any]]) -> None:
    """Half a key is none."""
    here = {entry["name"] for entry in properties}
    if all(entry["name"] in here for entry in standard if entry.get("primaryKey")):
        return
    for entry in properties:
        for key in ("primaryKey", "primaryKeyPosition"):
            entry.pop(key, None)


def _dialect(sheet: Sheet, profiles: Mapping[int, Profile], facts: SheetFacts) -> dict[str, Any]:
    dialect = dict(sheet.dialect)
    if facts.comma:
        dialect["decimalComma"] = True
    nothing = sorted({sign for found in profiles.values() for sign in found.nothing})
    if nothing:
        dialect["nullTokens"] = ["", *nothing]
    if dialect.get("headerRows") == 1:
        del dialect["headerRows"]
    return dialect or {"headerRows": 1}
