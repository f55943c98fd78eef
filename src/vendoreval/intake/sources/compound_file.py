"""The container of old workbooks: a small file system inside one file ([MS-CFB])."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_MINI_STREAM_CUTOFF = 4096
_MINI_SECTOR = 64
_ENTRY = 128
_HEADER_SECTORS = 109


class CompoundFile:
    """Streams of a compound file, read from its bytes (a mapped file will do).

    Raises
    ------
    ValueError
        If the structure contradicts itself; a chain that never ends is one.
    """

    def __init__(self, data: bytes | mmap.mmap) -> None:
        if data[:8] != _MAGIC or len(data) < 512:
            raise ValueError("no compound file")
        self._data = data
        self._shift = struct.unpack_from("<H", data, 30)[0]
        if self._shift not in (9, 12):
            raise ValueError("the size of a sector")
        self._size = 1 << self._shift
        self._fat = self._table()
        root = struct.unpack_from("<I", data, 48)[0]
        directory = b"".join(self._chain(root))
        self._entries = [
            directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)
        ]

    def stream(self, *names: str) -> bytes:
        """Return the first stream that has one of these names, whatever their case.

        Raises
        ------
        KeyError
            If there is none.
        """
        wanted = {name.casefold() for name in names}
        for entry in self._entries:
            length = struct.unpack_from("<H", entry, 64)[0]
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            if entry[66] == 2 and name.casefold() in wanted:
                return self._content(entry)
        raise KeyError(names[0])

    def _content(self, entry: bytes) -> bytes:
        start, size = struct.unpack_from("<II", entry, 116)
        if size >= _MINI_STREAM_CUTOFF:
            return b"".join(self._chain(start))[:size]
        packed = b"".join(self._chain(struct.unpack_from("<I", self._entries[0], 116)[0]))
        links = b"".join(self._chain(struct.unpack_from("<I", self._data, 60)[0]))
        table = struct.unpack(f"<{len(links) // 4}I", links[: len(links) // 4 * 4])
        return b"".join(
            packed[n * _MINI_SECTOR : (n + 1) * _MINI_SECTOR] for n in _follow(start, table)
        )[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) << self._shift
        return self._data[at : at + self._size]

    def _chain(self, start: int) -> Iterator[bytes]:
        return (self._sector(number) for number in _follow(start, self._fat))

    def _table(self) -> tuple[int, ...]:
        """Read the table of chains, whose own sectors are listed in the header and beyond."""
        sectors = list(struct.unpack_from(f"<{_HEADER_SECTORS}I", self._data, 76))
        further = struct.unpack_from("<I", self._data, 68)[0]
        most = len(self._data) // self._size + 1
        links = self._size // 4
        for _ in range(most):
            if further in (_END, _FREE):
                break
            block = self._sector(further)
            if len(block) < self._size:
                raise ValueError("cut short")
            *listed, further = struct.unpack(f"<{links}I", block)
            sectors += listed
        table: list[int] = []
        for number in sectors[:most]:
            block = self._sector(number) if number not in (_END, _FREE) else b""
            table += struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])
        return tuple(table)


def _follow(start: int, table: tuple[int, ...]) -> Iterator[int]:
    number, left = start, len(table)
    while number not in (_END, _FREE):
        if number >= len(table) or not left:
            raise ValueError("a chain of sectors that leads nowhere")
        yield number
        number, left = table[number], left - 1
