"""Calls the card does not pay for: what of them is on the invoice, to the kopeck."""

from __future__ import annotations

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
from vendoreval.checks.base import Answer
from vendoreval.checks.unbillable_billed import CHECK
from vendoreval.text import language

# 100 conversations of a minute, billed as they are
PAID = [call(n, at(1 + n % 28, minute=n % 60), 60, billed_seconds=60) for n in range(100)]
SCOPE = scope_of({"alpha": [item()]})
LINE = invoice_line(100)


def rung(number: int, **fields: Any) -> dict[str, Any]:
    """A call that nobody answered, billed by its ringing."""
    return call(1000 + number, at(1 + number % 28, hour=15), 0, **(
        {"disposition": "no_answer", "ring_seconds": 30, "billed_seconds": 30} | fields
    ))  # fmt: skip


def audit(calls: list[dict[str, Any]], *lines: dict[str, Any], card: Any = None) -> Answer:
    scope = SCOPE if card is None else scope_of({"alpha": [card]})
    return ask(CHECK, {"calls": calls, "invoice_lines": list(lines)}, scope)["alpha"]


def test_two_per_cent_of_ringing_on_the_invoice() -> None:
    calls = PAID + [rung(n) for n in range(4)]
    (evidence,) = audit(calls, invoice_line(102)).evidence
    assert not evidence.review_only
    assert evidence.money is not None and evidence.money.point == Decimal("19.00")
    assert worked_through(evidence) == (Decimal("19.00"), Decimal("19.00"))
    assert "no_answer (4)" in language("en").say(evidence.condition)
    rows = evidence_rows(CHECK, {"calls": calls}, SCOPE)
    assert list(rows["seconds"]) == [30] * 4


@pytest.mark.parametrize(
    ("fields", "card", "why"),
    [
        ({"is_test": True, "talk_seconds": 30, "disposition": "refusal"}, None, "tests"),
        ({"disposition": "voicemail", "talk_seconds": 30}, None, "outcomes that are not paid"),
        ({"disposition": "refusal"}, None, "without a second of talk"),
        ({"disposition": "refusal", "talk_seconds": 3}, item(free_seconds=3), "free seconds"),
    ],
)
def test_each_exclusion_is_named(fields: dict[str, Any], card: Any, why: str) -> None:
    calls = PAID + [rung(n, **fields) for n in range(4)]
    (evidence,) = audit(calls, invoice_line(102), card=card).evidence
    assert why in language("en").say(evidence.condition)


def test_an_invoice_that_leaves_them_out_owes_nothing_back() -> None:
    answer = audit(PAID + [rung(n) for n in range(4)], LINE)
    assert answer.evidence == ()
    assert "leave them out" in language("en").say(answer.statement)


def test_a_part_on_the_invoice_or_no_invoice_only_asks() -> None:
    calls = PAID + [rung(n) for n in range(40)]
    for lines in ([invoice_line(110)], []):
        (evidence,) = audit(calls, *lines).evidence
        assert evidence.review_only


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param([rung(1, billed_seconds=0)], id="logged and billed at nothing"),
        pytest.param([rung(1, billed_seconds=None)], id="billed seconds not known"),
    ],
)
def test_honest_twins_are_silent(calls: list[dict[str, Any]]) -> None:
    assert audit(PAID + calls, LINE).evidence == ()


def test_a_card_that_pays_for_voicemails_pays_for_them() -> None:
    card = item(billable_dispositions=("refusal", "voicemail"))
    calls = PAID + [rung(n, disposition="voicemail", talk_seconds=30) for n in range(4)]
    assert audit(calls, invoice_line(102), card=card).evidence == ()
