"""What a departure from the own past costs in the audited period: minutes and money."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

import ibis

from vendoreval.checks._answers import MINUTE, amount, minutes
from vendoreval.checks._credit import window_calls
from vendoreval.checks._own_past import NINETY, WIDER_LEVELS
from vendoreval.checks.base import Range, Scope, Tables
from vendoreval.rating import minute_rates
from vendoreval.stats import Departure

Worth = tuple[Range | None, Range | None]


def minute_price(vendor: str, scope: Scope) -> Decimal | None:
    """Return the lowest net price of a minute in force; none outside the client's currency."""
    agreement = scope.agreements.get(vendor)
    rates = minute_rates({vendor: agreement}) if agreement is not None else ()
    prices = [
        rate.net_price
        for rate in rates
        if rate.item.in_force(scope.period.last_day) and rate.item.currency == scope.currency
    ]
    return min(prices, default=None)


def worth(move: Departure, seconds: int, price: Decimal | None) -> Worth:
    """Return the period's minutes above the own past, and what they cost.

    Parameters
    ----------
    move
        Departure on the logarithmic scale; its sign tells nothing here.
    seconds
        Billed (else talked) in the audited period.
    price
        Of a minute, net; without one there is no money.
    """
    whole = minutes(seconds)
    sign = 1.0 if move.effect >= 0 else -1.0
    ends = sorted((sign * move.low, sign * move.high))
    shares = [1 - math.exp(-max(value, 0.0)) for value in (ends[0], sign * move.effect, ends[1])]
    low, point, high = ((whole * Decimal(str(s))).quantize(MINUTE) for s in shares)
    spared = Range(low, max(low, point), max(low, point, high))
    if price is None:
        return spared, None
    ranges = (spared.low, spared.point, spared.high)
    return spared, Range(*(amount(value * price) for value in ranges))


def worth_by_level(
    measure: Callable[[float], Departure | None], seconds: int, price: Decimal | None
) -> dict[float, Worth]:
    """Return the same with wider limits, for findings picked out of many questions."""
    found = {}
    for level in (NINETY, *WIDER_LEVELS):
        move = measure(level)
        if move is not None:
            found[level] = worth(move, seconds, price)
    return found


def period_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls of the audited period, with the time that is billed."""
    calls = window_calls(tables["calls"], scope.vendors, scope.period)
    return calls.mutate(seconds=calls.billed_seconds.fill_null(calls.talk_seconds)).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "seconds",
    )  # fmt: skip


def percents(values: Sequence[float]) -> list[float]:
    """Return logarithms as shares of change: ln 1.2 is .2."""
    return [math.expm1(value) for value in values]
