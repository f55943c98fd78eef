"""Is one call billed more than once, in one invoice, across invoices, or by two vendors?

The same conversation can be paid for once. It is billed again when a line of the invoice
is repeated, when an invoice is issued a second time, and when a call stands in the log
under two numbers: exported twice, written again some hours later, or reported by a second
vendor.

Method: lines with the same unit, campaign, days, quantity, price and words are one line;
what a credit takes back is left out, and lines that may be alike by chance (one seat and
another seat) only ask. Calls are matched in turn by their number as people write it (case,
signs and leading noughts aside), by person, customer and length with starts up to five
seconds apart, by the same and equal ringing and notes a whole number of hours apart, and
by the recording, up to two months back. Legs of a transfer are linked by their parent and
are left out; a row exported twice is one row. The repeat is the later call. Whether it is
asked for is seen in the minutes of the invoice: one that fits the log without the repeats
does not bill them. A call that two vendors report is put to both as a question, because
the log does not say whose it is.

Source: schemes S4, S5 and S38; same-same-same tests of audit tools with normalised keys;
whole-hour shifts of time zones in carrier disputes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import (
    agents_line,
    minutes,
    not_run,
    of_vendor,
    sentences,
    stack,
    total,
)
from vendoreval.checks._invoiced import INVOICED_COLUMNS, Invoiced, invoiced_minutes, worth
from vendoreval.checks._lines import (
    LINE_COLUMNS,
    Reading,
    line_rows,
    lines_between,
    period_lines,
    readings,
)
from vendoreval.checks._repeated_lines import line_evidence
from vendoreval.checks._repeats import (
    START_TOLERANCE_SECONDS,
    logged_seconds,
    repeated_calls,
    shared_with_others,
)
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables
from vendoreval.tables import MONEY
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "billed_twice"
_COLUMNS: Final = INVOICED_COLUMNS | LINE_COLUMNS | {
    "why": "string", "agent_id": "string", "rate_item": "string", "seconds": "int64",
    "keyed": "int64", "shift": "int64", "other": "string",
}  # fmt: skip
_ROW_COLUMNS: Final = {
    "vendor": "string", "what": "string", "call_id": "string", "line_id": "string",
    "why": "string", "first_call_id": "string", "other": "string", "agent_id": "string",
    "started_at": "timestamp", "phone": "string", "talk_seconds": "int64",
    "billed_seconds": "int64", "seconds": "int64", "unit": "string", "quantity": MONEY,
    "unit_price": MONEY, "amount": MONEY, "description": "string",
}  # fmt: skip
_WHY: Final[dict[str, Message]] = {
    "number": msg("by their number, written otherwise"),
    "start": msg("by person, customer, length and start"),
    "hours": msg("the same, whole hours apart"),
    "recording": msg("by their recording"),
}
_HOUR: Final = 3600


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    again = repeated_calls(tables, scope)
    again = again.filter(again.seconds > 0)
    counted = again.select(
        "vendor", "agent_id", "rate_item", "why", "call_id", "seconds",
        shift=(again.why == "hours").ifelse(again.shift_seconds, 0),
    ).distinct()  # fmt: skip
    counted = counted.group_by(["vendor", "agent_id", "rate_item", "why", "shift"]).agg(
        n=counted.count().cast("int64"), seconds=counted.seconds.sum().cast("int64")
    )
    past = lines_between(tables, scope, None, scope.period.start)
    parts = [
        counted.mutate(kind=ibis.literal("again")),
        logged_seconds(tables, scope).mutate(kind=ibis.literal("log")),
        invoiced_minutes(tables, scope),
        period_lines(tables, scope).mutate(kind=ibis.literal("line")),
        past.mutate(kind=ibis.literal("past")),
    ]
    if len(scope.vendors) > 1:
        other = shared_with_others(tables, scope)
        shared = other.group_by(["vendor", "other", "rate_item"]).agg(
            n=other.call_id.nunique().cast("int64"), seconds=other.seconds.sum().cast("int64")
        )
        parts.append(shared.mutate(kind=ibis.literal("shared")))
    return stack(parts, _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    again = repeated_calls(tables, scope)
    parts = [again.filter(again.seconds > 0).mutate(what=ibis.literal("call"))]
    if len(scope.vendors) > 1:
        shared = shared_with_others(tables, scope)
        parts.append(shared.mutate(what=ibis.literal("vendor")))
    parts.append(line_rows(tables, scope).mutate(what=ibis.literal("line")))
    return stack(parts, _ROW_COLUMNS).distinct()


@dataclass(frozen=True)
class _Seen:
    """Repeated calls of one vendor, beside its log and its invoice."""

    again: pd.DataFrame
    shared: pd.DataFrame
    n: int
    keyed: int
    billed: int
    invoiced: Invoiced
    lines: tuple[Reading, ...]
    past: tuple[Reading, ...]

    @property
    def calls(self) -> int:
        """Calls that repeat another."""
        return total(self.again, "n")

    @property
    def seconds(self) -> int:
        """Seconds billed of them."""
        return total(self.again, "seconds")

    @property
    def is_invoiced(self) -> bool | None:
        """Whether the invoice asks for them."""
        return self.invoiced.holds(self.billed - self.seconds, self.seconds)


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    seen = {vendor: _seen(of_vendor(frame, vendor), vendor, scope) for vendor in scope.vendors}
    return [_answer(vendor, seen, scope) for vendor in scope.vendors]


def _seen(own: pd.DataFrame, vendor: str, scope: Scope) -> _Seen:
    def of(kind: str) -> pd.DataFrame:
        return own[own["kind"] == kind]

    log = of("log")
    return _Seen(
        of("again"), of("shared"), total(log, "n"), total(log, "keyed"), total(log, "seconds"),
        Invoiced.of(own, scope.period), tuple(readings(of("line"), vendor, scope)),
        tuple(readings(of("past"), vendor, scope)),
    )  # fmt: skip


def _answer(vendor: str, seen: Mapping[str, _Seen], scope: Scope) -> Answer:
    own = seen[vendor]
    n = own.n + len(own.lines)
    if not own.n:
        return not_run(
            ID,
            vendor,
            msg("the call log holds no conversations in the period"),
            msg("the call log with agent, phone, start and length of every conversation"),
        )
    told = [
        msg(
            "calls that repeat another: %(again)s of %(n)s, minutes: %(minutes)s; lines of "
            "invoices looked at: %(lines)s",
            again=Count(own.calls), n=Count(own.n),
            minutes=Number(float(minutes(own.seconds)), 2), lines=Count(len(own.lines)),
        )
    ]  # fmt: skip
    evidence = list(line_evidence(ID, vendor, own.lines, own.past, scope))
    if 2 * own.keyed < own.n:
        told.append(
            msg("most calls name neither phone nor lead, so they are compared by number and "
                "recording only")
        )  # fmt: skip
    if own.calls and own.is_invoiced is False:
        told.append(msg("the minutes of the invoice leave them out"))
    elif own.calls:
        evidence.insert(0, _evidence(vendor, seen, scope))
    evidence += _shared(vendor, own, scope)
    return Answer(vendor, sentences(told), n, tuple(evidence))


def _evidence(vendor: str, seen: Mapping[str, _Seen], scope: Scope) -> Evidence:
    own = seen[vendor]
    by_item = own.again.groupby("rate_item")["seconds"].sum()
    money, steps = worth({str(key): int(s) for key, s in by_item.items()}, vendor, scope)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(own.calls),
        expected=0.0,
        unit="calls",
        n=own.n,
        title=msg("Calls stand in the log and on the invoice twice: %(n)s", n=Count(own.calls)),
        condition=_condition(vendor, seen),
        criteria=msg(
            "one conversation is billed once; legs of a transfer and rows exported twice are not "
            "counted, starts may differ by %(tolerance)s seconds",
            tolerance=Count(START_TOLERANCE_SECONDS),
        ),
        review_only=own.is_invoiced is not True,
        minutes=Range.exact(minutes(own.seconds)),
        money=None if money is None else Range.exact(money),
        per_call=True,
        effect=None
        if money is None
        else msg("billed once more: %(money)s net of VAT", money=Money(money, scope.currency)),
        cause=msg(
            "probably a part of the log was exported again under new numbers, or in another time "
            "zone, and was billed with the rest"
        ),
        arithmetic=steps,
        ask=(
            msg("the recordings of both calls of ten of the named pairs"),
            msg("a credit note for the repeated calls"),
        ),
        filters={"vendor": vendor, "what": "call"},
    )  # fmt: skip


def _condition(vendor: str, seen: Mapping[str, _Seen]) -> Message:
    own = seen[vendor]
    told = [
        msg(
            "calls that repeat another of the same vendor: %(again)s of %(n)s, minutes "
            "%(minutes)s; agents: %(agents)s",
            again=Count(own.calls), n=Count(own.n),
            minutes=Number(float(minutes(own.seconds)), 2),
            agents=agents_line(own.again.groupby("agent_id")["n"].sum()),
        )
    ]  # fmt: skip
    by_why = own.again.groupby("why")["n"].sum()
    told += [
        msg("%(way)s: %(n)s", way=words, n=Count(int(by_why[why])))
        for why, words in _WHY.items() if why in by_why.index
    ]  # fmt: skip
    shifts = own.again[own.again["shift"] > 0].groupby("shift")["n"].sum()
    if len(shifts):
        named = ", ".join(f"{int(str(s)) // _HOUR} h ({int(n)})" for s, n in shifts.items())
        told.append(msg("hours apart: %(shifts)s", shifts=named))
    if own.invoiced.minutes is None:
        told.append(msg("no invoice of whole days in the period shows whether they are asked for"))
    elif own.is_invoiced is None:
        told.append(msg("the minutes of the invoice hold a part of them only"))
    others = [one for name, one in seen.items() if name != vendor and one.n]
    if others:
        share = sum(one.calls for one in others) / sum(one.n for one in others)
        told.append(msg("share of such calls at the other vendors: %(share)s",
                        share=Percent(share, 2)))  # fmt: skip
    return sentences(told)


def _shared(vendor: str, own: _Seen, scope: Scope) -> list[Evidence]:
    calls, seconds = total(own.shared, "n"), total(own.shared, "seconds")
    if not calls:
        return []
    by_item = own.shared.groupby("rate_item")["seconds"].sum()
    money, steps = worth({str(key): int(s) for key, s in by_item.items()}, vendor, scope)
    others = sorted({str(name) for name in own.shared["other"]})
    return [
        Evidence(
            check=ID,
            vendor=vendor,
            observed=float(calls),
            expected=0.0,
            unit="calls",
            n=own.n,
            title=msg("Calls that another vendor reports too: %(n)s", n=Count(calls)),
            condition=msg(
                "calls with the phone, the start and the length of a call of another vendor: "
                "%(n)s, minutes %(minutes)s; the other vendors: %(others)s",
                n=Count(calls), minutes=Number(float(minutes(seconds)), 2),
                others=", ".join(others),
            ),
            criteria=msg("a conversation has one vendor; at most one of them is paid for it"),
            review_only=True,
            minutes=Range.exact(minutes(seconds)),
            money=None if money is None else Range.exact(money),
            effect=None
            if money is None
            else msg("at question at one of them: %(money)s net of VAT",
                     money=Money(money, scope.currency)),
            cause=msg("probably the vendors share people or a subcontractor, or a call was handed "
                      "from one to the other"),
            arithmetic=steps,
            ask=(msg("who made the call, and whether work was passed to another company"),),
            filters={"vendor": vendor, "what": "vendor"},
        )
    ]  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_(
        "Is one call billed more than once, in one invoice, across invoices, or by two vendors?"
    ),
    kind="fact",
    family="m",
    needs=(Need("calls", ("agent_id", "started_at", "talk_seconds", "disposition")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("an interrupted export was begun again and its rows got new numbers"),
        N_("a transfer or a conference is logged in several rows without the parent call"),
        N_("a correction stands beside the row it corrects, and the credit follows"),
        N_("an automatic message reaches the same number hour after hour with the same length"),
    ),
    what_would_clear_it=N_(
        "the carrier's records or the recordings of both calls of a pair, or the credit note for "
        "the repeated lines"
    ),
    catches="billed_twice",
    minimum_n=1,
    about=N_(
        "Lines of invoices that bill the same work, and calls that stand in the log under two "
        "numbers, are found: by the number as people write it, by person, customer, length and "
        "start, by the same whole hours apart, and by the recording up to two months back. Legs "
        "of a transfer, rows exported twice and lines that a credit takes back are left out. "
        "The minutes of the invoice show whether repeated calls are asked for. Calls that two "
        "vendors report are put to both as a question."
    ),
)
