"""Answers of other engines, given the names and types that the embedded one would give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.compute as pc

from vendoreval.engine.embedded import empty_answer


@lru_cache(maxsize=256)
def schema_of(operation: ops.Relation, maximum_rows: int) -> pa.Schema:
    """Return names and types of an answer as the embedded engine gives them."""
    return empty_answer(operation, maximum_rows)


def from_rows(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Return rows of a driver as a table of the wanted types.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from_rows([(Decimal("7"), None)], pa.schema([("n", pa.int64()), ("s", pa.string())]))
    pyarrow.Table
    n: int64
    s: string
    ----
    n: [[7]]
    s: [[null]]
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [
        pa.array([_made(_maker(field.type), value) for value in values], field.type)
        for field, values in zip(schema, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _made(make: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else make(value)


def _maker(kind: pa.DataType) -> Callable[[Any], Any]:
    if pa.types.is_integer(kind):
        return int
    if pa.types.is_floating(kind):
        return float
    if pa.types.is_boolean(kind):
        return bool
    if pa.types.is_decimal(kind):
        step = Decimal(1).scaleb(-kind.scale)
        return lambda value: Decimal(value).quantize(step, ROUND_HALF_EVEN)
    if pa.types.is_timestamp(kind):
        return _instant
    if pa.types.is_date(kind):
        return _day
    return str


def _instant(value: datetime) -> datetime:
    """Return an instant in UTC without a zone, as all tables hold it."""
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def from_arrow(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return an Arrow answer with the wanted names and types."""
    columns = [
        _cast(column, field.type) for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        column = column.cast(pa.string())
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        # the values are those of UTC already; only the mark goes
        column = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(
            pa.timestamp(column.type.unit)
        )
    if pa.types.is_decimal(kind) and pa.types.is_decimal(column.type):
        column = pc.round(column, ndigits=kind.scale, round_mode="half_to_even")
    if pa.types.is_boolean(kind) and pa.types.is_integer(column.type):
        column = pc.not_equal(column, 0)
    if pa.types.is_decimal(kind) and pa.types.is_integer(column.type):
        column = column.cast(pa.decimal128(20, 0))
    return column.cast(kind)
