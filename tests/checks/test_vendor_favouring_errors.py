"""The side on which errors fall: exact, a question at most, and silent where it means nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from check_world import ask, at, call, invoice_line, item, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.vendor_favouring_errors import CHECK
from vendoreval.text import LANGUAGES, language

SCOPE = scope_of({"alpha": [item()]})


def log(*errors: int) -> list[dict[str, Any]]:
    """A conversation on each day, billed so many seconds above the card."""
    return [call(n, at(1 + n), 60, billed_seconds=60 + apart) for n, apart in enumerate(errors)]


def lines(*errors: str) -> list[dict[str, Any]]:
    """Lines of twelve months, each with so much above quantity times price."""
    return [
        invoice_line(10, line=n, invoice_id=f"I{n % 12}", amount=f"{95 + float(apart):.2f}",
                     period_start=date(2025 + (n % 12 + 10) // 12, (n + 10) % 12 + 1, 1))
        for n, apart in enumerate(errors)
    ]  # fmt: skip


def audit(calls: list[dict[str, Any]], billed: Any = ()) -> Answer:
    return ask(CHECK, {"calls": calls, "invoice_lines": list(billed)}, SCOPE)["alpha"]


def test_a_second_a_day_on_one_side_is_the_exact_binomial() -> None:
    (evidence,) = audit(log(*[1] * 12, *[0] * 8)).evidence
    # one half to the twelfth
    assert evidence.p_value == pytest.approx(1 / 4096, abs=1e-12)
    assert evidence.review_only and evidence.money is None and evidence.e_value is None
    (evidence,) = audit(log(*[2] * 15, *[-1] * 5)).evidence
    # P(X >= 15 | 20, 1/2), tables of the binomial
    assert evidence.p_value == pytest.approx(0.020695, abs=1e-6)
    for code in LANGUAGES:
        assert language(code).say(evidence.condition)


def test_lines_of_a_year_are_a_kind_of_their_own() -> None:
    (evidence,) = audit(log(0, 0), lines(*["10"] * 13)).evidence
    assert evidence.p_value == pytest.approx(0.5**13)
    # two kinds: the smaller p counts twice
    (evidence,) = audit(log(*[1] * 12, *[0] * 8), lines(*["10"] * 7, *["-10"] * 6)).evidence
    assert evidence.p_value == pytest.approx(2 / 4096)


def test_a_cause_that_touches_all_calls_of_a_day_counts_once() -> None:
    calls = [row | {"call_id": f"{row['call_id']}-{n}"} for row in log(*[6] * 11) for n in range(9)]
    answer = audit(calls)
    assert answer.evidence == () and answer.not_run is None


@pytest.mark.parametrize(
    "errors",
    [
        pytest.param([0] * 28, id="none"),
        pytest.param([1, -1] * 14, id="both sides alike"),
        pytest.param([-3] * 20, id="all to the client's good"),
        pytest.param([1] * 11, id="fewer than twelve"),
    ],
)
def test_honest_errors_are_silent(errors: list[int]) -> None:
    assert audit(log(*errors)).evidence == ()


def test_without_billed_seconds_it_is_not_run() -> None:
    assert audit([call(1, at(1))]).not_run is not None
