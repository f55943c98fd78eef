"""What is paid for twice: lines, calls under two numbers, and the many honest repeats."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from check_world import (
    ask,
    at,
    call,
    evidence_rows,
    invoice_line,
    item,
    scope_of,
    worked_through,
)
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.billed_twice import CHECK
from vendoreval.text import language

SCOPE = scope_of({"alpha": [item()]})
CALLS = [
    call(n, at(1 + n % 28, hour=9 + n % 8, minute=n % 60), 61 + n, phone=f"7916000{n:04d}",
         ring_seconds=5 + n % 20, wrap_seconds=10, hold_seconds=0)
    for n in range(100)
]  # fmt: skip
SECONDS = sum(61 + n for n in range(100))
SEPTEMBER = {"period_start": date(2026, 9, 1), "period_end": date(2026, 9, 30)}


def minutes(seconds: int) -> str:
    return str((Decimal(seconds) / 60).quantize(Decimal("0.0001")))


def again(number: int, **fields: Any) -> dict[str, Any]:
    """The same call once more under another number."""
    return CALLS[number] | {"call_id": f"again-{number}"} | fields


def audit(
    calls: list[dict[str, Any]], lines: list[dict[str, Any]] | None = None, **vendors: Any
) -> Answer:
    billed = lines if lines is not None else [invoice_line(minutes(sum(
        row["talk_seconds"] for row in calls)))]  # fmt: skip
    scope = scope_of({"alpha": [item()], **vendors}) if vendors else SCOPE
    return ask(CHECK, {"calls": calls, "invoice_lines": billed}, scope)["alpha"]


def money(evidence: Evidence) -> Decimal:
    assert evidence.money is not None
    return evidence.money.point


REPEATS = {
    "by their number": again(3, call_id="0C-3",
                             started_at=CALLS[3]["started_at"] + timedelta(seconds=9)),
    "start": again(3, started_at=CALLS[3]["started_at"] + timedelta(seconds=4)),
    "whole hours": again(3, started_at=CALLS[3]["started_at"] + timedelta(hours=3)),
    "recording": again(3, phone=None, recording_id="r3",
                       started_at=CALLS[3]["started_at"] + timedelta(days=2, seconds=7)),
}  # fmt: skip


@pytest.mark.parametrize("way", REPEATS)
def test_a_call_under_two_numbers(way: str) -> None:
    calls = [row | ({"recording_id": "r3"} if row["call_id"] == "c3" else {}) for row in CALLS]
    (evidence,) = audit([*calls, REPEATS[way]]).evidence
    # 64 seconds at 9.50 a minute
    assert money(evidence) == Decimal("10.13")
    assert worked_through(evidence)[1] == Decimal("10.13")
    assert evidence.per_call and not evidence.review_only
    assert way in language("en").say(evidence.condition)
    rows = evidence_rows(CHECK, {"calls": [*calls, REPEATS[way]]}, SCOPE)
    rows = rows[rows["what"] == "call"]
    assert list(rows["seconds"]) == [64] and list(rows["first_call_id"]) == ["c3"]


def test_repeats_that_the_invoice_leaves_out_are_told_and_not_owed() -> None:
    answer = audit([*CALLS, again(3), again(4)], [invoice_line(minutes(SECONDS))])
    assert answer.evidence == ()
    assert "leave them out" in language("en").say(answer.statement)


def test_without_an_invoice_it_only_asks() -> None:
    (evidence,) = audit([*CALLS, again(3)], []).evidence
    assert evidence.review_only


HONEST = {
    "a row exported twice": dict(CALLS[3]),
    "a leg of a transfer": again(3, parent_call_id="c3"),
    "a redial of another length": again(3, talk_seconds=30),
    "the same length to another customer": again(3, phone="79990000000"),
    "a callback whole hours later, rung for another time":
        again(3, started_at=CALLS[3]["started_at"] + timedelta(hours=2), ring_seconds=2),
    "nobody answered": again(3, talk_seconds=0, disposition="no_answer"),
    "a test": again(3, is_test=True),
    "a masked phone": again(3, phone="7916***0003",
                            started_at=CALLS[3]["started_at"] + timedelta(seconds=1)),
}  # fmt: skip


@pytest.mark.parametrize("twin", HONEST)
def test_honest_repeats_are_silent(twin: str) -> None:
    assert audit([*CALLS, HONEST[twin]]).evidence == ()


def test_a_call_of_two_vendors_is_put_to_both_as_a_question() -> None:
    other = CALLS[3] | {"vendor": "beta", "agent_id": "B9", "call_id": "b1"}
    answer = audit([*CALLS, other], [], beta=[item()])
    (evidence,) = answer.evidence
    assert evidence.review_only and "beta" in language("en").say(evidence.condition)


# ------------------------------------------------------------------------ lines


def test_a_line_billed_twice_and_an_invoice_billed_again() -> None:
    line = invoice_line(minutes(SECONDS))
    (evidence,) = audit(CALLS, [line, line | {"line": 2}]).evidence
    assert money(evidence) == Decimal(line["amount"])
    assert evidence.lines[0].is_repeat
    (evidence,) = audit(CALLS, [line, line | {"invoice_id": "I-9"}]).evidence
    assert "on another invoice: 1" in language("en").say(evidence.condition)


def test_a_credited_line_and_two_seats_are_no_repeat() -> None:
    line = invoice_line(minutes(SECONDS))
    credit = line | {"invoice_id": "CN", "amount": -line["amount"],
                     "quantity": f"-{line['quantity']}"}  # fmt: skip
    assert audit(CALLS, [line, line | {"line": 2}, credit]).evidence == ()
    seat = invoice_line(1, "900", unit="seat_month", line=3)
    (evidence,) = audit(CALLS, [line, seat, seat | {"line": 4}]).evidence
    assert evidence.review_only


def test_minutes_of_the_month_before_only_ask() -> None:
    line = invoice_line(minutes(SECONDS))
    (evidence,) = audit(CALLS, [line, line | SEPTEMBER | {"invoice_id": "I-0"}]).evidence
    assert evidence.review_only and evidence.money is None


def test_a_repeat_over_the_month_end_is_looked_for_in_the_month_before() -> None:
    late = CALLS[3] | {"call_id": "s1", "started_at": datetime(2026, 9, 30, 23, 59, 58)}
    early = CALLS[3] | {"call_id": "s2", "started_at": datetime(2026, 10, 1, 0, 0, 1)}
    calls = [*CALLS, late, early]
    billed = [invoice_line(minutes(SECONDS + 64))]
    (evidence,) = audit(calls, billed).evidence
    assert money(evidence) == Decimal("10.13")
