"""A metric's value with its 95 % interval.

A share of cases stands in the score interval (Wilson 1927). For means and ratios the
agent-day is the unit: the linearised error of a ratio of two sums (Cochran 1977, ch. 6) with
a t quantile, which is what drawing the agent-days again (bootstrap) estimates by simulation;
it is exact in every run and needs no seed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from vendoreval.measures.definition import Definition
from vendoreval.measures.monthly import Measured
from vendoreval.stats import cluster_ratio, wilson_interval

_FEWEST_CLUSTERS = 8


def share_measured(count: float, n: float) -> Measured:
    """Return a share of cases with the interval of Wilson; undefined without cases.

    Examples
    --------
    >>> share_measured(0, 0)
    Measured(value=None, n=0, low=None, high=None)
    """
    if n <= 0 or not 0 <= count <= n:
        return Measured(None, max(int(n), 0))
    low, high = wilson_interval(int(count), int(n))
    return Measured(count / n, int(n), low, high)


def ratio_measured(tops: Sequence[float], bottoms: Sequence[float], scale: float = 1.0) -> Measured:
    """Return a ratio of two sums with the interval over clusters (agent-days).

    There is no interval below eight clusters.

    Examples
    --------
    >>> found = ratio_measured([30, 50, 40, 60, 30, 50, 40, 60], [10] * 8)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (4.5, 3.5, 5.5)
    """
    both = pd.DataFrame({"top": tops, "bottom": bottoms}, dtype=float).dropna()
    count = len(both)
    if not count or both["bottom"].sum() <= 0:
        return Measured(None, 0)
    value = float(both["top"].sum() / both["bottom"].sum()) * scale
    if count < _FEWEST_CLUSTERS:
        return Measured(value, count)
    low, high = cluster_ratio(both["top"], both["bottom"]).interval()
    return Measured(value, count, max(low * scale, 0.0) if value >= 0 else low * scale,
                    high * scale)  # fmt: skip


def estimate(metric: Definition, facts: pd.DataFrame) -> Measured:
    """Return a metric over rows of facts, one row for each agent-day (or other cluster).

    Parameters
    ----------
    metric
        Its definition.
    facts
        Columns named as the definition's `top` and `bottom`; a missing column, or one in
        which nothing is known, leaves the metric undefined.

    Examples
    --------
    >>> from vendoreval.measures import definition
    >>> days = pd.DataFrame({"dials": [120, 80], "connects": [40, 30]})
    >>> found = estimate(definition("connect_rate"), days)
    >>> found.value, found.n
    (0.35, 200)
    """
    names = [name for name in (metric.top, metric.bottom) if name is not None]
    if any(name not in facts for name in names):
        return Measured(None, 0)
    known = facts[names].astype("float64").dropna()
    if known.empty:
        return Measured(None, 0)
    top = float(known[metric.top].sum())
    if metric.bottom is None:
        return Measured(top * metric.scale, len(known))
    bottom = float(known[metric.bottom].sum())
    if metric.interval == "wilson":
        return share_measured(top, bottom)
    if metric.interval == "agent-days":
        return ratio_measured(
            known[metric.top].tolist(), known[metric.bottom].tolist(), metric.scale
        )
    return Measured(metric.value({metric.top: top, metric.bottom: bottom}), len(known))
