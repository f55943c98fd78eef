"""Work after calls and waiting: compared inside outcomes, judged only where it is paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer, Scope
from vendoreval.checks.wrap_and_idle import CHECK
from vendoreval.text import language

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")
AGENTS = 10
PAID = (item(unit="handle_minute", price="30"), item(unit="agent_hour", price="600"))
Row = dict[str, Any]


def scope(vendors: Sequence[str] = NAMES, cards: Any = PAID) -> Scope:
    return scope_of({vendor: list(cards) for vendor in vendors})


def calls(vendor: str, seconds: float = 20, n: int = 600, **fields: Any) -> list[Row]:
    """Return calls with work after them, longer after talks than after unanswered dials."""
    rng = np.random.default_rng(list(vendor.encode()))
    long = rng.gamma(4, seconds / 4, n)
    rows = []
    for k in range(n):
        reached = k % 3 == 0
        wrap = round(long[k] if reached else long[k] / 5)
        rows.append(
            call(k, at(1 + k % 28, minute=k % 60), 60 if reached else 0, vendor=vendor,
                 call_id=f"{vendor}-{k}", agent_id=f"A{k % AGENTS}", wrap_seconds=wrap,
                 disposition="refusal" if reached else "no_answer") | fields
        )  # fmt: skip
    return rows


def days(vendor: str, idle: float = 7000, n: int = 20, **fields: Any) -> list[Row]:
    """Return daily totals of eight hours with waiting in them."""
    rng = np.random.default_rng(list(vendor.encode()))
    return [
        {
            "vendor": vendor, "agent_id": f"A{agent}", "date": date(2026, 10, 1 + day), "dials": 90,
            "conversations": 20, "line_seconds": 28_800,
            "available_seconds": round(idle * rng.uniform(0.8, 1.2)),
        } | fields
        for agent in range(AGENTS) for day in range(n)
    ]  # fmt: skip


def world(wrap: Mapping[str, float], idle: Mapping[str, float] | None = None) -> dict[str, Any]:
    waits = idle or dict.fromkeys(wrap, 7000.0)
    return {
        "calls": [row for v, seconds in wrap.items() for row in calls(v, seconds)],
        "agent_days": [row for v, seconds in waits.items() for row in days(v, seconds)],
    }


def usual(value: float, step: float = 0.0) -> dict[str, float]:
    return {v: value + step * n for n, v in enumerate(NAMES)}


def audit(rows: Any, given: Scope | None = None) -> dict[str, Answer]:
    return ask(CHECK, rows, given or scope())


def found(answer: Answer, title: str) -> Any:
    hits = [e for e in answer.evidence if title in language("en").say(e.title)]
    return hits[0] if hits else None


def test_long_work_after_calls_at_one_of_seven_is_found_and_priced() -> None:
    rows = world(usual(20, 0.5) | {"alpha": 60})
    answers = audit(rows)
    evidence = found(answers["alpha"], "work after calls")
    assert evidence.p_value < 0.01
    assert evidence.e_value > 20
    assert not evidence.review_only
    whole = sum(row["wrap_seconds"] for row in rows["calls"] if row["vendor"] == "alpha")
    assert evidence.observed == pytest.approx(whole / 600)
    # two thirds of it would not be there at twenty seconds
    assert float(evidence.minutes.point) == pytest.approx(whole / 60 * 2 / 3, rel=0.1)
    assert float(evidence.money.point) == pytest.approx(
        float(evidence.minutes.point) * 30, rel=0.01
    )
    assert evidence.money.low < evidence.money.point
    for vendor in NAMES[1:]:
        assert all((e.p_value or 0) > 0.001 for e in answers[vendor].evidence)
    lines = evidence_rows(CHECK, rows, scope())
    assert lines[lines.vendor == "alpha"].seconds.sum() == whole


def test_waiting_is_compared_by_the_minute_of_work() -> None:
    rows = world(usual(20), usual(7000, 100) | {"alpha": 16_000})
    evidence = found(audit(rows)["alpha"], "waiting")
    assert evidence.p_value < 0.01
    assert not evidence.review_only
    # 16,000 of 28,800 are 75 seconds a minute of work, the others wait some 20
    assert evidence.observed == pytest.approx(60 * 16_000 / 12_800, rel=0.05)
    assert evidence.expected == pytest.approx(60 * 7300 / 21_500, rel=0.1)
    assert evidence.money.point == pytest.approx(evidence.minutes.point * 10, rel=Decimal("0.01"))


def test_time_that_is_not_paid_for_only_asks() -> None:
    rows = world(usual(20) | {"alpha": 60}, usual(7000) | {"alpha": 16_000})
    answer = audit(rows, scope(cards=[item(), item(unit="sale", price="900")]))["alpha"]
    assert len(answer.evidence) == 2
    for evidence in answer.evidence:
        assert evidence.review_only
        assert evidence.e_value is None
        assert evidence.money is None
        assert "does not pay" in language("en").say(evidence.effect)


@pytest.mark.parametrize(
    ("wrap", "idle"),
    [
        pytest.param(usual(20), usual(7000), id="nothing special"),
        pytest.param(usual(15, 2), usual(6000, 500), id="honest vendors differ"),
        pytest.param(usual(90), usual(20_000), id="a slow system and few leads for everybody"),
    ],
)
def test_honest_twins_are_left_alone(wrap: dict[str, float], idle: dict[str, float]) -> None:
    for answer in audit(world(wrap, idle)).values():
        assert answer.not_run is None
        for evidence in answer.evidence:
            assert evidence.p_value is not None
            # fourteen questions are asked of each world
            assert evidence.p_value > 0.001
            assert (evidence.e_value or 1.0) < 20


def test_more_talks_are_no_longer_work_after_each() -> None:
    rows = world(usual(20))
    rows["calls"] = [r for r in rows["calls"] if r["vendor"] != "alpha"]
    # only talks, each with the usual work after it
    rows["calls"] += [r for r in calls("alpha", n=1800) if r["disposition"] == "refusal"]
    evidence = found(audit(rows)["alpha"], "work after calls")
    assert evidence is None or evidence.p_value > 0.05


def test_a_note_forgotten_overnight_does_not_decide() -> None:
    rows = world(usual(20))
    rows["calls"][0]["wrap_seconds"] = 50_000
    (line,) = [r for r in evidence_rows(CHECK, rows, scope()).to_dict("records")
               if r["call_id"] == "alpha-0"]  # fmt: skip
    assert line["seconds"] == 3600
    evidence = found(audit(rows)["alpha"], "work after calls")
    assert evidence is None or (evidence.e_value or 1) < 20


def test_one_vendor_is_set_against_its_own_months() -> None:
    only = scope(("alpha",))
    rows = {"calls": calls("alpha", 80)}
    assert audit(rows, only)["alpha"].not_run is not None
    rows["calls"] += [
        row | {"call_id": "old" + row["call_id"], "started_at": row["started_at"].replace(month=7)}
        for row in calls("alpha", 20)
    ]
    (evidence,) = audit(rows, only)["alpha"].evidence
    assert evidence.review_only
    assert evidence.p_value is not None
    assert evidence.p_value < 0.05


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param({}, id="empty"),
        pytest.param({"agent_days": days("alpha") + days("beta", 16_000)}, id="no call log"),
        pytest.param({"calls": [row for v in ("alpha", "beta")
                                for row in calls(v, wrap_seconds=None)]}, id="neither column"),
        pytest.param({"calls": calls("alpha", n=499) + calls("beta", 90, n=499)}, id="499 calls"),
        pytest.param({"calls": calls("alpha", agent_id="A1") + calls("beta", 90, agent_id="A1")},
                     id="one agent"),
    ],
)  # fmt: skip
def test_without_enough_it_is_not_run(rows: dict[str, list[Row]]) -> None:
    for answer in audit(rows, scope(("alpha", "beta"))).values():
        assert answer.evidence == ()
        assert answer.not_run is not None


def test_without_one_column_the_other_question_is_asked() -> None:
    rows = world(usual(20), usual(7000) | {"alpha": 16_000})
    rows["calls"] = [row | {"wrap_seconds": None} for row in rows["calls"]]
    answer = audit(rows)["alpha"]
    assert found(answer, "waiting") is not None
    assert found(answer, "work after calls") is None
