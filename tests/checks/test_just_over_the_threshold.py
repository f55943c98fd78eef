"""Calls just above the length from which they are paid: size, controls, people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lengths_world import english

from check_world import evidence_rows, item, reduced, scope_of
from vendoreval.agreement.extensions import RateItem
from vendoreval.checks._thresholds import jump_of, thresholds
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.just_over_the_threshold import CHECK

PAID = item(free_seconds=59)


def lengths(
    moved: float = 0.0, *, agents: int = 20, odd: int = 20, scale: float = 60.0, seed: int = 1
) -> dict[tuple[str, int], int]:
    """Return calls by agent and length; the first `odd` agents hold near misses on."""
    rng = np.random.default_rng(seed)
    seconds = np.arange(160)
    found: dict[tuple[str, int], int] = {}
    for agent in range(agents):
        counts = rng.poisson(scale * np.exp(-seconds / 70))
        if agent < odd:
            late = rng.binomial(counts[45:60], moved)
            counts[45:60] -= late
            counts[60:65] += rng.multinomial(late.sum(), [0.2] * 5)
        found |= {(f"A{agent:02}", s): int(c) for s, c in enumerate(counts) if s and c}
    return found


def frame(**phases: dict[tuple[str, int], int]) -> pd.DataFrame:
    """Return the small table; names are vendor and phase, such as alpha2."""
    rows = [
        {"vendor": name[:-1], "crew": crew, "phase": int(name[-1]), "seconds": s, "calls": n}
        for name, calls in phases.items()
        for (crew, s), n in calls.items()
    ]
    return pd.DataFrame(rows, columns=["vendor", "crew", "phase", "seconds", "calls"])


def judged(small: pd.DataFrame, **cards: Any) -> dict[str, Answer]:
    audit = scope_of({name: [card] for name, card in (cards or {"alpha": PAID}).items()})
    return {answer.vendor: answer for answer in CHECK.judge(small, audit)}


def found(small: pd.DataFrame, **cards: Any) -> Evidence:
    (evidence,) = judged(small, **cards)["alpha"].evidence
    return evidence


def test_the_calls_moved_are_counted_and_priced() -> None:
    calls, honest = lengths(0.3), lengths()
    evidence = found(frame(alpha2=calls))
    moved = sum(n for (_, s), n in calls.items() if 60 <= s < 65) - sum(
        n for (_, s), n in honest.items() if 60 <= s < 65
    )
    assert evidence.p_value is not None
    assert evidence.p_value < 1e-6
    assert evidence.minutes is not None
    assert evidence.money is not None
    # each of them is charged a minute instead of nothing
    assert float(evidence.minutes.low) < moved < float(evidence.minutes.high)
    assert float(evidence.money.point) == pytest.approx(float(evidence.minutes.point) * 9.5, abs=1)
    # all agents alike may be a script
    assert (evidence.e_value or 0) < 1


def test_a_few_agents_who_wait_are_evidence() -> None:
    evidence = found(frame(alpha2=lengths(0.6, odd=4)))
    assert (evidence.e_value or 0) > 20
    assert "A00" in english(evidence.condition)
    assert "A10" not in english(evidence.condition)


def test_a_script_older_than_the_clause_explains_the_bump() -> None:
    script = lengths(0.4)
    evidence = found(frame(alpha2=script, alpha0=lengths(0.4, seed=2)))
    assert evidence.p_value is not None
    assert evidence.p_value > 0.05
    assert "before the clause" in english(evidence.condition)
    late = found(frame(alpha2=script, alpha0=lengths(seed=2)))
    assert late.p_value is not None
    assert late.p_value < 0.001


def test_vendors_without_the_threshold_who_bunch_as_well_explain_it() -> None:
    small = frame(alpha2=lengths(0.4), beta2=lengths(0.4, seed=2))
    evidence = found(small, alpha=PAID, beta=item())
    assert evidence.p_value is not None
    assert evidence.p_value > 0.05
    # one with the same clause is no control
    same = found(small, alpha=PAID, beta=PAID)
    assert same.p_value is not None
    assert same.p_value < 0.001


def test_honest_lengths_are_smooth() -> None:
    p_values = []
    for seed in range(10):
        answer = judged(frame(alpha2=lengths(seed=seed)))["alpha"]
        p_values += [e.p_value for e in answer.evidence]
    assert sum(p is not None and p < 0.05 for p in p_values) <= 3


def test_more_calls_moved_never_weaken_the_evidence() -> None:
    shares = (0.05, 0.1, 0.2)
    p_values = [found(frame(alpha2=lengths(m, scale=8))).p_value or 0.0 for m in shares]
    assert p_values == sorted(p_values, reverse=True)


@pytest.mark.parametrize(
    ("card", "jump"),
    [
        pytest.param({"free_seconds": 29}, (30, 30), id="free up to 29 seconds"),
        pytest.param(
            {"first_increment_seconds": 60, "next_increment_seconds": 60}, (61, 60), id="minutes"
        ),
        pytest.param({"first_increment_seconds": 30, "next_increment_seconds": 6}, None, id="30/6"),
        pytest.param({"free_seconds": 0}, None, id="a threshold of zero"),
        pytest.param({"minimum_seconds": 60}, None, id="a minimum pays nothing for waiting"),
    ],
)  # fmt: skip
def test_where_a_card_jumps(card: dict[str, Any], jump: tuple[int, int] | None) -> None:
    assert jump_of(item(**card)) == jump


def test_without_a_threshold_it_is_not_run() -> None:
    answer = judged(frame(alpha2=lengths(0.3)), alpha=item())["alpha"]
    assert answer.not_run is not None
    assert "no length" in english(answer.not_run.reason)


def test_too_few_calls_are_not_asked() -> None:
    answer = judged(frame(alpha2=lengths(0.3, scale=2.0)))["alpha"]
    assert answer.not_run is not None
    assert "100 are needed" in english(answer.not_run.reason)
    # the months since the clause stand in where they suffice
    whole = judged(frame(alpha2=lengths(scale=2.0), alpha1=lengths(0.3)))["alpha"]
    assert whole.not_run is None
    assert "the period alone holds too few" in english(whole.evidence[0].condition)


def test_calls_are_counted_by_the_clock_of_the_card() -> None:
    def call(number: int, day: date, talk: int, hold: int, **fields: Any) -> dict[str, Any]:
        return {
            "vendor": "alpha", "call_id": f"c{number}", "agent_id": "A1",
            "started_at": datetime(day.year, day.month, day.day, 9) + timedelta(minutes=number),
            "talk_seconds": talk, "hold_seconds": hold, "disposition": "refusal",
        } | fields  # fmt: skip

    card: RateItem = item(free_seconds=59, hold_billable=False, valid_from="2026-08-01")
    audit = scope_of({"alpha": [card]})
    assert thresholds(audit)["alpha"].since == date(2026, 8, 1)
    rows = {
        "calls": [
            call(1, date(2026, 10, 5), 61, 30),
            call(2, date(2026, 9, 5), 61, 0),
            call(3, date(2026, 7, 5), 61, 0),
            call(4, date(2026, 10, 5), 62, 0, disposition="voicemail"),
            call(5, date(2026, 10, 5), 70, 0),
        ]
    }
    small = reduced(CHECK, rows, audit).sort_values(["phase", "seconds"])
    assert small[["phase", "seconds", "calls"]].to_numpy().tolist() == [
        [0, 61, 1], [1, 61, 1], [2, 61, 1], [2, 70, 1],
    ]  # fmt: skip
    assert evidence_rows(CHECK, rows, audit)["call_id"].tolist() == ["c1"]
