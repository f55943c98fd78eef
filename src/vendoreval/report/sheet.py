"""A table as a workbook or a CSV for people: masked, disarmed, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import (
    XlsxWriterException,
)

from vendoreval.errors import AgreementError, LedgerError, os_problem, plain_problem
from vendoreval.replacing import replacing
from vendoreval.report.masking import clean_text, evidence_file, mask_value
from vendoreval.text import msg

_WIDEST = 40


def write_table(
    table: pd.DataFrame,
    path: str | Path,
    *,
    heads: Mapping[str, str] | None = None,
    to_fill: Sequence[str] = (),
    report: str = "calls",
) -> Path:
    """Write a table into a new file, as its ending says: .csv or .xlsx.

    Parameters
    ----------
    heads
        Column -> what stands above it in a workbook, in words; its own name where none is given.
    to_fill
        Empty columns to be filled in by hand.

    Raises
    ------
    AgreementError
        If the name has another ending.
    LedgerError
        If the disk refuses.
    """
    path = table_path(path)
    filled = table.assign(**dict.fromkeys(to_fill, ""))
    if path.suffix.lower() == ".csv":
        content, _ = evidence_file(filled, path.name, report=report)
        with replacing(path) as part:
            part.write_bytes(content)
    else:
        _write_workbook(filled, path, heads or {}, frozenset(to_fill))
    return path


def table_path(path: str | Path) -> Path:
    """Return the path of a table to be written.

    Raises
    ------
    AgreementError
        If its name ends in something else than .csv or .xlsx.
    """
    path = Path(path)
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise AgreementError(
            plain_problem(
                str(path),
                msg("a file with another ending"),
                msg("a new file that ends in .csv or .xlsx"),
                msg("choose another name"),
            )
        )
    return path


def _write_workbook(
    table: pd.DataFrame, path: Path, heads: Mapping[str, str], to_fill: frozenset[str]
) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with replacing(path) as part, xlsxwriter.Workbook(str(part), options) as book:
            sheet = book.add_worksheet()
            _fill(book, sheet, table, heads, to_fill)
    except XlsxWriterException as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError()
        raise LedgerError(os_problem(str(path), cause)) from error


def _fill(
    book: Any, sheet: Any, table: pd.DataFrame, heads: Mapping[str, str], to_fill: frozenset[str]
) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    empty = book.add_format({"bg_color": "#FFF7D6", "border": 1, "border_color": "#D9D2B0"})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for place, column in enumerate(map(str, table.columns)):
        values = list(table[column])
        said = heads.get(column, column)
        sheet.write_string(0, place, said, head)
        for row, value in enumerate(values, start=1):
            if column in to_fill:
                sheet.write_blank(row, place, None, empty)
            else:
                _write(sheet, row, place, column, value, instant)
        widest = max([len(said), *(len(str(value)) for value in values[:200])], default=8)
        sheet.set_column(place, place, min(max(widest + 1, 8), _WIDEST))
    sheet.freeze_panes(1, 0)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _write(sheet: Any, row: int, place: int, column: str, value: Any, instant: Any) -> None:
    if value is None or pd.isna(value):
        return
    if isinstance(value, datetime):
        # a workbook knows no zones; the clock of the vendor is what people look at
        sheet.write_datetime(row, place, value.replace(tzinfo=None), instant)
    elif isinstance(value, date):
        sheet.write_string(row, place, value.isoformat())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, mask_value(column, clean_text(str(value))))
