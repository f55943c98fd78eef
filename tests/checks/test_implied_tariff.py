"""Prices per sale that follow the minutes: what the amounts follow, and when it is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from check_world import ask, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.implied_tariff import CHECK
from vendoreval.text import language

MONTHS = [(2025, 11), (2025, 12), *((2026, month) for month in range(1, 11))]
SOLD = [31, 22, 38, 27, 41, 19, 33, 25, 36, 29, 23, 30]
MINUTES = [1210, 1540, 980, 1420, 1100, 1660, 900, 1380, 1250, 1700, 1050, 1510]
SCOPE = scope_of({"alpha": [item(unit="sale", price="1000")]})
Row = dict[str, Any]


def world(billed: list[int], price: int = 1000) -> dict[str, list[Row]]:
    """Return a year of one vendor whose invoices ask for given numbers of sales."""
    rows: dict[str, list[Row]] = {"calls": [], "sales": [], "invoice_lines": []}
    for n, (year, month) in enumerate(MONTHS):
        first = datetime(year, month, 1, 9)
        end = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        for agent in range(4):
            day = first + timedelta(days=agent)
            rows["calls"].append(
                call(0, day, MINUTES[n] * 15, call_id=f"{n}-{agent}", agent_id=f"A{agent}")
            )
        rows["sales"] += [
            {"vendor": "alpha", "sale_id": f"{n}-{k}", "sold_at": first + timedelta(days=k % 25)}
            for k in range(SOLD[n])
        ]
        rows["invoice_lines"].append(
            {
                "vendor": "alpha", "invoice_id": f"I{n}", "line": 1, "unit": "sale",
                "period_start": first.date(), "period_end": end.date(), "quantity": billed[n],
                "unit_price": price, "amount": billed[n] * price,
            }
        )  # fmt: skip
    return rows


def by_minutes(rate: float = 0.025) -> list[int]:
    return [round(minutes * rate) for minutes in MINUTES]


def audit(rows: Any) -> Answer:
    return ask(CHECK, rows, SCOPE)["alpha"]


def test_numbers_that_follow_the_minutes_are_seen() -> None:
    rows = world(by_minutes())
    (evidence,) = audit(rows).evidence
    assert evidence.review_only
    assert evidence.p_value is not None
    assert evidence.p_value < 1e-6
    assert evidence.observed > 0.8
    said = language("en").say(evidence.condition)
    # 25 roubles a minute, or 25 sales in 1,000 minutes
    assert "25.0" in said or "24.9" in said or "25.1" in said
    assert "gives every billed number" in said
    # October: 38 billed at 1,000, 30 sold
    assert evidence.money is not None
    assert evidence.money.point == Decimal(8000)
    assert [language("en").say(step.value) for step in evidence.arithmetic][-1].endswith("8,000.00")
    assert len(evidence_rows(CHECK, rows, SCOPE)) == 12


@pytest.mark.parametrize(
    "billed",
    [
        pytest.param(SOLD, id="exactly the sales"),
        pytest.param([n - k % 3 for k, n in enumerate(SOLD)], id="some sales not accepted"),
        pytest.param([20, *SOLD[:-1]], id="the sales of the month before"),
        pytest.param([max(n, 25) for n in SOLD], id="an agreed minimum"),
    ],
)
def test_numbers_that_follow_the_sales_are_left_alone(billed: list[int]) -> None:
    answer = audit(world(billed))
    assert answer.not_run is None
    assert answer.evidence == ()


def test_noise_in_the_count_of_sales_accuses_hardly_anybody() -> None:
    rng = np.random.default_rng(4)
    found = 0
    for _ in range(3):
        billed = [int(n) for n in rng.poisson(SOLD)]
        found += len(audit(world(billed)).evidence)
    assert found <= 1


def together() -> dict[str, list[Row]]:
    """Return a year in which minutes are sales times forty, so that nothing can be told apart."""
    rows = world([n + 3 for n in SOLD])
    place = {key: n for n, key in enumerate(MONTHS)}
    for row in rows["calls"]:
        at = row["started_at"]
        row["talk_seconds"] = SOLD[place[(at.year, at.month)]] * 600
    return rows


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        pytest.param({}, "needed are 8", id="empty"),
        pytest.param(
            world(by_minutes()) | {"invoice_lines": world(by_minutes())["invoice_lines"][5:]},
            "needed are 8", id="seven invoices",
        ),
        pytest.param(world(by_minutes()) | {"calls": []}, "needed are 8", id="no call log"),
        pytest.param(world(by_minutes()) | {"sales": []}, "tell of a sale", id="no sales"),
        pytest.param(world([30] * 12), "same amount", id="all invoices alike"),
        pytest.param(together(), "cannot be told apart", id="minutes move with sales"),
    ],
)  # fmt: skip
def test_it_says_why_it_refuses(rows: dict[str, list[Row]], reason: str) -> None:
    answer = audit(rows)
    assert answer.evidence == ()
    assert answer.not_run is not None
    assert reason in language("en").say(answer.not_run.reason)


def test_lines_by_the_minute_are_none_of_its_business() -> None:
    rows = world(by_minutes())
    for row in rows["invoice_lines"]:
        row["unit"] = "talk_minute"
    assert audit(rows).not_run is not None


def test_credits_are_set_off_inside_a_period() -> None:
    rows = world([n + 5 for n in SOLD])
    rows["invoice_lines"] += [
        row | {"line": 2, "quantity": -5, "amount": -5000} for row in rows["invoice_lines"]
    ]
    answer = audit(rows)
    assert answer.not_run is None
    assert answer.evidence == ()
    assert isinstance(rows["invoice_lines"][0]["period_start"], date)
