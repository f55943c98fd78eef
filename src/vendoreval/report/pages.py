"""Single documents drawn like the report: a letter, the page of a week."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from typing import Any

from vendoreval.report import paper
from vendoreval.report.brand import PLAIN
from vendoreval.report.environment import fill
from vendoreval.report.paper import FACES, FONT_SCHEME
from vendoreval.report.printing import refusal
from vendoreval.report.render import Face, font_bytes

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
    return fill(
        code, PLAIN, template, language=code, faces=faces, paged=paged, dated=on.isoformat(),
        **parts,
    )  # fmt: skip


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
    try:
        return paper.laid_out(html)
    except (ImportError, OSError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise refusal({"error": "library", "reason": reason}) from None


def pdf_bytes(pages: Any, html: str) -> bytes:
    """Return the PDF; the same text gives the same bytes."""
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    content: bytes = pages.write_pdf(pdf_variant=paper.VARIANT, pdf_identifier=identifier)
    return content


def form_bytes(html: str) -> bytes:
    """Return a page with fields as a PDF that any reader can fill in.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system.
    """
    try:
        import weasyprint  # noqa: PLC0415 - heavy, and absent on machines without PDF
    except (ImportError, OSError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise refusal({"error": "library", "reason": reason}) from None
    fetcher = paper.deny_all_fetcher()
    page = weasyprint.HTML(string=html, base_url=None, url_fetcher=fetcher)
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    content: bytes = page.write_pdf(finisher=_tickable, pdf_forms=True, pdf_identifier=identifier)
    return content


def _tickable(_: Any, pdf: Any) -> None:
    """Say how a tick is drawn: readers that draw it themselves find no font otherwise."""
    for part in pdf.objects:
        if isinstance(part, dict) and part.get("FT") == "/Btn":
            # as a PDF writes its text: in brackets
            part["DA"] = "(/ZaDb 9 Tf 0.086 0.125 0.169 rg)"
            part["MK"]["CA"] = "(4)"
