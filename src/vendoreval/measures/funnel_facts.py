"""What moved in the funnel, what was closed after one dial, what was sold."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import ibis

from vendoreval.measures.cut import Cut, grouped
from vendoreval.measures.monthly import Tables, vendor_of_sales
from vendoreval.measures.queries import count, real
from vendoreval.tables import CLOSED_UNREACHED

QUOTE: Final = "quote"
_MATURE_DAYS: Final = 30


def event_facts(tables: Tables, cut: Cut) -> ibis.Table:
    """Return moves between stages, first events of companies and moves to the quote."""
    events = cut.rows(tables["funnel_events"], "at_on", "at", cut.column("funnel_events"))
    moved = events.stage_from.notnull() & (events.stage_from != events.stage_to)
    return grouped(
        events,
        {
            "stage_moves": count(moved),
            "event_leads_added": count(events.stage_from.isnull()),
            "event_quotes_sent": count(moved & (events.stage_to == QUOTE)),
        },
    )


def closure_facts(tables: Tables, cut: Cut) -> ibis.Table:
    """Return companies closed as not answered or junk, and those after exactly one dial.

    The day is that of the event, else the one the snapshot names, else the day of the
    snapshot. Dials are those of the call log up to that day or the number the snapshot
    names, whichever is more; a company of which neither is known is left out.
    """
    closed = _closings(tables, cut)
    dials = cut.of_vendors(real(tables["calls"]))
    dials = dials.filter(dials.lead_id.notnull())
    dials = dials.select(of_vendor="vendor", of_lead="lead_id", dialled_on="started_on")
    joined = closed.left_join(
        dials,
        [closed.vendor == dials.of_vendor, closed.lead_id == dials.of_lead,
         dials.dialled_on <= closed.closed_on],
    )  # fmt: skip
    touched = joined.group_by(["part", "block", "vendor", "lead_id"]).agg(
        logged=joined.dialled_on.count().cast("int64"), attempts=joined.attempts.max()
    )
    # the log may lack dials that the vendor counted, never the other way round
    touches = ibis.greatest(touched.logged, touched.attempts.fill_null(0))
    touched = touched.mutate(touches=touches)
    touched = touched.filter(touched.touches > 0)
    return grouped(
        touched,
        {"closed_unreached": touched.count().cast("int64"),
         "closed_first_touch": count(touched.touches == 1)},
    )  # fmt: skip


def _closings(tables: Tables, cut: Cut) -> ibis.Table:
    """Return one row for each company closed within the cut."""
    funnel, events = (cut.of_vendors(tables[name]) for name in ("funnel", "funnel_events"))
    first = funnel.group_by(bank_of="vendor").agg(bank_from=funnel.snapshot_on.min())
    seen = funnel.filter(funnel.stage.isin(CLOSED_UNREACHED))
    seen = seen.join(first, seen.vendor == first.bank_of)
    # what the first snapshot holds may have been closed at any time before it
    seen = seen.filter(seen.stage_since.notnull() | (seen.snapshot_on > seen.bank_from))
    seen = seen.select(
        "vendor", "lead_id", "agent_id", "attempts",
        closed_on=ibis.least(seen.stage_since.fill_null(seen.snapshot_on), seen.snapshot_on),
        rank=ibis.literal(1, "int64"),
    )  # fmt: skip
    told = events.filter(events.stage_to.isin(CLOSED_UNREACHED))
    told = told.select(
        "vendor", "lead_id", "agent_id", attempts=ibis.null("int64"), closed_on="at_on",
        rank=ibis.literal(0, "int64"),
    )  # fmt: skip
    both = _alike(seen).union(_alike(told), distinct=False)
    # snapshots repeat a closing; an event tells its day and its agent best
    one = ibis.window(group_by=["vendor", "lead_id"], order_by=["rank", "closed_on", "agent_id"])
    both = both.mutate(
        row=ibis.row_number().over(one),
        most=both.attempts.max().over(ibis.window(group_by=["vendor", "lead_id"])),
    )
    both = both.filter(both.row == 0).mutate(attempts=ibis._.most)
    return cut.rows(both, "closed_on", None, "agent_id" if cut.by == "agent" else None)


def _alike(closings: ibis.Table) -> ibis.Table:
    kinds = {"vendor": "string", "lead_id": "string", "agent_id": "string", "attempts": "int64",
             "closed_on": "date", "rank": "int64"}  # fmt: skip
    return closings.select(**{name: closings[name].cast(kind) for name, kind in kinds.items()})


def claim_facts(tables: Tables, cut: Cut) -> ibis.Table:
    """Return the sales that the vendor reports."""
    sales = cut.rows(tables["sales"], "sold_on", "sold_at", cut.column("sales"))
    return grouped(sales, {"listed_sales": sales.count().cast("int64")})


def kept_facts(tables: Tables, cut: Cut) -> ibis.Table:
    """Return the client's own sales: kept, mature, and cancelled within 30 days."""
    sales = cut.rows(vendor_of_sales(tables), "sold_on", None, None)
    last = cut.span.end - timedelta(days=_MATURE_DAYS)
    mature = sales.sold_on < ibis.literal(last)
    soon = (sales.cancelled_on - sales.sold_on).cast("int64") <= _MATURE_DAYS
    kept = sales.cancelled_on.isnull()
    return grouped(
        sales,
        {
            "sales_kept": count(kept),
            "revenue_kept": kept.ifelse(sales.amount.cast("float64"), 0.0).sum(),
            "sales_mature": count(mature),
            "sales_cancelled": count(mature & sales.cancelled_on.notnull() & soon),
        },
    )
