"""Least squares and Poisson regression, small and fast enough to be fitted in thousands.

The Poisson fit takes many histograms with the same regressors at once (bootstrap draws,
placebo thresholds, agents); the results agree with statsmodels, which fits one at a time.

Sources: McCullagh & Nelder 1989 (Poisson regression, quasi-likelihood); Newey & West 1987
(errors under autocorrelation); Belsley, Kuh & Welsch 1980 (condition number).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

_STEPS = 60


@dataclass(frozen=True)
class LeastSquares:
    """Coefficients of a linear model with their errors.

    Parameters
    ----------
    coefficients, errors, degrees
        One for each column, and the residual degrees of freedom.
    residual_sd, r_squared
        R squared around the mean.
    residuals
        One for each row.
    """

    coefficients: FloatArray
    errors: FloatArray
    degrees: int
    residual_sd: float
    r_squared: float
    residuals: FloatArray


@dataclass(frozen=True)
class PoissonFit:
    """Coefficients of one or many Poisson regressions.

    Parameters
    ----------
    coefficients
        Shape (..., columns).
    covariance
        Shape (..., columns, columns), as if counts were Poisson; multiply by `dispersion`.
    fitted
        Shape (..., rows).
    deviance, log_likelihood, dispersion
        Shape (...); `dispersion` is Pearson's chi-square over the degrees of freedom.
    """

    coefficients: FloatArray
    covariance: FloatArray
    fitted: FloatArray
    deviance: FloatArray
    log_likelihood: FloatArray
    dispersion: FloatArray


def least_squares(values: npt.ArrayLike, regressors: npt.ArrayLike) -> LeastSquares:
    """Return the least-squares fit; columns are scaled first, so that years do no harm.

    Parameters
    ----------
    values, regressors
        Shapes (rows,) and (rows, columns), more rows than columns, the columns independent;
        a constant is one of them when it is wanted.

    Raises
    ------
    ValueError
        If there are too few rows or the columns depend on each other.

    Examples
    --------
    >>> fit = least_squares([1.0, 2.1, 2.9, 4.1], [[1, 0], [1, 1], [1, 2], [1, 3]])
    >>> fit.coefficients.round(2).tolist(), fit.degrees, round(fit.r_squared, 3)
    ([1.01, 1.01], 2, 0.995)
    """
    y, x = np.asarray(values, float), np.asarray(regressors, float)
    if x.ndim != 2 or len(x) != len(y) or len(y) <= x.shape[1]:
        raise ValueError("a regression needs more rows than columns")
    scale = np.sqrt((x**2).sum(axis=0))
    if (scale == 0).any() or np.linalg.matrix_rank(x / scale, tol=1e-12) < x.shape[1]:
        raise ValueError("the columns of a regression must not depend on each other")
    q, r = np.linalg.qr(x / scale)
    coefficients = np.linalg.solve(r, q.T @ y) / scale
    residuals = y - x @ coefficients
    degrees = len(y) - x.shape[1]
    squares = float((residuals**2).sum())
    inverse = np.linalg.inv(r)
    errors = np.sqrt((inverse**2).sum(axis=1) * squares / degrees) / scale
    around = float(((y - y.mean()) ** 2).sum())
    r_squared = 1 - squares / around if around > 0 else 1.0
    return LeastSquares(
        coefficients, errors, degrees, float(np.sqrt(squares / degrees)), r_squared, residuals
    )


def condition_number(regressors: npt.ArrayLike) -> float:
    """Return how nearly the columns depend on each other, each scaled to length 1.

    Above 30 their effects cannot be told apart (Belsley, Kuh & Welsch). Infinite when
    they do depend.

    Examples
    --------
    >>> condition_number([[1, 0], [0, 2]]), condition_number([[1, 2], [2, 4.1], [3, 6]]) > 30
    (1.0, True)
    """
    x = np.asarray(regressors, float)
    length = np.sqrt((x**2).sum(axis=0))
    if (length == 0).any():
        return float("inf")
    singular = np.linalg.svd(x / length, compute_uv=False)
    if len(singular) < x.shape[1] or singular[-1] < 1e-14:
        return float("inf")
    return float(singular[0] / singular[-1])


def variance_inflation(regressors: npt.ArrayLike) -> FloatArray:
    """Return for each column ``1 / (1 - R^2)`` of its regression on the others and a constant.

    Above 10 its coefficient is mostly guesswork.

    Examples
    --------
    >>> variance_inflation([[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 1.0]]).round(2).tolist()
    [1.25, 1.25]
    """
    x = np.asarray(regressors, float)
    centred = x - x.mean(axis=0)
    factors = np.full(x.shape[1], np.inf)
    for column in range(x.shape[1]):
        own, others = centred[:, column], np.delete(centred, column, axis=1)
        total = float((own**2).sum())
        if total == 0:
            continue
        rest = own - others @ np.linalg.lstsq(others, own, rcond=None)[0]
        unexplained = float((rest**2).sum()) / total
        factors[column] = 1 / unexplained if unexplained > 1e-14 else np.inf
    return factors


def poisson_regression(
    counts: npt.ArrayLike, regressors: npt.ArrayLike, offset: npt.ArrayLike | None = None
) -> PoissonFit:
    """Return the maximum-likelihood fit of ``ln mean = regressors @ b + offset``.

    Parameters
    ----------
    counts
        Shape (..., rows), 0 or more: one or many histograms with the same regressors.
    regressors
        Shape (rows, columns), the columns independent.
    offset
        Shape (rows,), such as the logarithm of an exposure.

    Raises
    ------
    ValueError
        If the shapes do not fit, a count is negative or the columns depend on each other.

    Examples
    --------
    >>> fit = poisson_regression([4, 6, 9, 14], [[1, 0], [1, 1], [1, 2], [1, 3]])
    >>> np.exp(fit.coefficients[1]).round(2).item()
    1.52

    The count grows by half at each step.
    """
    y, x = np.asarray(counts, float), np.asarray(regressors, float)
    if x.ndim != 2 or y.shape[-1:] != (len(x),) or len(x) < x.shape[1]:
        raise ValueError("needs one row of regressors for each count, more rows than columns")
    if not (y >= 0).all() or not np.isfinite(x).all():
        raise ValueError("counts are 0 or more and regressors finite")
    shift = np.zeros(len(x)) if offset is None else np.asarray(offset, float)
    basis, triangle = np.linalg.qr(x)
    if (np.abs(np.diag(triangle)) < 1e-10 * np.abs(triangle).max()).any():
        raise ValueError("the columns of a regression must not depend on each other")
    flat = y.reshape(-1, len(x))
    place, mean = _newton(flat, basis, shift)
    weighted = basis[None, :, :] * mean[:, :, None]
    information = np.einsum("ri,wrj->wij", basis, weighted)
    inverse = np.linalg.inv(triangle)
    covariance = inverse @ np.linalg.pinv(information) @ inverse.T
    rows, columns = x.shape
    unit = special.xlogy(flat, flat / mean) - (flat - mean)
    pearson = ((flat - mean) ** 2 / mean).sum(axis=1)
    lead = y.shape[:-1]
    return PoissonFit(
        coefficients=(place @ inverse.T).reshape(*lead, columns),
        covariance=covariance.reshape(*lead, columns, columns),
        fitted=mean.reshape(y.shape),
        deviance=2 * unit.sum(axis=1).reshape(lead),
        log_likelihood=(special.xlogy(flat, mean) - mean - special.gammaln(flat + 1))
        .sum(axis=1)
        .reshape(lead),
        dispersion=(pearson / max(rows - columns, 1)).reshape(lead),
    )


def autocorrelated_errors(
    scores: npt.ArrayLike, covariance: npt.ArrayLike, lags: int
) -> FloatArray:
    """Return standard errors that hold when neighbouring rows resemble each other.

    ``V S V`` with S the Bartlett-weighted sum of products of scores up to `lags` rows apart.

    Parameters
    ----------
    scores
        Shape (rows, columns): regressors times residuals, in time order.
    covariance
        Inverse information V, shape (columns, columns).
    lags
        0 or more, fewer than the rows.

    Examples
    --------
    >>> autocorrelated_errors([[1.0], [1.0], [-1.0], [-1.0]], [[0.25]], 1).tolist()
    [0.5590169943749475]
    """
    u, v = np.asarray(scores, float), np.asarray(covariance, float)
    if not 0 <= lags < len(u):
        raise ValueError("the lags are fewer than the rows")
    meat = u.T @ u
    for lag in range(1, lags + 1):
        product = u[lag:].T @ u[:-lag]
        meat += (1 - lag / (lags + 1)) * (product + product.T)
    return np.sqrt(np.maximum(np.diag(v @ meat @ v), 0.0))


def _newton(y: FloatArray, basis: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return coefficients on an orthonormal basis, and the means, of each row of `y`."""
    rough = np.log(y + 0.5) - offset
    place = rough @ basis
    eta = place @ basis.T + offset
    deviance = _deviance(y, eta)
    for _ in range(_STEPS):
        mean = np.exp(eta)
        gradient = (y - mean) @ basis
        information = np.einsum("ri,wr,rj->wij", basis, mean, basis)
        ridge = 1e-12 * np.trace(information, axis1=1, axis2=2)[:, None, None]
        information = information + ridge * np.eye(basis.shape[1])
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        size = np.ones(len(y))
        for _ in range(30):
            trial = np.clip((place + size[:, None] * step) @ basis.T + offset, -700, 700)
            after = _deviance(y, trial)
            worse = after > deviance + 1e-9 * (np.abs(deviance) + 1)
            if not worse.any():
                break
            size = np.where(worse, size / 2, size)
        place, eta = place + size[:, None] * step, trial
        gain = np.abs(deviance - after)
        deviance = after
        if (gain <= 1e-11 * (np.abs(after) + 1)).all():
            break
    return place, np.maximum(np.exp(eta), 1e-300)


def _deviance(y: FloatArray, eta: FloatArray) -> FloatArray:
    result: FloatArray = 2 * (special.xlogy(y, y) - y * eta - y + np.exp(eta)).sum(axis=1)
    return result
