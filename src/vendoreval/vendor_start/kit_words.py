"""The instructions in a vendor's kit."""

from __future__ import annotations

from collections.abc import Mapping

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.report.masking import clean_text
from vendoreval.text import Bilingual, Count, Language, Message, language, msg

_EVERY: dict[str | None, Message] = {
    "day": msg("every day"), "week": msg("every week"), "month": msg("every month"),
    None: msg("whole, whenever it changes"),
}  # fmt: skip


def instructions(
    agreement: Agreement, agreement_file: str, samples: Mapping[str, str], code: str
) -> str:
    """Return the instructions in one language, as Markdown.

    Parameters
    ----------
    samples
        Report -> file name of its sample.
    """
    tongue = language(code)
    say = tongue.say
    first = next(iter(samples.values()), "FILE.csv")
    command = f"vendoreval validate samples/{first} --agreement agreement/{agreement_file}"
    parties = agreement.parties
    number = parties.number if parties is not None else "—"
    lines = [
        say(msg("# Reports of %(vendor)s", vendor=clean_text(agreement.title))), "",
        say(msg("Agreement %(number)s, version %(version)s.", number=clean_text(number),
                version=agreement.version)), "",
        say(msg("## What is here")), "",
        say(msg("- `agreement/`: what both sides signed, as a file that programs read")),
        say(msg("- `templates/`: a workbook for each report with drop-downs, rules and an "
                "example")),
        say(msg("- `samples/`: each report as it should look")), "",
        say(msg("## Check a file before sending it")), "",
        say(msg("With Python 3.11 or newer, once:")), "",
        "```", "pip install vendoreval", "```", "",
        say(msg("Then, for every file, in this folder:")), "",
        "```", f"{command} --lang {code}", "```", "",
        say(msg("It names each fault with its row, column and what to do, and sends nothing "
                "anywhere. The client runs the same check: what passes here is accepted "
                "there.")), "",
        say(msg("## The reports")), "",
    ]  # fmt: skip
    for report in agreement.reports.values():
        title = _title(agreement, report, code)
        lines += _report_lines(report, title, samples.get(report.name), tongue)
    return "\n".join(lines) + "\n"


def _title(agreement: Agreement, report: ReportSchema, code: str) -> str:
    """Return the name of a report in a language: its first synonym there, else its title."""
    parts = agreement.contract.schema_objects or ()
    part = next((one for one in parts if one.name == report.name), None)
    spoken = [
        one.synonym
        for one in (part.synonyms if part is not None else None) or ()
        if (one.locale or "").startswith(code)
    ]
    if code != "en" and spoken:
        return spoken[0]
    return Bilingual(report.title).half(code) if report.title else report.name


def _report_lines(
    report: ReportSchema, title: str, sample: str | None, tongue: Language
) -> list[str]:
    say = tongue.say
    required = [column.name for column in report.columns if column.required]
    lines = [f"### {clean_text(title)} (`{report.name}`)", ""]
    if report.file_pattern:
        lines.append(say(msg("- name of the file: `%(pattern)s`", pattern=report.file_pattern)))
    lines += [
        say(msg("- sent: %(every)s, time zone %(zone)s", every=_EVERY[report.every],
                zone=report.timezone)),
        say(msg("- columns: %(all)s, of which must be filled: %(names)s",
                all=Count(len(report.columns)), names=", ".join(f"`{n}`" for n in required)
                or "—")),
    ]  # fmt: skip
    if sample is not None:
        lines.append(say(msg("- sample: `samples/%(name)s`", name=sample)))
    return [*lines, ""]
