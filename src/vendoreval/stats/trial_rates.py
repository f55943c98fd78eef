"""What a running trial may say at any time, and leads to tell two arms apart.

Sources: Ville 1939 and Robbins 1970 (Statistical methods related to the law of the iterated
logarithm) for ratios and intervals that hold at all looks together; Fleiss 1981 for two arms.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import special

from vendoreval.stats.trial_designs import check_rates


def likelihood_ratio(leads: int, sales: int, unacceptable: float, target: float) -> float:
    """Return how much better the target explains the sales than the unacceptable rate.

    An e-value against every rate at or below the unacceptable one, whenever it is read.

    Examples
    --------
    >>> round(likelihood_ratio(500, 20, 0.02, 0.04), 1)
    52.8
    """
    check_rates(unacceptable, target, 0.05, 0.8)
    if not 0 <= sales <= leads:
        raise ValueError("sales lie between 0 and the leads")
    log = sales * math.log(target / unacceptable)
    log += (leads - sales) * math.log((1 - target) / (1 - unacceptable))
    return math.exp(min(log, 700.0))


def rate_sequence(
    leads: int, sales: int, level: float = 0.05, guess: float = 0.02, weight: float = 100.0
) -> tuple[float, float]:
    """Return an interval of the rate that holds at all looks together.

    Robbins's mixture: the rates whose likelihood is not `level` times smaller than the
    average likelihood under a beta distribution of mean `guess` and weight `weight` leads.

    Parameters
    ----------
    level
        Chance that the interval ever misses the true rate, over all looks.

    Examples
    --------
    >>> tuple(round(x, 4) for x in rate_sequence(1000, 30))
    (0.0164, 0.0493)
    """
    if not 0 <= sales <= leads or not 0 < level < 1 or not 0 < guess < 1 or weight <= 0:
        raise ValueError("needs 0 <= sales <= leads, a level, a guess in (0, 1) and a weight")
    a, b = guess * weight, (1 - guess) * weight
    mixed = float(special.betaln(sales + a, leads - sales + b) - special.betaln(a, b))
    least = mixed + math.log(level)

    def inside(rate: float) -> bool:
        return float(special.xlogy(sales, rate) + special.xlog1py(leads - sales, -rate)) >= least

    top = sales / leads if leads else guess
    return _edge(inside, top, 0.0), _edge(inside, top, 1.0)


def two_arm_leads(
    first: float, second: float, level: float = 0.05, power: float = 0.80, ratio: float = 1.0
) -> tuple[int, int]:
    """Return the leads of two arms that are told apart by a two-sided test.

    Fleiss's formula without continuity correction.

    Parameters
    ----------
    ratio
        Leads of the second arm for one of the first.

    Examples
    --------
    >>> two_arm_leads(0.02, 0.03)
    (3826, 3826)
    """
    if first == second or not 0 < first < 1 or not 0 < second < 1 or ratio <= 0:
        raise ValueError("needs two different shares and a ratio above 0")
    mean = (first + ratio * second) / (1 + ratio)
    z = float(special.ndtri(1 - level / 2)) * math.sqrt((1 + 1 / ratio) * mean * (1 - mean))
    z += float(special.ndtri(power)) * math.sqrt(
        first * (1 - first) + second * (1 - second) / ratio
    )
    n = (z / (first - second)) ** 2
    return math.ceil(n), math.ceil(ratio * n)


def _edge(inside: Callable[[float], bool], top: float, end: float) -> float:
    """Return the border between `top`, which is inside, and `end` by halving."""
    if inside(end):
        return end
    for _ in range(60):
        middle = (top + end) / 2
        top, end = (middle, end) if inside(middle) else (top, middle)
    return top
