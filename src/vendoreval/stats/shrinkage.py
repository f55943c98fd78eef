"""Rates and shares of many units drawn towards their common level.

A small unit's raw rate is mostly luck. The spread of the units is fitted by maximum
likelihood and each unit's own rate is a mixture of what it shows and what is usual: rank
agents by the posterior only, never by the raw rate.

Sources: Robbins 1956; Efron & Morris 1977; Efron & Hastie 2016, Computer Age Statistical
Inference, ch. 6 (gamma-Poisson of insurance claims); Griffiths 1973 (beta-binomial).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

# beyond this the units cannot be told from equal ones
_EQUAL = 1e7


@dataclass(frozen=True)
class GammaPoisson:
    """Units with Poisson counts around ``expected * rate``, the rates gamma-distributed.

    Parameters
    ----------
    mean, shape
        Of the rates; their squared coefficient of variation is ``1 / shape``.
    log_likelihood
        Of the counts (negative binomial), constants included.
    """

    mean: float
    shape: float
    log_likelihood: float

    def posterior_mean(self, observed: npt.ArrayLike, expected: npt.ArrayLike) -> FloatArray:
        """Return ``m (a + O) / (a + m E)`` of each unit."""
        a, rate = self._posterior(observed, expected)
        return a / rate

    def interval(
        self, observed: npt.ArrayLike, expected: npt.ArrayLike, level: float = 0.90
    ) -> tuple[FloatArray, FloatArray]:
        """Return the posterior limits of each unit's rate."""
        a, rate = self._posterior(observed, expected)
        low, high = (special.gammaincinv(a, (1 + side * level) / 2) / rate for side in (-1, 1))
        return np.asarray(low, float), np.asarray(high, float)

    def chance_below(
        self, observed: npt.ArrayLike, expected: npt.ArrayLike, value: float
    ) -> FloatArray:
        """Return the posterior chance that each unit's rate is below a value."""
        a, rate = self._posterior(observed, expected)
        return np.asarray(special.gammainc(a, rate * value), float)

    def _posterior(
        self, observed: npt.ArrayLike, expected: npt.ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        o, e = np.asarray(observed, float), np.asarray(expected, float)
        return self.shape + o, self.shape / self.mean + e


@dataclass(frozen=True)
class BetaBinomial:
    """Units with binomial counts, the shares beta-distributed.

    Parameters
    ----------
    mean, total
        Of the shares: ``Beta(mean * total, (1 - mean) * total)``.
    log_likelihood
        Of the counts, without the binomial coefficients.
    """

    mean: float
    total: float
    log_likelihood: float

    def posterior_mean(self, count: npt.ArrayLike, n: npt.ArrayLike) -> FloatArray:
        """Return the posterior mean share of each unit."""
        a, b = self._posterior(count, n)
        return a / (a + b)

    def interval(
        self, count: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.90
    ) -> tuple[FloatArray, FloatArray]:
        """Return the posterior limits of each unit's share."""
        a, b = self._posterior(count, n)
        low, high = (special.betaincinv(a, b, (1 + side * level) / 2) for side in (-1, 1))
        return np.asarray(low, float), np.asarray(high, float)

    def chance_below(self, count: npt.ArrayLike, n: npt.ArrayLike, value: float) -> FloatArray:
        """Return the posterior chance that each unit's share is below a value."""
        a, b = self._posterior(count, n)
        return np.asarray(special.betainc(a, b, value), float)

    def p_high(self, count: int, n: int) -> float:
        """Return how often an honest unit with n cases has `count` or more."""
        if count <= 0:
            return 1.0
        y = np.arange(count, n + 1, dtype=float)
        a, b = self.mean * self.total, (1 - self.mean) * self.total
        logs = (
            special.gammaln(n + 1)
            - special.gammaln(y + 1)
            - special.gammaln(n - y + 1)
            + special.betaln(y + a, n - y + b)
            - special.betaln(a, b)
        )
        return float(min(1.0, np.exp(special.logsumexp(logs)))) if len(y) else 0.0

    def _posterior(self, count: npt.ArrayLike, n: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        y, cases = np.asarray(count, float), np.asarray(n, float)
        return self.mean * self.total + y, (1 - self.mean) * self.total + cases - y


def fit_gamma_poisson(observed: npt.ArrayLike, expected: npt.ArrayLike) -> GammaPoisson:
    """Fit the gamma of the units' rates by maximum likelihood (negative binomial).

    Parameters
    ----------
    observed, expected
        Counts, 0 or more and not all 0, and expected counts, above 0; two units.

    Raises
    ------
    ValueError
        If an argument is outside of its range.

    Examples
    --------
    >>> sold, usual = [12, 40, 25, 31, 8, 44], [20, 30, 25, 30, 20, 30]
    >>> house = fit_gamma_poisson(sold, usual)
    >>> house.posterior_mean(sold, usual).round(2).tolist()
    [0.72, 1.26, 1.0, 1.02, 0.58, 1.36]

    The agent with 8 of 20 is thought to sell at .58 of the usual rate, not at .40.
    """
    o, e = np.asarray(observed, float), np.asarray(expected, float)
    if o.shape != e.shape or o.ndim != 1 or len(o) < 2:
        raise ValueError("needs observed and expected counts of two units or more")
    if (o < 0).any() or (e <= 0).any() or o.sum() == 0:
        raise ValueError("needs counts of 0 or more, not all 0, and expected counts above 0")
    constant = float((o * np.log(e) - special.gammaln(o + 1)).sum())

    def log_likelihood(logs: FloatArray) -> float:
        m, a = np.exp(logs)
        # ln Gamma(a + O) - ln Gamma(a) - O ln a, stable for a large shape
        rising = special.gammaln(a + o) - special.gammaln(a) - o * np.log(a)
        fit = rising + o * logs[0] - (a + o) * np.log1p(m * e / a)
        return float(fit.sum()) + constant

    rate = float(o.sum() / e.sum())
    logs = _best(log_likelihood, np.log(rate))
    return GammaPoisson(float(np.exp(logs[0])), float(np.exp(logs[1])), log_likelihood(logs))


def fit_beta_binomial(count: npt.ArrayLike, n: npt.ArrayLike) -> BetaBinomial:
    """Fit the beta of the units' shares by maximum likelihood.

    Parameters
    ----------
    count, n
        Yes and cases of each unit, ``0 <= count <= n``; two units, neither all nor none yes.

    Raises
    ------
    ValueError
        If an argument is outside of its range.

    Examples
    --------
    >>> closed, leads = [30, 44, 25, 38, 120, 33], [300, 400, 290, 350, 410, 310]
    >>> house = fit_beta_binomial(closed, leads)
    >>> house.posterior_mean(closed, leads).round(2).tolist()
    [0.1, 0.11, 0.09, 0.11, 0.28, 0.11]

    One agent closes 28 % of the leads as junk where the others close a tenth.
    """
    y, cases = np.asarray(count, float), np.asarray(n, float)
    if y.shape != cases.shape or y.ndim != 1 or len(y) < 2 or not (cases > 0).all():
        raise ValueError("needs counts and cases above 0 of two units or more")
    if (y < 0).any() or (y > cases).any() or not 0 < y.sum() < cases.sum():
        raise ValueError("needs 0 <= count <= n, and neither all nor none")

    def log_likelihood(place: FloatArray) -> float:
        mean, total = float(special.expit(place[0])), float(np.exp(place[1]))
        a, b = mean * total, (1 - mean) * total
        return float((special.betaln(a + y, b + cases - y) - special.betaln(a, b)).sum())

    place = _best(log_likelihood, float(special.logit(y.sum() / cases.sum())))
    return BetaBinomial(
        float(special.expit(place[0])), float(np.exp(place[1])), log_likelihood(place)
    )


def _best(log_likelihood: Callable[[FloatArray], float], start: float) -> FloatArray:
    """Return the best level and logarithm of the concentration, from several starts."""
    from scipy import optimize  # noqa: PLC0415 - slow to import, and few need it

    def cost(place: FloatArray) -> float:
        return -log_likelihood(place)

    bounds = [(start - 6.0, start + 6.0), (float(np.log(1e-3)), float(np.log(_EQUAL)))]
    best, least = np.array([start, 0.0]), np.inf
    for concentration in (0.0, 3.0, 6.0):
        first = np.array([start, concentration])
        found = optimize.minimize(cost, first, method="L-BFGS-B", bounds=bounds)
        if float(found.fun) < least:
            best, least = np.asarray(found.x, float), float(found.fun)
    found = optimize.minimize(cost, best, method="Nelder-Mead", bounds=bounds, tol=1e-10)
    return np.asarray(found.x, float)
