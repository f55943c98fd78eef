"""What the agreement's file says besides, so that the document leaves no entry out.

Entries that the other parts say in words are named here; any other one, also of another
program, is listed with its address and its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from vendoreval.agreement import Agreement
from vendoreval.agreement.dump import contract_value
from vendoreval.agreement.odcs import OUR_VENDOR
from vendoreval.annex.document import Block, Head, Heading, Paragraph, Table
from vendoreval.annex.wording import plain
from vendoreval.text import msg

# place -> keys that another part says in words, or that only number and type the entry
_TOLD: Final = {
    "": {"apiVersion", "kind", "id", "name", "version", "status", "tenant", "tags",
         "dataProduct", "domain", "price", "contractCreatedTs", "slaDefaultElement", "roles"},
    "description": {"purpose", "usage", "limitations", "id"},
    "team": {"id", "name", "description"},
    "team.members": {"id", "username", "name", "description", "role", "dateIn", "dateOut",
                     "replacedByUsername"},
    "support": {"id", "channel", "url", "description", "tool", "scope", "invitationUrl"},
    "slaProperties": {"id", "property", "value", "valueExt", "unit", "element", "driver",
                      "description", "scheduler", "schedule"},
    "schema": {"id", "name", "businessName", "physicalName", "physicalType", "logicalType",
               "description", "tags", "dataGranularityDescription"},
    "schema.synonyms": {"id", "synonym", "locale", "source"},
    "schema.properties": {
        "id", "name", "businessName", "physicalName", "physicalType", "logicalType",
        "description", "tags", "primaryKey", "primaryKeyPosition", "required", "unique",
        "classification", "examples", "criticalDataElement",
    },
    "schema.properties.synonyms": {"id", "synonym", "locale", "source"},
    "schema.properties.logicalTypeOptions": {
        "pattern", "minLength", "maxLength", "minimum", "maximum", "multipleOf", "timezone",
        "defaultTimezone", "format",
    },
    "schema.properties.enum": {"value", "label", "description"},
    "schema.properties.relationships": {"type", "to"},
}  # fmt: skip
# places whose entries another part says as they stand, whatever their keys
_WHOLE: Final = ("servers", "schema.quality", "schema.properties.quality", "price", "roles")


def further(agreement: Agreement) -> Iterator[Block]:
    """Yield the entries of the file that no other part says."""
    left = tuple(_left(contract_value(agreement.contract), "", "$"))
    if not left:
        return
    yield Heading(1, msg("Further entries of the file"))
    yield Paragraph(msg("They stand in the file beside the terms above, with their addresses."))
    heads = (Head(msg("Address in the file"), "exact", 44), Head(msg("Value"), "exact", 50))
    yield Table(heads, tuple(((address,), (value,)) for address, value in left))


def _left(value: Any, place: str, address: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if value.get("vendor") == OUR_VENDOR and "property" in value:
            return
        told = _TOLD.get(place, set())
        for key, entry in value.items():
            inner = f"{place}.{key}".lstrip(".")
            if key not in told:
                yield from _left(entry, inner, f"{address}.{key}")
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _left(entry, place, f"{address}[{number}]")
    elif place not in _TOLD and not _whole(place) and value is not None:
        yield address, plain(value)


def _whole(place: str) -> bool:
    last = place.rpartition(".")[0]
    own = any(place == whole or place.startswith(f"{whole}.") for whole in _WHOLE)
    return own and "customProperties" not in last and "authoritativeDefinitions" not in last
