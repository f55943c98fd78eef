"""What came in: deliveries expected, received, late and missing, rows accepted and faulty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from vendoreval.agreement import Agreement
from vendoreval.auditing.result import ReportStatus
from vendoreval.ledger import Commit, Ledger
from vendoreval.ledger.calendar import CalendarRow, delivery_calendar
from vendoreval.period import Period

# An audit says what its data lack, whether or not the deadline has passed: the same
# ledger gives the same audit on any day.
_AFTER_ALL_DEADLINES = datetime(9999, 12, 1, tzinfo=UTC)


def data_status(ledger: Ledger, agreement: Agreement, period: Period) -> dict[str, ReportStatus]:
    """Return report -> what came in for the period, for every report of the agreement."""
    live = [c for c in ledger.live() if c.vendor == agreement.vendor]
    calendar = delivery_calendar(
        ledger, agreement.vendor, period, _AFTER_ALL_DEADLINES, agreement=agreement
    )
    return {
        name: _status(
            calendar.of(name), [c for c in live if c.report == name and _touches(c, period)]
        )
        for name in agreement.reports
    }


def _touches(commit: Commit, period: Period) -> bool:
    return commit.span is None or commit.span.overlaps(period)


def _status(rows: Sequence[CalendarRow], commits: Sequence[Commit]) -> ReportStatus:
    due = [row for row in rows if row.state != "not_due"]
    return ReportStatus(
        delivered=len(commits),
        expected=len(due),
        # one file may stand for many days
        late=len({row.deliveries for row in due if row.state == "late"}),
        missing=sum(row.state in {"missing", "partial"} for row in due),
        accepted_rows=sum(commit.rows.accepted for commit in commits),
        faulty_rows=sum(commit.rows.quarantined + commit.rows.rejected for commit in commits),
    )
