"""What minutes above the usual are worth, by the card in force."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from vendoreval.checks._answers import amount
from vendoreval.checks.base import Range, Scope
from vendoreval.rating import minute_rates

_HUNDREDTH: Final = Decimal("0.01")


def minute_price(vendor: str, scope: Scope, units: Sequence[str] = ()) -> Decimal | None:
    """Return the lowest net price of a minute in force; none outside the client's currency.

    Parameters
    ----------
    units
        Only lines of these units; all that are billed by the minute by default.
    """
    agreement = scope.agreements.get(vendor)
    rates = minute_rates({vendor: agreement}) if agreement is not None else ()
    prices = [
        rate.net_price
        for rate in rates
        if rate.item.in_force(scope.period.last_day)
        and rate.item.currency == scope.currency
        and (not units or rate.item.unit in units)
    ]
    return min(prices, default=None)


def minutes_range(seconds: Sequence[float]) -> Range:
    """Return three sums of seconds as minutes: low, point and high, never below nothing.

    Examples
    --------
    >>> minutes_range([-60, 90, 120])
    Range(low=Decimal('0.00'), point=Decimal('1.50'), high=Decimal('2.00'))
    """
    low, point, high = sorted(
        (Decimal(str(round(max(0.0, float(value)), 3))) / 60).quantize(_HUNDREDTH, ROUND_HALF_UP)
        for value in seconds
    )
    return Range(low, point, high)


def worth_of(minutes: Range, price: Decimal | None) -> Range | None:
    """Return what minutes cost at a price; nothing without one."""
    if price is None:
        return None
    return Range(*(amount(m * price) for m in (minutes.low, minutes.point, minutes.high)))
