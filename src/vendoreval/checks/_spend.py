"""Spend, surviving sales and talk of mature months, by vendor, month and agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._answers import decimal_of, stack, text_of
from vendoreval.checks.base import Scope, Tables
from vendoreval.measures import first_of_month, month_number, number_of_month, vendor_of_sales
from vendoreval.period import Period
from vendoreval.rating import net_of_vat
from vendoreval.tables import MONEY

MONTHS: Final = 12
_COUNTS: Final = ("recorded", "sold", "seconds", "leads")
_COLUMNS: Final = {
    "vendor": "string", "month": "int64", "last_month": "int64", "agent_id": "string",
    "unit": "string", "amount": MONEY, "vat_amount": MONEY, "period_amount": MONEY,
    "period_vat": MONEY,
} | dict.fromkeys(_COUNTS, "int64")  # fmt: skip


def mature_months(scope: Scope) -> Period:
    """Return the last twelve whole months in which every sale had its time to be paid or die."""
    day = scope.period.end - timedelta(days=scope.settings.payment_horizon_days)
    end = number_of_month(day)
    return Period(first_of_month(end - MONTHS), first_of_month(end))


def spend_and_sales(tables: Tables, scope: Scope) -> ibis.Table:
    """Return invoice lines, client's sales, talk and handed-over leads under each other.

    Columns
    -------
    vendor, month, last_month, agent_id, unit
        Months are numbered; an invoice line runs from `month` to `last_month`.
    amount, vat_amount, period_amount, period_vat
        Of invoice lines, as printed there; those that start in the audited period.
    recorded, sold
        Sales the client's records hold, by any vendor, and those not cancelled, by the
        agent who was the last to talk to the lead.
    seconds, leads
        Talk of agents; leads handed over.
    """
    months = mature_months(scope)
    calls = tables["calls"]
    talks = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(months.start),
        calls.started_on < ibis.literal(months.end),
        calls.talk_seconds > 0,
        ~calls.is_test.fill_null(False),
    )
    leads = tables["leads"]
    handed = leads.filter(
        leads.vendor.isin(scope.vendors),
        leads.handed_on >= ibis.literal(months.start),
        leads.handed_on < ibis.literal(months.end),
    )
    parts = [
        _lines(tables["invoice_lines"], scope, months),
        _sales(tables, talks, months),
        talks.group_by(
            vendor=talks.vendor, month=month_number(talks.started_on), agent_id=talks.agent_id
        ).agg(seconds=talks.talk_seconds.sum()),
        handed.group_by(vendor=handed.vendor, month=month_number(handed.handed_on)).agg(
            leads=handed.lead_id.nunique()
        ),
    ]
    return stack(parts, _COLUMNS)


def _lines(lines: ibis.Table, scope: Scope, months: Period) -> ibis.Table:
    kept = lines.filter(
        lines.vendor.isin(scope.vendors),
        lines.period_start >= ibis.literal(months.start),
        lines.period_start < ibis.literal(scope.period.end),
    )
    # an end on the first of a month, after the start, is the day after the last one
    is_open = (kept.period_end.day() == 1) & (kept.period_end > kept.period_start)
    kept = kept.mutate(
        month=month_number(kept.period_start),
        last_month=month_number(kept.period_end) - is_open.cast("int64"),
    )
    audited = kept.period_start >= ibis.literal(scope.period.start)
    zero = ibis.literal(0).cast(MONEY)
    return kept.group_by(["vendor", "month", "last_month", "unit"]).agg(
        amount=kept.amount.sum(),
        vat_amount=kept.vat_amount.fill_null(zero).sum(),
        period_amount=audited.ifelse(kept.amount, zero).sum(),
        period_vat=audited.ifelse(kept.vat_amount.fill_null(zero), zero).sum(),
    )


def _sales(tables: Tables, talks: ibis.Table, months: Period) -> ibis.Table:
    sales = vendor_of_sales(tables)
    kept = sales.filter(sales.sold_on >= ibis.literal(months.start)).select(
        "sale_id",
        "sold_on",
        sale_vendor=sales.vendor.fill_null(""),
        sale_lead=sales.lead_id,
        alive=sales.cancelled_on.isnull().cast("int64"),
    )
    heard = talks.select("vendor", "lead_id", "agent_id", "started_at", "started_on", "call_id")
    joined = kept.left_join(
        heard,
        [
            kept.sale_vendor == heard.vendor,
            kept.sale_lead == heard.lead_id,
            heard.started_on <= kept.sold_on,
        ],
    )
    newest = ibis.window(
        group_by=[joined.sale_vendor, joined.sale_id],
        order_by=[joined.started_at.desc(), joined.call_id.desc()],
    )
    ranked = joined.mutate(place=ibis.row_number().over(newest))
    last = ranked.filter(ranked.place == 0)
    return last.group_by(
        vendor=last.sale_vendor, month=month_number(last.sold_on), agent_id=last.agent_id
    ).agg(recorded=last.count(), sold=last.alive.sum())


@dataclass(frozen=True)
class Spending:
    """One vendor's mature months that hold both an invoice and the client's records.

    Parameters
    ----------
    by_month
        Month -> net spend.
    sold_by_month, sold_by_agent, seconds_by_agent
        Surviving sales and talk in these months.
    leads
        Handed over in these months.
    period_spend
        Net, in the audited period.
    """

    by_month: Mapping[int, Decimal]
    sold_by_month: Mapping[int, int]
    sold_by_agent: Mapping[str, int]
    seconds_by_agent: Mapping[str, int]
    leads: int
    period_spend: Decimal

    @property
    def spend(self) -> Decimal:
        """Of all months."""
        return sum(self.by_month.values(), Decimal(0))

    @property
    def sold(self) -> int:
        """Surviving sales of all months."""
        return sum(self.sold_by_month.values())


def spending_of(frame: pd.DataFrame, vendor: str, scope: Scope) -> Spending:
    """Return one vendor's spend and sales over the same months."""
    frame = frame.assign(**{name: frame[name].fillna(0).astype("int64") for name in _COUNTS})
    own = frame[frame["vendor"] == vendor]
    items = _items(scope, vendor)
    lines = own[own["last_month"].notna()]
    by_month: dict[int, Decimal] = {}
    for line in lines.to_dict("records"):
        first, last = int(line["month"]), int(line["last_month"])
        share = _net(line, "amount", "vat_amount", items) / (last - first + 1)
        for month in range(first, last + 1):
            by_month[month] = by_month.get(month, Decimal(0)) + share
    known = _recorded_months(frame, scope)
    by_month = {month: by_month[month] for month in sorted(by_month) if month in known}
    kept = own[own["month"].isin(list(by_month))]
    agents = kept[kept["seconds"] > 0].groupby("agent_id")["seconds"].sum()
    sold = kept[kept["agent_id"].notna()].groupby("agent_id")["sold"].sum()
    months = kept.groupby("month")["sold"].sum()
    return Spending(
        by_month,
        {month: int(months.get(month, 0)) for month in by_month},
        {str(agent): int(sold.get(agent, 0)) for agent in agents.index},
        {str(agent): int(seconds) for agent, seconds in agents.items()},
        int(kept["leads"].sum()),
        sum(
            (_net(row, "period_amount", "period_vat", items) for row in lines.to_dict("records")),
            Decimal(0),
        ),
    )


def _recorded_months(frame: pd.DataFrame, scope: Scope) -> range:
    """Return the mature months between the first and the last sale the client recorded.

    Outside of them a missing sale may be a missing file, and no vendor answers for that.
    """
    months = mature_months(scope)
    recorded = frame[frame["recorded"] > 0]["month"]
    if recorded.empty:
        return range(0)
    last = min(int(recorded.max()) + 1, number_of_month(months.end))
    return range(int(recorded.min()), last)


def _items(scope: Scope, vendor: str) -> dict[str, RateItem]:
    agreement = scope.agreements.get(vendor)
    return {item.unit: item for item in agreement.rate_card} if agreement is not None else {}


def _net(
    line: Mapping[object, object], amount: str, vat: str, items: Mapping[str, RateItem]
) -> Decimal:
    """Return an amount without VAT: only the lines of a gross price hold it."""
    value, tax = decimal_of(line[amount]), decimal_of(line[vat])
    item = items.get(text_of(line["unit"]))
    if item is None or item.vat_mode != "gross":
        return value
    return value - tax if tax else net_of_vat(value, item)
