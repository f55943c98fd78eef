"""The delivery calendar: what is due, received, late, missing, sent again, empty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any, Final

import pandas as pd

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.agreement.extensions import Acceptance
from vendoreval.ledger.calendar_states import CalendarRow, ReportDeliveries, State
from vendoreval.ledger.deadlines import deadline_of
from vendoreval.ledger.known import known_on, live
from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.work_days import billed_days
from vendoreval.period import Period
from vendoreval.text import Message, language, msg

__all__ = ["STATES", "Calendar", "CalendarRow", "State", "delivery_calendar"]

STATES: Final[dict[State, Message]] = {
    "on_time": msg("on time"),
    "late": msg("late"),
    "received": msg("received, time not judged"),
    "partial": msg("received in part"),
    "empty": msg("empty although work was billed"),
    "missing": msg("missing"),
    "awaited": msg("not due yet"),
    "not_due": msg("nothing due"),
}
_COLUMNS = [
    "vendor", "report", "unit", "first_day", "last_day", "due_at", "state", "received_at",
    "deliveries", "superseded", "rows",
]  # fmt: skip


@dataclass(frozen=True, repr=False)
class Calendar:
    """Every unit of every report of one vendor that ends in a period.

    Parameters
    ----------
    holidays
        Days on which, by the agreement, nobody works.
    """

    vendor: str
    title: str
    period: Period
    rows: tuple[CalendarRow, ...]
    holidays: frozenset[date] = frozenset()

    @property
    def reports(self) -> tuple[str, ...]:
        """Names of the reports, in the order of the agreement."""
        return tuple(dict.fromkeys(row.report for row in self.rows))

    def of(self, report: str) -> tuple[CalendarRow, ...]:
        """Return the rows of one report."""
        return tuple(row for row in self.rows if row.report == report)

    def count(self, *states: State) -> int:
        """Return how many units are in any of the states."""
        return sum(row.state in states for row in self.rows)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each unit."""
        rows = [
            (
                self.vendor, row.report, str(row.unit), row.unit.start, row.unit.last_day,
                row.due_at, row.state, row.received_at,
                ", ".join(map(str, row.deliveries)), ", ".join(map(str, row.superseded)), row.rows,
            )
            for row in self.rows
        ]  # fmt: skip
        made = pd.DataFrame(rows, columns=_COLUMNS)
        for name in ("due_at", "received_at"):
            made[name] = pd.to_datetime(made[name], utc=True)
        return made.astype({"rows": "Int64"})

    def to_json(self) -> dict[str, Any]:
        """Return the same as plain values; days and instants (UTC) as ISO text."""
        return {
            "vendor": self.vendor, "title": self.title, "period": str(self.period),
            "holidays": [str(day) for day in sorted(self.holidays) if day in self.period],
            "counts": {state: n for state in STATES if (n := self.count(state))},
            "rows": [
                {
                    "report": row.report, "unit": str(row.unit),
                    "first_day": str(row.unit.start), "last_day": str(row.unit.last_day),
                    "due_at": _iso(row.due_at), "state": row.state,
                    "received_at": _iso(row.received_at), "resubmitted": row.resubmitted,
                    "deliveries": list(row.deliveries), "superseded": list(row.superseded),
                    "rows": row.rows,
                }
                for row in self.rows
            ],
        }  # fmt: skip

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        counted = ", ".join(f"{n} {state}" for state in STATES if (n := self.count(state)))
        return f"Calendar({self.vendor}, {self.period}: {counted or 'nothing'})"

    def _repr_html_(self) -> str:
        return self.to_html("en")

    def to_html(self, language_code: str = "en") -> str:
        """Return reports against states, as a small table."""
        speak = language(language_code).say
        used = [state for state in STATES if self.count(state)]
        head = "".join(f"<th>{escape(speak(STATES[state]))}</th>" for state in used)
        lines = []
        for report in self.reports:
            own = self.of(report)
            cells = "".join(f"<td>{sum(r.state == state for r in own)}</td>" for state in used)
            lines.append(f"<tr><th>{escape(report)}</th>{cells}</tr>")
        title = escape(f"{self.title}, {self.period}")
        return f"<p>{title}</p><table><tr><th></th>{head}</tr>{''.join(lines)}</table>"


def delivery_calendar(
    ledger: Ledger,
    vendor: str,
    period: str | Period,
    now: datetime | None = None,
    *,
    agreement: Agreement | None = None,
) -> Calendar:
    """Return what a vendor owed and what came, as it stood at an instant.

    Parameters
    ----------
    ledger
        Everything posted.
    vendor
        Short name.
    period
        Units whose last day lies inside are listed.
    now
        Later deliveries are not known; this moment when not given.
    agreement
        The one of the vendor's latest delivery when not given.

    Raises
    ------
    LedgerError
        If no agreement is given and the vendor delivered nothing.
    ValueError
        If `now` has no time zone.

    Examples
    --------
    >>> delivery_calendar(ledger, "alpha", "2026-10")  # doctest: +SKIP
    Calendar(alpha, 2026-10: 20 on_time, 1 late, 1 missing, 9 not_due)
    """
    span = Period.parse(period) if isinstance(period, str) else period
    agreement = agreement or ledger.agreement(vendor)
    at = now or datetime.now(UTC)
    known = known_on([c for c in ledger.commits if c.vendor == vendor], at)
    counting = live(known)
    # a unit that ends in the period may begin before it
    window = Period(span.start - timedelta(days=31), span.end + timedelta(days=31))
    billed = billed_days(ledger, counting, window)
    first_day = min((c.span.start for c in known if c.span is not None), default=None)
    rows: list[CalendarRow] = []
    for schema in agreement.reports.values():
        own = [c for c in known if c.report == schema.name]
        deadline = deadline_of(agreement, schema)
        if deadline.begins is None:
            # without a first day in the agreement, work began with the first one reported
            deadline = replace(deadline, begins=first_day)
        part = ReportDeliveries(
            schema, deadline, own, [c for c in counting if c in own],
            at, billed, timedelta(days=_resend_days(agreement, schema)),
        )  # fmt: skip
        rows += part.whole(span) if schema.every is None else part.units(ledger, span)
    holidays = frozenset(
        day
        for schema in agreement.reports.values()
        for day in deadline_of(agreement, schema).holidays
    )
    return Calendar(vendor, agreement.title, span, tuple(rows), holidays)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _resend_days(agreement: Agreement, schema: ReportSchema) -> int:
    """Return within how many days a faulty file may be sent again."""
    own = next(
        (
            part.extension("acceptance", Acceptance)
            for part in agreement.contract.schema_objects or ()
            if part.name == schema.name
        ),
        None,
    )
    found = own or agreement.contract.extension("acceptance", Acceptance)
    return (found.resendWithinDays or 0) if found else 0
