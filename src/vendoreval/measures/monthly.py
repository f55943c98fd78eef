"""The metrics of the monthly comparison, each with numerator, denominator and unit.

A measure whose denominator is empty is undefined (`None`), never zero.
All are monthly, so that any month can be set against any other; the queries
run once on the engine and return one line for each vendor and month.

Definitions
-----------
dials
    Call attempts; tests left out.
conversations
    Dials that reached a person (levels REACHED_OTHER, REACHED, OUTCOME).
talk_minutes
    Talk time of all dials.
leads_worked
    Distinct leads with at least one dial.
billed_minutes, billed
    Minutes and net amount of the invoice lines whose service period starts in the month.
surviving_sales
    Sales of the client's own records on leads of the vendor, not cancelled.
conversion
    surviving_sales / leads_worked, Wilson interval.
cost_per_surviving_sale
    billed / surviving_sales; its 90 % interval holds the chance of each sale and the
    spread between honest agents and months (Poisson limits alone cover 52-81 %).
talked_of_billed
    talk_minutes / billed_minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import exp, sqrt
from typing import Any

import ibis
import pandas as pd
from ibis import _

from vendoreval.period import Period
from vendoreval.stats import wilson_interval
from vendoreval.stats.cost import honest_variance
from vendoreval.tables import CONVERSATION

Tables = Mapping[str, ibis.Table]
# normal quantile of a two-sided 90 % interval
_NINETY = 1.6448536269514722
TIME_UNITS = ("talk_minute", "handle_minute", "worked_minute")


@dataclass(frozen=True)
class Measured:
    """One value: `low` and `high` bound the 95 % interval where there is one."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Metric:
    """A metric: how it is named, in which unit, and how a month's counts give it."""

    name: str
    unit: str
    of: Callable[[Counts], Measured]


@dataclass(frozen=True)
class Counts:
    """The counts of one vendor in one stretch of time.

    Sums of two vendors add up. Of two months of one vendor `leads_worked` adds up too
    (a lead worked in both counts twice), and `agents` is the larger of the two.
    What the vendor's agreement does not ask for is `None`, and so is a sum with it.
    """

    dials: int = 0
    conversations: int | None = 0
    talk_seconds: int | None = 0
    leads_worked: int | None = 0
    billed_minutes: Decimal = Decimal(0)
    billed: Decimal = Decimal(0)
    surviving_sales: int = 0
    agents: int = 0

    def with_month(self, other: Counts) -> Counts:
        """Return the counts of this stretch and another one of the same vendor."""
        return replace(self + other, agents=max(self.agents, other.agents))

    def __add__(self, other: Counts) -> Counts:
        names = Counts.__dataclass_fields__
        return Counts(*(_sum(getattr(self, name), getattr(other, name)) for name in names))


def _sum(one: Any, other: Any) -> Any:
    return None if one is None or other is None else one + other


def month_number(column: ibis.expr.types.DateColumn) -> ibis.expr.types.IntegerColumn:
    """Return year x 12 + month - 1, an integer that any engine computes alike."""
    return column.year().cast("int64") * 12 + column.month().cast("int64") - 1


def number_of_month(day: date) -> int:
    """Return year x 12 + month - 1 of a day."""
    return day.year * 12 + day.month - 1


def first_of_month(number: int) -> date:
    """Return the first day of a numbered month."""
    return date(number // 12, number % 12 + 1, 1)


def calls_by_month(tables: Tables, window: Period) -> ibis.Table:
    """Return vendor, month, dials, conversations, talk_seconds, leads_worked."""
    calls = tables["calls"]
    kept = calls.filter(
        calls.started_on >= window.start,
        calls.started_on < window.end,
        ~ibis.coalesce(calls.is_test, False),
    )
    return kept.group_by(vendor=kept.vendor, month=month_number(kept.started_on)).agg(
        dials=_.count(),
        conversations=_.disposition.isin(CONVERSATION).cast("int64").sum(),
        # null where no call of the month has the column: not asked for, and not zero
        talk_seconds=_.talk_seconds.sum(),
        leads_worked=(_.lead_id.count() > 0).ifelse(_.lead_id.nunique(), ibis.null("int64")),
        agents=_.agent_id.nunique(),
    )


def invoices_by_month(tables: Tables, window: Period) -> ibis.Table:
    """Return vendor, month, net amount and minutes of the invoice lines."""
    lines = tables["invoice_lines"]
    kept = lines.filter(lines.period_start >= window.start, lines.period_start < window.end)
    minutes = kept.unit.isin(TIME_UNITS).ifelse(kept.quantity, 0)
    return kept.group_by(vendor=kept.vendor, month=month_number(kept.period_start)).agg(
        billed=kept.amount.sum(), billed_minutes=minutes.sum()
    )


def vendor_of_sales(tables: Tables) -> ibis.Table:
    """Return the client's sales with their vendor: named in the record, else by the lead."""
    sales, leads = tables["client_sales"], tables["leads"]
    owners = leads.group_by("lead_id").agg(lead_vendor=leads.vendor.max())
    joined = sales.left_join(owners, sales.lead_id == owners.lead_id)
    return joined.select(
        "sale_id", "sold_on", "paid_on", "cancelled_on", "amount",
        lead_id=sales.lead_id,
        vendor=ibis.coalesce(sales.vendor, owners.lead_vendor),
    )  # fmt: skip


def sales_by_month(tables: Tables, window: Period) -> ibis.Table:
    """Return vendor, month and surviving sales."""
    sales = vendor_of_sales(tables)
    kept = sales.filter(
        sales.sold_on >= window.start, sales.sold_on < window.end, sales.cancelled_on.isnull()
    )
    return kept.group_by(vendor=kept.vendor, month=month_number(kept.sold_on)).agg(
        surviving_sales=_.count()
    )


def counts_by_month(
    calls: pd.DataFrame, invoices: pd.DataFrame, sales: pd.DataFrame
) -> dict[tuple[str, int], Counts]:
    """Unite the three small tables into one `Counts` for each vendor and month."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for table in (calls, invoices, sales):
        for row in table.to_dict("records"):
            if row["vendor"] is None:
                continue
            entry = found.setdefault((str(row["vendor"]), int(row["month"])), {})
            entry.update({str(k): v for k, v in row.items() if k not in {"vendor", "month"}})
    return {key: _counts(entry) for key, entry in found.items()}


def _counts(entry: Mapping[str, Any]) -> Counts:
    exact = {"billed", "billed_minutes"}
    values: dict[str, Any] = {
        name: None if pd.isna(value) else Decimal(value) if name in exact else int(value)
        for name, value in entry.items()
    }
    # an invoice without amounts or minutes bills nothing
    values |= {name: Decimal(0) for name in exact & values.keys() if values[name] is None}
    return Counts(**values)


def _plain(name: str) -> Callable[[Counts], Measured]:
    def of(counts: Counts) -> Measured:
        value = getattr(counts, name)
        return Measured(None, 0) if value is None else Measured(float(value), int(value))

    return of


def _conversion(counts: Counts) -> Measured:
    n, sold = counts.leads_worked, counts.surviving_sales
    if not n or sold > n:
        return Measured(None, n or 0)
    low, high = wilson_interval(sold, n)
    return Measured(sold / n, n, low, high)


def _cost(counts: Counts) -> Measured:
    sold = counts.surviving_sales
    if sold == 0 or counts.billed <= 0:
        return Measured(None, sold)
    cost = float(counts.billed) / sold
    half = _NINETY * sqrt(1 / sold + honest_variance(max(counts.agents, 1)))
    return Measured(cost, sold, cost / exp(half), cost * exp(half))


def _talked(counts: Counts) -> Measured:
    if counts.billed_minutes <= 0 or counts.talk_seconds is None:
        return Measured(None, 0)
    billed = float(counts.billed_minutes)
    return Measured(counts.talk_seconds / 60 / billed, round(billed))


def _talk(counts: Counts) -> Measured:
    if counts.talk_seconds is None:
        return Measured(None, 0)
    return Measured(counts.talk_seconds / 60, counts.dials)


METRICS: tuple[Metric, ...] = (
    Metric("dials", "calls", _plain("dials")),
    Metric("conversations", "calls", _plain("conversations")),
    Metric("talk_minutes", "min", _talk),
    Metric("leads_worked", "leads", _plain("leads_worked")),
    Metric("billed_minutes", "min", _plain("billed_minutes")),
    Metric("billed", "money", _plain("billed")),
    Metric("surviving_sales", "sales", _plain("surviving_sales")),
    Metric("conversion", "share", _conversion),
    Metric("cost_per_surviving_sale", "money", _cost),
    Metric("talked_of_billed", "share", _talked),
)
