"""Numbers and money as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from reading_world import check, column

from vendoreval.errors import AgreementError

COMMA = {"decimalComma": True}
MONEY = {"unit": "money"}


def money(folder, cells, *, forms=None, **options):
    ours = {**MONEY, **({"acceptedForms": forms} if forms else {})}
    return check(folder, [column("amount", "number", ours=ours)], cells, **options)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1234,56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234\u2009567,8", "1234567.8"),
        ("1'234,50", "1234.50"),
        ("1.234,56", "1234.56"),
        ("\u22125,5", "-5.5"),
        ("€ 3.500,00", "3500"),
        ("3 500 €", "3500"),
        ("-€3,5", "-3.5"),
        ("EUR 12", "12"),
        ("12,10 eur", "12.1"),
    ],
)
def test_an_amount_in_a_file_of_decimal_commas(tmp_path, cell, amount):
    outcome = money(tmp_path, [cell], dialect=COMMA, currency="EUR")
    assert outcome.of("amount") == [Decimal(amount)]


@pytest.mark.parametrize("cell", ["3 500 руб.", "3 500 руб", "3500р.", "₽3500", "3500 RUB"])
def test_roubles_in_words_and_signs(tmp_path, cell):
    outcome = money(tmp_path, [cell], currency="RUB")
    assert outcome.of("amount") == [3500]
    assert "name the agreed currency, RUB" in outcome.said()[0]


@pytest.mark.parametrize(
    "cell",
    ["1,5", "1.234,56", "12 34.5", "1,23,456", "0,234", "1e3", "0x1F", "1_000", "inf", "NaN", "+5",
     "1.5.2", "--5", "1.12345", "(500)", "5 %"],
)  # fmt: skip
def test_what_a_file_of_decimal_points_does_not_take(tmp_path, cell):
    assert money(tmp_path, ["1.5", cell], currency="EUR").of("amount") == [Decimal("1.5"), "type"]


@pytest.mark.parametrize(
    ("cell", "currency"), [("$ 5", "EUR"), ("5 USD", "RUB"), ("5 руб.", "EUR"), ("5 €", None)]
)
def test_another_currency_is_a_fault_and_told(tmp_path, cell, currency):
    outcome = money(tmp_path, ["7", cell], currency=currency)
    assert outcome.of("amount") == [7, "type"]
    assert "currency" in outcome.said()[0]
    assert "in the agreed currency or without one" in outcome.messages[0]


def test_a_currency_stands_in_money_only(tmp_path):
    outcome = check(tmp_path, [column("v", "number")], ["5 €"], currency="EUR")
    assert outcome.of("v") == ["type"]


def test_a_mark_with_two_meanings_is_asked_about(tmp_path):
    outcome = money(tmp_path, ["1.234", "5,5"], dialect=COMMA)
    assert outcome.of("amount") == ["type", Decimal("5.5")]
    assert "may part thousands or decimals" in outcome.said()[0]
    assert "this is 1234, or a fraction of three decimals" in outcome.messages[0]


def test_other_numbers_of_the_column_decide(tmp_path):
    outcome = money(tmp_path, ["1.234", "2.345,67"], dialect=COMMA)
    assert outcome.of("amount") == [1234, Decimal("2345.67")]
    assert any("because other numbers of the column show it" in text for text in outcome.said())


def test_numbers_that_contradict_each_other_decide_nothing(tmp_path):
    outcome = money(tmp_path, ["1.234", "2.345,67", "1.5"], dialect=COMMA)
    assert outcome.of("amount") == ["type", Decimal("2345.67"), "type"]


def test_the_evidence_may_stand_in_a_later_block(tmp_path):
    cells = ["1.234"] * 300 + ["1"] * 30_000 + ["1.234.567"]
    blocks = [
        money(tmp_path, cells, dialect=COMMA, block_bytes=size).of("amount")
        for size in (4096, 16 << 20)
    ]
    assert blocks[0] == blocks[1] == [1234] * 300 + [1] * 30_000 + [1_234_567]


def test_the_column_may_allow_what_the_dialect_does_not(tmp_path):
    cells = ["€ 3.500,00", "3500.5", "3500", "1.234"]
    strict = money(tmp_path, cells, currency="EUR")
    assert strict.of("amount") == ["type", Decimal("3500.5"), 3500, Decimal("1.234")]
    wide = money(tmp_path, cells, forms=["1234.56", "€ 1.234,56"])
    # 3500.5 and 3.500,00 use the point in two ways: 1.234 has to be asked about
    assert wide.of("amount") == [3500, Decimal("3500.5"), 3500, "type"]
    one = money(tmp_path, ["€ 3.500,00", "1.234", "12,5"], forms=["€ 1.234,56"])
    assert one.of("amount") == [3500, 1234, Decimal("12.5")]


def test_a_form_may_be_the_opposite_of_the_dialect(tmp_path):
    outcome = money(tmp_path, ["1,234.56", "1,234", "1.5"], forms=["1,234.56"], dialect=COMMA)
    assert outcome.of("amount") == [Decimal("1234.56"), 1234, Decimal("1.5")]


def test_two_agreed_forms_and_a_column_of_one(tmp_path):
    outcome = money(tmp_path, ["1,234", "0,5"], forms=["1234,56", "1,234.56"])
    assert outcome.of("amount") == [Decimal("1.234"), Decimal("0.5")]
    assert any("is the decimal mark" in text for text in outcome.said())


def test_whole_numbers(tmp_path):
    cells = ["12.7", "1e3", "0x1F", "1_000", "+5", "007", " 7", "1\u2009234", "1,5", "٣"]
    outcome = check(tmp_path, [column("v", "integer")], cells)
    assert outcome.of("v") == [*["type"] * 5, 7, 7, 1234, "type", "type"]
    grouped = check(tmp_path, [column("v", "integer")], ["1.234", "1.234.567"])
    assert grouped.of("v") == [1234, 1_234_567]
    doubtful = check(tmp_path, [column("v", "integer")], ["1.234", "12.7"])
    assert doubtful.of("v") == ["type", "type"]


def test_clean_columns_say_nothing(tmp_path):
    outcome = money(tmp_path, ["1", "2.5", "3 000.25"], currency="EUR")
    assert outcome.report.ok
    assert outcome.said() == []


def test_readings_in_russian(tmp_path):
    outcome = money(tmp_path, ["1.234", "5 $"], dialect=COMMA, currency="RUB")
    said = " ".join(outcome.said("ru"))
    assert "1.234" in said and "тысяч" in said and "валют" in said


@pytest.mark.parametrize("form", ["1.234.56", "1234", "€", "12,5"])
def test_a_form_that_is_not_the_example_number_is_refused(tmp_path, form):
    with pytest.raises(AgreementError, match=r"or the number 1234\.56 as the vendor writes it"):
        money(tmp_path, ["1"], forms=[form])
