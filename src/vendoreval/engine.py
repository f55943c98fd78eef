"""The only file that compiles and runs queries.

Ibis is the compiler, the engine's own driver runs the text. The embedded engine
is DuckDB over the ledger's Parquet files, with a memory limit, a spill folder
and no extension ever fetched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb
import ibis
import pandas as pd
import pyarrow as pa

from vendoreval.tables import COLUMN_TYPES

MAXIMUM_ROWS = 1_000_000
_DUCKDB_TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR"}


class Engine(Protocol):
    """Anything that can answer an unbound Ibis expression with a small table."""

    dialect: str

    def run(self, expression: ibis.Table, *, maximum_rows: int = MAXIMUM_ROWS) -> pa.Table:
        """Run a query and return its rows."""
        ...


def compile_sql(expression: ibis.Table, dialect: str) -> str:
    """Return the text of a query in the dialect of an engine."""
    return str(ibis.to_sql(expression, dialect=dialect))


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
        Report name -> Parquet files that make up its rows now. A report without
        files is an empty table.
    memory_limit
        Half of the machine's memory when not given.
    threads
        All cores when not given.
    rows
        Report name -> rows in memory, in place of its files.
    """

    files: Mapping[str, Sequence[Path]]
    memory_limit: str | None = None
    threads: int | None = None
    rows: Mapping[str, pa.Table] = field(default_factory=dict, repr=False)
    dialect: str = "duckdb"
    _connection: duckdb.DuckDBPyConnection = field(init=False, repr=False)
    _spill: tempfile.TemporaryDirectory[str] = field(init=False, repr=False)

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
        for report in COLUMN_TYPES:
            if report in self.rows:
                self._connection.register(report, self.rows[report])
            else:
                self._connection.execute(_view(report, self.files.get(report, ())))

    def run(self, expression: ibis.Table, *, maximum_rows: int = MAXIMUM_ROWS) -> pa.Table:
        """Run a query.

        Raises
        ------
        ValueError
            If it answers with more rows than a reduced table may have.
        """
        query = compile_sql(expression.limit(maximum_rows + 1), self.dialect)
        result: pa.Table = self._connection.sql(query).to_arrow_table()
        if result.num_rows > maximum_rows:
            raise ValueError(f"the query answers with more than {maximum_rows} rows")
        return result

    def close(self) -> None:
        """Close the connection and remove the spill folder."""
        self._connection.close()
        self._spill.cleanup()

    def __enter__(self) -> DuckEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def default_memory_limit() -> str:
    """Return half of the machine's memory, as DuckDB writes it, and never less than 1 GiB."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        total = 4 << 30
    return f"{max(total // 2, 1 << 30) >> 20}MiB"


def _view(report: str, files: Sequence[Path]) -> str:
    columns = COLUMN_TYPES[report]
    if not files:
        nulls = ", ".join(
            f'CAST(NULL AS {_DUCKDB_TYPES.get(kind, kind)}) AS "{name}"'
            for name, kind in columns.items()
        )
        return f'CREATE VIEW "{report}" AS SELECT {nulls} WHERE FALSE'
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    selected = ", ".join(f'"{name}"' for name in columns)
    source = f"read_parquet([{names}], union_by_name=true)"
    # report and column names are our own constants, file names are quoted above
    return f'CREATE VIEW "{report}" AS SELECT {selected} FROM {source}'  # noqa: S608
