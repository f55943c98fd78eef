"""One line for every row whose personal data were erased."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.ledger.by_key import rows_of
from vendoreval.ledger.erased_rows import Change
from vendoreval.ledger.staging import Staged, staged_file
from vendoreval.ledger.state import State

KEY_JOINED = " / "
_AT_A_TIME = 10_000
_SCHEMA = pa.schema(
    [
        ("vendor", pa.string()), ("report", pa.string()), ("delivery", pa.int64()),
        ("role", pa.string()), ("row", pa.int64()), ("row_key", pa.string()),
        ("lead_id", pa.string()), ("columns", pa.string()), ("hash", pa.string()),
    ]
)  # fmt: skip


def row_hash(row: Mapping[str, Any], code: str) -> str:
    """Return the hash of a row as it was, together with the code of an erasure.

    Empty cells and the number of the row do not count, nor does the order of columns.

    Examples
    --------
    >>> row_hash({"call_id": "c1", "phone": None}, "x") == row_hash({"call_id": "c1"}, "x")
    True
    """
    cells = {name: _text(row[name]) for name in sorted(row)
             if row[name] is not None and name not in {"_row", "_line"}}  # fmt: skip
    content = json.dumps([code, cells], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)


def write_tombstones(
    state: State, found: Sequence[Change], code: str, folder: Path
) -> list[Staged]:
    """Write the tombstones of an erasure, one file for each report."""
    reports = sorted({change.commit.report for change in found if change.counts})
    staged = []
    for number, report in enumerate(reports):
        path = folder / f"tombstones-{number:04d}.parquet"
        with pq.ParquetWriter(path, _SCHEMA, compression="zstd", write_statistics=False) as writer:
            for change in found:
                if change.counts and change.commit.report == report:
                    for lines in _lines(state, change, code):
                        writer.write_table(pa.Table.from_pylist(lines, _SCHEMA))
        staged.append(staged_file(path, report, "tombstones", "tombstones"))
    return staged


def _lines(state: State, change: Change, code: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the tombstones of one file, some at a time: rows as values take much room."""
    table = rows_of(state.ledger, change.place)
    for start in range(0, len(change.rows), _AT_A_TIME):
        places = change.rows.slice(start, _AT_A_TIME)
        masks = {name: mask.take(places).to_pylist() for name, mask in change.masks.items()}
        rows = table.take(places).to_pylist()
        yield [
            _line(change, row, tuple(name for name, mask in masks.items() if mask[n]), code)
            for n, row in enumerate(rows)
        ]


def _line(
    change: Change, row: Mapping[str, Any], erased: Sequence[str], code: str
) -> dict[str, Any]:  # fmt: skip
    # a part of a key that is personal leaves no trace
    key = [_text(row[name]) for name in change.key if row.get(name) is not None]
    return {
        "vendor": change.commit.vendor,
        "report": change.commit.report,
        "delivery": change.commit.number,
        "role": change.place.named.role,
        "row": row.get("_row"),
        "row_key": KEY_JOINED.join(key) or None,
        "lead_id": None if "lead_id" in erased else row.get("lead_id"),
        "columns": ", ".join(erased),
        "hash": row_hash(row, code),
    }
