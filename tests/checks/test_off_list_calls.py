"""Numbers that nobody handed over: minutes and money exact, call-backs and spellings left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.off_list_calls import CHECK

SCOPE = scope_of({"alpha": [item()], "beta": [item()]})
LEADS = [
    {"lead_id": f"L{n}", "vendor": "alpha", "handed_on": date(2026, 9, 1),
     "phone": f"+7 (900) 000-00-{n:02d}"}
    for n in range(10)
]  # fmt: skip
ON_LIST = [call(n, at(2 + n), phone=f"890000000{n:02d}") for n in range(10)]


def answer(*more: dict[str, Any], **rows: Any) -> Answer:
    return ask(CHECK, {"leads": LEADS, "calls": [*ON_LIST, *more]} | rows, SCOPE)["alpha"]


def stranger(number: int, **fields: Any) -> dict[str, Any]:
    defaults = {"phone": f"7999000{number:04d}", "talk": 90}
    return call(100 + number, at(5, 12, number), **(defaults | fields))


def test_calls_to_strangers_are_priced_by_the_card() -> None:
    calls = [stranger(1), stranger(2, talk=30), stranger(3, disposition="no_answer", talk=0)]
    (evidence,) = answer(*calls).evidence
    # 120 seconds at 9.50; the ring counts as a call and costs nothing
    assert evidence.minutes is not None and evidence.minutes.point == Decimal("2.00")
    assert evidence.money is not None and evidence.money.point == Decimal("19.00")
    assert not evidence.review_only
    rows = evidence_rows(CHECK, {"leads": LEADS, "calls": [*ON_LIST, *calls]}, SCOPE)
    assert sorted(rows.call_id) == ["c101", "c102", "c103"]


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param([stranger(1, lead_id="L3")], id="another number of a known lead"),
        pytest.param([stranger(1, direction="inbound")], id="somebody calls in"),
        pytest.param(
            [stranger(2, direction="inbound"), stranger(3, phone="79990000002")], id="called back"
        ),
        pytest.param([stranger(1, phone="7999***0001")], id="masked"),
        pytest.param([stranger(1, phone=None)], id="no number"),
        pytest.param([stranger(1, is_test=True)], id="a test"),
        pytest.param([stranger(1, disposition="internal")], id="internal"),
        pytest.param([stranger(1, phone="9000000004")], id="written without the country"),
    ],
)
def test_near_misses(calls: list[dict[str, Any]]) -> None:
    assert answer(*calls).evidence == ()


def test_a_list_of_another_vendor_is_a_list_of_the_client() -> None:
    other = LEADS[0] | {"lead_id": "X", "vendor": "beta", "phone": "79990000001"}
    assert answer(stranger(1), leads=[*LEADS, other]).evidence == ()


def test_a_call_back_before_they_called_is_none() -> None:
    early = stranger(2, phone="79990000003")
    assert len(answer(early, stranger(3, direction="inbound")).evidence) == 1


def test_leads_refused_on_receipt_may_be_the_missing_numbers() -> None:
    sent = {"vendor": "client", "report": "leads", "delivery": 1, "received_on": date(2026, 9, 1),
            "accepted_rows": 10, "faulty_rows": 1}  # fmt: skip
    (evidence,) = answer(stranger(1), deliveries=[sent]).evidence
    assert evidence.review_only
    (evidence,) = answer(stranger(1), stranger(2), deliveries=[sent]).evidence
    assert not evidence.review_only


def test_where_most_numbers_are_strange_the_files_are_written_in_different_ways() -> None:
    assert answer(*(stranger(n) for n in range(11))).not_run is not None
    assert len(answer(*(stranger(n) for n in range(9))).evidence) == 1


def test_without_numbers_it_is_not_run() -> None:
    no_phones = [{k: v for k, v in lead.items() if k != "phone"} for lead in LEADS]
    assert answer(leads=no_phones).not_run is not None
    assert answer(leads=[]).not_run is not None
