"""The small table of `rounding_rule`, and what it says of one line of a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import in_period, stack
from vendoreval.checks._invoiced import INVOICED_COLUMNS, invoiced_minutes
from vendoreval.checks._priced import cards_of
from vendoreval.checks.base import Scope, Tables
from vendoreval.rating import CardLine, minute_rates, rate_calls, rounded_total
from vendoreval.rating.inference import Observation, RuleInference, infer_rule
from vendoreval.rating.observations import observe
from vendoreval.rating.rules import Rule

EXAMPLES: Final = 5
_COLUMNS: Final = INVOICED_COLUMNS | {
    "kind": "string", "vendor": "string", "rate_item": "string", "day": "date",
    "disposition": "string", "call_id": "string",
} | dict.fromkeys(
    ("n", "above", "below", "billed", "rated", "clock", "position", "added", "n_added",
     "n_sixtyfold", "talk", "hold", "ring", "wrap"),
    "int64",
)  # fmt: skip
_SECONDS: Final = ["call_id", "talk", "hold", "ring", "wrap", "rated", "billed"]
_GROUP: Final = ("vendor", "rate_item")


def priced_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls of the period whose billed seconds are known, rated by the card."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        in_period(calls.started_on, scope.period.start, scope.period.end),
        calls.billed_seconds.notnull(),
        ~calls.is_test.fill_null(False),
    )
    rated = rate_calls(calls, minute_rates(cards_of(scope)))
    return rated.filter(rated.rate_item != "")


def payable(calls: ibis.Table, lines: Sequence[CardLine]) -> ibis.Value:
    """Return whether the line of a call pays for its outcome at all."""
    paid = [
        (calls.rate_item == line.key) & calls.disposition.isin(line.dispositions)
        for line in lines
    ]  # fmt: skip
    return reduce(lambda one, other: one | other, paid, ibis.literal(False))


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return sums by day, what was added by position, calls to show, and outcomes not paid for."""
    lines = minute_rates(cards_of(scope))
    every = priced_calls(tables, scope)
    is_paid = payable(every, lines)
    calls, others = every.filter(is_paid, every.talk_seconds > 0), every.filter(~is_paid)
    apart = calls.billed_seconds - calls.rated_seconds
    sums = calls.group_by([*_GROUP, "started_on"]).agg(
        n=calls.count(),
        above=(apart > 0).cast("int64").sum(),
        below=(apart < 0).cast("int64").sum(),
        billed=calls.billed_seconds.sum(),
        rated=calls.rated_seconds.sum(),
    )
    others = others.filter(others.talk_seconds > 0)
    unpaid = others.group_by([*_GROUP, "disposition"]).agg(
        n=others.count(), above=(others.billed_seconds > 0).cast("int64").sum()
    )
    parts = [
        sums.mutate(kind=ibis.literal("sums"), day=sums.started_on),
        observe(calls, _GROUP).mutate(kind=ibis.literal("seen")),
        _examples(calls).mutate(kind=ibis.literal("example")),
        unpaid.mutate(kind=ibis.literal("unpaid")),
        invoiced_minutes(tables, scope),
    ]
    return stack(parts, _COLUMNS)


def _examples(calls: ibis.Table) -> ibis.Table:
    above = calls.filter(calls.billed_seconds > calls.rated_seconds)
    order = ibis.window(group_by=list(_GROUP), order_by=["started_at", "call_id"])
    ranked = above.mutate(place=ibis.row_number().over(order))
    return ranked.filter(ranked.place < EXAMPLES).select(
        *_GROUP,
        "call_id",
        n=ranked.place,
        billed=ranked.billed_seconds,
        rated=ranked.rated_seconds,
        talk=ranked.talk_seconds,
        hold=ranked.hold_seconds.fill_null(0),
        ring=ranked.ring_seconds.fill_null(0),
        wrap=ranked.wrap_seconds.fill_null(0),
    )


@dataclass(frozen=True)
class ExampleCall:
    """One call billed above the card; all but its code are seconds."""

    call_id: str
    talk: int
    hold: int
    ring: int
    wrap: int
    rated: int
    billed: int


@dataclass(frozen=True)
class LineSeen:
    """Calls of one line of the card: what was billed, what the card allows, by which rule.

    Parameters
    ----------
    above, below
        Calls billed above and below the card.
    billed, rated
        Seconds; rated after the rounding of days or of the whole.
    examples
        Up to five calls billed above the card, the earliest first.
    unpaid
        Outcome that the card does not pay for -> (calls, those of them billed).
    """

    line: CardLine
    n: int
    above: int
    below: int
    billed: int
    rated: int
    inference: RuleInference | None
    examples: tuple[ExampleCall, ...]
    unpaid: Mapping[str, tuple[int, int]]

    @property
    def excess(self) -> int:
        """Seconds billed above the card, those billed below set off."""
        return self.billed - self.rated


def lines_seen(own: pd.DataFrame, vendor: str, scope: Scope) -> list[LineSeen]:
    """Return what the small table says of each line of a vendor's card."""
    lines = [line for line in minute_rates(cards_of(scope)) if line.vendor == vendor]
    found = []
    for line in lines:
        mine = own[own["rate_item"] == line.key]
        sums = mine[mine["kind"] == "sums"]
        if len(sums):
            found.append(_seen(line, mine, sums))
    return found


def _seen(line: CardLine, mine: pd.DataFrame, sums: pd.DataFrame) -> LineSeen:
    by_day = {
        day: int(rated)
        for day, rated in zip(sums["day"], sums["rated"], strict=True)
        if isinstance(day, date)
    }
    seen = mine[mine["kind"] == "seen"]
    columns = ["clock", "position", "n", "added", "n_added", "n_sixtyfold"]
    observations = [
        Observation(*(int(value) for value in row))
        for row in seen[columns].itertuples(index=False)
    ]  # fmt: skip
    shown = mine[mine["kind"] == "example"].sort_values("n")
    unpaid = mine[mine["kind"] == "unpaid"].sort_values("disposition")
    return LineSeen(
        line,
        n=int(sums["n"].sum()),
        above=int(sums["above"].sum()),
        below=int(sums["below"].sum()),
        billed=int(sums["billed"].sum()),
        rated=rounded_total(line.item, by_day),
        inference=infer_rule(observations, Rule.of(line)),
        examples=tuple(
            ExampleCall(str(code), *(int(value) for value in seconds))
            for code, *seconds in shown[_SECONDS].itertuples(index=False)
        ),
        unpaid={
            str(row["disposition"]): (int(row["n"]), int(row["above"]))
            for row in unpaid.to_dict("records")
        },
    )
