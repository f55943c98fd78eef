"""Rows that were loaded into a database: what they are called there, and how many they are."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow.parquet as pq

from vendoreval.engine.parts import Part


@dataclass(frozen=True)
class Load:
    """Rows of one part of the ledger, in a database.

    Parameters
    ----------
    number
        Under which its rows stand there.
    name
        What the ledger calls them; it holds their hash.
    """

    number: int
    report: str
    name: str
    rows: int


def load_name(part: Part) -> str:
    """Return what the rows of a part are called: what the ledger says, else place and time."""
    if part.name is not None:
        return part.name
    found = part.path.stat()
    stretch = "" if part.rows is None else f":{part.first_row}+{part.rows}"
    return f"{part.path.resolve()}{stretch}@{found.st_size}.{found.st_mtime_ns}"


def wanted_rows(part: Part) -> int:
    """Return how many rows a part has."""
    return part.rows if part.rows is not None else int(pq.read_metadata(part.path).num_rows)
