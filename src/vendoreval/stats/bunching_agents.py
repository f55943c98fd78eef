"""Who makes the bump at a threshold, and limits that know there are agents.

A script that ends at the threshold bunches all agents, gaming a few.

Source: Kleven 2016 (bunching); Field & Welsh 2007 (bootstrap of clusters).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from vendoreval.stats.bunching import (
    BUMP_SECONDS,
    Bunching,
    best_fit,
    size_columns,
    threshold_window,
)
from vendoreval.stats.regression import poisson_regression


@dataclass(frozen=True)
class AgentAtThreshold:
    """One agent's calls in the bump beside what the curve of all expects of them."""

    observed: float
    expected: float
    p_value: float


def bunching_interval(
    counts_by_agent: npt.ArrayLike,
    threshold: int,
    rng: np.random.Generator,
    *,
    width: int = BUMP_SECONDS,
    draws: int = 400,
    level: float = 0.90,
) -> tuple[float, float]:
    """Return limits of the excess calls when agents are drawn again.

    Wider than those of `bunching` when a few agents make the bump.

    Parameters
    ----------
    counts_by_agent
        Shape (agents, seconds from 0); two agents.
    threshold, width
        As for `bunching`; the order of the polynomial is chosen once.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> agents = rng.poisson(60 * np.exp(-np.arange(200) / 70), (12, 200)).astype(float)
    >>> agents[3, 60:65] += 40
    >>> low, high = bunching_interval(agents, 60, rng, draws=99)
    >>> bool(low < 200 < high)
    True
    """
    agents = np.asarray(counts_by_agent, float)
    if agents.ndim != 2 or len(agents) < 2:
        raise ValueError("the limits need the histograms of two agents")
    window = threshold_window(agents.sum(axis=0), threshold, width, ())
    x = best_fit(window, threshold, size_columns).x
    weights = rng.multinomial(len(agents), np.full(len(agents), 1 / len(agents)), draws)
    drawn = weights.astype(float) @ agents[:, window.seconds]
    fit = poisson_regression(drawn, x)
    gamma = fit.coefficients[:, -1:]
    excess = (fit.fitted[:, window.bump] * -np.expm1(-gamma)).sum(axis=1)
    low, high = np.quantile(excess, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def agents_at_threshold(
    counts_by_agent: npt.ArrayLike, found: Bunching, width: int = BUMP_SECONDS
) -> tuple[AgentAtThreshold, ...]:
    """Say who makes the bump: each agent's calls in it beside the share that all expect there.

    The share is that of the curve without the bump in the window around the threshold; p is
    binomial and one-sided, before any correction for the number of agents.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> agents = rng.poisson(60 * np.exp(-np.arange(200) / 70), (12, 200)).astype(float)
    >>> agents[3, 60:65] += 40
    >>> from vendoreval.stats import bunching
    >>> each = agents_at_threshold(agents, bunching(agents.sum(axis=0), 60))
    >>> [number for number, agent in enumerate(each) if agent.p_value < 0.001]
    [3]
    """
    agents = np.asarray(counts_by_agent, float)
    window = threshold_window(agents.sum(axis=0), found.threshold, width, ())
    near = agents[:, window.seconds]
    total = near.sum(axis=1)
    share = min(found.expected / float(total.sum() - found.excess), 1.0)
    observed = near[:, window.bump].sum(axis=1)
    # P(X >= x) of a binomial
    p = np.where(
        observed > 0,
        special.betainc(np.maximum(observed, 1e-9), np.maximum(total - observed + 1, 1e-9), share),
        1.0,
    )
    return tuple(
        AgentAtThreshold(float(o), float(n * share), float(chance))
        for o, n, chance in zip(observed, total, p, strict=True)
    )
