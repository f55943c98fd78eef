"""Limits of a funnel plot: exact Poisson, interpolated binomial, and with spread between units.

For drawing: as tests they accuse honest vendors who merely differ.

Sources: Spiegelhalter 2005 (Statistics in Medicine 24:1185, also appendix A.1.1 for the
interpolation); the SHMI variant of NHS Digital and the CQC variant, as in the R package
FunnelPlotR.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]


def poisson_limits(expected: npt.ArrayLike, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Return exact limits of observed / expected around 1, as FunnelPlotR draws them.

    Examples
    --------
    >>> low, high = poisson_limits([20.0])
    >>> round(float(low[0]), 6), round(float(high[0]), 6)
    (0.610826, 1.544419)
    """
    e = np.asarray(expected, float)
    if (e <= 0).any():
        raise ValueError("an expected count is above 0")
    tail = (1 - level) / 2
    low: FloatArray = special.gammaincinv(e, tail) / e
    high: FloatArray = special.gammaincinv(e + 1, 1 - tail) / e
    return low, high


def binomial_limits(
    n: npt.ArrayLike, share: npt.ArrayLike, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Return exact limits of a share around the common one, interpolated between counts.

    With r the quantile of the count and F its distribution,
    ``(r - (F(r) - q) / (F(r) - F(r - 1))) / n``. A limit outside of 0..1 means that so
    few cases have none on that side.

    Parameters
    ----------
    n, share
        Cases of each unit, 1 or more, and the common share, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If an argument is outside of its range.

    Examples
    --------
    >>> low, high = binomial_limits(500, 0.074)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0508, 0.0968)

    A unit with 12 % of 500 stands outside.
    """
    cases, p = np.asarray(n, int), np.asarray(share, float)
    if (cases < 1).any() or (p <= 0).any() or (p >= 1).any() or not 0 < level < 1:
        raise ValueError("limits need n of 1 or more and a share and a level between 0 and 1")
    tail = (1 - level) / 2
    return _interpolated(cases, p, tail), _interpolated(cases, p, 1 - tail)


def _interpolated(n: npt.NDArray[np.int_], p: FloatArray, chance: float) -> FloatArray:
    r = np.ceil(special.bdtrik(chance, n, p))
    # the inverse may land one too high when it meets a count exactly
    r = np.where((r > 0) & (special.bdtr(np.maximum(r - 1, 0), n, p) >= chance), r - 1, r)
    at = special.bdtr(r, n, p)
    below = np.where(r > 0, special.bdtr(np.maximum(r - 1, 0), n, p), 0.0)
    limit: FloatArray = (r - (at - chance) / (at - below)) / n
    return limit


@dataclass(frozen=True)
class Overdispersion:
    """Spread between units beyond chance: dispersion ratio and variance on the log scale."""

    kept: int
    phi: float
    tau2: float

    def limits(self, expected: npt.ArrayLike, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the limits of observed / expected around 1 with the spread in them."""
        half = float(special.ndtri((1 + level) / 2)) * np.sqrt(
            1 / np.asarray(expected, float) + self.tau2
        )
        return np.exp(-half), np.exp(half)


def overdispersion(
    observed: npt.ArrayLike, expected: npt.ArrayLike, trim_share: float = 0.10
) -> Overdispersion:
    """Return the spread between units after dropping a share of them at each end.

    For drawing only: as a test it accuses 1-2 % of honest vendors at a nominal 0.1 %.

    Examples
    --------
    >>> overdispersion([90, 110, 130, 70], [100.0] * 4, 0.0).kept
    4
    """
    o, e = np.asarray(observed, float), np.asarray(expected, float)
    z = np.sqrt(e) * np.log(np.maximum(o, 0.5) / e)
    order = np.argsort(z, kind="stable")
    # the package keeps the ranks strictly inside the share at each end
    ranks = (np.arange(len(z)) + 1) / (len(z) + 1)
    kept = order[(ranks > trim_share) & (ranks < 1 - trim_share)]
    phi = float((z[kept] ** 2).mean())
    weights = e[kept]
    count = len(kept)
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    return Overdispersion(count, phi, max(0.0, (count * phi - (count - 1)) / scale))


def winsorised_overdispersion(
    observed: npt.ArrayLike, expected: npt.ArrayLike, share: float = 0.10
) -> Overdispersion:
    """Return the spread on the square-root scale, after pulling in a share at each end.

    ``z = 2 (sqrt(O) - sqrt(E))``, cut at its `share` and ``1 - share`` quantiles. Its tau2
    belongs to ``sqrt(O / E)``, a quarter of the one on the logarithmic scale.

    Parameters
    ----------
    observed, expected
        Counts (0 or more) and expected counts (above 0) of each unit.
    share
        Below one half.

    Examples
    --------
    >>> spread = winsorised_overdispersion([90, 110, 130, 70], [100.0] * 4, 0.0)
    >>> round(spread.phi, 2)
    5.13

    The units differ five times as much as chance allows.
    """
    o, e = np.asarray(observed, float), np.asarray(expected, float)
    if (o < 0).any() or (e <= 0).any() or not 0 <= share < 0.5:
        raise ValueError("needs counts of 0 or more, expected counts above 0, a share below .5")
    z = 2 * (np.sqrt(o) - np.sqrt(e))
    z = np.clip(z, *np.quantile(z, [share, 1 - share]))
    phi, count, weights = float((z**2).mean()), len(z), 4 * e
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    return Overdispersion(count, phi, max(0.0, (count * phi - (count - 1)) / scale))
