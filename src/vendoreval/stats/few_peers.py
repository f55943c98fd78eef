"""Two to five vendors compared: fit for questions only.

So few peers cannot show how much honest vendors differ. The spread has a half-normal prior
(log scale), updated by the others and integrated on a grid; more sales do not help.

Source: Gelman 2006 (half-normal and half-t priors of a spread between groups).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import special

from vendoreval.stats.peers import PRIOR_SPREAD, PeerComparison

FloatArray = npt.NDArray[np.float64]


def half_normal_comparison(
    log_ratio: npt.ArrayLike, variance: npt.ArrayLike, scale: float = PRIOR_SPREAD
) -> tuple[PeerComparison, ...]:
    """Compare each of two to five vendors with the others.

    So few peers cannot show how much honest vendors differ; the spread has a
    half-normal prior, updated by the others. Fit for questions only.

    Examples
    --------
    >>> low, _ = half_normal_comparison([-0.5, 0.0], [0.002, 0.002])
    >>> 0.01 < low.p_value < 0.1
    True
    """
    levels, v = np.asarray(log_ratio, float), np.asarray(variance, float)
    if len(levels) < 2:
        raise ValueError("a comparison needs two vendors")
    tau = np.linspace(0, 6 * scale, 600) + scale / 200
    return tuple(
        _half_normal(levels[i], v[i], np.delete(levels, i), np.delete(v, i), tau, scale)
        for i in range(len(levels))
    )


def _half_normal(
    own: float, own_v: float, others: FloatArray, v: FloatArray, tau: FloatArray, scale: float
) -> PeerComparison:
    precision = 1 / (v[None, :] + tau[:, None] ** 2)
    total = precision.sum(axis=1)
    level = (precision * others).sum(axis=1) / total
    misfit = (precision * (others - level[:, None]) ** 2).sum(axis=1)
    log_weight = 0.5 * (np.log(precision).sum(axis=1) - np.log(total) - misfit)
    log_weight = log_weight - 0.5 * (tau / scale) ** 2
    weight = np.exp(log_weight - special.logsumexp(log_weight))
    spread = np.sqrt(own_v + tau**2 + 1 / total)

    def chance_below(place: float) -> float:
        return float((weight * special.ndtr((place - level) / spread)).sum())

    low, middle, high = (_quantile(chance_below, q, level, spread) for q in (0.05, 0.5, 0.95))
    mean = float((weight * level).sum())
    return PeerComparison(
        p_value=chance_below(own),
        ratio=float(np.exp(own - middle)),
        ratio_low=float(np.exp(own - high)),
        ratio_high=float(np.exp(own - low)),
        log_level=mean,
        level_error=float(np.sqrt((weight / total).sum())),
        tau2_upper=float(tau[int(np.searchsorted(np.cumsum(weight), 0.8))] ** 2),
    )


def _quantile(
    chance_below: Callable[[float], float], chance: float, level: FloatArray, spread: FloatArray
) -> float:
    low = float((level - 9 * spread).min())
    high = float((level + 9 * spread).max())
    for _ in range(60):
        middle = (low + high) / 2
        if chance_below(middle) < chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2
