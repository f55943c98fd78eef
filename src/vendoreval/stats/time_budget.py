"""What one more minute sells, measured by a coin for each lead.

Lead by lead the minutes of a call and its sale cannot be told apart: interest lengthens
calls. A coin gives half of the leads a time budget (say, eight minutes); the difference in
sales over the difference in minutes is then what the minutes *above the budget* sell.

Sources: Wald 1940 (ratio of differences); Fieller 1954 (its interval); Angrist & Imbens
1995 (what it averages over).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MinuteValue:
    """Sales for each minute above the budget.

    Parameters
    ----------
    sales_per_minute, low, high
        With Fieller's limits; infinite when the budget hardly changed the minutes.
    minutes_saved
        For each lead.
    sales_lost
        For each lead, with its one-sided upper limit in `sales_lost_at_most`.
    """

    sales_per_minute: float
    low: float
    high: float
    minutes_saved: float
    sales_lost: float
    sales_lost_at_most: float


def leads_per_side(sale_rate: float, loss: float, level: float = 0.05, power: float = 0.80) -> int:
    """Return the leads of each side that exclude a loss of this share of the sales.

    ``2 (z_level + z_power)^2 (1 - p) / (p loss^2)``.

    Parameters
    ----------
    sale_rate, loss
        Sales for each lead, and the share of them that must not be lost unseen; in (0, 1).
    level, power
        One-sided.

    Examples
    --------
    >>> leads_per_side(0.04, 0.20), leads_per_side(0.04, 0.30)
    (7420, 3298)

    With 7,420 leads on each side a loss of a fifth of the sales would not go unseen.
    """
    if not all(0 < value < 1 for value in (sale_rate, loss, level, power)):
        raise ValueError("rate, loss, level and power lie between 0 and 1")
    z = float(special.ndtri(1 - level) + special.ndtri(power))
    return math.ceil(2 * z**2 * (1 - sale_rate) / (sale_rate * loss**2))


def minute_value(free: npt.ArrayLike, budgeted: npt.ArrayLike, level: float = 0.90) -> MinuteValue:
    """Compare leads without and with a time budget, dealt by a coin.

    Parameters
    ----------
    free, budgeted
        Shape (leads, 2): minutes and sales (0 or 1, or money) of each lead as it was dealt,
        whether or not the budget was kept; two leads at least.
    level
        Of the limits.

    Raises
    ------
    ValueError
        If a side has fewer than two leads.

    Examples
    --------
    Long calls that sell nothing more:

    >>> rng = np.random.default_rng(1)
    >>> minutes = rng.lognormal(1.5, 0.8, 20_000)
    >>> sales = (rng.random(20_000) < 0.04).astype(float)
    >>> leads = np.column_stack([minutes, sales])
    >>> short = np.column_stack([np.minimum(minutes, 8), sales])[10_000:]
    >>> found = minute_value(leads[:10_000], short)
    >>> bool(found.low < 0 < found.high), round(found.minutes_saved, 1)
    (True, 1.4)
    """
    one, two = np.asarray(free, float), np.asarray(budgeted, float)
    if one.ndim != 2 or two.ndim != 2 or min(len(one), len(two)) < 2:
        raise ValueError("each side needs minutes and sales of two leads")
    if one.shape[1] != 2 or two.shape[1] != 2:
        raise ValueError("each lead has minutes and sales")
    difference = one.mean(axis=0) - two.mean(axis=0)
    covariance = np.cov(one.T) / len(one) + np.cov(two.T) / len(two)
    minutes, sales = float(difference[0]), float(difference[1])
    z = float(special.ndtri((1 + level) / 2))
    low, high = _fieller(sales, minutes, covariance, z)
    return MinuteValue(
        sales_per_minute=sales / minutes if minutes != 0 else math.nan,
        low=low,
        high=high,
        minutes_saved=minutes,
        sales_lost=sales,
        sales_lost_at_most=sales + z * math.sqrt(float(covariance[1, 1])),
    )


def _fieller(top: float, bottom: float, covariance: FloatArray, z: float) -> tuple[float, float]:
    """Return the ratios r for which ``top - r bottom`` is within z errors of 0."""
    v_bottom, v_top, both = (float(covariance[i]) for i in ((0, 0), (1, 1), (0, 1)))
    a = bottom**2 - z**2 * v_bottom
    b = top * bottom - z**2 * both
    c = top**2 - z**2 * v_top
    if a <= 0:
        return -math.inf, math.inf
    root = math.sqrt(max(b * b - a * c, 0.0))
    return (b - root) / a, (b + root) / a
