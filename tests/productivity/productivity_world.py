"""A vendor of three agents, written by hand and posted to a ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from ledger_world import StandInDelivery, StandInReport, Tally, parquet

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.library import compose
from vendoreval.ledger import Ledger
from vendoreval.ledger.rows import DAY_COLUMNS
from vendoreval.period import Period
from vendoreval.tables import DERIVED_DAYS

REPORTS = ("calls", "agent_days", "agent_sessions", "funnel", "funnel_events", "sales")
MOSCOW = "Europe/Moscow"
Row = dict[str, Any]


@cache
def signed(vendor: str, timezone: str) -> Agreement:
    """Return an agreement of the library with all reports."""
    text = compose(vendor, REPORTS, timezone=timezone, title=vendor.title())
    return agreement_from_bytes(text.encode(), vendor, f"{vendor}.odcs.yaml")


def local(day: date, clock: str, timezone: str = MOSCOW) -> datetime:
    """Return an instant as the ledger keeps it: UTC without its name."""
    hour, minute, *rest = (int(part) for part in clock.split(":"))
    second = rest[0] if rest else 0
    at = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZoneInfo(timezone))
    return at.astimezone(UTC).replace(tzinfo=None)


def post(
    ledger: Ledger, report: str, rows: Sequence[Row], *, vendor: str = "alpha",
    timezone: str = MOSCOW, period: str | None = None, agreement: Agreement | None = None,
) -> None:  # fmt: skip
    """Post rows; the columns that any row names were delivered."""
    agreement = agreement or signed(vendor, timezone)
    zone = ZoneInfo(timezone)
    filled = []
    for row in rows:
        days = {
            day: row[at].replace(tzinfo=UTC).astimezone(zone).date()
            for day, at in DERIVED_DAYS.get(report, {}).items()
            if row.get(at) is not None
        }
        filled.append({"vendor": vendor} | days | row)
    folder = ledger.path / "staging" / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    token = uuid4().hex
    file = parquet(folder / f"{token}.parquet", report, filled)
    digest = hashlib.sha256(token.encode()).hexdigest()
    columns = tuple(sorted({name for row in rows for name, v in row.items() if v is not None}))
    ledger.post(
        StandInReport(
            StandInDelivery(Path(f"{report}-{token}.csv"), agreement, agreement.reports[report],
                            digest),
            Tally(len(rows), len(rows)),
            _span(filled, report) if period is None else Period.parse(period),
            accepted_files=(file,), columns_delivered=columns,
        )
    )  # fmt: skip


def _span(rows: Sequence[Row], report: str) -> Period:
    days = [row[DAY_COLUMNS[report]] for row in rows]
    return Period(min(days), max(days) + timedelta(days=1))


def dials(
    day: date, agent: str, clocks: Sequence[str], *, timezone: str = MOSCOW, **fields: Any
) -> list[Row]:
    """Return dials of an agent at some times of a day."""
    return [
        {
            "call_id": f"{agent}-{day}-{n}", "agent_id": agent, "talk_seconds": 30,
            "started_at": local(day, clock, timezone), "disposition": "refusal",
            "campaign_id": "spring", "lead_id": f"{agent}-{day}-{n}",
        } | fields
        for n, clock in enumerate(clocks)
    ]  # fmt: skip


def weekdays(period: str) -> list[date]:
    """Return the days from Monday to Friday."""
    span = Period.parse(period)
    days = (span.start + timedelta(days=n) for n in range(span.days))
    return [day for day in days if day.weekday() < 5]


def steady(day: date, agent: str, count: int) -> list[Row]:
    """Return so many dials from nine in the morning on, one each quarter of an hour."""
    clocks = [f"{9 + n // 4}:{n % 4 * 15:02d}" for n in range(count)]
    return dials(day, agent, clocks)
