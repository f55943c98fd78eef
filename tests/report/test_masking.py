"""What may leave the ledger: masked persons, disarmed formulas, typed numbers."""

from __future__ import annotations

import csv
import hashlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_audit import calls

from vendoreval.report import clean_text, guard_formula, mask_phone, mask_text, mask_value
from vendoreval.report import write_evidence as write


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("+79161234512", "+7 9** ***-**-12"),
        ("8 (916) 123-45-12", "+7 9** ***-**-12"),
        ("9161234512", "+7 9** ***-**-12"),
        ("+7 495 123 45 12", "+7 4** ***-**-12"),
        ("+7 9** ***-**-12", "+7 9** ***-**-12"),
        ("112", "***"),
        ("", ""),
    ],
)
def test_phone(raw: str, masked: str) -> None:
    assert mask_phone(raw) == masked


@pytest.mark.parametrize(
    "kept",
    ["c-7f31a0", "2026-10-29 11:42:07", "98 700 minutes", "456 516,00", "F-01", "20261029114207",
     "call 412 s, talk 188 s", "70000000000000000001", "1234567890"],
)  # fmt: skip
def test_what_is_no_phone_is_kept(kept: str) -> None:
    assert mask_text(kept) == kept


@pytest.mark.parametrize(
    ("column", "raw", "masked"),
    [
        ("phone", "84951234512", "+7 4** ***-**-12"),
        ("caller_phone", "1234567", "+1****67"),
        ("lead_id", "79161234512", "+7 9** ***-**-12"),
        ("lead_id", "70000000012", "70000000012"),
        ("call_id", "20261029001", "20261029001"),
        ("agent_id", "a-17", "a-17"),
        ("customer_name", "Ivan Petrov", "***"),
        ("email", "someone", "***"),
        ("feedback", "ring +7 916 123 45 12 back", "ring +7 9** ***-**-12 back"),
        ("feedback", "write to a.b@example.org", "write to a***@example.org"),
    ],
)
def test_cell_by_column_and_form(column: str, raw: str, masked: str) -> None:
    assert mask_value(column, raw) == masked


@given(st.text(max_size=30))
def test_masking_twice_is_masking_once(text: str) -> None:
    for column in ("phone", "feedback", "lead_id"):
        once = mask_value(column, text)
        assert mask_value(column, once) == once


@pytest.mark.parametrize(
    "first", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]
)
def test_formula_is_guarded(first: str) -> None:
    assert guard_formula(f"{first}1+1") == f"'{first}1+1"
    assert guard_formula(f"a{first}1") == f"a{first}1"


def test_control_and_bidirectional_characters_go() -> None:
    assert clean_text("a\u202eb\u0000c\u200bd\u2069") == "abcd"
    assert clean_text("Ёж\tи\nлиса") == "Ёж\tи\nлиса"


def test_evidence_file_is_what_it_says(tmp_path: Path) -> None:
    file = write(calls(30), tmp_path / "evidence", "F-07.csv")
    content = (tmp_path / "evidence" / "F-07.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert (file.name, file.count, file.report) == ("F-07.csv", 30, "calls")
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert b"916123" not in content
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert tuple(rows[0]) == file.columns
    assert len(rows) == 31
    assert rows[1][file.columns.index("phone")] == "'+7 9** ***-**-00"
    assert rows[1][file.columns.index("description")] == "'=HYPERLINK(1)"
    assert len(file.preview) == 12
    assert file.preview[0][file.columns.index("phone")] == "+7 9** ***-**-00"


def test_numbers_stay_numbers_and_text_is_quoted(tmp_path: Path) -> None:
    table = pa.table(
        {
            "amount": pa.array([Decimal("-12.6200"), None], pa.decimal128(18, 4)),
            "talk_seconds": pa.array([188, None], pa.int64()),
            "rate": pa.array([0.5, float("nan")]),
            "is_test": pa.array([True, None]),
            "on": pa.array([date(2026, 10, 29), None]),
            "at": pa.array([datetime(2026, 10, 29, 11, 42, 7), None], pa.timestamp("us")),
            "note": ['say "hi"', None],
        }
    )
    write(table, tmp_path, "x.csv")
    lines = (tmp_path / "x.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[1] == ('-12.6200,188,0.5,"true","2026-10-29","2026-10-29 11:42:07","say ""hi"""')
    assert lines[2] == '"","","","","","",""'


def test_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    first = write(calls(), tmp_path, "a.csv")
    second = write(pa.Table.from_pandas(calls(), preserve_index=False), tmp_path, "b.csv")
    assert first.sha256 == second.sha256


def test_phone_stored_as_a_number_is_masked(tmp_path: Path) -> None:
    write(pd.DataFrame({"phone": [79161234512]}), tmp_path, "a.csv")
    assert b"9161234" not in (tmp_path / "a.csv").read_bytes()
