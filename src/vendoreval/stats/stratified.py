"""Odds ratios: common over strata, and exact in one table; what a unit was to expect.

Sources: Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986 (variance); Fisher
1935 (exact conditional test and estimate, as in R's `fisher.test`); Cramér 1946.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special


@dataclass(frozen=True)
class CommonOdds:
    """Odds ratio common to all strata and the standard error of its logarithm."""

    odds_ratio: float
    log_error: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval on the logarithmic scale."""
        half = float(special.ndtri((1 + level) / 2)) * self.log_error
        centre = float(np.log(self.odds_ratio))
        return float(np.exp(centre - half)), float(np.exp(centre + half))

    def p_above_one(self) -> float:
        """Return the one-sided p-value of "the odds ratio is above 1"."""
        return float(special.ndtr(-np.log(self.odds_ratio) / self.log_error))


def mantel_haenszel(tables: npt.ArrayLike) -> CommonOdds:
    """Return the common odds ratio of 2 x 2 tables, one for each stratum.

    Parameters
    ----------
    tables
        Shape (strata, 2, 2): rows are the two groups, columns yes and no.

    Examples
    --------
    >>> round(mantel_haenszel([[[10, 20], [5, 30]], [[8, 4], [9, 15]]]).odds_ratio, 3)
    3.131
    """
    cells = np.asarray(tables, float)
    total = cells.sum(axis=(1, 2))
    cells, total = cells[total > 0], total[total > 0]
    a, b, c, d = cells[:, 0, 0], cells[:, 0, 1], cells[:, 1, 0], cells[:, 1, 1]
    p, q, r, s = (a + d) / total, (b + c) / total, a * d / total, b * c / total
    r_sum, s_sum = float(r.sum()), float(s.sum())
    if r_sum == 0 or s_sum == 0:
        raise ValueError("the tables do not determine an odds ratio")
    variance = (
        (p * r).sum() / (2 * r_sum**2)
        + (p * s + q * r).sum() / (2 * r_sum * s_sum)
        + (q * s).sum() / (2 * s_sum**2)
    )
    return CommonOdds(r_sum / s_sum, float(np.sqrt(variance)))


@dataclass(frozen=True)
class ChiSquare:
    """A chi-square statistic with its degrees of freedom and p-value."""

    statistic: float
    degrees: int
    p_value: float


def mantel_haenszel_test(tables: npt.ArrayLike, *, corrected: bool = True) -> ChiSquare:
    """Return the test of "the common odds ratio is 1" (Cochran-Mantel-Haenszel).

    ``(|sum a - E a| - 1/2)^2 / sum V``.

    Parameters
    ----------
    tables
        Shape (strata, 2, 2).
    corrected
        Whether the half is taken off.

    Raises
    ------
    ValueError
        If no stratum can say anything.

    Examples
    --------
    >>> test = mantel_haenszel_test([[[10, 20], [5, 30]], [[8, 4], [9, 15]]])
    >>> round(test.statistic, 2), test.p_value < 0.05
    (4.86, True)
    """
    cells = np.asarray(tables, float)
    total = cells.sum(axis=(1, 2))
    cells, total = cells[total > 1], total[total > 1]
    rows, columns = cells.sum(axis=2), cells.sum(axis=1)
    expected = rows[:, 0] * columns[:, 0] / total
    variance = rows.prod(axis=1) * columns.prod(axis=1) / (total**2 * (total - 1))
    if not variance.sum() > 0:
        raise ValueError("the tables do not determine an odds ratio")
    distance = abs(float((cells[:, 0, 0] - expected).sum()))
    distance = max(0.0, distance - (0.5 if corrected else 0.0))
    statistic = distance**2 / float(variance.sum())
    return ChiSquare(statistic, 1, float(special.gammaincc(0.5, statistic / 2)))


@dataclass(frozen=True)
class Association:
    """Pearson's chi-square of a table and Cramér's V, its strength from 0 to 1."""

    test: ChiSquare
    cramers_v: float


def association(table: npt.ArrayLike) -> Association:
    """Return chi-square and Cramér's V of a table of counts.

    With a million calls chi-square rejects everything; V says whether it matters.

    Parameters
    ----------
    table
        Shape (rows, columns), counts; empty rows and columns are left out.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts.

    Examples
    --------
    >>> found = association([[29, 7, 7], [13, 7, 21]])
    >>> round(found.test.statistic, 3), round(found.cramers_v, 3)
    (13.055, 0.394)
    """
    counts = np.asarray(table, float)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        raise ValueError("an association needs two rows and two columns with counts")
    total = counts.sum()
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / total
    statistic = float(((counts - expected) ** 2 / expected).sum())
    degrees = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    p_value = float(special.gammaincc(degrees / 2, statistic / 2))
    strength = float(np.sqrt(statistic / (total * (min(counts.shape) - 1))))
    return Association(ChiSquare(statistic, degrees, p_value), strength)


def expected_from_others(
    events: npt.ArrayLike, exposure: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return what each unit was to expect at the other units' rates, and the part that shows it.

    Indirect standardisation: ``E_v = sum_s M_vs r_s(-v)``, r_s(-v) the rate of the *other*
    units in the stratum. Strata in which nobody else worked are left out.

    Parameters
    ----------
    events, exposure
        Shape (units, strata): sales and minutes, 0 or more.

    Returns
    -------
    Expected events of each unit, and the share of its exposure that could be compared
    (compare only the events of those strata; 0 for a unit without exposure).

    Examples
    --------
    Both sell the same on each list; the first one was given the hard list:

    >>> sales, minutes = [[10, 8], [2, 40]], [[1000, 200], [200, 1000]]
    >>> expected, shared = expected_from_others(sales, minutes)
    >>> expected.round(1).tolist(), shared.tolist()
    ([18.0, 42.0], [1.0, 1.0])

    Its raw rate is less than half, its 18 sales are just what was to be expected.
    """
    y, m = np.asarray(events, float), np.asarray(exposure, float)
    if y.shape != m.shape or y.ndim != 2 or (y < 0).any() or (m < 0).any():
        raise ValueError("events and exposure need the same units and strata, 0 or more")
    others_y, others_m = y.sum(axis=0) - y, m.sum(axis=0) - m
    known = others_m > 0
    rate = np.where(known, others_y, 0.0) / np.where(known, others_m, 1.0)
    total = m.sum(axis=1)
    shared = (m * known).sum(axis=1) / np.where(total > 0, total, 1.0)
    return (m * rate).sum(axis=1), shared


@dataclass(frozen=True)
class FisherTest:
    """Exact test of one 2 x 2 table: conditional odds ratio and one-sided p-values."""

    odds_ratio: float
    p_greater: float
    p_less: float


def fisher_exact(table: npt.ArrayLike) -> FisherTest:
    """Return Fisher's exact test of a 2 x 2 table.

    The odds ratio is the conditional maximum-likelihood estimate: the ratio at which
    the hypergeometric mean equals the count in the first cell.

    Examples
    --------
    >>> tea = fisher_exact([[3, 1], [1, 3]])
    >>> round(tea.odds_ratio, 3), round(tea.p_greater, 4)
    (6.408, 0.2429)
    """
    cells = np.asarray(table, int)
    (a, b), (c, d) = cells.tolist()
    low, high = max(0, (a + c) - (c + d)), min(a + b, a + c)
    support = np.arange(low, high + 1, dtype=float)
    log_weights = (
        -special.gammaln(support + 1)
        - special.gammaln(a + b - support + 1)
        - special.gammaln(a + c - support + 1)
        - special.gammaln(d - a + support + 1)
    )
    chances = np.exp(log_weights - special.logsumexp(log_weights))
    p_greater = float(min(1.0, chances[support >= a].sum()))
    p_less = float(min(1.0, chances[support <= a].sum()))
    return FisherTest(_conditional_odds(a, support, log_weights), p_greater, p_less)


def _conditional_odds(
    a: int, support: npt.NDArray[np.float64], log_weights: npt.NDArray[np.float64]
) -> float:
    if len(support) == 1:
        return float("nan")
    if a == support[0]:
        return 0.0
    if a == support[-1]:
        return float("inf")
    low, high = -60.0, 60.0
    for _ in range(200):
        middle = (low + high) / 2
        tilted = log_weights + support * middle
        mean = float((support * np.exp(tilted - special.logsumexp(tilted))).sum())
        low, high = (middle, high) if mean < a else (low, middle)
    return float(np.exp((low + high) / 2))
