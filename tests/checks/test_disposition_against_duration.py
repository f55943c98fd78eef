"""Outcomes that their length contradicts: counted exactly, compared, and only asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer, Limits
from vendoreval.checks.disposition_against_duration import CHECK

SCOPE = scope_of({"alpha": [item()], "beta": [item()]})


def silent(vendor: str, long: int, count: int = 300, **fields: Any) -> list[dict[str, Any]]:
    """Return unanswered calls of five agents, the first of which talk for three minutes."""
    return [
        call(n, at(1 + n % 28, 9, n % 60), 180 if n < long else 0, disposition="no_answer",
             vendor=vendor, agent_id=f"A{n % 5}") | fields
        for n in range(count)
    ]  # fmt: skip


def sales(vendor: str, short: int, count: int = 60) -> list[dict[str, Any]]:
    return [
        call(1000 + n, at(1 + n % 28, 12, n % 60), 30 if n < short else 300, disposition="sale",
             vendor=vendor, agent_id=f"A{n % 5}", lead_id=f"L{n}")
        for n in range(count)
    ]  # fmt: skip


def answer(calls: list[dict[str, Any]], scope: Any = SCOPE) -> Answer:
    return ask(CHECK, {"calls": calls}, scope)["alpha"]


def test_talk_in_unanswered_calls_against_a_peer() -> None:
    calls = silent("alpha", 60) + silent("beta", 1)
    (evidence,) = answer(calls).evidence
    assert evidence.review_only
    assert evidence.observed == 0.2
    # sixty calls of three minutes
    assert evidence.minutes is not None and evidence.minutes.point == 180
    assert evidence.p_value is not None and evidence.p_value < 0.01
    assert len(evidence_rows(CHECK, {"calls": calls}, SCOPE)) == 61


def test_slips_as_frequent_as_at_the_peer_are_no_surprise() -> None:
    found = answer(silent("alpha", 5) + silent("beta", 5)).evidence
    assert all(one.p_value is not None and one.p_value > 0.05 for one in found)


def test_sales_after_hardly_any_talk() -> None:
    (evidence,) = answer(sales("alpha", 30) + sales("beta", 0)).evidence
    assert evidence.filters["kind"] == "sale"
    assert evidence.observed == 0.5


def test_talk_of_an_earlier_call_counts_for_the_sale() -> None:
    before = [
        call(5000 + n, at(1 + n % 28, 11), 60, vendor="alpha", lead_id=f"L{n}") for n in range(30)
    ]
    assert answer(sales("alpha", 30) + sales("beta", 0) + before).evidence == ()


def test_the_limits_are_those_of_the_policy() -> None:
    limits = Limits(shortest_sale_seconds=30, longest_unanswered_seconds=181)
    calls = [one for v, n in (("alpha", 30), ("beta", 0)) for one in (*sales(v, n), *silent(v, n))]
    assert answer(calls, replace(SCOPE, limits=limits)).evidence == ()


def test_one_vendor_is_compared_with_its_own_past() -> None:
    alone = scope_of({"alpha": [item()]})
    past = [
        row | {"call_id": f"p{n}", "started_at": row["started_at"] - timedelta(days=60)}
        for n, row in enumerate(silent("alpha", 1))
    ]
    (evidence,) = answer(silent("alpha", 60) + past, alone).evidence
    assert evidence.p_value is not None and evidence.p_value < 0.01
    assert answer(silent("alpha", 60), alone).not_run is not None
