"""Personal data erased from the files of a ledger, with a tombstone for every row.

What goes and what stays
------------------------
The values of the personal columns of the chosen rows go: those that the agreement of the
delivery marks as personal, in accepted, quarantined and superseded rows and in the list of
faults, and every other cell of a quarantined row that holds the phone looked for. Rows,
keys, durations, outcomes and money stay, so that every count, every sum and every audit
stays as it was.

Each file that held such values is written again without them, and the former file is
removed: the values are in no file of the ledger any more (copies that the file system or
a backup keeps are beyond its reach). A pack that held such a file is written again too.

Why the chain still holds
-------------------------
No record is touched. The record of the erasure, a link of the chain like any other, says
for each file: its name, the hash it had, the file that stands in its place and the hash of
that. `verify` asks every file for the hash that the last record about it says.

The tombstone
-------------
One line for each row: delivery, row, key, the columns erased, and a hash of the row as it
was. The hash is of the row *and a secret code* of 256 bits that the ledger does not keep: it
is in the receipt. Without the code nobody can find the phone by trying all phones; with
the code and the original row it can be shown that the tombstone stands for exactly this row
(`ErasureReceipt.proves`). A key that is itself personal is not kept.

An erasure is so distinguishable from a deletion: a deleted company is gone without a trace,
an erased one has its key, the day and the reason here.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vendoreval.ledger import durable
from vendoreval.ledger.erased_rows import Change, changes
from vendoreval.ledger.folder import ledger_error, make_folders, system_failures
from vendoreval.ledger.history import History
from vendoreval.ledger.packing import PackDraft, draft_pack
from vendoreval.ledger.records import DataFile, ErasedFile, Erasure
from vendoreval.ledger.selection import Selection
from vendoreval.ledger.staging import new_folder
from vendoreval.ledger.state import State
from vendoreval.ledger.tombstones import row_hash, write_tombstones
from vendoreval.ledger.writing import (
    TakenError,
    every_number_taken,
    looks,
    now_after,
    publish_record,
)
from vendoreval.text import msg


@dataclass(frozen=True)
class ErasureReceipt:
    """What an erasure did, and the code that only this receipt holds.

    Parameters
    ----------
    rows
        Report -> rows whose values were erased.
    received
        Names of the received files in which the data came; they lie outside the ledger.
    code
        Keep it with the request: with it a tombstone can be proved.
    record
        `None` when it was only looked what would be erased.
    """

    rows: Mapping[str, int]
    received: tuple[str, ...]
    code: str = field(repr=False, default="")
    record: Erasure | None = None

    def proves(self, row: Mapping[str, Any], tombstone_hash: str) -> bool:
        """Whether a row as it was is the one a tombstone stands for."""
        return row_hash(row, self.code) == tombstone_hash

    def __repr__(self) -> str:
        done = "erased" if self.record else "would erase"
        return f"ErasureReceipt({done} {sum(self.rows.values())} rows)"


def erase(
    ledger: Path,
    history: History,
    selection: Selection,
    *,
    reason: str,
    request: str | None = None,
    try_only: bool = False,
) -> ErasureReceipt:
    """Erase personal data; see `Ledger.erase`."""
    _stop_if_unfit(ledger, selection, reason)
    code = secrets.token_hex(32)
    with system_failures(ledger), contextlib.ExitStack() as cleanup:
        if not try_only:
            make_folders(ledger)
        for chain in looks(history):
            state = State(ledger, chain)
            found = changes(state, selection)
            if not found or try_only:
                return _receipt(found)
            try:
                record = _publish(state, found, selection, reason, request, code, cleanup)
            except TakenError:
                continue
            _remove(ledger, history)
            return _receipt(found, code, record)
    raise every_number_taken(ledger)


def _stop_if_unfit(ledger: Path, selection: Selection, reason: str) -> None:
    if not reason.strip():
        raise ledger_error(
            ledger, msg("no reason is given"), msg("why the data are erased"),
            msg("run the command again with a reason"),
        )  # fmt: skip
    if selection.names_itself_in(reason):
        raise ledger_error(
            ledger,
            msg("the reason holds what is to be erased"),
            msg("a reason that names nobody; it is kept for ever"),
            msg("write the number of the request instead"),
        )


def _publish(
    state: State,
    found: tuple[Change, ...],
    selection: Selection,
    reason: str,
    request: str | None,
    code: str,
    cleanup: contextlib.ExitStack,
) -> Erasure:
    folder = new_folder(state.ledger, cleanup)
    written = [change.write(state, folder, n) for n, change in enumerate(found)]
    repacked = _repacked(state, {change.place.named.path for change in found}, folder)
    stones = write_tombstones(state, found, code, folder)

    def record_of(files: tuple[DataFile, ...]) -> Erasure:
        changed = files[: len(written)]
        packs = files[len(written) : len(written) + len(repacked)]
        return Erasure(
            number=state.chain.next_number,
            posted_at=now_after(state.chain),
            reason=reason,
            request=request,
            selected=selection.kind,
            rows=sum(len(change.rows) for change in found if change.counts),
            files=tuple(
                ErasedFile(path=change.place.named.path, sha256_before=change.place.sha256,
                           file=file)
                for change, file in zip(found, changed, strict=True)
            ),
            tombstones=files[len(written) + len(repacked) :],
            packs=tuple(one.pack(file) for one, file in zip(repacked, packs, strict=True)),
            previous_sha256=state.chain.head,
        )  # fmt: skip

    staged = [*written, *(one.staged for one in repacked), *stones]
    return publish_record(state.ledger, state.chain, staged, record_of)


def _repacked(state: State, changed: set[str], folder: Path) -> list[PackDraft]:
    """Return the packs that held a changed file, without it.

    A pack may hold the bytes of a file that lies elsewhere by now: these are bytes all the same.
    """
    places = state.places.files.values()
    affected = [
        pack.path
        for pack in state.places.packs.values()
        if any(member.path in changed for member in pack.members)
    ]
    rests = [
        [p for p in places if p.path == path and p.named.path not in changed]
        for path in sorted(affected)
    ]
    return [draft_pack(state, rest, folder) for rest in rests if rest]


def _remove(ledger: Path, history: History) -> None:
    """Remove every file that held the values; only then is the erasure done.

    Raises
    ------
    OSError
        If one cannot be removed.
    """
    places = State(ledger, history.refresh()).places
    folders = set()
    for name in sorted(places.erased - places.needed):
        path = ledger / name
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
            folders.add(path.parent)
    for folder in folders:
        durable.sync_folder(folder)


def _receipt(
    found: tuple[Change, ...], code: str = "", record: Erasure | None = None
) -> ErasureReceipt:
    rows: dict[str, int] = {}
    for change in found:
        if change.counts:
            rows[change.commit.report] = rows.get(change.commit.report, 0) + len(change.rows)
    received = sorted({f"{change.commit.vendor}/{change.commit.file}" for change in found})
    return ErasureReceipt(rows, tuple(received), code if record else "", record)
