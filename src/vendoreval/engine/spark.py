"""Spark, classic or Connect: it reads the ledger's Parquet files where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa

from vendoreval.engine.answers import from_arrow
from vendoreval.engine.base import TYPES
from vendoreval.engine.failures import Kind, engine_error, missing_driver, too_old
from vendoreval.engine.mapping import SQL_TYPES, MappedTable
from vendoreval.engine.parts import Part, joined
from vendoreval.engine.remote import Remote

_OLDEST: Final = (4, 0)
# instants in UTC; a null or a wrong cast as everywhere, no error in the midst of a query
_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_LOCAL: Final = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}
# words of its error classes -> kind
_SAID: Final[tuple[tuple[str, Kind], ...]] = (
    ("TABLE_OR_VIEW_NOT_FOUND", "no_table"), ("UNRESOLVED_COLUMN", "no_column"),
    ("PATH_NOT_FOUND", "no_table"), ("Permission", "denied"), ("AccessControl", "denied"),
    ("UNAVAILABLE", "lost"), ("SparkContext was shut down", "lost"), ("Job aborted", "lost"),
    ("Py4JNetworkError", "lost"), ("Connection refused", "lost"),
)  # fmt: skip


class Spark(Remote):
    """A session with Spark 4.0 or newer.

    Parameters
    ----------
    place
        ``spark:local[2]``, ``spark:yarn``, ``spark://master:7077``, or ``sc://host:15002``.
    ledger
        Folder of the ledger as the workers see it, where it has another name there.
    options
        Settings of Spark.
    """

    dialect = "pyspark"
    quote = "`"

    def __init__(
        self,
        place: str,
        ledger: str | None = None,
        options: Mapping[str, str] | None = None,
        tables: Mapping[str, MappedTable] | None = None,
    ) -> None:
        super().__init__(place, tables)
        self._ledger = ledger
        self._numbers, self._mark = count(1), uuid4().hex[:8]
        try:
            self._session = _session(place, dict(options or {}))
            for name, value in _SETTINGS.items():
                self._session.conf.set(name, value)
            version = str(self._session.version)
        except ImportError:
            raise missing_driver(place, "pyspark", "spark") from None
        except Exception as error:
            raise engine_error(place, "unreachable", error) from error
        if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
            raise too_old(place, version, ".".join(map(str, _OLDEST)))

    def fetch(self, text: str, schema: pa.Schema) -> pa.Table:
        """Run a query and return its rows with the types of a schema."""
        return from_arrow(self._told(lambda: self._session.sql(text).toArrow()), schema)

    def from_memory(self, name: str, rows: pa.Table) -> tuple[str, str]:
        """Put rows into a view of this session."""
        place = f"{name}_{self._mark}_{next(self._numbers)}"
        kinds = ", ".join(f"`{f.name}` {_sql(f.type)}" for f in rows.schema)

        def make() -> None:
            given = self._session.createDataFrame(rows.to_pylist() or [], kinds)
            given.createOrReplaceTempView(place)

        self._told(make)
        selected = ", ".join(
            f"CAST(`{f.name}` AS {_sql(f.type)}) AS `{f.name}`" for f in rows.schema
        )
        return place, f"SELECT {selected} FROM {place}"  # noqa: S608  our own names

    def forget(self, name: str) -> None:
        """Remove such a view."""
        self._told(lambda: self._session.catalog.dropTempView(name))

    def remove_all(self) -> None:
        """Nothing is loaded: files are read where they are."""

    def close(self) -> None:
        """End the session."""
        self._session.stop()

    # ------------------------------------------------------------------- rows

    def from_files(self, table: str, parts: tuple[Part, ...]) -> str:
        """Return the query over the files themselves; nothing is copied."""
        kinds = SQL_TYPES[self.dialect]
        columns = TYPES[table]
        if not parts:
            nothing = ", ".join(f"CAST(NULL AS {kinds[k]}) AS `{n}`" for n, k in columns.items())
            return f"SELECT {nothing} WHERE FALSE"
        place = f"{table}_{self._mark}_{next(self._numbers)}"
        self._told(lambda: self._frame(parts, columns).createOrReplaceTempView(place))
        selected = ", ".join(f"CAST(`{n}` AS {kinds[k]}) AS `{n}`" for n, k in columns.items())
        return f"SELECT {selected} FROM {place}"  # noqa: S608 - our own names; values are bound or whole numbers

    def _frame(self, parts: Sequence[Part], columns: Mapping[str, str]) -> Any:
        whole: dict[str | None, list[str]] = {}
        stretches: dict[Path, list[tuple[int, int]]] = {}
        for part in parts:
            if part.rows is None:
                key = part.shape or self._seen(part.path)
                whole.setdefault(key, []).append(self._seen(part.path))
            elif part.rows:
                stretches.setdefault(part.path, []).append((part.first_row, part.rows))
        frames = [_chosen(self._session.read.parquet(*paths), columns) for paths in whole.values()]
        for path, ranges in stretches.items():
            condition = " OR ".join(
                f"_metadata.row_index BETWEEN {first} AND {last}" for first, last in joined(ranges)
            )
            read = self._session.read.parquet(self._seen(path)).where(condition)
            frames.append(_chosen(read, columns))
        first, *others = frames
        for other in others:
            first = first.unionByName(other)
        return first

    def _seen(self, path: Path) -> str:
        """Return a file as the workers name it."""
        if self._ledger is None:
            return path.resolve().as_uri()
        parts = path.parts
        below = parts[len(parts) - parts[::-1].index("data") - 1 :] if "data" in parts else parts
        return "/".join((self._ledger.rstrip("/"), *below))

    def _told(self, what: Any) -> Any:
        try:
            return what()
        except Exception as error:
            text = f"{type(error).__name__} {error}"
            kind: Kind = next((kind for word, kind in _SAID if word in text), "other")
            raise engine_error(self.address, kind, error) from error


def _chosen(read: Any, columns: Mapping[str, str]) -> Any:
    kinds = SQL_TYPES["pyspark"]
    held = set(read.columns)
    return read.selectExpr(
        *(
            f"CAST(`{name}` AS {kinds[kind]}) AS `{name}`"
            if name in held
            else f"CAST(NULL AS {kinds[kind]}) AS `{name}`"
            for name, kind in columns.items()
        )
    )


def _session(place: str, options: dict[str, str]) -> Any:
    from pyspark.sql import SparkSession  # noqa: PLC0415  optional, and heavy

    builder: Any = SparkSession.builder
    if place.startswith("sc:"):
        return builder.remote(place).getOrCreate()
    master = place if place.startswith("spark://") else place.partition(":")[2] or "local[*]"
    builder = builder.master(master).appName("vendoreval")
    local = _LOCAL if master.startswith("local") else {}
    for name, value in {**local, **options}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _sql(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if pa.types.is_integer(kind):
        return "BIGINT"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP"
    if pa.types.is_date(kind):
        return "DATE"
    if pa.types.is_floating(kind):
        return "DOUBLE"
    return "BOOLEAN" if pa.types.is_boolean(kind) else "STRING"
