"""Dates and times as people write them, and the hour the clock repeats."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from reading_world import check, column


def times(folder, cells, *formats, timezone="UTC", kind="timestamp", **options):
    part = column("at", kind, ours={"acceptedFormats": list(formats)})
    return check(folder, [part], cells, timezone=timezone, **options)


@pytest.mark.parametrize(
    ("form", "cell", "wanted"),
    [
        ("dd.MM.yyyy HH:mm", "31.12.2025 23:59", datetime(2025, 12, 31, 20, 59)),
        ("yyyy-MM-dd'T'HH:mm:ss", "2026-03-01T10:00:00", datetime(2026, 3, 1, 7)),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-03-01T10:00:00+05:30", datetime(2026, 3, 1, 4, 30)),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10)),
        ("yyyy-MM-dd HH:mm:ssXX", "2026-03-01 10:00:00-0100", datetime(2026, 3, 1, 11)),
        ("yyyy-MM-dd HH:mm:ssX", "2026-03-01 10:00:00+03", datetime(2026, 3, 1, 7)),
        (
            "yyyy-MM-dd HH:mm:ss.SSS",
            "2026-03-01 10:00:00.250",
            datetime(2026, 3, 1, 7, 0, 0, 250000),
        ),
        ("yyyy-MM-dd HH:mm:ss.S", "2026-03-01 10:00:00.5", datetime(2026, 3, 1, 7, 0, 0, 500000)),
        ("iso-8601", "2026-03-01T10:00", datetime(2026, 3, 1, 7)),
        ("iso-8601", "2026-03-01 10:00:05.25", datetime(2026, 3, 1, 7, 0, 5, 250_000)),
        ("iso-8601", "2026-03-01T10:00:05+0200", datetime(2026, 3, 1, 8, 0, 5)),
        ("iso-8601", "2026-03-01T10:00:05.123456Z", datetime(2026, 3, 1, 10, 0, 5, 123_456)),
        ("dd MMM yyyy HH:mm", "01 марта 2026 10:00", datetime(2026, 3, 1, 7)),
        ("dd-MMM-yyyy h:mm a", "01-Mar-2026 1:30 pm", datetime(2026, 3, 1, 10, 30)),
        ("excel-serial", "46082.5", datetime(2026, 3, 1, 9)),
    ],
)  # fmt: skip
def test_times_in_their_forms_become_utc(tmp_path, form, cell, wanted):
    assert times(tmp_path, [cell], form, timezone="Europe/Moscow").of("at") == [wanted]


@pytest.mark.parametrize(
    "cell",
    ["1 марта 2026", "1 мар 2026", "1 МАРТ 2026", "1 мар. 2026", "1 March 2026", "1 mar 2026"],
)
def test_names_of_months_in_two_languages(tmp_path, cell):
    outcome = times(tmp_path, [cell], "d MMMM yyyy", kind="date")
    assert outcome.of("at") == [date(2026, 3, 1)]
    assert "months written as words" in outcome.said()[0]


def test_every_month_is_known_by_its_name(tmp_path):
    russian = [
        "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа",
        "сентября", "октября", "ноября", "декабря",
    ]  # fmt: skip
    english = [
        "January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December",
    ]  # fmt: skip
    cells = [f"5.{name[:3] if short else name}.2020" for names in (russian, english)
             for short in (False, True) for name in names]  # fmt: skip
    wanted = [date(2020, month, 5) for _ in range(4) for month in range(1, 13)]
    # “июн” and “июл” are enough, “мая” has no shorter form
    assert times(tmp_path, cells, "d.MMM.yyyy", kind="date").of("at") == wanted


@pytest.mark.parametrize(
    "cell",
    ["epoch", "infinity", "today", " 2026-03-01 10:00:00", "2026-03-01T10:00:00",
     "2026-03-01 10:00:00+03", "2026-3-1 10:00:00", "2026-03-01 10:00", "1 марта 2026", "46082",
     "2026-02-30 10:00:00", "20260301100000"],
)  # fmt: skip
def test_what_is_not_the_agreed_form(tmp_path, cell):
    outcome = times(tmp_path, ["2026-03-01 10:00:00", cell], "yyyy-MM-dd HH:mm:ss")
    assert outcome.of("at") == [datetime(2026, 3, 1, 10), "date_format"]


@pytest.mark.parametrize(
    "cell", ["1 мартобря 2026", "1 03 2026", "31 февраля 2026", "марта 1 2026", "1 foo 2026"]
)
def test_what_is_no_month(tmp_path, cell):
    assert times(tmp_path, [cell], "d MMMM yyyy", kind="date").of("at") == ["date_format"]


@pytest.mark.parametrize(
    "cell", ["2026-03-01", "2026-03-01T25:00", "2026-02-30T10:00", "2026-03-01T10:00:00 +03:00"]
)
def test_what_is_no_iso_time(tmp_path, cell):
    assert times(tmp_path, [cell], "iso-8601").of("at") == ["date_format"]


def test_offsets_and_serial_days_are_told(tmp_path):
    cells = ["2026-03-01T10:00:00Z", "46082"]
    said = times(tmp_path, cells, "iso-8601", "excel-serial").said()
    assert len(said) == 2
    assert "carry their own offset" in said[0]
    assert "count from 1900" in said[1]


# ------------------------------------------------------------------ the repeated hour


BERLIN = {"timezone": "Europe/Berlin"}
FORM = "yyyy-MM-dd HH:mm:ss"


def clock(*parts):
    return [f"2026-10-25 {part}:00" for part in parts]


def hours(outcome):
    return [f"{at:%H:%M}" for at in outcome.of("at")]


def test_the_order_of_the_rows_tells_the_second_time(tmp_path):
    cells = clock("01:30", "02:10", "02:50", "02:05", "02:40", "03:10")
    wanted = ["23:30", "00:10", "00:50", "01:05", "01:40", "02:10"]
    assert hours(times(tmp_path, cells, FORM, **BERLIN)) == wanted
    backwards = times(tmp_path, cells[::-1], FORM, **BERLIN)
    assert hours(backwards) == wanted[::-1]


def test_without_order_it_is_the_first_time(tmp_path):
    cells = clock("02:40", "01:30", "02:50", "05:00", "02:05", "02:10", "01:00")
    got = hours(times(tmp_path, cells, FORM, **BERLIN))
    assert got == ["00:40", "23:30", "00:50", "04:00", "00:05", "00:10", "23:00"]


def pair(folder, rows, form=FORM):
    columns = [
        column(name, "timestamp", ours={"acceptedFormats": [form]})
        for name in ("started_at", "ended_at")
    ]
    return check(folder, columns, rows, rules={"order": "ended_at >= started_at"}, **BERLIN)


def test_a_rule_does_not_accuse_inside_the_repeated_hour(tmp_path):
    day = "2026-10-25 "
    rows = [
        f"{day}02:50:00;{day}02:05:00",  # set back in between: possible
        f"{day}03:30:00;{day}02:05:00",  # after the hour is over: not possible
        f"{day}02:50:00;{day}01:05:00",
        "2026-10-24 02:50:00;2026-10-24 02:05:00",
    ]
    assert pair(tmp_path, rows).rules == [(n, "row_rule:order") for n in (3, 4, 5)]


def test_an_offset_leaves_no_doubt_about_the_hour(tmp_path):
    row = "2026-10-25 02:50:00+02:00;2026-10-25 02:05:00+02:00"
    assert pair(tmp_path, [row], "yyyy-MM-dd HH:mm:ssXXX").rules == [(2, "row_rule:order")]
