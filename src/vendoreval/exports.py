"""Everything that counts, written for other tools: Parquet files, a DuckDB file, Delta tables.

Each report becomes one table with its canonical columns and `delivery`, the number under
which `deliveries` (a table too) tells file, period and hash. What was said and done stands in
`events`, when there is anything. Phones are masked unless asked
otherwise, and rows never pass through memory as a whole. Parquet and DuckDB are written
beside their place and get their name when they are whole; a Delta table is replaced by
a commit of its own log, so that whoever reads it sees the former state or the new one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vendoreval.engine import Part
from vendoreval.errors import AgreementError, LedgerError, os_problem, plain_problem
from vendoreval.ledger import Commit, Ledger
from vendoreval.ledger.events import events_table
from vendoreval.report import mask_phone, mask_text
from vendoreval.tables import COLUMN_TYPES, REPORTS
from vendoreval.text import msg

Form = Literal["parquet", "duckdb", "delta"]
FORMS: Final[tuple[Form, ...]] = ("parquet", "duckdb", "delta")
_PHONES: Final = ("phone", "caller_phone")
_ARROW: Final[dict[str, pa.DataType]] = {
    "int64": pa.int64(), "string": pa.string(), "date": pa.date32(), "float64": pa.float64(),
    "timestamp": pa.timestamp("us"), "boolean": pa.bool_(), "decimal(18, 4)": pa.decimal128(18, 4),
}  # fmt: skip
_DELIVERIES: Final = pa.schema(
    [
        ("delivery", pa.int64()), ("vendor", pa.string()), ("report", pa.string()),
        ("period", pa.string()), ("file", pa.string()), ("sha256", pa.string()),
        ("received_at", pa.timestamp("us")), ("accepted_rows", pa.int64()),
        ("faulty_rows", pa.int64()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Exported:
    """What was written where.

    Parameters
    ----------
    rows
        Table -> rows.
    head_hash
        The last record of the ledger it was made from.
    """

    path: Path
    form: Form
    rows: dict[str, int]
    head_hash: str

    def __repr__(self) -> str:
        return f"Exported({self.form}, {sum(self.rows.values())} rows in {len(self.rows)} tables)"


def export_ledger(
    ledger: Ledger, path: str | Path, to: Form = "parquet", *, personal: bool = False
) -> Exported:
    """Write everything that counts for other tools.

    Parameters
    ----------
    ledger
        The ledger, or one `as_of` an instant.
    path
        A new or empty folder (Parquet), a new file (DuckDB), or the folder of Delta tables
        written before (Delta), whose earlier versions stay readable.
    personal
        Write phones as they are, for the company's own store.

    Returns
    -------
    Exported

    Raises
    ------
    AgreementError
        If the form is none, the place is taken, or a library is missing.
    LedgerError
        If a delivery is damaged or the disk refuses.

    Examples
    --------
    >>> export_ledger(ledger, "out", "parquet")  # doctest: +SKIP
    Exported(parquet, 120311 rows in 9 tables)
    """
    path = Path(path)
    if to not in FORMS:
        raise AgreementError(
            plain_problem(
                "--to",
                msg("%(value)s is written", value=str(to)),
                msg("one of: %(allowed)s", allowed=", ".join(FORMS)),
                msg("choose one of them"),
            )
        )
    tables = list(_tables(ledger, personal=personal))
    writers = {"parquet": _to_parquet, "duckdb": _to_duckdb, "delta": _to_delta}
    try:
        rows = writers[to](path, tables)
    except OSError as error:
        raise LedgerError(os_problem(str(path), error)) from error
    return Exported(path, to, rows, ledger.head_hash)


@dataclass
class _Table:
    """One table: its schema, and its rows batch by batch."""

    name: str
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    rows: int = 0

    def reader(self) -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(self.schema, self._counted())

    def _counted(self) -> Iterator[pa.RecordBatch]:
        for batch in self.batches:
            self.rows += batch.num_rows
            yield batch


def _tables(ledger: Ledger, *, personal: bool) -> Iterator[_Table]:
    live = ledger.live()
    for report in REPORTS:
        commits = [c for c in live if c.report == report]
        if not commits:
            continue
        # damage is told before anything is written
        parts = [(commit, ledger.parts(commit)) for commit in commits]
        columns = [(n, _ARROW[kind]) for n, kind in COLUMN_TYPES[report].items()]
        schema = pa.schema([("delivery", pa.int64()), *columns])
        yield _Table(report, schema, _batches(schema, parts, personal=personal))
    yield _Table("deliveries", _DELIVERIES, iter(_deliveries(live).to_batches()))
    events = ledger.events()
    if events:
        said = events_table(events, str if personal else mask_text)
        yield _Table("events", said.schema, iter(said.to_batches()))


def _deliveries(live: tuple[Commit, ...]) -> pa.Table:
    lines = [
        {
            "delivery": c.number, "vendor": c.vendor, "report": c.report, "period": c.period,
            "file": c.file, "sha256": c.sha256,
            "received_at": c.received_at.replace(tzinfo=None), "accepted_rows": c.rows.accepted,
            "faulty_rows": c.rows.quarantined + c.rows.rejected,
        }
        for c in live
    ]  # fmt: skip
    return pa.Table.from_pylist(lines, _DELIVERIES)


def _batches(
    schema: pa.Schema, parts: list[tuple[Commit, tuple[Part, ...]]], *, personal: bool
) -> Iterator[pa.RecordBatch]:
    for commit, own in parts:
        for part in own:
            for batch in _row_groups(part, schema):
                yield _shaped(batch, schema, commit.number, personal=personal)


def _row_groups(part: Part, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(part.path) as file:
        columns = [name for name in file.schema_arrow.names if name in schema.names]
        row = 0
        for number in range(file.num_row_groups):
            count = file.metadata.row_group(number).num_rows
            if part.rows is None or part.first_row <= row < part.first_row + part.rows:
                yield from file.read_row_group(number, columns=columns).to_batches()
            row += count


def _shaped(
    batch: pa.RecordBatch, schema: pa.Schema, number: int, *, personal: bool
) -> pa.RecordBatch:
    columns = []
    for field in schema:
        if field.name == "delivery":
            columns.append(pa.repeat(pa.scalar(number, pa.int64()), batch.num_rows))
        elif field.name not in batch.schema.names:
            columns.append(pa.nulls(batch.num_rows, field.type))
        else:
            column = batch.column(field.name)
            hidden = field.name in _PHONES and not personal
            columns.append((_masked(column) if hidden else column).cast(field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _masked(column: pa.Array) -> pa.Array:
    """Return phones of which only kind and last digits are left; each is masked once."""
    coded = pc.dictionary_encode(column.cast(pa.string()))
    known = pa.array([None if v is None else mask_phone(v) for v in coded.dictionary.to_pylist()],
                     pa.string())  # fmt: skip
    return known.take(coded.indices)


def _taken(path: Path) -> AgreementError:
    return AgreementError(
        plain_problem(
            str(path), msg("it is there already and not empty"), msg("a new or empty folder"),
            msg("name another folder"),
        )
    )  # fmt: skip


def _to_parquet(path: Path, tables: list[_Table]) -> dict[str, int]:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise _taken(path)
    draft = _draft_of(path)
    try:
        draft.mkdir(parents=True)
        for table in tables:
            place = draft / f"{table.name}.parquet"
            with pq.ParquetWriter(place, table.schema, compression="zstd") as writer:
                for batch in table.reader():
                    writer.write_batch(batch)
        if path.exists():
            path.rmdir()
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {table.name: table.rows for table in tables}


def _to_duckdb(path: Path, tables: list[_Table]) -> dict[str, int]:
    if path.exists():
        raise AgreementError(
            plain_problem(
                str(path), msg("it is there already"), msg("the name of a new file"),
                msg("name another file"),
            )
        )  # fmt: skip
    draft = _draft_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with duckdb.connect(
            str(draft),
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
        ) as connection:
            for table in tables:
                rows = table.reader()
                connection.register("rows", rows)
                # the name is one of our own constants
                connection.execute(f'CREATE TABLE "{table.name}" AS SELECT * FROM rows')  # noqa: S608 - the table has one of our own names
                connection.unregister("rows")
        draft.rename(path)
    except duckdb.IOException as error:
        raise LedgerError(
            os_problem(str(path), OSError(0, str(error).partition("\n")[0]))
        ) from None
    finally:
        draft.unlink(missing_ok=True)
        draft.with_name(f"{draft.name}.wal").unlink(missing_ok=True)
    return {table.name: table.rows for table in tables}


def _to_delta(path: Path, tables: list[_Table]) -> dict[str, int]:
    write, refused = _delta_writer(path)
    try:
        for table in tables:
            place = str(path / table.name)
            write(place, table.reader(), mode="overwrite", schema_mode="overwrite")
    except refused as error:
        raise LedgerError(
            os_problem(str(path), OSError(0, str(error).partition("\n")[0]))
        ) from None
    return {table.name: table.rows for table in tables}


def _delta_writer(path: Path) -> tuple[Any, type[Exception]]:
    """Return the function that writes a Delta table and what it raises."""
    try:
        from deltalake import write_deltalake  # noqa: PLC0415  optional, and heavy
        from deltalake.exceptions import DeltaError  # noqa: PLC0415 - a driver that only its extra installs
    except ImportError:
        raise AgreementError(
            plain_problem(
                str(path),
                msg("the library deltalake is not installed"),
                msg("the library that writes Delta tables"),
                msg("install it with: pip install 'vendoreval[delta]'"),
            )
        ) from None
    return write_deltalake, DeltaError


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid4().hex}.tmp")
