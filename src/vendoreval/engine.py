"""The only file that compiles and runs queries.

Ibis is the compiler, the engine's own driver runs the text. The embedded engine
is DuckDB over the ledger's Parquet files, with a memory limit, a spill folder
and no extension ever fetched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import duckdb
import ibis
import ibis.expr.operations as ops
import pandas as pd
import pyarrow as pa

from vendoreval.errors import LedgerError, Problem, plain_problem
from vendoreval.tables import COLUMN_TYPES, LEDGER_TYPES
from vendoreval.text import msg

MAXIMUM_ROWS = 1_000_000
_TYPES: Final[Mapping[str, Mapping[str, str]]] = {**COLUMN_TYPES, **LEDGER_TYPES}
_DUCKDB_TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR"}


@dataclass(frozen=True)
class Part:
    """Rows of a Parquet file: all of them, or a stretch of a file that holds more.

    Parameters
    ----------
    first_row
        Counted from 0.
    rows
        `None` for the whole file.
    shape
        Mark of its columns and types, where it is known: files of one shape are read
        without a look at the columns of each.
    """

    path: Path
    first_row: int = 0
    rows: int | None = None
    shape: str | None = None


Parts = Sequence[Path | Part]


class Engine(Protocol):
    """Anything that can answer an unbound Ibis expression with a small table."""

    dialect: str

    def run(self, expression: ibis.Table, *, maximum_rows: int = MAXIMUM_ROWS) -> pa.Table:
        """Run a query and return its rows."""
        ...


def compile_sql(expression: ibis.Table, dialect: str) -> str:
    """Return the text of a query in the dialect of an engine."""
    return str(ibis.to_sql(expression, dialect=dialect))


@lru_cache(maxsize=256)
def _text(operation: ops.Relation, maximum_rows: int, dialect: str) -> str:
    """Return the text of a query that is asked again and again; to compile takes long."""
    return compile_sql(operation.to_expr().limit(maximum_rows), dialect)


def frame(table: pa.Table) -> pd.DataFrame:
    """Return a small result as a pandas frame."""
    result: pd.DataFrame = table.to_pandas()
    return result


@dataclass
class DuckEngine:
    """The embedded engine.

    Parameters
    ----------
    files
        Report name -> Parquet files (or parts of them) that make up its rows now, or its
        rows themselves. A report without them is an empty table. A report is looked up
        when a query first names it.
    memory_limit
        Half of the machine's memory when not given.
    threads
        All cores when not given.
    """

    files: Mapping[str, Parts | pa.Table]
    memory_limit: str | None = None
    threads: int | None = None
    dialect: str = "duckdb"
    _connection: duckdb.DuckDBPyConnection = field(init=False, repr=False)
    _spill: tempfile.TemporaryDirectory[str] = field(init=False, repr=False)
    _ready: set[str] = field(init=False, repr=False, default_factory=set)

    def __post_init__(self) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="vendoreval-spill-")
        self._connection = duckdb.connect(
            config={
                "memory_limit": self.memory_limit or default_memory_limit(),
                "threads": self.threads or os.cpu_count() or 2,
                "temp_directory": self._spill.name,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        # footers are read once, not for the plan and again for the rows
        self._connection.execute("SET parquet_metadata_cache = true")

    def run(self, expression: ibis.Table, *, maximum_rows: int = MAXIMUM_ROWS) -> pa.Table:
        """Run a query.

        Raises
        ------
        ValueError
            If it answers with more rows than a reduced table may have.
        LedgerError
            If a file went away meanwhile: it was erased or packed at once.
        """
        query = _text(expression.op(), maximum_rows + 1, self.dialect)
        try:
            self._make_ready(expression)
            result: pa.Table = self._connection.sql(query).to_arrow_table()
        except duckdb.IOException as error:
            raise LedgerError(_went_away(error)) from error
        if result.num_rows > maximum_rows:
            raise ValueError(f"the query answers with more than {maximum_rows} rows")
        return result

    def _make_ready(self, expression: ibis.Table) -> None:
        """Make a view of each report the query names for the first time."""
        named = {node.name for node in expression.op().find(ops.UnboundTable)}
        for report in sorted(named - self._ready):
            source = self.files.get(report, ())
            if isinstance(source, pa.Table):
                self._connection.register(report, source)
            else:
                self._connection.execute(_view(report, source))
            self._ready.add(report)

    def close(self) -> None:
        """Close the connection and remove the spill folder."""
        self._connection.close()
        self._spill.cleanup()

    def __enter__(self) -> DuckEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _went_away(error: duckdb.IOException) -> Problem:
    return plain_problem(
        "ledger",
        msg("a file went away while it was read: %(reason)s",
            reason=str(error).partition("\n")[0]),
        msg("the files that were there when the question was asked"),
        msg("run the command again; the ledger was packed or data were erased meanwhile"),
    )  # fmt: skip


def default_memory_limit() -> str:
    """Return half of the machine's memory, as DuckDB writes it, and never less than 1 GiB."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        total = 4 << 30
    return f"{max(total // 2, 1 << 30) >> 20}MiB"


def _view(report: str, parts: Parts) -> str:
    columns = _TYPES[report]
    if not parts:
        nulls = ", ".join(
            f'CAST(NULL AS {_DUCKDB_TYPES.get(kind, kind)}) AS "{name}"'
            for name, kind in columns.items()
        )
        return f'CREATE VIEW "{report}" AS SELECT {nulls} WHERE FALSE'
    selected = ", ".join(f'"{name}"' for name in columns)
    # report and column names are our own constants, file names are quoted
    return f'CREATE VIEW "{report}" AS SELECT {selected} FROM {source_sql(parts)}'  # noqa: S608


def source_sql(parts: Parts, filename: str | None = None, row: str | None = None) -> str:
    """Return rows of Parquet files as a source of DuckDB's SQL; a column one lacks is null.

    Parameters
    ----------
    filename, row
        Names of two columns more: the file, and the number of the row in it from 0.

    Examples
    --------
    >>> source_sql([Path("a.parquet")])
    "read_parquet(['a.parquet'], union_by_name=true)"
    """
    given = [part if isinstance(part, Part) else Part(part) for part in parts]
    whole: dict[str | None, list[Path]] = {}
    stretches: dict[Path, list[tuple[int, int]]] = {}
    for part in given:
        if part.rows is None:
            whole.setdefault(part.shape, []).append(part.path)
        elif part.rows:
            stretches.setdefault(part.path, []).append((part.first_row, part.rows))
    if len(whole) == 1 and not stretches and row is None:
        ((shape, paths),) = whole.items()
        return _read(paths, filename, alike=shape is not None)
    selects = []
    for shape, paths in whole.items():
        every = "*" if row is None else f'* RENAME (file_row_number AS "{row}")'
        read = _read(paths, filename, alike=shape is not None, numbered=row is not None)
        selects.append(f"SELECT {every} FROM {read}")  # noqa: S608
    left = "EXCLUDE (file_row_number)"
    kept = left if row is None else f'RENAME (file_row_number AS "{row}")'
    for path, ranges in stretches.items():
        condition = " OR ".join(
            f"file_row_number BETWEEN {first} AND {last}" for first, last in _joined(ranges)
        )
        read = _read([path], filename, alike=True, numbered=True)
        selects.append(f"SELECT * {kept} FROM {read} WHERE {condition}")  # noqa: S608
    return f"({' UNION ALL BY NAME '.join(selects)})"


def _read(
    paths: Sequence[Path], filename: str | None, *, alike: bool, numbered: bool = False
) -> str:  # fmt: skip
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    # to put columns together by name every footer is read before the first row
    options = f"union_by_name={'false' if alike else 'true'}"
    if filename is not None:
        options += f", filename='{filename}'"
    if numbered:
        options += ", file_row_number=true"
    return f"read_parquet([{names}], {options})"


def _joined(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield first and last row of stretches, those that touch made into one."""
    start, end = -1, -1
    for first, rows in sorted(ranges):
        if first > end:
            if end > 0:
                yield start, end - 1
            start, end = first, first + rows
        else:
            end = max(end, first + rows)
    if end > 0:
        yield start, end - 1
