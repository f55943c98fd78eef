"""Two engines asked the same: the first one's answer goes on, every difference is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from vendoreval.engine.base import MAXIMUM_ROWS, Connection, Engine, Files
from vendoreval.errors import LedgerError
from vendoreval.text import Message, msg

#: floats agree when nine digits do
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Asked:
    """One query, and how the second engine's answer differs; not at all when it is `None`."""

    topic: str
    rows: int
    difference: Message | None = None


@dataclass
class Compared:
    """A connection that asks two others.

    Parameters
    ----------
    first, second
        The one that is believed and the one that is tried.
    on_asked
        Called after each query.
    """

    first: Connection
    second: Connection
    on_asked: Callable[[Asked], None] | None = None
    topic: str = ""
    asked: list[Asked] = field(default_factory=list)

    @property
    def dialect(self) -> str:
        """That of the first."""
        return self.first.dialect

    @property
    def address(self) -> str:
        """That of the second, which is tried."""
        return self.second.address

    def over(self, files: Files) -> Engine:
        """Return an engine over some files on both."""
        return _Pair(self, self.first.over(files), self.second.over(files))

    def note(self, rows: int, difference: Message | None) -> None:
        """Note one comparison."""
        entry = Asked(self.topic, rows, difference)
        self.asked.append(entry)
        if self.on_asked is not None:
            self.on_asked(entry)

    def remove_all(self) -> None:
        """That is for whoever opened them."""

    def close(self) -> None:
        """The two are closed by whoever opened them."""


class _Pair:
    def __init__(self, owner: Compared, first: Engine, second: Engine) -> None:
        self.dialect = first.dialect
        self._owner, self._first, self._second = owner, first, second

    def run(self, expression: ibis.Table, *, maximum_rows: int = MAXIMUM_ROWS) -> pa.Table:
        """Run a query on both, compare, and return the first one's answer."""
        wanted = self._first.run(expression, maximum_rows=maximum_rows)
        try:
            found = self._second.run(expression, maximum_rows=maximum_rows)
        except LedgerError as error:
            self._owner.note(wanted.num_rows, error.problems[0].found)
        except (ValueError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            self._owner.note(wanted.num_rows, msg("%(reason)s", reason=str(error)[:300]))
        else:
            self._owner.note(wanted.num_rows, difference(wanted, found))
        return wanted

    def close(self) -> None:
        """Close both."""
        self._first.close()
        self._second.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def difference(wanted: pa.Table, found: pa.Table) -> Message | None:
    """Return how two answers differ, whatever the order of their rows; `None` if they do not.

    Examples
    --------
    >>> difference(pa.table({"n": [1, 2]}), pa.table({"n": [2, 1]})) is None
    True
    >>> print(difference(pa.table({"n": [1]}), pa.table({"n": [7]})).values)
    {'column': 'n', 'found': '7', 'wanted': '1'}
    """
    if wanted.column_names != found.column_names:
        return msg("the columns are %(found)s instead of %(wanted)s",
                   found=", ".join(found.column_names),
                   wanted=", ".join(wanted.column_names))  # fmt: skip
    if wanted.num_rows != found.num_rows:
        return msg("%(found)s rows instead of %(wanted)s",
                   found=found.num_rows, wanted=wanted.num_rows)  # fmt: skip
    for one, other in zip(wanted.schema, found.schema, strict=True):
        if one.type != other.type:
            return msg("column %(column)s: type %(found)s instead of %(wanted)s", column=one.name,
                       found=str(other.type), wanted=str(one.type))  # fmt: skip
    first, second = _in_order(wanted), _in_order(found)
    for name in wanted.column_names:
        equal = _equal(first[name], second[name])
        if not equal.all():
            row = int(np.argmin(equal))
            return msg("column %(column)s: %(found)s instead of %(wanted)s", column=name,
                       found=str(second[name].iloc[row]),
                       wanted=str(first[name].iloc[row]))  # fmt: skip
    return None


def _in_order(table: pa.Table) -> pd.DataFrame:
    """Return rows in an order that small errors of floats do not change."""
    exact = [f.name for f in table.schema if not pa.types.is_floating(f.type)]
    rest = [name for name in table.column_names if name not in exact]
    rows: pd.DataFrame = table.to_pandas()
    keys = pd.DataFrame(
        {name: rows[name].astype(str) for name in exact}
        | {name: rows[name].map(lambda value: f"{value:.8g}") for name in rest},
        index=rows.index,
    )
    order = keys.sort_values(list(keys.columns), kind="stable").index if len(rows) else rows.index
    return rows.loc[order].reset_index(drop=True)


def _equal(first: pd.Series, second: pd.Series) -> np.ndarray:
    if pd.api.types.is_float_dtype(first):
        one, other = first.to_numpy(float), second.to_numpy(float)
        return np.asarray(np.isclose(one, other, rtol=TOLERANCE, atol=0, equal_nan=True))
    same = (first == second) | (first.isna() & second.isna())
    alike: np.ndarray = same.fillna(False).to_numpy(dtype=bool)
    return alike
