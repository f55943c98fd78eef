"""A3: intervals between the dials of an agent. A5: the agent's day. Both sweep the day once."""

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
    real,
    seconds_of,
    stacked,
)
from vendoreval.tables import CONVERSATION

# a longer interval is a break and not a rhythm
BREAK_SECONDS: Final = 900
TOLERANCE_SECONDS: Final = 5
_LN_UNIT: Final = 1_000_000


def swept(tables: Tables, window: Window) -> ibis.Table:
    """Return every dial of the month with the one before it on the agent's day.

    `latest` is when the earlier dials of the day had all ended (ringing, talk and hold),
    `place` the number within the day, from 0.
    """
    calls = real(window.during(tables["calls"], "started_on"))
    begins = seconds_of(calls.started_at)
    busy = (
        calls.ring_seconds.fill_null(0) + calls.talk_seconds.fill_null(0)
        + calls.hold_seconds.fill_null(0)
    )  # fmt: skip
    calls = calls.mutate(
        begins=begins,
        ends=(begins + busy).cast("int64"),
        spoken=(calls.talk_seconds.fill_null(0) > 0).cast("int64"),
    )
    day, order = ["vendor", "agent_id", "started_on"], ["begins", "call_id"]
    along = ibis.window(group_by=day, order_by=order)
    before = ibis.window(group_by=day, order_by=order, preceding=(None, 1))
    calls = calls.mutate(
        place=ibis.row_number().over(along).cast("int64"),
        previous=calls.begins.lag(1).over(along),
        spoken_before=calls.spoken.lag(1).over(along),
        latest=calls.ends.max().over(before),
    )
    first = calls.place == 0
    # what stands before the first row differs between engines
    return calls.mutate(
        previous=first.ifelse(calls.begins, calls.previous),
        latest=first.ifelse(calls.begins, calls.latest),
        spoken_before=first.ifelse(0, calls.spoken_before),
    )


def _timed(calls: ibis.Table) -> ibis.Table:
    """Add the interval, the one before it within the day, idle and shared time."""
    calls = calls.mutate(interval=(calls.begins - calls.previous).cast("int64"))
    along = ibis.window(
        group_by=["vendor", "agent_id", "started_on"], order_by=["begins", "call_id"]
    )
    calls = calls.mutate(earlier=calls.interval.lag(1).over(along).fill_null(0))
    rhythm = (calls.place > 0) & (calls.interval <= BREAK_SECONDS)
    pair = rhythm & (calls.place > 1) & (calls.earlier <= BREAK_SECONDS)
    shared = (ibis.least(calls.ends, calls.latest) - calls.begins).cast("int64")
    logarithm = ibis.greatest(calls.interval, 1).cast("float64").ln() * _LN_UNIT
    return calls.mutate(
        after=(calls.spoken_before == 1).ifelse("talk", "silence"),
        rhythm=rhythm.cast("int64"),
        pair=pair.cast("int64"),
        is_break=((calls.place > 0) & (calls.interval > BREAK_SECONDS)).cast("int64"),
        # whole numbers add up alike on every engine
        ln_millionths=logarithm.round().cast("int64"),
        idle=ibis.greatest(calls.begins - calls.latest, 0).cast("int64"),
        overlap=((calls.place > 0) & (shared > TOLERANCE_SECONDS)).ifelse(shared, 0)
        .cast("int64"),
    )  # fmt: skip


_SUMS = ("intervals", "interval_seconds", "interval_squares", "interval_ln_millionths",
         "pairs", "pair_products", "idle_seconds", "breaks", "break_seconds", "overlaps",
         "overlap_seconds")  # fmt: skip
_KEYS = ("vendor", "agent_id", "after", "month")


def _intervals(tables: Tables, window: Window) -> ibis.Table:
    timed = _timed(swept(tables, window))
    timed = timed.filter(timed.place > 0)
    keys = ["vendor", "agent_id", "after"]
    sums = timed.group_by(keys).agg(
        intervals=add(timed.rhythm),
        interval_seconds=add(timed.rhythm * timed.interval),
        interval_squares=add(timed.rhythm * timed.interval * timed.interval),
        interval_ln_millionths=add(timed.rhythm * timed.ln_millionths),
        pairs=add(timed.pair),
        pair_products=add(timed.pair * timed.interval * timed.earlier),
        idle_seconds=add(timed.rhythm * timed.idle),
        breaks=add(timed.is_break),
        break_seconds=add(timed.is_break * timed.interval),
        overlaps=count(timed.overlap > 0),
        overlap_seconds=add(timed.overlap),
    )
    modal = _modal(timed.filter(timed.rhythm == 1), keys)
    joined = sums.left_join(modal, [sums[key] == modal[f"of_{key}"] for key in keys])
    return joined.select(
        *keys, *_SUMS,
        modal_interval_calls=joined.modal_interval_calls.fill_null(0).cast("int64"),
        month=ibis.literal(window.number).cast("int64"),
    )  # fmt: skip


def _modal(timed: ibis.Table, keys: list[str]) -> ibis.Table:
    """Return how often the commonest interval occurs."""
    counted = timed.group_by([*keys, "interval"]).agg(times=timed.count().cast("int64"))
    return counted.group_by(**{f"of_{key}": counted[key] for key in keys}).agg(
        modal_interval_calls=counted.times.max().cast("int64")
    )


A3: Final = Aggregate(
    "A3", "intervals from dial to dial of one agent, after talk and after silence",
    _KEYS, _SUMS, ("calls",), _intervals, highest=("modal_interval_calls",),
)  # fmt: skip

_REPORTED: Final = ("dials", "conversations", "line_seconds", "talk_seconds")
_DAY_SUMS = ("dials", "conversations", "talk_seconds", "busy_seconds", "busy_union_seconds",
             "first_second", "last_second",
             *(f"reported_{name}" for name in _REPORTED))  # fmt: skip


def _days(tables: Tables, window: Window) -> ibis.Table:
    calls = swept(tables, window)
    midnight = day_number(calls.started_on) * 86_400
    free = ibis.greatest(calls.begins, calls.latest)
    logged = calls.mutate(
        day=day_number(calls.started_on),
        begin_of_day=(calls.begins - midnight).cast("int64"),
        end_of_day=(calls.ends - midnight).cast("int64"),
        busy=(calls.ends - calls.begins).cast("int64"),
        alone=ibis.greatest(calls.ends - free, 0).cast("int64"),
    )
    keys = ["vendor", "agent_id", "day"]
    logged = logged.group_by(keys).agg(
        dials=logged.count().cast("int64"),
        conversations=count(logged.disposition.isin(CONVERSATION)),
        talk_seconds=add(logged.talk_seconds),
        busy_seconds=add(logged.busy),
        busy_union_seconds=add(logged.alone),
        first_second=logged.begin_of_day.min().cast("int64"),
        last_second=logged.end_of_day.max().cast("int64"),
    )
    told = window.during(tables["agent_days"], "date")
    told = told.select("vendor", "agent_id", *_REPORTED, day=day_number(told.date))
    told = told.group_by(keys).agg(**{f"reported_{name}": add(told[name]) for name in _REPORTED})
    kinds = {"vendor": "string", "agent_id": "string", "day": "int64"}
    both = stacked([logged, told], kinds | dict.fromkeys(_DAY_SUMS, "int64"))
    sums: dict[str, Any] = {name: add(both[name]) for name in _DAY_SUMS}
    return both.group_by(keys).agg(**sums).mutate(month=ibis.literal(window.number).cast("int64"))


A5: Final = Aggregate(
    "A5", "one agent's day (days since 1970) in the log and as reported; seconds of the day in UTC",
    ("vendor", "agent_id", "day", "month"), _DAY_SUMS, ("calls", "agent_days"), _days,
)  # fmt: skip
