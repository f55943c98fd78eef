"""The questions that data answers, by the name an item gives in `answered_by`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vendoreval.errors import VendorevalError
from vendoreval.starting.from_agreement import (
    agreement_in_force,
    agreement_lints_clean,
    limits_disclosed,
    limits_reviewed,
    rate_card_complete,
)
from vendoreval.starting.from_ledger import (
    dispositions_mapped,
    recordings_equal_calls,
    reports_on_time,
    roster_complete,
    sample_invoice_agrees,
    sample_passed_three_days,
)
from vendoreval.starting.from_pilot import pilot_planned, pilot_split, pilot_verdict_answer
from vendoreval.starting.known import DataAnswer, Known, not_yet
from vendoreval.text import msg

ANSWERS: Final[dict[str, Callable[[Known], DataAnswer]]] = {
    "agreement_lints_clean": agreement_lints_clean,
    "agreement_in_force": agreement_in_force,
    "rate_card_complete": rate_card_complete,
    "sample_invoice_agrees": sample_invoice_agrees,
    "sample_passed_three_days": sample_passed_three_days,
    "reports_on_time": reports_on_time,
    "dispositions_mapped": dispositions_mapped,
    "roster_complete": roster_complete,
    "recordings_equal_calls": recordings_equal_calls,
    "limits_disclosed": limits_disclosed,
    "limits_reviewed": limits_reviewed,
    "pilot_planned": pilot_planned,
    "pilot_split": pilot_split,
    "pilot_verdict": pilot_verdict_answer,
}


def answer_of(name: str, known: Known) -> DataAnswer:
    """Return what data says to a question; a file that cannot be read leaves it open."""
    question = ANSWERS.get(name)
    if question is None:
        return not_yet(msg("no such question is asked of data: %(name)s", name=name))
    try:
        return question(known)
    except VendorevalError as error:
        problem = error.problems[0]
        return not_yet(
            msg("data cannot tell: %(where)s: %(found)s", where=_file_name(problem.where),
                found=problem.found)
        )  # fmt: skip


def _file_name(where: str) -> str:
    return where.replace("\\", "/").rsplit("/", 1)[-1]
