"""A sample of a report as the agreement wants it: one row that passes its own validation."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.agreement.reports import Column
from vendoreval.agreement.template import vendor_headers
from vendoreval.errors import VendorevalError
from vendoreval.intake import read_delivery, validate
from vendoreval.units import EXCEL_SERIAL, date_pattern

# a Wednesday that no format can take for another day
_DAY: Final = datetime(2026, 1, 21, 10, 15, 0)
_DURATIONS: Final = {
    "hh:mm:ss": "00:03:04", "mm:ss": "03:04", "hh:mm": "00:03", "seconds": "184",
    "minutes": "3", "minutes (decimal comma)": "3,07", "excel-time": "00:03:04",
}  # fmt: skip
_TRIES: Final = 3


def write_sample(
    agreement: Agreement, report: str, folder: Path, *, speaking: str = "ru"
) -> Path | None:
    """Write a file with one row as the agreement asks for it.

    Returns
    -------
    Path or None
        The file, which validation accepts whole; `None` where the agreement's rules cannot
        be met by a row of its examples, and nothing is written.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    schema = agreement.reports[report]
    part = next((p for p in agreement.contract.schema_objects or () if p.name == report), None)
    heads = vendor_headers(part, schema, speaking)
    row = {column.name: _text(column, schema) for column in schema.columns}
    path = folder / _file_name(schema, report, row)
    for _ in range(_TRIES):
        path.write_bytes(_content(schema, path, heads, row))
        faulty = _faulty(agreement, report, path)
        if not faulty:
            return path
        optional = {c.name for c in schema.columns if not c.required} & faulty
        if not optional:
            break
        row = {name: "" if name in optional else text for name, text in row.items()}
    path.unlink()
    return None


def _faulty(agreement: Agreement, report: str, path: Path) -> set[str]:
    """Return the columns that validation finds fault with; one empty name for the file."""
    try:
        checked = validate(read_delivery(path, agreement, report))
    except VendorevalError:
        return {""}
    try:
        if checked.ok:
            return set()
        return {fault.column or "" for fault in checked.faults} or {""}
    finally:
        checked.discard()


def _text(column: Column, schema: ReportSchema) -> str:
    """Return the example of a column as the vendor writes it."""
    if column.codes:
        known = column.example if column.example in column.codes else None
        return known or next(iter(column.codes))
    if column.example is not None and column.kind not in {"date", "timestamp"}:
        return _decimals(column, column.example, schema)
    if column.duration_forms:
        return _DURATIONS[column.duration_forms[0]]
    if column.kind in {"date", "timestamp"}:
        return _moment(column)
    if column.kind == "boolean":
        return "false"
    if column.kind in {"integer", "number", "money"}:
        return _decimals(column, str(column.minimum if column.minimum is not None else 1), schema)
    return "A1"


def _decimals(column: Column, text: str, schema: ReportSchema) -> str:
    if column.kind in {"number", "money"} and schema.dialect.decimal_comma:
        return text.replace(".", ",")
    return text


def _moment(column: Column) -> str:
    for form in column.formats:
        if form != EXCEL_SERIAL:
            return _DAY.strftime(date_pattern(form).strptime)
    return _DAY.date().isoformat() if column.kind == "date" else _DAY.isoformat(" ")


def _file_name(schema: ReportSchema, report: str, row: Mapping[str, str]) -> str:
    """Return the name by the agreement's pattern, of the day that stands in the row."""
    day: date = _DAY.date()
    pattern = schema.file_pattern or f"{report}.csv"
    parts = {"{yyyy}": f"{day:%Y}", "{MM}": f"{day:%m}", "{dd}": f"{day:%d}", "*": ""}
    for mark, text in parts.items():
        pattern = pattern.replace(mark, text)
    return pattern.replace("\\", "/").rsplit("/", 1)[-1] or f"{report}.csv"


def _content(
    schema: ReportSchema, path: Path, heads: Mapping[str, str], row: Mapping[str, str]
) -> bytes:
    names = list(schema.column_names)
    lines = [[heads[name] for name in names], [row[name] for name in names]]
    if path.suffix.casefold() == ".xlsx":
        buffer = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(buffer, options) as book:
            book.set_properties({"created": datetime(2020, 1, 1)})
            sheet = book.add_worksheet()
            for number, line in enumerate(lines):
                for place, text in enumerate(line):
                    sheet.write_string(number, place, text)
        return buffer.getvalue()
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=schema.dialect.delimiter or ",", lineterminator="\r\n")
    writer.writerows(lines)
    return stream.getvalue().encode(schema.dialect.encodings[0], errors="replace")
