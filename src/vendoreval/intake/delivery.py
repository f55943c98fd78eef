"""A received file, opened far enough to know what it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.intake.received_file import Stamp, stop_if_changed
from vendoreval.intake.sources.refusals import changed
from vendoreval.intake.sources.text_copy import TextCopy
from vendoreval.intake.sources.total_rows import TotalRow
from vendoreval.period import Period
from vendoreval.text import Message


@dataclass(frozen=True, repr=False)
class Delivery:
    """One file as it came in.

    Parameters
    ----------
    header_row
        Row of the header as a person counts it, the last one of a header of several rows.
    columns
        Canonical name of each column of the file; `None` where the agreement knows none.
    delimiter, written_delimiter
        What parts the cells of the text that is read; that of the file, where its cells
        were written anew.
    received_at
        When it arrived, in UTC; nothing in it can have happened later.
    period
        From the name of the file, when the agreement's pattern holds a date.
    headers, repeated
        Header texts as written; canonical names that stand there twice.
    header_line, data_offset, rows_before
        Where the header ends, in lines and bytes (of the UTF-8 text), and how many
        rows stand above it.
    sheet
        Sheet of a workbook.
    readings
        Which reading was chosen where a cell could mean two things.
    text
        The rows as text where the file itself cannot be read as such.
    rows_apart, kinds_apart
        Rows that are no rows of the report, and what each of them is: header, total,
        page, title, blank, or other for a row of another report.
    totals
        The printed totals among them, as far as they are known before the rows are read.
    lines_are_rows
        Whether lines mean nothing in this file and the row is told instead.
    error_cells
        Whether formulas without a result stand in it.
    stamp
        Size and time of change when it was opened.
    digest
        Its SHA-256 where that is known already.
    """

    path: Path
    agreement: Agreement
    schema: ReportSchema
    size: int
    encoding: str
    delimiter: str
    header_row: int
    columns: tuple[str | None, ...]
    notes: tuple[Message, ...]
    received_at: datetime
    period: Period | None = None
    headers: tuple[str, ...] = ()
    repeated: tuple[tuple[str, str], ...] = ()
    header_line: int = 1
    data_offset: int = field(default=0)
    rows_before: int = 0
    sheet: str | None = None
    readings: tuple[Message, ...] = ()
    text: TextCopy | None = field(default=None, compare=False)
    rows_apart: tuple[int, ...] = ()
    kinds_apart: tuple[str, ...] = ()
    totals: tuple[TotalRow, ...] = ()
    lines_are_rows: bool = False
    error_cells: bool = False
    written_delimiter: str | None = None
    stamp: Stamp | None = field(default=None, compare=False)
    digest: str | None = None

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the file as it was opened, worked out when it is first asked for.

        Raises
        ------
        DeliveryError
            If the file is not any more what it was.
        """
        if self.digest is not None:
            return self.digest
        self.stop_if_changed()
        try:
            with self.path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            raise changed(str(self.path)) from None
        self.stop_if_changed()
        return found

    def stop_if_changed(self) -> None:
        """Refuse to go on when somebody wrote the file since it was opened.

        Raises
        ------
        DeliveryError
            If size or time of change differ.
        """
        if self.stamp is not None:
            stop_if_changed(self.path, self.stamp)

    @property
    def cell_names(self) -> tuple[str, ...]:
        """One name for each column of the file: canonical, else its header, never twice."""
        names: list[str] = []
        reserved = {name for name in self.columns if name}
        for canonical, header in zip(self.columns, self.headers, strict=True):
            wanted = canonical or header.strip() or "column"
            name, number = wanted, 2
            while (
                name in names or name in {"_row", "_line"} or (not canonical and name in reserved)
            ):
                name, number = f"{wanted} ({number})", number + 1
            names.append(name)
        return tuple(names)

    def __repr__(self) -> str:
        period = f", {self.period}" if self.period else ""
        return f"Delivery({self.path.name}: {self.agreement.vendor} {self.schema.name}{period})"
