"""The page of a week drawn as PDF and HTML."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from vendoreval.replacing import write_whole
from vendoreval.report.digest_models import DigestDocument
from vendoreval.report.digest_page import TIGHTEST, digest_view
from vendoreval.report.pages import laid_out, page_html, pdf_bytes
from vendoreval.report.report_error import ReportError


def digest_html(document: DigestDocument, code: str) -> str:
    """Return the page as self-contained HTML without scripts."""
    return _html(document, code, 0, paged=False)


def _html(document: DigestDocument, code: str, tight: int, *, paged: bool) -> str:
    seen = digest_view(document, code, tight)
    on = date.fromisoformat(document.known_on)
    footer = f"vendoreval · {document.ledger_hash[:16]}"
    return page_html("digest.html.j2", code, on, paged=paged, view=seen, footer=footer)


def digest_pages(document: DigestDocument, code: str) -> tuple[Any, str]:
    """Return the laid out page and its HTML; what does not fit is left out and counted.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system.
    """
    for tight in range(TIGHTEST + 1):
        html = _html(document, code, tight, paged=True)
        pages = laid_out(html)
        if len(pages.pages) == 1:
            break
    return pages, html


def write_digest(document: DigestDocument, folder: Path, code: str) -> tuple[Path, Path]:
    """Write `digest.pdf` and `digest.html` into a folder, each replaced when it is whole.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system, or the disk refuses.
    """
    pages, html = digest_pages(document, code)
    contents = {"digest.pdf": pdf_bytes(pages, html),
                "digest.html": digest_html(document, code).encode()}  # fmt: skip
    for name, content in contents.items():
        write_whole(folder / name, content, ReportError)
    return folder / "digest.pdf", folder / "digest.html"
