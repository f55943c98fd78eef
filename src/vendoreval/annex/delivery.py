"""How files come: their form, how often and until when, what happens with faulty rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from vendoreval.agreement import Agreement
from vendoreval.agreement.extensions import Acceptance, DeliveryPeriod
from vendoreval.agreement.odcs import SchemaObject, Server, ServiceLevel
from vendoreval.agreement.reports import ReportSchema
from vendoreval.annex.document import Block, Cell, Facts, Head, Heading, Paragraph, Said, Table
from vendoreval.annex.wording import EVERY, halves, joined, percentage, plain, quoted
from vendoreval.text import Count, Day, Message, msg, nmsg

_SKIPPED: Final = {
    "subtotal": msg("subtotals"),
    "total": msg("totals"),
    "footer": msg("lines below the rows"),
    "repeated header": msg("repeated headers"),
}
_UNITS: Final = {
    "d": nmsg("calendar day", "calendar days", 1),
    "h": nmsg("hour", "hours", 1),
    "w": nmsg("week", "weeks", 1),
    "m": nmsg("month", "months", 1),
    "y": nmsg("year", "years", 1),
}
_LEVELS: Final = {
    "frequency": msg("delivered every"),
    "timeofavailability": msg("deadline"),
    "latency": msg("deadline"),
    "retention": msg("kept for"),
}
_DRIVERS: Final = {
    "operational": msg("for the daily work"),
    "regulatory": msg("required by rules"),
    "analytics": msg("for analysis"),
}
# keys of a server that stand in their own columns, or in the form of the files
_OF_SERVER: Final = frozenset({"id", "server", "type", "location", "description",
                               "customProperties", "authoritativeDefinitions"})  # fmt: skip


def file_facts(part: SchemaObject, report: ReportSchema) -> Facts:
    """Return what a file of the report is and how it is written."""
    return Facts(tuple(_file_facts(part, report)))


def _file_facts(part: SchemaObject, report: ReportSchema) -> Iterator[tuple[Said, Cell]]:
    if part.data_granularity_description:
        yield msg("One row is"), halves(part.data_granularity_description)
    if report.file_pattern:
        yield msg("Name of the file"), (report.file_pattern,)
    period = part.extension("period", DeliveryPeriod)
    if period is not None:
        yield msg("Period"), (_period(period),)
        if period.holidays:
            days = tuple(Message("%(day)s", {"day": Day(day)}) for day in period.holidays)
            yield msg("Days without work"), (Message("%(days)s", {"days": days}),)
    else:
        yield (
            msg("Period"),
            (msg("none: each delivery replaces the former one; time zone %(zone)s",
                 zone=report.timezone),),
        )  # fmt: skip
    if report.key:
        yield msg("Key"), (msg("%(columns)s: each combination stands once",
                               columns=", ".join(report.key)),)  # fmt: skip
    yield msg("Form of the file"), tuple(_dialect(report))
    library = part.extension("library", str)
    if library:
        yield msg("Taken from the standard report"), (library,)
    if part.tags:
        yield msg("Tags"), (", ".join(part.tags),)


def _period(period: DeliveryPeriod) -> Message:
    return msg(
        "a file covers one period, %(every)s; a row belongs to it by the column %(column)s, "
        "local time of %(zone)s",
        every=EVERY[period.every], column=period.column, zone=period.timezone,
    )  # fmt: skip


def _dialect(report: ReportSchema) -> Iterator[Message]:
    written = report.dialect
    yield msg("encoding of text files: %(names)s", names=", ".join(written.encodings))
    if written.delimiter:
        yield msg("delimiter: %(mark)s", mark=_mark(written.delimiter))
    yield msg("decimal mark: comma") if written.decimal_comma else msg("decimal mark: point")
    yield nmsg(
        "the header is %(n)s line high",
        "the header is %(n)s lines high",
        written.header_rows,
        n=Count(written.header_rows),
    )
    if written.skip_footer:
        names = tuple(_SKIPPED[name] for name in written.skip_footer)
        yield msg("not taken for rows: %(names)s", names=names)
    marks = tuple(token for token in written.null_tokens if token.strip())
    if marks:
        yield msg("an empty value is an empty cell or one of: %(marks)s", marks=quoted(marks))
    else:
        yield msg("an empty value is an empty cell")
    if written.only_column is not None:
        yield msg("only rows count in which %(column)s is one of: %(values)s",
                  column=written.only_column, values=quoted(written.only_values))  # fmt: skip


def _mark(delimiter: str) -> Message:
    return msg("tab") if delimiter == "\t" else msg("“%(text)s”", text=delimiter)


def deadlines(agreement: Agreement) -> Iterator[Block]:
    """Yield how often each report comes, until when, where to, and how long it is kept."""
    contract = agreement.contract
    yield Heading(1, msg("Periodicity, deadlines and place of delivery"))
    levels = contract.sla_properties or ()
    if levels:
        heads = (
            Head(msg("Report"), "exact", 20),
            Head(msg("What is agreed"), "words", 44),
            Head(msg("In words"), "words", 36),
        )
        rows = tuple(_level(agreement, level) for level in levels)
        yield Table(heads, rows)
        yield Paragraph(
            msg(
                "A deadline that falls on a day without work moves to the next working day. "
                "Working days are Monday to Friday where no schedule names others."
            )
        )
    else:
        yield Paragraph(msg("The file names no deadlines."))
    if contract.servers:
        heads = (
            Head(msg("Place of delivery"), "exact", 20),
            Head(msg("Address"), "exact", 40),
            Head(msg("Notes"), "words", 34),
        )
        yield Table(heads, tuple(_server(server) for server in contract.servers))


def _level(agreement: Agreement, level: ServiceLevel) -> tuple[Cell, ...]:
    element = level.element or agreement.contract.sla_default_element
    name: Cell = (element,) if element else (msg("all reports"),)
    told = [_value(level)]
    if level.schedule:
        told.append(
            msg("schedule (%(kind)s): %(text)s", kind=level.scheduler or "-", text=level.schedule)
        )
    if level.driver:
        told.append(
            msg("purpose: %(purpose)s", purpose=_DRIVERS.get(level.driver.lower(), level.driver))
        )
    return name, tuple(told), halves(level.description)


def _value(level: ServiceLevel) -> Message:
    kind = _LEVELS.get(level.property.lower())
    name: Message | str = kind if kind is not None else level.property
    extra = f" {plain(level.value_ext)}" if level.value_ext is not None else ""
    values = {"what": name, "n": plain(level.value) + extra, "unit": _unit(level)}
    if not level.unit:
        return Message("%(what)s: %(n)s", values)
    if level.property.lower() in {"timeofavailability", "latency"}:
        return msg("%(what)s: %(n)s %(unit)s after the end of the period", **values)
    return Message("%(what)s: %(n)s %(unit)s", values)


def _unit(level: ServiceLevel) -> Message | str:
    """Return the unit of a value, in the form that the number asks for."""
    text = (level.unit or "").lower()
    known = _UNITS.get(text) or _UNITS.get({"hr": "h"}.get(text, text[:1]))
    is_word = text in {"hr", "d", "h", "w", "m", "y"} or text.rstrip("s") in {
        "day", "hour", "week", "month", "year",
    }  # fmt: skip
    if known is None or not is_word:
        return level.unit or ""
    count = level.value if isinstance(level.value, int) else 2
    return Message(known.template, {}, known.plural, count)


def _server(server: Server) -> tuple[Cell, ...]:
    known = server.model_dump(by_alias=True, exclude_unset=True)
    notes: list[Said] = [*halves(known.get("description"))]
    for key, value in known.items():
        if key not in _OF_SERVER and not isinstance(value, dict):
            notes.append(joined([key, _shown(key, value)], ": "))
    return (server.server, server.type), tuple(_address(known)), tuple(notes)


def _address(known: dict[str, Any]) -> Iterator[str]:
    if known.get("location"):
        yield plain(known["location"])


def _shown(key: str, value: Any) -> Message | str:
    return _mark(str(value)) if key == "delimiter" else plain(value)


def faults(agreement: Agreement) -> Iterator[Block]:
    """Yield what happens with rows and files that break a rule."""
    yield Heading(1, msg("Faulty rows and files"))
    for text in (
        msg("Each file is checked against this agreement by a program that both sides can run "
            "on their own. Every delivered row is accepted, set aside with its faults, or no row "
            "at all (a title, a total); nothing is dropped in silence."),
        msg("A row with a fault is set aside: it is kept, does not count, and goes back to the "
            "vendor with row, column, value and rule named. A difference between two reports "
            "and a rule that only warns turn no row away."),
        msg("A file without a required column is not accepted at all. A column that is not "
            "agreed is left aside and causes no fault."),
        msg("The mended file is sent whole and replaces the former one; both stay on record."),
    ):  # fmt: skip
        yield Paragraph(text)
    yield Paragraph(_accepted(agreement.contract.extension("acceptance", Acceptance)))
    for part in agreement.contract.schema_objects or ():
        own = part.extension("acceptance", Acceptance)
        if own is not None:
            yield Paragraph(
                msg("Report %(report)s: %(rule)s", report=part.name, rule=_accepted(own))
            )


def _accepted(agreed: Acceptance | None) -> Message:
    if agreed is None:
        return msg(
            "No limit of faulty rows and no term for sending a mended file are agreed in this "
            "version."
        )
    share = msg("At most %(share)s of the rows of a file may be faulty; beyond that the whole "
                "file has to be mended.", share=percentage(agreed.maximumFaultyShare))  # fmt: skip
    days = agreed.resendWithinDays
    if days is None:
        return joined([share, msg("No term for sending a mended file is agreed.")], " ")
    within = nmsg(
        "A mended file is sent within %(n)s day of receipt.",
        "A mended file is sent within %(n)s days of receipt.",
        days, n=Count(days),
    )  # fmt: skip
    return joined([share, within], " ")
