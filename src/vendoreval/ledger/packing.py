"""One pack, written and read back before anybody relies on it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from vendoreval.ledger.folder import ledger_error
from vendoreval.ledger.parquet_pack import Packed, write_pack
from vendoreval.ledger.places import Place
from vendoreval.ledger.records import DataFile, Member, Pack
from vendoreval.ledger.staging import Staged, staged_file
from vendoreval.ledger.state import State
from vendoreval.text import msg


@dataclass(frozen=True)
class PackDraft:
    """A pack that waits for its name."""

    staged: Staged
    places: tuple[Place, ...]
    packed: tuple[Packed, ...]

    def pack(self, file: DataFile) -> Pack:
        """Return what a record says of it."""
        members = tuple(
            Member(path=place.named.path, **vars(where))
            for place, where in zip(self.places, self.packed, strict=True)
        )
        return Pack(path=file.path, sha256=file.sha256, rows=file.rows, role=file.role,
                    members=members)  # fmt: skip


def draft_pack(state: State, places: Sequence[Place], folder: Path) -> PackDraft:
    """Write one pack into a folder of work in progress and read every file back from it.

    Raises
    ------
    LedgerError
        If a file is damaged: what is damaged stays where it can be mended.
    """
    state.stop_if_damaged(places)
    named = places[0].named
    path = folder / f"pack-{len(list(folder.iterdir())):06d}.parquet"
    with path.open("xb") as stream:
        packed, _ = write_pack([place.stretch(state.ledger) for place in places], stream)
    _stop_if_other(state.ledger, places, packed, path)
    report = Path(named.path).parts[1]
    staged = staged_file(path, report, f"pack-{named.role}", named.role)
    return PackDraft(staged, tuple(places), tuple(packed))


def _stop_if_other(
    ledger: Path, places: Sequence[Place], packed: Sequence[Packed], path: Path
) -> None:
    """Compare every file with what the pack gives for it: its bytes and its rows.

    Raises
    ------
    LedgerError
        If a file is not as it was written; nothing has been published then.
    RuntimeError
        If the pack gives other rows.
    """
    with pq.ParquetFile(path) as pack:
        group = 0
        for place, where in zip(places, packed, strict=True):
            if (where.sha256, where.rows) != (place.sha256, place.named.rows):
                raise ledger_error(
                    ledger / place.path,
                    msg("the bytes of %(file)s inside it were changed", file=place.named.path),
                    msg("the bytes whose hash its record holds"),
                    msg("restore the folder of the ledger from a backup"),
                )
            with pq.ParquetFile(_opened(ledger, place)) as own:
                for number in range(own.num_row_groups):
                    if not pack.read_row_group(group).equals(own.read_row_group(number)):
                        raise RuntimeError(f"{place.named.path} reads otherwise from the pack")
                    group += 1


def _opened(ledger: Path, place: Place) -> Path | io.BytesIO:
    stretch = place.stretch(ledger)
    if stretch.length is None:
        return stretch.path
    with stretch.path.open("rb") as stream:
        stream.seek(stretch.offset)
        return io.BytesIO(stream.read(stretch.length))
