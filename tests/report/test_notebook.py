"""The audit as an object in a notebook."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from invented_audit import calls, example

from vendoreval.auditing.result import Finding
from vendoreval.report import AuditReport, write_evidence


@pytest.fixture
def report() -> AuditReport:
    return AuditReport(example("en"), rows=lambda finding: calls(7))


def test_one_line_says_period_and_conclusion(report: AuditReport) -> None:
    assert "\n" not in repr(report)
    assert "2026-10" in repr(report)
    assert "Granat Line: dispute RUB" in repr(report)


def test_view_is_page_one_scoped_and_without_scripts(report: AuditReport) -> None:
    for code, words in (("en", "Verdict for each vendor"), ("ru", "Решение по каждому подрядчику")):
        shown = AuditReport(report.result, language=code)._repr_html_()
        assert shown.startswith(f'<div class="ve-report" lang="{code}">')
        assert words in shown
        assert "<script" not in shown
        assert "@font-face" not in shown
        assert len(shown.encode()) < 200_000
    rules = shown.split("<style>")[1].split("</style>")[0]
    selectors = [part.split("}")[-1].strip() for part in rules.split("{")[:-1]]
    assert all(
        name.strip().startswith(".ve-report") for rule in selectors for name in rule.split(",")
    )


def test_view_never_raises(report: AuditReport) -> None:
    broken = replace(report.result, totals={"conversion": "none"})  # type: ignore[dict-item]
    with pytest.raises(AttributeError):
        AuditReport(broken).document()
    assert "&lt;Audit 2026-10&gt; AttributeError" in AuditReport(broken)._repr_html_()


def test_findings_as_table_by_id_and_in_turn(report: AuditReport) -> None:
    frame = report.findings.to_frame()
    assert list(frame["id"]) == ["F-01", "F-02", "F-03", "F-04"]
    assert frame["money"][0] == Decimal(456516)
    assert [finding.id for finding in report.findings] == list(frame["id"])
    assert report["F-02"].finding.tier == "finding"
    with pytest.raises(KeyError):
        report["F-99"]


def test_rows_behind_a_finding_come_from_the_ledger(report: AuditReport) -> None:
    assert len(report["F-01"].rows.to_frame()) == 7
    assert report.rows_of(report.result.findings[0])["call_id"][0] == "c-7f31a0"
    assert AuditReport(report.result)["F-01"].rows.to_frame().empty


def test_other_tables(report: AuditReport) -> None:
    assert list(report.not_run.to_frame()["vendor"]) == ["delta", "delta"]
    assert len(report.checks.to_frame()) == 40
    vendors = report.vendors.to_frame().set_index("vendor")
    assert vendors.loc["granat", "decision"] == "REPLACE"
    assert vendors.loc["granat", "provable"] == Decimal(456516)
    assert "40 rows" in repr(report.checks)


def test_a_language_it_lacks_is_refused(report: AuditReport) -> None:
    with pytest.raises(ValueError, match="'de'"):
        AuditReport(report.result, language="de")
    with pytest.raises(ValueError, match="'de'"):
        report.to_json(language="de")


def test_outputs_land_where_asked(report: AuditReport, tmp_path: Path) -> None:
    text = report.to_json(tmp_path / "a" / "audit.json", language="ru")
    assert (tmp_path / "a" / "audit.json").read_text(encoding="utf-8").strip() == text.strip()
    page = report.to_html(tmp_path / "audit.html", language="ru").read_text(encoding="utf-8")
    assert "Насколько верить цифрам" in page


def test_pdf_takes_the_evidence_beside_it(
    report: AuditReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unasked(finding: Finding) -> pd.DataFrame:
        raise AssertionError(f"{finding.id} has its file already")

    findings = []
    for finding in report.result.findings:
        file = write_evidence(calls(7), tmp_path / "evidence", f"{finding.id}.csv")
        findings.append(replace(finding, rows=replace(file, name=f"evidence/{file.name}")))
    whole = AuditReport(replace(report.result, findings=tuple(findings)), rows=unasked)
    given: dict[str, Any] = {}
    monkeypatch.setattr(
        "vendoreval.report.notebook.render_pdf",
        lambda written, path, **options: given.update(options) or path,
    )
    whole.to_pdf(tmp_path / "audit.pdf")
    assert sorted(given["evidence"]) == [f"evidence/F-0{n}.csv" for n in range(1, 5)]
