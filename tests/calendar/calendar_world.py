"""Small ledgers with deadlines: an agreement by days or months, and deliveries with dates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.agreement import Agreement, ReportSchema, agreement_from_bytes
from vendoreval.ledger import Commit, Ledger
from vendoreval.period import Period
from vendoreval.tables import COLUMN_TYPES
from vendoreval.text import Message

AGREEMENT = """\
apiVersion: v3.2.0
kind: DataContract
id: reports
version: 1.0.0
status: active
schema:
  - name: calls
    physicalName: "calls_{yyyy}{MM}{dd}.csv"
    customProperties:
      - property: period
        vendor: vendoreval
        value: {every: EVERY, column: started_at, timezone: Europe/Moscow, holidays: ["2026-10-12"]}
    properties:
      - {name: call_id, logicalType: string, required: true, primaryKey: true}
      - {name: agent_id, logicalType: string}
      - {name: started_at, logicalType: timestamp, required: true}
      - name: talk_seconds
        logicalType: integer
        customProperties: [{property: unit, vendor: vendoreval, value: s}]
      - {name: disposition, logicalType: string}
  - name: agent_days
    customProperties:
      - property: period
        vendor: vendoreval
        value: {every: month, column: date, timezone: Europe/Moscow}
    properties:
      - {name: agent_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
      - {name: date, logicalType: date, primaryKey: true, primaryKeyPosition: 2}
      - {name: dials, logicalType: integer}
      - name: talk_seconds
        logicalType: integer
        customProperties: [{property: unit, vendor: vendoreval, value: s}]
  - name: invoice_lines
    customProperties:
      - property: period
        vendor: vendoreval
        value: {every: month, column: period_start, timezone: Europe/Moscow}
    properties:
      - {name: invoice_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
      - {name: line, logicalType: integer, primaryKey: true, primaryKeyPosition: 2}
      - {name: period_start, logicalType: date}
      - {name: period_end, logicalType: date}
      - {name: unit, logicalType: string}
      - {name: quantity, logicalType: number}
      - {name: amount, logicalType: number}
RULES
  - name: roster
    properties:
      - {name: agent_id, logicalType: string, required: true}
slaProperties:
  - {property: timeOfAvailability, value: "10:00", valueExt: Europe/Moscow, element: calls,
     scheduler: cron, schedule: "0 10 * * 1-5"}
  - {property: timeOfAvailability, value: 5, unit: d, element: invoice_lines}
customProperties:
  - {property: acceptance, vendor: vendoreval, value: {resendWithinDays: 2}}
"""
_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_(),
    "date": pa.date32(), "timestamp": pa.timestamp("us"), "decimal(18, 4)": pa.decimal128(18, 4),
}  # fmt: skip


@cache
def agreement_of(every: str = "day", rules: str = "", vendor: str = "alpha") -> Agreement:
    """Return an agreement with calls by days or months; `rules` is the invoice's quality."""
    text = AGREEMENT.replace("EVERY", every).replace("RULES", rules)
    return agreement_from_bytes(text.encode(), vendor, f"{vendor}.odcs.yaml")


@dataclass(frozen=True)
class Tally:
    """Where the rows went."""

    delivered: int
    accepted: int
    quarantined: int = 0
    rejected: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class File:
    """A received file."""

    path: Path
    agreement: Agreement
    schema: ReportSchema
    sha256: str
    received_at: datetime


@dataclass(frozen=True)
class Validated:
    """A validated file, with the attributes intake gives."""

    delivery: File
    rows: Tally
    period: Period | None
    accepted_files: tuple[Path, ...] = ()
    quarantine_files: tuple[Path, ...] = ()
    fault_files: tuple[Path, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    sums: Mapping[str, Any] = field(default_factory=dict)
    columns_delivered: tuple[str, ...] = ("call_id", "started_at")
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class World:
    """A ledger and a folder for the parts of its deliveries."""

    ledger: Ledger
    folder: Path
    agreement: Agreement = field(default_factory=agreement_of)

    def validated(
        self,
        report: str,
        period: str | None,
        rows: Sequence[Mapping[str, Any]],
        *,
        received_at: datetime,
        quarantined: int = 0,
    ) -> Validated:
        """Return a validated delivery of these accepted rows."""
        token = uuid4().hex
        digest = hashlib.sha256(token.encode()).hexdigest()
        parts = (self._parquet(token, report, rows),) if rows else ()
        return Validated(
            File(
                Path(f"{report}_{period}.csv"), self.agreement, self.agreement.reports[report],
                digest, received_at,
            ),
            Tally(len(rows) + quarantined, len(rows), quarantined),
            None if period is None else Period.parse(period),
            parts,
            columns_delivered=tuple({name for row in rows for name in row} - {"started_on"}),
        )  # fmt: skip

    def post(self, *args: Any, replace: bool = False, **kwargs: Any) -> Commit:
        """Post such a delivery and return its commit."""
        return self.ledger.post(self.validated(*args, **kwargs), replace=replace).commit

    def post_day(self, day: str, received_at: datetime, count: int = 2, **kwargs: Any) -> Commit:
        """Post the calls of one day."""
        rows = calls(date.fromisoformat(day), count)
        return self.post("calls", day, rows, received_at=received_at, **kwargs)

    def _parquet(self, token: str, report: str, rows: Sequence[Mapping[str, Any]]) -> Path:
        fields = [pa.field(n, _ARROW[kind]) for n, kind in COLUMN_TYPES[report].items()]
        fields.append(pa.field("_row", pa.int64()))
        numbered = [{"vendor": "alpha", **row, "_row": n} for n, row in enumerate(rows, start=2)]
        path = self.folder / f"{token}.parquet"
        pq.write_table(pa.Table.from_pylist(numbered, schema=pa.schema(fields)), path)
        return path


def calls(day: date, count: int, *, prefix: str = "c", talk: int = 60) -> list[dict[str, Any]]:
    """Return calls of one day."""
    return [
        {
            "call_id": f"{prefix}-{day}-{n}", "agent_id": "a1",
            "started_at": datetime.combine(day, time(8)) + timedelta(minutes=n),
            "started_on": day, "talk_seconds": talk, "disposition": "refusal",
        }
        for n in range(count)
    ]  # fmt: skip


def month_of_calls(
    month: str, a_day: int = 2, *, weekdays: Sequence[int] = range(5), **kwargs: Any
) -> list[dict[str, Any]]:
    """Return calls on every weekday of a month."""
    period = Period.parse(month)
    days = [period.start + timedelta(days=n) for n in range(period.days)]
    return [row for day in days if day.weekday() in weekdays for row in calls(day, a_day, **kwargs)]


def invoice(month: str, minutes: str, unit: str = "talk_minute") -> list[dict[str, Any]]:
    """Return an invoice of one line for a month."""
    period = Period.parse(month)
    return [
        {
            "invoice_id": f"I-{month}", "line": 1, "period_start": period.start,
            "period_end": period.last_day, "unit": unit, "quantity": Decimal(minutes),
            "unit_price": Decimal("9.5"), "amount": round(Decimal(minutes) * Decimal("9.5"), 2),
        }
    ]  # fmt: skip


def at(text: str) -> datetime:
    """Return an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
