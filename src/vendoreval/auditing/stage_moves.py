"""Stage moves for each extra hour of conversation: described, never judged by.

Across the weeks of every agent, each agent against the own mean, with an interval that
takes agents as the units. A positive slope clears nobody, because interest lengthens
calls; a flat one accuses nobody, because long calls may be the difficult ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import pandas as pd

from vendoreval.aggregates.base import day_number
from vendoreval.engine import Engine
from vendoreval.period import Period
from vendoreval.stats import cluster_ratio
from vendoreval.tables import CONVERSATION, TABLES

Tables = Mapping[str, ibis.Table]
_LEAST_AGENTS = 8


@dataclass(frozen=True)
class MovesSlope:
    """Moves for each extra hour with a 90 % interval, and how many agents it rests on."""

    value: float
    low: float
    high: float
    agents: int


def agent_weeks(tables: Tables, period: Period, moved: ibis.Table) -> ibis.Table:
    """Return vendor, agent, week, seconds of conversation and moved leads talked to."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.started_on >= period.start, calls.started_on < period.end,
        calls.disposition.isin(CONVERSATION), calls.agent_id.notnull(),
    )  # fmt: skip
    leads = moved.select(moved_vendor=moved.vendor, moved_lead=moved.lead_id)
    joined = calls.left_join(
        leads, [calls.vendor == leads.moved_vendor, calls.lead_id == leads.moved_lead]
    )
    day = day_number(joined.started_on)
    return joined.group_by(
        vendor=joined.vendor, agent_id=joined.agent_id, week=day - (day + 3) % 7
    ).agg(seconds=joined.talk_seconds.sum(), moves=joined.moved_lead.nunique())


def slopes(engine: Engine, period: Period, moved: ibis.Table) -> dict[str, MovesSlope]:
    """Return vendor -> slope, for vendors with agents and weeks enough."""
    frame = engine.run(agent_weeks(TABLES, period, moved)).to_pandas()
    found = {}
    for vendor, own in frame.groupby("vendor"):
        slope = slope_of(own)
        if slope is not None:
            found[str(vendor)] = slope
    return found


def slope_of(weeks: pd.DataFrame) -> MovesSlope | None:
    """Return the slope of one vendor; `None` below eight agents with weeks that differ.

    Examples
    --------
    >>> weeks = [(f"A{a}", hours, 2 * hours + a) for a in range(8) for hours in (10, 12, 20)]
    >>> frame = pd.DataFrame(weeks, columns=["agent_id", "seconds", "moves"])
    >>> slope_of(frame.assign(seconds=frame.seconds * 3600)).value
    2.0
    """
    ordered = weeks.sort_values(["agent_id", "seconds", "moves"], kind="stable")
    hours = ordered["seconds"].astype(float) / 3600
    moves = ordered["moves"].astype(float)
    agents = ordered["agent_id"]
    apart = hours - hours.groupby(agents).transform("mean")
    products = (apart * (moves - moves.groupby(agents).transform("mean"))).groupby(agents).sum()
    squares = (apart**2).groupby(agents).sum()
    used = squares > 0
    if int(used.sum()) < _LEAST_AGENTS:
        return None
    ratio = cluster_ratio(products[used], squares[used])
    low, high = ratio.interval(0.90)
    return MovesSlope(round(ratio.ratio, 9), low, high, int(used.sum()))
