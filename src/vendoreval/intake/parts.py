"""Rows written in parts as they come, so that memory does not grow with the file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from vendoreval.errors import LedgerError, os_problem

ROWS_A_PART = 250_000
ARROW = ".arrow"
_SYSTEM_ERROR = re.compile(r"\(os error (\d+)\)")


@dataclass
class PartWriter:
    """Gather frames and write a Parquet file whenever there are enough rows.

    Parameters
    ----------
    briefly
        Whether the files are read back in a moment and then removed: to pack them would
        cost more than it saves.
    kept
        Whether rows are written at all, or only counted.
    """

    folder: Path
    stem: str
    schema: Mapping[str, Any]
    briefly: bool = False
    kept: bool = True
    rows: int = 0
    files: list[Path] = field(default_factory=list)
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _waiting_rows: int = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows, in the order in which they shall stand."""
        self.rows += frame.height
        if not frame.height or not self.kept:
            return
        self._waiting.append(frame)
        self._waiting_rows += frame.height
        if self._waiting_rows >= ROWS_A_PART:
            self.flush()

    def discard(self) -> None:
        """Remove what was written; the count of rows stays."""
        for path in self.files:
            path.unlink()
        self.files, self._waiting, self._waiting_rows = [], [], 0

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        frame = pl.concat(self._waiting) if len(self._waiting) > 1 else self._waiting[0]
        kind = ARROW if self.briefly else ".parquet"
        path = self.folder / f"{self.stem}-{len(self.files):05d}{kind}"
        _write(frame, path)
        self.files.append(path)
        self._waiting, self._waiting_rows = [], 0

    def drop(self, unwanted: pl.Expr, count: int) -> None:
        """Take so many rows out again; parts that hold none of them stay as they are."""
        self.flush()
        self.rows -= count
        for path in self.files:
            frame = read_part(path)
            kept = frame.filter(~unwanted)
            if kept.height != frame.height:
                _write(kept, path)


def read_part(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the rows of a part, or some of its columns."""
    names = None if columns is None else list(columns)
    if path.suffix == ARROW:
        return pl.read_ipc(path, columns=names)
    return pl.read_parquet(path, columns=names)


def _write(frame: pl.DataFrame, path: Path) -> None:
    """Write one part.

    Raises
    ------
    LedgerError
        If the disk refuses: no fault of the delivery. Polars tells it only inside a sentence.
    """
    try:
        if path.suffix == ARROW:
            frame.write_ipc(path)
            return
        # parts are read whole, smallest and largest values would be written for nobody
        frame.write_parquet(path, compression="zstd", compression_level=1, statistics=False)
    except pl.exceptions.ComputeError as error:
        number = _SYSTEM_ERROR.search(str(error))
        if number is None:
            raise
        code = int(number[1])
        refusal = OSError(code, os.strerror(code), str(path))
        raise LedgerError(os_problem(str(path.parent), refusal)) from None
