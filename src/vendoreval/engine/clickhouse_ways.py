"""Two ways to ClickHouse: inside this process (chdb), or a server over HTTP."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.engine.failures import Kind, engine_error, missing_driver

# answers as every other engine gives them: what is missing is null and not zero or 1970
SETTINGS: dict[str, str | int] = {
    "join_use_nulls": 1, "aggregate_functions_null_for_empty": 1, "cast_keep_nullable": 1,
    "union_default_mode": "ALL", "data_type_default_nullable": 1,
    "prefer_column_name_to_alias": 1, "session_timezone": "UTC",
    "use_variant_as_common_type": 0,
}  # fmt: skip
# number of ClickHouse's own errors -> kind
_CODES: dict[int, Kind] = {
    497: "denied", 516: "denied", 60: "no_table", 81: "no_table", 47: "no_column",
    210: "lost", 279: "lost", 394: "lost", 241: "other",
}  # fmt: skip


class Way(Protocol):
    """How queries reach ClickHouse and rows come back."""

    def command(self, text: str) -> None:
        """Run a command that answers nothing."""
        ...

    def query(self, text: str) -> pa.Table:
        """Run a query."""
        ...

    def insert(self, place: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        """Put rows into a table."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


class Inside:
    """ClickHouse in this process.

    Parameters
    ----------
    path
        Folder of its tables; in memory when empty.
    """

    def __init__(self, path: str = "") -> None:
        try:
            from chdb import session  # noqa: PLC0415  optional, and heavy
        except ImportError:
            raise missing_driver("chdb", "chdb", "clickhouse") from None
        self._folder = tempfile.TemporaryDirectory(prefix="vendoreval-chdb-")
        self._session = session.Session(path or str(Path(self._folder.name) / "store"))
        for name, value in SETTINGS.items():
            self.command(f"SET {name} = {value!r}")

    def command(self, text: str) -> None:
        """Run a command that answers nothing."""
        self._ask(text, "TabSeparated")

    def query(self, text: str) -> pa.Table:
        """Run a query."""
        found = self._ask(text, "ArrowStream").bytes()
        if not found:
            return pa.table({})
        return pa.ipc.open_stream(pa.BufferReader(found)).read_all()

    def _ask(self, text: str, form: str) -> Any:
        try:
            return self._session.query(text, form)
        except RuntimeError as error:
            raise engine_error("chdb", kind_of(str(error)), error) from error

    def insert(self, place: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        """Put rows into a table, by way of a file."""
        file = Path(self._folder.name) / "rows.parquet"
        names = ", ".join(f'"{name}"' for name in schema.names)
        with pq.ParquetWriter(file, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        written = str(file).replace("'", "\\'")
        self.command(
            f"INSERT INTO {place} ({names}) SELECT {names} FROM file('{written}', 'Parquet')"  # noqa: S608 - our own names; values are bound or whole numbers
        )
        file.unlink()

    def close(self) -> None:
        """End the session and remove its folder."""
        self._session.close()
        self._folder.cleanup()


@dataclass
class Server:
    """A server that answers over HTTP."""

    host: str
    port: int | None
    user: str
    password: str
    database: str
    secure: bool
    address: str

    def __post_init__(self) -> None:
        try:
            import clickhouse_connect  # noqa: PLC0415  optional
            from clickhouse_connect.driver.exceptions import Error  # noqa: PLC0415 - a driver that only its extra installs
        except ImportError:
            raise missing_driver(self.address, "clickhouse-connect", "clickhouse") from None
        self._error: type[Exception] = Error
        try:
            self._client = clickhouse_connect.get_client(
                host=self.host, port=self.port or (8443 if self.secure else 8123),
                username=self.user, password=self.password, database=self.database,
                secure=self.secure, connect_timeout=10, settings=dict(SETTINGS),
            )  # fmt: skip
        except Error as error:
            known = kind_of(str(error))
            kind: Kind = "unreachable" if known == "other" else known
            raise engine_error(self.address, kind, error) from error

    def command(self, text: str) -> None:
        """Run a command that answers nothing."""
        self._told(self._client.command, text)

    def query(self, text: str) -> pa.Table:
        """Run a query."""
        return self._told(self._client.query_arrow, text, use_strings=True)

    def insert(self, place: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        """Put rows into a table, batch by batch."""
        for batch in batches:
            self._told(self._client.insert_arrow, place, pa.Table.from_batches([batch], schema))

    def _told(self, what: Any, *given: Any, **named: Any) -> Any:
        try:
            return what(*given, **named)
        except self._error as error:
            raise engine_error(self.address, kind_of(str(error)), error) from error

    def close(self) -> None:
        """End the session."""
        self._client.close()


def kind_of(text: str) -> Kind:
    """Return what went wrong, from the number in ClickHouse's own message.

    Examples
    --------
    >>> kind_of("Code: 60. DB::Exception: Table dwh.calls does not exist. (UNKNOWN_TABLE)")
    'no_table'
    >>> kind_of("Connection refused")
    'lost'
    """
    digits = text.partition("Code: ")[2].partition(".")[0].partition(",")[0]
    if digits.isdigit():
        return _CODES.get(int(digits), "other")
    return "lost" if "onnect" in text else "other"
