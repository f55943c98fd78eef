"""The horror files of messytables: opened, the header found, faults listed, never a crash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from source_world import accepted, check, deal, notes

from vendoreval.errors import DeliveryError

pytestmark = pytest.mark.material
SIMPLE = ["date", "temperature", "place"]
BERKELEY = ("2011-01-01", "6", "Berkeley")

# file -> headers as an agreement names them, its encodings besides UTF-8, row of the header,
# rows accepted, rules broken, what else must be told
CASES: dict[str, tuple[list[str], list[str], int, int, dict[str, int], str]] = {
    "characters.csv": (["id", "春翴絪腹"], ["gb18030"], 1, 382, {}, "read as gb18030"),
    "complex.csv": (["date", "another date", "temperature", "place"], [], 1, 2,
                    {"extra_cells": 1}, ""),
    "example.tsv": (["hour", "expr1_0_imp"], [], 1, 140, {}, "separated by: tab"),
    "long.csv": (["foo"], [], 1, 3999, {}, ""),
    "mixedGLB.csv": (["Year", "Jan", "D-N"], [], 4, 133, {}, "carriage return alone"),
    "null.csv": (["1", "null"], [], 1, 9, {}, ""),
    "simple.csv": (SIMPLE, [], 1, 6, {}, ""),
    "simple.psv": (["Year", "All dwellings"], [], 1, 28, {}, "separated by: vertical bar"),
    "simple.ssv": (SIMPLE, [], 1, 6, {}, "separated by: semicolon"),
    "simple.xls": (SIMPLE, [], 1, 6, {}, "counts its days from 1904"),
    "simple.xlsx": (SIMPLE, [], 1, 6, {}, "counts its days from 1904"),
    "simple.zip": (SIMPLE, [], 1, 6, {}, "unpacked from zip: simple.csv"),
    "skip_initials.csv": (["field1", "field2"], [], 1, 2, {}, ""),
    "small.csv": (["a"], [], 1, 0, {}, ""),
    "spanish_chars.csv": (["GF_ID", "Descripción"], ["cp1252"], 1, 115, {"blank_row": 1},
                          "read as cp1252"),
    "unicode_sheet_name.xls": (["this spreadsheet has got a unicode character in the sheet name"],
                               [], 1, 0, {}, ""),
    "utf8bom.csv": (["kitten", "win"], [], 1, 0, {}, ""),
}  # fmt: skip
REFUSED = {"libreoffice.xlsx": "no visible sheet with rows"}


def agreed(headers: list[str], encodings: list[str]):
    columns: list[dict[str, Any]] = [
        {"name": f"c{n}", "synonyms": [{"synonym": text}]} for n, text in enumerate(headers)
    ]
    return deal(*columns, encodings=["utf-8", "utf-8-sig", *encodings])


def horror(material: Path, name: str) -> bytes:
    return (material / "fixtures" / "messytables-horror" / name).read_bytes()


def test_every_file_of_the_folder_is_asked(material):
    folder = material / "fixtures" / "messytables-horror"
    names = {path.name for path in folder.iterdir()} - {"README.md"}
    assert names == CASES.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", CASES)
def test_it_is_opened_its_header_found_and_every_row_accounted_for(tmp_path, material, name):
    headers, encodings, header_row, rows, counts, told = CASES[name]
    report = check(tmp_path, horror(material, name), agreed(headers, encodings), name)
    assert report.delivery.header_row == header_row
    assert [c for c in report.delivery.columns if c] == [f"c{n}" for n in range(len(headers))]
    assert (report.rows.accepted, dict(report.counts)) == (rows, counts)
    assert told in notes(report)
    if headers == SIMPLE:
        assert accepted(report, "c0", "c1", "c2")[3] == BERKELEY


@pytest.mark.parametrize("name", REFUSED)
def test_an_empty_sheet_is_one_clear_sentence(tmp_path, material, name):
    with pytest.raises(DeliveryError, match=REFUSED[name]):
        check(tmp_path, horror(material, name), agreed(["id"], []), name)


@pytest.mark.parametrize("name", CASES)
def test_another_agreement_is_refused_in_one_sentence(tmp_path, material, name):
    with pytest.raises(DeliveryError) as caught:
        check(tmp_path, horror(material, name), agreed(["zzz", "yyy"], []), name)
    assert len(caught.value.problems) == 1
    assert caught.value.describe("ru") != caught.value.describe("en")
