"""Single documents drawn like the report: a letter, the page of a week."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from typing import Any

from vendoreval.report.environment import environment
from vendoreval.report.render import (
    FACES,
    FONT_SCHEME,
    Face,
    deny_all_fetcher,
    font_bytes,
    load_engine,
)

_EMBEDDED = ("VEText-Regular", "VEText-Medium", "VEText-SemiBold", "VEDisplay-SemiBold")


def page_html(template: str, code: str, on: date, *, paged: bool = False, **parts: Any) -> str:
    """Return one template filled in, self-contained and without scripts.

    Parameters
    ----------
    on
        The day the document bears.
    paged
        For the PDF: the faces stay outside.
    parts
        Frozen values the template prints.
    """
    names = FACES if paged else _EMBEDDED
    faces = [Face(*FACES[name], _place(name, paged=paged)) for name in names]
    page = environment(code).get_template(template)
    return page.render(language=code, faces=faces, paged=paged, dated=on.isoformat(), **parts)


def _place(name: str, *, paged: bool) -> str:
    if paged:
        return FONT_SCHEME + name
    return f"data:font/ttf;base64,{base64.b64encode(font_bytes(name)).decode()}"


def laid_out(html: str) -> Any:
    """Return the pages as a WeasyPrint document; nothing outside is fetched.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system.
    """
    engine = load_engine()
    page = engine.HTML(string=html, base_url=None, url_fetcher=deny_all_fetcher())
    return page.render(pdf_variant="pdf/a-3a")


def pdf_bytes(pages: Any, html: str) -> bytes:
    """Return the PDF; the same text gives the same bytes."""
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    content: bytes = pages.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier)
    return content
