"""From snapshots and events to the moves of every company, on the engine.

A snapshot says where a company stood at the end of its day and, where it is reported, since
when; an event says when it moved. Both are put in one order, and only what differs from
the place before is a move.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import ibis

from vendoreval.measures import vendor_of_sales
from vendoreval.tables import CONVERSATION

Tables = Mapping[str, ibis.Table]
# the way through the funnel; what stands beside it is an end without success
STAGE_ORDER: Final = ("new", "contacted", "interested", "quote", "won")
# handed over, and in no report of the vendor since
UNSEEN: Final = "unseen"
_DAY_SECONDS: Final = 86_400


def moves(tables: Tables, vendor: str, on: date) -> ibis.Table:
    """Return lead_id, step, stage, entered_on: every stage a company stood at, in order.

    A stage that is reported again and again is one move. The day it was entered is that
    of the event, else the one the snapshot names, else the day of the snapshot.
    """
    stood = _snapshots(tables, vendor, on).union(_events(tables, vendor, on))
    order = ibis.window(group_by="lead_id", order_by=["place", "kind", "stage"])
    placed = stood.mutate(row=ibis.row_number().over(order), former=stood.stage.lag(1).over(order))
    moved = placed.filter((placed.row == 0) | (placed.stage != placed.former))
    again = ibis.window(group_by="lead_id", order_by=["place", "kind", "stage"])
    return moved.select(
        "lead_id", "stage", "entered_on", step=ibis.row_number().over(again).cast("int64")
    )


def _snapshots(tables: Tables, vendor: str, on: date) -> ibis.Table:
    funnel = tables["funnel"]
    funnel = funnel.filter(funnel.vendor == vendor, funnel.snapshot_on <= ibis.literal(on))
    since = funnel.stage_since.fill_null(funnel.snapshot_on)
    entered = ibis.least(since, funnel.snapshot_on)
    end_of_day = funnel.snapshot_on.cast("timestamp").epoch_seconds().cast("int64") + (
        _DAY_SECONDS - 1
    )
    # two rows of one company in one snapshot cannot both be true: the same one is taken always
    return funnel.group_by(["lead_id", "snapshot_on"]).agg(
        stage=funnel.stage.max(), entered_on=entered.max(), place=end_of_day.max()
    ).select(
        lead_id=ibis._.lead_id.cast("string"), stage=ibis._.stage.cast("string"),
        entered_on=ibis._.entered_on.cast("date"), place=ibis._.place.cast("int64"),
        kind=ibis.literal(1).cast("int64"),
    )  # fmt: skip


def _events(tables: Tables, vendor: str, on: date) -> ibis.Table:
    events = tables["funnel_events"]
    events = events.filter(events.vendor == vendor, events.at_on <= ibis.literal(on))
    return events.select(
        lead_id=events.lead_id.cast("string"), stage=events.stage_to.cast("string"),
        entered_on=events.at_on.cast("date"),
        place=events["at"].epoch_seconds().cast("int64"),
        kind=ibis.literal(0).cast("int64"),
    )  # fmt: skip


def handed(tables: Tables, vendor: str, on: date) -> ibis.Table:
    """Return lead_id, handed_on, list_id, segment of every company ever handed over."""
    leads = tables["leads"]
    leads = leads.filter(
        leads.vendor == vendor, leads.handed_on <= ibis.literal(on),
        ~leads.is_seed.fill_null(False),
    )  # fmt: skip
    return leads.group_by("lead_id").agg(
        handed_on=leads.handed_on.min(), list_id=leads.list_id.max(), segment=leads.segment.max()
    )


def last_seen(tables: Tables, vendor: str, on: date) -> ibis.Table:
    """Return lead_id with its first and last snapshot, and what the last one said."""
    funnel = tables["funnel"]
    funnel = funnel.filter(funnel.vendor == vendor, funnel.snapshot_on <= ibis.literal(on))
    window = ibis.window(group_by="lead_id")
    funnel = funnel.mutate(
        first_on=funnel.snapshot_on.min().over(window),
        last_on=funnel.snapshot_on.max().over(window),
    )
    last = funnel.filter(funnel.snapshot_on == funnel.last_on)
    return last.group_by("lead_id").agg(
        first_seen_on=last.first_on.min(), last_seen_on=last.last_on.max(),
        reported_attempts=last.attempts.max(), close_reason=last.close_reason.max(),
        agent_id=last.agent_id.max(), amount=last.amount.max(),
    )  # fmt: skip


def dials(tables: Tables, vendor: str, on: date) -> ibis.Table:
    """Return lead_id with its dials, its conversations and the day of the last dial."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor == vendor, calls.started_on <= ibis.literal(on), calls.lead_id.notnull(),
        ~calls.is_test.fill_null(False),
    )  # fmt: skip
    return calls.group_by("lead_id").agg(
        dials=calls.count().cast("int64"),
        conversations=calls.disposition.isin(CONVERSATION).cast("int64").sum().cast("int64"),
        last_dial_on=calls.started_on.max(),
    )


def sold(tables: Tables, vendor: str, on: date) -> ibis.Table:
    """Return lead_id and first day of the client's own sales that were not cancelled."""
    sales = vendor_of_sales(tables)
    kept = sales.filter(
        sales.vendor == vendor, sales.sold_on <= ibis.literal(on), sales.cancelled_on.isnull(),
        sales.lead_id.notnull(),
    )  # fmt: skip
    return kept.group_by("lead_id").agg(sold_on=kept.sold_on.min())


def erased(tables: Tables, vendor: str) -> ibis.Table:
    """Return lead_id and day of the companies whose personal data were erased here."""
    stones = tables["tombstones"]
    stones = stones.filter(stones.lead_id.notnull(), stones.vendor.isin((vendor, "client")))
    return stones.group_by("lead_id").agg(erased_on=stones.erased_on.min())


def last_days(tables: Tables, vendor: str) -> ibis.Table:
    """Return the last snapshot, the last event and the last hand-over of a vendor."""
    funnel, events, leads = tables["funnel"], tables["funnel_events"], tables["leads"]
    parts = [
        funnel.filter(funnel.vendor == vendor).agg(day=funnel.snapshot_on.max()),
        events.filter(events.vendor == vendor).agg(day=events.at_on.max()),
        leads.filter(leads.vendor == vendor).agg(day=leads.handed_on.max()),
    ]
    kinds = ("snapshot", "event", "hand-over")
    shaped = [
        part.select(kind=ibis.literal(kind).cast("string"), day=part.day.cast("date"))
        for kind, part in zip(kinds, parts, strict=True)
    ]
    return shaped[0].union(shaped[1]).union(shaped[2])
