"""Snapshots of the contract bank: who vanished, from where, and who left for a good reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from check_world import ask, evidence_rows, scope_of
from vendoreval.checks.bank_deletions import CHECK
from vendoreval.text import language

SCOPE = scope_of({"alpha": [], "beta": []})
SEPTEMBER, MIDDLE, OCTOBER = date(2026, 9, 30), date(2026, 10, 15), date(2026, 10, 31)


def bank(on: date, stages: dict[str, str], vendor: str = "alpha", **fields: Any) -> list[Any]:
    return [
        {"vendor": vendor, "snapshot_on": on, "lead_id": lead, "stage": stage} | fields
        for lead, stage in stages.items()
    ]


FULL = {f"l{n}": stage for n, stage in enumerate(["lost"] * 10 + ["contacted"] * 8 + ["won"] * 2)}


def without(*leads: str) -> dict[str, str]:
    return {lead: stage for lead, stage in FULL.items() if lead not in leads}


def test_unsuccessful_companies_that_vanish_are_found_with_the_full_conversion() -> None:
    funnel = bank(SEPTEMBER, FULL) + bank(OCTOBER, without("l0", "l1", "l2", "l3", "l4"))
    answer = ask(CHECK, {"funnel": funnel}, SCOPE)["alpha"]
    (evidence,) = answer.evidence
    assert (evidence.observed, evidence.n, evidence.money) == (5.0, 20, None)
    speak = language("en").say
    assert "lost (5)" in speak(evidence.condition)
    assert "only unsuccessful" in speak(evidence.condition)
    assert evidence.effect is not None
    assert "13.33%" in speak(evidence.effect)
    assert "10.00%" in speak(evidence.effect)
    rows = evidence_rows(CHECK, {"funnel": funnel}, SCOPE)
    assert sorted(rows.lead_id) == ["l0", "l1", "l2", "l3", "l4"]


def test_all_stages_alike_reads_as_a_migration() -> None:
    funnel = bank(SEPTEMBER, FULL) + bank(OCTOBER, without("l0", "l1", "l10", "l11", "l18"))
    (evidence,) = ask(CHECK, {"funnel": funnel}, SCOPE)["alpha"].evidence
    assert "as in a migration" in language("en").say(evidence.condition)


@pytest.mark.parametrize(
    "funnel",
    [
        pytest.param(bank(SEPTEMBER, FULL) + bank(OCTOBER, FULL), id="nobody"),
        pytest.param(
            bank(SEPTEMBER, FULL) + bank(OCTOBER, FULL | {"new": "new"}), id="somebody came"
        ),
        pytest.param(
            bank(SEPTEMBER, FULL) + bank(MIDDLE, without("l0")) + bank(OCTOBER, FULL),
            id="absent once and back",
        ),
        pytest.param(
            bank(SEPTEMBER, FULL)
            + bank(SEPTEMBER, {"e1": "lost"}, close_reason="GDPR erasure")
            + bank(SEPTEMBER, {"e2": "lost"}, close_reason="просит не звонить")
            + bank(OCTOBER, FULL),
            id="erased on request",
        ),
        pytest.param(
            bank(date(2026, 8, 31), FULL)
            + bank(SEPTEMBER, without("l0"))
            + bank(OCTOBER, without("l0")),
            id="vanished before the period",
        ),
        pytest.param(
            bank(SEPTEMBER, FULL)
            + bank(OCTOBER, FULL)
            + bank(date(2026, 11, 30), without("l0", "l1")),
            id="vanished after the period",
        ),
    ],
)
def test_near_misses_are_silent(funnel: list[Any]) -> None:
    answer = ask(CHECK, {"funnel": funnel}, SCOPE)["alpha"]
    assert answer.evidence == ()
    assert answer.not_run is None
    assert answer.n >= 19


def test_a_phone_on_the_do_not_call_list_may_leave() -> None:
    rows = {
        "funnel": bank(SEPTEMBER, FULL) + bank(OCTOBER, without("l0")),
        "leads": [
            {"vendor": "alpha", "lead_id": "l0", "handed_on": SEPTEMBER, "phone": "+79001112233"}
        ],
        "do_not_call": [
            {"vendor": "client", "phone": "+79001112233", "requested_on": MIDDLE},
        ],
    }
    assert ask(CHECK, rows, SCOPE)["alpha"].evidence == ()
    assert ask(CHECK, rows | {"do_not_call": []}, SCOPE)["alpha"].evidence != ()


def test_each_vendor_keeps_its_own_snapshots() -> None:
    funnel = bank(SEPTEMBER, FULL) + bank(OCTOBER, FULL)
    funnel += bank(MIDDLE, FULL, "beta") + bank(date(2026, 10, 20), without("l0"), "beta")
    answers = ask(CHECK, {"funnel": funnel}, SCOPE)
    assert answers["alpha"].evidence == ()
    assert answers["beta"].evidence[0].observed == 1


def test_one_snapshot_is_not_asked() -> None:
    answer = ask(CHECK, {"funnel": bank(OCTOBER, FULL)}, SCOPE)["alpha"]
    assert answer.not_run is not None


@pytest.mark.parametrize("removed", [1, 4, 9])
def test_every_further_deletion_counts(removed: int) -> None:
    names = [f"l{n}" for n in range(removed)]
    funnel = bank(SEPTEMBER, FULL) + bank(OCTOBER, without(*names))
    assert ask(CHECK, {"funnel": funnel}, SCOPE)["alpha"].evidence[0].observed == removed


def test_a_company_that_was_erased_here_or_handed_on_may_leave() -> None:
    funnel = bank(SEPTEMBER, FULL) + bank(OCTOBER, without("l0", "l1"))
    stone = {"vendor": "client", "report": "leads", "delivery": 1, "lead_id": "l0",
             "erased_on": MIDDLE, "reason": "request"}  # fmt: skip
    leads = [
        {"vendor": "alpha", "lead_id": "l1", "handed_on": date(2026, 8, 1)},
        {"vendor": "beta", "lead_id": "l1", "handed_on": MIDDLE},
    ]
    rows = {"funnel": funnel, "tombstones": [stone], "leads": leads}
    answer = ask(CHECK, rows, SCOPE)["alpha"]
    assert answer.evidence == ()
    assert "joined or handed on: 2" in language("en").say(answer.statement)
    # a tombstone of another vendor says nothing of this one's
    other = rows | {"tombstones": [stone | {"vendor": "beta"}]}
    assert ask(CHECK, other, SCOPE)["alpha"].evidence[0].observed == 1
    assert ask(CHECK, rows | {"leads": []}, SCOPE)["alpha"].evidence[0].observed == 1
