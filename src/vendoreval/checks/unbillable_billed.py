"""Are calls billed whose disposition or clock the card excludes?

The card says which outcomes are paid for and from when the clock runs. A call that nobody
answered, a voicemail, a test, a call that ended before the free seconds were over costs
nothing by the card; when the log says that seconds of it were billed, the card is the
ground to have them back.

Method: every call of the period is rated by the line of the card in force when it starts.
Calls that the card rates at nothing and that have billed seconds are counted, by what
excludes them: a test, the outcome, the clock, the free seconds. Whether the invoice asks
for them is seen in its minutes: an invoice that fits the paid calls alone leaves them out,
and nothing is owed back. Where it holds a part of them, or no invoice is there, the check
only asks.

Source: schemes S6 and S16; non-billable statuses in the checks of invoice auditors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import (
    decimal_of,
    minutes,
    of_vendor,
    sentences,
    stack,
    total,
    without_billed_seconds,
)
from vendoreval.checks._invoiced import (
    INVOICED_COLUMNS,
    Invoiced,
    cards_of,
    invoiced_minutes,
    worth,
)
from vendoreval.checks._rounding import payable
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables
from vendoreval.rating import minute_rates, rate_calls
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "unbillable_billed"
_COLUMNS: Final = INVOICED_COLUMNS | {
    "why": "string", "disposition": "string", "rate_item": "string", "seconds": "int64",
    "paid": "int64",
}  # fmt: skip
_WHY: Final[dict[str, Message]] = {
    "test": msg("tests"),
    "outcome": msg("outcomes that are not paid"),
    "clock": msg("calls without a second of talk"),
    "free": msg("calls within the free seconds"),
}


def _billed_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls of the period that say what was billed, each as the card rates it."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(scope.period.start),
        calls.started_on < ibis.literal(scope.period.end),
        calls.billed_seconds.notnull(),
    )
    lines = minute_rates(cards_of(scope))
    rated = rate_calls(calls, lines)
    rated = rated.filter(rated.rate_item != "")
    spoken = rated.talk_seconds + rated.hold_seconds.fill_null(0)
    why = ibis.cases(
        (rated.rated_seconds > 0, ""),
        (rated.is_test.fill_null(False), "test"),
        (~payable(rated, lines), "outcome"),
        (spoken <= 0, "clock"),
        else_="free",
    )
    return rated.mutate(why=why)


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _billed_calls(tables, scope)
    refused = (calls.why != "") & (calls.billed_seconds > 0)
    counted = calls.group_by(["vendor", "why", "disposition", "rate_item"]).agg(
        n=refused.cast("int64").sum().cast("int64"),
        seconds=refused.ifelse(calls.billed_seconds, 0).sum().cast("int64"),
        paid=(calls.why == "").ifelse(calls.billed_seconds, 0).sum().cast("int64"),
        quantity=calls.count().cast("int64"),
    )
    counted = counted.mutate(kind=ibis.literal("calls"))
    return stack([counted, invoiced_minutes(tables, scope)], _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _billed_calls(tables, scope)
    refused = calls.filter(calls.why != "", calls.billed_seconds > 0)
    return refused.select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "disposition", "rate_item",
        "why", "talk_seconds", "ring_seconds", "billed_seconds", seconds=refused.billed_seconds,
    ).distinct()  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """The calls of one vendor that say what was billed."""

    calls: pd.DataFrame
    invoiced: Invoiced

    @property
    def n(self) -> int:
        """Calls looked at."""
        return int(sum((decimal_of(value) for value in self.calls["quantity"]), Decimal(0)))

    @property
    def refused(self) -> int:
        """Calls the card rates at nothing and that are billed."""
        return total(self.calls, "n")

    @property
    def seconds(self) -> int:
        """Their billed seconds."""
        return total(self.calls, "seconds")

    @property
    def paid(self) -> int:
        """Billed seconds of the calls the card pays for."""
        return total(self.calls, "paid")

    @property
    def is_invoiced(self) -> bool | None:
        """Whether the invoice asks for the refused calls."""
        return self.invoiced.holds(self.paid, self.seconds)


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    seen = {}
    for vendor in scope.vendors:
        own = of_vendor(frame, vendor)
        seen[vendor] = _Seen(own[own["kind"] == "calls"], Invoiced.of(own, scope.period))
    return [_answer(vendor, seen, scope) for vendor in scope.vendors]


def _answer(vendor: str, seen: Mapping[str, _Seen], scope: Scope) -> Answer:
    own = seen[vendor]
    n = own.n
    if not n:
        return without_billed_seconds(ID, vendor)
    statement = msg(
        "calls the card excludes, with billed seconds: %(refused)s of %(n)s, minutes: %(minutes)s",
        refused=Count(own.refused), n=Count(n), minutes=Number(float(minutes(own.seconds)), 2),
    )  # fmt: skip
    if not own.refused:
        return Answer(vendor, statement, n)
    if own.is_invoiced is False:
        told = msg("the minutes of the invoice leave them out")
        return Answer(vendor, sentences([statement, told]), n)
    return Answer(vendor, statement, n, (_evidence(vendor, seen, scope),))


def _evidence(vendor: str, seen: Mapping[str, _Seen], scope: Scope) -> Evidence:
    own = seen[vendor]
    by_item = own.calls.groupby("rate_item")["seconds"].sum()
    money, steps = worth({str(key): int(s) for key, s in by_item.items()}, vendor, scope)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(minutes(own.seconds)),
        expected=0.0,
        unit="minutes",
        n=own.n,
        title=msg("Calls are billed that the card does not pay for"),
        condition=_condition(vendor, seen),
        criteria=msg(
            "only calls with an outcome and a clock that the card names are billed; every other "
            "call costs nothing"
        ),
        review_only=own.is_invoiced is not True,
        minutes=Range.exact(minutes(own.seconds)),
        money=None if money is None else Range.exact(money),
        per_call=True,
        part="above_card",
        effect=None
        if money is None
        else msg("seconds billed for calls that cost nothing: %(money)s net of VAT",
                 money=Money(money, scope.currency)),
        cause=msg(
            "probably the billing system takes every dial that the switch counts, or codes of "
            "outcomes are mapped otherwise there"
        ),
        arithmetic=steps,
        ask=(
            msg("which outcomes the billing system takes for billable"),
            msg("a credit note for the named calls"),
        ),
        filters={"vendor": vendor},
    )  # fmt: skip


def _condition(vendor: str, seen: Mapping[str, _Seen]) -> Message:
    own = seen[vendor]
    told = [
        msg(
            "calls billed although the card excludes them: %(refused)s of %(n)s, minutes "
            "%(minutes)s",
            refused=Count(own.refused), n=Count(own.n),
            minutes=Number(float(minutes(own.seconds)), 2),
        ),
    ]  # fmt: skip
    for why, words in _WHY.items():
        calls = own.calls[(own.calls["why"] == why) & (own.calls["n"] > 0)]
        if calls.empty:
            continue
        codes = calls.groupby("disposition")["n"].sum().sort_values(ascending=False)
        named = ", ".join(f"{code} ({int(n)})" for code, n in codes.items())
        told.append(msg("%(why)s: %(codes)s", why=words, codes=named))
    if own.invoiced.minutes is None:
        told.append(msg("no invoice of whole days in the period shows whether they are asked for"))
    elif own.is_invoiced is None:
        told.append(msg("the minutes of the invoice hold a part of them only"))
    others = [one for name, one in seen.items() if name != vendor and one.n]
    if others:
        share = sum(one.refused for one in others) / sum(one.n for one in others)
        told.append(msg("share of such calls at the other vendors: %(share)s",
                        share=Percent(share, 2)))  # fmt: skip
    return sentences(told)


CHECK = Check(
    id=ID,
    question=N_("Are calls billed whose disposition or clock the card excludes?"),
    kind="fact",
    family="m",
    needs=(Need("calls", ("talk_seconds", "disposition", "billed_seconds")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("the outcome was corrected after the call was billed"),
        N_("the column holds what the carrier charges the vendor, and the invoice leaves it out"),
        N_("voicemails, ringing or wrong numbers are billable by an annex that is not filed"),
        N_("the outcomes of the billing system and of the log are mapped differently"),
    ),
    what_would_clear_it=N_(
        "the signed clause that pays for these outcomes, or the recordings of the named calls "
        "with a conversation on them"
    ),
    catches="unbillable_billed",
    minimum_n=1,
    about=N_(
        "Each call is rated by the line of the card in force when it starts. Calls that the "
        "card rates at nothing and that have billed seconds are counted, by what excludes them: "
        "a test, the outcome, the clock, free seconds. The minutes of the invoice show whether "
        "they are asked for; an invoice that fits the paid calls alone leaves them out, and one "
        "that holds a part of them only leads to a question."
    ),
)
