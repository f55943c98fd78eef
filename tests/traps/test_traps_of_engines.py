"""Wrong answers that engines give in silence: each is a promise that we do not.

Measured in DuckDB 2.0, Polars 2.1 and python-calamine 0.9; what would go wrong stands in
the docstrings.
"""

from __future__ import annotations

import ast
import random
from datetime import UTC, datetime

import pytest
from intake_world import agreement, check, column, column_of, faults_of, rows_of
from source_world import workbook

from vendoreval.errors import AgreementError

CODES = ("sale", "refusal", "busy", "no_answer", "callback", "voicemail", "gatekeeper", "lead",
         "meeting", "do_not_call")  # fmt: skip


def coded(*more: dict) -> object:
    return agreement(
        column("n", "integer", required=True),
        column("code", required=True, enum=[{"value": code} for code in CODES]),
        *more,
    )


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_rows_keep_their_place_under_a_rule_of_ten_codes(tmp_path, workers):
    """`NOT IN` over eight constants becomes a join in DuckDB and shuffles the rows."""
    pick = random.Random(7)
    lines = [f"{n},{pick.choice(CODES)}" for n in range(60_000)]
    for n in range(0, 60_000, 997):
        lines[n] = f"{n},unknown"
    text = "n,code\n" + "\n".join(lines) + "\n"
    report = check(tmp_path, text, coded(), block_bytes=64 << 10, workers=workers)
    rows = [(r["_row"], r["n"]) for r in rows_of(report.accepted_files)]
    assert all(row == n + 2 for row, n in rows) and rows == sorted(rows)
    assert [(f[0], f[3]) for f in faults_of(report)] == [
        (n + 2, "unknown") for n in range(0, 60_000, 997)
    ]


def test_rejected_lines_do_not_shift_the_rows_below_them(tmp_path):
    """`row_number()` in DuckDB skips the lines that the CSV reader rejected."""
    text = "n,code\n1,sale\n2\n3,sale,x\n\n4,unknown\n5,sale\n"
    report = check(tmp_path, text, coded())
    assert [(r["_row"], r["n"]) for r in rows_of(report.accepted_files)] == [(2, 1), (7, 5)]
    assert [(f[0], f[1], f[4]) for f in faults_of(report)] == [
        (3, 3, "missing_cells"), (4, 4, "extra_cells"), (5, 5, "blank_row"), (6, 6, "code"),
    ]  # fmt: skip


def test_one_unclosed_quote_takes_only_its_own_line(tmp_path):
    """With an unclosed quote DuckDB and Python's csv swallow the file up to the next quote."""
    lines = [f"{n},sale" for n in range(30_000)]
    for n in (20, 71, 25_000):
        lines[n] = f'{n},"sale'
    report = check(tmp_path, "n,code\n" + "\n".join(lines) + "\n", coded(), block_bytes=4096)
    assert [(f[0], f[3], f[4]) for f in faults_of(report)] == [
        (n + 2, f'{n},"sale', "quote") for n in (20, 71, 25_000)
    ]
    assert report.rows.accepted == 29_997


@pytest.mark.parametrize("cell", ["12.7", "1e3", "0x1F", "1_000", "+5", " 1 2", "1.0", "١٢"])
def test_what_a_kind_cast_would_take_for_an_integer_is_a_fault(tmp_path, cell):
    """`TRY_CAST('12.7' AS INTEGER)` is 13, `1e3` is 1000, `0x1F` is 31."""
    report = check(tmp_path, f"n,code\n{cell},sale\n", coded())
    assert faults_of(report) == [(2, 2, "n", cell, "type")]


@pytest.mark.parametrize(
    "cell",
    ["epoch", "infinity", "2026-3-1 10:00:00", " 2026-03-01 10:00:00", "2026-03-01T10:00",
     "2026-03-01 10:00:00+03", "+2026-03-01 10:00:00", "2026-02-30 10:00:00"],
)  # fmt: skip
def test_what_a_kind_cast_would_take_for_a_time_is_a_fault(tmp_path, cell):
    """`epoch` and `infinity` are timestamps to DuckDB; Polars takes one-digit months."""
    report = check(tmp_path, f"n,code,at\n1,sale,{cell}\n", coded(column("at", "timestamp")))
    assert faults_of(report) == [(2, 2, "at", cell, "date_format")]


@pytest.mark.parametrize(
    ("form", "wanted"), [("mm:ss", 205), ("hh:mm", 12_300), ("hh:mm:ss", None), ("seconds", None)]
)
def test_three_minutes_are_not_three_hours(tmp_path, form, wanted):
    """`CAST('3:25' AS INTERVAL)` is 3 h 25 min."""
    talk = column("talk", "integer", ours={"unit": "s", "acceptedForms": [form]})
    report = check(tmp_path, "n,code,talk\n1,sale,3:25\n", coded(talk))
    assert column_of(report, "talk") == ([wanted] if wanted else [])
    assert bool(faults_of(report)) == (wanted is None)


def test_a_talk_of_more_than_a_day_keeps_its_day(tmp_path):
    """A TIME cannot hold 27:30:00: the day is lost or the value null."""
    talk = column("talk", "integer", ours={"unit": "s", "acceptedForms": ["hh:mm:ss"]})
    report = check(tmp_path, "n,code,talk\n1,sale,27:30:00\n", coded(talk))
    assert column_of(report, "talk") == [99_000]


def test_a_cell_too_many_is_not_dropped(tmp_path):
    """`strict_mode=false` accepts the row and loses the cell."""
    report = check(tmp_path, "n,code\n1,sale,150 EUR\n2,sale\n", coded())
    assert faults_of(report) == [(2, 2, None, "1,sale,150 EUR", "extra_cells")]
    assert column_of(report, "n") == [2]


def test_a_cell_too_few_is_not_filled_up(tmp_path):
    """Polars fills a short line with nulls in silence."""
    free = agreement(column("a"), column("b"), column("c"))
    report = check(tmp_path, "a,b,c\n1,2\n1,2,\n" + "1,2,3\n" * 500, free)
    assert faults_of(report) == [(2, 2, None, "1,2", "missing_cells")]


def test_row_and_line_part_after_a_line_end_inside_quotes(tmp_path):
    """A reader that counts only one of them sends the vendor to the wrong place."""
    text = 'n,code,text\n1,sale,"a\nb\nc"\n2,nothing,x\n3,sale,"d\ne"\n4,nothing,x\n'
    report = check(tmp_path, text, coded(column("text")))
    assert faults_of(report) == [
        (3, 5, "code", "nothing", "code"),
        (5, 8, "code", "nothing", "code"),
    ]
    told = report.to_json()["faults"][1]
    assert (told["row"], told["line"]) == (5, 8)


def test_a_failed_formula_is_not_an_empty_cell(tmp_path):
    """python-calamine returns '' for #DIV/0!: an optional cell would pass as empty."""

    def fill(_book, page):
        page.write_row(0, 0, ["n", "code", "share"])
        page.write_row(1, 0, [1, "sale"])
        page.write_formula(1, 2, "=1/0", None, "#DIV/0!")

    report = check(tmp_path, workbook(fill), coded(column("share", "number")), "free.xlsx")
    assert faults_of(report) == [(2, 2, "share", "#DIV/0!", "type")]


def test_one_bad_value_does_not_stop_the_check_of_its_column(tmp_path):
    """A failed cast of the whole column switches its other rules off (pandera, lazily)."""
    few = column("few", "integer", logicalTypeOptions={"maximum": 9})
    report = check(tmp_path, "n,code,few\n1,sale,x\n2,sale,10\n3,sale,9\n", coded(few))
    assert [(f[0], f[4]) for f in faults_of(report)] == [(2, "type"), (3, "maximum")]


def test_a_quoted_nothing_is_empty_too(tmp_path):
    """`""` is a text of no letters to Polars, and no null."""
    report = check(tmp_path, 'n,code\n1,""\n', coded())
    assert faults_of(report) == [(2, 2, "code", "", "required")]


def test_no_connection_may_fetch_an_extension(root):
    """DuckDB downloads what it lacks, and offline that hangs for minutes."""
    tried = 0
    for path in sorted((root / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) != "duckdb.connect":
                continue
            tried += 1
            told = ast.unparse(node)
            assert "autoinstall_known_extensions" in told or "config=_SETTINGS" in told, path
    assert tried >= 2


@pytest.mark.parametrize("name", ["windows-1251-2000", "rot13", "base64", ""])
def test_an_encoding_that_nobody_knows_is_an_error_of_the_agreement(name):
    """In DuckDB it starts the download of an extension of 336 MB."""
    with pytest.raises(AgreementError, match="the name of an encoding, such as utf-8"):
        agreement(column("a"), dialect={"encodings": [name]})


def test_the_same_instant_is_never_read_twice_as_another(tmp_path):
    """A casual reader applies the zone of the machine; ours is the one of the agreement."""
    at = column("at", "timestamp")
    deal = agreement(at, column("b"), period={"every": "month", "column": "at",
                                              "timezone": "Asia/Tokyo"})  # fmt: skip
    report = check(tmp_path, "at,b\n2026-10-01 08:59:59,x\n", deal,
                   received_at=datetime(2026, 12, 1, tzinfo=UTC))  # fmt: skip
    assert column_of(report, "at") == [datetime(2026, 9, 30, 23, 59, 59)]
