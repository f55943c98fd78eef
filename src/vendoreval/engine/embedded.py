"""DuckDB in this process: a memory limit, a spill folder, and no extension ever fetched."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from vendoreval.engine.base import MAXIMUM_ROWS, TYPES, Files
from vendoreval.engine.compiler import named_tables, text_of
from vendoreval.engine.parts import Parts, source_sql
from vendoreval.errors import LedgerError, Problem, plain_problem
from vendoreval.text import msg

_DUCKDB_TYPES: Final = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR"}


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
    spill_folder
        Where a folder for what does not fit into memory is made; the folder for temporary
        files when not given.
    """

    files: Files
    memory_limit: str | None = None
    threads: int | None = None
    spill_folder: Path | None = None
    dialect: str = "duckdb"
    _connection: duckdb.DuckDBPyConnection = field(init=False, repr=False)
    _spill: tempfile.TemporaryDirectory[str] = field(init=False, repr=False)
    _ready: set[str] = field(init=False, repr=False, default_factory=set)

    def __post_init__(self) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="vendoreval-spill-", dir=self.spill_folder)
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
        query = text_of(expression.op(), maximum_rows + 1, self.dialect)
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
        for report in named_tables(expression):
            if report in self._ready:
                continue
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
    columns = TYPES[report]
    if not parts:
        nulls = ", ".join(
            f'CAST(NULL AS {_DUCKDB_TYPES.get(kind, kind)}) AS "{name}"'
            for name, kind in columns.items()
        )
        return f'CREATE VIEW "{report}" AS SELECT {nulls} WHERE FALSE'
    selected = ", ".join(f'"{name}"' for name in columns)
    # report and column names are our own constants, file names are quoted
    return f'CREATE VIEW "{report}" AS SELECT {selected} FROM {source_sql(parts)}'  # noqa: S608 - our own names; values are bound or whole numbers


@dataclass(frozen=True)
class Embedded:
    """The engine inside this process, which is always there.

    Parameters
    ----------
    memory_limit, threads, spill_folder
        As `DuckEngine` takes them.
    """

    memory_limit: str | None = None
    threads: int | None = None
    spill_folder: Path | None = None
    dialect: str = "duckdb"
    address: str = "duckdb"

    def over(self, files: Files) -> DuckEngine:
        """Return an engine over some files; use it as a context manager."""
        return DuckEngine(files, self.memory_limit, self.threads, self.spill_folder)

    def remove_all(self) -> None:
        """Nothing is loaded: files are read where they are."""

    def close(self) -> None:
        """There is no session to end."""


EMBEDDED: Final = Embedded()


def empty_answer(operation: ops.Relation, maximum_rows: int) -> pa.Schema:
    """Return names and types of an answer as this engine gives it, without any row read.

    Other engines are held to them: one engine's whole sum is a decimal number, another's a
    float, and the same question must not have two kinds of answers.
    """
    with duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    ) as connection:
        for node in operation.find(ops.UnboundTable):
            columns = ", ".join(
                f'CAST(NULL AS {_duckdb_type(kind)}) AS "{name}"'
                for name, kind in node.schema.items()
            )
            connection.execute(f'CREATE VIEW "{node.name}" AS SELECT {columns} WHERE FALSE')
        # the very text that is asked of the embedded engine: it is compiled once
        text = text_of(operation, maximum_rows, "duckdb")
        return connection.sql(text).to_arrow_table().schema


def _duckdb_type(kind: Any) -> str:
    name = str(kind).removeprefix("!")
    return _DUCKDB_TYPES.get(name, name)
