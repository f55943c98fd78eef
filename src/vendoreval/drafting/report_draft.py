"""One sheet as one report of the agreement: which it is, its columns, and what stays open."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from vendoreval.agreement.library import library_names, library_report
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
from vendoreval.drafting.file_pattern import own_name, stem_of
from vendoreval.drafting.header_words import column_name
from vendoreval.drafting.profile import Profile, profile
from vendoreval.drafting.report_value import report_value
from vendoreval.drafting.sheet import Sheet, column_of

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
    name = chosen.report if chosen else own_name(sheet.path)
    columns, refused = _columns(sheet, chosen, profiles, facts)
    decided = {plain_header(header) for header in take}
    offers = tuple(
        offer
        for offer in (_offers(sheet, chosen, profiles, facts) if chosen else ())
        if plain_header(offer.header) not in decided
    )
    value, levels = report_value(
        sheet, name, columns, profiles, facts, timezone, standard=chosen is not None
    )
    asked = library_report(name)["properties"] if chosen else ()
    here = {column.name for column in columns}
    return ReportDraft(
        path=sheet.path, sheet=sheet, report=name, standard=chosen is not None, second=second,
        columns=columns, offers=offers, refused=refused,
        missing=tuple(
            e["name"] for e in asked
            if e.get("required") and e["name"] not in here | {r.column for r in refused}
        ),
        preset=likely_preset(sheet.headers), value=value, levels=levels,
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
    named = [name for name in (stem_of(sheet.path), sheet.sheet) if name]
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


def open_codes(draft: ReportDraft) -> Iterator[Any]:
    """Yield the spellings of a report that nobody explained yet."""
    for column in draft.columns:
        yield from column.open_codes
    for refused in draft.refused:
        yield from refused.why.open_codes
