"""Local time to UTC and back, with the hours that do not exist left empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

_STEP = timedelta(hours=12)
_WIDEST = timedelta(days=800)
_NEAR = timedelta(hours=3)
_BIG = timedelta(minutes=30)
_FAR = timedelta(days=366)
_SAMPLED = 100
_SECOND = timedelta(seconds=1)
_FIRST_YEAR, _LAST_YEAR = 1970, 2100


class Fold(NamedTuple):
    """A stretch of the local clock that is shown twice: `start` belongs to it, `end` does not."""

    start: datetime
    end: datetime


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


def folds(zone: str, first: datetime, last: datetime) -> tuple[Fold, ...]:
    """Return the repeated hours of a zone near a range of local time, from 1970 to 2100."""
    begin = max(first, datetime(_FIRST_YEAR, 1, 2)) - 2 * _STEP
    end = min(last, datetime(_LAST_YEAR - 1, 12, 30)) + 2 * _STEP
    years = range(begin.year, end.year + 1)
    found = [fold for year in years for fold in _folds_of_year(zone, year)]
    return tuple(fold for fold in found if fold.end >= begin and fold.start <= end)


@lru_cache(maxsize=1024)
def _folds_of_year(zone: str, year: int) -> tuple[Fold, ...]:
    info, utc = ZoneInfo(zone), ZoneInfo("UTC")

    def offset(moment: datetime) -> timedelta:
        return moment.replace(tzinfo=utc).astimezone(info).utcoffset() or timedelta(0)

    found = []
    at = datetime(year, 1, 1)
    while at < datetime(year + 1, 1, 1):
        before, after = offset(at), offset(at + _STEP)
        if after < before:
            low, high = at, at + _STEP
            while high - low > _SECOND:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            found.append(Fold(high + after, high + before))
        at += _STEP
    return tuple(found)


def _range(values: pl.Series) -> tuple[datetime, datetime] | None:
    first, last = values.min(), values.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return None
    return (
        first.replace(hour=0, minute=0, second=0, microsecond=0),
        last.replace(hour=0, minute=0, second=0, microsecond=0),
    )


def _offset_of(values: pl.Series, zone: str) -> timedelta | None:
    days = _range(values)
    return timedelta(0) if days is None else _constant_offset(zone, *days)


def to_utc(local: pl.Series, zone: str) -> pl.Series:
    """Return instants in UTC; an hour the clock skips is null.

    An hour the clock repeats is read as the later one where the order of the rows
    shows that the clock was set back before them, else as the earlier one.
    """
    offset = _offset_of(local, zone)
    if offset is not None:
        return local if not offset else local - offset
    apart = _with_few_far_away(local, zone)
    if apart is not None:
        return apart
    later = _later(local, zone)
    early = _shifted(local, zone, "earliest")
    if later is None:
        return early
    return early.zip_with(~later, _shifted(local, zone, "latest"))


def _with_few_far_away(local: pl.Series, zone: str) -> pl.Series | None:
    """Shift by one offset where only a few clocks, years away, ask for another; else nothing.

    A mistyped year must not make all other rows of its block go the slow way.
    """
    usual = local.gather_every(max(len(local) // _SAMPLED, 1)).median()
    if not isinstance(usual, datetime) or not _FIRST_YEAR <= usual.year <= _LAST_YEAR:
        return None
    far = ~local.is_between(usual - _FAR, usual + _FAR).fill_null(True)
    places = far.arg_true()
    if not 0 < len(places) * _SAMPLED <= len(local):
        return None
    others = local.gather(places)
    early = _shifted(others, zone, "earliest")
    offset = _offset_of(local.set(far, None), zone)
    # which of two equal hours is meant is told by the order of all rows
    if offset is None or not early.equals(_shifted(others, zone, "latest")):
        return None
    return (local - offset).scatter(places, early)


def _shifted(local: pl.Series, zone: str, which: Literal["earliest", "latest"]) -> pl.Series:
    there = local.dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
    return there.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _later(local: pl.Series, zone: str) -> pl.Series | None:
    """Return which clock readings lie in a repeated hour for the second time."""
    days = _range(local)
    result: pl.Series | None = None
    for fold in folds(zone, *days) if days else ():
        inside = ((local >= fold.start) & (local < fold.end)).fill_null(False)
        if not inside.any():
            continue
        # newest first is the same story told backwards
        for backwards in (False, True):
            told = local.reverse() if backwards else local
            place = _set_back(told, fold)
            if place is None:
                continue
            after = pl.int_range(0, len(local), eager=True) >= place
            after = (after.reverse() if backwards else after) & inside
            result = after if result is None else result | after
            break
    return result


def _set_back(local: pl.Series, fold: Fold) -> int | None:
    """Return the first row after the clock was set back, if the order of the rows shows one."""
    near = (local >= fold.start - _NEAR) & (local < fold.end + _NEAR)
    rows = near.fill_null(False).arg_true()
    steps = local.gather(rows).diff()
    back = (steps < timedelta(0)).fill_null(False).arg_true()
    if len(back) != 1:
        # rows that stand in no strict order still show one great step back
        back = (steps <= -_BIG).fill_null(False).arg_true()
        if len(back) != 1 or (steps >= _BIG * 2).fill_null(False).any():
            return None
    elif not _in_order_elsewhere(local, steps[back[0]]):
        return None
    place = int(rows[back[0]])
    landed = local[place]
    return place if fold.start <= landed < fold.end else None


def _in_order_elsewhere(local: pl.Series, step: timedelta) -> bool:
    if step <= -_BIG:
        return True
    # a small step back proves something only in a file that is sorted throughout
    return int((local.drop_nulls().diff() < timedelta(0)).sum()) == 1


def other_reading(utc: pl.Series, zone: str) -> pl.Series | None:
    """Return the other instant that the same clock reading may mean; null where there is none.

    Examples
    --------
    >>> berlin = pl.Series([datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 5)])
    >>> other_reading(berlin, "Europe/Berlin").to_list()
    [datetime.datetime(2026, 10, 25, 1, 30), None]
    """
    if _offset_of(utc, zone) is not None:
        return None
    local = to_local(utc, zone)
    early, late = _shifted(local, zone, "earliest"), _shifted(local, zone, "latest")
    twice = (early != late).fill_null(False)
    if not twice.any():
        return None
    other = late.zip_with((utc == early).fill_null(False), early)
    return other.set(~twice, None)


def to_local(utc: pl.Series, zone: str) -> pl.Series:
    """Return the local clock of instants in UTC."""
    offset = _offset_of(utc, zone)
    if offset is not None:
        return utc if not offset else utc + offset
    return utc.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
