"""The table as a workbook: figures are figures, text is never a formula."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from vendoreval.daily.judgement import Cell
from vendoreval.daily.table import DailyTable
from vendoreval.daily.words import PART_HEADS, Words
from vendoreval.formulas import guard_formula
from vendoreval.measures import definition
from vendoreval.replacing import write_whole
from vendoreval.text import msg

_FORMATS: Final = {
    "count": "#,##0", "share": "0.0%", "ratio": "0.00", "s": "#,##0", "h": "#,##0.0",
    "min": "#,##0", "days": "#,##0",
}  # fmt: skip
_SAFE: Final = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "in_memory": True,
}  # fmt: skip


def write(made: DailyTable, path: Path, code: str) -> Path:
    """Write the workbook: beside its place first, then under its name.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    return write_whole(path, _content(made, code))


def _content(made: DailyTable, code: str) -> bytes:
    words = Words(made, code)
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, _SAFE)
    styles = {unit: book.add_format({"num_format": form}) for unit, form in _FORMATS.items()}
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    marked = {
        unit: book.add_format({"num_format": form, "bold": True, "bg_color": "#FCE8D5"})
        for unit, form in _FORMATS.items()
    }
    _wide(book, words, styles, marked, bold)
    _long(book, words, styles, bold)
    notes = book.add_worksheet(words.say(msg("Notes"))[:31])
    notes.set_column(0, 0, 110)
    for line, note in enumerate([words.title(), *(words.say(n) for n in made.notes)]):
        notes.write_string(line, 0, guard_formula(note))
    book.close()
    return stream.getvalue()


def _wide(book: Any, words: Words, styles: Any, marked: Any, bold: Any) -> None:
    """Write one row for each part."""
    made = words.made
    sheet = book.add_worksheet(words.say(msg("Table"))[:31])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, len(made.measures), 14)
    sheet.write_string(0, 0, words.say(PART_HEADS[made.by]), bold)
    for place, name in enumerate(made.measures, start=1):
        sheet.write_string(0, place, guard_formula(words.label(name)), bold)
    for line, row in enumerate((made.whole, *made.rows), start=1):
        label = words.say(msg("All together")) if line == 1 else words.part(row)
        sheet.write_string(line, 0, guard_formula(label))
        for place, name in enumerate(made.measures, start=1):
            cell = row.cells[name]
            unit = definition(name).unit
            style = marked[unit] if words.mark(cell) else styles[unit]
            if cell.value is not None:
                sheet.write_number(line, place, cell.value, style)
            if words.mark(cell):
                sheet.write_comment(line, place, words.say(
                    msg("usual %(usual)s, limits %(limits)s", usual=words.usual(cell),
                        limits=words.limits(cell))
                ))  # fmt: skip


def _long(book: Any, words: Words, styles: Any, bold: Any) -> None:
    """Write one row for each part and measure, with what it is set against."""
    made = words.made
    sheet = book.add_worksheet(words.say(msg("Comparison"))[:31])
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 9, 13)
    heads = (
        words.say(PART_HEADS[made.by]), words.say(msg("Measure")),
        words.period(made.stretches.now), words.earlier_head(), words.say(msg("difference")),
        words.say(msg("change")), words.say(msg("usual")), words.say(msg("lower limit")),
        words.say(msg("upper limit")), words.say(msg("mark")), words.say(msg("past and now")),
    )  # fmt: skip
    for place, head in enumerate(heads):
        sheet.write_string(0, place, guard_formula(head), bold)
    most = max((len(c.past) for row in (made.whole, *made.rows) for c in row.cells.values()),
               default=0)  # fmt: skip
    line = 1
    for row in (made.whole, *made.rows):
        label = words.say(msg("All together")) if row is made.whole else words.part(row)
        for cell in row.cells.values():
            sheet.write_string(line, 0, guard_formula(label))
            sheet.write_string(line, 1, guard_formula(words.label(cell.measure)))
            _numbers(sheet, line, cell, styles)
            sheet.write_string(line, 9, words.mark(cell))
            for place, value in enumerate(cell.past):
                if value is not None:
                    sheet.write_number(line, 11 + place, value)
            if sum(value is not None for value in cell.past) > 1:
                sheet.add_sparkline(line, 10, {
                    "range": _range(sheet.get_name(), line, most), "last_point": True,
                    "show_hidden": True,
                })  # fmt: skip
            line += 1
    if most:
        sheet.set_column(11, 10 + most, None, None, {"hidden": True})


def _range(sheet: str, line: int, most: int) -> str:
    """Return the cells of the past as a sparkline names them."""
    first = xl_rowcol_to_cell(line, 11)
    last = xl_rowcol_to_cell(line, 10 + most)
    return f"'{sheet}'!{first}:{last}"


def _numbers(sheet: Any, line: int, cell: Cell, styles: Any) -> None:
    unit = definition(cell.measure).unit
    own, share = styles[unit], styles["share"]
    usual = styles["ratio"] if definition(cell.measure).unit == "count" else own
    for place, value, style in (
        (2, cell.value, own), (3, cell.earlier, own), (4, cell.difference, own),
        (5, cell.change, share), (6, cell.usual, usual), (7, cell.lower, usual),
        (8, cell.upper, usual),
    ):  # fmt: skip
        if value is not None:
            sheet.write_number(line, place, value, style)
