"""Do sales grow with the minutes?

``ln E(sales) = a + b ln(minutes) + season``: b is 1 when every minute sells alike, lower
when minutes are added that sell nothing. Noise in the minutes lowers b of honest vendors
too, so compare with the peers' b (`leave_one_out`) and describe rather than judge.

Sources: McCullagh & Nelder 1989 (quasi-Poisson); Newey & West 1987; Fisher 1921 (partial
correlation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from vendoreval.stats.regression import autocorrelated_errors, least_squares, poisson_regression

FloatArray = npt.NDArray[np.float64]

LEAST_WEEKS = 26
LEAST_SALES = 300
LEAST_SPREAD = 0.1
LAGS = 4


@dataclass(frozen=True)
class Elasticity:
    """Per cent more sales for one per cent more minutes.

    Parameters
    ----------
    slope, error, degrees
        b, its error (misfit and neighbouring weeks included) and degrees of freedom.
    dispersion
        Misfit: 1 for Poisson counts.
    is_assessable
        Whether weeks, sales and the spread of the minutes suffice.
    """

    slope: float
    error: float
    degrees: int
    dispersion: float
    is_assessable: bool

    def interval(self, level: float = 0.90) -> tuple[float, float]:
        """Return the t interval of the slope."""
        half = float(special.stdtrit(self.degrees, (1 + level) / 2)) * self.error
        return self.slope - half, self.slope + half

    def p_below(self, slope: float = 1.0) -> float:
        """Return the one-sided p-value of "the slope is below `slope`"."""
        return float(special.stdtr(self.degrees, (self.slope - slope) / self.error))


@dataclass(frozen=True)
class Correlation:
    """Correlation of two series given others, with Fisher's z and two-sided p-value."""

    r: float
    z: float
    p_value: float


def elasticity(
    sales: npt.ArrayLike,
    minutes: npt.ArrayLike,
    controls: npt.ArrayLike | None = None,
    lags: int = LAGS,
) -> Elasticity:
    """Return the elasticity of weekly sales on minutes.

    Quasi-Poisson. The error is the larger of the quasi-Poisson one and Newey and West's.

    Parameters
    ----------
    sales, minutes
        Of each week, in order; sales 0 or more, minutes above 0.
    controls
        Shape (weeks, columns): season, campaigns, leads. Without a constant.
    lags
        Weeks that resemble each other.

    Raises
    ------
    ValueError
        If there are fewer weeks than coefficients and two, or a number is out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> work = np.exp(rng.normal(0, 0.3, 52))
    >>> minutes = 10_000 * work
    >>> sales = rng.poisson(120 * work)
    >>> honest = elasticity(sales, minutes)
    >>> padded = elasticity(sales, minutes * np.exp(rng.normal(0, 0.5, 52)))
    >>> honest.p_below() > 0.05, padded.p_below() < 0.001, padded.slope < 0.5
    (True, True, True)

    In the second series minutes come and go without the sales.
    """
    s, m = np.asarray(sales, float), np.asarray(minutes, float)
    if s.ndim != 1 or s.shape != m.shape or not (m > 0).all() or not (s >= 0).all():
        raise ValueError("needs sales of 0 or more and minutes above 0 of each week")
    extra = _columns(controls, len(s))
    x = np.column_stack([np.ones(len(s)), extra, np.log(m)])
    degrees = len(s) - x.shape[1]
    if degrees < 2 or s.sum() == 0:
        raise ValueError("there are too few weeks or no sales")
    fit = poisson_regression(s, x)
    phi = max(1.0, float(fit.dispersion))
    quasi = float(np.sqrt(phi * fit.covariance[-1, -1]))
    scores = x * (s - fit.fitted)[:, None]
    robust = float(autocorrelated_errors(scores, fit.covariance, min(lags, len(s) - 1))[-1])
    robust *= float(np.sqrt(len(s) / degrees))
    enough = len(s) >= LEAST_WEEKS and s.sum() >= LEAST_SALES
    return Elasticity(
        float(fit.coefficients[-1]),
        max(quasi, robust),
        degrees,
        phi,
        bool(enough and np.log(m).std(ddof=1) >= LEAST_SPREAD),
    )


def partial_correlation(
    one: npt.ArrayLike, two: npt.ArrayLike, controls: npt.ArrayLike | None = None
) -> Correlation:
    """Return the correlation of what the controls leave of two series.

    ``z = atanh(r) sqrt(n - 3 - k)`` with k controls.

    Parameters
    ----------
    one, two
        Such as the logarithms of sales and minutes.
    controls
        Shape (rows, k), such as logarithms of conversations and leads.

    Raises
    ------
    ValueError
        If there are fewer than k + 4 rows or nothing is left of a series.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> leads = rng.normal(size=60)
    >>> sales, minutes = (2 * leads + rng.normal(size=60) for _ in range(2))
    >>> partial_correlation(sales, minutes).p_value < 0.001
    True
    >>> partial_correlation(sales, minutes, leads[:, None]).p_value > 0.05
    True

    Sales and minutes move together only because both follow the leads.
    """
    a, b = np.asarray(one, float), np.asarray(two, float)
    extra = _columns(controls, len(a))
    x = np.column_stack([np.ones(len(a)), extra])
    freedom = len(a) - 3 - extra.shape[1]
    if a.shape != b.shape or freedom < 1:
        raise ValueError("a partial correlation needs four rows more than controls")
    rest_a, rest_b = least_squares(a, x).residuals, least_squares(b, x).residuals
    scale = float(np.sqrt((rest_a**2).sum() * (rest_b**2).sum()))
    if scale <= 1e-12 * float(np.sqrt((a**2).sum() * (b**2).sum())):
        raise ValueError("the controls leave nothing of a series")
    r = float(np.clip((rest_a * rest_b).sum() / scale, -1 + 1e-15, 1 - 1e-15))
    z = float(np.arctanh(r)) * freedom**0.5
    return Correlation(r, z, float(2 * special.ndtr(-abs(z))))


def _columns(controls: npt.ArrayLike | None, rows: int) -> FloatArray:
    extra = np.empty((rows, 0)) if controls is None else np.asarray(controls, float)
    if extra.ndim != 2 or len(extra) != rows:
        raise ValueError("the controls need one row for each value")
    return extra
