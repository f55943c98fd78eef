"""Round call lengths: beside their neighbours, by people, never by a uniform last digit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from lengths_world import asked, e_of, english, evidence, world

from check_world import ask, at, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.round_durations import CHECK

AUDIT = scope_of({"alpha": [item()]})
WRITTEN_UP = "round_durations:0.5:0.25:1"


def frame(rounded: float = 0.0, *, agents: int = 16, odd: int = 16, step: int = 10, seed: int = 1
          ) -> pd.DataFrame:  # fmt: skip
    """Return lengths of one month; the first `odd` agents write some up to the next step."""
    rng = np.random.default_rng(seed)
    rows = []
    for agent in range(agents):
        talk = rng.lognormal(np.log(140), 0.7, 400).astype(int)
        up = (rng.random(400) < rounded) & (agent < odd)
        talk = np.where(up, -(-talk // step) * step, talk)
        lengths, counts = np.unique(talk[(talk >= 58) & (talk <= 602)], return_counts=True)
        rows += [
            {"vendor": "alpha", "crew": f"A{agent:02}", "current": 1, "talk_seconds": s, "calls": n}
            for s, n in zip(lengths, counts, strict=True)
        ]
    return pd.DataFrame(rows)


def judge(small: pd.DataFrame) -> Answer:
    (answer,) = CHECK.judge(small, AUDIT)
    return answer


def test_some_agents_who_write_lengths_up_are_evidence() -> None:
    found = evidence(world((WRITTEN_UP,), months=3, dials_a_month=12000, agents=20), CHECK)
    assert (found.e_value or 0) > 20
    assert found.observed > 1.3
    (truth,) = world((WRITTEN_UP,), months=3, dials_a_month=12000, agents=20).truth.schemes
    assert truth.agents[0] in english(found.condition)


def test_minutes_of_lengths_written_up() -> None:
    (found,) = judge(frame(0.4)).evidence
    assert found.minutes is not None
    # what 40 % of the calls gained on the way to the next ten seconds: 4.5 each
    calls = int(frame()["calls"].sum())
    true = 0.4 * calls * 4.5 / 60
    assert float(found.minutes.low) * 0.9 < true < float(found.minutes.high) * 1.1
    # everybody does it: a setting of the export, so that it only asks
    assert (found.e_value or 0) < 1
    assert found.p_value is not None
    assert found.p_value < 1e-6


def test_a_heap_by_hand() -> None:
    rows = {
        "calls": [
            call(n * 100 + k, at(1 + k % 25, minute=n % 60), n)
            for n in range(58, 123)
            for k in range(30 if n % 10 == 0 else 10)
        ]
    }
    small = reduced(CHECK, rows, AUDIT)
    assert int(small["calls"].sum()) == 58 * 10 + 7 * 30
    answer = judge(small)
    # of the tens from 60 to 120 all have neighbours; 30 calls stand beside ten
    assert answer.n == 58 * 10 + 7 * 30
    (found,) = answer.evidence
    assert found.observed == pytest.approx(3.0, abs=0.35)
    picked = evidence_rows(CHECK, rows, AUDIT)
    assert set(picked["seconds"] % 6) <= {0, 2, 4}
    assert not {61, 73} & set(picked["seconds"])


def test_honest_lengths_are_not_asked_about() -> None:
    p_values = [e.p_value for seed in range(8) for e in judge(frame(seed=seed)).evidence]
    assert sum(p is not None and p < 0.05 for p in p_values) <= 3


@pytest.mark.parametrize("step", [2, 5, 6, 10, 60])
def test_a_log_in_steps_says_so(step: int) -> None:
    answer = judge(frame(1.0, step=step))
    assert answer.not_run is not None
    assert f"steps of {step} seconds" in english(answer.not_run.reason)


def test_constant_lengths_and_few_calls_are_not_run() -> None:
    same = frame().assign(talk_seconds=120)
    assert "steps of" in english(judge(same).not_run.reason)  # type: ignore[union-attr]
    odd = judge(frame().assign(talk_seconds=119))
    assert odd.not_run is not None
    assert "exactly 119 seconds" in english(odd.not_run.reason)
    few = judge(frame().head(30))
    assert few.not_run is not None
    assert "200 are needed" in english(few.not_run.reason)


def test_without_agents_the_vendor_can_still_be_asked_about() -> None:
    small = frame(0.4).assign(crew="").groupby(["vendor", "crew", "current", "talk_seconds"])
    (found,) = judge(small.sum().reset_index()).evidence
    assert found.review_only
    assert found.p_value is not None
    assert found.p_value < 0.001


def test_other_vendors_do_not_matter() -> None:
    one = world((WRITTEN_UP,), vendors=2, months=2, dials_a_month=6000)
    both = asked(one, [CHECK])[CHECK.id]
    assert e_of(both["beta"]) < 5


@pytest.mark.parametrize("fields", [{"disposition": "voicemail"}, {"is_test": True}])
def test_only_conversations_count(fields: dict[str, Any]) -> None:
    rows = {"calls": [call(n, at(2, minute=n % 60), 60, **fields) for n in range(300)]}
    answer = ask(CHECK, rows, AUDIT)["alpha"]
    assert answer.n == 0
    assert answer.not_run is not None
