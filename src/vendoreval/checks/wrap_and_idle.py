"""Is after-call work or waiting inflated?

Where notes after a call or hours on line are paid, both may be drawn out: notes that take a
minute after nobody answered, people logged in who wait for calls that are not dialled. Where
they are not paid, nobody gains by it, and it remains a question.

Method: two questions. (1) Seconds of work after a call over what the common means of the same
campaign and outcome let expect, with an error clustered by agent (wraps are cut at an hour).
(2) Waiting over the rest of the time on line, from the daily totals, clustered by agent. Each
is compared with the other vendors with their honest spread left in; with one vendor with its
own eleven earlier months. It is evidence from six vendors on and only where the card pays for
that time: minutes whose clock runs to the end of the notes, or hours. Else it asks. Wrap after
unanswered dials and after conversations is printed as the control: a slow system draws out
both. Both p-values are doubled, for two questions are asked.

Source: schemes S41, S42; Cochran 1977 (ratios of clusters); Spiegelhalter 2005.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

import pandas as pd

from vendoreval.checks._answers import agents_line, not_run, of_vendor, sentences, total
from vendoreval.checks._card import line_minute_price, wrap_price
from vendoreval.checks._levels import (
    Counted,
    Standing,
    against_words,
    expected_of,
    rates_of,
    standings,
)
from vendoreval.checks._time_paid import IDLE, WRAP, noted_calls, time_beside_talk
from vendoreval.checks._told import told
from vendoreval.checks._worth import minutes_range, worth_of
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope
from vendoreval.tables import CONVERSATION
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "wrap_and_idle"
MINIMUM_N: Final = 500
_LEAST_DAYS: Final = 100
_LEAST_AGENTS: Final = 8
_QUESTIONS: Final = 2
_WRAP: Final = Counted("wrap_seconds", "calls", "noted", ("campaign_id", "disposition"))
_IDLE: Final = Counted("idle_seconds", "busy_seconds", "agent_days")

Kind = Literal["wrap", "idle"]


@dataclass(frozen=True)
class _Found:
    """One of the two questions of a vendor: its standing, and the rows of the period."""

    kind: Kind
    now: pd.DataFrame
    standing: Standing
    price: Decimal | None


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    # an engine may widen a sum to a decimal
    frame = frame.astype(dict.fromkeys((*WRAP, *IDLE), "int64"))
    wrap, idle = frame[frame["kind"] == "wrap"], frame[frame["kind"] == "idle"]
    # totals that no call log stands beside may hold anything
    logged = set(frame.loc[frame["kind"].isin(["wrap", "silent"]), "vendor"])
    idle = idle[idle["vendor"].isin(logged)]
    of_wrap = standings(wrap, _WRAP, _wrap_enough, scope)
    of_idle = standings(idle, _IDLE, _idle_enough, scope)
    answers = []
    for vendor in scope.vendors:
        found = [
            _Found("wrap", _now(wrap, vendor), of_wrap[vendor], wrap_price(vendor, scope))
        ] if vendor in of_wrap else []  # fmt: skip
        if vendor in of_idle:
            price = line_minute_price(vendor, scope)
            found.append(_Found("idle", _now(idle, vendor), of_idle[vendor], price))
        answers.append(_answer(vendor, frame, found, scope))
    return answers


def _now(frame: pd.DataFrame, vendor: str) -> pd.DataFrame:
    return frame[(frame["vendor"] == vendor) & (frame["current"] == 1)]


def _wrap_enough(rows: pd.DataFrame) -> bool:
    return total(rows, "calls") >= MINIMUM_N and rows["agent_id"].nunique() >= _LEAST_AGENTS


def _idle_enough(rows: pd.DataFrame) -> bool:
    return total(rows, "agent_days") >= _LEAST_DAYS and rows["agent_id"].nunique() >= _LEAST_AGENTS


def _answer(vendor: str, frame: pd.DataFrame, found: Sequence[_Found], scope: Scope) -> Answer:
    now = _now(frame, vendor)
    if not found:
        return _nothing(vendor, now)
    statement = sentences(
        [part for one in found for part in (_level_words(one), against_words(one.standing))]
    )
    evidence = tuple(
        _evidence(vendor, one, frame, scope) for one in found if one.standing.ratio > 1
    )
    # time that the card does not pay for is no evidence against anybody
    paid = [one.standing for one in found if one.price is not None]
    n = max(1, total(now, "noted") + total(now, "agent_days"))
    return told(vendor, statement, n, paid, evidence)


def _nothing(vendor: str, now: pd.DataFrame) -> Answer:
    wrap, idle = now[now["kind"] == "wrap"], now[now["kind"] == "idle"]
    return not_run(
        ID,
        vendor,
        msg(
            "calls of the period with the length of the work after them: %(calls)s by %(agents)s "
            "agents (needed: %(minimum)s by %(least)s); days with waiting time: %(days)s by "
            "%(waiting)s agents (needed: %(least_days)s by %(least)s), and another vendor or "
            "earlier months with as many",
            calls=Count(total(wrap, "calls")),
            agents=Count(int(wrap["agent_id"].nunique())),
            minimum=Count(MINIMUM_N),
            least=Count(_LEAST_AGENTS),
            days=Count(total(idle, "agent_days")),
            waiting=Count(int(idle["agent_id"].nunique())),
            least_days=Count(_LEAST_DAYS),
        ),
        msg(
            "wrap_seconds in the call log and available_seconds in the daily totals, for the "
            "period and the months before"
        ),
        total(wrap, "calls"),
    )


def _level_words(found: _Found) -> Message:
    if found.kind == "wrap":
        return msg(
            "work after a call: %(seconds)s seconds on average over %(calls)s calls",
            seconds=Number(total(found.now, "wrap_seconds") / total(found.now, "calls"), 1),
            calls=Count(total(found.now, "calls")),
        )
    return msg(
        "waiting: %(share)s of the time on line, agent-days: %(days)s; compared by the minute of "
        "work",
        share=Percent(_waiting(found.now)),
        days=Count(total(found.now, "agent_days")),
    )


def _waiting(now: pd.DataFrame) -> float:
    idle = total(now, "idle_seconds")
    return idle / max(1, idle + total(now, "busy_seconds"))


def _evidence(vendor: str, found: _Found, frame: pd.DataFrame, scope: Scope) -> Evidence:
    standing, is_wrap = found.standing, found.kind == "wrap"
    seconds = total(found.now, "wrap_seconds" if is_wrap else "idle_seconds")
    n = total(found.now, "noted" if is_wrap else "agent_days")
    per = total(found.now, "calls") if is_wrap else total(found.now, "busy_seconds") / 60
    level = seconds / max(1, per)
    asks_only = standing.asks_only or found.price is None
    spared = minutes_range([seconds * share for share in standing.excess_share])
    money = worth_of(spared, found.price)
    condition = [_level_words(found), against_words(standing)]
    if is_wrap:
        condition += [*_control(found.now), *_who(vendor, found.now, frame)]
    return Evidence(
        check=ID,
        vendor=vendor,
        # waiting is given in seconds for each minute of work
        observed=level,
        expected=level / standing.ratio,
        unit="seconds",
        n=max(n, 1),
        p_value=min(1.0, _QUESTIONS * standing.p_value),
        e_value=None if asks_only else standing.e_value,
        review_only=asks_only,
        title=msg("Long work after calls") if is_wrap else msg("Long waiting on line"),
        condition=sentences(condition),
        criteria=_criteria(is_wrap),
        minutes=spared,
        money=money,
        effect=_effect(spared, money, scope),
        cause=_cause(is_wrap),
        ask=_ask(is_wrap),
        filters={"vendor": vendor},
    )


def _criteria(is_wrap: bool) -> Message:
    if is_wrap:
        return msg("notes after calls of the same outcome take about as long at every vendor")
    return msg("people on line wait for calls about as long at every vendor with work to do")


def _cause(is_wrap: bool) -> Message:
    if is_wrap:
        return msg("probably notes kept open, a slow system, or a form longer than the others'")
    return msg("probably more people on line than leads to dial, or a dialler set too carefully")


def _ask(is_wrap: bool) -> tuple[Message, ...]:
    if is_wrap:
        return (
            msg("how the state after a call ends, and whether a limit is set"),
            msg("screens of twenty calls with the longest work after them"),
        )
    return (
        msg("leads to be dialled at the start of each of these days"),
        msg("states of the switch by person and minute for the three longest waits"),
    )


def _control(now: pd.DataFrame) -> list[Message]:
    """Return the mean after unanswered dials and after conversations."""
    spoken = now["disposition"].isin(CONVERSATION)
    parts = now[~spoken], now[spoken]
    if not all(total(part, "calls") for part in parts):
        return []
    unanswered, talks = (total(part, "wrap_seconds") / total(part, "calls") for part in parts)
    return [
        msg(
            "after dials that reached nobody: %(unanswered)s seconds, after conversations: "
            "%(talks)s seconds",
            unanswered=Number(unanswered, 1),
            talks=Number(talks, 1),
        )
    ]


def _who(vendor: str, now: pd.DataFrame, frame: pd.DataFrame) -> list[Message]:
    """Return whose work after calls lies furthest above the common means, in minutes."""
    wrap = frame[frame["kind"] == "wrap"]
    current = wrap[wrap["current"] == 1]
    others = current[current["vendor"] != vendor]
    if others.empty:
        others = of_vendor(wrap[wrap["current"] == 0], vendor)
    expected = expected_of(now, rates_of([others], _WRAP), _WRAP)
    beyond = (now["wrap_seconds"] - expected).groupby(now["agent_id"]).sum() / 60
    beyond = beyond[beyond >= 1]
    if beyond.empty:
        return []
    return [
        msg(
            "minutes beyond the means of the others, by agent: %(agents)s",
            agents=agents_line(beyond),
        )
    ]


def _effect(spared: Range, money: Range | None, scope: Scope) -> Message:
    beyond = msg(
        "minutes of the period beyond the usual: about %(n)s, likely at least %(low)s",
        n=Number(float(spared.point), 0),
        low=Number(float(spared.low), 0),
    )
    if money is None:
        return sentences([beyond, msg("the card does not pay for this time")])
    return sentences(
        [
            beyond,
            msg("likely at least %(low)s net of VAT", low=Money(money.low, scope.currency)),
        ]
    )


CHECK = Check(
    id=ID,
    question=N_("Is after-call work or waiting inflated?"),
    kind="pattern",
    family="l",
    needs=(Need("calls", ("started_at",)),),
    reduce=time_beside_talk,
    judge=_judge,
    rows=noted_calls,
    row_report="calls",
    honest_explanations=(
        N_("the system in which the notes are made is slow"),
        N_("the client asks this vendor for longer notes"),
        N_("a limit of the switch ends the state after every call at the same second"),
        N_("the client handed over too few leads to keep the people busy"),
        N_("calls come in and somebody must be free to answer them"),
    ),
    what_would_clear_it=N_(
        "states of the switch with the notes beside them for a hundred calls, and the number of "
        "leads left to dial on the days of waiting"
    ),
    catches="inflated_wrap",
    minimum_n=MINIMUM_N,
    least_vendors=6,
    about=N_(
        "Work after a call is compared within the same campaign and outcome, waiting by the "
        "minute of work on line, both with errors clustered by agent and with the honest spread "
        "between "
        "vendors left in; one vendor alone is compared with its own earlier months. Only time that "
        "the card pays for can become evidence, and only with six vendors or more. Wrap after "
        "unanswered dials stands beside that after conversations: a slow system draws out both. "
        "Sources: Cochran 1977; Spiegelhalter 2005."
    ),
)
