"""Page one: the conclusion, four numbers, verdicts, what to decide, how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vendoreval.report.models import (
    AuditDocument,
    FindingModel,
    MeasureModel,
    MoneyModel,
    VendorModel,
)
from vendoreval.report.reader import DASH, Reader, capital, headline_money
from vendoreval.report.verdict_table import Tick, VendorRow, VerdictTable
from vendoreval.report.words import SEVERITIES
from vendoreval.text import N_, Count, msg, nmsg

_FEW_VENDORS, _MANY_VENDORS = 6, 9
# more lines than these have a table of their own behind
MOST_ROWS = 12
# findings, decisions and lines of trust on page one, from roomy to tight
_SHOWN = ((5, 4, 5), (4, 4, 4), (4, 3, 4), (3, 3, 3), (3, 3, 3), (2, 2, 3), (1, 1, 2))
TIGHTEST = len(_SHOWN) - 1


def first_try(vendors: int) -> int:
    """Return how tight page one is tried first; with many vendors a roomy one never fits."""
    return 0 if vendors <= _FEW_VENDORS else 1 if vendors <= _MANY_VENDORS else TIGHTEST - 1


@dataclass(frozen=True)
class KeyNumber:
    """One of the four numbers."""

    label: str
    value: str
    notes: tuple[str, ...]
    alert: bool = False


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
    linked: bool


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
    hidden: str
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
    limits: tuple[tuple[str, str], ...]
    compact: bool
    tight: int


def summary(reader: Reader, linked: frozenset[str], tight: int = 0) -> Summary:
    """Return page one.

    Parameters
    ----------
    reader
        The document and its language.
    linked
        The findings that have a page of their own.
    tight
        How much to leave to the pages behind when page one would not fit, from 0 to
        `TIGHTEST`.
    """
    written = reader.document
    compact = tight > 0 or len(written.vendors) > _FEW_VENDORS
    shown = written.findings[: _SHOWN[tight][0]]
    rows = VerdictTable(reader, short=compact)
    hidden = len(written.findings) - len(shown)
    hidden_vendors = len(written.vendors) - MOST_ROWS
    say = reader.language.say
    month = "-" in written.period and len(written.period) == len("2026-10")
    return Summary(
        masthead=reader.word(N_("Monthly vendor audit") if month else N_("Vendor audit")),
        client=written.client,
        period=reader.period(written.period),
        title=reader.text(written, "title"),
        lead=reader.text(written, "lead"),
        numbers=_numbers(reader),
        rows=tuple(rows.vendor(vendor) for vendor in _shown_vendors(written)),
        hidden=_hidden(reader, hidden_vendors),
        total=rows.total(),
        ticks=rows.ticks(),
        months=rows.months(),
        cost_head=say(msg("Cost of a sale, %(unit)s", unit=reader.language.currency_mark(
            written.currency))),
        risk_head=say(msg("At risk, %(unit)s", unit=reader.money_unit)),
        actions=_actions(reader, _SHOWN[tight][1], linked),
        findings=tuple(finding_row(reader, finding, linked) for finding in shown),
        more_findings=say(
            nmsg("%(n)s more finding on the following pages.",
                 "%(n)s more findings on the following pages.", hidden, n=Count(hidden))
        ) if hidden > 0 else "",
        money_unit=reader.money_unit,
        trust=tuple(
            (reader.text(row, "figure"), reader.text(row, "text"))
            for row in written.trust[: _SHOWN[tight][2]]
        ),
        limits=tuple(
            (reader.text(row, "figure"), reader.text(row, "text")) for row in written.limits
        ),
        compact=compact,
        tight=tight,
    )  # fmt: skip


def _shown_vendors(written: AuditDocument) -> Sequence[VendorModel]:
    """Return the vendors on page one by name; of many, those to decide about."""
    if len(written.vendors) <= MOST_ROWS:
        return written.vendors
    urgent = ("REPLACE", "PROBATION", "CONDITIONS", "CANNOT_TELL", "KEEP")
    first = sorted(written.vendors, key=lambda vendor: urgent.index(vendor.decision))
    kept = {vendor.vendor for vendor in first[:MOST_ROWS]}
    return [vendor for vendor in written.vendors if vendor.vendor in kept]


def _hidden(reader: Reader, count: int) -> str:
    if count <= 0:
        return ""
    return reader.language.say(
        nmsg("%(n)s more vendor in the table behind.", "%(n)s more vendors in the table behind.",
             count, n=Count(count))
    )  # fmt: skip


def finding_row(reader: Reader, finding: FindingModel, linked: frozenset[str]) -> FindingRow:
    """Return a finding as one line of a list."""
    return FindingRow(
        id=finding.id,
        severity=finding.severity,
        severity_word=reader.word(SEVERITIES[finding.severity]),
        tier=finding.tier,
        title=capital(reader.text(finding, "title")),
        vendor=reader.short_vendor(finding.vendor),
        money=reader.cell_money(headline_money(finding)),
        linked=finding.id in linked,
    )


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
        KeyNumber(reader.word(N_("Invoiced by vendors")), _money(reader, money.billed, money),
                  tuple(invoiced)),
        KeyNumber(reader.word(N_("Cost of a surviving sale")),
                  reader.money(round(Decimal(str(cost.value)))) if cost and cost.value else DASH,
                  _cost_notes(reader, cost)),
        KeyNumber(reader.word(N_("Provable overbilling")), _money(reader, money.provable, money),
                  (say(msg("%(share)s of the invoices", share=reader.percent(provable))),
                   reader.word(N_("exact, from the records"))) if money.billed else ()),
        KeyNumber(reader.word(N_("Money at risk")), _money(reader, money.at_risk, money),
                  tuple(risk) if money.billed else (),
                  alert=money.at_risk > 0),
    )  # fmt: skip


def _money(reader: Reader, amount: Decimal, ladder: MoneyModel) -> str:
    """Return an amount for the head of page one; without an invoice nothing is known, not zero."""
    return reader.short(amount) if ladder.billed else DASH


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
        notes.append(say(msg("90 %% range %(span)s", span=span)))
    return tuple(notes)


def _actions(reader: Reader, most: int, linked: frozenset[str]) -> tuple[ActionRow, ...]:
    rows = []
    for number, action in enumerate(reader.document.actions[:most], start=1):
        due = reader.language.day(date.fromisoformat(action.due_on))
        rows.append(
            ActionRow(
                number=number,
                text=reader.text(action, "text"),
                reason=capital(reader.text(action, "reason")),
                owner=reader.text(action, "owner"),
                due=reader.language.say(msg("by %(day)s", day=due)),
                amount=reader.money(action.amount) if action.amount else "",
                finding=action.finding or "",
                linked=action.finding in linked,
            )
        )
    return tuple(rows)
