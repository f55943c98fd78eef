"""`ve.agreement_annex`: the document both sides sign, as PDF or DOCX."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vendoreval.agreement import Agreement
from vendoreval.annex import annex_of
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.replacing import write_whole
from vendoreval.report.annex_docx import annex_docx
from vendoreval.report.annex_pdf import annex_pdf
from vendoreval.report.annex_view import annex_view
from vendoreval.report.report_error import ReportError
from vendoreval.text import msg

# what is asked for -> languages in the order in which they stand
ANNEX_LANGUAGES: Final = {"ru": ("ru",), "en": ("en",), "both": ("ru", "en")}
ANNEX_SUFFIXES: Final = (".pdf", ".docx")


def agreement_annex(agreement: Agreement, path: str | Path, *, language: str = "both") -> Path:
    """Write the annex of an agreement: its terms in words, for both sides to sign.

    The document says what the agreement's file says: reports with their columns, units,
    forms and codes, deadlines, faults, comparisons, the rate card with worked examples,
    limits, contacts. Every page bears the SHA-256 of the file, and the PDF holds the file
    itself. The same agreement gives the same bytes.

    Parameters
    ----------
    agreement
        The agreement.
    path
        Where to write; ``.pdf`` or ``.docx``. A former file is replaced by a finished one.
    language
        `ru`, `en`, or `both`: Russian and English side by side.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    AgreementError
        If the name ends otherwise or the rate card contradicts itself.
    ReportError
        If the machine lacks a library that PDF needs, or the disk refuses.
    ValueError
        If the language is none of the three.

    Examples
    --------
    >>> agreement_annex(agreement, "annex.pdf", language="ru")  # doctest: +SKIP
    PosixPath('annex.pdf')
    """
    path = Path(path)
    if language not in ANNEX_LANGUAGES:
        raise ValueError(f"language {language!r} is not one of {', '.join(ANNEX_LANGUAGES)}")
    if path.suffix.lower() not in ANNEX_SUFFIXES:
        raise AgreementError(
            plain_problem(
                str(path), msg("the name ends in %(suffix)s", suffix=path.suffix or "-"),
                msg("a name that ends in %(endings)s", endings=" / ".join(ANNEX_SUFFIXES)),
                msg("name the file so"),
            )
        )  # fmt: skip
    annex = annex_of(agreement)
    view = annex_view(annex, ANNEX_LANGUAGES[language])
    draw = annex_docx if path.suffix.lower() == ".docx" else annex_pdf
    return write_whole(path, draw(annex, view), ReportError)
