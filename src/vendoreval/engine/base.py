"""What an engine is: it answers an unbound Ibis expression with a small table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import TracebackType
from typing import Final, Protocol, Self

import ibis
import pandas as pd
import pyarrow as pa

from vendoreval.engine.parts import Parts
from vendoreval.tables import COLUMN_TYPES, LEDGER_TYPES

MAXIMUM_ROWS: Final = 1_000_000
#: table -> column -> Ibis type, of reports and of what the ledger knows itself
TYPES: Final[Mapping[str, Mapping[str, str]]] = {**COLUMN_TYPES, **LEDGER_TYPES}
ARROW_TYPES: Final[Mapping[str, pa.DataType]] = {
    "int64": pa.int64(), "string": pa.string(), "date": pa.date32(), "float64": pa.float64(),
    "timestamp": pa.timestamp("us"), "boolean": pa.bool_(), "decimal(18, 4)": pa.decimal128(18, 4),
}  # fmt: skip
#: table -> its Parquet files (or parts of them), or its rows themselves
Files = Mapping[str, Parts | pa.Table]


class Engine(Protocol):
    """Anything that can answer an unbound Ibis expression with a small table."""

    dialect: str

    def run(self, expression: ibis.Table, *, maximum_rows: int = MAXIMUM_ROWS) -> pa.Table:
        """Run a query and return its rows.

        Raises
        ------
        ValueError
            If it answers with more rows than a reduced table may have.
        LedgerError
            If a file went away, or the engine cannot be reached or refuses.
        """
        ...

    def close(self) -> None:
        """Give back what the questions took."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Connection(Protocol):
    """A place where queries run: this process, a database, a cluster."""

    @property
    def dialect(self) -> str:
        """Its dialect of SQL."""
        ...

    @property
    def address(self) -> str:
        """What to show of it; never a password."""
        ...

    def over(self, files: Files) -> Engine:
        """Return an engine over some files; use it as a context manager."""
        ...

    def remove_all(self) -> None:
        """Remove every row that was loaded there; tables of others stay."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


def day_of(value: object) -> date:
    """Return a cell of a frame as a day, whichever way the engine handed it over."""
    # the stubs know no cell of unknown type
    return pd.Timestamp(value).date()  # type: ignore[arg-type]  # the stubs know no cell of unknown type


def frame(table: pa.Table) -> pd.DataFrame:
    """Return a small result as a pandas frame."""
    result: pd.DataFrame = table.to_pandas()
    return result


def arrow_schema(table: str) -> pa.Schema:
    """Return the columns of a canonical table as Arrow types.

    Examples
    --------
    >>> arrow_schema("do_not_call").names
    ['vendor', 'phone', 'requested_on', 'closed_on']
    """
    return pa.schema([(name, ARROW_TYPES[kind]) for name, kind in TYPES[table].items()])
