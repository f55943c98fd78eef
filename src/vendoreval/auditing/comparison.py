"""What the comparison pages draw: minutes, the contract bank, hours of dialling, cancellations.

Described, never judged: no verdict rests on these figures, and every one is a count of the
accepted rows or a curve over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import ibis

from vendoreval.checks.base import Scope
from vendoreval.engine import Engine
from vendoreval.measures import TIME_UNITS, vendor_of_sales
from vendoreval.period import Period
from vendoreval.tables import OUTCOME, REACHED, STAGES, TABLES

Tables = Mapping[str, ibis.Table]
_WEEK_HOURS = 24
# a curve of cancellations looks this far back; older contracts belong to other products
_CURVE_MONTHS = 13
_CURVE_DAYS = 120


@dataclass(frozen=True)
class MinuteSteps:
    """Minutes of one vendor from what it billed to what sold; each step is part of the one before.

    Parameters
    ----------
    billed
        Minutes of the invoice; `None` where nothing is billed by the minute.
    talked
        Talk of all dials.
    decided
        Talk with a person who may decide (levels REACHED and OUTCOME).
    sold
        Talk on leads to which the client's own records show a surviving sale.
    """

    vendor: str
    billed: float | None
    talked: float
    decided: float
    sold: float


@dataclass(frozen=True)
class BankFunnel:
    """The contract bank at the end of the period: leads ever handed over or seen, by stage."""

    vendor: str
    handed: int
    stages: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class HourGrid:
    """Dials by weekday (Monday first) and hour of the vendor's own clock."""

    vendor: str
    dials: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class CancelCurve:
    """Share of sales cancelled by day since the sale (Kaplan-Meier), and on how many it rests.

    `clawback_days` is how long a cancelled sale is paid back, where the rate card agrees it.
    """

    vendor: str
    sales: int
    cancelled: int
    points: tuple[tuple[int, float], ...]
    clawback_days: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Everything the comparison pages draw, one entry for each vendor that has the data."""

    minutes: tuple[MinuteSteps, ...] = ()
    banks: tuple[BankFunnel, ...] = ()
    hours: tuple[HourGrid, ...] = ()
    cancellations: tuple[CancelCurve, ...] = ()


def compare(engine: Engine, scope: Scope) -> Comparison:
    """Return what the comparison pages draw, read from the ledger with four small queries."""
    return Comparison(
        minutes=_minutes(engine, scope),
        banks=_banks(engine, scope),
        hours=_hours(engine, scope),
        cancellations=_cancellations(engine, scope),
    )


# ------------------------------------------------------------------- minutes


def minute_steps(tables: Tables, period: Period) -> ibis.Table:
    """Return per vendor talk in all, with a decision maker, and on leads that bought."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.started_on >= period.start, calls.started_on < period.end,
        ~ibis.coalesce(calls.is_test, False),
    )  # fmt: skip
    sales = vendor_of_sales(tables)
    sold = sales.filter(sales.cancelled_on.isnull(), sales.lead_id.notnull())
    sold = sold.group_by(sold_lead=sold.lead_id).agg(is_sold=ibis.literal(1))
    joined = calls.left_join(sold, calls.lead_id == sold.sold_lead)
    seconds = ibis.coalesce(joined.talk_seconds, 0)
    decided = joined.disposition.isin((*REACHED, *OUTCOME)).cast("int64")
    bought = ibis.coalesce(joined.is_sold, 0)
    return joined.group_by("vendor").agg(
        talked=seconds.sum(),
        decided=(seconds * decided).sum(),
        sold=(seconds * decided * bought).sum(),
    )


def billed_minutes(tables: Tables, period: Period) -> ibis.Table:
    """Return per vendor the minutes of its invoice lines."""
    lines = tables["invoice_lines"]
    lines = lines.filter(
        lines.period_start >= period.start, lines.period_start < period.end,
        lines.unit.isin(TIME_UNITS),
    )  # fmt: skip
    return lines.group_by("vendor").agg(billed=lines.quantity.sum())


def _minutes(engine: Engine, scope: Scope) -> tuple[MinuteSteps, ...]:
    billed = {
        row["vendor"]: float(row["billed"])
        for row in engine.run(billed_minutes(TABLES, scope.period)).to_pylist()
    }
    rows = engine.run(minute_steps(TABLES, scope.period)).to_pylist()
    found = {row["vendor"]: row for row in rows}
    return tuple(
        MinuteSteps(
            vendor, billed.get(vendor),
            *(int(found[vendor][name]) / 60 for name in ("talked", "decided", "sold")),
        )
        for vendor in scope.vendors
        if vendor in found
    )  # fmt: skip


# ---------------------------------------------------------------------- bank


def last_stages(tables: Tables, until: Period) -> ibis.Table:
    """Return vendor, stage and how many leads of the bank stand there at the end of a period.

    A lead counts at the last stage ever seen of it, also when later snapshots lack it.
    """
    funnel = tables["funnel"]
    seen = funnel.filter(funnel.snapshot_on < until.end)
    order = [ibis.desc(seen.snapshot_on), seen.stage]
    place = ibis.row_number().over(group_by=[seen.vendor, seen.lead_id], order_by=order)
    last = seen.mutate(place=place)
    last = last.filter(last.place == 0)
    return last.group_by("vendor", "stage").agg(leads=last.count())


def handed_leads(tables: Tables, until: Period) -> ibis.Table:
    """Return vendor and how many leads were handed over to it before the end of a period."""
    leads = tables["leads"]
    handed = leads.filter(leads.handed_on < until.end)
    return handed.group_by("vendor").agg(handed=handed.lead_id.nunique())


def _banks(engine: Engine, scope: Scope) -> tuple[BankFunnel, ...]:
    handed = {
        row["vendor"]: int(row["handed"])
        for row in engine.run(handed_leads(TABLES, scope.period)).to_pylist()
    }
    counts: dict[str, dict[str, int]] = {}
    for row in engine.run(last_stages(TABLES, scope.period)).to_pylist():
        counts.setdefault(row["vendor"], {})[row["stage"]] = int(row["leads"])
    banks = []
    for vendor in scope.vendors:
        if vendor in counts:
            own = counts[vendor]
            order = [*(s for s in STAGES if s in own), *sorted(set(own).difference(STAGES))]
            seen = sum(own.values())
            stages = tuple((stage, own[stage]) for stage in order)
            banks.append(BankFunnel(vendor, max(handed.get(vendor, 0), seen), stages))
    return tuple(banks)


# --------------------------------------------------------------------- hours


def dials_by_half_hour(tables: Tables, period: Period) -> ibis.Table:
    """Return vendor, day and half hour in UTC with the dials begun in it."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.started_on >= period.start, calls.started_on < period.end,
        ~ibis.coalesce(calls.is_test, False),
    )  # fmt: skip
    at = calls.started_at
    day = at.date()
    half = at.hour().cast("int64") * 2 + (at.minute() >= 30).cast("int64")
    return calls.group_by(vendor=calls.vendor, day=day, half=half).agg(dials=calls.count())


def _hours(engine: Engine, scope: Scope) -> tuple[HourGrid, ...]:
    grids: dict[str, list[list[int]]] = {}
    for row in engine.run(dials_by_half_hour(TABLES, scope.period)).to_pylist():
        vendor = row["vendor"]
        if vendor not in scope.agreements:
            continue
        begun = datetime(row["day"].year, row["day"].month, row["day"].day, tzinfo=ZoneInfo("UTC"))
        begun += timedelta(minutes=30 * int(row["half"]))
        there = begun.astimezone(_zone(scope, vendor))
        grid = grids.setdefault(vendor, [[0] * _WEEK_HOURS for _ in range(7)])
        grid[there.weekday()][there.hour] += int(row["dials"])
    return tuple(
        HourGrid(vendor, tuple(tuple(day) for day in grids[vendor]))
        for vendor in scope.vendors
        if vendor in grids
    )


def _zone(scope: Scope, vendor: str) -> ZoneInfo:
    reports = scope.agreements[vendor].reports
    name = reports["calls"].timezone if "calls" in reports else scope.settings.timezone
    return ZoneInfo(name)


# ------------------------------------------------------------- cancellations


def sales_by_age(tables: Tables, window: Period) -> ibis.Table:
    """Return vendor, days from sale to cancellation (-1: none yet), days watched, and the sales."""
    sales = vendor_of_sales(tables)
    kept = sales.filter(
        sales.sold_on >= window.start, sales.sold_on < window.end, sales.vendor.notnull()
    )
    end = ibis.literal(window.end)
    # a cancellation after the period is not known at its end
    cancelled = kept.cancelled_on.notnull() & (kept.cancelled_on < end)
    gone = cancelled.ifelse(kept.cancelled_on.delta(kept.sold_on, unit="day"), -1).cast("int64")
    watched = end.delta(kept.sold_on, unit="day").cast("int64")
    return kept.group_by(vendor=kept.vendor, gone=gone, watched=watched).agg(sales=kept.count())


def _cancellations(engine: Engine, scope: Scope) -> tuple[CancelCurve, ...]:
    window = scope.period.months_back(_CURVE_MONTHS)
    rows: dict[str, list[tuple[int, int, int]]] = {}
    for row in engine.run(sales_by_age(TABLES, window)).to_pylist():
        entry = (int(row["gone"]), int(row["watched"]), int(row["sales"]))
        rows.setdefault(row["vendor"], []).append(entry)
    return tuple(
        replace(cancel_curve(vendor, rows[vendor]), clawback_days=_clawback(scope, vendor))
        for vendor in scope.vendors
        if vendor in rows
    )


def _clawback(scope: Scope, vendor: str) -> int | None:
    """The longest window in which the card takes money back for a cancelled sale."""
    days = [
        item.clawback.days
        for item in scope.agreements[vendor].rate_card
        if item.clawback is not None and item.in_force(scope.period.last_day)
    ]
    return max(days, default=None)


def cancel_curve(vendor: str, rows: Sequence[tuple[int, int, int]]) -> CancelCurve:
    """Return the share cancelled by day, with sales watched for less counted as long as watched.

    Parameters
    ----------
    vendor
        Short name.
    rows
        Days to the cancellation (-1: none), days watched, number of such sales.

    Examples
    --------
    >>> cancel_curve("alpha", [(3, 30, 1), (-1, 30, 9)]).points
    ((0, 0.0), (3, 0.1), (30, 0.1))
    """
    events: dict[int, int] = {}
    watched_for: dict[int, int] = {}
    for gone, watched, count in rows:
        if 0 <= gone <= _CURVE_DAYS:
            events[gone] = events.get(gone, 0) + count
        else:
            last = min(watched, _CURVE_DAYS)
            watched_for[last] = watched_for.get(last, 0) + count
    total = sum(count for _, _, count in rows)
    at_risk, kept = total, 1.0
    points = {0: 0.0}
    for day in sorted({*events, *watched_for}):
        if at_risk and day in events:
            kept *= 1 - events[day] / at_risk
            points[day] = round(1 - kept, 6)
        at_risk -= events.get(day, 0) + watched_for.get(day, 0)
    points.setdefault(max((*events, *watched_for), default=0), round(1 - kept, 6))
    return CancelCurve(vendor, total, sum(events.values()), tuple(points.items()))
