"""Do the minutes live on few numbers?

Every measure of concentration grows with the number of dials, so that vendors are compared
at equal dials for each lead: the histogram of dials per number is thinned to what fewer
dials would have shown (rarefaction). Leave out shared switchboards and wished call-backs.

Sources: Gini 1912; Herfindahl 1950, Hirschman 1964; Hurlbert 1971 (rarefaction).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]


def gini(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return the Gini coefficient: 0 when all have the same, near 1 when one has all.

    Parameters
    ----------
    values
        0 or more, not all 0 (minutes of each number).
    weights
        How many have each value; 1 by default.

    Examples
    --------
    >>> round(gini([541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]), 7)
    0.4620911
    """
    x, w = _sorted(values, weights)
    below = np.cumsum(w) - w / 2
    total = float(w.sum())
    return float((2 * (w * x * below).sum() / (total * (w * x).sum())) - 1)


def herfindahl(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return the sum of squared shares: 1 over the number of equally large ones.

    Parameters
    ----------
    values, weights
        As for `gini`.

    Examples
    --------
    >>> herfindahl([5, 5, 5, 5])
    0.25
    """
    x, w = _sorted(values, weights)
    return float((w * x**2).sum() / (w * x).sum() ** 2)


def top_share(
    values: npt.ArrayLike, share: float = 0.01, weights: npt.ArrayLike | None = None
) -> float:
    """Return the part of the sum that the largest `share` of the values has.

    Parameters
    ----------
    values, weights
        As for `gini`.
    share
        Above 0, 1 at most; a fraction of a value counts as that fraction.

    Examples
    --------
    >>> top_share([1] * 99 + [101], 0.01)
    0.505

    One number of a hundred has half of the minutes.
    """
    if not 0 < share <= 1:
        raise ValueError("a share lies between 0 and 1")
    x, w = _sorted(values, weights)
    x, w = x[::-1], w[::-1]
    left = share * float(w.sum())
    taken = np.clip(left - (np.cumsum(w) - w), 0.0, w)
    return float((taken * x).sum() / (w * x).sum())


def rarefied(numbers: npt.ArrayLike, dials: float) -> FloatArray:
    """Return how many numbers would have j dials, had there been fewer dials in all.

    Expectation of drawing `dials` dials without replacement (hypergeometric).

    Parameters
    ----------
    numbers
        ``numbers[k]`` phone numbers with k dials, k from 0.
    dials
        Between 1 and the dials there are.

    Returns
    -------
    Expected numbers with j dials, j from 0; together as many as before.

    Raises
    ------
    ValueError
        If there are not so many dials.

    Examples
    --------
    >>> rarefied([0, 0, 3], 3).round(2).tolist()
    [0.6, 1.8, 0.6]
    """
    c = np.asarray(numbers, float)
    k = np.arange(len(c))
    total = float((c * k).sum())
    if c.ndim != 1 or not (c >= 0).all() or not 1 <= dials <= total:
        raise ValueError(f"the numbers have {total:.0f} dials, not {dials:g} or more")
    j = k[:, None]
    with np.errstate(invalid="ignore"):
        logs = (
            _log_choose(k[None, :], j)
            + _log_choose(total - k[None, :], dials - j)
            - _log_choose(np.array(total), np.array(dials))
        )
    chances = np.where(np.isfinite(logs), np.exp(logs), 0.0)
    result: FloatArray = chances @ c
    return result


def rarefied_top_share(numbers: npt.ArrayLike, dials: float, share: float = 0.01) -> float:
    """Return the part of the dials on the most dialled numbers, at fewer dials in all.

    Parameters
    ----------
    numbers, dials
        As for `rarefied`.
    share
        Of the numbers, those never dialled counted in.

    Examples
    --------
    Twice the dials for each lead, dealt in the same way:

    >>> from math import exp, factorial
    >>> once = [1000 * exp(-1) / factorial(k) for k in range(12)]
    >>> twice = [1000 * exp(-2) * 2**k / factorial(k) for k in range(16)]
    >>> round(top_share(range(12), 0.01, once), 3), round(top_share(range(16), 0.01, twice), 3)
    (0.044, 0.033)
    >>> round(rarefied_top_share(twice, 1000, 0.01), 3)
    0.044

    At equal dials both are alike.
    """
    thinned = rarefied(numbers, dials)
    return top_share(np.arange(len(thinned)), share, thinned)


def _sorted(values: npt.ArrayLike, weights: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    x = np.asarray(list(values) if isinstance(values, range) else values, float)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, float)
    if x.shape != w.shape or x.ndim != 1 or not (x >= 0).all() or not (w >= 0).all():
        raise ValueError("values and weights are 0 or more, one weight for each value")
    if not (w * x).sum() > 0:
        raise ValueError("the values are all 0")
    order = np.argsort(x, kind="stable")
    return x[order], w[order]


def _log_choose(n: npt.NDArray[np.generic], k: npt.NDArray[np.generic]) -> FloatArray:
    top, part = np.broadcast_arrays(np.asarray(n, float), np.asarray(k, float))
    possible = (part >= 0) & (part <= top)
    safe_top, safe = np.where(possible, top, 1.0), np.where(possible, part, 0.0)
    logs = special.gammaln(safe_top + 1) - special.gammaln(safe + 1)
    logs = logs - special.gammaln(safe_top - safe + 1)
    return np.where(possible, logs, -np.inf)
