"""Invoices priced by the sale beside what the logs and records hold for their days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.aggregates.base import add, count, day_number
from vendoreval.checks._answers import decimal_of, in_period, stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks.base import Scope, Tables
from vendoreval.measures import vendor_of_sales
from vendoreval.period import Period
from vendoreval.tables import MONEY

FloatArray = npt.NDArray[np.float64]

MONTHS: Final = 24
UNIT: Final = "sale"
SALES: Final = ("claimed", "known", "alive")
#: the same of as many days before the invoiced ones
SALES_BEFORE: Final = tuple(f"{name}_before" for name in SALES)
WORK: Final = ("talk_seconds", "dials", "agents")
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "first_day": "int64", "last_day": "int64",
    "quantity": MONEY, "amount": MONEY,
} | dict.fromkeys((*WORK, *SALES), "int64")  # fmt: skip


def billing_window(scope: Scope) -> Period:
    """Return the two years that end with the audited period."""
    return scope.period.months_back(MONTHS)


def invoices_and_days(tables: Tables, scope: Scope) -> ibis.Table:
    """Return lines priced by the sale (kind `line`) and what each day holds (kind `day`).

    Days are numbers since 1970. Sales are those the vendor claims, those the client's
    records know, and those of them that were not cancelled.
    """
    window = billing_window(scope)
    lines = sale_lines(tables, scope)
    lines = lines.mutate(
        first_day=day_number(lines.period_start), last_day=day_number(lines.period_end)
    )
    billed = lines.group_by(["vendor", "first_day", "last_day"]).agg(
        quantity=lines.quantity.sum(), amount=lines.amount.sum()
    )
    calls = window_calls(tables["calls"], scope.vendors, window)
    worked = calls.group_by(vendor="vendor", first_day=day_number(calls.started_on)).agg(
        talk_seconds=add(calls.talk_seconds),
        dials=calls.count().cast("int64"),
        agents=calls.agent_id.nunique().cast("int64"),
    )
    claims = tables["sales"]
    claims = claims.filter(
        claims.vendor.isin(scope.vendors), in_period(claims.sold_on, window.start, window.end)
    )
    claimed = claims.group_by(vendor="vendor", first_day=day_number(claims.sold_on)).agg(
        claimed=claims.count().cast("int64")
    )
    sales = vendor_of_sales(tables)
    sales = sales.filter(
        sales.vendor.isin(scope.vendors), in_period(sales.sold_on, window.start, window.end)
    )
    known = sales.group_by(vendor="vendor", first_day=day_number(sales.sold_on)).agg(
        known=sales.count().cast("int64"), alive=count(sales.cancelled_on.isnull())
    )
    both = stack([worked, claimed, known], {k: _COLUMNS[k] for k in _DAY_COLUMNS})
    days = both.group_by(["vendor", "first_day"]).agg(
        **{name: add(both[name]) for name in (*WORK, *SALES)}
    )
    return stack(
        [billed.mutate(kind=ibis.literal("line")), days.mutate(kind=ibis.literal("day"))], _COLUMNS
    )


_DAY_COLUMNS: Final = ("vendor", "first_day", *WORK, *SALES)


def sale_lines(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the invoice lines of the window that are priced by the sale."""
    lines, window = tables["invoice_lines"], billing_window(scope)
    return lines.filter(
        lines.vendor.isin(scope.vendors),
        lines.unit == UNIT,
        in_period(lines.period_start, window.start, window.end),
    )


@dataclass(frozen=True)
class Invoices:
    """One vendor's amounts for sales, in order, beside its work and sales of the same days.

    Parameters
    ----------
    frame
        One row for each period, with `quantity`, `amount`, and the counts of the days.
    """

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def amounts(self) -> FloatArray:
        """Net or gross as billed, above 0."""
        return self.frame["amount"].to_numpy(float)

    @property
    def quantities(self) -> FloatArray:
        """Billed sales."""
        return self.frame["quantity"].to_numpy(float)

    def of(self, name: str) -> FloatArray:
        """Return a count for every invoice."""
        return self.frame[name].to_numpy(float)

    def best_sales(self, records: Sequence[str] = ()) -> tuple[str, FloatArray]:
        """Return the record of sales that the billed numbers follow most closely.

        Claimed, known and surviving sales of the invoiced days and of as many days before
        are tried (or the given ones): an honest contract may mean any.
        """
        names = records or (*SALES, *SALES_BEFORE)
        found = [(name, self.of(name)) for name in names if self.of(name).any()]
        return min(
            found,
            key=lambda pair: float(np.abs(self.quantities - pair[1]).sum()),
            default=("claimed", self.of("claimed")),
        )

    @property
    def minute_rate(self) -> tuple[float, float] | None:
        """Return the sales a minute that give every billed number to the nearest whole one."""
        minutes = self.of("talk_seconds") / 60
        low = float(((self.quantities - 0.5) / minutes).max())
        high = float(((self.quantities + 0.5) / minutes).min())
        return (low, high) if low <= high else None

    def in_period(self, first: date, end: date) -> pd.DataFrame:
        """Return the invoices that begin within a stretch of days."""
        low, high = ((day - _EPOCH).days for day in (first, end))
        start = self.frame["first_day"]
        return self.frame[(start >= low) & (start < high)]


_EPOCH: Final = date(1970, 1, 1)


def invoices_of(frame: pd.DataFrame, vendor: str) -> Invoices:
    """Return the invoices of one vendor for which a call log exists.

    Lines that are credits only, and periods without a dial, are left out.
    """
    own = frame[frame["vendor"] == vendor]
    lines = own[own["kind"] == "line"].sort_values(["first_day", "last_day"])
    days = own[own["kind"] == "day"].sort_values("first_day")
    rows = []
    for line in lines.to_dict("records"):
        first, last = int(line["first_day"]), int(line["last_day"])
        inside = days[(days["first_day"] >= first) & (days["first_day"] <= last)]
        sums = {name: int(inside[name].sum()) for name in (*WORK, *SALES)}
        before = days[(days["first_day"] < first) & (days["first_day"] >= 2 * first - last - 1)]
        sums |= {f"{name}_before": int(before[name].sum()) for name in SALES}
        amount = decimal_of(line["amount"])
        if amount > 0 and sums["talk_seconds"] > 0:
            quantity = decimal_of(line["quantity"])
            rows.append({"first_day": first, "quantity": quantity, "amount": amount} | sums)
    columns = ["first_day", "quantity", "amount", *WORK, *SALES, *SALES_BEFORE]
    return Invoices(pd.DataFrame(rows, columns=columns))


def unit_price(invoices: Invoices) -> Decimal:
    """Return the amount of a billed sale over all invoices."""
    quantity = sum((decimal_of(q) for q in invoices.frame["quantity"]), Decimal(0))
    amount = sum((decimal_of(a) for a in invoices.frame["amount"]), Decimal(0))
    return amount / quantity if quantity > 0 else Decimal(0)
