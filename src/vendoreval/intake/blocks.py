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
    """Yield the blocks of a stream that stands at its first row.

    A record is never cut; a line over the limit is one broken line, of which only
    the beginning is kept. The first block is small when `first_bytes` says so.
    """
    rest = b""
    wanted = min(block_bytes, first_bytes or block_bytes)
    final = False
    while not final:
        # at least as much as is left over, so that a long line is read in few steps
        chunk = stream.read(max(wanted, len(rest)))
        wanted = block_bytes
        final = not chunk
        data = rest + chunk
        cut = len(data) if final else data.rfind(b"\n") + 1
        if cut == 0 and len(data) > LONGEST_LINE:
            rest = _skip_line(stream)
            records = Records(
                b"", 1, (Broken(0, "length", data[:KEPT_OF_LONG_LINE]),), *_no_positions()
            )
        else:
            head = data if cut == len(data) else data[:cut]
            records, taken = settle(head, final=final, delimiter=delimiter, cells=cells)
            rest = data[taken:]
        if records.lines:
            yield Block(records, row, line)
            row += records.count
            line += records.lines


def _skip_line(stream: BinaryIO) -> bytes:
    """Read past the next line end; return what was read beyond it."""
    while chunk := stream.read(LONGEST_LINE):
        end = chunk.find(b"\n")
        if end >= 0:
            return chunk[end + 1 :]
    return b""


def _no_positions() -> tuple[Positions, Positions]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
