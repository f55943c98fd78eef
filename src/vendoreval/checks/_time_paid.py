"""Work after the call and waiting, by agent and kind of call."""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.aggregates.base import add, count
from vendoreval.checks._answers import in_period, stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks._crews import with_crews
from vendoreval.checks._levels import is_current, window_of
from vendoreval.checks.base import Scope, Tables

# a note that stays open for hours was forgotten, and one such call would decide everything
LONGEST_WRAP_SECONDS: Final = 3600
WRAP: Final = ("calls", "noted", "wrap_seconds")
IDLE: Final = ("agent_days", "busy_seconds", "idle_seconds")
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "agent_id": "string", "campaign_id": "string",
    "disposition": "string", "current": "int64",
} | dict.fromkeys((*WRAP, *IDLE), "int64")  # fmt: skip


def time_beside_talk(tables: Tables, scope: Scope) -> ibis.Table:
    """Return lines of kind `wrap` (calls) and `idle` (daily totals) for the window.

    Columns
    -------
    calls, noted, wrap_seconds
        Calls, those with a length of the work after them, and that length. Kind `silent`
        counts calls without one.
    agent_days, busy_seconds, idle_seconds
        Days of agents with both times given; time on line without and with a call to wait for.
    """
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    calls = with_crews(calls).mutate(
        campaign_id=calls.campaign_id.fill_null(""), current=is_current(calls.started_on, scope)
    )
    # the least of nothing and a limit is the limit on some engines
    given = calls.filter(calls.wrap_seconds.notnull(), calls.wrap_seconds >= 0)
    given = given.mutate(wrap=ibis.least(given.wrap_seconds, LONGEST_WRAP_SECONDS))
    wrap = given.group_by(
        vendor="vendor", agent_id="crew", campaign_id="campaign_id", disposition="disposition",
        current="current",
    ).agg(
        calls=given.count().cast("int64"),
        noted=count(given.wrap > 0),
        wrap_seconds=add(given.wrap),
    )  # fmt: skip
    silent = calls.filter(calls.wrap_seconds.isnull())
    silent = silent.group_by(["vendor", "current"]).agg(calls=silent.count().cast("int64"))
    return stack(
        [
            wrap.mutate(kind=ibis.literal("wrap")),
            silent.mutate(kind=ibis.literal("silent")),
            _idle(tables, scope).mutate(kind=ibis.literal("idle")),
        ],
        _COLUMNS,
    )


def _idle(tables: Tables, scope: Scope) -> ibis.Table:
    days, window = tables["agent_days"], window_of(scope)
    days = days.filter(
        days.vendor.isin(scope.vendors),
        in_period(days.date, window.start, window.end),
        days.available_seconds.notnull(),
        days.available_seconds >= 0,
        days.line_seconds > 0,
    )
    days = days.select("vendor", "agent_id", "date", "available_seconds", "line_seconds")
    # more waiting than time on line is a slip of the totals, which another check asks about
    idle = ibis.least(days.available_seconds, days.line_seconds)
    days = days.mutate(idle=idle, current=is_current(days.date, scope))
    return days.group_by(["vendor", "agent_id", "current"]).agg(
        agent_days=days.count().cast("int64"),
        busy_seconds=add(days.line_seconds - days.idle),
        idle_seconds=add(days.idle),
    )


def noted_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls of the period with work after them; `seconds` is its length."""
    calls = window_calls(tables["calls"], scope.vendors, scope.period)
    calls = calls.filter(calls.wrap_seconds > 0)
    seconds = ibis.least(calls.wrap_seconds, LONGEST_WRAP_SECONDS)
    return calls.mutate(seconds=seconds.cast("int64")).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "wrap_seconds", "seconds",
    )  # fmt: skip
