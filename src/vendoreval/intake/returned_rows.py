"""The vendor's own rows once more, each with its faults beside it."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from vendoreval.errors import DeliveryError
from vendoreval.intake.blocks import read_blocks
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.encodings import is_utf8, transcode
from vendoreval.intake.faults import FaultRow
from vendoreval.intake.parse_block import TextBlock, escaped, parse
from vendoreval.intake.records import Broken

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport

# small blocks: a row of Python objects takes many times its bytes
_BLOCK_BYTES = 4 << 20
_SLICE = 20_000
Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class FileRow:
    """One row of the file as it was sent.

    Parameters
    ----------
    number
        Row as a person counts it, the header counts.
    raw
        The whole line, when it is no row: too many cells, a stray quotation mark.
    own
        The cells of the vendor's workbook, when it is shown with its own look.
    """

    number: int
    cells: Cells
    raw: str | None = None
    own: tuple[Any, ...] | None = None


def is_unchanged(delivery: Delivery) -> bool:
    """Whether the file still is the one that was checked."""
    try:
        with delivery.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == delivery.sha256
    except (OSError, DeliveryError):
        return False


def file_rows(delivery: Delivery) -> Iterator[FileRow]:
    """Yield every row of the file, those above the header included, in bounded memory."""
    with tempfile.TemporaryDirectory(prefix="vendoreval-return-") as folder:
        path = delivery.path
        # a workbook or an archive was read through a text beside it
        copy = getattr(delivery, "text", None)
        if copy is not None:
            path = copy.path
        elif not is_utf8(delivery.encoding):
            path = Path(folder) / "text-in-utf-8"
            transcode(delivery.path, path, delivery.encoding)
        with path.open("rb") as stream:
            head = stream.read(delivery.data_offset)
            yield from _head(delivery, head)
            blocks = read_blocks(
                stream, row=delivery.header_row + 1, line=delivery.header_line + 1,
                delimiter=delivery.delimiter, cells=len(delivery.columns),
                block_bytes=_BLOCK_BYTES,
            )  # fmt: skip
            for block in blocks:
                text = parse(block, delivery.cell_names, delivery.delimiter)
                yield from _block_rows(text, delivery.delimiter)


def _head(delivery: Delivery, data: bytes) -> list[FileRow]:
    """Return the rows down to the header, which stands where the reading found it."""
    lines = data.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    reader = csv.reader((line.rstrip("\r") + "\n" for line in lines), delimiter=delivery.delimiter)
    rows: list[Cells] = []
    if not data:
        # the text holds only what stands below the header
        reader = csv.reader(())
    try:
        for _ in range(delivery.header_row):
            rows.append(tuple(next(reader)))
    except (StopIteration, csv.Error):
        rows += [()] * (delivery.header_row - len(rows))
    if delivery.header_row - delivery.rows_before == 1 or not data:
        rows[-1] = delivery.headers
    return [FileRow(number, cells) for number, cells in enumerate(rows, 1)]


def _block_rows(text: TextBlock, delimiter: str) -> Iterator[FileRow]:
    """Yield rows and broken lines of one block in the order of the file."""
    broken = list(zip(text.broken_rows, text.broken, strict=True))
    broken.reverse()
    numbers = text.rows.to_list()
    at = 0
    for few in text.cells.iter_slices(_SLICE):
        for cells in few.iter_rows():
            number = numbers[at]
            at += 1
            while broken and broken[-1][0] < number:
                yield _line(*broken.pop(), delimiter)
            yield FileRow(number, cells)
    while broken:
        yield _line(*broken.pop(), delimiter)


def _line(number: int, broken: Broken, delimiter: str) -> FileRow:
    raw = escaped(broken.raw)
    try:
        cells: Cells = tuple(next(csv.reader([raw], delimiter=delimiter), ()))
    except csv.Error:
        cells = (raw,)
    return FileRow(number, cells, raw)


def kept_rows(report: ValidationReport) -> Iterator[FileRow]:
    """Yield header and faulty rows from what the validation kept; the file is not needed."""
    delivery = report.delivery
    yield FileRow(delivery.header_row, delivery.headers)
    kept = _quarantined(report.quarantine_files)
    row = next(kept, None)
    index = {name: place for place, name in enumerate(delivery.cell_names)}
    for number, found in faults_by_row(report):
        if number <= delivery.header_row:
            continue
        while row is not None and row.number < number:
            yield row
            row = next(kept, None)
        if row is None or row.number != number:
            # a line that is no row, or an accepted row with a warning: its faults are known
            yield _from_faults(number, found, index)
    while row is not None:
        yield row
        row = next(kept, None)


def _quarantined(files: tuple[Path, ...]) -> Iterator[FileRow]:
    for path in files:
        for few in pl.read_parquet(path).sort("_row").iter_slices(_SLICE):
            for number, _, *cells in few.iter_rows():
                yield FileRow(number, tuple(cells))


def _from_faults(number: int, found: list[FaultRow], index: dict[str, int]) -> FileRow:
    cells: dict[int, str | None] = defaultdict(lambda: None)
    raw = None
    for _, _, column, value, _, _ in found:
        if column in index:
            cells[index[column]] = value
        elif column is None and value is not None:
            raw = value
    return FileRow(number, tuple(cells[i] for i in range(max(cells, default=-1) + 1)), raw)


def faults_by_row(report: ValidationReport) -> Iterator[tuple[int, list[FaultRow]]]:
    """Yield the faults of one row after the other."""
    number, gathered = -1, list[FaultRow]()
    for fault in report.faults.stream():
        if fault[0] != number and gathered:
            yield number, gathered
            gathered = []
        number = fault[0]
        gathered.append(fault)
    if gathered:
        yield number, gathered


def with_faults(
    rows: Iterator[FileRow], report: ValidationReport
) -> Iterator[tuple[FileRow, list[FaultRow]]]:
    """Yield each row with its faults, none for most."""
    faults = faults_by_row(report)
    number, found = next(faults, (-1, []))
    for row in rows:
        while found and number < row.number:
            number, found = next(faults, (-1, []))
        if found and number == row.number:
            yield row, found
        else:
            yield row, []


def near_faults(
    rows: Iterator[tuple[FileRow, list[FaultRow]]], header_row: int
) -> Iterator[tuple[FileRow, list[FaultRow]]]:
    """Yield what stands down to the header, then faulty rows and their neighbours."""
    before: FileRow | None = None
    follows = False
    for row, found in rows:
        if found or row.number <= header_row:
            if before is not None and found:
                yield before, []
            yield row, found
            before, follows = None, row.number > header_row
        elif follows:
            yield row, found
            before, follows = None, False
        else:
            before = row
