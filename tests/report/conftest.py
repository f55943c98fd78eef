"""One rendered audit in each language, shared by the tests of the report."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parent))

from invented_audit import calls, example

from vendoreval.report import AuditDocument, AuditReport, render_html


@dataclass(frozen=True)
class Rendered:
    """An audit of the example in one language."""

    language: str
    report: AuditReport
    document: AuditDocument
    pdf: Path
    html: str
    pages: tuple[str, ...]

    @property
    def reader(self) -> PdfReader:
        return PdfReader(self.pdf)

    @property
    def text(self) -> str:
        """All text of the PDF with single spaces."""
        return " ".join(self.pages)


@pytest.fixture(scope="session", params=["en", "ru"])
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    code: str = request.param
    report = AuditReport(example(code), rows=lambda _: calls(), language=code)
    path = report.to_pdf(tmp_path_factory.mktemp("audit") / f"{code}.pdf")
    written = report.document()
    # taking text out of a PDF is slow, so it is done once
    pages = tuple(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)
    return Rendered(code, report, written, path, render_html(written), pages)
