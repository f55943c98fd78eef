"""What a file is, and the errors when it is nothing that can be read."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from intake_world import agreement, check, column, column_of, faults_of, rows_of

from vendoreval.errors import AgreementError, DeliveryError
from vendoreval.intake import read_delivery

CALLS = [
    column(
        "call_id",
        required=True,
        primaryKey=True,
        primaryKeyPosition=1,
        synonyms=[{"synonym": "ID  звонка"}],
    ),
    column("agent_id", required=True, synonyms=[{"synonym": "Оператор"}]),
    column("talk_seconds", "integer", required=True),
]
LEADS = {
    "name": "leads",
    "properties": [
        column("lead_id", required=True),
        column("handed_on", "date", required=True),
        column("segment"),
    ],
}
DEAL = agreement(*CALLS, report="calls", pattern="calls_{yyyy}{MM}.csv", more=[LEADS])
SEMICOLON = agreement(
    *CALLS, report="calls", pattern="calls_{yyyy}{MM}.csv", dialect={"delimiter": ";"}
)
GOOD = "call_id,agent_id,talk_seconds\n1,a,5\n"


def opened(tmp_path, data, deal=DEAL, name="calls_202610.csv", **more):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_delivery(path, deal, **more)


@pytest.mark.parametrize(
    ("data", "deal", "words"),
    [
        (b"", DEAL, ("the file is empty", "export the report again")),
        (b"\xef\xbb\xbf \n", DEAL, ("the file is empty",)),
        ("lead_id,handed_on,segment\n1,2026-01-01,a\n", DEAL, ("looks like report leads",)),
        ("sale_id,sold_at,product,amount\n", DEAL, ("looks like report sales",)),
        ("x,y,z\n1,2,3\n", DEAL, ("no header was found", "call_id, agent_id, talk_seconds")),
        (GOOD, SEMICOLON, ("separated by: comma", "agreed is: semicolon")),
        (b"PK\x03\x04" + b"\0" * 100, DEAL, ("damaged or cut short", "CSV UTF-8")),
        (gzip.compress(b"x", mtime=0), DEAL, ("no header was found",)),
        (b"\0\1\2\3" * 50, DEAL, ("not a text file",)),
        ("\ufeff" + GOOD, DEAL, ()),
        ("ID звонка,Оператор,talk\n".encode("cp1251"), DEAL, ("not UTF-8 (it looks like cp1251)",)),
        (GOOD.encode("utf-16"), DEAL, ("written in utf-16",)),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, data, deal, words):
    if not words:
        assert opened(tmp_path, data, deal).schema.name == "calls"
        return
    with pytest.raises(DeliveryError) as caught:
        opened(tmp_path, data, deal)
    for word in words:
        assert word in str(caught.value)
    assert caught.value.describe("ru") != caught.value.describe("en")


def test_missing_files_folders_and_unknown_reports(tmp_path):
    with pytest.raises(DeliveryError, match="there is no such file"):
        read_delivery(tmp_path / "no.csv", DEAL)
    with pytest.raises(DeliveryError, match="this is a folder"):
        read_delivery(tmp_path, DEAL)
    with pytest.raises(AgreementError, match="one of: calls, leads"):
        opened(tmp_path, GOOD, report="nothing")
    with pytest.raises(DeliveryError, match="neither its name nor its header"):
        opened(tmp_path, "x,y\n1,2\n", name="other.csv")


def test_wrong_layout_below_a_right_header(tmp_path):
    with pytest.raises(DeliveryError, match="wrong delimiter or layout: 20 of the first 20 rows"):
        check(
            tmp_path, "call_id,agent_id,talk_seconds\n" + "1;a;5\n" * 20, DEAL, "calls_202610.csv"
        )
    body = b"\xcf\xf0\xe8,a,5\n" * 20
    with pytest.raises(DeliveryError, match="20 of the first 20 rows are not UTF-8"):
        check(tmp_path, b"call_id,agent_id,talk_seconds\n" + body, DEAL, "calls_202610.csv")
    assert not list(tmp_path.glob("vendoreval-*"))


def test_the_header_is_found_by_names_below_other_rows(tmp_path):
    data = "\ufeffОтчёт за октябрь\n\nid ЗВОНКА ; Оператор;Talk_Seconds;Заметка\n1;a;5;x\n"
    delivery = opened(tmp_path, data, SEMICOLON)
    assert delivery.columns == ("call_id", "agent_id", "talk_seconds", None)
    assert (delivery.header_row, delivery.delimiter, str(delivery.period)) == (3, ";", "2026-10")
    report = check(tmp_path, data, SEMICOLON, "calls_202610.csv")
    assert [(r["_row"], r["call_id"]) for r in rows_of(report.accepted_files)] == [(4, "1")]
    assert report.rows.skipped == 2 and report.rows.delivered == 3
    assert any("Заметка" in note for note in report.to_json("ru")["notes"])


def test_a_header_of_two_rows(tmp_path):
    deal = agreement(
        column("a", synonyms=[{"synonym": "Talk / sec"}]),
        column("b"),
        dialect={"headerRows": 2, "delimiter": ","},
    )
    report = check(tmp_path, "Talk,\nsec,b\n1,2\n", deal)
    assert [(r["_row"], r["a"], r["b"]) for r in rows_of(report.accepted_files)] == [(3, "1", "2")]


def test_the_report_is_known_by_name_or_by_header(tmp_path):
    assert opened(tmp_path, GOOD, name="CALLS_202610.CSV").period is not None
    leads = "lead_id,handed_on,segment\n1,2026-01-01,a\n"
    assert opened(tmp_path, leads, name="whatever.csv").schema.name == "leads"
    assert opened(tmp_path, GOOD, report="calls", name="x.txt").schema.name == "calls"


def test_a_missing_required_column_accepts_no_row(tmp_path):
    report = check(tmp_path, "call_id,agent_id\n1,a\n2,b\n", DEAL, "calls_202610.csv")
    assert report.rows.accepted == 0 and report.rows.quarantined == 2
    assert faults_of(report) == [(1, 1, "talk_seconds", None, "missing_column")]
    assert not report.ok


def test_a_column_that_stands_twice_accepts_no_row(tmp_path):
    data = "call_id,agent_id,talk_seconds,Оператор\n1,a,5,b\n"
    report = check(tmp_path, data, DEAL, "calls_202610.csv")
    assert report.counts == {"duplicate_header": 1} and report.rows.accepted == 0


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_an_agreed_encoding_is_decoded_and_bad_bytes_are_faults(tmp_path, encoding):
    deal = agreement(column("a"), column("Имя"), dialect={"encodings": ["utf-8", encoding]})
    text = "a,Имя\n" + "1,Полина Серова не ответила на вопрос\n" * 5
    assert column_of(check(tmp_path, text.encode(encoding), deal), "Имя")[0].startswith("Полина")
    assert check(tmp_path, text, deal).delivery.encoding == "utf-8"
    if encoding == "cp1251":
        report = check(tmp_path, text.encode(encoding) + b"2,\x98\n", deal)
        assert [(f[0], f[3], f[4]) for f in faults_of(report)] == [(7, "2,\\x98", "encoding")]


def test_a_few_damaged_bytes_do_not_make_utf8_something_else(tmp_path):
    deal = agreement(column("a"), column("b"), dialect={"encodings": ["utf-8", "cp1251"]})
    data = b"a,b\n" + "1,Полина Серова\n".encode() * 5 + b"2,\xd0\n"
    report = check(tmp_path, data, deal)
    assert report.delivery.encoding == "utf-8" and report.counts == {"encoding": 1}


def test_totals_and_repeated_headers_are_skipped_where_agreed(tmp_path):
    data = "a,b\n1,2\nИтого: 1\nИтого,2\n,Total 3\na,b\n3,4\n"
    words = ["subtotal", "total", "repeated header"]
    deal = agreement(
        column("a", "integer", required=True), column("b"), dialect={"skipFooter": words}
    )
    report = check(tmp_path, data, deal)
    assert column_of(report, "a") == [1, 3] and report.rows.skipped == 4 and report.ok
    plain = agreement(column("a", "integer", required=True), column("b"))
    assert check(tmp_path, data, plain).rows.skipped == 0


def test_the_period_from_the_rows_and_a_note_of_rows_outside(tmp_path):
    deal = agreement(
        column("a"),
        column("at", "timestamp"),
        period={"every": "month", "column": "at", "timezone": "Europe/Moscow"},
    )
    data = "a,at\n1,2026-10-01 00:30:00\n2,2026-10-31 23:00:00\n3,2026-11-01 00:10:00\n"
    report = check(tmp_path, data, deal, received_at=datetime(2026, 12, 1, tzinfo=UTC))
    assert str(report.period) == "2026-10" and report.rows.accepted == 3
    assert "1 accepted row lies outside the period 2026-10" in report.to_json()["notes"]
