"""The header is found by its names, wherever and in however many rows it stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_world import accepted, check, deal, faults, notes, sheet, workbook

from vendoreval.errors import AgreementError, DeliveryError


def column(name: str, *headers: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "synonyms": [{"synonym": header} for header in headers], **more}


CALLS = (column("call_id", "ID звонка", required=True), column("agent_id", "Оператор"))


@pytest.mark.parametrize(
    "above",
    [
        "",
        "Отчёт за октябрь\n",
        "Отчёт за октябрь\n\n\n",
        '"Отчёт,\nв двух строках"\n\n',
        "\n" * 20 + "ООО «Ромашка»,ИНН 7700000000\n",
    ],
)
def test_titles_above_the_header_are_skipped_and_told(tmp_path, above):
    data = above + "id ЗВОНКА , Оператор\n1,a\n2,b\n"
    report = check(tmp_path, data.encode(), deal(*CALLS), "free.csv")
    first = report.delivery.header_row + 1
    assert accepted(report, "_row", "call_id") == [(first, "1"), (first + 1, "2")]
    assert report.rows.skipped == report.delivery.rows_before == first - 2
    assert bool(above) == ("above the header" in notes(report))


def test_a_quoted_line_end_above_moves_lines_and_not_rows(tmp_path):
    data = b'"two\nlines"\ncall_id,agent_id\n"1\n1",a\n2,b,c\n'
    report = check(tmp_path, data, deal(*CALLS), "free.csv")
    assert accepted(report, "_row", "call_id") == [(3, "1\n1")]
    assert faults(report) == [(4, 6, None, "2,b,c", "extra_cells")]


@pytest.mark.parametrize("declared", [1, 2])
def test_a_header_of_two_rows_is_found_whether_agreed_or_not(tmp_path, declared):
    agreed = deal(
        column("call_id", "Звонок / ID", required=True),
        column("talk", "Время / разговор"),
        column("wait", "Время / ожидание"),
        headerRows=declared,
    )
    data = "Звонок,Время,\nID,разговор,ожидание\na,1,2\n"
    if declared == 1:
        agreed = deal(
            column("call_id", "Звонок / ID", required=True),
            column("talk", "Время / разговор"), column("wait", "ожидание"),
        )  # fmt: skip
    report = check(tmp_path, data.encode(), agreed, "free.csv")
    assert report.delivery.header_row == 2
    names = ("_row", "call_id", "talk")
    assert accepted(report, *names) == [(3, "a", "1")]
    assert ("the header takes 2 rows" in notes(report)) == (declared == 1)


def test_merged_cells_of_a_header_of_five_rows(tmp_path):
    """The layout of a food price bulletin, the names as a person would put them together."""

    def fill(_book: Any, page: Any) -> None:
        page.merge_range(0, 0, 4, 0, "Region")
        page.merge_range(0, 1, 3, 1, "Caloric contribution")
        page.write(4, 1, "(%)")
        page.merge_range(0, 2, 2, 3, "Impact")
        page.merge_range(3, 2, 4, 2, "from previous quarter")
        page.merge_range(3, 3, 4, 3, "from baseline (%)")
        page.write_row(5, 0, ["A", 1, 2, 3])

    agreed = deal(
        column("region", "Region", required=True),
        column("share", "Caloric contribution / (%)", kind="integer"),
        column("quarter", "Impact / from previous quarter", kind="integer"),
        column("baseline", "Impact / from baseline (%)", kind="integer"),
    )
    report = check(tmp_path, workbook(fill), agreed)
    assert report.delivery.header_row == 5
    assert accepted(report, "_row", "region", "share", "quarter", "baseline") == [(6, "A", 1, 2, 3)]


def test_padding_columns_are_left_alone(tmp_path):
    data = sheet(["", "call_id", "", "", "agent_id", ""], ["", "1", "", "", "a", ""])
    report = check(tmp_path, data, deal(*CALLS))
    assert accepted(report, "call_id", "agent_id") == [("1", "a")] and report.ok
    text = check(tmp_path, b",call_id,,,agent_id,\n,1,,,a,\n", deal(*CALLS), "free.csv")
    assert accepted(text, "call_id", "agent_id") == [("1", "a")] and text.ok


def test_a_name_that_stands_twice_refuses_every_row_in_one_fault(tmp_path):
    data = "ID звонка,Оператор,call_id\n1,a,2\n3,b,4\n".encode()
    report = check(tmp_path, data, deal(*CALLS), "free.csv")
    assert faults(report) == [(1, 1, "call_id", "call_id", "duplicate_header")]
    assert report.rows.quarantined == 2 and report.rows.accepted == 0


def test_unknown_columns_twice_are_only_told(tmp_path):
    data = b"call_id,note,note\n1,a,b\n"
    report = check(tmp_path, data, deal(*CALLS), "free.csv")
    assert report.ok and "note, note" in notes(report)


def test_a_header_that_looks_like_a_formula_is_a_text(tmp_path):
    agreed = deal(column("call_id", "=1+1", required=True), column("agent_id"))
    report = check(tmp_path, b"=1+1,agent_id,=cmd|' /C calc'!A0\n1,a,b\n", agreed, "free.csv")
    assert accepted(report, "call_id") == [("1",)]
    assert "=cmd|' /C calc'!A0" in notes(report)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "^", "~"])
def test_a_delimiter_that_nobody_agreed_on_is_found_and_told(tmp_path, mark):
    data = mark.join(["call_id", "agent_id"]) + "\n" + mark.join(["1", "a, b; c"]) + "\n"
    data = data if mark not in ",;" else data.replace("a, b; c", '"a, b; c"')
    report = check(tmp_path, data.encode(), deal(*CALLS), "free.csv")
    assert accepted(report, "agent_id") == [("a, b; c",)]
    assert report.delivery.delimiter == mark
    assert (mark == ",") or "the agreement names no delimiter" in notes(report)


def test_the_agreed_delimiter_is_taken_even_where_another_looks_better(tmp_path):
    agreed = deal(*CALLS, delimiter=";")
    report = check(tmp_path, b"call_id;agent_id\n1,1;a,b\n2,2;c,d\n", agreed, "free.csv")
    assert accepted(report, "call_id", "agent_id") == [("1,1", "a,b"), ("2,2", "c,d")]


def test_old_macintosh_line_ends_are_read_and_told(tmp_path):
    data = "Отчёт\rcall_id;agent_id\r1;a\r\r2;b".encode("cp1251")
    agreed = deal(*CALLS, encodings=["utf-8", "cp1251"])
    report = check(tmp_path, data, agreed, "free.csv")
    assert accepted(report, "_row", "call_id") == [(3, "1"), (5, "2")]
    assert "carriage return alone" in notes(report)


@given(
    columns=st.permutations(["call_id", "agent_id", "talk", "note one", "note two"]),
    above=st.lists(st.sampled_from(["", "Report", "a,b", "2026-10-01"]), max_size=25),
)
def test_order_of_columns_and_rows_above_change_nothing(tmp_path_factory, columns, above):
    folder = tmp_path_factory.mktemp("order")
    agreed = deal(*CALLS, column("talk", kind="integer"))
    cells = {"call_id": "c", "agent_id": "a", "talk": "7", "note one": "x", "note two": "y"}
    lines = [*above, ",".join(columns), ",".join(cells[name] for name in columns)]
    report = check(folder, "\n".join(lines).encode(), agreed, "free.csv")
    assert accepted(report, "_row", "call_id", "agent_id", "talk") == [
        (len(above) + 2, "c", "a", 7)
    ]
    report.discard()


# ------------------------------------------------------------------ values from elsewhere


def test_day_and_time_in_two_columns_become_one_instant(tmp_path):
    instant = {"joinedHeaders": ["Дата", "Время"], "acceptedFormats": ["dd.MM.yyyy HH:mm:ss"]}
    agreed = deal(*CALLS, column("started_at", kind="timestamp", required=True, ours=instant))
    data = (
        "call_id;Дата;Заметка;Время;agent_id\n1;01.10.2026;x;09:00:05;a\n2;02.10.2026;;;b\n"
        "3;03.10.2026;10:00:00\n"
    )
    report = check(tmp_path, data.encode(), agreed, "free.csv")
    (row,) = accepted(report, "_row", "call_id", "started_at")
    assert row[:2] == (2, "1") and row[2].isoformat() == "2026-10-01T09:00:05"
    assert faults(report) == [
        (3, 3, "started_at", "02.10.2026", "date_format"),
        (4, 4, None, "3;03.10.2026;10:00:00", "missing_cells"),
    ]


def test_a_column_put_together_may_also_come_whole(tmp_path):
    instant = {"joinedHeaders": ["Дата", "Время"], "acceptedFormats": ["dd.MM.yyyy HH:mm:ss"]}
    agreed = deal(*CALLS, column("started_at", kind="timestamp", required=True, ours=instant))
    report = check(tmp_path, b"call_id,started_at\n1,01.10.2026 09:00:05\n", agreed, "free.csv")
    assert report.ok and report.rows.accepted == 1


def test_a_value_in_a_title_belongs_to_the_rows_below_it(tmp_path):
    agreed = deal(
        column("call_id", required=True),
        column("agent_id", required=True, ours={"fromTitle": "Оператор: (.+)"}),
        skipFooter=["subtotal", "repeated header"],
        delimiter=";",
    )
    data = (
        "Оператор: Анна;;\ncall_id;x;y\n1;;\n2;;\nИтого: 2 строк;;\n"
        "Оператор: Борис;;\ncall_id;x;y\n3;;\n"
    )
    report = check(tmp_path, data.encode(), agreed, "free.csv")
    assert accepted(report, "_row", "call_id", "agent_id") == [
        (3, "1", "Анна"), (4, "2", "Анна"), (8, "3", "Борис"),
    ]  # fmt: skip


def test_only_the_agreed_rows_of_a_mixed_file_are_read(tmp_path):
    agreed = deal(
        *CALLS, column("kind", "Тип"), onlyRows={"column": "kind", "values": ["Исходящий"]}
    )
    data = "call_id,agent_id,Тип\n1,a,исходящий\n2,b,Входящий\n3,c, Исходящий \n".encode()
    report = check(tmp_path, data, agreed, "free.csv")
    assert accepted(report, "_row", "call_id") == [(2, "1"), (4, "3")]
    assert report.rows.skipped == 1
    assert "1 row belongs to another report" in notes(report)


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        ({"fromTitle": "Agent"}, "one group in brackets"),
        ({"fromTitle": "Agent: (("}, "one group in brackets"),
        ({"joinedHeaders": ["Дата"]}, "two headers or more"),
    ],
)
def test_a_way_that_cannot_work_is_an_error_of_the_agreement(ours, words):
    with pytest.raises(AgreementError, match=words):
        deal({"name": "a", "ours": ours})


def test_rows_chosen_by_a_column_that_is_not_there_are_an_error_of_the_agreement():
    with pytest.raises(AgreementError, match="rows are chosen by column kind"):
        deal({"name": "a"}, onlyRows={"column": "kind", "values": ["x"]})


def test_no_header_at_all_is_one_clear_sentence(tmp_path):
    with pytest.raises(DeliveryError, match="no header was found") as caught:
        check(tmp_path, b"1,2,3\n4,5,6\n", deal(*CALLS), "free.csv")
    assert len(caught.value.problems) == 1
