"""Means of units that differ among themselves, and one unit against the others.

For many units (agents) and for reference. With 6 to 50 vendors use
`trimmed_leave_one_out`: two low units hide each other here.

Sources: DerSimonian & Laird 1986; Higgins, Thompson & Spiegelhalter 2009 (predictive t).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RandomEffects:
    """The mean of units with its error, and the variance between them.

    Parameters
    ----------
    mean, error
        Of the level of units.
    tau2
        Variance between units, 0 or more.
    q, degrees
        Cochran's statistic of "all units are alike" and its degrees of freedom.
    """

    mean: float
    error: float
    tau2: float
    q: float
    degrees: int

    @property
    def p_alike(self) -> float:
        """P-value of "all units are alike"."""
        return float(special.gammaincc(self.degrees / 2, self.q / 2))


@dataclass(frozen=True)
class AgainstOthers:
    """One unit against the level and the spread of the others.

    Parameters
    ----------
    t, degrees, p_low, p_high
        Predictive t and the one-sided p-values of standing this low or this high.
    others
        What the others look like.
    """

    t: float
    degrees: int
    p_low: float
    p_high: float
    others: RandomEffects


def dersimonian_laird(levels: npt.ArrayLike, variances: npt.ArrayLike) -> RandomEffects:
    """Return the random-effects mean of units by the method of moments.

    ``tau2 = max(0, (Q - (k - 1)) / (sum w - sum w^2 / sum w))``, w = 1 / v.

    Parameters
    ----------
    levels, variances
        Estimates (logarithms, usually) and their sampling variances, above 0; two units.

    Raises
    ------
    ValueError
        If there are fewer than two units or a variance is not above 0.

    Examples
    --------
    >>> found = dersimonian_laird([0.10, -0.05, 0.30, 0.02], [0.01, 0.02, 0.01, 0.02])
    >>> round(found.mean, 3), round(found.tau2, 3), found.p_alike > 0.05
    (0.114, 0.01, True)
    """
    level, v = _units(levels, variances)
    w = 1 / v
    centre = float((w * level).sum() / w.sum())
    q = float((w * (level - centre) ** 2).sum())
    degrees = len(level) - 1
    tau2 = max(0.0, (q - degrees) / float(w.sum() - (w**2).sum() / w.sum()))
    w = 1 / (v + tau2)
    return RandomEffects(
        float((w * level).sum() / w.sum()), float(w.sum()) ** -0.5, tau2, q, degrees
    )


def leave_one_out(
    levels: npt.ArrayLike, variances: npt.ArrayLike, least_tau2: float = 0.0
) -> tuple[AgainstOthers, ...]:
    """Compare each unit with the others, nobody dropped.

    ``t = (L_i - mean) / sqrt(v_i + tau2 + error^2)`` with k - 1 degrees of freedom for k
    others. Fit for shares too: pass logits and their variances.

    Parameters
    ----------
    levels, variances
        As for `dersimonian_laird`; at least three units.
    least_tau2
        Known spread that the estimate may not fall below, for example of earlier years.

    Examples
    --------
    >>> levels = [0.02, -0.03, 0.05, 0.0, -0.06, 0.04, -0.9]
    >>> last = leave_one_out(levels, [0.002] * 7)[-1]
    >>> last.degrees, last.p_low < 0.001
    (5, True)
    """
    level, v = _units(levels, variances)
    if len(level) < 3:
        raise ValueError("leaving one out needs three units")
    return tuple(
        _against(level[i], v[i], np.delete(level, i), np.delete(v, i), least_tau2)
        for i in range(len(level))
    )


def _against(
    own: float, own_v: float, level: FloatArray, v: FloatArray, least_tau2: float
) -> AgainstOthers:
    others = dersimonian_laird(level, v)
    if others.tau2 < least_tau2:
        w = 1 / (v + least_tau2)
        mean, error = float((w * level).sum() / w.sum()), float(w.sum()) ** -0.5
        others = RandomEffects(mean, error, least_tau2, others.q, others.degrees)
    t = float((own - others.mean) / np.sqrt(own_v + others.tau2 + others.error**2))
    low = float(special.stdtr(others.degrees, t))
    high = float(special.stdtr(others.degrees, -t))
    return AgainstOthers(t, others.degrees, low, high, others)


def _units(levels: npt.ArrayLike, variances: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    level, v = np.asarray(levels, float), np.asarray(variances, float)
    if level.ndim != 1 or level.shape != v.shape or len(level) < 2:
        raise ValueError("needs a level and a variance for each of two units or more")
    if not np.isfinite(level).all() or not (v > 0).all() or not np.isfinite(v).all():
        raise ValueError("levels are finite and variances above 0")
    return level, v
