"""Which agents sell less than the house, when honest agents differ among themselves.

Counts are compared on a variance-stable scale with the level and the spread of the
*other* agents, the lowest sixth and the highest twelfth of them dropped. The p-value
is a parametric bootstrap of the whole vendor in which everything is fitted and trimmed
again for every draw, so that the trimming itself is calibrated.

Only agents who sell next to nothing can be found this way: an agent at half of the
house rate is found once in twenty, and nobody may be ranked by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vendoreval.stats.evidence import gamma_poisson_e_value

FloatArray = npt.NDArray[np.float64]

# honest agents differ by a log-sd of .35; the estimate is drawn to it with the weight of ten
PRIOR_SPREAD = 0.13
PRIOR_WEIGHT = 10
# what a non-seller sells of the house rate
_NONSELLER = (0.5, 0.25, 0.1, 0.02)
_SMALLEST_SPREAD = 0.01
_GRID = np.array([0.001, 0.03, 0.06, 0.1, 0.15, 0.2, 0.28, 0.4, 0.55, 0.75, 1.0, 1.4, 2.0])
_CELLS = 1_000_000


@dataclass(frozen=True)
class AgentsBelowPeers:
    """What came out for each agent, in the order given.

    Parameters
    ----------
    p_values
        One-sided, before any correction for the number of agents.
    e_values
        Cumulative evidence against "an honest agent of this house".
    expected
        Sales expected of an honest agent with as many leads.
    rate, spread
        The house's sales per lead and the squared coefficient of variation between
        honest agents, after undoing the trimming.
    """

    p_values: FloatArray
    e_values: FloatArray
    expected: FloatArray
    rate: float
    spread: float


@dataclass(frozen=True)
class _Fit:
    """Draws sorted from low to high, with the number of draws in the first axis."""

    sold: FloatArray
    worked: FloatArray
    order: npt.NDArray[np.intp]

    def trimmed(self, first: int, last: int) -> tuple[FloatArray, FloatArray]:
        """Return the rate and the spread of the agents between two ranks."""
        sold, worked = self.sold[:, first:last], self.worked[:, first:last]
        rate = sold.sum(axis=1, keepdims=True) / worked.sum(axis=1, keepdims=True)
        above, below = _moments(sold, worked * rate)
        kept = last - first
        total = np.maximum(below.sum(axis=1, keepdims=True), 1e-12)
        return rate, above.sum(axis=1, keepdims=True) / total * kept / (kept - 1)


def trims(agents: int, share: int = 6) -> tuple[int, int]:
    """Return how many of the lowest and of the highest other agents are dropped.

    Examples
    --------
    >>> trims(24), trims(24, share=3)
    ((4, 2), (8, 2))
    """
    return max(1, agents // share), max(1, agents // 12)


def agents_below_peers(
    sold: npt.ArrayLike,
    worked: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    trim: tuple[int, int] | None = None,
    draws: int = 20_000,
) -> AgentsBelowPeers:
    """Compare each agent of one house with the others.

    Parameters
    ----------
    sold, worked
        Sales and leads of each agent; all above 0 leads.
    trim
        How many of the lowest and highest others are dropped; `trims` by default,
        ``(0, 0)`` for none.
    draws
        Of the bootstrap; raised when there are many agents.

    Examples
    --------
    >>> sold = [0, 38, 45, 29, 52, 41, 36, 47, 33, 40]
    >>> result = agents_below_peers(sold, [1000] * 10, np.random.default_rng(1))
    >>> bool(result.p_values[0] < 0.001), bool(result.p_values[3] > 0.1)
    (True, True)
    """
    s, n = np.asarray(sold, float), np.asarray(worked, float)
    agents = len(s)
    low, high = trims(agents) if trim is None else trim
    if agents - low - high < 4 or (n <= 0).any():
        raise ValueError("the comparison needs agents with leads and four kept peers")
    # a fixed order, so that neither names nor the order of rows change the draws
    place = np.lexsort((s, n))
    s, n = s[place], n[place]
    if _sorted_fit(s[None, :], n, low, high).sold[0, low : agents - high].sum() == 0:
        # the usual agent of this house sells nothing, so nobody stands below
        ones = np.ones(agents)
        return AgentsBelowPeers(ones, ones, np.zeros(agents), 0.0, PRIOR_SPREAD)
    rate, spread = _undo_trimming(s, n, low, high, rng, max(100, min(2500, draws // 8)))
    observed = _statistics(s[None, :], n, low, high)[0]
    draws = max(draws, 40 * agents)
    block, hits, done = max(1, _CELLS // agents), np.zeros(agents), 0
    while done < draws:
        size = min(block, draws - done)
        world = _honest_house(n, rate, spread, size, rng)
        hits += (_statistics(world, n, low, high) <= observed).sum(axis=0)
        done += size
    p = _same_for_twins((hits + 1) / (draws + 1), s, n)
    e = np.array([nonseller_e_value(a, b * rate, spread) for a, b in zip(s, n, strict=True)])
    back = np.argsort(place)
    return AgentsBelowPeers(p[back], e[back], (n * rate)[back], rate, spread)


def nonseller_e_value(sold: float, expected: float, spread: float) -> float:
    """Return the cumulative e-value that an agent sells a fraction of the house rate.

    Examples
    --------
    >>> nonseller_e_value(0, 40, 0.13) > 100, nonseller_e_value(35, 40, 0.13) < 1
    (True, True)
    """
    return gamma_poisson_e_value(sold, expected, 1 / (1.5 * spread), _NONSELLER)


def _scale(sold: FloatArray, expected: FloatArray, spread: FloatArray | float) -> FloatArray:
    """Return counts as normal deviates (Anscombe's transform for overdispersed counts)."""
    result: FloatArray = (2 / np.sqrt(spread)) * (
        np.arcsinh(np.sqrt(spread * (sold + 0.375)))
        - np.arcsinh(np.sqrt(spread * (expected + 0.125)))
    )
    return result


def _moments(sold: FloatArray, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
    weight = 1 / (1 + PRIOR_SPREAD * expected) ** 2
    return ((sold - expected) ** 2 - expected) * weight, expected**2 * weight


def _sorted_fit(sold: FloatArray, worked: FloatArray, low: int, high: int) -> _Fit:
    agents = sold.shape[1]
    rate = sold.sum(axis=1, keepdims=True) / worked.sum()
    order = np.zeros(sold.shape, dtype=np.intp)
    ranked = sold
    for _ in range(2):
        order = np.argsort(_scale(sold, worked * rate, PRIOR_SPREAD), axis=1, kind="stable")
        ranked = np.take_along_axis(sold, order, axis=1)
        kept = worked[order][:, low : agents - high]
        rate = ranked[:, low : agents - high].sum(axis=1, keepdims=True) / kept.sum(
            axis=1, keepdims=True
        )
    return _Fit(ranked, worked[order], order)


def _statistics(sold: FloatArray, worked: FloatArray, low: int, high: int) -> FloatArray:
    """Return each agent's deviate from the trimmed fit of the others, for every draw."""
    fit = _sorted_fit(sold, worked, low, high)
    agents = sold.shape[1]
    rate, spread = np.empty(sold.shape), np.empty(sold.shape)
    # leaving out one of the dropped moves the cut by one; it is the same for all of them
    rate[:, :low], spread[:, :low] = fit.trimmed(low + 1, agents - high)
    rate[:, agents - high :], spread[:, agents - high :] = fit.trimmed(low, agents - high - 1)
    middle = slice(low, agents - high)
    s, n = fit.sold[:, middle], fit.worked[:, middle]
    own_rate = (s.sum(axis=1, keepdims=True) - s) / (n.sum(axis=1, keepdims=True) - n)
    above, below = _moments(s, n * own_rate)
    kept = agents - high - low - 1
    rate[:, middle] = own_rate
    spread[:, middle] = (
        (above.sum(axis=1, keepdims=True) - above)
        / np.maximum(below.sum(axis=1, keepdims=True) - below, 1e-12)
        * kept
        / (kept - 1)
    )
    deviates = _scale(fit.sold, fit.worked * rate, np.maximum(spread, _SMALLEST_SPREAD))
    result = np.empty_like(deviates)
    np.put_along_axis(result, fit.order, deviates, axis=1)
    return result


def _honest_house(
    worked: FloatArray, rate: float, spread: float, size: int, rng: np.random.Generator
) -> FloatArray:
    skill = rng.gamma(1 / spread, spread, (size, len(worked)))
    return rng.poisson(worked * rate * skill).astype(float)


def _undo_trimming(
    sold: FloatArray, worked: FloatArray, low: int, high: int, rng: np.random.Generator, size: int
) -> tuple[float, float]:
    """Return the rate and the spread whose *trimmed* fit would equal the observed one."""
    agents = len(sold)
    rate, spread = _sorted_fit(sold[None, :], worked, low, high).trimmed(low, agents - high)
    observed = float(rate[0, 0])
    size = max(100, min(size, _CELLS // agents))
    ratios, spreads = [], []
    for true_spread in _GRID:
        world = _honest_house(worked, observed, float(true_spread), size, rng)
        trimmed = _sorted_fit(world, worked, low, high).trimmed(low, agents - high)
        ratios.append(float(trimmed[0].mean()) / observed)
        spreads.append(float(trimmed[1].mean()))
    true = float(np.interp(spread[0, 0], np.maximum.accumulate(spreads), _GRID))
    kept = agents - low - high
    shrunk = (kept * true + PRIOR_WEIGHT * PRIOR_SPREAD) / (kept + PRIOR_WEIGHT)
    return observed / float(np.interp(true, _GRID, ratios)), shrunk


def _same_for_twins(p: FloatArray, sold: FloatArray, worked: FloatArray) -> FloatArray:
    """Give agents with equal counts the same p-value, the larger of the simulated ones."""
    _, twin = np.unique(np.column_stack([sold, worked]), axis=0, return_inverse=True)
    largest = np.zeros(int(twin.max()) + 1)
    np.maximum.at(largest, twin.ravel(), p)
    result: FloatArray = largest[twin.ravel()]
    return result
