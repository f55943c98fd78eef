"""Codes of a vendor: the spellings that the library knows, and those that somebody must explain."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from vendoreval.agreement.assemble import own_property
from vendoreval.agreement.canonical import canonical_codes
from vendoreval.drafting.header_words import column_name, likeness
from vendoreval.drafting.profile import Profile
from vendoreval.intake.written_codes import spelling_key

_MOST_CODES: Final = 80
_SUGGESTED: Final = 0.5
_KNOWN_SHARE: Final = 0.5


@dataclass(frozen=True)
class OpenCode:
    """A spelling that nobody explained yet.

    Parameters
    ----------
    column, spelling, cells
        Where it stands, and in how many cells.
    likely
        The code whose spellings are most like it; empty when none is.
    allowed
        The codes it may be given; others too where `taken_as` is set.
    taken_as
        The vendor's own code it got for the time being.
    """

    column: str
    spelling: str
    cells: int
    likely: str
    allowed: tuple[str, ...]
    taken_as: str = ""


@dataclass(frozen=True)
class Coded:
    """The list of codes of a column, completed by what stands in the sheet.

    Parameters
    ----------
    fits
        Whether enough of the sheet's spellings are known to take the column for this one.
    """

    enum: list[dict[str, Any]]
    fits: bool
    open_codes: tuple[OpenCode, ...]


def map_codes(
    report: str, column: Mapping[str, Any], found: Profile, settled: Mapping[str, str]
) -> Coded | None:
    """Give each spelling of a sheet its code; `None` when the column holds no codes at all.

    Parameters
    ----------
    report, column
        A column of the library that has a list.
    settled
        Spelling -> code, as a person decided.
    """
    if not found.complete or found.distinct > _MOST_CODES:
        return None
    enum = deepcopy(list(column["enum"]))
    spelled = _spellings(enum)
    decided = {spelling_key(text): code for text, code in settled.items()}
    closed = bool(canonical_codes(report, column["name"]))
    known_cells, open_codes = 0, []
    for text, cells in found.texts.items():
        code = decided.get(spelling_key(text)) or spelled.get(spelling_key(text))
        if code is not None:
            known_cells += cells
            if spelling_key(text) in decided:
                _add_spelling(enum, code, text)
            continue
        taken_as = "" if closed else _own_code(enum, text)
        open_codes.append(
            OpenCode(column["name"], text, cells, _likely(column, text),
                     tuple(str(entry["value"]) for entry in column["enum"]), taken_as)
        )  # fmt: skip
    known = known_cells / found.filled if found.filled else 1.0
    fits = bool(settled) or known >= _KNOWN_SHARE or (known > 0 and not closed)
    return Coded(enum, fits, tuple(open_codes))


def _spellings(enum: list[dict[str, Any]]) -> dict[str, str]:
    known: dict[str, str] = {}
    for entry in enum:
        value = str(entry["value"])
        for text in (value, entry.get("label"), *_listed(entry)):
            if text:
                known.setdefault(spelling_key(text), value.lower())
    return known


def _listed(entry: Mapping[str, Any]) -> list[str]:
    return [
        text
        for own in entry.get("customProperties", ())
        if own["property"] == "spellings"
        for text in own["value"]
    ]


def _add_spelling(enum: list[dict[str, Any]], code: str, text: str) -> None:
    for entry in enum:
        if str(entry["value"]).lower() != code:
            continue
        # a text that the list holds already must not stand there twice
        if spelling_key(text) in {
            spelling_key(t) for t in (code, entry.get("label") or "", *_listed(entry))
        }:
            return
        for own in entry.get("customProperties", ()):
            if own["property"] == "spellings":
                own["value"].append(text)
                return
        entry.setdefault("customProperties", []).append(own_property("spellings", [text]))
        return
    enum.append({"value": code, "customProperties": [own_property("spellings", [text])]})


def _own_code(enum: list[dict[str, Any]], text: str) -> str:
    """Add a code of the vendor's own, so that the sheet can be read meanwhile."""
    code = column_name(text, {str(entry["value"]).lower() for entry in enum})
    enum.append({"value": code, "label": text})
    return code


def _likely(column: Mapping[str, Any], text: str) -> str:
    best, code = 0.0, ""
    for entry in column["enum"]:
        for known in (str(entry["value"]), entry.get("label") or "", *_listed(entry)):
            if (worth := likeness(text, known)) > best:
                best, code = worth, str(entry["value"])
    return code if best >= _SUGGESTED else ""
