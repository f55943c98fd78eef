"""How many minutes lie in a longer tail than the peers have?

The vendor's calls are counted in bins of the peers' distribution; what lies in the bins
beyond a point above the peers' share, times the length of such calls, is the excess. Agents
are the units of the error.

Source: Handcock & Morris 1999, Relative Distribution Methods in the Social Sciences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vendoreval.stats.clusters import cluster_jackknife

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TailMinutes:
    """Minutes beyond a point above what the peers have there.

    Parameters
    ----------
    share, peers_share
        Of the calls that lie beyond the point.
    minutes, low, high
        Excess with its limits (agents left out one at a time).
    p_value
        One-sided, of "the tail holds more minutes than the peers'".
    """

    share: float
    peers_share: float
    minutes: float
    low: float
    high: float
    p_value: float


def histogram_quantile(counts: npt.ArrayLike, share: float) -> int:
    """Return the first bin at which at least a share of the calls has been counted.

    Parameters
    ----------
    counts
        0 or more, not all 0, in the order of the bins.
    share
        Above 0, 1 at most.

    Examples
    --------
    >>> histogram_quantile([50, 30, 15, 5], 0.95)
    2
    """
    total = np.cumsum(np.asarray(counts, float))
    if total.ndim != 1 or len(total) == 0 or total[-1] <= 0 or not 0 < share <= 1:
        raise ValueError("a quantile needs counts and a share between 0 and 1")
    # a share met exactly, but for rounding, is met
    return int(np.searchsorted(total, share * total[-1] * (1 - 1e-12)))


def relative_shares(counts: npt.ArrayLike, peers: npt.ArrayLike, parts: int = 10) -> FloatArray:
    """Return the vendor's share of calls in each tenth of the peers' distribution, times ten.

    1 everywhere when both are distributed alike; a bin over the border of a part is divided.

    Parameters
    ----------
    counts, peers
        Calls in the same bins of duration, in order.
    parts
        10 for tenths, 100 for percentiles.

    Examples
    --------
    >>> relative_shares([10, 10, 10, 10], [10, 10, 10, 10], 2).tolist()
    [1.0, 1.0]
    >>> relative_shares([10, 10, 10, 30], [10, 10, 10, 10], 4).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]

    The vendor has twice the calls in the peers' longest quarter.
    """
    own, others = np.asarray(counts, float), np.asarray(peers, float)
    if own.shape != others.shape or own.sum() <= 0 or others.sum() <= 0 or parts < 2:
        raise ValueError("needs counts of the same bins on both sides and two parts")
    place = np.concatenate([[0.0], np.cumsum(others) / others.sum()])
    mass = np.concatenate([[0.0], np.cumsum(own) / own.sum()])
    # bins without calls of the peers lie at one place: what the vendor has there goes up
    keep = np.append(np.diff(place) > 0, True)
    cuts = np.interp(np.arange(parts + 1) / parts, place[keep], mass[keep])
    cuts[0], cuts[-1] = 0.0, 1.0
    return np.asarray(np.diff(cuts) * parts, float)


def excess_tail_minutes(
    counts_by_agent: npt.ArrayLike,
    peers: npt.ArrayLike,
    bin_minutes: npt.ArrayLike,
    tail_from: int,
    level: float = 0.90,
) -> TailMinutes:
    """Return the minutes beyond a point above the peers' share.

    ``sum over bins of (share - peers' share) n * minutes of a call``, gains and
    losses of the tail's bins summed.

    Parameters
    ----------
    counts_by_agent
        Shape (agents, bins): calls without an outcome; two agents, eight are wanted.
    peers
        Shape (bins,): the peers' calls without an outcome.
    bin_minutes
        Mean minutes of a call in each bin.
    tail_from
        First bin of the tail: `histogram_quantile` of the peers at .95.
    level
        Of the limits.

    Raises
    ------
    ValueError
        If the shapes do not fit, there are fewer than two agents, or a side has no call.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> agents = rng.multinomial(400, [0.5, 0.3, 0.12, 0.08], size=12)
    >>> found = excess_tail_minutes(agents, [500, 300, 150, 50], [0.5, 2, 5, 12], 3)
    >>> round(found.peers_share, 2), bool(found.low < 4800 * 0.03 * 12 < found.high)
    (0.05, True)
    >>> found.p_value < 0.01
    True
    """
    rows, others = np.asarray(counts_by_agent, float), np.asarray(peers, float)
    length = np.asarray(bin_minutes, float)
    if rows.ndim != 2 or rows.shape[1:] != others.shape or others.shape != length.shape:
        raise ValueError("agents, peers and lengths need the same bins")
    if others.sum() <= 0 or rows.sum() <= 0 or not 0 <= tail_from < len(others):
        raise ValueError("both sides need calls, and the tail starts at one of the bins")
    rows = rows[rows.sum(axis=1) > 0]
    usual = others / others.sum()
    tail = slice(tail_from, None)

    def excess_of_a_call(total: FloatArray) -> float:
        share = total / total.sum()
        return float(((share - usual)[tail] * length[tail]).sum())

    found = cluster_jackknife(rows, excess_of_a_call)
    calls = float(rows.sum())
    low, high = found.interval(level)
    return TailMinutes(
        float(rows[:, tail].sum() / calls),
        float(usual[tail].sum()),
        found.value * calls,
        low * calls,
        high * calls,
        found.p_above(0.0),
    )
