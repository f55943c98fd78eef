"""A value beside the earlier one, the usual one, and the limits of chance.

The limits are those of a chart of single values (XmR): mean of the past stretches of the
same kind, plus and minus 2.66 mean moving ranges, widened for a short past. Counts are
compared by working day, so that a long month or a day off is no departure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

import numpy as np

from vendoreval.measures import Definition
from vendoreval.stats import xmr_chart

_SIGMAS: Final = 3.0
# below so many events chance alone makes steps that a short past need not have shown
_FEW: Final = 10.0
Signal = Literal["above", "below", "within"]
#: fewer past values give no limits worth the name
FEWEST_PAST: Final = 5
#: how often a value lies outside of its limits by chance alone, of independent normal ones
BY_CHANCE: Final = 0.01
# past values -> how much wider than 2.66 mean moving ranges the limits must be for that;
# simulated with 400,000 draws, since few values give a poor idea of their own spread
_WIDER: Final = {
    5: 1.81, 6: 1.58, 7: 1.42, 8: 1.34, 9: 1.27, 10: 1.21, 12: 1.14, 14: 1.09, 16: 1.06,
    20: 1.01, 21: 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One measure of one part.

    Parameters
    ----------
    value, earlier
        Of the period and of the one it is set against; None when undefined.
    difference
        value - earlier.
    change
        Relative difference, of counts by working day; None when undefined.
    usual, lower, upper
        Mean of the past and the limits of chance; of counts for as many working days as the
        value was made in, so that they stand beside it.
    signal
        Whether the value lies above, below or within the limits; None when the past is
        too short.
    past
        Past values and at the end the present one, the oldest first, of counts by working
        day; None where undefined.
    """

    measure: str
    value: float | None
    earlier: float | None
    difference: float | None
    change: float | None
    usual: float | None
    lower: float | None
    upper: float | None
    signal: Signal | None
    past: tuple[float | None, ...]


@dataclass(frozen=True)
class Point:
    """A value, the working days it was made in, and the cases of a share."""

    value: float | None
    days: float | None = None
    cases: float | None = None

    def rate(self, *, by_day: bool) -> float | None:
        """Return the value, by working day if it is a count."""
        if self.value is None or not by_day:
            return self.value
        return self.value / self.days if self.days else None


def by_day(metric: Definition) -> bool:
    """Whether a measure grows with the number of days."""
    return metric.bottom is None and metric.unit in {"count", "min", "h"}


def cell(metric: Definition, now: Point, then: Point | None, past: Sequence[Point]) -> Cell:
    """Return a value with what it is set against.

    Parameters
    ----------
    past
        The oldest first.
    """
    daily = by_day(metric)
    rates = [point.rate(by_day=daily) for point in past]
    rate = now.rate(by_day=daily)
    earlier = None if then is None else then.value
    known = [value for value in rates if value is not None]
    usual, lower, upper = _limits(known, metric, _chance(metric, known, now, past))
    signal: Signal | None = None
    if rate is not None and lower is not None and upper is not None:
        signal = "above" if rate > upper else "below" if rate < lower else "within"
    difference = None if now.value is None or earlier is None else now.value - earlier
    days = now.days if daily else 1.0
    return Cell(
        metric.name, now.value, earlier, difference,
        _change(rate, None if then is None else then.rate(by_day=daily)),
        _for_days(usual, days), _for_days(lower, days), _for_days(upper, days),
        signal, (*rates, rate),
    )  # fmt: skip


def _for_days(rate: float | None, days: float | None) -> float | None:
    return None if rate is None or days is None else rate * days


def _limits(
    past: Sequence[float], metric: Definition, chance: float
) -> tuple[float | None, float | None, float | None]:
    if not past:
        return None, None, None
    usual = sum(past) / len(past)
    if len(past) < FEWEST_PAST:
        return usual, None, None
    chart = xmr_chart(past)
    half = max((float(chart.upper[0]) - chart.center) * wider(len(past)), chance)
    if half <= 0:
        # always the same so far: that says nothing of how much it may vary
        return usual, None, None
    lower, upper = max(usual - half, 0.0), usual + half
    return usual, lower, min(upper, 1.0) if metric.unit == "share" else upper


def _chance(metric: Definition, known: Sequence[float], now: Point, past: Sequence[Point]) -> float:
    """Return three standard deviations of chance alone: few events, or a share of few cases,
    vary as much even if the past happens not to show it.
    """
    if not known:
        return 0.0
    usual = sum(known) / len(known)
    if metric.unit == "count" and now.days and usual * now.days < _FEW:
        return _SIGMAS * sqrt(usual * now.days + 1) / now.days
    if metric.unit == "share" and now.cases:
        cases = sum(point.cases or 0.0 for point in past)
        share = min(max((usual * cases + 1) / (cases + 2), 0.0), 1.0)
        # half a case more, because few cases come in steps
        return _SIGMAS * sqrt(share * (1 - share) / now.cases) + 0.5 / now.cases
    return 0.0


def wider(past: int) -> float:
    """Return how much the limits of so many past values are widened.

    Examples
    --------
    >>> wider(5), wider(12), wider(1000)
    (1.81, 1.14, 1.0)
    """
    return float(np.interp(past, list(_WIDER), list(_WIDER.values())))


def _change(rate: float | None, before: float | None) -> float | None:
    if rate is None or before is None or before <= 0:
        return None
    return rate / before - 1
