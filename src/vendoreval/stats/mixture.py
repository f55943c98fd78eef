"""Talk times as a mixture of lognormals: for description only.

Call lengths are a mixture of kinds of calls. A second hump or a heavy last component shows
a reader where a tail comes from; it is never a test.

Sources: Brown et al. 2005 and Gualandi & Toscani 2018 (lognormal talk times); Dempster,
Laird & Rubin 1977 (EM); Schwarz 1978.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

_STEPS = 500
_LEAST_SD = 0.05


@dataclass(frozen=True)
class LognormalMixture:
    """Components from short to long, and Schwarz's criterion (lower is better).

    Parameters
    ----------
    weights, medians, log_sds
        Share, median in seconds and standard deviation of the logarithm of each component.
    bic
        Of the binned counts.
    """

    weights: FloatArray
    medians: FloatArray
    log_sds: FloatArray
    bic: float


def lognormal_mixture(
    counts: npt.ArrayLike, edges: npt.ArrayLike, components: int = 2
) -> LognormalMixture:
    """Fit a mixture of lognormals to binned call lengths by the EM algorithm.

    Parameters
    ----------
    counts
        Calls in each bin.
    edges
        Borders of the bins in seconds, increasing, the first above 0; one more than bins.
    components
        1 to 5, started at quantiles, so that the same counts give the same fit.

    Raises
    ------
    ValueError
        If the shapes do not fit or fewer than two bins have calls.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> calls = np.exp(np.where(rng.random(5000) < 0.7, rng.normal(3.5, 0.5, 5000),
    ...                         rng.normal(6.0, 0.4, 5000)))
    >>> edges = np.geomspace(1, 7200, 200)
    >>> counts, _ = np.histogram(calls, edges)
    >>> two = lognormal_mixture(counts, edges)
    >>> two.weights.round(1).tolist(), two.medians.round(-1).tolist()
    ([0.7, 0.3], [30.0, 390.0])
    >>> two.bic < lognormal_mixture(counts, edges, 1).bic
    True
    """
    n, border = np.asarray(counts, float), np.asarray(edges, float)
    if len(border) != len(n) + 1 or not (np.diff(border) > 0).all() or not border[0] > 0:
        raise ValueError("needs one border more than bins, increasing and above 0")
    if (n > 0).sum() < 2 or not 1 <= components <= 5:
        raise ValueError("needs calls in two bins and one to five components")
    middle = (np.log(border[:-1]) + np.log(border[1:])) / 2
    place = np.cumsum(n) / n.sum()
    start = (np.arange(components) + 0.5) / components
    mean = np.interp(start, place, middle)
    spread = float(np.sqrt((n * (middle - (n * middle).sum() / n.sum()) ** 2).sum() / n.sum()))
    sd = np.full(components, max(spread / components, _LEAST_SD))
    weight, before = np.full(components, 1 / components), -np.inf
    for _ in range(_STEPS):
        chance = weight * _bin_chances(np.log(border), mean, sd)
        total = np.maximum(chance.sum(axis=1), 1e-300)
        likelihood = float((n * np.log(total)).sum())
        if likelihood - before < 1e-9 * abs(likelihood):
            break
        before = likelihood
        part = n[:, None] * chance / total[:, None]
        size = np.maximum(part.sum(axis=0), 1e-12)
        weight = size / size.sum()
        mean = (part * middle[:, None]).sum(axis=0) / size
        sd = np.sqrt((part * (middle[:, None] - mean) ** 2).sum(axis=0) / size)
        sd = np.maximum(sd, _LEAST_SD)
    order = np.argsort(mean)
    bic = -2 * likelihood + (3 * components - 1) * float(np.log(n.sum()))
    return LognormalMixture(weight[order], np.exp(mean[order]), sd[order], bic)


def _bin_chances(border: FloatArray, mean: FloatArray, sd: FloatArray) -> FloatArray:
    z = (border[:, None] - mean) / sd
    return np.diff(special.ndtr(z), axis=0)
