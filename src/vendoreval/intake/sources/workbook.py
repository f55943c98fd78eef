"""Workbooks: the sheet that is the report, as text that the pipeline reads."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vendoreval.agreement import Agreement, Column, ReportSchema
from vendoreval.errors import DeliveryError, os_problem
from vendoreval.intake.choose_report import Choice, choose, fit
from vendoreval.intake.sources.archives import check_package
from vendoreval.intake.sources.refusals import damaged, locked, refused
from vendoreval.intake.sources.sheet_biff import WorkbookBiff
from vendoreval.intake.sources.sheet_facts import FactSource, OpenFacts, SheetFacts
from vendoreval.intake.sources.sheet_ods import WorkbookOds
from vendoreval.intake.sources.sheet_xlsb import WorkbookBinary
from vendoreval.intake.sources.sheet_xml import WorkbookXml
from vendoreval.intake.sources.text_copy import Scratch, TextCopy
from vendoreval.text import Count, Message, msg, nmsg
from vendoreval.units import SECONDS_OF_UNIT

TAB = "\t"
_HEAD_ROWS = 40
_MEMORY = 6 << 30
_SECONDS = 1800
_SHEETS_READ = 30
_DAY, _INSTANT = "yyyy-MM-dd", ("yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.SSS")
_OFFSET = "yyyy-MM-dd HH:mm:ssXXX"
_FACTS: dict[str, OpenFacts] = {
    "XLSX": WorkbookXml, "XLSB": WorkbookBinary, "XLS": WorkbookBiff, "ODS": WorkbookOds,
}  # fmt: skip
_CHILD = Path(__file__).with_name("sheet_child.py")


@dataclass(frozen=True)
class SheetText:
    """The chosen sheet: what it is, and its rows below the header as text."""

    choice: Choice
    sheet: str
    copy: TextCopy
    notes: tuple[Message, ...]
    readings: tuple[Message, ...]
    error_cells: bool


@dataclass(frozen=True)
class _Sheet:
    number: int
    name: str
    choice: Choice
    facts: SheetFacts


class _Reader:
    """The other end of `sheet_child`."""

    def __init__(self, process: subprocess.Popen[str], where: str, kind: str) -> None:
        self.process, self.where, self.kind = process, where, kind

    def send(self, request: dict[str, Any]) -> None:
        assert self.process.stdin is not None  # noqa: S101 - started with a pipe, for the types
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise damaged(self.where, self.kind) from None

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None  # noqa: S101 - started with a pipe, for the types
        line = self.process.stdout.readline()
        # no answer: it went beyond its memory or its time, which no sound workbook does
        answer: dict[str, Any] = json.loads(line) if line.endswith("\n") else {"error": "damaged"}
        match answer.get("error"):
            case None:
                return answer
            case "password":
                raise locked(self.where)
            case "disk":
                number = int(answer["number"])
                refusal = OSError(number, os.strerror(number))
                raise DeliveryError(os_problem(self.where, refusal))
        raise damaged(self.where, self.kind)


@contextmanager
def _reader(path: Path, where: str, kind: str) -> Iterator[_Reader]:
    command = [sys.executable, "-I", str(_CHILD), str(_MEMORY), str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        timer = threading.Timer(_SECONDS, process.kill)
        timer.start()
        try:
            yield _Reader(process, where, kind)
        finally:
            timer.cancel()
            process.kill()


def read_workbook(
    path: Path, where: str, kind: str, name: str, agreement: Agreement, report: str | None
) -> SheetText:
    """Find the sheet that is the report and turn it into text.

    Raises
    ------
    DeliveryError
        If it is damaged, locked or unsafe, or no sheet fits a report.
    """
    if kind != "XLS":
        check_package(path, where, kind)
    scratch = Scratch()
    with _reader(path, where, kind) as reader:
        # first of all, because it knows when a password is asked for
        sheets = reader.answer()["sheets"]
        source = _FACTS[kind](path, where)
        try:
            fitting = _fitting(reader, source, sheets, name, agreement, report)
            chosen = max(fitting, key=lambda sheet: fit(sheet.choice))
            return _write(reader, chosen, sheets, source, scratch)
        finally:
            source.close()


def sheet_heads(
    path: Path, where: str, kind: str, most_rows: int = _HEAD_ROWS
) -> list[tuple[str, bytes]]:
    """Return name and first rows, as text with tabs, of every visible sheet with rows.

    Raises
    ------
    DeliveryError
        If the workbook is damaged, locked or unsafe.
    """
    if kind in {"XLSX", "XLSB", "ODS"}:
        check_package(path, where)
    heads: list[tuple[str, bytes]] = []
    with _reader(path, where, kind) as reader:
        for number, sheet in enumerate(reader.answer()["sheets"]):
            if not (sheet["visible"] and sheet["table"]) or len(heads) == _SHEETS_READ:
                continue
            reader.send({"do": "head", "sheet": number, "rows": most_rows})
            rows = reader.answer()["rows"]
            if any(any(row) for row in rows):
                heads.append((sheet["name"], _text(rows)))
    return heads


def _fitting(
    reader: _Reader,
    source: FactSource,
    sheets: list[dict[str, Any]],
    name: str,
    agreement: Agreement,
    report: str | None,
) -> list[_Sheet]:
    """Return the visible sheets that are a report; the first refusal when none is."""
    found: list[_Sheet] = []
    refusals: list[DeliveryError] = []
    visible = [i for i, sheet in enumerate(sheets) if sheet["visible"] and sheet["table"]]
    for number in visible[:_SHEETS_READ]:
        reader.send({"do": "head", "sheet": number, "rows": _HEAD_ROWS})
        # while the other process reads the sheet
        facts = source.facts(number)
        rows = reader.answer()["rows"]
        if not any(any(row) for row in rows):
            continue
        try:
            choice = choose(name, _text(rows), agreement, report, (TAB,))
        except DeliveryError as error:
            refusals.append(error)
        else:
            found.append(_Sheet(number, sheets[number]["name"], choice, facts))
    if not found and refusals:
        raise refusals[0]
    if not found:
        raise refused(
            reader.where,
            msg("the workbook has no visible sheet with rows"),
            msg("a header row and rows of data"),
            msg("ask the sender to export the report again"),
        )
    return found


def _text(rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=TAB, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode("utf-8", "surrogateescape")


def _write(
    reader: _Reader,
    chosen: _Sheet,
    sheets: list[dict[str, Any]],
    source: FactSource,
    scratch: Scratch,
) -> SheetText:
    schema, header = chosen.choice.schema, chosen.choice.header
    target = scratch.file("rows")
    skip = header.rows_before + header.depth
    reader.send(
        {
            "do": "write", "sheet": chosen.number, "target": str(target), "skip": skip,
            "columns": [_spec(schema, name) for name in header.columns],
            "errors": chosen.facts.errors, "from_1904": source.from_1904,
        }
    )  # fmt: skip
    answer = reader.answer()
    notes = [*_sheet_notes(chosen, sheets), *_number_notes(chosen, answer["numbers"])]
    if source.from_1904:
        notes.append(msg("the workbook counts its days from 1904; they were read so"))
    return SheetText(
        choice=replace(chosen.choice, schema=with_real_dates(schema)),
        sheet=chosen.name,
        copy=TextCopy(target, scratch),
        notes=tuple(notes),
        readings=tuple(_readings(chosen, answer["clocks"])),
        error_cells=bool(chosen.facts.errors),
    )


def _spec(schema: ReportSchema, name: str | None) -> dict[str, Any]:
    """Say how cells that are no text are written in a column."""
    if name is None:
        return {"kind": None}
    column = schema.column(name)
    duration = bool(column.forms) or column.unit in SECONDS_OF_UNIT
    counted = duration or column.kind in {"number", "money", "integer"}
    return {
        "kind": column.kind if not column.codes else "code",
        "forms": list(column.forms),
        "comma": schema.dialect.decimal_comma and counted,
    }


def with_real_dates(schema: ReportSchema, *, offset: bool = False) -> ReportSchema:
    """Let days and instants that are such in the source pass, whatever texts are agreed."""
    instants = (*_INSTANT, _OFFSET) if offset else _INSTANT

    def widened(column: Column) -> Column:
        added = {"date": (_DAY,), "timestamp": instants}.get(column.kind, ())
        return replace(column, formats=tuple(dict.fromkeys((*column.formats, *added))))

    return replace(schema, columns=tuple(widened(column) for column in schema.columns))


# ------------------------------------------------------------------ what the user is told


def _sheet_notes(chosen: _Sheet, sheets: list[dict[str, Any]]) -> Iterator[Message]:
    others = [s["name"] for i, s in enumerate(sheets) if i != chosen.number and s["visible"]]
    hidden = [s["name"] for s in sheets if not s["visible"]]
    if others:
        yield msg(
            "read was the sheet %(sheet)s; not read: %(names)s",
            sheet=chosen.name, names=", ".join(others[:20]),
        )  # fmt: skip
    if hidden:
        yield msg("hidden sheets were not read: %(names)s", names=", ".join(hidden[:20]))
    rows = chosen.facts.hidden_rows
    if rows:
        yield nmsg(
            "%(rows)s hidden row of the sheet was read like the others, first row %(first)s",
            "%(rows)s hidden rows of the sheet were read like the others, first row %(first)s",
            len(rows), rows=Count(len(rows)), first=str(rows[0] + 1),
        )  # fmt: skip
    if chosen.facts.unseen:
        yield msg(
            "whether the sheet has hidden rows or failed formulas could not be seen; cells of "
            "failed formulas count as empty"
        )
    errors = len(chosen.facts.errors)
    if errors:
        yield nmsg(
            "%(cells)s cell of the sheet holds an error of a formula",
            "%(cells)s cells of the sheet hold an error of a formula",
            errors, cells=Count(errors),
        )  # fmt: skip


def _number_notes(chosen: _Sheet, numbers: list[int]) -> Iterator[Message]:
    for name, count in zip(chosen.choice.header.columns, numbers, strict=True):
        if name is not None and count:
            yield nmsg(
                "%(column)s: %(cells)s cell is a number and not text; leading zeros and "
                "a plus sign may be lost",
                "%(column)s: %(cells)s cells are numbers and not text; leading zeros and "
                "plus signs may be lost",
                count, column=name, cells=Count(count),
            )  # fmt: skip


def _readings(chosen: _Sheet, clocks: list[int]) -> Iterator[Message]:
    for name, count in zip(chosen.choice.header.columns, clocks, strict=True):
        if name is None or not count:
            continue
        forms = chosen.choice.schema.column(name).forms
        yield nmsg(
            "%(column)s: %(cells)s clock cell was read in the agreed form %(form)s",
            "%(column)s: %(cells)s clock cells were read in the agreed form %(form)s",
            count, column=name, cells=Count(count), form=", ".join(forms),
        )  # fmt: skip
