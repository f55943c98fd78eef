"""Which rows are counted together: some vendors, stretches of days, hours of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

import ibis
import pyarrow as pa

from vendoreval.measures.queries import local_seconds, offsets
from vendoreval.period import Period

By = Literal["agent", "day", "campaign", "hour"]
#: columns of every table of facts: the part, its block, and 1 where all parts are together
KEYS: Final = ("part", "block", "whole")
_DAY_SECONDS: Final = 86_400


#: days and the stretches they belong to; registered beside the reports of the ledger, so
#: that the text of a query is the same for all days
BLOCKS: Final = ibis.table({"on": "!date", "block": "!int64"}, name="blocks")


@dataclass(frozen=True)
class Cut:
    """The rows that are counted, and what they are counted by.

    The days are those of the table `BLOCKS`; a day may belong to several blocks.

    Parameters
    ----------
    vendors
        Short names; none where the tables hold only rows of those who are meant, so that the
        text of a query is the same for all of them.
    by
        What a part is: an agent, a campaign, a local hour; `day` has no parts.
    timezone
        Of the local hours.
    span
        First to last day of all blocks.
    until_seconds
        Only what began before this second of the local day.
    """

    vendors: tuple[str, ...]
    by: By
    timezone: str
    span: Period
    until_seconds: int | None = None

    @property
    def steps(self) -> list[tuple[int, int]]:
        """When the zone's distance from UTC changes."""
        span = self.span
        return offsets(self.timezone, Period(span.start - timedelta(days=1), span.end))

    def of_vendors(self, table: ibis.Table) -> ibis.Table:
        """Return the rows of the vendors."""
        return table.filter(table.vendor.isin(self.vendors)) if self.vendors else table

    def of_days(self, table: ibis.Table, day: str) -> ibis.Table:
        """Return the rows of the vendors on the days of any block, each once."""
        days = BLOCKS.select("on").distinct()
        table = self.of_vendors(table)
        return table.semi_join(days, table[day] == days.on)

    def second_of_day(self, instant: Any) -> Any:
        """Return the second of the local day."""
        return (local_seconds(instant, self.steps) % _DAY_SECONDS).cast("int64")

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
        table = self.of_vendors(table)
        if self.until_seconds is not None and instant is not None:
            table = table.filter(self.second_of_day(table[instant]) < self.until_seconds)
        table = table.mutate(part=self._part(table, instant, part))
        return table.join(BLOCKS, table[day] == BLOCKS.on).drop("on")

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


def blocks_table(blocks: Sequence[tuple[int, Period]]) -> pa.Table:
    """Return the rows of `BLOCKS`: every day of every numbered stretch.

    Examples
    --------
    >>> blocks_table([(0, Period.parse("2026-10")), (1, Period.parse("2026-10-05"))]).num_rows
    32
    """
    days = [
        (span.start + timedelta(days=n), number) for number, span in blocks
        for n in range(span.days)
    ]  # fmt: skip
    return pa.table({
        "on": pa.array([day for day, _ in days], pa.date32()),
        "block": pa.array([number for _, number in days], pa.int64()),
    })  # fmt: skip


def grouped(rows: ibis.Table, facts: Mapping[str, Any]) -> ibis.Table:
    """Return the facts of every part and block, and of every block as a whole."""
    parts = rows.group_by(["part", "block"]).agg(**facts).mutate(whole=ibis.literal(0, "int64"))
    whole = rows.group_by("block").agg(**facts)
    whole = whole.mutate(part=ibis.literal(""), whole=ibis.literal(1, "int64"))
    columns = [*KEYS, *facts]
    return parts.select(columns).union(whole.select(columns), distinct=False)
