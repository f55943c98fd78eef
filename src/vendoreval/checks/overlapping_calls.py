"""Is one agent in two conversations at once?

A person talks to one customer at a time. Two paid conversations of one agent that
share minutes cannot both be that person's work, whatever the reason: at most one of
them should be paid for the shared time. The same picture is drawn by a login that
several people use, by clocks that differ between two servers, and by a conference,
so the rows say that something is impossible and not why.

Method: a sweep line over each agent's conversations in order of their start. A
conversation runs from the answer (else the dial plus the ringing, else the dial) for
as long as was talked and held. It overlaps by the time it shares with the longest
earlier one; five seconds are left to the clocks. Tests, transfers and calls that
reached nobody are left out.

What an honest cause would draw as well is asked, not held against the vendor. Clocks:
nineteen of twenty overlaps vanish when one of the two conversations is moved by two
minutes at most. A shared login: it overlaps on three days or more and a colleague on the
roster has not one call from the first to the last of them, or the roster says it is shared.

Source: schemes S8 and S11; impossible-time rules of claims audits, where shared
identifiers and rolled-up records were the usual honest explanation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import (
    agents_line,
    minutes,
    not_run,
    of_vendor,
    priced_seconds,
    sentences,
    total,
)
from vendoreval.checks._overlaps import CLOCK_SECONDS, TOLERANCE_SECONDS, reduced, swept
from vendoreval.checks._priced import cards_of
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Step, Tables
from vendoreval.rating import minute_rates
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "overlapping_calls"
MINIMUM_N: Final = 20
# of the overlaps that two clocks explain hardly any is left
_BY_CLOCKS: Final = 0.95


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = swept(tables, scope)
    return calls.filter(calls.is_overlap == 1).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "overlap_seconds", "seconds",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    n, overlaps = total(own, "conversations"), total(own, "overlaps")
    if n == 0:
        return not_run(
            ID,
            vendor,
            msg("the call log holds no conversations in the period"),
            msg("the call log with agent, start and length of every conversation"),
        )
    # a log kept in whole minutes makes neighbours overlap by up to a minute
    if n >= MINIMUM_N and 2 * total(own, "whole_minutes") > n:
        return not_run(
            ID,
            vendor,
            msg("most calls start on a whole minute, so the log does not show seconds"),
            msg("start and answer of every call to the second"),
            n,
        )
    if overlaps == 0:
        return Answer(vendor, msg("no overlaps; conversations: %(n)s", n=Count(n)), n)
    statement = msg(
        "overlapping conversations: %(overlaps)s of %(n)s (%(share)s)",
        overlaps=Count(overlaps),
        n=Count(n),
        share=Percent(overlaps / n, 2),
    )
    return Answer(vendor, statement, n, _evidences(frame, vendor, scope))


# --------------------------------------------------------------- what may be honest


def _evidences(frame: pd.DataFrame, vendor: str, scope: Scope) -> tuple[Evidence, ...]:
    """Return what the logins of one person each show, then what looks like shared ones."""
    own = of_vendor(frame, vendor)
    logins = _shared_logins(own)
    is_shared = own["agent_id"].isin(list(logins))
    found = []
    for part, shared in ((own[~is_shared], False), (own[is_shared], True)):
        if not total(part, "overlaps"):
            continue
        agents = tuple(sorted(part.loc[part["overlaps"] > 0, "agent_id"].astype(str).unique()))
        filters = {"vendor": vendor} | ({"agent_id": agents} if logins else {})
        reading = _login_reading(logins) if shared else _clock_reading(part)
        found.append(_evidence(frame, part, vendor, scope, reading, filters))
    return tuple(found)


def _shared_logins(own: pd.DataFrame) -> dict[str, str]:
    """Return logins that two people may use -> the colleague without a call, if that is why.

    A colleague explains one login only.
    """
    found: dict[str, str] = {}
    by_login = own.groupby("agent_id", sort=True).agg(
        overlaps=("overlaps", "sum"), is_shared=("is_shared", "max"),
        first=("absent_first", "max"), last=("absent_last", "max"),
    )  # fmt: skip
    for login, row in by_login[by_login["overlaps"] > 0].iterrows():
        free = [c for c in (row["first"], row["last"]) if c and c not in found.values()]
        if free or row["is_shared"]:
            found[str(login)] = free[0] if free else ""
    return found


def _login_reading(logins: Mapping[str, str]) -> Message:
    absent = sorted({colleague for colleague in logins.values() if colleague})
    if not absent:
        return msg("the roster says that the login is shared, so two people may have talked")
    return msg(
        "on the roster and without a single call in these days: %(agents)s; two people may have "
        "used one login",
        agents=", ".join(absent),
    )


def _clock_reading(part: pd.DataFrame) -> Message | None:
    clocks, overlaps = total(part, "clock_overlaps"), total(part, "overlaps")
    if clocks < _BY_CLOCKS * overlaps:
        return None
    return msg(
        "of the overlaps %(clocks)s of %(n)s vanish when one of the two is moved by %(seconds)s "
        "seconds at most, as two clocks that differ would do",
        clocks=Count(clocks),
        n=Count(overlaps),
        seconds=Count(CLOCK_SECONDS),
    )


def _evidence(
    frame: pd.DataFrame,
    part: pd.DataFrame,
    vendor: str,
    scope: Scope,
    reading: Message | None,
    filters: Mapping[str, str | tuple[str, ...]],
) -> Evidence:
    """Return the overlaps of some logins; with an honest reading they are only asked."""
    seconds = total(part, "seconds")
    money, steps = _money(part, vendor, scope)
    shared = minutes(total(part, "overlap_seconds"))
    from_the_dial = 2 * total(part, "without_answer") > total(part, "conversations")
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(shared),
        expected=0.0,
        unit="minutes",
        n=total(of_vendor(frame, vendor), "conversations"),
        title=msg(
            "One agent in two conversations at once, minutes shared: %(minutes)s",
            minutes=Number(float(shared), 0),
        ),
        condition=_condition(frame, part, vendor, reading),
        criteria=msg(
            "one person talks to one customer at a time; up to %(tolerance)s seconds are left "
            "to the clocks, tests and transfers are not counted",
            tolerance=Count(TOLERANCE_SECONDS),
        ),
        review_only=reading is not None or from_the_dial,
        minutes=Range.exact(minutes(seconds)),
        money=None if money is None else Range.exact(money),
        per_call=True,
        effect=_effect(money, reading, scope),
        cause=msg(
            "probably one login used by several people, or clocks of two servers that differ; "
            "a difference that is the same in all rows points to the clocks"
        ),
        arithmetic=steps,
        ask=(
            msg("workstation and address of every login of the named agents in the period"),
            msg("the recordings of both conversations for ten of the overlapping pairs"),
        ),
        filters=filters,
    )


def _effect(money: Decimal | None, reading: Message | None, scope: Scope) -> Message | None:
    if money is None:
        return None
    worth = Money(money, scope.currency)
    if reading is not None:
        return msg("worth %(money)s net of VAT if nothing honest explains it", money=worth)
    return msg("the shared time is billed twice: %(money)s net of VAT", money=worth)


def _condition(
    frame: pd.DataFrame, own: pd.DataFrame, vendor: str, reading: Message | None
) -> Message:
    peers = frame[frame["vendor"] != vendor]
    by_agent = own.groupby("agent_id")["overlaps"].sum()
    named = by_agent[by_agent > 0]
    found = msg(
        "overlapping conversations: %(overlaps)s of %(n)s (%(share)s), shared time %(shared)s "
        "minutes, the longest %(longest)s seconds; agents: %(agents)s",
        overlaps=Count(total(own, "overlaps")),
        n=Count(total(own, "conversations")),
        share=Percent(total(own, "overlaps") / total(own, "conversations"), 2),
        shared=Number(float(minutes(total(own, "overlap_seconds"))), 2),
        longest=Count(int(own["longest_seconds"].max())),
        agents=agents_line(named),
    )
    told = [found] if reading is None else [found, reading]
    if total(peers, "conversations"):
        share = total(peers, "overlaps") / total(peers, "conversations")
        told.append(msg("share at the other vendors: %(share)s", share=Percent(share, 2)))
    if total(own, "without_answer"):
        told.append(
            msg(
                "calls without the instant of answer, counted from the dial: %(n)s; a dialler "
                "that calls ahead would look the same",
                n=Count(total(own, "without_answer")),
            )
        )
    return sentences(told)


def _money(own: pd.DataFrame, vendor: str, scope: Scope) -> tuple[Decimal | None, tuple[Step, ...]]:
    """Return the value of the shared time; none without a card in the client's currency."""
    items = {rate.key: rate.item for rate in minute_rates(cards_of(scope)) if rate.vendor == vendor}
    if not items or any(item.currency != scope.currency for item in items.values()):
        return None, ()
    by_item = own[own["rate_item"] != ""].groupby("rate_item")["seconds"].sum()
    parts = [(int(seconds), items[str(key)]) for key, seconds in by_item.items()]
    return priced_seconds(parts, scope.currency)


CHECK = Check(
    id=ID,
    question=N_("Is one agent in two conversations at once?"),
    kind="fact",
    family="f",
    needs=(Need("calls", ("agent_id", "started_at", "talk_seconds", "disposition")),),
    reduce=reduced,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("several people work under one login"),
        N_("the clocks of two servers differ by a constant number of seconds"),
        N_("a transfer, a conference or a call-back leg is logged without its parent call"),
        N_("the log marks the dial and not the answer, and the dialler calls ahead"),
    ),
    what_would_clear_it=N_(
        "login records that show several people under one code, clock offsets of the servers, "
        "or the recordings of both conversations"
    ),
    catches="two_calls_at_once",
    minimum_n=MINIMUM_N,
    about=N_(
        "A person talks to one customer at a time, so the time two paid conversations of one "
        "agent share can be paid for once at most. Each agent's conversations are laid on a line "
        "by their start; a conversation overlaps by the time it shares with the longest earlier "
        "one. Five seconds are left to the clocks; tests, transfers and unanswered calls are not "
        "counted. The overlap is exact, its cause is open. It is only asked where moving one of "
        "the two by two minutes parts nearly all of them, as clocks that differ would do, or where "
        "somebody on the roster has not a single call while another login overlaps."
    ),
)
