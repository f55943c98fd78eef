"""Claimed sales against the CRM: four classes, both directions, and honest mismatches."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from check_world import ask, at, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.unconfirmed_sales import CHECK
from vendoreval.text import language

SCOPE = scope_of({"alpha": [item(unit="sale", price="900.00")], "beta": []})


def sale(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "vendor": "alpha", "sale_id": f"s{number}", "sold_at": at(5 + number % 10),
        "lead_id": f"l{number}",
    } | fields  # fmt: skip


def crm(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "sale_id": f"k{number}", "sold_at": at(6 + number % 10), "lead_id": f"l{number}",
        "vendor": "alpha", "paid_at": at(20),
    } | fields  # fmt: skip


# the CRM is delivered to the end of the month
LATE = crm(500, sold_at=at(31), vendor="other")
KNOWN = [crm(n) for n in range(8)]


def audit(sales: list[Any], known: list[Any], **more: Any) -> Answer:
    rows = {"sales": sales, "client_sales": [*known, LATE]} | more
    return ask(CHECK, rows, SCOPE)["alpha"]


def test_every_class_is_counted_and_unknown_sales_are_priced() -> None:
    sales = [sale(n) for n in range(10)]
    known = [*KNOWN[:5], crm(5, paid_at=None), crm(6, cancelled_at=at(25)), crm(77)]
    answer = audit(sales, known)
    said = language("en").say(answer.statement)
    assert "paid 5, unpaid 1, cancelled 1, unknown 3; match rate 70.0%" in said
    assert "did not claim: 1" in said
    (evidence,) = answer.evidence
    assert (evidence.observed, evidence.n, evidence.grade) == (3.0, 10, "E4")
    assert evidence.money is not None
    assert evidence.money.point == Decimal("2700.00")
    rows = evidence_rows(CHECK, {"sales": sales, "client_sales": [*known, LATE]}, SCOPE)
    assert sorted(rows.sale_id) == ["s7", "s8", "s9"]


def test_a_phone_finds_the_sale_whatever_its_form() -> None:
    sales = [sale(n, lead_id=None, call_id=f"c{n}") for n in range(4)]
    calls = [
        {
            "vendor": "alpha", "call_id": f"c{n}", "agent_id": "A1", "started_at": at(5),
            "talk_seconds": 60, "disposition": "sale", "phone": f"8 (900) 111-22-3{n}",
        }
        for n in range(4)
    ]  # fmt: skip
    known = [crm(n, lead_id=None, phone=f"+7900111223{n}") for n in range(3)]
    answer = audit(sales, known, calls=calls)
    assert answer.evidence[0].observed == 1
    masked = [c | {"phone": "+7 9** ***-**-12"} for c in calls]
    assert audit(sales, known, calls=masked).not_run is not None


@pytest.mark.parametrize(
    ("claimed", "known"),
    [
        pytest.param(sale(50, sold_at=at(5)), crm(50, sold_at=at(12)), id="seven days later"),
        pytest.param(sale(50, sold_at=at(15)), crm(50, sold_at=at(8)), id="seven days earlier"),
        pytest.param(sale(50, sold_at=at(25)), None, id="too young"),
        pytest.param(sale(50, sold_at=at(-5)), None, id="before the period"),
        pytest.param(sale(50, status="Cancelled by customer"), None, id="withdrawn by the vendor"),
        pytest.param(sale(50, lead_id=None), None, id="no key at all"),
        pytest.param(sale(50), crm(50, vendor="beta"), id="credited to another vendor"),
        pytest.param(sale(50), crm(50, paid_at=None), id="known and unpaid"),
    ],
)
def test_near_misses_are_silent(claimed: dict[str, Any], known: dict[str, Any] | None) -> None:
    answer = audit([*map(sale, range(8)), claimed], [*KNOWN, *([known] if known else [])])
    assert answer.not_run is None
    assert answer.evidence == ()


@pytest.mark.parametrize(
    "claimed",
    [
        pytest.param(sale(50, sold_at=at(24)), id="just old enough"),
        pytest.param(sale(1, sale_id="again", sold_at=at(20)), id="outside the lag"),
    ],
)
def test_just_beyond_the_lag_is_found(claimed: dict[str, Any]) -> None:
    assert audit([*map(sale, range(8)), claimed], KNOWN).evidence[0].observed == 1


def test_claims_after_the_last_day_of_the_crm_wait() -> None:
    rows = {"sales": [sale(0), sale(50, sold_at=at(20))], "client_sales": [crm(0)]}
    answer = ask(CHECK, rows, SCOPE)["alpha"]
    assert answer.n == 1
    assert answer.evidence == ()


def test_keys_that_never_match_accuse_nobody() -> None:
    answer = audit([sale(n) for n in range(8)], [crm(n, lead_id=f"x-{n}") for n in range(8)])
    assert answer.not_run is not None
    assert answer.evidence == ()


def test_one_vendor_whose_keys_match_shows_that_the_keys_are_right() -> None:
    beta = [sale(n + 100, vendor="beta") for n in range(5)]
    known = [crm(n + 100, vendor="beta") for n in range(5)]
    answer = audit([*map(sale, range(4)), *beta], known)
    assert answer.evidence[0].observed == 4


def test_without_a_price_for_sales_no_money_is_said() -> None:
    rows = {"sales": [*map(sale, range(9))], "client_sales": [*KNOWN, LATE]}
    free = scope_of({"alpha": [item()]})
    assert ask(CHECK, rows, free)["alpha"].evidence[0].money is None


def test_the_price_of_the_day_of_the_sale_counts() -> None:
    cards = [
        item(unit="sale", price="900", valid_to=date(2026, 10, 10)),
        item(unit="sale", price="500", valid_from=date(2026, 10, 10)),
    ]
    sales = [*map(sale, range(8)), sale(50, sold_at=at(9)), sale(51, sold_at=at(10))]
    rows = {"sales": sales, "client_sales": [*KNOWN, LATE]}
    (evidence,) = ask(CHECK, rows, scope_of({"alpha": cards}))["alpha"].evidence
    assert evidence.money is not None
    assert evidence.money.point == Decimal("1400.00")


def test_what_is_missing_is_said() -> None:
    assert audit([], KNOWN).not_run is not None
    rows = {"sales": [sale(1)], "client_sales": []}
    assert ask(CHECK, rows, SCOPE)["alpha"].not_run is not None


@pytest.mark.parametrize("padding", [1, 3, 7])
def test_every_further_claim_counts(padding: int) -> None:
    answer = audit([*map(sale, range(8)), *(sale(60 + n) for n in range(padding))], KNOWN)
    assert answer.evidence[0].observed == padding
