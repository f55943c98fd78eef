"""Uniqueness over all blocks: fingerprints first, the texts themselves before anything is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from vendoreval.intake.parts import read_part

Hashes = npt.NDArray[np.uint64]
_MOST_SLOTS = 27
_SEED = 20_261_001
_SEVERAL = 255


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

    A table of one byte for each slot answers most questions: 0 says that no fingerprint
    came here, a mark that all who came had these low bits, the last value that they had
    several. Only its hits are looked up in the sorted runs, one run for each block.

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
    _table: npt.NDArray[np.uint8] = field(init=False)
    _shift: np.uint64 = field(init=False)

    def __post_init__(self) -> None:
        slots = min(max((4 * self.expected_rows).bit_length(), 10), _MOST_SLOTS)
        self._table = np.zeros(1 << slots, dtype=np.uint8)
        self._shift = np.uint64(64 - slots)

    def repeated(self, rows: pl.DataFrame, asked: pl.Series | None = None) -> pl.Series | None:
        """Return which of the rows asked about repeat a key seen before; `None` when none does."""
        prints = fingerprint([rows.get_column(name) for name in self.columns])
        live = prints if asked is None else prints.filter(asked)
        run = np.sort(live.drop_nulls().to_numpy())
        candidates = self._marked(run)
        twice = run[1:][run[1:] == run[:-1]]
        known = [twice] + [candidates[_held(earlier, candidates)] for earlier in self._runs]
        self._runs.append(run)
        doubtful = np.unique(np.concatenate(known))
        if not len(doubtful):
            return None
        in_doubt = prints.is_in(pl.Series(doubtful, dtype=pl.UInt64).implode()).fill_null(False)
        if asked is not None:
            in_doubt = in_doubt & asked
        # the few in doubt are looked at by themselves: a block may hold a million others
        places = in_doubt.arg_true()
        few = prints.gather(places)
        earlier_ones = pl.Series(
            np.unique(np.concatenate([*known[1:], doubtful[:0]])), dtype=pl.UInt64
        )
        late = ~few.is_first_distinct() | few.is_in(earlier_ones.implode())
        return in_doubt.scatter(places, late) if late.any() else None

    def _marked(self, run: Hashes) -> Hashes:
        """Enter a sorted run into the table; return those of it that may have come before."""
        slots = run >> self._shift
        marks = np.clip(run.astype(np.uint8), 1, _SEVERAL - 1)
        found = self._table[slots]
        fresh, known = found == 0, found == marks
        marks[~(fresh | known)] = _SEVERAL
        crowded = slots[1:] == slots[:-1]
        marks[1:][crowded] = _SEVERAL
        marks[:-1][crowded] = _SEVERAL
        self._table[slots] = marks
        return np.asarray(run[known | (found == _SEVERAL)])


def _held(run: Hashes, candidates: Hashes) -> npt.NDArray[np.bool_]:
    if not len(run):
        return np.zeros(len(candidates), dtype=np.bool_)
    place = np.minimum(np.searchsorted(run, candidates), len(run) - 1)
    return np.asarray(run[place] == candidates)


def wrongly_suspected(
    accepted: Sequence[Path], suspects: Sequence[Path], columns: Sequence[str]
) -> list[int]:
    """Return rows whose fingerprint repeats but whose key, read in full, does not."""
    alone = [
        _not_among(accepted, read_part(path, ["_row", *columns]), columns) for path in suspects
    ]
    firsts = pl.concat(alone).group_by(columns).agg(pl.col("_row").min())
    return sorted(firsts.get_column("_row").to_list())


def _not_among(
    accepted: Sequence[Path], suspects: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """Return the suspects whose key no accepted row has; one part of these is held at a time."""
    left = suspects
    for path in accepted:
        if not left.height:
            break
        wanted = left.select(columns).unique()
        found = read_part(path, columns).join(wanted, on=columns, how="semi").unique()
        left = left.join(found, on=columns, how="anti")
    return left
