"""What the canonical tables can hold, as far as an agreement must know it.

The tables themselves lie above the agreement; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from vendoreval.agreement.extensions import DURATION_UNITS
from vendoreval.agreement.library import library_names, library_report
from vendoreval.agreement.reports import Column

# what the client brings, in an agreement of its own
CLIENT_REPORTS: Final = frozenset({"leads", "client_sales", "carrier_calls"})
MONEY: Final = "decimal(18, 4)"
_TYPES: Final = {
    "string": "string", "integer": "int64", "number": "float64", "date": "date",
    "timestamp": "timestamp", "boolean": "boolean",
}  # fmt: skip
# kept exactly although they are no amounts of money
_EXACT: Final = {("invoice_lines", "quantity"), ("invoice_lines", "vat_rate")}
_TAKEN: Final[Mapping[str, frozenset[str]]] = {
    "string": frozenset({"string"}),
    "integer": frozenset({"int64", "float64", MONEY}),
    "number": frozenset({"float64", MONEY}),
    "money": frozenset({MONEY, "float64"}),
    "date": frozenset({"date"}),
    "timestamp": frozenset({"timestamp", "date"}),
    "boolean": frozenset({"boolean"}),
}
# an agreement may map these only to what the checks know; stages it may add
_CLOSED_LISTS: Final = (
    ("calls", "disposition"), ("invoice_lines", "unit"), ("reviews", "applied"),
)  # fmt: skip


@cache
def canonical_types(report: str) -> Mapping[str, str]:
    """Return the type of each column of a standard report; empty for any other report.

    Examples
    --------
    >>> canonical_types("do_not_call")
    {'phone': 'string', 'requested_on': 'date', 'closed_on': 'date'}
    """
    if report not in library_names():
        return {}
    return {entry["name"]: _type(report, entry) for entry in library_report(report)["properties"]}


def _type(report: str, entry: Mapping[str, Any]) -> str:
    own = {p["property"]: p["value"] for p in entry.get("customProperties", ())}
    if own.get("unit") == "money" or (report, entry["name"]) in _EXACT:
        return MONEY
    return _TYPES[entry["logicalType"]]


def fits(column: Column, wanted: str) -> bool:
    """Whether what a column is read as can stand in a canonical column of a type."""
    if column.duration_forms or column.unit in DURATION_UNITS:
        return wanted in {"int64", "float64"}
    return wanted in _TAKEN[column.kind]


@cache
def canonical_codes(report: str, column: str) -> tuple[str, ...]:
    """Return the only codes a column may be mapped to; empty where an agreement may add some.

    Examples
    --------
    >>> canonical_codes("reviews", "applied")
    ('yes', 'no', 'pending')
    """
    if (report, column) not in _CLOSED_LISTS:
        return ()
    (entry,) = (p for p in library_report(report)["properties"] if p["name"] == column)
    return tuple(str(code["value"]) for code in entry["enum"])
