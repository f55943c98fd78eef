"""Intervals between dials as sums that add up over days: counts, seconds, squares, a histogram.

Mean and deviation of any stretch of days follow from the sums exactly. Median and 90th
percentile are read from the histogram; its classes are narrow (about an eighth of the value),
so that what is read lies within one class of the true value.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from vendoreval.measures.call_facts import kept_intervals
from vendoreval.measures.cut import KEYS, Cut
from vendoreval.measures.monthly import Tables
from vendoreval.measures.queries import count

#: classes of the histogram in seconds, each from its edge up to the next one; the last is open
EDGES: Final = (
    0, 3, 6, 9, 12, 15, 18, 21, 25, 29, 33, 38, 44, 50, 57, 65, 74, 84, 95, 108, 122, 138, 156,
    176, 199, 225, 254, 287, 324, 366, 413, 467, 528, 596, 673, 760, 858, 901, 1200, 1800, 3600,
)  # fmt: skip
#: names of the facts of the histogram, in the order of `EDGES`
CLASSES: Final = tuple(f"intervals_from_{edge}" for edge in EDGES)


def interval_sums(tables: Tables, cut: Cut, limit_seconds: int, *, by_sessions: bool) -> ibis.Table:
    """Return the sums by part and block, and of every block as a whole.

    Parameters
    ----------
    limit_seconds
        The agreed limit.
    by_sessions
        As `kept_intervals`.
    """
    kept = kept_intervals(tables, cut, by_sessions=by_sessions)
    seconds = kept.interval
    facts: dict[str, Any] = {
        "intervals": kept.count().cast("int64"),
        "intervals_over": count(seconds > limit_seconds),
        "interval_seconds": seconds.sum().cast("int64"),
        "interval_squares": (seconds * seconds).sum().cast("int64"),
    }
    for name, low, high in zip(CLASSES, EDGES, (*EDGES[1:], None), strict=True):
        inside = seconds >= low
        facts[name] = count(inside if high is None else inside & (seconds < high))
    parts = kept.group_by(["part", "block"]).agg(**facts)
    # every interval belongs to one agent, so the whole is the sum of the parts
    whole = parts.group_by("block").agg(**{name: parts[name].sum().cast("int64") for name in facts})
    parts = parts.mutate(whole=ibis.literal(0, "int64"))
    whole = whole.mutate(part=ibis.literal(""), whole=ibis.literal(1, "int64"))
    columns = [*KEYS, *facts]
    return parts.select(columns).union(whole.select(columns), distinct=False)
