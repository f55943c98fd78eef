"""One report, written in every kind of file: always the same rows, always the same faults."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from source_world import accepted, check, deal, faults, notes, workbook, zipped

from vendoreval.errors import DeliveryError

SAMPLES = Path(__file__).parent / "samples"
HEADER = ["ID звонка", "Начало", "Дата", "Разговор", "Цена", "Телефон", "Итог"]
ROWS: list[tuple[str, datetime, date, int, float | str, int, str]] = [
    ("c-1", datetime(2026, 10, 1, 9, 0, 5), date(2026, 10, 1), 205, 12.5, 79001234567, "sale"),
    ("c-2", datetime(2026, 10, 1, 23, 59, 59), date(2026, 10, 1), 43200, 0.1, 79001234568,
     "refusal"),
    ("c-3", datetime(2026, 10, 2), date(2026, 10, 2), 97800, 1e6, 79001234569, "refusal"),
    ("c-4", datetime(2026, 10, 2, 10), date(2026, 10, 2), 1, "#DIV/0!", 79001234560, "#N/A"),
    ("c-5", datetime(2026, 10, 3, 10), date(2026, 10, 3), 0, 3, 79001234561, "busy"),
]  # fmt: skip
# rows 1 and 2 of every file are a title and a blank row, row 7 holds two failed formulas
WANTED = [
    (row, *cells[:4], Decimal(str(cells[4])), str(cells[5]), cells[6])
    for row, cells in enumerate(ROWS, 4)
    if cells[0] != "c-4"
]
NAMES = ("_row", "call_id", "started_at", "day", "talk_seconds", "price", "phone", "result")


def agreed(**dialect: Any):
    def headed(name: str, header: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "synonyms": [{"synonym": header}], **more}

    forms = ["hh:mm:ss", "excel-time"]
    return deal(
        headed("call_id", "ID звонка", required=True),
        headed("started_at", "Начало", kind="timestamp"),
        headed("day", "Дата", kind="date"),
        headed("talk_seconds", "Разговор", kind="integer",
               ours={"unit": "s", "acceptedForms": forms}),
        headed("price", "Цена", kind="number", ours={"unit": "money"}),
        headed("phone", "Телефон"),
        headed("result", "Итог"),
        **dialect,
    )  # fmt: skip


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def text(mark: str, encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=mark)
    writer.writerows([["Отчёт за октябрь"], [], HEADER])
    for cells in ROWS:
        # what a program writes where a formula failed
        writer.writerow([cells[0], cells[1], cells[2], clock(cells[3]), *cells[4:]])
    return stream.getvalue().encode(encoding)


def modern() -> bytes:
    def fill(book: Any, page: Any) -> None:
        formats = [book.add_format({"num_format": text}) for text in
                   ("dd.mm.yyyy hh:mm:ss", "dd.mm.yyyy", "[h]:mm:ss")]  # fmt: skip
        page.write(0, 0, "Отчёт за октябрь")
        page.write_row(2, 0, HEADER)
        for number, cells in enumerate(ROWS, 3):
            page.write(number, 0, cells[0])
            page.write_datetime(number, 1, cells[1], formats[0])
            page.write_datetime(number, 2, cells[2], formats[1])
            page.write_datetime(number, 3, timedelta(seconds=cells[3]), formats[2])
            for place in (4, 5, 6):
                if str(cells[place]).startswith("#"):
                    page.write_formula(number, place, "=1/0", None, cells[place])
                else:
                    page.write(number, place, cells[place])
        page.set_row(6, None, None, {"hidden": True})
        book.add_worksheet("secret").hide()

    return workbook(fill)


def parquet() -> bytes:
    """No title and no header row, so its rows are two fewer than elsewhere."""
    stream = io.BytesIO()
    sound = [cells for cells in ROWS if cells[0] != "c-4"]
    table = dict(zip(HEADER, zip(*sound, strict=True), strict=True))
    lengths = [timedelta(seconds=seconds) for seconds in table["Разговор"]]
    pl.DataFrame({**table, "Разговор": lengths, "Цена": [float(p) for p in table["Цена"]]}
                 ).write_parquet(stream)  # fmt: skip
    return stream.getvalue()


TEXTS = {
    "free.csv": lambda: text(","),
    "free.tsv": lambda: text("\t"),
    "semicolons.csv": lambda: text(";"),
    "bars.txt": lambda: text("|"),
    "marked.csv": lambda: text(",", "utf-8-sig"),
    "wide.csv": lambda: text(";", "utf-16"),
    "free.csv.gz": lambda: gzip.compress(text(",")),
    "free.zip": lambda: zipped(free_csv=text(";")),
}
WORKBOOKS = {
    "free.xlsx": modern,
    "free.xlsx.gz": lambda: gzip.compress(modern()),
    "packed.zip": lambda: zipped(free_xlsx=modern()),
    **{name: (SAMPLES / name).read_bytes
       for name in ("report.xls", "report-1904.xls", "report.xlsb", "report.ods")},
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_file_of_any_kind_gives_the_same_rows(tmp_path, name):
    allowed = agreed(encodings=["utf-8", "utf-8-sig", "utf-16"])
    report = check(tmp_path, TEXTS[name](), allowed, name)
    names = (*NAMES[:-1], "result")
    assert accepted(report, *names) == WANTED
    assert faults(report) == [(7, 7, "price", "#DIV/0!", "type")]
    assert report.delivery.header_row == 3 and report.rows.skipped == 2


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_of_any_kind_gives_the_same_rows_and_hides_nothing(tmp_path, name):
    report = check(tmp_path, WORKBOOKS[name](), agreed(), name)
    assert accepted(report, *NAMES) == WANTED
    assert faults(report) == [
        (7, 7, "price", "#DIV/0!", "type"),
        (7, 7, "result", "#N/A", "error_cell"),
    ]
    said = notes(report)
    assert "1 hidden row of the sheet was read like the others, first row 7" in said
    assert "hidden sheets were not read: secret" in said
    assert "2 cells of the sheet hold an error of a formula" in said
    assert "phone: 5 cells are numbers and not text" in said
    assert ("1904" in said) == ("1904" in name)
    assert report.delivery.sheet in {"Звонки", "Отчёт"}


def test_parquet_gives_the_same_rows(tmp_path):
    report = check(tmp_path, parquet(), agreed(), "free.parquet")
    assert report.ok
    assert [row[1:] for row in accepted(report, *NAMES)] == [row[1:] for row in WANTED]
    packed = check(tmp_path, gzip.compress(parquet()), agreed(), "free.parquet.gz")
    assert accepted(packed, *NAMES) == accepted(report, *NAMES)


def test_what_was_unpacked_is_told(tmp_path):
    report = check(tmp_path, zipped(reports__free_csv=text(";")), agreed(), "x.zip")
    assert "unpacked from zip: free.csv" in notes(report)


@pytest.mark.parametrize("name", ["locked.xlsx", "locked.zip"])
def test_a_password_is_asked_for_by_nobody_and_told_in_one_sentence(tmp_path, name):
    data = (SAMPLES / name).read_bytes()
    with pytest.raises(DeliveryError, match="protected by a password") as caught:
        check(tmp_path, data, agreed(), name)
    assert len(caught.value.problems) == 1


def test_numbers_as_text_and_phones_as_fractions_are_read_and_told(tmp_path):
    """A spreadsheet keeps a telephone as 79001234567.0 and a count as the text " 12 "."""

    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, ["phone", "n"])
        page.write_number(1, 0, 79001234567.0)
        page.write_string(1, 1, " 12 ")
        page.write_string(2, 0, "79001234568.0")
        page.write_number(2, 1, 12.0)

    schema = deal({"name": "phone", "logicalTypeOptions": {"pattern": "^7[0-9]{10}$"}},
                  {"name": "n", "kind": "integer"})  # fmt: skip
    report = check(tmp_path, workbook(fill), schema)
    assert accepted(report, "phone", "n") == [("79001234567", 12)]
    # of a text nobody can tell what the vendor's program made of it
    assert faults(report) == [(3, 3, "phone", "79001234568.0", "pattern")]
    assert "phone: 1 cell is a number" in notes(report)


@pytest.mark.parametrize("cell", ["7,90012E+10", "7.90012E+10", "8E+10"])
def test_a_telephone_rounded_by_a_spreadsheet_is_a_fault_even_without_a_pattern(tmp_path, cell):
    schema = deal({"name": "id"}, {"name": "phone"}, delimiter=";")
    data = f"id;phone\n1;{cell}\n2;79001234567\n3;E+\n".encode()
    report = check(tmp_path, data, schema, "free.csv")
    assert faults(report) == [(2, 2, "phone", cell, "rounded_number")]
    (fault,) = report.to_json("ru")["faults"]
    assert "округлила" in fault["message"]


def test_a_russian_name_in_an_archive_made_on_windows_is_readable(tmp_path):
    """Such names are in cp866 and say nothing of it."""
    data = zipped(zvonki_csv=text(";"))
    russian = "звонки.csv".encode("cp866")
    report = check(tmp_path, data.replace(b"zvonki.csv", russian), agreed(), "free.zip")
    assert "unpacked from zip: звонки.csv" in notes(report)
