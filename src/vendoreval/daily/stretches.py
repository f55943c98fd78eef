"""Which days are set against which: part-periods aligned by working days, and the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from vendoreval.period import Period

#: how many stretches before the period make the limits of chance
PAST_STRETCHES: Final = 12
PAST_DAYS: Final = 20
# a day with fewer rows than this share of the usual day is no working day
_STRAY: Final = 0.1


@dataclass(frozen=True)
class Stretches:
    """The period, the one it is set against, and the past of both kinds.

    Parameters
    ----------
    now, then
        Cut off to the same number of working days where the period is not over; `then` is
        None when nothing is compared.
    past
        Stretches of the same kind before the period, the latest first, none of them overlaps.
    now_days, then_days
        Working days inside.
    days_before
        The last working days before the period, whatever its kind.
    cut_off
        Whether the period is not over yet.
    """

    now: Period
    then: Period | None
    past: tuple[Period, ...]
    now_days: tuple[date, ...]
    then_days: tuple[date, ...]
    days_before: tuple[date, ...]
    cut_off: bool

    @property
    def span(self) -> Period:
        """First to last day of everything that is looked at."""
        other = [] if self.then is None else [self.then]
        starts = [one.start for one in (self.now, *other, *self.past)]
        ends = [one.end for one in (self.now, *other)]
        return Period(min(starts + list(self.days_before[:1])), max(ends))


def working_days(rows: Mapping[date, int]) -> tuple[date, ...]:
    """Return the days with work, in order; a day with a handful of stray rows is none.

    Examples
    --------
    >>> working_days({date(2026, 10, 2): 800, date(2026, 10, 3): 2, date(2026, 10, 5): 700})
    (datetime.date(2026, 10, 2), datetime.date(2026, 10, 5))
    """
    filled = [count for count in rows.values() if count > 0]
    if not filled:
        return ()
    least = _STRAY * median(filled)
    return tuple(sorted(day for day, count in rows.items() if count > 0 and count >= least))


def stretches(
    period: Period, compare_with: Period | None, days: Sequence[date], last_day: date
) -> Stretches:
    """Return what is set against what.

    Parameters
    ----------
    days
        Working days that the ledger knows of, in order.
    last_day
        The last day for which anything was delivered.
    """
    cut_off = last_day < period.last_day
    now = Period(period.start, min(period.end, last_day + timedelta(days=1)))
    inside = _inside(days, now)
    then = compare_with
    then_days: tuple[date, ...] = ()
    if compare_with is not None:
        then_days = _inside(days, compare_with)
        if cut_off:
            then, then_days = _first(compare_with, then_days, len(inside))
    past = _past(period, len(inside), days, cut_off=cut_off)
    before = tuple(day for day in days if day < period.start)[-PAST_DAYS:]
    return Stretches(now, then, past, inside, then_days, before, cut_off)


def _inside(days: Sequence[date], period: Period) -> tuple[date, ...]:
    return tuple(day for day in days if day in period)


def _first(period: Period, days: tuple[date, ...], count: int) -> tuple[Period, tuple[date, ...]]:
    """Return the stretch up to the last of the first working days."""
    kept = days[:count]
    if not kept:
        return period, kept
    return Period(period.start, kept[-1] + timedelta(days=1)), kept


def _past(period: Period, count: int, days: Sequence[date], *, cut_off: bool) -> tuple[Period, ...]:
    before = [day for day in days if day < period.start]
    if not before or count == 0:
        return ()
    if period.days == 1:
        return tuple(Period(day, day + timedelta(days=1)) for day in before[-PAST_DAYS:][::-1])
    if period.is_month or period.is_week:
        return _calendar(period, count, before, cut_off=cut_off)
    found: list[Period] = []
    # stretches of as many working days each, the latest first
    while len(before) >= count and len(found) < PAST_STRETCHES:
        part, before = before[-count:], before[:-count]
        found.append(Period(part[0], part[-1] + timedelta(days=1)))
    return tuple(found)


def _calendar(
    period: Period, count: int, before: Sequence[date], *, cut_off: bool
) -> tuple[Period, ...]:
    found: list[Period] = []
    earlier = period.previous()
    while earlier.start >= before[0].replace(day=1) and len(found) < PAST_STRETCHES:
        inside = _inside(before, earlier)
        # a stretch that the data begin in the middle of would look poor; so would a holiday week
        whole = before[0] <= earlier.start + timedelta(days=3)
        if inside and whole:
            found.append(_first(earlier, inside, count)[0] if cut_off else earlier)
        earlier = earlier.previous()
    return tuple(found)
