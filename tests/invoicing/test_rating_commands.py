"""`vendoreval rate` and `vendoreval invoice`, as a user meets them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from vendoreval.cli import run

Said = Callable[[], tuple[str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return lambda: tuple(capsys.readouterr())  # type: ignore[return-value]


def test_the_invoice_as_a_table(workspace: Path, said: Said, tmp_path: Path) -> None:
    sheet = tmp_path / "out" / "alpha.xlsx"
    assert run(["invoice", str(workspace), "--vendor", "alpha", "--period", "2026-10",
                "--xlsx", str(sheet)]) == 0  # fmt: skip
    out, _ = said()
    lines = out.splitlines()
    assert lines[1].split() == ["Line", "Expected", "Price", "Net", "Billed", "Price", "Net",
                                "Difference"]  # fmt: skip
    assert "work · minute of talk" in lines[2]
    assert "units more than the reports support" in lines[3]
    assert any("the call log, seconds it calls billed" in text for text in lines)
    assert str(sheet) in out
    assert openpyxl.load_workbook(sheet).sheetnames == ["Comparison", "Invoice as billed",
                                                        "Three sides"]  # fmt: skip


def test_the_invoice_in_russian_and_as_json(workspace: Path, said: Said) -> None:
    asked = ["invoice", str(workspace), "--vendor", "alpha", "--period", "2026-10"]
    assert run([*asked, "--lang", "ru"]) == 0
    out, _ = said()
    assert "Ожидается" in out and "единиц больше" in out
    assert run([*asked, "--json"]) == 0
    made = json.loads(said()[0])
    (total,) = made["totals"]
    (row,) = made["rows"]
    assert row["invoice_lines"] == "I-7 / 1"
    assert total["difference"] == row["difference"]
    assert float(total["difference"]) > 0


def test_the_rating_of_a_workspace(workspace: Path, said: Said, tmp_path: Path) -> None:
    out_file = tmp_path / "rated.csv"
    assert run(["rate", str(workspace), "--vendor", "alpha", "--period", "2026-10",
                "--csv", str(out_file)]) == 0  # fmt: skip
    out, _ = said()
    assert "talk_seconds  rated_seconds  billed_seconds" in out
    assert "billed above the card" in out
    assert "billed by the rule talk, increments 60/60, which reproduces 100.0% of 120 calls" in out
    with out_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 120 and "phone" not in rows[0]
    # the vendor's codes are no formulas, and instants are those of its own clock
    assert rows[0]["call_id"] == "'=c0"
    assert rows[0]["started_at"] == "2026-10-05 10:00:00+03:00"
    assert {row["state"] for row in rows} <= {"above", "as_rated"}


def test_the_rating_of_a_file(workspace: Path, said: Said) -> None:
    file = workspace / "inbox" / "alpha" / "calls_2026-10.csv"
    agreement = workspace / "agreements" / "alpha.odcs.yaml"
    assert run(["rate", str(file), "--agreement", str(agreement), "--json"]) == 0
    made = json.loads(said()[0])
    (total,) = made["totals"]
    assert total["calls"] == 120
    assert total["talk_seconds"] <= total["rated_seconds"] < total["billed_seconds"]
    assert made["rules"][0]["share"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["invoice", "{w}", "--vendor", "beta", "--period", "2026-10"], "one of: alpha"),
        (["invoice", "{w}", "--vendor", "alpha", "--period", "october"], "a period such as"),
        (["invoice", "{w}", "--vendor", "alpha", "--period", "2026-10", "--xlsx", "a.pdf"],
         "ends in .xlsx"),
        (["invoice", "{w}/nothing", "--vendor", "alpha", "--period", "2026-10"],
         "there is no such folder"),
        (["rate", "{w}", "--vendor", "alpha"], "a period such as"),
        (["rate", "{w}", "--period", "2026-10"], "one of: alpha"),
        (["rate", "{w}/inbox/alpha/calls_2026-10.csv"], "--agreement"),
        (["rate", "{w}/inbox/alpha/invoice_2026-10.csv", "--agreement",
          "{w}/agreements/alpha.odcs.yaml"], "not rows of the report 'invoice_lines'"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_in_one_sentence(
    workspace: Path, said: Said, arguments: list[str], words: str
) -> None:
    assert run([part.replace("{w}", str(workspace)) for part in arguments]) in (2, 3)
    out, err = said()
    assert words in err
    assert "Traceback" not in out + err
