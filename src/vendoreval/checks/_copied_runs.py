"""Conversations in the order of each agent's day, and runs of them that were there before."""

from __future__ import annotations

from typing import Any, Final

import ibis

from vendoreval.aggregates.base import add
from vendoreval.aggregates.repeats import SEQUENCE_LENGTH
from vendoreval.checks._answers import stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks.base import Scope, Tables
from vendoreval.tables import CONVERSATION

# what is copied stems from not long before
MONTHS: Final = 2
# shorter ones are greetings and refusals, of which many are equally long
SHORTEST_SECONDS: Final = 30
LONGEST_SECONDS: Final = 600
_PARTS: Final = ("talk", "hold", "wrap")
COUNTS: Final = ("length", "calls", "runs", "repeated", "seconds", "triple_pairs")
_COLUMNS: Final = {"kind": "string", "vendor": "string", "agent_id": "string"} | dict.fromkeys(
    COUNTS, "int64"
)


def _spoken(tables: Tables, scope: Scope) -> ibis.Table:
    """Return conversations, each id once: an export that was begun again copies nothing."""
    calls = window_calls(tables["calls"], scope.vendors, scope.period.months_back(MONTHS))
    calls = calls.filter(
        calls.disposition.isin(CONVERSATION), calls.talk_seconds >= SHORTEST_SECONDS
    )
    first = ibis.window(group_by=["vendor", "call_id"], order_by=["started_at", "agent_id"])
    calls = calls.mutate(copy=ibis.row_number().over(first).cast("int64"))
    calls = calls.filter(calls["copy"] == 0)
    current = calls.started_on >= ibis.literal(scope.period.start)
    return calls.mutate(
        talk=calls.talk_seconds,
        hold=calls.hold_seconds.fill_null(0),
        wrap=calls.wrap_seconds.fill_null(0),
        current=current.cast("int64"),
    )


def _runs(tables: Tables, scope: Scope) -> ibis.Table:
    """Return conversations with `is_copy`: 1 where the run that ends here was there before."""
    calls = _spoken(tables, scope)
    along = ibis.window(
        group_by=["vendor", "agent_id", "started_on"], order_by=["started_at", "call_id"]
    )
    earlier: dict[str, Any] = {
        f"{part}_{back}": calls[part].lag(back).over(along)
        for back in range(1, SEQUENCE_LENGTH)
        for part in _PARTS
    }
    calls = calls.mutate(place=ibis.row_number().over(along).cast("int64"), **earlier)
    is_run = (calls.place >= SEQUENCE_LENGTH - 1).cast("int64")
    alike = ibis.window(group_by=["vendor", *_PARTS, *earlier], order_by=["started_at", "call_id"])
    calls = calls.mutate(is_run=is_run, before=ibis.row_number().over(alike).cast("int64"))
    copy = (calls.is_run == 1) & (calls.before > 0) & (calls.current == 1)
    return calls.mutate(is_copy=copy.cast("int64"))


def copied_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the conversations of the period that belong to a run that was there before."""
    calls = _runs(tables, scope)
    along = ibis.window(
        group_by=["vendor", "agent_id", "started_on"], order_by=["started_at", "call_id"]
    )
    inside = calls.is_copy
    for ahead in range(1, SEQUENCE_LENGTH):
        inside = ibis.greatest(inside, calls.is_copy.lead(ahead).over(along).fill_null(0))
    calls = calls.mutate(inside=inside.cast("int64"))
    return calls.filter(calls.inside == 1)


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return by vendor: runs and copies by agent, equal triples, and the histogram of talk.

    Lines of kind `run` hold runs, copies and the seconds of copied calls by agent; `triple`
    how many pairs of conversations agree in talk, hold and wrap; `length` the conversations
    of the period of each length.
    """
    calls = _runs(tables, scope)
    runs = calls.group_by(["vendor", "agent_id"]).agg(
        runs=add(calls.is_run), repeated=add(calls.is_copy)
    )
    copied = copied_calls(tables, scope)
    seconds = copied.group_by(["vendor", "agent_id"]).agg(
        seconds=add(copied.talk + copied.hold), calls=copied.count().cast("int64")
    )
    alike = calls.group_by(["vendor", *_PARTS]).agg(n=calls.count().cast("int64"))
    triples = alike.group_by("vendor").agg(
        calls=add(alike.n), triple_pairs=add((alike.n * (alike.n - 1) / 2).cast("int64"))
    )
    now = calls.filter(calls.current == 1, calls.talk <= LONGEST_SECONDS)
    lengths = now.group_by(["vendor", "talk"]).agg(calls=now.count().cast("int64"))
    return stack(
        [
            runs.mutate(kind=ibis.literal("run")),
            seconds.mutate(kind=ibis.literal("copied")),
            triples.mutate(kind=ibis.literal("triple")),
            lengths.mutate(kind=ibis.literal("length"), length=lengths.talk),
        ],
        _COLUMNS,
    )


def copied_rows(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls that stand in copied runs; `seconds` is their talk and hold."""
    calls = copied_calls(tables, scope)
    return calls.mutate(seconds=(calls.talk + calls.hold).cast("int64")).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk", "hold", "wrap", "seconds",
    )  # fmt: skip
