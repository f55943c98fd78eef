"""`vendoreval agreement import` as a newcomer runs it, and on real files nobody here wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from drafting_world import CALLS, csv_sheet, vendor_sheet
from typer.testing import CliRunner

from golden_text import hold
from vendoreval.agreement.lint import lint
from vendoreval.cli import app, run

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command in an empty folder; return its exit code and all it printed."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str]:
        code = run(list(arguments))
        told = capsys.readouterr()
        return code, told.out + told.err

    return call


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_import_says_what_it_took_guessed_and_left_open(
    command: Command, tmp_path: Path, lang: str
) -> None:
    vendor_sheet(tmp_path / "звонки 2026-10.xlsx")
    code, told = command("agreement", "import", "звонки 2026-10.xlsx", "--vendor", "alpha",
                         "--lang", lang)  # fmt: skip
    assert code == 0
    hold(f"import.{lang}", told)
    assert lint(tmp_path / "alpha.odcs.yaml") == []
    code, told = command("agreement", "import", "звонки 2026-10.xlsx", "--vendor", "alpha")
    assert code == 3 and "it is there already" in told


def test_options_settle_what_was_open_and_the_sheet_is_accepted(
    command: Command, tmp_path: Path
) -> None:
    vendor_sheet(tmp_path / "x.xlsx")
    code, told = command(
        "agreement", "import", "x.xlsx", "--out", "beta.odcs.yaml", "--timezone", "Europe/Moscow",
        "--take", "Звонок / Длит. разг.=talk_seconds", "--code", "disposition:Думает=callback",
    )  # fmt: skip
    assert code == 0 and "Written: beta.odcs.yaml" in told
    code, told = command("validate", "x.xlsx", "--agreement", "beta.odcs.yaml")
    assert code == 0, told


def test_asked_the_same_is_settled_by_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    vendor_sheet(tmp_path / "x.xlsx")
    result = CliRunner().invoke(
        app, ["agreement", "import", "x.xlsx", "--vendor", "alpha", "--ask", "--lang", "ru"],
        input="да\nразговор\ncallback\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "«Звонок / Длит. разг.» это столбец talk_seconds?" in result.output
    assert "указано разговор; ожидается одно из: no_answer" in result.output
    assert "с ошибками 0" in result.output
    assert lint(tmp_path / "alpha.odcs.yaml") == []


def test_json_names_everything_and_writes_only_when_told(command: Command, tmp_path: Path) -> None:
    csv_sheet(tmp_path / "calls_2026-10.csv", CALLS, "cp1251")
    code, told = command("agreement", "import", "calls_2026-10.csv", "--json", "--lang", "ru")
    value = json.loads(told)
    assert code == 0 and [p.name for p in tmp_path.iterdir()] == ["calls_2026-10.csv"]
    (report,) = value["reports"]
    assert report["report"] == "calls" and report["header_row"] == 1
    assert report["rows"] == {"delivered": 4, "accepted": 4, "skipped": 0}
    assert {c["how"] for c in report["columns"]} == {"header", "spelling", "own"}
    assert value["agreement"].startswith("apiVersion: v3.2.0")
    code, _ = command("agreement", "import", "calls_2026-10.csv", "--json", "--out", "a.odcs.yaml")
    assert code == 0 and (tmp_path / "a.odcs.yaml").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["none.csv"], 2, "there is no such file"),
        (["calls.csv", "--report", "cals"], 3, "one of: agent_days"),
        (["calls.csv", "--take", "Телефон"], 3, "header=column"),
        (["calls.csv", "--code", "x"], 3, "column:spelling=code"),
        (["calls.csv", "calls.csv", "--report", "calls"], 3, "several files are named"),
    ],
)
def test_wrong_arguments_end_in_one_sentence(
    command: Command, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    csv_sheet(tmp_path / "calls.csv", CALLS, "cp1251")
    ended, told = command("agreement", "import", *arguments)
    assert (ended, words in told) == (code, True), told


# ------------------------------------------------------------------ real files


@pytest.mark.material
def test_the_detail_of_a_real_bill(command: Command, material: Path) -> None:
    path = str(material / "data" / "rostelecom_bill_2017_10" / "detail_per_call.xlsx")
    code, told = command("agreement", "import", path, "--vendor", "beta", "--json", "--out",
                         "beta.odcs.yaml", "--timezone", "Asia/Yekaterinburg")  # fmt: skip
    (report,) = json.loads(told)["reports"]
    assert code == 0 and report["report"] == "carrier_calls"
    known = {c["header"]: (c["column"], c["type"]) for c in report["columns"]}
    assert known["Дата и время"] == ("started_at", "timestamp")
    assert known["Длительность в секундах"] == ("duration_seconds", "integer")
    # 03:00:00 is three minutes there, and is asked about
    assert "03:00:00 is 3 minutes" in told
    # three amounts that a spreadsheet made days of
    assert report["rows"] == {"delivered": 1817, "accepted": 1814, "skipped": 0}
    code, told = command("validate", path, "--agreement", "beta.odcs.yaml", "--json")
    result = json.loads(told)
    assert result["counts"] == {"type": 3} and result["rows"]["accepted"] == 1814
    # by another reader: seconds as they stand, and minutes that the sheet keeps as hours
    rows = list(openpyxl.load_workbook(path).active.iter_rows(min_row=2, values_only=True))
    odd = {n for n, row in enumerate(rows) if not isinstance(row[7], str)}
    taken = [row for n, row in enumerate(rows) if n not in odd and row[4] is not None]
    sums = {name: s["accepted"] for name, s in result["sums"].items()}
    assert len(odd) == 3
    assert sums["duration_seconds"] == sum(int(row[4]) for row in taken)
    hours = [row[5] if isinstance(row[5], timedelta) else timedelta(hours=row[5].hour,
             minutes=row[5].minute) for row in taken]  # fmt: skip
    assert sums["dlitelnost_v_minutakh"] == sum(h.total_seconds() for h in hours) / 60


@pytest.mark.material
def test_the_printed_statement_of_a_real_bill(command: Command, material: Path) -> None:
    path = str(material / "data" / "rostelecom_bill_2017_10" / "statement_with_subtotals.xlsx")
    code, told = command("agreement", "import", path, "--vendor", "beta", "--json")
    (report,) = json.loads(told)["reports"]
    assert code == 0
    # 1,743 lines of calls between titles, repeated headers, totals and page footers
    assert report["rows"] == {"delivered": 2074, "accepted": 1743, "skipped": 331}
    headers = {c["header"] for c in report["columns"]}
    assert headers == {
        "Тип вызова", "Интернет адрес", "Время начала", "Объем(байт)", "Стоимость (руб)", "Дата",
        "Время", "Услуга", "Телефон", "Количество", "Длительность (сек)",
    }  # fmt: skip


@pytest.mark.material
def test_the_deals_of_a_real_crm(command: Command, material: Path) -> None:
    path = str(material / "data" / "school_crm_2023_24" / "deals_raw.xlsx")
    code, told = command("agreement", "import", path, "--vendor", "school", "--json",
                         "--timezone", "Europe/Berlin")  # fmt: skip
    (report,) = json.loads(told)["reports"]
    assert code == 0 and report["report"] == "funnel"
    known = {c["header"]: c for c in report["columns"]}
    assert known["Stage"]["column"] == "stage"
    assert known["Created Time"]["type"] == "timestamp"
    assert known["SLA"]["written"] == "a length of time, written as hh:mm:ss"
    # ids of nineteen digits stay text, money stands as "€ 3.500,00"
    assert known["Id"]["type"] == known["Contact Name"]["type"] == "string"
    assert "€ 1.234,56" in known["Offer Total Amount"]["written"]
    # the two left-over rows of the spreadsheet
    assert report["rows"]["delivered"] - report["rows"]["accepted"] == 2
    assert {c["spelling"] for c in report["open_codes"]} >= {"Call Delayed", "Test Sent"}


@pytest.mark.material
def test_the_calls_of_a_real_crm(command: Command, material: Path) -> None:
    path = str(material / "data" / "school_crm_2023_24" / "calls.csv.gz")
    code, told = command(
        "agreement", "import", path, "--vendor", "school", "--timezone", "Europe/Berlin",
        "--out", "school.odcs.yaml", "--json", "--take", "Id=call_id",
        "--take", "Call Start Date=started_at",
        "--take", "Call Duration (in seconds)=talk_seconds",
        "--code", "disposition:Attended Dialled=gatekeeper",
        "--code", "disposition:Unattended Dialled=no_answer",
        "--code", "disposition:Missed=no_answer", "--code", "disposition:Received=gatekeeper",
        "--code", "disposition:Scheduled Unattended Delay=no_answer",
        "--code", "direction:Missed=inbound",
    )  # fmt: skip
    assert code == 0
    (report,) = json.loads(told)["reports"]
    assert report["rows"]["accepted"] == report["rows"]["delivered"] == 91_936
    assert command("validate", path, "--agreement", "school.odcs.yaml")[0] == 0
