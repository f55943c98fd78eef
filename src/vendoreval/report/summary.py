"""Page one: the conclusion, four numbers, the verdict table, what to decide, how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vendoreval.report import geometry
from vendoreval.report.models import AuditDocument, FindingModel, MeasureModel, VendorModel
from vendoreval.report.reader import DASH, Reader
from vendoreval.report.words import DECISIONS, SEVERITIES, VERDICTS
from vendoreval.text import N_, Count, msg, nmsg

SPARK_WIDTH, SPARK_HEIGHT = 56.0, 12.0
INTERVAL_START, INTERVAL_END = 10.0, 70.0
_FEW_VENDORS = 6
_LETTER = 3.8  # mean advance of a digit at 6.5 pt

_POSITIONS = {
    "better": N_("really better than all vendors together"),
    "worse": N_("really worse than all vendors together"),
    "chance": N_("chance can explain the gap to all vendors together"),
}


@dataclass(frozen=True)
class KeyNumber:
    """One of the four numbers."""

    label: str
    value: str
    notes: tuple[str, ...]
    alert: bool = False


@dataclass(frozen=True)
class Tick:
    """One mark under the intervals; the text is empty where it would touch another."""

    x: float
    text: str


@dataclass(frozen=True)
class VendorRow:
    """One line of the verdict table."""

    name: str
    verdict: str
    decision: str
    decision_code: str
    alert: bool
    cost: str
    cost_alert: bool
    spark: geometry.Spark
    spark_title: str
    conversion: str
    bar: geometry.Bar | None
    bar_title: str
    position: str
    talked: str
    at_risk: str


@dataclass(frozen=True)
class ActionRow:
    """One decision asked for."""

    number: int
    text: str
    reason: str
    owner: str
    due: str
    amount: str
    finding: str


@dataclass(frozen=True)
class FindingRow:
    """One line of the list of findings."""

    id: str
    severity: str
    severity_word: str
    tier: str
    title: str
    vendor: str
    money: str
    linked: bool


@dataclass(frozen=True)
class Summary:
    """Everything page one shows, already written for people."""

    masthead: str
    client: str
    period: str
    title: str
    lead: str
    numbers: tuple[KeyNumber, ...]
    rows: tuple[VendorRow, ...]
    total: VendorRow
    ticks: tuple[Tick, ...]
    months: str
    cost_head: str
    risk_head: str
    actions: tuple[ActionRow, ...]
    findings: tuple[FindingRow, ...]
    more_findings: str
    money_unit: str
    trust: tuple[tuple[str, str], ...]
    compact: bool


def summary(reader: Reader, linked: frozenset[str]) -> Summary:
    """Return page one; `linked` are the findings that have a page of their own."""
    written = reader.document
    compact = len(written.vendors) > _FEW_VENDORS
    thousand = _in_thousands(written)
    shown = written.findings[: 4 if compact else 5]
    rows = _Rows(reader, thousand)
    hidden = len(written.findings) - len(shown)
    say = reader.language.say
    month = "-" in written.period and len(written.period) == len("2026-10")
    return Summary(
        masthead=reader.word(N_("Monthly vendor audit") if month else N_("Vendor audit")),
        client=written.client,
        period=reader.period(written.period),
        title=reader.text(written, "title"),
        lead=reader.text(written, "lead"),
        numbers=_numbers(reader),
        rows=tuple(rows.vendor(vendor) for vendor in written.vendors),
        total=rows.total(),
        ticks=rows.ticks(),
        months=rows.months(),
        cost_head=say(msg("Cost of a sale, %(unit)s", unit=reader.language.currency_mark(
            written.currency))),
        risk_head=say(msg("At risk, %(unit)s", unit=money_unit(reader, thousand))),
        actions=_actions(reader, 3 if compact else 4),
        findings=tuple(finding_row(reader, finding, thousand, linked) for finding in shown),
        more_findings=say(
            nmsg("%(n)s more finding on the following pages.",
                 "%(n)s more findings on the following pages.", hidden, n=Count(hidden))
        ) if hidden > 0 else "",
        money_unit=money_unit(reader, thousand),
        trust=tuple(
            (reader.text(row, "figure"), reader.text(row, "text")) for row in written.trust[:5]
        ),
        compact=compact,
    )  # fmt: skip


def _in_thousands(written: AuditDocument) -> bool:
    return written.money.at_risk >= 20_000


def money_unit(reader: Reader, thousand: bool) -> str:
    """Return the unit of the money columns."""
    mark = reader.language.currency_mark(reader.currency)
    return reader.language.say(msg("%(unit)s thousand", unit=mark)) if thousand else mark


def cell_money(reader: Reader, amount: Decimal | None, thousand: bool) -> str:
    """Return an amount for a cell whose unit stands in the head; a dash for nothing."""
    if amount is None or amount == 0:
        return DASH
    if not thousand:
        return reader.number(amount)
    scaled = amount / 1000
    return reader.number(scaled, 1 if abs(scaled) < 1 else 0)


def finding_row(
    reader: Reader, finding: FindingModel, thousand: bool, linked: frozenset[str]
) -> FindingRow:
    """Return a finding as one line of a list."""
    return FindingRow(
        id=finding.id,
        severity=finding.severity,
        severity_word=reader.word(SEVERITIES[finding.severity]),
        tier=finding.tier,
        title=reader.text(finding, "title"),
        vendor=vendor_title(reader.document, finding.vendor),
        money=cell_money(reader, finding.money.point if finding.money else None, thousand),
        linked=finding.id in linked,
    )


def vendor_title(written: AuditDocument, vendor: str) -> str:
    """Return the printed name of a vendor."""
    return next((row.title for row in written.vendors if row.vendor == vendor), vendor)


def _numbers(reader: Reader) -> tuple[KeyNumber, ...]:
    written = reader.document
    say, money = reader.language.say, written.money
    cost = written.totals.get("cost_per_surviving_sale")
    minutes = written.totals.get("billed_minutes")
    count = len(written.vendors)
    share = float(money.at_risk / money.billed) if money.billed else None
    provable = float(money.provable / money.billed) if money.billed else None
    invoiced = [say(nmsg("%(n)s vendor", "%(n)s vendors", count, n=Count(count)))]
    if minutes and minutes.value:
        n = round(minutes.value)
        invoiced.append(say(nmsg("%(n)s billed minute", "%(n)s billed minutes", n, n=Count(n))))
    risk = [say(msg("%(share)s of the invoices", share=reader.percent(share)))]
    if money.at_risk_low != money.at_risk_high:
        span = reader.short_range(money.at_risk_low, money.at_risk_high)
        risk.append(say(msg("range %(span)s", span=span)))
    return (
        KeyNumber(reader.word(N_("Invoiced by vendors")), reader.short(money.billed),
                  tuple(invoiced)),
        KeyNumber(reader.word(N_("Cost of a surviving sale")),
                  reader.money(round(Decimal(str(cost.value)))) if cost and cost.value else DASH,
                  _cost_notes(reader, cost)),
        KeyNumber(reader.word(N_("Provable overbilling")), reader.short(money.provable),
                  (say(msg("%(share)s of the invoices", share=reader.percent(provable))),
                   reader.word(N_("exact, from the records")))),
        KeyNumber(reader.word(N_("Money at risk")), reader.short(money.at_risk), tuple(risk),
                  alert=money.at_risk > 0),
    )  # fmt: skip


def _cost_notes(reader: Reader, cost: MeasureModel | None) -> tuple[str, ...]:
    written, say = reader.document, reader.language.say
    notes = []
    change = reader.change(cost)
    if change and written.compare_with:
        period = reader.inner_period(written.compare_with)
        notes.append(say(msg("%(change)s vs %(period)s", change=change, period=period)))
    if written.ceiling is not None:
        notes.append(say(msg("ceiling %(amount)s", amount=reader.money(written.ceiling))))
    if cost and cost.value and not notes and cost.low is not None and cost.high is not None:
        span = reader.language.range(cost.low, cost.high)
        notes.append(say(msg("95 %% range %(span)s", span=span)))
    return tuple(notes)


def _actions(reader: Reader, most: int) -> tuple[ActionRow, ...]:
    rows = []
    for number, action in enumerate(reader.document.actions[:most], start=1):
        due = reader.language.day(date.fromisoformat(action.due_on))
        rows.append(
            ActionRow(
                number=number,
                text=reader.text(action, "text"),
                reason=reader.text(action, "reason"),
                owner=reader.text(action, "owner"),
                due=reader.language.say(msg("by %(day)s", day=due)),
                amount=reader.money(action.amount) if action.amount else "",
                finding=action.finding or "",
            )
        )
    return tuple(rows)


class _Rows:
    """The verdict table: one scale of conversion for all its rows."""

    def __init__(self, reader: Reader, thousand: bool) -> None:
        self.reader, self.thousand = reader, thousand
        written = reader.document
        self.conversion = [vendor.measures.get("conversion") for vendor in written.vendors]
        self.all = written.totals.get("conversion")
        ends = [
            end
            for measure in (*self.conversion, self.all)
            if measure is not None
            for end in (measure.low, measure.value, measure.high)
            if end is not None
        ]
        self.scale = geometry.scale(ends, INTERVAL_START, INTERVAL_END)
        self.drawn = bool(ends)

    def vendor(self, vendor: VendorModel) -> VendorRow:
        reader = self.reader
        cost = vendor.measures.get("cost_per_surviving_sale")
        ceiling = reader.document.ceiling
        alert = vendor.decision in {"REPLACE", "PROBATION"}
        over = cost is not None and ceiling is not None and (cost.low or 0) > float(ceiling)
        return self._row(
            vendor.title,
            vendor.measures,
            reader.word(DECISIONS[vendor.decision]),
            vendor.decision,
            position=vendor.position,
            verdict=reader.word(VERDICTS[vendor.verdict]),
            at_risk=vendor.money.at_risk,
            alert=alert,
            cost_alert=over,
        )

    def total(self) -> VendorRow:
        written = self.reader.document
        return self._row(
            self.reader.word(N_("All vendors")), written.totals, "", "",
            position="chance", verdict="", at_risk=written.money.at_risk,
        )  # fmt: skip

    def _row(
        self, name: str, measures: dict[str, MeasureModel], decision: str, code: str, *,
        position: str, verdict: str, at_risk: Decimal, alert: bool = False, cost_alert: bool = False,
    ) -> VendorRow:  # fmt: skip
        reader = self.reader
        cost, conversion = measures.get("cost_per_surviving_sale"), measures.get("conversion")
        talked = measures.get("talked_of_billed")
        history = [point.value for point in cost.history] if cost else []
        value = cost.value if cost else None
        return VendorRow(
            name=name, verdict=verdict, decision=decision, decision_code=code, alert=alert,
            cost=reader.number(value, 2 if value is not None and value < 100 else 0),
            cost_alert=cost_alert,
            spark=geometry.sparkline(history, SPARK_WIDTH, SPARK_HEIGHT),
            spark_title=self._spark_title(name, history),
            conversion=reader.percent(conversion.value if conversion else None, 2),
            bar=self._bar(conversion),
            bar_title=self._bar_title(name, conversion, position),
            position=position,
            talked=reader.percent(talked.value if talked else None, 0),
            at_risk=cell_money(reader, at_risk, self.thousand),
        )  # fmt: skip

    def _bar(self, measure: MeasureModel | None) -> geometry.Bar | None:
        if measure is None or measure.value is None:
            return None
        line = self.all.value if self.all else None
        return geometry.interval(self.scale, measure.low, measure.value, measure.high, line)

    def _spark_title(self, name: str, history: list[float | None]) -> str:
        known = [value for value in history if value is not None]
        if not known:
            return ""
        return self.reader.language.say(
            msg("%(vendor)s: cost of a sale by month, from %(first)s to %(last)s", vendor=name,
                first=self.reader.number(known[0]), last=self.reader.number(known[-1]))
        )  # fmt: skip

    def _bar_title(self, name: str, measure: MeasureModel | None, position: str) -> str:
        if measure is None or measure.value is None:
            return ""
        reader = self.reader
        return reader.language.say(
            msg("%(vendor)s: conversion %(value)s, 95 %% range %(low)s to %(high)s; %(position)s",
                vendor=name, value=reader.percent(measure.value, 2),
                low=reader.percent(measure.low, 2), high=reader.percent(measure.high, 2),
                position=msg(_POSITIONS[position]))
        )  # fmt: skip

    def ticks(self) -> tuple[Tick, ...]:
        if not self.drawn:
            return ()
        step = self.scale.ticks[1] - self.scale.ticks[0] if len(self.scale.ticks) > 1 else 0.01
        decimals = 0 if step >= 0.00999 else 1 if step >= 0.00099 else 2
        texts = [self.reader.percent(tick, decimals) for tick in self.scale.ticks]
        positions = [self.scale.at(tick) for tick in self.scale.ticks]
        kept = geometry.spaced(positions, [len(text) * _LETTER for text in texts])
        return tuple(
            Tick(x, text if index in kept else "")
            for index, (x, text) in enumerate(zip(positions, texts, strict=True))
        )

    def months(self) -> str:
        longest = max(
            (
                len(vendor.measures["cost_per_surviving_sale"].history)
                for vendor in self.reader.document.vendors
                if "cost_per_surviving_sale" in vendor.measures
            ),
            default=0,
        )
        if not longest:
            return ""
        return self.reader.language.say(
            nmsg("%(n)s month", "%(n)s months", longest, n=Count(longest))
        )
