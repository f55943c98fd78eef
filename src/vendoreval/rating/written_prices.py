"""Prices and amounts as an invoice writes them: fewer decimals than the card, with VAT or without.

An honest invoice writes the price of the card with two to four decimals. It may write it
with the VAT that the card leaves out, or without the VAT that the card includes.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from vendoreval.agreement.rate_items import RateItem
from vendoreval.rating.amounts import base_per_unit, smallest_coin, steps_in_base

_WRITTEN_DECIMALS: Final = (2, 3, 4)
_STORED: Final = Decimal("0.00005")
VatMode = Literal["card", "other"]


def is_written(price: Decimal, agreed: Decimal) -> bool:
    """Whether a price is the agreed one, written out or rounded half up to 2 to 4 decimals.

    Examples
    --------
    >>> is_written(Decimal("9.50"), Decimal("9.5")), is_written(Decimal("0.0063"),
    ...                                                         Decimal("0.00625"))
    (True, True)
    >>> is_written(Decimal("9.51"), Decimal("9.5"))
    False
    """
    return price == agreed or any(
        price == agreed.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        for decimals in _WRITTEN_DECIMALS
    )


def prices_of(item: RateItem) -> tuple[Decimal, ...]:
    """Return every price of a line of the card: one, or that of each step of volume."""
    return tuple(price for _, price in steps_in_base(item))


def in_vat_mode(price: Decimal, item: RateItem, mode: VatMode) -> Decimal:
    """Return a price of the card as it is written, or with its VAT put on or taken out.

    Examples
    --------
    >>> item = RateItem(unit="dial", price="10", currency="EUR", vat_rate="0.20",
    ...                 valid_from="2026-01-01")
    >>> in_vat_mode(item.price, item, "other")
    Decimal('12.00')
    """
    if mode == "card" or item.vat_mode == "exempt" or not item.vat_rate:
        return price
    factor = 1 + item.vat_rate
    return price / factor if item.vat_mode == "gross" else price * factor


def written_mode(price: Decimal, item: RateItem) -> VatMode | None:
    """Return in which way a price of an invoice is a price of the card; `None` if it is none."""
    modes: tuple[VatMode, ...] = ("card", "other")
    for mode in modes:
        if any(is_written(price, in_vat_mode(own, item, mode)) for own in prices_of(item)):
            return mode
    return None


def decimals_of(value: Decimal) -> int:
    """Return with how many decimals a figure is written; trailing noughts do not count.

    Examples
    --------
    >>> decimals_of(Decimal("12.340")), decimals_of(Decimal("1200"))
    (2, 0)
    """
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def product_slack(
    quantity: Decimal, price: Decimal, unit: str, currency: str, item: RateItem | None
) -> Decimal:
    """Return how far an honest amount may lie from the product of its printed operands.

    The amount is rounded to the smallest coin. Minutes and hours may be printed with fewer
    decimals than they were priced with. A price is taken for rounded only where the card
    has more decimals of it.

    Examples
    --------
    >>> product_slack(Decimal("100.25"), Decimal("9.50"), "talk_minute", "RUB", None)
    Decimal('0.05750')
    """
    half = Decimal("0.5")
    is_time = base_per_unit(unit) in (60, 3600)
    of_quantity = half.scaleb(-decimals_of(quantity)) if is_time else Decimal(0)
    of_price = Decimal(0)
    if item is not None and price not in prices_of(item) and written_mode(price, item):
        of_price = half.scaleb(-decimals_of(price))
    if decimals_of(price) >= 4:
        of_price = max(of_price, _STORED)
    return smallest_coin(currency) + of_quantity * abs(price) + of_price * abs(quantity)
