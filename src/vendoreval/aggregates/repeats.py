"""A4: rows and sequences that occur more than once. A6: how often numbers are called."""

from __future__ import annotations

from typing import Any, Final

import ibis

from vendoreval.aggregates.base import Aggregate, Tables, Window, add, count, real, stacked

_SAME: Final = ("agent_id", "started_at", "phone", "talk_seconds", "disposition")
_PARTS: Final = ("talk", "hold", "wrap")
SEQUENCE_LENGTH: Final = 3
SHORTEST_TALK_SECONDS: Final = 10
_SUMS = ("rows", "repeated_rows", "sequences", "repeated_sequences", "sequence_pairs")


def _rows(calls: ibis.Table) -> ibis.Table:
    same = calls.group_by(["vendor", *_SAME]).agg(times=calls.count().cast("int64"))
    return same.group_by("vendor").agg(rows=add(same.times), repeated_rows=add(same.times - 1))


def _sequences(calls: ibis.Table) -> ibis.Table:
    """Count sequences of consecutive conversations of an agent's day by their exact lengths."""
    spoken = calls.filter(calls.talk_seconds >= SHORTEST_TALK_SECONDS)
    spoken = spoken.mutate(
        talk=spoken.talk_seconds, hold=spoken.hold_seconds.fill_null(0),
        wrap=spoken.wrap_seconds.fill_null(0),
    )  # fmt: skip
    along = ibis.window(
        group_by=["vendor", "agent_id", "started_on"], order_by=["started_at", "call_id"]
    )
    earlier: dict[str, Any] = {
        f"{part}_{back}": spoken[part].lag(back).over(along)
        for back in range(1, SEQUENCE_LENGTH)
        for part in _PARTS
    }
    spoken = spoken.mutate(place=ibis.row_number().over(along).cast("int64"), **earlier)
    whole = spoken.filter(spoken.place >= SEQUENCE_LENGTH - 1)
    counted = whole.group_by(["vendor", *_PARTS, *earlier]).agg(times=whole.count().cast("int64"))
    return counted.group_by("vendor").agg(
        sequences=add(counted.times),
        repeated_sequences=add(counted.times - 1),
        sequence_pairs=add((counted.times * (counted.times - 1) / 2).cast("int64")),
    )


def _repeats(tables: Tables, window: Window) -> ibis.Table:
    calls = real(window.during(tables["calls"], "started_on"))
    both = stacked(
        [_rows(calls), _sequences(calls)], {"vendor": "string"} | dict.fromkeys(_SUMS, "int64")
    )
    sums = {name: add(both[name]) for name in _SUMS}
    month = ibis.literal(window.number).cast("int64")
    return both.group_by("vendor").agg(**sums).mutate(month=month)


A4: Final = Aggregate(
    "A4", "rows of a month that are alike, and runs of three conversations of equal lengths",
    ("vendor", "month"), _SUMS, ("calls",), _repeats,
)  # fmt: skip

MOST_DIALS: Final = 100
# parts of the numbers, the most talked to first, in thousandths
TOP_PER_MILLE: Final = (1, 10, 50, 1000)


def _by_number(tables: Tables, window: Window) -> ibis.Table:
    calls = real(window.during(tables["calls"], "started_on"))
    calls = calls.mutate(number=ibis.coalesce(calls.phone, calls.lead_id))
    calls = calls.filter(calls.number.notnull())
    return calls.group_by(["vendor", "number"]).agg(
        dials=calls.count().cast("int64"),
        connects=count(calls.talk_seconds > 0),
        talk_seconds=add(calls.talk_seconds),
    )


def _attempts(tables: Tables, window: Window) -> ibis.Table:
    numbers = _by_number(tables, window)
    numbers = numbers.mutate(
        attempts=ibis.least(numbers.dials, MOST_DIALS).cast("int64"),
        connected=(numbers.connects > 0).cast("int64"),
    )
    counted = numbers.group_by(["vendor", "attempts", "connected"]).agg(
        numbers=numbers.count().cast("int64"),
        dials=add(numbers.dials),
        connects=add(numbers.connects),
        talk_seconds=add(numbers.talk_seconds),
    )
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


def _top(tables: Tables, window: Window) -> ibis.Table:
    numbers = _by_number(tables, window)
    ranked = ibis.window(group_by="vendor", order_by=[numbers.talk_seconds.desc(), numbers.number])
    whole = ibis.window(group_by="vendor")
    numbers = numbers.mutate(
        rank=ibis.row_number().over(ranked).cast("int64"),
        many=numbers.count().over(whole).cast("int64"),
    )
    part = ibis.literal(TOP_PER_MILLE[-1])
    for per_mille in reversed(TOP_PER_MILLE[:-1]):
        part = (numbers.rank * 1000 < numbers.many * per_mille).ifelse(per_mille, part)
    numbers = numbers.mutate(top_per_mille=part.cast("int64"))
    counted = numbers.group_by(["vendor", "top_per_mille"]).agg(
        numbers=numbers.count().cast("int64"), dials=add(numbers.dials),
        talk_seconds=add(numbers.talk_seconds),
    )  # fmt: skip
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


A6: Final = Aggregate(
    "A6", "numbers called so often within a month (100 stands for more), connected or never",
    ("vendor", "attempts", "connected", "month"),
    ("numbers", "dials", "connects", "talk_seconds"), ("calls",), _attempts,
)  # fmt: skip
A6_TOP: Final = Aggregate(
    "A6T", "minutes of the most talked to 1, 10 and 50 of 1,000 numbers of a month, each without "
    "those before, and of the rest",
    ("vendor", "top_per_mille", "month"), ("numbers", "dials", "talk_seconds"), ("calls",), _top,
)  # fmt: skip
