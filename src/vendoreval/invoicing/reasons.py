"""Why the invoice and the card differ, line by line, in words a bookkeeper uses."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from vendoreval.invoicing.entries import Entry
from vendoreval.invoicing.pairing import PRICE_NOISE, Pair
from vendoreval.period import Period
from vendoreval.rating.amounts import to_coin
from vendoreval.rating.card import RateCard
from vendoreval.text import Day, Message, Money, Number, msg

_MINUTE_CENT: Final = Decimal("0.005")
_CREDITS: Final = ("cap", "malus", "clawback", "late_report_credit")


def reason_of(pair: Pair, card: RateCard, period: Period) -> Message:
    """Return what there is to say about a pair; several things are joined."""
    told = list(_told(pair, card, period)) or [msg("as agreed")]
    template = "; ".join(f"%(part{n})s" for n in range(len(told)))
    return msg(template, **{f"part{n}": part for n, part in enumerate(told)})


def _told(pair: Pair, card: RateCard, period: Period) -> Iterator[Message]:
    entry = pair.entry
    if entry is not None and entry.amount is None:
        yield msg("cannot be told")
        if entry.detail is not None:
            yield entry.detail
        return
    if entry is None:
        yield from _alone(pair, card)
    elif not pair.lines:
        if entry.detail is not None:
            yield entry.detail
        yield _unbilled(entry)
    else:
        yield from _compared(pair, entry)
        if entry.detail is not None:
            yield entry.detail
    yield from _of_lines(pair, period)


def _unbilled(entry: Entry) -> Message:
    if not entry.amount:
        return msg("nothing to bill")
    if entry.kind in _CREDITS:
        return msg("a credit the invoice does not give")
    if entry.kind in ("charge", "connect_fee", "pass_through"):
        return msg("in the reports and not on the invoice")
    return msg("agreed and not on the invoice")


def _alone(pair: Pair, card: RateCard) -> Iterator[Message]:
    line = pair.lines[0]
    lines = card.lines(line.unit)
    once = [
        one.item for unit in card.units for one in card.lines(unit)
        if one.item.setup_fee is not None and one.item.setup_fee == line.amount
    ]  # fmt: skip
    if once:
        first = min(item.valid_from for item in once)
        yield msg("the set-up fee again; it was due once, on %(day)s", day=Day(first))
    elif line.is_credit:
        yield msg("a credit the card does not ask for")
    elif not lines:
        yield msg("the card has no line for this unit")
    elif not any(one.item.in_force(line.period_start) for one in lines):
        first = min(one.item.valid_from for one in lines)
        ends = [one.item.valid_to for one in lines]
        last = None if None in ends else max(end for end in ends if end is not None)
        if line.period_start < first:
            yield msg("before the card begins, on %(day)s", day=Day(first))
        elif last is not None:
            yield msg("after the card ended; its first day without a price is %(day)s",
                      day=Day(last))  # fmt: skip
    else:
        yield msg("nothing in the accepted reports stands against it")


def _compared(pair: Pair, entry: Entry) -> Iterator[Message]:
    item = entry.item
    if pair.in_other_vat_mode:
        yield (
            msg("written with VAT, the card without it; compared without VAT")
            if item.vat_mode == "net"
            else msg("written without VAT, the card with it; compared without VAT")
        )
    if entry.kind == "pass_through" and item.pass_through is not None and item.pass_through.receipt:
        yield msg("a receipt is to be shown")
    quantity = entry.quantity or Decimal(0)
    more = pair.billed_quantity - quantity
    if entry.kind in ("charge", "connect_fee") and abs(more) > _MINUTE_CENT:
        yield (
            msg("%(n)s units more than the reports support", n=Number(float(more), 2))
            if more > 0
            else msg("%(n)s units fewer than the reports hold", n=Number(float(-more), 2))
        )
        if within_tolerance(pair, entry):
            yield msg("inside the tolerance of the card")
    price = pair.billed_price
    if price is None or entry.price is None or pair.in_other_vat_mode:
        return
    if price - entry.price > PRICE_NOISE:
        yield msg("a higher price than the card")
    elif entry.price - price > PRICE_NOISE:
        yield msg("a lower price than the card")


def within_tolerance(pair: Pair, entry: Entry) -> bool:
    """Whether the quantities differ by no more than both sides accept."""
    agreed, quantity = entry.item.invoice_tolerance, entry.quantity or Decimal(0)
    allowed = max(agreed.relative * quantity, agreed.absolute)
    return abs(pair.billed_quantity - quantity) <= allowed


def _of_lines(pair: Pair, period: Period) -> Iterator[Message]:
    currency = pair.item.currency if pair.item is not None else None
    for line in pair.lines:
        if currency is not None:
            product = to_coin(line.quantity * line.unit_price, currency)
            apart = line.amount - product
            # two operands with four decimals each reproduce the sum to the smallest coin
            if abs(apart) > to_coin(Decimal("0.01"), currency):
                yield msg(
                    "line %(line)s: quantity × price is %(product)s, written %(amount)s",
                    line=str(line.line), product=Money(product, currency),
                    amount=Money(line.amount, currency),
                )  # fmt: skip
            elif line.amount != to_coin(line.amount, currency):
                yield msg(
                    "line %(line)s: %(amount)s is written, more decimals than the currency has",
                    line=str(line.line), amount=f"{line.amount.normalize():f}",
                )  # fmt: skip
        if line.period_end > period.end:
            yield msg("line %(line)s runs on to %(day)s, beyond the period",
                      line=str(line.line), day=Day(line.period_end))  # fmt: skip
