"""The vendor's own XLSX sheet, cell for cell with its look, beside the rows that were checked.

Values only: a formula comes back as the result that was saved with it, links, macros,
pictures and other sheets stay behind. The sheet is believed only as far as its cells are
filled where the checked rows are; else the rows are shown as the text they were read as.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from vendoreval.errors import DeliveryError
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.returned_formats import theme_colours
from vendoreval.intake.returned_rows import FileRow
from vendoreval.intake.sources.sheet_xml import WorkbookXml

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport

# measured: about 80,000 cells a second
_MOST_CELLS = 600_000
_MOST_BYTES = 100 << 20
_CHUNK = 1 << 20
_MOST_MERGES = 10_000
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
# whatever a workbook that another reader took may do to this one
_UNREADABLE = (
    OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, EOFError,
    NotImplementedError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError,
    InvalidFileException,
)  # fmt: skip


class OwnSheetError(Exception):
    """The vendor's workbook cannot be shown cell for cell."""


@dataclass(frozen=True)
class ColumnLook:
    """Width of some columns, counted from zero, both ends included."""

    first: int
    last: int
    width: float
    hidden: bool


@dataclass
class OwnSheet:
    """The sheet, opened.

    Parameters
    ----------
    left
        Columns before the first one of the report.
    merged
        Row, counted from one -> first and last column of cells merged within it.
    """

    book: Any
    sheet: Any
    left: int
    theme: tuple[str | None, ...]
    columns: tuple[ColumnLook, ...]
    merged: dict[int, list[tuple[int, int]]]
    headers: int

    def beside(self, rows: Iterator[FileRow]) -> Iterator[FileRow]:
        """Yield the checked rows, each with the vendor's own cells.

        Raises
        ------
        OwnSheetError
            If the two do not fit each other.
        """
        own = self._rows()
        for row in rows:
            cells = next(own, ())
            if row.number > self.headers and not _alike(row, cells, self.left):
                raise OwnSheetError
            yield replace(row, own=cells)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self.sheet.iter_rows()
        except _UNREADABLE as error:
            raise OwnSheetError from error

    def close(self) -> None:
        """Close the package."""
        with suppress(*_UNREADABLE):
            self.book.close()


def open_own(report: ValidationReport, most_rows: int) -> OwnSheet | None:
    """Open the delivered workbook; `None` where it is none, too large or not to be believed."""
    delivery = report.delivery
    cells = report.rows.delivered * max(len(delivery.headers), 1)
    if delivery.encoding != "XLSX" or delivery.sheet is None or cells > _MOST_CELLS:
        return None
    if report.rows.delivered > most_rows or not _is_small(delivery.path):
        return None
    try:
        book = openpyxl.load_workbook(
            delivery.path, read_only=True, data_only=True, keep_links=False
        )  # fmt: skip
    except _UNREADABLE:
        return None
    try:
        sheet = book[delivery.sheet]
        # what the sheet claims of its size may be wrong
        sheet.reset_dimensions()
        left = _left(sheet, delivery)
        columns, merged = _looks(delivery, book.sheetnames.index(delivery.sheet))
    except (*_UNREADABLE, OwnSheetError, DeliveryError):
        book.close()
        return None
    theme = theme_colours(book.loaded_theme)
    return OwnSheet(book, sheet, left, theme, columns, merged, delivery.header_row)


def _is_small(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return sum(e.file_size for e in package.infolist()) <= _MOST_BYTES
    except _UNREADABLE:
        # a workbook inside an archive, or no package at all
        return False


def _left(sheet: Any, delivery: Delivery) -> int:
    """Return how many columns stand before the report: where its headers are found.

    Raises
    ------
    OwnSheetError
        If they are not.
    """
    row = next(sheet.iter_rows(min_row=delivery.header_row, max_row=delivery.header_row), ())
    texts = [_text(cell.value) for cell in row]
    wanted = [" ".join(header.split()) for header in delivery.headers]
    named = [place for place, header in enumerate(wanted) if header]
    best, left = 0, 0
    for shift in range(max(len(texts) - len(named), 0) + 1):
        # of a header of several rows the last one is a part
        hits = sum(
            shift + place < len(texts)
            and bool(texts[shift + place])
            and texts[shift + place] in wanted[place]
            for place in named
        )
        if hits > best:
            best, left = hits, shift
    if 2 * best <= len(named):
        raise OwnSheetError
    return left


def _alike(row: FileRow, cells: tuple[Any, ...], left: int) -> bool:
    """Whether the same cells are filled in both."""
    return all(
        bool((text or "").strip())
        == (left + place < len(cells) and bool(_text(cells[left + place].value)))
        for place, text in enumerate(row.cells)
    )


def _text(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


# ------------------------------------------------------------------ widths and merged cells


def _looks(
    delivery: Delivery, number: int
) -> tuple[tuple[ColumnLook, ...], dict[int, list[tuple[int, int]]]]:
    xml = WorkbookXml(delivery.path, str(delivery.path))
    try:
        target = xml.targets[number]
        if target is None:
            return (), {}
        with xml.package.open(target) as part:
            return _scan(part)
    finally:
        xml.close()


def _scan(part: IO[bytes]) -> tuple[tuple[ColumnLook, ...], dict[int, list[tuple[int, int]]]]:
    columns: list[ColumnLook] = []
    merged: dict[int, list[tuple[int, int]]] = {}
    head = part.read(_CHUNK)
    before_rows = head.partition(b"sheetData")[0]
    for found in _COLUMN.findall(before_rows):
        columns += _column(dict(_ATTRIBUTE.findall(found)))
    rest, kept, count = head, b"", 0
    while rest:
        # a piece of the one before, so that no entry is cut in two
        for first, top, last, bottom in _MERGE.findall(kept[-200:] + rest):
            if top == bottom and count < _MOST_MERGES:
                pair = (_place(first), _place(last))
                if pair not in merged.setdefault(int(top), []):
                    merged[int(top)].append(pair)
                    count += 1
        kept, rest = rest, part.read(_CHUNK)
    return tuple(columns), merged


def _column(told: dict[bytes, bytes]) -> list[ColumnLook]:
    try:
        first, last = int(told[b"min"]) - 1, int(told[b"max"]) - 1
        width = min(float(told.get(b"width", b"9")), 255.0)
    except (KeyError, ValueError):
        return []
    hidden = told.get(b"hidden") in {b"1", b"true"}
    return [ColumnLook(first, last, width, hidden)] if 0 <= first <= last else []


def _place(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
