"""Which agents do far more of something than the others of the same house?

A script, a dialler or a way of exporting touches everybody alike; what people do touches
some. So each agent's count is held against what the *other* agents' usual rate lets expect,
by their median and median absolute deviation: a few odd ones do not hide each other, and
where all are alike nobody is odd, however high they stand together.

Sources: Rousseeuw & Croux 1993 (median and MAD); Gelman 2006 (half-t prior of a
spread); Kass & Raftery 1995 (Bayes factors).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

#: times the others' usual rate, fixed beforehand
FACTORS = (1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0, 1000.0)
LEAST_AGENTS = 5
#: half-t scale of the log-sd between honest agents
HONEST_SPREAD = 0.35
# degrees of that half-t, and where the log-sd is looked for
_PRIOR_DEGREES = 4
_SPREADS = 4.0 * (np.arange(1, 81) / 80) ** 3
_MAD_TO_SD = 1.4826
# the MAD of normal values knows the spread as well as .37 of them would by the usual sd
_MAD_EFFICIENCY = 0.37
_LARGEST = 700.0
# above so many events their logarithm is as good as normal
_MANY = 200.0
_GRID = np.arange(-12.0, 12.01, 0.04)


@dataclass(frozen=True)
class OddAgents:
    """Each agent against the others of the house.

    Parameters
    ----------
    ratio
        Times the others' usual rate.
    expected
        Count at the others' usual rate.
    p_values
        One-sided, before any correction for the number of agents.
    e_values
        Of "this agent does more of it", with the others' spread in both hypotheses.
    """

    ratio: FloatArray
    expected: FloatArray
    p_values: FloatArray
    e_values: FloatArray

    @property
    def smallest_p(self) -> float:
        """Return the p-value of "somebody does more", corrected for the number of agents."""
        return float(min(1.0, len(self.p_values) * self.p_values.min()))

    @property
    def mean_e(self) -> float:
        """Return one e-value of the house: the mean, so that nobody is picked."""
        return float(self.e_values.mean())


def odd_agents(
    observed: npt.ArrayLike, expected: npt.ArrayLike, spread: float = HONEST_SPREAD
) -> OddAgents:
    """Compare each agent's count with the usual rate of the others.

    Parameters
    ----------
    observed, expected
        Counts of five agents or more, and what each was to expect but for a common
        factor, above 0.
    spread
        How far honest agents may differ before the data are seen; above 0.

    Raises
    ------
    ValueError
        If there are fewer than five agents or a number is out of range.

    Examples
    --------
    >>> calls = [12, 9, 11, 14, 10, 8, 90, 12, 9, 11]
    >>> found = odd_agents(calls, [10] * 10)
    >>> int(found.ratio.argmax()), found.smallest_p < 0.05, found.mean_e > 20
    (6, True, True)

    All of them three times as high: a script, and nobody is odd.

    >>> odd_agents([31, 29, 30, 33, 28, 30, 32, 29], [10] * 8).mean_e < 1.5
    True
    """
    o, e = np.asarray(observed, float), np.asarray(expected, float)
    if o.shape != e.shape or o.ndim != 1 or len(o) < LEAST_AGENTS:
        raise ValueError("needs counts of five agents or more")
    if (o < 0).any() or not (e > 0).all() or spread <= 0:
        raise ValueError("counts are 0 or more, and what is expected and the spread above 0")
    logs = np.log((o + 0.5) / (e + 0.5))
    chance = 1 / np.sqrt(e * np.exp(np.median(logs)) + 0.5)
    centre, weight, spreads = _others(logs, chance, spread)
    mean = e * np.exp(centre)
    p, gains = np.empty(len(o)), np.empty(len(o))
    for many, compare in ((True, _by_logarithms), (False, _by_counts)):
        those = (mean > _MANY) == many
        if those.any():
            p[those], gains[those] = compare(o[those], mean[those], weight[those], spreads)
    return OddAgents(
        np.exp(logs - centre), mean, np.minimum(p, 1.0), np.exp(np.minimum(gains, _LARGEST))
    )


def _others(
    logs: FloatArray, chance: FloatArray, prior_spread: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each agent's centre, the log chances of honest spreads, and these spreads.

    How far apart honest agents are is not plugged in: every spread is weighed by how well
    it fits the others' median absolute deviation. The spreads hold the error of the centre.
    """
    count = len(logs)
    rows, errors = _without_each(logs), _without_each(chance)
    centre = np.median(rows, axis=1)
    deviation = _MAD_TO_SD * np.median(np.abs(rows - centre[:, None]), axis=1)
    usual = np.median(errors, axis=1)[:, None]
    degrees = max(_MAD_EFFICIENCY * (count - 2), 1.0)
    expected = usual**2 + _SPREADS**2
    seen = np.maximum(deviation, 0.1 * usual[:, 0])[:, None] ** 2
    fits = -degrees / 2 * (np.log(expected) + seen / expected)
    tail = np.log1p((_SPREADS / prior_spread) ** 2 / _PRIOR_DEGREES)
    prior = np.log(np.gradient(_SPREADS)) - (_PRIOR_DEGREES + 1) / 2 * tail
    logs_of_weight = fits + prior
    weight = logs_of_weight - special.logsumexp(logs_of_weight, axis=1, keepdims=True)
    # the median of k normal values has the variance pi / (2 k)
    level = np.pi / (2 * (count - 1)) * (np.median(chance) ** 2 + _SPREADS**2)
    return centre, weight, np.sqrt(_SPREADS**2 + level)


def _by_logarithms(
    o: FloatArray, mean: FloatArray, weight: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return p-values and log e-values of many events: the logarithm is as good as normal."""
    distance = np.log((o + 0.5) / (mean + 0.5))
    scale = np.sqrt(1 / (mean[:, None] + 0.5) + spread**2)
    p = (np.exp(weight) * special.ndtr(-distance[:, None] / scale)).sum(axis=1)

    def density(place: FloatArray) -> FloatArray:
        terms = weight - 0.5 * (place[:, None] / scale) ** 2 - np.log(scale)
        return np.asarray(special.logsumexp(terms, axis=1), float)

    moved = np.array([density(distance - np.log(f)) for f in FACTORS])
    return p, _mean_gain(moved, density(distance))


def _by_counts(
    o: FloatArray, mean: FloatArray, weight: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return p-values and log e-values of few events: Poisson around a lognormal rate."""
    kernel = np.exp(-0.5 * (_GRID / spread[:, None]) ** 2)
    chance = np.exp(weight) @ (kernel / kernel.sum(axis=1, keepdims=True))
    rate = mean[:, None] * np.exp(_GRID)
    # the chance of so many or more
    tail = np.where(o[:, None] > 0, special.gammainc(np.maximum(o[:, None], 1e-9), rate), 1.0)
    p = (chance * tail).sum(axis=1)
    prior = np.log(np.maximum(chance, 1e-300))

    def density(factor: float) -> FloatArray:
        terms = prior + o[:, None] * (np.log(rate) + np.log(factor)) - rate * factor
        return np.asarray(special.logsumexp(terms, axis=1), float)

    return p, _mean_gain(np.array([density(f) for f in FACTORS]), density(1.0))


def _mean_gain(moved: FloatArray, honest: FloatArray) -> FloatArray:
    gains = special.logsumexp(moved - honest, axis=0) - np.log(len(FACTORS))
    return np.asarray(gains, float)


def _without_each(values: FloatArray) -> FloatArray:
    count = len(values)
    others = ~np.eye(count, dtype=bool)
    return np.broadcast_to(values, (count, count))[others].reshape(count, -1)
