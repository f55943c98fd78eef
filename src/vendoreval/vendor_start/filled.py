"""A filled form, read back: the file is kept, what it says goes into the ledger once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vendoreval.errors import AgreementError, DeliveryError, Problem, os_problem, plain_problem
from vendoreval.personal import mask_text
from vendoreval.replacing import replacing
from vendoreval.report.form_reader import read_form
from vendoreval.starting.form import of_other_vendor, read_answers
from vendoreval.starting.signatures import ANSWERS_TOPIC, Answer, record_answers
from vendoreval.text import msg
from vendoreval.vendor_start.opening import Start

FORM_TOPIC: Final = "onboarding.form"
FORMS: Final = "forms"
_MOST_PROBLEMS: Final = 100
_LONGEST_TEXT: Final = 400


@dataclass(frozen=True)
class FormReading:
    """What a filled form brought.

    Parameters
    ----------
    is_new
        Whether it was read now; the same form by the same person counts once.
    kept
        Where the form itself is kept.
    problems
        Everything of it that was not taken over, and why.
    """

    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...]
    kept: Path
    is_new: bool


def read_filled_form(start: Start, form: Path, by: str) -> FormReading:
    """Read a filled form: keep the file, and write its answers into the ledger.

    Parameters
    ----------
    by
        Who answers for what stands in it.

    Raises
    ------
    DeliveryError
        If the file cannot be read, or is a form of another vendor.
    AgreementError
        If no name is given.
    LedgerError
        If the disk refuses.
    """
    name = signer(by)
    fields = read_form(form)
    other = of_other_vendor(fields, start.vendor)
    if other is not None:
        raise DeliveryError(
            plain_problem(
                str(form), msg("this is a form of %(other)s", other=mask_text(other)[:80]),
                msg("a form of %(vendor)s", vendor=start.vendor),
                msg("name that vendor, or the right form"),
            )
        )  # fmt: skip
    filled = read_answers(fields, start.checklist, start.vendor, form.name)
    problems = [*filled.problems, *_other_signature(filled.signed, name, form)]
    digest, kept = _keep(start, form)
    told = [e for e in start.events if e.topic == FORM_TOPIC and e.who == name]
    if any(event.body.get("sha256") == digest for event in told):
        return FormReading(filled.answers, tuple(problems), kept, is_new=False)
    record_answers(
        start.ledger, start.vendor, filled.answers, who=name, checklist=_version(start),
        form={"file": form.name[:120], "sha256": digest},
        already=_already(start, name, digest),
    )  # fmt: skip
    start.ledger.record_event(
        FORM_TOPIC,
        {
            "file": form.name[:120], "sha256": digest, "kept": kept.name,
            "answers": len(filled.answers), "problems": len(problems),
            "named": [
                mask_text(p.describe("en"))[:_LONGEST_TEXT] for p in problems[:_MOST_PROBLEMS]
            ],
            "comment": mask_text(filled.comment)[:_LONGEST_TEXT],
            "signed": mask_text(filled.signed)[:_LONGEST_TEXT],
        },
        who=name, vendor=start.vendor,
    )  # fmt: skip
    return FormReading(filled.answers, tuple(problems), kept, is_new=True)


def signer(by: str) -> str:
    """Return the name of who signs.

    Raises
    ------
    AgreementError
        If there is none.
    """
    name = " ".join(by.split())[:200]
    if not name:
        raise AgreementError(
            plain_problem(
                "--by", msg("no name is given"), msg("the name of who answers for it"),
                msg("add --by with the name; the ledger keeps it with every answer"),
            )
        )  # fmt: skip
    return name


def _version(start: Start) -> str:
    return f"{start.checklist.version} {start.checklist.digest}"


def _already(start: Start, who: str, digest: str) -> int:
    """Return how many answers of this form a reading that was broken off has written."""
    count = 0
    for event in start.events:
        form: Any = event.body.get("form")
        if event.topic == ANSWERS_TOPIC and event.who == who and isinstance(form, dict):
            answers: Any = event.body.get("answers", [])
            count += len(answers) if form.get("sha256") == digest else 0
    return count


def _keep(start: Start, form: Path) -> tuple[str, Path]:
    """Keep the form as it came, under a name that its bytes give; return its hash and place."""
    try:
        content = form.read_bytes()
    except OSError as error:
        raise DeliveryError(os_problem(str(form), error)) from None
    digest = hashlib.sha256(content).hexdigest()
    kept = start.folder / FORMS / f"{digest[:16]}.pdf"
    if not kept.exists():
        with replacing(kept) as part:
            part.write_bytes(content)
    return digest, kept


def _other_signature(signed: str, by: str, form: Path) -> list[Problem]:
    if not signed or by.casefold() in signed.casefold():
        return []
    return [
        Problem(
            form.name, "tail_signature",
            msg("it is signed: %(signed)s", signed=mask_text(signed)[:80]),
            msg("the name given with --by: %(name)s", name=by),
            msg("both names are kept; ask which of them answers for the form"),
        )
    ]  # fmt: skip
