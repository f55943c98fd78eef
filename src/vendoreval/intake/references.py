"""Foreign keys: values that must exist in rows accepted before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from vendoreval.agreement import ForeignKey, ReportSchema
from vendoreval.engine import Part, Parts

_SEED = 20_261_002


@dataclass(frozen=True)
class Reference:
    """The known values of a foreign key, as sorted 64-bit fingerprints.

    A value that is absent by its fingerprint is absent for certain; a wrong pass has
    a chance below one in a million at ten million rows. Nobody is blamed wrongly.
    """

    key: ForeignKey
    known: npt.NDArray[np.uint64]

    def holds(self, value: pl.Series) -> pl.Series:
        """Return where the value is known; null where the cell is empty."""
        prints = value.cast(pl.String).hash(_SEED).to_numpy()
        if not len(self.known):
            found = np.zeros(len(prints), dtype=np.bool_)
        else:
            unique, back = np.unique(prints, return_inverse=True)
            place = np.minimum(np.searchsorted(self.known, unique), len(self.known) - 1)
            found = (self.known[place] == unique)[back]
        result = pl.Series(found)
        return result.set(value.is_null(), None) if value.null_count() else result


def load_references(
    schema: ReportSchema, files: Mapping[str, Parts] | None
) -> tuple[list[Reference], list[ForeignKey]]:
    """Return the foreign keys that can be asked, and those that cannot."""
    asked: list[Reference] = []
    open_keys: list[ForeignKey] = []
    for key in schema.foreign_keys:
        paths = (files or {}).get(key.to_report)
        # rows of the same report may point at each other inside one file
        if paths is None or key.to_report == schema.name:
            open_keys.append(key)
        else:
            asked.append(Reference(key, _known(paths, key.to_column)))
    return asked, open_keys


def _known(paths: Parts, column: str) -> npt.NDArray[np.uint64]:
    parts = [
        _column(path, column).drop_nulls().cast(pl.String).hash(_SEED).to_numpy() for path in paths
    ]
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.uint64)


def _column(part: Path | Part, column: str) -> pl.Series:
    if isinstance(part, Path) or part.rows is None:
        path = part if isinstance(part, Path) else part.path
        return pl.read_parquet(path, columns=[column]).to_series()
    rows = pl.scan_parquet(part.path).select(column).slice(part.first_row, part.rows)
    return rows.collect().to_series()
