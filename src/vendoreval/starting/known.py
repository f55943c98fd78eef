"""What data knows of a vendor at the start, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vendoreval.agreement import Agreement
from vendoreval.errors import Problem
from vendoreval.ledger import Ledger
from vendoreval.starting.limits import Limit
from vendoreval.starting.signatures import State
from vendoreval.text import Message


@dataclass(frozen=True)
class Known:
    """Everything the questions that data answers may look at.

    Parameters
    ----------
    agreement
        `None` when there is none yet, or it cannot be loaded.
    problems
        What lint says of its file.
    pilot
        Folder of the pilot, when there is one.
    on
        The day of looking.
    """

    vendor: str
    ledger: Ledger
    agreement: Agreement | None
    problems: tuple[Problem, ...]
    limits: tuple[Limit, ...]
    pilot: Path | None
    on: date
    starts_on: date | None = None


@dataclass(frozen=True)
class DataAnswer:
    """What data says of an item, in one sentence with its figures."""

    state: State
    sentence: Message


def done(sentence: Message) -> DataAnswer:
    """Return the answer that the item is done."""
    return DataAnswer("done", sentence)


def not_yet(sentence: Message) -> DataAnswer:
    """Return the answer that the item is open."""
    return DataAnswer("open", sentence)


def stops(sentence: Message) -> DataAnswer:
    """Return the answer that something stands in the way."""
    return DataAnswer("blocked", sentence)
