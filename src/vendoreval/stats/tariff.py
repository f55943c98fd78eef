"""What is really paid for: minutes, dials, sales or seats?

The invoices are explained by prices of 0 or more for every subset of the drivers; the
subsets are weighed by Schwarz's criterion, and the explained part is shared over the drivers
by averaging over all orders. When the drivers move together nothing can be said, and it is
refused.

Sources: Lawson & Hanson 1974 (non-negative least squares); Schwarz 1978; Raftery 1995 (BIC
weights); Lindeman, Merenda & Gold 1980, Grömping 2007 (LMG shares); Belsley, Kuh & Welsch
1980 (condition number).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from vendoreval.stats.regression import condition_number, least_squares, variance_inflation

FloatArray = npt.NDArray[np.float64]
Subset = tuple[int, ...]

LEAST_INVOICES = 8
INVOICES_PER_DRIVER = 3
LARGEST_CONDITION = 30.0
EXACT = 0.001
# invoices are rounded: a smaller misfit than this share of the mean is none
_ROUNDING = 1e-4


@dataclass(frozen=True)
class Tariff:
    """Prices that explain the invoices.

    Parameters
    ----------
    drivers
        Names, in the order of the columns.
    prices, prices_low, prices_high
        Averaged over subsets by their weights; 90 % limits by drawing invoices again.
    fixed
        Amount of each invoice that no driver explains.
    shares
        Part of the explained variation that each driver brings; they add up to 1.
    weights
        Chance of each subset, most likely first.
    exact
        The single driver whose price alone gives every invoice within .1 % of the mean.
    """

    drivers: tuple[str, ...]
    prices: FloatArray
    prices_low: FloatArray
    prices_high: FloatArray
    fixed: float
    shares: FloatArray
    weights: tuple[tuple[tuple[str, ...], float], ...]
    exact: str | None


@dataclass(frozen=True)
class Collinearity:
    """How far the drivers can be told apart.

    Parameters
    ----------
    condition
        Condition number of the scaled columns with a constant; above 30 they cannot.
    inflation
        Variance inflation of each driver.
    refusal
        Why nothing is said: too few invoices, or drivers that move together.
    """

    condition: float
    inflation: FloatArray
    refusal: Literal["few invoices", "drivers move together"] | None


@dataclass(frozen=True)
class _Fit:
    fixed: float
    prices: FloatArray
    squares: float


def collinearity(regressors: npt.ArrayLike) -> Collinearity:
    """Say whether drivers can be told apart, and with enough invoices.

    Parameters
    ----------
    regressors
        Shape (invoices, drivers), 0 or more.

    Examples
    --------
    >>> minutes = np.array([900, 1000, 1100, 1200, 950, 1050, 1150, 1300.0, 990])
    >>> dials = np.array([300, 420, 250, 380, 310, 400, 280, 330.0, 350])
    >>> collinearity(np.column_stack([minutes, dials])).refusal is None
    True
    >>> collinearity(np.column_stack([minutes, minutes / 60 + 0.01 * dials])).refusal
    'drivers move together'
    """
    x = _drivers(regressors)
    scaled = np.column_stack([np.ones(len(x)), x])
    condition = condition_number(scaled)
    few = len(x) < max(LEAST_INVOICES, INVOICES_PER_DRIVER * x.shape[1])
    refusal: Literal["few invoices", "drivers move together"] | None = None
    if few:
        refusal = "few invoices"
    elif condition > LARGEST_CONDITION:
        refusal = "drivers move together"
    return Collinearity(condition, variance_inflation(x), refusal)


def implied_tariff(
    amounts: npt.ArrayLike,
    regressors: npt.ArrayLike,
    drivers: Sequence[str],
    rng: np.random.Generator,
    *,
    draws: int = 200,
) -> Tariff:
    """Return the prices that explain the invoices.

    Ask `collinearity` first.

    Parameters
    ----------
    amounts
        Of each invoice, not all equal.
    regressors
        Shape (invoices, drivers), 0 or more, at most six drivers.
    drivers
        Names of the columns.
    draws
        Of the bootstrap over invoices.

    Raises
    ------
    ValueError
        If shapes do not fit, there are more than six drivers, or all invoices are equal.

    Examples
    --------
    A contract "per sale" whose invoices are .45 a minute:

    >>> minutes = np.array([1200.0, 900, 1500, 1100, 1300, 980, 1420, 1010, 1250])
    >>> sales = np.array([14.0, 9, 22, 12, 18, 10, 15, 13, 16])
    >>> columns, names = np.column_stack([minutes, sales]), ["minutes", "sales"]
    >>> found = implied_tariff(0.45 * minutes, columns, names, np.random.default_rng(1))
    >>> found.exact, found.prices.round(3).tolist(), found.shares.round(2).max() > 0.5
    ('minutes', [0.45, 0.0], np.True_)
    """
    y, x = np.asarray(amounts, float), _drivers(regressors)
    names, invoices = tuple(drivers), len(y)
    if x.shape != (invoices, len(names)) or not 1 <= len(names) <= 6:
        raise ValueError("needs one column for each of one to six drivers")
    if invoices < 3 or np.ptp(y) == 0:
        raise ValueError("needs three invoices that are not all equal")
    subsets = [s for size in range(len(names) + 1) for s in combinations(range(len(names)), size)]
    fits = {subset: _fit(y, x, subset) for subset in subsets}
    chance = _weights(fits, y)
    prices = sum(w * fits[s].prices for s, w in chance.items())
    drawn = [
        _average(y[rows], x[rows], subsets) for rows in rng.integers(0, invoices, (draws, invoices))
    ]
    low, high = np.quantile(np.array(drawn), [0.05, 0.95], axis=0)
    ranked = sorted(chance.items(), key=lambda item: -item[1])
    return Tariff(
        drivers=names,
        prices=np.asarray(prices, float),
        prices_low=low,
        prices_high=high,
        fixed=float(sum(w * fits[s].fixed for s, w in chance.items())),
        shares=_shares(fits, len(names)),
        weights=tuple((tuple(names[i] for i in subset), w) for subset, w in ranked),
        exact=_exact(y, x, names),
    )


def non_negative_prices(amounts: npt.ArrayLike, regressors: npt.ArrayLike) -> FloatArray:
    """Return the prices of 0 or more with the least squares, without a fixed amount.

    Examples
    --------
    >>> non_negative_prices([540.0, 405.0], [[1200.0, 14.0], [900.0, 9.0]]).round(3).tolist()
    [0.45, 0.0]
    """
    y, x = np.asarray(amounts, float), np.asarray(regressors, float)
    return _nnls(y, x)


def invoice_elasticity(
    amounts: npt.ArrayLike, minutes: npt.ArrayLike, sales: npt.ArrayLike
) -> tuple[float, float]:
    """Return how an invoice follows the minutes at given sales, and the one-sided p-value.

    The coefficient of ``ln minutes`` in ``ln amount = a + b ln minutes + c ln(sales + .5)``: 0
    when only sales are paid.

    Parameters
    ----------
    amounts, minutes, sales
        Of each invoice, above 0 (sales 0 or more); five invoices.

    Examples
    --------
    >>> minutes = [1200.0, 900, 1500, 1100, 1300, 980, 1420, 1010]
    >>> slope, p_value = invoice_elasticity([m * 0.45 for m in minutes], minutes, [9, 8] * 4)
    >>> round(slope, 3), p_value < 0.001
    (1.0, True)
    """
    a, m, s = (np.asarray(values, float) for values in (amounts, minutes, sales))
    if not ((a > 0).all() and (m > 0).all() and (s >= 0).all()):
        raise ValueError("amounts and minutes are above 0, sales 0 or more")
    fit = least_squares(np.log(a), np.column_stack([np.ones(len(a)), np.log(s + 0.5), np.log(m)]))
    slope, error = float(fit.coefficients[-1]), float(fit.errors[-1])
    if error == 0:
        return slope, 0.0 if slope > 0 else 1.0
    return slope, float(special.stdtr(fit.degrees, -slope / error))


def _drivers(regressors: npt.ArrayLike) -> FloatArray:
    x = np.asarray(regressors, float)
    if x.ndim != 2 or not np.isfinite(x).all() or (x < 0).any():
        raise ValueError("the drivers need one row for each invoice, 0 or more")
    return x


def _nnls(y: FloatArray, x: FloatArray) -> FloatArray:
    from scipy import optimize  # noqa: PLC0415 - slow to import, and few need it

    length = np.sqrt((x**2).sum(axis=0))
    length[length == 0] = 1.0
    return np.asarray(optimize.nnls(x / length, y)[0] / length, float)


def _fit(y: FloatArray, x: FloatArray, subset: Subset) -> _Fit:
    columns = np.column_stack([np.ones(len(y)), x[:, subset]])
    found = _nnls(y, columns)
    prices = np.zeros(x.shape[1])
    prices[list(subset)] = found[1:]
    return _Fit(float(found[0]), prices, float(((y - columns @ found) ** 2).sum()))


def _weights(fits: dict[Subset, _Fit], y: FloatArray) -> dict[Subset, float]:
    n = len(y)
    least = n * (_ROUNDING * float(np.abs(y).mean())) ** 2
    logs = np.array(
        [
            -0.5 * (n * np.log(max(fit.squares, least) / n) + (1 + len(subset)) * np.log(n))
            for subset, fit in fits.items()
        ]
    )
    share = np.exp(logs - special.logsumexp(logs))
    return dict(zip(fits, (float(w) for w in share), strict=True))


def _average(y: FloatArray, x: FloatArray, subsets: Sequence[Subset]) -> FloatArray:
    fits = {subset: _fit(y, x, subset) for subset in subsets}
    total = np.zeros(x.shape[1])
    for subset, weight in _weights(fits, y).items():
        total += weight * fits[subset].prices
    return total


def _shares(fits: dict[Subset, _Fit], drivers: int) -> FloatArray:
    """Return what each driver explains, averaged over the orders in which they may enter."""
    explained = np.zeros(drivers)
    for driver in range(drivers):
        for subset, fit in fits.items():
            if driver in subset:
                continue
            size = len(subset)
            weight = factorial(size) * factorial(drivers - size - 1) / factorial(drivers)
            wider = fits[tuple(sorted((*subset, driver)))]
            explained[driver] += weight * max(0.0, fit.squares - wider.squares)
    total = explained.sum()
    return explained / total if total > 0 else explained


def _exact(y: FloatArray, x: FloatArray, names: tuple[str, ...]) -> str | None:
    for column, name in enumerate(names):
        own = x[:, column]
        if not own.any():
            continue
        price = float((own * y).sum() / (own**2).sum())
        if np.abs(y - price * own).max() < EXACT * float(np.abs(y).mean()):
            return name
    return None
