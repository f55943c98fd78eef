"""Calls that stand in the log more than once: by number, by recording, by all that was measured.

Legs of a transfer are one conversation in several rows by design, and the same row exported
twice is one row: neither is a repeat.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import ibis

from vendoreval.checks._invoiced import cards_of
from vendoreval.checks._matching import phone_key
from vendoreval.checks.base import Scope, Tables
from vendoreval.rating import minute_rates, rate_calls
from vendoreval.tables import ADMIN

# stamps of two exports of one call
START_TOLERANCE_SECONDS: Final = 5
# a shift between time zones, in whole hours
MOST_HOURS: Final = 14
# without ringing and notes to compare, short calls are alike by chance
_LEAST_TALK_SECONDS: Final = 30
# how far back the same recording or number is looked for
LOOK_BACK_DAYS: Final = 62
_HOUR: Final = 3600
WHYS: Final = ("number", "start", "hours", "recording")


def repeated_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls of the period that repeat an earlier one, rated.

    Columns beside those of the calls: `why` (one of `WHYS`), `first_call_id` (of the call
    repeated), `shift_seconds`, `rate_item`, `rated_seconds` and `seconds` (billed of it).
    """
    calls = _candidates(tables, scope)
    found = _told_apart(calls)
    found = found.filter(found.why != "", found.started_on >= ibis.literal(scope.period.start))
    rated = rate_calls(found, minute_rates(cards_of(scope)))
    return rated.mutate(seconds=_billed(rated))


def _billed(rated: ibis.Table) -> ibis.Value:
    """Return the part of a call that is billed: as rated, as the log says where it says it."""
    known = rated.billed_seconds.fill_null(rated.rated_seconds)
    return ibis.least(rated.rated_seconds, known).cast("int64")


def logged_seconds(tables: Tables, scope: Scope) -> ibis.Table:
    """Return conversations and billed seconds of the period by vendor."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(scope.period.start),
        calls.started_on < ibis.literal(scope.period.end),
        calls.talk_seconds > 0,
    )
    rated = rate_calls(calls, minute_rates(cards_of(scope)))
    billed = rated.billed_seconds.fill_null(rated.rated_seconds)
    return rated.group_by("vendor").agg(
        n=rated.count().cast("int64"),
        seconds=billed.sum().cast("int64"),
        keyed=(_who(rated) != "").cast("int64").sum().cast("int64"),
    )


def _who(calls: ibis.Table) -> ibis.Value:
    """Return whom a call was with: the phone, else the lead; empty where nothing says it."""
    phone = phone_key(calls.phone)
    return (phone != "").ifelse(phone, calls.lead_id.fill_null(""))


def _candidates(tables: Tables, scope: Scope) -> ibis.Table:
    """Return calls with talk that may be paid, without the legs of transfers."""
    calls = tables["calls"]
    first = scope.period.start - timedelta(days=LOOK_BACK_DAYS)
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(first),
        calls.started_on < ibis.literal(scope.period.end),
        calls.talk_seconds > 0,
        calls.parent_call_id.isnull(),
        ~calls.disposition.isin(ADMIN),
        ~calls.is_test.fill_null(False),
    )
    every = tables["calls"]
    parents = every.filter(
        every.vendor.isin(scope.vendors), every.parent_call_id.notnull(),
        every.started_on >= ibis.literal(first), every.started_on < ibis.literal(scope.period.end),
    )  # fmt: skip
    parents = parents.select(parent_vendor="vendor", parent_id="parent_call_id").distinct()
    parents = parents.mutate(is_parent=ibis.literal(1).cast("int64"))
    joined = calls.left_join(
        parents, [calls.vendor == parents.parent_vendor, calls.call_id == parents.parent_id]
    )
    joined = joined.filter(joined.is_parent.fill_null(0) == 0).drop(
        "parent_vendor", "parent_id", "is_parent"
    )
    begins = joined.started_at.epoch_seconds().cast("int64")
    number = joined.call_id.upper().re_replace("[^0-9A-ZА-ЯЁ]", "").re_replace("^0+", "")
    return joined.mutate(
        begins=begins,
        beat=begins % _HOUR,
        who=_who(joined),
        hold=joined.hold_seconds.fill_null(0),
        ring=joined.ring_seconds.fill_null(-1),
        wrap=joined.wrap_seconds.fill_null(-1),
        number=number,
        recording=joined.recording_id.fill_null(""),
    )


def _told_apart(calls: ibis.Table) -> ibis.Table:
    """Add why a call repeats an earlier one, and which; empty where it does not."""
    same = ["vendor", "agent_id", "who", "talk_seconds", "hold"]
    order = ["begins", "call_id"]
    at_once = ibis.window(group_by=same, order_by=order)
    in_hours = ibis.window(group_by=[*same, "ring", "wrap", "beat"], order_by=order)
    by_number = ibis.window(group_by=["vendor", "number", "who", "talk_seconds"], order_by=order)
    by_recording = ibis.window(
        group_by=["vendor", "recording", "agent_id", "talk_seconds"], order_by=order
    )
    seen = calls.mutate(
        start_id=calls.call_id.lag().over(at_once),
        start_at=calls.begins.lag().over(at_once),
        hours_id=calls.call_id.lag().over(in_hours),
        hours_at=calls.begins.lag().over(in_hours),
        number_id=calls.call_id.lag().over(by_number),
        number_at=calls.begins.lag().over(by_number),
        recording_of=calls.call_id.lag().over(by_recording),
        recording_at=calls.begins.lag().over(by_recording),
    )
    near = seen.begins - seen.start_at.fill_null(0)
    shift = seen.begins - seen.hours_at.fill_null(0)
    measured = (seen.ring >= 0) & (seen.wrap >= 0) | (seen.talk_seconds >= _LEAST_TALK_SECONDS)
    # one engine writes the lag of a first row as an empty text
    other = {
        name: seen[name].fill_null("").length() > 0
        for name in ("start_id", "hours_id", "number_id", "recording_of")
    }
    cases = (
        (other["number_id"] & (seen.number != "") & (seen.who != "")
         & (seen.number_id != seen.call_id), "number"),
        (other["start_id"] & (seen.who != "") & (near <= START_TOLERANCE_SECONDS)
         & (seen.start_id != seen.call_id), "start"),
        (other["hours_id"] & (seen.who != "") & measured & (shift > 0)
         & (shift <= MOST_HOURS * _HOUR) & (seen.hours_id != seen.call_id), "hours"),
        (other["recording_of"] & (seen.recording != "")
         & (seen.recording_of != seen.call_id), "recording"),
    )  # fmt: skip
    found = seen.mutate(why=ibis.cases(*cases, else_=""))
    first = found.why.cases(
        ("number", found.number_id), ("start", found.start_id), ("hours", found.hours_id),
        ("recording", found.recording_of), else_=ibis.literal(""),
    )  # fmt: skip
    earlier = found.why.cases(
        ("number", found.number_at), ("start", found.start_at), ("hours", found.hours_at),
        ("recording", found.recording_at), else_=found.begins,
    )  # fmt: skip
    return found.mutate(first_call_id=first, shift_seconds=found.begins - earlier)


def shared_with_others(tables: Tables, scope: Scope) -> ibis.Table:
    """Return, by vendor, calls of the period that another vendor reports too, and their seconds."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(scope.period.start),
        calls.started_on < ibis.literal(scope.period.end),
        calls.talk_seconds >= _LEAST_TALK_SECONDS,
    )
    phone = phone_key(calls.phone)
    calls = calls.mutate(
        phone_of=phone, begins=calls.started_at.epoch_seconds().cast("int64"),
        hold=calls.hold_seconds.fill_null(0),
    ).filter(phone != "")  # fmt: skip
    both = ibis.window(group_by=["phone_of", "talk_seconds", "hold"], order_by=["begins", "vendor"])
    seen = calls.mutate(
        before=calls.vendor.lag().over(both), before_at=calls.begins.lag().over(both),
        after=calls.vendor.lead().over(both), after_at=calls.begins.lead().over(both),
    )  # fmt: skip

    def near(vendor: ibis.Value, at: ibis.Value) -> ibis.Value:
        apart = (seen.begins - at.fill_null(0)).abs()
        named = vendor.fill_null("")
        return (named != "") & (named != seen.vendor) & (apart <= START_TOLERANCE_SECONDS)

    is_before, is_after = near(seen.before, seen.before_at), near(seen.after, seen.after_at)
    found = seen.mutate(other=is_before.ifelse(seen.before, is_after.ifelse(seen.after, "")))
    found = found.filter(found.other.fill_null("") != "")
    rated = rate_calls(found, minute_rates(cards_of(scope)))
    return rated.mutate(why=ibis.literal("vendor"), seconds=_billed(rated))
