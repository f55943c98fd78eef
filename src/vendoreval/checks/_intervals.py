"""Intervals from dial to dial of every agent: how often two are equal to the second."""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.aggregates.base import add, seconds_of
from vendoreval.aggregates.intervals import BREAK_SECONDS
from vendoreval.checks._credit import window_calls
from vendoreval.checks._levels import is_current, window_of
from vendoreval.checks.base import Scope, Tables

_AGENT: Final = ["vendor", "agent_id", "current"]
SUMS: Final = ("gaps", "gap_seconds", "gap_squares", "ln_millionths", "on_minutes", "pairs",
               "near_pairs")  # fmt: skip
_LN_UNIT: Final = 1_000_000


def gaps(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the dials of the window that follow another of the agent's day, with `gap`.

    A row that an export wrote twice counts once, and a longer wait is a break.
    """
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    calls = calls.mutate(begins=seconds_of(calls.started_at))
    # one line for each call: a repeated export must not make intervals of 0
    first = ibis.window(group_by=["vendor", "call_id"], order_by=["begins", "agent_id"])
    calls = calls.mutate(copy=ibis.row_number().over(first).cast("int64"))
    calls = calls.filter(calls["copy"] == 0)
    along = ibis.window(
        group_by=["vendor", "agent_id", "started_on"], order_by=["begins", "call_id"]
    )
    calls = calls.mutate(
        place=ibis.row_number().over(along).cast("int64"),
        previous=calls.begins.lag(1).over(along),
    )
    calls = calls.filter(calls.place > 0)
    calls = calls.mutate(
        gap=(calls.begins - calls.previous).cast("int64"),
        current=is_current(calls.started_on, scope),
    )
    return calls.filter(calls.gap > 0, calls.gap <= BREAK_SECONDS)


def _cells(calls: ibis.Table) -> ibis.Table:
    """Return how often an agent has each interval, and the one and two seconds below it."""
    talk = calls.talk_seconds.fill_null(0)
    cells = calls.group_by([*_AGENT, "gap"]).agg(
        n=calls.count().cast("int64"), talk=talk.sum().cast("int64")
    )
    along = ibis.window(group_by=_AGENT, order_by="gap")
    before = {
        f"{name}_{back}": cells[name].lag(back).over(along)
        for back in (1, 2)
        for name in ("n", "gap")
    }
    cells = cells.mutate(**before)
    near = ibis.literal(0)
    for back in (1, 2):
        is_near = (cells.gap - cells[f"gap_{back}"] <= 2).fill_null(False)
        near = near + is_near.ifelse(cells[f"n_{back}"].fill_null(0), 0)
    return cells.mutate(near=near.cast("int64"))


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return one line for each agent, now and before.

    Columns
    -------
    gaps, gap_seconds, gap_squares, ln_millionths, on_minutes
        Number of intervals, their sums, and how many are whole minutes.
    pairs, near_pairs
        Pairs of equal intervals; pairs that differ by one or two seconds, of which there
        are four times as many where nothing is on a beat.
    beat, beat_calls, beat_talk_seconds
        The commonest interval, how often it occurs, and the talk of these calls.
    """
    calls = gaps(tables, scope)
    cells = _cells(calls)
    pairs = cells.group_by(_AGENT).agg(
        gaps=add(cells.n),
        gap_seconds=add(cells.n * cells.gap),
        gap_squares=add(cells.n * cells.gap * cells.gap),
        ln_millionths=add(
            cells.n * (cells.gap.cast("float64").ln() * _LN_UNIT).round().cast("int64")
        ),
        on_minutes=add((cells.gap % 60 == 0).ifelse(cells.n, 0)),
        pairs=add((cells.n * (cells.n - 1) / 2).cast("int64")),
        near_pairs=add(cells.n * cells.near),
    )
    ranked = ibis.window(group_by=_AGENT, order_by=[cells.n.desc(), cells.gap])
    cells = cells.mutate(rank=ibis.row_number().over(ranked).cast("int64"))
    beat = cells.filter(cells["rank"] == 0).select(
        of_vendor="vendor", of_agent="agent_id", of_time="current", beat="gap", beat_calls="n",
        beat_talk_seconds="talk",
    )  # fmt: skip
    joined = pairs.join(
        beat,
        [
            pairs.vendor == beat.of_vendor,
            pairs.agent_id == beat.of_agent,
            pairs.current == beat.of_time,
        ],
    )
    return joined.drop("of_vendor", "of_agent", "of_time")


def beat_rows(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls of the period that follow each agent's commonest interval."""
    calls = gaps(tables, scope)
    calls = calls.filter(calls.current == 1)
    counted = calls.group_by(["vendor", "agent_id", "gap"]).agg(n=calls.count().cast("int64"))
    ranked = ibis.window(group_by=["vendor", "agent_id"], order_by=[counted.n.desc(), counted.gap])
    counted = counted.mutate(rank=ibis.row_number().over(ranked).cast("int64"))
    beat = counted.filter(counted["rank"] == 0, counted.n >= 3).select(
        of_vendor="vendor", of_agent="agent_id", beat="gap"
    )
    found = calls.join(
        beat,
        [
            calls.vendor == beat.of_vendor,
            calls.agent_id == beat.of_agent,
            calls.gap == beat.beat,
        ],
    )
    return found.mutate(seconds=found.talk_seconds.fill_null(0)).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "gap", "seconds",
    )  # fmt: skip
