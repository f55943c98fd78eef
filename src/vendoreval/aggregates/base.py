"""What a stored table of counts is, and the stretch of time it is computed for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd

from vendoreval.measures.queries import (
    add,
    count,
    day_number,
    local_seconds,
    offsets,
    real,
    seconds_of,
)
from vendoreval.period import Period

Tables = Mapping[str, ibis.Table]
# how far before the month a lead's earlier dials are looked for, and after it what became of it
LOOK_BACK_DAYS = 62
LOOK_AHEAD_DAYS = 62


@dataclass(frozen=True)
class Window:
    """One month of some vendors whose files share a time zone.

    Parameters
    ----------
    month
        The month.
    vendors
        Short names, sorted.
    timezone
        Of the local hours.
    observed_until
        Until which day the client's records of sales are known; what had not been
        cancelled by then may still be.
    """

    month: Period
    vendors: tuple[str, ...]
    timezone: str
    observed_until: date

    @property
    def number(self) -> int:
        """Year x 12 + month - 1."""
        return self.month.start.year * 12 + self.month.start.month - 1

    @property
    def before(self) -> date:
        """First day of the look back."""
        return self.month.start - timedelta(days=LOOK_BACK_DAYS)

    def of_vendors(self, table: ibis.Table) -> ibis.Table:
        """Return the rows of the window's vendors."""
        return table.filter(table.vendor.isin(self.vendors))

    @property
    def after(self) -> date:
        """The day after the last one of the look ahead."""
        return self.month.end + timedelta(days=LOOK_AHEAD_DAYS)

    def around(self, table: ibis.Table, day: str) -> ibis.Table:
        """Return the rows of the vendors in the month, its look back and its look ahead."""
        table = self.of_vendors(table)
        return table.filter(
            table[day] >= ibis.literal(self.before), table[day] < ibis.literal(self.after)
        )

    def during(self, table: ibis.Table, day: str, *, back: bool = False) -> ibis.Table:
        """Return the rows of the vendors in the month, with the look back if wanted."""
        table = self.of_vendors(table)
        start = self.before if back else self.month.start
        return table.filter(
            table[day] >= ibis.literal(start), table[day] < ibis.literal(self.month.end)
        )


@dataclass(frozen=True)
class Aggregate:
    """A table of counts that is computed once for each vendor and month.

    Parameters
    ----------
    id
        Its name, such as ``A1``.
    about
        What one row is.
    keys, sums
        Columns that name a row, and columns that add up over months and vendors.
    highest
        Columns of which months keep the largest, because they do not add up.
    reports
        Reports it is computed from.
    expression
        ``expression(tables, window)``: the query.
    finish
        ``finish(frame, window)``: what is left for Python, where engines differ.
    ahead
        Whether it looks at rows of the two months after its own.
    whole
        Reports of which every delivery is read, of whatever time.
    """

    id: str
    about: str
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    reports: tuple[str, ...]
    expression: Callable[[Tables, Window], ibis.Table]
    highest: tuple[str, ...] = ()
    finish: Callable[[pd.DataFrame, Window], pd.DataFrame] | None = None
    ahead: bool = False
    whole: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns in order."""
        return (*self.keys, *self.sums, *self.highest)


def total(frame: pd.DataFrame, aggregate: Aggregate, keys: Sequence[str] | None = None
          ) -> pd.DataFrame:  # fmt: skip
    """Add rows up over everything but the given keys (all keys but the month by default).

    Examples
    --------
    >>> one = Aggregate("X", "", ("vendor", "month"), ("dials",), (), lambda t, w: None)
    >>> months = pd.DataFrame({"vendor": ["a", "a"], "month": [1, 2], "dials": [3, 4]})
    >>> total(months, one).to_dict("records")
    [{'vendor': 'a', 'dials': 7}]
    """
    wanted = [key for key in aggregate.keys if key != "month"] if keys is None else list(keys)
    how = dict.fromkeys(aggregate.sums, "sum") | dict.fromkeys(aggregate.highest, "max")
    if frame.empty:
        return frame[[*wanted, *how]].copy()
    return frame.groupby(wanted, as_index=False, dropna=False, sort=True).agg(how)


# ------------------------------------------------------------ shared queries


def local_hour(calls: ibis.Table, window: Window) -> Any:
    """Return the local hour of the start, 0 to 23, without asking the engine about zones."""
    steps = offsets(window.timezone, Period(window.before, window.month.end))
    return ((local_seconds(calls.started_at, steps) % 86_400) / 3600).floor().cast("int64")


def stacked(parts: Sequence[ibis.Table], columns: Mapping[str, str]) -> ibis.Table:
    """Put tables under one another; a column a part lacks is 0 or empty there."""
    filled = []
    for part in parts:
        given = {}
        for name, kind in columns.items():
            blank = ibis.literal("" if kind == "string" else 0).cast(kind)
            given[name] = part[name].cast(kind) if name in part.columns else blank
        filled.append(part.select(**given))
    return ibis.union(filled[0], *filled[1:], distinct=False) if len(filled) > 1 else filled[0]


__all__ = [
    "Aggregate", "Tables", "Window", "add", "count", "day_number", "local_hour", "offsets", "real",
    "seconds_of", "stacked", "total",
]  # fmt: skip
