"""The fields of the printed form: their names, kinds and what a filled one says.

A field is named ``done_MARK_ITEM``, ``state_MARK_ITEM`` or ``note_MARK_ITEM``; the mark stands
for the words that were printed, so that a form of an older checklist is told from a new one
field by field, whatever else became of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from vendoreval.errors import Problem
from vendoreval.personal import mask_text
from vendoreval.starting.checklist import Checklist, Item
from vendoreval.starting.signatures import LONGEST_NOTE, STATE_WORDS, Answer, State
from vendoreval.text import Count, msg

FieldKind = Literal["button", "choice", "text"]
CODE_FIELD: Final = "form_code"
HEAD_FIELDS: Final = ("head_vendor", "head_contract", "head_responsible")
TAIL_FIELDS: Final = ("tail_comment", "tail_signature")
NO_EXCEPTION: Final = "-"
EXCEPTIONS: Final[dict[str, State]] = {"blocked": "blocked", "not_applicable": "not_applicable"}
_NAMED: Final = re.compile(r"(done|state|note)_([0-9a-f]{8})_([a-z][a-z0-9_]*)")
_KINDS: Final[dict[str, FieldKind]] = {"done": "button", "state": "choice", "note": "text"}


@dataclass(frozen=True)
class ReadField:
    """One field of a filled form.

    Parameters
    ----------
    kind
        What sort of field it is now.
    value
        Text; `on` or empty for a button.
    """

    name: str
    kind: str
    value: str


@dataclass(frozen=True)
class FilledForm:
    """What a filled form says.

    Parameters
    ----------
    answers
        Items that were answered and are asked today in the same words.
    problems
        Fields removed, retyped, unknown or of an older checklist; answers that contradict
        themselves or lack a reason. Each is named with what stands in it.
    comment, signed
        What stands in the fields for a comment and for the signature.
    """

    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...]
    comment: str = ""
    signed: str = ""


def field_names(item: Item) -> tuple[str, ...]:
    """Return the fields of an item; one that data answers has no box to tick."""
    kinds = ("state", "note") if item.answered_by else ("done", "state", "note")
    return tuple(f"{kind}_{item.mark}_{item.id}" for kind in kinds)


def form_code(vendor: str, checklist: Checklist) -> str:
    """Return the text that tells which form this is."""
    return f"{vendor} | {checklist.version} | {checklist.digest}"


def read_answers(
    fields: Sequence[ReadField], checklist: Checklist, vendor: str, where: str
) -> FilledForm:
    """Return what the fields of a form say, and everything that is wrong with them.

    Parameters
    ----------
    fields
        All of them, in any order.
    checklist
        The one asked today.
    where
        Name of the form for messages.
    """
    by_name = {one.name: one for one in fields}
    items = {item.id: item for item in checklist.items()}
    expected = {name for item in items.values() for name in field_names(item)}
    expected |= {CODE_FIELD, *HEAD_FIELDS, *TAIL_FIELDS}
    problems = [*_code_problems(by_name, checklist, vendor, where)]
    for name in sorted(expected - by_name.keys()):
        problems.append(_lost(name, by_name, where))
    for name in sorted(by_name.keys() - expected):
        problems.append(_surplus(by_name[name], items, where))
    kept: dict[str, ReadField] = {}
    for name in sorted(expected & by_name.keys()):
        wrong = _retyped(by_name[name], where)
        if wrong is None:
            kept[name] = by_name[name]
        else:
            problems.append(wrong)
    answers = []
    for item in items.values():
        said = _said(item, kept, where)
        if isinstance(said, Problem):
            problems.append(said)
        elif said is not None:
            answers.append(said)
            problems += _too_long(item, kept, where)
    comment, signed = (kept[n].value.strip() if n in kept else "" for n in TAIL_FIELDS)
    return FilledForm(tuple(answers), tuple(problems), comment, signed)


def _said(item: Item, fields: Mapping[str, ReadField], where: str) -> Answer | Problem | None:
    values = {
        kind: fields[name].value.strip() if (name := f"{kind}_{item.mark}_{item.id}") in fields
        else ""
        for kind in _KINDS
    }  # fmt: skip
    ticked = values["done"] == "on"
    exception = EXCEPTIONS.get(values["state"])
    note = mask_text(" ".join(values["note"].split()))[:LONGEST_NOTE]
    if ticked and exception is not None:
        return Problem(
            where, item.id,
            msg("the box is ticked and “%(state)s” is chosen: the two contradict each other",
                state=STATE_WORDS[exception]),
            msg("one of the two"), msg("ask who filled it in; the item stays as it was"),
        )  # fmt: skip
    if exception is not None and not note:
        return Problem(
            where, item.id, msg("“%(state)s” is chosen without a reason",
                                state=STATE_WORDS[exception]),
            msg("a reason in the field beside it"), msg("write the reason and read the form again"),
        )  # fmt: skip
    if ticked or exception is not None:
        return Answer(item.id, "done" if ticked else exception or "open", item.mark, note)
    # a remark without a tick says that work is under way
    return Answer(item.id, "open", item.mark, note) if note else None


def _too_long(item: Item, fields: Mapping[str, ReadField], where: str) -> list[Problem]:
    note = fields.get(f"note_{item.mark}_{item.id}")
    size = len(note.value) if note is not None else 0
    if size <= LONGEST_NOTE:
        return []
    return [
        Problem(where, item.id, msg("the note has %(n)s signs", n=Count(size)),
                msg("at most %(n)s", n=Count(LONGEST_NOTE)),
                msg("its beginning counts; the whole stands in the kept form"))
    ]  # fmt: skip


def _code_problems(
    fields: Mapping[str, ReadField], checklist: Checklist, vendor: str, where: str
) -> Iterator[Problem]:
    code = fields.get(CODE_FIELD)
    if code is None or not code.value.strip():
        return
    parts = [part.strip() for part in code.value.split("|")]
    if len(parts) != 3:
        yield Problem(
            where, CODE_FIELD, msg("%(value)s is written", value=_short(code.value)),
            msg("the code that was printed there"),
            msg("take the form as it was written; its answers are read field by field"),
        )  # fmt: skip
        return
    if parts[0] != vendor:
        yield Problem(
            where, CODE_FIELD, msg("this is a form of %(other)s", other=_short(parts[0])),
            msg("a form of %(vendor)s", vendor=vendor), msg("name that vendor, or the right form"),
        )  # fmt: skip
    elif parts[2] != checklist.digest:
        yield Problem(
            where, CODE_FIELD,
            msg("the form is of another checklist, version %(old)s", old=_short(parts[1])),
            msg("version %(new)s", new=checklist.version),
            msg("answers to words that did not change are taken over; the rest is named below"),
        )  # fmt: skip


def of_other_vendor(fields: Sequence[ReadField], vendor: str) -> str | None:
    """Return the vendor a form was written for, when it is another one."""
    code = next((one.value for one in fields if one.name == CODE_FIELD), "")
    other, bar, _ = code.partition("|")
    return other.strip() if bar and other.strip() != vendor else None


def _lost(name: str, by_name: Mapping[str, ReadField], where: str) -> Problem:
    named = _NAMED.fullmatch(name)
    other = next(
        (n for n in by_name if named and (m := _NAMED.fullmatch(n)) and m[3] == named[3]
         and m[2] != named[2]), None,
    )  # fmt: skip
    found = (
        msg("the field is not in the form; the form asks the item in other words")
        if other is not None else msg("the field is not in the form")
    )  # fmt: skip
    return Problem(
        where, name, found, msg("the field as it was printed"),
        msg("write the form anew and fill in what is missing"),
    )  # fmt: skip


def _surplus(field: ReadField, items: Mapping[str, Item], where: str) -> Problem:
    named = _NAMED.fullmatch(field.name)
    value = _short(field.value) or "-"
    if named is None or named[1] not in _KINDS:
        found = msg("no such field was printed; in it stands: %(value)s", value=value)
    elif named[3] in items:
        found = msg("the item was asked in other words then; in it stands: %(value)s", value=value)
    else:
        found = msg("the item is no longer asked; in it stands: %(value)s", value=value)
    return Problem(
        where, field.name[:80], found, msg("a field of today's form"),
        msg("it is kept with the form and not counted"),
    )  # fmt: skip


def _retyped(field: ReadField, where: str) -> Problem | None:
    named = _NAMED.fullmatch(field.name)
    wanted = _KINDS[named[1]] if named else "text"
    right_value = (
        wanted != "choice" or field.value in {"", NO_EXCEPTION, *EXCEPTIONS}
    )  # fmt: skip
    if field.kind == wanted and right_value:
        return None
    return Problem(
        where, field.name,
        msg("the field was made another one (%(kind)s); in it stands: %(value)s",
            kind=field.kind, value=_short(field.value) or "-"),
        msg("a field of the kind %(kind)s with its own values", kind=wanted),
        msg("it is kept with the form and not counted"),
    )  # fmt: skip


def _short(text: str) -> str:
    plain = mask_text(" ".join(text.split()))
    return plain if len(plain) <= 80 else plain[:79] + "…"
