"""Which values of which files an erasure takes, and the files without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vendoreval.agreement import ReportSchema, agreement_from_bytes
from vendoreval.ledger.by_key import rows_of
from vendoreval.ledger.folder import AGREEMENTS
from vendoreval.ledger.places import Place
from vendoreval.ledger.records import Commit, DataFile
from vendoreval.ledger.rows import DAY_COLUMNS
from vendoreval.ledger.selection import Selection, texts_of
from vendoreval.ledger.staging import Staged, staged_file
from vendoreval.ledger.state import State

# personal whatever an agreement forgot to mark
_ALWAYS = ("phone", "caller_phone")
_OWN_LINE = "caller_phone"
# a number is kept there so that nobody calls it: only a request that names the report takes it
_KEPT_UNLESS_NAMED = frozenset({"do_not_call"})
# a retention rule is asked of many files; only these columns are read to find the rows
_FINDING = ("_row", "lead_id")


@dataclass(frozen=True)
class Change:
    """What goes from one data file.

    Parameters
    ----------
    masks
        Column -> where its value goes.
    rows
        Places of the rows in the file.
    counts
        Whether its rows are rows of the delivery: not those of a copy or of the list of faults.
    key
        Columns of the key that are kept.
    """

    commit: Commit
    place: Place
    masks: Mapping[str, pa.Array]
    rows: pa.Array
    counts: bool
    key: tuple[str, ...] = ()

    def write(self, state: State, folder: Path, number: int) -> Staged:
        """Write the file without the values."""
        table = rows_of(state.ledger, self.place)
        for name, mask in self.masks.items():
            column = table[name]
            if pa.types.is_dictionary(column.type):
                # a dictionary would keep the value although no row points to it
                column = pc.cast(column, column.type.value_type)
            empty = pa.scalar(None, column.type)
            table = table.set_column(
                table.column_names.index(name), name, pc.if_else(mask, empty, column)
            )
        path = folder / f"erased-{number:06d}.parquet"
        pq.write_table(table, path, compression="zstd", write_statistics=False)
        return staged_file(path, Path(self.place.named.path).parts[1],
                           f"erased-{self.place.named.role}", self.place.named.role)  # fmt: skip


def changes(state: State, selection: Selection) -> tuple[Change, ...]:
    """Return what an erasure takes, file by file; nothing where the values are gone already."""
    if selection.phone is not None:
        selection = replace(selection, leads=_leads_of(state, selection))
    copies = _copies(state)
    found: list[Change] = []
    for commit in state.chain.commits:
        if selection.report is None and commit.report in _KEPT_UNLESS_NAMED:
            continue
        if selection.report not in {None, commit.report}:
            continue
        if selection.vendor not in {None, commit.vendor}:
            continue
        state.parts([commit])  # a damaged file is mended first
        found += _of_commit(state, selection, commit, copies.get(commit.number, ()))
    return tuple(found)


def _leads_of(state: State, selection: Selection) -> frozenset[str]:
    """Return the leads that were handed over with the phone."""
    leads: set[str] = set()
    for commit in state.chain.commits:
        if commit.report != "leads":
            continue
        for place in state.delivered(commit):
            table = rows_of(state.ledger, place, ["lead_id", "phone"])
            leads.update(table.filter(selection.of_table(table, ("phone",), None))["lead_id"]
                         .to_pylist())  # fmt: skip
    return frozenset(lead for lead in leads if lead is not None)


def _copies(state: State) -> dict[int, list[DataFile]]:
    """Return number of a delivery -> copies of its files without rows replaced by key."""
    own = {file.path for commit in state.chain.commits for file in commit.files}
    copies: dict[int, dict[str, DataFile]] = {}
    for commit in state.chain.commits:
        for part in commit.replaces:
            named = {file.path: file for file in part.files if file.path not in own}
            copies.setdefault(part.delivery, {}).update(named)
    return {number: list(files.values()) for number, files in copies.items()}


def _of_commit(
    state: State, selection: Selection, commit: Commit, copies: list[DataFile] | tuple[()]
) -> Iterator[Change]:
    schema = _schema(state.ledger, commit.agreement_sha256, commit.vendor, commit.report)
    personal = _personal(schema)
    numbers: set[int] = set()
    is_old = selection.before is not None and _ended_before(commit, selection)
    for file in (*commit.files, *copies):
        place = state.places.files[file.path]
        if file.role == "accepted":
            change = _of_accepted(state, selection, commit, place, schema, file in copies)
        elif file.role == "quarantine":
            change = _of_quarantine(state, selection, commit, place, personal, schema, is_old)
        else:
            continue
        if change is not None:
            numbers |= _numbers(state, change)
            yield change
    for file in commit.files:
        if file.role == "faults":
            place = state.places.files[file.path]
            change = _of_faults(state, selection, commit, place, personal, numbers, is_old)
            if change is not None:
                yield change


@lru_cache(maxsize=256)
def _schema(ledger: Path, digest: str, vendor: str, report: str) -> ReportSchema | None:
    place = ledger / AGREEMENTS / f"{digest}.odcs.yaml"
    return agreement_from_bytes(place.read_bytes(), vendor, str(place)).reports.get(report)


def _personal(schema: ReportSchema | None) -> tuple[str, ...]:
    marked = [c.name for c in schema.columns if c.personal] if schema else []
    return tuple(dict.fromkeys((*_ALWAYS, *marked)))


def _ended_before(commit: Commit, selection: Selection) -> bool:
    assert selection.before is not None  # noqa: S101  asked of an age only
    last = commit.last_on or (commit.span.last_day if commit.span else commit.received_at.date())
    return last < selection.before


def _of_accepted(
    state: State, selection: Selection, commit: Commit, place: Place,
    schema: ReportSchema | None, is_copy: bool,
) -> Change | None:  # fmt: skip
    names = pq.read_schema(state.ledger / place.path).names
    personal = [name for name in _personal(schema) if name in names]
    if not personal:
        return None
    day = DAY_COLUMNS.get(commit.report)
    wanted = {*personal, *_FINDING, *(selection.key or ()), *([day] if day else [])}
    table = rows_of(state.ledger, place, [name for name in names if name in wanted])
    meant = selection.of_table(table, personal, day)
    key = tuple(n for n in (schema.key if schema else ()) if n in names)
    marked = {c.name for c in schema.columns if c.personal} if schema else set()
    if selection.kind in {"lead", "key"}:
        # the line a call was made from is the vendor's
        personal = [n for n in personal if n != _OWN_LINE or n in marked]
    only = {}
    if selection.kind == "phone":
        # of two numbers in a row only the one looked for, unless the row is of the person's lead
        of_lead = selection.of_leads(table)
        for name in (n for n in _ALWAYS if n in personal):
            own = selection.of_table(table.select([name]), [name], None)
            only[name] = own if name == _OWN_LINE else pc.or_(own, of_lead)
    return _change(commit, place, table, meant, personal, counts=not is_copy, key=key, only=only)


def _of_quarantine(
    state: State, selection: Selection, commit: Commit, place: Place,
    personal: tuple[str, ...], schema: ReportSchema | None, is_old: bool,
) -> Change | None:  # fmt: skip
    table = rows_of(state.ledger, place)
    meant = selection.of_texts(table, is_old)
    here = [name for name in personal if name in table.column_names]
    # a cell in the wrong column holds the number as well
    extra = {}
    if selection.phone is not None:
        extra = {n: selection.in_text(table[n]) for n in texts_of(table) if n not in here}
    key = tuple(
        n for n in (schema.key if schema else ()) if n in table.column_names and n not in here
    )
    return _change(commit, place, table, meant, here, counts=True, key=key, extra=extra)


def _of_faults(
    state: State, selection: Selection, commit: Commit, place: Place,
    personal: tuple[str, ...], numbers: set[int], is_old: bool,
) -> Change | None:  # fmt: skip
    table = rows_of(state.ledger, place)
    own = pc.is_in(table["_row"], value_set=pa.array(sorted(numbers), pa.int64()))
    about = pc.is_in(pc.cast(table["column"], pa.large_string()),
                     value_set=pa.array(sorted(personal), pa.large_string()))  # fmt: skip
    # a line that is no row stands here whole, without a column
    loose = pc.is_null(table["column"])
    meant = pc.and_(own, about)
    if is_old:
        meant = pc.or_(about, loose)
    if selection.phone is not None:
        meant = pc.or_(meant, selection.in_text(table["value"]))
    return _change(commit, place, table, _whole(meant), ["value"], counts=False)


def _whole(mask: pa.ChunkedArray | pa.Array) -> pa.Array:
    mask = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
    return pc.fill_null(mask, False)


def _change(
    commit: Commit, place: Place, table: pa.Table, meant: pa.Array, columns: list[str],
    *, counts: bool, key: tuple[str, ...] = (), extra: Mapping[str, pa.Array] | None = None,
    only: Mapping[str, pa.Array] | None = None,
) -> Change | None:  # fmt: skip
    """Return the change, of rows that still hold a value."""
    masks = {n: _whole(pc.and_(meant, pc.is_valid(table[n]))) for n in columns}
    masks |= {n: _whole(pc.and_(masks[n], mask)) for n, mask in (only or {}).items()}
    masks |= {n: _whole(pc.and_(mask, meant)) for n, mask in (extra or {}).items()}
    masks = {n: mask for n, mask in masks.items() if pc.any(mask).as_py()}
    if not masks:
        return None
    touched = pa.array([False] * table.num_rows)
    for mask in masks.values():
        touched = pc.or_(touched, mask)
    rows = pc.indices_nonzero(touched)
    return Change(commit, place, masks, rows, counts, tuple(n for n in key if n not in masks))


def _numbers(state: State, change: Change) -> set[int]:
    table = rows_of(state.ledger, change.place, ["_row"])
    return set(table["_row"].take(change.rows).to_pylist())
