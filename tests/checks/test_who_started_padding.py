"""Whose minutes for each lead rose: planted persons, honest twins, near misses."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from own_past_world import LAST, Past, frame_of, scope
from vendoreval.checks.base import Answer
from vendoreval.checks.who_started_padding import CHECK
from vendoreval.text import language

say = language("en").say


def judge(*pasts: Past, seed: int = 1) -> Sequence[Answer]:
    return CHECK.judge(frame_of(*pasts, seed=seed), scope([past.vendor for past in pasts]))


def names(answer: Answer) -> set[str | None]:
    return {evidence.agent_id for evidence in answer.evidence}


def test_the_persons_who_doubled_their_minutes_are_shown_with_their_size() -> None:
    (answer,) = judge(Past(padding=1.0, padders=0.25))
    assert names(answer) == {"A00", "A01", "A02"}
    for evidence in answer.evidence:
        assert evidence.observed / evidence.expected == pytest.approx(2.0, rel=0.15)
        assert evidence.minutes is not None
        assert evidence.money is not None
        priced = evidence.minutes.low * Decimal("9.50")
        assert abs(evidence.money.low - priced) <= Decimal("0.01")
        assert evidence.filters == {"vendor": "v00", "agent_id": evidence.agent_id}
        assert "since November 2025" in say(evidence.condition)
    # it breaks another question down and adds nothing against the vendor
    assert answer.e_value is None
    assert CHECK.drills == "minutes_per_lead_rising"


@pytest.mark.parametrize(
    "past",
    [
        pytest.param(Past(persons=16), id="honest"),
        pytest.param(Past(padding=1.0), id="all of them: a longer script"),
        pytest.param(Past(padding=0.08, padders=0.25), id="near miss: eight per cent"),
        pytest.param(Past(padding=1.0, padders=0.25, since=0), id="since the first month"),
    ],
)
def test_nobody_is_shown(past: Past) -> None:
    for seed in (1, 2, 3):
        assert judge(past, seed=seed)[0].evidence == ()


def test_who_left_is_not_held_against_the_past() -> None:
    frame = frame_of(Past(padding=1.0, padders=0.25))
    gone = (frame["agent_id"] == "A00") & (frame["month"] == LAST)
    (answer,) = CHECK.judge(frame[~gone], scope())
    assert names(answer) == {"A01", "A02"}
    assert "11 of 12" in say(answer.statement)


def test_a_past_of_more_than_two_years_is_looked_at_whole() -> None:
    (answer,) = judge(Past(months=34, since=28, padding=1.0, padders=0.25))
    assert names(answer) == {"A00", "A01", "A02"}


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        (Past(persons=1), "persons in them: 1"),
        (Past(months=5), "comparable months: 5"),
        (Past(leads_known=False), "no talk on leads"),
    ],
)
def test_it_says_what_is_missing(past: Past, reason: str) -> None:
    (answer,) = judge(past)
    assert answer.not_run is not None
    assert reason in say(answer.not_run.reason)


def test_honest_persons_are_rarely_shown() -> None:
    shown = sum(bool(judge(Past(persons=20), seed=seed)[0].evidence) for seed in range(12))
    assert shown <= 2
