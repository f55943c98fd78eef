"""Overlapping calls: exact seconds and money, and what must stay silent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.overlapping_calls import CHECK

SCOPE = scope_of({"alpha": [item()], "beta": [item()]})


def busy(*pairs: tuple[int, int], **fields: Any) -> list[dict[str, Any]]:
    """Return conversations of one agent as (second of start, length)."""
    start = at(5, second=7)
    return [
        call(n, start + timedelta(seconds=begin), talk, **fields)
        for n, (begin, talk) in enumerate(pairs)
    ]


def test_shared_time_is_exact_to_the_second_and_kopeck() -> None:
    calls = busy((0, 300), (100, 50), (250, 110), (400, 30))
    answer = ask(CHECK, {"calls": calls}, SCOPE)["alpha"]
    (evidence,) = answer.evidence
    # 50 s inside the first call and 50 s of the third one
    assert evidence.observed == pytest.approx(100 / 60, abs=0.005)
    assert evidence.money is not None
    assert evidence.money.point == Decimal("15.83")  # 100 / 60 x 9.50
    assert answer.n == 4
    rows = evidence_rows(CHECK, {"calls": calls}, SCOPE)
    assert dict(zip(rows.call_id, rows.seconds, strict=True)) == {"c1": 50, "c2": 50}


def test_a_long_early_call_is_remembered_behind_short_ones() -> None:
    rows = evidence_rows(CHECK, {"calls": busy((0, 1000), (10, 20), (500, 100))}, SCOPE)
    assert dict(zip(rows.call_id, rows.seconds, strict=True)) == {"c1": 20, "c2": 100}


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param(busy((0, 60), (60, 60)), id="one after another"),
        pytest.param(busy((0, 60), (55, 60)), id="five seconds of clock"),
        pytest.param(busy((0, 60), (10, 60), is_test=True), id="tests"),
        pytest.param(busy((0, 60), (10, 60), disposition="voicemail"), id="nobody reached"),
        pytest.param(
            [*busy((0, 60)), call(9, at(5, second=17), parent_call_id="c0")], id="a transfer"
        ),
        pytest.param([*busy((0, 60)), call(9, at(5, second=17), agent_id="A2")], id="two agents"),
        pytest.param([*busy((0, 60)), call(9, at(5, second=17), vendor="beta")], id="two vendors"),
        pytest.param(
            [*busy((0, 60)), call(9, at(5, second=17), ring_seconds=60)], id="still ringing"
        ),
        pytest.param(
            [*busy((0, 60)), call(9, at(5, second=17), answered_at=at(5, minute=3))],
            id="answered later",
        ),
    ],
)
def test_near_misses_are_silent(calls: list[dict[str, Any]]) -> None:
    answers = ask(CHECK, {"calls": calls}, SCOPE)
    assert [answer.evidence for answer in answers.values()] == [(), ()]


def test_six_seconds_are_found() -> None:
    rows = evidence_rows(CHECK, {"calls": busy((0, 60), (54, 60))}, SCOPE)
    assert rows.seconds.tolist() == [6]


def test_time_that_is_not_billable_has_no_price() -> None:
    scope = scope_of({"alpha": [item(billable_dispositions=("sale",))]})
    (evidence,) = ask(CHECK, {"calls": busy((0, 60), (30, 60))}, scope)["alpha"].evidence
    assert evidence.observed == 0.5
    assert evidence.money is not None
    assert evidence.money.point == 0


def test_without_a_card_the_minutes_are_said_and_money_is_not() -> None:
    (evidence,) = ask(CHECK, {"calls": busy((0, 60), (30, 60))}, scope_of({"alpha": []}))[
        "alpha"
    ].evidence
    assert evidence.money is None
    assert evidence.minutes is not None
    assert evidence.minutes.point == Decimal("0.50")


def test_prices_of_two_campaigns_and_vat() -> None:
    cards = [
        item(price="12", vat_mode="gross", vat_rate="0.20"),
        item(price="6", campaigns=("spring",)),
    ]
    calls = busy((0, 60), (0, 60)) + [
        call(n + 5, at(6, second=1), campaign_id="spring") for n in range(2)
    ]
    (evidence,) = ask(CHECK, {"calls": calls}, scope_of({"alpha": cards}))["alpha"].evidence
    assert evidence.money is not None
    assert evidence.money.point == Decimal("16.00")  # 12 / 1.2 + 6


def test_starts_from_the_dial_only_ask() -> None:
    calls = busy((0, 60), (30, 60), ring_seconds=None)
    (evidence,) = ask(CHECK, {"calls": calls}, SCOPE)["alpha"].evidence
    assert evidence.review_only


def test_a_log_in_whole_minutes_is_not_asked() -> None:
    calls = [call(n, at(5, minute=n), 90) for n in range(30)]
    answer = ask(CHECK, {"calls": calls}, SCOPE)["alpha"]
    assert answer.not_run is not None
    assert answer.evidence == ()


@settings(max_examples=10)
@given(lengths=st.lists(st.integers(1, 200), min_size=2, max_size=8), more=st.integers(1, 300))
def test_longer_calls_never_overlap_less(lengths: list[int], more: int) -> None:
    def shared(added: int) -> int:
        calls = busy(*((60 * n, length + added) for n, length in enumerate(lengths)))
        return int(evidence_rows(CHECK, {"calls": calls}, SCOPE).overlap_seconds.sum())

    assert shared(0) <= shared(more)
