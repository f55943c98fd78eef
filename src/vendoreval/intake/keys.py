"""Uniqueness over all blocks: fingerprints first, the texts themselves before anything is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]
_MOST_SLOTS = 27
_SEED = 20_261_001


def fingerprint(columns: Sequence[pl.Series]) -> pl.Series:
    """Return 64 bits for each row; null where a part of the key is null."""
    if len(columns) == 1:
        result = columns[0].hash(_SEED)
        missing = columns[0].is_null()
    else:
        result = pl.DataFrame(columns).hash_rows(_SEED)
        missing = pl.DataFrame(columns).select(pl.any_horizontal(pl.all().is_null())).to_series()
    return result.set(missing, None) if missing.any() else result


@dataclass
class SeenKeys:
    """Which fingerprints earlier blocks held.

    A byte table answers most questions; only its hits are looked up in the sorted
    runs, one run for each block.

    Parameters
    ----------
    columns
        The columns that together may not repeat.
    expected_rows
        Sizes the byte table.
    """

    columns: tuple[str, ...]
    expected_rows: int
    _runs: list[Hashes] = field(default_factory=list)
    _table: npt.NDArray[np.bool_] = field(init=False)
    _shift: np.uint64 = field(init=False)

    def __post_init__(self) -> None:
        slots = min(max((16 * self.expected_rows).bit_length(), 10), _MOST_SLOTS)
        self._table = np.zeros(1 << slots, dtype=np.bool_)
        self._shift = np.uint64(64 - slots)

    def repeated(self, rows: pl.DataFrame, asked: pl.Series | None = None) -> pl.Series | None:
        """Return which of the rows asked about repeat a key seen before; `None` when none does."""
        prints = fingerprint([rows.get_column(name) for name in self.columns])
        if asked is not None:
            prints = prints.set(~asked, None)
        hashes = prints.drop_nulls().to_numpy()
        run = np.sort(hashes)
        slots = run >> self._shift
        candidates = run[self._table[slots]]
        twice = run[1:][run[1:] == run[:-1]]
        known = [twice] + [candidates[_held(earlier, candidates)] for earlier in self._runs]
        self._table[slots] = True
        self._runs.append(run)
        doubtful = np.unique(np.concatenate(known))
        if not len(doubtful):
            return None
        in_doubt = prints.is_in(pl.Series(doubtful, dtype=pl.UInt64).implode()).fill_null(False)
        # the few in doubt are looked at by themselves: a block may hold a million others
        places = in_doubt.arg_true()
        few = prints.gather(places)
        earlier_ones = pl.Series(
            np.unique(np.concatenate([*known[1:], doubtful[:0]])), dtype=pl.UInt64
        )
        late = ~few.is_first_distinct() | few.is_in(earlier_ones.implode())
        return in_doubt.scatter(places, late) if late.any() else None


def _held(run: Hashes, candidates: Hashes) -> npt.NDArray[np.bool_]:
    if not len(run):
        return np.zeros(len(candidates), dtype=np.bool_)
    place = np.minimum(np.searchsorted(run, candidates), len(run) - 1)
    return np.asarray(run[place] == candidates)


def wrongly_suspected(
    accepted: Sequence[Path], suspects: Sequence[Path], columns: Sequence[str]
) -> list[int]:
    """Return rows whose fingerprint repeats but whose key, read in full, does not."""
    same = " AND ".join(f'a."{name}" = s."{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        found = connection.execute(
            f"""WITH s AS (SELECT _row, {names} FROM read_parquet($suspects)),
                a AS (SELECT {names} FROM read_parquet($accepted)),
                alone AS (SELECT * FROM s WHERE NOT EXISTS (SELECT 1 FROM a WHERE {same}))
            SELECT min(_row) FROM alone GROUP BY {names} ORDER BY 1""",  # noqa: S608
            {"suspects": [str(p) for p in suspects], "accepted": [str(p) for p in accepted]},
        ).fetchall()
    return [int(row) for (row,) in found]
