"""When agents were in conversations, when they were signed in, and how long their shifts are."""

from __future__ import annotations

from typing import Any, Final

import ibis


from vendoreval.checks._priced import calls_of, priced
from vendoreval.checks.base import Scope, Tables
from vendoreval.tables import CONVERSATION

# signing in and out is not stamped to the second, and two servers differ by a minute or two
SIGN_IN_TOLERANCE_SECONDS: Final = 300
_HOUR: Final = 3600
_DAY: Final = 86_400
# two sign-ins an hour apart are one working day, and so are two talks five hours apart
_SIGN_OUT_GAP_SECONDS: Final = _HOUR
_REST_SECONDS: Final = 5 * _HOUR
# sign-ins this far from a call say nothing about it
_NEAR_SECONDS: Final = 12 * _HOUR
# a wrong zone moves a whole day of calls by one of these
_SHIFTS: Final = (0, *(hours * sign for hours in range(1, 13) for sign in (1, -1)))
# of the calls outside, a shift of hours may leave one in so many
_LEFT_BY_A_SHIFT: Final = 20


def timed(calls: ibis.Table) -> ibis.Table:
    """Add when each conversation begins and ends, in seconds, and how well that is known.

    It begins at the answer, else at the dial plus the ringing, else at the dial.
    """
    begin = calls.answered_at.fill_null(calls.started_at).epoch_seconds().cast("int64")
    rings = calls.answered_at.isnull().ifelse(calls.ring_seconds.fill_null(0), 0)
    begun = calls.mutate(begins=begin + rings)
    return begun.mutate(
        ends=begun.begins + begun.talk_seconds + begun.hold_seconds.fill_null(0),
        on_whole_minute=(begun.begins % 60 == 0).cast("int64"),
        without_answer=(begun.answered_at.isnull() & begun.ring_seconds.isnull()).cast("int64"),
    )


def talks(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the period's conversations, timed and priced; legs of a transfer are left out."""
    calls = calls_of(tables, scope)
    calls = calls.filter(
        calls.disposition.isin(CONVERSATION),
        calls.parent_call_id.isnull(),
        calls.talk_seconds + calls.hold_seconds.fill_null(0) > 0,
    )
    found = timed(priced(calls, scope))
    return found.mutate(length=found.ends - found.begins)


def _runs(table: ibis.Table, gap: int) -> ibis.Table:
    """Number the runs of an agent's intervals that lie less than a gap apart."""
    order = ["begins", "ends"] + (["call_id"] if "call_id" in table.columns else [])
    before = ibis.window(group_by=["vendor", "agent_id"], order_by=order, preceding=(None, 1))
    # the first interval has nobody before it, which engines write differently
    table = table.mutate(latest=table.ends.max().over(before).fill_null(0))
    table = table.mutate(is_new=(table.begins > table.latest + gap).cast("int64"))
    until = ibis.window(group_by=["vendor", "agent_id"], order_by=order, preceding=(None, 0))
    return table.mutate(run=table.is_new.sum().over(until).cast("int64"))


def signed_in(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the stretches of time in which each agent was signed in.

    Columns vendor, agent_id, opens and closes (seconds). Sessions less than an hour apart
    are one stretch, so that a break or a lost connection is no absence.
    """
    sessions = tables["agent_sessions"]
    day = ibis.interval(days=1)
    sessions = sessions.filter(
        sessions.vendor.isin(scope.vendors),
        in_period_around(sessions.started_on, scope, day),
        sessions.ended_at > sessions.started_at,
    )
    spans = sessions.select(
        "vendor",
        "agent_id",
        begins=sessions.started_at.epoch_seconds().cast("int64"),
        ends=sessions.ended_at.epoch_seconds().cast("int64"),
    )
    runs = _runs(spans, _SIGN_OUT_GAP_SECONDS)
    return runs.group_by(["vendor", "agent_id", "run"]).agg(
        opens=runs.begins.min(), closes=runs.ends.max()
    )


def in_period_around(column: Any, scope: Scope, margin: Any) -> Any:
    """Return whether a day lies in the period or a margin before or after it."""
    start, end = ibis.literal(scope.period.start), ibis.literal(scope.period.end)
    return (column >= start - margin) & (column < end + margin)


def _nearest(calls: ibis.Table, stretches: ibis.Table) -> ibis.Table:
    """Return for each call the stretch nearest to it, and by how many hours it would fit."""
    stretches = stretches.select(
        "opens", "closes", of_vendor="vendor", of_agent="agent_id"
    )  # fmt: skip
    pairs = calls.join(
        stretches,
        [calls.vendor == stretches.of_vendor, calls.agent_id == stretches.of_agent],
    )
    pairs = pairs.filter(
        pairs.closes > pairs.begins - _NEAR_SECONDS, pairs.opens < pairs.ends + _NEAR_SECONDS
    )
    apart = ibis.greatest(pairs.opens - pairs.ends, pairs.begins - pairs.closes, ibis.literal(0))
    pairs = pairs.mutate(apart=apart)
    order = ibis.window(group_by=["vendor", "call_id"], order_by=["apart", "opens"])
    first = pairs.mutate(place=ibis.row_number().over(order))
    first = first.filter(first.place == 0)
    early = first.opens - SIGN_IN_TOLERANCE_SECONDS - first.begins
    late = first.closes + SIGN_IN_TOLERANCE_SECONDS - first.ends
    return first.mutate(
        day=(first.begins / _DAY).floor().cast("int64"),
        least_hours=(early / _HOUR).ceil().cast("int64"),
        most_hours=(late / _HOUR).floor().cast("int64"),
    )


def day_shifts(nearest: ibis.Table) -> ibis.Table:
    """Return by how many whole hours the calls of each vendor and day are off their sign-ins.

    A zone or a change of the clock moves all calls of a day. Hours are taken only when
    they bring at least nineteen of twenty calls that lie outside back into the sign-ins;
    some agent's long evening cannot be moved without moving the mornings of all.
    """
    counted = nearest.group_by(["vendor", "day", "least_hours", "most_hours"]).agg(
        n=nearest.count().cast("int64")
    )
    outside = {
        _column(hours): ((counted.least_hours > hours) | (counted.most_hours < hours))
        .ifelse(counted.n, 0)
        .sum()
        .cast("int64")
        for hours in _SHIFTS
    }
    days = counted.group_by(["vendor", "day"]).agg(**outside)
    fewest = ibis.least(*(days[_column(hours)] for hours in _SHIFTS))
    best = ibis.cases(
        *((days[_column(hours)] == fewest, ibis.literal(hours)) for hours in _SHIFTS[:-1]),
        else_=ibis.literal(_SHIFTS[-1]),
    )
    days = days.mutate(fewest=fewest, best=best)
    fits = (days.outside_0 > 0) & (days.fewest * _LEFT_BY_A_SHIFT <= days.outside_0)
    return days.select(
        shift_vendor="vendor", shift_day="day", hours=fits.ifelse(days.best, 0).cast("int64")
    )


def _column(hours: int) -> str:
    return f"outside_{hours}" if hours >= 0 else f"outside_minus_{-hours}"


def outside_sign_ins(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the seconds of each conversation that lie outside of the agent's sign-ins.

    Columns out_vendor, out_call, outside (seconds) and hours (by which the log of its day
    is off). Conversations of an agent without a sign-in within half a day are not there.
    """
    found = talks(tables, scope).select("vendor", "call_id", "agent_id", "begins", "ends", "length")
    nearest = _nearest(found, signed_in(tables, scope))
    shifts = day_shifts(nearest)
    moved = nearest.left_join(
        shifts, [nearest.vendor == shifts.shift_vendor, nearest.day == shifts.shift_day]
    )
    offset = moved.hours.fill_null(0) * _HOUR
    inside = ibis.least(
        moved.ends + offset, moved.closes + SIGN_IN_TOLERANCE_SECONDS
    ) - ibis.greatest(moved.begins + offset, moved.opens - SIGN_IN_TOLERANCE_SECONDS)
    return moved.select(
        out_vendor="vendor",
        out_call="call_id",
        hours=moved.hours.fill_null(0),
        outside=(moved.length - ibis.greatest(inside, ibis.literal(0))).cast("int64"),
    )


def shifts_of(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the longest agreed shift of each agent in seconds, and whether a login is shared.

    Columns of_vendor, of_agent, shift_length (0 where the roster names none) and is_shared.
    """
    roster = tables["roster"]
    roster = roster.filter(roster.vendor.isin(scope.vendors))
    begin, end = (_clock(roster[name]) for name in ("shift_start", "shift_end"))
    known = roster.shift_start.notnull() & roster.shift_end.notnull()
    # a shift that ends as it begins lasts the whole day
    length = (end <= begin).ifelse(end - begin + _DAY, end - begin)
    roster = roster.mutate(
        length=known.ifelse(length, 0), shared=(roster.shared_with.fill_null("") != "")
    )
    return roster.group_by(of_vendor="vendor", of_agent="agent_id").agg(
        shift_length=roster.length.max().fill_null(0).cast("int64"),
        is_shared=roster.shared.cast("int64").max().cast("int64"),
    )


def _clock(text: Any) -> Any:
    """Return the second of the day of a time such as 9:00 or 21:30:00."""
    written = text.fill_null("00:00")
    hours = written.re_extract(r"^([0-9]+):([0-9]+)", 1)
    rest = written.re_extract(r"^([0-9]+):([0-9]+)", 2)
    return _whole(hours) * _HOUR + _whole(rest) * 60


def _whole(text: Any) -> Any:
    return (text == "").ifelse("0", text).cast("int64")


def above_the_day(found: ibis.Table) -> ibis.Table:
    """Add the seconds of each conversation above 24 hours of one day.

    Columns day_above: its part of all conversations that begin on one day, counted in
    their order, above the day or, where the last one ends later, above the time from the
    first to the last.
    """
    order = ["begins", "call_id"]
    keys = ["vendor", "agent_id", "started_on"]
    until = ibis.window(group_by=keys, order_by=order, preceding=(None, 0))
    whole = ibis.window(group_by=keys)
    limit = ibis.greatest(
        ibis.literal(_DAY), found.ends.max().over(whole) - found.begins.min().over(whole)
    )
    above = found.length.sum().over(until) - limit
    return found.mutate(
        day_above=ibis.least(found.length, ibis.greatest(above, ibis.literal(0))).cast("int64")
    )


def above_the_shift(found: ibis.Table) -> ibis.Table:
    """Add the seconds of each conversation above the agent's shift.

    Conversations less than five hours apart are one stretch of work, so that a night
    shift is not cut at midnight. Time in two conversations at once counts once.

    Parameters
    ----------
    found
        Conversations with `shift_length`; 0 is no shift.
    """
    found = _runs(found, _REST_SECONDS)
    fresh = found.length
    known = ibis.least(found.ends, found.latest) - found.begins
    fresh = found.length - ibis.greatest(ibis.least(known, found.length), ibis.literal(0))
    found = found.mutate(fresh=fresh)
    until = ibis.window(
        group_by=["vendor", "agent_id", "run"], order_by=["begins", "ends", "call_id"],
        preceding=(None, 0),
    )  # fmt: skip
    above = found.fresh.sum().over(until) - found.shift_length
    part = ibis.least(found.fresh, ibis.greatest(above, ibis.literal(0)))
    return found.mutate(shift_above=(found.shift_length > 0).ifelse(part, 0).cast("int64"))
