"""A received file, opened far enough to know what it is."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.errors import AgreementError, DeliveryError, plain_problem
from vendoreval.intake.choose_report import Choice, choose
from vendoreval.intake.encodings import BOMS, choose_encoding, is_utf8
from vendoreval.intake.file_names import period_of_name
from vendoreval.intake.header import text_of
from vendoreval.period import Period
from vendoreval.text import Count, Message, msg, nmsg

_HEAD = 4 << 20
_MAGIC = {
    b"PK\x03\x04": "XLSX",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"PAR1": "Parquet",
}


@dataclass(frozen=True, repr=False)
class Delivery:
    """One file as it came in.

    Parameters
    ----------
    header_row
        Row of the header as a person counts it, the last one of a header of several rows.
    columns
        Canonical name of each column of the file; `None` where the agreement knows none.
    received_at
        When it arrived, in UTC; nothing in it can have happened later.
    period
        From the name of the file, when the agreement's pattern holds a date.
    headers, repeated
        Header texts as written; canonical names that stand there twice.
    header_line, data_offset, rows_before
        Where the header ends, in lines and bytes (of the UTF-8 text), and how many
        rows stand above it.
    """

    path: Path
    agreement: Agreement
    schema: ReportSchema
    sha256: str
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


def read_delivery(
    path: str | Path,
    agreement: Agreement,
    report: str | None = None,
    *,
    received_at: datetime | None = None,
) -> Delivery:
    """Open a received file and find out what it is.

    Parameters
    ----------
    path
        A text file with a header row.
    agreement
        What the sender promised.
    report
        Name of the report; found by the file's name or header when not given.
    received_at
        When it arrived; the file system's word when not given.

    Returns
    -------
    Delivery

    Raises
    ------
    DeliveryError
        If it cannot be read at all, or is no report of this agreement.

    Examples
    --------
    >>> read_delivery("inbox/alpha/calls_202610.csv", agreement)  # doctest: +SKIP
    Delivery(calls_202610.csv: alpha calls, 2026-10)
    """
    path = Path(path)
    if report is not None and report not in agreement.reports:
        raise AgreementError(
            plain_problem(
                agreement.source, msg("there is no report %(name)s", name=report),
                msg("one of: %(allowed)s", allowed=", ".join(agreement.reports)),
                msg("check the spelling"),
            )
        )  # fmt: skip
    head = _head(path)
    listed = tuple(e for schema in agreement.reports.values() for e in schema.dialect.encodings)
    encoding = choose_encoding(path, listed)
    bom = next((len(mark) for mark in BOMS if head.startswith(mark)), 0)
    if not is_utf8(encoding):
        head = _decoded(path, head, encoding, listed)
        bom = 3 if head.startswith("\ufeff".encode()) else 0
    _refuse_binary(path, head)
    choice = choose(path.name, head[bom:], agreement, report)
    return _delivery(path, agreement, choice, encoding, bom, received_at)


def _delivery(
    path: Path,
    agreement: Agreement,
    choice: Choice,
    encoding: str,
    bom: int,
    received_at: datetime | None,
) -> Delivery:
    header = choice.header
    stat = path.stat()
    arrived = datetime.fromtimestamp(max(stat.st_mtime, stat.st_ctime), UTC)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Delivery(
        path=path, agreement=agreement, schema=choice.schema, sha256=digest, size=stat.st_size,
        encoding=encoding, delimiter=header.delimiter,
        header_row=header.rows_before + choice.schema.dialect.header_rows,
        columns=header.columns, notes=_notes(choice),
        received_at=(received_at or min(arrived, datetime.now(UTC))).astimezone(UTC),
        period=period_of_name(choice.schema, path.name),
        headers=header.cells, repeated=header.repeated, header_line=header.lines,
        data_offset=header.size + bom, rows_before=header.rows_before,
    )  # fmt: skip


def _notes(choice: Choice) -> tuple[Message, ...]:
    notes: list[Message] = []
    header = choice.header
    again = {text for _, text in header.repeated}
    unknown = [
        text.strip() for text, name in zip(header.cells, header.columns, strict=True)
        if name is None and text not in again and text.strip()
    ]  # fmt: skip
    if unknown:
        notes.append(
            msg(
                "columns the agreement does not know, kept out of the accepted rows: %(names)s",
                names=", ".join(text[:60] for text in unknown[:20]),
            )
        )
    if header.rows_before:
        notes.append(
            nmsg(
                "%(rows)s row above the header was skipped",
                "%(rows)s rows above the header were skipped",
                header.rows_before,
                rows=Count(header.rows_before),
            )
        )
    return tuple(notes)


def _head(path: Path) -> bytes:
    where = str(path)
    if path.is_dir():
        raise DeliveryError(
            plain_problem(
                where,
                msg("this is a folder"),
                msg("one file with a report"),
                msg("name the file itself, or run vendoreval ingest for a folder"),
            )
        )
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError:
        raise DeliveryError(
            plain_problem(
                where,
                msg("there is no such file"),
                msg("a file with a report"),
                msg("check the path and the name"),
            )
        ) from None
    except OSError as error:
        raise DeliveryError(
            plain_problem(
                where,
                msg("the file cannot be opened: %(reason)s", reason=os.strerror(error.errno or 0)),
                msg("a file that can be read"),
                msg("check who may read it"),
            )
        ) from None
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise DeliveryError(
            plain_problem(
                where,
                msg("the file is empty"),
                msg("a header row and rows of data"),
                msg("ask the sender to export the report again"),
            )
        )
    return head


def _decoded(path: Path, head: bytes, encoding: str, listed: tuple[str, ...]) -> bytes:
    if encoding not in listed:
        raise DeliveryError(
            plain_problem(
                str(path),
                msg("the file is written in %(encoding)s", encoding=encoding),
                msg(
                    "one of the agreed encodings: %(allowed)s",
                    allowed=", ".join(dict.fromkeys(listed)),
                ),
                msg("save it as CSV UTF-8"),
            )
        )
    return text_of(head, encoding)


def _refuse_binary(path: Path, head: bytes) -> None:
    kind = next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)
    sample = head[:4096]
    if kind is None and sample.count(0) * 50 > len(sample):
        kind = "?"
    if kind is None:
        return
    found = (
        msg("this is not a text file") if kind == "?"
        else msg("this is a file of the kind %(kind)s", kind=kind)
    )  # fmt: skip
    raise DeliveryError(
        plain_problem(
            str(path),
            found,
            msg("a text file with separated columns"),
            msg("open it and save it as CSV UTF-8"),
        )
    )
