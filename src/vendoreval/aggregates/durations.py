"""A2: histograms of talk and of billed seconds by agent and outcome."""

from __future__ import annotations

from functools import reduce
from typing import Any, Final

import ibis

from vendoreval.aggregates.base import Aggregate, Tables, Window, add, real, stacked

SINGLE_SECONDS: Final = 600
FIVE_SECONDS: Final = 3605
# lengths at which a switch gives up; they keep a bin of their own
TIMERS: Final = (7200, 10_800, 14_400, 21_600, 28_800, 43_200, 86_400)
LONG: Final = tuple(round(FIVE_SECONDS * 1.15**n) for n in range(23))


def bin_of(seconds: Any) -> Any:
    """Return the lower end of the bin: every second to 600, five to 3604, then wider."""
    wide = reduce(lambda value, edge: (seconds >= edge).ifelse(edge, value), LONG, FIVE_SECONDS)
    wide = seconds.isin(TIMERS).ifelse(seconds, wide)
    fives = (seconds < FIVE_SECONDS).ifelse(seconds - seconds % 5, wide)
    return (seconds < SINGLE_SECONDS).ifelse(seconds, fives).cast("int64")


def _part(calls: ibis.Table, measure: str, column: str) -> ibis.Table:
    timed = calls.filter(calls[column].notnull())
    timed = timed.mutate(measure=ibis.literal(measure), bin_seconds=bin_of(timed[column]))
    return timed.select("vendor", "agent_id", "disposition", "measure", "bin_seconds",
                        seconds=timed[column])  # fmt: skip


def _expression(tables: Tables, window: Window) -> ibis.Table:
    calls = real(window.during(tables["calls"], "started_on"))
    kinds = dict.fromkeys(("vendor", "agent_id", "disposition", "measure"), "string")
    both = stacked(
        [_part(calls, "talk", "talk_seconds"), _part(calls, "billed", "billed_seconds")],
        kinds | {"bin_seconds": "int64", "seconds": "int64"},
    )
    counted = both.group_by([*kinds, "bin_seconds"]).agg(
        calls=both.count().cast("int64"), seconds=add(both.seconds)
    )
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


A2: Final = Aggregate(
    "A2", "calls of one agent and outcome whose talk, or billed time, falls into one bin",
    ("vendor", "agent_id", "disposition", "measure", "bin_seconds", "month"),
    ("calls", "seconds"), ("calls",), _expression,
)  # fmt: skip
