"""One sheet as one report of the agreement: which it is, its columns, and what stays open."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import sqlglot
from sqlglot import exp

from vendoreval.agreement.adapt import set_rhythm, set_zone
from vendoreval.agreement.assemble import property_of, set_property
from vendoreval.agreement.library import library_deadlines, library_names, library_report
from vendoreval.agreement.lint_columns import plain_header
from vendoreval.drafting.candidates import (
    Candidate,
    Offer,
    Taken,
    candidate,
    candidates,
    likely_preset,
)
from vendoreval.drafting.columns import (
    Drafted,
    Misfit,
    SheetFacts,
    own_column,
    standard_column,
)
from vendoreval.drafting.header_words import column_name
from vendoreval.drafting.profile import Profile, profile
from vendoreval.drafting.sheet import Sheet, column_of

_SUFFIX: Final = re.compile(
    r"\.(?:csv|tsv|psv|txt|xlsx|xls|xlsm|xlsb|ods|parquet)(?:\.(?:gz|zip))?$|\.(?:gz|zip)$",
    re.IGNORECASE,
)
_DATE_IN_NAME: Final = re.compile(
    r"(?P<y>20\d{2})(?P<a>[-_.]?)(?P<m>\d{2})(?:(?P<b>[-_.]?)(?P<d>\d{2}))?(?!\d)"
    r"|(?<!\d)(?:(?P<d2>\d{2})(?P<c>[-_.]))?(?P<m2>\d{2})(?P<e>[-_.])(?P<y2>20\d{2})(?!\d)"
)
_LEAST_WORTH: Final = 3.5


@dataclass(frozen=True)
class Offered:
    """A header that may name a column of the standard report; nobody took it yet."""

    header: str
    column: str
    likeness: float
    doubtful: bool


@dataclass(frozen=True)
class Refused:
    """A column whose header names one of the standard, and whose cells speak against it."""

    header: str
    column: str
    why: Misfit


@dataclass(frozen=True)
class ReportDraft:
    """One report of a draft.

    Parameters
    ----------
    report, standard
        Its name, and whether the library has it.
    second
        The report that comes next, with the count of headers that it knows.
    missing
        Columns that the standard report requires and the sheet does not hold.
    preset
        A preset whose headers these are.
    value, levels
        The report as the agreement holds it, and its `slaProperties`.
    """

    path: Path
    sheet: Sheet = field(repr=False)
    report: str
    standard: bool
    second: tuple[str, int] | None
    columns: tuple[Drafted, ...]
    offers: tuple[Offered, ...]
    refused: tuple[Refused, ...]
    missing: tuple[str, ...]
    preset: tuple[str, int] | None
    value: dict[str, Any] = field(repr=False)
    levels: list[dict[str, Any]] = field(repr=False)
    shape: str | None = None


def draft_report(
    sheet: Sheet,
    *,
    report: str | None,
    timezone: str,
    take: Mapping[str, str],
    codes: Mapping[str, Mapping[str, str]],
) -> ReportDraft:
    """Make a report out of a sheet."""
    profiles = _profiles(sheet)
    facts = SheetFacts(_comma(profiles.values(), sheet), sheet.is_text, codes)
    chosen, second = _choose(sheet, profiles, report, take, facts)
    name = chosen.report if chosen else _own_name(sheet.path)
    columns, refused = _columns(sheet, chosen, profiles, facts)
    decided = {plain_header(header) for header in take}
    offers = tuple(
        offer
        for offer in (_offers(sheet, chosen, profiles, facts) if chosen else ())
        if plain_header(offer.header) not in decided
    )
    value, levels, every = _value(sheet, name, columns, profiles, facts, timezone, chosen)
    asked = library_report(name)["properties"] if chosen else ()
    here = {column.name for column in columns}
    return ReportDraft(
        path=sheet.path, sheet=sheet, report=name, standard=chosen is not None, second=second,
        columns=columns, offers=offers, refused=refused,
        missing=tuple(
            e["name"] for e in asked
            if e.get("required") and e["name"] not in here | {r.column for r in refused}
        ),
        preset=likely_preset(sheet.headers), value=value, levels=levels, shape=every,
    )  # fmt: skip


def _profiles(sheet: Sheet) -> dict[int, Profile]:
    frame = sheet.columns()
    return {
        place: profile(frame.get_column(column_of(place)))
        for place in range(len(sheet.headers))
        if column_of(place) in frame.columns
    }


def _comma(profiles: Collection[Profile], sheet: Sheet) -> bool:
    """Whether a text file writes its decimals with a comma."""
    if not sheet.is_text:
        return False
    comma = sum(found.forms["decimal comma"] for found in profiles)
    return comma > sum(found.forms["decimal point"] for found in profiles)


# ------------------------------------------------------------------ which report


def _choose(
    sheet: Sheet,
    profiles: Mapping[int, Profile],
    report: str | None,
    take: Mapping[str, str],
    facts: SheetFacts,
) -> tuple[Candidate | None, tuple[str, int] | None]:
    """Return the report of the library that the sheet is, and the next one."""
    named = [name for name in (_stem(sheet.path), sheet.sheet) if name]
    if report is not None:
        if report not in library_names():
            return None, None
        return candidate(report, sheet.headers, named, take), None
    ranked = [
        replace(c, taken=_fitting(c, sheet, profiles, facts))
        for c in candidates(sheet.headers, named, take)
    ]
    held = [c for c in ranked if _speaks(c, sheet, profiles, facts)]
    if not held:
        return None, None
    second = next(
        ((c.report, len(c.taken)) for c in ranked if c.report != held[0].report and c.taken), None
    )
    # what its cells speak against is told, so the headers are taken as they were
    return candidate(held[0].report, sheet.headers, named, take), second


def _fitting(
    c: Candidate, sheet: Sheet, profiles: Mapping[int, Profile], facts: SheetFacts
) -> tuple[Taken, ...]:
    entries = {e["name"]: e for e in library_report(c.report)["properties"]}

    def fits(t: Taken) -> bool:
        if t.how == "settled" or t.place not in profiles:
            return t.how == "settled"
        header, found = sheet.headers[t.place], profiles[t.place]
        made = standard_column(c.report, entries[t.column], header, t.how, found, facts)
        return isinstance(made, Drafted)

    return tuple(t for t in c.taken if fits(t))


def _speaks(c: Candidate, sheet: Sheet, profiles: Mapping[int, Profile], facts: SheetFacts) -> bool:
    """Whether enough speaks for a report: columns that it asks for count twice."""
    if not c.taken:
        return False
    asked = {e["name"] for e in library_report(c.report)["properties"] if e.get("required")}
    worth = sum(2.0 if t.column in asked else 1.0 for t in c.taken)
    offers = _offers(sheet, c, profiles, facts)
    worth += sum(1.0 if o.column in asked else 0.5 for o in offers)
    return worth >= _LEAST_WORTH


# ------------------------------------------------------------------ its columns


def _columns(
    sheet: Sheet,
    chosen: Candidate | None,
    profiles: Mapping[int, Profile],
    facts: SheetFacts,
) -> tuple[tuple[Drafted, ...], tuple[Refused, ...]]:
    entries = {e["name"]: e for e in library_report(chosen.report)["properties"]} if chosen else {}
    taken = {t.place: t for t in chosen.taken} if chosen else {}
    columns: list[Drafted] = []
    refused: list[Refused] = []
    names = set(entries)
    for place, found in profiles.items():
        header = sheet.headers[place]
        t = taken.get(place)
        if t is not None:
            made = standard_column(chosen.report if chosen else "", entries[t.column], header,
                                   t.how, found, facts)  # fmt: skip
            if isinstance(made, Drafted):
                columns.append(made)
                continue
            refused.append(Refused(header, t.column, made))
        name = column_name(header, names)
        names.add(name)
        columns.append(own_column(header, name, found, facts))
    return tuple(columns), tuple(refused)


def _offers(
    sheet: Sheet, c: Candidate, profiles: Mapping[int, Profile], facts: SheetFacts
) -> tuple[Offered, ...]:
    """Return the offers that the cells do not speak against."""
    entries = {e["name"]: e for e in library_report(c.report)["properties"]}
    return tuple(
        Offered(sheet.headers[o.place], o.column, o.likeness, o.doubtful)
        for o in c.offers
        if o.place in profiles
        and _may_be(
            c.report, entries[o.column], sheet.headers[o.place], o, profiles[o.place], facts
        )
    )


def _may_be(
    report: str, entry: Mapping[str, Any], header: str, offer: Offer, found: Profile,
    facts: SheetFacts,
) -> bool:  # fmt: skip
    if not found.filled:
        return False
    if entry.get("unique") and (found.repeated or found.empty or _counts_rows(found)):
        return False
    if entry.get("enum"):
        # a short list of texts may be codes, known or not
        return found.complete and found.distinct * 4 < max(found.filled, 8)
    return isinstance(standard_column(report, entry, header, "spelling", found, facts), Drafted)


def _counts_rows(found: Profile) -> bool:
    """Whether a column only numbers the rows."""
    return found.share("integer") == 1 and found.most_digits <= len(str(found.rows))


# ------------------------------------------------------------------ the report itself


def _value(
    sheet: Sheet,
    name: str,
    columns: Sequence[Drafted],
    profiles: Mapping[int, Profile],
    facts: SheetFacts,
    timezone: str,
    chosen: Candidate | None,
) -> tuple[dict[str, Any], list[dict[str, Any]], str | None]:
    value: dict[str, Any] = library_report(name) if chosen else {
        "id": name, "name": name, "businessName": _stem(sheet.path), "physicalType": "file",
        "logicalType": "object",
    }  # fmt: skip
    levels = library_deadlines(name) if chosen else []
    value.pop("synonyms", None)
    here = {column.name for column in columns}
    rules = [rule for rule in value.pop("quality", ()) if _rule_columns(rule) <= here]
    value["properties"] = [column.entry for column in columns]
    if rules:
        value["quality"] = rules
    _keys(value["properties"], library_report(name)["properties"] if chosen else ())
    period = property_of(value, "period")
    if period is not None and period["column"] not in here:
        value["customProperties"] = [
            entry for entry in value["customProperties"] if entry["property"] != "period"
        ]
    set_zone(value, timezone)
    pattern, every = file_pattern(sheet.path.name)
    set_rhythm(value, levels, every, None)  # type: ignore[arg-type]
    value["physicalName"] = pattern
    set_property(value, "dialect", _dialect(sheet, profiles, facts))
    return value, levels, every


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


# ------------------------------------------------------------------ the name of the file


def _stem(path: Path) -> str:
    return _SUFFIX.sub("", path.name)


def _own_name(path: Path) -> str:
    """Return a name for a report that the library does not have: the file's, without its date."""
    bare = _DATE_IN_NAME.sub("", _stem(path))
    name = column_name(bare.strip("-_. ") or "report")
    return name if name not in library_names() else f"{name}_2"


def file_pattern(name: str) -> tuple[str, str | None]:
    """Return the pattern of the files that come after this one, and how often they come.

    Examples
    --------
    >>> file_pattern("calls_2026-10.csv"), file_pattern("отчёт 05.10.2026.xlsx")
    (('calls_{yyyy}-{MM}.csv', 'month'), ('отчёт {dd}.{MM}.{yyyy}.xlsx', 'day'))
    >>> file_pattern("deals.xlsx")
    ('deals*.xlsx', None)
    """
    stem = _SUFFIX.sub("", name)
    suffix = name[len(stem) :]
    for match in _DATE_IN_NAME.finditer(stem):
        pattern = _dated(match)
        if pattern is not None:
            text = stem[: match.start()] + pattern + stem[match.end() :] + suffix
            return text, "day" if "{dd}" in pattern else "month"
    return f"{stem}*{suffix}", None


def _dated(match: re.Match[str]) -> str | None:
    first = match["y"] is not None
    year, month = match["y"] or match["y2"], match["m"] or match["m2"]
    day = match["d"] if first else match["d2"]
    try:
        date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    if first:
        tail = f"{match['b']}{{dd}}" if day else ""
        return f"{{yyyy}}{match['a']}{{MM}}{tail}"
    lead = f"{{dd}}{match['c']}" if day else ""
    return f"{lead}{{MM}}{match['e']}{{yyyy}}"


def open_codes(draft: ReportDraft) -> Iterator[Any]:
    """Yield the spellings of a report that nobody explained yet."""
    for column in draft.columns:
        yield from column.open_codes
    for refused in draft.refused:
        yield from refused.why.open_codes
