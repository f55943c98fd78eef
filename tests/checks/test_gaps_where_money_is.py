"""Days that are billed and not delivered; days that are not delivered and not billed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from check_world import OCTOBER, ask, at, call, item, scope_of
from vendoreval.checks.gaps_where_money_is import CHECK
from vendoreval.text import language

SCOPE = scope_of({v: [item()] for v in ("alpha", "beta")})
Rows = dict[str, list[dict[str, Any]]]
_FIRST = date(2026, 8, 3)
DAYS = [_FIRST + timedelta(days=n) for n in range((OCTOBER.end - _FIRST).days)]
WORKDAYS = [day for day in DAYS if day.weekday() < 5]
OCTOBER_DAYS = [day for day in WORKDAYS if day in OCTOBER]
LAST = tuple(OCTOBER_DAYS[-3:])


def world(*gone: date, billed_days: int = len(OCTOBER_DAYS), **change: Any) -> Rows:
    """Ten calls of three minutes on each working day of alpha, and an invoice for October."""
    calls = []
    for vendor, left_out in (("alpha", gone), ("beta", ())):
        for day in WORKDAYS:
            if day in left_out:
                continue
            start = at(1) + timedelta(days=(day - date(2026, 10, 1)).days)
            calls += [
                call(n, start + timedelta(minutes=9 * n), 180, vendor=vendor,
                     call_id=f"{vendor}{day}{n}")
                for n in range(10)
            ]  # fmt: skip
    lines = [
        {
            "vendor": vendor, "invoice_id": "1", "line": 1, "unit": "talk_minute",
            "period_start": OCTOBER.start, "period_end": OCTOBER.last_day,
            "quantity": 30 * days, "unit_price": "9.50", "amount": "1.00",
        }
        for vendor, days in (("alpha", billed_days), ("beta", len(OCTOBER_DAYS)))
    ]  # fmt: skip
    return {"calls": calls, "invoice_lines": lines} | change


def test_billed_days_without_calls() -> None:
    """Three days gone, 22 billed: 3 x 30 minutes more than the calls support."""
    answers = ask(CHECK, world(*LAST), SCOPE)
    (evidence,) = answers["alpha"].evidence
    assert (evidence.observed, evidence.n) == (3.0, len(OCTOBER_DAYS))
    assert evidence.minutes is not None
    assert float(evidence.minutes.point) == 90.0
    said = language("en").say(evidence.condition)
    assert "3 of 22 usual working days" in said and "28 October 2026" in said
    assert "covered by no delivery: 3" in said
    assert "days without a call at the other vendors: 0.0%" in said
    assert answers["beta"].evidence == ()


def delivered(faulty: int) -> list[dict[str, Any]]:
    return [
        {"vendor": "alpha", "report": "calls", "delivery": 1, "first_on": OCTOBER.start,
         "last_on": OCTOBER.last_day, "received_on": date(2026, 11, 2), "accepted_rows": 190,
         "faulty_rows": faulty}
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(world(), id="every day is there"),
        pytest.param(world(*LAST, billed_days=len(OCTOBER_DAYS) - 3), id="not billed either"),
        pytest.param(
            world(*LAST, billed_days=len(OCTOBER_DAYS) - 2), id="less than quiet days hold"
        ),
        pytest.param(
            world(
                *LAST,
                incidents=[{"vendor": "alpha", "incident_id": "i", "started_at": at(28),
                            "ended_at": at(30, 20)}],
            ),
            id="an incident was reported",
        ),
        pytest.param(world(*LAST, deliveries=delivered(31)), id="the rows were refused"),
        pytest.param(
            world() | {"calls": [c for c in world()["calls"]
                                 if c["started_at"].date() not in LAST]},
            id="a holiday of all vendors",
        ),
    ],
)  # fmt: skip
def test_honest_twins_are_silent(rows: Rows) -> None:
    answer = ask(CHECK, rows, SCOPE)["alpha"]
    assert answer.evidence == () and answer.not_run is None


def test_a_few_refused_rows_do_not_explain_whole_days() -> None:
    rows = world(*LAST, deliveries=delivered(5))
    said = language("en").say(ask(CHECK, rows, SCOPE)["alpha"].evidence[0].condition)
    assert "covered by no delivery: 0" in said


def test_weekends_are_no_gaps_and_work_on_them_is_seen() -> None:
    assert ask(CHECK, world(), SCOPE)["alpha"].n == len(OCTOBER_DAYS)


def test_daily_totals_that_tell_of_work() -> None:
    totals = [{"vendor": "alpha", "agent_id": "A1", "date": day, "dials": 10, "conversations": 9,
               "line_seconds": 3600} for day in OCTOBER_DAYS]  # fmt: skip
    said = language("en").say(
        ask(CHECK, world(*LAST, agent_days=totals), SCOPE)["alpha"].evidence[0].condition
    )
    assert "tell of work on 3 of them" in said


def test_a_first_month_is_judged_by_itself() -> None:
    rows = world(*LAST)
    rows["calls"] = [c for c in rows["calls"] if c["started_at"] >= at(1)]
    assert ask(CHECK, rows, SCOPE)["alpha"].evidence[0].observed == 3


@pytest.mark.parametrize("missing", ["calls", "invoice_lines"])
def test_without_invoice_or_calls_it_is_not_asked(missing: str) -> None:
    assert ask(CHECK, world() | {missing: []}, SCOPE)["alpha"].not_run is not None
