"""A correction of single rows: its keys take the place of the same keys delivered before.

The files as delivered stay untouched. Of every file that held such a key a copy is written
without those rows, and the record of the correction says that the earlier delivery counts
with the copy from now on. Whoever reads needs no filter, and the ledger as known before
is what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vendoreval.ledger.folder import ledger_error
from vendoreval.ledger.places import Place
from vendoreval.ledger.records import Commit, DataFile, Replaced
from vendoreval.ledger.staging import Postable, Staged, staged_file
from vendoreval.ledger.state import State
from vendoreval.text import Count, Message, msg, nmsg

_SEPARATOR = "\x1f"
_NOTHING = "\x00"


@dataclass(frozen=True)
class Rest:
    """What remains of one earlier delivery.

    Parameters
    ----------
    rows
        How many rows no longer count.
    files
        Files that stay as they are, and copies that wait for their names.
    """

    commit: Commit
    rows: int
    files: tuple[DataFile | Staged, ...]

    @property
    def staged(self) -> tuple[Staged, ...]:
        """The copies."""
        return tuple(file for file in self.files if isinstance(file, Staged))

    def replaced(self, named: Iterator[DataFile]) -> Replaced:
        """Return what the record says, the copies under their final names."""
        files = tuple(f if isinstance(f, DataFile) else next(named) for f in self.files)
        return Replaced(delivery=self.commit.number, rows=self.rows, files=files)


def stop_if_unfit(report: Postable, reason: str | None, where: Path) -> None:
    """Refuse a correction by key that cannot be one.

    Raises
    ------
    LedgerError
        If no reason is given, the report has no key, or no row was accepted.
    """
    delivery = report.delivery
    if not (reason or "").strip():
        raise ledger_error(
            where, msg("no reason is given"), msg("why rows delivered before are replaced"),
            msg("post the file again with a reason"),
        )  # fmt: skip
    if not delivery.schema.key:
        raise ledger_error(
            delivery.path,
            msg("report %(report)s has no key in the agreement", report=delivery.schema.name),
            msg("columns that tell one row from another"),
            msg("name the key in the agreement, or ask for the whole period again"),
        )
    if not report.rows.accepted:
        raise ledger_error(
            delivery.path, msg("no row of the file was accepted"),
            msg("the rows that take the place of others"), msg("mend the file and post it again"),
        )  # fmt: skip


def rests(state: State, report: Postable, folder: Path) -> tuple[Rest, ...]:
    """Return what remains of the counting deliveries that hold keys of a correction.

    Raises
    ------
    LedgerError
        If the correction lacks a column that the rows it replaces have.
    """
    delivery = report.delivery
    key = delivery.schema.key
    fresh = _keys(report.accepted_files, key)
    found = []
    for commit in state.live:
        if (commit.vendor, commit.report) != (delivery.agreement.vendor, delivery.schema.name):
            continue
        state.parts([commit])  # refuses what is damaged
        rest = _rest(state, commit, key, fresh, folder, delivery.sha256[:12])
        if rest is not None:
            found.append(rest)
    missing = sorted({c for rest in found for c in rest.commit.columns}
                     - set(report.columns_delivered))  # fmt: skip
    if missing:
        raise ledger_error(
            delivery.path,
            msg("the file lacks %(columns)s", columns=", ".join(missing)),
            msg("whole rows, with every column the rows they replace have"),
            msg("ask for the rows with all columns, or for the whole period again"),
        )
    return tuple(found)


def _rest(
    state: State, commit: Commit, key: Sequence[str], fresh: pa.Array, folder: Path, mark: str
) -> Rest | None:
    files: list[DataFile | Staged] = []
    gone = 0
    for place in state.files_of(commit):
        target = folder / f"{commit.number:010d}-{len(files):04d}.parquet"
        left = _without(state.ledger, place, key, fresh, target)
        if left is None:
            files.append(place.named)
            continue
        gone += place.named.rows - left
        if left:
            files.append(staged_file(target, commit.report, f"{mark}-rest", "accepted"))
    return Rest(commit, gone, tuple(files)) if gone else None


def _without(
    ledger: Path, place: Place, key: Sequence[str], fresh: pa.Array, target: Path
) -> int | None:
    """Write the rows with other keys; return how many, or `None` when all are others."""
    stays = pc.invert(pc.is_in(_joined(rows_of(ledger, place, key), key), value_set=fresh))
    left = int(pc.sum(stays).as_py() or 0)
    if left == place.named.rows:
        return None
    if left:
        table = rows_of(ledger, place).filter(stays)
        pq.write_table(table, target, compression="zstd", write_statistics=False)
    return left


def rows_of(ledger: Path, place: Place, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of one data file, wherever it lies."""
    wanted = None if columns is None else list(columns)
    with pq.ParquetFile(ledger / place.path) as file:
        if not place.packed:
            return file.read(columns=wanted)
        groups, row = [], 0
        for number in range(file.num_row_groups):
            if place.first_row <= row < place.first_row + place.named.rows:
                groups.append(number)
            row += file.metadata.row_group(number).num_rows
        return file.read_row_groups(groups, columns=wanted)


def read_columns(path: Path, columns: Sequence[str]) -> pa.Table:
    """Return some columns of a Parquet file; its folder's name means nothing."""
    with pq.ParquetFile(path) as file:
        return file.read(columns=list(columns))


def _keys(files: Iterable[Path], key: Sequence[str]) -> pa.Array:
    tables = [read_columns(path, key) for path in files]
    return pc.unique(_joined(pa.concat_tables(tables), key))


def _joined(table: pa.Table, key: Sequence[str]) -> pa.ChunkedArray:
    """Return the key of each row as one text."""
    texts = [pc.fill_null(pc.cast(table[name], pa.large_string()), _NOTHING) for name in key]
    if len(texts) == 1:
        return texts[0]
    separator = pa.scalar(_SEPARATOR, pa.large_string())
    return pc.binary_join_element_wise(*texts, separator)


def note_of(found: Sequence[Rest], accepted: int) -> Message:
    """Return what whoever posts a correction should know."""
    gone = sum(rest.rows for rest in found)
    new = max(accepted - gone, 0)
    return nmsg(
        "%(n)s row of earlier deliveries (%(numbers)s) no longer counts; keys not seen "
        "before: %(new)s",
        "%(n)s rows of earlier deliveries (%(numbers)s) no longer count; keys not seen "
        "before: %(new)s",
        gone, n=Count(gone), new=Count(new),
        numbers=", ".join(str(rest.commit.number) for rest in found) or "-",
    )  # fmt: skip
