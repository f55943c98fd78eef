"""What every view of a checked delivery says alike, in words; how it looks is up to the view.

A view may be seen by others than sender and owner of the file (screens, logs, notebooks
passed on), so personal values are hidden here, and control and direction marks are shown
as codes: no text of a file can command a terminal or turn a line around.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from vendoreval.intake.choose_report import delimiter_name
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.fault_messages import Explainer, visible
from vendoreval.intake.fault_rules import ROW_RULE
from vendoreval.intake.faults import Fault, Place
from vendoreval.intake.returned_layout import columns_of
from vendoreval.intake.returned_letter import faulty_rows, refused_whole
from vendoreval.intake.returned_words import meaning
from vendoreval.intake.told_names import file_name, told_column
from vendoreval.text import Count, Language, Message, msg, nmsg

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport

PLACES, EXAMPLES, REMARKS = 25, 5, 20
# of the less grave places a glance is enough
_WELL_SHOWN, _GLANCE = 6, 2
_NAMED = 12
_LONGEST_LINE = 4000
_DECIMALS = 4


@dataclass(frozen=True)
class Example:
    """One fault: where it stands and what stands there; more where it differs from the rest."""

    row: str
    found: str
    more: str = ""


@dataclass(frozen=True)
class ShownPlace:
    """One rule broken in one column, in words.

    Parameters
    ----------
    column
        As the vendor wrote the header, the agreed name beside it; empty for whole rows.
    meaning, expected, cure
        What is wrong, what was expected, what to do.
    more
        How many faults are not among the examples.
    """

    rule: str
    column: str
    count: str
    meaning: str
    expected: str
    cure: str
    examples: tuple[Example, ...]
    more: int
    severity: str


def safe(text: str) -> str:
    """Return a sentence with the marks of a file made visible."""
    return visible(text, _LONGEST_LINE)


def headline(report: ValidationReport, speak: Language) -> str:
    """Return vendor, report and period in one line."""
    delivery = report.delivery
    schema = delivery.schema
    title = schema.name if schema.title is None else f"{schema.title} ({schema.name})"
    words = msg("%(vendor)s, report: %(report)s", vendor=delivery.agreement.title, report=title)
    if report.period is None:
        return safe(speak.say(words))
    return safe(
        speak.say(msg("%(what)s, period %(period)s", what=words, period=str(report.period)))
    )


def layout(delivery: Delivery) -> Message:
    """Return how the file was read: encoding, delimiter or sheet, header."""
    if delivery.sheet is not None:
        return msg(
            "Read as %(kind)s, sheet “%(sheet)s”, header in row %(row)s.",
            kind=delivery.encoding, sheet=delivery.sheet, row=str(delivery.header_row),
        )  # fmt: skip
    if not delivery.header_row:
        return msg("Read as %(kind)s.", kind=delivery.encoding)
    return msg(
        "Read as text in %(encoding)s, delimiter: %(delimiter)s, header in row %(row)s.",
        encoding=delivery.encoding,
        delimiter=delimiter_name(delivery.written_delimiter or delivery.delimiter),
        row=str(delivery.header_row),
    )  # fmt: skip


def sums(report: ValidationReport, speak: Language) -> list[tuple[str, str, str]]:
    """Return measure, sum of the accepted rows and of those set aside."""
    return [
        (name, _amount(both.accepted, speak), _amount(both.quarantined, speak))
        for name, both in report.sums.items()
    ]


def _amount(value: float | Decimal, speak: Language) -> str:
    """Return a sum with as many decimals as it has, four at most."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-_DECIMALS))
    return speak.number(exact, max(0, -int(exact.normalize().as_tuple().exponent)))


# ------------------------------------------------------------------ faults


def shown_places(report: ValidationReport, speak: Language) -> tuple[list[ShownPlace], str]:
    """Return the gravest places, and a sentence about the others."""
    places = report.faults.places(EXAMPLES)
    rest = places[PLACES:]
    said = ""
    if rest:
        count = sum(place.count for place in rest)
        names = ", ".join(f"{p.column or '-'} ({p.rule})" for p in rest[:_NAMED])
        said = safe(speak.say(
            nmsg("and %(n)s fault more elsewhere: %(names)s",
                 "and %(n)s faults more elsewhere: %(names)s",
                 count, n=Count(count), names=names)
        ))  # fmt: skip
    fewer = [replace(place, examples=place.examples[:_GLANCE]) for place in places[_WELL_SHOWN:]]
    shown = (*places[:_WELL_SHOWN], *fewer)[:PLACES]
    return [_shown(report, place, speak) for place in shown], said


def _shown(report: ValidationReport, place: Place, speak: Language) -> ShownPlace:
    schema, say = report.delivery.schema, speak.say
    said, advice = meaning(place.rule, schema)
    cure: Message | str = advice
    first = place.first
    if Explainer(schema).asks(first.column, first.value, first.rule):
        cure = _part(first, "cure")
    faults = [report.faults.hidden(fault) for fault in place.examples]
    expected = [safe(say(_part(fault, "expected"))) for fault in faults]
    found = _contradictions(report, place, speak) or [_found(fault, speak) for fault in faults]
    examples = tuple(
        Example(_where(fault, speak), text, "" if own == expected[0] else own)
        for fault, text, own in zip(faults, found, expected, strict=True)
    )
    return ShownPlace(
        rule=place.rule, column=told_column(report.delivery, place.column, speak),
        count=say(
            nmsg("%(count)s fault", "%(count)s faults", place.count, count=Count(place.count))
        ),
        meaning=safe(say(said)), expected=expected[0], cure=safe(say(cure)), examples=examples,
        more=place.count - len(examples), severity=first.severity,
    )  # fmt: skip


def _where(fault: Fault, speak: Language) -> str:
    row = str(fault.row)
    if fault.line != fault.row:
        return speak.say(msg("row %(row)s (line %(line)s)", row=row, line=str(fault.line)))
    return speak.say(msg("row %(row)s", row=row))


def _found(fault: Fault, speak: Language) -> str:
    """Return the value as it stood there; where there is none, what is there instead."""
    if not fault.value:
        return safe(speak.say(_part(fault, "found")))
    return _quoted(fault.value, speak)


def _contradictions(report: ValidationReport, place: Place, speak: Language) -> list[str]:
    """Return for each example of a row rule what stands in the cells of the rule.

    Rows that break a rule that only warns were accepted; they are not looked up.
    """
    schema = report.delivery.schema
    rule = next((r for r in schema.rules if f"{ROW_RULE}{r.id}" == place.rule), None)
    here = report.delivery.cell_names
    names = [name for name in columns_of(rule.expression) if name in here] if rule else []
    if not names or not report.quarantine_files or place.first.severity != "error":
        return []
    wanted = [fault.row for fault in place.examples]
    rows = pl.scan_parquet(list(report.quarantine_files)).filter(pl.col("_row").is_in(wanted))
    cells = {row: texts for row, *texts in rows.select("_row", *names).collect().iter_rows()}
    hide = report.faults.hidden
    found: list[str] = []
    for fault in place.examples:
        if fault.row not in cells:
            return []
        told = [
            hide(replace(fault, column=name, value=text)).value or ""
            for name, text in zip(names, cells[fault.row], strict=True)
        ]
        pairs = zip(names, told, strict=True)
        found.append("; ".join(f"{name} {_quoted(text, speak)}" for name, text in pairs))
    return found


def _quoted(text: str, speak: Language) -> str:
    return speak.say(msg("“%(value)s”", value=visible(text)))


def _part(fault: Fault, name: str) -> Message | str:
    """Return one of the three parts of a fault's message: found, expected or cure."""
    part = fault.message.values[name]
    return part if isinstance(part, Message | str) else str(part)


# ------------------------------------------------------------------ remarks and verdict


def remarks(report: ValidationReport, speak: Language) -> Iterator[tuple[str, list[str]]]:
    """Yield a title and its sentences: which readings were taken, and the notes."""
    groups: tuple[tuple[Message, Sequence[Message]], ...] = (
        (msg("How it was read"), (*report.delivery.readings, *report.readings)),
        (msg("Worth knowing"), report.notes),
    )
    for title, messages in groups:
        lines = [safe(speak.say(message)) for message in messages[:REMARKS]]
        if len(messages) > REMARKS:
            lines.append(speak.say(msg("and %(n)s more", n=Count(len(messages) - REMARKS))))
        if lines:
            yield speak.say(title), lines


def verdict(report: ValidationReport) -> list[Message]:
    """Return what the check came to, and what the sender has to do."""
    if report.ok:
        said = [msg("Accepted: nothing needs to be sent again.")]
        if any(rule != "blank_row" for rule in report.counts):
            said.append(msg("What is listed above are warnings; please look at them."))
        return said
    faulty, kept = faulty_rows(report), report.rows.accepted
    if not kept:
        said = [msg("Not accepted: no row of the file can be used.")]
    else:
        said = [
            nmsg("Not accepted as it is: %(n)s row has faults, %(kept)s are sound.",
                 "Not accepted as it is: %(n)s rows have faults, %(kept)s are sound.",
                 faulty, n=Count(faulty), kept=Count(kept))
        ]  # fmt: skip
    refused = refused_whole(report)
    if refused is not None:
        said.append(refused)
    said.append(
        msg("Mend this in the system the file comes from, export the whole report anew and send "
            "the whole file: it replaces this one.")
    )  # fmt: skip
    return said


__all__ = [
    "EXAMPLES", "PLACES", "Example", "ShownPlace", "file_name", "headline", "layout", "remarks",
    "safe", "shown_places", "sums", "verdict",
]  # fmt: skip
