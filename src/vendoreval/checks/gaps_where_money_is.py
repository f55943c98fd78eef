"""Are reports missing exactly where money was decided?

A day without a call log cannot be checked. Where such days are asked to be paid for, the gap
stands where the money is: the invoice counts minutes that no delivered call shows.

Method: a gap is a day on which the vendor usually works, without one accepted call, inside
the days an invoice line by the minute covers. Usual are the weekdays on which it worked at
least every other time in the twelve weeks before. Left out are days on which no vendor
worked, days of a reported incident, days before the first call ever delivered, and days of
deliveries that had as many rows refused as a usual day holds. Money was decided on the gap
where the invoice asks for more minutes than the calls support by the card, and the excess is at
least what so many of the vendor's quietest days hold (the tenth with the fewest minutes); else
nothing was billed for them, and the statement says so. How often days are missing at the other
vendors is printed beside it.

Source: scheme S39; delivery calendar and invoice, no statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.agreement import Agreement
from vendoreval.checks._answers import (
    decimal_of,
    in_period,
    minutes,
    not_run,
    of_vendor,
    sentences,
    stack,
)
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables
from vendoreval.engine import day_of
from vendoreval.rating import MINUTE_UNITS, minute_rates, rate_calls
from vendoreval.tables import MONEY
from vendoreval.text import N_, Count, Day, Message, Number, Percent, msg

ID: Final = "gaps_where_money_is"
HABIT_DAYS: Final = 84
_SHOWN: Final = 6
_ENOUGH: Final = 3
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "first_on": "date", "last_on": "date",
    "rows": "int64", "seconds": "int64", "quantity": MONEY, "faulty": "int64",
}  # fmt: skip


@dataclass(frozen=True)
class _Gaps:
    """The gaps of one vendor.

    Parameters
    ----------
    days
        Usual working days inside the billed days without a call.
    workdays
        All usual working days inside the billed days.
    undelivered
        Gaps that no delivery of the call log covers.
    told
        Gaps on which the daily totals tell of work.
    usual_minutes, quiet_minutes
        What a usual day holds, and one of the quietest tenth.
    excess
        Minutes billed above the calls of the billed days.
    """

    days: tuple[date, ...]
    workdays: int
    undelivered: int
    told: int
    usual_minutes: Decimal
    quiet_minutes: Decimal
    excess: Decimal

    @property
    def is_billed(self) -> bool:
        """Whether the invoice asks money for the missing days."""
        return (
            bool(self.days)
            and self.excess > 0
            and (self.excess >= self.quiet_minutes * len(self.days))
        )


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    return stack(
        [_days(tables, scope), _totals(tables, scope), _lines(tables, scope),
         _covered(tables, scope), _incidents(tables, scope)],
        _COLUMNS,
    )  # fmt: skip


def _days(tables: Tables, scope: Scope) -> ibis.Table:
    """Return calls and the seconds the card allows for them, by day; habit days before too."""
    calls = tables["calls"]
    since = scope.period.start - timedelta(days=HABIT_DAYS)
    calls = calls.filter(
        calls.vendor.isin(scope.vendors), in_period(calls.started_on, since, scope.period.end)
    )
    cards: dict[str, Agreement] = {
        v: scope.agreements[v] for v in scope.vendors if v in scope.agreements
    }
    rated = rate_calls(calls, minute_rates(cards))
    seconds = (rated.rate_item != "").ifelse(rated.rated_seconds, rated.talk_seconds)
    rated = rated.mutate(seconds=seconds)
    return rated.group_by(["vendor", "started_on"]).agg(
        rows=rated.count().cast("int64"), seconds=rated.seconds.sum().cast("int64")
    ).select("vendor", "rows", "seconds", kind=ibis.literal("day"), first_on="started_on",
             last_on="started_on")  # fmt: skip


def _totals(tables: Tables, scope: Scope) -> ibis.Table:
    days = tables["agent_days"].select("vendor", "date", "dials")
    days = days.filter(
        days.vendor.isin(scope.vendors),
        in_period(days.date, scope.period.start, scope.period.end),
        days.dials > 0,
    )
    return days.group_by(["vendor", "date"]).agg(rows=days.dials.sum().cast("int64")).select(
        "vendor", "rows", kind=ibis.literal("total"), first_on="date", last_on="date"
    )  # fmt: skip


def _billed(tables: Tables, scope: Scope) -> ibis.Table:
    lines = tables["invoice_lines"]
    return lines.filter(
        lines.vendor.isin(scope.vendors),
        in_period(lines.period_start, scope.period.start, scope.period.end),
        lines.unit.isin(MINUTE_UNITS),
        lines.quantity > 0,
    )


def _lines(tables: Tables, scope: Scope) -> ibis.Table:
    lines = _billed(tables, scope)
    return lines.group_by(["vendor", "period_start", "period_end"]).agg(
        quantity=lines.quantity.sum().cast(MONEY), rows=lines.count().cast("int64")
    ).select("vendor", "quantity", "rows", kind=ibis.literal("line"), first_on="period_start",
             last_on="period_end")  # fmt: skip


def _covered(tables: Tables, scope: Scope) -> ibis.Table:
    sent = tables["deliveries"]
    sent = sent.filter(
        sent.vendor.isin(scope.vendors), sent.report == "calls", sent.first_on.notnull(),
        sent.first_on < ibis.literal(scope.period.end),
        sent.last_on >= ibis.literal(scope.period.start),
    )  # fmt: skip
    return sent.select("vendor", "first_on", "last_on", kind=ibis.literal("covered"),
                       faulty="faulty_rows")  # fmt: skip


def _incidents(tables: Tables, scope: Scope) -> ibis.Table:
    told = tables["incidents"]
    told = told.filter(
        told.vendor.isin(scope.vendors), told.started_on < ibis.literal(scope.period.end)
    )
    last = told.ended_at.date().fill_null(told.started_on)
    return told.select("vendor", kind=ibis.literal("incident"), first_on="started_on",
                       last_on=last)  # fmt: skip


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    return _billed(tables, scope).select(
        "vendor", "invoice_id", "line", "period_start", "period_end", "unit", "campaign_id",
        "quantity", "unit_price", "amount", "description",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    found = {vendor: _gaps(frame, vendor, scope) for vendor in scope.vendors}
    return [_answer(vendor, found) for vendor in scope.vendors]


def _gaps(frame: pd.DataFrame, vendor: str, scope: Scope) -> _Gaps | None:
    """Return the gaps of a vendor; `None` without an invoice by the minute, or without calls."""
    own = of_vendor(frame, vendor)
    calls, lines = own[own["kind"] == "day"], own[own["kind"] == "line"]
    inside = calls[calls["first_on"].map(day_of) >= scope.period.start] if len(calls) else calls
    if lines.empty or inside.empty:
        return None
    worked = {day_of(on): int(n) for on, n in zip(calls["first_on"], calls["rows"], strict=True)}
    billed = _within(lines, scope.period.start, scope.period.end)
    usual = _usual_weekdays(worked, scope.period.start)
    silent = _silent_days(frame, vendor, scope)
    first = min(worked)
    workdays = [d for d in billed if d.weekday() in usual and d not in silent and d >= first]
    excused = _within(own[own["kind"] == "incident"], scope.period.start, scope.period.end)
    gaps = [d for d in workdays if d not in worked and d not in excused]
    middle = sorted(worked.values())[len(worked) // 2]
    gaps = _without_refused(gaps, own[own["kind"] == "covered"], middle)
    covered = _within(own[own["kind"] == "covered"], scope.period.start, scope.period.end)
    told = {day_of(on) for on in own[own["kind"] == "total"]["first_on"]}
    seconds = inside["seconds"].astype(float)
    per_day, quiet = float(seconds.mean()), float(seconds.quantile(0.1))
    logged = sum(
        int(spent)
        for on, spent in zip(calls["first_on"], calls["seconds"], strict=True)
        if day_of(on) in billed
    )
    asked = sum((decimal_of(q) for q in lines["quantity"]), Decimal(0))
    return _Gaps(
        tuple(gaps), len(workdays), sum(d not in covered for d in gaps),
        sum(d in told for d in gaps), minutes(round(per_day)), minutes(round(quiet)),
        asked - minutes(logged),
    )  # fmt: skip


def _within(rows: pd.DataFrame, start: date, end: date) -> frozenset[date]:
    """Return the days of a half-open range that lie in any of the stretches."""
    found: set[date] = set()
    for first, last in zip(rows["first_on"], rows["last_on"], strict=True):
        day = max(day_of(first), start)
        while day <= day_of(last) and day < end:
            found.add(day)
            day += timedelta(days=1)
    return frozenset(found)


def _usual_weekdays(worked: dict[date, int], start: date) -> frozenset[int]:
    """Return the weekdays worked at least every other time before; else those of the period."""
    before = [day for day in worked if day < start]
    days = before or list(worked)
    weeks = max((max(days) - min(days)).days // 7 + 1, 1)
    counts = {weekday: sum(day.weekday() == weekday for day in days) for weekday in range(7)}
    if before and weeks < _ENOUGH:
        days = list(worked)
        weeks = max((max(days) - min(days)).days // 7 + 1, 1)
        counts = {weekday: sum(day.weekday() == weekday for day in days) for weekday in range(7)}
    return frozenset(weekday for weekday, count in counts.items() if 2 * count >= weeks)


def _silent_days(frame: pd.DataFrame, vendor: str, scope: Scope) -> frozenset[date]:
    """Return the days of the period on which none of the other vendors worked: holidays."""
    others = frame[(frame["kind"] == "day") & (frame["vendor"] != vendor)]
    days = {day_of(on) for on in others["first_on"]}
    if not any(day in scope.period for day in days):
        return frozenset()
    whole = (scope.period.start + timedelta(days=n) for n in range(scope.period.days))
    return frozenset(day for day in whole if day not in days)


def _without_refused(gaps: list[date], covered: pd.DataFrame, usual_rows: int) -> list[date]:
    """Return the gaps that refused rows do not explain."""
    left = list(gaps)
    for row in covered.to_dict("records"):
        own = [day for day in left if day_of(row["first_on"]) <= day <= day_of(row["last_on"])]
        if own and int(row["faulty"]) >= usual_rows * len(own):
            left = [day for day in left if day not in own]
    return left


def _answer(vendor: str, found: dict[str, _Gaps | None]) -> Answer:
    gaps = found[vendor]
    if gaps is None or not gaps.workdays:
        return not_run(
            ID,
            vendor,
            msg("no invoice line per minute begins in the period, or no call is logged in it"),
            msg("the invoice with the days it covers, and the call log of every one of them"),
        )
    statement = msg(
        "usual working days billed: %(n)s, without a call: %(gaps)s, minutes billed above the "
        "calls: %(excess)s",
        n=Count(gaps.workdays), gaps=Count(len(gaps.days)), excess=Number(float(gaps.excess), 1),
    )  # fmt: skip
    if not gaps.days or not gaps.is_billed:
        return Answer(vendor, statement, gaps.workdays)
    return Answer(vendor, statement, gaps.workdays, (_evidence(vendor, gaps, found),))


def _evidence(vendor: str, gaps: _Gaps, found: dict[str, _Gaps | None]) -> Evidence:
    expected = gaps.usual_minutes * len(gaps.days)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(len(gaps.days)),
        expected=0.0,
        unit="days",
        n=gaps.workdays,
        title=msg("Days billed without a call log: %(n)s", n=Count(len(gaps.days))),
        condition=sentences([_which(gaps), *_peers(vendor, found)]),
        criteria=msg("every day that is billed is delivered call by call"),
        effect=msg(
            "minutes billed above the calls delivered: %(excess)s; the missing days usually "
            "hold %(usual)s",
            excess=Number(float(gaps.excess), 1), usual=Number(float(expected), 1),
        ),
        minutes=Range.exact(gaps.excess),
        cause=msg("probably a part of the export failed, or its files were not sent"),
        ask=(
            msg("the call log of the missing days"),
            msg("what failed on these days, and the report of the incident"),
        ),
        filters={"vendor": vendor},
    )  # fmt: skip


def _which(gaps: _Gaps) -> Message:
    shown: tuple[Day, ...] = tuple(Day(day) for day in gaps.days[:_SHOWN])
    return msg(
        "without one accepted call: %(n)s of %(all)s usual working days that are billed, first "
        "of all %(days)s; covered by no delivery: %(undelivered)s; daily totals tell of work "
        "on %(told)s of them; no incident is reported",
        n=Count(len(gaps.days)), all=Count(gaps.workdays), days=shown,
        undelivered=Count(gaps.undelivered), told=Count(gaps.told),
    )  # fmt: skip


def _peers(vendor: str, found: dict[str, _Gaps | None]) -> list[Message]:
    others = [gaps for name, gaps in found.items() if name != vendor and gaps is not None]
    days = sum(gaps.workdays for gaps in others)
    if not days:
        return []
    share = sum(len(gaps.days) for gaps in others) / days
    return [msg("days without a call at the other vendors: %(share)s", share=Percent(share, 1))]


CHECK = Check(
    id=ID,
    question=N_("Are reports missing exactly where money was decided?"),
    kind="fact",
    family="m",
    needs=(
        Need("invoice_lines", ("period_start", "period_end", "unit", "quantity")),
        Need("calls", ("started_at", "talk_seconds", "disposition")),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="invoice_lines",
    honest_explanations=(
        N_("the telephone system or the export was down and the incident was not reported"),
        N_("the day was free by agreement or a holiday of the region"),
        N_("the calls of these days were sent in a file that could not be read"),
        N_("the clock of the export cuts the day in another time zone"),
    ),
    what_would_clear_it=N_("the call log of the missing days, or the switch's own record of them"),
    catches="missing_days",
    minimum_n=1,
    about=N_(
        "Usual working days inside the days an invoice covers are looked for in the call log. "
        "Holidays, reported incidents and days whose rows were refused are left out. A gap is "
        "only told where the invoice asks for more minutes than the delivered calls support, by "
        "at least what so many of the vendor's quietest days hold."
    ),
)
