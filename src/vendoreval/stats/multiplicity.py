"""Many questions at once: adjusted p-values, combined p-values, e-values.

Sources: Holm 1979; Simes 1986; Benjamini & Hochberg 1995; Benjamini & Yekutieli 2001;
Liu & Xie 2020 (Cauchy combination, ACAT); Sellke, Bayarri & Berger 2001; Vovk & Wang
2021 (calibrators); Wang & Ramdas 2022 (e-BH).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def holm_adjusted(p_values: npt.ArrayLike) -> FloatArray:
    """Return p-values adjusted so that any wrong rejection at all is as rare as the level.

    Examples
    --------
    >>> [round(float(p), 4) for p in holm_adjusted([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    p = _p_values(p_values)
    order = np.argsort(p, kind="stable")
    factors = len(p) - np.arange(len(p))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * factors))
    return adjusted


def benjamini_hochberg_adjusted(p_values: npt.ArrayLike) -> FloatArray:
    """Return p-values adjusted for the expected share of wrong rejections.

    Examples
    --------
    >>> [round(float(p), 4) for p in benjamini_hochberg_adjusted([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    p = _p_values(p_values)
    order = np.argsort(p, kind="stable")[::-1]
    factors = len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * factors))
    return adjusted


def benjamini_yekutieli_adjusted(p_values: npt.ArrayLike) -> FloatArray:
    """Return p-values adjusted for the share of wrong rejections under any dependence.

    The Benjamini-Hochberg values times ``1 + 1/2 + ... + 1/m``.

    Examples
    --------
    >>> [round(float(p), 4) for p in benjamini_yekutieli_adjusted([0.01, 0.04, 0.03])]
    [0.055, 0.0733, 0.0733]
    """
    p = _p_values(p_values)
    harmonic = float((1 / np.arange(1, len(p) + 1)).sum()) if len(p) else 1.0
    order = np.argsort(p, kind="stable")[::-1]
    factors = harmonic * len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * factors))
    return adjusted


def bonferroni_adjusted(p_values: npt.ArrayLike) -> FloatArray:
    """Return p-values times their number, at most 1.

    Examples
    --------
    >>> [round(float(p), 4) for p in bonferroni_adjusted([0.01, 0.4])]
    [0.02, 0.8]
    """
    p = _p_values(p_values)
    return np.minimum(1.0, p * len(p))


def simes(p_values: npt.ArrayLike) -> float:
    """Return one p-value of several: ``min m p_(i) / i``.

    Valid for independent and for positively dependent p-values.

    Examples
    --------
    >>> round(simes([0.01, 0.04, 0.03]), 4)
    0.03
    """
    p = np.sort(_p_values(p_values))
    if len(p) == 0:
        raise ValueError("no p-value to combine")
    return float(min(1.0, (p * len(p) / np.arange(1, len(p) + 1)).min()))


def benjamini_hochberg(p_values: npt.ArrayLike, level: float) -> list[bool]:
    """Return which hypotheses are rejected at a false discovery rate.

    Examples
    --------
    >>> benjamini_hochberg([0.001, 0.5, 0.02], 0.05)
    [True, False, True]
    """
    return [bool(p <= level) for p in benjamini_hochberg_adjusted(p_values)]


def cauchy_combination(p_values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return one p-value of dependent p-values (ACAT).

    A p-value of exactly 1 would swallow all others; it enters as ``1 - 1/(2n)``.

    Examples
    --------
    >>> round(cauchy_combination([0.02, 0.0004, 0.2, 0.1, 0.8]), 7)
    0.0019534
    """
    p = _p_values(p_values)
    if len(p) == 0:
        raise ValueError("no p-value to combine")
    share = np.full(len(p), 1 / len(p)) if weights is None else np.asarray(weights, float)
    share = share / share.sum()
    p = np.minimum(p, 1 - 1 / (2 * max(len(p), 2)) if (p == 1).any() else 1.0)
    # tan((0.5 - p) pi) = 1 / tan(p pi), which keeps its digits when p is tiny
    tangents = 1 / np.tan(np.maximum(p, 1e-300) * np.pi)
    statistic = float((share * tangents).sum())
    if statistic > 1e15:
        return 1 / (statistic * np.pi)
    return float(0.5 - np.arctan(statistic) / np.pi)


def e_benjamini_hochberg(e_values: npt.ArrayLike, level: float) -> list[bool]:
    """Return which hypotheses are rejected by e-values, valid under any dependence.

    Examples
    --------
    >>> e_benjamini_hochberg([20, 0.3, 55, 1.2, 8, 140, 0.9, 3], 0.1)
    [False, False, True, False, False, True, False, False]
    """
    return [bool(e >= 1 / level) for e in e_benjamini_hochberg_adjusted(e_values)]


def e_benjamini_hochberg_adjusted(e_values: npt.ArrayLike) -> FloatArray:
    """Return e-values discounted for their number: each is rejected at `a` when it is >= 1/a.

    Examples
    --------
    >>> [float(e) for e in e_benjamini_hochberg_adjusted([40, 2, 1, 1])]
    [10.0, 1.0, 1.0, 1.0]
    """
    e = np.asarray(e_values, float)
    if (e < 0).any() or np.isnan(e).any():
        raise ValueError("an e-value is 0 or more")
    order = np.argsort(-e, kind="stable")
    scaled = e[order] * np.arange(1, len(e) + 1) / max(len(e), 1)
    adjusted = np.empty(len(e))
    # the largest rank at which the rule holds decides for all above it
    adjusted[order] = np.maximum.accumulate(scaled[::-1])[::-1]
    return adjusted


def calibrated_e_value(p_value: float) -> float:
    """Return an e-value of one p-value of one pre-declared date (mixture calibrator).

    Never multiply such values over months.

    Examples
    --------
    >>> round(calibrated_e_value(0.001), 2)
    20.79
    """
    _p_values([p_value])
    if p_value == 0:
        return float("inf")
    if p_value > 1 - 1e-6:
        # the formula is 0/0 at 1; its limit is a half
        return 0.5
    log = float(np.log(p_value))
    return (1 - p_value + p_value * log) / (p_value * log * log)


def power_e_value(p_value: float, power: float = 0.5) -> float:
    """Return an e-value of one p-value by the simplest calibrator, ``k p^(k - 1)``.

    Parameters
    ----------
    p_value
        Of one pre-declared date.
    power
        k, between 0 and 1.

    Examples
    --------
    >>> round(power_e_value(0.01), 9)
    5.0
    """
    _p_values([p_value])
    if not 0 < power < 1:
        raise ValueError("the power of a calibrator lies between 0 and 1")
    return float("inf") if p_value == 0 else float(power * p_value ** (power - 1))


def sellke_bound(p_value: float) -> float:
    """Return the smallest Bayes factor for "nothing happened" that a p-value allows.

    Examples
    --------
    >>> round(sellke_bound(0.05), 3)
    0.407
    """
    _p_values([p_value])
    if p_value >= np.exp(-1):
        return 1.0
    return float(-np.e * p_value * np.log(p_value)) if p_value > 0 else 0.0


def _p_values(values: npt.ArrayLike) -> FloatArray:
    p = np.asarray(values, float)
    if p.ndim != 1 or np.isnan(p).any() or ((p < 0) | (p > 1)).any():
        raise ValueError("a p-value lies between 0 and 1")
    return p
