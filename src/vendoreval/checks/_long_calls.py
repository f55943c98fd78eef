"""Conversations that end in nothing: how many lie beyond the usual, by agent and stratum."""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.aggregates.base import add
from vendoreval.aggregates.durations import TIMERS, bin_of
from vendoreval.checks._answers import stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks._levels import is_current, window_of
from vendoreval.checks.base import Scope, Tables
from vendoreval.tables import CONVERSATION, OUTCOME

FRUITLESS: Final = tuple(code for code in CONVERSATION if code not in OUTCOME)
# the point beyond which a call of its kind is long: the common 95 % quantile
TAIL_PERCENT: Final = 95
COUNTS: Final = ("calls", "seconds", "long_calls", "long_seconds", "excess_seconds",
                 "long_hold_seconds")  # fmt: skip
_KEYS: Final = ("vendor", "agent_id", "campaign_id", "disposition", "current")
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "agent_id": "string", "campaign_id": "string",
    "disposition": "string", "current": "int64",
} | dict.fromkeys(COUNTS, "int64")  # fmt: skip


def timed_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return conversations of the window with `seconds` of talk and hold, without timer values."""
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    hold = calls.hold_seconds.fill_null(0)
    calls = calls.mutate(
        seconds=(calls.talk_seconds + hold).cast("int64"),
        hold=hold.cast("int64"),
        campaign_id=calls.campaign_id.fill_null(""),
        current=is_current(calls.started_on, scope),
    )
    # a line that stays open until the switch cuts it is a spike, not a tail
    return calls.filter(calls.seconds > 0, ~calls.seconds.isin((3600, *TIMERS)))


def _limits(calls: ibis.Table) -> ibis.Table:
    """Return by campaign and outcome the length that 95 % of all vendors' calls stay under."""
    stratum = ["campaign_id", "disposition"]
    calls = calls.mutate(bin=bin_of(calls.seconds))
    counted = calls.group_by([*stratum, "bin"]).agg(n=calls.count().cast("int64"))
    along = ibis.window(group_by=stratum, order_by="bin", preceding=None, following=0)
    counted = counted.mutate(
        below=counted.n.sum().over(along),
        whole=counted.n.sum().over(ibis.window(group_by=stratum)),
    )
    reached = counted.filter(counted.below * 100 >= TAIL_PERCENT * counted.whole)
    return reached.group_by(limit_campaign="campaign_id", limit_outcome="disposition").agg(
        tail_from=reached.bin.min()
    )


def fruitless_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return conversations without an outcome, each with `tail_from` of its stratum."""
    calls = timed_calls(tables, scope)
    calls = calls.filter(calls.disposition.isin(FRUITLESS))
    limits = _limits(calls)
    return calls.join(
        limits,
        [calls.campaign_id == limits.limit_campaign, calls.disposition == limits.limit_outcome],
    )


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return calls by vendor, agent, stratum and time, and how many of them are long.

    Lines of kind `fruitless` hold the question, those of kind `outcome` the lengths of calls
    that ended in something, the control.
    """
    calls = fruitless_calls(tables, scope)
    is_long = (calls.seconds > calls.tail_from).cast("int64")
    calls = calls.mutate(is_long=is_long, over=is_long * (calls.seconds - calls.tail_from))
    fruitless = calls.group_by(list(_KEYS)).agg(
        calls=calls.count().cast("int64"),
        seconds=add(calls.seconds),
        long_calls=add(calls.is_long),
        long_seconds=add(calls.is_long * calls.seconds),
        excess_seconds=add(calls.over),
        long_hold_seconds=add(calls.is_long * calls.hold),
    )
    won = timed_calls(tables, scope)
    won = won.filter(won.disposition.isin(OUTCOME))
    control = won.group_by(list(_KEYS)).agg(
        calls=won.count().cast("int64"), seconds=add(won.seconds)
    )
    return stack(
        [
            fruitless.mutate(kind=ibis.literal("fruitless")),
            control.mutate(kind=ibis.literal("outcome")),
        ],
        _COLUMNS,
    )


def long_call_rows(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the long conversations of the period; `seconds` is what lies beyond the limit."""
    calls = fruitless_calls(tables, scope)
    calls = calls.filter(calls.current == 1, calls.seconds > calls.tail_from)
    calls = calls.mutate(length_seconds=calls.seconds, limit_seconds=calls.tail_from)
    return calls.mutate(seconds=calls.length_seconds - calls.limit_seconds).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "length_seconds", "hold", "limit_seconds", "seconds",
    )  # fmt: skip
