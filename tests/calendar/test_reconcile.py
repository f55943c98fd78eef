"""Sums of two reports that must agree, by the rules of the agreement and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from calendar_world import World, agreement_of, at, calls, invoice, month_of_calls

from vendoreval.agreement import load_agreement
from vendoreval.ledger import Ledger
from vendoreval.ledger.reconcile import ReconciliationResult, reconcile
from vendoreval.text import language

RECEIVED = at("2026-11-02 09:00")
BILL = {"report": "invoice_lines", "measure": "SUM(quantity)", "unit": "min"}
LOG = {"report": "calls", "measure": "SUM(talk_seconds)", "unit": "s"}
Given = Callable[..., ReconciliationResult]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """Post reports, run one rule over October and return its result."""

    def run(
        rule: Mapping[str, Any],
        reports: Mapping[str, list[dict[str, Any]]],
        *,
        quarantined: int = 0,
    ) -> ReconciliationResult:
        entry = {"property": "reconcile", "vendor": "vendoreval", "value": rule}
        quality = {"id": "r1", "name": "Both agree", "severity": "warning",
                   "customProperties": [entry]}  # fmt: skip
        text = f"    quality: {json.dumps([quality])}"
        world = World(Ledger.open(tmp_path / "ledger"), tmp_path, agreement_of("month", text))
        for report, rows in reports.items():
            world.post(report, "2026-10", rows, received_at=RECEIVED, quarantined=quarantined)
        (result,) = reconcile(world.ledger, "alpha", "2026-10", agreement=world.agreement)
        return result

    return run


def test_minutes_of_the_invoice_are_those_of_the_log(given: Given) -> None:
    # 44 calls of 61 seconds are 44 minutes and 44 seconds
    rows = month_of_calls("2026-10", talk=61)
    assert len(rows) == 44
    exact = given(
        {"left": BILL, "right": LOG, "tolerance": {"absolute": 1, "unit": "min"}},
        {"calls": rows, "invoice_lines": invoice("2026-10", "45.7333")},
    )
    assert (exact.status, exact.groups, exact.unit) == ("ok", 1, "min")


def test_a_hair_beyond_the_tolerance_differs(given: Given) -> None:
    rows = month_of_calls("2026-10", talk=61)
    result = given(
        {"left": BILL, "right": LOG, "tolerance": {"absolute": 1, "unit": "min"}},
        {"calls": rows, "invoice_lines": invoice("2026-10", "45.7334")},
    )
    (found,) = result.differences
    assert (found.left, found.right) == (Decimal("45.7334"), Decimal("44.733333"))
    assert result.status == "differs"
    assert list(result.to_frame().columns) == ["invoice_lines", "calls", "difference"]
    assert language("en").say(result.message) == "Both agree: 1 of 1 differs"


@pytest.mark.parametrize(("minutes", "status"), [("45.1", "ok"), ("46", "differs")])
def test_a_relative_tolerance_is_measured_by_the_right(
    given: Given, minutes: str, status: str
) -> None:
    result = given(
        {"left": BILL, "right": LOG, "tolerance": {"relative": "0.025"}},
        {"calls": month_of_calls("2026-10"), "invoice_lines": invoice("2026-10", minutes)},
    )
    assert result.status == status


def test_days_and_agents_are_held_against_each_other(given: Given) -> None:
    rows = calls(date(2026, 10, 1), 3) + calls(date(2026, 10, 2), 2)
    days = [
        {"agent_id": "a1", "date": date(2026, 10, 1), "dials": 3, "talk_seconds": 180},
        {"agent_id": "a1", "date": date(2026, 10, 2), "dials": 4, "talk_seconds": 120},
        {"agent_id": "a1", "date": date(2026, 10, 5), "dials": 1, "talk_seconds": 0},
    ]
    rule = {
        "left": {"report": "agent_days", "measure": "SUM(dials)", "by": ["agent_id", "date"]},
        "right": {"report": "calls", "measure": "COUNT(*)",
                  "by": ["agent_id", "CAST(started_at AS DATE)"]},
        "missingDays": "fault",
    }  # fmt: skip
    result = given(rule, {"calls": rows, "agent_days": days})
    assert [(d.key, d.left, d.right) for d in result.differences] == [
        (("a1", date(2026, 10, 2)), Decimal(4), Decimal(2)),
        (("a1", date(2026, 10, 5)), Decimal(1), None),
    ]
    assert result.groups == 3


def test_a_day_that_one_side_lacks_may_be_ignored(given: Given) -> None:
    rule = {
        "left": {"report": "agent_days", "measure": "SUM(dials)", "by": ["date"]},
        "right": {"report": "calls", "measure": "COUNT(*)", "by": ["DATE(started_at)"]},
    }
    days = [
        {"agent_id": "a1", "date": date(2026, 10, 1), "dials": 2},
        {"agent_id": "a1", "date": date(2026, 10, 5), "dials": 1},
    ]
    result = given(rule, {"calls": calls(date(2026, 10, 1), 2), "agent_days": days})
    assert (result.status, result.groups) == ("ok", 1)


def test_a_day_is_the_vendor_s_own(given: Given) -> None:
    # 22:30 in London is the next day in Moscow
    row = calls(date(2026, 10, 2), 1)[0] | {
        "started_at": at("2026-10-01 22:30").replace(tzinfo=None)
    }
    rule = {
        "left": {"report": "agent_days", "measure": "SUM(dials)", "by": ["date"]},
        "right": {"report": "calls", "measure": "COUNT(*)", "by": ["DATE(started_at)"]},
        "missingDays": "fault",
    }
    days = [{"agent_id": "a1", "date": date(2026, 10, 2), "dials": 1}]
    assert given(rule, {"calls": [row], "agent_days": days}).status == "ok"


def test_a_rate_card_s_seconds_are_a_sum_like_any_other(given: Given) -> None:
    started = "CASE WHEN talk_seconds <= 60 THEN 60 ELSE CEIL(talk_seconds / 6.0) * 6 END"
    rule = {
        "left": {
            **BILL,
            "where": "unit = 'talk_minute'",
            "by": ["DATE_TRUNC('month', period_start)"],
        },
        "right": {
            "report": "calls",
            "measure": f"SUM({started} + COALESCE(hold_seconds, 0))",
            "where": "disposition IN ('refusal', 'sale') AND NOT COALESCE(is_test, FALSE)",
            "unit": "s",
            "by": ["DATE_TRUNC('month', started_at)"],
        },
        "missingDays": "fault",
    }  # fmt: skip
    rows = calls(date(2026, 10, 1), 2, talk=5) + calls(date(2026, 10, 2), 1, talk=61)
    rows.append(calls(date(2026, 10, 3), 1)[0] | {"disposition": "busy"})
    sales = invoice("2026-10", "7", unit="sale")[0] | {"line": 2}
    bill = [*invoice("2026-10", "3.1"), sales]
    assert given(rule, {"calls": rows, "invoice_lines": bill}).status == "ok"


def test_values_that_the_other_report_lacks_are_listed(given: Given) -> None:
    rule = {
        "left": {"report": "agent_days", "values": "agent_id"},
        "right": {"report": "calls", "values": "agent_id"},
    }
    days = [
        {"agent_id": agent, "date": date(2026, 10, day), "dials": 1}
        for agent, day in (("a1", 1), ("a7", 1), ("a7", 2))
    ]
    result = given(rule, {"calls": calls(date(2026, 10, 1), 1), "agent_days": days})
    assert [(d.key, d.left) for d in result.differences] == [(("a7",), Decimal(2))]
    assert result.groups == 2
    assert list(result.to_frame()["agent_id"]) == ["a7"]


def test_rows_kept_out_are_said_beside_a_difference(given: Given) -> None:
    result = given(
        {"left": BILL, "right": LOG},
        {"calls": month_of_calls("2026-10"), "invoice_lines": invoice("2026-10", "45")},
        quarantined=3,
    )
    assert result.kept_out == 6
    assert "6 rows with faults were kept out" in language("en").say(result.message)
    assert "не принято строк с ошибками: 6" in language("ru").say(result.message)


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ({"measure": "SUM(quantity); DROP TABLE calls"}, "cannot be run"),
        ({"measure": "(SELECT 1)"}, "cannot be run"),
        ({"measure": "SUM((SELECT max(talk_seconds) FROM calls))"}, "cannot be run"),
        ({"measure": "AVG(quantity)"}, "cannot be run"),
        ({"measure": "SUM(read_text('/etc/hostname'))"}, "cannot be run"),
        ({"measure": "SUM(invoice_id)"}, "cannot be run"),
        ({"where": "unit"}, "cannot be run"),
        ({"measure": "SUM(nothing)"}, "invoice_lines has no column nothing"),
        ({"measure": "SUM(unit_price)", "where": "unit IN (SELECT 'x')"}, "cannot be run"),
        ({"measure": "SUM(vat_amount)"}, "invoice_lines came without vat_amount"),
        ({"report": "leads"}, "neither the vendor's nor yours"),
        ({"unit": "money"}, "units money and s cannot be compared"),
        ({"by": ["DATE_TRUNC('second', period_start)"]}, "cannot be run"),
        ({"by": ["CAST(period_start AS VARCHAR)"]}, "cannot be run"),
    ],
)
def test_what_cannot_be_run_says_why(given: Given, left: dict[str, Any], reason: str) -> None:
    by = {"by": ["period_start"]} if "by" in left else {}
    right = {**LOG, **({"by": ["DATE(started_at)"]} if by else {})}
    result = given(
        {"left": BILL | left, "right": right},
        {"calls": month_of_calls("2026-10"), "invoice_lines": invoice("2026-10", "45")},
    )
    assert result.status == "not_run"
    assert result.differences == ()
    assert reason in language("en").say(result.message)


def test_a_report_that_did_not_come_is_not_a_difference(given: Given) -> None:
    result = given({"left": BILL, "right": LOG}, {"calls": month_of_calls("2026-10")})
    assert language("en").say(result.message) == (
        "Both agree: not run, nothing of invoice_lines is accepted for 2026-10"
    )


def test_an_instant_is_never_compared_with_a_text(given: Given) -> None:
    right = {**LOG, "where": "started_at >= '2026-10-05'"}
    result = given(
        {"left": BILL, "right": right},
        {"calls": month_of_calls("2026-10"), "invoice_lines": invoice("2026-10", "45")},
    )
    assert result.status == "not_run"


@pytest.mark.material
def test_the_worked_example_of_the_format_runs(material: Path, tmp_path: Path) -> None:
    agreement = load_agreement(material / "design/examples/call_records.odcs.yaml")
    ledger = Ledger.open(tmp_path / "ledger")
    (result,) = reconcile(ledger, "call_records", "2026-10", agreement=agreement)
    assert (result.id, result.status) == ("invoice-equals-calls", "not_run")
