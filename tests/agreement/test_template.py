"""The workbook a vendor fills: it reads back, and what it shows validates clean."""

from __future__ import annotations

import csv
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from vendoreval.agreement import Agreement, agreement_from_bytes, load_agreement
from vendoreval.agreement.library import compose, library_names
from vendoreval.agreement.template import template
from vendoreval.errors import AgreementError
from vendoreval.intake import read_delivery, validate

AGREEMENT = agreement_from_bytes(
    compose("alpha", library_names(), dialect={"delimiter": ";", "decimalComma": True}).encode(),
    "alpha", "alpha.odcs.yaml",
)  # fmt: skip


def shown(cell: Any) -> str:
    """What a spreadsheet writes for a cell when it saves a CSV with decimal commas."""
    value, form = cell.value, cell.number_format
    if value is None:
        return ""
    if isinstance(value, timedelta | time):
        if isinstance(value, time):
            value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
        seconds = round(value.total_seconds())
        hours, minutes = seconds // 3600, seconds // 60 % 60
        return {
            "[hh]:mm:ss": f"{hours:02}:{minutes:02}:{seconds % 60:02}",
            "[mm]:ss": f"{seconds // 60:02}:{seconds % 60:02}",
            "[hh]:mm": f"{hours:02}:{minutes:02}",
        }[form]
    if isinstance(value, datetime):
        parts = (("yyyy", "%Y"), ("hh:mm", "%H:%M"), ("mm", "%m"), ("dd", "%d"), ("ss", "%S"),
                 ('"', ""))  # fmt: skip
        for excel, python in parts:
            form = form.replace(excel, python)
        return value.strftime(form)
    if isinstance(value, int | float):
        return f"{Decimal(str(value)):f}".replace(".", ",")
    return str(value)


def save_as_csv(book: Path, target: Path) -> Path:
    sheet = openpyxl.load_workbook(book).worksheets[0]
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerows([shown(cell) for cell in row] for row in sheet.iter_rows(max_row=2))
    return target


@pytest.mark.parametrize("report", library_names())
def test_the_example_saved_as_csv_validates_clean(tmp_path: Path, report: str) -> None:
    book = template(AGREEMENT, report, tmp_path / f"{report}.xlsx")
    delivery = read_delivery(save_as_csv(book, tmp_path / f"{report}.csv"), AGREEMENT, report)
    result = validate(delivery)
    try:
        assert (result.ok, dict(result.counts)) == (True, {})
        assert (result.rows.delivered, result.rows.accepted) == (1, 1)
        assert None not in delivery.columns
        assert len(delivery.columns) == len(AGREEMENT.reports[report].columns)
    finally:
        result.discard()


def test_calamine_reads_headers_example_rules_and_values(tmp_path: Path) -> None:
    path = template(AGREEMENT, "calls", tmp_path / "calls.xlsx")
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["calls", "Правила - Rules", "Значения - Values"]
    header, example = book.get_sheet_by_name("calls").to_python()
    assert header[:5] == ["ID звонка", "ID оператора", "Дата и время начала",
                          "Длительность разговора", "Результат"]  # fmt: skip
    assert example[0] == "C0001234567" and example[3] == 184
    rules = book.get_sheet_by_name("Правила - Rules").to_python()
    row = next(line for line in rules if line[1] == "talk_seconds")
    assert "не меньше 0 секунд" in str(row[2]) and "not less than 0 seconds" in str(row[3])
    assert any("ended_at >= started_at" in str(line[2]) for line in rules)
    values = book.get_sheet_by_name("Значения - Values").to_python()
    assert [line[0] for line in values[1:3]] == ["no_answer", "busy"]
    assert "Занято" in str(values[2][1])


def test_lists_notes_and_bounds_stand_on_the_cells(tmp_path: Path) -> None:
    path = template(AGREEMENT, "calls", tmp_path / "calls.xlsx", speaking="en")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["call_id", "agent_id", "started_at"]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["E2"].type == "list" and rules["E2"].formula1.endswith("$A$2:$A$23")
    (is_test,) = (cell.column_letter for cell in sheet[1] if cell.value == "is_test")
    assert rules[f"{is_test}2"].formula1 == '"yes,no"'
    assert (rules["A2"].type, rules["A2"].formula2) == ("textLength", "64")
    note = sheet["D1"].comment
    assert note is not None and "duration as seconds" in note.text
    assert sheet.freeze_panes == "A2"


def test_equal_agreements_give_equal_workbooks(tmp_path: Path) -> None:
    one, two = (template(AGREEMENT, "sales", tmp_path / name) for name in ("1.xlsx", "2.xlsx"))
    assert one.read_bytes() == two.read_bytes()


def test_a_header_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    text = compose("alpha", ["incidents"]).replace("synonym: Область", "synonym: =1+1")
    agreement = agreement_from_bytes(text.encode(), "alpha", "x")
    sheet = openpyxl.load_workbook(template(agreement, "incidents", tmp_path / "i.xlsx"))
    (cell,) = (c for c in sheet.worksheets[0][1] if c.value == "=1+1")
    assert cell.data_type == "s"


def test_an_unknown_report_and_a_closed_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(AgreementError, match="orders is named"):
        template(AGREEMENT, "orders", tmp_path / "x.xlsx")
    with pytest.raises(AgreementError, match="the system answered"):
        template(AGREEMENT, "calls", tmp_path / "no such folder" / "x.xlsx")


@pytest.mark.material
def test_every_report_of_the_worked_example_has_a_workbook(material: Path, tmp_path: Path) -> None:
    agreement: Agreement = load_agreement(
        material / "design" / "examples" / "call_records.odcs.yaml"
    )
    for report in agreement.reports:
        book = openpyxl.load_workbook(template(agreement, report, tmp_path / f"{report}.xlsx"))
        assert book.sheetnames[0] == report
