"""PostgreSQL: rows are loaded once into tables of a schema of their own, or read in place."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pa_csv

from vendoreval.engine.answers import from_rows
from vendoreval.engine.base import TYPES, arrow_schema
from vendoreval.engine.batches import row_groups, shaped
from vendoreval.engine.failures import Kind, engine_error, missing_driver, too_old
from vendoreval.engine.loads import Load, load_name, wanted_rows
from vendoreval.engine.mapping import SQL_TYPES, MappedTable
from vendoreval.engine.parts import Part
from vendoreval.engine.remote import Stores
from vendoreval.engine.table_sql import columns_sql, selected_from, with_load

_OLDEST: Final = 120000
_TYPES: Final = {
    pa.int64(): "BIGINT", pa.string(): 'TEXT COLLATE "C"', pa.date32(): "DATE",
    pa.float64(): "DOUBLE PRECISION", pa.timestamp("us"): "TIMESTAMP", pa.bool_(): "BOOLEAN",
}  # fmt: skip
# letters in the order of their codes and days in UTC, as everywhere; a query that is planned
# once and reads millions gains nothing from compiled expressions
_SETTINGS: Final = (
    "SET TIME ZONE 'UTC'", "SET client_encoding = 'UTF8'", "SET jit = off",
    "SET work_mem = '64MB'", "SET datestyle = 'ISO'",
)  # fmt: skip
# SQLSTATE, or its class of two letters -> kind
_STATES: Final[Mapping[str, Kind]] = {
    "42501": "denied", "28": "denied", "42P01": "no_table", "3F000": "no_table",
    "42703": "no_column", "57": "lost", "08": "lost",
}  # fmt: skip


class Postgres(Stores):
    """A session with PostgreSQL 12 or newer.

    Parameters
    ----------
    conninfo
        As libpq takes it.
    schema
        Where loaded rows are kept; made when the first are.
    """

    dialect = "postgres"
    # otherwise a source that a query names twice is written out before it is filtered
    hint = "NOT MATERIALIZED"

    def __init__(
        self,
        conninfo: str,
        address: str,
        schema: str = "vendoreval",
        tables: Mapping[str, MappedTable] | None = None,
    ) -> None:
        super().__init__(address, tables)
        self._schema = '"' + schema.replace('"', '""') + '"'
        self._driver = _driver(address)
        self._numbers = count(1)
        self._known: set[str] = set()
        with self._told("unreachable"):
            self._session = self._driver.connect(conninfo, connect_timeout=10, autocommit=True)
        version = self._session.info.server_version
        if version < _OLDEST:
            self._session.close()
            raise too_old(address, str(version // 10000), "12")
        for setting in _SETTINGS:
            self._do(setting)

    # -------------------------------------------------------------- questions

    def fetch(self, text: str, schema: pa.Schema) -> pa.Table:
        """Run a query and return its rows with the types of a schema."""
        with self._told("lost"):
            rows = self._session.execute(text.encode(), prepare=False).fetchall()
        return from_rows(rows, schema)

    def from_memory(self, name: str, rows: pa.Table) -> tuple[str, str]:
        """Put rows into a table of this session."""
        place = f'pg_temp."{name}_{next(self._numbers)}"'
        with self._told("lost"):
            self._session.execute(f"CREATE TEMP TABLE {place} ({columns_sql(rows.schema, _sql)})")
            self._copy(place, rows.schema, iter(rows.to_batches()))
            self._session.execute(f"ANALYZE {place}")
        return place, selected_from(rows.schema, place)

    def forget(self, name: str) -> None:
        """Remove such a table."""
        if not self._session.closed:
            self._do(f"DROP TABLE IF EXISTS {name}")

    def close(self) -> None:
        """End the session."""
        self._session.close()

    # ------------------------------------------------------------------- rows

    def from_files(self, table: str, parts: tuple[Part, ...]) -> str:
        """Return the query over loaded rows; what is not there yet is loaded first."""
        schema = arrow_schema(table)
        if not parts:
            nothing = ", ".join(
                f'CAST(NULL AS {SQL_TYPES[self.dialect][kind]}) AS "{name}"'
                for name, kind in TYPES[table].items()
            )
            return f"SELECT {nothing} WHERE FALSE"
        self.prepare(table)
        held = {load.name: load for load in self.loads(table)}
        missing = [part for part in parts if load_name(part) not in held]
        self._load(table, schema, missing, sum(map(wanted_rows, missing)))
        if missing:
            held = {load.name: load for load in self.loads(table)}
        wanted = sorted({held[load_name(part)].number for part in parts})
        query = selected_from(schema, f'{self._schema}."{table}"')
        if len(wanted) == len(held):
            return query
        return f"{query} WHERE load IN ({', '.join(map(str, wanted))})"

    def prepare(self, table: str) -> None:
        """Make what a table is kept in, where it is not there yet."""
        if table in self._known:
            return
        columns = columns_sql(arrow_schema(table), _sql)
        with self._told("lost"), self._session.transaction():
            # two sessions at once would both find nothing and one of them fail
            self._session.execute("SELECT pg_advisory_xact_lock(hashtext('vendoreval'))")
            if not self._exists("loads"):
                self._session.execute(f"CREATE SCHEMA IF NOT EXISTS {self._schema}")
                self._session.execute(
                    f"CREATE TABLE {self._schema}.loads (load BIGINT GENERATED ALWAYS AS IDENTITY "
                    "PRIMARY KEY, report TEXT NOT NULL, name TEXT NOT NULL, rows BIGINT NOT NULL, "
                    "loaded_at TIMESTAMPTZ NOT NULL DEFAULT now(), UNIQUE (report, name))"
                )
            if not self._exists(table):
                place = f'{self._schema}."{table}"'
                self._session.execute(
                    f"CREATE TABLE {place} (load BIGINT NOT NULL REFERENCES "
                    f"{self._schema}.loads, {columns})"
                )
                self._session.execute(f"CREATE INDEX ON {place} (load)")
        self._known.add(table)

    def _exists(self, table: str) -> bool:
        found = self._session.execute(
            "SELECT to_regclass(%s) IS NOT NULL", [f'{self._schema}."{table}"']
        ).fetchone()
        return bool(found and found[0])

    def loads(self, table: str | None = None) -> tuple[Load, ...]:
        """Return what is loaded, of one table or of all."""
        with self._told("lost"):
            if not self._exists("loads"):
                return ()
            rows = self._session.execute(
                f"SELECT load, report, name, rows FROM {self._schema}.loads ORDER BY load"  # noqa: S608 - our own names; values are bound or whole numbers
            ).fetchall()
        return tuple(Load(*row) for row in rows if table in {None, row[1]})

    def _load(self, table: str, schema: pa.Schema, parts: Sequence[Part], rows: int) -> None:
        place, done = f'{self._schema}."{table}"', 0
        for part in parts:
            # each is there whole or not at all, so that a load that broke off goes on
            with self._told("lost"), self._session.transaction():
                number = self._session.execute(
                    f"INSERT INTO {self._schema}.loads (report, name, rows) VALUES (%s, %s, %s) "  # noqa: S608 - our own names; values are bound or whole numbers
                    "ON CONFLICT DO NOTHING RETURNING load",
                    [table, load_name(part), wanted_rows(part)],
                ).fetchone()
                if number is not None:  # another session may have loaded it meanwhile
                    batches = (with_load(shaped(batch, schema), number[0], pa.int64())
                               for batch in row_groups(part, schema))  # fmt: skip
                    numbered = pa.schema([("load", pa.int64()), *schema])
                    self._copy(place, numbered, batches)
            done += wanted_rows(part)
            if self.on_load is not None:
                self.on_load(table, done, rows)
        if parts:
            # without it the planner takes a new table for an empty one
            self._do(f"ANALYZE {place}")

    def unload(self, loads: Sequence[Load]) -> None:
        """Remove loaded rows; each load is gone whole or not at all."""
        for load in loads:
            with self._told("lost"), self._session.transaction():
                for place, condition in (
                    (f'"{load.report}"', "load = %s"), ("loads", "load = %s"),
                ):  # fmt: skip
                    self._session.execute(
                        f"DELETE FROM {self._schema}.{place} WHERE {condition}",  # noqa: S608 - our own names; values are bound or whole numbers
                        [load.number],
                    )

    def remove_all(self) -> None:
        """Remove the tables of loaded rows, and their schema when nothing else is in it."""
        if self._session.closed:
            return
        with self._told("lost"):
            if not self._exists("loads"):
                return
            for table in (*TYPES, "loads"):
                self._session.execute(f'DROP TABLE IF EXISTS {self._schema}."{table}"')
            left = self._session.execute(
                "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(%s)",
                [self._schema],
            ).fetchone()
            if left is not None and left[0] == 0:
                self._session.execute(f"DROP SCHEMA {self._schema}")
        self._known.clear()

    def _copy(self, place: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        # text between quotes and nothing for null, so that an empty text stays one
        options = pa_csv.WriteOptions(include_header=False, quoting_style="all_valid")
        names = ", ".join(f'"{name}"' for name in schema.names)
        with self._session.cursor().copy(f"COPY {place} ({names}) FROM STDIN (FORMAT csv)") as copy:
            for batch in batches:
                sink = io.BytesIO()
                pa_csv.write_csv(pa.Table.from_batches([batch], schema), sink, options)
                copy.write(sink.getvalue())

    # --------------------------------------------------------------- failures

    def _do(self, command: str) -> None:
        with self._told("lost"):
            self._session.execute(command)

    @contextmanager
    def _told(self, otherwise: Kind) -> Iterator[None]:
        try:
            yield
        except self._driver.Error as error:
            state = error.sqlstate or ""
            kind = _STATES.get(state) or _STATES.get(state[:2])
            if kind is None:
                gone = isinstance(error, self._driver.OperationalError) and not state
                kind = otherwise if gone or otherwise == "unreachable" else "other"
            raise engine_error(self.address, kind, error) from error


def _driver(address: str) -> Any:
    try:
        import psycopg  # noqa: PLC0415  optional
    except ImportError:
        raise missing_driver(address, "psycopg", "postgres") from None
    return psycopg


def _sql(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"NUMERIC({kind.precision}, {kind.scale})"
    return _TYPES[kind]
