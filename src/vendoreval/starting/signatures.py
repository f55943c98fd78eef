"""Who said what of an item, and when: events of the ledger that nobody writes over.

A later word of a person takes the place of that person's earlier one, and both stay to be
read. When two persons' last words differ, both are shown and the item is not done until one
of them, or a third, settles it in so many words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from vendoreval.ledger import Event, Ledger
from vendoreval.text import Message, msg

State = Literal["open", "done", "blocked", "not_applicable"]
STATES: Final[tuple[State, ...]] = get_args(State)
STATE_WORDS: Final[dict[State, Message]] = {
    "open": msg("open"),
    "done": msg("done"),
    "blocked": msg("blocked"),
    "not_applicable": msg("not applicable"),
}
ANSWERS_TOPIC: Final = "onboarding.answers"
STARTS_TOPIC: Final = "onboarding.starts_on"
REVIEW_TOPIC: Final = "onboarding.limit_reviewed"
LONGEST_NOTE: Final = 400
_PER_EVENT: Final = 20


@dataclass(frozen=True)
class Answer:
    """What somebody says of an item.

    Parameters
    ----------
    mark
        Of the words that were answered; see `Item.mark`.
    note
        Evidence, remark or reason.
    """

    item: str
    state: State
    mark: str
    note: str = ""


@dataclass(frozen=True)
class Signature:
    """An answer with its person and instant.

    Parameters
    ----------
    at
        When it was said; the ledger knows it from the event `number`.
    settles
        Whether it was said to end a disagreement.
    form
        Name of the form it was read from.
    """

    answer: Answer
    who: str
    at: datetime
    number: int
    settles: bool = False
    form: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "state": self.answer.state, "note": self.answer.note, "who": self.who,
            "at": self.at.isoformat(), "event": self.number, "settles": self.settles,
            "form": self.form, "mark": self.answer.mark,
        }  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """What all persons' words come to.

    Parameters
    ----------
    state
        The most careful one that stands.
    standing
        The last word of each person.
    disputed
        Whether the standing words differ.
    outdated
        Words about an earlier wording of the item; they do not count.
    """

    state: State
    standing: tuple[Signature, ...] = ()
    disputed: bool = False
    outdated: tuple[Signature, ...] = ()


def record_answers(
    ledger: Ledger,
    vendor: str,
    answers: Sequence[Answer],
    *,
    who: str,
    checklist: str,
    settles: bool = False,
    form: Mapping[str, str] | None = None,
    already: int = 0,
) -> tuple[Event, ...]:
    """Write answers into the ledger.

    Parameters
    ----------
    checklist
        Version and digest of the checklist that was answered.
    form
        File name and SHA-256 of the form they were read from.
    already
        How many of them a broken-off reading of the same form has written.

    Raises
    ------
    ValueError
        If an item is not applicable or blocked without a reason.
    LedgerError
        If the disk refuses.
    """
    for answer in answers:
        if answer.state in {"not_applicable", "blocked"} and not answer.note.strip():
            raise ValueError(f"{answer.item} is {answer.state} without a reason")
    made = []
    for first in range(already, len(answers), _PER_EVENT):
        part = answers[first : first + _PER_EVENT]
        body: dict[str, Any] = {
            "checklist": checklist, "settles": settles,
            "answers": [
                {"item": a.item, "state": a.state, "mark": a.mark, "note": a.note[:LONGEST_NOTE]}
                for a in part
            ],
        }  # fmt: skip
        if form is not None:
            body["form"] = dict(form)
        made.append(ledger.record_event(ANSWERS_TOPIC, body, who=who, vendor=vendor))
    return tuple(made)


def signatures(events: Iterable[Event]) -> dict[str, list[Signature]]:
    """Return every answer ever given, by item, the oldest first."""
    found: dict[str, list[Signature]] = {}
    for event in events:
        if event.topic != ANSWERS_TOPIC:
            continue
        form: Any = event.body.get("form")
        name = form.get("file") if isinstance(form, dict) else None
        answers: Any = event.body.get("answers", [])
        for said in answers:
            if said.get("state") not in STATES:
                continue
            answer = Answer(said["item"], said["state"], said.get("mark", ""), said.get("note", ""))
            found.setdefault(answer.item, []).append(
                Signature(answer, event.who, event.at, event.number,
                          bool(event.body.get("settles")), name)
            )  # fmt: skip
    return found


def standing(said: Sequence[Signature], mark: str) -> Standing:
    """Return what the words about one item come to.

    Parameters
    ----------
    said
        Every word, the oldest first.
    mark
        Of the present wording; words about another wording stand apart.
    """
    outdated = tuple(one for one in said if one.answer.mark != mark)
    present = [one for one in said if one.answer.mark == mark]
    settled = max((n for n, one in enumerate(present) if one.settles), default=-1)
    counted = present[max(settled, 0) :]
    last = {one.who.casefold(): one for one in counted}
    states = {one.answer.state for one in last.values()}
    if not states:
        return Standing("open", (), outdated=outdated)
    if len(states) == 1:
        return Standing(next(iter(states)), tuple(last.values()), outdated=outdated)
    state: State = "blocked" if "blocked" in states else "open"
    return Standing(state, tuple(last.values()), disputed=True, outdated=outdated)


def starts_on_told(events: Iterable[Event]) -> date | None:
    """Return the first day of work that was told last."""
    told = [event.body["starts_on"] for event in events if event.topic == STARTS_TOPIC]
    return date.fromisoformat(str(told[-1])) if told else None
