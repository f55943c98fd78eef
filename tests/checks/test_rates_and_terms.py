"""Prices, terms, fees: each line against the clause that pays for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from check_world import OCTOBER, ask, at, call, invoice_line, item, scope_of, worked_through
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.rates_and_terms import CHECK
from vendoreval.text import language

SEPTEMBER = {"period_start": date(2026, 9, 1), "period_end": date(2026, 9, 30)}


def audit(lines: list[dict[str, Any]], *card: Any, calls: Any = ()) -> Answer:
    rows = {"invoice_lines": lines, "calls": list(calls)}
    return ask(CHECK, rows, scope_of({"alpha": list(card) or [item()]}))["alpha"]


def money(evidence: Evidence) -> Decimal:
    assert evidence.money is not None
    return evidence.money.point


def fixed(amount: Any, **fields: Any) -> dict[str, Any]:
    return invoice_line(1, amount, unit="fixed") | fields


def only(answer: Answer, worth: str) -> Evidence:
    (evidence,) = answer.evidence
    assert not evidence.review_only
    assert money(evidence) == Decimal(worth)
    assert worked_through(evidence) == (Decimal(worth), Decimal(worth))
    return evidence


def test_a_dearer_minute() -> None:
    # two per cent above the card on 1,000 minutes
    evidence = only(audit([invoice_line(1000, "9.69")]), "190.00")
    assert "9.69" in language("en").say(evidence.condition)


def test_a_price_is_valued_without_its_vat() -> None:
    card = item(price="12", vat_mode="gross", vat_rate="0.20")
    only(audit([invoice_line(100, "12.60")], card), "50.00")
    only(audit([invoice_line(100, "12.60", vat_rate="0.20", vat_amount="252.00")],
               item(price="12", vat_rate="0.20")), "60.00")  # fmt: skip


def test_the_day_of_the_service_decides_which_card_holds() -> None:
    cards = [item(valid_to="2026-10-01"), item(price="11", valid_from="2026-10-01")]
    assert audit([invoice_line(100, "11")], *cards).evidence == ()
    early = invoice_line(100, "11", period_start=date(2026, 10, 1), period_end=date(2026, 10, 5))
    later = [item(valid_to="2026-10-06"), item(price="11", valid_from="2026-10-06")]
    only(audit([early], *later), "150.00")


def test_a_changed_price_is_weighted_by_the_minutes_of_the_log() -> None:
    cards = [item(valid_to="2026-10-11"), item(price="11", valid_from="2026-10-11")]
    # 30 minutes before the change, 10 after it: 9.875 a minute on the mean
    calls = [call(n, at(1 + n // 4), 60) for n in range(30)]
    calls += [call(100 + n, at(20), 60) for n in range(10)]
    assert audit([invoice_line(40, "9.875")], *cards, calls=calls).evidence == ()
    only(audit([invoice_line(40, "11")], *cards, calls=calls), "45.00")


@pytest.mark.parametrize(
    ("card", "worth"),
    [
        (item(valid_from="2026-11-01"), "95.00"),
        (item(valid_to="2026-10-01"), "95.00"),
    ],
)
def test_services_outside_of_the_term(card: Any, worth: str) -> None:
    only(audit([invoice_line(10)], card), worth)


def test_a_line_that_runs_on_past_the_term_only_asks() -> None:
    (evidence,) = audit([invoice_line(10)], item(valid_to="2026-10-20")).evidence
    assert evidence.review_only


def test_a_unit_that_the_card_does_not_know() -> None:
    only(audit([invoice_line(2, "500", unit="seat_month")]), "1000.00")
    only(audit([fixed("700", description="Setting up")]), "700.00")


def test_a_campaign_that_the_card_does_not_name_only_asks() -> None:
    (evidence,) = audit([invoice_line(10, campaign_id="b")], item(campaigns=("a",))).evidence
    assert evidence.review_only and money(evidence) == Decimal("95.00")


def test_a_set_up_fee_is_owed_once_ever() -> None:
    card = item(setup_fee="5000")
    once = fixed("5000", invoice_id="I-0", **SEPTEMBER)
    assert audit([fixed("5000")], card).evidence == ()
    only(audit([once, fixed("5000")], card), "5000.00")
    # a credit took the first one back
    credit = once | {"line": 2, "quantity": -1, "amount": "-5000"}
    assert audit([once, credit, fixed("5000")], card).evidence == ()


def test_a_monthly_fee_is_owed_once_a_month() -> None:
    fee = item(unit="fixed", price="300")
    assert audit([fixed("300"), fixed("300", **SEPTEMBER)], fee).evidence == ()
    only(audit([fixed("300"), fixed("300", line=2)], fee), "300.00")
    only(audit([fixed("330")], fee), "30.00")


def test_the_rest_of_a_minimum() -> None:
    card = item(minimum_commitment={"amount": "1000"})
    rest = fixed("50", line=2, description="Минимальный платёж")
    assert audit([invoice_line(100), rest], card).evidence == ()
    # 950 were worked, 50 are missing; the whole minimum is added
    only(audit([invoice_line(100), rest | {"unit_price": "1000", "amount": "1000"}], card),
         "950.00")  # fmt: skip
    # the minimum was met
    only(audit([invoice_line(200), rest], card), "50.00")


def test_costs_passed_on_up_to_their_limit() -> None:
    card = item(unit="fixed", price="0.01", pass_through={"maximum": "100"})
    assert audit([fixed("80", description="Labels")], card, item()).evidence == ()
    only(audit([fixed("80"), fixed("45", line=2)], card, item()), "25.00")


def test_a_cap_of_the_month() -> None:
    only(audit([invoice_line(200)], item(cap={"amount": "1500"})), "400.00")
    assert audit([invoice_line(150)], item(cap={"amount": "1500"})).evidence == ()


def test_steps_are_worked_out_for_the_volume_of_the_month() -> None:
    steps = [{"price": "10", "up_to": "100"}, {"price": "8"}]
    card = item(price="10", tiers={"kind": "graduated", "steps": steps})
    # 100 at 10 and 50 at 8; all at the first step are 100 more
    assert audit([invoice_line(100, 10), invoice_line(50, 8, line=2)], card).evidence == ()
    only(audit([invoice_line(150, 10)], card), "100.00")
    whole = item(price="10", tiers={"kind": "whole_volume", "steps": steps})
    only(audit([invoice_line(150, 10)], whole), "300.00")


@pytest.mark.parametrize(
    ("lines", "card"),
    [
        pytest.param([invoice_line(100)], item(), id="as agreed"),
        pytest.param([invoice_line(100, "9.00")], item(), id="cheaper than agreed"),
        pytest.param([invoice_line(100, "11.40")], item(vat_rate="0.20"), id="with its VAT"),
        pytest.param([invoice_line(100, "0.0063")], item(price="0.00625"), id="printed rounded"),
        pytest.param([invoice_line(-10, "20")], item(), id="a credit note"),
        pytest.param([invoice_line(10, "20"), invoice_line(-10, "20", line=2)], item(),
                     id="taken back by a credit"),
        pytest.param([invoice_line(10, period_end=date(2026, 11, 1))],
                     item(valid_to="2026-11-01"), id="an end written as the first of the next"),
    ],
)  # fmt: skip
def test_honest_invoices_are_silent(lines: list[dict[str, Any]], card: Any) -> None:
    assert audit(lines, card).evidence == ()


def test_without_lines_or_a_card_it_is_not_run() -> None:
    assert audit([]).not_run is not None
    scope = scope_of({"alpha": []}, period=OCTOBER)
    assert ask(CHECK, {"invoice_lines": [invoice_line(1)]}, scope)["alpha"].not_run is not None
