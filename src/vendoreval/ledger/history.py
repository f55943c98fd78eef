"""The chain of records: reading it, and what of it is lost."""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from vendoreval.errors import LedgerError, Problem, plain_problem
from vendoreval.ledger.durable import publish, remove
from vendoreval.ledger.record_file import CutOffError, read_record
from vendoreval.ledger.records import NO_RECORD, AnyRecord, Commit
from vendoreval.text import Message, msg

HEAD_FILE = "head.json"
_ABANDONED_SECONDS = 60
SHORTEST_HASH = 8


def record_path(folder: Path, number: int) -> Path:
    """Return the place of one record."""
    return folder / f"{number:010d}.json"


@dataclass(frozen=True)
class Lost:
    """A record that is not there, or not as it was written; what it said is not known."""

    number: int
    problem: Problem


@dataclass(frozen=True)
class Chain:
    """The records as read, each with its hash, and those that are lost.

    Parameters
    ----------
    lost
        By their numbers.
    cut_off
        A last record that its writer never finished; it does not count.
    """

    records: tuple[AnyRecord, ...] = ()
    hashes: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()
    cut_off: Path | None = None

    @cached_property
    def commits(self) -> tuple[Commit, ...]:
        """The deliveries among the records."""
        return tuple(record for record in self.records if isinstance(record, Commit))

    @property
    def head(self) -> str:
        """Hash of the last record."""
        return self.hashes[-1] if self.hashes else NO_RECORD

    @property
    def next_number(self) -> int:
        """The number of the record to come."""
        return self.records[-1].number + 1 if self.records else 1

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every broken link, the first one first."""
        return tuple(dict.fromkeys(one.problem for one in self.lost))

    def stop_if_lost(self) -> None:
        """Refuse to add to a chain with a broken link.

        Raises
        ------
        LedgerError
            With every broken link.
        """
        if self.lost:
            raise LedgerError(self.problems)

    def number_of(self, digest: str) -> int | None:
        """Return the number of the record whose hash begins so; `None` when there is none."""
        found = [
            record.number
            for record, own in zip(self.records, self.hashes, strict=True)
            if len(digest) >= SHORTEST_HASH and own.startswith(digest.lower())
        ]
        return found[0] if len(found) == 1 else None


class _Reading:
    """The chain while it is read."""

    def __init__(self, folder: Path, known: Chain) -> None:
        self.folder = folder
        self.records, self.hashes = list(known.records), list(known.hashes)
        self.lost: dict[int, Lost] = {}
        self.cut_off: Path | None = None

    def take(self, path: Path, number: int, content: bytes) -> None:
        try:
            record, digest = read_record(content)
        except CutOffError:
            if _first_after(self.folder, number) is None:
                self.cut_off = path
            else:
                self.lose(number, msg("the record is cut off"))
            return
        except ValueError:
            self.lose(number, msg("the record is not the one that was written"))
            return
        if record.number != number:
            self.lose(number, msg("the record says it is number %(found)s",
                                  found=str(record.number)))  # fmt: skip
        elif number - 1 not in self.lost and record.previous_sha256 != self._head_before(number):
            text = msg("the record does not follow the one before it: one of them was changed")
            self.lose(number, text)
            if number > 1:
                # which of the two is not known: neither can be relied on
                self.lost.setdefault(number - 1, Lost(number - 1, self.lost[number].problem))
        self.records.append(record)
        self.hashes.append(digest)

    def _head_before(self, number: int) -> str:
        return self.hashes[-1] if number > 1 and self.hashes else NO_RECORD

    def lose(self, number: int, found: Message) -> None:
        """Note a broken link."""
        self.lost[number] = Lost(
            number,
            plain_problem(
                str(record_path(self.folder, number)),
                found,
                msg("an unbroken chain of records"),
                msg("restore the folder of the ledger from a backup; the other records hold"),
            ),
        )

    def chain(self) -> Chain:
        """Return what was read; the link that broke first comes first."""
        lost = sorted(self.lost.values(), key=lambda one: one.number)
        return Chain(tuple(self.records), tuple(self.hashes), tuple(lost), self.cut_off)


def read_chain(folder: Path, known: Chain | None = None) -> Chain:
    """Read the records after those already known; go on past a broken link."""
    # read before the records: whoever publishes one writes its number here afterwards
    last = _noted_head(folder)
    reading = _Reading(folder, known or Chain())
    number = reading.records[-1].number if reading.records else 0
    while True:
        number += 1
        path = record_path(folder, number)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            later = _first_after(folder, number)
            # another writer may have published between the two looks
            if path.exists():
                number -= 1
                continue
            end = later if later is not None else last + 1
            if end <= number:
                return reading.chain()
            for missing in range(number, end):
                reading.lose(missing, msg("the record is missing"))
            number = end - 1
            if later is None:
                return reading.chain()
            continue
        reading.take(path, number, content)


def _noted_head(folder: Path) -> int:
    """Return the number of the last record as noted beside the records; 0 when it is not."""
    try:
        number = json.loads((folder.parent / HEAD_FILE).read_bytes())["number"]
    except (OSError, ValueError, TypeError, KeyError):
        return 0
    return number if isinstance(number, int) else 0


def note_head(folder: Path, number: int, digest: str) -> None:
    """Note the last record, so that its loss is seen; a ledger without the note is whole."""
    if _noted_head(folder) > number:
        return
    place = folder.parent / HEAD_FILE
    temporary = place.with_name(f".{HEAD_FILE}.{uuid4().hex}.tmp")
    try:
        temporary.write_bytes(json.dumps({"number": number, "sha256": digest}).encode() + b"\n")
        temporary.replace(place)
    finally:
        remove(temporary)


def _first_after(folder: Path, number: int) -> int | None:
    if not folder.is_dir():
        return None
    # every reading ends here, so the names are not made into paths
    names = (name.removesuffix(".json") for name in os.listdir(folder))  # noqa: PTH208 - names alone are read, on every reading
    later = (int(name) for name in names if name.isdecimal())
    return min((n for n in later if n > number), default=None)


@dataclass
class History:
    """The chain of a ledger's folder, read again only as far as it grew."""

    folder: Path
    _chain: Chain = field(default_factory=Chain)

    def refresh(self) -> Chain:
        """Return the chain as it is on the disk now."""
        last = self._chain.records
        if self._chain.lost or (last and not record_path(self.folder, last[-1].number).exists()):
            self._chain = Chain()
        chain = read_chain(self.folder, self._chain)
        # the same value for the same records: whoever derived something from it keeps it
        if (chain.lost, chain.cut_off, len(chain.records)) != (
            self._chain.lost, self._chain.cut_off, len(last),
        ):  # fmt: skip
            self._chain = chain
        return self._chain

    def clear_abandoned(self) -> None:
        """Remove a last record that nobody is writing any more; it was never acknowledged."""
        path = self._chain.cut_off
        if path is None:
            return
        aside = path.with_name(f".{path.stem}.{uuid4().hex}.tmp")
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                path.replace(aside)
                _put_back_if_whole(aside, path)


def _put_back_if_whole(aside: Path, path: Path) -> None:
    """Look again: another writer may have cleared the name and taken it meanwhile."""
    try:
        read_record(aside.read_bytes())
    except ValueError:
        remove(aside)
    else:
        publish(aside, path)
