"""The vendor's log matched with the carrier's records, whatever the clocks of both say.

Two systems rarely share a clock: one runs some seconds late, writes another time zone, or
kept the hour of the old season. Such shifts are constant, and a constant shows itself: it
is the distance between log and record that thousands of calls have in common.
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

# what two stamps of one call may be apart after the shift is removed: ringing lies between them
MATCH_SECONDS: Final = 120
# stamps of answer and hang-up on two systems
STAMP_SECONDS: Final = 2
# a shift of clocks or zones, in hours
_MOST_HOURS: Final = 14
# lengths of one call on both sides, to learn the shift from
_ALIKE_SECONDS: Final = 5
_LEAST_SECONDS: Final = 10
# a distance that so many pairs share, and one of so many of them, is no chance
_LEAST_PAIRS: Final = 20
_ONE_OF: Final = 100
_STEP: Final = 60


def matched_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the conversations of the period beside the carrier's record of each.

    Columns beside those of the calls: `record_id` (empty without a record), `logged` and
    `carried` (seconds), `shift` (of the clocks, in seconds), `rate_item`, `rated_seconds`,
    `carried_rated` (what the card counts of the carried seconds) and `seconds` (billed
    above that, negative below; 0 within the stamps).
    """
    calls = _calls(tables, scope)
    best = _best(calls, _records(tables, scope))
    found = calls.left_join(
        best, [calls.vendor == best.best_vendor, calls.call_id == best.best_call]
    )
    found = found.mutate(
        record_id=found.best_record.fill_null(""), carried=found.best_carried.fill_null(0),
        shift=found.best_shift.fill_null(0),
    )  # fmt: skip
    return _rated(found, scope)


def carrier_days(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the days of the period on which the carrier recorded conversations."""
    records = _records(tables, scope)
    inside = records.filter(
        records.carried_on >= ibis.literal(scope.period.start),
        records.carried_on < ibis.literal(scope.period.end),
    )
    return inside.group_by(day="carried_on").agg(n=inside.count().cast("int64"))


def _calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the conversations with a phone; a row exported twice counts once."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(scope.period.start),
        calls.started_on < ibis.literal(scope.period.end),
        calls.talk_seconds > 0,
        ~calls.disposition.isin(ADMIN),
        ~calls.is_test.fill_null(False),
    )
    once = ibis.window(group_by=["vendor", "call_id"], order_by=["started_at"])
    calls = calls.mutate(
        place=ibis.row_number().over(once).cast("int64"), key=phone_key(calls.phone),
        logged_at=calls.started_at.epoch_seconds().cast("int64"),
        logged=(calls.talk_seconds + calls.hold_seconds.fill_null(0)).cast("int64"),
    )  # fmt: skip
    return calls.filter(calls.place == 0, calls.key != "").drop("place")


def _records(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the carrier's connected calls around the period, each once."""
    records = tables["carrier_calls"]
    # a shift may put a call of the first or the last day on the next one
    first = scope.period.start - timedelta(days=1)
    records = records.filter(
        records.started_on >= ibis.literal(first),
        records.started_on < ibis.literal(scope.period.end + timedelta(days=1)),
        records.duration_seconds > 0,
    )
    return records.select(
        "record_id", carried_on="started_on", carried_key=phone_key(records.phone),
        carried_at=records.started_at.epoch_seconds().cast("int64"),
        carried=records.duration_seconds.cast("int64"),
    ).distinct()  # fmt: skip


def _shifts(calls: ibis.Table, records: ibis.Table) -> ibis.Table:
    """Return, by vendor, the distances that clocks and zones put between log and record."""
    own = calls.filter(calls.logged >= _LEAST_SECONDS)
    own = own.select("vendor", "key", "logged_at", "logged")
    most = _MOST_HOURS * 3600
    pairs = own.join(
        records,
        [own.key == records.carried_key,
         (own.logged - records.carried).abs() <= _ALIKE_SECONDS + own.logged // 4,
         own.logged_at >= records.carried_at - most, own.logged_at <= records.carried_at + most],
    )  # fmt: skip
    apart = pairs.logged_at - pairs.carried_at
    # nothing is divided below zero: engines round that in different directions
    whole_steps = (apart + most + _STEP // 2) // _STEP
    step = whole_steps.cast("int64") * _STEP - most
    stepped = pairs.mutate(shift=step)
    counted = stepped.group_by(["vendor", "shift"]).agg(pairs=stepped.count().cast("int64"))
    whole = ibis.window(group_by="vendor")
    ranked = counted.mutate(
        of_all=counted.pairs.sum().over(whole).cast("int64"),
        rank=ibis.row_number()
        .over(ibis.window(group_by="vendor", order_by=[counted.pairs.desc(), counted.shift]))
        .cast("int64"),
    )
    # the commonest distance holds where there are only a few calls too
    kept = ranked.filter(
        (ranked.rank == 0)
        | (ranked.pairs >= _LEAST_PAIRS) & (ranked.pairs * _ONE_OF >= ranked.of_all)
    )
    return kept.select("shift", "rank", shifted_vendor="vendor")


def _best(calls: ibis.Table, records: ibis.Table) -> ibis.Table:
    """Return one record for each call and one call for each record, the nearest of both."""
    shifts = _shifts(calls, records)
    own = calls.select("vendor", "call_id", "key", "logged_at", "logged")
    own = own.join(shifts, own.vendor == shifts.shifted_vendor)
    apart = own.logged_at - own["shift"] - records.carried_at
    pairs = own.join(
        records, [own.key == records.carried_key, apart <= MATCH_SECONDS, apart >= -MATCH_SECONDS]
    )
    near = (pairs.logged_at - pairs["shift"] - pairs.carried_at).abs()
    # distances of neighbouring shifts are one: the time between stamps, and a step
    pairs = pairs.mutate(
        near=near.cast("int64"), unlike=(pairs.logged - pairs.carried).abs().cast("int64")
    )
    order = ["rank", "near", "unlike", "record_id", "call_id"]
    by_record = ibis.window(group_by="record_id", order_by=order)
    pairs = pairs.mutate(of_record=ibis.row_number().over(by_record).cast("int64"))
    pairs = pairs.filter(pairs.of_record == 0)
    by_call = ibis.window(group_by=["vendor", "call_id"], order_by=order)
    pairs = pairs.mutate(of_call=ibis.row_number().over(by_call).cast("int64"))
    pairs = pairs.filter(pairs.of_call == 0)
    return pairs.select(
        best_vendor="vendor", best_call="call_id", best_record="record_id",
        best_carried="carried", best_shift="shift",
    )  # fmt: skip


def _rated(found: ibis.Table, scope: Scope) -> ibis.Table:
    """Add what the card counts of a call as logged and as carried, and the seconds between."""
    lines = minute_rates(cards_of(scope))
    rated = rate_calls(found, lines)
    hold = rated.hold_seconds.fill_null(0)
    rated = rated.rename(logged_talk="talk_seconds", logged_hold="hold_seconds",
                         logged_item="rate_item", logged_rated="rated_seconds",
                         logged_fee="fee_calls")  # fmt: skip
    # what the carrier saw is talk first: the log alone knows what of it was hold
    talk = ibis.greatest(rated.carried - hold, 0)
    carried = rated.mutate(talk_seconds=talk, hold_seconds=rated.carried - talk)
    again = rate_calls(carried, lines).rename(carried_rated="rated_seconds")
    again = again.drop("rate_item", "fee_calls", "talk_seconds", "hold_seconds").rename(
        talk_seconds="logged_talk", hold_seconds="logged_hold", rate_item="logged_item",
        rated_seconds="logged_rated", fee_calls="logged_fee",
    )  # fmt: skip
    billed = ibis.least(again.rated_seconds, again.billed_seconds.fill_null(again.rated_seconds))
    within = (again.record_id != "") & ((again.logged - again.carried).abs() <= STAMP_SECONDS)
    more = (billed - again.carried_rated).cast("int64")
    return again.mutate(seconds=within.ifelse(0, more))


def with_line(calls: ibis.Table, tables: Tables) -> ibis.Table:
    """Add whether the carrier reports calls of the calling line: known, other, or unknown."""
    lines = tables["carrier_calls"]
    lines = lines.select(own_line=phone_key(lines.caller_phone))
    lines = lines.filter(lines.own_line != "").distinct()
    lines = lines.mutate(is_known=ibis.literal(1).cast("int64"))
    calls = calls.mutate(line_key=phone_key(calls.caller_phone))
    joined = calls.left_join(lines, calls.line_key == lines.own_line)
    reported = lines.is_known.max().as_scalar().fill_null(0)
    line = ibis.cases(
        ((joined.line_key == "") | (reported == 0), "unknown"),
        (joined.is_known.fill_null(0) == 1, "known"),
        else_="other",
    )
    return joined.mutate(line=line)
