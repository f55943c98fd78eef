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

Source: schemes S8 and S11; impossible-time rules of claims audits, where shared
identifiers and rolled-up records were the usual honest explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from vendoreval.checks._busy import timed
from vendoreval.checks._priced import cards_of
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Step, Tables
from vendoreval.rating import minute_rates, rate_calls
from vendoreval.tables import CONVERSATION
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "overlapping_calls"
TOLERANCE_SECONDS: Final = 5
MINIMUM_N: Final = 20


def swept(tables: Tables, scope: Scope) -> ibis.Table:
    """Return every conversation with the time it shares with an earlier one of its agent."""
    calls = rate_calls(_conversations(tables["calls"], scope), minute_rates(cards_of(scope)))
    talks = timed(calls)
    before = ibis.window(
        group_by=["vendor", "agent_id"], order_by=["begins", "call_id"], preceding=(None, 1)
    )
    # the first call has nobody before it, which one engine writes as null and another as 1970
    talks = talks.mutate(latest=talks.ends.max().over(before).fill_null(talks.begins))
    talks = talks.mutate(shared=ibis.least(talks.ends, talks.latest) - talks.begins)
    talks = talks.mutate(
        overlap_seconds=(talks.shared > TOLERANCE_SECONDS).ifelse(talks.shared, 0).cast("int64")
    )
    priced = talks.vendor.isin(tuple(rate.vendor for rate in minute_rates(cards_of(scope))))
    billable = ibis.least(talks.overlap_seconds, talks.rated_seconds)
    return talks.mutate(
        is_overlap=(talks.overlap_seconds > 0).cast("int64"),
        seconds=priced.ifelse(billable, talks.overlap_seconds).cast("int64"),
    )


def _conversations(calls: ibis.Table, scope: Scope) -> ibis.Table:
    """Return the period's conversations without tests and without both ends of a transfer."""
    period = scope.period
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(period.start),
        calls.started_on < ibis.literal(period.end),
    )
    parents = calls.filter(calls.parent_call_id.notnull())
    parents = parents.select(parent_vendor="vendor", parent_id="parent_call_id").distinct()
    parents = parents.mutate(is_parent=ibis.literal(1).cast("int64"))
    joined = calls.left_join(
        parents,
        [calls.vendor == parents.parent_vendor, calls.call_id == parents.parent_id],
    )
    return joined.filter(
        joined.is_parent.fill_null(0) == 0,
        joined.parent_call_id.isnull(),
        ~joined.is_test.fill_null(False),
        joined.disposition.isin(CONVERSATION),
        joined.talk_seconds + joined.hold_seconds.fill_null(0) > 0,
    )


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    calls = swept(tables, scope)
    return calls.group_by(["vendor", "agent_id", "rate_item"]).agg(
        conversations=calls.count().cast("int64"),
        overlaps=calls.is_overlap.sum().cast("int64"),
        overlap_seconds=calls.overlap_seconds.sum().cast("int64"),
        longest_seconds=calls.overlap_seconds.max().cast("int64"),
        seconds=calls.seconds.sum().cast("int64"),
        whole_minutes=calls.on_whole_minute.sum().cast("int64"),
        without_answer=calls.without_answer.sum().cast("int64"),
    )


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
    return Answer(vendor, statement, n, (_evidence(frame, vendor, scope),))


def _evidence(frame: pd.DataFrame, vendor: str, scope: Scope) -> Evidence:
    own = of_vendor(frame, vendor)
    seconds = total(own, "seconds")
    money, steps = _money(own, vendor, scope)
    shared = minutes(total(own, "overlap_seconds"))
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(shared),
        expected=0.0,
        unit="minutes",
        n=total(own, "conversations"),
        title=msg(
            "One agent in two conversations at once, minutes shared: %(minutes)s",
            minutes=Number(float(shared), 0),
        ),
        condition=_condition(frame, vendor),
        criteria=msg(
            "one person talks to one customer at a time; up to %(tolerance)s seconds are left "
            "to the clocks, tests and transfers are not counted",
            tolerance=Count(TOLERANCE_SECONDS),
        ),
        review_only=2 * total(own, "without_answer") > total(own, "conversations"),
        minutes=Range.exact(minutes(seconds)),
        money=None if money is None else Range.exact(money),
        per_call=True,
        effect=None
        if money is None
        else msg(
            "the shared time is billed twice: %(money)s net of VAT",
            money=Money(money, scope.currency),
        ),
        cause=msg(
            "probably one login used by several people, or clocks of two servers that differ; "
            "a difference that is the same in all rows points to the clocks"
        ),
        arithmetic=steps,
        ask=(
            msg("workstation and address of every login of the named agents in the period"),
            msg("the recordings of both conversations for ten of the overlapping pairs"),
        ),
        filters={"vendor": vendor},
    )


def _condition(frame: pd.DataFrame, vendor: str) -> Message:
    own, peers = of_vendor(frame, vendor), frame[frame["vendor"] != vendor]
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
    told = [found]
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
    reduce=_reduce,
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
        "counted. The overlap is exact, its cause is open."
    ),
)
