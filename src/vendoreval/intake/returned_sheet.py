"""The sheet with the vendor's rows, every fault coloured and explained in its cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.cell.read_only import EMPTY_CELL

from vendoreval.intake.cell_text import EXCEL_COLUMNS, EXCEL_ROWS, printable
from vendoreval.intake.fault_rules import STRUCTURE_RULES
from vendoreval.intake.faults import FaultRow, Words
from vendoreval.intake.returned_layout import Layout, letters
from vendoreval.intake.returned_own import OwnSheet
from vendoreval.intake.returned_rows import FileRow
from vendoreval.intake.returned_styles import Pen, Style
from vendoreval.intake.returned_summary import Contents
from vendoreval.text import N_

# spreadsheets open slowly with more, and hold 65,000 at most
MOST_COMMENTS = 50_000
_LONGEST_COMMENT = 2_000
_WIDTH = 18
Pairs = Iterator[tuple[FileRow, list[FaultRow]]]


@dataclass
class RowsSheet:
    """The sheet with the vendor's rows."""

    sheet: Any
    pen: Pen
    layout: Layout
    words: Words
    contents: Contents
    most: int
    own: OwnSheet | None = None
    at: int = 0
    comments: int = 0

    def write(self, chosen: Pairs) -> Contents:
        """Write the rows and return what the sheet came to hold."""
        sheet, layout = self.sheet, self.layout
        width = min(layout.width + layout.shift, EXCEL_COLUMNS)
        self._columns(width)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{EXCEL_ROWS}"})
        wanted = {row for rows in self.contents.examples.values() for row, _, _ in rows}
        places: dict[int, int] = {}
        faulty = 0
        last = 0
        head = 0
        for row, found in chosen:
            if self.at >= self.most:
                break
            faulty += bool(found)
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
            self.contents, rows_written=self.at, faulty_written=faulty,
            uncommented=uncommented, addresses=links,
        )  # fmt: skip

    def _columns(self, width: int) -> None:
        if self.own is None:
            self.sheet.set_column(0, width - 1, _WIDTH, self.pen.plain["plain"])
            return
        for column in self.own.columns:
            hidden = {"hidden": True} if column.hidden else {}
            last = min(column.last, EXCEL_COLUMNS - 1)
            self.sheet.set_column(column.first, last, column.width, None, hidden)

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
        if row.own is not None and self.own is not None:
            self._own_row(row, row.own, faults, self.own)
            return
        shift = self.layout.shift
        header = row.number == self.layout.delivery.header_row
        if self.layout.numbered:
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

    def _own_row(
        self, row: FileRow, cells: tuple[Any, ...], faults: dict[int, list[FaultRow]],
        own: OwnSheet,
    ) -> None:  # fmt: skip
        """Write a row of the vendor's workbook as it looks there, its faults above it."""
        head = row.number <= self.layout.delivery.header_row
        style: Style = "row" if faults and not head else "plain"
        for first, last in own.merged.get(row.number, ()):
            if first < last < EXCEL_COLUMNS and not any(first <= c <= last for c in faults):
                self.sheet.merge_range(self.at, first, self.at, last, "")
        width = max([len(cells), *(place + 1 for place in faults)])
        for place in range(min(width, EXCEL_COLUMNS)):
            cell = cells[place] if place < len(cells) else EMPTY_CELL
            if place in faults:
                found = faults[place]
                missing = found[0][4] == "missing_column" and cell.value is None
                shown: Style = "error" if _is_error(found) else "warning"
                if missing:
                    self.pen.text(self.sheet, self.at, place, found[0][2], shown)
                else:
                    self.pen.own(self.sheet, self.at, place, cell, shown, own.theme)
                self._comment(place, found)
            else:
                self.pen.own(self.sheet, self.at, place, cell, style, own.theme)

    def _number(self, number: int, header: bool) -> None:
        if header:
            head = self.pen.speak.translate(N_("row of the file"))
            self.pen.text(self.sheet, self.at, 0, head, "header")
        else:
            self.sheet.write_number(self.at, 0, number, self.pen.plain["number"])

    def _fault(self, place: int, text: str | None, faults: list[FaultRow]) -> None:
        if faults[0][4] == "missing_column" and not text:
            text = faults[0][2]
        style: Style = "error" if _is_error(faults) else "warning"
        self.pen.text(self.sheet, self.at, place, text, style)
        self._comment(place, faults)

    def _comment(self, place: int, faults: list[FaultRow]) -> None:
        self.comments += 1
        if self.comments > MOST_COMMENTS:
            return
        lines = [self.words(*fault[2:5]) for fault in faults]
        comment = printable("\n".join(lines if len(lines) == 1 else [f"• {x}" for x in lines]))
        self.sheet.write_comment(
            self.at, place, comment[:_LONGEST_COMMENT],
            {"author": "vendoreval", "width": 300, "height": 60 + 18 * (len(comment) // 45)},
        )  # fmt: skip


def _is_error(faults: list[FaultRow]) -> bool:
    return any(fault[5] == "error" for fault in faults)
