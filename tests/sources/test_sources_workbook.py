"""Workbooks: every kind of cell, and everything that a workbook hides."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from source_world import accepted, check, deal, faults, notes, rezipped, sheet, workbook

from vendoreval.errors import DeliveryError
from vendoreval.intake import read_delivery

SECONDS = {"unit": "s", "acceptedForms": ["hh:mm:ss"]}


def test_every_kind_of_cell_becomes_what_it_means(tmp_path):
    agreed = deal(
        {"name": "phone"},
        {"name": "calls", "kind": "integer"},
        {"name": "price", "kind": "number", "ours": {"unit": "money"}},
        {"name": "day", "kind": "date", "ours": {"acceptedFormats": ["dd.MM.yyyy"]}},
        {"name": "at", "kind": "timestamp", "ours": {"acceptedFormats": ["dd.MM.yyyy HH:mm"]}},
        {"name": "talk", "kind": "integer", "ours": SECONDS},
        {"name": "sure", "kind": "boolean"},
    )

    def fill(book, page):
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        at = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        long = book.add_format({"num_format": "[h]:mm:ss"})
        short = book.add_format({"num_format": "h:mm:ss"})
        page.write_row(0, 0, ["phone", "calls", "price", "day", "at", "talk", "sure"])
        page.write_row(1, 0, [79001234567, 12, 0.1 + 0.2])
        page.write_datetime(1, 3, date(2026, 10, 1), day)
        page.write_datetime(1, 4, datetime(2026, 10, 1), at)
        page.write_datetime(1, 5, timedelta(hours=27, minutes=30), long)
        page.write_boolean(1, 6, True)
        page.write_row(2, 0, ["+79001234567", "12", 1e-4, "01.10.2026", "01.10.2026 23:59"])
        page.write_number(2, 5, 27.5 / 24, short)
        page.write_string(2, 6, "нет")

    report = check(tmp_path, workbook(fill), agreed)
    assert report.counts == {} and report.delivery.sheet == "Отчёт"
    names = ("phone", "calls", "price", "day", "at", "talk", "sure")
    first, second = accepted(report, *names)
    assert first[:2] == ("79001234567", 12) and str(first[2]) == "0.3000"
    assert first[3:] == (date(2026, 10, 1), datetime(2026, 10, 1), 99_000, True)
    assert second[:2] == ("+79001234567", 12) and str(second[2]) == "0.0001"
    assert second[3:] == (date(2026, 10, 1), datetime(2026, 10, 1, 23, 59), 99_000, False)
    assert "phone: 1 cell is a number" in notes(report)


def test_error_cells_are_faults_with_their_text_and_row(tmp_path):
    agreed = deal({"name": "id", "required": True}, {"name": "n", "kind": "integer"})

    def fill(_book, page):
        page.write_row(0, 1, ["id", "n"])
        page.write_row(2, 1, ["a", 1])
        page.write_formula(3, 1, "=Z99", None, "#REF!")
        page.write_formula(4, 2, "=1/0", None, "#DIV/0!")
        page.write_string(4, 1, "b")

    report = check(tmp_path, workbook(fill), agreed)
    assert accepted(report, "_row", "id") == [(3, "a")]
    assert [f for f in faults(report) if f[4] != "blank_row"] == [
        (4, 4, "id", "#REF!", "error_cell"),
        (5, 5, "n", "#DIV/0!", "type"),
    ]
    assert "2 cells of the sheet hold an error" in notes(report)


def test_the_text_of_an_error_is_text_where_no_formula_failed(tmp_path):
    report = check(tmp_path, sheet(["id", "n"], ["#N/A", "x"]), deal({"name": "id"}, {"name": "n"}))
    assert accepted(report, "id") == [("#N/A",)]


def test_hidden_rows_and_sheets_are_told(tmp_path):
    def fill(book, page):
        page.write_row(0, 0, ["id", "n"])
        page.write_row(1, 0, ["a", "1"])
        page.write_row(2, 0, ["b", "2"])
        page.set_row(2, None, None, {"hidden": True})
        book.add_worksheet("secret").hide()
        book.add_worksheet("cover").write(0, 0, "Hello")

    report = check(tmp_path, workbook(fill), deal({"name": "id"}, {"name": "n"}))
    assert accepted(report, "_row", "id") == [(2, "a"), (3, "b")]
    for words in ("1 hidden row", "first row 3", "not read: cover", "hidden sheets were not read"):
        assert words in notes(report)


def test_merged_headers_are_joined_and_merged_cells_of_the_body_stay_single(tmp_path):
    agreed = deal(
        {"name": "id", "required": True, "synonyms": [{"synonym": "Звонок"}]},
        {"name": "talk", "synonyms": [{"synonym": "Время / разговор"}]},
        {"name": "wait", "synonyms": [{"synonym": "Время / ожидание"}]},
        headerRows=2,
    )

    def fill(_book, page):
        page.write(0, 0, "Отчёт за октябрь")
        page.merge_range(2, 0, 3, 0, "Звонок")
        page.merge_range(2, 1, 2, 2, "Время")
        page.write_row(3, 1, ["разговор", "ожидание"])
        page.write_row(4, 0, ["a", "1", "2"])
        page.merge_range(5, 1, 6, 1, "9")
        page.write(5, 0, "b")
        page.write(6, 0, "c")

    report = check(tmp_path, workbook(fill), agreed)
    assert report.delivery.header_row == 4 and report.delivery.rows_before == 2
    assert accepted(report, "_row", "id", "talk", "wait") == [
        (5, "a", "1", "2"), (6, "b", "9", None), (7, "c", None, None),
    ]  # fmt: skip


def test_serial_numbers_are_days_only_where_agreed(tmp_path):
    data = sheet(["day"], [46082])
    plain = check(tmp_path, data, deal({"name": "day", "kind": "date"}))
    assert faults(plain) == [(2, 2, "day", "46082", "date_format")]
    listed = {"acceptedFormats": ["excel-serial"]}
    serial = check(tmp_path, data, deal({"name": "day", "kind": "date", "ours": listed}))
    assert accepted(serial, "day") == [(date(2026, 3, 1),)]


@pytest.mark.parametrize("listed", [["excel-serial"], ["dd.MM.yyyy"]])
def test_a_workbook_of_1904(tmp_path, listed):
    agreed = deal({"name": "day", "kind": "date", "ours": {"acceptedFormats": listed}})

    def fill(book, page):
        page.write(0, 0, "day")
        real = book.add_format({"num_format": "dd.mm.yyyy"})
        if listed == ["excel-serial"]:
            page.write_number(1, 0, 46082 - 1462)
        else:
            page.write_datetime(1, 0, date(2026, 3, 1), real)

    report = check(tmp_path, workbook(fill, date_1904=True), agreed)
    assert accepted(report, "day") == [(date(2026, 3, 1),)]
    assert "1904" in notes(report)


def test_clock_cells_follow_the_agreed_form_and_it_is_told(tmp_path):
    agreed = deal(
        {"name": "talk", "kind": "integer", "ours": {"unit": "s", "acceptedForms": ["mm:ss"]}}
    )

    def fill(book, page):
        clock = book.add_format({"num_format": "h:mm:ss"})
        page.write(0, 0, "talk")
        # somebody typed 3:25 and meant minutes
        page.write_number(1, 0, (3 * 60 + 25) / 1440, clock)
        page.write_number(2, 0, 205 / 86_400, clock)

    report = check(tmp_path, workbook(fill), agreed)
    assert accepted(report, "talk") == [(205,)]
    assert faults(report) == [(3, 3, "talk", "00:03:25", "duration_form")]
    assert "talk: 2 clock cells were read in the agreed form mm:ss" in notes(report)


def test_rows_are_those_of_the_sheet_whatever_the_cells_hold(tmp_path):
    agreed = deal({"name": "id"}, {"name": "n", "kind": "integer"})
    rows = [["id", "n"], ['say "hi"\nthere', 1], ["tab\there", "x"], ["\n" * 200 + "z", "y"], ["a"]]
    report = check(tmp_path, sheet(*rows), agreed)
    assert accepted(report, "_row", "id") == [(2, 'say "hi"\nthere'), (5, "a")]
    assert [f[:2] for f in faults(report)] == [(3, 3), (4, 4)]


def test_a_sheet_that_claims_a_million_rows_ends_with_its_content(tmp_path):
    def fill(book, page):
        page.write_row(0, 0, ["id", "n"])
        page.write_row(1, 0, ["a", "1"])
        grey = book.add_format({"bg_color": "#eeeeee"})
        for row in range(2, 3000):
            page.write_blank(row, 0, None, grey)

    def claim(name, part):
        return part.replace(b'ref="A1:B3000"', b'ref="A1:XFD1048576"')

    report = check(tmp_path, rezipped(workbook(fill), claim), deal({"name": "id"}, {"name": "n"}))
    assert report.rows.delivered == 1 and report.ok


def test_a_sheet_that_would_fill_the_memory_is_refused(tmp_path):
    def corners(name, part):
        if not name.endswith("sheet1.xml"):
            return part
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        return part.replace(b"</sheetData>", far)

    data = rezipped(sheet(["id", "n"], ["a", "1"]), corners)
    with pytest.raises(DeliveryError, match="damaged or cut short"):
        check(tmp_path, data, deal({"name": "id"}, {"name": "n"}))


def test_the_best_sheet_is_read_and_columns_may_have_padding(tmp_path):
    def fill(book, page):
        page.write_row(0, 0, ["id", "other"])
        second = book.add_worksheet("Звонки")
        second.write_row(3, 1, ["id", "", "n"])
        second.write_row(4, 1, ["a", "", "1"])

    agreed = deal({"name": "id", "required": True}, {"name": "n", "required": True})
    report = check(tmp_path, workbook(fill), agreed)
    assert report.to_json()["sheet"] == "Звонки"
    assert accepted(report, "_row", "n") == [(5, "1")]


def test_no_rows_and_no_sheet(tmp_path):
    with pytest.raises(DeliveryError, match="no visible sheet with rows"):
        check(tmp_path, workbook(lambda book, page: None), deal({"name": "id"}))
    with pytest.raises(DeliveryError, match="no header was found"):
        check(tmp_path, sheet(["x", "y"], [1, 2]), deal({"name": "id"}, {"name": "n"}))


def test_decimal_commas_do_not_spoil_numbers_of_a_workbook(tmp_path):
    money = {"name": "price", "kind": "number", "ours": {"unit": "money"}}
    agreed = deal({"name": "id"}, money, decimalComma=True)
    report = check(tmp_path, sheet(["id", "price"], ["a", 12.5], ["b", "12,50"]), agreed)
    assert [str(price) for (price,) in accepted(report, "price")] == ["12.5000", "12.5000"]


def test_the_text_of_a_workbook_goes_with_its_delivery(tmp_path):
    path = tmp_path / "free.xlsx"
    path.write_bytes(sheet(["id"], ["a"]))
    delivery = read_delivery(path, deal({"name": "id"}))
    folder = delivery.text.scratch.path
    assert folder.is_dir()
    del delivery
    assert not folder.exists()
