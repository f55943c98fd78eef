"""The daily table as plain values: parts, measures, and what they are set against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from vendoreval.daily.judgement import Cell, by_day
from vendoreval.daily.stretches import Stretches
from vendoreval.measures import definition
from vendoreval.measures.cut import By
from vendoreval.text import Message

Standing = Literal["both", "new", "gone"]


@dataclass(frozen=True)
class Row:
    """One agent, day, campaign or hour; or all together.

    Parameters
    ----------
    part
        Its code, masked where it holds what names a person; a day as ``2026-10-05``.
    standing
        Whether it is in both periods, only in the present one, or only in the earlier one.
    days
        Days with work.
    cells
        Measure -> its cell.
    """

    part: str
    standing: Standing
    days: int | None
    cells: Mapping[str, Cell]


@dataclass(frozen=True, repr=False)
class DailyTable:
    """What a vendor did in a period; see `Productivity`.

    Parameters
    ----------
    by
        What a row is.
    stretches
        The period and the one it is set against, as they are compared.
    until_seconds
        Second of the local day at which every day was cut off; None for whole days.
    usual_day
        Whether the earlier values are those of the usual day and not of another period.
    whole
        All together.
    rows
        The parts: the most dials first, days and hours in order.
    notes
        Where the figures come from, what is undefined and why.
    """

    vendor: str
    title: str
    by: By
    stretches: Stretches
    until_seconds: int | None
    usual_day: bool
    whole: Row
    rows: tuple[Row, ...]
    measures: tuple[str, ...]
    notes: tuple[Message, ...]
    language: str = field(default="en")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, part: str) -> Row:
        for row in self.rows:
            if row.part == part:
                return row
        raise KeyError(part)

    @property
    def signals(self) -> int:
        """How many figures lie outside of their limits."""
        return sum(c.signal in {"above", "below"} for _, c in self._cells())

    @property
    def judged(self) -> int:
        """How many figures have limits."""
        return sum(c.signal is not None for _, c in self._cells())

    def _cells(self) -> list[tuple[Row, Cell]]:
        return [(row, cell) for row in (self.whole, *self.rows) for cell in row.cells.values()]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each part and measure; all together is the part ``""``."""
        lines = [
            {
                self.by: row.part, "measure": cell.measure, "unit": definition(cell.measure).unit,
                "value": cell.value, "earlier": cell.earlier, "difference": cell.difference,
                "change": cell.change, "by_day": by_day(definition(cell.measure)),
                "usual": cell.usual, "lower": cell.lower, "upper": cell.upper,
                "signal": cell.signal, "days": row.days, "standing": row.standing,
            }
            for row, cell in self._cells()
        ]  # fmt: skip
        return pd.DataFrame(lines)

    def to_wide(self) -> pd.DataFrame:
        """Return one row for each part and one column for each measure."""
        lines = [
            {self.by: row.part} | {name: cell.value for name, cell in row.cells.items()}
            for row in (self.whole, *self.rows)
        ]
        return pd.DataFrame(lines).set_index(self.by)

    def __repr__(self) -> str:
        against = "the usual day" if self.usual_day else str(self.stretches.then or "nothing")
        return (
            f"Productivity({self.vendor}, {self.stretches.now} against {against}, "
            f"by {self.by}: {len(self.rows)} rows)"
        )
