"""The dials of a vendor with everything the tables of counts group by, as whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
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


def with_attempts(dials: pl.DataFrame, begins: Ints) -> pl.DataFrame:
    """Add how many dials of the lead came before in the look back, and of the agent's month.

    Parameters
    ----------
    begins
        First day of the month of each dial, in days since 1970.
    """
    lead, day = dials["lead"].to_numpy(), dials["day"].to_numpy()
    order = np.argsort(lead, kind="stable")
    base = np.int64(1) << 20
    key = lead[order] * base + day[order]
    first = np.searchsorted(key, lead * base + begins - LOOK_BACK_DAYS)
    place = np.empty(len(lead), dtype=np.int64)
    place[order] = np.arange(len(lead))
    attempt = np.where(lead >= 0, place - first + 1, 0)
    # the rows are in the order of time, so the first of each kind is the earliest
    months = dials["month"].to_numpy()
    kind = (lead * (dials["agent"].to_numpy().max() + 1) + dials["agent"].to_numpy()) * 4096
    _, earliest = np.unique(kind + months - months.min(), return_index=True)
    own = np.zeros(len(lead), dtype=bool)
    own[earliest] = True
    return dials.with_columns(
        own=pl.Series(own & (lead >= 0)),
        opened=pl.Series(attempt == 1),
        attempt_band=pl.Series(np.where(lead >= 0, _band(attempt, (1, 2, 4)), 0)),
    )


def tally(keys: Mapping[str, Ints], sums: Mapping[str, Ints]) -> pl.DataFrame:
    """Add whole numbers up by keys, which are whole numbers from -1 on.

    Examples
    --------
    >>> tally({"who": np.array([1, 0, 1])}, {"n": np.array([1, 1, 5])}).to_dicts()
    [{'who': 0, 'n': 1}, {'who': 1, 'n': 6}]
    """
    packed = np.zeros(len(next(iter(keys.values()))), dtype=np.int64)
    sizes = [int(values.max(initial=-1)) + 2 for values in keys.values()]
    for values, size in zip(keys.values(), sizes, strict=True):
        packed = packed * size + (values + 1)
    kinds, place = np.unique(packed, return_inverse=True)
    found: dict[str, Ints] = {}
    for name, size in reversed(list(zip(keys, sizes, strict=True))):
        kinds, found[name] = kinds // size, kinds % size - 1
    count = len(next(iter(found.values())))
    added = {n: np.bincount(place, v, count).astype(np.int64) for n, v in sums.items()}
    return pl.DataFrame({name: found[name] for name in keys} | added)


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
