"""One audit from a ledger to the folder with its three forms and its evidence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from vendoreval.auditing import Finding, audit_scope, evidence_rows, run_audit, with_rows
from vendoreval.checks.base import Scope
from vendoreval.engine import frame
from vendoreval.errors import LedgerError, os_problem
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.report import AuditReport, write_evidence
from vendoreval.settings import Settings
from vendoreval.text import LANGUAGES


@dataclass(frozen=True)
class Written:
    """Where the three forms of an audit are."""

    report: AuditReport
    folder: Path
    pdf: Path | None
    html: Path
    json: Path


def audit_ledger(
    ledger: Ledger,
    settings: Settings,
    period: str | Period,
    compare_with: str | Period | None = None,
    language: str | None = None,
) -> AuditReport:
    """Audit one period of a ledger under the client's settings.

    Raises
    ------
    AgreementError
        If the policy is wrong or the period holds no data.
    ValueError
        If the period or the language is none.
    """
    code = language or settings.language
    if code not in LANGUAGES:
        raise ValueError(f"language {code!r} is not one of {', '.join(LANGUAGES)}")
    span = period if isinstance(period, Period) else Period.parse(period)
    other = Period.parse(compare_with) if isinstance(compare_with, str) else compare_with
    result = run_audit(ledger, settings, span, other)
    scope = audit_scope(ledger, settings, span, other, result.seed)
    return AuditReport(result, rows=_row_reader(ledger, scope), language=code)


def write_audit(
    report: AuditReport,
    target: Path,
    language: str,
    *,
    pdf: bool = True,
    also: Callable[[Path], None] | None = None,
) -> Written:
    """Write evidence, JSON, HTML and PDF into a folder, in place of a former audit there.

    Parameters
    ----------
    also
        Adds more to the folder before it takes its place.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        (draft / "evidence").mkdir(parents=True)
        whole = write_all_evidence(report, draft)
        whole.to_json(draft / "audit.json", language=language)
        whole.to_html(draft / "audit.html", language=language)
        if pdf:
            whole.to_pdf(draft / "audit.pdf", language=language)
        if also is not None:
            also(draft)
        replace_folder(draft, target)
    except OSError as error:
        raise LedgerError(os_problem(str(target), error)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    drawn = target / "audit.pdf" if pdf else None
    return Written(whole, target, drawn, target / "audit.html", target / "audit.json")


def replace_folder(draft: Path, target: Path) -> None:
    """Put a finished folder in its place; the former one goes only when the new one stands."""
    former = target.with_name(f".{target.name}.{os.getpid()}.former")
    if target.exists():
        target.rename(former)
    draft.rename(target)
    shutil.rmtree(former, ignore_errors=True)


def write_all_evidence(report: AuditReport, folder: Path) -> AuditReport:
    """Write the rows behind every finding as masked CSV and return the audit that names them."""
    findings: list[Finding] = []
    for finding in report.result.findings:
        frame = report.rows_of(finding)
        if frame.empty:
            findings.append(finding)
            continue
        file = write_evidence(frame, folder / "evidence", f"{finding.id}.csv")
        findings.append(replace(finding, rows=replace(file, name=f"evidence/{finding.id}.csv")))
    return report.with_result(with_rows(report.result, findings))


def _zone(scope: Scope, finding: Finding) -> str:
    """Return the time zone in which the vendor writes its calls."""
    reports = scope.agreements[finding.evidence.vendor].reports
    return reports["calls"].timezone if "calls" in reports else scope.settings.timezone


def _in_local_time(table: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the rows with the instants as the vendor's own files show them, offset included."""
    instants = table.select_dtypes("datetime").columns
    return table.assign(
        **{name: table[name].dt.tz_localize("UTC").dt.tz_convert(zone) for name in instants}
    )


def _row_reader(ledger: Ledger, scope: Scope) -> Callable[[Finding], pd.DataFrame]:
    def rows(finding: Finding) -> pd.DataFrame:
        with ledger.engine() as engine:
            table = frame(evidence_rows(engine, scope, finding.evidence))
        return _in_local_time(table, _zone(scope, finding))

    return rows
