"""The frozen view that templates see: text and positions, no tables and no methods."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from vendoreval.report.appendix import Appendix, appendix
from vendoreval.report.charts.canvas import to_svg
from vendoreval.report.claims_page import ClaimsPage, claims_page
from vendoreval.report.figures import charts
from vendoreval.report.finding_page import FindingPage, finding_page
from vendoreval.report.models import AuditDocument
from vendoreval.report.reader import Reader
from vendoreval.report.summary import FindingRow, Summary, finding_row, summary

MOST_FINDINGS = 20


@dataclass(frozen=True)
class ChartView:
    """One chart of the comparison pages, drawn."""

    name: str
    title: str
    note: str
    svg: Markup


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
    comparison: tuple[ChartView, ...]
    findings: tuple[FindingPage, ...]
    further: tuple[FindingRow, ...]
    claims: ClaimsPage | None
    behind: Appendix


def drawn_charts(written: AuditDocument, language: str | None = None) -> tuple[ChartView, ...]:
    """Return the comparison charts; drawing them is the slow part of a view."""
    return tuple(
        # the chart is our own text with every word in it escaped
        ChartView(c.name, c.title, c.note, Markup(to_svg(c.figure, _alt(c.title, c.note), c.name)))  # noqa: S704
        for c in charts(Reader(written, language))
    )


def _alt(title: str, note: str) -> str:
    return f"{title}. {note}"


def view(
    written: AuditDocument,
    language: str | None = None,
    tight: int = 0,
    comparison: tuple[ChartView, ...] = (),
) -> View:
    """Return the view of a document.

    Parameters
    ----------
    written
        The document.
    language
        Language to print in; the document's own when not given.
    tight
        As in `summary`.
    comparison
        From `drawn_charts`.
    """
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
        comparison=comparison,
        findings=tuple(finding_page(reader, finding) for finding in paged),
        further=tuple(
            finding_row(reader, finding, linked) for finding in written.findings[MOST_FINDINGS:]
        ),
        claims=claims_page(reader),
        behind=appendix(reader),
    )
