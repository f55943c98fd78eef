"""Trials that count sales among leads: looks, what each says, and the exact errors.

A trial is a list of looks. At each look the sales so far say *sells* (at or above one
border), *does not* (at or below another) or *go on*. Every design has that one form, so
that its errors and its expected length come out of one exact computation over the binomial
distribution, without simulation and without a normal approximation.

Source: Jennison and Turnbull 2000, Group Sequential Methods, chapter 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """Looks of a trial and what each of them says.

    Parameters
    ----------
    leads
        Leads seen at each look, rising.
    sells_from
        At so many sales or more a look says *sells*; above the leads of the look: never.
    stops_at
        At so many sales or fewer it says *does not*; -1: never.
    """

    leads: tuple[int, ...]
    sells_from: tuple[int, ...]
    stops_at: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.leads or not len(self.leads) == len(self.sells_from) == len(self.stops_at):
            raise ValueError("a trial has one border of each kind for every look")
        if self.leads[0] < 1 or any(b <= a for a, b in pairwise(self.leads)):
            raise ValueError("the leads of the looks rise")
        if any(stop >= sell for stop, sell in zip(self.stops_at, self.sells_from, strict=True)):
            raise ValueError("the border of *does not* lies below the one of *sells*")

    @property
    def most_leads(self) -> int:
        """Leads after which the trial is over whatever they said."""
        return self.leads[-1]

    def read(self, sold: Sequence[bool]) -> Reading:
        """Return what the looks say of leads in the order in which they were handed over.

        Each look counts exactly its own first leads, however many there are by now: whoever
        reads the trial every day takes no look more than it has.

        Examples
        --------
        >>> Trial((2, 4), (2, 2), (-1, 0)).read([True, False, True])
        Reading(decision='go_on', leads=2, sales=1)
        """
        sales = np.concatenate([[0], np.cumsum(np.asarray(sold, dtype=np.int64))])
        last = Reading("go_on", 0, 0)
        for n, sell, stop in zip(self.leads, self.sells_from, self.stops_at, strict=True):
            if n > len(sold):
                return last
            count = int(sales[n])
            if count >= sell:
                return Reading("sells", n, count)
            if count <= stop:
                return Reading("does_not", n, count)
            last = Reading("go_on", n, count)
        return Reading("undecided", last.leads, last.sales)


@dataclass(frozen=True)
class Reading:
    """The answer of a trial: *sells*, *does_not*, *go_on*, or *undecided* at its end.

    Parameters
    ----------
    leads, sales
        What the look that answered had counted.
    """

    decision: str
    leads: int
    sales: int


@dataclass(frozen=True)
class Operating:
    """What a trial does at one true rate.

    Parameters
    ----------
    sells, does_not, undecided
        Chances that sum to 1.
    expected_leads
        Mean number of leads until it is decided or over.
    """

    rate: float
    sells: float
    does_not: float
    undecided: float
    expected_leads: float


def operating(trial: Trial, rate: float) -> Operating:
    """Return chances and expected length of a trial at one true rate, exactly.

    Parameters
    ----------
    rate
        True share of leads that become sales, 0 to 1.

    Raises
    ------
    ValueError
        If the rate is no share.

    Examples
    --------
    >>> found = operating(Trial((10,), (3,), (2,)), 0.5)
    >>> round(found.sells, 4), found.undecided
    (0.9453, 0.0)
    """
    if not 0 <= rate <= 1:
        raise ValueError("a rate is a share between 0 and 1")
    alive = np.ones(1)
    seen, sells, does_not, length = 0, 0.0, 0.0, 0.0
    for n, sell, stop in zip(trial.leads, trial.sells_from, trial.stops_at, strict=True):
        length += (n - seen) * float(alive.sum())
        alive = np.convolve(alive, binomial_chances(n - seen, rate, most=sell))
        sells += float(alive[sell:].sum())
        alive = alive[:sell]
        does_not += float(alive[: stop + 1].sum())
        alive[: stop + 1] = 0.0
        # what was cut from the binomial lies above every border: it sells
        sells += max(0.0, 1.0 - sells - does_not - float(alive.sum()))
        seen = n
    return Operating(rate, sells, does_not, float(alive.sum()), length)


def binomial_chances(n: int, rate: float, most: int) -> FloatArray:
    """Return chances of 0 to `most` sales of n, and cut what lies above."""
    k = np.arange(min(n, max(most, 0)) + 1)
    logs = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    result: FloatArray = np.exp(logs + special.xlogy(k, rate) + special.xlog1py(n - k, -rate))
    return result
