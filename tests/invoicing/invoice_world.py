"""A ledger of one vendor and the client, filled with rows, and a card of the test's choice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.agreement import Agreement, RateItem, agreement_from_bytes
from vendoreval.agreement.library import compose
from vendoreval.invoicing import ExpectedInvoice, InvoiceRow, expected_invoice
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.tables import COLUMN_TYPES, DERIVED_DAYS
from vendoreval.text import language

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OCTOBER = Period.parse("2026-10")
_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_(),
    "date": pa.date32(), "timestamp": pa.timestamp("us"), "decimal(18, 4)": pa.decimal128(18, 4),
}  # fmt: skip
VENDOR_REPORTS = ["calls", "agent_days", "sales", "reviews", "invoice_lines"]
CLIENT_REPORTS = ["leads", "client_sales"]


@cache
def agreement_of(party: str) -> Agreement:
    """Return an agreement over the standard reports of a party, days of Moscow, no card."""
    reports = CLIENT_REPORTS if party == "client" else VENDOR_REPORTS
    text = compose(party, reports, timezone="Europe/Moscow")
    return agreement_from_bytes(text.encode(), party, f"{party}.odcs.yaml")


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
    schema: Any
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
    columns_delivered: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """A ledger and the folder of its parts."""

    ledger: Ledger
    folder: Path

    def post(
        self, report: str, rows: Sequence[Mapping[str, Any]], *, period: str | None = "2026-10",
        received_at: datetime = NOW, quarantined: int = 0,
    ) -> None:  # fmt: skip
        """Post accepted rows of a report of the vendor or of the client."""
        party = "client" if report in CLIENT_REPORTS else "alpha"
        agreed, token = agreement_of(party), uuid4().hex
        kinds = COLUMN_TYPES[report]
        fields = [pa.field(name, _ARROW[kind]) for name, kind in kinds.items()]
        fields.append(pa.field("_row", pa.int64()))
        filled = [
            {"vendor": "alpha", **_days(report, row), **_typed(row, kinds), "_row": n}
            for n, row in enumerate(rows, start=2)
        ]
        path = self.folder / f"{token}.parquet"
        pq.write_table(pa.Table.from_pylist(filled, schema=pa.schema(fields)), path)
        self.ledger.post(
            Validated(
                File(Path(f"{report}_{period}.csv"), agreed, agreed.reports[report],
                     hashlib.sha256(token.encode()).hexdigest(), received_at),
                Tally(len(rows) + quarantined, len(rows), quarantined),
                None if period is None else Period.parse(period),
                (path,) if rows else (),
                columns_delivered=tuple({name for row in rows for name in row}),
            )
        )  # fmt: skip

    def expected(self, *items: Mapping[str, Any], period: str = "2026-10") -> ExpectedInvoice:
        """Work out the invoice of a period under a card of these lines."""
        card = tuple(RateItem.model_validate(item(**one)) for one in items)
        agreed = replace(agreement_of("alpha"), rate_card=card)
        return expected_invoice(self.ledger, "alpha", period, agreement=agreed, now=NOW)


def _typed(row: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: Decimal(str(value)) if value is not None and kinds[name].startswith("dec") else value
        for name, value in row.items()
    }


def _days(report: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the days of instants, three hours on: the clock of Moscow."""
    return {
        day: (row[at] + timedelta(hours=3)).date()
        for day, at in DERIVED_DAYS.get(report, {}).items()
        if row.get(at) is not None
    }


def item(**fields: Any) -> dict[str, Any]:
    """Return a line of a card as an agreement writes it."""
    line = {"unit": "talk_minute", "price": "10", "currency": "RUB", "valid_from": "2026-01-01"}
    return line | fields


def calls(talks: Sequence[int], day: int = 5, **fields: Any) -> list[dict[str, Any]]:
    """Return conversations of a day of October, one a minute."""
    start = datetime(2026, 10, 1, 9) + timedelta(days=day - 1)
    return [
        {
            "call_id": f"c{day}-{n}", "agent_id": "A1", "started_at": start + timedelta(minutes=n),
            "talk_seconds": talk, "disposition": "refusal",
        } | fields
        for n, talk in enumerate(talks)
    ]  # fmt: skip


def line(quantity: Any, price: Any = "10", number: int = 1, **fields: Any) -> dict[str, Any]:
    """Return a line of the invoice of October."""
    amount = round(Decimal(str(quantity)) * Decimal(str(price)), 2)
    return {
        "invoice_id": "I-1", "line": number, "period_start": OCTOBER.start,
        "period_end": OCTOBER.last_day, "unit": "talk_minute", "quantity": Decimal(str(quantity)),
        "unit_price": Decimal(str(price)), "amount": amount,
    } | fields  # fmt: skip


def sale(number: int, sold_on: date, **fields: Any) -> dict[str, Any]:
    """Return a claimed sale."""
    at = datetime.combine(sold_on, datetime.min.time()) + timedelta(hours=9)
    return {"sale_id": f"s{number}", "lead_id": f"l{number}", "sold_at": at} | fields


def says(row: InvoiceRow, code: str = "en") -> str:
    """Return the reason of a row."""
    return language(code).say(row.reason)


def of_kind(made: ExpectedInvoice, kind: str) -> list[InvoiceRow]:
    """Return the rows of one clause."""
    return [row for row in made.rows if row.kind == kind]
