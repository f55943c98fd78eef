"""Three calls worked through by the rate card, so that both sides can reckon by hand.

The figures come from `vendoreval.rating`, the same functions that rate an invoice; every
operand is printed in full, so that the printed operands give the printed amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from vendoreval.agreement.rate_items import RateItem
from vendoreval.annex.wording import price
from vendoreval.rating.amounts import (
    as_decimal,
    base_per_unit,
    exact_amount,
    priced_parts,
    vat_of,
)
from vendoreval.rating.lines import CALL_UNITS, CardLine
from vendoreval.rating.reference import counted, counts_call, owes_fee, rated_seconds, rounded_total
from vendoreval.tables import DISPOSITIONS
from vendoreval.text import Count, Message, msg

_PLACES: Final = 6
_DAY: Final = date(2000, 1, 3)
# seconds rung before the answer, on hold, and of notes after the call, for the example
_RING, _HOLD, _WRAP = 12, 20, 30


@dataclass(frozen=True)
class WorkedCall:
    """One example under a line of the card.

    Parameters
    ----------
    base
        What the line counts of it: seconds, or calls.
    amount
        Not rounded but to six decimals, as the card writes money (`vat_mode`).
    """

    what: Message
    counting: Message
    money: Message
    base: int
    amount: Decimal


@dataclass(frozen=True)
class _Call:
    talk: int
    hold: int
    ring: int
    wrap: int
    disposition: str


def worked_calls(line: CardLine) -> tuple[WorkedCall, ...]:
    """Return three examples of a line: calls where it prices calls, else quantities.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="9.50", currency="RUB",
    ...                 valid_from="2026-01-01", first_increment_seconds=60,
    ...                 next_increment_seconds=60)
    >>> [(call.base, str(call.amount)) for call in worked_calls(CardLine("a/0", "a", item))]
    [(60, '9.500000'), (120, '19.000000'), (240, '38.000000')]
    """
    if line.is_timed:
        return tuple(_timed(line, call) for call in _calls(line))
    if line.item.unit in CALL_UNITS:
        return tuple(_counted_call(line, *case) for case in _outcomes(line))
    if line.item.unit == "agent_hour":
        return tuple(_hours(line.item, seconds) for seconds in (14_400, 27_070, 28_800))
    return tuple(_units(line.item, quantity) for quantity in (1, 3, 10))


def together(line: CardLine) -> Message | None:
    """Return what the three calls come to where the card rounds days or the whole invoice."""
    item = line.item
    if item.round_scope == "call" or not line.is_timed:
        return None
    total = sum(call.base for call in worked_calls(line))
    rounded = rounded_total(item, {_DAY: total})
    money = _reckoning(item, rounded, fee=0)
    return msg("all three calls on one day: %(sum)s s, rounded to %(rounded)s s; %(money)s",
               sum=Count(total), rounded=Count(rounded), money=money[0])  # fmt: skip


def _calls(line: CardLine) -> Iterator[_Call]:
    """Yield a short call, one that lies just beyond a step, and one with all there is."""
    item, paid = line.item, line.dispositions[0]
    least = max(item.free_seconds, item.minimum_seconds // 2, 5)
    short = least if item.free_seconds else max(1, min(least, 25))
    beyond = (
        max(item.free_seconds, item.included_seconds, item.minimum_seconds)
        + item.first_increment_seconds + 1
    )  # fmt: skip
    long = beyond + 2 * max(item.next_increment_seconds, 30) + 5
    preferred = [code for code in ("refusal", "callback", "sale") if code in line.dispositions]
    outcomes = (*preferred, paid, paid, paid)[:3]
    yield _Call(short, 0, 0, 0, outcomes[0])
    yield _Call(beyond, 0, 0, 0, outcomes[1])
    yield _Call(long, _HOLD, _RING, _WRAP, outcomes[2])


def _timed(line: CardLine, call: _Call) -> WorkedCall:
    item = line.item
    base = rated_seconds(line, talk=call.talk, hold=call.hold, ring=call.ring, wrap=call.wrap,
                         disposition=call.disposition)  # fmt: skip
    fee = owes_fee(line, talk=call.talk, hold=call.hold, ring=call.ring, wrap=call.wrap,
                   disposition=call.disposition, answered=True)  # fmt: skip
    clock = call.talk + call.hold * item.hold_billable
    clock += call.ring * line.counts_ring + call.wrap * line.counts_wrap
    what = msg(
        "ringing %(ring)s s, talk %(talk)s s, hold %(hold)s s, notes %(wrap)s s, outcome %(code)s",
        ring=Count(call.ring), talk=Count(call.talk), hold=Count(call.hold),
        wrap=Count(call.wrap), code=call.disposition,
    )  # fmt: skip
    counting = msg("on the clock %(clock)s s, charged %(base)s s", clock=Count(clock),
                   base=Count(base))  # fmt: skip
    money, amount = _reckoning(item, base, fee=int(fee))
    return WorkedCall(what, counting, money, base, amount)


def _outcomes(line: CardLine) -> Iterator[tuple[str, bool]]:
    yield line.dispositions[0], False
    unpaid = [code for code in DISPOSITIONS if code not in line.dispositions]
    yield (unpaid[0] if unpaid else line.dispositions[-1]), False
    yield line.dispositions[-1], True


def _counted_call(line: CardLine, disposition: str, is_test: bool) -> WorkedCall:
    base = int(counts_call(line, disposition, is_test))
    fee = owes_fee(line, talk=60, disposition=disposition, is_test=is_test, answered=True)
    what = (
        msg("a test call with the outcome %(code)s", code=disposition)
        if is_test
        else msg("a call with the outcome %(code)s", code=disposition)
    )
    counting = msg("counts %(n)s", n=Count(base))
    money, amount = _reckoning(line.item, base, fee=int(fee))
    return WorkedCall(what, counting, money, base, amount)


def _hours(item: RateItem, seconds: int) -> WorkedCall:
    charged = seconds > item.free_seconds
    base = counted(seconds - item.included_seconds, item) if charged else 0
    what = msg("an agent on line for %(hours)s h %(minutes)s min %(seconds)s s in a day",
               hours=Count(seconds // 3600), minutes=Count(seconds // 60 % 60),
               seconds=Count(seconds % 60))  # fmt: skip
    counting = msg("on the clock %(clock)s s, charged %(base)s s", clock=Count(seconds),
                   base=Count(base))  # fmt: skip
    money, amount = _reckoning(item, base, fee=0)
    return WorkedCall(what, counting, money, base, amount)


def _units(item: RateItem, quantity: int) -> WorkedCall:
    base = quantity * base_per_unit(item.unit)
    money, amount = _reckoning(item, base, fee=0)
    what = msg("quantity in a month: %(n)s", n=Count(quantity))
    return WorkedCall(what, msg("counts %(n)s", n=Count(quantity)), money, base, amount)


def _reckoning(item: RateItem, base: int, *, fee: int) -> tuple[Message, Decimal]:
    """Return the sum in words with all of its operands, and what it comes to."""
    factor = base_per_unit(item.unit)
    is_time = item.unit in ("talk_minute", "handle_minute", "worked_minute", "agent_hour")
    terms: list[Message] = []
    for part in priced_parts(item, base):
        cost = price(part.price, item.currency)
        terms.append(
            Message("%(base)s ÷ %(factor)s × %(price)s",
                    {"base": Count(part.base), "factor": Count(factor), "price": cost})
            if is_time
            else Message("%(n)s × %(price)s", {"n": Count(part.base // factor), "price": cost})
        )  # fmt: skip
    if fee:
        terms.append(price(item.connect_fee, item.currency))
    exactly = exact_amount(item, base, fee)
    amount = as_decimal(exactly, _PLACES)
    told = {f"part{n}": term for n, term in enumerate(terms)}
    operands = Message(" + ".join(f"%({name})s" for name in told), told)
    equals = "=" if Fraction(amount) == exactly else "≈"
    shown = Message("%(operands)s %(equals)s %(amount)s",
                    {"operands": operands, "equals": equals,
                     "amount": price(amount, item.currency)})  # fmt: skip
    return _with_vat(item, shown, amount), amount


def _with_vat(item: RateItem, shown: Message, amount: Decimal) -> Message:
    if item.vat_mode == "exempt" or not item.vat_rate or not amount:
        return shown
    vat = vat_of(amount, item).quantize(Decimal(1).scaleb(-_PLACES))
    if item.vat_mode == "gross":
        return msg("%(sum)s, of it VAT %(vat)s", sum=shown, vat=price(vat, item.currency))
    return msg("%(sum)s, with VAT %(amount)s", sum=shown, amount=price(amount + vat, item.currency))


__all__ = ["WorkedCall", "together", "worked_calls"]
