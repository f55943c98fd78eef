"""A real printed statement of 34 sparse columns, read by nothing but an agreement.

What is expected was taken from the workbook with another reader, cell by cell, and from
the notes of whoever published it: 1,743 lines that cost 1,994.20, 19 sections, 10
subscribers.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from source_world import accepted, agreement_file, faults, notes, rezipped

from vendoreval.intake import ValidationReport, read_delivery, validate

pytestmark = pytest.mark.material
DAY = re.compile(r"\d\d\.\d\d\.\d{4}")
LINES, COST, SECTIONS, SUBSCRIBERS = 1743, Decimal("1994.20"), 19, 10
# each section prints lines, units and cost, each subscriber and the whole lines and cost
FIGURES = SECTIONS * 3 + SUBSCRIBERS * 2 + 2


@pytest.fixture(scope="module")
def statement(material: Path) -> Path:
    return material / "data" / "rostelecom_bill_2017_10" / "statement_with_subtotals.xlsx"


@pytest.fixture(scope="module")
def cells(statement: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(statement, read_only=True).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    width = max(map(len, rows))
    return [[*row, *[None] * (width - len(row))] for row in rows]


@pytest.fixture(scope="module")
def by_hand(cells: list[list[Any]]) -> list[tuple[int, str, str, list[str]]]:
    """Row, subscriber, section and filled cells of every line."""
    found = []
    subscriber = section = ""
    for number, row in enumerate(cells, 1):
        filled = [text for cell in row if cell is not None and (text := str(cell).strip())]
        if len(filled) == 1 and "абонент Тел." in filled[0]:
            subscriber = filled[0].removeprefix("абонент Тел. ")
        elif len(filled) == 1:
            section = filled[0]
        elif len(filled) >= 5 and any(DAY.match(cell) for cell in filled):
            found.append((number, subscriber, section, filled))
    assert len(found) == LINES
    return found


@cache
def read(path: Path, report: str, comma: bool = False) -> ValidationReport:
    more = {"[subtotal, total, footer, repeated header]":
            "[subtotal, total, footer, repeated header]\n          decimalComma: true"}  # fmt: skip
    agreed = agreement_file("rostelecom_statement", **(more if comma else {}))
    return validate(read_delivery(path, agreed, report))


@pytest.fixture(scope="module")
def as_csv(cells: list[list[Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same cells as a Russian spreadsheet program saves them."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    for row in cells:
        writer.writerow([_russian(cell) for cell in row])
    path = tmp_path_factory.mktemp("csv") / "statement.csv"
    path.write_bytes(stream.getvalue().encode("cp1251"))
    return path


def _russian(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else str(cell).replace(".", ",")
    text = "" if cell is None else str(cell)
    return text.replace(".", ",") if re.fullmatch(r"[0-9]+\.[0-9]+", text) else text


def test_every_line_becomes_an_invoice_line(statement, by_hand):
    report = read(statement, "invoice_lines")
    assert report.ok and faults(report) == []
    wanted = [
        (row, subscriber, section, Decimal(filled[-2]), Decimal(filled[-1]))
        for row, subscriber, section, filled in by_hand
    ]
    got = accepted(report, "_row", "campaign_id", "unit", "quantity", "amount")
    assert got == wanted
    assert report.sums["amount"].accepted == COST


def test_the_voice_lines_become_calls_with_agent_and_time(statement, by_hand):
    report = read(statement, "calls")
    assert report.ok and faults(report) == []
    # the clock of the statement is five hours before that of Greenwich
    wanted = [
        (row, subscriber, datetime.strptime(f"{f[0]} {f[1]}", "%d.%m.%Y %H:%M:%S")
         - timedelta(hours=5), f[3], int(f[4]), Decimal(f[5]))
        for row, subscriber, section, f in by_hand
        if section == "Телефония исходящая"
    ]  # fmt: skip
    got = accepted(report, "_row", "agent_id", "started_at", "phone", "talk_seconds", "charge")
    assert got == wanted
    assert f"{LINES - len(wanted)} rows belong to another report" in notes(report)


def test_all_subtotals_agree_with_their_rows(statement):
    report = read(statement, "invoice_lines")
    assert Counter(figure.state for figure in report.totals) == {"agrees": FIGURES}
    assert f"{FIGURES} figures of the printed totals agree" in notes(report)
    (whole,) = [t for t in report.totals if t.label.startswith("всего по всем") and t.column]
    assert (whole.row, whole.printed, whole.added_up) == (2073, COST, COST)


@pytest.mark.parametrize("report", ["invoice_lines", "calls"])
def test_skipped_rows_are_counted_with_their_reason(statement, report):
    result = read(statement, report)
    rows = result.rows
    assert rows.accepted + rows.skipped == rows.delivered == 2074
    said = "headers 18, totals 30, page footers 27, titles 45, blank 196"
    assert said in notes(result)


@pytest.mark.parametrize("report", ["invoice_lines", "calls"])
def test_the_same_saved_as_text_gives_the_same_rows(statement, as_csv, report):
    book, text = read(statement, report), read(as_csv, report, comma=True)
    assert text.delivery.encoding == "cp1251" and text.delivery.columns == book.delivery.columns
    names = ["_row", *(name for name in book.delivery.columns if name)]
    assert accepted(text, *names) == accepted(book, *names)
    assert text.rows == book.rows and text.sums == book.sums
    assert text.to_json()["delimiter"] == ";"
    assert [(t.row, t.column, t.state) for t in text.totals] == [
        (t.row, t.column, t.state) for t in book.totals
    ]


def test_a_padded_subtotal_is_found_and_refuses_no_row(statement, tmp_path):
    """Somebody writes 1,013.20 where the rows add up to 1,003.20."""

    def pad(_name: str, part: bytes) -> bytes:
        return part.replace(b"1003.20", b"1013.20")

    path = tmp_path / statement.name
    path.write_bytes(rezipped(statement.read_bytes(), pad))
    report = read(path, "invoice_lines")
    assert faults(report) == [(818, 818, "amount", "1013.20", "printed_total")]
    assert "row 818, итого: printed 1013.20, the rows it covers add up to 1003.2" in notes(report)
    assert report.rows.accepted == LINES and report.ok


def test_a_line_left_out_shows_in_three_totals(statement, as_csv, tmp_path):
    lines = as_csv.read_bytes().split(b"\n")
    gone = next(i for i, line in enumerate(lines) if b"79084197417" in line)
    path = tmp_path / "statement.csv"
    path.write_bytes(b"\n".join(lines[:gone] + lines[gone + 1 :]))
    report = read(path, "invoice_lines", comma=True)
    told = {(t.label, t.column) for t in report.totals if t.state == "differs"}
    assert told == {
        ("всего по абоненту", None), ("всего по абоненту", "amount"),
        ("всего по всем абонентам", None), ("всего по всем абонентам", "amount"),
    } | {("итого", column) for column in (None, "quantity", "amount")}  # fmt: skip


def test_a_row_that_cannot_be_read_leaves_its_totals_open(as_csv, tmp_path):
    data = as_csv.read_bytes().replace(b";1,32000;", b";1,32000 or so;", 1)
    path = tmp_path / "statement.csv"
    path.write_bytes(data)
    report = read(path, "invoice_lines", comma=True)
    states = {(t.row, t.column): t.state for t in report.totals}
    assert states[818, "amount"] == "unknown" and states[818, "quantity"] == "agrees"
    assert report.counts == {"type": 1}


def test_an_unclosed_quote_takes_no_other_row_of_a_print_layout_away(as_csv, tmp_path):
    data = as_csv.read_bytes().replace(b" GPRS-", b'" GPRS-', 1)
    path = tmp_path / "statement.csv"
    path.write_bytes(data)
    report = read(path, "invoice_lines", comma=True)
    assert [f[4] for f in faults(report)] == ["quote"]
    assert report.rows.accepted == LINES - 1 and report.rows.rejected == 1
    assert {t.state for t in report.totals} == {"agrees", "unknown"}
