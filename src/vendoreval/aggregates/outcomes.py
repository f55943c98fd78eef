"""A7: sales by age and their end. A8: pairs of snapshots of the bank. A11: leads handed over."""

from __future__ import annotations

from typing import Any, Final

import ibis
import pandas as pd

from vendoreval.aggregates.base import (
    Aggregate,
    Tables,
    Window,
    add,
    count,
    day_number,
    stacked,
)
from vendoreval.measures import vendor_of_sales

OLDEST_DAY: Final = 180


def _products(tables: Tables, window: Window) -> ibis.Table:
    claims = window.around(tables["sales"], "sold_on")
    claims = claims.filter(claims.lead_id.notnull())
    return claims.group_by(of_vendor="vendor", of_lead="lead_id").agg(
        product=claims["product"].max()
    )


def _ends(tables: Tables, window: Window) -> ibis.Table:
    """Return sales of the month by product, day, and age at which they were cancelled (-1)."""
    sales = window.during(vendor_of_sales(tables), "sold_on")
    products = _products(tables, window)
    joined = sales.left_join(
        products, [sales.vendor == products.of_vendor, sales.lead_id == products.of_lead]
    )
    age = day_number(joined.cancelled_on) - day_number(joined.sold_on)
    joined = joined.mutate(
        product=joined["product"].fill_null(""),
        sold_day=day_number(joined.sold_on),
        cancelled_at_age=joined.cancelled_on.notnull().ifelse(age, -1).cast("int64"),
    )
    counted = joined.group_by(["vendor", "product", "sold_day", "cancelled_at_age"]).agg(
        sales=joined.count().cast("int64")
    )
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


def _by_age(frame: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Count for each day since the sale who could still be cancelled, and who was."""
    until = (window.observed_until - pd.Timestamp("1970-01-01").date()).days
    rows: list[dict[str, Any]] = []
    for (vendor, product), part in frame.groupby(["vendor", "product"], sort=True):
        seen = (until - part["sold_day"]).clip(upper=OLDEST_DAY)
        gone = part["cancelled_at_age"]
        left = gone.where(gone >= 0, seen)
        for day in range(OLDEST_DAY + 1):
            at_risk = int(part["sales"][left >= day].sum())
            if at_risk == 0:
                break
            cancels = int(part["sales"][gone == day].sum())
            rows.append(
                {
                    "vendor": vendor, "product": product, "day": day, "month": window.number,
                    "at_risk": at_risk, "cancels": cancels,
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["vendor", "product", "day", "month", "at_risk", "cancels"])


A7: Final = Aggregate(
    "A7", "sales of a month by days since the sale: how many could be cancelled, how many were",
    ("vendor", "product", "day", "month"), ("at_risk", "cancels"),
    ("client_sales", "leads", "sales"),
    _ends, finish=_by_age, ahead=True,
)  # fmt: skip


def _by_day(tables: Tables, window: Window) -> ibis.Table:
    claims = window.during(tables["sales"], "sold_on")
    known = window.during(vendor_of_sales(tables), "sold_on")
    claims, known = (t.mutate(day=t.sold_on.day().cast("int64")) for t in (claims, known))
    keys = ["vendor", "day"]
    parts = [
        claims.group_by(keys).agg(claimed=claims.count().cast("int64")),
        known.group_by(keys).agg(
            known=known.count().cast("int64"), surviving=count(known.cancelled_on.isnull())
        ),
    ]
    sums = ("claimed", "known", "surviving")
    both = stacked(parts, {"vendor": "string", "day": "int64"} | dict.fromkeys(sums, "int64"))
    counted = both.group_by(keys).agg(**{name: add(both[name]) for name in sums})
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


A7_DAY: Final = Aggregate(
    "A7D", "sales of one day of the month, claimed, known to the client, and surviving",
    ("vendor", "day", "month"), ("claimed", "known", "surviving"),
    ("client_sales", "leads", "sales"), _by_day,
)  # fmt: skip


def _pairs(tables: Tables, window: Window) -> ibis.Table:
    """Return every row of a snapshot with the same company in the snapshot after it."""
    funnel = window.during(tables["funnel"], "snapshot_on", back=True)
    days = funnel.select("vendor", "snapshot_on").distinct()
    along = ibis.window(group_by="vendor", order_by="snapshot_on")
    days = days.mutate(next_on=days.snapshot_on.lead(1).over(along))
    days = days.filter(days.next_on.notnull(), days.next_on >= ibis.literal(window.month.start))
    days = days.rename(of_vendor="vendor", of_day="snapshot_on")
    before = funnel.join(days, [funnel.vendor == days.of_vendor, funnel.snapshot_on == days.of_day])
    after = funnel.select(
        then_vendor="vendor", then_on="snapshot_on", then_lead="lead_id", stage_next="stage",
        since_next="stage_since", attempts_next="attempts",
    )  # fmt: skip
    return before.left_join(
        after,
        [before.vendor == after.then_vendor, before.next_on == after.then_on,
         before.lead_id == after.then_lead],
    )  # fmt: skip


def _crm(tables: Tables, window: Window) -> ibis.Table:
    sales = window.of_vendors(vendor_of_sales(tables))
    sales = sales.filter(sales.lead_id.notnull())
    rank = sales.cancelled_on.notnull().ifelse(1, sales.paid_on.notnull().ifelse(3, 2))
    return sales.group_by(crm_vendor="vendor", crm_lead="lead_id").agg(
        crm_rank=rank.max().cast("int64")
    )


def _snapshots(tables: Tables, window: Window) -> ibis.Table:
    pairs, crm = _pairs(tables, window), _crm(tables, window)
    joined = pairs.left_join(crm, [pairs.vendor == crm.crm_vendor, pairs.lead_id == crm.crm_lead])
    kept = joined.stage_next.notnull()
    moved_back = joined.since_next <= joined.snapshot_on
    restated = kept & (joined.stage_next != joined.stage) & moved_back.fill_null(False)
    forgot = kept & (joined.attempts_next < joined.attempts).fill_null(False)
    rank = joined.crm_rank.fill_null(0)
    crm_status = (rank == 1).ifelse("cancelled", (rank == 2).ifelse(
        "sold", (rank == 3).ifelse("paid", "none")))  # fmt: skip
    joined = joined.mutate(
        stage_next=joined.stage_next.fill_null(""),
        crm=crm_status,
        day=day_number(joined.snapshot_on),
        next_day=day_number(joined.next_on),
        is_restated=restated.cast("int64"),
        is_fewer=forgot.cast("int64"),
    )
    counted = joined.group_by(["vendor", "day", "next_day", "stage", "stage_next", "crm"]).agg(
        leads=joined.count().cast("int64"),
        restated=add(joined.is_restated),
        fewer_attempts=add(joined.is_fewer),
    )
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


A8: Final = Aggregate(
    "A8", "companies of one snapshot (day number) by their stage there, in the next snapshot "
    "(empty: gone) and in the client's records; the month is that of the later snapshot",
    ("vendor", "day", "next_day", "stage", "stage_next", "crm", "month"),
    ("leads", "restated", "fewer_attempts"), ("funnel", "client_sales", "leads"), _snapshots,
    whole=("client_sales",),
)  # fmt: skip


def _handed(tables: Tables, window: Window) -> ibis.Table:
    leads = window.during(tables["leads"], "handed_on")
    kinds = {name: leads[name].fill_null("") for name in ("list_id", "segment", "source")}
    leads = leads.mutate(**kinds)
    counted = leads.group_by(["vendor", *kinds]).agg(leads=leads.lead_id.nunique().cast("int64"))
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


A11: Final = Aggregate(
    "A11", "leads that the client handed over in one month, by list, segment and source",
    ("vendor", "list_id", "segment", "source", "month"), ("leads",), ("leads",), _handed,
)  # fmt: skip
