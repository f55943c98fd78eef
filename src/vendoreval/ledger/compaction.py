"""Many small data files put into few large ones; no row, no answer and no hash changes.

A pack holds the files byte for byte (see `parquet_pack`). Files of one report and one kind of
rows whose columns are the same go together, counting deliveries apart from those that
were superseded. Before the record is published, every file of a pack is read back
from it and compared; the files themselves go a day later, when nobody can be reading
them any more.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vendoreval.ledger import durable
from vendoreval.ledger.folder import make_folders, system_failures
from vendoreval.ledger.history import Chain, History
from vendoreval.ledger.packing import PackDraft, draft_pack
from vendoreval.ledger.parquet_pack import footer_of, shape_of
from vendoreval.ledger.places import Place
from vendoreval.ledger.records import Commit, Compaction, DataFile, Event
from vendoreval.ledger.staging import new_folder
from vendoreval.ledger.state import State
from vendoreval.ledger.writing import (
    TakenError,
    every_number_taken,
    looks,
    now_after,
    publish_record,
)

# a pack that large is left alone; a reader takes its row groups from several cores anyway
FULL_BYTES = 256 << 20


@dataclass(frozen=True)
class CompactionReceipt:
    """What putting data files together did.

    Parameters
    ----------
    files, packs
        How many files went into how many.
    record
        `None` when there was nothing to do.
    """

    files: int = 0
    packs: int = 0
    record: Compaction | None = None

    def __repr__(self) -> str:
        return f"CompactionReceipt({self.files} files into {self.packs})"


def compact(ledger: Path, history: History, *, at_once: bool = False) -> CompactionReceipt:
    """Put small data files together; see `Ledger.compact`."""
    with system_failures(ledger), contextlib.ExitStack() as cleanup:
        make_folders(ledger)
        drafts: list[PackDraft] | None = None
        basis: Chain | None = None
        for chain in looks(history):
            if drafts is None or not _files_lie_as_since(basis, chain):
                state, basis = State(ledger, chain), chain
                groups = list(_groups(state))
                folder = new_folder(ledger, cleanup)
                drafts = [draft_pack(state, group, folder) for group in groups]
            if not drafts:
                return CompactionReceipt()
            try:
                record = _publish(ledger, chain, drafts)
            except TakenError:
                continue
            _retire(ledger, history, at_once=at_once)
            return CompactionReceipt(sum(len(d.places) for d in drafts), len(drafts), record)
    raise every_number_taken(ledger)


def _files_lie_as_since(basis: Chain | None, chain: Chain) -> bool:
    """Whether nothing has moved or changed the files that were packed meanwhile."""
    known = len(basis.records) if basis else 0
    return all(isinstance(record, Commit | Event) for record in chain.records[known:])


def _groups(state: State) -> Iterator[list[Place]]:
    """Yield the places that go into one pack each."""
    counting = {c.number for c in state.live}
    found: dict[tuple[str, str, bool, str], list[tuple[tuple[object, ...], Place]]] = {}
    candidates = [place for place in state.places.files.values() if _may_move(state, place)]
    state.stop_if_damaged(candidates)
    for place in candidates:
        commit = state.owners.get(place.named.path)
        shape = shape_of(footer_of(place.stretch(state.ledger)))
        current = commit is None or commit.number in counting
        report = Path(place.named.path).parts[1]
        key = (report, str(place.named.role), current, shape)
        # rows that are asked for together lie together
        order = (commit.vendor, commit.first_on or commit.received_at.date(), commit.number) if (
            commit) else ("", place.named.path)  # fmt: skip
        found.setdefault(key, []).append((order, place))
    for key in sorted(found):
        yield from _cut(state, [place for _, place in sorted(found[key], key=_first)])


def _first(pair: tuple[tuple[object, ...], Place]) -> tuple[str, ...]:
    return tuple(str(part).rjust(12, "0") for part in pair[0])


def _may_move(state: State, place: Place) -> bool:
    """Whether a file holds rows and does not lie in a pack that is large enough already."""
    if not place.named.rows:
        return False
    path = state.ledger / place.path
    return place.path not in state.places.packs or path.stat().st_size < FULL_BYTES // 2


def _cut(state: State, places: Sequence[Place]) -> Iterator[list[Place]]:
    """Yield places in packs of at most the full size; one that would change nothing is left out."""
    group: list[Place] = []
    size = 0
    for place in places:
        length = place.length or (state.ledger / place.path).stat().st_size
        if group and size + length > FULL_BYTES:
            yield from _if_better(state, group)
            group, size = [], 0
        group.append(place)
        size += length
    yield from _if_better(state, group)


def _if_better(state: State, group: list[Place]) -> Iterator[list[Place]]:
    """Yield a group that makes fewer files of many, or is all that is left of a pack."""
    paths = {place.path for place in group}
    pack = state.places.packs.get(group[0].path) if group else None
    if len(paths) > 1:
        yield group
    elif pack is not None:
        left = [p for p in state.places.files.values() if p.path == pack.path]
        if len(left) < len(pack.members) and len(left) == len(group):
            yield group


def _publish(ledger: Path, chain: Chain, drafts: Sequence[PackDraft]) -> Compaction:
    def record_of(files: tuple[DataFile, ...]) -> Compaction:
        return Compaction(
            number=chain.next_number,
            posted_at=now_after(chain),
            packs=tuple(d.pack(file) for d, file in zip(drafts, files, strict=True)),
            previous_sha256=chain.head,
        )

    return publish_record(ledger, chain, [draft.staged for draft in drafts], record_of)


def _retire(ledger: Path, history: History, *, at_once: bool) -> None:
    """Begin the day after which files that were packed are removed, or remove them now."""
    places = State(ledger, history.refresh()).places
    for name in sorted(places.retired):
        path = ledger / name
        if at_once:
            durable.remove(path)
        else:
            with contextlib.suppress(OSError):
                os.utime(path)
