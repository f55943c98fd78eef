"""What is explained of a check: the same in the command, the report and the notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import vendoreval as ve
from vendoreval.auditing.audit import _note
from vendoreval.checks import ALL
from vendoreval.checks.base import Check
from vendoreval.cli import app, run
from vendoreval.errors import AgreementError
from vendoreval.explaining import catalogue_markdown, details, rates
from vendoreval.simulation import SCHEMES
from vendoreval.text import LANGUAGES, language

ROOT = Path(__file__).resolve().parents[2]
MEASURED: dict[str, Any] = json.loads(
    (ROOT / "schemas" / "error_rates.json").read_text(encoding="utf-8")
)


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["explain", *arguments])
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_every_check_is_explained_whole(check: Check, code: str) -> None:
    one = ve.explain(check.id, language=code)
    assert one.question.endswith("?")
    assert len(one.honest_explanations) >= 2
    assert all((one.method, one.what_would_clear_it, one.leads_to, one.minimum, one.error_rates))
    assert str(check.minimum_n) in one.minimum.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    assert "%(" not in str(one)


@pytest.mark.parametrize(("code", "name"), [("en", "checks.md"), ("ru", "checks.ru.md")])
def test_the_pages_are_those_of_the_checks(code: str, name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == catalogue_markdown(code), "run python scripts/check_pages.py"
    # every line of the table leads to a heading
    for check in ALL:
        assert f"(#{check.id})" in page
        assert f"\n## {check.id}\n" in page


def test_the_rates_are_those_of_the_benchmark() -> None:
    worlds = MEASURED["full_worlds"]
    for check in ALL:
        row = worlds["checks"].get(check.id)
        found = rates.rates_of(check.id)
        if row is None:
            assert found is None
            assert ve.explain(check.id).error_rates == ("How often it errs was not measured.",)
            continue
        assert found is not None
        assert row["scheme"] == check.catches
        assert row["scheme"] in SCHEMES
        honest, planted = row["honest"], row["planted"]
        accused = honest["fact"] + honest["finding"]
        text = " ".join(ve.explain(check.id).error_rates)
        if found.honest.asked:
            assert f"against {accused} (" in text
        if sum(planted.values()):
            assert f"a fact or finding {planted['fact'] + planted['finding']}, " in text


def test_what_was_never_measured_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rates._file.cache_clear()
    monkeypatch.setattr(rates, "resource_folder", lambda _: tmp_path)
    assert ve.explain("overlapping_calls").error_rates == ("How often it errs was not measured.",)
    monkeypatch.undo()
    rates._file.cache_clear()


def test_an_honest_vendor_never_accused_still_has_an_upper_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nobody = {"fact": 0, "finding": 0, "review": 1, "clear": 28, "not_run": 3}
    row = {"honest": nobody, "planted": dict.fromkeys(nobody, 0), "scheme": "two_calls_at_once"}
    text = {"full_worlds": {"seed": 5, "worlds": 9, "checks": {"overlapping_calls": row}}}
    (tmp_path / rates.FILE).write_text(json.dumps(text), encoding="utf-8")
    rates._file.cache_clear()
    monkeypatch.setattr(rates, "resource_folder", lambda _: tmp_path)
    honest, planted = ve.explain("overlapping_calls").error_rates
    monkeypatch.undo()
    rates._file.cache_clear()
    # 1 - .05 ** (1 / 29): the rule of three says a tenth
    assert "asked 29, a fact or finding against 0" in honest
    assert "below 9.8" in honest
    assert planted == "The scheme it is for was not planted in these worlds."


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_report_prints_the_same(code: str) -> None:
    for check in ALL[::7]:
        note = _note(check)
        one = ve.explain(check.id, language=code)
        said = [language(code).say(line) for line in note.details]
        assert said == [one.leads_to, one.minimum, *one.error_rates]
        assert note.details == details(check)
        assert language(code).say(note.question) == one.question


def test_the_command_lists_all_and_explains_one() -> None:
    lines = printed("--lang", "en").splitlines()
    assert [line.split()[0] for line in lines] == [check.id for check in ALL]
    text = printed("stage_order", "--lang", "ru")
    assert text.splitlines()[1] == "stage_order, точная"
    assert "Честные объяснения:" in text
    values = json.loads(printed("stage_order", "--json"))
    assert values["check"] == "stage_order"
    assert values["honest_explanations"] == list(ve.explain("stage_order").honest_explanations)
    assert len(json.loads(printed("--json"))) == len(ALL)


def test_an_unknown_check_names_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "overlaping_calls", "--lang", "en"]) == 3
    assert "overlapping_calls" in capsys.readouterr().err
    with pytest.raises(AgreementError, match="vendoreval explain"):
        ve.explain("")
    with pytest.raises(ValueError, match="xx"):
        ve.explain("stage_order", language="xx")


def test_notebooks_show_it_escaped() -> None:
    for check in ALL:
        html = ve.explain(check.id)._repr_html_()
        assert html.startswith("<div><h3>")
        assert html.count("<ul>") == html.count("</ul>") >= 4
    shown = ve.explain()._repr_html_()
    assert shown.count("<tr>") == len(ALL)
