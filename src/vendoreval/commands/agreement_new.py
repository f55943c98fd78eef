"""`vendoreval agreement new`: from flags alone, or by asking for what they leave open."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

import typer

from vendoreval.agreement import agreement_from_bytes
from vendoreval.agreement.new import Terms, new_agreement
from vendoreval.agreement.presets import presets
from vendoreval.agreement.write import refuse_existing, write_agreement
from vendoreval.agreement.yaml_file import read_yaml
from vendoreval.commands.agreement_interview import complete
from vendoreval.commands.agreement_target import target_of, vendor_of
from vendoreval.commands.asking import Asking, on_a_terminal
from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.text import language, msg

_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "\\t": "\t"}
_WIDTH = 100


def new_command(
    vendor: Annotated[
        str | None,
        typer.Option(help="Short name of the vendor; `client` for the client's own files."),
    ] = None,
    report: Annotated[
        list[str] | None,
        typer.Option(help="A standard report, such as calls; several times, or with commas."),
    ] = None,
    preset: Annotated[
        list[str] | None,
        typer.Option(
            help="An export of a known system; `vendoreval agreement presets` lists them."
        ),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Of the local times, such as Europe/Moscow.")
    ] = None,
    headers: Annotated[
        str | None, typer.Option(help="Language of the headers: ru, en or both.")
    ] = None,
    every: Annotated[
        str | None, typer.Option(help="How often reports are due: day, week or month.")
    ] = None,
    within_days: Annotated[
        int | None, typer.Option(help="Days after the end of a period until they are due.", min=1)
    ] = None,
    rate: Annotated[
        list[str] | None,
        typer.Option(
            help="A line of the rate card: 'talk_minute 9.50 RUB from=2026-01-01 "
            "first_increment_seconds=60'; several times."
        ),
    ] = None,
    rates: Annotated[
        Path | None, typer.Option(help="A YAML file with a list of lines of the rate card.")
    ] = None,
    number: Annotated[str | None, typer.Option(help="Number of the agreement.")] = None,
    party: Annotated[
        list[str] | None, typer.Option(help="A party: the client first, then the vendor.")
    ] = None,
    starts: Annotated[str | None, typer.Option("--from", help="First day of the term.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day of the term.")] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Between columns: comma, semicolon, tab or the sign itself.")
    ] = None,
    decimal_comma: Annotated[
        bool, typer.Option("--decimal-comma", help="Decimals are written with a comma.")
    ] = False,
    encoding: Annotated[
        list[str] | None, typer.Option(help="An encoding of the files, such as cp1251.")
    ] = None,
    language_of_vendor: Annotated[
        str | None,
        typer.Option("--language", help="In which the vendor is written to: ru or en."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Name of the agreement for people.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write, or a folder for VENDOR.odcs.yaml.")
    ] = None,
    ask: Annotated[
        bool | None,
        typer.Option("--ask/--no-ask", help="Ask for what is left open; by itself on a terminal."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Write a new agreement that has no problems; an existing file is never written over."""
    code = spoken_language(lang)
    terms = Terms(
        vendor=vendor or vendor_of(out),
        reports=_names(report), presets=_names(preset),
        rate_card=[*(_rate_file(rates) if rates else ()), *(rate or ())],
        parties=_parties(number, party, starts, until), timezone=timezone or "",
        headers=headers or "",  # type: ignore[arg-type]  # what is wrong is told with all else
        every=every, days_after=within_days,  # type: ignore[arg-type]  # what is wrong is told with all else
        dialect=_dialect(delimiter, encoding, decimal_comma=decimal_comma), title=title,
        language=language_of_vendor,  # type: ignore[arg-type]  # what is wrong is told with all else
    )  # fmt: skip
    asking = Asking(code)
    lacking = not terms.vendor or not (terms.reports or terms.presets)
    if ask or (ask is None and lacking and on_a_terminal()):
        terms, out = complete(terms, out, asking)
    target = target_of(out, terms.vendor)
    refuse_existing(target)
    text = new_agreement(
        terms.vendor, terms.reports, presets=terms.presets, rate_card=terms.rate_card,
        parties=terms.parties, timezone=terms.timezone or "UTC", headers=terms.headers or "both",
        every=terms.every, days_after=terms.days_after, dialect=terms.dialect, title=terms.title,
        language=terms.language,
    )  # fmt: skip
    write_agreement(text, target)
    for line in written_lines(text, target, terms, code):
        typer.echo(line)


def written_lines(text: str, target: Path, terms: Terms, code: str) -> Iterator[str]:
    """Yield what was written, what it lacks, and what comes next."""
    speak = language(code).say
    agreement = agreement_from_bytes(text.encode(), terms.vendor, str(target))
    yield speak(msg("Written: %(file)s", file=str(target)))
    yield speak(msg("Reports: %(names)s", names=", ".join(agreement.reports)))
    if vendor_of(target) != terms.vendor:
        yield speak(
            msg("The name of the file up to its first dot is the vendor's short name: read from "
                "there it is “%(name)s”", name=vendor_of(target))
        )  # fmt: skip
    if not agreement.rate_card and "invoice_lines" in agreement.reports:
        yield speak(msg("It has no rate card: no invoice can be held against the calls. "
                        "Add lines with --rate, or rateCard in the file."))  # fmt: skip
    for preset in presets():
        if preset.name in terms.presets:
            yield speak(msg("What to know of %(name)s:", name=preset.name))
            yield from (
                f"  {line}" for line in wrap(preset.traps(code), _WIDTH, break_long_words=False)
            )
    first = next(iter(agreement.reports))
    yield speak(msg("Next:"))
    written = shlex.quote(str(target))
    yield f"  vendoreval agreement template {written} --report {first} --out {first}.xlsx"
    yield f"  vendoreval validate FILE --agreement {written}"


# ------------------------------------------------------------------ options into terms


def _names(given: list[str] | None) -> list[str]:
    parts = [part.strip() for text in given or () for part in text.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


def _parties(
    number: str | None, party: list[str] | None, starts: str | None, until: str | None
) -> dict[str, Any] | None:
    given = {
        "number": number, "parties": party or None, "effectiveFrom": starts, "effectiveTo": until,
    }  # fmt: skip
    there = {key: value for key, value in given.items() if value is not None}
    return there or None


def _dialect(
    delimiter: str | None, encoding: list[str] | None, *, decimal_comma: bool
) -> dict[str, Any] | None:
    dialect: dict[str, Any] = {}
    if encoding:
        names = [name.strip().lower() for text in encoding for name in text.split(",")]
        dialect["encodings"] = list(dict.fromkeys([*names, "utf-8", "utf-8-sig"]))
    if delimiter:
        dialect["delimiter"] = _DELIMITERS.get(delimiter.casefold(), delimiter)
    if decimal_comma:
        dialect["decimalComma"] = True
    return dialect or None


def _rate_file(path: Path) -> list[Any]:
    value = read_yaml(path)
    if isinstance(value, dict):
        value = value.get("rateCard", value)
    if not isinstance(value, list) or not all(isinstance(line, dict | str) for line in value):
        raise AgreementError(
            plain_problem(
                str(path), msg("it holds no list of lines"),
                msg("a list, each entry a line of the rate card with unit, price and currency"),
                msg("write it as under rateCard in an agreement"),
            )
        )  # fmt: skip
    return value
