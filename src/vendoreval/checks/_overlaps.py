"""Conversations of one agent that share time, and what besides padding could explain them.

Two honest things draw the same picture. Two switches whose clocks differ make neighbours
overlap, but then a small shift of either conversation parts every pair. Two people under one
login overlap for hours, but then somebody on the roster has not a single call meanwhile.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from vendoreval.checks._busy import shifts_of, timed
from vendoreval.checks._priced import cards_of
from vendoreval.checks.base import Scope, Tables
from vendoreval.measures.queries import day_number
from vendoreval.rating import minute_rates, rate_calls
from vendoreval.tables import CONVERSATION

TOLERANCE_SECONDS: Final = 5
# the clocks of two switches that nobody sets differ by a minute or two
CLOCK_SECONDS: Final = 120
# a colleague away for a day or two explains nothing
ABSENT_DAYS: Final = 10
# room for the length of a conversation beside its end in one whole number
_ROOM: Final = 100_000


def swept(tables: Tables, scope: Scope) -> ibis.Table:
    """Return every conversation with the time it shares with an earlier one of its agent.

    `parting_seconds` is the smallest shift of one of the two after which they share nothing.
    """
    rates = minute_rates(cards_of(scope))
    talks = timed(rate_calls(_conversations(tables["calls"], scope), rates))
    before = ibis.window(
        group_by=["vendor", "agent_id"], order_by=["begins", "call_id"], preceding=(None, 1)
    )
    # the end comes first, so that the largest is the latest end together with its length
    length = ibis.least(talks.length, _ROOM - 1)
    talks = talks.mutate(packed=talks.ends * _ROOM + length)
    in_order = ibis.window(group_by=["vendor", "agent_id"], order_by=["begins", "call_id"])
    # a row that an export wrote twice is no second conversation
    again = talks.call_id.lag().over(in_order) == talks.call_id
    talks = talks.mutate(is_again=again.fill_null(False))
    # the first call has nobody before it, which one engine writes as null and another as 1970
    talks = talks.mutate(packed=talks.packed.max().over(before).fill_null(talks.begins * _ROOM))
    talks = talks.mutate(latest=(talks.packed / _ROOM).floor().cast("int64"))
    talks = talks.mutate(other_begins=talks.latest - (talks.packed - talks.latest * _ROOM))
    talks = talks.mutate(shared=ibis.least(talks.ends, talks.latest) - talks.begins)
    counts = (talks.shared > TOLERANCE_SECONDS) & ~talks.is_again
    talks = talks.mutate(
        overlap_seconds=counts.ifelse(talks.shared, 0).cast("int64"),
        parting_seconds=ibis.least(talks.latest - talks.begins, talks.ends - talks.other_begins),
    )
    priced = talks.vendor.isin(tuple(rate.vendor for rate in rates))
    billable = ibis.least(talks.overlap_seconds, talks.rated_seconds)
    found = talks.overlap_seconds > 0
    return talks.mutate(
        is_overlap=found.cast("int64"),
        is_clock=(found & (talks.parting_seconds <= CLOCK_SECONDS)).cast("int64"),
        seconds=priced.ifelse(billable, talks.overlap_seconds).cast("int64"),
    )


def _conversations(calls: ibis.Table, scope: Scope) -> ibis.Table:
    """Return the period's conversations without tests and without both ends of a transfer."""
    calls = _of_period(calls, scope)
    parents = calls.filter(calls.parent_call_id.notnull())
    parents = parents.select(parent_vendor="vendor", parent_id="parent_call_id").distinct()
    parents = parents.mutate(is_parent=ibis.literal(1).cast("int64"))
    joined = calls.left_join(
        parents,
        [calls.vendor == parents.parent_vendor, calls.call_id == parents.parent_id],
    )
    return joined.filter(
        joined.is_parent.fill_null(0) == 0,
        joined.parent_call_id.isnull(),
        ~joined.is_test.fill_null(False),
        joined.disposition.isin(CONVERSATION),
        joined.talk_seconds + joined.hold_seconds.fill_null(0) > 0,
    )


def _of_period(calls: ibis.Table, scope: Scope) -> ibis.Table:
    return calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(scope.period.start),
        calls.started_on < ibis.literal(scope.period.end),
    )


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return counts and seconds of each login and line of the card.

    `absent_first` and `absent_last` name colleagues on the roster without a call while
    the login overlaps; `is_shared` says that the roster calls it shared.
    """
    calls = swept(tables, scope)
    by_login = calls.group_by(["vendor", "agent_id", "rate_item"]).agg(
        conversations=calls.count().cast("int64"),
        overlaps=calls.is_overlap.sum().cast("int64"),
        clock_overlaps=calls.is_clock.sum().cast("int64"),
        overlap_seconds=calls.overlap_seconds.sum().cast("int64"),
        longest_seconds=calls.overlap_seconds.max().cast("int64"),
        seconds=calls.seconds.sum().cast("int64"),
        whole_minutes=calls.on_whole_minute.sum().cast("int64"),
        without_answer=calls.without_answer.sum().cast("int64"),
    )
    absent = _absent(tables, scope, _spans(calls))
    joined = by_login.left_join(
        absent, [by_login.vendor == absent.its_vendor, by_login.agent_id == absent.login]
    ).drop("its_vendor", "login")
    shifts = shifts_of(tables, scope)
    joined = joined.left_join(
        shifts, [joined.vendor == shifts.of_vendor, joined.agent_id == shifts.of_agent]
    ).drop("of_vendor", "of_agent", "shift_length")
    return joined.mutate(
        absent_first=joined.absent_first.fill_null(""),
        absent_last=joined.absent_last.fill_null(""),
        is_shared=joined.is_shared.fill_null(0).cast("int64"),
    )


def _spans(calls: ibis.Table) -> ibis.Table:
    """Return from when to when a login overlaps by more than clocks could explain."""
    found = calls.filter(calls.is_overlap == 1, calls.is_clock == 0)
    return found.group_by(its_vendor=found.vendor, login=found.agent_id).agg(
        first_on=found.started_on.min(), last_on=found.started_on.max()
    )


def _absent(tables: Tables, scope: Scope, spans: ibis.Table) -> ibis.Table:
    """Return the colleagues who were employed and made no call while a login overlapped.

    Their absence lasts `ABSENT_DAYS` at least around it, for a day off explains nothing.
    """
    start, end = ibis.literal(scope.period.start), ibis.literal(scope.period.end)
    least = min(ABSENT_DAYS, scope.period.days)
    worked = _of_period(tables["calls"], scope)
    worked = worked.select(day_vendor="vendor", day_agent="agent_id", day="started_on").distinct()
    often = worked.group_by(["day_vendor", "day_agent"]).agg(days=worked.count())
    # who worked on most days has no such absence, and there are many of them
    often = often.filter(often.days > scope.period.days - least)
    roster = tables["roster"]
    staff = roster.select(
        staff_vendor="vendor",
        colleague="agent_id",
        since=ibis.greatest(roster.hired_on, start),
        until=ibis.least(roster.left_on.fill_null(scope.period.end), end),
    )
    staff = staff.left_join(
        often, [staff.staff_vendor == often.day_vendor, staff.colleague == often.day_agent]
    )
    staff = staff.filter(staff.days.isnull()).drop("day_vendor", "day_agent", "days")
    pairs: Any = spans.join(
        staff,
        [
            spans.its_vendor == staff.staff_vendor,
            spans.login != staff.colleague,
            staff.since <= spans.first_on,
            staff.until >= spans.last_on,
        ],
    )
    seen = pairs.left_join(
        worked, [pairs.its_vendor == worked.day_vendor, pairs.colleague == worked.day_agent]
    )
    inside = (seen.day >= seen.first_on) & (seen.day <= seen.last_on)
    around = seen.group_by(["its_vendor", "login", "colleague"]).agg(
        inside=inside.fill_null(False).cast("int64").sum(),
        since=(seen.day < seen.first_on).ifelse(seen.day, seen.since).max(),
        until=(seen.day > seen.last_on).ifelse(seen.day, seen.until).min(),
    )
    away = day_number(around.until) - day_number(around.since)
    idle = around.filter(around.inside == 0, away >= least)
    return idle.group_by(["its_vendor", "login"]).agg(
        absent_first=idle.colleague.min(), absent_last=idle.colleague.max()
    )
