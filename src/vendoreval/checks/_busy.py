"""When agents were in conversations, when they were signed in, and how long their shifts are."""

from __future__ import annotations

from typing import Any, Final

import ibis

from vendoreval.checks._priced import calls_of
from vendoreval.checks.base import Scope, Tables
from vendoreval.tables import CONVERSATION

# signing in and out is not stamped to the second, and two servers differ by a minute or two
SIGN_IN_TOLERANCE_SECONDS: Final = 300
OVERTIME_SECONDS: Final = 3600
_NEEDED: Final = (
    "vendor", "call_id", "agent_id", "started_at", "started_on", "answered_at", "ring_seconds",
    "talk_seconds", "hold_seconds", "wrap_seconds", "disposition", "campaign_id", "lead_id",
    "phone", "is_test",
)  # fmt: skip
_HOUR: Final = 3600
_DAY: Final = 86_400
# two sign-ins an hour apart are one working day, and so are two talks five hours apart
_SIGN_OUT_GAP_SECONDS: Final = _HOUR
_REST_SECONDS: Final = 5 * _HOUR
# sign-ins this far from a call say nothing about it
_NEAR_SECONDS: Final = 12 * _HOUR
# a wrong zone moves a whole day of calls by hours, a wrong clock by minutes; twice the
# tolerance is a step, so that no distance falls between two of them
_STEP_SECONDS: Final = 2 * SIGN_IN_TOLERANCE_SECONDS
_STEPS: Final = (*range(1, 6), *range(6, 73, 6))
_SHIFTS: Final = (0, *(step * sign for step in _STEPS for sign in (1, -1)))
# of the calls outside, a shift of hours may leave one in so many
_LEFT_BY_A_SHIFT: Final = 20


def timed(calls: ibis.Table) -> ibis.Table:
    """Add when each conversation begins and ends and its length, and how well that is known.

    It begins at the answer, else at the dial plus the ringing, else at the dial.
    """
    begin = calls.answered_at.fill_null(calls.started_at).epoch_seconds().cast("int64")
    rings = calls.answered_at.isnull().ifelse(calls.ring_seconds.fill_null(0), 0)
    spoken = calls.talk_seconds + calls.hold_seconds.fill_null(0)
    begun = calls.mutate(begins=begin + rings, length=spoken)
    return begun.mutate(
        ends=begun.begins + begun.length,
        on_whole_minute=(begun.begins % 60 == 0).cast("int64"),
        without_answer=(begun.answered_at.isnull() & begun.ring_seconds.isnull()).cast("int64"),
    )


def talks(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the period's conversations, timed; legs of a transfer are left out."""
    calls = calls_of(tables, scope)
    calls = calls.filter(
        calls.disposition.isin(CONVERSATION),
        calls.parent_call_id.isnull(),
        calls.talk_seconds + calls.hold_seconds.fill_null(0) > 0,
    )
    # every column is carried through each step of the query
    return timed(calls.select(*_NEEDED))


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
    """Return for each call the stretch nearest to it, and by how many steps it would fit."""
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
        least_steps=(early / _STEP_SECONDS).ceil().cast("int64"),
        most_steps=(late / _STEP_SECONDS).floor().cast("int64"),
    )


def day_shifts(nearest: ibis.Table) -> ibis.Table:
    """Return by how many seconds the calls of each vendor and day are off their sign-ins.

    A zone, a change of the clock or a clock set wrongly moves all calls of a day. A shift of
    ten minutes to an hour, or of whole hours, is taken only when it brings at least nineteen
    of twenty calls that lie outside back into the sign-ins, and drives at most one of twenty
    that lie inside out of them: some agent's long evening cannot be moved without moving the
    mornings of all.
    """
    counted = nearest.group_by(["vendor", "day", "least_steps", "most_steps"]).agg(
        n=nearest.count().cast("int64")
    )
    shifts = counted.mutate(steps=ibis.literal(list(_SHIFTS)).unnest())
    is_outside = (shifts.least_steps > shifts.steps) | (shifts.most_steps < shifts.steps)
    fits_unmoved = (shifts.least_steps <= 0) & (shifts.most_steps >= 0)
    days = shifts.group_by(["vendor", "day", "steps"]).agg(
        outside=is_outside.ifelse(shifts.n, 0).sum().cast("int64"),
        driven_out=(is_outside & fits_unmoved).ifelse(shifts.n, 0).sum().cast("int64"),
        inside=fits_unmoved.ifelse(shifts.n, 0).sum().cast("int64"),
    )
    # the fewest left outside, and of those alike the nearest
    order = [days.outside, days.steps.abs(), days.steps]
    days = days.mutate(
        place=ibis.row_number().over(ibis.window(group_by=["vendor", "day"], order_by=order))
    )
    as_it_is = days.filter(days.steps == 0)
    as_it_is = as_it_is.select(own_vendor="vendor", own_day="day", unmoved="outside")
    best = days.filter(days.place == 0).join(
        as_it_is, [days.vendor == as_it_is.own_vendor, days.day == as_it_is.own_day]
    )
    fits = (
        (best.unmoved > 0)
        & (best.outside * _LEFT_BY_A_SHIFT <= best.unmoved)
        & (best.driven_out * _LEFT_BY_A_SHIFT <= best.inside)
    )
    return best.select(
        shift_vendor="vendor",
        shift_day="day",
        moved=fits.ifelse(best.steps * _STEP_SECONDS, 0).cast("int64"),
    )


def outside_sign_ins(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the seconds of each conversation that lie outside of the agent's sign-ins.

    Columns out_vendor, out_call, outside and moved (seconds by which the log of its day is
    off). Conversations of an agent without a sign-in within half a day are not there.
    """
    found = talks(tables, scope).select("vendor", "call_id", "agent_id", "begins", "ends", "length")
    nearest = _nearest(found, signed_in(tables, scope))
    shifts = day_shifts(nearest)
    placed = nearest.left_join(
        shifts, [nearest.vendor == shifts.shift_vendor, nearest.day == shifts.shift_day]
    )
    moved = placed.moved.fill_null(0)
    inside = ibis.least(
        placed.ends + moved, placed.closes + SIGN_IN_TOLERANCE_SECONDS
    ) - ibis.greatest(placed.begins + moved, placed.opens - SIGN_IN_TOLERANCE_SECONDS)
    return placed.select(
        out_vendor="vendor",
        out_call="call_id",
        moved=moved,
        outside=(placed.length - ibis.greatest(inside, ibis.literal(0))).cast("int64"),
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
    """Add the seconds of each conversation after the agent's shift has passed.

    Conversations less than five hours apart are one stretch of work, so that a night
    shift is not cut at midnight; it may last as long as the shift and an hour of overtime.
    Time in two conversations at once counts once.

    Parameters
    ----------
    found
        Conversations with `shift_length`; 0 is no shift.
    """
    found = _runs(found, _REST_SECONDS)
    whole = ibis.window(group_by=["vendor", "agent_id", "run"])
    over_at = found.begins.min().over(whole) + found.shift_length + OVERTIME_SECONDS
    part = found.ends - ibis.greatest(found.begins, found.latest, over_at)
    late = ibis.greatest(part, ibis.literal(0))
    return found.mutate(shift_above=(found.shift_length > 0).ifelse(late, 0).cast("int64"))
