"""Draw a document as HTML, and have it drawn as PDF."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from vendoreval.errors import Problem, plain_problem
from vendoreval.replacing import write_whole
from vendoreval.report.attached_tables import attached_tables
from vendoreval.report.brand import PLAIN, Brand
from vendoreval.report.document import json_bytes
from vendoreval.report.environment import fill
from vendoreval.report.models import AuditDocument
from vendoreval.report.paper import FACES, FONT_SCHEME, Pages, deny_all_fetcher, fitted
from vendoreval.report.printing import printed
from vendoreval.report.reader import Reader
from vendoreval.report.report_error import ReportError
from vendoreval.report.summary import TIGHTEST, first_try, summary
from vendoreval.report.view import PARTS, View, drawn_charts, view
from vendoreval.resources import resource_folder
from vendoreval.text import msg

# marks in the page, in which no vendor can write
_ONE, _BEHIND, _END = "<!-- page one -->", "<!-- behind -->", "<!-- end -->"
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


def render_html(written: AuditDocument, language: str | None = None, brand: Brand = PLAIN) -> str:
    """Return the whole audit as one self-contained HTML page.

    It holds its faces and one small script that sorts tables; its own rules forbid it any
    request and any other script. Without scripts it reads the same.

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
    seen = view(written, language, comparison=charts, paged=False, brand=brand)
    return _html(written, seen, faces, brand, paged=False)


def render_notebook(written: AuditDocument, language: str | None = None) -> str:
    """Return page one as a scoped HTML fragment without scripts."""
    seen = view(written, language, parts=())
    return fill(seen.language, PLAIN, "notebook.html.j2", view=seen, whole=False)


def render_pdf(
    written: AuditDocument,
    path: Path,
    *,
    language: str | None = None,
    evidence: Mapping[str, bytes] | None = None,
    parts: Collection[str] = PARTS,
    brand: Brand = PLAIN,
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
    parts
        Which pages stand behind page one: some of `PARTS`.
    brand
        The client's look.

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
    code = language or written.language
    identifier = hashlib.sha256(code.encode() + attached["audit.json"]).digest()[:16]
    dated = date.fromisoformat(written.generated_for)
    content = printed(pages_of(written, language, parts, brand), attached, dated, identifier)
    return write_whole(path, content, ReportError)


def _html(
    written: AuditDocument,
    seen: View,
    faces: list[Face],
    brand: Brand,
    *,
    paged: bool,
    engine: str = "",
) -> str:
    hashed = f"SHA-256 {hashlib.sha256(json_bytes(written)).hexdigest()[:16]}"
    named = f"vendoreval {seen.code_version.strip('-')}".strip()
    footer = " · ".join(part for part in (named, engine, hashed) if part)
    script = "" if paged else _script()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    own = Markup(script)  # noqa: S704 - a file of the library
    return fill(
        seen.language, brand, "audit.html.j2", view=seen, faces=faces, paged=paged,
        footer=footer, script=own, digest=digest,
    )  # fmt: skip


@cache
def _script() -> str:
    """Return the script that sorts tables on a screen: our own file, allowed by its hash."""
    return (resource_folder("report_templates") / "sort.js").read_text(encoding="utf-8").strip()


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


def pages_of(
    written: AuditDocument,
    language: str | None = None,
    parts: Collection[str] = PARTS,
    brand: Brand = PLAIN,
) -> Pages:
    """Return the parts of a report as HTML, page one from roomy to tight."""
    reader = Reader(written, language, brand)
    drawn = drawn_charts(written, language) if "comparison" in parts else ()
    seen = view(written, language, comparison=drawn, parts=parts, brand=brand)
    faces = [Face(*face, FONT_SCHEME + name) for name, face in FACES.items()]
    engine = f"WeasyPrint {version('weasyprint')}"
    html = _html(written, seen, faces, brand, paged=True, engine=engine)
    head, _, behind = html.partition(_ONE)
    _, _, behind = behind.partition(_BEHIND)
    rest, _, tail = behind.partition(_END)
    views = [
        replace(seen, one=summary(reader, seen.linked, tight))
        for tight in range(first_try(len(written.vendors)), TIGHTEST + 1)
    ]
    tries, ones = (
        [fill(seen.language, brand, "page_one.html.j2", view=one, whole=whole) for one in views]
        for whole in (False, True)
    )
    logo = base64.b64encode(brand.logo.png).decode()
    return Pages(head=head, tail=tail, tries=tries, ones=ones, rest=rest, logo=logo)


def lay_out(
    written: AuditDocument, language: str | None = None, parts: Collection[str] = PARTS
) -> Any:
    """Return the pages as a WeasyPrint document, drawn in this process."""
    return fitted(pages_of(written, language, parts))


__all__ = [
    "FACES", "PARTS", "ReportError", "deny_all_fetcher", "font_bytes", "lay_out",
    "pages_of", "render_html", "render_notebook", "render_pdf",
]  # fmt: skip
