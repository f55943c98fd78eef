"""SQL about tables of ours, for the engines that keep loaded rows."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa


def columns_sql(schema: pa.Schema, type_sql: Callable[[pa.DataType], str]) -> str:
    """Return names and types of columns as a table is made of them.

    Examples
    --------
    >>> columns_sql(pa.schema([("call_id", pa.string())]), lambda kind: "TEXT")
    '"call_id" TEXT'
    """
    return ", ".join(f'"{field.name}" {type_sql(field.type)}' for field in schema)


def selected_from(schema: pa.Schema, place: str) -> str:
    """Return the query for the columns of a schema out of a table."""
    names = ", ".join(f'"{name}"' for name in schema.names)
    return f"SELECT {names} FROM {place}"  # noqa: S608 - names are our own constants


def with_load(batch: pa.RecordBatch, number: int, kind: pa.DataType) -> pa.RecordBatch:
    """Return rows with the number of the load they belong to as first column."""
    column = pa.repeat(pa.scalar(number, kind), batch.num_rows)
    return pa.RecordBatch.from_arrays([column, *batch.columns], ["load", *batch.schema.names])
