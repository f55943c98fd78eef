"""Copied runs of conversations: exact copies, chance, retries, and what they are worth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from lengths_world import asked, e_of, english, planted_evidence, world

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.repeated_durations import CHECK

AUDIT = scope_of({"alpha": [item()]})


def day(number: int, lengths: Any, agent: str = "A1", **fields: Any) -> list[dict[str, Any]]:
    """Return conversations of one day with these talk times; wrap follows from the place."""
    return [
        call(n, at(number, hour=7) + timedelta(seconds=600 * n), int(talk), agent_id=agent,
             call_id=f"{agent}-{number}-{n}", wrap_seconds=5 + int(talk) % 17) | fields
        for n, talk in enumerate(lengths)
    ]  # fmt: skip


def honest(agents: int = 6, days: int = 5) -> list[dict[str, Any]]:
    rng = np.random.default_rng(4)
    return [
        row
        for agent in range(agents)
        for n in range(days)
        for row in day(1 + n, rng.lognormal(np.log(150), 0.6, 20).clip(31, 590), f"A{agent}")
    ]


def test_replayed_days_are_evidence_with_their_minutes() -> None:
    found, truth = planted_evidence(CHECK)
    assert (found.e_value or 0) > 1000
    assert found.p_value is not None
    assert found.p_value < 1e-6
    assert any(agent in english(found.condition) for agent in truth.agents)
    assert found.minutes is not None
    # three months of copies; conversations under thirty seconds are not looked at
    assert 0 < float(found.minutes.point) < truth.seconds / 60


def test_three_copied_conversations_by_hand() -> None:
    rows = honest()
    copied = day(20, [207, 133, 371, 88])
    again = day(22, [207, 133, 371], "A3")
    rows += copied + again
    (found,) = ask(CHECK, {"calls": rows}, AUDIT)["alpha"].evidence
    assert found.observed == 1
    assert found.minutes is not None
    # 207 + 133 + 371 seconds stand in the copy
    assert float(found.minutes.high) == pytest.approx(711 / 60, abs=0.01)
    # less what chance copies, which is a part of a run
    assert float(found.minutes.point) == pytest.approx(711 / 60 * (1 - found.expected), abs=0.1)
    assert found.money is not None
    assert float(found.money.high) == pytest.approx(711 / 60 * 9.5, abs=0.1)
    picked = evidence_rows(CHECK, {"calls": rows}, AUDIT)
    assert sorted(picked["call_id"]) == ["A3-22-0", "A3-22-1", "A3-22-2"]
    # one copy of three in so small a log is a hint and no more
    assert 5 < (found.e_value or 0) < 20


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(day(22, [207, 133, 372], "A3"), id="one second off"),
        pytest.param(day(22, [133, 207, 371], "A3"), id="another order"),
        pytest.param(day(22, [207, 133], "A3"), id="two in a row"),
        pytest.param(day(22, [207, 133, 371], "A3", wrap_seconds=9), id="other notes"),
        pytest.param(day(20, [207, 133, 371, 88]), id="the same call numbers"),
        pytest.param(day(22, [207, 133, 371], "A3", disposition="voicemail"), id="voicemail"),
        pytest.param(day(22, [207, 133, 371], "A3", is_test=True), id="tests"),
    ],
)
def test_near_misses_are_no_copies(again: list[dict[str, Any]]) -> None:
    rows = honest() + day(20, [207, 133, 371, 88]) + again
    answer = ask(CHECK, {"calls": rows}, AUDIT)["alpha"]
    assert answer.not_run is None
    assert e_of(answer) <= 1
    assert len(evidence_rows(CHECK, {"calls": rows}, AUDIT)) == 0


def test_an_export_retry_and_jitter() -> None:
    answers = asked(world(zoo=("export_retry",), months=2), [CHECK])[CHECK.id]
    assert e_of(answers["alpha"]) <= 1


def test_constant_durations_and_few_calls_are_not_run() -> None:
    same = [row for n in range(15) for row in day(1 + n % 28, [60] * 20, f"A{n}")]
    answer = ask(CHECK, {"calls": same}, AUDIT)["alpha"]
    assert answer.not_run is not None
    assert "the lengths say nothing" in english(answer.not_run.reason)
    few = ask(CHECK, {"calls": day(3, range(40, 90))}, AUDIT)["alpha"]
    assert few.not_run is not None
    assert "200 are needed" in english(few.not_run.reason)
