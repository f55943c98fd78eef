"""Ratios and other statistics of calls that come in clusters: agents.

Calls of one agent resemble each other, so that an error computed call by call rejects a
fifth of honest vendors at a nominal 1 %. Here an agent is one unit, whatever the number
of calls; at least eight are wanted.

Sources: Cochran 1977, Sampling Techniques, ch. 6 and 11 (ratio estimates); Efron 1982
(jackknife); Field & Welsh 2007 (bootstrap of clusters).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]
Statistic = Callable[[FloatArray], float]

#: honest agents' sales per lead, squared coefficient of variation: exp(.35^2) - 1
AGENT_VARIANCE = 0.13


@dataclass(frozen=True)
class ClusterRatio:
    """A ratio of two sums with the spread between clusters in its error.

    Parameters
    ----------
    ratio, standard_error, degrees
        ``sum y / sum n``, its error and the degrees of freedom of its t.
    """

    ratio: float
    standard_error: float
    degrees: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the t interval."""
        half = float(special.stdtrit(self.degrees, (1 + level) / 2)) * self.standard_error
        return self.ratio - half, self.ratio + half

    def p_above(self, value: float) -> float:
        """Return the one-sided p-value of "the ratio is above `value`"."""
        if self.standard_error == 0:
            return 0.0 if self.ratio > value else 1.0
        return float(special.stdtr(self.degrees, (value - self.ratio) / self.standard_error))


def cluster_ratio(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> ClusterRatio:
    """Return ``sum numerator / sum denominator`` with clusters (agents) as the units.

    Calls of one agent resemble each other: an error computed call by call rejects a
    fifth of honest vendors at a nominal 1 %.

    Examples
    --------
    >>> estimate = cluster_ratio([2, 4, 3, 7], [10, 20, 10, 30])
    >>> round(estimate.ratio, 3), estimate.degrees
    (0.229, 3)
    """
    y, n = np.asarray(numerator, float), np.asarray(denominator, float)
    clusters = len(y)
    if clusters < 2 or len(n) != clusters or n.sum() <= 0:
        raise ValueError("a clustered ratio needs two clusters and a positive denominator")
    ratio = float(y.sum() / n.sum())
    squares = float(((y - ratio * n) ** 2).sum())
    error = float(np.sqrt(clusters / (clusters - 1) * squares) / n.sum())
    return ClusterRatio(ratio, error, clusters - 1)


@dataclass(frozen=True)
class ClusterEstimate:
    """A statistic of all clusters with its error from leaving each out.

    Parameters
    ----------
    value, standard_error, degrees
        Of the statistic; the degrees of freedom of its t.
    """

    value: float
    standard_error: float
    degrees: int

    def interval(self, level: float = 0.90) -> tuple[float, float]:
        """Return the t interval."""
        half = float(special.stdtrit(self.degrees, (1 + level) / 2)) * self.standard_error
        return self.value - half, self.value + half

    def p_above(self, value: float) -> float:
        """Return the one-sided p-value of "the statistic is above `value`"."""
        if self.standard_error == 0:
            return 0.0 if self.value > value else 1.0
        return float(special.stdtr(self.degrees, (value - self.value) / self.standard_error))


def cluster_jackknife(rows: npt.ArrayLike, statistic: Statistic) -> ClusterEstimate:
    """Return a statistic of summed rows with its error from leaving out one cluster at a time.

    ``se^2 = (A - 1)/A sum (s_(-a) - mean)^2``.

    Parameters
    ----------
    rows
        Shape (clusters, ...): counts or sums of each agent, which add up.
    statistic
        Of the sum over clusters, for example a logarithm of an odds ratio.

    Raises
    ------
    ValueError
        If there are fewer than two clusters or the statistic is not finite.

    Examples
    --------
    >>> sold_and_minutes = [[2, 10], [4, 20], [3, 10], [7, 30]]
    >>> found = cluster_jackknife(sold_and_minutes, lambda total: float(total[0] / total[1]))
    >>> round(found.value, 3), found.degrees, bool(found.p_above(0.1) < 0.05)
    (0.229, 3, True)
    """
    clusters = np.asarray(rows, float)
    if len(clusters) < 2:
        raise ValueError("a jackknife needs two clusters")
    total = clusters.sum(axis=0)
    value = statistic(total)
    left = np.array([statistic(total - row) for row in clusters])
    if not np.isfinite(value) or not np.isfinite(left).all():
        raise ValueError("the statistic is not finite with every cluster left out")
    count = len(clusters)
    variance = (count - 1) / count * float(((left - left.mean()) ** 2).sum())
    return ClusterEstimate(value, float(np.sqrt(variance)), count - 1)


def cluster_bootstrap(
    rows: npt.ArrayLike,
    statistic: Statistic,
    rng: np.random.Generator,
    *,
    draws: int = 999,
    level: float = 0.90,
) -> tuple[float, float]:
    """Return the percentile interval of a statistic when clusters are drawn again.

    Parameters
    ----------
    rows, statistic
        As for `cluster_jackknife`. Draws for which the statistic is not finite are left out.
    draws
        At least 99.

    Examples
    --------
    >>> sold_and_minutes = [[2, 10], [4, 20], [3, 10], [7, 30], [5, 20], [2, 20]]
    >>> rng = np.random.default_rng(1)
    >>> low, high = cluster_bootstrap(sold_and_minutes, lambda t: float(t[0] / t[1]), rng)
    >>> 0.1 < low < 0.21 < high < 0.3
    True
    """
    clusters = np.asarray(rows, float)
    if len(clusters) < 2 or draws < 99:
        raise ValueError("a bootstrap of clusters needs two clusters and 99 draws")
    weights = rng.multinomial(len(clusters), np.full(len(clusters), 1 / len(clusters)), draws)
    totals = np.tensordot(weights.astype(float), clusters, axes=1)
    values = np.array([statistic(total) for total in totals])
    values = values[np.isfinite(values)]
    if len(values) == 0:
        raise ValueError("the statistic is never finite")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


@dataclass(frozen=True)
class RatioOfSides:
    """Two sides of a randomised split, each with its own agents.

    Parameters
    ----------
    log_ratio, standard_error, degrees
        ``ln(rate of the first / rate of the second)``, its error and degrees of freedom.
    """

    log_ratio: float
    standard_error: float
    degrees: int

    def interval(self, level: float = 0.90) -> tuple[float, float]:
        """Return the interval of the ratio."""
        half = float(special.stdtrit(self.degrees, (1 + level) / 2)) * self.standard_error
        return float(np.exp(self.log_ratio - half)), float(np.exp(self.log_ratio + half))

    def p_below(self, ratio: float = 1.0) -> float:
        """Return the one-sided p-value of "the ratio is below `ratio`"."""
        distance = (self.log_ratio - float(np.log(ratio))) / self.standard_error
        return float(special.stdtr(self.degrees, distance))


def compare_sides(
    sold: npt.ArrayLike, leads: npt.ArrayLike, other_sold: npt.ArrayLike, other_leads: npt.ArrayLike
) -> RatioOfSides:
    """Compare the sales per lead of two vendors whose leads were dealt at random.

    The random split removes the list; the agents remain, so the agents are the units. A
    lead-by-lead comparison is wrong for the vendor in .07-.35 of honest worlds.

    Parameters
    ----------
    sold, leads, other_sold, other_leads
        Of each agent of the first and of the second side; two agents and a sale each.

    Raises
    ------
    ValueError
        If a side has fewer than two agents, no lead or no sale.

    Examples
    --------
    >>> sides = compare_sides([9, 12, 7, 10], [200] * 4, [21, 16, 25, 18], [200] * 4)
    >>> round(np.exp(sides.log_ratio).item(), 3), sides.degrees, sides.p_below() < 0.05
    (0.475, 6, True)

    The first side sells half as often, and not by its agents' luck.
    """
    parts = []
    for s, n in ((sold, leads), (other_sold, other_leads)):
        ratio = cluster_ratio(s, n)
        if ratio.ratio <= 0:
            raise ValueError("each side of the split needs a sale")
        # chance alone is the least error there is, even when agents happen to agree
        chance = 1 / float(np.asarray(s, float).sum())
        variance = max((ratio.standard_error / ratio.ratio) ** 2, chance)
        parts.append((float(np.log(ratio.ratio)), variance, ratio.degrees))
    (one, v_1, df_1), (two, v_2, df_2) = parts
    return RatioOfSides(one - two, float(np.sqrt(v_1 + v_2)), df_1 + df_2)
