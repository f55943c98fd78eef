"""Agents in a bounded number of groups, so that a small table stays small."""

from __future__ import annotations

from typing import Final

import ibis

MOST_CREWS: Final = 60


def with_crews(calls: ibis.Table) -> ibis.Table:
    """Add `crew`: the agent, or one of sixty groups of agents where a vendor has more.

    The busiest sixty head a group each; the others join them in turn, and such a group is
    marked with a plus. Groups of agents are still whole agents, so that an error between
    groups holds the error between agents.
    """
    agents = calls.group_by(crew_vendor="vendor", crew_agent="agent_id").agg(
        crew_calls=calls.count()
    )
    busiest = ibis.window(
        group_by="crew_vendor", order_by=[agents.crew_calls.desc(), agents.crew_agent]
    )
    agents = agents.mutate(place=(ibis.row_number().over(busiest) % MOST_CREWS).cast("int64"))
    together = ibis.window(group_by=["crew_vendor", "place"])
    agents = agents.mutate(
        head=agents.crew_agent.min().over(together), members=agents.count().over(together)
    )
    agents = agents.mutate(crew=(agents.members > 1).ifelse(agents["head"] + "+", agents["head"]))
    joined = calls.join(
        agents.select("crew_vendor", "crew_agent", "crew"),
        [calls.vendor == agents.crew_vendor, calls.agent_id == agents.crew_agent],
    )
    return joined.drop("crew_vendor", "crew_agent")
