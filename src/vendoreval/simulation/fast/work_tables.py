"""A1, A2, A4 and A6 counted straight from a vendor's dials."""

from __future__ import annotations

import polars as pl

from vendoreval.aggregates.durations import FIVE_SECONDS, LONG, SINGLE_SECONDS, TIMERS
from vendoreval.aggregates.repeats import (
    MOST_DIALS,
    SEQUENCE_LENGTH,
    SHORTEST_TALK_SECONDS,
    TOP_PER_MILLE,
)
from vendoreval.aggregates.work import SOLD, STRATUM, WORK
from vendoreval.simulation.fast.strata import Counted, attempts, day_numbers, month_numbers, named
from vendoreval.simulation.world.outcomes import CODE

_STRATUM = ("campaign", "list", "segment", "age_band", "weekend", "hour_band", "attempt_band")
_SUMS = (*WORK, *SOLD)


def _reported(counted: Counted, first: int) -> list[tuple[int, int, int]]:
    """Return number, first and last day of the months to count."""
    days = [
        (month.start.toordinal() - _EPOCH, month.end.toordinal() - _EPOCH - 1)
        for month in counted.calendar.months
    ]
    numbers = month_numbers(counted.calendar)
    return [(int(numbers[n]), *days[n]) for n in range(first, len(days))]


_EPOCH = 719_163


def work_table(counted: Counted, first: int, *, weekly: bool = False) -> pl.DataFrame:
    """Return A1, or by weeks A1W."""
    parts = []
    for month, begin, end in _reported(counted, first):
        window = attempts(counted.dials.filter(pl.col("day") <= end), begin)
        window = window.with_columns(week=_week(pl.col("day")))
        keys = ["agent", "week"] if weekly else ["agent", *_STRATUM]
        done = _work(window.filter("current"), keys)
        parts.append(_with_sales(counted, window, done, keys, begin, end, month))
    table = named(pl.concat(parts), counted.work)
    keys = ["vendor", "agent_id", "week", "month"] if weekly else [
        "vendor", "agent_id", *STRATUM, "month"]  # fmt: skip
    return table.group_by(keys).agg(pl.col(_SUMS).sum()).sort(keys)


def _week(day: pl.Expr) -> pl.Expr:
    return day - (day + 3) % 7


def _work(dials: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    talk, spoken = pl.col("talk"), pl.col("spoken")
    known = pl.col("lead") >= 0
    return dials.group_by(keys).agg(
        dials=pl.len().cast(pl.Int64),
        connects=(talk > 0).sum().cast(pl.Int64),
        conversations=spoken.sum().cast(pl.Int64),
        talk_seconds=talk.sum(),
        talk_squares=(talk * talk).sum(),
        conversation_seconds=talk.filter(spoken).sum(),
        hold_seconds=pl.col("hold").sum(),
        wrap_seconds=pl.col("wrap").sum(),
        ring_seconds=pl.col("ring").sum(),
        billed_calls=pl.len().cast(pl.Int64),
        billed_seconds=pl.col("billed").sum(),
        leads_worked=(known & (pl.col("own") == 1)).sum().cast(pl.Int64),
        leads_opened=(known & (pl.col("attempt") == 1)).sum().cast(pl.Int64),
    )


def _with_sales(
    counted: Counted, window: pl.DataFrame, done: pl.DataFrame, keys: list[str], begin: int,
    end: int, month: int,
) -> pl.DataFrame:  # fmt: skip
    closing = (
        window.filter(pl.col("spoken") & (pl.col("lead") >= 0))
        .with_columns(is_sale=pl.col("code") == CODE["sale"])
        .sort("is_sale", "day", "start", "number")
        .unique("lead", keep="last")
    )
    sold = sales_of(counted).with_columns(claimed_by=pl.col("agent"))
    parts = [done]
    sides = (("claimed", "sold_day", ("sales_claimed",)), ("known", "known_day", SOLD[1:]))
    for side, day, sums in sides:
        rows = sold.filter(pl.col(side) & pl.col(day).is_between(begin, end))
        rows = rows.select("lead", "claimed_by", "cancelled", pl.col(day).alias("on"))
        columns = [key for key in keys if key != "week"]
        rows = rows.join(closing.select("lead", *columns), on="lead", how="left")
        rows = _blank(rows, side).with_columns(week=_week(pl.col("on")))
        counts = {"sales_claimed": pl.len(), "sales_known": pl.len(),
                  "sales_cancelled": pl.col("cancelled").sum()}  # fmt: skip
        grouped = rows.group_by(keys).agg(**{n: counts[n].cast(pl.Int64) for n in sums})
        parts.append(grouped)
    table = pl.concat(parts, how="diagonal_relaxed").fill_null(0)
    return table.group_by(keys).agg(pl.col(_SUMS).sum()).with_columns(month=pl.lit(month))


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
    last = (work.calendar.months[-1].end.toordinal() - _EPOCH) + 5
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


def duration_table(counted: Counted, first: int) -> pl.DataFrame:
    """Return A2."""
    begin = _reported(counted, first)[0][1]
    dials = counted.dials.filter(pl.col("day") >= begin)
    parts = []
    for measure, column in (("talk", "talk"), ("billed", "billed")):
        rows = dials.select("agent", "code", "month", seconds=pl.col(column))
        rows = rows.with_columns(bin_seconds=_bin(pl.col("seconds")))
        grouped = rows.group_by("agent", "code", "bin_seconds", "month").agg(
            calls=pl.len().cast(pl.Int64), seconds=pl.col("seconds").sum()
        )
        parts.append(grouped.with_columns(measure=pl.lit(measure)))
    return named(pl.concat(parts), counted.work)


def _bin(seconds: pl.Expr) -> pl.Expr:
    wide = pl.lit(FIVE_SECONDS)
    for edge in LONG:
        wide = pl.when(seconds >= edge).then(edge).otherwise(wide)
    wide = pl.when(seconds.is_in(TIMERS)).then(seconds).otherwise(wide)
    fives = pl.when(seconds < FIVE_SECONDS).then(seconds - seconds % 5).otherwise(wide)
    return pl.when(seconds < SINGLE_SECONDS).then(seconds).otherwise(fives).cast(pl.Int64)


def repeat_table(counted: Counted, first: int) -> pl.DataFrame:
    """Return A4."""
    begin = _reported(counted, first)[0][1]
    dials = counted.dials.filter(pl.col("day") >= begin)
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


def _numbers(counted: Counted, first: int) -> pl.DataFrame:
    begin = _reported(counted, first)[0][1]
    dials = counted.dials.filter(pl.col("day") >= begin)
    return dials.group_by("month", "phone").agg(
        dials=pl.len().cast(pl.Int64),
        connects=(pl.col("talk") > 0).sum().cast(pl.Int64),
        talk_seconds=pl.col("talk").sum(),
    )


def number_table(counted: Counted, first: int) -> pl.DataFrame:
    """Return A6."""
    numbers = _numbers(counted, first).with_columns(
        attempts=pl.col("dials").clip(upper_bound=MOST_DIALS),
        connected=(pl.col("connects") > 0).cast(pl.Int64),
    )
    sums = ("dials", "connects", "talk_seconds")
    table = numbers.group_by("month", "attempts", "connected").agg(
        pl.len().cast(pl.Int64).alias("numbers"), pl.col(sums).sum()
    )
    return table.with_columns(vendor=pl.lit(counted.work.name))


def top_table(counted: Counted, first: int) -> pl.DataFrame:
    """Return A6T."""
    numbers = _numbers(counted, first).sort(
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
