"""Does the carrier's record confirm the calls and their length?

The call log is written by the side that is paid by it. The carrier that carried the calls,
or the client's own switch, has no part in the bill: where its records are to be had, this
comparison outweighs every pattern.

Method: conversations are matched with the carrier's connected calls by phone and time. The
shift between the clocks is learnt first, for each vendor, from pairs of like length: a
distance that many pairs share (seconds, whole hours, the hour of the old season from one day
on) is taken out, so that clocks and time zones are no evidence. Each record confirms one
call. Lengths that differ by up to two seconds are stamps. Beyond that the carrier's seconds
are rated by the line of the card in force, and what was billed above is added up, calls
billed below the carrier set off, above the tolerance of the card; where all calls differ by
the same few seconds the check only asks. Conversations without a record count on days on
which the carrier holds the vendor's other calls; they are a fact where nearly all calls are
found or the calling line is one the carrier reports, otherwise a question.

Source: scheme S13; billing audits against carriers' records (CPUC decisions on collect
calls); classes exact, within two seconds, beyond, unmatched of carrier reconciliation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import minutes, not_run, of_vendor, stack, total
from vendoreval.checks._carrier import carrier_days, matched_calls, with_line
from vendoreval.checks._carrier_evidence import (
    ID,
    MINIMUM_N,
    Seen,
    longer_evidence,
    lost_evidence,
    tolerance,
)
from vendoreval.checks.base import Answer, Check, Need, Scope, Tables
from vendoreval.text import N_, Count, Message, msg

_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "day": "date", "agent_id": "string",
    "rate_item": "string", "state": "string", "n": "int64", "seconds": "int64",
    "rated": "int64", "apart": "int64", "shift": "int64",
}  # fmt: skip
# on a day with fewer calls than this the carrier's file is judged by its records alone
_LEAST_OF_A_DAY: Final = 5
_HELD_SHARE: Final = 0.5
_SHOWN_APART: Final = 20


def _stated(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the matched calls with a word for how both sides agree."""
    calls = with_line(matched_calls(tables, scope), tables)
    state = ibis.cases(
        ((calls.record_id == "") & (calls.line == "other"), "other_line"),
        ((calls.record_id == "") & (calls.line == "known"), "none_known_line"),
        (calls.record_id == "", "none"),
        (calls.seconds > 0, "longer"),
        (calls.seconds < 0, "shorter"),
        else_="same",
    )
    return calls.mutate(state=state)


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _stated(tables, scope)
    # one pass over the matched calls: everything below is added up from these groups
    gap = (calls.record_id == "").ifelse(0, calls.logged - calls.carried)
    grouped = calls.mutate(
        apart=gap.clip(-_SHOWN_APART, _SHOWN_APART).cast("int64"),
        agent_id=(calls.state == "longer").ifelse(calls.agent_id, ""),
    )
    keys = ["vendor", "started_on", "rate_item", "state", "agent_id", "apart", "shift"]
    counted = grouped.group_by(keys).agg(
        n=grouped.count().cast("int64"), seconds=grouped.seconds.sum().cast("int64"),
        rated=grouped.carried_rated.sum().cast("int64"),
    )  # fmt: skip
    parts = [
        counted.mutate(kind=ibis.literal("calls"), day=counted.started_on),
        carrier_days(tables, scope).mutate(kind=ibis.literal("day"), vendor=ibis.literal("")),
    ]
    return stack(parts, _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _stated(tables, scope)
    found = calls.filter(calls.seconds > 0)
    return found.select(
        "vendor", "call_id", "agent_id", "started_at", "started_on", "campaign_id", "phone",
        "disposition", "rate_item", "record_id", "logged", "carried", "rated_seconds",
        "carried_rated", "seconds",
        what=(found.state == "longer").ifelse("longer", "none"),
        day=found.started_on.cast("string"), state=found.state,
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    days = frozenset(frame.loc[frame["kind"] == "day", "day"])
    seen = {vendor: _seen(of_vendor(frame, vendor), days) for vendor in scope.vendors}
    return [_answer(vendor, seen, scope) for vendor in scope.vendors]


def _seen(own: pd.DataFrame, days: frozenset[object]) -> Seen:
    calls = own[own["kind"] == "calls"]
    held = set()
    for day, rows in calls[calls["state"] != "other_line"].groupby("day"):
        n = total(rows, "n")
        found = n - total(rows[rows["state"].str.startswith("none")], "n")
        if day in days and (n < _LEAST_OF_A_DAY or found >= _HELD_SHARE * n):
            held.add(day)
    return Seen(calls, frozenset(held))


def _answer(vendor: str, seen: Mapping[str, Seen], scope: Scope) -> Answer:
    own = seen[vendor]
    if own.matched < MINIMUM_N:
        return not_run(
            ID,
            vendor,
            msg("conversations of the log found with the carrier: %(matched)s of %(n)s",
                matched=Count(own.matched), n=Count(own.n)),
            msg("the carrier's records of the period with whole phone numbers, starts and "
                "seconds, for the lines the vendor calls from"),
            own.n,
        )  # fmt: skip
    evidence = []
    if minutes(own.excess) > tolerance(vendor, own, scope):
        evidence.append(longer_evidence(vendor, seen, scope))
    if total(own.lost, "seconds") > 0:
        evidence.append(lost_evidence(vendor, seen, scope))
    return Answer(vendor, _statement(own), own.n, tuple(evidence))


def _statement(own: Seen) -> Message:
    return msg(
        "conversations confirmed by the carrier: %(matched)s of %(n)s; billed above its seconds: "
        "%(longer)s, below: %(shorter)s; without a record: %(lost)s; not to be confirmed: "
        "%(outside)s",
        matched=Count(own.matched), n=Count(own.n), longer=Count(total(own.of("longer"), "n")),
        shorter=Count(total(own.of("shorter"), "n")), lost=Count(total(own.lost, "n")),
        outside=Count(own.outside),
    )  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_("Does the carrier's record confirm the calls and their length?"),
    kind="fact",
    family="m",
    needs=(
        Need("calls", ("phone", "started_at", "talk_seconds")),
        Need("carrier_calls", ("phone", "started_at", "duration_seconds"), "client"),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("a part of the calls went over another line or carrier whose records are not here"),
        N_("the carrier counts from the answer and the log from the dial or the queue"),
        N_("the carrier's file lacks calls, or holds another time zone on some days only"),
        N_("a transferred call is one record at the carrier and two rows in the log"),
    ),
    what_would_clear_it=N_(
        "the bill of the line over which the named calls were made, or their recordings with the "
        "lengths of the log"
    ),
    catches="carrier_shorter",
    minimum_n=MINIMUM_N,
    about=N_(
        "Conversations are matched with the carrier's connected calls by phone and time, after "
        "the shift between the clocks was learnt from pairs of like length and taken out. Lengths "
        "that differ by up to two seconds are stamps; beyond that the carrier's seconds are rated "
        "by the card, and what was billed above is added up, calls billed below set off. Calls "
        "without a record count on days that the carrier holds, over lines it may know; where "
        "many calls are not found and their line is not known, the check only asks."
    ),
)
