"""The dials of a vendor with everything the tables of counts group by, as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from vendoreval.aggregates.base import LOOK_BACK_DAYS
from vendoreval.measures import number_of_month
from vendoreval.simulation.days import LEAD_IN, Calendar, Ints
from vendoreval.simulation.reports.columns import pick
from vendoreval.simulation.reports.log import billed_seconds
from vendoreval.simulation.world.conduct import CAMPAIGNS, SEGMENTS
from vendoreval.simulation.world.work import Work
from vendoreval.tables import CONVERSATION, DISPOSITIONS

# Moscow has not moved its clocks since 2014
UTC_OFFSET_SECONDS = 3 * 3600
TALKED = tuple(DISPOSITIONS.index(name) for name in CONVERSATION)


@dataclass(frozen=True)
class Counted:
    """One vendor's work, ready to be counted.

    Parameters
    ----------
    dials
        The dials of the reported months with days since 1970, month numbers and strata.
    """

    work: Work
    dials: pl.DataFrame

    @property
    def calendar(self) -> Calendar:
        """Days and months of the world."""
        return self.work.calendar


def day_numbers(calendar: Calendar) -> Ints:
    """Return days since 1970 of the working days."""
    numbers: Ints = calendar.days.astype("datetime64[D]").astype(np.int64)
    return numbers


def month_numbers(calendar: Calendar) -> Ints:
    """Return year x 12 + month - 1 of the months."""
    return np.array([number_of_month(month.start) for month in calendar.months])


def counted(work: Work) -> Counted:
    """Prepare a vendor's work; leads and lists as the client's files name them."""
    calendar = work.calendar
    lead, day, code = (work.column(name) for name in ("lead", "day", "code"))
    known = lead >= 0
    safe = np.maximum(lead, 0)
    number = day_numbers(calendar)[day]
    handed = day_numbers(calendar)[work.leads.handed[safe]]
    lists = 2 * work.leads.month[safe] + work.leads.good_list[safe]
    other = work.column("number") % 2
    frame = work.dials.select(
        "agent", "code", "ring", "talk", "hold", "wrap", "start", "phone", "number", "lead",
        pl.Series("billed", billed_seconds(work)),
        pl.Series("day", number),
        pl.Series("month", month_numbers(calendar)[calendar.month_of_day[day]]),
        pl.Series("spoken", np.isin(code, TALKED)),
        pl.Series("campaign", np.where(known, work.leads.campaign[safe], other)),
        pl.Series("list", np.where(known, lists, -1)),
        pl.Series("segment", np.where(known, work.leads.campaign[safe], -1)),
        pl.Series("age_band", np.where(known, _band(number - handed, (0, 7, 30)), 0)),
        pl.Series("hour_band", _band(work.column("start") // 3600, (11, 14, 17))),
        # who works past midnight is counted with the day the call began
        pl.Series("weekend", np.zeros(len(day), dtype=np.int64)),
    )  # fmt: skip
    # nobody reports the month before the first one
    first = number_of_month(calendar.months[LEAD_IN].start)
    return Counted(work, frame.filter(pl.col("month") >= first).sort("day", "start", "number"))


def _band(value: Ints, edges: tuple[int, ...]) -> Ints:
    return np.searchsorted(edges, value, side="right").astype(np.int64)


def attempts(dials: pl.DataFrame, first_day: int) -> pl.DataFrame:
    """Return the dials of a month with their number for the lead, within the look back.

    Parameters
    ----------
    first_day
        First day of the month, in days since 1970.
    """
    window = dials.filter(pl.col("day") >= first_day - LOOK_BACK_DAYS)
    current = pl.col("day") >= first_day
    known = pl.col("lead") >= 0
    number = pl.int_range(pl.len()).over("lead") + 1
    window = window.with_columns(attempt=pl.when(known).then(number).otherwise(0), current=current)
    own = pl.int_range(pl.len()).over("lead", "agent", "current") + 1
    window = window.with_columns(own=pl.when(known).then(own).otherwise(0))
    band = sum(((pl.col("attempt") >= edge).cast(pl.Int64) for edge in (2, 4)),
               (pl.col("attempt") >= 1).cast(pl.Int64))  # fmt: skip
    return window.with_columns(attempt_band=band)


def named(frame: pl.DataFrame, work: Work) -> pl.DataFrame:
    """Write the numbers of agents, outcomes and strata as the reports name them."""
    months = [str(month) for month in work.calendar.months]
    lists = [f"{month}-{name}" for month in months for name in "BA"]
    texts = {
        "agent": ("agent_id", work.codes), "code": ("disposition", DISPOSITIONS),
        "campaign": ("campaign_id", CAMPAIGNS), "list": ("list_id", lists),
        "segment": ("segment", SEGMENTS),
    }  # fmt: skip
    given = [
        pick(names, frame[number]).fill_null("").alias(column)
        for number, (column, names) in texts.items()
        if number in frame.columns
    ]
    rest = frame.drop([number for number in texts if number in frame.columns])
    return rest.with_columns(*given, vendor=pl.lit(work.name))
