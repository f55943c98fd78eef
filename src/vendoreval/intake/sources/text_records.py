"""The records of a text one by one, broken lines in their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from vendoreval.intake.blocks import read_blocks
from vendoreval.intake.parse_block import TextBlock, parse
from vendoreval.intake.records import Broken, split_line

# rows of Python objects take many times their bytes
_BLOCK_BYTES = 2 << 20
_SHORT = frozenset({"missing_cells", "extra_cells"})


class Record(NamedTuple):
    """The cells of one record; of a broken line also the rule it breaks and its text."""

    cells: list[str]
    rule: str | None = None
    raw: str = ""


def read_records(path: Path, offset: int, delimiter: str, columns: int) -> Iterator[Record]:
    """Yield the records below a header; bytes that are not UTF-8 survive as surrogates.

    A quotation mark that is never closed breaks its own line and no other.
    """
    names = tuple(map(str, range(columns)))
    with path.open("rb") as stream:
        stream.seek(offset)
        blocks = read_blocks(
            stream, row=1, line=1, delimiter=delimiter, cells=columns, block_bytes=_BLOCK_BYTES
        )
        for block in blocks:
            yield from _records(parse(block, names, delimiter), delimiter)


def _records(text: TextBlock, delimiter: str) -> Iterator[Record]:
    broken = list(zip(text.broken_rows, text.broken, strict=True))
    broken.reverse()
    for number, cells in zip(text.rows.to_list(), text.cells.iter_rows(), strict=True):
        while broken and broken[-1][0] < number:
            yield _broken(broken.pop()[1], delimiter)
        yield Record([cell or "" for cell in cells])
    while broken:
        yield _broken(broken.pop()[1], delimiter)


def _broken(line: Broken, delimiter: str) -> Record:
    raw = line.raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
    cells = [raw]
    if line.rule == "blank_row":
        cells = []
    elif line.rule in _SHORT:
        cells = split_line(raw, delimiter)
    return Record(cells, line.rule, raw)
