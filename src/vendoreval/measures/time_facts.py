"""Time on line, from the agents' sessions, and the vendor's own daily report."""

from __future__ import annotations

from typing import Any, Final

import ibis

from vendoreval.measures.call_facts import BREAK_STATES
from vendoreval.measures.cut import Cut, grouped
from vendoreval.measures.monthly import Tables
from vendoreval.measures.queries import seconds_of

REPORTED: Final = ("dials", "conversations", "line_seconds", "leads_added", "quotes_sent", "sales")


def _known(value: Any) -> Any:
    return value.sum().cast("int64")


def day_facts(tables: Tables, cut: Cut) -> ibis.Table:
    """Return what the vendor's daily report states, each fact as `reported_...`."""
    days = cut.rows(tables["agent_days"], "date", None, cut.column("agent_days"))
    facts = {f"reported_{name}": _known(days[name]) for name in REPORTED}
    busy = (
        days.talk_seconds.fill_null(0) + days.hold_seconds.fill_null(0)
        + days.wrap_seconds.fill_null(0)
    )  # fmt: skip
    both = days.talk_seconds.notnull() & days.available_seconds.notnull()
    facts["busy_seconds"] = both.ifelse(busy, ibis.null("int64")).sum().cast("int64")
    facts["busy_available_seconds"] = (
        both.ifelse(busy + days.available_seconds, ibis.null("int64")).sum().cast("int64")
    )
    facts["reported_pause_seconds"] = _known(days.pause_seconds)
    facts["agent_days"] = days.count().cast("int64")
    return grouped(days, facts)


def session_facts(tables: Tables, cut: Cut) -> ibis.Table:
    """Return the time on line: the union of each agent's sessions, and that of its breaks.

    A session belongs to the local day on which it began. Where the day is cut off, a session
    that goes on counts until then.
    """
    sessions = cut.rows(
        tables["agent_sessions"], "started_on", "started_at", cut.column("agent_sessions")
    )
    begins, ends = seconds_of(sessions.started_at), seconds_of(sessions.ended_at)
    if cut.until_seconds is not None:
        midnight = begins - cut.second_of_day(sessions.started_at)
        ends = ibis.least(ends, midnight + cut.until_seconds)
    sessions = sessions.select(
        "vendor", "agent_id", "part", "block", begins=begins.cast("int64"),
        ends=ends.cast("int64"), paused=sessions.state.isin(BREAK_STATES).fill_null(False),
    )  # fmt: skip
    line = _alone(sessions).mutate(pause=ibis.literal(0, "int64"))
    pause = _alone(sessions.filter(sessions.paused))
    pause = pause.mutate(pause=pause.alone, alone=ibis.literal(0, "int64"))
    columns = ["part", "block", "alone", "pause"]
    both = line.select(columns).union(pause.select(columns), distinct=False)
    return grouped(
        both, {"session_seconds": _known(both.alone), "session_pause_seconds": _known(both.pause)}
    )


def _alone(sessions: ibis.Table) -> ibis.Table:
    """Add the seconds of each session that no earlier one of the agent covers."""
    before = ibis.window(
        group_by=["vendor", "agent_id", "block"],
        order_by=["begins", "ends"],
        preceding=(None, 1),
    )
    sessions = sessions.mutate(latest=sessions.ends.max().over(before))
    free = ibis.greatest(sessions.begins, sessions.latest.fill_null(sessions.begins))
    return sessions.mutate(alone=ibis.greatest(sessions.ends - free, 0).cast("int64"))


def sessions_tell_breaks(tables: Tables, cut: Cut) -> ibis.Table:
    """Return `sessions` and how many of them are breaks."""
    sessions = cut.of_days(tables["agent_sessions"], "started_on")
    return sessions.agg(
        sessions=sessions.count().cast("int64"),
        breaks=sessions.state.isin(BREAK_STATES).fill_null(False).cast("int64").sum()
        .fill_null(0).cast("int64"),
    )  # fmt: skip
