"""The vendor's own file as a workbook in which every fault can be seen.

It is written row after row, so that memory does not grow with the file: first the
rows, then the list of faults, last the summary, which says what the others hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import (
    XlsxWriterException,
)

from vendoreval.errors import AgreementError, LedgerError, os_problem, plain_problem
from vendoreval.intake.cell_text import EXCEL_COLUMNS, EXCEL_ROWS
from vendoreval.intake.faults import Words
from vendoreval.intake.returned_layout import Layout
from vendoreval.intake.returned_own import OwnSheet, OwnSheetError, open_own
from vendoreval.intake.returned_rows import (
    file_rows,
    is_unchanged,
    kept_rows,
    near_faults,
    with_faults,
)
from vendoreval.intake.returned_sheet import RowsSheet
from vendoreval.intake.returned_styles import Pen
from vendoreval.intake.returned_summary import Contents, write_summary
from vendoreval.intake.told_names import told_column
from vendoreval.replacing import replacing
from vendoreval.text import N_, language, msg

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport

# larger workbooks open slowly and travel badly by mail
MOST_ROWS = 100_000
MOST_FAULTS = 100_000
_EXAMPLES = 3


def write_workbook(
    report: ValidationReport,
    path: Path,
    language_code: str,
    most_rows: int = MOST_ROWS,
    most_faults: int = MOST_FAULTS,
) -> Path:
    """Write the workbook; see `ValidationReport.return_to_vendor`."""
    _refuse_path(report, path)
    limits = _Limits(min(most_rows, EXCEL_ROWS), min(most_faults, EXCEL_ROWS - 1))
    own = open_own(report, limits.rows) if is_unchanged(report.delivery) else None
    with replacing(path) as part:
        try:
            contents = _write_book(report, part, path, language_code, limits, own)
        except OwnSheetError:
            contents = _write_book(report, part, path, language_code, limits, None)
        finally:
            if own is not None:
                own.close()
        if contents.fault_file:
            report.faults.to_csv(path.with_name(contents.fault_file), language_code)
    return path


@dataclass(frozen=True)
class _Limits:
    rows: int
    faults: int


def _write_book(
    report: ValidationReport, part: Path, path: Path, code: str, limits: _Limits,
    own: OwnSheet | None,
) -> Contents:  # fmt: skip
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    try:
        with xlsxwriter.Workbook(str(part), options) as book:
            return _fill(report, book, code, limits, path, own)
    except XlsxWriterException as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError()
        raise LedgerError(os_problem(str(path), cause)) from error


def _refuse_path(report: ValidationReport, path: Path) -> None:
    original = report.delivery.path
    if path.suffix.lower() != ".xlsx":
        found = msg("the workbook would not have the ending .xlsx")
    elif path.resolve() == original.resolve():
        found = msg("the workbook would overwrite the delivered file")
    else:
        return
    raise AgreementError(
        plain_problem(
            str(path), found, msg("a new file that ends in .xlsx"), msg("choose another name")
        )
    )


def _fill(
    report: ValidationReport, book: Any, code: str, limits: _Limits, path: Path,
    own: OwnSheet | None,
) -> Contents:  # fmt: skip
    speak, delivery = language(code), report.delivery
    pen = Pen.of(book, speak)
    names = [speak.translate(n) for n in (N_("Summary"), N_("Your file"), N_("All faults"))]
    summary, rows, faults = (book.add_worksheet(name) for name in names)
    total = report.rows.delivered - delivery.rows_before + delivery.header_row
    original = own is not None or is_unchanged(delivery)
    whole = original and total <= limits.rows
    layout = Layout.of(report, numbered=not whole, left=own.left if own else 0)
    source = file_rows(delivery) if original else kept_rows(report)
    chosen = with_faults(own.beside(source) if own else source, report)
    if original and not whole:
        chosen = near_faults(chosen, delivery.header_row)
    words = report.faults.words(code)
    contents = Contents(
        sheet=names[1], whole=whole, original=original, own=own is not None, total_rows=total,
        examples=_examples(report), columns_cut=layout.width + layout.shift > EXCEL_COLUMNS,
    )  # fmt: skip
    contents = RowsSheet(rows, pen, layout, words, contents, limits.rows, own).write(chosen)
    contents = replace(
        contents, faulty_left_out=max(0, _faulty_rows(report) - contents.faulty_written)
    )
    listed = _write_faults(report, faults, pen, words, limits.faults)
    left = len(report.faults) > listed
    contents = replace(
        contents, faults_listed=listed, fault_file=f"{path.stem}.faults.csv" if left else ""
    )
    write_summary(report, summary, pen, contents)
    return contents


def _faulty_rows(report: ValidationReport) -> int:
    """Return how many rows of the file have a fault."""
    files = list(report.fault_files)
    if not files:
        return 0
    return int(pl.scan_parquet(files).select(pl.col("_row").n_unique()).collect().item())


def _examples(report: ValidationReport) -> dict[str, list[tuple[int, str | None, str | None]]]:
    """Return rule -> row, column and value of its first faults."""
    found: dict[str, list[tuple[int, str | None, str | None]]] = {}
    for fault in report.faults.first(_EXAMPLES):
        found.setdefault(fault.rule, []).append((fault.row, fault.column, fault.value))
    return found


def _write_faults(
    report: ValidationReport, sheet: Any, pen: Pen, words: Words, most: int
) -> int:  # fmt: skip
    """Write the list of faults as far as a sheet holds it; return how many."""
    heads = (N_("row"), N_("column"), N_("value"), N_("rule"), N_("what is wrong"))
    for place, width in enumerate((10, 22, 30, 22, 110)):
        sheet.set_column(place, place, width)
    for place, head in enumerate(heads):
        pen.text(sheet, 0, place, pen.speak.translate(head), "head")
    sheet.ignore_errors({"number_stored_as_text": f"A1:E{EXCEL_ROWS}"})
    listed = 0
    told: dict[str | None, str] = {}
    for row, _, column, value, rule, _ in report.faults.stream():
        if listed >= most:
            break
        listed += 1
        sheet.write_number(listed, 0, row)
        if column not in told:
            told[column] = told_column(report.delivery, column, pen.speak)
        texts = (told[column], value, rule, words(column, value, rule))
        for place, text in enumerate(texts, 1):
            pen.text(sheet, listed, place, text, "plain")
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, listed, len(heads) - 1)
    return listed
