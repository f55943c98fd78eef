"""Workbooks and archives made for one test, and the way through reading and checking."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.intake import ValidationReport, read_delivery, validate

AGREEMENTS = Path(__file__).parent / "agreements"


def deal(*columns: dict[str, Any], **dialect: Any) -> Agreement:
    """An agreement over one report; each column as ODCS, `ours` for custom properties."""
    part: dict[str, Any] = {"name": "free", "properties": [_column(**c) for c in columns]}
    if dialect:
        part["customProperties"] = _custom({"dialect": dialect})
    contract = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "t", "name": "t",
        "version": "1.0.0", "status": "active", "schema": [part],
    }  # fmt: skip
    return agreement_from_bytes(json.dumps(contract).encode(), "alpha", "t.odcs.yaml")


def _column(name: str, kind: str = "string", ours: dict[str, Any] | None = None, **more: Any):
    entry = {"name": name, "logicalType": kind, **more}
    if ours:
        entry["customProperties"] = _custom(ours)
    return entry


def _custom(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": k, "vendor": "vendoreval", "value": v} for k, v in values.items()]


def agreement_file(name: str, **replacements: str) -> Agreement:
    """One of the agreements beside the tests; texts in it may be exchanged."""
    text = (AGREEMENTS / f"{name}.odcs.yaml").read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert old in text
        text = text.replace(old, new)
    return agreement_from_bytes(text.encode(), "rostelecom", f"{name}.odcs.yaml")


def workbook(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    """An XLSX of one sheet, unless `fill(book, sheet)` adds more."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, options)
    fill(book, book.add_worksheet("Отчёт"))
    book.close()
    return stream.getvalue()


def sheet(*rows: list[Any]) -> bytes:
    """An XLSX with these cells."""

    def fill(_book: Any, page: Any) -> None:
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)

    return workbook(fill)


def rezipped(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same package with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    """A zip of these files; two underscores stand for a slash, one for a full stop."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as package:
        for name, data in members.items():
            package.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def check(folder: Path, data: bytes, agreed: Agreement, name: str = "free.xlsx"):
    path = folder / name
    path.write_bytes(data)
    return validate(read_delivery(path, agreed))


def accepted(report: ValidationReport, *names: str) -> list[tuple[Any, ...]]:
    rows = [row for path in report.accepted_files for row in pl.read_parquet(path).to_dicts()]
    return [tuple(row[name] for name in names) for row in rows]


def faults(report: ValidationReport) -> list[tuple[Any, ...]]:
    return [(f.row, f.line, f.column, f.value, f.rule) for f in report.faults.first(None)]


def notes(report: ValidationReport) -> str:
    said = report.to_json()
    return "\n".join([*said["notes"], *said["readings"]])
