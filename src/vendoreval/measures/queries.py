"""Pieces of queries that several tables of counts share; any engine computes them alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from vendoreval.period import Period


def seconds_of(instant: Any) -> Any:
    """Return whole seconds since 1970 of an instant."""
    return instant.epoch_seconds().cast("int64")


def day_number(day: Any) -> Any:
    """Return days since 1970 of a date."""
    return (day.cast("timestamp").epoch_seconds().cast("int64") / 86_400).floor().cast("int64")


def offsets(timezone: str, period: Period) -> list[tuple[int, int]]:
    """Return when a zone's distance from UTC changes within a period, and to what, in seconds.

    The first entry holds from the beginning on.

    Examples
    --------
    >>> offsets("Europe/Moscow", Period.parse("2026-10"))
    [(0, 10800)]
    >>> len(offsets("Europe/Berlin", Period.parse("2026-10")))
    2
    """
    zone = ZoneInfo(timezone)
    found: list[tuple[int, int]] = []
    at = datetime(period.start.year, period.start.month, period.start.day, tzinfo=UTC)
    at -= timedelta(days=2)
    for step in range((period.days + 4) * 24):
        now = at + timedelta(hours=step)
        offset = now.astimezone(zone).utcoffset() or timedelta()
        seconds = int(offset.total_seconds())
        if not found or found[-1][1] != seconds:
            found.append((int(now.timestamp()) if found else 0, seconds))
    return found


def real(calls: ibis.Table) -> ibis.Table:
    """Leave out tests."""
    return calls.filter(~calls.is_test.fill_null(False))


def count(condition: Any) -> Any:
    """Return how often a condition holds."""
    return condition.fill_null(False).cast("int64").sum().cast("int64")


def add(column: Any) -> Any:
    """Return the sum of whole numbers, 0 where there is none."""
    return column.fill_null(0).sum().fill_null(0).cast("int64")


def local_seconds(instant: Any, steps: Sequence[tuple[int, int]]) -> Any:
    """Return seconds since 1970 by the wall clock; `steps` are what `offsets` returned."""
    second = seconds_of(instant)
    offset = reduce(
        lambda value, step: (second >= step[0]).ifelse(step[1], value),
        steps[1:],
        ibis.literal(steps[0][1]),
    )
    return second + offset
