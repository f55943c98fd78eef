"""Do sales die later than sales of others, and just after the money is safe?

From tables that add up: sales at risk and cancelled by days since the sale. The log-rank
test compares whole lives; the cliff compares the hazard just after the clawback window W
with the one inside it, over peers. Vendors with another W are natural controls: the cliff
must move with W.

Sources: Mantel 1966 (log-rank); Andersen, Borgan, Gill & Keiding 1993 (Poisson regression
of piecewise constant hazards).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from vendoreval.stats.regression import poisson_regression

FloatArray = npt.NDArray[np.float64]

LEAST_CANCELLED = 30
# logarithms of ratios beyond this are taken for infinite
_WIDEST = 20.0


@dataclass(frozen=True)
class LogRank:
    """One group against the other over all days and strata.

    Parameters
    ----------
    observed, expected
        Events of the first group, and what both groups together let expect of it.
    z, chi_square
        Of the difference.
    p_more, p_two_sided
        P-value of "the first group has more events", and of any difference.
    """

    observed: float
    expected: float
    z: float
    chi_square: float
    p_more: float
    p_two_sided: float


@dataclass(frozen=True)
class HazardCliff:
    """Rise of the hazard at the end of the window, over the peers' rise.

    Parameters
    ----------
    ratio, low, high
        ``(late / early of the vendor) / (late / early of the peers)`` with profile limits.
    p_value
        One-sided, of "above 1" (likelihood ratio).
    excess, excess_low, excess_high
        Late cancellations above what the peers' rise lets expect.
    """

    ratio: float
    low: float
    high: float
    p_value: float
    excess: float
    excess_low: float
    excess_high: float


def log_rank(events: npt.ArrayLike, at_risk: npt.ArrayLike) -> LogRank:
    """Compare two groups by the stratified log-rank test.

    Parameters
    ----------
    events, at_risk
        Shape (strata, days, 2) or (days, 2): cancelled on the day, and at risk when it
        begins, of the first and second group; events at most at risk.

    Raises
    ------
    ValueError
        If the shapes differ, events exceed those at risk, or nothing can be compared.

    Examples
    --------
    >>> at_risk = [[20, 20], [16, 19], [11, 18], [8, 18]]
    >>> found = log_rank([[4, 1], [5, 1], [3, 0], [3, 1]], at_risk)
    >>> round(found.expected, 1), found.p_more < 0.001
    (7.6, True)

    Fifteen were cancelled where eight were to be expected.
    """
    d, n = np.asarray(events, float), np.asarray(at_risk, float)
    if d.shape != n.shape or d.shape[-1:] != (2,) or (d < 0).any() or (d > n).any():
        raise ValueError("needs events of two groups, at most as many as are at risk")
    d, n = d.reshape(-1, 2), n.reshape(-1, 2)
    total, dead = n.sum(axis=1), d.sum(axis=1)
    used = (total > 1) & (dead > 0)
    d, n, total, dead = d[used], n[used], total[used], dead[used]
    expected = dead * n[:, 0] / total
    variance = float((expected * n[:, 1] / total * (total - dead) / (total - 1)).sum())
    if variance <= 0:
        raise ValueError("no day has an event while both groups are at risk")
    observed = float(d[:, 0].sum())
    z = (observed - float(expected.sum())) / variance**0.5
    return LogRank(
        observed,
        float(expected.sum()),
        z,
        z * z,
        float(special.ndtr(-z)),
        float(2 * special.ndtr(-abs(z))),
    )


def hazard_cliff(
    cancelled: npt.ArrayLike, exposure: npt.ArrayLike, level: float = 0.90
) -> HazardCliff:
    """Compare the rise of the hazard after the window with the peers' rise.

    Poisson regression of the cancellations with the exposure as offset: free levels for each
    stratum, vendor or peers, and early or late; one common interaction.

    Parameters
    ----------
    cancelled, exposure
        Shape (strata, 2, 2) or (2, 2): vendor then peers; inside the window, then after it.
        Exposure in sale-days. Products are the strata. At least 30 cancellations are wanted.
    level
        Of the limits.

    Raises
    ------
    ValueError
        If a number is negative, or no stratum has cancellations of both sides and times.

    Examples
    --------
    >>> days = [[4000, 3600], [20_000, 18_500]]
    >>> found = hazard_cliff([[20, 61], [100, 80]], days)
    >>> round(found.ratio, 1), found.p_value < 0.001, found.excess_low > 25
    (3.9, True, True)

    Of 61 late cancellations some 45 would not have come at the peers' rise.
    """
    d, e = np.asarray(cancelled, float), np.asarray(exposure, float)
    if d.shape != e.shape or d.shape[-2:] != (2, 2) or (d < 0).any() or (e < 0).any():
        raise ValueError("needs counts and exposures, 0 or more, of two sides and two times")
    d, e = d.reshape(-1, 2, 2), e.reshape(-1, 2, 2)
    # a stratum speaks only when every row and every column has events and exposure
    sides = (d.sum(axis=1) > 0).all(axis=1) & (d.sum(axis=2) > 0).all(axis=1)
    used = sides & (e > 0).all(axis=(1, 2))
    d, e = d[used], e[used]
    if len(d) == 0:
        raise ValueError("no stratum has cancellations of vendor and peers, early and late")
    columns, interaction = _cliff_columns(len(d))
    counts, offset = d.ravel(), np.log(e.ravel())

    def deviance(log_ratio: float) -> float:
        fit = poisson_regression(counts, columns, offset + log_ratio * interaction)
        return float(fit.deviance)

    whole = poisson_regression(counts, np.column_stack([columns, interaction]), offset)
    # without a late cancellation the estimate runs off; what it reaches is far enough
    centre = float(np.clip(whole.coefficients[-1], -_WIDEST, _WIDEST))
    least = float(whole.deviance)
    cut = float(special.ndtri((1 + level) / 2)) ** 2
    low, high = (_crossing(deviance, centre, least + cut, side) for side in (-1, 1))
    root = float(np.sqrt(max(deviance(0.0) - least, 0.0)) * np.sign(centre))
    late = float(d[:, 0, 1].sum())
    excess, excess_low, excess_high = (late * -np.expm1(-value) for value in (centre, low, high))
    return HazardCliff(
        float(np.exp(centre)),
        float(np.exp(low)),
        float(np.exp(high)),
        float(special.ndtr(-root)),
        float(excess),
        float(excess_low),
        float(excess_high),
    )


def _cliff_columns(strata: int) -> tuple[FloatArray, FloatArray]:
    """Return the columns of the strata's levels, and the cell of vendor and late."""
    cell = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]], float)
    columns = np.kron(np.eye(strata), cell)
    return columns, np.tile(np.array([0.0, 1.0, 0.0, 0.0]), strata)


def _crossing(function: Callable[[float], float], centre: float, value: float, side: int) -> float:
    """Return where a convex function reaches a value on one side of its lowest place."""
    from scipy import optimize  # noqa: PLC0415 - slow to import, and few need it

    far = side * _WIDEST
    if function(far) <= value:
        return far
    return float(optimize.brentq(lambda place: function(place) - value, centre, far, xtol=1e-7))
