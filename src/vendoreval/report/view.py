"""The frozen view that templates see: text and positions, no tables and no methods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from markupsafe import Markup

from vendoreval.report.appendix import Appendix, appendix
from vendoreval.report.brand import PLAIN, Brand
from vendoreval.report.charts.canvas import to_svg
from vendoreval.report.claims_page import ClaimsPage, claims_page
from vendoreval.report.figures import charts
from vendoreval.report.finding_page import FindingPage, finding_page
from vendoreval.report.models import AuditDocument
from vendoreval.report.paper import LOGO_URL
from vendoreval.report.reader import Reader
from vendoreval.report.summary import MOST_ROWS, FindingRow, Summary, finding_row, summary
from vendoreval.report.vendor_page import (
    MOST_VENDOR_PAGES,
    VendorPage,
    paged_vendors,
    vendor_page,
)
from vendoreval.report.verdict_table import VendorRow, VerdictTable

# what may stand behind page one
PARTS = ("comparison", "findings", "vendors", "appendix")
MOST_FURTHER = 40
# pages of findings: what the other pages leave of about thirty, but never fewer than six
_PAGES, _FIXED_PAGES, _FEWEST_FINDINGS, _NOTES_A_PAGE = 30, 7, 6, 5
MOST_SHOWN = 60


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
    logo_svg: Markup
    logo_png: str
    accent: str
    title: str
    dated: str
    client: str
    code_version: str
    ledger_hash: str
    seed: int
    one: Summary
    comparison: tuple[ChartView, ...]
    findings: tuple[FindingPage, ...]
    linked: frozenset[str]
    vendors: tuple[VendorPage, ...]
    unpaged_vendors: tuple[str, ...]
    verdicts: tuple[VendorRow, ...]
    further: tuple[FindingRow, ...]
    claims: ClaimsPage | None
    behind: Appendix | None


def most_findings(vendors: int, checks: int) -> int:
    """Return how many findings have a page of their own in a report of about thirty pages.

    Examples
    --------
    >>> most_findings(5, 12), most_findings(12, 12), most_findings(40, 40)
    (15, 8, 6)
    """
    others = _FIXED_PAGES + min(vendors, MOST_VENDOR_PAGES) + -(-checks // _NOTES_A_PAGE)
    return max(_FEWEST_FINDINGS, _PAGES - others)


def drawn_charts(written: AuditDocument, language: str | None = None) -> tuple[ChartView, ...]:
    """Return the comparison charts; drawing them is the slow part of a view."""
    return tuple(
        # the chart is our own text with every word in it escaped
        ChartView(c.name, c.title, c.note, Markup(to_svg(c.figure, _alt(c.title, c.note), c.name)))  # noqa: S704 - drawn by us, its texts escaped before
        for c in charts(Reader(written, language))
    )


def _alt(title: str, note: str) -> str:
    return f"{title}. {note}"


def _all_verdicts(reader: Reader) -> tuple[VendorRow, ...]:
    """Return the lines of all vendors when page one has no room for them."""
    vendors = reader.document.vendors
    if len(vendors) <= MOST_ROWS:
        return ()
    table = VerdictTable(reader, short=True)
    return tuple(table.vendor(vendor) for vendor in vendors)


def _titled(svg: str, client: str) -> Markup:
    """Return a logo with the client's name for who cannot see it."""
    if not svg:
        return Markup()
    # cleaned when it was read: nothing in it but shapes
    head, rest = (Markup(part) for part in svg.split(">", 1))  # noqa: S704 - drawn by us, its texts escaped before
    return head + Markup("><title>%s</title>") % client + rest


def view(
    written: AuditDocument,
    language: str | None = None,
    tight: int = 0,
    comparison: tuple[ChartView, ...] = (),
    *,
    parts: Collection[str] = PARTS,
    paged: bool = True,
    brand: Brand = PLAIN,
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
    parts
        Which pages stand behind page one: some of `PARTS`.
    paged
        Keep to about thirty pages; a screen has no such limit.
    brand
        The client's logo, colour and words.
    """
    reader = Reader(written, language, brand)
    most = most_findings(len(written.vendors), len(written.checks)) if paged else MOST_SHOWN
    if len(written.findings) == most + 1:  # a list of one takes a page as well
        most += 1
    own_page = written.findings[:most]
    vendors = paged_vendors(written) if paged else written.vendors
    linked = frozenset(f.id for f in own_page if "findings" in parts)
    return View(
        language=reader.language.code,
        logo_svg=_titled(brand.logo.svg, written.client),
        logo_png=LOGO_URL if paged and brand.logo.png else brand.png_url,
        accent=brand.accent,
        title=reader.text(written, "title"),
        dated=written.generated_for,
        client=written.client,
        code_version=written.code_version,
        ledger_hash=written.ledger_hash,
        seed=written.seed,
        one=summary(reader, linked, tight),
        comparison=comparison,
        findings=tuple(finding_page(reader, finding) for finding in own_page)
        if "findings" in parts
        else (),
        linked=linked,
        vendors=tuple(vendor_page(reader, vendor, brief=paged) for vendor in vendors)
        if "vendors" in parts
        else (),
        verdicts=_all_verdicts(reader) if "appendix" in parts else (),
        unpaged_vendors=tuple(v.title for v in written.vendors if v not in vendors),
        further=tuple(
            finding_row(reader, finding, linked)
            for finding in written.findings[most : most + MOST_FURTHER]
        ),
        claims=claims_page(reader),
        behind=appendix(reader) if "appendix" in parts else None,
    )
