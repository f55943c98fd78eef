"""Failed formulas, hidden rows and the calendar of an XLS ([MS-XLS])."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

from vendoreval.intake.sources.compound_file import CompoundFile
from vendoreval.intake.sources.sheet_facts import ERROR_TEXTS, SheetFacts

_BOF, _EOF = {0x0009, 0x0209, 0x0409, 0x0809}, 0x000A
_BOUNDSHEET, _DATEMODE, _ROW, _BOOLERR = 0x0085, 0x0022, 0x0208, 0x0205
_FORMULA = {0x0006, 0x0206, 0x0406}
_HIDDEN = 0x20
_IS_ERROR = 2


class WorkbookBiff:
    """The records of an old binary workbook."""

    def __init__(self, path: Path, where: str) -> None:
        self._unseen = False
        try:
            with (
                path.open("rb") as stream,
                mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
            ):
                self._data = _book(mapped)
        except (ValueError, KeyError, struct.error, IndexError):
            # its values were read, so the file is good for something
            self._data, self._unseen = b"", True
        self.from_1904 = False
        self._starts: list[int] = []
        for kind, body in _records(self._data, 0):
            if kind == _DATEMODE:
                self.from_1904 = body[:1] == b"\x01"
            elif kind == _BOUNDSHEET and len(body) >= 4:
                self._starts.append(struct.unpack_from("<I", body)[0])

    def close(self) -> None:
        """Let go of the records."""
        self._data = b""

    def facts(self, number: int) -> SheetFacts:
        """Look through one sheet."""
        facts = SheetFacts(unseen=self._unseen)
        if number >= len(self._starts):
            return facts
        for kind, body in _records(self._data, self._starts[number]):
            if kind == _ROW and len(body) >= 13 and body[12] & _HIDDEN:
                facts.hidden_rows.append(struct.unpack_from("<H", body)[0])
            elif kind == _BOOLERR and len(body) >= 8 and body[7] == 1:
                _add(facts, body, body[6])
            elif (
                kind in _FORMULA
                and len(body) >= 14
                and body[12:14] == b"\xff\xff"
                and body[6] == _IS_ERROR
            ):
                _add(facts, body, body[8])
        return facts


def _add(facts: SheetFacts, body: bytes, code: int) -> None:
    row, column = struct.unpack_from("<HH", body)
    facts.add_error(row, column, ERROR_TEXTS.get(code, "#N/A"))


def _book(mapped: mmap.mmap) -> bytes:
    # the oldest ones are a bare stream without a container
    if mapped[:2] == b"\x09\x08":
        return mapped[:]
    return CompoundFile(mapped).stream("Workbook", "Book")


def _records(data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part, charts inside it left out."""
    at, depth = start, 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        at += 4
        if kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, data[at : at + size]
        at += size
