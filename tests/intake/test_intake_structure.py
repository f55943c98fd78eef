"""Quotes, cells, bytes and lines: one broken line is one fault, wherever a block is cut."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_world import agreement, check, column, column_of, faults_of, rows_of

THREE = agreement(column("a"), column("b"), column("c"))
HEADER = "a,b,c\n"

TRUTH = (
    HEADER.encode()
    + b'1,x,y\n'                    # 2
    + b'2,"one, two",y\n'           # 3
    + b'3,x,y,z\n'                  # 4  extra cell
    + b'4,x\n'                      # 5  missing cell
    + b'5,"two\nlines",y\n'         # 6  (lines 6-7)
    + b'6,\xd0x,y\n'                # 7  not UTF-8
    + b'\n'                         # 8  blank
    + b'7,"never closed,y\n'        # 9  unclosed quote
    + b'8,x,y\n'                    # 10
    + b'9,"a"b,y\n'                 # 11 stray quote
    + b'10,OOO "Rose",y\n'          # 12 quotes that mean themselves
    + b'11,"say ""hi""",y\n'        # 13
    + b',,\n'                       # 14 blank cells
    + b'12,5" pipe,y\n'             # 15 stray quote
    + b'13,x,'                      # 16 last line, last cell empty, no line end
)  # fmt: skip


@pytest.mark.parametrize("size", [1, 7, 16, 33, 64, 1 << 20])
def test_every_kind_of_broken_line_is_one_fault_at_any_cut(tmp_path, size):
    report = check(tmp_path, TRUTH, THREE, block_bytes=size)
    assert column_of(report, "a") == [*map(str, (1, 2, 5, 8, 10, 11, 13))]
    assert column_of(report, "b")[:6] == [
        "x",
        "one, two",
        "two\nlines",
        "x",
        'OOO "Rose"',
        'say "hi"',
    ]
    assert [(r, line, v, rule) for r, line, _, v, rule in faults_of(report)] == [
        (4, 4, "3,x,y,z", "extra_cells"),
        (5, 5, "4,x", "missing_cells"),
        (7, 8, "6,\\xd0x,y", "encoding"),
        (8, 9, "", "blank_row"),
        (9, 10, '7,"never closed,y', "quote"),
        (11, 12, '9,"a"b,y', "quote"),
        (14, 15, None, "blank_row"),
        (15, 16, '12,5" pipe,y', "quote"),
    ]
    assert [r["_row"] for r in rows_of(report.accepted_files)] == [2, 3, 6, 10, 12, 13, 16]
    assert report.rows.delivered == 15 and report.rows.rejected == 8
    assert not report.ok


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(
        st.tuples(*[st.text('ab ,;"\n\tж\u202e', min_size=1, max_size=6)] * 3),
        min_size=1,
        max_size=12,
    ),
    size=st.integers(1, 200),
)
def test_well_written_csv_comes_back_as_it_was(tmp_path, mark, cells, size):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=mark, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *cells])
    deal = agreement(column("a"), column("b"), column("c"), dialect={"delimiter": mark})
    report = check(tmp_path, stream.getvalue(), deal, block_bytes=size)
    # text is kept without outer blanks, and a cell of blanks holds nothing
    wanted = [tuple(c.strip() or None for c in row) for row in cells]
    wanted = [row for row in wanted if any(row)]
    got = [(r["a"], r["b"], r["c"]) for r in rows_of(report.accepted_files)]
    assert got == wanted
    assert set(report.counts) <= {"blank_row"}
    report.discard()


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.lists(
        st.sampled_from(
            [
                b"1",
                b"2",
                b"x",
                b",",
                b",",
                b'"',
                b"\n",
                b"\r\n",
                b"\xff",
                b"\x00",
                b" ",
                "ж".encode(),
            ]
        ),
        max_size=80,
    ).map(b"".join),
    size=st.integers(1, 90),
)
def test_any_bytes_part_into_accepted_quarantined_rejected_and_skipped(tmp_path, body, size):
    deal = agreement(
        column("a", "integer", primaryKey=True, primaryKeyPosition=1),
        column("b"),
        dialect={"delimiter": ","},
    )
    data = b"a,b\n" + b"5,ok\n" * 100 + body
    whole = check(tmp_path, data, deal)
    cut = check(tmp_path, data, deal, block_bytes=size)
    for report in (whole, cut):
        rows = report.rows
        assert rows.accepted + rows.quarantined + rows.rejected + rows.skipped == rows.delivered
        assert len(rows_of(report.accepted_files)) == rows.accepted
        assert len(rows_of(report.quarantine_files)) == rows.quarantined
        numbers = [
            r["_row"] for f in (report.accepted_files, report.quarantine_files) for r in rows_of(f)
        ]
        assert len(set(numbers)) == len(numbers)
    assert whole.rows == cut.rows
    assert faults_of(whole) == faults_of(cut)
    assert rows_of(whole.accepted_files) == rows_of(cut.accepted_files)
    whole.discard()
    cut.discard()


def test_csv_spectrum_is_read_exactly(tmp_path, material):
    folder = material / "fixtures" / "csv-spectrum"
    files = sorted((folder / "csvs").glob("*.csv"))
    assert len(files) == 11
    for path in files:
        wanted = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        deal = agreement(*[column(name) for name in wanted[0]])
        report = check(tmp_path, path.read_bytes(), deal, block_bytes=8)
        got = [
            {k: v or "" for k, v in row.items() if k != "_row"}
            for row in rows_of(report.accepted_files)
        ]
        # outer blanks of a text are not kept
        assert got == [{k: v.strip() for k, v in row.items()} for row in wanted], path.name


def test_a_line_over_a_megabyte_is_one_fault(tmp_path):
    data = (
        b"a,b,c\n1,x,y\n"
        + b"2,"
        + b"z" * (3 << 20)
        + b",y\n3,x,y\n"
        + b'4,"'
        + b'"' * (1 << 21)
        + b"\n5,x,y\n"
    )
    for size in (1 << 16, 1 << 25):
        report = check(tmp_path, data, THREE, block_bytes=size)
        assert column_of(report, "a") == ["1", "3", "5"]
        assert [(r, rule) for r, _, _, _, rule in faults_of(report)] == [
            (3, "length"),
            (5, "length"),
        ]
        assert all(len(f[3]) <= 4096 for f in faults_of(report))


def test_ten_thousand_columns_and_nul_bytes_are_read(tmp_path):
    names = [f"c{i}" for i in range(10_000)]
    data = ",".join(["a", *names]) + "\n" + ",".join(["v\0w"] * 10_001) + "\n"
    report = check(tmp_path, data, agreement(column("a")))
    assert column_of(report, "a") == ["v\0w"]


def test_two_unclosed_quotes_far_apart_are_two_faults(tmp_path):
    lines = [f"{i},x,y" for i in range(300)]
    lines[20] = '20,"x,y'
    lines[70] = '70,"x,y'
    lines[290] = '290,x,"y'
    report = check(tmp_path, HEADER + "\n".join(lines) + "\n", THREE, block_bytes=128)
    assert [f[0] for f in faults_of(report)] == [22, 72, 292]
    assert report.rows.accepted == 297
