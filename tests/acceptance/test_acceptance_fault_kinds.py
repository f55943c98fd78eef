"""The 25 kinds of faults of the data quality specification: each found, or said why not.

The same table stands in docs/fault-kinds.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from source_world import check, deal, faults, notes

from vendoreval.errors import DeliveryError
from vendoreval.intake import read_delivery

ID = {"name": "id", "required": True}
Asked = tuple[tuple[dict[str, Any], ...], str]

# kind -> columns of the agreement and a file; the fault we give: row, column, value, rule
FOUND: dict[str, tuple[Asked, tuple[int, str | None, str | None, str]]] = {
    "encoding-error": (((ID, {"name": "b"}), "id,b\n1,\udcff\n"), (2, None, "1,\\xff", "encoding")),
    "duplicate-header": (((ID, {"name": "b"}), "id,b,id\n1,2,3\n"),
                         (1, "id", "id", "duplicate_header")),
    "blank-row": (((ID, {"name": "b"}), "id,b\n1,2\n,\n3,4\n"), (3, None, None, "blank_row")),
    "duplicate-row": (((ID | {"primaryKey": True}, {"name": "b"}), "id,b\n1,2\n1,2\n"),
                      (3, "id", "1", "unique")),
    "extra-value": (((ID, {"name": "b"}), "id,b\n1,2,3\n"), (2, None, "1,2,3", "extra_cells")),
    "missing-value": (((ID, {"name": "b"}), "id,b\n1\n"), (2, None, "1", "missing_cells")),
    "non-matching-header": (((ID, {"name": "b", "required": True}), "id,x\n1,2\n"),
                            (1, "b", None, "missing_column")),
    "missing-header": (((ID, {"name": "b", "required": True}), "id\n1\n"),
                       (1, "b", None, "missing_column")),
    "type-or-format-error": (((ID, {"name": "b", "kind": "integer"}), "id,b\n1,x\n"),
                             (2, "b", "x", "type")),
    "required-constraint": (((ID, {"name": "b"}), "id,b\n,2\n"), (2, "id", None, "required")),
    "pattern-constraint": (((ID, {"name": "b", "logicalTypeOptions": {"pattern": "^7"}}),
                            "id,b\n1,8\n"), (2, "b", "8", "pattern")),
    "unique-constraint": (((ID, {"name": "b", "unique": True}), "id,b\n1,2\n2,2\n"),
                          (3, "b", "2", "unique")),
    "enumerable-constraint": (((ID, {"name": "b", "enum": [{"value": "x"}]}), "id,b\n1,y\n"),
                              (2, "b", "y", "code")),
    "minimum-constraint": (((ID, {"name": "b", "kind": "integer",
                                  "logicalTypeOptions": {"minimum": 5}}), "id,b\n1,4\n"),
                           (2, "b", "4", "minimum")),
    "maximum-constraint": (((ID, {"name": "b", "kind": "integer",
                                  "logicalTypeOptions": {"maximum": 5}}), "id,b\n1,6\n"),
                           (2, "b", "6", "maximum")),
    "minimum-length-constraint": (((ID, {"name": "b", "logicalTypeOptions": {"minLength": 2}}),
                                   "id,b\n1,x\n"), (2, "b", "x", "length")),
    "maximum-length-constraint": (((ID, {"name": "b", "logicalTypeOptions": {"maxLength": 2}}),
                                   "id,b\n1,xyz\n"), (2, "b", "xyz", "length")),
}  # fmt: skip


def _missing(folder: Path) -> None:
    read_delivery(folder / "nowhere.csv", deal(ID))


def _no_table(folder: Path) -> None:
    check(folder, b"%PDF-1.7 not a table", deal(ID), "free.csv")


def _unknown_kind(folder: Path) -> None:
    check(folder, b"\x89PNG\r\n\x1a\n" + bytes(50), deal(ID), "free.csv")


# kind -> what refuses the whole file, in one sentence
REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "io-error": (_missing, "there is no such file"),
    "source-error": (_no_table, "this is a file of the kind PDF"),
    "format-error": (_unknown_kind, "this is a file of the kind PNG"),
}
# kind -> how it is told although it refuses nothing
TOLD = {
    "extra-header": ("id,note\n1,2\n", "columns the agreement does not know"),
    "blank-header": ("id,\n1,2\n", ""),
}
NOT_OURS = {
    "http-error": "nothing is fetched from the network: a delivery is a file",
    "scheme-error": "for the same reason no address has a scheme",
    "schema-error": "an agreement that is wrong is AgreementError, before any file is opened",
}


@pytest.mark.material
def test_every_kind_of_the_specification_has_its_answer(material):
    text = (material / "fixtures" / "data-quality-spec" / "spec.json").read_text(encoding="utf-8")
    kinds = set(json.loads(text)["errors"])
    assert len(kinds) == 25
    assert kinds == FOUND.keys() | REFUSED.keys() | TOLD.keys() | NOT_OURS.keys()


@pytest.mark.parametrize("kind", FOUND)
def test_the_fault_is_found_with_row_column_value_and_rule(tmp_path, kind):
    (columns, text), (row, column, value, rule) = FOUND[kind]
    report = check(tmp_path, text.encode("utf-8", "surrogateescape"), deal(*columns), "free.csv")
    assert faults(report) == [(row, row, column, value, rule)]


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(tmp_path, kind):
    attempt, words = REFUSED[kind]
    with pytest.raises(DeliveryError, match=words) as caught:
        attempt(tmp_path)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("kind", TOLD)
def test_what_harms_no_row_is_a_note_and_no_fault(tmp_path, kind):
    text, words = TOLD[kind]
    report = check(tmp_path, text.encode(), deal(ID), "free.csv")
    assert report.ok and report.rows.accepted == 1 and words in notes(report)


def test_the_page_of_the_manual_lists_the_same_kinds(root):
    page = (root / "docs" / "fault-kinds.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:4] for line in page.splitlines() if line.startswith("| `")]
    told = {kind.strip(" `"): answer.strip(" `") for kind, answer, _ in rows}
    rules = {kind: fault[3] for kind, (_, fault) in FOUND.items()}
    assert told == {
        **rules, **dict.fromkeys(REFUSED, "refused"), **dict.fromkeys(TOLD, "note"),
        **dict.fromkeys(NOT_OURS, "not applicable"),
    }  # fmt: skip
