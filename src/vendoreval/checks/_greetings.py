"""Short conversations by their exact length, and whether anything came of them."""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.aggregates.base import add
from vendoreval.checks._answers import stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks._crews import with_crews
from vendoreval.checks._levels import is_current, window_of
from vendoreval.checks._long_calls import FRUITLESS
from vendoreval.checks.base import Scope, Tables

FIRST_SECOND: Final = 5
LAST_SECOND: Final = 60
COUNTS: Final = ("current", "seconds", "calls", "moved", "voicemails", "dials")
_COLUMNS: Final = {"kind": "string", "vendor": "string", "crew": "string"} | dict.fromkeys(
    COUNTS, "int64"
)


def short_conversations(tables: Tables, scope: Scope) -> ibis.Table:
    """Return conversations without an outcome of 5 to 60 seconds, `moved` 1 or 0.

    A lead moved when its stage changed on the day of the call.
    """
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    calls = calls.filter(
        calls.disposition.isin(FRUITLESS),
        calls.talk_seconds >= FIRST_SECOND,
        calls.talk_seconds <= LAST_SECOND,
    )
    events = tables["funnel_events"]
    events = events.filter(events.vendor.isin(scope.vendors))
    moves = events.group_by(of_vendor="vendor", of_lead="lead_id", on_day="at_on").agg(
        moves=events.count().cast("int64")
    )
    joined = calls.left_join(
        moves,
        [
            calls.vendor == moves.of_vendor,
            calls.lead_id == moves.of_lead,
            calls.started_on == moves.on_day,
        ],
    )
    return joined.mutate(
        moved=joined.moves.notnull().cast("int64"), current=is_current(joined.started_on, scope)
    )


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return short conversations by crew and second, and how many dials met a voicemail.

    Lines of kind `length` hold the conversations, those of kind `dials` all dials and the
    voicemails among them, the control.
    """
    calls = with_crews(short_conversations(tables, scope))
    lengths = calls.group_by(["vendor", "crew", "current", "talk_seconds"]).agg(
        calls=calls.count().cast("int64"), moved=add(calls.moved)
    )
    every = window_calls(tables["calls"], scope.vendors, scope.period)
    dials = every.group_by("vendor").agg(
        dials=every.count().cast("int64"),
        voicemails=add((every.disposition == "voicemail").cast("int64")),
    )
    return stack(
        [
            lengths.mutate(kind=ibis.literal("length"), seconds=lengths.talk_seconds),
            dials.mutate(kind=ibis.literal("dials")),
        ],
        _COLUMNS,
    )


def greeting_rows(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the short conversations of the period in the two commonest seconds of a vendor."""
    calls = short_conversations(tables, scope)
    calls = calls.filter(calls.current == 1)
    counted = calls.group_by(["vendor", "talk_seconds"]).agg(n=calls.count().cast("int64"))
    along = ibis.window(group_by="vendor", order_by="talk_seconds")
    following = counted.n.lead(1).over(along).fill_null(0)
    is_next = (counted.talk_seconds.lead(1).over(along) - counted.talk_seconds == 1).fill_null(
        False
    )
    counted = counted.mutate(pair=counted.n + is_next.ifelse(following, 0))
    ranked = ibis.window(group_by="vendor", order_by=[counted.pair.desc(), counted.talk_seconds])
    counted = counted.mutate(rank=ibis.row_number().over(ranked).cast("int64"))
    first = counted.filter(counted["rank"] == 0).select(of_vendor="vendor", greeting="talk_seconds")
    found = calls.drop("of_vendor", "of_lead", "on_day").join(
        first, calls.vendor == first.of_vendor
    )
    found = found.filter(
        found.talk_seconds >= found.greeting, found.talk_seconds <= found.greeting + 1
    )
    return found.mutate(seconds=found.talk_seconds).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "moved", "seconds",
    )  # fmt: skip
