"""The audit as people read it: JSON, HTML, PDF and the notebook."""

from vendoreval.report.document import document, write_json
from vendoreval.report.masking import (
    clean_text,
    evidence_file,
    guard_formula,
    mask_phone,
    mask_text,
    mask_value,
    write_evidence,
)
from vendoreval.report.models import AuditDocument
from vendoreval.report.notebook import AuditReport
from vendoreval.report.render import ReportError, render_html, render_notebook, render_pdf

__all__ = [
    "AuditDocument",
    "AuditReport",
    "ReportError",
    "clean_text",
    "document",
    "evidence_file",
    "guard_formula",
    "mask_phone",
    "mask_text",
    "mask_value",
    "render_html",
    "render_notebook",
    "render_pdf",
    "write_evidence",
    "write_json",
]
