"""Durations as people write them, and which clock a column of two parts is."""

from __future__ import annotations

import pytest
from reading_world import check, column

BOTH = ["mm:ss", "hh:mm"]


def durations(folder, cells, *, kind="integer", dialect=None, **ours):
    return check(folder, [column("talk", kind, ours=ours)], cells, dialect=dialect)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("3,4 мин", 204),
        ("3.4 min", 204),
        ("3 мин 25 с", 205),
        ("3 мин. 25 сек.", 205),
        ("3m 25s", 205),
        ("3m25s", 205),
        ("1 ч 2 мин 3 с", 3723),
        ("1h", 3600),
        ("1,5 часа", 5400),
        ("205 sec", 205),
        ("205\u00a0с", 205),
        ("27 часов", 97200),
        ("125 минут", 7500),
        ("205", 205),
    ],
)
def test_units_in_words_leave_nothing_to_guess(tmp_path, cell, seconds):
    assert durations(tmp_path, [cell], unit="s").of("talk") == [seconds]


@pytest.mark.parametrize(
    "cell",
    ["1 ч 75 мин", "3 мин 90 с", "мин", "-3 мин", "1.234 м", "3 мин 25", "25 с 3 мин", "3:25 мин",
     "12.7", "1e3", "0x1F", "1_000", "+5", "3:25", "PT3M25S"],
)  # fmt: skip
def test_what_is_no_number_of_seconds(tmp_path, cell):
    outcome = durations(tmp_path, ["007", cell], unit="s", dialect={"decimalComma": True})
    assert outcome.of("talk") == [7, "type"]


def test_plain_numbers_follow_the_unit(tmp_path):
    assert durations(tmp_path, ["2", "3,4 мин"], unit="min").of("talk") == [120, 204]
    assert durations(tmp_path, ["0.5"], kind="number", unit="h").of("talk") == [1800]


@pytest.mark.parametrize(
    ("form", "cell", "seconds"),
    [
        ("hh:mm:ss", "00:03:25", 205),
        ("hh:mm:ss", "1:02:03", 3723),
        ("hh:mm:ss", "49:00:01", 176_401),
        ("mm:ss", "3:25", 205),
        ("hh:mm", "3:25", 12_300),
        ("excel-time", "0.5", 43_200),
        ("excel-time", "1.25", 108_000),
        ("minutes (decimal comma)", "3,4", 204),
    ],
)
def test_the_agreed_form_decides(tmp_path, form, cell, seconds):
    assert durations(tmp_path, [cell], acceptedForms=[form]).of("talk") == [seconds]


def test_the_agreed_clock_is_told(tmp_path):
    outcome = durations(tmp_path, ["3:25", "4:00"], acceptedForms=["seconds", "mm:ss"])
    assert outcome.said() == [
        "talk: texts such as “3:25” are minutes and seconds, as agreed; cells: 2"
    ]
    assert durations(tmp_path, ["205"], acceptedForms=["seconds", "mm:ss"]).said() == []


def test_without_evidence_two_parts_are_asked_about(tmp_path):
    outcome = durations(tmp_path, ["3:25", "205"], acceptedForms=[*BOTH, "seconds"])
    assert outcome.of("talk") == ["duration_form", 205]
    assert "Which is meant?" in outcome.said()[0]
    assert "this is 3 min 25 s, or 3 h 25 min" in outcome.messages[0]


def test_a_first_part_beyond_23_tells_minutes(tmp_path):
    outcome = durations(tmp_path, ["3:25", "24:00"], acceptedForms=BOTH)
    assert outcome.of("talk") == [205, 1440]
    assert "because the first part goes beyond 23" in outcome.said()[0]
    assert (
        durations(tmp_path, ["3:25", "23:59"], acceptedForms=BOTH).of("talk")
        == ["duration_form"] * 2
    )


def test_three_parts_for_hours_leave_minutes_to_two(tmp_path):
    outcome = durations(tmp_path, ["3:25", "1:02:03"], acceptedForms=[*BOTH, "hh:mm:ss"])
    assert outcome.of("talk") == [205, 3723]


def between(folder, rows):
    stamp = {"logicalTypeOptions": {"format": "yyyy-MM-dd HH:mm:ss"}}
    columns = [
        column("started_at", "timestamp", **stamp),
        column("ended_at", "timestamp", **stamp),
        column("talk", "integer", ours={"acceptedForms": BOTH}),
    ]
    return check(folder, columns, rows)


def test_beginning_and_end_tell_minutes(tmp_path):
    rows = ["2026-03-01 10:00:00;2026-03-01 10:04:00;3:25", ";;1:00"]
    outcome = between(tmp_path, rows)
    assert outcome.of("talk") == [205, 60]
    assert "longer than the calls themselves" in outcome.said()[0]


def test_beginning_and_end_tell_hours(tmp_path):
    rows = ["2026-03-01 10:00:00;2026-03-01 13:25:10;3:25", ";;30:00"]
    outcome = between(tmp_path, rows)
    # though a first part is beyond 23: the rows themselves weigh more
    assert outcome.of("talk") == [12_300, 108_000]
    assert "match beginning and end" in outcome.said()[0]


def test_the_answer_does_not_depend_on_the_blocks(tmp_path):
    cells = ["3:25"] * 5000 + ["99:59"]
    deals = [column("talk", "integer", ours={"acceptedForms": BOTH})]
    small, large = (check(tmp_path, deals, cells, block_bytes=n) for n in (4096, 16 << 20))
    assert small.of("talk") == large.of("talk") == [205] * 5000 + [5999]
    assert small.said() == large.said()
