"""The complete list of faults as a file, however many there are; memory does not grow with them.

It goes to the sender of the file, or stays with its owner, so values are not hidden. No cell
of the CSV can run as a formula; Parquet holds the values as they were.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.intake.cell_text import guarded
from vendoreval.replacing import replacing

FAULT_COLUMNS = (
    "file", "sheet", "row", "line", "column", "value", "rule", "severity", "message",
)  # fmt: skip
_ARROW = pa.schema(
    [(name, pa.int64() if name in {"row", "line"} else pa.string()) for name in FAULT_COLUMNS]
)
_SLICE = 20_000
Severity = Literal["error", "warning", "note"]
FaultRow = tuple[int, int, str | None, str | None, str, Severity]
Words = Callable[[str | None, str | None, str], str]


class FaultSource(Protocol):
    """What can tell its faults one after the other."""

    @property
    def file(self) -> str: ...
    @property
    def sheet(self) -> str | None: ...
    def words(self, language_code: str) -> Words: ...
    def stream(self) -> Iterator[FaultRow]: ...


def write_csv(faults: FaultSource, path: Path, language_code: str) -> Path:
    """Write the list as CSV; see `Faults.to_csv`."""
    words = faults.words(language_code)
    file, sheet = guarded(faults.file), guarded(faults.sheet or "")
    with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(FAULT_COLUMNS)
        for row, line, column, value, rule, severity in faults.stream():
            texts = (column or "", value or "", rule, severity, words(column, value, rule))
            writer.writerow((file, sheet, row, line, *map(guarded, texts)))
    return path


def write_parquet(faults: FaultSource, path: Path, language_code: str) -> Path:
    """Write the list as Parquet; see `Faults.to_parquet`."""
    words = faults.words(language_code)
    with replacing(path) as part, pq.ParquetWriter(part, _ARROW, compression="zstd") as writer:
        stream = faults.stream()
        while few := list(islice(stream, _SLICE)):
            rows = [(faults.file, faults.sheet, *fault, words(*fault[2:5])) for fault in few]
            columns = [
                pa.array(list(cells), kind)
                for cells, kind in zip(zip(*rows, strict=True), _ARROW.types, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=_ARROW))
    return path
