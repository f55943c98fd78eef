"""Talk at the length of a greeting: the spike, its place, and whether anything moved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lengths_world import asked, e_of, english, p_of, planted_evidence, world

from check_world import ask, at, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks.voicemail_as_talk import CHECK

AUDIT = scope_of({"alpha": [item()], "beta": [item()]})


def talks(vendor: str, greetings: int = 0, n: int = 700, seed: int = 1) -> list[dict[str, Any]]:
    """Return short conversations, and greetings of 27 and 28 seconds among them."""
    rng = np.random.default_rng([seed, len(vendor)])
    talk = rng.lognormal(np.log(32), 0.45, n).clip(5, 60).astype(int)
    talk = np.concatenate([talk, 27 + np.arange(greetings) % 2])
    return [
        call(k, at(1 + k % 25, minute=k % 60), int(seconds), vendor=vendor,
             call_id=f"{vendor}-{k}", agent_id=f"A{k % 10}", lead_id=f"{vendor}-L{k}",
             disposition="callback")
        for k, seconds in enumerate(talk)
    ]  # fmt: skip


def test_seven_vendors_show_whose_greetings_are_billed() -> None:
    found, truth = planted_evidence(CHECK)
    assert (found.e_value or 0) > 20
    assert found.p_value is not None
    assert found.p_value < 0.02
    assert found.minutes is not None
    # September and October hold about half of them each
    assert float(found.minutes.low) < truth.seconds / 60 / 2 < float(found.minutes.high) * 1.1
    assert "27 to 28 seconds" in english(found.condition)


def test_two_vendors_can_only_ask() -> None:
    rows = {"calls": talks("alpha", 200) + talks("beta")}
    (found,) = ask(CHECK, rows, AUDIT)["alpha"].evidence
    assert found.review_only
    assert found.p_value is not None
    assert found.p_value < 0.05
    picked = evidence_rows(CHECK, rows, AUDIT)
    assert set(picked.loc[picked["vendor"] == "alpha", "seconds"]) == {27, 28}
    # what lies there over what the lengths around let expect
    assert found.observed - found.expected == pytest.approx(200, abs=35)


def test_leads_that_move_show_people() -> None:
    rows = {"calls": talks("alpha", 200) + talks("beta")}
    events = [
        {"vendor": "alpha", "lead_id": row["lead_id"], "at": row["started_at"],
         "stage_to": "contacted"}
        for row in rows["calls"] if row["vendor"] == "alpha"
    ]  # fmt: skip
    small = reduced(CHECK, rows | {"funnel_events": events}, AUDIT)
    assert int(small["moved"].sum()) == 900
    (found,) = ask(CHECK, rows | {"funnel_events": events}, AUDIT)["alpha"].evidence
    assert "100.0%" in english(found.condition)
    assert found.review_only


def test_people_who_talk_have_no_common_length() -> None:
    p_values = []
    for seed in range(2):
        rows = {"calls": talks("alpha", seed=seed) + talks("beta", seed=seed)}
        p_values += [p_of(answer) for answer in ask(CHECK, rows, AUDIT).values()]
    assert min(p_values) > 0.02


def test_voicemails_that_the_log_names_are_no_conversations() -> None:
    rows = talks("alpha", 200)
    named = [row | ({"disposition": "voicemail"} if k >= 700 else {}) for k, row in enumerate(rows)]
    small = reduced(CHECK, {"calls": named}, AUDIT)
    lengths = small[small["kind"] == "length"]
    assert int(lengths["calls"].sum()) == 700
    assert int(small["voicemails"].sum()) == 200
    assert int(small["dials"].sum()) == 900


def test_the_honest_stay_silent() -> None:
    one = world(zoo=("script_to_threshold", "beta/inbound_only"), vendors=2, months=2)
    for answer in asked(one, [CHECK])[CHECK.id].values():
        assert e_of(answer) < 20
        assert p_of(answer) > 0.01


def test_few_calls_are_not_asked() -> None:
    answer = ask(CHECK, {"calls": talks("alpha", n=99)}, AUDIT)["alpha"]
    assert answer.not_run is not None
    assert "100 are needed" in english(answer.not_run.reason)
