"""Days delivered before that come back otherwise: in whose favour, and who had a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from check_world import ask as asked
from check_world import at, call, evidence_rows, scope_of
from vendoreval.checks.restated_history import CHECK, sign_test
from vendoreval.text import language

SCOPE = scope_of({"alpha": [], "beta": []})
CALLS = [call(n, at(1 + n % 28)) for n in range(50)]
CALLS += [call(n, at(1 + n % 28), vendor="beta") for n in range(50)]


def ask(rows: Any) -> Any:
    return asked(CHECK, {"calls": CALLS, "restated": rows}, SCOPE)


def row(number: int, vendor: str = "alpha", **fields: Any) -> dict[str, Any]:
    return {
        "vendor": vendor, "report": "calls", "delivery": 1, "by_delivery": 2,
        "received_on": date(2026, 11, 9), "row_key": f"c{number}", "day_on": date(2026, 10, 5),
        "change": "changed", "seconds_before": 60, "seconds_after": 90,
        "outcome_before": "refusal", "outcome_after": "refusal",
    } | fields  # fmt: skip


def longer(count: int, first: int = 0, **fields: Any) -> list[dict[str, Any]]:
    return [row(n, **fields) for n in range(first, first + count)]


def shorter(count: int, first: int = 100) -> list[dict[str, Any]]:
    return longer(count, first, seconds_before=90, seconds_after=60)


def test_longer_calls_after_the_fact() -> None:
    """Twenty calls longer by half a minute, two shorter: 18 x 30 s = 9 minutes."""
    answers = ask(longer(20) + shorter(2))
    (evidence,) = answers["alpha"].evidence
    assert (evidence.observed, evidence.expected, evidence.n) == (20.0, 2.0, 50)
    assert evidence.minutes is not None
    assert float(evidence.minutes.point) == 9.0
    assert evidence.money is None and evidence.p_value is None
    said = language("en").say(evidence.condition)
    assert "changed: 22, added: 0, left out: 0" in said
    assert "sign test, p < 0.0001" in said
    assert "the other vendors changed no such row" in said
    assert answers["beta"].evidence == ()
    rows = evidence_rows(CHECK, {"calls": CALLS, "restated": longer(20) + shorter(2)}, SCOPE)
    assert len(rows) == 20


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(longer(4), id="too few to speak of a direction"),
        pytest.param(longer(10) + shorter(9), id="both ways"),
        pytest.param(shorter(30), id="against the vendor"),
        pytest.param(longer(40, reason="clock mended, agreed on 5 November"), id="with a reason"),
        pytest.param(longer(30, change="mended", seconds_before=None), id="mended after faults"),
        pytest.param(
            longer(30, seconds_after=60, outcome_after="callback"), id="conversation stays one"
        ),
        pytest.param(longer(30, day_on=date(2026, 11, 2)), id="days after the period"),
        pytest.param(
            longer(30, day_on=date(2026, 8, 2), received_on=date(2026, 9, 2)), id="long ago"
        ),
    ],
)
def test_near_misses_are_silent(rows: list[dict[str, Any]]) -> None:
    answer = ask(rows)["alpha"]
    assert answer.evidence == () and answer.not_run is None


def test_older_days_that_changed_within_the_period() -> None:
    rows = longer(9, day_on=date(2026, 7, 2), received_on=date(2026, 10, 20))
    assert len(ask(rows)["alpha"].evidence) == 1


@pytest.mark.parametrize(
    ("fields", "favours"),
    [
        ({"change": "added", "seconds_before": None}, True),
        ({"change": "removed", "seconds_after": None}, False),
        ({"seconds_after": 60, "outcome_before": "no_answer"}, True),
        ({"seconds_after": 60, "outcome_after": "no_answer"}, False),
    ],
)
def test_what_speaks_for_whom(fields: dict[str, Any], favours: bool) -> None:
    assert bool(ask(longer(12, **fields))["alpha"].evidence) is favours


@pytest.mark.parametrize(
    ("fields", "favours"),
    [
        ({"change": "removed", "outcome_before": "lost"}, True),
        ({"change": "removed", "outcome_before": "won"}, False),
        ({"change": "removed", "outcome_before": "contacted"}, False),
        ({"outcome_before": "lost", "outcome_after": "contacted"}, True),
        ({"outcome_before": "contacted", "outcome_after": "lost"}, False),
        ({"outcome_before": "contacted", "outcome_after": "won"}, True),
        ({"change": "added", "outcome_after": "contacted"}, False),
    ],
)
def test_past_snapshots_of_the_bank(fields: dict[str, Any], favours: bool) -> None:
    bare = {"report": "funnel", "seconds_before": None, "seconds_after": None,
            "outcome_before": None, "outcome_after": None}  # fmt: skip
    assert bool(ask(longer(12, **(bare | fields)))["alpha"].evidence) is favours


def test_claims_that_grow() -> None:
    bare = {"report": "sales", "seconds_before": None, "seconds_after": None,
            "outcome_before": None, "outcome_after": None}  # fmt: skip
    money = {"amount_before": "100.00", "amount_after": "120.00"}
    (evidence,) = ask(longer(12, **(bare | money)))["alpha"].evidence
    assert evidence.filters == {"vendor": "alpha", "report": "sales"}
    assert evidence.minutes is None


def test_without_calls_it_is_not_asked() -> None:
    answers = asked(CHECK, {"restated": longer(20)}, SCOPE)
    assert all(answer.not_run is not None for answer in answers.values())


def test_the_sign_test_is_the_binomial_tail() -> None:
    assert sign_test(5, 0) == pytest.approx(1 / 32)
    assert sign_test(8, 2) == pytest.approx(56 / 1024)
    assert sign_test(0, 5) == 1.0
    assert sign_test(0, 0) == 1.0
