"""Are hours billed for agents who are not on the roster or made no calls?

The client pays for people who work for it. A code that calls and stands on no roster, or a
code that is on line all day and dials nobody, may be a newcomer, a robot or a wait for new
leads; it may also be nobody.

Method: agents of the call log without a row on the roster; agents first seen in the last two
weeks of the period are newcomers and are only asked about, and so are calls before somebody
was hired or after somebody left by more than three days. Beside it, days on line without a
single dial, on days on which the vendor's log holds calls: the time on line, priced where the
card pays for hours, and only asked about where it does not. A night shift may have
its calls on the next day; days spent in training are left out. Where most agents of the log
are on no roster, codes are written in different ways and nothing is said.

Source: schemes S10 and S42.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import agents_line, minutes, not_run, of_vendor, sentences, total
from vendoreval.checks._call_facts import Told, beyond_calls, call_evidence
from vendoreval.checks._hours import hours_worth
from vendoreval.checks._priced import calls_of, priced
from vendoreval.checks._refused import refused_line, refused_of
from vendoreval.checks._seen import NEWCOMER_DAYS, known_agents, reduced
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables
from vendoreval.text import N_, Count, Message, Number, msg

ID: Final = "agents_without_work"


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = known_agents(priced(calls_of(tables, scope), scope), tables, scope)
    return calls.filter(calls.state != "").select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "state", seconds="billable_seconds",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    calls, idle = own[own["part"] == "calls"], own[own["part"] == "idle"]
    n, people = total(calls, "n"), total(own[own["part"] == "roster"], "n")
    if n == 0 or people == 0:
        return not_run(
            ID,
            vendor,
            msg("the call log or the roster is empty"),
            msg("the roster with every agent, hired and left, and the call log of the period"),
            n,
        )
    callers = set(calls["agent_id"])
    strange = set(calls[calls["state"].isin(("unknown", "newcomer"))]["agent_id"])
    if 2 * len(strange) > len(callers):
        return not_run(
            ID,
            vendor,
            msg(
                "most agents of the log (%(strange)s of %(all)s) are not on the roster, so the two "
                "reports write their codes in different ways or the roster is not complete",
                strange=Count(len(strange)),
                all=Count(len(callers)),
            ),
            msg("the whole roster, with agents' codes as in the call log"),
            n,
        )
    evidence = [
        _calls(frame, vendor, state, scope)
        for state in ("unknown", "newcomer", "outside")
        if total(calls[calls["state"] == state], "n")
    ]
    if len(idle):
        evidence.append(_idle(frame, vendor, scope))
    return Answer(vendor, _statement(calls, idle, people), n, tuple(evidence))


def _statement(calls: pd.DataFrame, idle: pd.DataFrame, people: int) -> Message:
    off = calls[calls["state"].isin(("unknown", "newcomer"))]
    told = [
        msg(
            "agents on the roster: %(people)s; agents who call and are not on it: %(off)s; days "
            "on line without a dial: %(idle)s",
            people=Count(people),
            off=Count(int(off["agent_id"].nunique())),
            idle=Count(total(idle, "n")),
        )
    ]
    outside = total(calls[calls["state"] == "outside"], "n")
    if outside:
        told.append(
            msg("calls before hiring or after leaving: %(n)s", n=Count(outside))
        )  # fmt: skip
    return sentences(told)


def _words(state: str, hit: pd.DataFrame) -> Told:
    agents = Count(int(hit["agent_id"].nunique()))
    observed = (
        msg(
            "calls: %(n)s; agents: %(agents)s",
            n=Count(total(hit, "n")),
            agents=agents_line(hit.groupby("agent_id")["n"].sum()),
        ),
    )
    ask = (
        msg("the contract and the first working day of each of these people"),
        msg("a call by video with the people behind these codes"),
    )
    if state == "unknown":
        return Told(
            msg("Calls by agents who are not on the roster: %(agents)s", agents=agents),
            observed,
            msg("the roster names everybody who calls for the client"),
            msg("probably a robot, a subcontractor, or people nobody put on the roster"),
            ask,
        )
    if state == "newcomer":
        return Told(
            msg("Newcomers who are not on the roster yet: %(agents)s", agents=agents),
            observed,
            msg(
                "the roster names everybody who calls for the client; these were first seen in "
                "the last %(days)s days of the period",
                days=Count(NEWCOMER_DAYS),
            ),
            msg("probably hired lately, and the roster is not up to date"),
            ask,
        )
    return Told(
        msg("Calls before hiring or after leaving: %(agents)s", agents=agents),
        observed,
        msg("an agent calls from the day of hiring to the last day of work"),
        msg("probably a login that went on to be used, or a date written late"),
        (msg("who worked under these codes on these days"),),
    )


def _calls(frame: pd.DataFrame, vendor: str, state: str, scope: Scope) -> Evidence:
    calls = frame[frame["part"] == "calls"]
    own, others = of_vendor(calls, vendor), calls[calls["vendor"] != vendor]
    hit = own[own["state"] == state]
    refused = refused_of(frame[frame["part"] == "refused_roster"], vendor)
    told = _words(state, hit)
    return call_evidence(
        ID,
        vendor,
        scope,
        hit,
        total(own, "n"),
        replace(told, condition=(*told.condition, *refused_line(refused))),
        filters={"state": state},
        others=(total(others[others["state"] == state], "n"), total(others, "n")),
        # as many people as rows of the roster were refused: they may be the same
        review_only=state != "unknown" or hit["agent_id"].nunique() <= refused,
    )


def _idle(frame: pd.DataFrame, vendor: str, scope: Scope) -> Evidence:
    own = of_vendor(frame, vendor)
    idle, days = own[own["part"] == "idle"], total(own[own["part"] == "days"], "n")
    line = minutes(total(idle, "line_seconds"))
    money, steps = hours_worth(idle, vendor, scope)
    refused = refused_of(frame[frame["part"] == "refused_calls"], vendor)
    by_agent = idle.groupby("agent_id")["n"].sum()
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(line),
        expected=0.0,
        unit="minutes",
        n=days,
        title=msg("Days on line without a single dial: %(n)s", n=Count(total(idle, "n"))),
        condition=sentences(
            [
                msg(
                    "days of agents: %(idle)s of %(n)s, hours on line %(hours)s; agents: "
                    "%(agents)s; of these not on the roster: %(off)s",
                    idle=Count(total(idle, "n")),
                    n=Count(days),
                    hours=Number(float(line) / 60, 1),
                    agents=agents_line(by_agent),
                    off=Count(int(idle[idle["state"] != ""]["agent_id"].nunique())),
                ),
                *refused_line(refused),
            ]
        ),
        criteria=msg(
            "time on line is time in which somebody dials or answers; days without any call of "
            "the vendor and days in training are not counted"
        ),
        # hours that nobody is paid for cost nothing, and a refused row may be the day's dial
        review_only=money is None or total(idle, "n") <= refused,
        minutes=Range.exact(line),
        money=None if money is None else Range.exact(money),
        effect=beyond_calls(money, scope),
        cause=msg("probably a wait for new leads, other work, or sign-ins of nobody"),
        arithmetic=steps,
        ask=(
            msg("what each of these agents did on these days, and who approved it"),
            msg("when leads were asked for and when they came"),
        ),
        filters={"vendor": vendor, "state": "idle"},
    )


CHECK = Check(
    id=ID,
    question=N_("Are hours billed for agents who are not on the roster or made no calls?"),
    kind="fact",
    family="m",
    needs=(Need("calls", ("agent_id",)), Need("roster", ("agent_id", "hired_on"))),
    reduce=reduced,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("somebody new whose row on the roster comes with the next file"),
        N_("a robot or a service line that both sides know of"),
        N_("the client gave no leads on those days, or the lines were down"),
        N_("the person spent the day on other agreed work"),
    ),
    what_would_clear_it=N_(
        "the roster with the missing people and the day they were hired, or what the idle days "
        "were spent on and who agreed"
    ),
    catches="ghost_agents",
    minimum_n=1,
    about=N_(
        "Codes that call and stand on no roster are counted with the minutes and the cost of "
        "their calls; codes first seen in the last two weeks are only asked about, and so are "
        "calls outside of somebody's time of employment. Days on line without a dial are counted "
        "on days on which the vendor's log holds calls, and priced where the card pays for hours."
    ),
)
