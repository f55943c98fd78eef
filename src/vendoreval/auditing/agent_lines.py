"""The agents of every vendor in the period: what each of them did. Described, never judged."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vendoreval.checks._credit import agent_credit, window_calls
from vendoreval.checks.base import Scope
from vendoreval.engine import Engine, frame
from vendoreval.tables import CONVERSATION, TABLES

MOST_AGENTS = 500


@dataclass(frozen=True)
class AgentLine:
    """One agent in the period.

    Parameters
    ----------
    days
        Days with at least one dial.
    leads
        Distinct leads talked to that had not been sold before.
    sold
        Of them, those sold on that day or later by the client's own records, under any
        name: leads that several agents talked to count for each of them.
    closed
        Sold leads on which this agent was the last to talk.
    role
        Of the roster; empty when it is not known.
    """

    agent_id: str
    role: str
    days: int
    dials: int
    conversations: int
    talk_seconds: int
    leads: int
    sold: int
    closed: int


def agent_lines(engine: Engine, scope: Scope) -> dict[str, tuple[AgentLine, ...]]:
    """Return vendor -> its agents, those with the most dials first."""
    calls = window_calls(TABLES["calls"], scope.vendors, scope.period)
    spoken = calls.disposition.isin(CONVERSATION).cast("int64")
    work = calls.group_by("vendor", "agent_id").agg(
        days=calls.started_on.nunique(),
        dials=calls.count(),
        spoken=spoken.sum(),
        talked=calls.talk_seconds.fill_null(0).sum(),
    )
    worked = frame(engine.run(work)).set_index(["vendor", "agent_id"])
    credit = frame(engine.run(agent_credit(TABLES, scope.vendors, scope.period)))
    joined = worked.join(credit.set_index(["vendor", "agent_id"]), how="left")
    found: dict[str, list[AgentLine]] = {}
    for row in joined.reset_index().to_dict("records"):
        if isinstance(row["agent_id"], str) and row["agent_id"]:
            found.setdefault(str(row["vendor"]), []).append(_line(row))
    return {
        vendor: tuple(sorted(lines, key=lambda line: (-line.dials, line.agent_id))[:MOST_AGENTS])
        for vendor, lines in found.items()
    }


def _line(row: Mapping[Hashable, Any]) -> AgentLine:
    def whole(name: str) -> int:
        value = row[name]
        # an agent who reached nobody has no line of credit
        return 0 if pd.isna(value) else int(value)

    role = row["role"]
    return AgentLine(
        agent_id=str(row["agent_id"]), role=role if isinstance(role, str) else "",
        days=whole("days"), dials=whole("dials"), conversations=whole("spoken"),
        talk_seconds=whole("talked"), leads=whole("touched"), sold=whole("touched_sold"),
        closed=whole("last_sold"),
    )  # fmt: skip
