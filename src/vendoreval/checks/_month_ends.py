"""Sales and talk of the last working days of each month, beside the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import numpy as np
import pandas as pd

from vendoreval.aggregates.base import add, count, day_number
from vendoreval.checks._answers import stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks._levels import Level, level_of, window_of
from vendoreval.checks._sale_ends import MATURE_DAYS, window_sales
from vendoreval.checks.base import Scope, Tables
from vendoreval.measures import month_number
from vendoreval.tables import CONVERSATION

LAST_DAYS: Final = 3
LEAST_WORKDAYS: Final = 10
# a day with less of the usual dials is none of the team's working days
_FEWER_TIMES: Final = 5
COUNTS: Final = ("dials", "conversations", "talk_seconds", "claimed", "known", "mature", "died",
                 "died_now")  # fmt: skip
_COLUMNS: Final = {"vendor": "string", "month": "int64", "day": "int64"} | dict.fromkeys(
    COUNTS, "int64"
)


def by_day(tables: Tables, scope: Scope) -> ibis.Table:
    """Return work and sales of each vendor and day (days since 1970).

    Columns
    -------
    dials, conversations, talk_seconds, claimed
        Of the vendor's reports.
    known, mature, died, died_now
        Of the client's records: sales; those old enough to judge; those of them that were
        cancelled within 30 days, and of these in the audited period.
    """
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    claims, window = tables["sales"], window_of(scope)
    claims = claims.filter(
        claims.vendor.isin(scope.vendors),
        claims.sold_on >= ibis.literal(window.start),
        claims.sold_on < ibis.literal(window.end),
    )
    sales = window_sales(tables, scope)
    young = (sales.is_cancelled == 1) & (sales.end_age <= MATURE_DAYS)
    ripe = sales.is_old.fill_null(False)
    sales = sales.mutate(
        ripe=ripe.cast("int64"),
        dead=(ripe & young).cast("int64"),
        dead_now=(ripe & young).cast("int64") * sales.cancelled_now,
    )
    parts = [
        calls.group_by(
            vendor="vendor", month=month_number(calls.started_on), day=day_number(calls.started_on)
        ).agg(
            dials=calls.count().cast("int64"),
            conversations=count(calls.disposition.isin(CONVERSATION)),
            talk_seconds=add(calls.talk_seconds),
        ),
        claims.group_by(
            vendor="vendor", month=month_number(claims.sold_on), day=day_number(claims.sold_on)
        ).agg(claimed=claims.count().cast("int64")),
        sales.group_by(vendor="vendor", month="month", day=day_number(sales.sold_on)).agg(
            known=sales.count().cast("int64"),
            mature=add(sales.ripe),
            died=add(sales.dead),
            died_now=add(sales.dead_now),
        ),
    ]
    both = stack(parts, _COLUMNS)
    return both.group_by(["vendor", "month", "day"]).agg(
        **{name: add(both[name]) for name in COUNTS}
    )


def cancelled_rows(tables: Tables, scope: Scope) -> ibis.Table:
    """Return cancelled sales of the window; `part` tells those of the last working days."""
    sales = window_sales(tables, scope)
    calls = tables["calls"]
    window = window_of(scope)
    worked = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(window.start),
        calls.started_on < ibis.literal(window.end),
    )
    worked = worked.mutate(year=worked.started_on.year(), in_year=worked.started_on.month())
    days = worked.group_by(["vendor", "year", "in_year", "started_on"]).agg(
        dials=worked.count().cast("int64")
    )
    month = ibis.window(group_by=["vendor", "year", "in_year"])
    days = days.mutate(whole=add(days.dials).over(month), many=days.count().over(month))
    days = days.filter(days.dials * days.many * _FEWER_TIMES > days.whole)
    newest = ibis.window(group_by=["vendor", "year", "in_year"], order_by=days.started_on.desc())
    days = days.mutate(place=ibis.row_number().over(newest))
    last = days.filter(days.place == LAST_DAYS - 1).select(
        end_vendor="vendor", end_year="year", end_in_year="in_year", end_from="started_on"
    )
    gone = sales.filter(sales.is_cancelled == 1, sales.end_age <= MATURE_DAYS)
    joined = gone.left_join(
        last,
        [
            gone.vendor == last.end_vendor,
            gone.sold_on.year() == last.end_year,
            gone.sold_on.month() == last.end_in_year,
        ],
    )
    at_end = (joined.sold_on >= joined.end_from).fill_null(False)
    return joined.mutate(part=at_end.ifelse("end", "rest")).select(
        "vendor", "sale_id", "lead_id", "sold_on", "cancelled_on", "paid_on", "end_age", "part",
        "amount",
    )  # fmt: skip


@dataclass(frozen=True)
class Ends:
    """One vendor's months, each with its last three working days, its first three and the rest.

    Parameters
    ----------
    frame
        One row for each month and part (`end`, `start`, `middle`), with the counts and
        `days`, the working days.
    """

    frame: pd.DataFrame

    @property
    def months(self) -> int:
        """Months with enough working days to have an end."""
        return int(self.frame["month"].nunique())

    def part(self, name: str) -> pd.DataFrame:
        """Return one part of all months, by month."""
        return self.frame[self.frame["part"] == name].set_index("month")

    def total(self, column: str, part: str | None = None) -> int:
        """Return a sum over months, of one part or of all."""
        rows = self.frame if part is None else self.frame[self.frame["part"] == part]
        return int(rows[column].sum())

    def since(self, month: int) -> Ends:
        """Return the months from one on."""
        return Ends(self.frame[self.frame["month"] >= month])

    def before(self, month: int) -> Ends:
        """Return the months before one."""
        return Ends(self.frame[self.frame["month"] < month])

    def times(self, column: str, exposure: str, part: str = "end") -> float | None:
        """Return how many times the middle's rate a part has; `None` where the middle has none."""
        there, usual = self.total(exposure, part), self.total(exposure, "middle")
        middle = self.total(column, "middle")
        if not there or not usual or not middle:
            return None
        return self.total(column, part) / there / (middle / usual)

    def level(self, column: str, exposure: str, events: str | None = None) -> Level:
        """Return the level of the end over what the rest of each month lets expect of it."""
        whole = self.frame.groupby("month")[[column, exposure]].sum()
        end = self.part("end").reindex(whole.index).fillna(0)
        rest = whole - end[[column, exposure]]
        used = rest[exposure] > 0
        expected = rest[column][used] * end[exposure][used] / rest[exposure][used]
        counted = None if events is None else float(self.total(events, "end"))
        return level_of(end[column][used], expected, counted)

    def dying(self) -> Level:
        """Return the logarithm of the odds ratio of dying at the end, months kept apart.

        Mantel and Haenszel's odds ratio over months with the variance of Robins, Breslow
        and Greenland; half a sale in each cell of the whole keeps the logarithm finite.
        """
        whole = self.frame.groupby("month")[["mature", "died"]].sum()
        end = self.part("end").reindex(whole.index).fillna(0)
        a, b = end["died"].to_numpy(float), (end["mature"] - end["died"]).to_numpy(float)
        c = (whole["died"] - end["died"]).to_numpy(float)
        d = (whole["mature"] - whole["died"]).to_numpy(float) - b
        n = a + b + c + d
        used = n > 0
        a, b, c, d, n = (np.append(cell[used], extra) for cell, extra in zip(
            (a, b, c, d, n), (0.5, 0.5, 0.5, 0.5, 2.0), strict=True))  # fmt: skip
        r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
        top, bottom = float(r.sum()), float(s.sum())
        variance = (
            float((p * r).sum()) / (2 * top**2)
            + float((p * s + q * r).sum()) / (2 * top * bottom)
            + float((q * s).sum()) / (2 * bottom**2)
        )
        return Level(float(np.log(top / bottom)), variance)


def ends_of(frame: pd.DataFrame, whole_months: Sequence[int]) -> Ends:
    """Return the months of one vendor's days; those with too few working days are left out.

    Parameters
    ----------
    whole_months
        Months that lie in the window from their first day to their last.
    """
    rows = []
    for month, days in frame[frame["month"].isin(list(whole_months))].groupby("month"):
        usual = float(days.loc[days["dials"] > 0, "dials"].median()) if (
            days["dials"] > 0).any() else 0.0  # fmt: skip
        worked = np.sort(days.loc[days["dials"] * _FEWER_TIMES > usual, "day"].to_numpy())
        if len(worked) < LEAST_WORKDAYS:
            continue
        place = np.where(days["day"] >= worked[-LAST_DAYS], "end", "middle")
        place = np.where(days["day"] <= worked[LAST_DAYS - 1], "start", place)
        is_worked = days["day"].isin(worked).astype("int64")
        parts = days.assign(part=place, days=is_worked).groupby("part")[[*COUNTS, "days"]].sum()
        rows.append(parts.reset_index().assign(month=month))
    columns = ["month", "part", *COUNTS, "days"]
    found = pd.concat(rows)[columns] if rows else pd.DataFrame(columns=columns)
    return Ends(found.astype(dict.fromkeys([*COUNTS, "days", "month"], "int64")))
