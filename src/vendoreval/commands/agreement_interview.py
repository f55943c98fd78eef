"""The questions of `vendoreval agreement new`, one after the other, for what no flag said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from vendoreval.agreement.adapt import HEADERS
from vendoreval.agreement.canonical import CLIENT_REPORTS
from vendoreval.agreement.library import library_names, library_report
from vendoreval.agreement.new import Terms, vendor_problems, zone_problems
from vendoreval.agreement.presets import presets
from vendoreval.agreement.rate_line import parse_rate
from vendoreval.commands.agreement_target import target_of
from vendoreval.commands.asking import Asking
from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.text import Bilingual, msg

_USUAL: Final = "calls,agent_days,roster,funnel,sales,invoice_lines"
_MARKS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "any": None}
_ZONES: Final = {"ru": "Europe/Moscow", "en": "UTC"}


def complete(terms: Terms, out: Path | None, asking: Asking) -> tuple[Terms, Path | None]:
    """Return the terms with an answer for everything they left open."""
    vendor = terms.vendor or asking.ask(
        msg("Short name of the vendor, for files and folders (client for your own files)"),
        check=vendor_problems,
    )
    terms = replace(terms, vendor=vendor)
    terms = _reports(terms, asking)
    zone = terms.timezone or asking.ask(
        msg("Time zone of the local times"), _ZONES.get(asking.code, "UTC"), zone_problems
    )
    headers = terms.headers or asking.ask(
        msg("Headers of the files in Russian, English or both (ru, en, both)"), "both",
        _one_of(HEADERS),
    )  # fmt: skip
    every = terms.every or asking.ask(
        msg("Reports are due every (day, week, month)"), "month", _one_of(("day", "week", "month"))
    )
    terms = replace(
        terms, timezone=zone, headers=headers, every=every,  # type: ignore[arg-type]  # asked so
        dialect=terms.dialect or _dialect(asking),
    )  # fmt: skip
    if terms.vendor != "client":
        terms = replace(terms, parties=_parties(terms.parties, asking))
        terms = replace(terms, rate_card=terms.rate_card or _rates(terms, asking))
    return terms, out or _out(terms, asking)


def _reports(terms: Terms, asking: Asking) -> Terms:
    if terms.reports or terms.presets:
        return terms
    own = terms.vendor == "client"
    taken: list[str] = []
    if not own:
        asking.say(msg("Does the vendor already export reports from one of these systems?"))
        listed = [(preset.name, preset.describe(asking.code)) for preset in presets()]
        taken = asking.many(msg("Numbers or names, nothing for none"), listed)
    asking.say(msg("Which standard reports shall it send (beside those of the system)?")
               if taken else msg("Which standard reports shall it send?"))  # fmt: skip
    names = [name for name in library_names() if (name in CLIENT_REPORTS) == own]
    titles = [(name, Bilingual(library_report(name)["description"]).half(asking.code))
              for name in names]  # fmt: skip
    default = "" if taken else "leads,client_sales" if own else _USUAL
    while True:
        chosen = asking.many(msg("Numbers or names"), titles, default)
        if chosen or taken:
            return replace(terms, reports=chosen, presets=taken)


def _one_of(allowed: Iterable[str]) -> Any:
    def check(text: str) -> Iterator[Problem]:
        if text not in allowed:
            yield plain_problem(
                "-", msg("%(value)s is written", value=text or "-"),
                msg("one of: %(allowed)s", allowed=", ".join(allowed)), msg("choose one of them"),
            )  # fmt: skip

    return check


def _dialect(asking: Asking) -> dict[str, Any] | None:
    mark = asking.ask(
        msg("Columns of CSV files are separated by (comma, semicolon, tab, any)"), "any",
        _one_of(_MARKS),
    )  # fmt: skip
    dialect: dict[str, Any] = {}
    if asking.yes(msg("May files come in an older Russian encoding (cp1251)?"),
                  default=asking.code == "ru"):  # fmt: skip
        dialect["encodings"] = ["utf-8", "utf-8-sig", "cp1251"]
    if _MARKS[mark] is not None:
        dialect["delimiter"] = _MARKS[mark]
    if asking.yes(msg("Are decimals written with a comma (3,5)?"), default=asking.code == "ru"):
        dialect["decimalComma"] = True
    return dialect or None


def _day(text: str) -> Iterator[Problem]:
    try:
        date.fromisoformat(text)
    except ValueError:
        yield plain_problem(
            "-", msg("%(value)s is written", value=text or "-"), msg("a day such as 2026-03-01"),
            msg("write the day in that form"),
        )  # fmt: skip


def _no_day_or(text: str) -> Iterable[Problem]:
    return _day(text) if text else ()


def _filled(text: str) -> Iterator[Problem]:
    if not text:
        yield plain_problem("-", msg("nothing is written"), msg("a name"), msg("write it"))


def _parties(given: Mapping[str, Any] | None, asking: Asking) -> dict[str, Any] | None:
    known = dict(given or {})
    if not known.get("number"):
        # who gave parties by flags cannot leave the number out
        question = (
            msg("Number of the agreement")
            if known
            else msg("Number of the agreement (nothing to leave the parties out)")
        )
        number = asking.ask(question, check=_filled if known else None)
        if not number:
            return None
        known["number"] = number
    if not known.get("parties"):
        client = asking.ask(msg("Name of the client"), check=_filled)
        vendor = asking.ask(msg("Full name of the vendor"), check=_filled)
        known["parties"] = [client, vendor]
    if not known.get("effectiveFrom"):
        known["effectiveFrom"] = asking.ask(msg("First day of the term"), check=_day)
        last = asking.ask(msg("Last day of the term, nothing when it has none"), check=_no_day_or)
        if last:
            known["effectiveTo"] = last
    return known


def _rates(terms: Terms, asking: Asking) -> list[dict[str, Any]]:
    begins = (terms.parties or {}).get("effectiveFrom")
    asking.say(
        msg("What may be billed, line by line: unit, price, currency, then fields as name=value. "
            "Units: talk_minute, agent_hour, dial, contact, lead, sale, fixed and others. "
            "Example: talk_minute 9.50 RUB vat_rate=0.22 first_increment_seconds=60 "
            "next_increment_seconds=60")
    )  # fmt: skip
    lines: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []

    def check(text: str) -> Iterable[Problem]:
        found.clear()
        if text:
            try:
                found.append(parse_rate(text, begins))
            except AgreementError as error:
                return error.problems
        return ()

    while asking.ask(msg("A line of the rate card, nothing to end"), check=check):
        lines += found
    return lines


def _out(terms: Terms, asking: Asking) -> Path | None:
    default = str(target_of(None, terms.vendor))

    def free(text: str) -> Iterator[Problem]:
        if Path(text).exists() and not Path(text).is_dir():
            yield plain_problem(
                text, msg("it is there already"), msg("a name that is free"),
                msg("name another file"),
            )  # fmt: skip

    return Path(asking.ask(msg("File to write"), default, free))
