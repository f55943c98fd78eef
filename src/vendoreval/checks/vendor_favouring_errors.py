"""Do errors fall on the vendor's side too often?

Slips of people and clocks go both ways. A vendor whose slips are small, every one of them
inside the tolerance, but nearly all to its own good, has a rule behind them, and a rule is
dearer than a large slip. Auditors look at the direction before they look at the size.

Method: the sign of every error, not its size. For each day the billed seconds of all calls
are set against the card, as one net difference: a cause that touches all calls of a day
counts once. For each line of an invoice of the last twelve months the amount is set against
quantity times price, beyond honest rounding. Days and lines without an error are left out.
If both sides were equally likely, the number on the vendor's side is binomial with one
half; its exact upper tail is the p-value, and the smaller one of the kinds of errors counts,
times their number. The direction says nothing of the cause, so the check only asks, and it
values nothing: money is told by the checks of the single errors. Changes of past reports
have a sign test of their own.

Source: domain practice of invoice audits (share of discrepancies in the vendor's favour);
the sign test, Arbuthnot 1710, as an exact binomial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import of_vendor, sentences, stack, without_billed_seconds
from vendoreval.checks._lines import LINE_COLUMNS, lines_between, readings
from vendoreval.checks._rounding import priced_calls
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.checks.restated_history import sign_test
from vendoreval.text import N_, Count, Message, Number, Percent, msg

ID: Final = "vendor_favouring_errors"
MINIMUM_N: Final = 12
_COLUMNS: Final = {
    "kind": "string", **LINE_COLUMNS, "day": "date", "seconds": "int64", "n": "int64",
}  # fmt: skip
_WORDS: Final[Mapping[str, Message]] = {
    "seconds": msg("days on which the seconds billed are not the card's"),
    "amounts": msg("lines of invoices whose amount is not quantity times price"),
}


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    calls = priced_calls(tables, scope)
    days = calls.group_by(["vendor", "started_on"]).agg(
        seconds=(calls.billed_seconds - calls.rated_seconds).sum().cast("int64"),
        n=calls.count().cast("int64"),
    )
    last = scope.period.end
    year_ago = date(last.year - 1, last.month, min(last.day, 28))
    return stack(
        [
            days.mutate(kind=ibis.literal("day"), day=days.started_on),
            lines_between(tables, scope, year_ago, last).mutate(kind=ibis.literal("line")),
        ],
        _COLUMNS,
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = priced_calls(tables, scope)
    apart = calls.filter(calls.billed_seconds != calls.rated_seconds)
    return apart.select(
        "vendor", "call_id", "agent_id", "started_at", "started_on", "disposition", "rate_item",
        "talk_seconds", "rated_seconds", "billed_seconds",
        seconds=apart.billed_seconds - apart.rated_seconds,
    ).distinct()  # fmt: skip


@dataclass(frozen=True)
class _Slips:
    """Errors of one kind by the side they fall on."""

    kind: str
    better: int
    worse: int

    @property
    def n(self) -> int:
        """Errors of both sides."""
        return self.better + self.worse

    @property
    def chance(self) -> float:
        """Probability of so many on the vendor's side where both are alike."""
        return sign_test(self.better, self.worse)


@dataclass(frozen=True)
class _Seen:
    """What was looked at of one vendor, and the slips in it."""

    looked_at: int
    slips: tuple[_Slips, ...]

    @property
    def judged(self) -> tuple[_Slips, ...]:
        """Kinds with enough errors to say anything."""
        return tuple(one for one in self.slips if one.n >= MINIMUM_N)

    @property
    def n(self) -> int:
        """Errors of all kinds."""
        return sum(one.n for one in self.slips)

    @property
    def better(self) -> int:
        """Errors on the vendor's side."""
        return sum(one.better for one in self.slips)


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    seen = {vendor: _seen(of_vendor(frame, vendor), vendor, scope) for vendor in scope.vendors}
    return [_answer(vendor, seen) for vendor in scope.vendors]


def _seen(own: pd.DataFrame, vendor: str, scope: Scope) -> _Seen:
    days = own[own["kind"] == "day"]
    lines = readings(own[own["kind"] == "line"], vendor, scope)
    apart = [one.difference for one in lines]
    return _Seen(
        len(days) + len(lines) if len(days) else 0,
        (
            _Slips("seconds", int((days["seconds"] > 0).sum()), int((days["seconds"] < 0).sum())),
            _Slips("amounts", sum(one > 0 for one in apart), sum(one < 0 for one in apart)),
        ),
    )


def _answer(vendor: str, seen: Mapping[str, _Seen]) -> Answer:
    own = seen[vendor]
    if not own.looked_at:
        return without_billed_seconds(ID, vendor)
    statement = msg(
        "days and lines looked at: %(looked)s; errors on the vendor's side: %(better)s of %(n)s",
        looked=Count(own.looked_at), better=Count(own.better), n=Count(own.n),
    )  # fmt: skip
    if not own.judged:
        few = msg("fewer than %(least)s errors of a kind, which is no ground for a complaint",
                  least=Count(MINIMUM_N))  # fmt: skip
        return Answer(vendor, sentences([statement, few]), own.looked_at)
    return Answer(vendor, statement, own.looked_at, tuple(_evidence(vendor, seen)))


def _evidence(vendor: str, seen: Mapping[str, _Seen]) -> Iterator[Evidence]:
    own = seen[vendor]
    worst = min(own.judged, key=lambda one: (one.chance, -one.n))
    p_value = min(1.0, worst.chance * len(own.judged))
    if 2 * worst.better <= worst.n:
        return
    told = [
        msg("%(what)s: on the vendor's side %(better)s, on the client's %(worse)s",
            what=_WORDS[one.kind], better=Count(one.better), worse=Count(one.worse))
        for one in own.slips if one.n
    ]  # fmt: skip
    told.append(_chance(p_value))
    others = [one for name, one in seen.items() if name != vendor and one.n]
    if others:
        share = sum(one.better for one in others) / sum(one.n for one in others)
        told.append(
            msg("share on the vendor's side at the other vendors: %(share)s",
                share=Percent(share, 0))
        )  # fmt: skip
    yield Evidence(
        check=ID,
        vendor=vendor,
        observed=worst.better / worst.n,
        expected=0.5,
        unit="share",
        n=worst.n,
        title=msg("Errors fall on the vendor's side: %(better)s of %(n)s",
                  better=Count(worst.better), n=Count(worst.n)),
        condition=sentences(told),
        criteria=msg("slips go both ways; the size of each does not matter here"),
        p_value=p_value,
        review_only=True,
        cause=msg("probably one rule lies behind the errors, in the billing system or in the log"),
        ask=(
            msg("how the seconds and the amounts are worked out, step by step, for five of the "
                "named days or lines"),
            msg("what is done with an error that the vendor finds to its own good"),
        ),
        filters={"vendor": vendor},
    )  # fmt: skip


def _chance(p_value: float) -> Message:
    if p_value < 0.0001:
        return msg("if both sides were alike, so many on one would not happen by chance (exact "
                   "binomial, p < 0.0001)")  # fmt: skip
    return msg("if both sides were alike, so many on one would come about with p = %(p)s (exact "
               "binomial)", p=Number(p_value, 4))  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_("Do errors fall on the vendor's side too often?"),
    kind="pattern",
    family="m",
    needs=(Need("calls", ("talk_seconds", "disposition", "billed_seconds")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("one amended clause that is not filed explains all of the differences at once"),
        N_("seconds are rounded up by the switch before the card is applied"),
        N_("errors to the client's good were mended before the report was sent"),
    ),
    what_would_clear_it=N_(
        "the document or the setting behind the common direction, and errors in the other "
        "direction that were reported as they were found"
    ),
    catches="rounded_up",
    minimum_n=MINIMUM_N,
    about=N_(
        "Only the side of every error counts, not its size. The seconds billed on a day are set "
        "against the card as one net difference, the amount of each line of the last twelve "
        "months against quantity times price; what has no error is left out. If both sides were "
        "equally likely the number on the vendor's side is binomial with one half: its exact upper "
        "tail is the p-value. The direction says nothing of the cause, so this only asks and "
        "values nothing."
    ),
)
