"""The workbook for the vendor, read back by another library."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from returns_world import (
    CALLS,
    ERROR,
    FAULTY,
    GRID,
    ROW,
    WARNING,
    agreement,
    check,
    column,
    fill,
    grid,
    marked,
    sheets,
    texts_of,
    words_of,
)

from vendoreval.errors import AgreementError, DeliveryError, LedgerError
from vendoreval.intake import ValidationReport

HOSTILE = [
    "=1+1", "+7 900", "-5", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://x\")", "{=1}", "http://x/",
    "mailto:x@y", "_x0041_", "<b>&amp;\"'", "  outer blanks  ", "007", "1e5", "TRUE", "#N/A", "é𝄞",
    "\u202eabc", "a\u00a0b", "2026-10-01",
]  # fmt: skip


def calls(folder: Path, data: bytes | str = FAULTY) -> ValidationReport:
    return check(folder, data, CALLS, "calls_202610.csv")


def written(values: list[str]) -> str:
    """Return a file with one column of texts beside a number."""
    stream = io.StringIO()
    rows = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows.writerows([["a", "b", "c"], *(["1", "2", value] for value in values)])
    return stream.getvalue()


@pytest.mark.parametrize("code", ["en", "ru"])
def test_every_fault_is_coloured_and_explained_in_its_cell(tmp_path, code):
    report = calls(tmp_path)
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx", code), code)
    header = {cell.value: cell.column_letter for cell in rows[2]}
    expected: dict[str, list[str]] = {}
    for row, name, rule, message in words_of(report, code):
        names = [name] if name else []
        if rule == "row_rule:ring-within-talk":
            names = ["ring_seconds", "talk_seconds"]
        for letter in [header[n] for n in names] or ["A"]:
            expected.setdefault(f"{letter}{row}", []).append(message)
    found = marked(rows)
    assert set(found) == set(expected) and len(found) == 11
    for address, messages in expected.items():
        assert all(message in found[address] for message in messages), address
        assert fill(rows[address]) == (WARNING if address == "A7" else ERROR)
    assert {fill(c) for c in rows[10]} == {ERROR, ROW} and fill(rows["A3"]) is None
    report.discard()


def test_row_and_value_stand_where_they_stood(tmp_path):
    report = calls(tmp_path)
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx"))
    wanted = list(csv.reader(io.StringIO(FAULTY)))
    # lines that are no rows are shown as they were sent
    wanted[7], wanted[8] = ["4,x,2026-10-03 10:00:00,7,1,2,3,4"], ['5,"x"y,2026']
    for number, (found, sent) in enumerate(zip(grid(rows), wanted, strict=True), 1):
        padded = found + [""] * (len(sent) - len(found))
        assert padded == sent, number
    assert rows.freeze_panes == "A3" and rows.auto_filter.ref == "A2:F10"
    report.discard()


def test_another_encoding_and_delimiter(tmp_path):
    deal = agreement(
        column("имя"), column("n", "integer"),
        dialect={"encodings": ["cp1251"], "delimiter": ";", "decimalComma": True},
    )  # fmt: skip
    data = "имя;n\nЖанна;1\n«Ёж», № 7;два\n".encode("cp1251")
    report = check(tmp_path, data, deal)
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx", "ru"), "ru")
    assert grid(rows) == [["имя", "n"], ["Жанна", "1"], ["«Ёж», № 7", "два"]]
    assert set(marked(rows)) == {"B3"}


def test_hostile_texts_stay_texts_and_keep_their_value(tmp_path):
    report = check(tmp_path, written(HOSTILE), agreement(*(column(c) for c in "abc")))
    path = report.return_to_vendor(tmp_path / "out.xlsx")
    _, rows, _ = sheets(path)
    cells = [row[2] for row in rows.iter_rows(min_row=2)]
    assert [unescape(c.value) for c in cells] == HOSTILE
    assert {c.data_type for c in cells} == {"s"} and {c.number_format for c in cells} == {"@"}
    # kept as text also when the cell is opened and closed again
    assert [c.value for c in cells if c.quotePrefix] == [v for v in HOSTILE if v[0] in "=+-@\t"]
    assert not [c for c in cells if c.hyperlink]


def test_no_formula_in_any_sheet(tmp_path):
    deal = agreement(column("a", "integer"), column("b"), column("c"))
    data = 'a,b,c\n=1+1,"=2",@x\n"+cmd|\' /C calc\'!A0",-1,\n=1,2,3,=4\n'
    report = check(tmp_path, data, deal, name="=free.csv")
    path = report.return_to_vendor(tmp_path / "out.xlsx", "ru")
    with zipfile.ZipFile(path) as package:
        parts = [package.read(n).decode() for n in package.namelist() if n.startswith("xl/work")]
    assert parts and not [part for part in parts if re.search(r"<f[ >/]", part)]
    _, rows, faults = sheets(path, "ru")
    assert set(marked(rows)) == {"A2", "A3", "A4"}
    risky = [c for s in (rows, faults) for r in s.iter_rows() for c in r
             if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@"))]  # fmt: skip
    assert len(risky) > 6 and all(c.quotePrefix for c in risky)


def test_characters_a_sheet_cannot_hold_become_visible(tmp_path):
    report = check(tmp_path, 'a,b,c\n1,2,x\x01y\x7f\uffff\n1,2,"p\r\nq"\n', GRID)
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx"))
    assert [row[2].value for row in rows.iter_rows(min_row=2)] == ["x␁y␡\ufffd", "p\nq"]


def test_long_texts_are_cut_and_say_so(tmp_path):
    texts = ["я" * 32_767, "𝄞" * 20_000, "x" * 40_000]
    report = check(tmp_path, written(texts), GRID)
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx"))
    found = [row[2].value for row in rows.iter_rows(min_row=2)]
    assert found[0] == texts[0]
    for shown, text in zip(found[1:], texts[1:], strict=True):
        assert shown.startswith(text[:16_000]) and f"{len(text):,} characters" in shown
        assert len(shown.encode("utf-16-le")) // 2 <= 32_767


def test_bytes_that_are_no_text_are_shown_as_codes(tmp_path):
    report = check(tmp_path, b"a,b,c\n1,2,ok\n1,2,\xff\xfe\n1,2,ok\n", GRID)
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx"))
    assert rows["A3"].value == "1,2,\\xff\\xfe" and set(marked(rows)) == {"A3"}
    assert grid(rows)[3] == ["1", "2", "ok"]


def test_faults_of_the_header_stand_in_the_header(tmp_path):
    deal = agreement(column("a", required=True), column("b", required=True), column("c"))
    report = check(tmp_path, "a,c,c\n1,2,3\n", deal)
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx"))
    found = marked(rows)
    assert set(found) == {"C1", "D1"} and rows["D1"].value == "b"
    assert "twice" in found["C1"] and "no column b" in found["D1"]


def test_a_key_of_two_columns_colours_both(tmp_path):
    deal = agreement(
        column("a", primaryKey=True, primaryKeyPosition=1), column("x"),
        column("b", primaryKey=True, primaryKeyPosition=2),
    )  # fmt: skip
    report = check(tmp_path, "a,x,b\n1,,2\n1,,2\n", deal)
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx"))
    assert set(marked(rows)) == {"A3", "C3"}


def test_the_summary_adds_up_and_its_links_lead_to_faults(tmp_path):
    report = calls(tmp_path)
    summary, rows, faults = sheets(report.return_to_vendor(tmp_path / "out.xlsx"))
    facts = {row[0]: row[1] for row in summary.iter_rows(values_only=True) if row[0]}
    names = ["accepted", "set aside with faults", "rejected: lines that are no rows",
             "skipped: titles, totals"]  # fmt: skip
    assert facts["delivered"] == 9 == sum(facts[name] for name in names)
    assert {r: facts[r] for r in report.counts} == report.counts
    links = [c for row in summary.iter_rows() for c in row if c.hyperlink]
    assert len(links) == 10
    for cell in links:
        sheet, _, address = cell.hyperlink.location.partition("!")
        assert sheet == "'Your file'" and rows[address].comment
        assert cell.value == f"row {rows[address].row}"
    listed = list(faults.iter_rows(min_row=2, values_only=True))
    assert [(r[0], r[1], r[3], r[4]) for r in listed] == words_of(report, "en")


def test_of_a_long_file_faulty_rows_and_their_neighbours(tmp_path):
    data = "a,b,c\n" + "".join(f"{'x' if i in {7, 8, 30} else i},1,\n" for i in range(2, 40))
    report = check(tmp_path, data, GRID)
    summary, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx", most_rows=10))
    assert [row[0] for row in rows.iter_rows(values_only=True)] == [
        "row of the file", 6, 7, 8, 9, 29, 30, 31,
    ]  # fmt: skip
    assert set(marked(rows)) == {"B3", "B4", "B7"}
    assert "The file has 39 rows" in texts_of(summary)
    links = [c.hyperlink.location for r in summary.iter_rows() for c in r if c.hyperlink]
    assert links == ["'Your file'!B3", "'Your file'!B4", "'Your file'!B7"]
    short, rows, _ = sheets(report.return_to_vendor(tmp_path / "short.xlsx", most_rows=3))
    assert rows.max_row == 3 and "2 faulty rows more found no room" in texts_of(short)
    full, rows, _ = sheets(report.return_to_vendor(tmp_path / "full.xlsx", most_rows=39))
    assert rows.max_row == 39 and rows["A1"].value == "a" and "neighbours" not in texts_of(full)


def test_a_long_list_of_faults_goes_on_in_a_file_beside(tmp_path):
    report = check(tmp_path, "a,b,c\n" + "x,y,=z\n" * 30, GRID)
    path = report.return_to_vendor(tmp_path / "new" / "out.xlsx", most_faults=25)
    summary, _, faults = sheets(path)
    assert faults.max_row == 26 and "first 25; all of them are in out.faults.csv" in texts_of(
        summary
    )
    with (path.parent / "out.faults.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 60
    assert sorted(p.name for p in path.parent.iterdir()) == ["out.faults.csv", "out.xlsx"]


@pytest.mark.parametrize("gone", [True, False])
def test_when_the_file_has_changed_the_rows_set_aside_are_shown(tmp_path, gone):
    report = calls(tmp_path)
    if gone:
        report.delivery.path.unlink()
    else:
        report.delivery.path.write_text("something else")
    summary, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx", "ru"), "ru")
    assert "изменился или исчез" in texts_of(summary)
    assert [row[0].value for row in rows] == ["строка файла", 4, 5, 7, 8, 9, 10]
    assert rows["B2"].value == "2" and rows["E2"].value == "abc"
    assert rows["B5"].value == "4,x,2026-10-03 10:00:00,7,1,2,3,4"
    assert set(marked(rows)) == {"E2", "F2", "B3", "B4", "B5", "B6", "C7", "D7", "F7", "E7", "G7"}


def test_every_row_faulty_has_every_cell_coloured(tmp_path):
    rows = 20_000
    report = check(tmp_path, "a,b,c\n" + "x,y,\n" * rows, GRID)
    path = report.return_to_vendor(tmp_path / "out.xlsx")
    with zipfile.ZipFile(path) as package:
        comments = package.read("xl/comments1.xml").count(b"<comment ")
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
        listed = package.read("xl/worksheets/sheet3.xml").count(b"<row ")
    assert comments == 2 * rows
    styles = re.findall(r'<c r="[AB]\d+" s="(\d+)"', sheet)
    assert len(styles) == 2 * rows + 2 and len(set(styles[2:])) == 1
    assert listed == 2 * rows + 1


def test_a_faultless_file_goes_back_too(tmp_path):
    report = check(tmp_path, "a,b,c\n1,2,3\n", GRID)
    summary, rows, faults = sheets(report.return_to_vendor(tmp_path / "out.xlsx"))
    assert not marked(rows) and faults.max_row == 1
    assert "Nothing needs to be sent again" in texts_of(summary)


def test_names_that_cannot_be_written_are_refused(tmp_path):
    report = check(tmp_path, "a,b,c\n1,x,3\n", GRID)
    with pytest.raises(AgreementError, match=r"ending \.xlsx"):
        report.return_to_vendor(tmp_path / "out.csv")
    (tmp_path / "link.xlsx").symlink_to(report.delivery.path)
    with pytest.raises(AgreementError, match="overwrite"):
        report.return_to_vendor(tmp_path / "link.xlsx")
    (tmp_path / "taken").write_text("")
    with pytest.raises(LedgerError, match="taken"):
        report.return_to_vendor(tmp_path / "taken" / "out.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(LedgerError, match="folder"):
        report.return_to_vendor(tmp_path / "folder.xlsx")
    assert not list(tmp_path.glob(".*"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200), code=st.sampled_from(["en", "ru"]))
def test_whatever_the_bytes_every_faulty_row_is_marked(tmp_path, body, code):
    try:
        report = check(tmp_path, b"a,b,c\n" + body, GRID)
    except DeliveryError:
        return
    _, rows, _ = sheets(report.return_to_vendor(tmp_path / "out.xlsx", code), code)
    found = {int(re.sub(r"\D", "", address)) for address in marked(rows)}
    assert found == {row for row, *_ in words_of(report, code)}
    assert rows.max_row <= report.rows.delivered + 1
    assert report.letter(code)
    report.discard()
