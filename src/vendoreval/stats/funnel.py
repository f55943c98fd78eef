"""Limits of a funnel plot: exact Poisson limits and limits with the spread between units.

Sources: Spiegelhalter 2005 (Statistics in Medicine 24:1185); the SHMI variant of NHS
Digital, as in the R package FunnelPlotR.
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
