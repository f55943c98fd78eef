"""An invoice that agrees with itself: sums to the kopeck, and slips nobody has to answer for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from check_world import ask, at, evidence_rows, invoice_line, item, scope_of, worked_through
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.invoice_arithmetic import CHECK
from vendoreval.text import language

VAT = item(vat_rate="0.20")


def audit(*lines: dict[str, Any], card: Any = VAT, **others: Any) -> Answer:
    rows = {"invoice_lines": list(lines)} | others
    return ask(CHECK, rows, scope_of({"alpha": [card]}))["alpha"]


def money(evidence: Evidence) -> Decimal:
    assert evidence.money is not None
    return evidence.money.point


def titles(answer: Answer) -> list[str]:
    return [language("en").say(evidence.title) for evidence in answer.evidence]


def test_an_amount_above_its_product_to_the_kopeck() -> None:
    # 1,234.50 minutes at 9.50 are 11,727.75; 2 % more is asked
    lines = [invoice_line("1234.50", amount="11962.31"), invoice_line(10, line=2)]
    (evidence,) = audit(*lines).evidence
    assert money(evidence) == Decimal("234.56")
    assert worked_through(evidence) == (Decimal("234.56"), Decimal("234.56"))
    assert not evidence.review_only
    rows = evidence_rows(CHECK, {"invoice_lines": lines}, scope_of({"alpha": [VAT]}))
    assert set(evidence.filters["line_id"]) < set(rows["line_id"])


def test_slips_in_the_clients_favour_are_set_off() -> None:
    assert audit(
        invoice_line(100, amount="951.00"), invoice_line(100, line=2, amount="949.00")
    ).evidence == ()  # fmt: skip
    (evidence,) = audit(
        invoice_line(100, amount="960.00"), invoice_line(100, line=2, amount="945.00")
    ).evidence  # fmt: skip
    assert money(evidence) == Decimal("5.00")


def test_vat_on_a_price_that_holds_it_is_net_of_what_is_owed() -> None:
    # 12 is 10 with VAT; 100 minutes are 1,200 with VAT and 200 are added once more
    card = item(price="12", vat_mode="gross", vat_rate="0.20")
    right = invoice_line(100, "12", vat_rate="0.20", vat_amount="200.00")
    assert audit(right, card=card).evidence == ()
    again = invoice_line(100, "12", vat_rate="0.20", vat_amount="240.00")
    answer = audit(right | {"line": 2}, again, card=card)
    # net of VAT 1,200 are asked where 1,000 are owed
    assert [money(e) for e in answer.evidence] == [Decimal("200.00")]
    mixed = audit(
        invoice_line(100, "9.50", vat_rate="0.20", vat_amount="190.00"),
        invoice_line(100, "11.40", line=2, vat_rate="0.20", vat_amount="228.00"),
    )
    (evidence,) = mixed.evidence
    # 1,140 holds 190 of VAT already
    assert money(evidence) == Decimal("190.00")
    assert "already hold it" in language("en").say(evidence.title)


def test_miscounted_vat_is_told_and_is_no_money_net_of_vat() -> None:
    (evidence,) = audit(invoice_line(100, vat_rate="0.20", vat_amount="195.00")).evidence
    assert evidence.money is None and evidence.observed == 5.0


def test_another_rate_only_asks() -> None:
    (evidence,) = audit(invoice_line(100, vat_rate="0.22", vat_amount="209.00")).evidence
    assert evidence.review_only and evidence.money is None


def test_totals_among_the_lines_only_ask() -> None:
    lines = [invoice_line(10), invoice_line(20, line=2),
             invoice_line(30, line=3, description="Итого")]  # fmt: skip
    (evidence,) = audit(*lines).evidence
    assert evidence.review_only and money(evidence) == Decimal("285.00")
    # the word alone, or the sum alone, is a line like any other
    assert audit(*lines[:2], lines[2] | {"description": "весна"}).evidence == ()
    assert audit(lines[0], invoice_line(21, line=2), lines[2]).evidence == ()


def test_amounts_with_three_decimals_and_foreign_words_only_ask() -> None:
    answer = audit(invoice_line(1, "9.505", amount="9.505", description="talk, USD"))
    assert [e.review_only for e in answer.evidence] == [True, True]
    assert {"Amounts finer than the smallest coin", "A line names another currency than the card"
            } == set(titles(answer))  # fmt: skip
    total = item(money_rounding="total")
    assert audit(invoice_line(1, "9.505", amount="9.505"), card=total).evidence == ()


def test_two_documents_with_one_number_only_ask() -> None:
    earlier = invoice_line(10, invoice_id="i 1", period_start=date(2026, 9, 1),
                           period_end=date(2026, 9, 30))  # fmt: skip
    (evidence,) = audit(invoice_line(10, invoice_id="I-1"), earlier).evidence
    assert evidence.review_only and "I-1, i 1" in language("en").say(evidence.condition)


def test_an_invoice_that_came_again_with_more_money_is_asked_about() -> None:
    again = {
        "vendor": "alpha", "report": "invoice_lines", "delivery": 1, "by_delivery": 2,
        "received_on": at(20).date(), "row_key": "I-1/1", "day_on": at(1).date(),
        "change": "changed", "amount_before": "95.00", "amount_after": "105.00",
    }  # fmt: skip
    (evidence,) = audit(invoice_line(10), restated=[again]).evidence
    assert evidence.review_only and "higher amounts" in language("en").say(evidence.title)
    assert audit(invoice_line(10), restated=[again | {"amount_after": "85.00"}]).evidence == ()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(invoice_line("100.25", amount="952.38"), id="rounded to the coin"),
        pytest.param(invoice_line("100.3", amount="952.38"), id="minutes printed rounded"),
        pytest.param(invoice_line("-10"), id="a credit note"),
        pytest.param(invoice_line(100, "9.50", vat_rate="20", vat_amount="190.01"),
                     id="a rate in per cent, VAT shared out"),
        pytest.param(invoice_line(100, "11.40", vat_rate="0.20", vat_amount="190.00"),
                     id="prices with VAT throughout"),
    ],
)  # fmt: skip
def test_honest_invoices_are_silent(line: dict[str, Any]) -> None:
    assert audit(line).evidence == ()


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(-(10**4), 10**4))
def test_what_lies_above_the_product_is_found_to_the_coin(
    hundredths: int, kopecks: int, above: int
) -> None:
    line = invoice_line(Decimal(hundredths) / 100, Decimal(kopecks) / 100)
    line["amount"] += Decimal(above) / 100
    found = audit(line).evidence
    # minutes with two decimals may be off by half of the last one, the amount by a coin
    slack = Decimal("0.01") + Decimal("0.005") * Decimal(kopecks) / 100
    expected = Decimal(above) / 100
    assert [money(e) for e in found] == ([expected] if expected > slack else [])


def test_without_lines_it_is_not_run() -> None:
    assert audit().not_run is not None
