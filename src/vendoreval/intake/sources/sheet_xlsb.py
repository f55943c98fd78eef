"""Failed formulas, hidden rows and the calendar of an XLSB ([MS-XLSB])."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from vendoreval.intake.sources.refusals import damaged
from vendoreval.intake.sources.sheet_facts import ERROR_TEXTS, SheetFacts

_CHUNK = 4 << 20
_BOOK, _BOOK_LINKS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_ROW, _CELL_ERROR, _FORMULA_ERROR = 0, 3, 11
_BUNDLE, _PROPERTIES = 156, 153
_HIDDEN = 0x10
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, struct.error)


class WorkbookBinary:
    """The package of a binary workbook, opened as the archive it is."""

    def __init__(self, path: Path, where: str) -> None:
        self.where = where
        self.from_1904 = False
        self._targets: list[str] = []
        try:
            self.package = zipfile.ZipFile(path)
            links = self._links()
            with self.package.open(_BOOK) as part:
                for kind, body in _records(part):
                    if kind == _PROPERTIES:
                        self.from_1904 = bool(body[:1] and body[0] & 1)
                    elif kind == _BUNDLE:
                        self._targets.append(links.get(_text(body, 8), ""))
        except (*_BROKEN, KeyError, ValueError, ElementTree.ParseError):
            raise damaged(where, "XLSB") from None

    def close(self) -> None:
        """Close the package."""
        self.package.close()

    def _links(self) -> dict[str, str]:
        # entities were refused before; nothing here expands
        tree = ElementTree.fromstring(self.package.read(_BOOK_LINKS))  # noqa: S314 - entities were refused before
        return {
            link.get("Id") or "": (link.get("Target") or "").removeprefix("/xl/")
            for link in tree.findall("{*}Relationship")
        }

    def facts(self, number: int) -> SheetFacts:
        """Look through one sheet."""
        facts = SheetFacts()
        name = f"xl/{self._targets[number]}" if number < len(self._targets) else ""
        if name not in self.package.namelist():
            return facts
        row = 0
        try:
            with self.package.open(name) as part:
                for kind, body in _records(part):
                    if kind == _ROW:
                        row = struct.unpack_from("<I", body)[0]
                        if len(body) > 11 and body[11] & _HIDDEN:
                            facts.hidden_rows.append(row)
                    elif kind in (_CELL_ERROR, _FORMULA_ERROR):
                        column = struct.unpack_from("<I", body)[0]
                        code = ERROR_TEXTS.get(body[8] if len(body) > 8 else -1, "#N/A")
                        facts.add_error(row, column, code)
        except _BROKEN:
            raise damaged(self.where, "XLSB") from None
        return facts


def _text(body: bytes, at: int) -> str:
    count = struct.unpack_from("<I", body, at)[0]
    return body[at + 4 : at + 4 + 2 * count].decode("utf-16-le")


def _records(part: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part; both their kind and their size take as few bytes as they can."""
    data, at = b"", 0
    while True:
        if len(data) - at < _CHUNK // 4:
            data, at = data[at:] + part.read(_CHUNK), 0
        if at >= len(data):
            return
        kind, at = _packed(data, at, 2)
        size, at = _packed(data, at, 4)
        while len(data) - at < size:
            more = part.read(max(_CHUNK, size))
            if not more:
                raise EOFError
            data, at = data[at:] + more, 0
        yield kind, data[at : at + size]
        at += size


def _packed(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        if at >= len(data):
            raise EOFError
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            break
    return value, at
