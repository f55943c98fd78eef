"""The smallest step that the test against the own past could have found.

By simulating the test itself on normal months.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from vendoreval.stats.own_past import own_past_e_values

_SEED = 19391984


def own_past_detectable(
    month_sd: float,
    months: int,
    since: int,
    *,
    power: float = 0.80,
    alarm: float = 20.0,
    per_year: int = 12,
) -> float:
    """Return the step (log scale) that the own-past test finds within these months.

    By simulation of the test itself; it depends on `month_sd` only by proportion.

    Parameters
    ----------
    month_sd
        Standard deviation of an honest month around level and season, above 0: for sales per
        minute about ``sqrt(1 / sales + .07^2)``.
    months, since
        How many there are, and how many of them are honest before the step begins; both fixed
        numbers of months, ``0 <= since < months``.
    power, alarm
        Chance that the e-value reaches the alarm in some month.
    per_year
        12 for months, 26 for two weeks.

    Returns
    -------
    Infinite when no step can be found, such as one that began with the first month.

    Examples
    --------
    >>> round(math.expm1(own_past_detectable(0.14, 24, 12)), 2)
    0.27
    >>> own_past_detectable(0.14, 24, 0)
    inf
    """
    if month_sd <= 0 or not 0 <= since < months or not 0 < power < 1 or alarm <= 1:
        raise ValueError("needs a spread above 0, 0 <= since < months and an alarm above 1")
    return month_sd * _own_past_step(months, since, power, alarm, per_year)


@lru_cache(maxsize=64)
def _own_past_step(months: int, since: int, power: float, alarm: float, per_year: int) -> float:
    """Return the step in standard deviations of a month."""
    if since == 0:
        return math.inf
    noise = np.random.default_rng(_SEED).standard_normal((300, months))
    step = (np.arange(months) >= since).astype(float)

    def found(size: float) -> float:
        path = own_past_e_values(noise + size * step, "up", per_year=per_year)
        return float((path.max(axis=1) >= alarm).mean())

    low, high = 0.0, 40.0
    if found(high) < power:
        return math.inf
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if found(middle) < power else (low, middle)
    return high
