"""A1, A2, A4 and A6 counted straight from a vendor's dials."""

from __future__ import annotations

import numpy as np
import polars as pl

from vendoreval.aggregates.base import LOOK_BACK_DAYS
from vendoreval.aggregates.durations import FIVE_SECONDS, LONG, SINGLE_SECONDS, TIMERS
from vendoreval.aggregates.repeats import (
    MOST_DIALS,
    SEQUENCE_LENGTH,
    SHORTEST_TALK_SECONDS,
    TOP_PER_MILLE,
)
from vendoreval.aggregates.work import SOLD, WORK
from vendoreval.simulation.days import Ints
from vendoreval.simulation.fast.strata import Counted, day_numbers, named, tally, with_attempts
from vendoreval.simulation.reports.claims import EXPORT_DAYS
from vendoreval.simulation.world.outcomes import CODE

_STRATUM = ("campaign", "list", "segment", "age_band", "weekend", "hour_band", "attempt_band")
_SUMS = (*WORK, *SOLD)


_EPOCH = 719_163


def month_begins(counted: Counted, month: Ints) -> Ints:
    """Return the first day of numbered months, in days since 1970."""
    first = (month - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    return first.astype(np.int64)


def work_table(counted: Counted, *, weekly: bool = False) -> pl.DataFrame:
    """Return A1, or by weeks A1W."""
    dials = counted.dials
    begins = month_begins(counted, dials["month"].to_numpy())
    dials = with_attempts(dials, begins).with_columns(week=_week(pl.col("day")))
    keys = ["agent", "week", "month"] if weekly else ["agent", *_STRATUM, "month"]
    parts = [_work(dials, keys), *_sold(counted, dials, keys)]
    rows = pl.concat(parts, how="diagonal_relaxed").fill_null(0)
    table = tally(
        {key: rows[key].to_numpy() for key in keys}, {n: rows[n].to_numpy() for n in _SUMS}
    )
    return named(table, counted.work)


def _week(day: pl.Expr) -> pl.Expr:
    return day - (day + 3) % 7


def _work(dials: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    talk, spoken = dials["talk"].to_numpy(), dials["spoken"].to_numpy()
    one = np.ones(len(dials), dtype=np.int64)
    return tally(
        {key: dials[key].to_numpy() for key in keys},
        {
            "dials": one, "connects": (talk > 0).astype(np.int64), "conversations": spoken,
            "talk_seconds": talk,
            "talk_squares": talk * talk, "conversation_seconds": talk * spoken,
            "hold_seconds": dials["hold"].to_numpy(), "wrap_seconds": dials["wrap"].to_numpy(),
            "ring_seconds": dials["ring"].to_numpy(), "billed_calls": one,
            "billed_seconds": dials["billed"].to_numpy(), "leads_worked": dials["own"].to_numpy(),
            "leads_opened": dials["opened"].to_numpy(),
        },
    )  # fmt: skip


def _sold(counted: Counted, dials: pl.DataFrame, keys: list[str]) -> list[pl.DataFrame]:
    """Credit the sales of each month to the call of their lead that closed it."""
    sold = sales_of(counted).with_row_index("sale").with_columns(claimed_by=pl.col("agent"))
    columns = [key for key in keys if key not in ("week", "month")]
    spoken = dials.filter(pl.col("spoken") & (pl.col("lead") >= 0)).select(
        "lead", "day", "start", "number", *columns, is_sale=pl.col("code") == CODE["sale"]
    )
    sides = (("claimed", "sold_day", ("sales_claimed",)), ("known", "known_day", SOLD[1:]))
    parts = []
    for side, day, sums in sides:
        rows = sold.filter(pl.col(side) & pl.col("reported"))
        month = month_of(rows[day])
        begin = month_begins(counted, month)
        after = month_begins(counted, month + 1)
        rows = rows.select("sale", "lead", "claimed_by", "cancelled", pl.col(day).alias("on"))
        rows = rows.with_columns(
            month=pl.Series(month), since=pl.Series(begin - LOOK_BACK_DAYS), until=pl.Series(after)
        )
        closing = (
            rows.select("sale", "lead", "since", "until")
            .join(spoken, on="lead")
            .filter((pl.col("day") >= pl.col("since")) & (pl.col("day") < pl.col("until")))
            .sort("is_sale", "day", "start", "number")
            .unique("sale", keep="last")
        )
        rows = rows.join(closing.select("sale", *columns), on="sale", how="left")
        # what is sold after the last reported month is no month's
        rows = rows.filter(pl.col("on") < end_of(counted))
        rows = _blank(rows, side).with_columns(week=_week(pl.col("on")))
        counts = {"sales_claimed": pl.len(), "sales_known": pl.len(),
                  "sales_cancelled": pl.col("cancelled").sum()}  # fmt: skip
        parts.append(rows.group_by(keys).agg(**{n: counts[n].cast(pl.Int64) for n in sums}))
    return parts


def end_of(counted: Counted) -> int:
    """Return the day after the last one, in days since 1970."""
    return counted.calendar.months[-1].end.toordinal() - _EPOCH


def _blank(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    """Give sales without a conversation to who claims them, outside of every stratum."""
    numbers = [n for n in ("campaign", "list", "segment") if n in rows.columns]
    bands = [n for n in ("age_band", "weekend", "hour_band", "attempt_band") if n in rows.columns]
    claimed = pl.col("claimed_by") if side == "claimed" else pl.lit(-1)
    return rows.with_columns(
        pl.col("agent").fill_null(claimed),
        *(pl.col(name).fill_null(-1) for name in numbers),
        *(pl.col(name).fill_null(0) for name in bands),
    )


def sales_of(counted: Counted) -> pl.DataFrame:
    """Return the sales with the days on which they were sold, known and cancelled."""
    work = counted.work
    days = day_numbers(work.calendar)
    own = work.sales
    known = own["second"] + own["lag"]
    hours = (own["lead"] * 977) % 7200
    base = pl.Series(days[own["day"].to_numpy()])
    last = end_of(counted) + EXPORT_DAYS
    sold_day, known_day = base + own["second"] // 86_400, base + known // 86_400
    frame = own.with_columns(
        sold_day=sold_day,
        known_day=known_day,
        paid_day=base + (known + own["pay_days"] * 86_400 + hours) // 86_400,
        gone_day=base + (known + own["cancel_days"] * 86_400 + hours) // 86_400,
    )
    cancelled = (pl.col("cancel_days") >= 0) & (pl.col("gone_day") < last)
    frame = frame.with_columns(cancelled=cancelled)
    paid = (pl.col("pay_days") >= 0) & (pl.col("paid_day") < last)
    in_time = ~pl.col("cancelled") | (pl.col("pay_days") < pl.col("cancel_days"))
    first = int(days[work.calendar.first_day[1]]) if len(work.calendar.months) > 1 else 0
    return frame.with_columns(
        paid=paid & in_time,
        known=pl.col("known") & (pl.col("known_day") < last) & (base >= first),
        reported=base >= first,
    )


def month_of(day: pl.Series) -> Ints:
    """Return year x 12 + month - 1 of days since 1970."""
    months = day.to_numpy().astype("datetime64[D]").astype("datetime64[M]")
    number: Ints = months.astype(np.int64) + 1970 * 12
    return number


def duration_table(counted: Counted) -> pl.DataFrame:
    """Return A2."""
    dials = counted.dials
    parts = []
    for measure, column in (("talk", "talk"), ("billed", "billed")):
        seconds = dials[column].to_numpy()
        keys = {name: dials[name].to_numpy() for name in ("agent", "code", "month")}
        grouped = tally(
            keys | {"bin_seconds": _bin(seconds)},
            {"calls": np.ones(len(dials), dtype=np.int64), "seconds": seconds},
        )
        parts.append(grouped.with_columns(measure=pl.lit(measure)))
    return named(pl.concat(parts), counted.work)


def _bin(seconds: Ints) -> Ints:
    edges = np.array([FIVE_SECONDS, *LONG])
    wide = edges[np.maximum(np.searchsorted(edges, seconds, side="right") - 1, 0)]
    wide = np.where(np.isin(seconds, TIMERS), seconds, wide)
    fives = np.where(seconds < FIVE_SECONDS, seconds - seconds % 5, wide)
    return np.where(seconds < SINGLE_SECONDS, seconds, fives)


def repeat_table(counted: Counted) -> pl.DataFrame:
    """Return A4."""
    dials = counted.dials
    pairs = pl.col("times") * (pl.col("times") - 1) // 2
    same = dials.group_by("month", "agent", "day", "start", "phone", "talk", "code").agg(
        times=pl.len().cast(pl.Int64)
    )
    same = same.group_by("month").agg(
        rows=pl.col("times").sum(), repeated_rows=(pl.col("times") - 1).sum()
    )
    spoken = dials.filter(pl.col("talk") >= SHORTEST_TALK_SECONDS).sort(
        "agent", "day", "start", "number"
    )
    parts = ("talk", "hold", "wrap")
    earlier = {f"{part}_{back}": pl.col(part).shift(back).over("agent", "day")
               for back in range(1, SEQUENCE_LENGTH) for part in parts}  # fmt: skip
    runs = spoken.with_columns(**earlier).drop_nulls(list(earlier))
    runs = runs.group_by("month", *parts, *earlier).agg(times=pl.len().cast(pl.Int64))
    runs = runs.group_by("month").agg(
        sequences=pl.col("times").sum(),
        repeated_sequences=(pl.col("times") - 1).sum(),
        sequence_pairs=pairs.sum(),
    )
    table = same.join(runs, on="month", how="left").fill_null(0)
    return table.with_columns(vendor=pl.lit(counted.work.name))


def _numbers(counted: Counted) -> pl.DataFrame:
    dials = counted.dials
    return dials.group_by("month", "phone").agg(
        dials=pl.len().cast(pl.Int64),
        connects=(pl.col("talk") > 0).sum().cast(pl.Int64),
        talk_seconds=pl.col("talk").sum(),
    )


def number_table(counted: Counted) -> pl.DataFrame:
    """Return A6."""
    numbers = _numbers(counted).with_columns(
        attempts=pl.col("dials").clip(upper_bound=MOST_DIALS),
        connected=(pl.col("connects") > 0).cast(pl.Int64),
    )
    sums = ("dials", "connects", "talk_seconds")
    table = numbers.group_by("month", "attempts", "connected").agg(
        pl.len().cast(pl.Int64).alias("numbers"), pl.col(sums).sum()
    )
    return table.with_columns(vendor=pl.lit(counted.work.name))


def top_table(counted: Counted) -> pl.DataFrame:
    """Return A6T."""
    numbers = _numbers(counted).sort(
        pl.col("talk_seconds"), pl.col("phone").cast(pl.String), descending=[True, False]
    )
    numbers = numbers.with_columns(
        rank=pl.int_range(pl.len()).over("month"), many=pl.len().over("month")
    )
    part = pl.lit(TOP_PER_MILLE[-1])
    for per_mille in reversed(TOP_PER_MILLE[:-1]):
        hit = pl.col("rank").cast(pl.Int64) * 1000 < pl.col("many").cast(pl.Int64) * per_mille
        part = pl.when(hit).then(per_mille).otherwise(part)
    table = numbers.with_columns(top_per_mille=part).group_by("month", "top_per_mille").agg(
        pl.len().cast(pl.Int64).alias("numbers"), pl.col("dials", "talk_seconds").sum()
    )  # fmt: skip
    return table.with_columns(vendor=pl.lit(counted.work.name))
