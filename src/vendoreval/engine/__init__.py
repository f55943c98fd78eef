"""The only place that compiles and runs queries.

Ibis is the compiler, the engine's own driver runs the text. The embedded engine
is DuckDB over the ledger's Parquet files; PostgreSQL, ClickHouse and Spark answer the same
expressions with the same types.
"""

from vendoreval.engine.address import connect, in_schema, shown
from vendoreval.engine.base import MAXIMUM_ROWS, Connection, Engine, Files, day_of, frame
from vendoreval.engine.compared import Asked, Compared
from vendoreval.engine.compiler import COMPILED_ONLY, compile_sql
from vendoreval.engine.deferred import Deferred
from vendoreval.engine.embedded import EMBEDDED, DuckEngine, Embedded, default_memory_limit
from vendoreval.engine.loads import Load, load_name
from vendoreval.engine.mapping import MappedTable
from vendoreval.engine.parts import Part, Parts, source_sql
from vendoreval.engine.remote import Stores

__all__ = [
    "COMPILED_ONLY",
    "EMBEDDED",
    "MAXIMUM_ROWS",
    "Asked",
    "Compared",
    "Connection",
    "Deferred",
    "DuckEngine",
    "Embedded",
    "Engine",
    "Files",
    "Load",
    "MappedTable",
    "Part",
    "Parts",
    "Stores",
    "compile_sql",
    "connect",
    "day_of",
    "default_memory_limit",
    "frame",
    "in_schema",
    "load_name",
    "shown",
    "source_sql",
]
