"""A vendor's XLSX goes back as its own sheet: same cells, same look, faults above it."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.colors import Color
from returns_world import ERROR, ROW, agreement, check, column, fill, marked, sheets, texts_of

from vendoreval.intake import returned_own
from vendoreval.intake.returned_formats import look_of, theme_colours

DEAL = agreement(
    column("call_id", primaryKey=True, primaryKeyPosition=1),
    column("started_at", "timestamp", required=True,
           logicalTypeOptions={"format": "yyyy-MM-dd HH:mm:ss"}),
    column("talk_seconds", "integer", ours={"unit": "s", "acceptedForms": ["hh:mm:ss"]}),
    column("amount", "number"),
    column("note"),
)  # fmt: skip
HEADERS = ("call_id", "started_at", "talk_seconds", "amount", "note")
START = dt.datetime(2026, 10, 5, 11, 42, 7)


def book(folder: Path, name: str = "free.xlsx") -> Path:
    """Write a sheet as people make them: a title, a column to the left, colours, formulas."""
    made = openpyxl.Workbook()
    made.active.title = "Прочее"
    made.active["A1"] = "=cmd|'/C calc'!A0"
    sheet = made.create_sheet("Звонки")
    sheet.merge_cells("B1:D1")
    sheet["B1"] = "Звонки за октябрь"
    sheet["B1"].font = Font(name="Arial", size=16, bold=True)
    for place, header in enumerate(HEADERS, 2):
        cell = sheet.cell(3, place, header)
        cell.fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.5999938962981048))
        cell.font = Font(bold=True, color=Color(theme=0))
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
    for number in range(6):
        row = 4 + number
        values = (f"c{number}", START + dt.timedelta(days=number), dt.time(0, 3, number), 12.5,
                  ("=1+1", "http://x/", "007", "ok", "ok", "ok")[number])  # fmt: skip
        for place, value in enumerate(values, 2):
            sheet.cell(row, place, value).border = Border(bottom=Side("thin", color="FF99AA00"))
        sheet.cell(row, 3).number_format = "dd.mm.yyyy hh:mm"
        sheet.cell(row, 5).number_format = '#,##0.00 "₽"'
    sheet["C6"] = "вчера"
    sheet["E7"] = "много"
    sheet["E7"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["B8"] = "c1"
    sheet.column_dimensions["C"].width = 31
    sheet.column_dimensions["F"].hidden = True
    path = folder / name
    made.save(path)
    return path


def returned(folder: Path, path: Path, code: str = "en"):
    report = check(folder, path.read_bytes(), DEAL, path.name)
    found = sheets(report.return_to_vendor(folder / "out.xlsx", code), code)
    return report, *found


def test_cells_stand_where_they_stood_with_their_values(tmp_path):
    path = book(tmp_path)
    sent = openpyxl.load_workbook(path, data_only=True)["Звонки"]
    _, summary, rows, faults = returned(tmp_path, path)
    assert {address: cell.split(" ")[0] for address, cell in marked(rows).items()} == {
        "C6": "started_at", "E7": "amount", "B8": "the",
    }  # fmt: skip
    for line in sent.iter_rows():
        for cell in line:
            here = rows[cell.coordinate]
            if cell.coordinate != "F4":
                assert here.value == cell.value, cell.coordinate
    # the formula had no saved result, and comes back without one
    assert rows["F4"].value is None
    assert [row[0] for row in faults.iter_rows(min_row=2, values_only=True)] == [6, 7, 8]
    assert "your own one" in texts_of(summary)
    links = [c.hyperlink.location for r in summary.iter_rows() for c in r if c.hyperlink]
    assert sorted(links) == ["'Your file'!B8", "'Your file'!C6", "'Your file'!E7"]


def test_the_look_is_kept_and_a_fault_shows_above_it(tmp_path):
    path = book(tmp_path)
    _, _, rows, _ = returned(tmp_path, path)
    title, head = rows["B1"], rows["C3"]
    assert (title.font.name, title.font.sz, title.font.b) == ("Arial", 16, True)
    assert fill(head) == "FFB9CDE5" and head.font.color.rgb == "FFFFFFFF"
    assert (head.alignment.horizontal, head.alignment.wrap_text) == ("center", True)
    assert rows["C5"].number_format == "dd.mm.yyyy hh:mm"
    assert rows["E5"].number_format == '#,##0.00 "₽"'
    assert rows["D5"].border.bottom.style == "thin"
    assert rows["D5"].border.bottom.color.rgb == "FF99AA00"
    assert fill(rows["E7"]) == fill(rows["C6"]) == ERROR and fill(rows["D6"]) == ROW
    assert rows["C6"].number_format == "dd.mm.yyyy hh:mm"
    assert fill(rows["D5"]) is None
    assert rows.column_dimensions["C"].width == pytest.approx(31, abs=1)
    assert rows.column_dimensions["F"].hidden
    assert [str(r) for r in rows.merged_cells.ranges] == ["B1:D1"]
    assert rows.freeze_panes == "B4"


def test_nothing_that_runs_comes_back(tmp_path):
    path = book(tmp_path)
    returned(tmp_path, path)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as package:
        names = package.namelist()
        text = "".join(
            package.read(n).decode() for n in names if n.startswith("xl/worksheets/sheet")
        )
    assert not re.search(r"<f[ >/]|<hyperlinks?[^>]*r:id", text)
    assert not [n for n in names if "external" in n or "vba" in n or "connection" in n]
    assert "cmd|" not in text


@pytest.mark.parametrize("reason", ["large", "other cells", "unreadable"])
def test_where_the_sheet_is_not_to_be_believed_the_text_is_shown(tmp_path, monkeypatch, reason):
    path = book(tmp_path)
    if reason == "large":
        monkeypatch.setattr(returned_own, "_MOST_CELLS", 10)
    elif reason == "unreadable":
        whole = openpyxl.load_workbook

        def broken(*args: object, **options: object) -> object:
            if options.get("read_only"):
                raise KeyError("xl/styles.xml")
            return whole(*args, **options)

        monkeypatch.setattr(returned_own.openpyxl, "load_workbook", broken)
    else:
        monkeypatch.setattr(returned_own, "_left", lambda *_: 2)
    _, summary, rows, _ = returned(tmp_path, path)
    assert set(marked(rows)) == {"A8", "B6", "D7"}
    assert "your own one" not in texts_of(summary)
    assert rows["B4"].value == "2026-10-05 11:42:07"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["free.xlsx", "out.xlsx"]


def test_a_workbook_in_an_archive_comes_back_as_text(tmp_path):
    inner = book(tmp_path)
    with zipfile.ZipFile(tmp_path / "free.zip", "w") as package:
        package.write(inner, "free.xlsx")
    _, _, rows, _ = returned(tmp_path, tmp_path / "free.zip")
    assert set(marked(rows)) == {"A8", "B6", "D7"}


def test_a_required_column_that_is_missing_is_made_beside_the_header(tmp_path):
    made = openpyxl.Workbook()
    made.active.append(["call_id", "talk_seconds"])
    made.active.append(["c1", dt.time(0, 1)])
    made.save(tmp_path / "free.xlsx")
    _, _, rows, _ = returned(tmp_path, tmp_path / "free.xlsx", "ru")
    assert set(marked(rows)) == {"C1"} and rows["C1"].value == "started_at"


def test_themes_that_are_none_colour_nothing():
    assert theme_colours(None) == theme_colours(b"<a") == ()
    assert theme_colours(b"<a/>") == (None,) * 12


@pytest.mark.parametrize(
    ("tint", "colour"),
    # the shades of accent 1 of the theme of 2007 as the program itself shows them
    [(0.7999816888943144, "DCE6F1"), (0.5999938962981048, "B8CCE4"),
     (0.3999755851924192, "95B3D7"), (-0.249977111117893, "366092"),
     (-0.499984740745262, "244062")],
)  # fmt: skip
def test_shades_of_a_theme_are_those_of_the_program(tint, colour):
    cell = openpyxl.Workbook().active["A1"]
    cell.fill = PatternFill("solid", fgColor=Color(theme=4, tint=tint))
    found = look_of(cell, (None,) * 4 + ("4F81BD",))["bg_color"]
    # the program counts hue and light in whole steps; nobody sees one of 255
    pairs = zip(bytes.fromhex(found[1:]), bytes.fromhex(colour), strict=True)
    assert all(abs(one - other) <= 1 for one, other in pairs)
