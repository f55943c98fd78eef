"""What is written about the start with a vendor: `onboarding/VENDOR/checklist.*`."""

from __future__ import annotations

from pathlib import Path

from vendoreval.agreement.write import write_agreement
from vendoreval.agreement.yaml_file import dump_yaml
from vendoreval.replacing import replacing
from vendoreval.report.checklist_page import (
    checklist_html,
    checklist_json,
    checklist_markdown,
    checklist_pdf,
)
from vendoreval.report.checklist_workbook import checklist_workbook
from vendoreval.starting.checklist import OWN_FILE, library_dict
from vendoreval.starting.onboarding import Onboarding
from vendoreval.vendor_start.opening import FOLDER
from vendoreval.workspace import Workspace


def write_onboarding(
    found: Onboarding, folder: str | Path, *, language: str | None = None, pdf: bool = True
) -> tuple[Path, ...]:
    """Write the checklist as fillable PDF, XLSX, Markdown, HTML and JSON.

    Parameters
    ----------
    folder
        Such as `onboarding/VENDOR`; it is made. Former files are replaced.
    pdf
        Write the form too; it takes most of the time.

    Returns
    -------
    tuple of Path
        The files, the form first.

    Raises
    ------
    LedgerError
        If the disk refuses.
    ReportError
        If the machine lacks a library of the system for the PDF.
    """
    place = Path(folder)
    texts = {
        "checklist.md": checklist_markdown(found, language),
        "checklist.html": checklist_html(found, language),
        "checklist.json": checklist_json(found, language),
    }
    paths = [checklist_pdf(found, place / "checklist.pdf", language)] if pdf else []
    paths.append(checklist_workbook(found, place / "checklist.xlsx", language))
    for name, text in texts.items():
        with replacing(place / name) as part:
            part.write_text(text, encoding="utf-8")
        paths.append(place / name)
    return tuple(paths)


def write_own_checklist(workspace: Workspace) -> Path:
    """Write a copy of the library's checklist for the company to edit.

    Raises
    ------
    AgreementError
        If the workspace has one already.
    """
    text = '# The company\'s own checklist; texts are "English / Russian".\n'
    path = workspace.folder / FOLDER / OWN_FILE
    return write_agreement(text + dump_yaml(library_dict(), flow=False), path)
