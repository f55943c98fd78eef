"""Whether what the log calls billed is on the invoice too, and what calls are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import ibis
import pandas as pd

from vendoreval.agreement import Agreement
from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._answers import decimal_of, priced_seconds
from vendoreval.checks.base import Scope, Step, Tables
from vendoreval.period import Period
from vendoreval.rating import MINUTE_UNITS, minute_rates
from vendoreval.tables import MONEY

# clock noise and the rounding of printed minutes
_NOISE_MINUTES: Final = Decimal("0.05")
INVOICED_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "quantity": MONEY, "n": "int64", "first_on": "date",
    "last_on": "date",
}  # fmt: skip


def cards_of(scope: Scope) -> dict[str, Agreement]:
    """Return the agreements of the audited vendors."""
    return {v: scope.agreements[v] for v in scope.vendors if v in scope.agreements}


def minute_items(vendor: str, scope: Scope) -> dict[str, RateItem]:
    """Return the lines per minute of a vendor's card by their key."""
    lines = minute_rates(cards_of(scope))
    return {line.key: line.item for line in lines if line.vendor == vendor}


def invoiced_minutes(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the minutes on the invoices of whole days inside of the period, by vendor."""
    lines = tables["invoice_lines"]
    lines = lines.filter(
        lines.vendor.isin(scope.vendors),
        lines.unit.isin(MINUTE_UNITS),
        lines.period_start >= ibis.literal(scope.period.start),
        lines.period_start < ibis.literal(scope.period.end),
        lines.period_end <= ibis.literal(scope.period.end),
    )
    summed = lines.group_by("vendor").agg(
        quantity=lines.quantity.sum().cast(MONEY),
        n=lines.count().cast("int64"),
        first_on=lines.period_start.min(),
        last_on=lines.period_end.max(),
    )
    return summed.mutate(kind=ibis.literal("invoice"))


@dataclass(frozen=True)
class Invoiced:
    """Minutes on the invoice beside those that would be right.

    Parameters
    ----------
    minutes
        On the invoice; `None` where its lines per minute are not for the whole period.
    """

    minutes: Decimal | None

    @classmethod
    def of(cls, own: pd.DataFrame, period: Period) -> Invoiced:
        """Read the rows of `invoiced_minutes` of one vendor."""
        rows = own[own["kind"] == "invoice"]
        if rows.empty:
            return cls(None)
        first, last = _day(min(rows["first_on"])), _day(max(rows["last_on"]))
        if first > period.start or last < period.last_day:
            return cls(None)
        return cls(sum((decimal_of(value) for value in rows["quantity"]), Decimal(0)))

    def holds(self, right: int, questioned: int) -> bool | None:
        """Whether the invoice bills questioned seconds on top of the right ones.

        Returns
        -------
        bool or None
            `None` where it holds a part of them only, or there is no invoice to see.
        """
        if self.minutes is None:
            return None
        more = self.minutes - Decimal(right) / 60
        asked = Decimal(questioned) / 60
        if more >= asked - max(_NOISE_MINUTES, asked * Decimal("0.005")):
            return True
        return False if more <= max(_NOISE_MINUTES, asked * Decimal("0.05")) else None


def _day(value: Any) -> date:
    return value.date() if isinstance(value, pd.Timestamp) else value


def worth(
    seconds: Mapping[str, int], vendor: str, scope: Scope
) -> tuple[Decimal | None, tuple[Step, ...]]:
    """Return what seconds are worth by line of the card; none in another currency.

    Parameters
    ----------
    seconds
        Key of the line -> seconds.
    """
    items = minute_items(vendor, scope)
    own = {key: value for key, value in seconds.items() if key in items and value}
    if not own or any(items[key].currency != scope.currency for key in own):
        return None, ()
    parts = [(value, items[key]) for key, value in sorted(own.items())]
    return priced_seconds(parts, scope.currency)
