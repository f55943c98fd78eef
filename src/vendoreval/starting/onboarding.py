"""Where the start with one vendor stands: items, gates, what is next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from vendoreval.ledger import Event
from vendoreval.starting.answers import answer_of
from vendoreval.starting.checklist import GATES, Block, Checklist, Item
from vendoreval.starting.known import DataAnswer, Known
from vendoreval.starting.limits import Limit
from vendoreval.starting.notebook import onboarding_html
from vendoreval.starting.signatures import (
    STATES,
    Signature,
    Standing,
    State,
    signatures,
    standing,
    starts_on_told,
)
from vendoreval.text import Bilingual, Language, language

_COLUMNS: Final = (
    "block", "item", "question", "state", "gate", "blocking", "owner", "due_on", "overdue",
    "by_data", "signed_by", "signed_at", "note", "disputed", "jurisdiction",
)  # fmt: skip


@dataclass(frozen=True)
class ItemStatus:
    """One item, what data and people say of it, and what that comes to.

    Parameters
    ----------
    by_data
        `None` when no data answers it.
    said
        What people say; every word of theirs is in `history`.
    """

    item: Item
    state: State
    due_on: date | None
    overdue: bool
    by_data: DataAnswer | None
    said: Standing
    history: tuple[Signature, ...]

    @property
    def is_settled(self) -> bool:
        """Whether it holds no gate shut."""
        return self.state in {"done", "not_applicable"}

    @property
    def disputed(self) -> bool:
        """Whether persons differ, or a person says done what data does not."""
        return self.said.disputed or self.against_data

    @property
    def against_data(self) -> bool:
        """Whether somebody signed as done what data does not find done."""
        if self.by_data is None or self.by_data.state == "done":
            return False
        return any(one.answer.state == "done" for one in self.said.standing)


@dataclass(frozen=True)
class GateStatus:
    """One gate.

    Parameters
    ----------
    is_open
        Whether its blocking items, and those of all gates before it, are done.
    waits_for
        Its own blocking items that are not.
    """

    id: str
    items: int
    settled: int
    is_open: bool
    waits_for: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Onboarding:
    """The checklist of one vendor as it stands on a day.

    Examples
    --------
    >>> found = ve.onboarding("acme", "alpha")  # doctest: +SKIP
    >>> found.gate("G1").waits_for  # doctest: +SKIP
    ('clawback', 'audit_right')
    """

    vendor: str
    title: str
    client: str
    on: date
    starts_on: date | None
    number: str | None
    checklist: Checklist
    items: tuple[ItemStatus, ...]
    limits: tuple[Limit, ...]
    unplaced: tuple[Signature, ...]
    language: str = "en"

    def __getitem__(self, item: str) -> ItemStatus:
        for one in self.items:
            if one.item.id == item:
                return one
        raise KeyError(item)

    @property
    def gates(self) -> tuple[GateStatus, ...]:
        """The gates in their order; one opens only behind those before it."""
        found: list[GateStatus] = []
        for gate in GATES:
            own = [one for one in self.items if one.item.gate == gate]
            waits = tuple(o.item.id for o in own if o.item.blocking and not o.is_settled)
            before = not found or found[-1].is_open
            settled = sum(one.is_settled for one in own)
            found.append(GateStatus(gate, len(own), settled, before and not waits, waits))
        return tuple(found)

    def gate(self, name: str) -> GateStatus:
        """Return one gate."""
        return next(gate for gate in self.gates if gate.id == name)

    @property
    def next_gate(self) -> GateStatus | None:
        """The first gate that is shut; `None` when all are open."""
        return next((gate for gate in self.gates if not gate.is_open), None)

    @property
    def disputed(self) -> tuple[ItemStatus, ...]:
        """Items about which words differ."""
        return tuple(one for one in self.items if one.disputed)

    def count(self, *states: State) -> int:
        """Return how many items are in any of the states."""
        return sum(one.state in states for one in self.items)

    def of(self, block: Block) -> tuple[ItemStatus, ...]:
        """Return the items of a block that are asked."""
        return tuple(self[item.id] for item in self.checklist.asked(block))

    def to_frame(self, language_code: str | None = None) -> pd.DataFrame:
        """Return one row for each item."""
        tongue = language(language_code or self.language)
        rows = [
            self._row(block, one, tongue) for block in self.checklist.blocks
            for one in self.of(block)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(_COLUMNS))

    def _row(self, block: Block, one: ItemStatus, tongue: Language) -> tuple[Any, ...]:
        last = one.said.standing
        return (
            block.id, one.item.id, Bilingual(one.item.question).half(tongue.code), one.state,
            one.item.gate, one.item.blocking,
            self.checklist.role_title(one.item.owner, tongue.code), one.due_on, one.overdue,
            tongue.say(one.by_data.sentence) if one.by_data else None,
            ", ".join(s.who for s in last) or None, last[-1].at if last else None,
            "; ".join(s.answer.note for s in last if s.answer.note) or None, one.disputed,
            one.item.jurisdiction,
        )  # fmt: skip

    def to_json(self, language_code: str | None = None) -> dict[str, Any]:
        """Return everything as plain values, with the whole history of every item."""
        code = language_code or self.language
        return {
            "vendor": self.vendor, "title": self.title, "client": self.client,
            "on": self.on.isoformat(), "language": code,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "checklist": {
                "version": self.checklist.version, "digest": self.checklist.digest,
                "jurisdictions": list(self.checklist.jurisdictions),
            },
            "counts": {state: self.count(state) for state in STATES},
            "gates": [
                {"id": g.id, "title": self.checklist.gate_title(g.id, code), "open": g.is_open,
                 "items": g.items, "settled": g.settled, "waits_for": list(g.waits_for)}
                for g in self.gates
            ],
            "blocks": [
                {"id": block.id, "number": block.number,
                 "title": Bilingual(block.title).half(code),
                 "items": [self._item_json(one, language(code)) for one in self.of(block)]}
                for block in self.checklist.blocks
            ],
            "limits": [limit.to_json() for limit in self.limits],
            "answers_to_items_no_longer_asked": [
                {"item": one.answer.item, **one.to_json()} for one in self.unplaced
            ],
        }  # fmt: skip

    def _item_json(self, one: ItemStatus, tongue: Language) -> dict[str, Any]:
        item, code = one.item, tongue.code
        return {
            "id": item.id, "question": Bilingual(item.question).half(code),
            "why": Bilingual(item.why).half(code), "evidence": Bilingual(item.evidence).half(code),
            "owner": item.owner, "gate": item.gate, "blocking": item.blocking,
            "due_on": one.due_on.isoformat() if one.due_on else None, "overdue": one.overdue,
            "jurisdiction": item.jurisdiction,
            "legal_advice": False if item.jurisdiction else None,
            "state": one.state, "disputed": one.disputed,
            "by_data": None if one.by_data is None else {
                "question": item.answered_by, "state": one.by_data.state,
                "sentence": tongue.say(one.by_data.sentence),
            },
            "standing": [s.to_json() for s in one.said.standing],
            "history": [s.to_json() for s in one.history],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return onboarding_html(self, self.language)

    def __repr__(self) -> str:
        shut = self.next_gate
        where = "all gates open" if shut is None else f"{shut.id} shut"
        settled = self.count("done", "not_applicable")
        return f"Onboarding({self.vendor}: {settled} of {len(self.items)} settled, {where})"


def state_of(item: Item, by_data: DataAnswer | None, said: Standing) -> State:
    """Return what data and people together come to.

    Data decides where it can: nobody can sign as done what data does not find done. A person
    may take an item out as not applicable, with a reason, or block it.
    """
    if by_data is None:
        return said.state
    if said.state in {"not_applicable", "blocked"}:
        return said.state
    if said.disputed:
        return "blocked" if by_data.state == "blocked" else "open"
    return by_data.state


def onboarding_of(
    known: Known, checklist: Checklist, *, title: str, client: str, events: Sequence[Event],
    language_code: str = "en",
) -> Onboarding:  # fmt: skip
    """Return where the start with a vendor stands.

    Parameters
    ----------
    known
        What data may be asked.
    events
        Of the vendor, from the ledger.
    """
    said = signatures(events)
    items = tuple(_status(item, known, said) for item in checklist.items())
    asked = {one.item.id for one in items}
    lost = tuple(one for name, given in said.items() if name not in asked for one in given)
    parties = known.agreement.parties if known.agreement is not None else None
    return Onboarding(
        vendor=known.vendor, title=title, client=client, on=known.on, starts_on=known.starts_on,
        number=parties.number if parties is not None else None, checklist=checklist, items=items,
        limits=known.limits, unplaced=lost, language=language_code,
    )  # fmt: skip


def _status(item: Item, known: Known, said: Mapping[str, Sequence[Signature]]) -> ItemStatus:
    given = tuple(said.get(item.id, ()))
    words = standing(given, item.mark)
    by_data = answer_of(item.answered_by, known) if item.answered_by else None
    state = state_of(item, by_data, words)
    due = item.due_on(known.starts_on)
    overdue = due is not None and due < known.on and state in {"open", "blocked"}
    return ItemStatus(item, state, due, overdue, by_data, words, given)


def first_day(events: Iterable[Event], known_from: date | None) -> date | None:
    """Return the first day of work: the one told last, else the first day of the agreement."""
    return starts_on_told(events) or known_from
