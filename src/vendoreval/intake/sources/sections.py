"""Print layouts: the header again and again, page footers, totals between the rows.

Rows that are no rows are told from the others, and where a section has its columns
elsewhere its cells are moved below the names they belong to. A file without repeated
headers or page footers is left alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vendoreval.agreement import ReportSchema
from vendoreval.intake.header import Header, known_headers, plain
from vendoreval.intake.sources.text_copy import Scratch, TextCopy
from vendoreval.text import Count, Message, nmsg

ASKED_FOR = frozenset({"repeated header", "footer"})
_TOTAL = re.compile(r"^\s*(?:итого|всего|total|subtotal|grand total)\b", re.IGNORECASE)
_PAGE = re.compile(r"^\s*(?:стр|страница|лист|page|p)\b\.?\s*(?:№|n|#)?\s*\d{1,6}\b", re.IGNORECASE)
_LEAST_MATCHED = 2
_LONGEST_CELL = 1 << 27
_REASONS = ("header", "total", "page", "title", "blank")


@dataclass
class Sections:
    """What the pass over the rows found.

    Parameters
    ----------
    skipped
        Rows of the file that are no rows of the report.
    names, headers
        Columns of all sections together.
    moved
        Whether the cells must be written anew below those names.
    """

    names: list[str | None]
    headers: list[str]
    skipped: list[int] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    moved: bool = False

    def note(self) -> Message:
        """Say how many rows were skipped and why."""
        count = self.reasons
        return nmsg(
            "%(rows)s row of a print layout was skipped: headers %(headers)s, totals %(totals)s, "
            "page footers %(pages)s, titles %(titles)s, blank %(blank)s",
            "%(rows)s rows of a print layout were skipped: headers %(headers)s, totals "
            "%(totals)s, page footers %(pages)s, titles %(titles)s, blank %(blank)s",
            len(self.skipped),
            rows=Count(len(self.skipped)),
            headers=Count(count["header"]),
            totals=Count(count["total"]),
            pages=Count(count["page"]),
            titles=Count(count["title"]),
            blank=Count(count["blank"]),
        )


def read_records(path: Path, offset: int, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of a text below its header; bytes that are not UTF-8 survive."""
    with path.open("rb") as raw:
        raw.seek(offset)
        stream = io.TextIOWrapper(raw, "utf-8", "surrogateescape", newline="")
        csv.field_size_limit(_LONGEST_CELL)
        reader = csv.reader((line.replace("\0", "") for line in stream), delimiter=delimiter)
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error:
                # the pipeline proper says what is wrong with the line
                yield []


def find_sections(
    path: Path, offset: int, first_row: int, schema: ReportSchema, header: Header
) -> Sections | None:
    """Tell rows from headers, totals, page footers and titles; `None` when all are rows."""
    known = known_headers(schema)
    names = [name for name in header.columns if name]
    texts = [t for t, n in zip(header.cells, header.columns, strict=True) if n]
    found = Sections(list(names), texts)
    held: list[tuple[int, str]] = []
    after_total = False
    spans = _spans(header.columns)
    width = len(header.columns)
    number = first_row - 1
    for number, record in enumerate(read_records(path, offset, header.delimiter), first_row):
        filled = [place for place, cell in enumerate(record) if cell.strip()]
        kind = _kind(record, filled, known)
        if kind in {"blank", "title"}:
            held.append((number, kind))
            continue
        if kind == "page":
            _skip(found, number, kind)
            continue
        # what stands alone above a header is a title; above a row it is a row itself
        _settle(found, held, titles=kind == "header")
        after_total = kind == "total"
        if kind is None:
            found.moved = found.moved or (len(record) == width and _strays(filled, spans))
            continue
        _skip(found, number, kind)
        if kind == "header":
            mapped = [known.get(plain(cell)) if cell.strip() else None for cell in record]
            spans, width = _spans(mapped), len(record)
            found.moved = found.moved or tuple(mapped) != header.columns
            _add_names(found, mapped, record)
    _settle(found, held, titles=after_total)
    if not found.reasons["header"] and not found.reasons["page"]:
        return None
    found.skipped.sort()
    return found


def _kind(record: list[str], filled: list[int], known: Mapping[str, str]) -> str | None:
    if not filled:
        return "blank" if record else None
    first = record[filled[0]]
    if _TOTAL.match(first):
        return "total"
    if _PAGE.match(first) and len(filled) < max(len(record), 3) / 2:
        return "page"
    matched = sum(plain(record[place]) in known for place in filled)
    if matched >= _LEAST_MATCHED and matched * 2 > len(filled):
        return "header"
    return "title" if len(filled) == 1 and len(record) > _LEAST_MATCHED else None


def _skip(found: Sections, number: int, kind: str) -> None:
    found.skipped.append(number)
    found.reasons[kind] += 1


def _settle(found: Sections, held: list[tuple[int, str]], *, titles: bool) -> None:
    for number, kind in held:
        if kind == "blank" or titles:
            _skip(found, number, kind)
    held.clear()


def _spans(columns: list[str | None] | tuple[str | None, ...]) -> list[tuple[int, int]]:
    """First and last place of each named column: the unnamed ones after it are its own."""
    places = [place for place, name in enumerate(columns) if name]
    if not places:
        return []
    starts = [0, *places[1:]]
    return list(zip(starts, [*places[1:], 1 << 30], strict=True))


def _strays(filled: list[int], spans: list[tuple[int, int]]) -> bool:
    """Whether a value stands in an unnamed column although a named one is its own."""
    starts = {start for start, _ in spans}
    return any(place not in starts for place in filled)


def _add_names(found: Sections, mapped: list[str | None], record: list[str]) -> None:
    for name, text in zip(mapped, record, strict=True):
        if name and name not in found.names:
            found.names.append(name)
            found.headers.append(text)


def rewrite(
    path: Path,
    offset: int,
    schema: ReportSchema,
    header: Header,
    found: Sections,
    first_row: int,
    scratch: Scratch,
) -> TextCopy:
    """Write every record anew, its cells below the names they belong to."""
    target = scratch.file("sections")
    known = known_headers(schema)
    skipped = set(found.skipped)
    columns: list[str | None] = list(header.columns)
    width = len(found.names)
    texts = {column.name for column in schema.columns if column.kind == "string"}
    with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        for number, record in enumerate(read_records(path, offset, header.delimiter), first_row):
            if number in skipped:
                filled = [place for place, cell in enumerate(record) if cell.strip()]
                if _kind(record, filled, known) == "header":
                    columns = [known.get(plain(c)) if c.strip() else None for c in record]
                writer.writerow([" ".join(record[place] for place in filled), *[""] * (width - 1)])
            elif len(record) == len(columns):
                cells = _moved(record, columns, found.names)
                # blanks around a number or a day mean nothing
                writer.writerow(
                    [
                        c if n in texts else c.strip()
                        for c, n in zip(cells, found.names, strict=True)
                    ]
                )
            else:
                # of another count of cells it stays of another count
                short = len(record) < len(columns)
                cells = record[: width - 1] if short else [*record, *[""] * (width + 1)]
                writer.writerow(cells)
    return TextCopy(target, scratch)


def _moved(record: list[str], columns: list[str | None], names: list[str | None]) -> list[str]:
    values: dict[str, str] = {}
    places = [(place, name) for place, name in enumerate(columns) if name]
    for (_, name), (start, end) in zip(places, _spans(columns), strict=True):
        filled = [cell for cell in record[start:end] if cell.strip()]
        values[name] = filled[0] if len(filled) == 1 else " ".join(filled)
    return [values.get(name or "", "") for name in names]
