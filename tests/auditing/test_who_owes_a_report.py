"""A question is asked when whoever owes its report delivered it, and else says what to demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from check_world import OCTOBER, at, call, item, scope_of, write
from vendoreval.auditing.policy import Policy
from vendoreval.auditing.questions import ask
from vendoreval.checks import (
    agents_without_work,
    base_not_worked,
    calls_after_do_not_call,
    disposition_against_duration,
    feedback_not_applied,
    impossible_days,
    never_closed_calls,
    off_list_calls,
)
from vendoreval.checks.base import Check, Limits
from vendoreval.engine import DuckEngine
from vendoreval.tables import COLUMN_TYPES
from vendoreval.text import language

ROWS = {
    "calls": [call(1, at(6), phone="79000000001")],
    "do_not_call": [
        {"vendor": "client", "phone": "79000000001", "requested_on": date(2026, 10, 1)}
    ],
}


@dataclass
class Delivered:
    """As much of a ledger as the questions look at."""

    held: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def columns(self, vendor: str, report: str, period: Any = None) -> frozenset[str]:
        return self.held.get((vendor, report), frozenset())

    def live(self) -> list[Any]:
        return [SimpleNamespace(vendor=v, report=r, span=OCTOBER) for v, r in self.held]


def every(report: str, *without: str) -> frozenset[str]:
    return frozenset(COLUMN_TYPES[report]) - set(without)


def asked(check: Check, held: dict[tuple[str, str], frozenset[str]], folder: Path) -> Any:
    ledger: Any = Delivered(held)
    with DuckEngine(write(folder, ROWS), threads=1) as engine:
        (answer,) = ask(check, ledger, engine, scope_of({"alpha": [item()]}))
    return answer


def test_the_clients_own_list_of_requests_is_enough(tmp_path: Path) -> None:
    held = {("alpha", "calls"): every("calls"), ("client", "do_not_call"): every("do_not_call")}
    answer = asked(calls_after_do_not_call.CHECK, held, tmp_path)
    assert answer.not_run is None
    assert len(answer.evidence) == 1


@pytest.mark.parametrize(
    ("check", "lacking"),
    [
        (impossible_days.CHECK, "disposition"),
        (never_closed_calls.CHECK, "agent_id"),
        (off_list_calls.CHECK, "phone"),
        (base_not_worked.CHECK, "lead_id"),
        (disposition_against_duration.CHECK, "lead_id"),
        (agents_without_work.CHECK, "agent_id"),
    ],
    ids=lambda value: getattr(value, "id", value),
)
def test_a_column_that_is_not_agreed_is_demanded(
    check: Check, lacking: str, tmp_path: Path
) -> None:
    held = {("alpha", need.report): every(need.report, lacking) for need in check.needs}
    held |= {("client", need.report): every(need.report) for need in check.needs}
    answer = asked(check, held, tmp_path)
    assert answer.evidence == ()
    for code in ("en", "ru"):
        assert lacking in language(code).say(answer.not_run.demand)


@pytest.mark.parametrize(
    ("check", "report"),
    [
        (agents_without_work.CHECK, "roster"),
        (base_not_worked.CHECK, "leads"),
        (off_list_calls.CHECK, "leads"),
        (calls_after_do_not_call.CHECK, "do_not_call"),
        (feedback_not_applied.CHECK, "reviews"),
    ],
    ids=lambda value: getattr(value, "id", value),
)
def test_a_report_that_nobody_delivered_is_demanded(
    check: Check, report: str, tmp_path: Path
) -> None:
    held = {("alpha", need.report): every(need.report) for need in check.needs}
    held = {key: columns for key, columns in held.items() if key[1] != report}
    answer = asked(check, held, tmp_path)
    assert answer.not_run is not None
    assert report in language("en").say(answer.not_run.demand)


def test_limits_of_the_policy_reach_the_questions() -> None:
    limits = Policy.of({"least_coverage_share": "0.5", "shortest_sale_seconds": 30}).limits
    assert limits == Limits(shortest_sale_seconds=30, least_coverage_share=Decimal("0.5"))
    assert Policy().limits == Limits()
