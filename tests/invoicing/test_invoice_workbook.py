"""The workbook: every formula, worked out again from the values, gives the printed figure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from formulas import Sheets
from invoice_world import World, calls, line, sale

from vendoreval.errors import AgreementError

CARD = (
    {"vat_rate": "0.20", "price": "9.37", "connect_fee": "0.15", "tiers": {
        "kind": "graduated", "steps": [{"price": "9.37", "up_to": "3"}, {"price": "8.11"}]},
     "first_increment_seconds": 6, "next_increment_seconds": 6, "cap": {"amount": "90"}},
    {"unit": "dial", "price": "0.333", "vat_mode": "gross", "vat_rate": "0.05",
     "money_rounding": "total"},
    {"unit": "contact", "price": "0.1", "currency": "EUR"},
    {"unit": "sale", "price": "900", "clawback": {"days": 30, "share": "0.5"},
     "setup_fee": "500", "valid_from": "2026-10-01"},
    {"unit": "agent_hour", "price": "900"},
)  # fmt: skip


@pytest.fixture
def written(world: World, tmp_path: Path) -> tuple[World, Path]:
    world.post("calls", calls([61, 125, 7, 400, 33]))
    world.post("sales", [sale(1, date(2026, 10, 2)), sale(2, date(2026, 10, 3))])
    cancelled = {"vendor": "alpha", "cancelled_at": datetime(2026, 10, 9)}
    world.post("client_sales", [sale(1, date(2026, 10, 2), **cancelled)])
    world.post("invoice_lines", [
        line("10.55", "9.37", vat_rate="0.20", vat_amount="19.77"),
        line(5, "0.333", number=2, unit="dial"),
        line(2, "900", number=3, unit="sale", description="=HYPERLINK(1)"),
        line(40, "900", number=4, unit="agent_hour"),
        line(7, "0.1", number=5, unit="contact", amount="0.705"),
    ])  # fmt: skip
    return world, tmp_path / "invoice.xlsx"


@pytest.mark.parametrize("code", ["en", "ru"])
def test_every_formula_gives_the_figure_beside_it(
    written: tuple[World, Path], code: str
) -> None:  # fmt: skip
    world, path = written
    made = world.expected(*CARD)
    assert made.to_xlsx(path, code) == path
    sheets = Sheets(path)
    formulas = sheets.all_formulas()
    assert len(formulas) > 60
    for sheet, cell in formulas:
        stored = Decimal(repr(sheets.stored[sheet][cell].value))
        assert sheets.value(sheet, cell) == pytest.approx(stored, abs=Decimal("1e-9")), cell


def test_the_sums_of_the_workbook_are_those_of_the_result(written: tuple[World, Path]) -> None:
    world, path = written
    made = world.expected(*CARD)
    made.to_xlsx(path)
    sheets = Sheets(path)
    name = sheets.formulas.sheetnames[0]
    sheet = sheets.formulas[name]
    totals = {
        sheet.cell(row, 5).value: row
        for row in range(1, sheet.max_row + 1)
        if sheet.cell(row, 2).value == "Total"
    }
    assert set(totals) == {"RUB", "EUR"}
    for total in made.totals:
        row = totals[total.currency]
        found = [sheets.value(name, f"{letter}{row}") for letter in "LMQRS"]
        assert found == [
            total.expected_vat, total.expected_net, total.billed_vat, total.billed_net,
            total.difference,
        ]  # fmt: skip


def test_texts_of_the_vendor_are_no_formulas(written: tuple[World, Path]) -> None:
    world, path = written
    world.expected(*CARD).to_xlsx(path)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    (found,) = [cell for cell in cells if cell.value == "=HYPERLINK(1)"]
    assert found.data_type == "s" or found.quotePrefix


def test_what_cannot_be_told_is_blank_and_in_no_sum(written: tuple[World, Path]) -> None:
    world, path = written
    made = world.expected(*CARD)
    made.to_xlsx(path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    (row,) = [r for r in sheet.iter_rows(min_row=5) if r[2].value == "agent hour"]
    assert [row[column].value for column in (7, 9, 12, 18)] == [None, None, None, "—"]
    assert "cannot be told" in str(row[19].value)


def test_the_name_of_the_workbook(written: tuple[World, Path], tmp_path: Path) -> None:
    world, _ = written
    with pytest.raises(AgreementError, match="xlsx"):
        world.expected(*CARD).to_xlsx(tmp_path / "invoice.pdf")
