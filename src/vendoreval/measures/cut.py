"""Which rows are counted together: some vendors, stretches of days, hours of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from typing import Any, Final, Literal

import ibis

from vendoreval.measures.monthly import Tables
from vendoreval.measures.queries import day_number, local_seconds, offsets, seconds_of
from vendoreval.period import Period

By = Literal["agent", "day", "campaign", "hour"]
#: columns of every table of facts: the part, its block, and 1 where all parts are together
KEYS: Final = ("part", "block", "whole")
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True)
class Cut:
    """The rows that are counted, and what they are counted by.

    Parameters
    ----------
    vendors
        Short names.
    blocks
        Stretches of days, numbered from 0; they share no day. None means that every day of
        `window` is a block of its own, numbered by days since 1970.
    by
        What a part is: an agent, a campaign, a local hour; `day` has no parts.
    timezone
        Of the local hours.
    until_seconds
        Only what began before this second of the local day.
    window
        First to last day of all blocks; taken from the blocks when they are given.
    """

    vendors: tuple[str, ...]
    by: By
    timezone: str
    blocks: tuple[Period, ...] | None = None
    window: Period | None = None
    until_seconds: int | None = None

    @property
    def span(self) -> Period:
        """First to last day."""
        if self.window is not None:
            return self.window
        blocks = self.blocks or ()
        return Period(min(b.start for b in blocks), max(b.end for b in blocks))

    @property
    def steps(self) -> list[tuple[int, int]]:
        """When the zone's distance from UTC changes."""
        span = self.span
        return offsets(self.timezone, Period(span.start - timedelta(days=1), span.end))

    def second_of_day(self, instant: Any) -> Any:
        """Return the second of the local day."""
        return (local_seconds(instant, self.steps) % _DAY_SECONDS).cast("int64")

    def block_of(self, day: Any) -> Any:
        """Return the block of a day; null outside of all."""
        if self.blocks is None:
            return day_number(day)
        return reduce(
            lambda rest, one: (
                (day >= ibis.literal(one[1].start)) & (day < ibis.literal(one[1].end))
            ).ifelse(one[0], rest),
            enumerate(self.blocks),
            ibis.null("int64"),
        )

    def rows(
        self, table: ibis.Table, day: str, instant: str | None, part: str | None
    ) -> ibis.Table:
        """Return the rows of the cut with `part` and `block`.

        Parameters
        ----------
        day, instant
            Columns of the local day and of the instant.
        part
            Column that tells the part; None where the table has none.
        """
        span = self.span
        table = table.filter(
            table.vendor.isin(self.vendors),
            table[day] >= ibis.literal(span.start), table[day] < ibis.literal(span.end),
        )  # fmt: skip
        if self.until_seconds is not None and instant is not None:
            table = table.filter(self.second_of_day(table[instant]) < self.until_seconds)
        value = self._part(table, instant, part)
        table = table.mutate(part=value, block=self.block_of(table[day]).cast("int64"))
        return table.filter(table.block.notnull())

    def _part(self, table: ibis.Table, instant: str | None, part: str | None) -> Any:
        if self.by == "day" or (self.by != "hour" and part is None):
            return ibis.literal("")
        if self.by == "hour":
            if instant is None:
                return ibis.literal("")
            hour = (self.second_of_day(table[instant]) / 3600).floor().cast("int64")
            # two digits, so that texts stand in the order of the day
            text = hour.cast("string")
            return (hour < 10).ifelse(ibis.literal("0").concat(text), text)
        return table[part].cast("string").fill_null("")

    def column(self, report: str) -> str | None:
        """Return the column of a report that tells the part."""
        wanted = {"agent": "agent_id", "campaign": "campaign_id"}.get(self.by)
        return wanted if wanted is not None and wanted in _PARTED.get(report, ()) else None

    def tells(self, report: str) -> bool:
        """Whether the rows of a report can be told apart by the parts of this cut."""
        if self.by == "day":
            return True
        if self.by == "hour":
            return report in _INSTANTS
        return self.column(report) is not None


# report -> columns that may tell a part
_PARTED: Final[Mapping[str, Sequence[str]]] = {
    "calls": ("agent_id", "campaign_id"),
    "agent_days": ("agent_id",),
    "agent_sessions": ("agent_id",),
    "funnel": ("agent_id",),
    "funnel_events": ("agent_id",),
    "sales": ("agent_id",),
}
_INSTANTS: Final = {"calls": "started_at", "funnel_events": "at", "sales": "sold_at"}


def grouped(rows: ibis.Table, facts: Mapping[str, Any]) -> ibis.Table:
    """Return the facts of every part and block, and of every block as a whole."""
    parts = rows.group_by(["part", "block"]).agg(**facts).mutate(whole=ibis.literal(0, "int64"))
    whole = rows.group_by("block").agg(**facts)
    whole = whole.mutate(part=ibis.literal(""), whole=ibis.literal(1, "int64"))
    columns = [*KEYS, *facts]
    return parts.select(columns).union(whole.select(columns), distinct=False)


__all__ = ["KEYS", "By", "Cut", "Tables", "grouped", "seconds_of"]
