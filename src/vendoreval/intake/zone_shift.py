"""Local time to UTC and back, with the hours that do not exist left empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl

_STEP = timedelta(hours=12)
_WIDEST = timedelta(days=800)


@lru_cache(maxsize=256)
def _constant_offset(zone: str, first: datetime, last: datetime) -> timedelta | None:
    """Return the offset when no clock change lies near the range, else nothing."""
    if last - first > _WIDEST or first.year < 1900 or last.year > 9990:
        return None
    info = ZoneInfo(zone)
    at, end = first - 2 * _STEP, last + 2 * _STEP
    offset = at.replace(tzinfo=info).utcoffset()
    while at <= end:
        if at.replace(tzinfo=info).utcoffset() != offset:
            return None
        at += _STEP
    return offset


def _offset_of(values: pl.Series, zone: str) -> timedelta | None:
    first, last = values.min(), values.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return timedelta(0)
    midnight = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}
    return _constant_offset(zone, first.replace(**midnight), last.replace(**midnight))  # type: ignore[arg-type]


def to_utc(local: pl.Series, zone: str) -> pl.Series:
    """Return instants in UTC; an hour the clock skips is null, one it repeats is the earlier."""
    offset = _offset_of(local, zone)
    if offset is not None:
        return local if not offset else local - offset
    there = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return there.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def to_local(utc: pl.Series, zone: str) -> pl.Series:
    """Return the local clock of instants in UTC."""
    offset = _offset_of(utc, zone)
    if offset is not None:
        return utc if not offset else utc + offset
    return utc.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
