"""Totals of days against the log: exact differences, day cuts, tolerances, honest gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from check_world import Signed, ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks._day_totals import tolerances
from vendoreval.checks.agent_days_match_calls import CHECK
from vendoreval.checks.base import Evidence
from vendoreval.text import language

SCOPE = scope_of({"alpha": [item()]})


def log(days: int = 10, a_day: int = 20, hour: int = 9, talk: int = 60) -> list[dict[str, Any]]:
    return [
        call(100 * d + n, at(d, hour) + timedelta(minutes=10 * n), talk)
        for d in range(1, days + 1)
        for n in range(a_day)
    ]


def totals(days: int = 10, a_day: int = 20, talk: int = 60, **more: Any) -> list[dict[str, Any]]:
    return [
        {"vendor": "alpha", "agent_id": "A1", "date": date(2026, 10, d), "dials": a_day,
         "conversations": a_day, "line_seconds": 8 * 3600, "talk_seconds": a_day * talk} | more
        for d in range(1, days + 1)
    ]  # fmt: skip


def found(calls: list[dict[str, Any]], days: list[dict[str, Any]], **more: Any) -> list[Evidence]:
    answer = ask(CHECK, {"calls": calls, "agent_days": days} | more, SCOPE)["alpha"]
    assert answer.not_run is None
    return list(answer.evidence)


def test_totals_that_are_the_sums_of_the_log_say_nothing() -> None:
    assert found(log(), totals()) == []


def test_the_difference_is_exact() -> None:
    (evidence,) = found(log(), totals(talk=66))
    # 10 days x 20 calls x 6 seconds
    assert evidence.minutes is not None and evidence.minutes.point == Decimal("20.00")
    assert (evidence.observed, evidence.expected) == (220.0, 200.0)
    assert not evidence.review_only
    rows = evidence_rows(CHECK, {"calls": log(), "agent_days": totals(talk=66)}, SCOPE)
    assert (rows.talk_seconds - rows.log_talk_seconds).tolist() == [120] * 10


def test_totals_below_the_log_are_held_against_nobody() -> None:
    assert found(log(), totals(a_day=10)) == []


def test_three_dials_and_a_minute_are_within_the_tolerance() -> None:
    near = totals()
    near[0] |= {"dials": 23, "conversations": 23, "talk_seconds": 20 * 60 + 60}
    assert found(log(), near) == []
    near[0]["dials"] = 24
    assert len(found(log(), near)) == 1


def test_a_call_counted_a_day_later_is_set_off() -> None:
    days = totals()
    for n, sign in ((0, 1), (1, -1)):
        days[n] |= {"dials": 20 + 9 * sign, "conversations": 20 + 9 * sign}
    assert found(log(), days) == []


def test_a_night_shift_counted_on_the_day_it_begins() -> None:
    # ten o'clock in the evening till quarter past one: a third of it lies on the next day
    days = totals()
    rows = {"calls": log(hour=22), "agent_days": days}
    answer = ask(CHECK, rows, SCOPE)["alpha"]
    assert answer.evidence == ()
    assert "from midnight" in language("en").say(answer.statement)


def test_days_of_another_zone_and_the_night_the_clocks_go_back() -> None:
    zone = ZoneInfo("Europe/Berlin")
    vendor = Signed("alpha", (item(),), {"calls": SimpleNamespace(timezone="Europe/Berlin")})
    scope = replace(SCOPE, agreements={"alpha": vendor})
    calls, days = [], []
    for d in range(20, 31):
        for n in range(20):
            # from half past midnight on: the day in UTC is the one before
            local = datetime(2026, 10, d, 0, 30 + n, tzinfo=zone)
            begin = local.astimezone(UTC).replace(tzinfo=None)
            calls.append(call(100 * d + n, begin, 60, started_on=local.date()))
        days.append(totals(1)[0] | {"date": date(2026, 10, d)})
    answer = ask(CHECK, {"calls": calls, "agent_days": days}, scope)["alpha"]
    assert answer.evidence == ()
    assert "dials in the totals above the log on 0, below on 0" in language("en").say(
        answer.statement
    )


def test_calls_refused_on_receipt_may_be_the_difference() -> None:
    sent = {"vendor": "alpha", "report": "calls", "delivery": 1, "first_on": date(2026, 10, 1),
            "last_on": date(2026, 10, 31), "received_on": date(2026, 11, 2), "accepted_rows": 200,
            "faulty_rows": 10}  # fmt: skip
    (evidence,) = found(log(), totals(a_day=21), deliveries=[sent])
    assert evidence.review_only
    (evidence,) = found(log(), totals(a_day=22), deliveries=[sent])
    assert not evidence.review_only


def test_a_day_without_any_call_in_the_log_is_not_compared() -> None:
    assert found(log(days=9), totals(days=10)) == []


def test_parts_longer_than_the_time_on_line_only_ask() -> None:
    (evidence,) = found(log(), totals(available_seconds=8 * 3600))
    assert evidence.review_only
    # 1,200 seconds of talk above a full line, on ten days
    assert evidence.observed == 200.0


def test_codes_written_in_different_ways_accuse_nobody() -> None:
    days = totals(agent_id="Ivanova")
    answer = ask(CHECK, {"calls": log(), "agent_days": days}, SCOPE)["alpha"]
    assert answer.not_run is not None
    assert len(found(log(), totals() + days)) == 1


def test_empty_cells_are_no_zeros() -> None:
    days = [{k: v for k, v in day.items() if k != "talk_seconds"} for day in totals()]
    assert found(log(), days) == []


@pytest.mark.parametrize(
    ("tolerance", "allowed"),
    [({"relative": 0.02, "absolute": 0}, 240), ({"absolute": 1, "unit": "min"}, 600),
     ({"absolute": 0}, 60)],
)  # fmt: skip
def test_a_wider_tolerance_of_the_agreement_holds(tolerance: Any, allowed: int) -> None:
    rule = {
        "left": {"report": "agent_days", "measure": "SUM(talk_seconds)"},
        "right": {"report": "calls", "measure": "SUM(talk_seconds)"},
        "tolerance": tolerance,
    }

    class Rule:
        def model_dump(self) -> dict[str, Any]:
            return rule

    class Quality:
        def extension(self, name: str, kind: type) -> Rule:
            return Rule()

    class Part:
        quality = (Quality(),)

    class Contract:
        schema_objects = (Part(),)

    class Agreed:
        contract = Contract()

    agreed: Any = Agreed()
    assert tolerances(agreed)["talk_seconds"].of(12_000, 10) == allowed
