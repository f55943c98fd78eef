"""What the card in force pays for beside talk: sales, hours, time after the call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from vendoreval.checks.base import Scope
from vendoreval.rating import CardLine, card_lines


def sale_price(vendor: str, scope: Scope) -> Decimal | None:
    """Return the lowest net price of a sale in force; none outside the client's currency."""
    return _lowest(vendor, scope, lambda line: line.item.unit == "sale")


def wrap_price(vendor: str, scope: Scope) -> Decimal | None:
    """Return the lowest net price of a minute whose clock runs on through the notes."""
    return _lowest(vendor, scope, lambda line: line.is_timed and line.counts_wrap)


def line_minute_price(vendor: str, scope: Scope) -> Decimal | None:
    """Return the lowest net price of a minute on line, where the card bills hours."""
    price = _lowest(vendor, scope, lambda line: line.item.unit == "agent_hour")
    return None if price is None else price / 60


def dial_price(vendor: str, scope: Scope) -> Decimal | None:
    """Return the lowest net price of a dial."""
    return _lowest(vendor, scope, lambda line: line.item.unit == "dial")


def clawback(vendor: str, scope: Scope) -> tuple[int, Decimal] | None:
    """Return within how many days a cancelled sale comes back, and which share of it."""
    found = [
        (line.item.clawback.days, line.item.clawback.share)
        for line in _in_force(vendor, scope)
        if line.item.clawback is not None
    ]
    return max(found, default=None)


def _lowest(vendor: str, scope: Scope, wanted: Callable[[CardLine], bool]) -> Decimal | None:
    prices = [
        line.net_price
        for line in _in_force(vendor, scope)
        if wanted(line) and line.item.currency == scope.currency
    ]
    return min(prices, default=None)


def _in_force(vendor: str, scope: Scope) -> Sequence[CardLine]:
    agreement = scope.agreements.get(vendor)
    lines = card_lines({vendor: agreement}) if agreement is not None else ()
    return [line for line in lines if line.item.in_force(scope.period.last_day)]
