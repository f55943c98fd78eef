"""Print layouts: the header again and again, page footers, totals between the rows.

Rows that are no rows are told from the others, and where a section has its columns
elsewhere its cells are moved below the names they belong to. The same way are read a
value that stands in a title above its rows, one that is parted over two columns, and a
file of which only some rows belong to the report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from vendoreval.agreement import ReportSchema
from vendoreval.intake.header import Header, joined_columns, known_headers, plain
from vendoreval.intake.sources.text_records import Record
from vendoreval.intake.sources.total_rows import TotalRow, is_bare_total, is_total, total_row

PRINTED: Final = frozenset({"repeated header", "footer"})
_PAGE = re.compile(r"^\s*(?:стр|страница|лист|page|p)\b\.?\s*(?:№|n|#)?\s*\d{1,6}\b", re.IGNORECASE)
_LEAST_MATCHED = 2
_MAY_BE_APART = frozenset({None, "missing_cells", "blank_row"})
_END = 1 << 30
# before the header text of a column that the agreement does not know
UNKNOWN: Final = "?"


def must_be_rearranged(schema: ReportSchema) -> bool:
    """Whether a value of the report may stand elsewhere than below its own header."""
    return schema.dialect.only_column is not None or any(
        column.joined or column.title_pattern for column in schema.columns
    )


def may_be_printed(schema: ReportSchema) -> bool:
    """Whether the agreement lets a print layout pass."""
    return bool(PRINTED & set(schema.dialect.skip_footer))


@dataclass(frozen=True)
class Layout:
    """Where the columns stand below one header."""

    width: int
    spans: Mapping[str, tuple[int, int]]
    parts: Mapping[str, tuple[tuple[int, int], ...]]
    places: tuple[str | None, ...]
    starts: frozenset[int]

    @classmethod
    def of(cls, cells: Sequence[str], schema: ReportSchema, known: Mapping[str, str]) -> Layout:
        """Read the places off a header row."""
        named = [known.get(plain(cell)) if cell.strip() else None for cell in cells]
        heads = [place for place, cell in enumerate(cells) if cell.strip()]
        # columns without a header after one with a header are its own
        spans = dict(zip(heads, pairwise((0, *heads[1:], _END)), strict=True)) if heads else {}
        own: dict[str, tuple[int, int]] = {}
        texts: dict[str, tuple[int, int]] = {}
        for place in heads:
            texts.setdefault(plain(cells[place]), spans[place])
            own.setdefault(named[place] or f"{UNKNOWN}{cells[place].strip()}", spans[place])
        parts = {
            name: tuple(texts[plain(text)] for text in schema.column(name).joined)
            for name in joined_columns(schema, cells)
            if name not in own
        }
        starts = frozenset(start for start, _ in spans.values())
        return cls(len(cells), own, parts, tuple(named), starts)

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that can be read below this header."""
        return (*self.spans, *self.parts)

    def values(self, record: Sequence[str]) -> dict[str, str]:
        """Return the text of each column in a record."""
        found = {name: _text(record, *span) for name, span in self.spans.items()}
        for name, spans in self.parts.items():
            found[name] = " ".join(filter(None, (_text(record, *s).strip() for s in spans)))
        return found


def _text(record: Sequence[str], start: int, end: int) -> str:
    filled = [cell for cell in record[start:end] if cell.strip()]
    return filled[0] if len(filled) == 1 else " ".join(filled)


@dataclass
class Sections:
    """What the pass over the rows found.

    Parameters
    ----------
    names
        Columns of all sections together, those of titles among them; of columns that the
        agreement does not know the header text after a question mark.
    apart
        Row of the file -> what it is instead of a row of the report.
    totals
        The printed totals, in their order.
    moved
        Whether the cells must be written anew below those names.
    """

    names: list[str]
    apart: dict[int, str] = field(default_factory=dict)
    totals: list[TotalRow] = field(default_factory=list)
    moved: bool = False

    @property
    def reasons(self) -> Counter[str]:
        """How many rows were set apart, by what they are."""
        return Counter(self.apart.values())


@dataclass
class Walk:
    """One pass over the records below a header, which tells what each of them is.

    Parameters
    ----------
    headers
        Header texts of all reports: a section of another report has a header too.
    """

    schema: ReportSchema
    header: Header
    headers: frozenset[str]
    layout: Layout = field(init=False)
    titles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = known_headers(self.schema)
        self.layout = Layout.of(self.header.cells, self.schema, self.known)
        self._patterns = {
            column.name: re.compile(column.title_pattern)
            for column in self.schema.columns
            if column.title_pattern
        }
        dialect = self.schema.dialect
        self._only = dialect.only_column
        self._wanted = frozenset(map(plain, dialect.only_values))
        self._printed = may_be_printed(self.schema)
        self._cells = [plain(cell) for cell in self.header.cells]
        for record in self.header.above:
            self.hear(record)

    def hear(self, record: Sequence[str]) -> None:
        """Take values out of a title."""
        for cell in record:
            for name, pattern in self._patterns.items():
                if cell.strip() and (found := pattern.search(cell)):
                    self.titles[name] = found[1].strip()

    def kind(self, record: Sequence[str]) -> str | None:
        """Return what a record may be instead of a row; `None` for a row."""
        filled = [place for place, cell in enumerate(record) if cell.strip()]
        if not self._printed:
            return None
        if not filled:
            return "blank"
        first = record[filled[0]]
        if is_total(first) and (is_bare_total(first) or len(filled) < len(self.layout.spans)):
            return "total"
        if _PAGE.match(first) and len(filled) < max(len(record), 3) / 2:
            return "page"
        if self._cells == [plain(cell) for cell in record]:
            return "header"
        matched = sum(plain(record[place]) in self.headers for place in filled)
        if matched >= _LEAST_MATCHED and matched * 2 > len(filled):
            return "header"
        return "title" if len(filled) == 1 and len(record) > _LEAST_MATCHED else None

    def enter(self, record: Sequence[str]) -> None:
        """Go on below another header."""
        self.layout = Layout.of(record, self.schema, self.known)

    def values(self, record: Sequence[str]) -> dict[str, str]:
        """Return the text of each column, those of titles among them."""
        return self.titles | self.layout.values(record)

    def belongs(self, values: Mapping[str, str]) -> bool:
        """Whether a row is one of the report."""
        return self._only is None or plain(values.get(self._only, "")) in self._wanted

    def strays(self, record: Sequence[str]) -> bool:
        """Whether a value stands in an unnamed column although a named one is its own."""
        return any(cell.strip() and p not in self.layout.starts for p, cell in enumerate(record))


def walk(records: Iterator[Record], first_row: int, steps: Walk) -> Sections | None:
    """Tell rows from headers, totals, page footers and titles; `None` when all are rows."""
    schema, header = steps.schema, steps.header
    found = Sections(list(steps.layout.names))
    held: list[tuple[int, Record, str]] = []
    after_total = False
    always = must_be_rearranged(schema)
    for number, record in enumerate(records, first_row):
        cells = record.cells
        # a line with too many cells may be two run together, and one of them a row
        kind = steps.kind(cells) if record.rule in _MAY_BE_APART else None
        if kind in {"blank", "title"}:
            held.append((number, record, kind))
            continue
        if kind == "page":
            found.apart[number] = kind
            continue
        # what stands alone above a header is a title; above a row it is a row itself
        _settle(found, steps, held, titles=kind == "header")
        after_total = kind == "total"
        if kind == "header":
            steps.enter(cells)
            found.moved = found.moved or steps.layout.places != header.columns
        elif kind == "total":
            values = steps.layout.values(cells)
            found.totals.append(total_row(number, number, cells, values))
        elif record.rule is None:
            found.moved = found.moved or steps.strays(cells)
            if always and not steps.belongs(steps.values(cells)):
                found.apart[number] = "other"
        if kind:
            found.apart[number] = kind
        _add_names(found, steps)
    _settle(found, steps, held, titles=after_total)
    printed = {"header", "page"} & set(found.apart.values())
    if not printed and not always:
        return None
    found.moved = found.moved or always
    return found


def _settle(
    found: Sections, steps: Walk, held: list[tuple[int, Record, str]], *, titles: bool
) -> None:
    for number, record, kind in held:
        if kind == "blank" or titles:
            found.apart[number] = kind
            steps.hear(record.cells)
    held.clear()


def _add_names(found: Sections, steps: Walk) -> None:
    for name in (*steps.layout.names, *steps.titles):
        if name not in found.names:
            found.names.append(name)
