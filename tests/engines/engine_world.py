"""Rows that engines are asked about, and answers held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.engine import Compared, Connection, Embedded, Engine
from vendoreval.engine.base import arrow_schema

#: local midnight, the hour that summer time skips and the one it repeats, in UTC
INSTANTS = (
    datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 1, 30), datetime(2026, 3, 29, 1, 30),
    datetime(2026, 9, 30, 21, 0), datetime(2026, 10, 31, 23, 59, 59, 999_999),
)  # fmt: skip


def write(folder: Path, report: str, rows: Sequence[Mapping[str, Any]]) -> list[Path]:
    """Write rows as the ledger keeps them."""
    schema = arrow_schema(report)
    path = folder / f"{report}-{len(list(folder.iterdir()))}.parquet"
    filled = [{name: row.get(name) for name in schema.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(filled, schema), path)
    return [path]


def calls(count: int = 60) -> list[dict[str, Any]]:
    """Return calls with nulls in every column that may be null, and odd texts."""
    texts = ("A", "a", "Я", "я", "É", "e", '"q"', "a,b", "line\nend", "", "\\N", "zé")
    return [
        {
            "vendor": "alpha", "call_id": f"c{n:04d}", "agent_id": texts[n % len(texts)],
            "started_at": INSTANTS[n % len(INSTANTS)], "started_on": date(2026, 10, 1 + n % 28),
            "talk_seconds": n * 7, "disposition": "sale" if n % 3 else "busy",
            "lead_id": None if n % 4 == 0 else texts[-n % len(texts)],
            "billed_seconds": None if n % 5 == 0 else n,
            "answered_at": None if n % 2 else INSTANTS[-1 - n % len(INSTANTS)],
            "is_test": (None, True, False)[n % 3],
        }
        for n in range(count)
    ]  # fmt: skip


def sales() -> list[dict[str, Any]]:
    """Return sales with money that no float holds."""
    amounts = (Decimal("0.1"), Decimal("99999999999999.9999"), None, Decimal("-0.0001"))
    return [
        {
            "vendor": "alpha", "sale_id": f"s{n}", "sold_at": INSTANTS[n % 5],
            "sold_on": date(2026, 10, 25), "amount": amounts[n % 4], "currency": "RUB",
        }
        for n in range(8)
    ]  # fmt: skip


@contextmanager
def compared(connection: Connection, files: Mapping[str, Any]) -> Iterator[tuple[Engine, Compared]]:
    """Yield an engine that asks both, and what it noted."""
    pair = Compared(Embedded(memory_limit="512MiB", threads=1), connection)
    with pair.over(files) as engine:
        yield engine, pair


def differing(pair: Compared) -> list[str]:
    """Return the differences as text."""
    return [
        f"{one.topic}: {one.difference.template % one.difference.values}"
        for one in pair.asked
        if one.difference is not None
    ]
