"""Advice due and taken up: the share, its interval, and what was never looked at again."""

from __future__ import annotations

from datetime import date
from typing import Any

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.feedback_not_applied import CHECK
from vendoreval.text import language

SCOPE = scope_of({"alpha": [item()], "beta": [item()]})
CALLS = [call(n, at(2), agent_id=f"A{n % 3}") for n in range(60)]


def reviews(yes: int, no: int, pending: int = 0, **fields: Any) -> list[dict[str, Any]]:
    states = ["yes"] * yes + ["no"] * no + ["pending"] * pending
    return [
        {"vendor": "alpha", "review_id": f"r{n}", "call_id": f"c{n}", "reviewed_at": at(3),
         "stage": "offer", "due_on": date(2026, 10, 12), "applied": state} | fields
        for n, state in enumerate(states)
    ]  # fmt: skip


def answer(rows: list[dict[str, Any]]) -> Answer:
    return ask(CHECK, {"reviews": rows, "calls": CALLS}, SCOPE)["alpha"]


def test_advice_that_is_found_again_and_again() -> None:
    said = answer(reviews(10, 20, 5))
    (evidence,) = said.evidence
    assert evidence.observed == 10 / 30
    assert (evidence.n, evidence.grade) == (30, "E5")
    assert "not looked at again: 5" in language("en").say(said.statement)
    rows = evidence_rows(CHECK, {"reviews": reviews(10, 20, 5), "calls": CALLS}, SCOPE)
    assert len(rows) == 20
    assert set(rows.agent_id) == {"A0", "A1", "A2"}


def test_the_upper_end_of_the_interval_decides() -> None:
    # Wilson's upper ends: of 14 in 26 it is 0.712, of 13 in 26 it is 0.679
    assert answer(reviews(14, 12)).evidence == ()
    assert len(answer(reviews(13, 13)).evidence) == 1


def test_advice_that_nobody_looked_at_is_no_success_and_no_failure() -> None:
    said = answer(reviews(3, 6, 30))
    assert said.not_run is not None
    assert said.n == 9


def test_advice_due_in_another_month_is_not_asked_about() -> None:
    assert answer(reviews(0, 30, due_on=date(2026, 11, 1))).not_run is not None


def test_a_call_that_the_log_lacks_has_no_agent() -> None:
    rows = reviews(0, 12, call_id="elsewhere")
    assert len(answer(rows).evidence) == 1


def test_the_client_listens_too() -> None:
    heard = reviews(0, 12, vendor="client")
    said = ask(CHECK, {"reviews": heard, "calls": CALLS}, SCOPE)
    assert len(said["alpha"].evidence) == 1
    assert said["beta"].not_run is not None
