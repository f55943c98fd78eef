"""Designs of a trial of sales: one look, a few looks, or a look after every lead.

One look at the end is the exact binomial test. The group-sequential trial spends its errors
in the manner of O'Brien and Fleming. Wald's probability-ratio test may be looked at after
every lead, because its ratio is a supermartingale under each rate that is not wanted.

Sources: Wald 1945, Sequential tests of statistical hypotheses; Lan and DeMets 1983, Discrete
sequential boundaries for clinical trials; Jennison and Turnbull 2000, chapter 12 (exact
borders for binomial data); Ville 1939.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from vendoreval.stats.trials import Trial, binomial_chances, operating

_MOST_LEADS = 2_000_000


def fixed_trial(
    unacceptable: float, target: float, level: float = 0.05, power: float = 0.80
) -> Trial:
    """Return the shortest trial with one look: the exact one-sided binomial test.

    Parameters
    ----------
    unacceptable, target
        Shares of leads that become sales; a vendor at or below the first must not pass more
        often than `level`, one at the second must pass with chance `power`.

    Raises
    ------
    ValueError
        If the target is not above the unacceptable rate, or a chance lies outside of (0, 1).

    Examples
    --------
    >>> trial = fixed_trial(0.02, 0.04)
    >>> trial.leads, trial.sells_from
    ((424,), (14,))
    """
    check_rates(unacceptable, target, level, power)
    n, step = 1, 1
    while not _fits(n, unacceptable, target, level, power):
        n, step = n + step, min(step * 2, 4096)
        if n > _MOST_LEADS:
            raise ValueError("the two rates are too close for a trial")
    # the power is a saw: go back to the first n from which a whole tooth fits
    low = max(1, n - 3 * step)
    n = next(m for m in range(low, n + 1) if _fits(m, unacceptable, target, level, power))
    sales = _least_sales(n, unacceptable, level)
    return Trial((n,), (sales,), (sales - 1,))


def group_sequential_trial(
    unacceptable: float, target: float, level: float = 0.05, power: float = 0.80, looks: int = 5
) -> Trial:
    """Return a trial with equally spaced looks whose borders spend the errors late.

    Both errors are spent as ``2 - 2 Phi(z_(level / 2) / sqrt(t))`` of the share t of the leads
    (Lan and DeMets's form of O'Brien and Fleming); the borders are the exact integers that
    spend no more. The border of *does not* may be overruled without harm to the level: the
    level is kept without it.

    Examples
    --------
    >>> trial = group_sequential_trial(0.02, 0.04, looks=3)
    >>> operating(trial, 0.02).sells <= 0.05, operating(trial, 0.04).sells >= 0.80
    (True, True)
    """
    check_rates(unacceptable, target, level, power)
    if looks < 2:
        raise ValueError("a group-sequential trial has two looks or more")
    start = fixed_trial(unacceptable, target, level, power).most_leads
    for most in range(start, 3 * start + 50, max(1, start // 100)):
        leads = tuple(max(k + 1, round(most * (k + 1) / looks)) for k in range(looks))
        sell = _spent_above(leads, unacceptable, level)
        trial = Trial(leads, sell, _spent_below(leads, sell, target, 1 - power))
        if operating(trial, target).sells >= power:
            return trial
    raise ValueError("no such trial reaches its power")  # pragma: no cover


def probability_ratio_trial(
    unacceptable: float, target: float, level: float = 0.05, power: float = 0.80, every: int = 1,
    longest: float = 2.0,
) -> Trial:  # fmt: skip
    """Return Wald's sequential trial, looked at after every `every` leads.

    *Sells* from a likelihood ratio of ``1 / level`` on, *does not* from ``1 - power`` down:
    both errors hold however often one looks, at every rate beyond the two.

    Parameters
    ----------
    every
        Leads between looks, 1 or more.
    longest
        The trial ends after so many times the leads of the fixed one.

    Examples
    --------
    >>> found = operating(probability_ratio_trial(0.02, 0.04, every=25), 0.02)
    >>> found.sells <= 0.05
    True
    """
    check_rates(unacceptable, target, level, power)
    if every < 1 or longest <= 0:
        raise ValueError("looks come after one lead or more, and the trial has a length")
    most = math.ceil(longest * fixed_trial(unacceptable, target, level, power).most_leads)
    leads = tuple(range(every, most + every, every))
    gain = math.log(target / unacceptable)
    loss = math.log((1 - target) / (1 - unacceptable))
    n = np.array(leads, float)
    # S (gain - loss) + n loss >= ln(1 / level)
    sell = np.ceil((-math.log(level) - n * loss) / (gain - loss) - 1e-9)
    stop = np.floor((math.log(1 - power) - n * loss) / (gain - loss) + 1e-9)
    stop = np.minimum(np.maximum(stop, -1), sell - 1)
    return Trial(leads, tuple(int(x) for x in sell), tuple(int(x) for x in stop))


def check_rates(unacceptable: float, target: float, level: float, power: float) -> None:
    """Refuse rates and chances of which no trial can be made."""
    if not 0 < unacceptable < target < 1:
        raise ValueError("needs 0 < unacceptable < target < 1")
    if not 0 < level < 1 or not 0 < power < 1 or level >= power:
        raise ValueError("level and power lie between 0 and 1, the power above the level")


def _least_sales(n: int, rate: float, level: float) -> int:
    """Return the fewest sales whose chance of as many or more is at most `level`."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        tail = 0.0 if middle > n else (
            1.0 if middle == 0 else float(special.betainc(middle, n - middle + 1, rate))
        )  # fmt: skip
        low, high = (low, middle) if tail <= level else (middle + 1, high)
    return low


def _fits(n: int, unacceptable: float, target: float, level: float, power: float) -> bool:
    sales = _least_sales(n, unacceptable, level)
    return sales <= n and (
        sales == 0 or float(special.betainc(sales, n - sales + 1, target)) >= power
    )


def _spending(share: float, level: float) -> float:
    return float(2 - 2 * special.ndtr(special.ndtri(1 - level / 2) / math.sqrt(share)))


def _spent_above(leads: Sequence[int], rate: float, level: float) -> tuple[int, ...]:
    """Return at each look the fewest sales that spend no more than allowed so far."""
    alive, seen, spent, borders = np.ones(1), 0, 0.0, []
    for n in leads:
        alive = np.convolve(alive, binomial_chances(n - seen, rate, most=n - seen))
        seen = n
        tails = np.cumsum(alive[::-1])[::-1]
        allowed = _spending(n / leads[-1], level) - spent
        border = int(np.argmax(tails <= allowed)) if (tails <= allowed).any() else len(alive)
        spent += float(alive[border:].sum())
        alive = alive[:border]
        borders.append(border)
    return tuple(borders)


def _spent_below(
    leads: Sequence[int], sell: Sequence[int], rate: float, level: float
) -> tuple[int, ...]:
    """Return at each look the most sales that give up no more than allowed so far."""
    alive, seen, spent, borders = np.ones(1), 0, 0.0, []
    for n, upper in zip(leads, sell, strict=True):
        alive = np.convolve(alive, binomial_chances(n - seen, rate, most=upper))[:upper]
        seen = n
        heads = np.cumsum(alive)
        allowed = _spending(n / leads[-1], level) - spent
        border = int((heads <= allowed).sum()) - 1
        if n == leads[-1]:
            border = upper - 1
        spent += float(alive[: border + 1].sum())
        alive[: border + 1] = 0.0
        borders.append(border)
    return tuple(borders)
