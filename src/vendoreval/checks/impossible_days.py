"""Does an agent work more hours than the day, the shift or the login holds?

Conversations take time that a person has once. An agent who talks for more hours than a
day has, or while not signed in, or for longer than the shift on the roster, did not do
that work alone and in the way it was reported; a login used by several people, overtime
that nobody wrote down, and clocks that differ draw the same picture.

Method: a conversation runs from the answer for as long as was talked and held. Outside of
the login: the seconds outside of the agent's sessions, sessions less than an hour apart
taken as one, with five minutes left to the clocks; agents without a session near the call
are not compared, and where sessions were refused on receipt it only asks. A shift of whole
hours or tens of minutes that brings the calls of a vendor's day back into its sessions is a
wrong zone or a wrong clock, is removed, and is told. Above the day: what one agent's
conversations that begin on one day add up to above 24 hours, or above the time from the
first to the last. After the shift: time in conversations, counted once, in a stretch of work
(no pause of five hours) that has lasted longer than the shift of the roster and an hour of
overtime; it only asks. Logins that the roster names as shared are left out of day and shift.

Source: schemes S9, S11 and S12; impossible-time rules of claims audits, where shared
identifiers and wrong zones were the usual honest explanations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import (
    agents_line,
    minutes,
    not_run,
    of_vendor,
    sentences,
    stack,
    total,
)
from vendoreval.checks._busy import (
    OVERTIME_SECONDS,
    SIGN_IN_TOLERANCE_SECONDS,
    above_the_day,
    above_the_shift,
    outside_sign_ins,
    shifts_of,
    talks,
)
from vendoreval.checks._call_facts import Told, call_evidence
from vendoreval.checks._priced import add, count, priced
from vendoreval.checks._refused import refused_line, refused_of, refused_rows
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.text import N_, Count, Message, Number, Percent, msg

ID: Final = "impossible_days"
_COLUMNS: Final = {
    "part": "string", "vendor": "string", "kind": "string", "agent_id": "string",
    "rate_item": "string",
} | dict.fromkeys(
    (
        "n", "hits", "above", "seconds", "units", "days", "without_login", "shared", "moved",
        "refused",
    ),
    "int64",
)  # fmt: skip


@dataclass(frozen=True)
class _Kind:
    """One of the three limits and its sentences."""

    name: str
    title: Message
    criteria: Message
    cause: Message
    ask: tuple[Message, ...]
    only_asks: bool = False


_KINDS: Final = (
    _Kind(
        "login",
        msg("Conversations while the agent was not signed in"),
        msg(
            "who talks for the client is signed in; %(minutes)s minutes before and after each "
            "session are left to the clocks",
            minutes=Count(SIGN_IN_TOLERANCE_SECONDS // 60),
        ),
        msg("probably calls written down later, sessions that were not exported, or other clocks"),
        (
            msg("the sessions of the named agents from the telephone system, with workstation"),
            msg("the recordings of ten of these calls"),
        ),
    ),
    _Kind(
        "day",
        msg("One agent in conversations for more than the day holds"),
        msg("a day has 24 hours, for whoever works under a login"),
        msg("probably a login used by several people, or calls written twice"),
        (
            msg("who worked under the named logins on these days"),
            msg("workstation and address of every login of the named agents in the period"),
        ),
    ),
    _Kind(
        "shift",
        msg("One agent at work for longer than the shift"),
        msg(
            "the roster names the hours of every agent's shift; %(minutes)s minutes of overtime "
            "are left",
            minutes=Count(OVERTIME_SECONDS // 60),
        ),
        msg("probably overtime, a second shift, or a login used by several people"),
        (msg("the hours these agents really worked, and who approved them"),),
        only_asks=True,
    ),
)


def _marked(tables: Tables, scope: Scope) -> ibis.Table:
    """Return every conversation with the limit it goes beyond, and by how many seconds."""
    found, shifts = talks(tables, scope), shifts_of(tables, scope)
    found = found.left_join(
        shifts, [found.vendor == shifts.of_vendor, found.agent_id == shifts.of_agent]
    ).drop("of_vendor", "of_agent")
    found = found.mutate(
        shift_length=found.shift_length.fill_null(0), is_shared=found.is_shared.fill_null(0)
    )
    found = above_the_day(above_the_shift(found))
    outside = outside_sign_ins(tables, scope)
    found = found.left_join(
        outside, [found.vendor == outside.out_vendor, found.call_id == outside.out_call]
    )
    alone = found.is_shared == 0
    found = found.mutate(
        without_login=found.out_call.isnull().cast("int64"),
        kind=ibis.cases(
            (found.outside.fill_null(0) > 0, "login"),
            (alone & (found.day_above > 0), "day"),
            (alone & (found.shift_above > 0), "shift"),
            else_="",
        ),
    )
    above = ibis.cases(
        (found.kind == "login", found.outside), (found.kind == "day", found.day_above),
        (found.kind == "shift", found.shift_above), else_=ibis.literal(0),
    )  # fmt: skip
    return found.mutate(above=above.cast("int64"))


def _valued(found: ibis.Table, scope: Scope) -> ibis.Table:
    """Return the conversations beyond a limit, with what is paid for that part of each."""
    found = priced(found.filter(found.kind != ""), scope)
    whole = found.above >= found.length
    part = ibis.least(found.above, found.billable_seconds)
    return found.mutate(
        seconds=whole.ifelse(found.billable_seconds, part).cast("int64"),
        units=whole.ifelse(found.billable_units, 0).cast("int64"),
    )


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    found = _marked(tables, scope)
    valued = _valued(found, scope)
    parts = {
        "calls": found.group_by(["vendor", "kind", "agent_id"]).agg(
            n=found.count().cast("int64"),
            hits=count(found.kind != ""),
            above=add(found.above),
            without_login=add(found.without_login),
            shared=add(found.is_shared),
        ),
        "worth": valued.group_by(["vendor", "kind", "agent_id", "rate_item"]).agg(
            seconds=add(valued.seconds), units=add(valued.units)
        ),
        "moved": _moved(found),
        "refused": refused_rows(tables, scope, "agent_sessions"),
    }
    return stack(
        [part.mutate(part=ibis.literal(name)) for name, part in parts.items()], _COLUMNS
    )  # fmt: skip


def _moved(found: ibis.Table) -> ibis.Table:
    moved = found.filter(found.moved.fill_null(0) != 0)
    return moved.group_by(["vendor", "moved"]).agg(
        days=moved.started_on.nunique().cast("int64"), n=moved.count().cast("int64")
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    found = _valued(_marked(tables, scope), scope)
    return found.select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "kind", above_seconds="above", seconds="seconds",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    calls = own[own["part"] == "calls"]
    n = total(calls, "n")
    if n == 0:
        return not_run(
            ID,
            vendor,
            msg("the call log holds no conversations in the period"),
            msg("the call log with agent, start and length of every conversation"),
        )
    evidence = tuple(
        _evidence(frame, vendor, kind, scope)
        for kind in _KINDS
        if total(calls[calls["kind"] == kind.name], "hits")
    )
    return Answer(vendor, _statement(own, n), n, evidence)


def _statement(own: pd.DataFrame, n: int) -> Message:
    calls, moved = own[own["part"] == "calls"], own[own["part"] == "moved"]
    hits = {kind: total(calls[calls["kind"] == kind], "hits") for kind in ("login", "day", "shift")}
    told = [
        msg(
            "conversations: %(n)s; outside of the agent's sessions: %(login)s, above 24 hours of "
            "a day: %(day)s, above the shift: %(shift)s",
            n=Count(n),
            login=Count(hits["login"]),
            day=Count(hits["day"]),
            shift=Count(hits["shift"]),
        )
    ]
    without = total(calls, "without_login")
    if without:
        told.append(
            msg("conversations without a session near them, not compared: %(n)s", n=Count(without))
        )
    if total(calls, "shared"):
        told.append(
            msg(
                "conversations under logins that the roster names as shared: %(n)s",
                n=Count(total(calls, "shared")),
            )
        )
    told += [
        msg(
            "the log fits the sessions once its clock is moved by %(minutes)s minutes: days "
            "%(days)s, conversations %(n)s; that is the quality of the data",
            minutes=Number(int(row["moved"]) // 60, 0),
            days=Count(int(row["days"])),
            n=Count(int(row["n"])),
        )
        for _, row in moved.sort_values("moved").iterrows()
    ]
    return sentences(told)


def _evidence(frame: pd.DataFrame, vendor: str, kind: _Kind, scope: Scope) -> Evidence:
    calls, worth = (frame[frame["part"] == part] for part in ("calls", "worth"))
    own, others = of_vendor(calls, vendor), calls[calls["vendor"] != vendor]
    paid = of_vendor(worth[worth["kind"] == kind.name], vendor)
    hit, n = own[own["kind"] == kind.name], total(own, "n")
    above = minutes(total(hit, "above"))
    # a session that was refused may have held these calls
    refused = refused_of(frame, vendor) if kind.name == "login" else 0
    found = msg(
        "conversations: %(hits)s of %(n)s (%(share)s), minutes beyond the limit %(minutes)s; "
        "agents: %(agents)s",
        hits=Count(total(hit, "hits")),
        n=Count(n),
        share=Percent(total(hit, "hits") / n, 2),
        minutes=Number(float(above), 2),
        agents=agents_line(hit.groupby("agent_id")["hits"].sum()),
    )
    return call_evidence(
        ID,
        vendor,
        scope,
        paid,
        n,
        Told(kind.title, (found, *refused_line(refused)), kind.criteria, kind.cause, kind.ask),
        filters={"kind": kind.name},
        others=(total(others[others["kind"] == kind.name], "hits"), total(others, "n")),
        observed=above,
        review_only=kind.only_asks or refused > 0,
    )


CHECK = Check(
    id=ID,
    question=N_("Does an agent work more hours than the day, the shift or the login holds?"),
    kind="fact",
    family="f",
    needs=(Need("calls", ("agent_id", "started_at", "talk_seconds", "disposition")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("several people work under one login, and the roster does not say so"),
        N_("overtime or a second shift was agreed and is not on the roster"),
        N_("sessions are missing from the export, or another system keeps them"),
        N_("the log of some days is written in another time zone or by the other season's clock"),
    ),
    what_would_clear_it=N_(
        "sessions of the telephone system that hold these calls, the sheet of hours worked, or "
        "the names of those who share a login"
    ),
    catches="impossible_days",
    minimum_n=1,
    about=N_(
        "Conversations take time that a person has once. They are set against the sessions of "
        "the agent, the 24 hours of the day and the shift of the roster; minutes beyond a limit "
        "are counted to the second. A shift of the clock that brings a day's calls back into the "
        "sessions is a wrong zone or a wrong clock, not a departure. Shared logins are left out "
        "where the roster names them; beyond the shift the check only asks."
    ),
)
