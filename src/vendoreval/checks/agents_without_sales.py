"""Which agents sell nothing although leads like theirs sell?

An agent who talks for months and sells nothing costs the client minutes; or prepares
leads that others close, which is worth the money. Numbers alone cannot tell the two
apart: without the role of the agent this check only asks.

Method: sales per lead of each agent over twelve months, against the other agents of
the same vendor (and role). The level and the honest spread between agents come from
the others after the lowest sixth and the highest twelfth are dropped; the p-value is a
parametric bootstrap of the whole vendor, fitted and trimmed again in every draw; Holm
within the vendor at 5 %. The same is repeated with a third dropped, as a sensitivity
line, and with touch credit, where a lead counts for everybody who talked to it before
it sold. Nobody is ranked: an agent at half of the house rate is not visible here.

Leads and sales, one rule for each situation of a vendor:

1. the contract bank names agents: an agent's leads are those of the latest snapshot
   that could still sell in the twelve months; sold are those with a surviving sale or
   shown as won (a sale without a date in the client's file is nobody's failure to sell);
2. else the call log names leads: leads the agent talked to before they sold; sold are
   those the vendor reports as this agent's and the client confirms, or, when the vendor
   reports no sales, those on which the agent was the last to talk before the sale;
3. else conversations, and the sales reported by the vendor and confirmed by the client.

Source: detection by trimmed peers with a full-vector bootstrap; beta and Poisson tests
against the rest of the house name an honest agent in 39-92 % of honest vendors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
import numpy as np
import pandas as pd

from vendoreval.checks._agent_groups import (
    LEVEL,
    MINIMUM_AGENTS,
    MINIMUM_EXPECTED,
    AgentGroup,
    compared,
)
from vendoreval.checks._answers import minutes, not_run, of_vendor, sentences, text_of
from vendoreval.checks._credit import COUNTS, agent_credit, window_calls
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables, Unseen
from vendoreval.stats import nonseller_detectable
from vendoreval.text import N_, Count, Message, Minutes, Number, Percent, msg

ID: Final = "agents_without_sales"
MONTHS: Final = 12
MINIMUM_LEADS: Final = 20
CLOSER: Final = "closer"
_DEMAND: Final = N_(
    "the contract bank with the agent of every lead, or the call log with lead numbers, and the "
    "client's sales by lead, for twelve months"
)


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    return agent_credit(tables, scope.vendors, scope.period.months_back(MONTHS))


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = window_calls(tables["calls"], scope.vendors, scope.period.months_back(MONTHS))
    return calls.mutate(seconds=calls.talk_seconds).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "seconds",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    # an engine may widen a sum to a decimal
    frame = frame.astype(dict.fromkeys(COUNTS, "int64"))
    return [_answer(of_vendor(frame, vendor), vendor, scope) for vendor in scope.vendors]


def _answer(own: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    credited = _credited(own)
    if credited is None:
        return not_run(ID, vendor, msg("no leads or sales can be told by agent"), msg(_DEMAND))
    agents, basis = credited
    agents = agents[agents["leads"] >= MINIMUM_LEADS].sort_values("agent_id")
    groups = [
        group
        for _, members in agents.groupby("role_known", sort=True)
        if (group := compared(members, scope.seed)) is not None and group.is_large_enough
    ]
    n = int(agents["leads"].sum())
    if not groups:
        return _too_few(agents, vendor, n)
    evidence = [item for group in groups for item in _named(group, vendor, basis)]
    evidence.sort(key=lambda item: (item.p_value, item.agent_id))
    statement = _statement(groups, agents, basis, len(evidence))
    return Answer(
        vendor, statement, n, tuple(evidence), e_value=_e_value(groups), unseen=_unseen(groups)
    )


def _e_value(groups: Sequence[AgentGroup]) -> float | None:
    """Return the mean over confirmed sellers; none without a known role, for then it asks."""
    sellers = [group for group in groups if group.agents["role_known"].iloc[0] == CLOSER]
    if not sellers:
        return None
    values = [
        # low by touch credit too, else what speaks against the person is cut to nothing
        np.where(group.touch <= LEVEL, raw, np.minimum(raw, 1.0))[group.eligible]
        for group in sellers
        for raw in [group.result.e_values]
    ]
    return float(np.concatenate(values).mean())


def _unseen(groups: Sequence[AgentGroup]) -> Unseen:
    """Say how much an average agent may still sell and not be found."""
    parts = [
        nonseller_detectable(
            float(np.median(group.result.expected[group.eligible])), int(group.eligible.sum())
        )
        for group in groups
    ]
    share = 1 - max(parts)
    return Unseen(
        share,
        msg(
            "an agent who sells more than %(part)s of what the others sell",
            part=Percent(max(parts), 0),
        ),
    )


def _credited(own: pd.DataFrame) -> tuple[pd.DataFrame, Message] | None:
    """Return the agents with `leads` and `sold` by the vendor's rule of credit, and its name."""
    agents = own.assign(
        role_known=[text_of(role).strip().lower() for role in own["role"]],
    )
    has_claims = bool(own["claims"].sum())
    if own["bank"].sum():
        basis = msg("leads of the contract bank")
        return agents.assign(leads=own["bank"], sold=own["bank_sold"]), basis
    if own["touched"].sum():
        sold = own["claimed_sold"] if has_claims else own["last_sold"]
        return agents.assign(leads=own["touched"], sold=sold), msg("leads talked to")
    if has_claims:
        basis = msg("conversations, for the call log names no leads")
        return agents.assign(leads=own["conversations"], sold=own["claimed_sold"]), basis
    return None


def _named(group: AgentGroup, vendor: str, basis: Message) -> list[Evidence]:
    adjusted, e_values = group.adjusted, group.e_values
    return [
        _evidence(group, place, vendor, basis, float(adjusted[place]), float(e_values[place]))
        for place in range(len(adjusted))
        if adjusted[place] <= LEVEL
    ]


def _evidence(
    group: AgentGroup, place: int, vendor: str, basis: Message, p_value: float, e_value: float
) -> Evidence:
    row = group.agents.iloc[place]
    agent, sold, role = str(row["agent_id"]), int(row["sold"]), str(row["role_known"])
    # low by both credits and a confirmed seller: all else is a question
    only_asks = role != CLOSER or not group.touch[place] <= LEVEL
    talked = minutes(int(row["seconds"]))
    return Evidence(
        check=ID,
        vendor=vendor,
        agent_id=agent,
        observed=float(sold),
        expected=float(group.result.expected[place]),
        unit="sales",
        n=int(row["leads"]),
        title=_title(agent, sold, role),
        condition=_condition(group, place, basis),
        criteria=msg(
            "leads of the same vendor sell at %(rate)s in 1,000 with the other agents; honest "
            "agents differ and this spread is allowed for",
            rate=Number(1000 * group.result.rate, 1),
        ),
        p_value=p_value,
        e_value=e_value,
        review_only=only_asks,
        grade="E4",
        minutes=Range.exact(talked),
        effect=msg(
            "talk time of this agent in the window: %(n)s minutes", n=Minutes(float(talked))
        ),
        cause=msg(
            "unknown from these data: a person who prepares leads for others looks the same as "
            "a person who does not sell"
        ),
        ask=(
            msg("what is the job of agent %(agent)s, and who closes the leads", agent=agent),
            msg("the roster with the role of every agent"),
            msg("ten recordings of the longest conversations of this agent, chosen by the client"),
        ),
        filters={"vendor": vendor, "agent_id": agent},
    )


def _title(agent: str, sold: int, role: str) -> Message:
    if role and sold == 0:
        return msg("Agent %(agent)s: no sales credited", agent=agent)
    if role:
        return msg("Agent %(agent)s: almost no sales credited", agent=agent)
    if sold == 0:
        return msg(
            "Agent %(agent)s: no sales credited, role unknown: what is this person's job?",
            agent=agent,
        )
    return msg(
        "Agent %(agent)s: almost no sales credited, role unknown: what is this person's job?",
        agent=agent,
    )


def _condition(group: AgentGroup, place: int, basis: Message) -> Message:
    row = group.agents.iloc[place]
    parts = [
        msg(
            "sales credited: %(sold)s where other agents would have %(expected)s; %(basis)s: "
            "%(leads)s",
            sold=Count(int(row["sold"])),
            expected=Number(float(group.result.expected[place]), 1),
            basis=basis,
            leads=Count(int(row["leads"])),
        )
    ]
    if row["touched"] > 0:
        parts.append(
            msg(
                "leads this person talked to that sold under any name: %(sold)s of %(leads)s",
                sold=Count(int(row["touched_sold"])),
                leads=Count(int(row["touched"])),
            )
        )
    if not group.sensitivity[place]:
        parts.append(msg("with a third of the lowest agents set aside the result does not hold"))
    return sentences(parts)


def _statement(
    groups: Sequence[AgentGroup], agents: pd.DataFrame, basis: Message, named: int
) -> Message:
    eligible = sum(int(group.eligible.sum()) for group in groups)
    return msg(
        "agents compared by %(basis)s: %(agents)s, of them with leads enough to be named: "
        "%(eligible)s; far below the others: %(named)s; the same with a third of the lowest set "
        "aside: %(wider)s",
        basis=basis,
        agents=Count(len(agents)),
        eligible=Count(eligible),
        named=Count(named),
        wider=Count(sum(int(group.sensitivity.sum()) for group in groups)),
    )


def _too_few(agents: pd.DataFrame, vendor: str, n: int) -> Answer:
    expected = agents["leads"] * agents["sold"].sum() / max(n, 1)
    reason = msg(
        "agents with %(sales)s expected sales each: %(found)s; the comparison needs %(needed)s "
        "in one role",
        sales=Count(MINIMUM_EXPECTED),
        found=Count(int((expected >= MINIMUM_EXPECTED).sum())),
        needed=Count(MINIMUM_AGENTS),
    )
    return not_run(ID, vendor, reason, msg(_DEMAND), n)


CHECK = Check(
    id=ID,
    question=N_("Which agents sell nothing although leads like theirs sell?"),
    kind="pattern",
    family="a",
    needs=(
        Need("calls", ("agent_id", "talk_seconds")),
        Need("client_sales", ("lead_id",), owner="client"),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("the person prepares leads and others close them"),
        N_("the sales of this person are entered under another login"),
        N_("the person is new, trains others or handles complaints"),
        N_("the person gets harder leads than the others"),
    ),
    what_would_clear_it=N_(
        "the role of the person on the roster, the names under which the person's leads were "
        "closed, or four weeks of leads dealt at random"
    ),
    catches="closer_without_sales",
    minimum_n=MINIMUM_AGENTS * MINIMUM_LEADS,
    least_vendors=1,
    about=N_(
        "Sales per lead of each agent over twelve months are compared with the other agents of "
        "the same vendor and role. Level and honest spread come from the others after the lowest "
        "sixth and the highest twelfth are set aside; the p-value is simulated with everything "
        "fitted and set aside again in every draw, and corrected for the number of agents (Holm, "
        "5 %%). In simulated honest vendors somebody is named in 2 to 5 of 100. Only people who "
        "sell next to nothing can be seen this way, and nobody is ranked. A person who prepares "
        "leads for others looks the same, so without a role the check only asks."
    ),
)
