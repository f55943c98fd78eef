"""Figures and sentences as each language writes them: Unicode CLDR, corrected for print."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from vendoreval.text import (
    Count,
    Day,
    Message,
    Money,
    Percent,
    Short,
    language,
    msg,
    nmsg,
)

EN, RU = language("en"), language("ru")
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "en", "ru"),
    [
        (18055, 0, "18,055", f"18{NBSP}055"),
        (12.625, 2, "12.63", "12,63"),
        (-4.06, 1, "\u22124.1", "\u22124,1"),
        (-0.001, 2, "0.00", "0,00"),
        (0.5, 0, "1", "1"),
        (1e15, 0, "1,000,000,000,000,000", NBSP.join(["1", "000", "000", "000", "000", "000"])),
    ],
)
def test_numbers(value: float, decimals: int, en: str, ru: str) -> None:
    assert EN.number(value, decimals) == en
    assert RU.number(value, decimals) == ru


@pytest.mark.parametrize(
    ("amount", "en", "ru"),
    [
        ("456516", "RUB 457K", "457 тыс. ₽"),
        ("5530000", "RUB 5.53M", "5,53 млн ₽"),
        ("999600", "RUB 1.00M", "1,00 млн ₽"),
        ("812", "RUB 812", "812 ₽"),
        ("-61300", "\u2212RUB 61K", "\u221261 тыс. ₽"),
    ],
)
def test_short_money(amount: str, en: str, ru: str) -> None:
    assert EN.short(Decimal(amount), "RUB").replace(NBSP, " ") == en
    assert RU.short(Decimal(amount), "RUB").replace(NBSP, " ") == ru


def test_exact_money_keeps_the_kopecks() -> None:
    assert RU.money(Decimal("456516.05"), "RUB") == f"456{NBSP}516,05{NBSP}₽"
    assert EN.money(Decimal("456516.05"), "RUB") == f"RUB{NBSP}456,516.05"


def test_dates() -> None:
    day = date(2026, 11, 12)
    assert (RU.day(day), EN.day(day)) == ("12 ноября 2026", "12 November 2026")
    assert (RU.month(day), EN.month(day)) == ("Ноябрь 2026", "November 2026")


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, "1 подрядчик"), (3, "3 подрядчика"), (11, "11 подрядчиков"), (21, "21 подрядчик"),
     (112, "112 подрядчиков"), (0, "0 подрядчиков")],
)  # fmt: skip
def test_russian_plurals(count: int, expected: str) -> None:
    assert RU.say(nmsg("%(n)s vendor", "%(n)s vendors", count, n=Count(count))) == expected


def test_message_speaks_both_languages() -> None:
    message = msg(
        "%(vendor)s: dispute %(amount)s, %(about)s",
        vendor="Granat Line",
        amount=Short(Decimal(456516), "RUB"),
        about=msg("billed beyond the call log"),
    )
    assert EN.say(message) == f"Granat Line: dispute RUB{NBSP}457K, billed beyond the call log"
    assert "оспорить" in RU.say(message)
    assert "Granat Line" in RU.say(message)


def test_per_cent_signs_survive() -> None:
    message = msg("the whole 90 %% interval lies above the ceiling")
    assert EN.say(message) == "the whole 90 % interval lies above the ceiling"


def test_values_know_how_they_are_written() -> None:
    assert EN.value(Percent(0.0395, 2)) == "3.95%"
    assert RU.value(Percent(0.0395, 2)) == f"3,95{NBSP}%"
    assert EN.value(Day(date(2026, 1, 2))) == "2 January 2026"
    assert EN.value(Money(Decimal("1"), "EUR")) == f"EUR{NBSP}1.00"
    assert EN.value((Count(1), "b")) == "1, b"


def test_messages_are_values() -> None:
    assert Message("a") == msg("a")
    with pytest.raises(TypeError):
        msg("%(a)s", a="x").values["a"] = "y"  # type: ignore[index]


def test_unknown_language_is_named() -> None:
    with pytest.raises(ValueError, match="'de' is not one of en, ru"):
        language("de")
