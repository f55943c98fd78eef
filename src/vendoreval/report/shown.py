"""Print an audit that was made before, as it looks with the templates and words of today."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from vendoreval.errors import AgreementError, plain_problem
from vendoreval.report.brand import Brand
from vendoreval.report.environment import forget
from vendoreval.report.models import AuditDocument
from vendoreval.report.render import render_html, render_pdf
from vendoreval.text import msg

_RELOAD = '<meta http-equiv="refresh" content="2">'


def read_document(path: Path) -> AuditDocument:
    """Read an `audit.json`.

    Raises
    ------
    AgreementError
        If it is not there or not one of this version.
    """
    try:
        return AuditDocument.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise AgreementError(
            plain_problem(
                str(path), msg("there is no such file"), msg("an audit made before"),
                msg("run: vendoreval audit"),
            )
        ) from None  # fmt: skip
    except ValidationError as error:
        raise AgreementError(
            plain_problem(
                str(path), msg("it does not read as an audit of this version (%(n)s problems)",
                               n=error.error_count()),
                msg("an audit.json of this version"), msg("run the audit again"),
            )
        ) from None  # fmt: skip


def show(
    document: AuditDocument, target: Path, brand: Brand, language: str | None = None, *,
    pdf: bool = False, reload: bool = False,
) -> tuple[Path, ...]:  # fmt: skip
    """Write `preview.html`, and `preview.pdf` when asked, and return where they are.

    Parameters
    ----------
    reload
        Let the page load itself anew every two seconds.
    """
    forget()
    page = render_html(document, language, brand)
    target.mkdir(parents=True, exist_ok=True)
    html = target / "preview.html"
    html.write_text(page.replace("<head>", "<head>" + _RELOAD, 1) if reload else page, "utf-8")
    if not pdf:
        return (html,)
    return html, render_pdf(document, target / "preview.pdf", language=language, brand=brand)


def changes(
    files: Callable[[], list[Path]], wait: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Yield once at first and then whenever one of the files changes, appears or goes."""
    seen: dict[Path, int] | None = None
    while True:
        now = {path: path.stat().st_mtime_ns for path in files() if path.is_file()}
        if now != seen:
            seen = now
            yield
        wait(0.5)
