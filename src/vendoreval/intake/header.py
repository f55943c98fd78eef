"""The header row: found by the names and synonyms of the agreement, wherever it stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vendoreval.agreement import Agreement, ReportSchema

SEARCHED_ROWS = 30
_MOST_HEADER_ROWS = 5
# ends the text that a merged cell lends to the columns on its right
COPIED = "\u2063"
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
    depth
        How many rows the header takes.
    above
        Cells of the rows above it.
    joined
        Columns whose value is put together from several of these, all of them there.
    """

    delimiter: str
    rows_before: int
    lines: int
    size: int
    cells: tuple[str, ...]
    columns: tuple[str | None, ...]
    repeated: tuple[tuple[str, str], ...] = ()
    depth: int = 1
    above: tuple[tuple[str, ...], ...] = ()
    joined: tuple[str, ...] = ()

    @property
    def matched(self) -> int:
        """How many columns of the agreement it names."""
        return sum(name is not None for name in self.columns) + len(self.joined)

    @property
    def names(self) -> frozenset[str]:
        """Canonical names it gives, one by one or put together."""
        return frozenset((*(name for name in self.columns if name), *self.joined))


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


def all_headers(agreement: Agreement) -> frozenset[str]:
    """Return every header text of the agreement, of whichever report, parts of values too."""
    return frozenset(
        plain(text)
        for schema in agreement.reports.values()
        for column in schema.columns
        for text in (*column.headers, *column.joined)
    )


def joined_columns(schema: ReportSchema, texts: Collection[str]) -> tuple[str, ...]:
    """Return the columns that are put together from several headers, all of them among these."""
    there = {plain(text) for text in texts}
    return tuple(
        column.name
        for column in schema.columns
        if column.joined and there.issuperset(map(plain, column.joined))
    )


def find_header(head: bytes, schema: ReportSchema, delimiter: str) -> Header | None:
    """Return the row among the first thirty that names most columns, if one names any.

    A header of several rows is found where that names more columns than one row does,
    and a header of so many rows as agreed wins against others that name as many.
    """
    known = known_headers(schema)
    best: Header | None = None
    rows = head_rows(head, delimiter)
    agreed = schema.dialect.header_rows
    demanded = {c.name for c in schema.columns if c.required and not c.title_pattern}
    for depth in (agreed, *(d for d in range(1, _MOST_HEADER_ROWS + 1) if d != agreed)):
        for index in range(min(len(rows) - depth + 1, SEARCHED_ROWS)):
            header = header_of(rows[index : index + depth], known, delimiter, index)
            header = _with_company(header, rows[:index], schema)
            if header.matched and (best is None or header.matched > best.matched):
                best = header
        if best is not None and demanded <= best.names and _explains_itself(best):
            break
    return best


def _explains_itself(header: Header) -> bool:
    """Whether no cell of it is unknown, so that no other way to read it can be better."""
    pairs = zip(header.cells, header.columns, strict=True)
    return all(name is not None or not cell.strip() for cell, name in pairs)


@dataclass(frozen=True)
class HeadRow:
    """One of the first rows: its cells, and how many lines and bytes end with it."""

    cells: tuple[str, ...]
    lines: int
    size: int


def head_rows(head: bytes, delimiter: str) -> list[HeadRow]:
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
    rows: list[HeadRow] = []
    while len(rows) < SEARCHED_ROWS + 5:
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            break
        rows.append(HeadRow(tuple(cells), reader.line_num, size))
    return rows


def header_of(
    group: Sequence[HeadRow], known: Mapping[str, str], delimiter: str, index: int
) -> Header:
    """Return the header that some rows above each other make up."""
    width = max(len(row.cells) for row in group)
    names: list[str] = []
    for place in range(width):
        written = [row.cells[place] for row in group if place < len(row.cells)]
        parts = [text.removesuffix(COPIED) for text in written]
        if all(text.endswith(COPIED) for text in written if text.strip()):
            # nothing of its own stands there: a merged cell reaches over from the left
            parts = [""]
        # a cell merged downwards repeats its text; said once is enough
        said = dict.fromkeys(" ".join(part.split()) for part in parts if part.strip())
        candidates = [" / ".join(said), *reversed(parts)] if len(group) > 1 else parts
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
        delimiter, index, last.lines, last.size, tuple(names), tuple(columns), tuple(repeated),
        depth=len(group),
    )  # fmt: skip


def _with_company(header: Header, above: Sequence[HeadRow], schema: ReportSchema) -> Header:
    """Add what stands above, and which values are put together from several columns."""
    joined = joined_columns(schema, header.cells)
    return replace(
        header,
        above=tuple(tuple(cell.removesuffix(COPIED) for cell in row.cells) for row in above),
        joined=tuple(name for name in joined if name not in header.columns),
    )
