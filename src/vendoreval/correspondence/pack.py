"""The folder that goes to one vendor: letter, its own rows, the sheet for its answers.

It is written beside its place and gets its name when it is whole; a folder that is there is
never overwritten. That it was made is an event of the ledger: from then on its amounts are
claimed.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vendoreval.auditing.claims import CLAIMED
from vendoreval.correspondence.dispute import Dispute
from vendoreval.correspondence.letter import ANSWERS_FILE, ROWS_FILE, letter_of, letter_text
from vendoreval.correspondence.workbooks import write_answers, write_rows
from vendoreval.errors import AgreementError, LedgerError, os_problem, plain_problem
from vendoreval.ledger import Event, Ledger
from vendoreval.report.pages import laid_out, page_html, pdf_bytes
from vendoreval.text import msg

LETTER_FILES = ("letter.txt", "letter.pdf")


@dataclass(frozen=True)
class Pack:
    """A written pack.

    Parameters
    ----------
    event
        The claim in the ledger; `None` for a draft.
    new
        `False` when the ledger held the same claim already.
    """

    folder: Path
    dispute: Dispute
    event: Event | None = None
    new: bool = False

    def __repr__(self) -> str:
        return f"Pack({self.folder}, {len(self.dispute.items)} items)"


def write_pack(
    dispute: Dispute,
    folder: Path,
    *,
    language: str = "en",
    on: date,
    ledger: Ledger | None = None,
    who: str = "",
) -> Pack:
    """Write the pack and record its claims.

    Parameters
    ----------
    folder
        A new or empty one.
    on
        The day the letter bears.
    ledger, who
        Where the claims are recorded, and by whom; without a ledger it is a draft.

    Raises
    ------
    AgreementError
        If the folder is taken.
    LedgerError
        If the disk refuses.
    ReportError
        If the machine lacks a library for PDF.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AgreementError(
            plain_problem(
                str(folder), msg("it is there already and not empty"),
                msg("a new or empty folder"), msg("name another folder"),
            )
        )  # fmt: skip
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        _fill(dispute, draft, language, on)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        raise LedgerError(os_problem(str(folder), error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if ledger is None:
        return Pack(folder, dispute)
    event, new = record_claims(dispute, ledger, on, who or dispute.client)
    return Pack(folder, dispute, event, new)


def _fill(dispute: Dispute, draft: Path, code: str, on: date) -> None:
    letter = letter_of(dispute, on, code)
    text, pdf = LETTER_FILES
    (draft / text).write_text(letter_text(letter), encoding="utf-8")
    html = page_html("letter.html.j2", code, on, paged=True, letter=letter)
    (draft / pdf).write_bytes(pdf_bytes(laid_out(html), html))
    write_rows(dispute, letter, draft / ROWS_FILE, code)
    write_answers(dispute, letter, draft / ANSWERS_FILE, code)


def record_claims(dispute: Dispute, ledger: Ledger, on: date, who: str) -> tuple[Event, bool]:
    """Record the claims, unless the last pack about the same claimed the same; say which."""
    before = ledger.events(CLAIMED, vendor=dispute.vendor, period=dispute.period)
    if before and before[-1].body.get("pack") == dispute.mark:
        return before[-1], False
    event = ledger.record_event(
        CLAIMED, dispute.body(on), who=who, vendor=dispute.vendor, period=dispute.period
    )
    return event, True


def free_folder(parent: Path, vendor: str) -> Path:
    """Return the first free folder: vendor, vendor-2, …; earlier packs stay."""
    number = 1
    while True:
        folder = parent / (vendor if number == 1 else f"{vendor}-{number}")
        if not folder.exists():
            return folder
        number += 1
