"""A new agreement: reports of the library, exports of known systems, terms of the parties."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel, ValidationError

from vendoreval.agreement.adapt import HEADERS, Headers, keep_headers, set_rhythm, set_zone
from vendoreval.agreement.assemble import assemble, property_of, set_property
from vendoreval.agreement.extensions import Dialect, Every, Parties, SpokenLanguage
from vendoreval.agreement.library import library_deadlines, library_names, library_report
from vendoreval.agreement.lint import lint_text
from vendoreval.agreement.presets import preset_names, set_preset_zone, stored_preset
from vendoreval.agreement.problems import model_problems
from vendoreval.agreement.rate_line import parse_rate, rate_value
from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.text import Message, msg
from vendoreval.zones import known_zone

# the file's name begins with it, and so do folders
_VENDOR: Final = re.compile(r"[^\W_][\w-]{0,62}")
# key of the file -> option of the command
_OPTIONS: Final = {
    "number": "--number", "parties": "--party", "effectiveFrom": "--from",
    "effectiveTo": "--until", "delimiter": "--delimiter", "encodings": "--encoding",
    "decimalComma": "--decimal-comma",
}  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What an agreement is made of; the keys are those of `new_agreement`."""

    vendor: str
    reports: Sequence[str] = ()
    presets: Sequence[str] = ()
    rate_card: Sequence[Mapping[str, Any] | str] = ()
    parties: Mapping[str, Any] | None = None
    timezone: str = "UTC"
    headers: Headers = "both"
    every: Every | None = None
    days_after: int | None = None
    dialect: Mapping[str, Any] | None = None
    title: str | None = None
    version: str = "1.0.0"
    language: SpokenLanguage | None = None


def new_agreement(
    vendor: str,
    reports: Sequence[str] = (),
    *,
    presets: Sequence[str] = (),
    rate_card: Sequence[Mapping[str, Any] | str] = (),
    parties: Mapping[str, Any] | None = None,
    timezone: str = "UTC",
    headers: Headers = "both",
    every: Every | None = None,
    days_after: int | None = None,
    dialect: Mapping[str, Any] | None = None,
    title: str | None = None,
    version: str = "1.0.0",
    language: SpokenLanguage | None = None,
) -> str:
    """Write an agreement that has no problems.

    Parameters
    ----------
    vendor
        Short name; the file is to be called ``VENDOR.odcs.yaml``. ``client`` for the
        client's own files.
    reports
        Standard reports, in the order wanted.
    presets
        Exports of known systems. A report that a preset describes is taken from it, a
        report named beside it from the library.
    rate_card
        Lines of the rate card: fields of the file, or text as `parse_rate` reads it.
    parties
        Number, parties and term (`agreement` of the file).
    timezone
        Of all local times in the files, an IANA name.
    headers
        Which headers of the library a file may have: `ru`, `en` or `both`. Those of a
        preset stay.
    every, days_after
        How often reports are due, and within how many days; as the library has it when
        not given.
    dialect
        How the files are written: delimiter, decimalComma, encodings and so on.
    title, version
        Name of the agreement for people, and its version.
    language
        In which the vendor is written to; that of the headers when not given.

    Returns
    -------
    str
        YAML text; equal arguments give equal text.

    Raises
    ------
    AgreementError
        With everything that is wrong at once.

    Examples
    --------
    >>> text = new_agreement("alpha", ["invoice_lines"], presets=["asterisk-cdr"],
    ...                      rate_card=["talk_minute 9.50 RUB from=2026-01-01"])
    >>> lint_text(text, "alpha.odcs.yaml")
    []
    """
    terms = Terms(
        vendor, reports, presets, rate_card, parties, timezone, headers, every, days_after,
        dialect, title, version, language,
    )  # fmt: skip
    return _Composer(terms).text()


def vendor_problems(vendor: str) -> Iterator[Problem]:
    """Yield what is wrong with a short name of a vendor: it names a file and folders."""
    if not _VENDOR.fullmatch(vendor):
        yield plain_problem(
            "--vendor",
            msg("%(value)s is written", value=vendor or "-"),
            msg("letters, digits, hyphen and underscore, at most 63, such as alpha"),
            msg("choose a short name; the agreement and the folder of its files are called so"),
        )


def zone_problems(timezone: str) -> Iterator[Problem]:
    """Yield what is wrong with the name of a time zone, with names that are like it."""
    if known_zone(timezone):
        return
    last = {name.rpartition("/")[2].casefold(): name for name in sorted(available_timezones())}
    like = difflib.get_close_matches(timezone.rpartition("/")[2].casefold(), last, 3, 0.6)
    cure: Message = (
        msg("meant may be: %(names)s", names=", ".join(last[name] for name in like))
        if like
        else msg("mend the name")
    )
    yield plain_problem(
        "--timezone",
        msg("%(value)s is written", value=timezone or "-"),
        msg("a name of the IANA list, such as Europe/Moscow"),
        cure,
    )


def report_problems(reports: Sequence[str], presets: Sequence[str]) -> Iterator[Problem]:
    """Yield which reports and presets are not known."""
    for option, named, known in (
        ("--report", reports, library_names()), ("--preset", presets, preset_names()),
    ):  # fmt: skip
        for name in named:
            if name not in known:
                yield plain_problem(
                    option,
                    msg("%(value)s is written", value=name or "-"),
                    msg("one of: %(allowed)s", allowed=", ".join(known)),
                    _nearest(name, known),
                )
    if not reports and not presets:
        yield plain_problem(
            "--report, --preset",
            msg("no report is named"),
            msg("one of: %(allowed)s", allowed=", ".join((*library_names(), *preset_names()))),
            msg("name at least one report or preset"),
        )


def _nearest(name: str, known: Sequence[str]) -> Message:
    like = difflib.get_close_matches(name, known, 1)
    return msg("meant may be: %(names)s", names=like[0]) if like else msg("choose one of them")


def shape_problems(model: type[BaseModel], value: Mapping[str, Any] | None) -> Iterator[Problem]:
    """Yield what a shape of ours has against a value, by the option that gives it."""
    if value is None:
        return
    try:
        model.model_validate(dict(value))
    except ValidationError as error:
        for problem in model_problems("", error):
            key = problem.path.removeprefix("$.").partition("[")[0]
            option = _OPTIONS.get(key)
            yield replace(problem, where=option or problem.path, path="")


@dataclass
class _Composer:
    """One agreement in the making."""

    terms: Terms
    problems: list[Problem] = field(default_factory=list)

    def text(self) -> str:
        terms = self.terms
        self._look()
        card = self._rate_card()
        if self.problems:
            raise AgreementError(self.problems)
        reports, levels, sources = self._reports()
        text = assemble(
            terms.vendor, reports, levels, rate_card=card, parties=terms.parties,
            timezone=terms.timezone, dialect=terms.dialect, title=terms.title,
            version=terms.version, description=_description(sources),
            language=terms.language or (terms.headers if terms.headers != "both" else None),
        )  # fmt: skip
        found = lint_text(text, f"{terms.vendor}.odcs.yaml")
        if found:
            raise AgreementError(found)
        return text

    def _look(self) -> None:
        terms = self.terms
        self.problems += [
            *vendor_problems(terms.vendor), *zone_problems(terms.timezone),
            *report_problems(terms.reports, terms.presets),
            *shape_problems(Parties, terms.parties), *shape_problems(Dialect, terms.dialect),
        ]  # fmt: skip
        for option, value, allowed in (
            ("--headers", terms.headers, HEADERS), ("--every", terms.every, get_args(Every)),
            ("--language", terms.language, get_args(SpokenLanguage)),
        ):  # fmt: skip
            if value is not None and value not in allowed:
                self.problems.append(
                    plain_problem(
                        option, msg("%(value)s is written", value=str(value)),
                        msg("one of: %(allowed)s", allowed=", ".join(allowed)),
                        msg("choose one of them"),
                    )
                )  # fmt: skip

    def _rate_card(self) -> list[dict[str, Any]]:
        begins = (self.terms.parties or {}).get("effectiveFrom")
        card = []
        for number, line in enumerate(self.terms.rate_card):
            try:
                if isinstance(line, str):
                    card.append(parse_rate(line, begins and str(begins)))
                else:
                    card.append(rate_value(line, "rateCard", f"[{number}]"))
            except AgreementError as error:
                self.problems += error.problems
        return card

    def _reports(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the reports, their deadlines, and the presets they come from."""
        terms = self.terms
        found: dict[str, dict[str, Any]] = {}
        sources = [stored_preset(name) for name in dict.fromkeys(terms.presets)]
        for contract in sources:
            for report in contract["schema"]:
                set_preset_zone(report, terms.timezone)
                own = property_of(contract, "dialect")
                if own and property_of(report, "dialect") is None:
                    # what the system writes, unless the parties agreed on something else
                    set_property(report, "dialect", {**own, **(terms.dialect or {})})
                found.setdefault(report["name"], report)
        for name in terms.reports:
            if name not in found:
                report = library_report(name)
                set_zone(report, terms.timezone)
                keep_headers(report, terms.headers)
                found[name] = report
        levels = []
        for name, report in found.items():
            own_levels = library_deadlines(name)
            set_rhythm(report, own_levels, terms.every, terms.days_after)
            levels += own_levels
        return list(found.values()), levels, sources


def _description(sources: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return what the presets say of themselves: with several, one after the other."""
    told = [source["description"] for source in sources if source.get("description")]
    if len(told) < 2:
        return told[0] if told else None
    joined: dict[str, Any] = {}
    for name in ("purpose", "limitations", "usage"):
        halves = [part[name].partition(" / ") for part in told if part.get(name)]
        english = " ".join(" ".join(half[0].split()) for half in halves)
        russian = " ".join(" ".join(half[2].split()) for half in halves)
        joined[name] = f"{english} / {russian}"
    joined["authoritativeDefinitions"] = [
        source for part in told for source in part.get("authoritativeDefinitions", ())
    ]
    return joined
