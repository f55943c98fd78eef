"""The state of every day, week or month of one report.

Nobody is called late on doubtful grounds. The only word about when a file came is
the file's own time, and a client who copies a year of history makes it all look
late. So lateness is judged only where the first file of a unit came at most
45 days after its deadline, and not together (within an hour) with the files
of two other units of the same report: such a heap is a copy. Elsewhere the state is
*received*. A file sent again is judged by the first one that held accepted rows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from vendoreval.agreement import ReportSchema
from vendoreval.ledger.deadlines import Deadline, days_of
from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.records import Commit
from vendoreval.ledger.work_days import WORK_REPORTS, rows_by_day
from vendoreval.period import Period

State = Literal[
    "on_time", "late", "received", "partial", "empty", "missing", "awaited", "not_due"
]  # fmt: skip
_TOO_OLD: Final = timedelta(days=45)
_AT_ONCE: Final = timedelta(hours=1)
_HEAP: Final = 3
# a unit may be reported on its last working day, before a weekend
_EARLY: Final = timedelta(days=3)


@dataclass(frozen=True)
class CalendarRow:
    """One day, week or month of one report.

    Parameters
    ----------
    unit
        What one file is to cover.
    due_at
        Deadline in UTC; `None` when the agreement states none.
    received_at
        When the first file with accepted rows came, in UTC.
    deliveries, superseded
        Numbers in the ledger of the files that count and of those replaced since.
    rows
        Accepted rows of the unit; `None` where a longer file does not tell.
    """

    report: str
    unit: Period
    due_at: datetime | None
    state: State
    received_at: datetime | None = None
    deliveries: tuple[int, ...] = ()
    superseded: tuple[int, ...] = ()
    rows: int | None = None

    @property
    def resubmitted(self) -> bool:
        """Whether a corrected file came for it."""
        return bool(self.superseded)


@dataclass(frozen=True)
class ReportDeliveries:
    """The deliveries of one report, known and counting at an instant."""

    schema: ReportSchema
    deadline: Deadline
    known: Sequence[Commit]
    counting: Sequence[Commit]
    now: datetime
    billed: Collection[date]
    resend: timedelta

    def whole(self, span: Period) -> list[CalendarRow]:
        """Return the one row of a report that each delivery replaces as a whole."""
        latest = max(self.counting, key=lambda c: c.number, default=None)
        if latest is None:
            state: State = "missing" if self.deadline.demands(span) else "not_due"
            return [CalendarRow(self.schema.name, span, None, state)]
        return [
            CalendarRow(
                self.schema.name, span, None, "received", latest.received_at, (latest.number,),
                rows=latest.rows.accepted,
            )
        ]  # fmt: skip

    def units(self, ledger: Ledger, span: Period) -> list[CalendarRow]:
        """Return one row for each day, week or month."""
        units = units_of(self.schema, span)
        window = Period(units[0].start, units[-1].end)
        counts: dict[date, int] | None = None
        if self.schema.name in WORK_REPORTS:
            counts = rows_by_day(ledger, self.counting, self.schema.name, window)
        heap = _heaped(self.known)
        near = replace(
            self,
            known=[c for c in self.known if c.span and c.span.overlaps(window)],
            counting=[c for c in self.counting if c.span and c.span.overlaps(window)],
        )
        return [near._row(unit, counts, heap) for unit in units]

    def _row(
        self, unit: Period, counts: dict[date, int] | None, heap: frozenset[int]
    ) -> CalendarRow:
        touching = [c for c in self.known if c.span is not None and c.span.overlaps(unit)]
        counting = [c for c in self.counting if c in touching]
        due = self.deadline.due_at(unit)
        first = self._first(touching, unit) if counting else None
        rows = _rows(counting, unit, counts)
        return CalendarRow(
            self.schema.name, unit, due, self._state(unit, counting, due, first, rows, heap),
            first.received_at if first else None,
            tuple(c.number for c in counting),
            tuple(c.number for c in touching if c not in counting),
            rows,
        )  # fmt: skip

    def _state(
        self, unit: Period, counting: Sequence[Commit], due: datetime | None,
        first: Commit | None, rows: int | None, heap: frozenset[int],
    ) -> State:  # fmt: skip
        over = self.now > (due or self.deadline.end_of(unit))
        demanded = self.deadline.demands(unit)
        if first is None:
            return "not_due" if not demanded else "missing" if over else "awaited"
        if self._lacking(counting, unit):
            return "partial" if over else "awaited"
        if rows == 0 and demanded and self._is_billed(unit):
            return "empty"
        return self._punctual(due, first, heap)

    def _punctual(self, due: datetime | None, first: Commit, heap: frozenset[int]) -> State:
        if due is None:
            return "received"
        if first.received_at <= due or self._mended_in_time(due, first):
            return "on_time"
        if first.number in heap or first.received_at - due > _TOO_OLD:
            return "received"
        return "late"

    def _mended_in_time(self, due: datetime, first: Commit) -> bool:
        """Whether a first try came in time and the good file within the days to send again."""
        return any(
            c.received_at <= due and first.received_at <= c.received_at + self.resend
            for c in self.known
            if c.span is not None and first.span is not None and c.span.overlaps(first.span)
        )

    def _first(self, touching: Sequence[Commit], unit: Period) -> Commit | None:
        """Return the delivery with which the unit came: the first whole one with rows."""
        # a file sent in the middle of a month is no file of the month
        ripe = self.deadline.end_of(unit) - _EARLY
        timely = [c for c in touching if c.received_at >= ripe] or list(touching)
        filled = [c for c in timely if c.rows.accepted] or timely
        whole = [c for c in filled if not self._lacking([c], unit)]
        if whole:
            return min(whole, key=lambda c: c.received_at)
        # it came in parts, complete with the last of them; corrections are no parts
        parts = [c for c in filled if not c.supersedes] or filled
        return max(parts, key=lambda c: c.received_at, default=None)

    def _lacking(self, counting: Sequence[Commit], unit: Period) -> bool:
        """Whether a working day of the unit lies in none of the deliveries."""
        spans = [c.span for c in counting if c.span is not None]
        works = [d for d in days_of(unit) if self.deadline.asks(d)] or list(days_of(unit))
        return not all(any(day in span for span in spans) for day in works)

    def _is_billed(self, unit: Period) -> bool:
        works = self.schema.name in WORK_REPORTS
        return works and all(day in self.billed for day in days_of(unit))


def units_of(schema: ReportSchema, span: Period) -> tuple[Period, ...]:
    """Return the days, weeks (from Monday) or months that end inside a period.

    A unit belongs to the period of its last day, so that every one is counted once;
    a period shorter than a unit stands for the unit around it.
    """
    found = dict.fromkeys(_around(day, schema.every or "day") for day in days_of(span))
    inside = tuple(unit for unit in found if unit.last_day in span)
    return inside or (next(iter(found)),)


def _around(day: date, every: str) -> Period:
    if every == "month":
        return Period.month_of(day)
    start = day - timedelta(days=day.weekday()) if every == "week" else day
    return Period(start, start + timedelta(days=7 if every == "week" else 1))


def _rows(
    counting: Sequence[Commit], unit: Period, counts: dict[date, int] | None
) -> int | None:  # fmt: skip
    if counts is not None:
        return sum(counts.get(day, 0) for day in days_of(unit))
    inside = [c for c in counting if c.span and unit.start <= c.span.start]
    if len(inside) < len(counting) or any(c.span and c.span.end > unit.end for c in inside):
        return None
    return sum(c.rows.accepted for c in counting)


def _heaped(commits: Sequence[Commit]) -> frozenset[int]:
    """Return the deliveries that came within an hour of those of two other units."""
    ordered = sorted(commits, key=lambda c: c.received_at)
    times = [c.received_at for c in ordered]
    heap = set()
    for commit in ordered:
        near = ordered[
            bisect_left(times, commit.received_at - _AT_ONCE) : bisect_right(
                times, commit.received_at + _AT_ONCE
            )
        ]
        if len({c.period for c in near}) >= _HEAP:
            heap.add(commit.number)
    return frozenset(heap)
