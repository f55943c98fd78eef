"""Audits of real data: a school's sales team and an honest bank campaign.

The numbers come from the exports themselves; where a test recounts them, it reads
the delivered file as text, without the product.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vendoreval.agreement import load_agreement
from vendoreval.auditing import audit_scope
from vendoreval.checks._own_sales import own_sales
from vendoreval.checks.sales_per_minute_falling import CHECK
from vendoreval.intake import ValidationReport, read_delivery, validate
from vendoreval.measures import number_of_month
from vendoreval.period import Period
from vendoreval.report import AuditReport
from vendoreval.report.document import json_bytes
from vendoreval.stats import long_past_e_values
from vendoreval.tables import TABLES
from vendoreval.text import language
from vendoreval.workspace import Workspace

pytestmark = [pytest.mark.material, pytest.mark.real]

# owner of deals -> deals, sales, minutes of the calls on the deals
ASKED = {
    "Rachel White": (871, 0, 4_681),
    "Diana Evans": (1_013, 1, 10_509),
    "Bob Brown": (337, 0, 716),
}
LAST_MONTH = {"school": "2024-06", "bank": "2010-11"}


def build(name: str, root: Path, material: Path, folder: Path) -> Path:
    script = root / "benchmarks" / "real" / f"{name}.py"
    environment = {**os.environ, "VENDOREVAL_MATERIAL": str(material)}
    subprocess.run([sys.executable, str(script), str(folder)], check=True, env=environment)
    return folder


@pytest.fixture(scope="session")
def school(root: Path, material: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("school", root, material, tmp_path_factory.mktemp("school"))


@pytest.fixture(scope="session")
def bank(root: Path, material: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("bank", root, material, tmp_path_factory.mktemp("bank"))


@pytest.fixture(scope="session")
def school_audit(school: Path) -> AuditReport:
    return Workspace.open(school).audit(LAST_MONTH["school"])


@pytest.fixture(scope="session")
def bank_audit(bank: Path) -> AuditReport:
    return Workspace.open(bank).audit(LAST_MONTH["bank"])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def checked(workspace: Path, agreement: str, file: str) -> ValidationReport:
    signed = load_agreement(workspace / "agreements" / f"{agreement}.odcs.yaml")
    return validate(read_delivery(workspace / file, signed))


def faults(report: ValidationReport, rule: str, column: str | None = None) -> dict[int, Any]:
    """Return row -> value of the faults of one rule; rows are counted with the header as row 1."""
    frame = report.faults.to_frame()
    frame = frame[frame["rule"] == rule]
    if column is not None:
        frame = frame[frame["column"] == column]
    values = frame["value"].fillna("")
    return dict(zip(frame["row"].astype(int), values, strict=True))


def settled(report: ValidationReport) -> bool:
    """Whether every delivered row ended in exactly one place."""
    rows = report.rows
    return rows.delivered == rows.accepted + rows.quarantined + rows.rejected + rows.skipped


# ------------------------------------------------------------- faults of the school's files


def accepted_calls(workspace: Path, vendor: str) -> int:
    """Return the number of calls of all months; every one of them must be accepted."""
    total = 0
    for path in sorted((workspace / "inbox" / vendor).glob("calls_*.csv")):
        report = checked(workspace, vendor, f"inbox/{vendor}/{path.name}")
        assert report.rows.delivered == report.rows.accepted
        assert not report.counts
        total += report.rows.accepted
    return total


def test_every_call_of_the_school_is_accepted(school: Path) -> None:
    assert accepted_calls(school, "school") == 91_936


def test_a_paid_deal_without_closing_date_is_a_fault(school: Path) -> None:
    path = "client/client_sales.csv"
    expected = {
        number for number, row in enumerate(rows_of(school / path), 2) if not row["Closing Date"]
    }
    report = checked(school, "client", path)
    assert len(expected) == 337
    found = faults(report, "required", "sold_at")
    assert set(found) == expected
    assert set(found.values()) == {""}
    # 337 without date, 21 with an amount that is none, 4 closed before they were created
    assert report.rows.delivered == 858
    assert report.rows.accepted == 858 - 337 - 21 - 4
    assert settled(report)


def test_closing_before_creation_is_a_fault_of_the_row(school: Path) -> None:
    def backwards(row: dict[str, str]) -> bool:
        def day(text: str) -> list[str]:
            return text[:10].split(".")[::-1]

        return bool(row["Closing Date"]) and day(row["Closing Date"]) < day(row["Created Time"])

    for agreement, path, count in (
        ("client", "client/client_sales.csv", 4),
        ("school", "inbox/school/deals_2024-06.csv", 44),
    ):
        expected = {
            number for number, row in enumerate(rows_of(school / path), 2) if backwards(row)
        }
        assert len(expected) == count
        found = faults(checked(school, agreement, path), "row_rule:closed-after-created")
        assert set(found) == expected


def test_spreadsheet_left_overs_are_faults_with_row_and_value(school: Path) -> None:
    report = checked(school, "school", "inbox/school/deals_2024-06.csv")
    # 21,593 deals below the header, then the two left-overs
    assert faults(report, "code", "education_type") == {21_596: "#REF!"}
    assert set(faults(report, "required", "lead_id")) == {21_595, 21_596}
    assert report.rows.delivered == 21_595
    assert settled(report)


def test_amounts_with_a_currency_sign_are_faults_with_row_and_value(school: Path) -> None:
    for agreement, path in (
        ("school", "inbox/school/deals_2024-06.csv"),
        ("client", "client/client_sales.csv"),
    ):
        report = checked(school, agreement, path)
        rows = rows_of(school / path)
        for header, columns in (
            ("Offer Total Amount", {"amount"}),
            ("Initial Amount Paid", {"initial_amount", "paid_amount"}),
        ):
            expected = {n: row[header] for n, row in enumerate(rows, 2) if "€" in row[header]}
            column = next(iter(columns & set(report.delivery.schema.column_names)))
            assert expected
            assert faults(report, "type", column) == expected
    assert "€ 3.500,00" in set(expected.values())


def test_faults_of_the_deals_take_no_deal_from_the_owners_asked_about(school: Path) -> None:
    workspace = Workspace.open(school)
    workspace.ingest()
    report = checked(school, "school", "inbox/school/deals_2024-06.csv")
    # 37 amounts and the two left-overs; wrong dates are shown, the deals count
    assert report.rows.accepted == 21_595 - 37 - 2
    kept = workspace.ledger.rows("funnel", "school", None).to_frame()
    deals = Counter(kept["agent_id"])
    sold = Counter(kept.loc[kept["stage"] == "won", "agent_id"])
    assert {name: (deals[name], sold[name]) for name in ASKED} == {
        name: numbers[:2] for name, numbers in ASKED.items()
    }


# ----------------------------------------------------------------------- audit of the school


def sentences(finding: Any) -> str:
    """Return everything a finding says, in English."""
    say = language("en").say
    evidence = finding.evidence
    parts = [evidence.title, evidence.condition, evidence.criteria, evidence.effect, evidence.cause]
    parts += [part for step in evidence.arithmetic for part in (step.label, step.value)]
    return " ".join(say(part) for part in [*parts, *evidence.ask] if part is not None)


def about_agents(report: AuditReport) -> list[Any]:
    return [f for f in report.result.findings if f.evidence.check == "agents_without_sales"]


def test_the_audit_asks_about_exactly_three_owners(school_audit: AuditReport) -> None:
    found = about_agents(school_audit)
    assert sorted(f.evidence.agent_id for f in found) == sorted(ASKED)
    assert {f.tier for f in found} == {"review"}


def test_the_question_holds_deals_sales_and_minutes(school_audit: AuditReport) -> None:
    for finding in about_agents(school_audit):
        deals, sold, minutes = ASKED[finding.evidence.agent_id]
        assert finding.evidence.n == deals
        assert finding.evidence.observed == sold
        assert round(finding.evidence.minutes.point) == minutes
        text = sentences(finding)
        assert f"{deals:,}" in text.replace("\u202f", ",").replace("\u00a0", ",")
        assert "role unknown" in text


def test_nothing_is_said_of_a_person_as_a_fact(school_audit: AuditReport) -> None:
    """The export names no caller: whatever names a person can only ask."""
    for finding in school_audit.result.findings:
        if finding.evidence.agent_id is not None:
            assert finding.tier == "review", finding.evidence.check
    # two calls at once of one deal owner are two callers, so this must not be asked
    states = {state.check: state.state for state in school_audit.result.vendors[0].checks}
    assert states["overlapping_calls"] == "not_run"


def test_questions_about_invoices_are_not_run_for_own_staff(school_audit: AuditReport) -> None:
    states = {state.check: state.state for state in school_audit.result.vendors[0].checks}
    for check in ("billed_over_logged", "cost_against_ceiling", "unconfirmed_sales"):
        assert states[check] == "not_run", check
    assert school_audit.result.money.billed == 0


def test_the_whole_school_against_its_own_past_is_silent_once_sales_are_old_enough(
    school_audit: AuditReport,
) -> None:
    states = {state.check: state for state in school_audit.result.vendors[0].checks}
    own = states["sales_per_minute_falling"]
    assert own.state == "clear"
    assert own.n > 300
    assert school_audit.result.vendors[0].e_value < 20
    # the export names no handed-over leads, so minutes of a lead cannot be asked
    assert states["minutes_per_lead_rising"].state == "not_run"


def test_the_questions_about_owners_are_far_from_a_finding(school_audit: AuditReport) -> None:
    for finding in about_agents(school_audit):
        # one agent of 24 needs 480 before it is discounted for their number
        assert finding.evidence.e_value < 20
        assert finding.evidence.p_value < 0.05
        assert finding.evidence.review_only


# ------------------------------------------------------------------------- audit of the bank


def test_every_call_of_the_bank_is_accepted(bank: Path) -> None:
    assert accepted_calls(bank, "bank") == 41_188
    sales = checked(bank, "client", "client/client_sales.csv")
    assert sales.rows.delivered == sales.rows.accepted == 4_640
    assert not sales.counts


def test_an_honest_campaign_gives_no_finding(bank_audit: AuditReport) -> None:
    assert list(bank_audit.result.findings) == []
    states = {state.state for state in bank_audit.result.vendors[0].checks}
    assert states <= {"clear", "not_run"}


def test_the_same_ledger_gives_the_same_bytes(bank: Path, bank_audit: AuditReport) -> None:
    again = Workspace.open(bank).audit(LAST_MONTH["bank"], ingest=False)
    assert json_bytes(again.document()) == json_bytes(bank_audit.document())


def test_no_month_of_the_honest_campaign_gives_a_finding(
    bank: Path, bank_audit: AuditReport
) -> None:
    workspace = Workspace.open(bank)
    for month in ("2008-05", "2008-12", "2009-05", "2010-03"):
        report = workspace.audit(month, ingest=False)
        assert list(report.result.findings) == [], month


def test_minutes_for_a_sale_that_move_seventeenfold_for_honest_reasons_name_nobody(
    bank: Path, bank_audit: AuditReport
) -> None:
    states = {state.check: state for state in bank_audit.result.vendors[0].checks}
    own = states["sales_per_minute_falling"]
    assert own.state in ("clear", "not_run")
    assert bank_audit.result.vendors[0].e_value < 20


def test_the_year_reversed_is_kept_quiet_by_the_guard_of_the_base(
    bank: Path, bank_audit: AuditReport
) -> None:
    """A true seventeen-fold fall that is honest: the guard stops it, regressors do not."""
    workspace = Workspace.open(bank)
    ledger = workspace.ledger
    period = Period.parse(LAST_MONTH["bank"])
    scope = audit_scope(ledger, workspace.settings, period, None, 1)
    with ledger.engine() as engine:
        frame = engine.run(CHECK.reduce(TABLES, scope)).to_pandas()
    by_month = frame["month"].notna() & (frame["month"] > 0)
    first = frame.loc[by_month, "month"].min()
    last = number_of_month(period.start)
    backwards = frame[frame["kind"] != "week"].copy()
    backwards["month"] = first + last - backwards["month"]
    for given in (frame, backwards):
        (answer,) = CHECK.judge(given, scope)
        assert (answer.e_value or 1.0) < 20
        assert all(evidence.review_only for evidence in answer.evidence)
    said = language("en").say(answer.statement)
    assert "base changed" in said
    # without the guard the same months would accuse
    whole = own_sales(backwards, scope)["bank"]
    assert whole is not None
    worked = (whole.minutes > 0) & (whole.sold > 0)
    values = np.log((whole.sold[worked] + 0.5) / whole.minutes[worked])
    assert long_past_e_values(values, "down")[-1] > 20


LENGTHS = ("round_durations", "repeated_durations", "long_calls_without_outcome",
           "very_short_calls", "voicemail_as_talk", "regular_intervals")  # fmt: skip


@pytest.mark.parametrize("name", ["school_audit", "bank_audit"])
def test_lengths_of_real_calls_raise_no_question(name: str, request: pytest.FixtureRequest) -> None:
    audit: AuditReport = request.getfixturevalue(name)
    for vendor in json.loads(audit.to_json())["vendors"]:
        states = {line["check"]: line["state"] for line in vendor["checks"]}
        assert {states[check] for check in LENGTHS} <= {"clear", "not_run"}
