"""`ve.expected_invoice`: the invoice re-computed from the ledger, beside the one that came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from vendoreval.agreement import Agreement
from vendoreval.errors import LedgerError, plain_problem
from vendoreval.invoicing.adjustments import (
    clawbacks,
    late_credits,
    performance_entries,
    performance_values,
)
from vendoreval.invoicing.counting import Counted, by_campaign, count_units
from vendoreval.invoicing.entries import BilledLine, Entry
from vendoreval.invoicing.expected import commitments, setup_fees, work_entries
from vendoreval.invoicing.figures import figures_of
from vendoreval.invoicing.notes import notes_of
from vendoreval.invoicing.pairing import Pair, campaigns_billed, pair_up
from vendoreval.invoicing.reasons import reason_of, within_tolerance
from vendoreval.invoicing.result import CurrencyTotal, ExpectedInvoice, InvoiceRow
from vendoreval.invoicing.sources import Sources
from vendoreval.invoicing.total_rules import rule_of_total
from vendoreval.ledger import Ledger
from vendoreval.ledger.calendar import Calendar, delivery_calendar
from vendoreval.period import Period
from vendoreval.rating.amounts import to_coin
from vendoreval.rating.card import RateCard, zone_of
from vendoreval.rating.lines import MINUTE_UNITS, CardLine
from vendoreval.text import Message, msg

_EXPLAINED_FROM: Final = Decimal("0.05")


def expected_invoice(
    ledger: Ledger,
    vendor: str,
    period: str | Period,
    *,
    agreement: Agreement | None = None,
    now: datetime | None = None,
) -> ExpectedInvoice:
    """Work out what a vendor's invoice should say, and set it beside what it says.

    Units are counted in the accepted reports of the period (calls, daily totals, claimed
    sales), priced by the lines of the card in force on the day, and changed by its clauses:
    caps and minima of the month, set-up fees, bonus and malus, cancelled sales and late
    reports. Each quantity times its price is the amount beside it, so that every line can
    be checked by hand. What the reports cannot tell is said and left out of the sums.

    Parameters
    ----------
    ledger
        Everything posted.
    vendor
        Short name.
    period
        Of the service, usually a month: ``2026-10``. Lines of invoices belong to the period
        in which their service begins.
    agreement
        The one of the vendor's latest delivery when not given.
    now
        Instant at which the delivery calendar is looked at; this moment when not given.

    Returns
    -------
    ExpectedInvoice

    Raises
    ------
    AgreementError
        If the card contradicts itself; each clause is named.
    LedgerError
        If nothing of the vendor was posted, or the agreement has no rate card.

    Examples
    --------
    >>> expected_invoice(ledger, "alpha", "2026-10").to_xlsx("alpha.xlsx")  # doctest: +SKIP
    """
    span = Period.parse(period) if isinstance(period, str) else period
    agreed = agreement or ledger.agreement(vendor)
    card = RateCard.of(agreed)
    if not card.items:
        raise LedgerError(
            plain_problem(
                agreed.source or vendor,
                msg("the agreement has no rate card"),
                msg("the signed rate card (rateCard) with a line for every unit that is billed"),
                msg("add it to the agreement, then run the command again"),
            )
        )
    calendar = delivery_calendar(ledger, vendor, span, now, agreement=agreed)
    with ledger.engine() as engine:
        sources = Sources(engine, vendor, span)
        lines = [BilledLine.of_row(row) for row in sources.invoice_lines().to_dict("records")]
        counted = by_campaign(
            count_units(sources, card, _held(ledger, vendor, span)), campaigns_billed(lines)
        )
        entries = list(_entries(sources, card, counted, calendar))
        pairs = pair_up(entries, lines, card)
        hints = {
            number: hint
            for number, pair in enumerate(pairs)
            if (hint := _hint(sources, card, pair, zone_of(agreed))) is not None
        }
        figures = tuple(figures_of(sources, card, entries, lines))
        others = sources.other_invoices()
    rows = [
        _row(number, pair, card, span, hints.get(number - 1))
        for number, pair in enumerate(pairs, 1)
    ]
    return ExpectedInvoice(
        vendor, agreed.title, span, tuple(rows), tuple(_totals(rows)), figures,
        tuple(notes_of(ledger, vendor, span, card, lines, others)),
        tuple(dict.fromkeys(line.invoice_id for line in lines)),
    )  # fmt: skip


def _held(ledger: Ledger, vendor: str, period: Period) -> frozenset[str]:
    """Return the reports of the vendor of which a delivery covers the period."""
    return frozenset(
        commit.report
        for commit in ledger.live()
        if commit.vendor == vendor and (commit.span is None or commit.span.overlaps(period))
    )


def _entries(
    sources: Sources, card: RateCard, counted: Sequence[Counted], calendar: Calendar
) -> Iterator[Entry]:
    work = list(work_entries(counted))
    moved = [*work, *commitments(work, sources.period)]
    yield from moved
    yield from setup_fees([line for unit in card.units for line in card.lines(unit)],
                          sources.period)  # fmt: skip
    if any(item.bonus or item.malus for item in card.items):
        yield from performance_entries(
            moved, performance_values(sources.performance(), calendar)
        )  # fmt: skip
    yield from clawbacks(sources, card)
    yield from late_credits(moved, calendar)


# -------------------------------------------------------------------------- rows


def _row(
    number: int, pair: Pair, card: RateCard, period: Period, hint: Message | None
) -> InvoiceRow:
    entry, item = pair.entry, pair.item
    currency = item.currency if item is not None else next(iter(card.currencies))
    billed = pair.billed_net if pair.lines else None
    expected = entry.net if entry is not None else None
    known = entry is None or entry.amount is not None
    reason = reason_of(pair, card, period)
    if hint is not None:
        reason = msg("%(reason)s; %(hint)s", reason=reason, hint=hint)
    first = pair.lines[0] if pair.lines else None
    return InvoiceRow(
        number,
        entry.kind if entry is not None else "unlisted",
        entry.item.unit if entry is not None else first.unit if first is not None else "",
        entry.campaign_id or (first.campaign_id if first is not None else "")
        if entry is not None
        else first.campaign_id if first is not None else "",
        entry.rate_item if entry is not None else "",
        currency,
        entry.actual if entry is not None else None,
        entry.seconds if entry is not None else None,
        entry.quantity if entry is not None else None,
        entry.price if entry is not None else None,
        entry.amount if entry is not None else None,
        entry.vat if entry is not None else None,
        expected,
        pair.billed_quantity if pair.lines else None,
        pair.billed_price if pair.lines else None,
        pair.billed_amount if pair.lines else None,
        pair.billed_vat if pair.lines else None,
        billed,
        (billed or Decimal(0)) - (expected or Decimal(0)) if known else None,
        reason,
        pair.lines,
        includes_vat=item is not None and item.vat_mode == "gross",
        billed_includes_vat=pair.includes_vat,
        vat_rate=item.vat_rate if item is not None and item.vat_mode != "exempt" else Decimal(0),
        rounds_lines=item is None or item.money_rounding == "line",
        is_tolerated=bool(pair.lines) and entry is not None and entry.amount is not None
        and within_tolerance(pair, entry),
    )  # fmt: skip


def _totals(rows: Sequence[InvoiceRow]) -> Iterator[CurrencyTotal]:
    by_currency: dict[str, list[InvoiceRow]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    for currency, own in sorted(by_currency.items()):

        def total(name: str, own: Sequence[InvoiceRow] = own, currency: str = currency) -> Decimal:
            values = [getattr(row, name) or Decimal(0) for row in own]
            return to_coin(sum(values, Decimal(0)), currency)

        yield CurrencyTotal(
            currency, total("expected_net"), total("expected_vat"), total("billed_net"),
            total("billed_vat"), sum(row.difference is None for row in own),
        )  # fmt: skip


# ------------------------------------------------------------------------- words


def _hint(sources: Sources, card: RateCard, pair: Pair, zone: str) -> Message | None:
    """Say by which other rule the billed minutes come about, where one gives exactly them."""
    entry = pair.entry
    if (
        entry is None or not pair.lines or entry.kind != "charge" or entry.item.tiers is not None
        or entry.item.unit not in MINUTE_UNITS or entry.quantity is None
        or abs(pair.billed_quantity - entry.quantity) < _EXPLAINED_FROM
    ):  # fmt: skip
        return None
    lines = card.lines(entry.item.unit)
    line: CardLine = next(one for one in lines if one.key == entry.rate_item)
    return rule_of_total(
        sources.engine,
        line,
        sources.period,
        zone,
        entry.campaign_id,
        (pair.billed_quantity, entry.quantity),
    )
