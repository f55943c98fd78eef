"""What the page of a week shows: one A4 page, whatever happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from vendoreval.report.digest_models import (
    DigestDocument,
    OverdueModel,
    WeekFigureModel,
    WeekVendorModel,
)
from vendoreval.report.models import FindingModel
from vendoreval.report.reader import DASH, Reader, capital
from vendoreval.report.words import REPORTS, SEVERITIES
from vendoreval.text import N_, Count, Language, Message, language, msg, nmsg

# vendors, reports owed, alerts and questions shown, letters of a line: from roomy to tight
_SHOWN: Final = (
    (10, 6, 6, 8, 160), (10, 5, 5, 6, 130), (8, 4, 4, 5, 110), (6, 3, 3, 4, 90), (4, 2, 2, 3, 70),
    (3, 1, 1, 2, 50),
)  # fmt: skip
TIGHTEST: Final = len(_SHOWN) - 1
_NAME: Final = 28
_HEADS: Final = {
    "dials": N_("Dials"),
    "conversations": N_("Conversations"),
    "talk_minutes": N_("Talk, min"),
    "leads_worked": N_("Leads worked"),
    "surviving_sales": N_("Sales"),
}
_MARKS: Final = {"higher": "▲", "lower": "▼", "usual": "", "unknown": ""}
_MARK_WORDS: Final = {
    "higher": N_("more than usual"),
    "lower": N_("less than usual"),
    "usual": N_("as usual"),
    "unknown": N_("not compared"),
}
STATE_WORDS: Final = {
    "missing": N_("not received"),
    "late": N_("came late"),
    "partial": N_("received in part"),
    "empty": N_("empty although work was billed"),
}


@dataclass(frozen=True)
class FigureCell:
    """A figure with its usual range under it."""

    value: str
    usual: str
    mark: str
    word: str


@dataclass(frozen=True)
class VendorLine:
    """One vendor in the table."""

    name: str
    note: str
    cells: tuple[FigureCell, ...]


@dataclass(frozen=True)
class AlertLine:
    """One alert."""

    severity: str
    severity_word: str
    tier: str
    vendor: str
    title: str
    money: str


@dataclass(frozen=True)
class OwedLine:
    """One report that is owed."""

    vendor: str
    report: str
    unit: str
    state: str
    due: str


@dataclass(frozen=True)
class DigestView:
    """Everything the page prints."""

    masthead: str
    client: str
    span: str
    title: str
    lead: str
    heads: tuple[str, ...]
    vendors: tuple[VendorLine, ...]
    more_vendors: str
    arrivals: str
    owed: tuple[OwedLine, ...]
    more_owed: str
    alerts: tuple[AlertLine, ...]
    more_alerts: str
    no_alerts: str
    questions: tuple[str, ...]
    more_questions: str
    tight: int


def digest_view(document: DigestDocument, code: str, tight: int = 0) -> DigestView:
    """Return the page in one language; `tight` says how much is left out, up to `TIGHTEST`."""
    vendors, owed, alerts, questions, letters = _SHOWN[tight]
    tongue = language(code)
    say = tongue.say
    reader = Reader(document.audit, code) if document.audit else None
    found = alerts_of(document)
    asked = _questions(document, reader, tongue)
    kept = _kept(document.vendors, vendors)
    first, last = (date.fromisoformat(day) for day in document.period.split(".."))
    return DigestView(
        masthead=say(msg("Week %(week)s", week=document.week)),
        client=document.client,
        span=say(msg("%(first)s – %(last)s", first=tongue.day(first), last=tongue.day(last))),
        title=say(digest_title(document)),
        lead=say(_lead(document, tongue)),
        heads=tuple(tongue.translate(_HEADS[f.name]) for f in _figures(document)),
        vendors=tuple(_vendor(vendor, tongue) for vendor in kept),
        more_vendors=_more(tongue, len(document.vendors) - len(kept)),
        arrivals=say(_arrivals(document)),
        owed=tuple(_owed(row, tongue, letters) for row in document.overdue[:owed]),
        more_owed=_more(tongue, len(document.overdue) - owed),
        alerts=tuple(_alert(f, reader, letters) for f in found[:alerts] if reader),
        more_alerts=_more(tongue, len(found) - alerts),
        no_alerts=say(_no_alerts(document)),
        questions=tuple(cut(text, letters) for text in asked[:questions]),
        more_questions=_more(tongue, len(asked) - questions),
        tight=tight,
    )


def alerts_of(document: DigestDocument) -> tuple[FindingModel, ...]:
    """Return facts and findings of the week; questions alarm nobody."""
    if document.audit is None:
        return ()
    return tuple(f for f in document.audit.findings if f.tier != "review")


def digest_title(document: DigestDocument) -> Message:
    """Return the conclusion of the week."""
    alerts, owed = len(alerts_of(document)), len(document.overdue)
    if document.audit is None:
        return msg("No vendor delivered anything for this week")
    alarmed = nmsg("%(n)s alert", "%(n)s alerts", alerts, n=Count(alerts))
    lacking = nmsg("%(n)s report is owed", "%(n)s reports are owed", owed, n=Count(owed))
    if alerts and owed:
        return msg("%(alerts)s; %(owed)s", alerts=alarmed, owed=lacking)
    if alerts:
        return msg("%(alerts)s; every report due has come", alerts=alarmed)
    if owed:
        return msg("No alert; %(owed)s", owed=lacking)
    unusual = sum(f.position in {"higher", "lower"} for v in document.vendors for f in v.figures)
    if unusual:
        return nmsg("No alert; %(n)s figure is out of the usual",
                    "No alert; %(n)s figures are out of the usual",
                    unusual, n=Count(unusual))  # fmt: skip
    return msg("Nothing out of the usual, and every report due has come")


def _lead(document: DigestDocument, tongue: Language) -> Message:
    return msg(
        "As known on %(day)s. A week shows what to ask about; what to decide stands in the audit "
        "of the month.", day=tongue.day(date.fromisoformat(document.known_on)),
    )  # fmt: skip


def _figures(document: DigestDocument) -> tuple[WeekFigureModel, ...]:
    return document.vendors[0].figures if document.vendors else ()


def _kept(vendors: tuple[WeekVendorModel, ...], most: int) -> tuple[WeekVendorModel, ...]:
    """Choose the vendors with something unusual first; they stay in the order of their names."""
    if len(vendors) <= most:
        return vendors
    loud = [v for v in vendors if any(f.position in {"higher", "lower"} for f in v.figures)]
    rest = [v for v in vendors if v not in loud]
    chosen = (loud + rest)[:most]
    return tuple(v for v in vendors if v in chosen)


def _vendor(vendor: WeekVendorModel, tongue: Language) -> VendorLine:
    note = "" if vendor.complete else tongue.say(msg("the call log is not whole"))
    cells = tuple(_cell(figure, tongue) for figure in vendor.figures)
    return VendorLine(cut(vendor.title, _NAME), note, cells)


def _cell(figure: WeekFigureModel, tongue: Language) -> FigureCell:
    usual = (
        tongue.range(round(figure.low), round(figure.high))
        if figure.low is not None and figure.high is not None
        else DASH
    )
    return FigureCell(
        value=DASH if figure.value is None else tongue.number(round(figure.value)),
        usual=usual,
        mark=_MARKS[figure.position],
        word=tongue.translate(_MARK_WORDS[figure.position]),
    )


def _arrivals(document: DigestDocument) -> Message:
    due = sum(row.due for row in document.arrivals)
    came = sum(row.came for row in document.arrivals)
    late = sum(row.late for row in document.arrivals)
    if not due:
        return msg("No report fell due in this week.")
    return msg("Fell due in this week: %(due)s; came: %(came)s, of them late: %(late)s.",
               due=Count(due), came=Count(came), late=Count(late))  # fmt: skip


def _owed(row: OverdueModel, tongue: Language, letters: int) -> OwedLine:
    known = REPORTS.get(row.report)
    due = tongue.short_day(date.fromisoformat(row.due_on)) if row.due_on else DASH
    return OwedLine(
        vendor=cut(row.title, _NAME),
        report=cut(tongue.translate(known) if known else row.report, letters // 3),
        unit=row.unit,
        state=tongue.translate(STATE_WORDS[row.state]),
        due=due,
    )


def _alert(finding: FindingModel, reader: Reader, letters: int) -> AlertLine:
    return AlertLine(
        severity=finding.severity,
        severity_word=reader.word(SEVERITIES[finding.severity]),
        tier=finding.tier,
        vendor=cut(reader.vendor(finding.vendor), _NAME),
        title=cut(capital(reader.text(finding, "title")), letters),
        money=reader.money(finding.money.point) if finding.money else DASH,
    )


def _questions(
    document: DigestDocument, reader: Reader | None, tongue: Language
) -> tuple[str, ...]:
    """Return what to ask: for what is owed, about the alerts, for answers that are awaited."""
    said: list[Message] = []
    owed: dict[str, list[str]] = {}
    for row in document.overdue:
        known = REPORTS.get(row.report)
        name = tongue.translate(known) if known else row.report
        owed.setdefault(row.title, []).append(f"{name} {row.unit}")
    said += [
        msg("%(vendor)s: what is owed: %(reports)s", vendor=cut(title, _NAME),
            reports=", ".join(names))
        for title, names in owed.items()
    ]  # fmt: skip
    if reader is not None:
        for finding in alerts_of(document):
            name = cut(reader.vendor(finding.vendor), _NAME)
            said += [msg("%(vendor)s: %(question)s", vendor=name, question=ask)
                     for ask in reader.texts(finding, "ask")[:1]]  # fmt: skip
    titles = {vendor.vendor: vendor.title for vendor in document.vendors}
    said += [
        msg("%(vendor)s: the answer to item %(item)s of %(period)s, asked on %(day)s",
            vendor=cut(titles.get(claim.vendor, claim.vendor), _NAME), item=str(claim.item),
            period=claim.period, day=tongue.day(date.fromisoformat(claim.claimed_on)))
        for claim in document.unanswered
    ]  # fmt: skip
    return tuple(dict.fromkeys(tongue.say(message) for message in said))


def _no_alerts(document: DigestDocument) -> Message:
    if document.audit is None:
        return msg("Nothing could be asked: there are no records of this week.")
    return msg("None: nothing in this week's records goes beyond chance and the agreement.")


def _more(tongue: Language, left: int) -> str:
    if left <= 0:
        return ""
    return tongue.say(nmsg("%(n)s more is not shown.", "%(n)s more are not shown.",
                           left, n=Count(left)))  # fmt: skip


def cut(text: str, letters: int) -> str:
    """Return text cut to so many letters."""
    return text if len(text) <= letters else text[: letters - 1] + "…"
