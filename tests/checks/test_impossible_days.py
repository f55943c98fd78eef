"""Conversations against login, day and shift: exact, and silent on clocks and shared logins."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Evidence
from vendoreval.checks.impossible_days import CHECK
from vendoreval.text import language

SCOPE = scope_of({"alpha": [item()], "beta": [item()]})
ON_ROSTER = {
    "vendor": "alpha", "agent_id": "A1", "hired_on": date(2026, 1, 1), "shift_start": "9:00",
    "shift_end": "18:00",
}  # fmt: skip


def session(opens: datetime, closes: datetime, **fields: Any) -> dict[str, Any]:
    span = {"started_at": opens, "ended_at": closes, "state": "available"}
    return {"vendor": "alpha", "agent_id": "A1"} | span | fields


def asked(**rows: Any) -> dict[str, Evidence]:
    answer = ask(CHECK, rows, SCOPE)["alpha"]
    return {evidence.filters["kind"]: evidence for evidence in answer.evidence}


def evening(*begins: datetime, talk: int = 60) -> list[dict[str, Any]]:
    return [call(n, begin, talk) for n, begin in enumerate(begins)]


def test_seconds_outside_of_the_session_are_exact() -> None:
    calls = evening(at(5, 9), at(5, 18, 4), at(5, 19), talk=120)
    rows = {"calls": calls, "agent_sessions": [session(at(5, 9), at(5, 18))]}
    found = asked(**rows)["login"]
    # until 18:05 is left to the clocks: one minute of the second call, all of the third
    assert found.observed == 3.0
    assert found.money is not None and found.money.point == Decimal("28.50")
    seconds = evidence_rows(CHECK, rows, SCOPE).set_index("call_id").seconds
    assert seconds.to_dict() == {"c1": 60, "c2": 120}
    assert not found.review_only


def test_where_sessions_were_refused_it_only_asks() -> None:
    sent = {
        "vendor": "alpha", "report": "agent_sessions", "delivery": 3, "first_on": date(2026, 10, 1),
        "last_on": date(2026, 10, 31), "received_on": date(2026, 11, 2), "accepted_rows": 9,
        "faulty_rows": 1,
    }  # fmt: skip
    found = asked(
        calls=evening(at(5, 9), at(5, 21)),
        agent_sessions=[session(at(5, 9), at(5, 18))],
        deliveries=[sent],
    )["login"]
    assert found.review_only


@pytest.mark.parametrize("minutes", [-180, 20, 60])
def test_a_log_in_another_zone_or_of_another_clock_is_no_departure(minutes: int) -> None:
    moved = timedelta(minutes=minutes)
    calls = evening(*(at(5, 9, 3 * n) + moved for n in range(180)))
    rows = {"calls": calls, "agent_sessions": [session(at(5, 9), at(5, 18))]}
    answer = ask(CHECK, rows, SCOPE)["alpha"]
    assert answer.evidence == ()
    assert f"moved by {-minutes:d} minutes".replace("-", "−") in language("en").say(
        answer.statement
    ).replace("-", "−")


def test_a_long_evening_of_one_is_not_taken_for_another_zone() -> None:
    morning = [call(100 + n, at(5, 9, n), agent_id="A2") for n in range(60)]
    late = evening(*(at(5, 19, n) for n in range(30)))
    sessions = [session(at(5, 9), at(5, 18)), session(at(5, 9), at(5, 18), agent_id="A2")]
    found = asked(calls=morning + late, agent_sessions=sessions)["login"]
    assert found.observed == 30.0


def test_a_night_shift_crosses_midnight() -> None:
    calls = evening(*(at(5, 22) + timedelta(minutes=20 * n) for n in range(24)))
    night = ON_ROSTER | {"shift_start": "22:00", "shift_end": "06:00"}
    rows = {"calls": calls, "agent_sessions": [session(at(5, 22), at(6, 6))], "roster": [night]}
    assert asked(**rows) == {}


def test_more_than_a_day_in_one_day() -> None:
    # twenty-five conversations of an hour that begin on one day, all before noon
    calls = evening(*(at(5, 0, 20 * n) for n in range(25)), talk=3600)
    found = asked(calls=calls)["day"]
    assert found.observed == 60.0
    assert found.money is not None and found.money.point == Decimal("570.00")


def test_twenty_four_hours_are_possible() -> None:
    assert "day" not in asked(calls=evening(*(at(5, n) for n in range(24)), talk=3600))


def test_after_the_shift_and_an_hour_it_only_asks() -> None:
    # the first at nine: a shift of nine hours and one more end at seven
    calls = evening(*(at(5, hour) for hour in range(9, 19)), at(5, 18, 59, 30), at(5, 19, 10))
    found = asked(calls=calls, roster=[ON_ROSTER])["shift"]
    assert found.review_only
    # half a minute of the one that was running, and all of the last
    assert found.observed == 1.5
    assert found.minutes is not None and found.minutes.point == Decimal("1.50")


def test_a_login_that_the_roster_names_as_shared_is_left_out() -> None:
    calls = evening(*(at(5, 0, 20 * n) for n in range(25)), talk=3600)
    assert asked(calls=calls, roster=[ON_ROSTER | {"shared_with": "A7"}]) == {}


def test_agents_without_any_session_are_not_compared() -> None:
    rows = {
        "calls": evening(at(5, 10)),
        "agent_sessions": [session(at(5, 9), at(5, 18), agent_id="A2")],
    }
    answer = ask(CHECK, rows, SCOPE)["alpha"]
    assert answer.evidence == ()
    assert "not compared: 1" in language("en").say(answer.statement)


def test_tests_transfers_and_ringing_are_no_conversations() -> None:
    kinds = ({"disposition": "no_answer"}, {"is_test": True}, {"parent_call_id": "c9"})
    calls = [call(9, at(5, 9)), *(call(n, at(5, 21), **kind) for n, kind in enumerate(kinds))]
    assert asked(calls=calls, agent_sessions=[session(at(5, 9), at(5, 18))]) == {}
