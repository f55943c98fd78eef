"""One block as a table of text, every row with its place in the file."""

from __future__ import annotations

import codecs
import csv
import io
import threading
from dataclasses import dataclass

import numpy as np
import polars as pl

from vendoreval.intake.blocks import Block
from vendoreval.intake.byte_scan import count_byte
from vendoreval.intake.records import Broken, Positions, Records, without

_NEWLINE, _RETURN, _QUOTE = 10, 13, 34


@dataclass(frozen=True)
class TextBlock:
    """Cells as text, with row and line of each record; broken lines beside them.

    The lines of `broken` count within the block; `broken_rows` are rows of the file.
    `trimmed` is true when no cell begins or ends with a blank.
    """

    cells: pl.DataFrame
    rows: pl.Series
    lines: pl.Series
    broken: tuple[Broken, ...]
    broken_rows: tuple[int, ...]
    trimmed: bool = False


def parse(block: Block, names: tuple[str, ...], delimiter: str) -> TextBlock:
    """Read a block as text; what Polars refuses or fills up is sorted out line by line."""
    records = block.records
    expected = records.count - len(records.broken)
    table = _read(records.data, names, delimiter) if expected else _empty(names)
    if table is None or table.height != expected or _may_be_short(table, records, delimiter):
        records = _sort_out(records, len(names), delimiter)
        expected = records.count - len(records.broken)
        if table is None or table.height != expected:
            table = _read(records.data, names, delimiter) if expected else _empty(names)
        if table is None or table.height != expected:
            table = _read_slowly(records.data, names, delimiter)
    return _placed(block, records, table)


def _may_be_short(table: pl.DataFrame, records: Records, delimiter: str) -> bool:
    """Whether some record may have fewer cells than the header: Polars fills them up."""
    if not table.to_series(-1).has_nulls():
        return False
    if table.width == 1 or delimiter.isspace() or b'"' in records.data:
        return True
    # more cells than the header has were refused, so one short record shows in the sum
    return count_byte(records.data, ord(delimiter)) != table.height * (table.width - 1)


def _empty(names: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String))


def _read(data: bytes, names: tuple[str, ...], delimiter: str) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            data, has_header=False, schema=dict.fromkeys(names, pl.String), separator=delimiter,
            quote_char='"' if b'"' in data else None, raise_if_empty=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None


def _read_slowly(data: bytes, names: tuple[str, ...], delimiter: str) -> pl.DataFrame:
    """Read without Polars' reader, for the odd block it splits otherwise than we counted."""
    text = io.StringIO(data.decode("utf-8"), newline="")
    rows = [[cell or None for cell in row] for row in csv.reader(text, delimiter=delimiter)]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _placed(block: Block, records: Records, table: pl.DataFrame) -> TextBlock:
    if records.first_lines is None:
        count = table.height
        rows = np.arange(block.row, block.row + count, dtype=np.int64)
        lines = np.arange(block.line, block.line + count, dtype=np.int64)
        return TextBlock(
            table, pl.Series("_row", rows), pl.Series("_line", lines), (), (), records.trimmed
        )
    gone = np.array([entry.line for entry in records.broken], dtype=np.int64)
    order = np.sort(np.concatenate((records.first_lines, gone)))
    rows = block.row + np.searchsorted(order, records.first_lines)
    return TextBlock(
        table,
        pl.Series("_row", rows.astype(np.int64)),
        pl.Series("_line", block.line + records.first_lines),
        records.broken,
        tuple((block.row + np.searchsorted(order, gone)).tolist()),
    )


def _sort_out(records: Records, cells: int, delimiter: str) -> Records:
    """Set aside the records that are blank, undecodable or of another count of cells."""
    data = records.data
    starts = records.starts
    if starts is None:
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE).astype(np.int64) + 1
        if data and not data.endswith(b"\n"):
            ends = np.append(ends, len(data))
        starts = np.concatenate(([0], ends[:-1])).astype(np.int64)
    else:
        ends = np.append(starts[1:], len(data)).astype(np.int64)
    first_lines = records.first_lines
    if first_lines is None:
        first_lines = np.arange(len(starts), dtype=np.int64)
    rules = _rules(records, starts, cells, delimiter)
    gone = sorted(rules)
    if not gone:
        return records
    keep = np.ones(len(starts), dtype=bool)
    keep[gone] = False
    found = [Broken(int(first_lines[i]), rules[i], data[starts[i] : ends[i]]) for i in gone]
    broken = tuple(sorted((*records.broken, *found), key=lambda entry: entry.line))
    return Records(
        without(data, starts, ends, gone, len(starts)),
        records.lines,
        broken,
        first_lines[keep],
        starts[keep],  # only its length matters from here on
    )


def _rules(records: Records, starts: Positions, cells: int, delimiter: str) -> dict[int, str]:
    """Which record breaks which rule; a record breaks at most one."""
    data = records.data
    buffer = np.frombuffer(data, np.uint8)
    marks = np.flatnonzero(buffer == ord(delimiter)).astype(np.int64)
    if b'"' in data:
        quotes = np.flatnonzero(buffer == _QUOTE)
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    counts = np.bincount(np.searchsorted(starts, marks, "right") - 1, minlength=len(starts)) + 1
    counts[list(records.literal)] = cells
    rules = {
        int(i): "extra_cells" if counts[i] > cells else "missing_cells"
        for i in np.flatnonzero(counts != cells)
    }
    for position in _undecodable(data):
        rules[int(np.searchsorted(starts, position, "right") - 1)] = "encoding"
    for index in _blank(data, buffer, starts):
        rules[index] = "blank_row"
    return rules


def _blank(
    data: bytes, buffer: np.ndarray[tuple[int], np.dtype[np.uint8]], starts: Positions
) -> list[int]:
    ends = np.append(starts[1:], len(data))
    # a short record may hold blanks only; a long one is looked at when it starts with one
    inked = np.isin(buffer[np.minimum(starts, len(data) - 1)], (9, 10, 13, 32))
    return [
        int(i) for i in np.flatnonzero(inked) if not data[starts[i] : ends[i]].strip(b" \t\r\n")
    ]


def _undecodable(data: bytes) -> list[int]:
    """Positions of bytes that are not UTF-8, found in one pass."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return []
    _NOTED.positions = []
    data.decode("utf-8", _NOTING)
    return list(_NOTED.positions)


# a decoder takes its handler by name only, so what it notes lies beside, one list to a thread
_NOTED = threading.local()
_NOTING = "vendoreval-note-positions"


def _note(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _NOTED.positions.append(error.start)
    return "\ufffd", error.end


codecs.register_error(_NOTING, _note)


def escaped(raw: bytes) -> str:
    """Return the bytes of a line as text, bytes that are not UTF-8 as ``\\xNN``.

    Examples
    --------
    >>> escaped(b"1;\\xff;3\\r\\n")
    '1;\\\\xff;3'
    """
    return raw.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
