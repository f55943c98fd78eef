"""Small ledgers written by hand, and the shortest way to ask one check about them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.agreement.extensions import RateItem
from vendoreval.checks.base import Answer, Check, Evidence, Scope
from vendoreval.engine import DuckEngine, frame
from vendoreval.period import Period
from vendoreval.settings import Settings
from vendoreval.tables import COLUMN_TYPES, DERIVED_DAYS, LEDGER_TYPES, TABLES
from vendoreval.text import language

OCTOBER = Period.parse("2026-10")
_KINDS = {
    "int64": pa.int64(), "string": pa.string(), "date": pa.date32(), "float64": pa.float64(),
    "timestamp": pa.timestamp("us"), "boolean": pa.bool_(), "decimal(18, 4)": pa.decimal128(18, 4),
}  # fmt: skip
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Signed:
    """As much of an agreement as a check looks at."""

    vendor: str
    rate_card: tuple[RateItem, ...] = ()
    reports: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.vendor

    def rates(self, unit: str, day: date) -> tuple[RateItem, ...]:
        return tuple(i for i in self.rate_card if i.unit == unit and i.in_force(day))


def item(**fields: Any) -> RateItem:
    """Return a line of a rate card."""
    line = {"unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-01-01"}
    return RateItem(**(line | fields))


def scope_of(
    cards: Mapping[str, Sequence[RateItem]],
    *,
    period: Period = OCTOBER,
    compare_with: Period | None = None,
    **settings: Any,
) -> Scope:
    """Return the scope of an audit of these vendors."""
    agreements: Any = {v: Signed(v, tuple(c)) for v, c in cards.items()}
    client = Settings(client="Client", currency="RUB", **settings)
    return Scope(period, tuple(sorted(cards)), agreements, client, compare_with)


def at(day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """Return an instant of October 2026."""
    return datetime(2026, 10, 1) + timedelta(
        days=day - 1, hours=hour, minutes=minute, seconds=second
    )


def write(folder: Path, rows: Rows) -> dict[str, list[Path]]:
    """Write rows as the ledger keeps them: every column of the table, typed."""
    files = {}
    for report, given in rows.items():
        filled = [_with_days(report, row) for row in given]
        columns = {
            name: pa.array([_cell(row.get(name), kind) for row in filled], _KINDS[kind])
            for name, kind in {**COLUMN_TYPES, **LEDGER_TYPES}[report].items()
        }
        path = folder / f"{report}.parquet"
        pq.write_table(pa.table(columns), path)
        files[report] = [path]
    return files


def _with_days(report: str, row: Mapping[str, Any]) -> dict[str, Any]:
    days = DERIVED_DAYS.get(report, {})
    known = {day: row[at].date() for day, at in days.items() if row.get(at) is not None}
    return known | dict(row)


def _cell(value: Any, kind: str) -> Any:
    return Decimal(str(value)) if kind.startswith("decimal") and value is not None else value


def ask(check: Check, rows: Rows, scope: Scope) -> dict[str, Answer]:
    """Reduce and judge; return vendor -> answer."""
    answers = check.judge(reduced(check, rows, scope), scope)
    return {answer.vendor: answer for answer in answers}


def reduced(check: Check, rows: Rows, scope: Scope) -> pd.DataFrame:
    """Return the small table of a check."""
    return _run(check.reduce(TABLES, scope), rows)


def evidence_rows(check: Check, rows: Rows, scope: Scope) -> pd.DataFrame:
    """Return the rows behind the evidence of a check."""
    assert check.rows is not None
    return _run(check.rows(TABLES, scope), rows)


@contextmanager
def engine_over(rows: Rows) -> Iterator[DuckEngine]:
    """Open an engine over rows that are written to a folder of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        DuckEngine(write(Path(folder), rows), memory_limit="512MiB", threads=1) as engine,
    ):
        yield engine


def _run(expression: Any, rows: Rows) -> pd.DataFrame:
    with engine_over(rows) as engine:
        return frame(engine.run(expression))


def call(number: int, started_at: datetime, talk: int = 60, **fields: Any) -> dict[str, Any]:
    """Return a conversation of agent A1 of alpha."""
    return {
        "vendor": "alpha", "call_id": f"c{number}", "agent_id": "A1", "started_at": started_at,
        "talk_seconds": talk, "disposition": "refusal", "ring_seconds": 0,
    } | fields  # fmt: skip


def invoice_line(quantity: Any, price: Any = "9.50", **fields: Any) -> dict[str, Any]:
    """Return a line of alpha's invoice of October; its amount is the product to the coin."""
    product = (Decimal(str(quantity)) * Decimal(str(price))).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
    return {
        "vendor": "alpha", "invoice_id": "I-1", "line": 1, "period_start": OCTOBER.start,
        "period_end": OCTOBER.last_day, "unit": "talk_minute", "quantity": quantity,
        "unit_price": price, "amount": product, "description": "",
    } | fields  # fmt: skip


def worked_through(evidence: Evidence) -> tuple[Decimal, Decimal]:
    """Work printed operands through from left to right; return that and the printed result."""
    values = []
    for step in evidence.arithmetic:
        text = language("en").say(step.value).replace("RUB", "")
        values.append((step.sign, Decimal(text.replace("\u00a0", "").replace(",", ""))))
    found = values[0][1]
    for sign, value in values[1:-1]:
        match sign:
            case "+":
                found += value
            case "−":
                found -= value
            case "×":
                found *= value
            case "÷":
                found /= value
    return found.quantize(Decimal("0.01")), values[-1][1]
