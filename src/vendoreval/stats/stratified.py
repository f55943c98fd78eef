"""Odds ratios: common over strata, and exact in one table.

Sources: Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986 (variance); Fisher
1935 (exact conditional test and estimate, as in R's `fisher.test`).
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
