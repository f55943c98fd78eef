"""ClickHouse: rows are loaded once into tables of a database of their own, or read in place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final
from uuid import uuid4

import pyarrow as pa

from vendoreval.engine.answers import from_arrow
from vendoreval.engine.base import TYPES, arrow_schema
from vendoreval.engine.batches import row_groups, shaped
from vendoreval.engine.clickhouse_ways import Way
from vendoreval.engine.failures import too_old
from vendoreval.engine.loads import Load, load_name, wanted_rows
from vendoreval.engine.mapping import MappedTable
from vendoreval.engine.parts import Part
from vendoreval.engine.remote import Stores
from vendoreval.engine.table_sql import columns_sql, selected_from, with_load

_OLDEST: Final = (24, 3)
_TYPES: Final = {
    pa.int64(): "Int64", pa.string(): "String", pa.date32(): "Date32", pa.float64(): "Float64",
    pa.timestamp("us"): "DateTime64(6, 'UTC')", pa.bool_(): "Bool",
}  # fmt: skip


class ClickHouse(Stores):
    """A session with ClickHouse 24.3 or newer.

    Parameters
    ----------
    database
        Where loaded rows are kept; made when the first are.
    """

    dialect = "clickhouse"

    def __init__(
        self,
        way: Way,
        address: str,
        database: str = "vendoreval",
        tables: Mapping[str, MappedTable] | None = None,
    ) -> None:
        super().__init__(address, tables)
        self._way = way
        # a name without quotes of either kind needs no escaping
        self._name = re.sub(r"[^A-Za-z0-9_]", "_", database)
        self._base = f'"{self._name}"'
        self._numbers = count(1)
        self._mark = uuid4().hex[:8]
        self._known: set[str] = set()
        version = str(way.query("SELECT version() AS v")["v"][0].as_py())
        if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
            way.close()
            raise too_old(address, version, ".".join(map(str, _OLDEST)))

    # -------------------------------------------------------------- questions

    def fetch(self, text: str, schema: pa.Schema) -> pa.Table:
        """Run a query and return its rows with the types of a schema."""
        found = self._way.query(text)
        return from_arrow(found, schema) if found.num_columns else schema.empty_table()

    def from_memory(self, name: str, rows: pa.Table) -> tuple[str, str]:
        """Put rows into a table of this session's own name."""
        self._make_base()
        place = f'{self._base}."{name}_{self._mark}_{next(self._numbers)}"'
        self._way.command(
            f"CREATE TABLE {place} ({columns_sql(rows.schema, sql_type)}) ENGINE = Memory"
        )
        if rows.num_rows:
            self._way.insert(place, rows.schema, iter(rows.to_batches()))
        return place, selected_from(rows.schema, place)

    def forget(self, name: str) -> None:
        """Remove such a table."""
        self._way.command(f"DROP TABLE IF EXISTS {name}")

    def close(self) -> None:
        """End the session."""
        self._way.close()

    # ------------------------------------------------------------------- rows

    def from_files(self, table: str, parts: tuple[Part, ...]) -> str:
        """Return the query over loaded rows; what is not there yet is loaded first."""
        schema = arrow_schema(table)
        if not parts:
            nothing = ", ".join(f'CAST(NULL AS {sql_type(f.type)}) AS "{f.name}"' for f in schema)
            return f"SELECT {nothing} WHERE FALSE"
        self.prepare(table)
        held = {load.name: load for load in self.loads(table)}
        missing = [part for part in parts if load_name(part) not in held]
        self._load(table, schema, missing, sum(map(wanted_rows, missing)))
        if missing:
            held = {load.name: load for load in self.loads(table)}
        wanted = sorted({held[load_name(part)].number for part in parts})
        place = f'{self._base}."{table}"'
        # rows of a load that broke off stand there under a number that is nowhere noted
        return f"{selected_from(schema, place)} WHERE load IN ({', '.join(map(str, wanted))})"

    def _make_base(self) -> None:
        if "" not in self._known:
            self._way.command(f"CREATE DATABASE IF NOT EXISTS {self._base}")
            self._known.add("")

    def prepare(self, table: str) -> None:
        """Make what a table is kept in, where it is not there yet."""
        if table in self._known:
            return
        self._make_base()
        self._way.command(
            f"CREATE TABLE IF NOT EXISTS {self._base}.loads (load UInt64 NOT NULL, "
            "report String NOT NULL, name String NOT NULL, rows UInt64 NOT NULL, "
            "loaded_at DateTime NOT NULL DEFAULT now()) ENGINE = MergeTree ORDER BY load"
        )
        self._way.command(
            f'CREATE TABLE IF NOT EXISTS {self._base}."{table}" (load UInt64 NOT NULL, '
            f"{columns_sql(arrow_schema(table), sql_type)}) ENGINE = MergeTree ORDER BY load"
        )
        self._known.add(table)

    def loads(self, table: str | None = None) -> tuple[Load, ...]:
        """Return what is loaded, of one table or of all."""
        there = self._way.query(
            "SELECT count() AS n FROM system.tables WHERE name = 'loads' "  # noqa: S608 - our own names; values are bound or whole numbers
            f"AND database = '{self._name}'"
        )
        if not there["n"][0].as_py():
            return ()
        rows = self._way.query(
            f"SELECT load, report, name, rows FROM {self._base}.loads ORDER BY load"  # noqa: S608 - our own names; values are bound or whole numbers
        )
        if not rows.num_columns:
            return ()
        rows = rows.cast(
            pa.schema([("load", pa.uint64()), ("report", pa.string()), ("name", pa.string()),
                       ("rows", pa.uint64())])
        )  # fmt: skip
        return tuple(
            Load(row["load"], row["report"], row["name"], row["rows"])
            for row in rows.to_pylist()
            if table in {None, row["report"]}
        )

    def _load(self, table: str, schema: pa.Schema, parts: Sequence[Part], rows: int) -> None:
        place, done = f'{self._base}."{table}"', 0
        for part in parts:
            number = uuid4().int >> 65
            numbered = pa.schema([("load", pa.uint64()), *schema])
            batches = (
                with_load(shaped(batch, schema), number, pa.uint64())
                for batch in row_groups(part, schema)
            )
            self._way.insert(place, numbered, batches)
            # noted last: without the note its rows do not count
            name = load_name(part).replace("\\", "\\\\").replace("'", "\\'")
            self._way.command(
                f"INSERT INTO {self._base}.loads (load, report, name, rows) "  # noqa: S608 - our own names; values are bound or whole numbers
                f"VALUES ({number}, '{table}', '{name}', {wanted_rows(part)})"
            )
            done += wanted_rows(part)
            if self.on_load is not None:
                self.on_load(table, done, rows)

    def unload(self, loads: Sequence[Load]) -> None:
        """Remove loaded rows, the note first; so nothing counts by half."""
        for load in loads:
            self._way.command(f"DELETE FROM {self._base}.loads WHERE load = {load.number}")  # noqa: S608 - our own names; values are bound or whole numbers
            place = f'{self._base}."{load.report}"'
            self._way.command(f"DELETE FROM {place} WHERE load = {load.number}")  # noqa: S608 - our own names; values are bound or whole numbers

    def remove_all(self) -> None:
        """Remove the tables of loaded rows, and their database when nothing else is in it."""
        if not self.loads() and not self._known:
            return
        for table in (*TYPES, "loads"):
            self._way.command(f'DROP TABLE IF EXISTS {self._base}."{table}"')
        left = self._way.query(
            f"SELECT count() AS n FROM system.tables WHERE database = '{self._name}'"  # noqa: S608 - our own names; values are bound or whole numbers
        )
        if not left["n"][0].as_py():
            self._way.command(f"DROP DATABASE IF EXISTS {self._base}")
        self._known.clear()


def sql_type(kind: pa.DataType) -> str:
    """Return the name of a type that may be null: `lagInFrame` of others gives 1970, no null."""
    if pa.types.is_decimal(kind):
        return f"Nullable(Decimal({kind.precision}, {kind.scale}))"
    return f"Nullable({_TYPES[kind]})"
