"""Cost of a surviving sale: the same months for spend and sales, and who escapes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from check_world import ask, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks.base import Answer, Scope
from vendoreval.checks.cost_against_ceiling import CHECK
from vendoreval.settings import Ceiling
from vendoreval.text import language

MONTHS = [date(2026, month, 1) for month in range(1, 11)]
CEILING = Ceiling(default=Decimal(1000))


def scope(ceiling: Ceiling = CEILING, vendors: str = "alpha", **card: Any) -> Scope:
    """Return the audit of October 2026; sales are mature after 30 days."""
    return scope_of({name: [item(**card)] for name in vendors.split()}, ceiling=ceiling)


def line(month: date, amount: int, **fields: Any) -> dict[str, Any]:
    """Return an invoice line of a whole month."""
    end = date(month.year, month.month % 12 + 1, 1) - timedelta(days=1)
    return {
        "vendor": "alpha", "invoice_id": f"I{month:%m}", "line": 1, "period_start": month,
        "period_end": end, "unit": "talk_minute", "quantity": 1, "unit_price": amount,
        "amount": amount,
    } | fields  # fmt: skip


def world(sales_a_month: int = 10, spend: int = 10_000, agents: int = 10) -> dict[str, Any]:
    """Return ten months of one vendor; agents sell in turn."""
    calls, sales, lines = [], [], []
    for month in MONTHS:
        lines.append(line(month, spend))
        for agent in range(agents):
            number = month.month * 1000 + agent
            at = datetime(2026, month.month, 3, 9)
            calls.append(call(number, at, 600, agent_id=f"A{agent}", lead_id=f"L{number}"))
        for sold in range(sales_a_month):
            number = month.month * 1000 + sold % agents
            sales.append(
                {
                    "sale_id": f"S{month.month}-{sold}", "lead_id": f"L{number}",
                    "vendor": "alpha", "sold_at": datetime(2026, month.month, 4),
                }
            )  # fmt: skip
    return {"calls": calls, "client_sales": sales, "invoice_lines": lines}


def answer(rows: dict[str, Any], given: Scope | None = None) -> Answer:
    return ask(CHECK, rows, given or scope())["alpha"]


def test_spend_and_sales_cover_the_same_mature_months() -> None:
    rows = world(sales_a_month=10, spend=20_000)
    # October is not mature: neither its spend nor its sales may count
    rows["invoice_lines"][-1]["amount"] = 9_000_000
    (evidence,) = answer(rows).evidence
    assert evidence.observed == 2000
    assert evidence.n == 90
    assert evidence.money is not None
    assert evidence.money.point == Decimal(4_500_000)


@pytest.mark.parametrize(
    ("change", "cost"),
    [
        pytest.param({"vat_amount": 4000}, 2000, id="VAT beside a net amount"),
        pytest.param({"period_end": date(2027, 1, 31)}, 2000, id="a line beyond the months"),
    ],
)
def test_what_is_spend(change: dict[str, Any], cost: int) -> None:
    rows = world(spend=20_000)
    rows["invoice_lines"][3] |= change
    (evidence,) = answer(rows).evidence
    assert evidence.observed == pytest.approx(cost, rel=0.12)


def test_a_gross_price_holds_vat() -> None:
    rows = world(spend=24_000)
    (evidence,) = answer(rows, scope(vat_mode="gross", vat_rate="0.2")).evidence
    assert evidence.observed == pytest.approx(2000)


def test_one_line_for_a_quarter_pays_for_three_months() -> None:
    rows = world()
    rows["invoice_lines"] = [
        line(date(2026, 1, 1), 120_000, period_end=date(2026, 3, 31)),
        line(date(2026, 4, 1), 120_000, period_end=date(2026, 7, 1)),
    ]
    (evidence,) = answer(rows).evidence
    assert (evidence.observed, evidence.n) == (4000, 60)


def test_months_without_the_clients_records_accuse_nobody() -> None:
    rows = world(sales_a_month=15, spend=12_000)
    rows["client_sales"] = [s for s in rows["client_sales"] if s["sold_at"].month in (3, 4, 5, 6)]
    found = answer(rows)
    assert found.evidence == ()
    assert found.n == 60


def test_cancelled_sales_do_not_survive() -> None:
    rows = world(sales_a_month=20, spend=10_000)
    assert answer(rows).evidence == ()
    for sale in rows["client_sales"]:
        if sale["sale_id"].endswith(("1", "2", "3", "4", "5", "6")):
            sale["cancelled_at"] = datetime(2026, 10, 5)
    (evidence,) = answer(rows).evidence
    assert evidence.n < 90


def test_a_vendor_that_sells_nothing_does_not_escape() -> None:
    rows = world(spend=20_000)
    rows["client_sales"] = [s | {"vendor": "beta", "lead_id": None} for s in rows["client_sales"]]
    (evidence,) = answer(rows).evidence
    assert evidence.e_value is not None
    assert evidence.e_value > 20
    assert evidence.p_value is not None
    assert evidence.p_value < 0.01


@pytest.mark.parametrize(
    ("rows", "given", "reason"),
    [
        pytest.param({}, scope(), "has both an invoice", id="empty"),
        pytest.param(world(), scope(Ceiling()), "has not said", id="no ceiling"),
        pytest.param(world(agents=7), scope(), "agents with talk", id="seven agents"),
        pytest.param(world(6, 6000), scope(), "mature surviving sales", id="54 sales"),
        pytest.param(world(), scope(currency="EUR"), "bills in EUR", id="another currency"),
        pytest.param({"calls": world()["calls"][:1]}, scope(), "both an invoice", id="one row"),
    ],
)
def test_it_says_what_is_missing(rows: dict[str, Any], given: Scope, reason: str) -> None:
    found = answer(rows, given)
    assert found.not_run is not None
    assert reason in language("en").say(found.not_run.reason)
    assert found.evidence == ()


def test_every_vendor_gets_an_answer_and_its_rows() -> None:
    both = scope(vendors="alpha beta")
    answers = ask(CHECK, world(), both)
    assert answers["beta"].not_run is not None
    assert "handed-over" not in language("en").say(answers["alpha"].statement)
    assert len(evidence_rows(CHECK, world(), both)) == 9


def test_leads_handed_over_are_priced_too() -> None:
    rows = world()
    rows["leads"] = [
        {"lead_id": f"X{n}", "handed_on": date(2026, 5, 5), "vendor": "alpha"} for n in range(900)
    ]
    assert "a handed-over lead costs RUB\xa0100.00" in language("en").say(answer(rows).statement)


def test_order_of_rows_changes_nothing() -> None:
    frame = reduced(CHECK, world(spend=20_000), scope())
    first = CHECK.judge(frame, scope())
    shuffled = CHECK.judge(frame.sample(frac=1, random_state=3), scope())
    assert first == shuffled


def test_dearer_is_never_weaker_evidence() -> None:
    values = []
    for spend in (11_000, 15_000, 20_000, 40_000):
        (evidence,) = answer(world(spend=spend)).evidence
        values.append((evidence.p_value, evidence.e_value))
    assert np.all(np.diff([p for p, _ in values]) <= 0)
    assert np.all(np.diff([e for _, e in values]) >= 0)
