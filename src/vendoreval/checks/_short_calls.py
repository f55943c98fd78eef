"""Conversations of seconds, and what came right after them."""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.aggregates.base import add, seconds_of
from vendoreval.checks._credit import window_calls
from vendoreval.checks._levels import is_current, window_of
from vendoreval.checks._long_calls import FRUITLESS
from vendoreval.checks.base import Scope, Tables

SHORT_SECONDS: Final = 10
WITHIN_SECONDS: Final = 600
COUNTS: Final = ("calls", "short", "short_seconds", "called_back", "dialled_again")


def _calls(tables: Tables, scope: Scope) -> ibis.Table:
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    direction = calls.direction.fill_null("outbound").lower()
    return calls.mutate(
        begins=seconds_of(calls.started_at),
        campaign_id=calls.campaign_id.fill_null(""),
        is_inbound=(direction == "inbound").cast("int64"),
        current=is_current(calls.started_on, scope),
    )


def short_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the vendor's conversations without an outcome, `is_short` 1 or 0.

    `called_back` is 1 where the customer called within ten minutes, `dialled_again` where
    the vendor dialled the same number.
    """
    calls = _calls(tables, scope)
    spoken = calls.filter(
        calls.disposition.isin(FRUITLESS), calls.talk_seconds > 0, calls.is_inbound == 0
    )
    is_short = (spoken.talk_seconds < SHORT_SECONDS).cast("int64")
    spoken = spoken.mutate(is_short=is_short)
    after = _after(calls, spoken)
    joined = spoken.left_join(
        after, [spoken.vendor == after.after_vendor, spoken.call_id == after.after_call]
    )
    return joined.mutate(
        called_back=joined.inbound_after.fill_null(0),
        dialled_again=joined.outbound_after.fill_null(0),
    )


def _after(calls: ibis.Table, spoken: ibis.Table) -> ibis.Table:
    """Return short calls of the period with another call of their number within ten minutes."""
    short = spoken.filter(spoken.is_short == 1, spoken.current == 1, spoken.phone.notnull())
    short = short.select(
        after_vendor="vendor", after_call="call_id", number="phone", ended="begins"
    )
    # an inbound call shows who calls in whichever column the switch uses for it
    inbound = calls.is_inbound == 1
    number = inbound.ifelse(ibis.coalesce(calls.caller_phone, calls.phone), calls.phone)
    own = inbound.ifelse(ibis.coalesce(calls.phone, calls.caller_phone), calls.phone)
    others = calls.mutate(number=number, other_number=own).filter(calls.current == 1)
    parts = [
        others.select(by_vendor="vendor", by_number=name, at="begins", is_inbound="is_inbound")
        for name in ("number", "other_number")
    ]
    both = parts[0].union(parts[1])
    joined = short.join(
        both, [short.after_vendor == both.by_vendor, short.number == both.by_number]
    )
    soon = joined.filter(joined.at > joined.ended, joined.at <= joined.ended + WITHIN_SECONDS)
    return soon.group_by(["after_vendor", "after_call"]).agg(
        inbound_after=soon.is_inbound.max().cast("int64"),
        outbound_after=(1 - soon.is_inbound).max().cast("int64"),
    )


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return conversations without an outcome by vendor, agent, campaign and time."""
    calls = short_calls(tables, scope)
    return calls.group_by(["vendor", "agent_id", "campaign_id", "current"]).agg(
        calls=calls.count().cast("int64"),
        short=add(calls.is_short),
        short_seconds=add(calls.is_short * calls.talk_seconds),
        called_back=add(calls.called_back),
        dialled_again=add(calls.dialled_again),
    )


def short_rows(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the short conversations of the period."""
    calls = short_calls(tables, scope)
    calls = calls.filter(calls.is_short == 1, calls.current == 1)
    return calls.mutate(seconds=calls.talk_seconds).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "called_back", "dialled_again", "seconds",
    )  # fmt: skip
