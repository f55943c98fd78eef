"""A vendor's sheet as columns of text, read by the same reader that will read it every month.

A makeshift agreement takes every column as text; what validation accepts under it is the
sheet without its titles, totals and page footers.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.assemble import own_property, property_of
from vendoreval.agreement.library import library_names, library_report
from vendoreval.agreement.lint_columns import plain_header
from vendoreval.agreement.yaml_file import dump_yaml
from vendoreval.drafting.head import Head, find_head, reads_like_names
from vendoreval.errors import DeliveryError, plain_problem
from vendoreval.intake import Delivery, ValidationReport, read_delivery, validate
from vendoreval.intake.encodings import choose_encoding, is_utf8
from vendoreval.intake.header import DELIMITERS
from vendoreval.intake.sources.archives import Unpacked, unpack
from vendoreval.intake.sources.parquet import column_names
from vendoreval.intake.sources.refusals import empty
from vendoreval.intake.sources.text_records import read_records
from vendoreval.intake.sources.workbook import sheet_heads
from vendoreval.text import msg

ENCODINGS: Final = ("utf-8", "utf-8-sig", "cp1251", "cp866", "koi8-r", "mac-cyrillic")
FOOTERS: Final = ("subtotal", "total", "footer", "repeated header")
# more rows would teach little; on trial every row is read
LOOKED_AT: Final = 500_000
_HEAD: Final = 1 << 20
_TAB: Final = "\t"
_REPORT: Final = "sheet"
_LEAST_CELLS: Final = 3
_MOST_ROWS: Final = 50_000
_MOST_HEADERS: Final = 2000


@dataclass(frozen=True)
class Sheet:
    """A sheet as text.

    Parameters
    ----------
    headers
        Header of each column that has one.
    delivery, report
        As the makeshift agreement reads it.
    dialect
        How it is written, for the agreement.
    """

    path: Path
    head: Head
    headers: tuple[str, ...]
    delivery: Delivery
    report: ValidationReport
    dialect: dict[str, Any]

    @property
    def sheet(self) -> str | None:
        """Name of the sheet of a workbook."""
        return self.delivery.sheet

    @property
    def is_text(self) -> bool:
        """Whether it is a text file, in which a cell is what is written."""
        return self.delivery.sheet is None and self.delivery.encoding != "Parquet"

    def columns(self) -> pl.DataFrame:
        """Return the cells of the first rows, one column of text for each header."""
        wanted = [column_of(place) for place in range(len(self.headers))]
        if not self.report.accepted_files:
            return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
        frame = pl.scan_parquet(list(self.report.accepted_files)).head(LOOKED_AT)
        there = frame.collect_schema().names()
        return frame.select([name for name in wanted if name in there]).collect()

    def discard(self) -> None:
        """Remove the rows as text."""
        self.report.discard()


def column_of(place: int) -> str:
    """Return the makeshift name of a column."""
    return f"column {place + 1} of the sheet"


def open_sheet(path: Path) -> Sheet:
    """Read a sheet of which nothing is known.

    Raises
    ------
    DeliveryError
        If it cannot be read at all, or no row reads like a header.
    """
    if path.is_dir() or not path.exists():
        # the reader of deliveries says it best
        read_delivery(path, _makeshift(("x",), {}))
    inner = unpack(path)
    head, dialect = _head(path, inner)
    headers = head.names[:_MOST_HEADERS]
    delivery = read_delivery(path, _makeshift(headers, dialect), _REPORT)
    more = _further_headers(delivery, headers)
    dialect["skipFooter"] = list(FOOTERS)
    headers = (*headers, *more)
    delivery = read_delivery(path, _makeshift(headers, dialect), _REPORT)
    report = validate(delivery)
    dialect["skipFooter"] = _footers(report)
    if not dialect["skipFooter"]:
        del dialect["skipFooter"]
    return Sheet(path, head, headers, delivery, report, dialect)


def _footers(report: ValidationReport) -> list[str]:
    if not report.rows.skipped:
        return []
    return list(FOOTERS) if report.delivery.rows_apart else ["subtotal", "total"]


def _makeshift(headers: Sequence[str], dialect: dict[str, Any]) -> Agreement:
    """Return an agreement that takes every column as text."""
    columns = [
        {"name": column_of(place), "logicalType": "string", "synonyms": [{"synonym": header}]}
        for place, header in enumerate(headers)
    ]
    contract = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "makeshift", "version": "1.0.0",
        "status": "draft",
        "schema": [{"name": _REPORT, "properties": columns,
                    "customProperties": [own_property("dialect", dialect)]}],
    }  # fmt: skip
    return agreement_from_bytes(dump_yaml(contract).encode(), _REPORT, "makeshift")


# ------------------------------------------------------------------ the first rows


def _head(path: Path, inner: Unpacked) -> tuple[Head, dict[str, Any]]:
    if inner.kind == "text":
        return _text_head(path, inner)
    if inner.kind == "Parquet":
        stream = io.StringIO()
        csv.writer(stream, delimiter=_TAB).writerow(column_names(inner.path, str(path)))
        heads = [stream.getvalue().encode()]
    else:
        heads = [rows for _, rows in sheet_heads(inner.path, str(path), inner.kind)]
    found = [head for rows in heads if (head := find_head(rows, (_TAB,)))]
    if not found:
        raise _no_header(path)
    best = max(found, key=lambda head: head.worth)
    return best, {"headerRows": best.depth}


def _text_head(path: Path, inner: Unpacked) -> tuple[Head, dict[str, Any]]:
    with inner.path.open("rb") as stream:
        start = stream.read(_HEAD)
    if not start.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise empty(str(path))
    encoding = choose_encoding(inner.path, ENCODINGS, _known_texts())
    text = start.decode(encoding, "replace").removeprefix("\ufeff").encode()
    head = find_head(text, DELIMITERS)
    if head is None:
        raise _no_header(path)
    encodings = ["utf-8", "utf-8-sig"] if is_utf8(encoding) else [encoding, "utf-8", "utf-8-sig"]
    return head, {"encodings": encodings, "delimiter": head.delimiter, "headerRows": head.depth}


@cache
def _known_texts() -> frozenset[str]:
    """Return headers and codes of the library that tell an encoding for certain."""
    properties = [entry for name in library_names() for entry in library_report(name)["properties"]]
    headers = (synonym["synonym"] for entry in properties for synonym in entry["synonyms"])
    codes = (
        text
        for entry in properties
        for code in entry.get("enum", ())
        for text in property_of(code, "spellings") or ()
    )
    return frozenset(plain_header(text) for text in (*headers, *codes) if not text.isascii())


def _no_header(path: Path) -> DeliveryError:
    return DeliveryError(
        plain_problem(
            str(path),
            msg("no row among the first ones reads like a header"),
            msg("a row with the names of the columns above the rows"),
            msg("write the names of the columns above the rows, or begin with agreement new"),
        )
    )


def _further_headers(delivery: Delivery, headers: Sequence[str]) -> tuple[str, ...]:
    """Return the headers that stand only in later sections of a print layout."""
    if delivery.text is None and not is_utf8(delivery.encoding):
        return ()
    path = delivery.text.path if delivery.text else delivery.path
    seen: Counter[tuple[str, ...]] = Counter()
    width = len(delivery.columns)
    for record in read_records(path, delivery.data_offset, delivery.delimiter, width):
        filled = tuple(cell.strip() for cell in record.cells if cell.strip())
        # a row of words is looked at; a sheet of words only would otherwise fill the memory
        if len(filled) >= _LEAST_CELLS and reads_like_names(filled) and len(seen) < _MOST_ROWS:
            seen[filled] += 1
    found: dict[str, str] = {plain_header(header): header for header in headers}
    open_rows = [row for row, count in seen.items() if count > 1 or _same(row, found) > 1]
    while taken := [row for row in open_rows if _same(row, found)]:
        open_rows = [row for row in open_rows if row not in taken]
        for row in taken:
            for cell in row:
                found.setdefault(plain_header(cell), cell)
    return tuple(found.values())[len(headers) : _MOST_HEADERS]


def _same(row: Sequence[str], known: Collection[str]) -> int:
    return sum(plain_header(cell) in known for cell in row)
