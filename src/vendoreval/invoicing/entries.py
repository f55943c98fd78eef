"""What both sides of an invoice are made of: entries that the card gives, lines that came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import pandas as pd

from vendoreval.agreement.rate_items import RateItem
from vendoreval.rating.amounts import to_coin, vat_of
from vendoreval.text import Message, msg

Kind = Literal[
    "charge", "connect_fee", "cap", "minimum", "setup_fee", "pass_through", "bonus", "malus",
    "clawback", "late_report_credit",
]  # fmt: skip
KINDS: Final[dict[str, Message]] = {
    "charge": msg("work"),
    "connect_fee": msg("connection fee"),
    "cap": msg("above the cap of the month"),
    "minimum": msg("up to the minimum of the month"),
    "setup_fee": msg("set-up fee, once"),
    "pass_through": msg("costs passed on"),
    "bonus": msg("bonus"),
    "malus": msg("malus"),
    "clawback": msg("cancelled sales"),
    "late_report_credit": msg("late reports"),
    "unlisted": msg("not on the card"),
}


@dataclass(frozen=True)
class Entry:
    """One line that the card and the accepted reports give.

    Parameters
    ----------
    kind
        Which clause of the card it comes from.
    item, rate_item
        The line of the card and its key.
    campaign_id
        Empty for work of all campaigns.
    quantity, price
        Printed operands: their product, rounded to the smallest coin, is `amount`.
    amount
        As the card writes it, credits below zero; `None` where it cannot be told.
    seconds
        Rated seconds behind a quantity of time.
    actual
        The same quantity before the rules of the card, such as minutes talked.
    events
        Calls, days or sales behind it.
    detail
        How the operands come about, or why they cannot be told.
    """

    kind: Kind
    item: RateItem
    rate_item: str
    campaign_id: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    seconds: int | None = None
    actual: Decimal | None = None
    events: int = 0
    detail: Message | None = None

    @property
    def vat(self) -> Decimal | None:
        """VAT of the amount, rounded to the smallest coin."""
        if self.amount is None:
            return None
        return to_coin(vat_of(self.amount, self.item), self.item.currency)

    @property
    def net(self) -> Decimal | None:
        """The amount without VAT."""
        if self.amount is None or self.vat is None:
            return None
        return self.amount - self.vat if self.item.vat_mode == "gross" else self.amount


@dataclass(frozen=True)
class BilledLine:
    """One line of an invoice as the vendor wrote it."""

    invoice_id: str
    line: int
    period_start: date
    period_end: date
    unit: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    vat_rate: Decimal | None = None
    vat_amount: Decimal | None = None
    campaign_id: str = ""
    description: str = ""

    @property
    def is_credit(self) -> bool:
        """Whether it gives money back."""
        return self.amount < 0

    @classmethod
    def of_row(cls, row: Mapping[Any, Any]) -> BilledLine:
        """Return a line from a row of the table `invoice_lines`."""
        return cls(
            row["invoice_id"] if isinstance(row["invoice_id"], str) else "",
            # a bill may have no numbers of lines
            0 if pd.isna(row["line"]) else int(row["line"]),
            _day(row["period_start"]),
            _day(row["period_end"]),
            str(row["unit"]),
            _decimal(row["quantity"]) or Decimal(0),
            _decimal(row["unit_price"]) or Decimal(0),
            _coins(_decimal(row["amount"])) or Decimal(0),
            _decimal(row["vat_rate"]),
            _coins(_decimal(row["vat_amount"])),
            row["campaign_id"] if isinstance(row["campaign_id"], str) else "",
            row["description"] if isinstance(row["description"], str) else "",
        )


def _decimal(value: Any) -> Decimal | None:
    if value is None or pd.isna(value):
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _coins(amount: Decimal | None) -> Decimal | None:
    """Return an amount with the decimals it was written with: the ledger keeps four of each."""
    if amount is None:
        return None
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else amount.normalize()


def _day(value: Any) -> date:
    return value.date() if isinstance(value, pd.Timestamp) else value


def entry_of(
    kind: Kind,
    item: RateItem,
    rate_item: str,
    quantity: Decimal,
    price: Decimal,
    **more: object,
) -> Entry:
    """Return an entry whose amount is the product of its printed operands.

    Examples
    --------
    >>> item = RateItem(unit="dial", price="0.125", currency="RUB", valid_from="2026-01-01")
    >>> entry_of("charge", item, "alpha/0", Decimal(3), item.price).amount
    Decimal('0.38')
    """
    amount = quantity * price
    if item.money_rounding == "line":
        amount = to_coin(amount, item.currency)
    return Entry(
        kind, item, rate_item, quantity=quantity, price=price, amount=amount,
        **more,  # type: ignore[arg-type]  # keywords of the same dataclass
    )  # fmt: skip
