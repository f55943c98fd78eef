"""What came in: deliveries expected, received, late and missing, rows accepted and faulty."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.auditing.result import ReportStatus
from vendoreval.ledger import Commit, Ledger
from vendoreval.period import Period


def data_status(ledger: Ledger, agreement: Agreement, period: Period) -> dict[str, ReportStatus]:
    """Return report -> what came in for the period, for every report of the agreement."""
    live = [c for c in ledger.live() if c.vendor == agreement.vendor]
    return {
        name: _status(
            schema, [c for c in live if c.report == name and _touches(c, period)], agreement, period
        )
        for name, schema in agreement.reports.items()
    }


def _touches(commit: Commit, period: Period) -> bool:
    return commit.period is None or Period.parse(commit.period).overlaps(period)


def _status(
    schema: ReportSchema, commits: list[Commit], agreement: Agreement, period: Period
) -> ReportStatus:
    expected = _expected(schema, period)
    covered = min(expected, sum(_units(schema, commit, period) for commit in commits))
    return ReportStatus(
        delivered=len(commits),
        expected=expected,
        late=sum(1 for commit in commits if _late(commit, schema, agreement)),
        missing=expected - covered,
        accepted_rows=sum(commit.rows.accepted for commit in commits),
        faulty_rows=sum(commit.rows.quarantined + commit.rows.rejected for commit in commits),
    )


def _expected(schema: ReportSchema, period: Period) -> int:
    if schema.every == "day":
        return period.days
    if schema.every == "week":
        return ceil(period.days / 7)
    return 1


def _units(schema: ReportSchema, commit: Commit, period: Period) -> int:
    """How many of the expected deliveries one file stands for; a monthly file may hold all."""
    if commit.period is None or schema.every is None:
        return 1
    own = Period.parse(commit.period)
    shared = Period(max(own.start, period.start), min(own.end, period.end))
    return _expected(schema, shared)


def _late(commit: Commit, schema: ReportSchema, agreement: Agreement) -> bool:
    """Whether the file came after the agreed number of days from the end of what it covers."""
    if commit.period is None:
        return False
    for level in agreement.contract.sla_properties or ():
        if level.property != "timeOfAvailability" or level.element != schema.name:
            continue
        if level.unit == "d" and isinstance(level.value, int | float):
            end = Period.parse(commit.period).end + timedelta(days=ceil(level.value))
            due = datetime.combine(end, time(0), ZoneInfo(schema.timezone)).astimezone(UTC)
            return commit.received_at > due
    return False
