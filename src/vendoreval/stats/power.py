"""The smallest departure that each question could have found with this much data.

A report that found nothing must say what it could not have seen. All departures here are
found with a stated power (.80) at a stated one-sided level.

Sources: Cohen 1988; Schoenfeld 1981 (events of a log-rank test); the formulas of the tests
themselves.
"""

from __future__ import annotations

import math

from scipy import special

from vendoreval.stats.clusters import AGENT_VARIANCE


def detectable_distance(
    error: float, degrees: float = math.inf, level: float = 0.05, power: float = 0.80
) -> float:
    """Return the departure found with this power by a one-sided t test.

    ``(t_(1 - level) + t_power) error``. On a logarithmic scale, take `math.expm1` of it.

    Parameters
    ----------
    error, degrees
        Standard error of the estimate (0 or more), and its degrees of freedom.
    level, power
        Between 0 and 1.

    Examples
    --------
    >>> round(detectable_distance(0.02), 3), round(detectable_distance(0.02, 9), 3)
    (0.05, 0.054)
    """
    if error < 0 or degrees <= 0 or not 0 < level < 1 or not 0 < power < 1:
        raise ValueError("needs an error of 0 or more, degrees above 0, level and power in (0, 1)")
    return (_quantile(1 - level, degrees) + _quantile(power, degrees)) * error


def level_detectable(
    expected: float, tau2: float, peers: int, level: float = 0.001, power: float = 0.80
) -> float:
    """Return the padding that a comparison with peers finds (share of the minutes).

    ``ln(1 + d) = (t_.999 + t_.80) sqrt(1 / E + tau2 (1 + 1 / k))``, k - 1 degrees of freedom.

    Parameters
    ----------
    expected
        Sales expected of the vendor, above 0.
    tau2
        Variance between honest vendors (log scale), 0 or more.
    peers
        k, the other vendors, two at least.
    level, power
        One-sided.

    Examples
    --------
    >>> round(level_detectable(400, 0.10**2, 11), 2), round(level_detectable(4000, 0.02**2, 11), 2)
    (0.79, 0.14)

    With honest vendors that differ by a tenth, padding below 79 % stays unseen.
    """
    if expected <= 0 or tau2 < 0 or peers < 2:
        raise ValueError("needs expected sales above 0, a tau2 of 0 or more and two peers")
    error = math.sqrt(1 / expected + tau2 * (1 + 1 / peers))
    return math.expm1(detectable_distance(error, peers - 1, level, power))


def split_power(agents: int, sales: float, ratio: float, level: float = 0.05) -> float:
    """Return the power of a randomised split between two vendors.

    ``Var ln(ratio) = 2 (1 / S + .13 / A)``, 2A - 2 degrees of freedom: more agents help, more
    leads soon do not.

    Parameters
    ----------
    agents, sales
        On each side: two agents or more, sales above 0.
    ratio
        True ratio of the rates, above 1.
    level
        One-sided.

    Examples
    --------
    >>> round(split_power(8, 1e9, 1.5), 2), round(split_power(15, 375, 1.5), 2)
    (0.68, 0.84)

    Eight agents a side never suffice for a ratio of 1.5.
    """
    if agents < 2 or sales <= 0 or ratio <= 1 or not 0 < level < 1:
        raise ValueError("needs two agents and a sale on each side and a ratio above 1")
    error = math.sqrt(2 * (1 / sales + AGENT_VARIANCE / agents))
    degrees = 2 * agents - 2
    distance = math.log(ratio) / error - _quantile(1 - level, degrees)
    return float(special.stdtr(degrees, distance))


def cost_detectable(
    agents: int, months: int, sales: float, level: float = 0.05, power: float = 0.80
) -> float:
    """Return how far above the ceiling a cost per sale is found (1.3 is 30 % above).

    ``Var ln C = 1 / S + .13 / A + .005 / T``, A - 1 degrees of freedom.

    Parameters
    ----------
    agents, months, sales
        A (two or more), T (one or more) and surviving sales S (above 0).
    level, power
        One-sided.

    Examples
    --------
    >>> round(cost_detectable(10, 3, 66), 2), round(cost_detectable(30, 12, 787), 2)
    (1.6, 1.22)
    """
    if agents < 2 or months < 1 or sales <= 0:
        raise ValueError("needs two agents, a month and a sale")
    variance = 1 / sales + AGENT_VARIANCE / agents + 0.07**2 / months
    return math.exp(detectable_distance(math.sqrt(variance), agents - 1, level, power))


def nonseller_detectable(
    expected: float, agents: int, spread: float = AGENT_VARIANCE, power: float = 0.80
) -> float:
    """Return the part of the house rate at which an agent is found, by an approximation.

    On the scale of `agents_below_peers`, one of `agents` at 5 % after Holm. 0 when not even
    an agent without any sale is found.

    Parameters
    ----------
    expected
        Sales expected of the agent, above 0.
    agents
        K, eight or more.
    spread
        Squared coefficient of variation of honest agents, above 0.
    power
        Between 0 and 1.

    Examples
    --------
    >>> nonseller_detectable(10, 20) < 0.02 < nonseller_detectable(29, 20) < 0.2
    True

    With ten expected sales only luck finds a non-seller; with 29 one at a tenth of the rate.
    """
    if expected <= 0 or agents < 8 or spread <= 0 or not 0 < power < 1:
        raise ValueError("needs expected sales and a spread above 0 and eight agents")
    # the other agents' spread is estimated, so the deviates are a t of about K - 4
    degrees = agents - 4
    needed = _quantile(1 - 0.05 / agents, degrees) + _quantile(power, math.inf)
    scale = 2 / math.sqrt(spread)
    level = math.asinh(math.sqrt(spread * (expected + 0.125))) - needed / scale
    if level <= 0:
        return 0.0
    sold = math.sinh(level) ** 2 / spread - 0.375
    return max(0.0, sold / expected)


def hazard_detectable(
    events: float, share: float, level: float = 0.05, power: float = 0.80
) -> float:
    """Return the hazard ratio that a log-rank test finds (Schoenfeld).

    ``ln HR = (z + z) / sqrt(events share (1 - share))``.

    Parameters
    ----------
    events
        Of both groups, above 0.
    share
        Of the sales that are the vendor's, in (0, 1).
    level, power
        One-sided.

    Examples
    --------
    >>> round(hazard_detectable(120, 0.25), 2)
    1.69
    """
    if events <= 0 or not 0 < share < 1:
        raise ValueError("needs events above 0 and a share between 0 and 1")
    error = 1 / math.sqrt(events * share * (1 - share))
    return math.exp(detectable_distance(error, level=level, power=power))


def odds_ratio_detectable(
    share: float,
    n: float,
    peers_n: float,
    *,
    design_effect: float = 1.0,
    level: float = 0.05,
    power: float = 0.80,
) -> float:
    """Return the odds ratio that a comparison of two shares finds.

    Parameters
    ----------
    share
        Of the peers, in (0, 1).
    n, peers_n
        Cases of vendor and peers, above 0.
    design_effect
        How many times larger the variance is because calls come in agents; 1 or more.
    level, power
        One-sided.

    Examples
    --------
    >>> round(odds_ratio_detectable(0.05, 10_000, 80_000), 2)
    1.13
    >>> round(odds_ratio_detectable(0.05, 10_000, 80_000, design_effect=20), 2)
    1.72
    """
    if not 0 < share < 1 or n <= 0 or peers_n <= 0 or design_effect < 1:
        raise ValueError("needs a share between 0 and 1, cases above 0, a design effect from 1")
    variance = design_effect * (1 / n + 1 / peers_n) / (share * (1 - share))
    return math.exp(detectable_distance(math.sqrt(variance), level=level, power=power))


def repeats_detectable(expected: float, level: float = 0.001) -> int:
    """Return how many repeated runs are needed for a p-value below the level.

    Parameters
    ----------
    expected
        Pairs by chance, 0 or more (`repeated_runs`).
    level
        In (0, 1).

    Examples
    --------
    >>> repeats_detectable(0.0002), repeats_detectable(2.0)
    (1, 9)
    """
    if expected < 0 or not 0 < level < 1:
        raise ValueError("needs expected pairs of 0 or more and a level between 0 and 1")
    repeated = 1
    while special.gammainc(repeated, expected) > level:
        repeated += 1
    return repeated


def _quantile(chance: float, degrees: float) -> float:
    if math.isinf(degrees):
        return float(special.ndtri(chance))
    return float(special.stdtrit(degrees, chance))
