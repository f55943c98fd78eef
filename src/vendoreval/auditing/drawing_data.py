"""Count what the chart of a finding draws; every query answers with a few hundred lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pandas as pd

from vendoreval.auditing.drawings import (
    AgentCalls,
    DayColumns,
    Drawing,
    LengthColumns,
    MonthLines,
    RateRow,
    Rates,
)
from vendoreval.auditing.result import Measure
from vendoreval.checks._credit import agent_credit
from vendoreval.checks.base import Check, Evidence, Scope, picked
from vendoreval.engine import Engine, frame
from vendoreval.stats import garwood_interval, wilson_interval
from vendoreval.tables import TABLES

_MOST_CALLS = 40
# seconds: before and after the calls at question; how long a call may have been running
_AROUND = 600
_LONGEST_CALL = 4 * 3600
_MOST_DAYS = 62
_MOST_RATES = 12
_CREDIT_MONTHS = 12
# lower edges of the columns, in seconds
_TALK_EDGES = (0, 10, 20, 30, 40, 50, 60, 90, 120, 180, 240, 300, 420, 600, 900)
_EXTRA_EDGES = (1, 6, 11, 16, 21, 31, 46, 61, 91, 121, 181, 301)
_DAYS = ("day_on", "started_on", "sold_on", "at_on", "last_seen_on", "snapshot_on", "date")
_INSTANTS = ("started_at", "sold_at", "at", "reviewed_at")

VendorMeasures = Mapping[str, Mapping[str, Measure]]


class Drawings:
    """Choose and count the chart of each finding.

    Parameters
    ----------
    engine, scope
        As the checks were asked with.
    measures
        Vendor -> its measures with their history.
    """

    def __init__(self, engine: Engine, scope: Scope, measures: VendorMeasures) -> None:
        self.engine, self.scope, self.measures = engine, scope, measures
        self._credit: pd.DataFrame | None = None

    def of(self, check: Check, evidence: Evidence) -> Drawing | None:
        """Return the chart of one piece of evidence; `None` when nothing can be drawn."""
        rows = self._rows(check, evidence)
        columns = set(rows.columns) if rows is not None else set()
        for draw in self._choices(check, evidence, columns):
            drawing = draw(evidence, rows)
            if drawing is not None:
                return drawing
        return None

    def _rows(self, check: Check, evidence: Evidence) -> ibis.Table | None:
        if check.rows is None:
            return None
        return picked(check.rows(TABLES, self.scope), evidence)

    def _choices(
        self, check: Check, evidence: Evidence, columns: set[str]
    ) -> Sequence[Callable[[Evidence, Any], Drawing | None]]:
        """Return the ways to draw it, the most telling first."""
        chosen: list[Callable[[Evidence, Any], Drawing | None]] = []
        are_calls = {"call_id", "agent_id", "started_at", "talk_seconds"} <= columns
        if are_calls and "overlap_seconds" in columns:
            chosen.append(self._overlap)
        if {"billed_seconds", "rated_seconds"} <= columns:
            chosen.append(self._extra)
        if evidence.unit in {"money", self.scope.currency}:
            chosen.append(self._cost)
        if check.kind == "pattern" and evidence.unit == "sales":
            chosen.append(self._agents if evidence.agent_id else self._vendors)
        if check.kind == "pattern" and are_calls:
            chosen.append(self._talk)
        if columns & {*_DAYS, *_INSTANTS}:
            chosen.append(self._days)
        return [*chosen, self._observed]

    # ---------------------------------------------------------------- calls

    def _overlap(self, evidence: Evidence, rows: ibis.Table) -> Drawing | None:
        """Return all calls of the agent around the longest stretch that two of them share."""
        longest = rows.order_by([rows.overlap_seconds.desc(), rows.started_at, rows.call_id])
        found = self.engine.run(longest.limit(1)).to_pylist()
        if not found:
            return None
        agent, at = str(found[0]["agent_id"]), found[0]["started_at"]
        # a call that began long before may still run
        first = at - timedelta(seconds=_LONGEST_CALL)
        last = at + timedelta(seconds=int(found[0]["talk_seconds"] or 0) + _AROUND)
        calls = TABLES["calls"]
        own = calls.filter(
            calls.vendor == evidence.vendor, calls.agent_id == agent, calls.talk_seconds > 0,
            calls.started_at >= ibis.literal(first), calls.started_at < ibis.literal(last),
        )  # fmt: skip
        own = own.select("started_at", "talk_seconds", "call_id")
        own = own.order_by(["started_at", "call_id"])
        zone = self._zone(evidence.vendor)
        drawn = tuple(
            (_clock(row["started_at"], zone), int(row["talk_seconds"]), str(row["call_id"]))
            for row in self.engine.run(own).to_pylist()
            if row["started_at"] + timedelta(seconds=row["talk_seconds"] + _AROUND) > at
        )
        return AgentCalls(agent, drawn[:_MOST_CALLS]) if drawn else None

    def _extra(self, evidence: Evidence, rows: ibis.Table) -> Drawing | None:
        above = (rows.billed_seconds - rows.rated_seconds).cast("int64")
        counts = self._binned(rows, above, _EXTRA_EDGES)
        if not counts:
            return None
        columns = tuple((edge, counts.get(place, 0), 0) for place, edge in enumerate(_EXTRA_EDGES))
        return LengthColumns("extra", _until_last(columns))

    def _talk(self, evidence: Evidence, rows: ibis.Table) -> Drawing | None:
        calls = TABLES["calls"]
        calls = calls.filter(
            calls.vendor == evidence.vendor, calls.talk_seconds > 0,
            calls.started_on >= ibis.literal(self.scope.period.start),
            calls.started_on < ibis.literal(self.scope.period.end),
        )  # fmt: skip
        marked = self._binned(rows.filter(rows.talk_seconds > 0), None, _TALK_EDGES)
        every = self._binned(calls, None, _TALK_EDGES)
        if not marked:
            return None
        columns = tuple(
            (edge, marked.get(place, 0), max(every.get(place, 0) - marked.get(place, 0), 0))
            for place, edge in enumerate(_TALK_EDGES)
        )
        return LengthColumns("talk", _until_last(columns))

    def _binned(self, rows: ibis.Table, value: Any, edges: tuple[int, ...]) -> dict[int, int]:
        """Return number of the column -> rows in it."""
        value = rows.talk_seconds if value is None else value
        place = sum(
            ((value >= edge).cast("int64") for edge in edges[1:]),
            (value >= edges[0]).cast("int64"),
        )
        counted = rows.mutate(place=place).group_by("place").agg(n=ibis._.count())
        found = self.engine.run(counted).to_pylist()
        return {int(row["place"]) - 1: int(row["n"]) for row in found if row["place"]}

    def _zone(self, vendor: str) -> ZoneInfo:
        reports = self.scope.agreements[vendor].reports
        return ZoneInfo(
            reports["calls"].timezone if "calls" in reports else self.scope.settings.timezone
        )

    # --------------------------------------------------------------- months

    def _cost(self, evidence: Evidence, rows: Any) -> Drawing | None:
        history = self.measures[evidence.vendor]["cost_per_surviving_sale"].history
        ceiling = self.scope.settings.ceiling_of(evidence.campaign_id)
        if sum(value is not None for _, value in history) < 2 or ceiling is None:
            return None
        return MonthLines("cost_per_surviving_sale", tuple(history), float(ceiling))

    # ---------------------------------------------------------------- rates

    def _vendors(self, evidence: Evidence, rows: Any) -> Drawing | None:
        """Return the surviving sales of each vendor for an hour of its talk."""
        counts = {
            vendor: (int(own["surviving_sales"].value or 0), (own["talk_minutes"].value or 0) / 60)
            for vendor, own in self.measures.items()
        }
        counts = {vendor: pair for vendor, pair in counts.items() if pair[1] > 0}
        if evidence.vendor not in counts or len(counts) < 2:
            return None
        rates = []
        for vendor, (sold, hours) in counts.items():
            low, high = garwood_interval(sold)
            marked = vendor == evidence.vendor
            rates.append(
                RateRow(vendor, low / hours, sold / hours, high / hours, round(hours), marked)
            )
        together = sum(sold for sold, _ in counts.values()) / sum(h for _, h in counts.values())
        return Rates("sales_per_hour", "", _shown(rates), together)

    def _agents(self, evidence: Evidence, rows: Any) -> Drawing | None:
        """Return the sold leads of each agent of the leads it talked to, in twelve months."""
        own = self._credited()
        own = own[(own["vendor"] == evidence.vendor) & (own["touched"] > 0)]
        if evidence.agent_id not in set(own["agent_id"]) or len(own) < 2:
            return None
        rates = []
        for row in own.sort_values("touched", ascending=False, kind="stable").to_dict("records"):
            sold, n = int(row["touched_sold"]), int(row["touched"])
            low, high = wilson_interval(sold, n)
            name = str(row["agent_id"])
            rates.append(RateRow(name, low, sold / n, high, n, name == evidence.agent_id))
        line = float(own["touched_sold"].sum() / own["touched"].sum())
        return Rates("sales_per_lead", "share", _shown(rates), line)

    def _credited(self) -> pd.DataFrame:
        if self._credit is None:
            window = self.scope.period.months_back(_CREDIT_MONTHS)
            credit = agent_credit(TABLES, self.scope.vendors, window)
            self._credit = frame(self.engine.run(credit)).sort_values(["vendor", "agent_id"])
        return self._credit

    def _observed(self, evidence: Evidence, rows: Any) -> Drawing | None:
        """Return the observed value with the interval its unit allows."""
        seen, n = evidence.observed, evidence.n
        if not n or evidence.expected == seen:
            return None
        low = high = seen
        if evidence.unit == "share" and 0 <= seen <= 1:
            low, high = wilson_interval(round(seen * n), n)
        elif evidence.unit in {"sales", "calls", "leads"} and float(seen).is_integer():
            low, high = garwood_interval(int(seen))
        # the interval is of the count: rounding must not leave the point outside
        low, high = min(low, seen), max(high, seen)
        row = RateRow(evidence.agent_id or evidence.vendor, low, seen, high, n, marked=True)
        return Rates("observed", evidence.unit, (row,), evidence.expected)

    # ----------------------------------------------------------------- days

    def _days(self, evidence: Evidence, rows: ibis.Table) -> Drawing | None:
        day = _day_of(rows)
        marked = self._by_day(rows, day)
        if not marked:
            return None
        report = next(
            (r for key, r in (("call_id", "calls"), ("sale_id", "sales")) if key in rows.columns
             and not (key == "call_id" and "sale_id" in rows.columns)),
            "",
        )  # fmt: skip
        first = max(max(marked) - timedelta(days=_MOST_DAYS - 1), min(marked))
        if min(marked) >= self.scope.period.start and max(marked) < self.scope.period.end:
            first, last = self.scope.period.start, self.scope.period.last_day
        else:
            last = max(marked)
        every = self._every(report, evidence.vendor) if report else None
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)][-_MOST_DAYS:]
        return DayColumns(
            report,
            tuple(
                (on.isoformat(), marked.get(on, 0),
                 None if every is None else max(every.get(on, 0) - marked.get(on, 0), 0))
                for on in span
            ),
        )  # fmt: skip

    def _every(self, report: str, vendor: str) -> dict[date, int]:
        table = TABLES[report]
        table = table.filter(table.vendor == vendor)
        return self._by_day(table, _day_of(table))

    def _by_day(self, rows: ibis.Table, day: Any) -> dict[date, int]:
        counted = rows.mutate(day_of_row=day).group_by("day_of_row").agg(n=ibis._.count())
        latest = counted.order_by(counted.day_of_row.desc()).limit(10 * _MOST_DAYS)
        found = self.engine.run(latest).to_pylist()
        return {_date(r["day_of_row"]): int(r["n"]) for r in found if r["day_of_row"] is not None}


def _day_of(rows: ibis.Table) -> Any:
    """Return the day of a row: a day column, else the day of its instant."""
    name = next((name for name in _DAYS if name in rows.columns), None)
    if name is not None:
        return rows[name]
    return rows[next(name for name in _INSTANTS if name in rows.columns)].date()


def _date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _clock(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant in UTC as the vendor's own clock shows it."""
    there = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
    return there.replace(tzinfo=None).isoformat(timespec="seconds")


def _until_last(columns: tuple[tuple[int, int, int], ...]) -> tuple[tuple[int, int, int], ...]:
    """Drop empty columns at the right end, but keep one to close the last filled one."""
    last = max((n for n, (_, a, b) in enumerate(columns) if a or b), default=0)
    return columns[: last + 1]


def _shown(rates: list[RateRow]) -> tuple[RateRow, ...]:
    """Return what fits: the one at question and, of the others, the first in order."""
    kept = [row for row in rates if not row.marked][: _MOST_RATES - 1]
    return tuple(row for row in rates if row.marked or row in kept)
