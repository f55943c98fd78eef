"""The checklist as data: blocks, items, gates and roles, and a company's own copy of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vendoreval.agreement.problems import RefusedError, model_problems
from vendoreval.agreement.yaml_file import read_yaml
from vendoreval.errors import AgreementError, Problem
from vendoreval.resources import resource_folder
from vendoreval.text import Bilingual, msg

LIBRARY: Final = "vendoreval"
OWN_FILE: Final = "checklist.yaml"
Gate = Literal["G0", "G1", "G2", "G3", "G4", "G5"]
Jurisdiction = Literal["eu", "ru", "us"]
GATES: Final[tuple[Gate, ...]] = get_args(Gate)
JURISDICTIONS: Final[tuple[Jurisdiction, ...]] = get_args(Jurisdiction)
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
Words = Annotated[str, Field(min_length=1, max_length=600)]


class _Part(BaseModel):
    """Strict and frozen: an unknown key is a mistake, not an option."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(_Part):
    """One question of the checklist; texts are ``English / Russian``.

    Parameters
    ----------
    owner
        Role that answers for it.
    due_days
        Days from the first day of work; negative before it.
    gate
        It stays shut while a blocking item of it is not done.
    jurisdiction
        Of a legal item; such an item is not legal advice.
    answered_by
        Name of a question that data answers; see `vendoreval.starting.ANSWERS`.
    """

    id: Name
    question: Words
    why: Words
    evidence: Words
    owner: Name
    due_days: int = Field(ge=-730, le=730)
    gate: Gate
    blocking: bool
    jurisdiction: Jurisdiction | None = None
    answered_by: Name | None = None

    @property
    def mark(self) -> str:
        """Eight signs that stand for what is asked; a form of other words has another mark."""
        asked = json.dumps([self.id, self.question, self.evidence], ensure_ascii=False)
        return hashlib.sha256(asked.encode()).hexdigest()[:8]

    def due_on(self, starts_on: date | None) -> date | None:
        """Return the day it is due, when the first day of work is known."""
        return None if starts_on is None else starts_on + timedelta(days=self.due_days)


class Block(_Part):
    """Items about one matter."""

    id: Name
    number: int = Field(ge=1, le=99)
    title: Words
    items: tuple[Item, ...]


class Titled(_Part):
    """A gate or a role with its name for people."""

    id: str = Field(pattern=r"^\w{1,48}$")
    title: Words


class Checklist(_Part):
    """What is asked before, during and after the start with a vendor.

    Examples
    --------
    >>> made = load_checklist()
    >>> len(made.blocks), made.item("clawback").gate
    (13, 'G1')
    """

    version: str = Field(min_length=1, max_length=40)
    title: Words
    gates: tuple[Titled, ...]
    roles: tuple[Titled, ...]
    blocks: tuple[Block, ...]
    jurisdictions: tuple[Jurisdiction, ...] = JURISDICTIONS

    @model_validator(mode="after")
    def _whole(self) -> Checklist:
        if tuple(gate.id for gate in self.gates) != GATES:
            raise RefusedError(msg("the gates %(names)s in their order", names=", ".join(GATES)))
        roles = {role.id for role in self.roles}
        seen: set[str] = set()
        for item in self.every_item():
            if item.id in seen:
                raise RefusedError(msg("each item once; %(name)s stands twice", name=item.id))
            if item.owner not in roles:
                raise RefusedError(
                    msg("an owner of %(names)s; %(name)s has %(owner)s",
                        names=", ".join(sorted(roles)), name=item.id, owner=item.owner)
                )  # fmt: skip
            seen.add(item.id)
        return self

    def every_item(self) -> Iterator[Item]:
        """Yield the items of all jurisdictions."""
        for block in self.blocks:
            yield from block.items

    def asked(self, block: Block) -> tuple[Item, ...]:
        """Return the items of a block that the company's jurisdictions ask."""
        return tuple(
            item for item in block.items
            if item.jurisdiction is None or item.jurisdiction in self.jurisdictions
        )  # fmt: skip

    def items(self) -> tuple[Item, ...]:
        """Return every item that is asked."""
        return tuple(item for block in self.blocks for item in self.asked(block))

    def item(self, name: str) -> Item:
        """Return one item.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        for item in self.every_item():
            if item.id == name:
                return item
        raise KeyError(name)

    def gate_title(self, gate: str, code: str) -> str:
        """Return the name of a gate in a language."""
        return next(Bilingual(one.title).half(code) for one in self.gates if one.id == gate)

    def role_title(self, role: str, code: str) -> str:
        """Return the name of a role in a language."""
        return next(Bilingual(one.title).half(code) for one in self.roles if one.id == role)

    @cached_property
    def digest(self) -> str:
        """Twelve signs that stand for the whole content."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


def load_checklist(own: str | Path | None = None) -> Checklist:
    """Return the checklist of the library, or the one a company keeps.

    Parameters
    ----------
    own
        A company's `onboarding/checklist.yaml`. With ``extends: vendoreval`` it changes the
        library's; without, it is the whole.

    Raises
    ------
    AgreementError
        With every problem of the file at once.
    """
    value = _library()
    if own is None:
        return _checked(value, str(resource_folder("schemas") / "onboarding"))
    where, written = str(own), read_yaml(Path(own))
    if not isinstance(written, dict):
        raise AgreementError(
            Problem(where, "$", msg("the file holds no keys"), msg("a checklist"),
                    msg("start from a copy: vendoreval onboard VENDOR --own"))
        )  # fmt: skip
    if "extends" not in written:
        return _checked(written, where)
    if written["extends"] != LIBRARY:
        raise AgreementError(
            Problem(where, "$.extends", msg("%(value)s is written", value=str(written["extends"])),
                    msg("the word %(name)s", name=LIBRARY),
                    msg("write that, or remove the key when the file is the whole checklist"))
        )  # fmt: skip
    return _checked(_merged(value, written, where), where)


def library_dict() -> dict[str, Any]:
    """Return the library's checklist as plain values, for a copy to edit."""
    return _library()


def _library() -> dict[str, Any]:
    folder = resource_folder("schemas") / "onboarding"
    value: dict[str, Any] = read_yaml(folder / OWN_FILE)
    value["blocks"] = [
        read_yaml(path) for path in sorted(folder.glob("*.yaml")) if path.name != OWN_FILE
    ]
    return value


def _checked(value: dict[str, Any], where: str) -> Checklist:
    try:
        return Checklist.model_validate(value)
    except ValidationError as error:
        raise AgreementError(model_problems(where, error)) from None


def _merged(base: dict[str, Any], own: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the library's checklist with what a company changes, adds and leaves out."""
    problems: list[Problem] = []
    left_out = own.get("leave_out", [])
    if not isinstance(left_out, list):
        problems.append(_no_list(where, "$.leave_out"))
        left_out = []
    known = {item["id"] for block in base["blocks"] for item in block["items"]}
    problems += [
        Problem(where, f"$.leave_out[{place}]", msg("%(value)s is written", value=str(name)),
                msg("the id of an item of the library"), msg("check the spelling"))
        for place, name in enumerate(left_out) if name not in known
    ]  # fmt: skip
    blocks = {block["id"]: block for block in base["blocks"]}
    written = own.get("blocks", [])
    if not _is_list_of_parts(written):
        problems.append(_no_list(where, "$.blocks"))
        written = []
    for place, block in enumerate(written):
        items = block.get("items", [])
        if not _is_list_of_parts(items):
            problems.append(_no_list(where, f"$.blocks[{place}].items"))
            continue
        kept = blocks.get(block.get("id"))
        if kept is None:
            blocks[str(block.get("id"))] = block
            continue
        by_id = {item["id"]: item for item in kept["items"]}
        for item in items:
            name = str(item.get("id"))
            by_id[name] = {**by_id.get(name, {}), **item}
        blocks[kept["id"]] = {**kept, **block, "items": list(by_id.values())}
    if problems:
        raise AgreementError(problems)
    for block in blocks.values():
        block["items"] = [i for i in block.get("items", []) if i.get("id") not in left_out]
    rest = {k: v for k, v in own.items() if k not in {"extends", "leave_out", "blocks"}}
    return {**base, **rest, "blocks": list(blocks.values())}


def _is_list_of_parts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, dict) for part in value)


def _no_list(where: str, path: str) -> Problem:
    return Problem(where, path, msg("it is no list"), msg("a list"), msg("write it as a list"))
