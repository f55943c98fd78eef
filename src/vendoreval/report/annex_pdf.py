"""An annex as PDF: tagged, with bookmarks, the agreement file inside, the same bytes each time."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

from vendoreval.annex import Annex
from vendoreval.report.annex_view import AnnexView
from vendoreval.report.brand import PLAIN
from vendoreval.report.environment import fill
from vendoreval.report.paper import FACES, FONT_SCHEME, Pages
from vendoreval.report.printing import printed
from vendoreval.report.render import Face

# of an agreement that names no first day; nothing depends on the day of drawing
_NO_DAY: Final = date(2020, 1, 1)


def annex_pdf(annex: Annex, view: AnnexView) -> bytes:
    """Return the PDF of an annex, as PDF/A-3a.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system, or the drawing goes beyond its limits.
    """
    html = annex_html(view)
    told = "\n".join((annex.sha256, *view.languages))
    identifier = hashlib.sha256(told.encode()).digest()[:16]
    attached = {annex.name: annex.content} if annex.content else {}
    pages = Pages(head="", tail="", tries=(html,), ones=(html,), rest="")
    return printed(pages, attached, annex.dated or _NO_DAY, identifier)


def annex_html(view: AnnexView) -> str:
    """Return the document as the page of HTML that is laid out."""
    faces = [Face(*face, FONT_SCHEME + name) for name, face in FACES.items()]
    return fill(view.languages[0], PLAIN, "annex.html.j2", view=view, faces=faces)
