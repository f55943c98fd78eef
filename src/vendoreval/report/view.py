"""The frozen view that templates see: text and positions, no tables and no methods."""

from __future__ import annotations

from dataclasses import dataclass

from vendoreval.report.appendix import Appendix, appendix
from vendoreval.report.finding_page import FindingPage, finding_page
from vendoreval.report.models import AuditDocument
from vendoreval.report.reader import Reader
from vendoreval.report.summary import FindingRow, Summary, finding_row, summary

MOST_FINDINGS = 20


@dataclass(frozen=True)
class View:
    """Everything a template prints."""

    language: str
    title: str
    dated: str
    client: str
    code_version: str
    ledger_hash: str
    seed: int
    one: Summary
    findings: tuple[FindingPage, ...]
    further: tuple[FindingRow, ...]
    behind: Appendix


def view(written: AuditDocument, language: str | None = None, tight: int = 0) -> View:
    """Return the view of a document in its own language or another; `tight` as in `summary`."""
    reader = Reader(written, language)
    paged = written.findings[:MOST_FINDINGS]
    linked = frozenset(finding.id for finding in paged)
    return View(
        language=reader.language.code,
        title=reader.text(written, "title"),
        dated=written.generated_for,
        client=written.client,
        code_version=written.code_version,
        ledger_hash=written.ledger_hash,
        seed=written.seed,
        one=summary(reader, linked, tight),
        findings=tuple(finding_page(reader, finding) for finding in paged),
        further=tuple(
            finding_row(reader, finding, linked) for finding in written.findings[MOST_FINDINGS:]
        ),
        behind=appendix(reader),
    )
