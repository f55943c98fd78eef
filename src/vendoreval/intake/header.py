"""The header row: found by the names and synonyms of the agreement, wherever it stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vendoreval.agreement import ReportSchema

SEARCHED_ROWS = 30
DELIMITERS = (",", ";", "\t", "|", "^", "~")


@dataclass(frozen=True)
class Header:
    """A header row and what it names.

    Parameters
    ----------
    rows_before, lines, size
        Rows above the header; lines and bytes up to the first row of data.
    columns
        Canonical name of each cell, `None` where the agreement knows none; a name
        that stands twice is given to its first cell only.
    repeated
        Canonical names that stand twice, with the second header text.
    """

    delimiter: str
    rows_before: int
    lines: int
    size: int
    cells: tuple[str, ...]
    columns: tuple[str | None, ...]
    repeated: tuple[tuple[str, str], ...] = ()

    @property
    def matched(self) -> int:
        """How many columns of the agreement it names."""
        return sum(name is not None for name in self.columns)


def plain(text: str) -> str:
    """Return a header text without case, outer blanks and doubled blanks."""
    return " ".join(text.replace("\ufeff", "").split()).casefold()


def known_headers(schema: ReportSchema) -> dict[str, str]:
    """Return each way to write a header of the report -> canonical name."""
    known: dict[str, str] = {}
    for column in schema.columns:
        known[plain(column.name)] = column.name
    for column in schema.columns:
        for header in column.headers:
            known.setdefault(plain(header), column.name)
    return known


def find_header(head: bytes, schema: ReportSchema, delimiter: str) -> Header | None:
    """Return the row among the first thirty that names most columns, if one names any."""
    known = known_headers(schema)
    best: Header | None = None
    rows = _rows(head, delimiter)
    depth = schema.dialect.header_rows
    for index in range(min(len(rows) - depth + 1, SEARCHED_ROWS)):
        group = rows[index : index + depth]
        header = _header(group, known, delimiter, index)
        if header.matched and (best is None or header.matched > best.matched):
            best = header
    return best


@dataclass(frozen=True)
class _Row:
    cells: tuple[str, ...]
    lines: int
    size: int


def _rows(head: bytes, delimiter: str) -> list[_Row]:
    """Read the first rows; each knows how many lines and bytes end with it."""
    # only as many lines are cut off as the rows take
    lines = io.BytesIO(head) if b"\n" in head else iter(head.splitlines(keepends=True))
    size = 0

    def text() -> Iterator[str]:
        nonlocal size
        for line in lines:
            size += len(line)
            yield line.decode("utf-8", "replace").rstrip("\r\n") + "\n"

    reader = csv.reader(text(), delimiter=delimiter)
    rows: list[_Row] = []
    while len(rows) < SEARCHED_ROWS + 5:
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            break
        rows.append(_Row(tuple(cells), reader.line_num, size))
    return rows


def _header(group: Sequence[_Row], known: Mapping[str, str], delimiter: str, index: int) -> Header:
    width = max(len(row.cells) for row in group)
    names: list[str] = []
    for place in range(width):
        parts = [row.cells[place] for row in group if place < len(row.cells)]
        # a merged cell repeats its text; said once is enough
        said = dict.fromkeys(part for part in parts if part.strip())
        candidates = [" / ".join(said), *reversed(parts)]
        names.append(next((c for c in candidates if plain(c) in known), candidates[0]))
    columns: list[str | None] = []
    repeated: list[tuple[str, str]] = []
    for name in names:
        canonical = known.get(plain(name)) if name.strip() else None
        if canonical is not None and canonical in columns:
            repeated.append((canonical, name))
            canonical = None
        columns.append(canonical)
    last = group[-1]
    return Header(
        delimiter, index, last.lines, last.size, tuple(names), tuple(columns), tuple(repeated)
    )


def text_of(head: bytes, encoding: str) -> bytes:
    """Return the beginning of a file in UTF-8."""
    stream = io.BytesIO(head)
    reader = io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="")
    return reader.read().encode("utf-8", "surrogateescape")
