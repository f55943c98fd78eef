"""The invoice against the rated log: exact minutes and money, and honest differences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from check_world import OCTOBER, ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.billed_over_logged import CHECK
from vendoreval.text import language

SCOPE = scope_of({"alpha": [item()]})
# 100 calls of one minute
CALLS = [call(n, at(1 + n % 28, hour=9, minute=n % 60), 60) for n in range(100)]


def line(quantity: Any, price: Any = "9.50", **fields: Any) -> dict[str, Any]:
    return {
        "vendor": "alpha", "invoice_id": "i1", "line": 1, "period_start": OCTOBER.start,
        "period_end": OCTOBER.last_day, "unit": "talk_minute", "quantity": quantity,
        "unit_price": price, "amount": Decimal(str(quantity)) * Decimal(str(price)),
    } | fields  # fmt: skip


def audit(lines: list[dict[str, Any]], calls: Any = CALLS, cards: Any = None) -> Answer:
    scope = SCOPE if cards is None else scope_of({"alpha": cards})
    return ask(CHECK, {"invoice_lines": lines, "calls": calls}, scope)["alpha"]


def money(evidence: Evidence) -> Decimal:
    assert evidence.money is not None
    return evidence.money.point


def printed(evidence: Evidence) -> tuple[Decimal, Decimal]:
    """Work the printed operands through, left to right; return that and the printed result."""
    speak = language("en").say
    values = []
    for step in evidence.arithmetic:
        text = speak(step.value).replace("RUB", "").replace("\u00a0", "").replace(",", "")
        values.append((step.sign, Decimal(text)))
    found = values[0][1]
    for sign, value in values[1:-1]:
        match sign:
            case "−":
                found -= value
            case "×":
                found *= value
            case "÷":
                found /= value
    return found.quantize(Decimal("0.01")), values[-1][1]


def test_minutes_without_a_call_are_exact() -> None:
    answer = audit([line("112.34")])
    (evidence,) = answer.evidence
    assert (evidence.observed, evidence.expected) == (112.34, 100.0)
    assert money(evidence) == Decimal("117.23")
    assert printed(evidence) == (Decimal("117.23"), Decimal("117.23"))
    assert not evidence.per_call
    rows = evidence_rows(CHECK, {"invoice_lines": [line("112.34")]}, SCOPE)
    assert rows.invoice_id.tolist() == ["i1"]


def test_the_card_rounds_before_the_comparison() -> None:
    card = item(first_increment_seconds=60, next_increment_seconds=60)
    calls = [call(n, at(2, minute=n), 61) for n in range(10)]
    assert audit([line(20)], calls, [card]).evidence == ()
    assert money(audit([line(21)], calls, [card]).evidence[0]) == Decimal("9.50")
    whole = item(first_increment_seconds=60, next_increment_seconds=60, round_scope="invoice")
    assert money(audit([line(20)], calls, [whole]).evidence[0]) == Decimal("85.50")


@pytest.mark.parametrize(
    ("lines", "cards"),
    [
        pytest.param([line(100)], None, id="as logged"),
        pytest.param([line(90)], None, id="below the log"),
        pytest.param(
            [line(101)],
            [item(invoice_tolerance={"relative": Decimal("0.01")})],
            id="relative tolerance",
        ),
        pytest.param(
            [line(102)], [item(invoice_tolerance={"absolute": Decimal(2)})], id="absolute tolerance"
        ),
        pytest.param([line(110), line(-10, line=2)], None, id="credited on the next line"),
        pytest.param([line(500, unit="dial")], None, id="another unit"),
        pytest.param(
            [line(120)], [item(minimum_commitment={"quantity": "120"})], id="minimum commitment"
        ),
        pytest.param([line(120, unit="handle_minute")], None, id="a unit the card does not hold"),
    ],
)
def test_near_misses_are_silent(lines: list[dict[str, Any]], cards: Any) -> None:
    assert audit(lines, cards=cards).evidence == ()


def test_an_invoice_below_the_log_says_the_difference() -> None:
    answer = audit([line(90)])
    assert answer.not_run is None
    assert "−10.00" in language("en").say(answer.statement)


def test_what_cannot_be_asked() -> None:
    assert audit([]).not_run is not None
    assert audit([line(10)], calls=[]).not_run is not None
    assert audit([line(10)], cards=[]).not_run is not None
    assert (
        audit([line(1000)], cards=[item(minimum_commitment={"quantity": "1"})]).not_run is not None
    )


def test_only_days_the_invoice_covers_are_compared() -> None:
    half = line(60, period_end=date(2026, 10, 14))
    in_half = sum(c["started_at"].day <= 14 for c in CALLS)
    (evidence,) = audit([half]).evidence
    assert evidence.expected == in_half
    # a week that is audited against a monthly invoice takes the month's calls
    longer = line(100, period_end=date(2026, 11, 30))
    november = [*CALLS, call(999, at(40), 600)]
    assert audit([line(110, period_end=date(2026, 11, 1))], november).evidence[0].expected == 100
    assert audit([longer], november).evidence == ()


def test_vat_is_taken_out_of_gross_prices() -> None:
    cards = [item(price="12", vat_mode="gross", vat_rate="0.20")]
    (evidence,) = audit([line(110, "12")], cards=cards).evidence
    assert money(evidence) == Decimal("100.00")
    assert printed(evidence)[0] == printed(evidence)[1]


def test_campaigns_are_set_off_against_each_other() -> None:
    calls = [c | {"campaign_id": "a" if n < 50 else "b"} for n, c in enumerate(CALLS)]
    swapped = [line(60, campaign_id="a"), line(40, campaign_id="b", line=2)]
    assert audit(swapped, calls).evidence == ()
    cards = [item(), item(price="19", campaigns=("a",))]
    dearer = [line(60, "19", campaign_id="a"), line(45, campaign_id="b", line=2)]
    (evidence,) = audit(dearer, calls, cards).evidence
    assert evidence.campaign_id == "a"
    assert money(evidence) == Decimal("142.50")  # 10 x 19 - 5 x 9.50
    assert printed(evidence)[0] == printed(evidence)[1]


def test_calls_without_a_campaign_support_lines_that_name_one() -> None:
    assert audit([line(100, campaign_id="a")]).evidence == ()


def test_minutes_at_a_dearer_price_are_valued_at_the_card() -> None:
    # the rest of the price is asked by rates_and_terms
    (evidence,) = audit([line(110, "10.50")]).evidence
    assert money(evidence) == Decimal("95.00")
    assert printed(evidence)[0] == printed(evidence)[1]
    assert audit([line(100, "10.50")]).evidence == ()
    assert audit([line(100, "9.00")]).evidence == ()
    assert (
        audit(
            [line(100, "10.50")],
            cards=[item(tiers={"kind": "graduated", "steps": [{"price": "9.50"}]})],
        ).evidence
        == ()
    )


def test_a_price_with_its_vat_is_the_same_price() -> None:
    cards = [item(vat_rate="0.20")]
    assert audit([line(100, "11.40")], cards=cards).evidence == ()
    (evidence,) = audit([line(110, "11.40")], cards=cards).evidence
    assert money(evidence) == Decimal("95.00")
    gross = [item(price="12", vat_mode="gross", vat_rate="0.20")]
    (evidence,) = audit([line(110, "10")], cards=gross).evidence
    assert money(evidence) == Decimal("100.00")


def test_a_price_that_the_table_rounds_is_the_same_price() -> None:
    assert audit([line(100, "0.0063")], cards=[item(price="0.00625")]).evidence == ()


def test_clauses_left_aside_are_printed() -> None:
    (evidence,) = audit([line(110)], cards=[item(cap={"amount": "1"}, connect_fee="1")]).evidence
    assert "cap, connect_fee" in language("en").say(evidence.condition)


def test_another_currency_is_not_added_up() -> None:
    (evidence,) = audit([line(110)], cards=[item(currency="EUR")]).evidence
    assert evidence.money is None
    assert evidence.minutes is not None


@settings(max_examples=15)
@given(billed=st.decimals(90, 200, places=2), more=st.decimals("0.01", 50, places=2))
def test_more_padding_never_lowers_the_excess(billed: Decimal, more: Decimal) -> None:
    def excess(quantity: Decimal) -> Decimal:
        return sum((money(e) for e in audit([line(quantity)]).evidence), Decimal(0))

    low, high = excess(billed), excess(billed + more)
    assert low <= high
    assert high == max((billed + more - 100) * Decimal("9.50"), Decimal(0)).quantize(
        Decimal("0.01"), rounding="ROUND_HALF_UP"
    )
