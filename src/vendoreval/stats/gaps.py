"""Are the gaps between an agent's dials too regular, or too much alike, for a person?

Predictive dialers are regular by themselves, so that a Poisson process is never the
yardstick: an agent is held against the other agents of the same dialer mode. Everything is
computed from sums that add up over days.

Sources: Minka 2002 (gamma shape from mean and mean logarithm); Anderson 1942 (serial
correlation); Wald & Wolfowitz 1940 (runs); Rousseeuw & Croux 1993 (median and MAD).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

LEAST_GAPS = 200
# the MAD of normal values knows the spread as well as .37 of them would by the usual sd
_MAD_EFFICIENCY = 0.37
_MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class GapShape:
    """How regular gaps are: 1 is a Poisson process, more is more regular.

    Parameters
    ----------
    variation
        Coefficient of variation: about .4 within calls without an answer, 1.5 over all,
        below .1 in generated logs.
    shape
        Of the gamma distribution with the same mean and mean logarithm.
    """

    variation: FloatArray
    shape: FloatArray


@dataclass(frozen=True)
class AgainstPopulation:
    """Each unit against the median and the spread of the others.

    Parameters
    ----------
    deviates
        Distance from the others' median in units of their spread.
    p_high, p_low
        One-sided, by a t with the degrees of freedom that the spread is worth.
    """

    deviates: FloatArray
    p_high: FloatArray
    p_low: FloatArray


def gap_shape(
    n: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike, logs: npt.ArrayLike
) -> GapShape:
    """Return coefficient of variation and gamma shape of gaps from their sums.

    With ``s = ln(mean) - mean(ln)``: ``k = (3 - s + sqrt((s - 3)^2 + 24 s)) / (12 s)``, then
    one Newton step.

    Parameters
    ----------
    n, total, squares, logs
        Number of gaps (2 or more), their sum, sum of squares and sum of logarithms, one
        number or an array of agents. Gaps are above 0: count a gap of 0 s as half a second.

    Raises
    ------
    ValueError
        If there are fewer than two gaps or the sums contradict each other.

    Examples
    --------
    >>> gaps = np.array([28.0, 30, 31, 29, 30, 32, 30, 29])
    >>> found = gap_shape(8, gaps.sum(), (gaps**2).sum(), np.log(gaps).sum())
    >>> round(float(found.variation), 2), bool(found.shape > 100)
    (0.04, True)

    No person dials like that; a machine does.
    """
    count, one, two, ln = (np.asarray(values, float) for values in (n, total, squares, logs))
    if not (count >= 2).all() or not (one > 0).all():
        raise ValueError("the shape needs two gaps or more, above 0")
    mean = one / count
    variance = np.maximum(two - count * mean**2, 0.0) / (count - 1)
    s = np.log(mean) - ln / count
    if (s < -1e-9).any():
        raise ValueError("the mean of the logarithms is above the logarithm of the mean")
    s = np.maximum(s, 1e-12)
    k = (3 - s + np.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s)
    slope = 1 / k - special.polygamma(1, k)
    # for very large k the slope is lost in rounding, and the start is exact anyway
    step = np.where(k < 1e6, (np.log(k) - special.psi(k) - s) / np.where(k < 1e6, slope, 1.0), 0.0)
    return GapShape(np.sqrt(variance) / mean, np.maximum(k - step, 1e-9))


def lag_one_correlation(
    n: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike, products: npt.ArrayLike
) -> FloatArray:
    """Return the correlation of a gap with the next one, from sums.

    Its chance error is about ``1 / sqrt(n)``; whether it is unusual is asked of the other
    agents (`against_population`), who batch similar leads too.

    Parameters
    ----------
    n, total, squares
        As for `gap_shape`; three gaps or more.
    products
        Sum of each gap times the next one (n - 1 products).

    Returns
    -------
    Between -1 and 1; 0 when all gaps are equal.

    Examples
    --------
    >>> gaps = np.array([10.0, 40, 12, 38, 11, 41])
    >>> sums = gaps.sum(), (gaps**2).sum(), (gaps[1:] * gaps[:-1]).sum()
    >>> round(float(lag_one_correlation(6, *sums)), 1)
    -1.0
    """
    count, one, two, both = (np.asarray(v, float) for v in (n, total, squares, products))
    if not (count >= 3).all():
        raise ValueError("a serial correlation needs three gaps or more")
    mean = one / count
    variance = two / count - mean**2
    # rounding leaves a little variance in gaps that are all equal
    is_flat = variance <= 1e-12 * mean**2
    r = (both / (count - 1) - mean**2) / np.where(is_flat, 1.0, variance)
    return np.where(is_flat, 0.0, np.clip(r, -1.0, 1.0))


def against_population(
    values: npt.ArrayLike, errors: npt.ArrayLike | None = None
) -> AgainstPopulation:
    """Hold each unit against the others' median and median absolute deviation.

    Two or three odd units do not hide each other, unlike with mean and standard deviation.

    Parameters
    ----------
    values
        One for each unit, finite, such as the logarithm of the gamma shape; five or more.
    errors
        Chance error of each value (such as ``1 / sqrt(n)``); the others' spread already holds
        theirs, so only what is above the others' median error is added.

    Raises
    ------
    ValueError
        If there are fewer than five units or a value is not finite.

    Examples
    --------
    >>> ln_shape = [0.4, 0.6, 0.5, 0.3, 0.55, 0.45, 0.5, 0.6, 4.2, 0.35]
    >>> found = against_population(ln_shape)
    >>> int(found.p_high.argmin()), bool(found.p_high.min() < 0.001)
    (8, True)
    """
    x = np.asarray(values, float)
    if x.ndim != 1 or len(x) < 5 or not np.isfinite(x).all():
        raise ValueError("a population needs five finite values")
    own = np.zeros(len(x)) if errors is None else np.asarray(errors, float)
    others = ~np.eye(len(x), dtype=bool)
    rows = np.broadcast_to(x, (len(x), len(x)))[others].reshape(len(x), -1)
    centre = np.median(rows, axis=1)
    spread = _MAD_TO_SD * np.median(np.abs(rows - centre[:, None]), axis=1)
    usual = np.median(np.broadcast_to(own, (len(x), len(x)))[others].reshape(len(x), -1), axis=1)
    extra = np.maximum(own**2 - usual**2, 0.0)
    peers = len(x) - 1
    # the median of k normal values has the variance pi / (2 k)
    scale = np.sqrt(spread**2 * (1 + np.pi / (2 * peers)) + extra)
    distance = x - centre
    deviates = np.where(scale > 0, distance / np.where(scale > 0, scale, 1.0), 0.0)
    # others who agree exactly leave no doubt about one who differs
    deviates[(scale == 0) & (distance > 0)] = np.inf
    deviates[(scale == 0) & (distance < 0)] = -np.inf
    degrees = max(_MAD_EFFICIENCY * (peers - 1), 1.0)
    return AgainstPopulation(
        deviates,
        np.asarray(special.stdtr(degrees, -deviates), float),
        np.asarray(special.stdtr(degrees, deviates), float),
    )


@dataclass(frozen=True)
class RunsTest:
    """Runs above and below the median: few mean batches, many mean alternation."""

    runs: int
    expected: float
    z: float
    p_value: float


def runs_test(values: npt.ArrayLike) -> RunsTest:
    """Test whether values come in an order without memory (two-sided, no correction).

    Parameters
    ----------
    values
        In time order; those equal to the median are left out.

    Raises
    ------
    ValueError
        If there are not two values on each side of the median.

    Examples
    --------
    >>> found = runs_test([1, 1, 1, 1, 9, 9, 9, 9, 9, 1, 1, 1, 9, 9])
    >>> found.runs, round(found.z, 2), found.p_value < 0.05
    (4, -2.23, True)

    The values come in batches.
    """
    x = np.asarray(values, float)
    x = x[x != np.median(x)] - np.median(x)
    above = x > 0
    n_1, n_2 = int(above.sum()), int((~above).sum())
    if n_1 < 2 or n_2 < 2:
        raise ValueError("a runs test needs two values on each side of the median")
    n = n_1 + n_2
    runs = 1 + int((above[1:] != above[:-1]).sum())
    expected = 2 * n_1 * n_2 / n + 1
    variance = (expected - 1) * (expected - 2) / (n - 1)
    z = (runs - expected) / variance**0.5
    return RunsTest(runs, expected, z, float(2 * special.ndtr(-abs(z))))
