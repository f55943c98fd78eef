"""Codes in any case and in letters of the other alphabet; what cannot be read is unknown."""

from __future__ import annotations

from reading_world import check, column, custom


def codes(folder, cells, *spellings):
    enum = [
        {"value": value, "customProperties": custom({"spellings": list(more)})}
        for value, *more in spellings
    ]
    return check(folder, [column("code", enum=enum)], cells)


def test_case_blanks_and_yo(tmp_path):
    cells = ["sale", "SALE", " Sale\u00a0", "УСПЕХ", "перезвон", "Чёрный  список", "sal"]
    spellings = [
        ("sale", "Успех"),
        ("callback", "Перезвон"),
        ("dnc", "черный список"),
    ]
    assert codes(tmp_path, cells, *spellings).of("code") == [
        "sale", "sale", "sale", "sale", "callback", "dnc", "code",
    ]  # fmt: skip


def test_look_alike_letters_are_read_and_told(tmp_path):
    outcome = codes(tmp_path, ["B1", "В1", "В1", "b1", "D1"], ("B1",))
    assert outcome.of("code") == ["b1"] * 4 + ["code"]
    assert outcome.said() == [
        "code: “В1”, which mixes or changes Cyrillic and Latin letters, was read as “b1” in 2 cells"
    ]
    assert "2 ячейках" in outcome.said("ru")[0]


def test_latin_letters_in_a_russian_code(tmp_path):
    outcome = codes(tmp_path, ["Oткaз", "Отказ"], ("refusal", "Отказ"))
    assert outcome.of("code") == ["refusal"] * 2


def test_two_codes_that_look_alike_are_not_mixed_up(tmp_path):
    outcome = codes(tmp_path, ["B1", "В1", "в1"], ("x", "B1"), ("y", "В1"))
    assert outcome.of("code") == ["x", "y", "y"]


def test_other_spellings_are_counted(tmp_path):
    outcome = codes(tmp_path, ["Sale", "Sale", "SALe", "sale"], ("sale",))
    assert outcome.said() == [
        "code: “Sale” was read as “sale” in 2 cells",
        "code: “SALe” was read as “sale” in 1 cell",
    ]


def test_of_many_spellings_the_rest_is_counted(tmp_path):
    cells = ["".join(c.upper() if bits >> i & 1 else c for i, c in enumerate("refusal"))
             for bits in range(1, 20)]  # fmt: skip
    said = codes(tmp_path, cells, ("refusal",)).said()
    assert said[-1] == "code: 7 more spellings were read as “refusal”"


# ------------------------------------------------------------------ the third state


NUMBERS = [column("billed", "integer"), column("talk", "integer")]


def test_a_cell_that_cannot_be_read_breaks_no_rule_of_the_row(tmp_path):
    rules = {
        "covers": "coalesce(billed, 0) >= talk",
        "there": "billed IS NOT NULL",
        "small": "talk < 100",
    }
    rows = ["x;5", ";5", "9;5", "x;500"]
    outcome = check(tmp_path, NUMBERS, rows, rules=rules)
    assert sorted(outcome.rules) == [
        (2, "type"),
        (3, "row_rule:covers"),
        (3, "row_rule:there"),
        (5, "row_rule:small"),
        (5, "type"),
    ]


def test_a_cell_that_cannot_be_read_breaks_no_bound(tmp_path):
    part = column("v", "integer", logicalTypeOptions={"minimum": 1, "maximum": 9, "multipleOf": 2})
    outcome = check(tmp_path, [part], ["x", "4", "11"])
    assert outcome.rules == [(2, "type"), (4, "maximum"), (4, "multiple_of")]
