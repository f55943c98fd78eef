"""The file as blocks of whole records, read once from front to back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from vendoreval.intake.records import (
    KEPT_OF_LONG_LINE,
    LONGEST_LINE,
    Broken,
    Positions,
    Records,
    settle,
)

_TAIL = 64 << 10


@dataclass(frozen=True)
class Block:
    """Records with the row and line, as a person counts them, at which they start."""

    records: Records
    row: int
    line: int


def read_blocks(
    stream: BinaryIO,
    *,
    row: int,
    line: int,
    delimiter: str,
    cells: int,
    block_bytes: int,
    first_bytes: int | None = None,
) -> Iterator[Block]:
    """Yield the blocks of a stream that stands at its first row and can be wound back.

    A record is never cut; a line over the limit is one broken line, of which only
    the beginning is kept. The first block is small when `first_bytes` says so.
    """
    wanted = min(block_bytes, first_bytes or block_bytes)
    at = stream.tell()
    final = False
    while not final:
        data, final = _whole_lines(stream, at, wanted)
        if not final and len(data) > LONGEST_LINE and not data.endswith(b"\n"):
            at = _behind_line(stream, at + len(data))
            records = Records(
                b"", 1, (Broken(0, "length", data[:KEPT_OF_LONG_LINE]),), *_no_positions()
            )
            wanted = block_bytes
        elif final or data.endswith(b"\n"):
            records, taken = settle(data, final=final, delimiter=delimiter, cells=cells)
            at += taken
            # a record that is not at its end yet is read once more, with what follows
            wanted = max(block_bytes, 0 if taken else 2 * wanted)
        else:
            wanted *= 2
            continue
        if records.lines:
            yield Block(records, row, line)
            row += records.count
            line += records.lines


def _whole_lines(stream: BinaryIO, at: int, wanted: int) -> tuple[bytes, bool]:
    """Return about as many bytes as wanted, up to a line end if one is among them, or all.

    The line end is looked for before the bytes are read: to cut them would copy them.
    """
    stream.seek(at + max(wanted - _TAIL, 0))
    tail = stream.read(min(wanted, _TAIL))
    cut = tail.rfind(b"\n") + 1
    size = wanted - (len(tail) - cut) if cut and len(tail) == min(wanted, _TAIL) else wanted
    stream.seek(at)
    data = stream.read(size)
    if size < wanted or len(data) < size:
        return data, len(data) < size
    cut = data.rfind(b"\n") + 1
    return (data[:cut] if cut else data), False


def _behind_line(stream: BinaryIO, at: int) -> int:
    """Return where the next line begins."""
    stream.seek(at)
    while chunk := stream.read(LONGEST_LINE):
        end = chunk.find(b"\n")
        if end >= 0:
            return at + end + 1
        at += len(chunk)
    return at


def _no_positions() -> tuple[Positions, Positions]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
