"""Calls after a request: the day after counts, other companies behind a number do not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.base import Answer
from vendoreval.checks.calls_after_do_not_call import CHECK

SCOPE = scope_of({"alpha": [item()], "beta": [item()]})
REQUEST = {"vendor": "alpha", "phone": "+7 900 000-00-01", "requested_on": date(2026, 10, 5)}
LEAD = {"lead_id": "L1", "vendor": "alpha", "handed_on": date(2026, 9, 1), "phone": "79000000001"}


def dial(number: int, day: int, talk: int = 60, **fields: Any) -> dict[str, Any]:
    return call(number, at(day), talk, **({"phone": "89000000001", "lead_id": "L1"} | fields))


def answer(*calls: dict[str, Any], **rows: Any) -> Answer:
    given = {"calls": list(calls), "do_not_call": [REQUEST], "leads": [LEAD]} | rows
    return ask(CHECK, given, SCOPE)["alpha"]


def test_minutes_and_money_of_the_calls_after() -> None:
    calls = [dial(1, 5), dial(2, 6, 90), dial(3, 20, 0, disposition="no_answer"), dial(4, 21, 30)]
    (evidence,) = answer(*calls).evidence
    # 120 seconds at 9.50; the unanswered dial annoys and costs nothing
    assert evidence.money is not None and evidence.money.point == Decimal("19.00")
    rows = evidence_rows(
        CHECK, {"calls": calls, "do_not_call": [REQUEST], "leads": [LEAD]}, SCOPE
    )  # fmt: skip
    assert sorted(rows.call_id) == ["c2", "c3", "c4"]


@pytest.mark.parametrize(
    ("calls", "rows"),
    [
        pytest.param([dial(1, 5)], {}, id="on the day of the request"),
        pytest.param([dial(1, 6, phone="79000000002")], {}, id="another number"),
        pytest.param([dial(1, 6, phone="7900***0001")], {}, id="a masked number"),
        pytest.param([dial(1, 6, direction="inbound")], {}, id="they called"),
        pytest.param([dial(1, 6, is_test=True)], {}, id="a test"),
        pytest.param(
            [dial(1, 6)], {"leads": [LEAD, LEAD | {"lead_id": "L2",
                                                   "handed_on": date(2026, 10, 6)}]},
            id="handed over again after the request",
        ),
        pytest.param(
            [dial(1, 6)], {"do_not_call": [REQUEST | {"vendor": "beta"}]},
            id="a request that another vendor has",
        ),
    ],
)  # fmt: skip
def test_near_misses(calls: list[dict[str, Any]], rows: dict[str, Any]) -> None:
    assert answer(*calls, **rows).evidence == ()


def test_a_request_that_the_client_handed_over_binds_everybody() -> None:
    assert len(answer(dial(1, 6), do_not_call=[REQUEST | {"vendor": "client"}]).evidence) == 1


def test_of_a_shared_number_only_the_company_that_asked() -> None:
    leads = [LEAD, LEAD | {"lead_id": "L2"}]
    asked = dial(1, 5, disposition="do_not_call")
    assert answer(asked, dial(2, 8, lead_id="L2"), leads=leads).evidence == ()
    (evidence,) = answer(asked, dial(2, 8, lead_id="L2"), dial(3, 9), leads=leads).evidence
    assert evidence.minutes is not None and evidence.minutes.point == Decimal("1.00")


def test_a_request_of_last_year_still_binds() -> None:
    old = REQUEST | {"requested_on": date(2025, 10, 5)}
    lead = LEAD | {"handed_on": date(2025, 9, 1)}
    assert len(answer(dial(1, 6), do_not_call=[old], leads=[lead]).evidence) == 1


def test_without_requests_or_numbers_it_is_not_run() -> None:
    assert answer(dial(1, 6), do_not_call=[]).not_run is not None
    assert answer(dial(1, 6, phone=None)).not_run is not None
