"""The e-mail, the complete list of faults and the notebook's view."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
from returns_world import CALLS, FAULTY, GRID, check, with_acceptance, words_of

from vendoreval.errors import LedgerError

RECEIVED = datetime(2026, 11, 3, 22, 30, tzinfo=UTC)


def calls(folder, deal=CALLS, data=FAULTY):
    return check(folder, data, deal, "calls_202610.csv", received_at=RECEIVED)


def test_the_letter_in_both_languages(tmp_path):
    report = calls(tmp_path)
    english, russian = report.letter(), report.letter("ru")
    assert english.startswith("Subject: calls_202610.csv: faulty rows: 5\n\nHello,\n")
    assert russian.startswith("Тема: calls_202610.csv: строк с ошибками: 5\n\nЗдравствуйте,\n")
    # half past ten in the evening in UTC is the next day in Moscow
    assert "received on 4 November 2026" in english and "полученный 4 ноября 2026" in russian
    assert "9 delivered = 2 accepted + 3 set aside" in english
    for rule, count in report.counts.items():
        assert f"- {rule}: {count}. " in english and f"- {rule}: {count}. " in russian
    assert "\n3. " in english and "\n4. " not in english
    assert "send the whole file" in english and "файл целиком" in russian


def test_the_letter_hides_personal_values(tmp_path):
    text = calls(tmp_path).letter("ru")
    assert "8900" not in text and "8***…b>" in text


def test_the_deadline_stands_in_letter_only_when_agreed(tmp_path):
    agreed = with_acceptance(CALLS, resendWithinDays=3)
    assert "by 7 November 2026: within 3 days of receipt, as agreed" in calls(
        tmp_path, agreed
    ).letter("en")
    assert "до 7 ноября 2026 включительно: по соглашению на это отведено 3 дня" in calls(
        tmp_path, agreed
    ).letter("ru")
    assert "as agreed" not in calls(tmp_path).letter("en")


def test_a_share_of_faults_beyond_the_agreed_is_said(tmp_path):
    strict = with_acceptance(CALLS, maximumFaultyShare="0.01")
    assert "62.5% of the rows are faulty; agreed is at most 1.0%." in calls(
        tmp_path, strict
    ).letter("en")
    assert "of the rows are faulty" not in calls(tmp_path).letter("en")


def test_what_refuses_the_whole_file_comes_first(tmp_path):
    data = "agent_id,started_at,call_id,phone\n" + "x,yesterday,1,2\n" * 5
    report = calls(tmp_path, data=data)
    assert next(p.rule for p in report.faults.places()) == "missing_column"
    important = report.letter("en").split("What matters most:\n")[1]
    assert important.startswith("1. talk_seconds: missing_column, 1 fault\n   Row 1: the file has")


def test_an_accepted_file_gets_a_short_letter(tmp_path):
    text = check(tmp_path, "a,b,c\n1,2,3\n", GRID).letter("en")
    assert "all rows accepted" in text and "Nothing needs to be sent again" in text
    assert "What" not in text


def test_places_count_every_fault(tmp_path):
    report = check(tmp_path, "a,b,c\n" + "x,1,\n" * 40 + "x,y,\n" * 5, GRID)
    found = [(p.rule, p.column, p.count, p.first.row) for p in report.faults.places()]
    assert found == [("type", "a", 45, 2), ("type", "b", 5, 42)]


def test_the_fault_file_is_complete_and_runs_nothing(tmp_path):
    data = "a,b,c\n" + "x,1,\n" * 3000 + '=1+1,"\t2",\n1,2,3,@4\n'
    report = check(tmp_path, data, GRID)
    path = report.faults.to_csv(tmp_path / "new" / "faults.csv", "ru")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == list(report.faults.to_frame().columns)
    assert [(int(r["row"]), r["column"] or None, r["rule"], r["message"]) for r in rows] == (
        words_of(report, "ru")
    )
    assert len(rows) == len(report.faults) == 3002
    assert [r["value"] for r in rows[-2:]] == ["'=1+1", "1,2,3,@4"]
    assert not [v for r in rows for v in r.values() if v.startswith(("=", "+", "-", "@", "\t"))]


def test_a_disk_that_refuses_is_no_fault_of_the_file(tmp_path):
    report = check(tmp_path, "a,b,c\nx,1,\n", GRID)
    with pytest.raises(LedgerError, match=r"faults\.csv"):
        report.faults.to_csv(report.delivery.path / "faults.csv")


def test_the_notebook_unfolds_each_rule(tmp_path):
    report = calls(tmp_path)
    view = report.to_html("ru")
    assert view.count("<details") == len(report.faults.places()) == 9
    assert "Пуста ячейка" in view and "8900" not in view and "<script" not in view
    assert "<b>pattern</b>, phone: " in view and "2 ошибки" in view
