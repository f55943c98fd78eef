"""What a cell may hold: near misses stand beside what is taken."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from intake_world import agreement, check, column, column_of, faults_of, rows_of

from vendoreval.errors import AgreementError

COMMA = {"decimalComma": True, "delimiter": ";"}


def read(tmp_path, cells, kind, *, dialect=None, timezone=None, report="free", name="v", **more):
    ours = {"dialect": dialect or {"delimiter": ";"}}
    if timezone:
        ours["timezone_column"] = timezone
    period = (
        {"period": {"every": "month", "column": name, "timezone": timezone}} if timezone else {}
    )
    deal = agreement(
        column("n"), column(name, kind, **more), report=report, dialect=ours["dialect"], **period
    )
    text = f"n;{name}\n" + "".join(f"{i};{cell}\n" for i, cell in enumerate(cells))
    result = check(tmp_path, text, deal, received_at=datetime(2026, 11, 1, tzinfo=UTC))
    values = {row["_row"]: row[name] for row in rows_of(result.accepted_files)}
    rules = {f[0]: (f[3], f[4]) for f in faults_of(result)}
    return [values.get(i + 2, rules.get(i + 2)) for i in range(len(cells))]


def test_integers_are_whole_numbers_as_written(tmp_path):
    assert read(tmp_path, ["12", "-3", "007", "1\u00a0234", " 5 "], "integer") == [
        12,
        -3,
        7,
        1234,
        5,
    ]
    wrong = ["12.7", "1e3", "+5", "1_000", "0x1F", "1,5", "٣", "12 34", "--1", "9" * 19]
    assert read(tmp_path, wrong, "integer") == [(cell, "type") for cell in wrong]


def test_money_is_exact_and_has_at_most_four_decimals(tmp_path):
    ours = {"unit": "money"}
    right = ["0,1", "1 234,56", "1\u202f234\u00a0567,8901", "-5", "99999999999999,9999"]
    wanted = ["0.1", "1234.56", "1234567.8901", "-5", "99999999999999.9999"]
    got = read(tmp_path, right, "number", dialect=COMMA, ours=ours)
    assert got == [Decimal(w) for w in wanted]
    wrong = ["0,12345", "1.5", "1e2", "12 34,5", "inf", "100000000000000"]
    assert read(tmp_path, wrong, "number", dialect=COMMA, ours=ours) == [(c, "type") for c in wrong]


def test_numbers_take_the_agreed_decimal_mark_only(tmp_path):
    assert read(tmp_path, ["1.5", "1,5", "nan", "2"], "number") == [
        1.5,
        ("1,5", "type"),
        ("nan", "type"),
        2.0,
    ]


@pytest.mark.parametrize(
    ("forms", "cells", "wanted"),
    [
        (
            ["hh:mm:ss"],
            ["27:10:00", "0:00:07", "12:60:00", "90:ab", "3:25"],
            [97800, 7, None, None, None],
        ),
        (["mm:ss"], ["3:25", "99:59", "3:60"], [205, 5999, None]),
        (["hh:mm"], ["3:25", "24:00"], [12300, 86400]),
        (["seconds"], ["65", "65.5", "-5"], [65, None, -5]),
        (["minutes"], ["1.5", "2", "1,5"], [90, 120, None]),
        (["minutes (decimal comma)"], ["1,5", "0,33", "1.5"], [90, 20, None]),
        (["excel-time"], ["0.5", "1,145833333"], [43200, 99000]),
        (
            ["hh:mm:ss", "seconds", "minutes (decimal comma)"],
            ["0:01:05", "65", "1,5"],
            [65, 65, 90],
        ),
    ],
)
def test_durations_become_seconds(tmp_path, forms, cells, wanted):
    got = read(tmp_path, cells, "integer", ours={"acceptedForms": forms})
    rule = "type" if forms == ["seconds"] else "duration_form"
    assert got == [(cells[i], rule) if w is None else w for i, w in enumerate(wanted)]


def test_a_unit_applies_to_plain_numbers(tmp_path):
    assert read(tmp_path, ["2", "-1"], "integer", ours={"unit": "h"}) == [7200, -3600]
    assert read(tmp_path, ["1.5"], "number", ours={"unit": "min"}) == [90]


def test_dates_follow_only_the_listed_patterns(tmp_path):
    ours = {"acceptedFormats": ["yyyy-MM-dd", "dd.MM.yyyy", "excel-serial"]}
    day = date(2026, 3, 2)
    assert read(tmp_path, ["2026-03-02", "02.03.2026", "46083"], "date", ours=ours) == [day] * 3
    wrong = [
        "2026-3-02",
        " 2026-03-02",
        "2026-02-30",
        "+026-03-02",
        "2026-03- 2",
        "02/03/2026",
        "46083.5",
        "5",
    ]
    assert read(tmp_path, wrong, "date", ours=ours) == [(c, "date_format") for c in wrong]


def test_local_times_become_utc_and_skipped_hours_are_faults(tmp_path):
    cells = [
        "2026-03-29 01:59:59",
        "2026-03-29 02:30:00",
        "2026-10-25 02:30:00",
        "2026-03-29 25:00:00",
    ]
    got = read(tmp_path, cells, "timestamp", timezone="Europe/Berlin")
    assert got == [
        datetime(2026, 3, 29, 0, 59, 59),
        ("2026-03-29 02:30:00", "local_time"),
        datetime(2026, 10, 25, 0, 30),
        ("2026-03-29 25:00:00", "date_format"),
    ]


def test_times_after_the_delivery_and_outside_the_bounds_are_faults(tmp_path):
    got = read(
        tmp_path,
        ["2026-10-31 23:59:59", "2026-11-02 00:00:00", "2019-12-31 23:59:59"],
        "timestamp",
        timezone="Europe/Moscow",
        ours={"notAfter": "delivery-time"},
        logicalTypeOptions={"minimum": "2020-01-01 00:00:00"},
    )
    assert got == [
        datetime(2026, 10, 31, 20, 59, 59),
        ("2026-11-02 00:00:00", "future"),
        ("2019-12-31 23:59:59", "range"),
    ]


def test_yes_and_no_in_both_languages(tmp_path):
    cells = ["true", "0", "YES", "Нет", "да", "maybe"]
    assert read(tmp_path, cells, "boolean") == [True, False, True, False, True, ("maybe", "type")]


def test_codes_by_spelling_in_any_case(tmp_path):
    enum = [
        {
            "value": "SALE",
            "customProperties": [
                {"property": "spellings", "vendor": "vendoreval", "value": ["Продажа"]}
            ],
        }
    ]
    cells = ["SALE", "sale", "Продажа ", "Sale", "продажа", "sales", "продажи"]
    assert read(tmp_path, cells, "string", enum=enum) == ["sale"] * 5 + [
        ("sales", "code"),
        ("продажи", "code"),
    ]


def test_texts_by_pattern_and_length_and_numbers_by_bounds(tmp_path):
    got = read(
        tmp_path,
        ["7900", "8900", "790012"],
        "string",
        logicalTypeOptions={"pattern": "^7", "maxLength": 4},
    )
    assert got == ["7900", ("8900", "pattern"), ("790012", "length")]
    got = read(
        tmp_path,
        ["0", "60", "61", "-60", "180"],
        "integer",
        logicalTypeOptions={"minimum": 0, "maximum": 120, "multipleOf": 60},
    )
    assert got == [0, 60, ("61", "multiple_of"), ("-60", "minimum"), ("180", "maximum")]


def test_null_tokens_are_empty_and_a_required_cell_may_not_be(tmp_path):
    dialect = {"delimiter": ";", "nullTokens": ["", "-", "0"]}
    assert read(tmp_path, ["-", "", "0", "5"], "integer", dialect=dialect) == [None, None, None, 5]
    got = read(tmp_path, ["-", " ", "x"], "string", dialect=dialect, required=True)
    assert got == [("-", "required"), (" ", "required"), "x"]


def test_control_and_direction_marks_do_not_harm(tmp_path):
    got = read(tmp_path, ["a\u202eb", "\x01\x1b[31m"], "integer")
    assert [rule for _, rule in got] == ["type", "type"]


def test_row_rules_name_their_row_and_pass_when_unknown(tmp_path):
    deal = agreement(
        column("a", "integer"),
        column("b", "integer"),
        column("day", "date"),
        rules={
            "covers": "b >= a AND NOT (a = 13) AND coalesce(b, 0) < 100",
            "late": "day >= '2026-01-01'",
        },
    )
    text = "a,b,day\n1,2,2026-05-05\n3,2,2026-05-05\n5,,2026-05-05\n13,14,2025-05-05\n"
    report = check(tmp_path, text, deal)
    assert column_of(report, "a") == [1, 5]
    assert [(f[0], f[4]) for f in faults_of(report)] == [
        (3, "row_rule:covers"),
        (5, "row_rule:covers"),
        (5, "row_rule:late"),
    ]


def test_a_warning_leaves_the_row_accepted(tmp_path):
    deal = agreement(column("a", "integer"), rules={"small": "a < 5"}, warning=True)
    report = check(tmp_path, "a\n1\n9\n", deal)
    assert column_of(report, "a") == [1, 9]
    assert report.counts == {"row_rule:small": 1} and report.ok


@pytest.mark.parametrize(
    "rule",
    ["a IN (SELECT 1)", "sum(a) > 1", "b > 1", "a +", "a + 1", "read_csv('x') = 1", "a = 'x'"],
)
def test_a_rule_outside_the_list_is_an_error_of_the_agreement(tmp_path, rule):
    deal = agreement(column("a", "integer"), rules={"r": rule})
    with pytest.raises(AgreementError, match=r"free\.quality\[r\]\.rowRule"):
        check(tmp_path, "a\n1\n", deal)


def test_an_unknown_date_pattern_is_an_error_of_the_agreement(tmp_path):
    deal = agreement(column("a", "date", ours={"acceptedFormats": ["yyyy-QQQ-dd"]}))
    with pytest.raises(AgreementError, match=r"free\.a"):
        check(tmp_path, "a\n1\n", deal)
