"""Calls at session timers: the excess is exact; true long calls and shared logins stay out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer, Evidence, Scope
from vendoreval.checks.never_closed_calls import CHECK, TIMERS

SCOPE = scope_of({"alpha": [item()]})
# the usual conversation of the vendor lasts two minutes
USUAL = [call(100 + n, at(2, 9, n), 90 + 20 * n, agent_id="A5") for n in range(4)]


def answer(calls: list[dict[str, Any]], scope: Scope = SCOPE, **rows: Any) -> Answer:
    return ask(CHECK, {"calls": USUAL + calls} | rows, scope)["alpha"]


def found(calls: list[dict[str, Any]], scope: Scope = SCOPE, **rows: Any) -> dict[str, Evidence]:
    return {one.filters["kind"]: one for one in answer(calls, scope, **rows).evidence}


def hours(*talks: int, **fields: Any) -> list[dict[str, Any]]:
    return [call(n, at(3 + n), talk, **fields) for n, talk in enumerate(talks)]


def test_what_is_paid_beyond_the_mean_conversation_is_exact() -> None:
    evidence = found(hours(3600, 3601, 3599))["timer"]
    # three times an hour less the two minutes that are left: 10,800 - 360 seconds
    assert evidence.minutes is not None and evidence.minutes.point == Decimal("174.00")
    assert evidence.money is not None and evidence.money.point == Decimal("1653.00")
    rows = evidence_rows(CHECK, {"calls": USUAL + hours(3600, 3601, 3599)}, SCOPE)
    assert sorted(rows.seconds) == [3479, 3480, 3481]


def test_one_hour_that_nothing_contradicts_is_told_and_not_held_against_anybody() -> None:
    said = answer(hours(3600, 3600))
    assert said.evidence == ()


def test_calls_spread_around_an_hour_are_no_pile() -> None:
    around = [3300 + 10 * n for n in range(60)]
    assert found(hours(*around, 3599, 3600, 3601)) == {}


def test_two_hours_to_the_second_are_enough() -> None:
    timers = [t for t in TIMERS if t >= 7200]
    exact = hours(*timers)
    # an agent of its own, so that no call runs into another
    near = [call(50 + n, at(3 + n), t + 2, agent_id="A2") for n, t in enumerate(timers)]
    rows = evidence_rows(CHECK, {"calls": USUAL + exact + near}, SCOPE)
    assert dict(zip(rows.call_id, rows.timer, strict=True)) == {
        row["call_id"]: row["talk_seconds"] for row in exact
    }


def test_another_conversation_meanwhile_contradicts_a_single_hour() -> None:
    calls = [*hours(3600), call(50, at(3, 9, 20), 60)]
    assert set(found(calls)) == {"timer"}
    shared = {"vendor": "alpha", "agent_id": "A1", "hired_on": date(2026, 1, 1),
              "shared_with": "A2"}  # fmt: skip
    assert found(calls, roster=[shared]) == {}


def test_the_carrier_says_how_long_the_call_was() -> None:
    calls = hours(10_800, phone="+7 900 000-00-01")
    record = {"vendor": "client", "record_id": "x", "phone": "89000000001",
              "started_at": at(3, 9, 0, 20), "duration_seconds": 306}  # fmt: skip
    evidence = found(calls, carrier_calls=[record])["timer"]
    # the public case of 10,800 seconds against 306
    assert evidence.minutes is not None and evidence.minutes.point == Decimal("174.90")
    confirmed = record | {"duration_seconds": 10_790}
    assert found(calls, carrier_calls=[confirmed]) == {}


def test_longer_than_the_most_the_card_pays_for() -> None:
    scope = scope_of({"alpha": [item(maximum_seconds=1800)]})
    evidence = found(hours(2000), scope)["over"]
    # the card pays for half an hour, of which the mean conversation is left
    assert evidence.minutes is not None and evidence.minutes.point == Decimal("28.00")
    assert found(hours(1800), scope) == {}


def test_a_timer_that_does_not_run_in_hold() -> None:
    assert set(found(hours(7200, hold_seconds=40))) == {"timer"}


def test_an_empty_month_is_not_run() -> None:
    late = [row | {"started_at": row["started_at"] + timedelta(days=60)} for row in USUAL]
    assert ask(CHECK, {"calls": late}, SCOPE)["alpha"].not_run is not None
