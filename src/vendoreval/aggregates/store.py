"""Where the tables lie: immutable Parquet files named by the hash of all that went in.

`aggregates/TABLE/VENDOR/MONTH-HASH.parquet` inside the folder of the ledger. The hash
covers the files a query reads, the time zone and the code, so that a superseded delivery,
another agreement or a newer version simply asks for another name. The whole folder may
be deleted at any time: it is computed again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from functools import cache
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.aggregates.base import Aggregate

FOLDER = "aggregates"
_KEY_LENGTH = 24
_TEXTS = frozenset({
    "vendor", "agent_id", "campaign_id", "list_id", "segment", "source", "disposition", "measure",
    "after", "product", "stage", "stage_next", "crm", "invoice_id", "unit", "match",
})  # fmt: skip


@cache
def code_hash() -> str:
    """Return the hash of the code that decides what a table holds."""
    digest = hashlib.sha256()
    sources = sorted(
        (entry for entry in files("vendoreval.aggregates").iterdir()
         if entry.name.endswith(".py")),
        key=lambda entry: entry.name,
    )  # fmt: skip
    shared = [files("vendoreval").joinpath("tables.py")]
    # what decides is the queries, not how a measure is worded
    counted = files("vendoreval.measures")
    shared += [counted.joinpath(name) for name in ("monthly.py", "queries.py")]
    for entry in [*sources, *shared]:
        digest.update(entry.read_bytes())
    return digest.hexdigest()


def path_of(ledger: Path, aggregate: Aggregate, vendor: str, month: str, inputs: str) -> Path:
    """Return where the table of a vendor and month lies, whether or not it is there yet."""
    key = hashlib.sha256(f"{code_hash()} {aggregate.id} {inputs}".encode()).hexdigest()
    return ledger / FOLDER / aggregate.id / vendor / f"{month}-{key[:_KEY_LENGTH]}.parquet"


def schema_of(aggregate: Aggregate) -> pa.Schema:
    """Return the types of a table: texts and whole numbers."""
    return pa.schema(
        [
            pa.field(name, pa.string() if name in _TEXTS else pa.int64(), nullable=False)
            for name in aggregate.columns
        ]
    )


def typed(frame: pd.DataFrame, aggregate: Aggregate) -> pa.Table:
    """Return a small table with exactly the columns of the aggregate, in a stable order."""
    frame = frame[list(aggregate.columns)].sort_values(list(aggregate.keys), kind="stable")
    return pa.Table.from_pandas(frame, schema=schema_of(aggregate), preserve_index=False)


def read(path: Path) -> pa.Table | None:
    """Return a stored table, or nothing when it is missing or cut off."""
    try:
        return pq.read_table(path, partitioning=None)
    except (OSError, pa.ArrowException):
        return None


def write(path: Path, table: pa.Table) -> bool:
    """Store a table: written beside its place and renamed; false when the disk refuses.

    A ledger that cannot be written is read all the same, only more slowly.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(buffer.getvalue())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        return False
    return True
