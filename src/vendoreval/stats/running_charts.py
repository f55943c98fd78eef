"""Charts that add up small departures: EWMA, CUSUM and the likelihood-ratio CUSUM of counts.

Baselines estimated from 12 months push the false alarms of a one-sided CUSUM (h = 5) in
24 months from 1.8 % to 12.6 %: `poisson_cusum_limit` simulates the limit together with the
estimation. For display and questions; the e-values decide.

Sources: Roberts 1959 and Lucas & Saccucci 1990 (EWMA); Page 1954 (CUSUM); Lucas 1985
(counts); Brook & Evans 1972 (run lengths by Markov chain); NIST/SEMATECH e-Handbook 6.3.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vendoreval.stats.charts import ControlChart

FloatArray = npt.NDArray[np.float64]

#: average run length 500 without a shift, 10.5 at a shift of one standard deviation
EWMA_WEIGHT = 0.2
EWMA_WIDTH = 2.962
#: average run length 465 (two-sided) without a shift, 10.4 at one standard deviation
CUSUM_SLACK = 0.5
CUSUM_LIMIT = 5.0


@dataclass(frozen=True)
class Cusum:
    """Sums of departures upwards and downwards, and the first period above the limit.

    Parameters
    ----------
    high, low
        One for each period, 0 or more.
    first_signal
        First period (from 0) in which a sum exceeds the limit; None when none does.
    """

    high: FloatArray
    low: FloatArray
    first_signal: int | None


def ewma_chart(
    values: npt.ArrayLike,
    target: float,
    sigma: float,
    weight: float = EWMA_WEIGHT,
    width: float = EWMA_WIDTH,
) -> ControlChart:
    """Return the exponentially weighted mean with its steady limits.

    ``z_t = weight x_t + (1 - weight) z_(t-1)``, ``target +- width sigma sqrt(w / (2 - w))``.

    Parameters
    ----------
    values
        In time order.
    target, sigma
        Of a baseline; sigma above 0.
    weight, width
        Of the newest value (above 0, 1 at most), and of the limits.

    Examples
    --------
    >>> chart = ewma_chart([52.0, 47.0, 53.0, 49.3], 50, 2.0539, weight=0.3, width=3)
    >>> chart.values.round(2).tolist(), round(float(chart.upper[0]), 4)
    ([50.6, 49.52, 50.56, 50.18], 52.5884)
    """
    x = np.asarray(values, float)
    if x.ndim != 1 or not np.isfinite(x).all() or sigma <= 0 or not 0 < weight <= 1:
        raise ValueError("needs finite values, a sigma above 0 and a weight between 0 and 1")
    smooth, last = np.empty(len(x)), target
    for place, value in enumerate(x):
        last = weight * float(value) + (1 - weight) * last
        smooth[place] = last
    half = width * sigma * float(np.sqrt(weight / (2 - weight)))
    return ControlChart(
        smooth, target, np.full(len(x), target - half), np.full(len(x), target + half)
    )


def cusum_chart(
    values: npt.ArrayLike,
    target: float,
    slack: float,
    limit: float,
) -> Cusum:
    """Return the sums of departures beyond a slack, in the unit of the values.

    Parameters
    ----------
    values
        In time order.
    target
        Of a baseline.
    slack, limit
        k and h, 0 or more: half a standard deviation and five, usually.

    Examples
    --------
    >>> chart = cusum_chart([0.1, -0.4, 1.5, 2.0, 1.8], 0.0, 0.5, 3.0)
    >>> chart.high.round(1).tolist(), chart.first_signal
    ([0.0, 0.0, 1.0, 2.5, 3.8], 4)
    """
    x = np.asarray(values, float)
    if x.ndim != 1 or not np.isfinite(x).all() or slack < 0 or limit <= 0:
        raise ValueError("needs finite values, a slack of 0 or more and a limit above 0")
    high, low = _sums(x - target - slack), _sums(target - slack - x)
    over = np.flatnonzero((high > limit) | (low > limit))
    return Cusum(high, low, int(over[0]) if len(over) else None)


def poisson_cusum(counts: npt.ArrayLike, expected: npt.ArrayLike, ratio: float) -> FloatArray:
    """Return the likelihood-ratio CUSUM of counts for a rate that moves to `ratio` times.

    ``C_t = max(0, C_(t-1) + y_t ln(ratio) + E_t (1 - ratio))``.

    Parameters
    ----------
    counts, expected
        Of each period, 0 or more and above 0; many series at once in rows.
    ratio
        The departure looked for, above 0: .7 for a fall by 30 %.

    Examples
    --------
    >>> poisson_cusum([48, 52, 31, 33, 28], [50.0] * 5, 0.7).round(1).tolist()
    [0.0, 0.0, 3.9, 7.2, 12.2]
    """
    y, e = np.asarray(counts, float), np.asarray(expected, float)
    if not (y >= 0).all() or not (e > 0).all() or not ratio > 0:
        raise ValueError("needs counts of 0 or more, expected counts and a ratio above 0")
    return _sums(y * np.log(ratio) + e * (1 - ratio))


def poisson_cusum_limit(
    expected: npt.ArrayLike,
    ratio: float,
    rng: np.random.Generator,
    *,
    false_alarm: float = 0.01,
    dispersion: float = 1.0,
    baseline: float = np.inf,
    draws: int = 20_000,
) -> float:
    """Return the limit that honest series exceed with a chance of `false_alarm` at most.

    Simulated with the negative-binomial spread of the months and with an expected level that
    was itself estimated.

    Parameters
    ----------
    expected
        Of each period to come, above 0.
    ratio
        As for `poisson_cusum`.
    false_alarm
        Over all these periods together.
    dispersion
        Variance over mean of an honest month's count, 1 or more.
    baseline
        Periods from which the level was estimated; infinite when it is known.
    draws
        1,000 at least.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> known = poisson_cusum_limit([50.0] * 24, 0.7, rng)
    >>> guessed = poisson_cusum_limit([50.0] * 24, 0.7, rng, baseline=12)
    >>> 3 < known < guessed
    True

    A level estimated from twelve months needs a higher limit.
    """
    e = np.asarray(expected, float)
    if not (e > 0).all() or not ratio > 0 or dispersion < 1 or baseline <= 0 or draws < 1000:
        raise ValueError("needs expected counts, ratio and baseline above 0, dispersion from 1")
    if not 0 < false_alarm < 1:
        raise ValueError("a chance of false alarms lies between 0 and 1")
    size = (draws, len(e))
    level = np.ones((draws, 1))
    if np.isfinite(baseline):
        # the estimated level over the true one
        total = baseline * float(e.mean())
        level = _counts(np.full((draws, 1), total), dispersion, rng) / total
        level = np.maximum(level, 1 / total)
    counts = _counts(np.broadcast_to(e, size), dispersion, rng)
    top = _sums(counts * np.log(ratio) + e * level * (1 - ratio)).max(axis=1)
    return float(np.quantile(top, 1 - false_alarm, method="higher"))


def _sums(steps: FloatArray) -> FloatArray:
    sums = np.zeros(steps.shape)
    last = np.zeros(steps.shape[:-1])
    for place in range(steps.shape[-1]):
        last = np.maximum(0.0, last + steps[..., place])
        sums[..., place] = last
    return sums


def _counts(mean: FloatArray, dispersion: float, rng: np.random.Generator) -> FloatArray:
    if dispersion <= 1:
        return np.asarray(rng.poisson(mean), float)
    shape = mean / (dispersion - 1)
    return np.asarray(rng.poisson(rng.gamma(shape) * (dispersion - 1)), float)
