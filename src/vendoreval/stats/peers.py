"""One unit against its peers, when honest peers differ among themselves.

A plain z-score accuses a fifth of honest vendors, because it leaves the honest spread
out. Here the spread is estimated from the *other* vendors, after the lowest of them are
dropped (two bad vendors would otherwise hide each other), and the p-value comes from
simulating exactly this, dropping included.

Sources: Spiegelhalter 2005; trimming calibrated by simulation; the measured error
rates are printed by ``benchmarks/evidence/peers_and_agents.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

_TABLE_SEED = 20051185
_UNEQUAL = 3.0
# from this count on the logarithm of a count is as good as normal
_LARGE_COUNT = 400
#: half-normal scale of the spread between honest vendors (log scale)
PRIOR_SPREAD = 0.25


@dataclass(frozen=True)
class PeerComparison:
    """One vendor against the honest level of the others, on the scale of ratios.

    Parameters
    ----------
    p_value
        One-sided: how often an honest vendor stands this low.
    ratio, ratio_low, ratio_high
        The vendor's rate over the peers' level, with the 90 % interval in which both
        the level and the place of an honest vendor around it are uncertain.
    log_level, level_error, tau2_upper
        The peers' level (logarithm), its error and the cautious upper value of the
        variance between honest peers: what `e_value_below` needs.
    """

    p_value: float
    ratio: float
    ratio_low: float
    ratio_high: float
    log_level: float
    level_error: float
    tau2_upper: float


@dataclass(frozen=True)
class _Table:
    """Trimmed statistics of honest vendors: sorted T, and what trimming does to mean and sd."""

    t: FloatArray
    c2: float
    shift: float
    mean_error: float
    q20: float


def trim_count(vendors: int) -> int:
    """Return how many of the lowest other vendors are dropped.

    Examples
    --------
    >>> trim_count(12), trim_count(7)
    (2, 1)
    """
    return vendors // 6


def trimmed_leave_one_out(
    log_ratio: npt.ArrayLike,
    variance: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    trim: int | None = None,
    draws: int = 100_000,
    counted: bool = False,
) -> tuple[PeerComparison, ...]:
    """Compare each vendor with the others, the lowest of which are dropped.

    Parameters
    ----------
    log_ratio
        ``ln(observed / expected)`` of each vendor (guilt is low).
    variance
        Sampling variance of each. When the largest is more than three times the
        smallest, the p-values are simulated with each vendor's own.
    trim
        How many of the lowest others are dropped; `trim_count` by default.
    draws
        Of the simulation.
    counted
        Whether each level is ``ln((O + .5) / (E + .5))`` of a count O and the variance
        ``1 / E``. Small counts are then simulated as such: a normal error of theirs
        accuses small honest vendors too often.

    Raises
    ------
    ValueError
        If fewer than three peers remain after trimming.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> levels = [0.02, -0.03, 0.05, 0.0, -0.06, 0.04, -0.9]
    >>> low = trimmed_leave_one_out(levels, [0.002] * 7, rng)[-1]
    >>> low.p_value < 0.001, round(low.ratio, 1)
    (True, 0.4)
    """
    levels, v = np.asarray(log_ratio, float), np.asarray(variance, float)
    # a fixed order, so that neither names nor the order of rows change the draws
    place = np.lexsort((v, levels))
    levels, v, vendors = levels[place], v[place], len(levels)
    g = trim_count(vendors) if trim is None else trim
    if vendors - 1 - g < 3:
        raise ValueError("at least three peers must remain after trimming")
    small = counted and float(v.max()) > 1 / _LARGE_COUNT
    equal = float(v.max()) <= _UNEQUAL * float(v.min()) and not small
    results = [
        _compare(
            levels[i],
            np.delete(levels, i),
            g,
            float(np.delete(v, i).mean()),
            _equal_table(vendors, g, draws)
            if equal
            else _unequal_table(levels, v, i, g, rng, draws, small),
        )
        for i in range(vendors)
    ]
    return tuple(results[i] for i in np.argsort(place))


def _compare(
    own: float, others: FloatArray, g: int, mean_variance: float, table: _Table
) -> PeerComparison:
    kept = np.sort(others)[g:]
    mean, sd = float(kept.mean()), max(float(kept.std(ddof=1)), 1e-9)
    t = (own - mean) / sd
    below = int(np.searchsorted(table.t, t, side="right"))
    # the table is sorted, so a quantile is a place in it
    low, middle, high = (float(table.t[int(q * (len(table.t) - 1))]) for q in (0.05, 0.5, 0.95))
    spread = sd / np.sqrt(table.c2)
    return PeerComparison(
        p_value=(below + 1) / (len(table.t) + 1),
        ratio=float(np.exp(own - mean - sd * middle)),
        ratio_low=float(np.exp(own - mean - sd * high)),
        ratio_high=float(np.exp(own - mean - sd * low)),
        log_level=mean - table.shift * spread,
        level_error=table.mean_error * spread,
        tau2_upper=max(0.0, spread**2 / table.q20 - mean_variance),
    )


def _table(own: FloatArray, others: FloatArray, g: int, scale: float) -> _Table:
    """Return the statistics of simulated honest vendors; `scale` is their own mean variance."""
    kept = np.sort(others, axis=1)[:, g:]
    # small counts of all others may agree exactly
    mean, sd = kept.mean(axis=1), np.maximum(kept.std(axis=1, ddof=1), 1e-9)
    squares = sd**2 / scale
    c2 = float(squares.mean())
    return _Table(
        t=np.sort((own - mean) / sd),
        c2=c2,
        shift=float(mean.mean()) / float(np.sqrt(scale)),
        mean_error=float(mean.std()) / float(np.sqrt(scale)),
        q20=float(np.quantile(squares / c2, 0.2)),
    )


@lru_cache(maxsize=32)
def _equal_table(vendors: int, g: int, draws: int) -> _Table:
    rng = np.random.default_rng([_TABLE_SEED, vendors, g])
    normal = rng.standard_normal((draws, vendors))
    return _table(normal[:, 0], normal[:, 1:], g, 1.0)


def _unequal_table(
    levels: FloatArray,
    v: FloatArray,
    i: int,
    g: int,
    rng: np.random.Generator,
    draws: int,
    counted: bool,
) -> _Table:
    """Return honest statistics with each vendor's own variance.

    The spread between vendors is not plugged in but drawn for every world from what the
    others leave possible: a plugged-in value accuses too often.
    """
    peers_v = np.delete(v, i)
    tau, weight = _possible_spreads(np.delete(levels, i), peers_v, g, rng)
    tau2 = rng.choice(tau**2, size=(draws, 1), p=weight)
    normal = rng.standard_normal((draws, len(v)))
    all_v = np.concatenate([v[i : i + 1], peers_v])
    if counted:
        expected = 1 / all_v
        sold = rng.poisson(expected * np.exp(np.sqrt(tau2) * normal))
        world = np.log((sold + 0.5) / (expected + 0.5))
    else:
        world = normal * np.sqrt(all_v + tau2)
    return _table(world[:, 0], world[:, 1:], g, float(peers_v.mean() + tau2.mean()))


def _possible_spreads(
    others: FloatArray, v: FloatArray, g: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return spreads between vendors and their weights, by the trimmed spread they lead to."""
    observed = float(np.log(max(np.sort(others)[g:].var(ddof=1), 1e-12)))
    normal = rng.standard_normal((1000, len(v)))
    tau = np.linspace(0.0, 1.0, 21) ** 1.5
    fits = []
    for value in tau:
        world = np.sort(normal * np.sqrt(v + value**2), axis=1)[:, g:]
        logs = np.log(world.var(axis=1, ddof=1))
        fits.append(-0.5 * ((observed - logs.mean()) / logs.std()) ** 2 - np.log(logs.std()))
    # the steps of the grid grow, and the prior is the half-normal of the few-vendor case
    log_weight = np.array(fits) + np.log(np.gradient(tau)) - 0.5 * (tau / PRIOR_SPREAD) ** 2
    return tau, np.exp(log_weight - special.logsumexp(log_weight))
