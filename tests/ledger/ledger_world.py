"""Small validated deliveries for the tests of the ledger, with the attributes intake gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.agreement import Agreement, ReportSchema, agreement_from_bytes
from vendoreval.period import Period
from vendoreval.tables import COLUMN_TYPES

AGREEMENT = """\
apiVersion: v3.2.0
kind: DataContract
id: reports
version: {version}
status: active
schema:
  - name: calls
    physicalName: "calls_{{yyyy}}{{MM}}{{dd}}.csv"
    customProperties:
      - property: period
        vendor: vendoreval
        value: {{every: month, column: started_at, timezone: Europe/Moscow}}
    properties:
      - {{name: call_id, logicalType: string, required: true, primaryKey: true}}
      - {{name: started_at, logicalType: timestamp, required: true}}
      - {{name: phone, logicalType: string, tags: [pii, "pii:phone"]}}
  - name: funnel
    customProperties:
      - property: period
        vendor: vendoreval
        value: {{every: month, column: snapshot_on, timezone: Europe/Moscow}}
    properties:
      - {{name: snapshot_on, logicalType: date, primaryKey: true, primaryKeyPosition: 1}}
      - {{name: lead_id, logicalType: string, primaryKey: true, primaryKeyPosition: 2}}
      - {{name: stage, logicalType: string}}
  - name: do_not_call
    properties:
      - {{name: phone, logicalType: string, primaryKey: true, tags: [pii]}}
  - name: roster
    properties:
      - {{name: agent_id, logicalType: string, required: true}}
  - name: leads
    properties:
      - {{name: lead_id, logicalType: string, required: true, primaryKey: true}}
      - {{name: phone, logicalType: string, tags: [pii]}}
"""
_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "decimal(18, 4)": pa.decimal128(18, 4),
}
RECEIVED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Tally:
    """Where the rows went."""

    delivered: int
    accepted: int
    quarantined: int = 0
    rejected: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Sums:
    """Sum of a measure."""

    accepted: Decimal
    quarantined: Decimal


@dataclass(frozen=True)
class StandInDelivery:
    """A received file."""

    path: Path
    agreement: Agreement
    schema: ReportSchema
    sha256: str
    received_at: datetime = RECEIVED


@dataclass(frozen=True)
class StandInReport:
    """A validated file."""

    delivery: StandInDelivery
    rows: Tally
    period: Period | None
    accepted_files: tuple[Path, ...] = ()
    quarantine_files: tuple[Path, ...] = ()
    fault_files: tuple[Path, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    sums: Mapping[str, Sums] = field(default_factory=dict)
    columns_delivered: tuple[str, ...] = ("call_id", "started_at")


@cache
def agreement_of(vendor: str, version: str = "1.0.0") -> Agreement:
    """Return a small agreement."""
    content = AGREEMENT.format(version=version).encode()
    return agreement_from_bytes(content, vendor, f"{vendor}.odcs.yaml")


def parquet(path: Path, report: str, rows: list[dict[str, Any]]) -> Path:
    """Write rows of a canonical report, missing columns null, as intake does."""
    columns = COLUMN_TYPES[report]
    fields = [pa.field(name, _ARROW[kind]) for name, kind in columns.items()]
    fields.append(pa.field("_row", pa.int64()))
    numbered = [{**row, "_row": n} for n, row in enumerate(rows, start=2)]
    pq.write_table(pa.Table.from_pylist(numbered, schema=pa.schema(fields)), path)
    return path


def call_rows(vendor: str, first: date, count: int) -> list[dict[str, Any]]:
    """Return calls, one a day from a first day on."""
    rows = []
    for n in range(count):
        at = datetime(first.year, first.month, first.day, 8) + timedelta(days=n)
        rows.append(
            {
                "vendor": vendor,
                "call_id": f"{vendor}-{at:%Y%m%d}",
                "agent_id": "a1",
                "started_at": at,
                "started_on": at.date(),
                "talk_seconds": 60,
                "disposition": "refusal",
                "phone": "+79990000000",
            }
        )
    return rows


Make = Callable[..., StandInReport]


def delivery_of(
    staging: Path,
    period: str | None = "2026-10",
    *,
    vendor: str = "alpha",
    report: str = "calls",
    count: int = 3,
    text: str = "",
    quarantined: int = 0,
    rows: list[dict[str, Any]] | None = None,
    version: str = "1.0.0",
    columns: tuple[str, ...] = ("call_id", "started_at"),
    received_at: datetime = RECEIVED,
) -> StandInReport:
    """Return a delivery; files of different `text` have different bytes."""
    span = None if period is None else Period.parse(period)
    agreement = agreement_of(vendor, version)
    if rows is None and report == "calls":
        rows = call_rows(vendor, span.start if span else date(2026, 10, 1), count)
    elif rows is None:
        rows = [{} for _ in range(count)]
    token = uuid4().hex
    staging.mkdir(parents=True, exist_ok=True)
    accepted = (parquet(staging / f"{token}-a.parquet", report, rows),) if rows else ()
    bad = (parquet(staging / f"{token}-q.parquet", report, [{}] * quarantined),) * bool(quarantined)
    name = f"{report}_{period}.csv"
    digest = hashlib.sha256(f"{vendor} {name} {text}".encode()).hexdigest()
    return StandInReport(
        delivery=StandInDelivery(
            Path("inbox") / name, agreement, agreement.reports[report], digest, received_at
        ),
        rows=Tally(len(rows) + quarantined, len(rows), quarantined),
        period=span,
        accepted_files=accepted,
        quarantine_files=bad,
        counts={"code": quarantined} if quarantined else {},
        sums={"talk_seconds": Sums(Decimal(60 * len(rows)), Decimal(0))},
        columns_delivered=columns,
    )
