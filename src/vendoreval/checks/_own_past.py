"""One monthly series of a vendor against its own past: evidence, size, noise, controls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from vendoreval.stats import (
    Departure,
    Stretch,
    departure,
    last_block,
    long_past_e_values,
    own_past_detectable,
    seasons,
)
from vendoreval.stats.own_past import Side

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

LEAST_MONTHS: Final = 8
NINETY: Final = 0.90
#: levels at which limits are kept, for findings that were picked out of many questions
WIDER_LEVELS: Final = (0.95, 0.98, 0.99, 0.995, 0.999)
_LARGEST: Final = 1e300
# a mean moving range is so many standard deviations
_MOVING_RANGE: Final = 1.128
_TWO_YEARS: Final = 24
# share of the vendor's months that a control vendor must have
_COVERED: Final = 0.8


@dataclass(frozen=True)
class Months:
    """The months of the running stretch, and what the stretches before have shown.

    Parameters
    ----------
    values
        One for each usable month.
    places
        Their numbers in the vendor's history.
    regressors
        What honest months may follow.
    earlier
        Product of the e-values of the stretches before.
    """

    values: FloatArray
    places: IntArray
    regressors: FloatArray
    earlier: float = 1.0

    def __len__(self) -> int:
        return len(self.values)

    def e_value(self, side: Side) -> float:
        """Return the cumulative e-value by the last month."""
        if not len(self):
            return self.earlier
        path = long_past_e_values(self.values, side, regressors=self.regressors)
        return min(self.earlier * float(path[-1]), _LARGEST)

    def move(self, side: Side, amounts: FloatArray, level: float = NINETY) -> Departure | None:
        """Return size and beginning of the departure; `None` when it cannot be measured.

        `amounts` is one for each month of the history; `since` is a month of the history.
        """
        start, changes = last_block(len(self))
        places = self.places[start:]
        try:
            found = departure(
                self.values[start:], amounts[places], side, level=level,
                regressors=self.regressors[start:], changes=changes,
            )  # fmt: skip
        except ValueError:
            # too short, or months that do not differ at all
            return None
        since = int(places[min(found.since, len(places) - 1)])
        return Departure(
            found.effect, found.low, found.high, since,
            found.total, found.total_low, found.total_high,
        )  # fmt: skip

    @property
    def noise(self) -> float:
        """Standard deviation of a month, from neighbours, so that one step hardly matters."""
        if len(self) < 2:
            return 0.0
        return float(np.abs(np.diff(self.values)).mean()) / _MOVING_RANGE

    @property
    def detectable(self) -> float | None:
        """Smallest step (log scale) since the middle of the months that is found in .80."""
        months = min(len(self), _TWO_YEARS)
        if months < LEAST_MONTHS or self.noise <= 0:
            return None
        return own_past_detectable(self.noise, months, months // 2)


def running(
    values: FloatArray,
    regressors: Callable[[slice], FloatArray],
    cut: Sequence[Stretch],
    side: Side,
) -> Months:
    """Return the running stretch of a series; months that are not numbers are left out.

    Parameters
    ----------
    values
        One for each month of the history.
    regressors
        What honest months of a stretch may follow, by its months.
    """
    earlier = 1.0
    found = Months(values[:0], np.arange(0), np.empty((0, 1)))
    for stretch in cut:
        rows = np.arange(stretch.start, stretch.stop)
        kept = np.isfinite(values[rows])
        columns = regressors(slice(stretch.start, stretch.stop))
        found = Months(values[rows][kept], rows[kept], columns[kept], earlier)
        earlier = found.e_value(side)
    return found


def waves(first: int, months: int) -> FloatArray:
    """Return a constant and a yearly wave for a history that begins with a numbered month."""
    return seasons(months, start=first % 12)


def minus_controls(own: Months, first: int, others: Sequence[tuple[Months, int]]) -> Months | None:
    """Return the months less the median of other vendors'; `None` when there are too few.

    What happens to everybody in a month (a season, a script, a list) is in both and goes.

    Parameters
    ----------
    first
        Number of the first month of the history.
    others
        Months of the vendors on the same lists, and the number of their first month.
    """
    numbers = own.places + first
    rows = []
    for months, start in others:
        known = dict(zip((months.places + start).tolist(), months.values, strict=True))
        row = np.array([known.get(int(number), np.nan) for number in numbers])
        if np.isfinite(row).mean() >= _COVERED:
            rows.append(row)
    if not rows:
        return None
    table = np.array(rows)
    kept = np.isfinite(table).all(axis=0)
    if int(kept.sum()) < LEAST_MONTHS:
        return None
    table = table[:, kept] - table[:, kept].mean(axis=1, keepdims=True)
    level = np.ones((int(kept.sum()), 1))
    return Months(own.values[kept] - np.median(table, axis=0), own.places[kept], level)
