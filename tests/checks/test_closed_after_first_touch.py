"""Closures after one dial: compared on the same lists, with honest reasons left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from check_world import ask, at, call, evidence_rows, reduced, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.closed_after_first_touch import CHECK

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")
CLOSED_ON = date(2026, 10, 12)


def funnel(
    vendor: str, share: float, n: int = 400, agents: int = 10, **fields: Any
) -> list[dict[str, Any]]:
    """Return closures of which a share had one attempt, spread over agents."""
    rng = np.random.default_rng(len(vendor))
    once = rng.permutation(np.arange(n) < share * n)
    return [
        {
            "vendor": vendor, "snapshot_on": date(2026, 10, 31), "lead_id": f"{vendor}-{k}",
            "stage": "no_answer_closed", "stage_since": CLOSED_ON, "agent_id": f"A{k % agents}",
            "attempts": 1 if once[k] else 4,
        } | fields
        for k in range(n)
    ]  # fmt: skip


def world(shares: Sequence[float], **fields: Any) -> dict[str, list[dict[str, Any]]]:
    named = zip(NAMES, shares, strict=False)
    return {"funnel": [row for name, s in named for row in funnel(name, s, **fields)]}


def audit(rows: Any, vendors: int) -> dict[str, Answer]:
    return ask(CHECK, rows, scope_of({name: [] for name in NAMES[:vendors]}))


def test_one_vendor_of_seven_that_closes_early_is_found() -> None:
    rows = world([0.6, 0.2, 0.22, 0.18, 0.21, 0.2, 0.19])
    answers = audit(rows, 7)
    (evidence,) = answers["alpha"].evidence
    assert evidence.observed == pytest.approx(0.6)
    assert evidence.expected == pytest.approx(0.2, abs=0.04)
    assert evidence.p_value is not None
    assert evidence.p_value < 0.001
    assert not evidence.review_only
    for vendor in NAMES[1:7]:
        for other in answers[vendor].evidence:
            assert other.p_value is not None
            assert other.p_value > 0.05
    found = evidence_rows(CHECK, rows, scope_of({name: [] for name in NAMES}))
    assert (found.vendor == "alpha").sum() == 240


def test_two_vendors_can_only_ask() -> None:
    (evidence,) = audit(world([0.6, 0.2]), 2)["alpha"].evidence
    assert evidence.review_only
    assert evidence.p_value is not None
    assert evidence.p_value < 0.05


def test_a_bad_list_explains_the_difference() -> None:
    rows = world([0.6, 0.2])
    both = [funnel("alpha", 0.2, n=100), funnel("beta", 0.6, n=100)]
    rows["funnel"] += [r | {"lead_id": "x" + r["lead_id"]} for part in both for r in part]
    rows["leads"] = [
        {
            "vendor": r["vendor"], "lead_id": r["lead_id"], "handed_on": date(2026, 9, 1),
            "list_id": "bad" if (r["vendor"] == "alpha") != (r["lead_id"][0] == "x") else "good",
        }
        for r in rows["funnel"]
    ]  # fmt: skip
    for answer in audit(rows, 2).values():
        for evidence in answer.evidence:
            assert evidence.p_value is not None
            assert evidence.p_value > 0.2


def test_a_single_vendor_is_set_against_its_own_past() -> None:
    rows = {"funnel": funnel("alpha", 0.6)}
    assert audit(rows, 1)["alpha"].not_run is not None
    before = funnel("alpha", 0.2, stage_since=date(2026, 8, 5))
    rows["funnel"] += [row | {"lead_id": "old" + row["lead_id"]} for row in before]
    (evidence,) = audit(rows, 1)["alpha"].evidence
    assert evidence.review_only
    assert evidence.n == 400


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"close_reason": "invalid number"}, id="invalid number"),
        pytest.param({"close_reason": "Просит не звонить"}, id="do not call"),
        pytest.param({"stage": "lost"}, id="refused"),
        pytest.param({"stage_since": date(2026, 2, 1)}, id="long ago"),
        pytest.param({"stage_since": None}, id="closed before the first snapshot"),
        pytest.param({"attempts": None}, id="attempts unknown"),
    ],
)
def test_near_misses_are_not_counted(fields: dict[str, Any]) -> None:
    answer = audit(world([0.6, 0.2], **fields), 2)["alpha"]
    assert answer.n == 0
    assert answer.not_run is not None


def test_dials_of_the_log_stand_in_for_attempts() -> None:
    rows: dict[str, Any] = {"funnel": funnel("alpha", 1.0, n=4, attempts=None)}
    quiet = {"disposition": "no_answer"}
    rows["calls"] = [
        call(1, at(3), lead_id="alpha-0", **quiet),
        call(2, at(3), lead_id="alpha-1", **quiet),
        call(3, at(4), lead_id="alpha-1", **quiet),
        call(4, at(3), lead_id="alpha-2", disposition="invalid_number"),
        call(5, at(3), lead_id="alpha-3", disposition="refusal"),
    ]
    small = reduced(CHECK, rows, scope_of({"alpha": []}))
    assert (small.closed.sum(), small.first_touch.sum()) == (3, 1)


def test_too_few_closures_or_agents_are_not_asked() -> None:
    assert audit(world([0.6, 0.2], n=299), 2)["alpha"].not_run is not None
    assert audit(world([0.6, 0.2], agents=7), 2)["alpha"].not_run is not None


def test_more_early_closures_never_weaken_the_evidence() -> None:
    found = []
    for share in (0.3, 0.4, 0.6, 0.8):
        (evidence,) = audit(world([share, 0.2, 0.2]), 3)["alpha"].evidence
        assert evidence.p_value is not None
        found.append(evidence.p_value)
    assert found == sorted(found, reverse=True)


def test_nobody_closes_early() -> None:
    answers = audit(world([0.0, 0.0]), 2)
    assert all(answer.evidence == () for answer in answers.values())
