"""A draft takes what it knows, offers what it guesses, and reads the sheet it was made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from drafting_world import CALLS, csv_sheet, vendor_sheet

import vendoreval as ve
from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.library import compose, library_names
from vendoreval.agreement.lint import lint_text
from vendoreval.agreement.template import template
from vendoreval.drafting import DraftAgreement, import_agreement
from vendoreval.drafting.arguments import parse_codes
from vendoreval.errors import AgreementError, DeliveryError
from vendoreval.intake import ValidationReport, read_delivery, validate


def read_by(draft: DraftAgreement, path: Path) -> ValidationReport:
    """Validate a sheet by the agreement that was drafted from it, as a file on the disk."""
    target = draft.save(path.parent / "drafted" / f"{draft.vendor}.odcs.yaml")
    return validate(read_delivery(path, ve.load_agreement(target)))


def columns(draft: DraftAgreement) -> dict[str, tuple[str, str]]:
    return {c.header: (c.name, c.how) for report in draft.reports for c in report.columns}


def said(draft: DraftAgreement) -> str:
    return draft.describe()


def test_a_sheet_with_known_headers_needs_no_answer_but_the_clock(tmp_path: Path) -> None:
    path = csv_sheet(tmp_path / "звонки_2026-10.csv", CALLS, "cp1251")
    draft = import_agreement(path, "alpha")
    (report,) = draft.reports
    assert (report.report, report.standard, report.offers) == ("calls", True, ())
    assert columns(draft) == {
        "ID звонка": ("call_id", "header"), "Оператор": ("agent_id", "header"),
        "Начало звонка": ("started_at", "header"), "Результат": ("disposition", "header"),
        "Длительность разговора, сек": ("talk_seconds", "header"),
        "Телефон": ("phone", "header"), "Удержание, мин": ("hold_seconds", "spelling"),
        "Тариф за звонок": ("tarif_za_zvonok", "own"),
    }  # fmt: skip
    agreement = draft.agreement.reports["calls"]
    assert agreement.column("started_at").formats == ("dd.MM.yyyy HH:mm",)
    assert agreement.column("talk_seconds").forms == ("seconds",)
    assert agreement.column("hold_seconds").forms == ("minutes (decimal comma)",)
    assert agreement.dialect.encodings[0] == "cp1251" and agreement.dialect.delimiter == ";"
    assert agreement.dialect.decimal_comma and "н/д" in agreement.dialect.null_tokens
    assert agreement.file_pattern == "звонки_{yyyy}-{MM}.csv" and agreement.every == "month"
    assert draft.open_codes == () and [q.template for q in draft.left_to_settle] == [
        "by which clock are the times? Without --timezone they are read as UTC"
    ]
    assert lint_text(draft.text, "x") == []

    result = read_by(draft, path)
    assert result.ok and result.rows.accepted == 4
    rows = pl.concat([pl.read_parquet(p) for p in result.accepted_files])
    assert rows["hold_seconds"].to_list() == [30, 0, 75, 0]
    assert rows["tarif_za_zvonok"].to_list() == [12.5, 1100.25, 0, None]
    assert rows["disposition"].to_list() == ["refusal", "no_answer", "sale", "callback"]


def test_what_is_only_like_a_known_header_is_offered_and_not_taken(tmp_path: Path) -> None:
    path = vendor_sheet(tmp_path / "отчёт.xlsx")
    draft = import_agreement(path, "alpha", timezone="Europe/Moscow")
    known = columns(draft)
    assert known["Звонок / Начало звонка"] == ("started_at", "spelling")
    assert known["Звонок / Ожидание ответа"] == ("ring_seconds", "spelling")
    assert known["Звонок / Длит. разг."][1] == "own"
    assert known["№"][1] == "own"  # it only numbers the rows
    assert [(offer.header, offer.column) for offer in draft.offers] == [
        ("Звонок / Длит. разг.", "talk_seconds")
    ]
    assert [(code.spelling, code.cells, code.taken_as) for code in draft.open_codes] == [
        ("Думает", 10, "")
    ]
    result = read_by(draft, path)
    # the only faults are those that wait for an answer
    assert dict(result.counts) == {"code": 10}
    assert {fault.value for fault in result.faults} == {"Думает"}
    assert result.rows.skipped == 4


def test_answers_settle_the_draft(tmp_path: Path) -> None:
    path = vendor_sheet(tmp_path / "отчёт.xlsx")
    draft = import_agreement(
        path, "alpha", timezone="Europe/Moscow",
        take={"Звонок / Длит. разг.": "talk_seconds", "Проект": ""},
        codes=["disposition:Думает=interested"],
    )  # fmt: skip
    assert columns(draft)["Звонок / Длит. разг."] == ("talk_seconds", "settled")
    assert columns(draft)["Проект"] == ("proekt", "own")
    assert draft.offers == () and draft.open_codes == ()
    result = read_by(draft, path)
    assert result.ok and result.rows.accepted == 40
    rows = pl.concat([pl.read_parquet(p) for p in result.accepted_files])
    assert rows["talk_seconds"].to_list()[:3] == [0, 61, 122]
    assert rows["disposition"].to_list()[3] == "interested"


def test_a_length_that_may_hold_ringing_is_never_taken_unasked(tmp_path: Path) -> None:
    lines = ["uniqueid,start time,duration,result", "1.1,2026-10-05 10:00:00,37,no answer",
             "1.2,2026-10-05 10:01:00,99,sale"]  # fmt: skip
    draft = import_agreement(csv_sheet(tmp_path / "calls.csv", lines), "alpha")
    assert columns(draft)["duration"][1] == "own"
    (offer,) = draft.offers
    assert (offer.column, offer.doubtful) == ("talk_seconds", True)
    assert "ask the vendor by which clock it runs" in said(draft)


def test_milliseconds_are_never_seconds(tmp_path: Path) -> None:
    lines = ["call id,start time,Talk time (ms),result", "1,2026-10-05 10:00:00,184000,sale"]
    draft = import_agreement(csv_sheet(tmp_path / "calls.csv", lines), "alpha")
    assert columns(draft)["Talk time (ms)"][1] == "own"
    assert "talk_seconds" not in draft.agreement.reports["calls"].column_names


@pytest.mark.parametrize(
    ("cells", "forms", "words"),
    [
        (["3:25", "0:40"], ("mm:ss",), "are they hours and minutes?"),
        (["75:25", "0:40"], ("mm:ss",), None),
        (["00:03:25", "01:00:40"], ("hh:mm:ss",), None),
        (["00:03:25", "3:40"], ("hh:mm:ss", "mm:ss"), None),
        (["205", "40"], ("seconds",), "whole numbers are read as seconds"),
        (["3,4", "0,5"], ("minutes (decimal comma)",), "holds decimals and names no unit"),
        (["3.4", "0.5"], ("minutes",), "holds decimals and names no unit"),
    ],
)
def test_the_way_a_length_is_written_comes_from_the_cells(
    tmp_path: Path, cells: list[str], forms: tuple[str, ...], words: str | None
) -> None:
    lines = ["ID звонка;Начало звонка;Время разговора;Результат"]
    lines += [f"{n};2026-10-05 10:00;{cell};Отказ" for n, cell in enumerate(cells)]
    path = csv_sheet(tmp_path / "calls.csv", lines)
    draft = import_agreement(path, "alpha", timezone="UTC")
    assert draft.agreement.reports["calls"].column("talk_seconds").forms == forms
    asked = [question for question in draft.left_to_settle if "Время" in str(question.values)]
    assert bool(asked) is (words is not None)
    assert words is None or words in said(draft)
    assert read_by(draft, path).ok


@pytest.mark.parametrize(
    ("cells", "formats", "words"),
    [
        (["05.10.2026 10:00:01"], ("dd.MM.yyyy HH:mm:ss",), None),
        (["13/10/2026 10:00", "05/10/2026 11:00"], ("dd/MM/yyyy HH:mm",), None),
        (["10/13/2026 10:00", "10/05/2026 11:00"], ("MM/dd/yyyy HH:mm",), None),
        (["10/05/2026 10:00"], ("dd/MM/yyyy HH:mm",), "can be told apart in no cell"),
        (["2026-10-05T10:00:00+03:00"], ("yyyy-MM-dd'T'HH:mm:ssXXX",), None),
        (["2026-10-05T10:00:00.250Z"], ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX",), None),
        (["5 окт 2026 10:00", "17 окт 2026 11:30"], ("d MMM yyyy HH:mm",), None),
        (["2026-10-05", "2026-10-06"], ("yyyy-MM-dd",), None),
        (["46300.5", "46301.25"], ("excel-serial",), None),
        (["05.10.2026 10:00", "2026-10-06 11:00"], ("yyyy-MM-dd HH:mm", "dd.MM.yyyy HH:mm"), None),
    ],
)
def test_date_patterns_come_from_the_cells(
    tmp_path: Path, cells: list[str], formats: tuple[str, ...], words: str | None
) -> None:
    lines = ["call id,start time,result,agent", *(f"{n},{c},sale,a" for n, c in enumerate(cells))]
    path = csv_sheet(tmp_path / "calls.csv", lines)
    draft = import_agreement(path, "alpha", timezone="UTC")
    column = draft.agreement.reports["calls"].column("started_at")
    assert set(column.formats) == set(formats)
    assert (words is None) or words in said(draft)
    assert read_by(draft, path).ok


def test_money_of_several_hands_is_read(tmp_path: Path) -> None:
    lines = ["sale id;sale date;sale amount;status",
             "1;2026-10-05 10:00;€ 3.500,00;won", "2;2026-10-05 11:00;1000;won",
             "3;2026-10-05 12:00;250,50;won"]  # fmt: skip
    path = csv_sheet(tmp_path / "sales.csv", lines)
    draft = import_agreement(path, "alpha", timezone="UTC")
    result = read_by(draft, path)
    assert result.ok, dict(result.counts)
    rows = pl.concat([pl.read_parquet(p) for p in result.accepted_files])
    assert [float(x) for x in rows["amount"]] == [3500, 1000, 250.5]


def test_codes_of_a_closed_list_wait_and_stages_are_taken_as_the_vendors_own(
    tmp_path: Path,
) -> None:
    lines = ["lead id,as of,stage", "1,2026-10-31,won", "2,2026-10-31,Test Sent",
             "3,2026-10-31,Отказ"]  # fmt: skip
    path = csv_sheet(tmp_path / "bank.csv", lines)
    draft = import_agreement(path, "alpha")
    (code,) = draft.open_codes
    assert (code.column, code.spelling, code.taken_as) == ("stage", "Test Sent", "test_sent")
    assert read_by(draft, path).ok


def test_a_status_of_unknown_codes_stays_the_vendors_own(tmp_path: Path) -> None:
    lines = ["call id,start time,call status,talk time, agent"]
    lines += [f"{n},2026-10-05 10:00,X{n % 3},5,a" for n in range(9)]
    path = csv_sheet(tmp_path / "calls.csv", lines)
    draft = import_agreement(path, "alpha", timezone="UTC")
    assert columns(draft)["call status"] == ("call_status", "own")
    assert "the library knows too few of its 3 codes" in said(draft)
    assert {code.spelling for code in draft.open_codes} == {"X0", "X1", "X2"}
    assert read_by(draft, path).ok
    settled = import_agreement(path, "alpha", codes=["disposition:X0=sale"], timezone="UTC")
    assert columns(settled)["call status"] == ("disposition", "header")


def test_rows_that_repeat_a_number_make_it_no_key(tmp_path: Path) -> None:
    lines = ["uniqueid,start time,talk time,result,agent"]
    lines += [f"{n // 2},2026-10-05 10:00:00,5,sale,a" for n in range(20)]
    path = csv_sheet(tmp_path / "calls.csv", lines)
    draft = import_agreement(path, "alpha", timezone="UTC")
    assert draft.agreement.reports["calls"].key == ()
    assert "does a row stand for a part of a call" in said(draft)
    assert read_by(draft, path).ok


def test_a_few_odd_rows_stay_faults_and_are_told(tmp_path: Path) -> None:
    lines = ["call id,start time,talk time,result,agent"]
    lines += [f"{n},2026-10-05 10:00:00,{n % 50},sale,a" for n in range(300)]
    lines += ["300,2026-10-05 10:00:00,#REF!,sale,a", "7,2026-10-05 10:00:00,5,sale,a"]
    path = csv_sheet(tmp_path / "calls.csv", lines)
    draft = import_agreement(path, "alpha", timezone="UTC")
    assert draft.agreement.reports["calls"].key == ("call_id",)
    (trial,) = draft.trials
    assert (trial.delivered, trial.accepted) == (302, 300)
    assert "2 rows of the sheet have faults" in said(draft)
    assert dict(read_by(draft, path).counts) == dict(trial.counts)


def test_old_encodings_are_told_apart_by_the_header(tmp_path: Path) -> None:
    for encoding in ("cp1251", "cp866", "koi8-r", "mac-cyrillic", "utf-8-sig", "utf-16"):
        path = csv_sheet(tmp_path / f"{encoding}.csv", CALLS[:3], encoding)
        draft = import_agreement(path, "alpha", timezone="UTC")
        assert len(draft.reports[0].missing) == 0, encoding
        target = draft.save(tmp_path / encoding / "alpha.odcs.yaml")
        assert validate(read_delivery(path, ve.load_agreement(target))).ok, encoding


def test_people_and_telephones_are_marked_in_columns_of_the_vendors_own(tmp_path: Path) -> None:
    lines = ["call id,start time,result,agent,Manager name,Second number,Mail,Remark"]
    lines += [f"{n},2026-10-05 10:00,sale,a,Ivan Petrov,+7 900 000-00-{n:02},a{n}@b.ru,ok"
              for n in range(12)]  # fmt: skip
    draft = import_agreement(csv_sheet(tmp_path / "calls.csv", lines), "alpha")
    marked = {c.name for c in draft.agreement.reports["calls"].columns if c.personal}
    assert marked == {"manager_name", "second_number", "mail"}
    for secret in ("Ivan Petrov", "900 000", "@b.ru"):
        assert secret not in draft.text and secret not in said(draft)


def test_a_sheet_like_no_report_becomes_one_of_its_own(tmp_path: Path) -> None:
    lines = ["Date,Impressions,Spend", "2026-10-05,10,1.50", "2026-10-06,12,0.75"]
    path = csv_sheet(tmp_path / "ads 2026-10.csv", lines)
    draft = import_agreement(path, "alpha")
    assert list(draft.agreement.reports) == ["ads"] and not draft.reports[0].standard
    result = read_by(draft, path)
    assert result.ok and result.sums["spend"].accepted == pl.Series([2.25])[0]


def test_headers_of_a_known_system_point_to_its_preset(root: Path) -> None:
    samples = root / "tests" / "presets" / "samples"
    for name, sample in (("asterisk-cdr", "calls_2026-10-master.csv"),
                         ("vicidial", "calls_2026-10.txt"),
                         ("hubspot-calls", "calls_2026-10-api.csv")):  # fmt: skip
        draft = import_agreement(samples / name / sample, "alpha")
        assert f"vendoreval agreement new --preset {name}" in said(draft), name


def test_several_sheets_make_one_agreement(tmp_path: Path) -> None:
    calls = csv_sheet(tmp_path / "calls_2026-10.csv", CALLS, "cp1251")
    sales = csv_sheet(
        tmp_path / "продажи_2026-10.csv",
        ["ID продажи,ID звонка,Дата продажи,Сумма", "S1,C003,05.10.2026 09:07,1500"],
    )
    draft = import_agreement([calls, sales], "alpha", timezone="Europe/Moscow")
    assert list(draft.agreement.reports) == ["calls", "sales"]
    assert draft.agreement.reports["calls"].dialect.delimiter == ";"
    assert draft.agreement.reports["sales"].dialect.delimiter == ","
    assert "sales-in-calls" in draft.text
    target = draft.save(tmp_path / "alpha.odcs.yaml")
    for path in (calls, sales):
        assert validate(read_delivery(path, ve.load_agreement(target))).ok
    with pytest.raises(AgreementError, match="several of these files look like report calls"):
        import_agreement([calls, calls], "alpha")


@pytest.mark.parametrize(
    ("name", "speaking"),
    [*((name, "ru") for name in library_names()), ("calls", "en"), ("invoice_lines", "en")],
)
def test_the_template_of_every_report_is_known_again(
    tmp_path: Path, name: str, speaking: str
) -> None:
    agreement = whole()
    path = template(agreement, name, tmp_path / "filled.xlsx", speaking=speaking)
    draft = import_agreement(path, "alpha", timezone="UTC")
    assert draft.reports[0].report == name
    taken = {c.name for c in draft.reports[0].columns if c.how != "own"}
    asked = {c.name for c in agreement.reports[name].columns if c.required}
    assert asked <= taken | {refused.column for refused in draft.reports[0].refused}
    assert draft.trials[0].ok, draft.trials[0].faults


def whole() -> Agreement:
    text = compose("alpha", library_names())
    return agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")


# ------------------------------------------------------------------ arguments and results


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"report": "cals"}, "one of: agent_days"),
        ({"vendor": "a/b"}, "letters, digits"),
        ({"timezone": "Moskow"}, "meant may be: Europe/Moscow"),
        ({"take": {"Нет такого": "phone"}}, "a header of the sheet"),
        ({"take": {"Телефон": "fone"}}, "one of: call_id"),
        ({"codes": ["disposition:Отказ=no"]}, "a code of the common list"),
        ({"codes": ["colour:Отказ=refusal"]}, "one of: direction, disposition"),
        ({"codes": ["disposition=refusal"]}, "column:spelling=code"),
    ],
)
def test_an_argument_that_names_what_is_not_there_is_refused(
    tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    path = csv_sheet(tmp_path / "calls.csv", CALLS, "cp1251")
    with pytest.raises(AgreementError) as caught:
        import_agreement(path, **{"vendor": "alpha", **change})
    assert words in caught.value.describe()
    assert caught.value.describe("ru") != caught.value.describe("en")


def test_a_spelling_may_hold_an_equals_sign_and_a_colon() -> None:
    assert parse_codes(["disposition:a=b:c=sale"]) == {"disposition": {"a=b:c": "sale"}}


def test_a_draft_is_a_table_a_text_and_a_file(tmp_path: Path) -> None:
    draft = ve.import_agreement(csv_sheet(tmp_path / "calls.csv", CALLS, "cp1251"), "alpha")
    assert repr(draft) == "DraftAgreement(alpha: calls, 1 left to settle)"
    frame = draft.to_frame("ru")
    assert list(frame["column"])[:2] == ["call_id", "agent_id"] and len(frame) == 8
    assert "Осталось решить" in draft.describe("ru")
    assert "&lt;" not in draft._repr_html_() or "<pre>" in draft._repr_html_()
    target = draft.save(tmp_path / "alpha.odcs.yaml")
    assert target.read_text("utf-8") == draft.text
    with pytest.raises(AgreementError, match="it is there already"):
        draft.save(target)


# ------------------------------------------------------------------ bad sheets


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\r\n \r\n", "the file is empty"),
        (b"1,2,3\n4,5,6\n", "no row among the first ones reads like a header"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04garbage", "damaged"),
        (b"\x00\x01\x02\x03" * 500, "not a text file"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(content)
    with pytest.raises(DeliveryError, match=words):
        import_agreement(path, "alpha")


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="this is a folder"):
        import_agreement(tmp_path, "alpha")
    with pytest.raises(DeliveryError, match="there is no such file"):
        import_agreement(tmp_path / "none.csv", "alpha")


ODD: dict[str, Callable[[], list[str]]] = {
    "formulas in headers": lambda: ["=cmd|calc!A1,@SUM(1),+x,-y", "1,2,3,4"],
    "a header twice": lambda: ["ID звонка,ID звонка,Оператор", "1,2,a"],
    "a header only": lambda: ["ID звонка,Оператор,Начало звонка"],
    "one column": lambda: ["Телефон", "79000000001"],
    "many columns": lambda: [",".join(f"графа {n}" for n in range(150)), ",".join(["1"] * 150)],
    "cells too many and too few": lambda: ["ID звонка;Оператор", "1;a", "2", "3;b;c;d"],
    "an open quote": lambda: ["ID звонка,Оператор", '1,"a', "2,b"],
    "names of people as headers": lambda: ["Иванов,Петров", "1,2"],
    "control characters": lambda: ["ID\x07звонка,a\x1bb", "1,2"],
    "yaml in headers": lambda: ["{a: [b,'!!python/object',&x *x,- c", "1,2,3,4"],
    "blanks": lambda: ["  ID   звонка ,\u00a0Оператор", "1,2"],
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_sheet_gives_a_draft_without_problems(tmp_path: Path, kind: str) -> None:
    path = csv_sheet(tmp_path / "odd.csv", ODD[kind]())
    draft = import_agreement(path, "alpha")
    assert lint_text(draft.text, "x") == []
    for code in ("en", "ru"):
        assert draft.describe(code)
    assert draft.to_json()["reports"][0]["file"] == "odd.csv"
