"""Minutes and surviving sales by vendor, campaign and list, and each vendor's standing in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import ibis
import numpy as np
import pandas as pd

from vendoreval.checks._answers import stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks.base import Scope, Tables
from vendoreval.measures import vendor_of_sales
from vendoreval.period import Period

MONTHS: Final = 12
MINIMUM_EXPECTED: Final = 10
# below this share of minutes on leads that others work too, a comparison says little
MINIMUM_SHARED: Final = 0.5
# from this share of minutes and sales with a known list the comparison is like with like
MINIMUM_KNOWN: Final = 0.9
COUNTS: Final = ("calls", "talk_seconds", "billed_seconds", "billed_calls", "period_seconds",
                  "sales")  # fmt: skip
_STRATUM: Final = {"vendor": "string", "campaign_id": "string", "list_id": "string"}


def mature_window(scope: Scope) -> Period:
    """Return the twelve months of the scope up to the last day with mature sales."""
    window = scope.period.months_back(MONTHS)
    last = scope.period.end - timedelta(days=scope.settings.payment_horizon_days)
    return Period(window.start, max(last, window.start + timedelta(days=1)))


def minutes_and_sales(tables: Tables, scope: Scope) -> ibis.Table:
    """Return one line for each vendor, campaign and list; unknown ones are empty texts.

    Columns
    -------
    calls, talk_seconds, billed_seconds, billed_calls, sales
        Up to the last day with mature sales; `billed_seconds` is the talk where a call
        has none, and `billed_calls` counts those that have.
    period_seconds
        Billed (else talked) in the audited period.
    """
    calls = _with_list(tables, window_calls(tables["calls"], scope.vendors, _calls_window(scope)))
    day = calls.started_on
    mature = day < ibis.literal(mature_window(scope).end)
    audited = day >= ibis.literal(scope.period.start)
    seconds = calls.billed_seconds.fill_null(calls.talk_seconds)
    worked = calls.group_by([calls.vendor, calls.campaign_id, calls.list_id]).agg(
        calls=mature.cast("int64").sum(),
        talk_seconds=mature.ifelse(calls.talk_seconds, 0).sum(),
        billed_seconds=mature.ifelse(seconds, 0).sum(),
        billed_calls=(mature & calls.billed_seconds.notnull()).cast("int64").sum(),
        period_seconds=audited.ifelse(seconds, 0).sum(),
    )
    sold = _sold(tables, calls, scope)
    both = stack([worked, sold], _STRATUM | dict.fromkeys(COUNTS, "int64"))
    return both.group_by(["vendor", "campaign_id", "list_id"]).agg(
        **{name: both[name].fill_null(0).sum().cast("int64") for name in COUNTS}
    )


def _calls_window(scope: Scope) -> Period:
    return Period(mature_window(scope).start, scope.period.end)


def _with_list(tables: Tables, calls: ibis.Table) -> ibis.Table:
    leads = tables["leads"]
    lists = leads.group_by(list_lead=leads.lead_id).agg(list_id=leads.list_id.max())
    joined = calls.left_join(lists, calls.lead_id == lists.list_lead)
    return joined.select(
        "vendor", "call_id", "agent_id", "lead_id", "started_at", "started_on", "talk_seconds",
        "billed_seconds",
        disposition=calls.disposition,
        campaign_id=calls.campaign_id.fill_null(""),
        list_id=lists.list_id.fill_null(""),
    )  # fmt: skip


def _sold(tables: Tables, calls: ibis.Table, scope: Scope) -> ibis.Table:
    """Return mature surviving sales by the campaign and list of the last talk before each."""
    window = mature_window(scope)
    sales = vendor_of_sales(tables)
    kept = sales.filter(
        sales.cancelled_on.isnull(),
        sales.vendor.isin(scope.vendors),
        sales.sold_on >= ibis.literal(window.start),
        sales.sold_on < ibis.literal(window.end),
    ).select(sale_id="sale_id", sale_vendor="vendor", sale_lead="lead_id", sold_on="sold_on")
    talks = calls.filter(calls.lead_id.notnull(), calls.talk_seconds > 0)
    joined = kept.left_join(
        talks,
        [
            kept.sale_vendor == talks.vendor,
            kept.sale_lead == talks.lead_id,
            talks.started_on <= kept.sold_on,
        ],
    )
    newest = ibis.window(
        group_by=[joined.sale_vendor, joined.sale_id],
        order_by=[joined.started_at.desc(nulls_first=False), joined.call_id.desc()],
    )
    ranked = joined.mutate(place=ibis.row_number().over(newest))
    last = ranked.filter(ranked.place == 0)
    last = last.select(
        vendor=last.sale_vendor,
        campaign_id=last.campaign_id.fill_null(""),
        list_id=last.list_id.fill_null(""),
    )
    return last.group_by(["vendor", "campaign_id", "list_id"]).agg(sales=last.count())


@dataclass(frozen=True)
class Standing:
    """One vendor's totals on the leads that others work too.

    `expected` is what its minutes would sell at the common rate; `shared` the part of
    its minutes that can be compared at all.
    """

    vendor: str
    sold: int
    expected: float
    seconds: int
    shared: float
    period_seconds: int

    @property
    def is_enough(self) -> bool:
        """Whether it can be compared."""
        return self.expected >= MINIMUM_EXPECTED and self.shared >= MINIMUM_SHARED

    @property
    def log_ratio(self) -> float:
        """Logarithm of sold over expected, finite without a sale."""
        return float(np.log((self.sold + 0.5) / (self.expected + 0.5)))


def whole_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its counts as int64: an engine may widen a sum to a decimal."""
    return frame.astype(dict.fromkeys(COUNTS, "int64"))


def lists_are_known(frame: pd.DataFrame, scope: Scope) -> bool:
    """Whether nearly all minutes and sales of every vendor have a known list."""
    for vendor in scope.vendors:
        own = frame[frame["vendor"] == vendor]
        known = own[own["list_id"] != ""]
        for column in ("talk_seconds", "sales"):
            if known[column].sum() < MINIMUM_KNOWN * own[column].sum():
                return False
    return True


def standings_of(frame: pd.DataFrame, scope: Scope, known: bool) -> list[Standing]:
    """Return the totals of each vendor with rows, by strata when the lists are known."""
    frame = frame[frame["vendor"].isin(scope.vendors)].sort_values("vendor")
    if frame.empty:
        return []
    # one clock for all: billed only when everybody reports it
    is_billed = bool((frame["billed_calls"] >= frame["calls"]).all())
    frame = frame.assign(seconds=frame["billed_seconds" if is_billed else "talk_seconds"])
    keys = ["campaign_id", "list_id"] if known else [pd.Series("", index=frame.index)]
    cells = frame.assign(key=frame.groupby(keys).ngroup())
    by_stratum = cells[cells["seconds"] > 0].groupby("key")
    shared_keys = by_stratum["vendor"].nunique().loc[lambda count: count > 1].index
    # a sale without a logged talk has no stratum; it still counts for its vendor
    placeless = cells[(cells["calls"] == 0) & (cells["seconds"] == 0)]
    shared = cells[cells["key"].isin(shared_keys)]
    totals = shared.groupby("key")[["sales", "seconds"]].sum()
    rate = (totals["sales"] / totals["seconds"]).rename("rate")
    shared = shared.join(rate, on="key")
    return [
        _standing(vendor, own, shared[shared["vendor"] == vendor], placeless)
        for vendor, own in cells.groupby("vendor")
    ]


def _standing(
    vendor: object, own: pd.DataFrame, shared: pd.DataFrame, placeless: pd.DataFrame
) -> Standing:
    extra = placeless[(placeless["vendor"] == vendor) & ~placeless.index.isin(shared.index)]
    seconds = int(own["seconds"].sum())
    return Standing(
        vendor=str(vendor),
        sold=int(shared["sales"].sum()) + int(extra["sales"].sum()),
        expected=float((shared["seconds"] * shared["rate"]).sum()),
        seconds=int(shared["seconds"].sum()),
        shared=float(shared["seconds"].sum()) / seconds if seconds else 0.0,
        period_seconds=int(own["period_seconds"].sum()),
    )
