"""Draw a document as HTML and PDF: the only file that knows WeasyPrint."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from vendoreval.errors import Problem, os_problem, plain_problem
from vendoreval.report.attached_tables import attached_tables
from vendoreval.report.document import json_bytes
from vendoreval.report.environment import environment
from vendoreval.report.models import AuditDocument
from vendoreval.report.report_error import ReportError
from vendoreval.report.summary import TIGHTEST
from vendoreval.report.view import ChartView, View, drawn_charts, view
from vendoreval.text import msg

FACES = {
    "VEText-Regular": ("VE Text", 400),
    "VEText-Medium": ("VE Text", 500),
    "VEText-SemiBold": ("VE Text", 600),
    "VEText-Bold": ("VE Text", 700),
    "VEDisplay-SemiBold": ("VE Display", 600),
}
FONT_SCHEME = "vefont:"
_EMBEDDED = ("VEText-Regular", "VEText-Medium", "VEText-SemiBold", "VEDisplay-SemiBold")


@dataclass(frozen=True)
class Face:
    """A font face as the style sheet names it."""

    family: str
    weight: int
    url: str


@cache
def font_bytes(name: str) -> bytes:
    """Return one of the faces that travel with the library."""
    return files("vendoreval.report").joinpath("fonts", f"{name}.ttf").read_bytes()


def render_html(written: AuditDocument, language: str | None = None) -> str:
    """Return the whole audit as one self-contained HTML page without scripts.

    Parameters
    ----------
    written
        The document.
    language
        Language to print in; the document's own when not given.
    """
    faces = [
        Face(*FACES[name], f"data:font/ttf;base64,{base64.b64encode(font_bytes(name)).decode()}")
        for name in _EMBEDDED
    ]
    charts = drawn_charts(written, language)
    seen = view(written, language, comparison=charts, paged=False)
    return _html(written, seen, faces, paged=False)


def render_notebook(written: AuditDocument, language: str | None = None) -> str:
    """Return page one as a scoped HTML fragment without scripts."""
    seen = view(written, language, whole=False)
    return (
        environment(seen.language).get_template("notebook.html.j2").render(view=seen, whole=False)
    )


def render_pdf(
    written: AuditDocument,
    path: Path,
    *,
    language: str | None = None,
    evidence: Mapping[str, bytes] | None = None,
) -> Path:
    """Write the audit as PDF/A-3a with `audit.json` and the evidence inside.

    The same document and evidence give the same bytes with the same versions of
    WeasyPrint, Pango and HarfBuzz: every date is the end of the reported period.

    Parameters
    ----------
    written
        The document.
    path
        Where to write; a former file is replaced only by a finished one.
    language
        Language to print in; the document's own when not given.
    evidence
        Name of the file (as a finding gives it) -> its bytes.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system, an evidence file is not the one the
        finding was made of, or the disk refuses.
    """
    attached = {
        "audit.json": json_bytes(written),
        **attached_tables(written),
        **_checked(written, evidence or {}),
    }
    content = _pdf(written, language, attached)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise ReportError(os_problem(str(path), error)) from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def _html(
    written: AuditDocument,
    seen: View,
    faces: list[Face],
    *,
    paged: bool,
    whole: bool = True,
    engine: str = "",
) -> str:
    hashed = f"SHA-256 {hashlib.sha256(json_bytes(written)).hexdigest()[:16]}"
    version = seen.code_version.strip("-")
    parts = (f"vendoreval {version}".strip(), engine, hashed)
    footer = " · ".join(part for part in parts if part)
    template = environment(seen.language).get_template("audit.html.j2")
    return template.render(view=seen, faces=faces, paged=paged, whole=whole, footer=footer)


def _checked(written: AuditDocument, evidence: Mapping[str, bytes]) -> dict[str, bytes]:
    """Refuse a file that is not the one the finding was made of."""
    hashes = {f.rows.file: f.rows.sha256 for f in written.findings if f.rows is not None}
    problems = [
        _changed(name)
        for name, content in sorted(evidence.items())
        if name in hashes and hashlib.sha256(content).hexdigest() != hashes[name]
    ]
    if problems:
        raise ReportError(problems)
    return dict(sorted(evidence.items()))


def _changed(name: str) -> Problem:
    return plain_problem(
        name,
        msg("the file changed after the audit was made"),
        msg("the file whose SHA-256 the finding names"),
        msg("run the audit again"),
    )


def _weasyprint() -> Any:
    """Import the engine; it loads libraries of the system."""
    try:
        import weasyprint  # noqa: PLC0415 - heavy, and absent on machines that need no PDF
    except OSError as error:
        reason = str(error).splitlines()[0]
        raise ReportError(
            plain_problem(
                "PDF",
                msg("the system lacks a library that WeasyPrint needs (%(reason)s)", reason=reason),
                msg("the packages %(names)s",
                    names="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
                msg("install them; on Debian and Ubuntu: apt-get install %(names)s",
                    names="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
            )
        ) from None  # fmt: skip
    return weasyprint


def _pdf(written: AuditDocument, language: str | None, attached: Mapping[str, bytes]) -> bytes:
    engine = _weasyprint()
    day = date.fromisoformat(written.generated_for)
    dated = datetime(day.year, day.month, day.day, tzinfo=UTC)
    pages = lay_out(written, language)
    pages.metadata.attachments = [
        engine.Attachment(
            string=content, name=name, description=name, created=dated, modified=dated,
            relationship="Data", url_fetcher=deny_all_fetcher(),
        )
        for name, content in attached.items()
    ]  # fmt: skip
    code = language or written.language
    identifier = hashlib.sha256(code.encode() + attached["audit.json"]).digest()[:16]
    result: bytes = pages.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier)
    return result


def lay_out(written: AuditDocument, language: str | None = None) -> Any:
    """Return the pages as a WeasyPrint document.

    When page one runs over, more of it is left to the pages behind; how much is tried on
    page one alone.
    """
    tight = next(
        (t for t in range(TIGHTEST) if len(_pages(written, language, (), tight=t).pages) == 1),
        TIGHTEST,
    )
    return _pages(written, language, drawn_charts(written, language), tight=tight, whole=True)


def _pages(
    written: AuditDocument,
    language: str | None,
    comparison: tuple[ChartView, ...],
    *,
    tight: int,
    whole: bool = False,
) -> Any:
    engine = _weasyprint()
    faces = [Face(*face, FONT_SCHEME + name) for name, face in FACES.items()]
    seen = view(written, language, tight, comparison, whole=whole)
    named = f"WeasyPrint {engine.__version__}"
    html = _html(written, seen, faces, paged=True, whole=whole, engine=named)
    page = engine.HTML(string=html, base_url=None, url_fetcher=deny_all_fetcher())
    return page.render(pdf_variant="pdf/a-3a")


def deny_all_fetcher() -> Any:
    """Return a fetcher that knows the library's own faces and refuses all else.

    A refusal ends the drawing: nothing that a vendor wrote may make the report read a
    file or the network, not even without success.
    """
    from weasyprint.urls import (  # noqa: PLC0415 - see `_weasyprint`
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )

    class DenyAll(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            name = url.removeprefix(FONT_SCHEME)
            if not url.startswith(FONT_SCHEME) or name not in FACES:
                raise FatalURLFetchingError(f"the report asked for {url!r}, which is not its own")
            return URLFetcherResponse(url, font_bytes(name), {"Content-Type": "font/ttf"})

    return DenyAll(allow_redirects=False, fail_on_errors=True)


__all__ = [
    "ReportError", "deny_all_fetcher", "font_bytes", "lay_out", "render_html", "render_notebook",
    "render_pdf",
]  # fmt: skip
