"""The chain of commits: reading it, what counts at an instant, what a delivery supersedes."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from vendoreval.errors import LedgerError, Problem, plain_problem
from vendoreval.ledger.durable import publish, remove
from vendoreval.ledger.records import NO_RECORD, Commit, CutOffError, read_record
from vendoreval.text import Message, msg

_ABANDONED_SECONDS = 60


def record_path(folder: Path, number: int) -> Path:
    """Return the place of one record."""
    return folder / f"{number:010d}.json"


@dataclass(frozen=True)
class Chain:
    """The records as read, each with its hash, and the first broken link.

    Parameters
    ----------
    cut_off
        A last record that its writer never finished; it does not count.
    """

    commits: tuple[Commit, ...] = ()
    hashes: tuple[str, ...] = ()
    broken: Problem | None = None
    cut_off: Path | None = None

    @property
    def head(self) -> str:
        """Hash of the last record."""
        return self.hashes[-1] if self.hashes else NO_RECORD


def read_chain(folder: Path, known: Chain | None = None) -> Chain:
    """Read the records after those already known; go on past a broken link."""
    chain = replace(known or Chain(), cut_off=None)
    number = chain.commits[-1].number if chain.commits else 0
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
            if later is None:
                return chain
            chain = _break(chain, path, msg("the record is missing"))
            number = later - 1
            continue
        chain = _append(chain, path, number, content)


def _append(chain: Chain, path: Path, number: int, content: bytes) -> Chain:
    try:
        commit, digest = read_record(content)
    except CutOffError:
        if _first_after(path.parent, number) is None:
            return replace(chain, cut_off=path)
        return _break(chain, path, msg("the record is cut off"))
    except ValueError:
        return _break(chain, path, msg("the record is not the one that was written"))
    if commit.number != number:
        chain = _break(
            chain, path, msg("the record says it is number %(found)s", found=str(commit.number))
        )
    elif commit.previous_sha256 != chain.head:
        chain = _break(
            chain,
            path,
            msg("the record does not follow the one before it: one of them was changed"),
        )
    return replace(chain, commits=(*chain.commits, commit), hashes=(*chain.hashes, digest))


def _first_after(folder: Path, number: int) -> int | None:
    if not folder.is_dir():
        return None
    # every reading ends here, so the names are not made into paths
    names = (name.removesuffix(".json") for name in os.listdir(folder))  # noqa: PTH208
    later = (int(name) for name in names if name.isdecimal())
    return min((n for n in later if n > number), default=None)


def _break(chain: Chain, path: Path, found: Message) -> Chain:
    """Note the first broken link; those after it follow from the first."""
    if chain.broken is not None:
        return chain
    return replace(
        chain,
        broken=plain_problem(
            str(path),
            found,
            msg("an unbroken chain of records"),
            msg("restore the folder of the ledger from a backup; the records before this one hold"),
        ),
    )


@dataclass
class History:
    """The chain of a ledger's folder, read again only as far as it grew."""

    folder: Path
    _chain: Chain = field(default_factory=Chain)

    def refresh(self) -> Chain:
        """Return the chain as it is on the disk now.

        Raises
        ------
        LedgerError
            If a link is broken.
        """
        last = self._chain.commits
        if last and not record_path(self.folder, last[-1].number).exists():
            self._chain = Chain()
        chain = read_chain(self.folder, self._chain)
        if chain.broken is not None:
            raise LedgerError(chain.broken)
        self._chain = chain
        return chain

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


def known_on(commits: Sequence[Commit], as_of: datetime | int | None) -> tuple[Commit, ...]:
    """Return the deliveries received by an instant, or up to a number."""
    if as_of is None:
        return tuple(commits)
    if isinstance(as_of, int):
        return tuple(c for c in commits if c.number <= as_of)
    if as_of.tzinfo is None:
        raise ValueError("as_of needs a time zone: datetime(2026, 11, 5, tzinfo=UTC)")
    return tuple(c for c in commits if c.received_at <= as_of)


def live(commits: Sequence[Commit], as_of: datetime | int | None = None) -> tuple[Commit, ...]:
    """Return the deliveries that count: known by then and not superseded by a known one."""
    known = known_on(commits, as_of)
    gone = {number for commit in known for number in commit.supersedes}
    return tuple(c for c in known if c.number not in gone)
