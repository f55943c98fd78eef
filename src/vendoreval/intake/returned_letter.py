"""The e-mail that goes back with a checked file: plain text, personal values hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vendoreval.agreement import extensions
from vendoreval.intake.cell_text import printable
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.faults import Place
from vendoreval.intake.returned_words import meaning
from vendoreval.intake.told_names import file_name, told_column
from vendoreval.text import Count, Day, Language, Message, Percent, language, msg, nmsg

if TYPE_CHECKING:
    from vendoreval.intake.report import RowCounts, ValidationReport

_MOST_IMPORTANT = 3


@dataclass(frozen=True)
class Deadline:
    """Until when a file with faults is to come again."""

    day: date
    within: int

    @property
    def sentence(self) -> Message:
        """The deadline in words."""
        return nmsg(
            "Please send it by %(day)s: within %(days)s day of receipt, as agreed.",
            "Please send it by %(day)s: within %(days)s days of receipt, as agreed.",
            self.within, day=Day(self.day), days=Count(self.within),
        )  # fmt: skip


def received_on(delivery: Delivery) -> date:
    """Return the day of receipt, in the time zone of the report."""
    return delivery.received_at.astimezone(ZoneInfo(delivery.schema.timezone)).date()


def _acceptance(delivery: Delivery) -> extensions.Acceptance | None:
    found = delivery.agreement.contract.extension("acceptance", extensions.Acceptance)
    return found if isinstance(found, extensions.Acceptance) else None


def deadline(delivery: Delivery) -> Deadline | None:
    """Return until when to send again, if that is agreed."""
    agreed = _acceptance(delivery)
    if agreed is None or agreed.resendWithinDays is None:
        return None
    within = agreed.resendWithinDays
    return Deadline(received_on(delivery) + timedelta(days=within), within)


def refused_whole(report: ValidationReport) -> Message | None:
    """Return the sentence about a share of faulty rows beyond what is agreed."""
    agreed = _acceptance(report.delivery)
    data_rows = report.rows.delivered - report.rows.skipped
    if agreed is None or not data_rows:
        return None
    share = Decimal(faulty_rows(report)) / data_rows
    if share <= agreed.maximumFaultyShare:
        return None
    return msg(
        "%(share)s of the rows are faulty; agreed is at most %(limit)s.",
        share=Percent(float(share)), limit=Percent(float(agreed.maximumFaultyShare)),
    )  # fmt: skip


def faulty_rows(report: ValidationReport) -> int:
    """Return how many rows were not accepted; blank ones are no fault."""
    rows = report.rows
    return max(rows.quarantined + rows.rejected - report.counts.get("blank_row", 0), 0)


def letter(report: ValidationReport, language_code: str = "en") -> str:
    """Return the text of the e-mail; see `ValidationReport.letter`."""
    speak = language(language_code)
    sections: list[list[Message | str]] = [_opening(report), [receipt_sentence(report.rows)]]
    if report.counts:
        sections += [_counts(report, speak), _important(report, speak)]
    sections.append(_closing(report))
    return "\n\n".join(
        "\n".join(line if isinstance(line, str) else speak.say(line) for line in section)
        for section in sections
    ) + "\n"  # fmt: skip


def _opening(report: ValidationReport) -> list[Message | str]:
    delivery = report.delivery
    file = file_name(delivery)
    subject = (
        msg("Subject: %(file)s: all rows accepted", file=file)
        if report.ok
        else msg(
            "Subject: %(file)s: faulty rows: %(rows)s", file=file, rows=Count(faulty_rows(report))
        )
    )
    title = delivery.schema.title or delivery.schema.name
    day = Day(received_on(delivery))
    checked = (
        msg("we have checked your file %(file)s (report %(report)s), received on %(day)s.",
            file=file, report=title, day=day)
        if report.period is None
        else msg("we have checked your file %(file)s (report %(report)s, period %(period)s), "
                 "received on %(day)s.",
                 file=file, report=title, period=str(report.period), day=day)
    )  # fmt: skip
    return [subject, "", msg("Hello,"), "", checked]


def receipt_sentence(rows: RowCounts) -> Message:
    """Return where every row went."""
    return msg(
        "Rows: %(delivered)s delivered = %(accepted)s accepted + %(quarantined)s set aside "
        "with faults + %(rejected)s lines that are no rows + %(skipped)s skipped "
        "(titles, totals).",
        delivered=Count(rows.delivered), accepted=Count(rows.accepted),
        quarantined=Count(rows.quarantined), rejected=Count(rows.rejected),
        skipped=Count(rows.skipped),
    )  # fmt: skip


def _counts(report: ValidationReport, speak: Language) -> list[Message | str]:
    lines: list[Message | str] = [msg("What was found, by rule:")]
    for rule, count in report.counts.items():
        said, _ = meaning(rule, report.delivery.schema)
        lines.append(f"- {rule}: {speak.number(count)}. {speak.say(said)}")
    return lines


def _important(report: ValidationReport, speak: Language) -> list[Message | str]:
    places = report.faults.places()[:_MOST_IMPORTANT]
    lines: list[Message | str] = [msg("What matters most:")]
    for number, place in enumerate(places, 1):
        lines += [
            f"{number}. {_headline(report, place, speak)}",
            f"   {_example(report, place, speak)}",
        ]
    return lines


def _headline(report: ValidationReport, place: Place, speak: Language) -> str:
    count = speak.say(
        nmsg("%(count)s fault", "%(count)s faults", place.count, count=Count(place.count))
    )
    column = told_column(report.delivery, place.column, speak)
    return f"{column}: {place.rule}, {count}" if column else f"{place.rule}, {count}"


def _example(report: ValidationReport, place: Place, speak: Language) -> str:
    first = report.faults.hidden(place.first)
    said = msg("Row %(row)s: %(message)s.", row=str(first.row), message=first.message)
    return printable(speak.say(said)).replace("\n", " ")


def _closing(report: ValidationReport) -> list[Message | str]:
    if report.ok:
        return [msg("Nothing needs to be sent again. Thank you.")]
    lines: list[Message | str] = []
    refused = refused_whole(report)
    if refused is not None:
        lines.append(refused)
    lines.append(
        msg("Please mend this in your system, export the whole report anew and send the whole "
            "file: it replaces this one, so the mended rows alone are not enough.")
    )  # fmt: skip
    agreed = deadline(report.delivery)
    if agreed is not None:
        lines.append(agreed.sentence)
    lines.append(
        msg("The workbook that comes with this letter is your own file with every faulty cell "
            "coloured and explained.")
    )  # fmt: skip
    return lines
