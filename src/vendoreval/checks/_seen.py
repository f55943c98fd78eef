"""Who calls and who is on line, beside the roster."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import ibis

from vendoreval.checks._answers import in_period, stack
from vendoreval.checks._busy import in_period_around
from vendoreval.checks._priced import add, calls_of, priced
from vendoreval.checks._refused import refused_rows
from vendoreval.checks.base import Scope, Tables

NEWCOMER_DAYS: Final = 14
# dates of hiring and leaving are written down a little late
_EMPLOYED_DAYS: Final = 3
# how far back an agent's first call is looked for
_BACK_DAYS: Final = 92
_COLUMNS: Final = {
    "part": "string", "vendor": "string", "agent_id": "string", "state": "string",
    "rate_item": "string", "date": "date", "n": "int64", "seconds": "int64", "units": "int64",
    "line_seconds": "int64", "refused": "int64",
}  # fmt: skip


def _roster(tables: Tables, scope: Scope) -> ibis.Table:
    """Return when each agent of the roster was first hired and last left (far off if not)."""
    roster = tables["roster"]
    roster = roster.filter(roster.vendor.isin(scope.vendors))
    stays = roster.left_on.fill_null(ibis.literal(scope.period.end + timedelta(days=3650)))
    crosses = (roster.shift_end < roster.shift_start).fill_null(False)
    return roster.group_by(of_vendor="vendor", of_agent="agent_id").agg(
        hired=roster.hired_on.min(), left=stays.max(), at_night=crosses.cast("int64").max()
    )


def _first_seen(tables: Tables, scope: Scope) -> ibis.Table:
    calls = tables["calls"]
    start = scope.period.start - timedelta(days=_BACK_DAYS)
    calls = calls.filter(
        calls.vendor.isin(scope.vendors), in_period(calls.started_on, start, scope.period.end)
    )
    return calls.group_by(seen_vendor="vendor", seen_agent="agent_id").agg(
        first_on=calls.started_on.min()
    )


def known_agents(calls: ibis.Table, tables: Tables, scope: Scope) -> ibis.Table:
    """Add `state`: unknown, newcomer, outside (of the time of employment) or nothing."""
    roster, seen = _roster(tables, scope), _first_seen(tables, scope)
    joined = calls.left_join(
        roster, [calls.vendor == roster.of_vendor, calls.agent_id == roster.of_agent]
    )
    joined = joined.left_join(
        seen, [joined.vendor == seen.seen_vendor, joined.agent_id == seen.seen_agent]
    )
    days = ibis.interval(days=_EMPLOYED_DAYS)
    since = ibis.literal(scope.period.end - timedelta(days=NEWCOMER_DAYS))
    missing = joined.of_agent.isnull()
    outside = (joined.started_on < joined.hired - days) | (joined.started_on > joined.left + days)
    return joined.mutate(
        state=ibis.cases(
            (missing & (joined.first_on >= since), "newcomer"), (missing, "unknown"),
            (outside.fill_null(False), "outside"), else_="",
        )
    )  # fmt: skip


def _idle(tables: Tables, scope: Scope) -> tuple[ibis.Table, ibis.Table]:
    """Return the days on line of which the log holds no call, and the number of all days."""
    days = tables["agent_days"].select("vendor", "agent_id", "date", "line_seconds")
    days = days.filter(
        days.vendor.isin(scope.vendors),
        in_period(days.date, scope.period.start, scope.period.end),
        days.line_seconds > 0,
    )
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        in_period_around(calls.started_on, scope, ibis.interval(days=1)),
    )
    held = calls.select(held_vendor="vendor", held_on="started_on").distinct()
    days = days.join(held, [days.vendor == held.held_vendor, days.date == held.held_on])
    days = days.drop("held_vendor", "held_on")
    roster = _roster(tables, scope)
    found = days.left_join(
        roster, [days.vendor == roster.of_vendor, days.agent_id == roster.of_agent]
    )
    dialled = calls.select(
        dial_vendor="vendor", dial_agent="agent_id", dial_on="started_on"
    ).distinct()
    same = [found.vendor == dialled.dial_vendor, found.agent_id == dialled.dial_agent]
    found = found.left_join(dialled, [*same, found.date == dialled.dial_on])
    found = found.filter(found.dial_on.isnull()).drop("dial_vendor", "dial_agent", "dial_on")
    next_day = dialled.select(
        night_vendor="dial_vendor", night_agent="dial_agent",
        night_on=dialled.dial_on - ibis.interval(days=1),
    )  # fmt: skip
    found = found.left_join(
        next_day,
        [
            found.vendor == next_day.night_vendor, found.agent_id == next_day.night_agent,
            found.date == next_day.night_on.cast("date"),
        ],
    )  # fmt: skip
    at_night = (found.at_night.fill_null(0) == 1) & found.night_on.notnull()
    found = _not_in_training(found.filter(~at_night), tables, scope)
    state = found.of_agent.isnull().ifelse("unknown", "")
    return found.mutate(state=state), days


def _not_in_training(found: ibis.Table, tables: Tables, scope: Scope) -> ibis.Table:
    sessions = tables["agent_sessions"]
    taught = (
        sessions.filter(sessions.vendor.isin(scope.vendors), sessions.state == "training")
        .select(taught_vendor="vendor", taught_agent="agent_id", taught_on="started_on")
        .distinct()
    )
    joined = found.left_join(
        taught,
        [
            found.vendor == taught.taught_vendor, found.agent_id == taught.taught_agent,
            found.date == taught.taught_on,
        ],
    )  # fmt: skip
    return joined.filter(joined.taught_on.isnull())


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return calls by agent and state, idle days, and the size of roster and days."""
    calls = known_agents(priced(calls_of(tables, scope), scope), tables, scope)
    called = calls.group_by(["vendor", "agent_id", "state", "rate_item"]).agg(
        n=calls.count().cast("int64"),
        seconds=add(calls.billable_seconds),
        units=add(calls.billable_units),
    )
    idle, days = _idle(tables, scope)
    by_day = idle.group_by(["vendor", "agent_id", "date", "state"]).agg(
        n=idle.count().cast("int64"), line_seconds=idle.line_seconds.sum().cast("int64")
    )
    roster = _roster(tables, scope)
    parts = {
        "calls": called,
        "idle": by_day,
        "days": days.group_by("vendor").agg(n=days.count().cast("int64")),
        "refused_roster": refused_rows(tables, scope, "roster"),
        "refused_calls": refused_rows(tables, scope, "calls"),
        "roster": roster.group_by(vendor="of_vendor").agg(n=roster.count().cast("int64")),
    }
    return stack([table.mutate(part=ibis.literal(name)) for name, table in parts.items()], _COLUMNS)
