"""Intervals on a beat: equal pairs against near ones, and whose they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from lengths_world import asked, e_of, english, p_of, planted_evidence, world

from check_world import ask, at, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.regular_intervals import CHECK

AUDIT = scope_of({"alpha": [item()]})


def dials(gaps: Any, agent: str = "A1", **fields: Any) -> list[dict[str, Any]]:
    """Return dials so many seconds apart."""
    places = np.concatenate([[0], np.cumsum(gaps)])
    return [
        call(n, at(1, hour=6) + timedelta(seconds=int(second)), 10, agent_id=agent,
             call_id=f"{agent}-{n}", **fields)
        for n, second in enumerate(places)
    ]  # fmt: skip


def team(agents: int, *, odd: int = 0, seed: int = 1) -> dict[str, list[dict[str, Any]]]:
    """Return agents with human intervals; a quarter of those of the odd ones are 97 seconds."""
    rng = np.random.default_rng(seed)
    rows = []
    for agent in range(agents):
        gaps = rng.lognormal(np.log(60), 0.8, 220).clip(5, 800).astype(int)
        if agent < odd:
            gaps[rng.random(220) < 0.25] = 97
        rows += dials(gaps, f"A{agent:02}")
    return {"calls": rows}


def judge(rows: dict[str, list[dict[str, Any]]]) -> Answer:
    return ask(CHECK, rows, AUDIT)["alpha"]


def test_invented_calls_of_some_agents_are_evidence() -> None:
    found, truth = planted_evidence(CHECK)
    assert (found.e_value or 0) > 20
    assert found.p_value is not None
    assert found.p_value < 0.01
    said = english(found.condition)
    assert any(agent in said for agent in truth.agents)
    assert "97 seconds after the dial before" in said
    assert found.minutes is not None
    assert found.minutes.low > 0


def test_a_beat_shows_in_agents_and_its_calls() -> None:
    (found,) = judge(team(12, odd=2)).evidence
    assert (found.e_value or 0) > 20
    assert "A00" in english(found.condition)
    picked = evidence_rows(CHECK, team(12, odd=2), AUDIT)
    beat = picked[picked["agent_id"].isin(["A00", "A01"])]
    assert set(beat["gap"]) == {97}
    assert len(beat) > 80


def test_a_dialler_on_a_beat_concerns_everybody_and_is_no_evidence() -> None:
    answer = judge(team(12, odd=12))
    assert e_of(answer) < 1


def test_pairs_by_hand() -> None:
    small = reduced(CHECK, {"calls": dials([30, 30, 31, 33, 950])}, AUDIT)
    assert len(small) == 1
    row = small.iloc[0]
    # one pair is equal; 31 is near both 30s, and 33 near 31; 950 seconds are a break
    assert (int(row.gaps), int(row.pairs), int(row.near_pairs)) == (4, 1, 3)
    assert (int(row.gap_seconds), int(row.gap_squares)) == (124, 900 + 900 + 961 + 1089)
    assert (int(row.beat), int(row.beat_calls), int(row.beat_talk_seconds)) == (30, 2, 20)


def test_an_export_begun_again_makes_no_intervals_of_zero() -> None:
    rows = dials([30, 40, 50])
    assert int(reduced(CHECK, {"calls": rows + rows}, AUDIT)["gaps"].sum()) == 3


def test_honest_teams_have_as_many_equal_pairs_as_chance_gives() -> None:
    p_values = [p_of(judge(team(8, seed=seed))) for seed in range(3)]
    assert min(p_values) > 0.01
    small = reduced(CHECK, team(8), AUDIT)
    assert 0.9 < small["pairs"].sum() / (small["near_pairs"].sum() / 4) < 1.1


def test_a_predictive_dialler_is_no_evidence() -> None:
    one = world(zoo=("predictive_dialer",), months=2)
    answer = asked(one, [CHECK])[CHECK.id]["alpha"]
    assert answer.not_run is None
    assert e_of(answer) < 1
    assert p_of(answer) > 0.05


def test_whole_minutes_and_few_dials_are_not_run() -> None:
    minutes = [row for agent in range(6) for row in dials([60, 120] * 60, f"A{agent}")]
    answer = judge({"calls": minutes})
    assert answer.not_run is not None
    assert "whole minute" in english(answer.not_run.reason)
    few = judge({"calls": dials([30, 35, 40] * 10)})
    assert few.not_run is not None
    assert "500 are needed" in english(few.not_run.reason)
