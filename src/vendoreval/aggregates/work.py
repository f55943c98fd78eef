"""A1: the work of every agent by stratum and month, or by week; sales beside it."""

from __future__ import annotations

from typing import Any, Final

import ibis

from vendoreval.aggregates.base import (
    Aggregate,
    Tables,
    Window,
    add,
    count,
    day_number,
    local_hour,
    real,
    stacked,
)
from vendoreval.measures import vendor_of_sales
from vendoreval.tables import CONVERSATION

STRATUM: Final = ("campaign_id", "list_id", "segment", "age_band", "weekend", "hour_band",
                  "attempt_band")  # fmt: skip
WORK: Final = ("dials", "connects", "conversations", "talk_seconds", "talk_squares",
               "conversation_seconds", "hold_seconds", "wrap_seconds", "ring_seconds",
               "billed_calls", "billed_seconds", "leads_worked", "leads_opened")  # fmt: skip
SOLD: Final = ("sales_claimed", "sales_known", "sales_cancelled")
_TEXT: Final = ("vendor", "agent_id", "campaign_id", "list_id", "segment")


def touches(tables: Tables, window: Window) -> ibis.Table:
    """Return the dials of the month and of the look back, each with its stratum.

    `attempt` counts the vendor's dials to the lead, `agent_attempt` those of the agent
    within the month.
    """
    calls = real(window.during(tables["calls"], "started_on", back=True))
    leads = window.of_vendors(tables["leads"])
    handed = leads.group_by(on_vendor="vendor", on_lead="lead_id").agg(
        list_id=leads.list_id.max(), segment=leads.segment.max(), handed_on=leads.handed_on.min()
    )
    joined = calls.left_join(
        handed, [calls.vendor == handed.on_vendor, calls.lead_id == handed.on_lead]
    ).drop("on_vendor", "on_lead")
    current = (joined.started_on >= ibis.literal(window.month.start)).cast("int64")
    joined = joined.mutate(current=current)
    order = ["started_at", "call_id"]
    by_lead = ibis.window(group_by=["vendor", "lead_id"], order_by=order)
    by_agent = ibis.window(group_by=["vendor", "lead_id", "agent_id", "current"], order_by=order)
    joined = joined.mutate(
        attempt=(ibis.row_number().over(by_lead) + 1).cast("int64"),
        agent_attempt=(ibis.row_number().over(by_agent) + 1).cast("int64"),
        age=day_number(joined.started_on) - day_number(joined.handed_on),
        day=day_number(joined.started_on),
        hour=local_hour(joined, window),
    )
    return _banded(joined)


def _banded(calls: ibis.Table) -> ibis.Table:
    known = calls.lead_id.notnull()
    return calls.mutate(
        campaign_id=calls.campaign_id.fill_null(""),
        list_id=calls.list_id.fill_null(""),
        segment=calls.segment.fill_null(""),
        age_band=_band(calls.age.fill_null(-1), (0, 7, 30)),
        # the first of January 1970 was a Thursday
        weekend=((calls.day + 3) % 7 >= 5).cast("int64"),
        hour_band=_band(calls.hour, (11, 14, 17)),
        attempt_band=known.ifelse(_band(calls.attempt, (1, 2, 4)), 0).cast("int64"),
        first_of_agent=(known & (calls.agent_attempt == 1)).cast("int64"),
        first_of_vendor=(known & (calls.attempt == 1)).cast("int64"),
    )


def _band(value: Any, edges: tuple[int, ...]) -> Any:
    """Return in which of the bands between the edges a value lies, 0 below the first."""
    return sum(((value >= edge).cast("int64") for edge in edges[1:]),
               (value >= edges[0]).cast("int64"))  # fmt: skip


def _work(calls: ibis.Table, keys: list[str]) -> ibis.Table:
    calls = calls.filter(calls.current == 1)
    talk = calls.talk_seconds
    spoken = calls.disposition.isin(CONVERSATION)
    return calls.group_by(keys).agg(
        dials=calls.count().cast("int64"),
        connects=count(talk > 0),
        conversations=count(spoken),
        talk_seconds=add(talk),
        talk_squares=add(talk * talk),
        conversation_seconds=add(spoken.ifelse(talk, 0)),
        hold_seconds=add(calls.hold_seconds),
        wrap_seconds=add(calls.wrap_seconds),
        ring_seconds=add(calls.ring_seconds),
        billed_calls=count(calls.billed_seconds.notnull()),
        billed_seconds=add(calls.billed_seconds),
        leads_worked=add(calls.first_of_agent),
        leads_opened=add(calls.first_of_vendor),
    )


def _closing(calls: ibis.Table) -> ibis.Table:
    """Return the call of each lead that a sale is credited to: the sale, else the last talk."""
    spoken = calls.filter(calls.disposition.isin(CONVERSATION), calls.lead_id.notnull())
    spoken = spoken.mutate(is_sale=(spoken.disposition == "sale").cast("int64"))
    latest = ibis.window(
        group_by=["vendor", "lead_id"],
        order_by=[spoken.is_sale.desc(), spoken.started_at.desc(), spoken.call_id.desc()],
    )
    ranked = spoken.mutate(place=ibis.row_number().over(latest).cast("int64"))
    last = ranked.filter(ranked.place == 0)
    return last.select(closed_by="vendor", closed_lead="lead_id", closer="agent_id",
                       **{name: name for name in STRATUM})  # fmt: skip


def _credited(sales: ibis.Table, calls: ibis.Table, agent: Any) -> ibis.Table:
    closing = _closing(calls)
    joined = sales.left_join(
        closing,
        [sales.vendor == closing.closed_by, sales.lead_id == closing.closed_lead],
    )
    blank = {name: "" if name in _TEXT else 0 for name in STRATUM}
    return joined.mutate(
        agent_id=ibis.coalesce(joined.closer, agent, ibis.literal("")),
        **{name: joined[name].fill_null(empty) for name, empty in blank.items()},
    )


def _sold(tables: Tables, window: Window, calls: ibis.Table, keys: list[str]) -> list[ibis.Table]:
    claims = window.during(tables["sales"], "sold_on").drop("call_id", "product")
    claims = _credited(claims, calls, claims.agent_id)
    known = window.during(vendor_of_sales(tables), "sold_on")
    known = _credited(known, calls, ibis.null("string"))
    parts = [claims.mutate(day=day_number(claims.sold_on)),
             known.mutate(day=day_number(known.sold_on))]  # fmt: skip
    claims, known = (part.mutate(week=_week(part.day)) for part in parts)
    return [
        claims.group_by(keys).agg(sales_claimed=claims.count().cast("int64")),
        known.group_by(keys).agg(
            sales_known=known.count().cast("int64"),
            sales_cancelled=count(known.cancelled_on.notnull()),
        ),
    ]


def _week(day: Any) -> Any:
    """Return the day number of the Monday of a day's week."""
    return (day - (day + 3) % 7).cast("int64")


def _by(keys: tuple[str, ...]) -> Any:
    def expression(tables: Tables, window: Window) -> ibis.Table:
        calls = touches(tables, window)
        calls = calls.mutate(week=_week(calls.day))
        inner = [key for key in keys if key != "month"]
        parts = [_work(calls, inner), *_sold(tables, window, calls, inner)]
        kinds = {key: "string" if key in _TEXT else "int64" for key in inner}
        both = stacked(parts, kinds | dict.fromkeys((*WORK, *SOLD), "int64"))
        sums = {name: add(both[name]) for name in (*WORK, *SOLD)}
        month = ibis.literal(window.number).cast("int64")
        return both.group_by(inner).agg(**sums).mutate(month=month)

    return expression


_KEYS = ("vendor", "agent_id", *STRATUM, "month")
_WEEK_KEYS = ("vendor", "agent_id", "week", "month")
A1: Final = Aggregate(
    "A1", "one agent's work in one stratum of one month, and the sales credited to it",
    _KEYS, (*WORK, *SOLD), ("calls", "leads", "sales", "client_sales"), _by(_KEYS),
)  # fmt: skip
A1_WEEK: Final = Aggregate(
    "A1W", "one agent's work in one week (the day number of its Monday), split at months",
    _WEEK_KEYS, (*WORK, *SOLD), ("calls", "leads", "sales", "client_sales"), _by(_WEEK_KEYS),
)  # fmt: skip
