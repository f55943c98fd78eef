"""What leaves the ledger: personal data masked, spreadsheets disarmed.

Raw rows stay in the ledger. A printed or written row keeps what lets both sides find
the call (its code, instant, agent's code) and loses what names a person.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pandas as pd
import pyarrow as pa

from vendoreval.auditing.result import EvidenceFile
from vendoreval.formulas import guard_formula
from vendoreval.personal import mask_phone, mask_text

PREVIEW_ROWS = 12
_PHONE_COLUMNS = re.compile(r"(^|_)(phone|msisdn|telephone|ani|dnis)s?(_|$)", re.IGNORECASE)
_EMAIL_COLUMNS = re.compile(r"e_?mail", re.IGNORECASE)
_HIDDEN_COLUMNS = re.compile(
    r"(^|_)(fio|full_name|first_name|last_name|customer_name|client_name|person|passport"
    r"|birth\w*|address|inn|snils)(_|$)",
    re.IGNORECASE,
)
# a key made of the person's number; other digits of a key are kept, both sides need them
_PHONE_AS_KEY = re.compile(r"\+?[78]?9\d{9}|\+\d{10,15}")
# control characters, zero-width and bidirectional marks: they only serve to mislead a reader
_UNSAFE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


# the first key column that is there tells the report; a claimed sale may name its call
_KEYS = {
    "sale_id": "sales",
    "invoice_id": "invoice_lines",
    "record_id": "carrier_calls",
    "call_id": "calls",
    "stage": "funnel",
    "lead_id": "leads",
}


def clean_text(text: str) -> str:
    """Return text without control, zero-width and bidirectional characters."""
    return _UNSAFE.sub("", text)


def mask_value(column: str, text: str) -> str:
    """Return one cell as it may leave the ledger, judged by its column's name and its form."""
    if not text:
        return text
    if _PHONE_COLUMNS.search(column):
        return mask_phone(text)
    if _HIDDEN_COLUMNS.search(column):
        return "***"
    if column.endswith("_id"):
        return mask_phone(text) if _PHONE_AS_KEY.fullmatch(text.strip()) else text
    if _EMAIL_COLUMNS.search(column) and "@" not in text:
        return "***"
    return mask_text(text)


def evidence_file(
    table: pd.DataFrame | pa.Table, name: str, *, report: str | None = None
) -> tuple[bytes, EvidenceFile]:
    """Return the bytes of an evidence CSV and what a finding says of it.

    Parameters
    ----------
    table
        The rows.
    name
        Name of the file as the finding gives it.
    report
        The report the rows are of; without it, told by the key column.

    Notes
    -----
    UTF-8 with a byte-order mark, text quoted, numbers bare. Text that a spreadsheet could
    take for a formula gets an apostrophe before it.
    """
    rows = table if isinstance(table, pa.Table) else pa.Table.from_pandas(
        table, preserve_index=False
    )  # fmt: skip
    columns = tuple(str(column) for column in rows.column_names)
    data = StringIO(newline="")
    writer = csv.writer(data, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([guard_formula(clean_text(column)) for column in columns])
    preview: list[tuple[str, ...]] = []
    for batch in rows.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            cells = [masked_cell(column, value) for column, value in zip(columns, row, strict=True)]
            writer.writerow([guard_formula(c) if isinstance(c, str) else c for c in cells])
            if len(preview) < PREVIEW_ROWS:
                preview.append(tuple(str(cell) for cell in cells))
    content = data.getvalue().encode("utf-8-sig")
    digest = hashlib.sha256(content).hexdigest()
    kind = report or _report(columns)
    return content, EvidenceFile(kind, rows.num_rows, name, digest, columns, tuple(preview))


def write_evidence(
    table: pd.DataFrame | pa.Table, folder: Path, name: str, *, report: str | None = None
) -> EvidenceFile:
    """Write the rows behind a finding as masked CSV into ``folder/name``; see `evidence_file`."""
    content, file = evidence_file(table, name, report=report)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return file


def _report(columns: tuple[str, ...]) -> str:
    """Name the report by its key column."""
    return next((report for key, report in _KEYS.items() if key in columns), "rows")


def masked_cell(column: str, value: object) -> str | int | float | Decimal:
    """Return a cell: numbers stay numbers, all else is masked text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if not math.isfinite(value):
            return ""
        case int() | float() | Decimal() if not _PHONE_COLUMNS.search(column):
            return value
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
    return mask_value(column, clean_text(str(value)))


__all__ = [
    "clean_text", "evidence_file", "guard_formula", "mask_phone", "mask_text", "mask_value",
    "write_evidence",
]  # fmt: skip
