"""The rating of one call in plain Python: short enough to be checked by hand.

The engine computes the same over columns (`columns.py`); a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from vendoreval.agreement.rate_items import RateItem
from vendoreval.rating.amounts import exact_amount
from vendoreval.rating.lines import CardLine


def rated_seconds(
    line: CardLine,
    *,
    talk: int,
    hold: int = 0,
    ring: int = 0,
    wrap: int = 0,
    disposition: str = "sale",
    is_test: bool = False,
) -> int:
    """Return the seconds of one call that the card allows to bill.

    The order of the clauses: who pays (disposition, tests), the clock, free calls,
    included seconds, the minimum, increments, the maximum. Where the card rounds a day
    or an invoice, the call itself is not rounded; see `rounded_total`.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="0.006", currency="EUR",
    ...                 valid_from="2026-01-01", first_increment_seconds=30,
    ...                 next_increment_seconds=6)
    >>> [rated_seconds(CardLine("a/0", "a", item), talk=talk) for talk in (32, 57, 75)]
    [36, 60, 78]
    """
    item = line.item
    if is_test or disposition not in line.dispositions:
        return 0
    spoken = talk + (hold if item.hold_billable else 0)
    if spoken <= 0 and item.unit != "worked_minute":
        return 0
    clock = spoken + (ring if line.counts_ring else 0) + (wrap if line.counts_wrap else 0)
    if clock <= item.free_seconds:
        return 0
    return counted(clock - item.included_seconds, item)


def counted(seconds: int, item: RateItem) -> int:
    """Return charged seconds under the minimum, the increments and the maximum of a line."""
    if seconds <= 0:
        return 0
    least = max(seconds, item.minimum_seconds)
    if item.round_scope == "call":
        # rounding down must not undo the agreed minimum
        least = max(rounded(least, item), item.minimum_seconds)
    return least if item.maximum_seconds is None else min(least, item.maximum_seconds)


def rounded(seconds: int, item: RateItem) -> int:
    """Round seconds to the increments of a line.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="1", currency="EUR",
    ...                 valid_from="2026-01-01", first_increment_seconds=60,
    ...                 next_increment_seconds=60)
    >>> rounded(65, item)
    120
    """
    if seconds <= 0:
        return 0
    first = item.first_increment_seconds
    if seconds <= first:
        return to_step(seconds, first, item.rounding)
    return first + to_step(seconds - first, item.next_increment_seconds, item.rounding)


def to_step(seconds: int, step: int, rounding: str) -> int:
    """Round whole seconds to a multiple of a step: up, half up or down."""
    raised = seconds + {"up": step - 1, "half_up": step // 2, "down": 0}[rounding]
    return raised - raised % step


def rounded_total(item: RateItem, seconds_by_day: Mapping[date, int]) -> int:
    """Return the rated seconds of an invoice from those of its days.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="1", currency="EUR",
    ...                 valid_from="2026-01-01", first_increment_seconds=60,
    ...                 next_increment_seconds=60, round_scope="invoice")
    >>> rounded_total(item, {date(2026, 10, 1): 10_000}) // 60
    167
    """
    if item.round_scope == "call":
        return sum(seconds_by_day.values())
    if item.round_scope == "day":
        return sum(rounded(seconds, item) for seconds in seconds_by_day.values())
    return rounded(sum(seconds_by_day.values()), item)


def counts_call(line: CardLine, disposition: str, is_test: bool = False) -> bool:
    """Whether a dial, a contact or a lead of the card is one of this outcome."""
    return not is_test and disposition in line.dispositions


def owes_fee(
    line: CardLine,
    *,
    talk: int,
    hold: int = 0,
    ring: int = 0,
    wrap: int = 0,
    disposition: str = "sale",
    is_test: bool = False,
    answered: bool = False,
) -> bool:
    """Whether a call costs the connection fee: it may be billed, was answered, is not free.

    A call answered for less than a second costs the fee and no time.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="1", currency="EUR", connect_fee="0.05",
    ...                 valid_from="2026-01-01")
    >>> owes_fee(CardLine("a/0", "a", item), talk=0, answered=True)
    True
    """
    item = line.item
    if not item.connect_fee or is_test or disposition not in line.dispositions:
        return False
    spoken = talk + (hold if item.hold_billable else 0)
    clock = spoken + (ring if line.counts_ring else 0) + (wrap if line.counts_wrap else 0)
    is_free = line.is_timed and bool(item.free_seconds) and clock <= item.free_seconds
    return (spoken > 0 or answered) and not is_free


@dataclass(frozen=True)
class RatedCall:
    """One call as a line of the card rates it.

    Parameters
    ----------
    base
        Rated seconds, or 1 for a call that counts.
    fee
        Whether the connection fee is due.
    """

    base: int
    fee: bool = False


def amounts_of(line: CardLine, calls: Sequence[RatedCall]) -> tuple[Fraction, ...]:
    """Return what each call costs, in the order in which they started; not rounded.

    With graduated steps a call costs what it adds to the volume before it. With steps for
    the whole volume every call has the price that the volume of all calls reaches.

    Examples
    --------
    >>> item = RateItem(unit="dial", currency="EUR", valid_from="2026-01-01", tiers={
    ...     "kind": "graduated", "steps": [{"price": "2", "up_to": "1"}, {"price": "1"}]})
    >>> [int(a) for a in amounts_of(CardLine("a/0", "a", item), [RatedCall(1), RatedCall(1)])]
    [2, 1]
    """
    item = line.item
    volume = sum(call.base for call in calls)
    whole = item.tiers is not None and item.tiers.kind == "whole_volume"
    price = exact_amount(item, volume) / volume if volume and whole else Fraction(0)
    amounts, before = [], 0
    for call in calls:
        fee = Fraction(item.connect_fee) if call.fee else Fraction(0)
        after = before + call.base
        own = call.base * price if whole else exact_amount(item, after) - exact_amount(item, before)
        amounts.append(own + fee)
        before = after
    return tuple(amounts)
