"""The tables on which Frictionless is tested, its verdicts beside ours.

Every one of the 47 files gets the same verdict by row, column and kind, or stands in
`DIFFERENT` with the reason why ours is another.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from source_world import check, deal

from vendoreval.errors import DeliveryError
from vendoreval.intake import ValidationReport

pytestmark = pytest.mark.material
VERDICTS = "expected-by-frictionless-5.21.json"
# (row, position of the column, kind); a row counts as in the file, the header too
Verdict = tuple[int | None, int | None, str]

# our rule -> its name among the verdicts
KINDS = {
    "blank_row": "blank-row",
    "missing_cells": "missing-cell",
    "extra_cells": "extra-cell",
    "duplicate_header": "duplicate-label",
    "type": "type-error",
    "quote": "quote",
}
# a line of another count of cells is one fault of the whole line, however many are missing
WHOLE_LINES = {"missing-cell", "extra-cell", "blank-row", "quote"}
# a column without a header is padding: left alone, its cells stay in the file
NEVER = {"blank-label"}

# columns whose type is not text, where the verdicts ask for one
TYPES = {"capital-invalid.csv": {1: "integer"}}
# where the header is none of the first row: its texts as a vendor's agreement would name them
HEADERS = {
    "issue-1024.xlsx": ["Country", "Level 1 Name", "Area", "Area ID", "Analysis Name"],
    "issue-320.xlsx": ["Country", "Level 1 Name", "Area", "Analysis Name"],
    "sheet2.xlsx": ["id", "name"],
    "skip-rows-before-headers.csv": ["id", "name"],
}
# file -> (what only Frictionless says, what only we say, why)
DIFFERENT: dict[str, tuple[set[Verdict], set[Verdict], str]] = {
    "capital-invalid.csv": (
        {(12, 1, "type-error")}, set(),
        "row 12 has a cell too many, so nobody knows which cell is the id",
    ),
    "escaping.csv": (
        set(), {(4, None, "quote")},
        'a quote escaped by a backslash, \\", is not CSV: the row stops where the quote does',
    ),
    "issue-1024.xlsx": (
        {(row, None, "blank-row") for row in range(2, 7)},
        {(row, None, "blank-row") for row in (59, 60, 61, 63)},
        "rows above the header, found in row 12, are titles; the blank ones near the end come "
        "after the 60th verdict, where the list of Frictionless was cut",
    ),
    "issue-320.xlsx": (
        {(row, None, "blank-row") for row in range(2, 7)} | {(10, 7, "type-error")},
        {(row, None, "blank-row") for row in (59, 60, 61, 63)},
        "rows above the header, found in row 12, are titles, so their texts have no type; the "
        "list of Frictionless was cut after the 60th verdict",
    ),
    "issue-870.xlsx": (
        {(11, None, "blank-row")}, set(),
        "a sheet ends with its content and not where it claims to",
    ),
    "merged-cells.xls": (
        {(2, None, "blank-row"), (3, None, "blank-row")}, set(),
        "a sheet ends with its content; the rows belong to the merged header",
    ),
    "sheet2.xlsx": (
        set(), set(),
        "the first sheet is empty, the second one holds the report and is read",
    ),
    "skip-rows-before-headers.csv": (
        {(row, 2, "extra-cell") for row in (2, 3, 4)}, set(),
        "the header is found below the comment, so no row has a cell too many",
    ),
}  # fmt: skip
UNREADABLE = {"empty.csv": "the file is empty"}


def first_row(path: Path) -> list[str]:
    if path.suffix == ".csv":
        text = path.read_bytes().decode("utf-8-sig", "replace")
        line = text.partition("\n")[0]
        mark = max(",;\t", key=line.count)
        return next(csv.reader(io.StringIO(line), delimiter=mark), [])
    sheet = python_calamine.load_workbook(path).get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False, nrows=1) if sheet.start else []
    return [cell if isinstance(cell, str) else f"{cell:g}" for cell in rows[0]] if rows else []


def agreed(path: Path):
    """One column of the agreement for each different text of the header."""
    columns: list[dict[str, Any]] = []
    seen: set[str] = set()
    types = TYPES.get(path.name, {})
    for place, text in enumerate(HEADERS.get(path.name) or first_row(path) or ["id"], 1):
        plain = " ".join(text.split()).casefold()
        if plain and plain not in seen:
            seen.add(plain)
            kind = types.get(place, "string")
            columns.append({"name": f"c{place}", "kind": kind, "synonyms": [{"synonym": text}]})
    return deal(*columns, encodings=["utf-8", "utf-8-sig", "latin-1"])


def ours(report: ValidationReport) -> set[Verdict]:
    found: set[Verdict] = set()
    headers = [" ".join(text.split()).casefold() for text in report.delivery.headers]
    for fault in report.faults.first(None):
        kind = KINDS[fault.rule]
        if kind == "duplicate-label":
            found |= {
                (None, place, kind)
                for place, text in enumerate(headers, 1)
                if text and text in headers[: place - 1]
            }
        elif kind in WHOLE_LINES:
            found.add((fault.row, None, kind))
        else:
            found.add((fault.row, int((fault.column or "c0")[1:]), kind))
    return found


def theirs(entries: list[list[Any]]) -> set[Verdict]:
    return {
        (row, None if kind in WHOLE_LINES else column, kind)
        for row, column, kind in entries
        if kind not in NEVER and kind != "source-error"
    }


def files(material: Path) -> dict[str, dict[str, Any]]:
    text = (material / "fixtures" / "frictionless-py" / VERDICTS).read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_all_47_files_are_asked(material):
    names = files(material)
    assert len(names) == 47
    assert {*DIFFERENT, *UNREADABLE, *HEADERS, *TYPES} <= {Path(name).name for name in names}


@pytest.mark.parametrize("number", range(47))
def test_the_verdict_is_the_same_or_the_reason_stands_in_the_table(tmp_path, material, number):
    name, expected = sorted(files(material).items())[number]
    path = material / "fixtures" / "frictionless-py" / name
    if path.name in UNREADABLE:
        with pytest.raises(DeliveryError, match=UNREADABLE[path.name]):
            check(tmp_path, path.read_bytes(), agreed(path), path.name)
        return
    report = check(tmp_path, path.read_bytes(), agreed(path), path.name)
    only_theirs, only_ours, why = DIFFERENT.get(path.name, (set(), set(), ""))
    # a cell counts where they count a line
    only_theirs = {(r, None if k in WHOLE_LINES else c, k) for r, c, k in only_theirs}
    got, wanted = ours(report), theirs(expected["errors"])
    assert (wanted - got, got - wanted) == (only_theirs, only_ours), why or name
    rows = report.rows
    assert rows.accepted + rows.quarantined + rows.rejected + rows.skipped == rows.delivered
