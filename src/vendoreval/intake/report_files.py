"""Accepted and quarantined rows as one Parquet file each, for whoever works on with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from vendoreval.replacing import replacing


def write_parts(parts: Sequence[Path], schema: Mapping[str, Any], path: Path) -> Path:
    """Write parts one after the other into one file; memory does not grow with them.

    Parameters
    ----------
    parts
        Parquet files with the same columns, in order.
    schema
        The columns of a file without rows.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    empty = pl.DataFrame(schema=dict(schema)).to_arrow()
    kind = pq.read_schema(parts[0]) if parts else empty.schema
    with replacing(path) as written, pq.ParquetWriter(written, kind, compression="zstd") as writer:
        if not parts:
            writer.write_table(empty)
        for part in parts:
            with pq.ParquetFile(part) as source:
                for group in range(source.num_row_groups):
                    writer.write_table(source.read_row_group(group).cast(kind))
    return path
