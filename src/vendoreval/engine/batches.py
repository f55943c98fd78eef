"""Rows of Parquet files as Arrow batches of the canonical columns, one row group at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.engine.parts import Part


def row_groups(part: Part, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a part with those columns of a schema that it has."""
    with pq.ParquetFile(part.path) as file:
        columns = [name for name in file.schema_arrow.names if name in schema.names]
        row = 0
        for number in range(file.num_row_groups):
            count = file.metadata.row_group(number).num_rows
            # a part never begins or ends inside a row group
            if part.rows is None or part.first_row <= row < part.first_row + part.rows:
                yield from file.read_row_group(number, columns=columns).to_batches()
            row += count


def shaped(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch with all columns and types of a schema; one it lacks is null."""
    columns = [
        batch.column(field.name).cast(field.type)
        if field.name in batch.schema.names
        else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
