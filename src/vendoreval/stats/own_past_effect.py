"""How far a vendor's months have left its own past, and what that has cost.

The companion of `own_past_e_values`: the same departures and priors, averaged over the
month of change and the shape, give the size with its limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from vendoreval.stats.own_past import (
    LEAST_DEGREES,
    PRIOR_SCALES,
    Fits,
    Side,
    change_months,
    checked_series,
    departures,
    fit_departures,
    log_bayes_factor,
)

FloatArray = npt.NDArray[np.float64]

_NODES = 41


@dataclass(frozen=True)
class Departure:
    """How far the months have moved, averaged over when the move began and its shape.

    Parameters
    ----------
    effect, low, high
        Departure of the last month on the scale of the values (logarithms, usually):
        posterior median and limits.
    since
        The month (counted from 0) from which the departure most likely runs.
    total, total_low, total_high
        Sum over all months of ``amount (1 - exp(-|effect of the month|))``: what the
        departure has cost in the unit of the amounts.
    """

    effect: float
    low: float
    high: float
    since: int
    total: float
    total_low: float
    total_high: float


def departure(
    values: npt.ArrayLike,
    amounts: npt.ArrayLike,
    side: Side,
    *,
    regressors: npt.ArrayLike | None = None,
    per_year: int = 12,
    changes: Sequence[int] | None = None,
    scales: Sequence[float] = PRIOR_SCALES,
    level: float = 0.90,
) -> Departure:
    """Return how large the departure is and what it has cost, with limits.

    Averaged over all months of change and both shapes with their posterior weights, so
    that the limits hold the doubt about when it began. The direction is not forced: limits
    on both sides of 0 say that nothing has been measured.

    Parameters
    ----------
    values, side, regressors, per_year, changes, scales
        As for `own_past_e_values`, one series; `side` decides which sign is a loss.
    amounts
        What each period was billed (minutes, or money).
    level
        Of the limits.

    Raises
    ------
    ValueError
        If there are fewer than three degrees of freedom or no month of change.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> sales_per_minute = rng.normal(0, 0.07, 24) - np.log(1.3) * (np.arange(24) >= 12)
    >>> found = departure(sales_per_minute, [1000.0] * 24, "down")
    >>> found.since, bool(found.low < -np.log(1.3) < found.high), round(found.total, -2)
    (12, True, 2700.0)

    Of 12,000 minutes since month 12 about 2,700 are above what the past would have needed;
    the truth is 2,769.
    """
    y, x = checked_series(values, regressors, per_year)
    amount = np.asarray(amounts, float)
    if y.ndim != 1 or amount.shape != y.shape:
        raise ValueError("a departure needs one series and as many amounts")
    tried = change_months(per_year) if changes is None else changes
    shapes = departures(len(y), tried, per_year)
    fits = fit_departures(y[None, :], x, shapes)
    if fits.nu < LEAST_DEGREES or len(shapes) == 0 or fits.is_flat[0]:
        raise ValueError("the series is too short or too flat to measure a departure")
    logs = np.stack([log_bayes_factor(fits, g, None)[:, 0] for g in scales])
    weight = np.exp(logs - special.logsumexp(logs))
    # each posterior is a t, taken at the middles of equally likely slices
    nodes = special.stdtrit(fits.nu, (np.arange(_NODES) + 0.5) / _NODES)
    effects, weights, totals = [], [], []
    for g, row in zip(scales, weight, strict=True):
        centre, spread = _posterior(fits, g)
        delta = centre[:, None] + spread[:, None] * nodes[None, :]
        monthly = delta[:, :, None] * shapes[:, None, :]
        loss = -monthly if side == "down" else monthly
        effects.append(delta * shapes[:, -1:])
        totals.append((amount * -np.expm1(-loss)).sum(axis=2))
        weights.append(np.repeat(row[:, None] / _NODES, _NODES, axis=1))
    tails = ((1 - level) / 2, 0.5, (1 + level) / 2)
    low, effect, high = _weighted_quantiles(np.array(effects), np.array(weights), tails)
    total_low, total, total_high = _weighted_quantiles(np.array(totals), np.array(weights), tails)
    by_change = weight.sum(axis=0).reshape(-1, 2).sum(axis=1)
    seen = [k for k in tried if k < len(y)]
    return Departure(effect, low, high, seen[int(by_change.argmax())], total, total_low, total_high)


def _posterior(fits: Fits, g: float) -> tuple[FloatArray, FloatArray]:
    """Return centre and scale of the t of each departure (one world)."""
    h = g / (1 + g * fits.zz)
    centre = h * fits.zy[:, 0]
    rest = fits.yy[0] - h * fits.zy[:, 0] ** 2
    return centre, np.sqrt(h * rest / fits.nu)


def _weighted_quantiles(
    values: FloatArray, weights: FloatArray, chances: Sequence[float]
) -> list[float]:
    order = np.argsort(values, axis=None)
    ranked, mass = values.ravel()[order], np.cumsum(weights.ravel()[order])
    places = np.searchsorted(mass, np.array(chances) * mass[-1])
    return [float(ranked[min(int(p), len(ranked) - 1)]) for p in places]
