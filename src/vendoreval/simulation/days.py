"""The working days of the world, numbered, and the months they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vendoreval.period import Period

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# work begins a month before the first report, so that the first month is an ordinary one
LEAD_IN = 1
_HOLIDAYS = {(5, 1), (5, 9), (6, 12), (11, 4), (1, 1), (1, 7), (2, 23), (3, 8)}


@dataclass(frozen=True)
class Calendar:
    """Months and numbered working days.

    Parameters
    ----------
    months
        The months of the world in order; the first `LEAD_IN` are worked but not reported.
    days
        Working days; everything else counts them from 0.
    month_of_day
        Number of the month of each working day.
    first_day
        Number of the first working day of each month.
    """

    months: tuple[Period, ...]
    days: NDArray[np.datetime64]
    month_of_day: Ints
    first_day: Ints

    @property
    def reported(self) -> tuple[tuple[int, Period], ...]:
        """Number and month of every month that reports are written for."""
        return tuple(enumerate(self.months))[LEAD_IN:]

    @property
    def count(self) -> int:
        """How many working days there are."""
        return len(self.days)


def calendar(end: str, months: int) -> Calendar:
    """Return the calendar of a number of reported months up to and with `end`."""
    last = Period.parse(end)
    all_months = [last]
    while len(all_months) < months + LEAD_IN:
        all_months.append(all_months[-1].previous())
    all_months.reverse()
    days: list[date] = []
    month_of_day: list[int] = []
    for number, month in enumerate(all_months):
        for ordinal in range(month.start.toordinal(), month.end.toordinal()):
            day = date.fromordinal(ordinal)
            if day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS:
                days.append(day)
                month_of_day.append(number)
    numbers = np.array(month_of_day, dtype=np.int64)
    first = np.searchsorted(numbers, np.arange(len(all_months))).astype(np.int64)
    return Calendar(tuple(all_months), np.array(days, dtype="datetime64[D]"), numbers, first)
