"""Money of a rate card, exact: prices by volume, VAT, the smallest coin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

from babel.numbers import get_currency_precision

from vendoreval.agreement.clause_problems import PARTS_OF_UNIT
from vendoreval.agreement.rate_items import RateItem


@dataclass(frozen=True)
class Priced:
    """A part of a volume at one price.

    Parameters
    ----------
    base
        As whole numbers; see `base_per_unit`.
    """

    base: int
    price: Decimal


def base_per_unit(unit: str) -> int:
    """Return how many of what is counted make one unit: 60 seconds a minute, 1 for a call.

    Examples
    --------
    >>> base_per_unit("talk_minute"), base_per_unit("agent_hour"), base_per_unit("dial")
    (60, 3600, 1)
    """
    return PARTS_OF_UNIT.get(unit, 1)


@cache
def smallest_coin(currency: str) -> Decimal:
    """Return the smallest amount an invoice in a currency can name.

    Examples
    --------
    >>> smallest_coin("RUB"), smallest_coin("JPY"), smallest_coin("KWD")
    (Decimal('0.01'), Decimal('1'), Decimal('0.001'))
    """
    return Decimal(1).scaleb(-get_currency_precision(currency))


def to_coin(amount: Decimal, currency: str) -> Decimal:
    """Return money rounded half up to the smallest coin.

    Examples
    --------
    >>> to_coin(Decimal("100.125"), "RUB")
    Decimal('100.13')
    """
    return amount.quantize(smallest_coin(currency), ROUND_HALF_UP)


def money_of(seconds: int, price: Decimal) -> Decimal:
    """Return what a number of rated seconds costs at a price per minute.

    Examples
    --------
    >>> money_of(78, Decimal("0.006"))
    Decimal('0.0078')
    """
    return Decimal(seconds) * price / 60


def net_of_vat(amount: Decimal, item: RateItem) -> Decimal:
    """Return an amount of a card's line without VAT.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="11.40", currency="RUB", vat_mode="gross",
    ...                 vat_rate="0.20", valid_from="2026-01-01")
    >>> net_of_vat(item.price, item)
    Decimal('9.5')
    """
    return amount / (1 + item.vat_rate) if item.vat_mode == "gross" else amount


def vat_of(amount: Decimal, item: RateItem) -> Decimal:
    """Return the VAT on a net amount, or inside an amount that includes it; not rounded.

    Examples
    --------
    >>> item = RateItem(unit="dial", price="1", currency="RUB", vat_rate="0.20",
    ...                 valid_from="2026-01-01")
    >>> vat_of(Decimal(100), item)
    Decimal('20.00')
    """
    if item.vat_mode == "exempt":
        return Decimal(0)
    return amount * item.vat_rate / (1 + item.vat_rate if item.vat_mode == "gross" else 1)


def steps_in_base(item: RateItem) -> tuple[tuple[int | None, Decimal], ...]:
    """Return the steps of a line's price as (last unit of what is counted, price).

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", currency="EUR", valid_from="2026-01-01", tiers={
    ...     "kind": "graduated", "steps": [{"price": "2", "up_to": "10"}, {"price": "1"}]})
    >>> steps_in_base(item)
    ((600, Decimal('2')), (None, Decimal('1')))
    """
    if item.tiers is None:
        return ((None, item.price),)
    factor = base_per_unit(item.unit)
    return tuple(
        (None if step.up_to is None else int(step.up_to * factor), step.price)
        for step in item.tiers.steps
    )


def priced_parts(item: RateItem, base: int) -> tuple[Priced, ...]:
    """Return a volume cut into parts of one price each; a step's last unit is still its own.

    Examples
    --------
    >>> item = RateItem(unit="dial", currency="EUR", valid_from="2026-01-01", tiers={
    ...     "kind": "graduated", "steps": [{"price": "2", "up_to": "10"}, {"price": "1"}]})
    >>> priced_parts(item, 15)
    (Priced(base=10, price=Decimal('2')), Priced(base=5, price=Decimal('1')))
    """
    steps = steps_in_base(item)
    if item.tiers is not None and item.tiers.kind == "whole_volume":
        price = next(price for end, price in steps if end is None or base <= end)
        return (Priced(base, price),)
    parts: list[Priced] = []
    start = 0
    for end, price in steps:
        inside = base - start if end is None else min(base, end) - start
        if inside > 0 or (not parts and end is None):
            parts.append(Priced(max(inside, 0), price))
        start = base if end is None else end
        if start >= base:
            break
    return tuple(parts) or (Priced(0, steps[0][1]),)


def exact_amount(item: RateItem, base: int, calls: int = 0) -> Fraction:
    """Return what a volume costs, with the connection fee of so many calls; not rounded."""
    factor = base_per_unit(item.unit)
    parts = (
        Fraction(part.base, factor) * Fraction(part.price) for part in priced_parts(item, base)
    )
    return sum(parts, Fraction(0)) + calls * Fraction(item.connect_fee)


def as_decimal(value: Fraction, places: int = 6) -> Decimal:
    """Return an exact fraction as a decimal number, rounded half up where it never ends.

    Examples
    --------
    >>> as_decimal(Fraction(19, 120))
    Decimal('0.158333')
    """
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-places)


def price_scale(items: Sequence[RateItem]) -> int:
    """Return how many decimals make every price of a card a whole number.

    Examples
    --------
    >>> item = RateItem(unit="dial", price="0.0060", currency="EUR", valid_from="2026-01-01")
    >>> price_scale([item])
    3
    """
    prices = [
        price
        for item in items
        for price in (item.connect_fee, *(price for _, price in steps_in_base(item)))
    ]
    exponents = [price.normalize().as_tuple().exponent for price in prices]
    return max((-e for e in exponents if isinstance(e, int)), default=0) if exponents else 0
