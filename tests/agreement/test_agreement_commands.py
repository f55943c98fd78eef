"""The commands of an agreement as a newcomer types them: what they print, and how they end."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from golden_text import hold
from vendoreval.agreement import load_agreement
from vendoreval.agreement.library import compose
from vendoreval.agreement.lint import lint
from vendoreval.agreement.yaml_file import dump_yaml, parse_yaml, read_yaml
from vendoreval.cli import app, run

Command = Callable[..., tuple[int, str]]
LANGUAGES = pytest.mark.parametrize("lang", ["en", "ru"])
CARD = [{"unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-01-01"}]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command in an empty folder; return its exit code and all it printed."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str]:
        code = run(["agreement", *arguments])
        told = capsys.readouterr()
        return code, told.out + told.err

    return call


def new(command: Command, *more: str) -> tuple[int, str]:
    return command(
        "new", "--vendor", "alpha", "--preset", "asterisk-cdr", "--report", "invoice_lines,roster",
        "--timezone", "Europe/Moscow", "--number", "17/2026", "--party", "Buyer", "--party",
        "Alpha Ltd", "--from", "2026-01-01", "--rate",
        "talk_minute 9,50 RUB first_increment_seconds=60 next_increment_seconds=60", *more,
    )  # fmt: skip


# ------------------------------------------------------------------ new


@LANGUAGES
def test_new_from_flags_says_what_it_wrote_and_what_comes_next(
    command: Command, lang: str, tmp_path: Path
) -> None:
    code, told = new(command, "--lang", lang)
    assert code == 0
    hold(f"new.{lang}", told)
    assert lint(tmp_path / "alpha.odcs.yaml") == []
    agreement = load_agreement(tmp_path / "alpha.odcs.yaml")
    assert agreement.title == "Alpha Ltd"
    assert agreement.parties is not None and agreement.parties.number == "17/2026"


@LANGUAGES
def test_new_with_everything_wrong_names_all_of_it(command: Command, lang: str) -> None:
    code, told = command(
        "new", "--vendor", "a/b", "--report", "cals", "--preset", "astrisk", "--timezone",
        "Moscow", "--every", "year", "--headers", "de", "--party", "A", "--rate", "minute 9",
        "--no-ask", "--lang", lang,
    )  # fmt: skip
    assert code == 3
    hold(f"new_wrong.{lang}", told)
    assert list(Path().iterdir()) == []


def test_new_never_writes_over_a_file(command: Command, tmp_path: Path) -> None:
    (tmp_path / "alpha.odcs.yaml").write_text("mine", encoding="utf-8")
    code, told = new(command)
    assert code == 3 and "it is there already" in told
    assert (tmp_path / "alpha.odcs.yaml").read_text("utf-8") == "mine"


def test_new_writes_below_agreements_in_a_workspace(command: Command, tmp_path: Path) -> None:
    (tmp_path / "vendoreval.yaml").write_text("client: x", encoding="utf-8")
    assert new(command)[0] == 0
    assert (tmp_path / "agreements" / "alpha.odcs.yaml").is_file()


def test_new_takes_lines_of_the_rate_card_from_a_file(command: Command, tmp_path: Path) -> None:
    (tmp_path / "rates.yaml").write_text(dump_yaml({"rateCard": CARD}), encoding="utf-8")
    code, _ = command("new", "--vendor", "beta", "--report", "calls", "--rates", "rates.yaml",
                      "--out", "agreements")  # fmt: skip
    # a name without a suffix is a file of that name
    assert code == 0 and load_agreement(tmp_path / "agreements").rate_card[0].currency == "RUB"
    (tmp_path / "rates.yaml").write_text("- 5\n", encoding="utf-8")
    code, told = command("new", "--vendor", "gamma", "--report", "calls", "--rates", "rates.yaml")
    assert code == 3 and "rates.yaml: it holds no list of lines" in told


def test_new_with_a_file_name_that_belongs_to_another_vendor_says_so(command: Command) -> None:
    code, told = command("new", "--vendor", "beta", "--report", "calls", "--out", "b.yaml")
    assert code == 0 and "read from there it is “b”" in told


@pytest.mark.parametrize("sample", ["freepbx-16", "freepbx-25", "master"])
def test_a_preset_reads_the_export_of_its_system(
    command: Command, capsys: pytest.CaptureFixture[str], root: Path, sample: str
) -> None:
    assert new(command)[0] == 0
    samples = root / "tests" / "presets" / "samples" / "asterisk-cdr"
    code = run(["validate", str(samples / f"calls_2026-10-{sample}.csv"), "--agreement",
                "alpha.odcs.yaml", "--json"])  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert code == 1 and told["report"] == "calls"
    assert told["rows"]["accepted"] >= 11
    # a leg of the same call, a code that is no code, talk longer than the call: all planted
    assert set(told["counts"]) <= {"unique", "code", "row_rule:talk-within-total"}


ANSWERS = {
    "en": ["al/fa", "alpha", "3", "calls, 8", "Moscow", "Europe/Moscow", "de", "ru", "week",
           "semicolon", "y", "y", "17/2026", "Buyer", "Alpha Ltd", "2026-3-1", "2026-03-01", "",
           "talk_minut 9", "talk_minute 9.50 RUB first_increment_seconds=60", "", "", ""],
    "ru": ["al/fa", "alpha", "3", "calls, 8", "Moscow", "Europe/Moscow", "de", "ru", "week",
           "semicolon", "да", "да", "17/2026", "Buyer", "Alpha Ltd", "2026-3-1", "2026-03-01", "",
           "talk_minut 9", "talk_minute 9.50 RUB first_increment_seconds=60", "", "", ""],
}  # fmt: skip


@LANGUAGES
def test_new_asks_for_what_no_flag_says_until_each_answer_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(
        app, ["agreement", "new", "--ask", "--lang", lang], input="\n".join(ANSWERS[lang]) + "\n"
    )
    assert result.exit_code == 0, result.output
    hold(f"new_asked.{lang}", result.output)
    agreement = load_agreement(tmp_path / "alpha.odcs.yaml")
    assert set(agreement.reports) == {"calls", "invoice_lines"}
    assert agreement.reports["calls"].every == "week"
    assert agreement.reports["invoice_lines"].dialect.delimiter == ";"
    assert agreement.reports["invoice_lines"].dialect.decimal_comma
    assert agreement.title == "Alpha Ltd" and len(agreement.rate_card) == 1
    assert lint(tmp_path / "alpha.odcs.yaml") == []


def test_new_asks_by_itself_on_a_terminal(tmp_path: Path) -> None:
    answers = ["client", "", "UTC", "", "", "", "n", "n", ""]
    told, code = on_a_terminal(tmp_path, answers)
    assert code == 0, told
    assert set(load_agreement(tmp_path / "client.odcs.yaml").reports) == {"leads", "client_sales"}


def on_a_terminal(folder: Path, answers: list[str]) -> tuple[str, int]:
    """Talk to the command as a person does: wait for a question, then answer."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        source = Path(sys.modules["vendoreval"].__file__ or "").parents[1]
        environment = {**os.environ, "PYTHONPATH": str(source), "LANG": "C.UTF-8"}
        arguments = [sys.executable, "-m", "vendoreval", "agreement", "new"]
        os.execve(sys.executable, arguments, environment)  # noqa: S606 - the child of the fork
    told = b""
    left = list(answers)
    end = time.monotonic() + 120
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.5)
        if ready:
            try:
                told += os.read(terminal, 65536)
            except OSError:
                break
        elif left and re.search(rb": $", told):
            os.write(terminal, f"{left.pop(0)}\n".encode())
    _, status = os.waitpid(child, 0)
    return told.decode(), os.waitstatus_to_exitcode(status)


def test_without_a_terminal_nothing_is_asked(command: Command) -> None:
    code, told = command("new")
    assert code == 3 and "--vendor: - is written" in told and "no report is named" in told


# ------------------------------------------------------------------ lint


def spoilt(tmp_path: Path) -> Path:
    value = parse_yaml(compose("alpha", ["calls", "sales"], rate_card=CARD), "x")
    value["stauts"] = "active"
    phone = next(c for c in value["schema"][0]["properties"] if c["name"] == "phone")
    phone.pop("tags")
    value["customProperties"][1]["value"][0]["price"] = 9.5
    value["schema"][0]["quality"][0]["query"] = "SELECT COUNT(*) FROM ${table} WHERE FALSE"
    path = tmp_path / "alpha.odcs.yaml"
    path.write_text(dump_yaml(value), encoding="utf-8")
    return path


@LANGUAGES
def test_lint_names_every_problem_with_place_and_cure(
    command: Command, tmp_path: Path, lang: str
) -> None:
    spoilt(tmp_path)
    good = tmp_path / "beta.odcs.yaml"
    good.write_text(compose("beta", ["roster"]), encoding="utf-8")
    code, told = command("lint", "alpha.odcs.yaml", "beta.odcs.yaml", "--lang", lang)
    assert code == 3
    hold(f"lint.{lang}", told)
    assert command("lint", "beta.odcs.yaml") == (0, "beta.odcs.yaml: no problems\n")


def test_lint_takes_a_folder_and_speaks_json(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "agreements"
    folder.mkdir()
    assert command("lint", "agreements")[0] == 3
    spoilt(folder)
    code, told = command("lint", "agreements", "--json")
    ((entry),) = json.loads(told)
    assert code == 3 and entry["file"] == "agreements/alpha.odcs.yaml"
    assert {problem["path"] for problem in entry["problems"]} == {
        "$", "$.customProperties[1].value[0].price", "$.schema[0].properties[7].tags",
        "$.schema[0].quality[0].query",
    }  # fmt: skip
    for problem in entry["problems"]:
        assert problem["found"] and problem["expected"] and problem["cure"]


def test_lint_of_what_is_no_agreement(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.yaml").write_text("a: [1, 2", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("- 1", encoding="utf-8")
    code, told = command("lint", "a.yaml", "b.yaml", "c.yaml", "d.yaml")
    assert code == 3
    for words in ("is not UTF-8", "not readable as YAML", "the file holds no keys",
                  "there is no such file"):  # fmt: skip
        assert words in told


# ------------------------------------------------------------------ diff


def two_versions(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    text = compose("alpha", ["calls", "invoice_lines"], rate_card=CARD)
    (tmp_path / "old.yaml").write_text(text, encoding="utf-8")
    value = parse_yaml(text, "x")
    change(value)
    (tmp_path / "new.yaml").write_text(dump_yaml(value), encoding="utf-8")


def second_year(value: dict[str, Any]) -> None:
    calls = value["schema"][0]
    calls["properties"] = [c for c in calls["properties"] if c["name"] != "recording_id"]
    for column in calls["properties"]:
        if column["name"] == "campaign_id":
            column["required"] = True
        if column["name"] == "talk_seconds":
            column["synonyms"].append({"synonym": "Длит. разговора", "locale": "ru-RU"})
            column["logicalTypeOptions"]["maximum"] = 7200
    value["customProperties"][1]["value"][0]["price"] = "10.20"
    value["schema"][1]["quality"][-1]["customProperties"][0]["value"]["tolerance"]["absolute"] = 5
    value["version"] = "2.0.0"


@LANGUAGES
def test_diff_names_the_changes_in_words_breaking_ones_first(
    command: Command, tmp_path: Path, lang: str
) -> None:
    two_versions(tmp_path, second_year)
    code, told = command("diff", "old.yaml", "new.yaml", "--lang", lang)
    assert code == 1
    hold(f"diff.{lang}", told)


def test_the_exit_code_of_diff_tells_whether_a_change_breaks(
    command: Command, tmp_path: Path
) -> None:
    two_versions(tmp_path, lambda value: None)
    assert command("diff", "old.yaml", "new.yaml") == (0, "Both versions ask for the same.\n")

    def wider(value: dict[str, Any]) -> None:
        value["schema"][0]["properties"][0]["synonyms"].append({"synonym": "No."})

    two_versions(tmp_path, wider)
    code, told = command("diff", "old.yaml", "new.yaml", "--json")
    found = json.loads(told)
    assert code == 0 and found["breaking"] is False
    assert found["old"] == {"file": "old.yaml", "version": "1.0.0"}
    assert [(c["path"], c["what"]) for c in found["changes"]] == [
        ("calls.call_id", "the header “No.” is known too"),
        ("version", "it is still 1.0.0; give the changed text a number of its own"),
    ]
    assert command("diff", "old.yaml", "none.yaml")[0] == 3


# ------------------------------------------------------------------ template, presets, upgrade


def test_template_writes_the_workbook_of_one_report(command: Command, tmp_path: Path) -> None:
    text = compose("alpha", ["calls", "roster"])
    (tmp_path / "alpha.odcs.yaml").write_text(text, encoding="utf-8")
    code, told = command("template", "alpha.odcs.yaml")
    assert code == 3 and "one of: calls, roster" in told
    code, told = command("template", "alpha.odcs.yaml", "--report", "calls", "--out", "x.xlsx",
                         "--lang", "ru")  # fmt: skip
    assert (code, told) == (0, "x.xlsx\n")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert sheet["A1"].value == "ID звонка"
    code, told = command("template", "alpha.odcs.yaml", "--report", "calls", "--out", "x.xlsx")
    assert code == 3 and "it is there already" in told
    code, told = command("template", "alpha.odcs.yaml", "--report", "calls", "--out", "x.csv")
    assert code == 3 and "a name that ends in .xlsx" in told
    assert command("template", "alpha.odcs.yaml", "--report", "cals")[0] == 3
    code, told = command("template", "alpha.odcs.yaml", "--report", "roster", "--lang", "en")
    assert (code, told) == (0, "alpha_roster.xlsx\n")


def test_presets_are_listed_with_their_sources(command: Command) -> None:
    for lang, word in (("en", "source: "), ("ru", "источник: ")):
        code, told = command("presets", "--lang", lang)
        assert code == 0 and "asterisk-cdr" in told and word in told
        assert len(command("presets", "--traps", "--lang", lang)[1]) > 2 * len(told)
    listed = json.loads(command("presets", "--json")[1])
    assert [entry["name"] for entry in listed] == sorted(entry["name"] for entry in listed)
    assert all(entry["sources"] for entry in listed)


@pytest.mark.material
def test_upgrade_writes_any_contract_in_the_newest_form(
    command: Command, material: Path, tmp_path: Path
) -> None:
    source = material / "fixtures" / "odcs" / "examples" / "all" / "full-example.odcs.yaml"
    code, told = command("upgrade", str(source), "--out", "new.yaml")
    assert (code, told) == (0, "new.yaml\n")
    written = read_yaml(tmp_path / "new.yaml")
    assert written["apiVersion"] == "v3.2.0"
    assert set(read_yaml(source)) - {"slaDefaultElement"} == set(written)
    assert command("upgrade", str(source), "--out", "new.yaml")[0] == 3
