"""Engines outside this process: their rows come from files, from tables there, or from memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import ibis
import pyarrow as pa

from vendoreval.engine.answers import schema_of
from vendoreval.engine.base import MAXIMUM_ROWS, Files
from vendoreval.engine.compiler import named_tables, text_of, with_sources
from vendoreval.engine.loads import Load
from vendoreval.engine.mapping import MappedTable
from vendoreval.engine.parts import Part, Parts

#: called with table, rows so far and rows in all while rows are loaded
OnLoad = Callable[[str, int, int], None]


class Remote(ABC):
    """A session with an engine outside this process.

    Parameters
    ----------
    tables
        Table -> where it lies already, for what is not loaded from files.
    """

    dialect: str
    #: how the text names a source; see `with_sources`
    hint = ""
    #: what stands around a name
    quote = '"'

    def __init__(self, address: str, tables: Mapping[str, MappedTable] | None = None) -> None:
        self.address = address
        self.tables = dict(tables or {})
        self.on_load: OnLoad | None = None

    def over(self, files: Files) -> RemoteEngine:
        """Return an engine over some files; use it as a context manager."""
        return RemoteEngine(self, files)

    @abstractmethod
    def fetch(self, text: str, schema: pa.Schema) -> pa.Table:
        """Run a query and return its rows with the types of a schema."""

    @abstractmethod
    def from_files(self, table: str, parts: tuple[Part, ...]) -> str:
        """Return the query that yields the rows of some parts, loaded first where they are not."""

    @abstractmethod
    def from_memory(self, name: str, rows: pa.Table) -> tuple[str, str]:
        """Return the name under which rows were put there for a while, and their query."""

    @abstractmethod
    def forget(self, name: str) -> None:
        """Remove what `from_memory` put there."""

    @abstractmethod
    def remove_all(self) -> None:
        """Remove every row that was loaded there; tables of others stay."""

    @abstractmethod
    def close(self) -> None:
        """End the session."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"


class Stores(Remote):
    """A database that keeps the rows it is given."""

    @abstractmethod
    def loads(self, table: str | None = None) -> tuple[Load, ...]:
        """Return what is loaded, of one table or of all."""

    @abstractmethod
    def unload(self, loads: Sequence[Load]) -> None:
        """Remove loaded rows; each load is gone whole or not at all."""


class RemoteEngine:
    """Some tables, asked on an engine outside this process."""

    def __init__(self, session: Remote, files: Files) -> None:
        self.dialect = session.dialect
        self._session, self._files = session, files
        self._sources: dict[str, str] = {}
        self._held: list[str] = []

    def run(self, expression: ibis.Table, *, maximum_rows: int = MAXIMUM_ROWS) -> pa.Table:
        """Run a query and return its rows, with the types the embedded engine would give.

        Raises
        ------
        ValueError
            If it answers with more rows than a reduced table may have.
        LedgerError
            If the engine cannot be reached or refuses.
        """
        operation = expression.op()
        sources = {name: self._source(name) for name in named_tables(expression)}
        query = text_of(operation, maximum_rows + 1, self.dialect)
        text = with_sources(query, sources, hint=self._session.hint, quote=self._session.quote)
        result = self._session.fetch(text, schema_of(operation, maximum_rows + 1))
        if result.num_rows > maximum_rows:
            raise ValueError(f"the query answers with more than {maximum_rows} rows")
        return result

    def _source(self, name: str) -> str:
        """Return the query that yields a table, found when a question first names it."""
        if name not in self._sources:
            self._sources[name] = self._found(name)
        return self._sources[name]

    def _found(self, name: str) -> str:
        mapped = self._session.tables.get(name)
        if mapped is not None:
            return mapped.query(name, self.dialect)
        source = self._files.get(name, ())
        if isinstance(source, pa.Table):
            held, query = self._session.from_memory(name, source)
            self._held.append(held)
            return query
        return self._session.from_files(name, _parts(source))

    def close(self) -> None:
        """Remove what was put there for the questions; the session stays."""
        for name in self._held:
            self._session.forget(name)
        self._held.clear()
        self._sources.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _parts(source: Parts) -> tuple[Part, ...]:
    return tuple(part if isinstance(part, Part) else Part(part) for part in source)
