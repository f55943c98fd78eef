"""An annex as PDF: tagged, with bookmarks, the agreement file inside, the same bytes each time."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from vendoreval.annex import Annex
from vendoreval.report.annex_view import AnnexView
from vendoreval.report.environment import environment
from vendoreval.report.render import deny_all_fetcher, paged_faces, pdf_engine

_VARIANT = "pdf/a-3a"


def annex_pdf(annex: Annex, view: AnnexView) -> bytes:
    """Return the PDF of an annex, as PDF/A-3a.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system.
    """
    engine = pdf_engine()
    pages = lay_out_annex(view)
    if annex.content:
        pages.metadata.attachments = [
            engine.Attachment(
                string=annex.content, name=annex.name, description=annex.name,
                created=_moment(annex.dated), modified=_moment(annex.dated),
                relationship="Source", url_fetcher=deny_all_fetcher(),
            )
        ]  # fmt: skip
    told = "\n".join((annex.sha256, *view.languages))
    identifier = hashlib.sha256(told.encode()).digest()[:16]
    result: bytes = pages.write_pdf(pdf_variant=_VARIANT, pdf_identifier=identifier)
    return result


def lay_out_annex(view: AnnexView) -> Any:
    """Return the pages as a WeasyPrint document."""
    template = environment(view.languages[0]).get_template("annex.html.j2")
    html = template.render(view=view, faces=paged_faces())
    page = pdf_engine().HTML(string=html, base_url=None, url_fetcher=deny_all_fetcher())
    return page.render(pdf_variant=_VARIANT)


def _moment(day: date | None) -> datetime:
    """Return a moment that does not depend on the day of drawing."""
    known = day or date(2020, 1, 1)
    return datetime(known.year, known.month, known.day, tzinfo=UTC)
