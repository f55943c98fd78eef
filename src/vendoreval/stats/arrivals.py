"""Do independent events arrive like independent events?

For inbound calls and web leads, never for dials of agents. Within blocks of equal length
the transformed gaps of an inhomogeneous Poisson process are exponential, whatever the rate
does between blocks.

Sources: Brown, Gans, Mandelbaum, Sakov, Shen, Zeltyn & Zhao 2005 (JASA 100:36);
Marsaglia & Marsaglia 2004 (Anderson-Darling); Fisher 1950 (dispersion); NIST/SEMATECH
e-Handbook 8.2.3.4 (reversals, Laplace and military handbook tests of a trend).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PoissonProcessTest:
    """Do transformed gaps look exponential?

    Parameters
    ----------
    n
        Transformed gaps.
    kolmogorov, p_kolmogorov
        Largest distance of the distributions, and its p-value.
    anderson, p_anderson
        The same weighing the tails.
    """

    n: int
    kolmogorov: float
    p_kolmogorov: float
    anderson: float
    p_anderson: float


@dataclass(frozen=True)
class DispersionTest:
    """Variance of counts over their mean: 1 for a Poisson count."""

    mean: float
    variance: float
    index: float
    chi_square: float
    degrees: int
    p_high: float
    p_low: float


def transformed_gaps(
    times: npt.ArrayLike,
    block: float,
    rng: np.random.Generator | None = None,
    resolution: float = 0.0,
) -> FloatArray:
    """Return the gaps that are exponential with mean 1 when arrivals are independent.

    In a block of length L with J arrivals: ``(J + 1 - j) (-ln((L - T_j) / (L - T_(j-1))))``.

    Parameters
    ----------
    times
        Arrival times, 0 or more, in any order.
    block
        L, in the same unit; the rate should hardly change within one.
    rng, resolution
        Times rounded down to `resolution` are spread over it first, otherwise ties look like
        dependence.

    Raises
    ------
    ValueError
        If a time is negative or a resolution comes without a generator.

    Examples
    --------
    >>> transformed_gaps([10.0, 30.0], 60.0).round(3).tolist()
    [0.365, 0.511]
    """
    t = np.sort(np.asarray(times, float))
    if block <= 0 or not (t >= 0).all():
        raise ValueError("times are 0 or more and a block is longer than 0")
    if resolution > 0:
        if rng is None:
            raise ValueError("spreading rounded times needs a random generator")
        t = np.sort(t + rng.uniform(0, resolution, len(t)))
    number = np.floor(t / block)
    within = t - number * block
    first = np.concatenate([[True], number[1:] != number[:-1]])[: len(t)]
    previous = np.where(first, 0.0, np.concatenate([[0.0], within[:-1]])[: len(t)])
    starts = np.flatnonzero(first)
    size = np.diff(np.append(starts, len(t)))
    rank = np.arange(len(t)) - np.repeat(starts, size)
    left = np.repeat(size, size) - rank
    return np.asarray(left * -np.log((block - within) / (block - previous)), float)


def poisson_process_test(gaps: npt.ArrayLike) -> PoissonProcessTest:
    """Test whether transformed gaps are exponential with mean 1 (two-sided).

    Parameters
    ----------
    gaps
        From `transformed_gaps`; five or more.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> web = np.sort(rng.uniform(0, 36_000, 500))
    >>> machine = np.arange(0.0, 36_000, 72) + rng.uniform(0, 5, 500)
    >>> poisson_process_test(transformed_gaps(web, 3600)).p_anderson > 0.05
    True
    >>> poisson_process_test(transformed_gaps(machine, 3600)).p_anderson < 0.001
    True

    People who do not know of each other do not arrive every 72 seconds.
    """
    from scipy import stats  # noqa: PLC0415 - slow to import, and few need it

    x = np.sort(np.asarray(gaps, float))
    if len(x) < 5 or not (x >= 0).all():
        raise ValueError("the test needs five gaps, 0 or more")
    n = len(x)
    found = stats.kstest(x, "expon")
    chance = np.clip(-np.expm1(-x), 1e-300, 1 - 1e-16)
    odd = 2 * np.arange(1, n + 1) - 1
    anderson = -n - float((odd * (np.log(chance) - x[::-1])).sum()) / n
    return PoissonProcessTest(
        n, float(found.statistic), float(found.pvalue), anderson, anderson_darling_p(anderson)
    )


def anderson_darling_p(statistic: float) -> float:
    """Return the upper p-value of Anderson and Darling's statistic, nothing estimated.

    The asymptotic distribution, good to about .001 from 5 values on.

    Examples
    --------
    >>> round(anderson_darling_p(2.492), 3), round(anderson_darling_p(3.857), 3)
    (0.05, 0.01)
    """
    z = float(statistic)
    if z <= 0:
        return 1.0
    if z < 2:
        polynomial = 2.00012 + z * (
            0.247105 - z * (0.0649821 - z * (0.0347962 - z * (0.0116720 - 0.00168691 * z)))
        )
        return 1 - float(np.exp(-1.2337141 / z) / np.sqrt(z) * polynomial)
    tail = 1.0776 - z * (2.30695 - z * (0.43424 - z * (0.082433 - z * (0.008056 - 0.0003146 * z))))
    if z > 10:
        # the polynomial is fitted up to here; the tail falls like this beyond
        return float(np.exp(-z) * 0.9)
    return -float(np.expm1(-np.exp(tail)))


def dispersion_test(counts: npt.ArrayLike) -> DispersionTest:
    """Test whether counts vary as independent events do: ``sum (x - mean)^2 / mean``.

    Parameters
    ----------
    counts
        Of periods of equal length, two at least, not all 0.

    Examples
    --------
    Deaths by horse kick in 200 corps-years (von Bortkiewicz 1898):

    >>> kicks = np.repeat([0, 1, 2, 3, 4], [109, 65, 22, 3, 1])
    >>> found = dispersion_test(kicks)
    >>> round(found.index, 3), round(found.p_high, 2)
    (1.002, 0.48)

    They come by chance.
    """
    x = np.asarray(counts, float)
    if len(x) < 2 or not (x >= 0).all() or x.sum() == 0:
        raise ValueError("needs two counts of 0 or more, not all 0")
    mean, variance, degrees = float(x.mean()), float(x.var(ddof=1)), len(x) - 1
    chi_square = variance / mean * degrees
    return DispersionTest(
        mean,
        variance,
        variance / mean,
        chi_square,
        degrees,
        float(special.gammaincc(degrees / 2, chi_square / 2)),
        float(special.gammainc(degrees / 2, chi_square / 2)),
    )


def reversals(gaps: npt.ArrayLike) -> int:
    """Return how many pairs of gaps grow: many mean that events become rarer.

    Examples
    --------
    >>> reversals([5, 35, 3, 132])
    4
    """
    x = np.asarray(gaps, float)
    return int(sum(int((x[place + 1 :] > value).sum()) for place, value in enumerate(x)))


def laplace_trend(times: npt.ArrayLike, end: float) -> float:
    """Return the standard normal score of a trend: above 0 when events become more frequent.

    ``sqrt(12 n) (mean(t) / end - 1/2)`` for events observed until `end`.

    Examples
    --------
    >>> round(laplace_trend([5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478], 1500), 3)
    -1.327

    Less often than before, but not more clearly than chance (two-sided p = .18).
    """
    t = np.asarray(times, float)
    if len(t) == 0 or not ((t > 0) & (t <= end)).all():
        raise ValueError("times lie above 0, the end at most")
    return float(np.sqrt(12 * len(t)) * (t.mean() / end - 0.5))


def power_law_trend(times: npt.ArrayLike, end: float) -> tuple[float, int]:
    """Return the military handbook statistic ``2 sum ln(end / t)`` and its degrees of freedom.

    Chi-square with 2n degrees of freedom without a trend; large when events become rarer.

    Examples
    --------
    >>> value, degrees = power_law_trend([5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478], 1500)
    >>> round(value, 2), degrees, float(special.gammaincc(degrees / 2, value / 2)) < 0.05
    (37.23, 20, True)

    Repairs become rarer.
    """
    t = np.asarray(times, float)
    if len(t) == 0 or not ((t > 0) & (t <= end)).all():
        raise ValueError("times lie above 0, the end at most")
    return 2 * float(np.log(end / t).sum()), 2 * len(t)
