"""From bytes to whole records: quotes settled, broken lines set aside, the rest untouched."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from vendoreval.intake.byte_scan import scan

LONGEST_LINE = 1 << 20
LONGEST_RECORD_LINES = 100
LONGEST_RECORD_BYTES = 64 << 10
KEPT_OF_LONG_LINE = 4096
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34

# a piece and what is found out about it stay in the processor's cache
_PIECE = 128 << 10

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Broken:
    """A line that is no row: its place in the block, the rule it breaks, its bytes."""

    line: int
    rule: str
    raw: bytes


@dataclass(frozen=True)
class Records:
    """Whole records of one block.

    Parameters
    ----------
    data
        The bytes without the broken lines.
    lines
        How many lines the block had, broken ones included.
    broken
        Lines set aside, in order.
    first_lines, starts
        Line of each record in the block and its first byte in `data`; `None` when
        every line is one record and none was set aside.
    literal
        Records whose quotes stand inside unquoted cells and mean themselves.
    trimmed
        Whether it is certain that no cell begins or ends with a blank.
    """

    data: bytes
    lines: int
    broken: tuple[Broken, ...] = ()
    first_lines: Positions | None = None
    starts: Positions | None = None
    literal: frozenset[int] = frozenset()
    trimmed: bool = False

    @property
    def count(self) -> int:
        """Records and broken lines together."""
        kept = self.lines if self.first_lines is None else len(self.first_lines)
        return kept + len(self.broken)


@dataclass
class _Lines:
    """Line positions of a stretch of bytes and what was found out about them."""

    data: bytes
    starts: Positions
    ends: Positions
    broken: dict[int, str] = field(default_factory=dict)
    spans: dict[int, int] = field(default_factory=dict)
    literal: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, data: bytes) -> _Lines:
        newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE).astype(np.int64)
        ends = newlines + 1
        if data and not data.endswith(b"\n"):
            ends = np.append(ends, len(data))
        return cls(data, np.concatenate(([0], ends[:-1])).astype(np.int64), ends)

    def raw(self, first: int, last: int | None = None) -> bytes:
        return self.data[self.starts[first] : self.ends[first if last is None else last]]


def settle(data: bytes, *, final: bool, delimiter: str, cells: int) -> tuple[Records, int]:
    """Return the whole records of a stretch of bytes and how many bytes they took.

    Fewer bytes are taken only when the stretch ends inside a quoted cell that may
    close in bytes still to come.
    """
    quoted = b'"' in data
    if not _may_hold_long_line(data) and (not quoted or _quotes_are_plain(data, delimiter)):
        ends, trimmed = scan(data, delimiter)
        lines = ends + (not data.endswith(b"\n") and bool(data))
        return Records(data, lines, trimmed=trimmed), len(data)
    found = _Lines.of(data)
    for index in np.flatnonzero(found.ends - found.starts > LONGEST_LINE).tolist():
        found.broken[index] = "length"
    taken = len(found.starts)
    if quoted:
        taken = _settle_quotes(found, final, delimiter, cells)
    size = int(found.ends[taken - 1]) if taken else 0
    return _kept(found, taken), size


def _may_hold_long_line(data: bytes) -> bool:
    """Whether some line spans a whole window of half the limit; cheap, never misses one."""
    half = LONGEST_LINE // 2
    return any(data.find(b"\n", at, at + half) < 0 for at in range(0, len(data) - half, half))


def _quotes_are_plain(data: bytes, delimiter: str) -> bool:
    """Whether every quote opens or closes a cell at its edge and none holds a line end.

    Most files are of this kind; one that may not be is looked at line by line.
    """
    buffer = np.frombuffer(data, np.uint8)
    mark = ord(delimiter)
    begin = 0
    while begin < len(data):
        # where no cell holds a line end, whole lines can be looked at by themselves
        end = data.rfind(b"\n", begin, begin + _PIECE) + 1 or data.find(b"\n", begin) + 1
        end = end or len(data)
        if data.find(b'"', begin, end) >= 0 and not _plain(buffer[begin:end], mark):
            return False
        begin = end
    return True


def _plain(lines: npt.NDArray[np.uint8], mark: int) -> bool:
    quotes = np.flatnonzero(lines == _QUOTE)
    if len(quotes) & 1:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = lines[opening - 1]
    if not opening[0]:
        before[0] = _NEWLINE
    if not ((before == mark) | (before == _NEWLINE) | (before == _QUOTE)).all():
        return False
    last = closing[-1] == len(lines) - 1
    after = lines[(closing[:-1] if last else closing) + 1]
    edge = (after == mark) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
    if not edge.all():
        return False
    opened = np.searchsorted(quotes, np.flatnonzero(lines == _NEWLINE))
    return not (opened & 1).any()


def _settle_quotes(lines: _Lines, final: bool, delimiter: str, cells: int) -> int:
    """Join records that run over lines, mark lines with stray quotes; return lines taken."""
    buffer = np.frombuffer(lines.data, np.uint8)
    quotes = np.flatnonzero(buffer == _QUOTE).astype(np.int64)
    line_of = np.searchsorted(lines.starts, quotes, "right") - 1
    counts = np.bincount(line_of, minlength=len(lines.starts))
    odd = [i for i in np.flatnonzero(counts & 1).tolist() if i not in lines.broken]
    taken = _join(lines, odd, final, delimiter, cells)
    spanned = np.zeros(len(lines.starts), dtype=bool)
    for first, last in lines.spans.items():
        spanned[first : last + 1] = True
    spanned[list(lines.broken)] = True
    place = np.arange(len(quotes)) - (np.cumsum(counts) - counts)[line_of]
    suspects = _misplaced(buffer, quotes, place, lines, line_of, delimiter)
    for index in suspects.tolist():
        if index < taken and not spanned[index]:
            _judge_quotes(lines, index, delimiter, cells)
    return taken


def _join(lines: _Lines, odd: list[int], final: bool, delimiter: str, cells: int) -> int:
    """Pair lines with an odd count of quotes; a pair that is no record leaves its first broken."""
    total = len(lines.starts)
    at = 0
    while at < len(odd):
        first = odd[at]
        partner = odd[at + 1] if at + 1 < len(odd) else None
        if partner is None and not final:
            size = len(lines.data) - int(lines.starts[first])
            if total - 1 - first < LONGEST_RECORD_LINES and size < LONGEST_RECORD_BYTES:
                return first
        if partner is not None and _is_record(lines, first, partner, delimiter, cells):
            lines.spans[first] = partner
            at += 2
        else:
            lines.broken[first] = "quote"
            at += 1
    return total


def _is_record(lines: _Lines, first: int, last: int, delimiter: str, cells: int) -> bool:
    size = int(lines.ends[last] - lines.starts[first])
    if last - first > LONGEST_RECORD_LINES or size > LONGEST_RECORD_BYTES:
        return False
    return _cell_count(lines.raw(first, last), delimiter) == cells


def _cell_count(raw: bytes, delimiter: str) -> int | None:
    """Cells of the one record in these bytes, or nothing when they are not one record."""
    try:
        text = raw.decode("latin-1").removesuffix("\n").removesuffix("\r")
        pieces = text.split("\n")
        stream = [piece + "\n" for piece in pieces[:-1]] + [pieces[-1]]
        rows = list(csv.reader(stream, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return len(rows[0]) if len(rows) == 1 else None


def split_line(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line that is no sound record, as well as they can be told.

    Examples
    --------
    >>> split_line('Total;"a;b"', ";")
    ['Total', 'a;b']
    """
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        # a lone carriage return, or a cell beyond all measure
        return line.split(delimiter)


def _misplaced(
    buffer: npt.NDArray[np.uint8],
    quotes: Positions,
    place: Positions,
    lines: _Lines,
    line_of: Positions,
    delimiter: str,
) -> Positions:
    """Lines in which a quote opens or closes elsewhere than at the edge of a cell."""
    mark = ord(delimiter)
    opening = place % 2 == 0
    before = buffer[np.maximum(quotes - 1, 0)]
    after = np.append(buffer, _NEWLINE)[quotes + 1]
    right_open = (
        (quotes == lines.starts[line_of]) | (before == mark) | ((before == _QUOTE) & (place > 0))
    )
    right_close = (after == mark) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
    return np.unique(line_of[~np.where(opening, right_open, right_close)])


def _judge_quotes(lines: _Lines, index: int, delimiter: str, cells: int) -> None:
    raw = lines.raw(index)
    count = _cell_count(raw, delimiter) if len(raw) <= LONGEST_RECORD_BYTES else None
    if count == cells:
        lines.literal.add(index)
    elif count is None:
        lines.broken[index] = "quote"
    else:
        lines.broken[index] = "extra_cells" if count > cells else "missing_cells"


def _kept(lines: _Lines, taken: int) -> Records:
    if not lines.broken and not lines.spans and not lines.literal:
        return Records(
            lines.data if taken == len(lines.starts) else lines.data[: lines.starts[taken]], taken
        )
    keep = np.ones(taken, dtype=bool)
    gone = sorted(index for index in lines.broken if index < taken)
    keep[gone] = False
    sizes = np.where(keep, lines.ends[:taken] - lines.starts[:taken], 0)
    new_starts = np.cumsum(sizes) - sizes
    for first, last in lines.spans.items():
        keep[first + 1 : last + 1] = False
    first_lines = np.flatnonzero(keep).astype(np.int64)
    broken = tuple(
        Broken(
            index,
            lines.broken[index],
            lines.raw(index)[: KEPT_OF_LONG_LINE if lines.broken[index] == "length" else None],
        )
        for index in gone
    )
    literal = frozenset(np.searchsorted(first_lines, sorted(lines.literal)).tolist())
    return Records(
        without(lines.data, lines.starts, lines.ends, gone, taken),
        taken,
        broken,
        first_lines,
        new_starts[first_lines].astype(np.int64),
        literal,
    )


def without(data: bytes, starts: Positions, ends: Positions, gone: list[int], taken: int) -> bytes:
    """Return the first `taken` pieces of the data without some of them."""
    pieces = []
    begin = 0
    for index in gone:
        pieces.append(data[begin : starts[index]])
        begin = int(ends[index])
    stop = int(ends[taken - 1]) if taken else 0
    pieces.append(data[begin:stop])
    return b"".join(pieces)
