"""A received file, opened far enough to know what it is."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.errors import AgreementError, DeliveryError, plain_problem
from vendoreval.intake.choose_report import Choice, choose, delimiter_name
from vendoreval.intake.encodings import BOMS, choose_encoding, is_utf8, transcode
from vendoreval.intake.file_names import match_name, period_of_name
from vendoreval.intake.header import text_of
from vendoreval.intake.sources.archives import Unpacked, unpack
from vendoreval.intake.sources.parquet import column_names, write_rows
from vendoreval.intake.sources.refusals import changed, empty
from vendoreval.intake.sources.sections import ASKED_FOR, find_sections, rewrite
from vendoreval.intake.sources.text_copy import Scratch, TextCopy
from vendoreval.intake.sources.workbook import read_workbook, with_real_dates
from vendoreval.period import Period
from vendoreval.text import Count, Message, msg, nmsg

Stamp = tuple[int, int, int]
_HEAD = 4 << 20
_MOST_ROWS_APART = 5_000_000


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
    sheet
        Sheet of a workbook.
    readings
        Which reading was chosen where a cell could mean two things.
    text
        The rows as text where the file itself cannot be read as such.
    rows_apart
        Rows that are no rows of the report: headers once more, totals, page footers.
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
    lines_are_rows: bool = False
    error_cells: bool = False
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
            _stop_if_changed(self.path, self.stamp)

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
        A text file with a header row, a workbook or a Parquet file, packed or not.
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
        If it cannot be read at all, is no report of this agreement, or changes meanwhile.

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
    _head(path)
    stamp = _stamp(path)
    inner = unpack(path)
    if inner.kind == "text":
        opened = _open_text(path, inner, agreement, report)
    elif inner.kind == "Parquet":
        opened = _open_parquet(path, inner, agreement, report)
    else:
        opened = _open_workbook(path, inner, agreement, report)
    _stop_if_changed(path, stamp)
    arrived = datetime.fromtimestamp(max(stamp[1], stamp[2]) / 1e9, UTC)
    schema = opened.schema
    name = _name(path, inner, agreement)
    return replace(
        opened, size=max(stamp[0], _size(opened)), stamp=stamp,
        notes=(*inner.notes, *opened.notes), period=period_of_name(schema, name),
        received_at=(received_at or min(arrived, datetime.now(UTC))).astimezone(UTC),
    )  # fmt: skip


# ------------------------------------------------------------------ the three ways to rows


def _base(
    path: Path, agreement: Agreement, choice: Choice, encoding: str, header_row: int
) -> Delivery:
    header = choice.header
    return Delivery(
        path=path, agreement=agreement, schema=choice.schema, size=0,
        encoding=encoding, delimiter=header.delimiter, header_row=header_row,
        columns=header.columns, notes=_notes(choice), received_at=datetime.now(UTC),
        headers=header.cells, repeated=header.repeated, rows_before=header.rows_before,
    )  # fmt: skip


def _open_text(path: Path, inner: Unpacked, agreement: Agreement, report: str | None) -> Delivery:
    head = _head(inner.path)
    listed = tuple(e for schema in agreement.reports.values() for e in schema.dialect.encodings)
    encoding = choose_encoding(inner.path, listed)
    bom = next((len(mark) for mark in BOMS if head.startswith(mark)), 0)
    if not is_utf8(encoding):
        head = _decoded(path, head, encoding, listed)
        bom = 3 if head.startswith("\ufeff".encode()) else 0
    if inner.scratch is not None and not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise empty(str(path))
    choice = choose(_name(path, inner, agreement), head[bom:], agreement, report)
    header, dialect = choice.header, choice.schema.dialect
    base = _base(path, agreement, choice, encoding, header.rows_before + dialect.header_rows)
    notes = [*base.notes, *_text_notes(choice, encoding, bom)]
    text = TextCopy(inner.path, inner.scratch) if inner.scratch is not None else None
    sectioned = bool(ASKED_FOR & set(dialect.skip_footer))
    if not is_utf8(encoding) and (text is not None or sectioned):
        scratch = inner.scratch or Scratch()
        text = TextCopy(scratch.file("text-in-utf-8"), scratch)
        transcode(inner.path, text.path, encoding)
    opened = replace(
        base, text=text, header_line=header.lines, data_offset=header.size + bom,
        notes=tuple(notes),
    )  # fmt: skip
    return _with_sections(opened, choice) if sectioned else opened


def _open_workbook(
    path: Path, inner: Unpacked, agreement: Agreement, report: str | None
) -> Delivery:
    name = _name(path, inner, agreement)
    sheet = read_workbook(inner.path, str(path), inner.kind, name, agreement, report)
    header, dialect = sheet.choice.header, sheet.choice.schema.dialect
    row = header.rows_before + dialect.header_rows
    base = _base(path, agreement, sheet.choice, inner.kind, row)
    opened = replace(
        base, text=sheet.copy, sheet=sheet.sheet, header_line=row, lines_are_rows=True,
        notes=(*base.notes, *sheet.notes), readings=sheet.readings,
        error_cells=sheet.error_cells,
    )  # fmt: skip
    return _with_sections(opened, sheet.choice) if ASKED_FOR & set(dialect.skip_footer) else opened


def _open_parquet(
    path: Path, inner: Unpacked, agreement: Agreement, report: str | None
) -> Delivery:
    names = column_names(inner.path, str(path))
    stream = io.StringIO()
    csv.writer(stream, delimiter="\t", lineterminator="\n").writerow(names)
    choice = choose(
        _name(path, inner, agreement), stream.getvalue().encode(), agreement, report, ("\t",)
    )
    schema = with_real_dates(choice.schema, offset=True)
    copy = write_rows(inner.path, str(path), schema, choice.header.columns)
    base = _base(path, agreement, replace(choice, schema=schema), inner.kind, 0)
    return replace(base, text=copy, header_line=0, lines_are_rows=True)


def _with_sections(opened: Delivery, choice: Choice) -> Delivery:
    """Set apart what is no row in a print layout, and move its cells below their names."""
    path = opened.text.path if opened.text else opened.path
    first = opened.header_row + 1
    schema, header = opened.schema, choice.header
    found = find_sections(path, opened.data_offset, first, schema, header)
    if found is None or len(found.skipped) > _MOST_ROWS_APART:
        return opened
    opened = replace(opened, rows_apart=tuple(found.skipped), notes=(*opened.notes, found.note()))
    if not found.moved:
        return opened
    scratch = opened.text.scratch if opened.text else Scratch()
    copy = rewrite(path, opened.data_offset, schema, header, found, first, scratch)
    return replace(
        opened, text=copy, data_offset=0, delimiter="\t", lines_are_rows=True,
        columns=tuple(found.names), headers=tuple(found.headers),
    )  # fmt: skip


# ------------------------------------------------------------------ the file itself


def _name(path: Path, inner: Unpacked, agreement: Agreement) -> str:
    """The name that says which report it is: of an archive, else of the file inside."""
    if any(match_name(schema, path.name) for schema in agreement.reports.values()):
        return path.name
    return inner.name


def _size(opened: Delivery) -> int:
    return opened.text.path.stat().st_size if opened.text else 0


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _stop_if_changed(path: Path, stamp: Stamp) -> None:
    try:
        now = _stamp(path)
    except OSError:
        raise changed(str(path)) from None
    # a new name or owner changes the last of the three, and nothing that was read
    if now[:2] != stamp[:2]:
        raise changed(str(path))


def _text_notes(choice: Choice, encoding: str, bom: int) -> list[Message]:
    notes: list[Message] = []
    if not is_utf8(encoding):
        name = encoding
        if bom or encoding.startswith("utf-16"):
            notes.append(msg("read as %(encoding)s: a mark at the start says so", encoding=name))
        else:
            notes.append(
                msg(
                    "read as %(encoding)s: the bytes are not UTF-8, and among the agreed "
                    "encodings the text looks most like this one",
                    encoding=name,
                )
            )
    # a comma is what everybody expects
    if choice.schema.dialect.delimiter is None and choice.header.delimiter != ",":
        notes.append(
            msg(
                "the columns are separated by: %(found)s; the agreement names no delimiter",
                found=delimiter_name(choice.header.delimiter),
            )
        )
    return notes


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
        raise empty(where)
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
