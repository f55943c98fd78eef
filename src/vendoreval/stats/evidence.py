"""E-values of counts and shares: evidence that holds at every monthly look.

An e-value is 0 or more and averages at most 1 for an honest vendor, so that it ever
reaches 1/a with a chance of at most a (Ville 1939). Each here is a ratio of two marginal
likelihoods of *cumulative* sums, with the honest spread in both hypotheses: a persistent
honest handicap piles up no evidence, and an effect inside the honest spread saturates.
Never multiply them over months; the next month's value is taken of the longer sums.

Sources: Kass & Raftery 1995 (Bayes factors); Vovk & Wang 2021 (averages of e-values);
Wang & Ramdas 2022.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

#: departures averaged over: five to fifty per cent
EXCESS = (0.05, 0.10, 0.20, 0.35, 0.50)
_LARGEST = 700.0


def gamma_poisson_e_value(
    observed: float, expected: float, shape: float, factors: Sequence[float]
) -> float:
    """Return the e-value that a count is a known multiple of what an honest vendor reaches.

    Honest: Poisson with mean ``expected * G``, G gamma with mean 1 and this shape. Otherwise
    the same with ``expected * f``, averaged over the factors::

        ln e(f) = Y ln f - (a + Y) [ln(a + f E) - ln(a + E)]

    Parameters
    ----------
    observed, expected
        Cumulative count Y (0 or more) and expected count E (above 0).
    shape
        a, above 0: one over the squared coefficient of variation of honest vendors. For a
        mechanical test (repeated or bunched calls) the spread of the peers' rate.
    factors
        Below 1 for "too few", above 1 for "too many"; fixed beforehand.

    Raises
    ------
    ValueError
        If an argument is outside of its range.

    Examples
    --------
    >>> gamma_poisson_e_value(90, 40, 25, [1.25, 1.5, 2.0, 4.0]) > 20
    True
    >>> gamma_poisson_e_value(44, 40, 25, [1.25, 1.5, 2.0, 4.0]) < 1
    True

    Ninety where forty are usual speak against an honest vendor, forty-four speak for one.
    """
    f = np.asarray(factors, float)
    if observed < 0 or expected <= 0 or shape <= 0 or f.size == 0 or (f <= 0).any():
        raise ValueError("counts are 0 or more; what is expected, shape and factors above 0")
    logs = observed * np.log(f) - (shape + observed) * (
        np.log(shape + expected * f) - np.log(shape + expected)
    )
    return _mean_of(logs)


def e_value_below(
    observed: float, expected: float, shape: float, excess: Sequence[float] = EXCESS
) -> float:
    """Return the e-value of "the true rate is `expected` divided by 1 + d", averaged over d.

    The honest spread (gamma with this shape) stands in both hypotheses, so that a
    persistent honest handicap does not pile up evidence month by month.

    Parameters
    ----------
    observed, expected
        Cumulative count, and what an honest vendor is expected to reach.
    shape
        Of the gamma of honest vendors: ``1 / squared coefficient of variation``.
    excess
        The departures averaged over.

    Examples
    --------
    >>> e_value_below(50, 100, 40) > 20, e_value_below(95, 100, 40) < 1.1
    (True, True)
    """
    return gamma_poisson_e_value(observed, expected, shape, [1 / (1 + d) for d in excess])


def e_value_above(
    observed: float, expected: float, shape: float, excess: Sequence[float] = EXCESS
) -> float:
    """Return the e-value of "the true rate is `expected` times 1 + d", averaged over d.

    Parameters
    ----------
    observed, expected, shape, excess
        As for `e_value_below`.

    Examples
    --------
    >>> e_value_above(180, 100, 40) > 20, e_value_above(105, 100, 40) < 1.1
    (True, True)
    """
    return gamma_poisson_e_value(observed, expected, shape, [1 + d for d in excess])


def honest_shape(tau2: float, level_error: float = 0.0) -> float:
    """Return the gamma shape of honest vendors that differ by variance `tau2` (log scale).

    Examples
    --------
    >>> round(honest_shape(0.01))
    100
    """
    return float(1 / np.expm1(max(tau2 + level_error**2, 1e-9)))


def spread_sensitivity(
    observed: float, expected: float, taus: Sequence[float]
) -> tuple[tuple[float, float], ...]:
    """Return the e-value of "too few" under other honest spreads: what the conclusion hangs on.

    With few peers the spread comes from earlier years or from a guess; print the row beside
    the e-value.

    Parameters
    ----------
    observed, expected
        As for `e_value_below`.
    taus
        Spreads between honest vendors, standard deviations of the logarithm, 0 or more.

    Returns
    -------
    Pairs of spread and e-value.

    Examples
    --------
    >>> [(tau, e > 20) for tau, e in spread_sensitivity(250, 400, [0.05, 0.15, 0.30])]
    [(0.05, True), (0.15, False), (0.3, False)]

    Evidence only for a reader who is sure that honest vendors hardly differ.
    """
    if any(tau < 0 for tau in taus):
        raise ValueError("a spread is 0 or more")
    return tuple(
        (float(tau), e_value_below(observed, expected, honest_shape(tau**2))) for tau in taus
    )


def beta_binomial_e_value(
    count: float, n: float, share: float, log_odds_variance: float, odds_ratios: Sequence[float]
) -> float:
    """Return the e-value that a share departs by a known odds ratio from the honest one.

    Honest: binomial with a beta-distributed share of mean `share` whose log-odds vary by
    `log_odds_variance` between honest vendors. Otherwise the mean is moved by the odds ratio
    and the log-odds vary as before; averaged over the ratios::

        e(r) = B(Y + a_r, n - Y + b_r) B(a_0, b_0) / [B(a_r, b_r) B(Y + a_0, n - Y + b_0)]

    with ``a + b = 1 / (variance m (1 - m))``.

    Parameters
    ----------
    count, n
        Cumulative count of yes among n, ``0 <= count <= n``. When calls of one agent
        resemble each other divide both by the design effect first.
    share
        The honest share, between 0 and 1.
    log_odds_variance
        Above 0.
    odds_ratios
        Above 1 for "too often", below 1 for "too seldom"; fixed beforehand.

    Raises
    ------
    ValueError
        If an argument is outside of its range.

    Examples
    --------
    >>> ratios = [1.25, 1.5, 2.0, 3.0]
    >>> beta_binomial_e_value(260, 1000, 0.10, 0.02, ratios) > 20
    True
    >>> beta_binomial_e_value(108, 1000, 0.10, 0.02, ratios) < 1.1
    True

    26 % where honest vendors have 10 % is evidence; 10.8 % is none.
    """
    ratio = np.asarray(odds_ratios, float)
    if not 0 <= count <= n or not 0 < share < 1 or log_odds_variance <= 0:
        raise ValueError("a share needs 0 <= count <= n, 0 < share < 1 and a spread above 0")
    if ratio.size == 0 or (ratio <= 0).any():
        raise ValueError("odds ratios are above 0")
    moved = share * ratio / (1 - share + share * ratio)
    mean = np.concatenate([[share], moved])
    total = 1 / (log_odds_variance * mean * (1 - mean))
    a, b = mean * total, (1 - mean) * total
    logs = special.betaln(count + a, n - count + b) - special.betaln(a, b)
    return _mean_of(logs[1:] - logs[0])


def average_e_value(e_values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return one e-value of several: the weighted mean, valid under any dependence.

    Parameters
    ----------
    e_values
        0 or more. None at all gives 1: no evidence.
    weights
        Fixed beforehand, 0 or more; equal by default. They are scaled to the sum 1.

    Examples
    --------
    >>> average_e_value([90.0, 1.0, 2.0])
    31.0

    One strong check of three still carries its family.
    """
    e = np.asarray(e_values, float)
    if e.ndim != 1 or np.isnan(e).any() or (e < 0).any():
        raise ValueError("an e-value is 0 or more")
    if e.size == 0:
        return 1.0
    share = np.ones(e.size) if weights is None else np.asarray(weights, float)
    if share.shape != e.shape or (share < 0).any() or share.sum() <= 0:
        raise ValueError("every e-value needs a weight of 0 or more, not all 0")
    return float((e[share > 0] * share[share > 0]).sum() / share.sum())


def vendor_e_value(
    families: Mapping[str, Sequence[float]], weights: Mapping[str, float] | None = None
) -> float:
    """Return the e-value of a vendor: the mean inside each family, then over families.

    A family cannot win by having many related checks.

    Parameters
    ----------
    families
        Family -> e-values of its checks. A family without any counts as 1.
    weights
        Family -> weight, fixed beforehand for *all* families (also those not run); equal
        by default.

    Examples
    --------
    >>> vendor_e_value({"minutes": [60.0, 0.0], "sales": [2.0], "records": []})
    11.0
    """
    if not families:
        return 1.0
    means = [average_e_value(values) for values in families.values()]
    shares = None if weights is None else [weights[family] for family in families]
    return average_e_value(means, shares)


def chance_of_ever(e_value: float) -> float:
    """Return the largest chance that an honest vendor's evidence would *ever* get this far.

    Examples
    --------
    >>> chance_of_ever(240.0) < 1 / 239, chance_of_ever(0.5)
    (True, 1.0)
    """
    if not e_value >= 0:
        raise ValueError("an e-value is 0 or more")
    return min(1.0, 1 / e_value) if e_value > 0 else 1.0


def posterior_chance(e_value: float, prior: float) -> float:
    """Return the chance of a departure after the evidence, for a reader's own prior.

    ``odds = prior odds * e``.

    Examples
    --------
    >>> [round(posterior_chance(240.0, prior), 2) for prior in (0.01, 0.05, 0.20)]
    [0.71, 0.93, 0.98]
    """
    if not e_value >= 0 or not 0 < prior < 1:
        raise ValueError("an e-value is 0 or more and a prior lies between 0 and 1")
    if np.isinf(e_value):
        return 1.0
    odds = prior / (1 - prior) * e_value
    return float(odds / (1 + odds))


def _mean_of(logs: FloatArray) -> float:
    return float(np.exp(min(special.logsumexp(logs) - np.log(len(logs)), _LARGEST)))
