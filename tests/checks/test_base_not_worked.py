"""Leads of a month: dialled or not, by number or lead, and what the bank says against the log."""

from __future__ import annotations

from datetime import date
from typing import Any

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.base_not_worked import CHECK
from vendoreval.text import language

SCOPE = scope_of({"alpha": [item()], "beta": [item()]})
BEFORE = call(999, at(-60), phone="79991112233")


def leads(count: int = 100, **fields: Any) -> list[dict[str, Any]]:
    return [
        {"lead_id": f"L{n}", "vendor": "alpha", "handed_on": date(2026, 9, 10),
         "phone": f"7900000{n:04d}", "list_id": "easy" if n < count // 2 else "hard"} | fields
        for n in range(count)
    ]  # fmt: skip


def dialled(count: int, **fields: Any) -> list[dict[str, Any]]:
    calls = [call(n, at(-15), 0, disposition="no_answer", lead_id=f"L{n}") for n in range(count)]
    return [BEFORE, *(one | fields for one in calls)]


def answer(**rows: Any) -> Answer:
    return ask(CHECK, rows, SCOPE)["alpha"]


def test_the_share_dialled_is_exact_and_shown_by_list() -> None:
    (evidence,) = answer(leads=leads(), calls=dialled(70)).evidence
    assert (evidence.observed, evidence.expected, evidence.n) == (0.7, 0.95, 100)
    told = language("en").say(evidence.condition)
    assert "dialled of hard: 40% of 50" in told.replace("\u00a0", "")
    rows = evidence_rows(CHECK, {"leads": leads(), "calls": dialled(70)}, SCOPE)
    assert sorted(rows.lead_id) == sorted(f"L{n}" for n in range(70, 100))


def test_ninety_five_of_a_hundred_are_enough() -> None:
    assert answer(leads=leads(), calls=dialled(95)).evidence == ()
    assert len(answer(leads=leads(), calls=dialled(94)).evidence) == 1


def test_a_call_without_its_lead_is_known_by_the_number() -> None:
    calls = [BEFORE, *(call(n, at(-15), phone=f"+7 (900) 000-{n // 100:02d}-{n % 100:02d}")
                       for n in range(100))]  # fmt: skip
    assert answer(leads=leads(), calls=calls).evidence == ()


def test_leads_that_nobody_may_or_could_call_are_left_out() -> None:
    young = leads(50, handed_on=date(2026, 10, 5))
    old = [row | {"lead_id": f"O{n}", "phone": None, "handed_on": date(2026, 7, 1)}
           for n, row in enumerate(leads(50))]  # fmt: skip
    asked = [{"vendor": "client", "phone": row["phone"], "requested_on": date(2026, 9, 1)}
             for row in leads()[70:]]  # fmt: skip
    given = {"leads": leads() + young + old, "calls": dialled(70), "do_not_call": asked}
    said = answer(**given)
    assert said.evidence == ()
    assert said.n == 70


def test_the_bank_shows_attempts_that_the_log_lacks() -> None:
    bank = [{"vendor": "alpha", "lead_id": f"L{n}", "snapshot_on": date(2026, 10, 5),
             "stage": "new", "attempts": int(n >= 97)} for n in range(100)]  # fmt: skip
    (evidence,) = answer(leads=leads(), calls=dialled(96), funnel=bank).evidence
    assert evidence.filters["kind"] == "claimed"
    assert evidence.observed == 3.0
    assert not evidence.review_only
    sent = {"vendor": "alpha", "report": "calls", "delivery": 1, "first_on": date(2026, 9, 1),
            "last_on": date(2026, 9, 30), "received_on": date(2026, 10, 2), "accepted_rows": 9,
            "faulty_rows": 3}  # fmt: skip
    (evidence,) = answer(
        leads=leads(), calls=dialled(96), funnel=bank, deliveries=[sent]
    ).evidence  # fmt: skip
    assert evidence.review_only


def test_too_few_leads_or_no_log_since_their_day_is_not_run() -> None:
    assert answer(leads=leads(29), calls=dialled(0)).not_run is not None
    assert answer(leads=leads(), calls=dialled(100)[1:]).not_run is not None
    # no lead at all in the log: the files name them in different ways
    assert answer(leads=leads(), calls=[BEFORE]).not_run is not None
