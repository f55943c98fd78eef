"""DuckDB over Parquet files of the ledger, whatever columns an agreement gave them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb
import pyarrow.parquet as pq

from vendoreval.engine import Part, Parts, default_memory_limit, source_sql


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


def source(parts: Parts) -> str:
    """Return rows of Parquet files as a source of SQL, with the file in the column `_file`."""
    return source_sql(parts, "_file")


def columns_of(parts: Parts) -> frozenset[str]:
    """Return the columns that any of the files holds."""
    paths = dict.fromkeys(part.path if isinstance(part, Part) else part for part in parts)
    return frozenset(column for path in paths for column in pq.read_schema(path).names)
