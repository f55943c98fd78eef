"""From a received file to a `Delivery`: unpacked, decoded, its report and header found."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from vendoreval.agreement import Agreement
from vendoreval.errors import AgreementError, DeliveryError, os_problem, plain_problem
from vendoreval.intake.choose_report import Choice, choose
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.delivery_notes import apart_notes, header_notes, text_notes
from vendoreval.intake.encodings import (
    BOMS,
    KEEPING,
    choose_encoding,
    ends_lines_with_returns,
    is_utf8,
    mend_line_ends,
    transcode,
)
from vendoreval.intake.file_names import match_name, period_of_name
from vendoreval.intake.header import all_headers, plain
from vendoreval.intake.received_file import read_head, stamp_of, stop_if_changed
from vendoreval.intake.sources.archives import Unpacked, unpack
from vendoreval.intake.sources.parquet import column_names, write_rows
from vendoreval.intake.sources.rearrange import rearrange
from vendoreval.intake.sources.sections import (
    UNKNOWN,
    Walk,
    may_be_printed,
    must_be_rearranged,
    walk,
)
from vendoreval.intake.sources.text_copy import Scratch, TextCopy
from vendoreval.intake.sources.text_records import read_records
from vendoreval.intake.sources.workbook import read_workbook, with_real_dates
from vendoreval.text import msg

_MOST_ROWS_APART = 5_000_000


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
    read_head(path)
    stamp = stamp_of(path)
    try:
        inner = unpack(path)
        opened = _WAYS.get(inner.kind, _open_workbook)(path, inner, agreement, report)
    except OSError as error:
        raise DeliveryError(os_problem(str(path), error)) from error
    stop_if_changed(path, stamp)
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
        columns=header.columns, notes=header_notes(choice), received_at=datetime.now(UTC),
        headers=header.cells, repeated=header.repeated, rows_before=header.rows_before,
    )  # fmt: skip


def _open_text(path: Path, inner: Unpacked, agreement: Agreement, report: str | None) -> Delivery:
    head = read_head(inner.path, str(path))
    listed = tuple(e for schema in agreement.reports.values() for e in schema.dialect.encodings)
    encoding = choose_encoding(inner.path, listed, _words(agreement))
    bom = next((len(mark) for mark in BOMS if head.startswith(mark)), 0)
    if not is_utf8(encoding):
        head = _decoded(path, head, encoding, listed)
        bom = 3 if head.startswith("\ufeff".encode()) else 0
    old_lines = ends_lines_with_returns(head)
    if old_lines:
        head = head.replace(b"\r", b"\n")
    choice = choose(_name(path, inner, agreement), head[bom:], agreement, report)
    header = choice.header
    base = _base(path, agreement, choice, encoding, header.rows_before + header.depth)
    notes = [*base.notes, *text_notes(choice, encoding, bom, old_lines=old_lines)]
    sectioned = _is_printed(choice)
    text = _readable(inner, encoding, old_lines=old_lines, needed=sectioned)
    opened = replace(
        base, text=text, header_line=header.lines, data_offset=header.size + bom,
        notes=tuple(notes),
    )  # fmt: skip
    return _with_sections(opened, choice) if sectioned else opened


def _readable(inner: Unpacked, encoding: str, *, old_lines: bool, needed: bool) -> TextCopy | None:
    """Return the text that is read instead of the file, where the file itself will not do."""
    text = TextCopy(inner.path, inner.scratch) if inner.scratch is not None else None
    if not is_utf8(encoding) and (text is not None or old_lines or needed):
        scratch = inner.scratch or Scratch()
        text = TextCopy(scratch.file("text-in-utf-8"), scratch)
        transcode(inner.path, text.path, encoding)
    if old_lines:
        scratch = text.scratch if text else Scratch()
        mended = TextCopy(scratch.file("text-of-lines"), scratch)
        mend_line_ends(text.path if text else inner.path, mended.path)
        text = mended
    return text


def _open_workbook(
    path: Path, inner: Unpacked, agreement: Agreement, report: str | None
) -> Delivery:
    name = _name(path, inner, agreement)
    sheet = read_workbook(inner.path, str(path), inner.kind, name, agreement, report)
    header = sheet.choice.header
    row = header.rows_before + header.depth
    base = _base(path, agreement, sheet.choice, inner.kind, row)
    opened = replace(
        base, text=sheet.copy, sheet=sheet.sheet, header_line=row, lines_are_rows=True,
        notes=(*base.notes, *sheet.notes), readings=sheet.readings,
        error_cells=sheet.error_cells,
    )  # fmt: skip
    return _with_sections(opened, sheet.choice) if _is_printed(sheet.choice) else opened


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
    choice = replace(choice, schema=schema)
    base = _base(path, agreement, choice, inner.kind, 0)
    opened = replace(base, text=copy, header_line=0, lines_are_rows=True)
    return _with_sections(opened, choice) if must_be_rearranged(schema) else opened


def _is_printed(choice: Choice) -> bool:
    return may_be_printed(choice.schema) or must_be_rearranged(choice.schema)


def _with_sections(opened: Delivery, choice: Choice) -> Delivery:
    """Set apart what is no row in a print layout, and move its cells below their names."""
    path = opened.text.path if opened.text else opened.path
    first = opened.header_row + 1
    schema, header = opened.schema, choice.header
    records = read_records(path, opened.data_offset, header.delimiter, len(header.cells))
    known = all_headers(opened.agreement)
    found = walk(records, first, Walk(schema, header, known))
    if found is None or len(found.apart) > _MOST_ROWS_APART:
        return opened
    apart = dict(sorted(found.apart.items()))
    opened = replace(
        opened, rows_apart=tuple(apart), kinds_apart=tuple(apart.values()),
        totals=tuple(found.totals), notes=(*opened.notes, *apart_notes(found.reasons, schema)),
    )  # fmt: skip
    if not found.moved:
        return opened
    scratch = opened.text.scratch if opened.text else Scratch()
    steps = Walk(schema, header, known)
    copy = rearrange(path, opened.data_offset, steps, found, first, scratch)
    names = [None if name.startswith(UNKNOWN) else name for name in found.names]
    return replace(
        opened, text=copy, data_offset=0, delimiter="\t", written_delimiter=header.delimiter,
        lines_are_rows=True,
        columns=tuple(names), headers=tuple(n.removeprefix(UNKNOWN) for n in found.names),
    )  # fmt: skip


_WAYS = {"text": _open_text, "Parquet": _open_parquet}


def _name(path: Path, inner: Unpacked, agreement: Agreement) -> str:
    """The name that says which report it is: of an archive, else of the file inside."""
    if any(match_name(schema, path.name) for schema in agreement.reports.values()):
        return path.name
    return inner.name


def _words(agreement: Agreement) -> frozenset[str]:
    """Headers and codes that are not plain ASCII: they tell an encoding for certain."""
    texts = (
        text
        for schema in agreement.reports.values()
        for column in schema.columns
        for text in (*column.headers, *column.codes)
    )
    return frozenset(plain(text) for text in texts if not text.isascii())


def _size(opened: Delivery) -> int:
    return opened.text.path.stat().st_size if opened.text else 0


def _decoded(path: Path, head: bytes, encoding: str, listed: tuple[str, ...]) -> bytes:
    if encoding not in listed and encoding[:6] not in listed:
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
    # a character that the head cuts in two is left for later
    decoder = codecs.getincrementaldecoder(encoding)(KEEPING)
    return decoder.decode(head).encode("utf-8", "surrogateescape")
