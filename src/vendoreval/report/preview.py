"""The rows of a finding that are printed: chosen columns, readable cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from vendoreval.report.geometry import column_widths
from vendoreval.report.models import RowsModel
from vendoreval.report.reader import Reader
from vendoreval.report.words import CODED_COLUMNS, CODES, COLUMNS, REPORTS
from vendoreval.text import Count, nmsg

MOST_ROWS, FEWEST_ROWS, MOST_COLUMNS, MOST_LETTERS = 8, 2, 7, 40
LONGEST_KEY = 14
_PAGE, _HEAD, _ROW = 735.0, 55.0, 17.4
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FIRST = ("started_at", "call_id", "sale_id", "lead_id", "agent_id")
_AMOUNTS = re.compile(r"seconds$|^(amount|quantity|unit_price|billed|rated)")
_NEVER = ("vendor", "currency")


@dataclass(frozen=True)
class Preview:
    """The rows to check first."""

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


def rows_that_fit(taken: float) -> int:
    """Return how many rows fit on a page of which `taken` points are used."""
    room = int((_PAGE - _HEAD - taken) / _ROW)
    if room < 1:  # better no rows than a page more: the file holds them all
        return 0
    return min(MOST_ROWS, max(FEWEST_ROWS, room))


def file_notes(reader: Reader, rows: RowsModel | None) -> tuple[str, ...]:
    """Return what a finding says of its evidence file."""
    if rows is None:
        return ()
    say = reader.language.say
    kind = REPORTS.get(rows.report)
    count = say(nmsg("%(n)s row", "%(n)s rows", rows.count, n=Count(rows.count)))
    return (f"{reader.word(kind)}, {count}" if kind else count, f"SHA-256 {rows.sha256[:32]}…")


def preview(reader: Reader, rows: RowsModel | None, most: int) -> Preview | None:
    """Return the first rows of an evidence file, made readable; `None` without rows."""
    if rows is None or not rows.preview or most == 0:
        return None
    chosen = _columns(rows)
    names = [rows.columns[index] for index in chosen]
    body = tuple(
        tuple(_cell(reader, name, row[index]) for name, index in zip(names, chosen, strict=True))
        for row in rows.preview[:most]
    )
    numeric = tuple(
        not name.endswith("_id")
        and all(_NUMBER.fullmatch(row[index]) or not row[index] for row in rows.preview)
        for name, index in zip(names, chosen, strict=True)
    )
    heads = tuple(_head(reader, name) for name in names)
    columns = zip(heads, *body, strict=True)
    widths = column_widths([max(len(text) for text in column) for column in columns])
    left = rows.count - len(body)
    note = nmsg("%(n)s more row in the file.", "%(n)s more rows in the file.", left, n=Count(left))
    return Preview(heads, widths, numeric, body, reader.language.say(note) if left > 0 else "")


def _columns(rows: RowsModel) -> list[int]:
    """Choose columns: what names the row, what is measured, the rest while there is room."""
    filled = [
        name
        for index, name in enumerate(rows.columns)
        if name not in _NEVER and any(row[index] for row in rows.preview)
    ]
    first = [name for name in _FIRST if name in filled]
    amounts = [name for name in filled if _AMOUNTS.search(name)]
    rest = [name for name in filled if name not in first and name not in amounts]
    kept = (first + amounts + rest)[:MOST_COLUMNS]
    ordered = first + [name for name in filled if name not in first]
    return [rows.columns.index(name) for name in ordered if name in kept]


def _head(reader: Reader, column: str) -> str:
    known = COLUMNS.get(column)
    return reader.word(known) if known else column[:MOST_LETTERS]


def _cell(reader: Reader, column: str, text: str) -> str:
    """Write instants, days, amounts and codes for people; cut what is too long for a cell."""
    if column in CODED_COLUMNS and text in CODES:
        return reader.word(CODES[text])
    if column.endswith("_id"):
        # long keys differ in their tail; the evidence file holds them whole
        return text if len(text) <= LONGEST_KEY else "…" + text[1 - LONGEST_KEY :]
    if "." in text and _NUMBER.fullmatch(text):
        exact = Decimal(text)
        return reader.number(exact, 0 if exact == exact.to_integral_value() else 2)
    try:
        if len(text) == len("2026-10-31"):
            return reader.language.short_day(date.fromisoformat(text))
        if len(text) >= len("2026-10-31 10:00:00"):
            return reader.language.instant(datetime.fromisoformat(text))
    except ValueError:
        pass
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
