"""DuckDB over Parquet files of the ledger, whatever columns an agreement gave them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from vendoreval.engine import default_memory_limit


@contextmanager
def scanner() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a cursor with a memory limit, a spill folder and no extension ever fetched.

    All share one database without tables: to open one takes longer than most questions.
    """
    with _database().cursor() as cursor:
        yield cursor


@cache
def _database() -> duckdb.DuckDBPyConnection:
    spill = tempfile.mkdtemp(prefix="vendoreval-spill-")
    atexit.register(shutil.rmtree, spill, ignore_errors=True)
    return duckdb.connect(
        config={
            "memory_limit": default_memory_limit(),
            "temp_directory": spill,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


def name(text: str) -> str:
    """Return a column name quoted for SQL."""
    return '"' + text.replace('"', '""') + '"'


def source(files: Sequence[Path]) -> str:
    """Return the rows of Parquet files as a source of SQL."""
    quoted = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{quoted}], union_by_name=true, filename='_file')"


def columns_of(files: Sequence[Path]) -> frozenset[str]:
    """Return the columns that any of the files holds."""
    return frozenset(column for path in files for column in pq.read_schema(path).names)
