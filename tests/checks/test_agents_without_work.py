"""Agents and days beside the roster and the log: minutes, hours and money exact."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.agents_without_work import CHECK
from vendoreval.checks.base import Answer, Evidence

SCOPE = scope_of({"alpha": [item()]})
ROSTER = [{"vendor": "alpha", "agent_id": "A1", "hired_on": date(2026, 1, 1)}]


def day(agent: str, on: date, line: int = 8 * 3600) -> dict[str, Any]:
    counts = {"dials": 0, "conversations": 0, "line_seconds": line}
    return {"vendor": "alpha", "agent_id": agent, "date": on} | counts


def answer(scope: Any = SCOPE, **rows: Any) -> Answer:
    return ask(CHECK, {"roster": ROSTER} | rows, scope)["alpha"]


def found(scope: Any = SCOPE, **rows: Any) -> dict[str, Evidence]:
    return {one.filters["state"]: one for one in answer(scope, **rows).evidence}


def test_minutes_of_a_code_that_stands_on_no_roster() -> None:
    calls = [call(n, at(2 + n), 100, agent_id="A9") for n in range(3)] + [call(9, at(2))]
    evidence = found(calls=calls)["unknown"]
    # 300 seconds at 9.50 a minute
    assert evidence.minutes is not None and evidence.minutes.point == Decimal("5.00")
    assert evidence.money is not None and evidence.money.point == Decimal("47.50")
    rows = evidence_rows(CHECK, {"roster": ROSTER, "calls": calls}, SCOPE)
    assert sorted(rows.call_id) == ["c0", "c1", "c2"]
    assert not evidence.review_only


def test_a_newcomer_and_a_leaver_are_only_asked_about() -> None:
    left = ROSTER[0] | {"agent_id": "A2", "left_on": date(2026, 10, 5)}
    calls = [
        call(1, at(2)),
        call(2, at(25), agent_id="N1"),
        call(3, at(12), agent_id="A2"),
        # three days after the last day are left to the paper
        call(4, at(8), agent_id="A2"),
    ]
    evidence = found(calls=calls, roster=[*ROSTER, left])
    assert set(evidence) == {"newcomer", "outside"}
    assert all(one.review_only for one in evidence.values())
    assert evidence["outside"].minutes is not None
    assert evidence["outside"].minutes.point == Decimal("1.00")


def test_a_refused_row_of_the_roster_may_be_the_unknown_agent() -> None:
    sent = {"vendor": "alpha", "report": "roster", "delivery": 1, "received_on": date(2026, 9, 1),
            "accepted_rows": 1, "faulty_rows": 1}  # fmt: skip
    calls = [call(1, at(2)), call(2, at(2), agent_id="A9")]
    assert found(calls=calls, deliveries=[sent])["unknown"].review_only
    more = [call(3, at(2), agent_id="A8"), call(4, at(2), agent_id="A2")]
    both = [*ROSTER, ROSTER[0] | {"agent_id": "A2"}]
    told = found(calls=calls + more, deliveries=[sent], roster=both)
    assert not told["unknown"].review_only


def test_hours_on_line_without_a_dial_are_priced_by_the_hour() -> None:
    hourly = scope_of({"alpha": [item(unit="agent_hour", price="600.00")]})
    rows: dict[str, Any] = {"calls": [call(1, at(5))], "agent_days": [
        day("A1", date(2026, 10, 5)), day("A2", date(2026, 10, 5), 27_000),
        # nobody of the vendor called on the sixth: no leads, or no line
        day("A2", date(2026, 10, 6)),
    ]}  # fmt: skip
    evidence = found(hourly, **rows)["idle"]
    # seven and a half hours at 600
    assert evidence.money is not None and evidence.money.point == Decimal("4500.00")
    assert evidence.observed == 450.0
    assert not evidence.review_only
    assert found(**rows)["idle"].review_only


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(
            {"agent_sessions": [{"vendor": "alpha", "agent_id": "A2", "started_at": at(5),
                                 "ended_at": at(5, 17), "state": "training"}]}, id="training",
        ),
        pytest.param(
            {"roster": [*ROSTER, ROSTER[0] | {"agent_id": "A2", "shift_start": "22:00",
                                              "shift_end": "06:00"}],
             "calls": [call(1, at(5)), call(2, at(6, 1), agent_id="A2")]}, id="night shift",
        ),
        pytest.param({"calls": [call(1, at(5)), call(2, at(5), agent_id="A2")]}, id="dialled"),
        pytest.param({"agent_days": [day("A2", date(2026, 10, 5), 0)]}, id="not on line"),
    ],
)  # fmt: skip
def test_days_that_are_no_idle_days(more: dict[str, Any]) -> None:
    rows = {"calls": [call(1, at(5))], "agent_days": [day("A2", date(2026, 10, 5))]}
    assert "idle" not in found(**(rows | more))


def test_codes_written_in_different_ways_accuse_nobody() -> None:
    calls = [call(1, at(2)), call(2, at(2), agent_id="X1"), call(3, at(2), agent_id="X2")]
    assert answer(calls=calls).not_run is not None
    assert answer(calls=calls[:2]).not_run is None


def test_without_a_roster_it_is_not_run() -> None:
    assert answer(roster=[], calls=[call(1, at(5))]).not_run is not None


def test_an_old_hand_is_no_newcomer() -> None:
    calls = [call(1, at(2)), call(2, at(25), agent_id="N1"),
             call(3, at(25) - timedelta(days=60), agent_id="N1")]  # fmt: skip
    assert set(found(calls=calls)) == {"unknown"}
