"""The vendor's own file as a workbook in which every fault can be seen.

It is written row after row, so that memory does not grow with the file: first the
rows, then the list of faults, last the summary, which says what the others hold.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter  # type: ignore[import-untyped,unused-ignore]
from xlsxwriter.exceptions import (  # type: ignore[import-untyped,unused-ignore]
    XlsxWriterException,
)

from vendoreval.errors import AgreementError, LedgerError, os_problem, plain_problem
from vendoreval.intake.cell_text import EXCEL_COLUMNS, EXCEL_ROWS, printable
from vendoreval.intake.fault_rules import STRUCTURE_RULES
from vendoreval.intake.faults import FaultRow, Words
from vendoreval.intake.returned_layout import Layout, letters
from vendoreval.intake.returned_rows import (
    FileRow,
    file_rows,
    is_unchanged,
    kept_rows,
    near_faults,
    with_faults,
)
from vendoreval.intake.returned_styles import Pen, Style
from vendoreval.intake.returned_summary import Contents, write_summary
from vendoreval.text import N_, language, msg

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport

MOST_ROWS = 200_000
MOST_FAULTS = EXCEL_ROWS - 1
# spreadsheets open slowly with more, and hold 65,000 at most
MOST_COMMENTS = 50_000
_LONGEST_COMMENT = 2_000
_EXAMPLES = 3
_WIDTH = 18
Pairs = Iterator[tuple[FileRow, list[FaultRow]]]


def write_workbook(
    report: ValidationReport,
    path: Path,
    language_code: str,
    most_rows: int = MOST_ROWS,
    most_faults: int = MOST_FAULTS,
) -> Path:
    """Write the workbook; see `ValidationReport.return_to_vendor`."""
    _refuse_path(report, path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(part), options) as book:
            contents = _fill(report, book, language_code, most_rows, most_faults, path)
        if contents.fault_file:
            report.faults.to_csv(path.with_name(contents.fault_file), language_code)
        part.replace(path)
    except XlsxWriterException as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError()
        raise LedgerError(os_problem(str(path), cause)) from error
    except OSError as error:
        raise LedgerError(os_problem(str(path), error)) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return path


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
    report: ValidationReport,
    book: Any,
    code: str,
    most_rows: int,
    most_faults: int,
    path: Path,
) -> Contents:
    speak = language(code)
    pen = Pen.of(book, speak)
    names = [speak.translate(n) for n in (N_("Summary"), N_("Your file"), N_("All faults"))]
    summary, rows, faults = (book.add_worksheet(name) for name in names)
    total = report.rows.delivered - report.delivery.rows_before + report.delivery.header_row
    most_rows = min(most_rows, EXCEL_ROWS)
    original = is_unchanged(report.delivery)
    whole = original and total <= most_rows
    layout = Layout.of(report, numbered=not whole)
    chosen = with_faults(
        file_rows(report.delivery) if original else kept_rows(report), report
    )  # fmt: skip
    if original and not whole:
        chosen = near_faults(chosen, report.delivery.header_row)
    words = report.faults.words(code)
    contents = Contents(
        sheet=names[1], whole=whole, original=original, total_rows=total,
        examples=_examples(report), columns_cut=layout.width + layout.shift > EXCEL_COLUMNS,
    )  # fmt: skip
    contents = _Rows(rows, pen, layout, words, contents, most_rows).write(chosen)
    listed = _write_faults(report, faults, pen, words, most_faults)
    left = len(report.faults) > listed
    contents = replace(
        contents, faults_listed=listed, fault_file=f"{path.stem}.faults.csv" if left else ""
    )
    write_summary(report, summary, pen, contents)
    return contents


def _examples(report: ValidationReport) -> dict[str, list[tuple[int, str | None, str | None]]]:
    """Return rule -> row, column and value of its first faults."""
    found: dict[str, list[tuple[int, str | None, str | None]]] = {}
    for fault in report.faults.first(_EXAMPLES):
        found.setdefault(fault.rule, []).append((fault.row, fault.column, fault.value))
    return found


@dataclass
class _Rows:
    """The sheet with the vendor's rows."""

    sheet: Any
    pen: Pen
    layout: Layout
    words: Words
    contents: Contents
    most: int
    at: int = 0
    comments: int = 0

    def write(self, chosen: Pairs) -> Contents:
        """Write the rows and return what the sheet came to hold."""
        sheet, layout = self.sheet, self.layout
        width = min(layout.width + layout.shift, EXCEL_COLUMNS)
        sheet.set_column(0, width - 1, _WIDTH, self.pen.plain["plain"])
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{EXCEL_ROWS}"})
        wanted = {row for rows in self.contents.examples.values() for row, _, _ in rows}
        places: dict[int, int] = {}
        left_out = 0
        last = 0
        head = 0
        for row, found in chosen:
            if self.at >= self.most:
                left_out += bool(found)
                continue
            if row.number in wanted:
                places[row.number] = self.at
            if row.number == layout.delivery.header_row:
                head = self.at
            self._row(row, found)
            last = self.at
            self.at += 1
        sheet.freeze_panes(head + 1, layout.shift)
        if last > head:
            sheet.autofilter(head, 0, last, width - 1)
        links = {
            rule: [self._address(places, *example, rule) for example in examples]
            for rule, examples in self.contents.examples.items()
        }
        uncommented = max(0, self.comments - MOST_COMMENTS)
        return replace(
            self.contents, rows_written=self.at, faulty_left_out=left_out,
            uncommented=uncommented, addresses=links,
        )  # fmt: skip

    def _address(
        self, places: dict[int, int], row: int, column: str | None, value: str | None, rule: str
    ) -> str:
        if row not in places:
            return ""
        column_at = self.layout.cells(column, value, rule)[0]
        return f"{letters(column_at)}{places[row] + 1}"

    def _row(self, row: FileRow, found: list[FaultRow]) -> None:
        faults: dict[int, list[FaultRow]] = {}
        for fault in found:
            for place in self.layout.cells(*fault[2:5]):
                faults.setdefault(place, []).append(fault)
        shift = self.layout.shift
        header = row.number == self.layout.delivery.header_row
        if shift:
            self._number(row.number, header)
        broken = any(f[4] in STRUCTURE_RULES and f[2] is None and f[3] for f in found)
        cells = (row.raw or found[0][3],) if broken else row.cells
        style: Style = "header" if header else "row" if found else "plain"
        width = max([len(cells), *(place + 1 - shift for place in faults)])
        if found:
            width = max(width, self.layout.width)
        for place in range(shift, min(width + shift, EXCEL_COLUMNS)):
            text = cells[place - shift] if place - shift < len(cells) else None
            if place in faults:
                self._fault(place, text, faults[place])
            elif text or style != "plain":
                self.pen.text(self.sheet, self.at, place, text, style)

    def _number(self, number: int, header: bool) -> None:
        if header:
            head = self.pen.speak.translate(N_("row of the file"))
            self.pen.text(self.sheet, self.at, 0, head, "header")
        else:
            self.sheet.write_number(self.at, 0, number, self.pen.plain["number"])

    def _fault(self, place: int, text: str | None, faults: list[FaultRow]) -> None:
        error = any(fault[5] == "error" for fault in faults)
        if faults[0][4] == "missing_column" and not text:
            text = faults[0][2]
        self.pen.text(self.sheet, self.at, place, text, "error" if error else "warning")
        self.comments += 1
        if self.comments > MOST_COMMENTS:
            return
        lines = [self.words(*fault[2:5]) for fault in faults]
        comment = printable("\n".join(lines if len(lines) == 1 else [f"• {x}" for x in lines]))
        self.sheet.write_comment(
            self.at, place, comment[:_LONGEST_COMMENT],
            {"author": "vendoreval", "width": 300, "height": 60 + 18 * (len(comment) // 45)},
        )  # fmt: skip


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
    for row, _, column, value, rule, _ in report.faults.stream():
        if listed >= min(most, MOST_FAULTS):
            break
        listed += 1
        sheet.write_number(listed, 0, row)
        texts = (column, value, rule, words(column, value, rule))
        for place, text in enumerate(texts, 1):
            pen.text(sheet, listed, place, text, "plain")
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, listed, len(heads) - 1)
    return listed
