"""A3 and A5 counted straight from a vendor's days."""

from __future__ import annotations

import polars as pl

from vendoreval.aggregates.intervals import BREAK_SECONDS, TOLERANCE_SECONDS
from vendoreval.simulation.fast.strata import UTC_OFFSET_SECONDS, Counted, named

_DAY = ("agent", "day")


def _swept(counted: Counted) -> pl.DataFrame:
    """Return the dials with the one before, and when the earlier ones of the day had ended."""
    dials = counted.dials.sort("agent", "day", "start", "number")
    ends = pl.col("start") + pl.col("ring") + pl.col("talk") + pl.col("hold")
    dials = dials.with_columns(ends=ends, place=pl.int_range(pl.len()).over(_DAY))
    return dials.with_columns(
        previous=pl.col("start").shift(1).over(_DAY),
        spoke=(pl.col("talk") > 0).shift(1).over(_DAY),
        latest=pl.col("ends").cum_max().shift(1).over(_DAY),
    )


def interval_table(counted: Counted) -> pl.DataFrame:
    """Return A3."""
    timed = _swept(counted).with_columns(interval=pl.col("start") - pl.col("previous"))
    timed = timed.with_columns(earlier=pl.col("interval").shift(1).over(_DAY))
    shared = pl.min_horizontal("ends", "latest") - pl.col("start")
    rhythm = pl.col("interval") <= BREAK_SECONDS
    logarithm = pl.max_horizontal("interval", pl.lit(1)).cast(pl.Float64).log() * 1_000_000
    timed = timed.filter(pl.col("place") > 0).with_columns(
        after=pl.when("spoke").then(pl.lit("talk")).otherwise(pl.lit("silence")),
        rhythm=rhythm.cast(pl.Int64),
        pair=(rhythm & (pl.col("earlier") <= BREAK_SECONDS)).fill_null(False).cast(pl.Int64),
        ln=logarithm.round().cast(pl.Int64),
        idle=(pl.col("start") - pl.col("latest")).clip(0),
        overlap=pl.when(shared > TOLERANCE_SECONDS).then(shared).otherwise(0),
    )
    keys = ["agent", "after", "month"]
    interval, within = pl.col("interval"), pl.col("rhythm")
    sums = timed.group_by(keys).agg(
        intervals=within.sum(),
        interval_seconds=(within * interval).sum(),
        interval_squares=(within * interval * interval).sum(),
        interval_ln_millionths=(within * pl.col("ln")).sum(),
        pairs=pl.col("pair").sum(),
        pair_products=(pl.col("pair") * interval * pl.col("earlier").fill_null(0)).sum(),
        idle_seconds=(within * pl.col("idle")).sum(),
        breaks=(1 - within).sum(),
        break_seconds=((1 - within) * interval).sum(),
        overlaps=(pl.col("overlap") > 0).sum().cast(pl.Int64),
        overlap_seconds=pl.col("overlap").sum(),
    )
    modal = (
        timed.filter(pl.col("rhythm") == 1)
        .group_by([*keys, "interval"])
        .agg(times=pl.len().cast(pl.Int64))
        .group_by(keys)
        .agg(modal_interval_calls=pl.col("times").max())
    )
    joined = sums.join(modal, on=keys, how="left").with_columns(
        pl.col("modal_interval_calls").fill_null(0)
    )
    return named(joined, counted.work)


def day_table(counted: Counted, totals: pl.DataFrame) -> pl.DataFrame:
    """Return A5.

    Parameters
    ----------
    totals
        The report of the agents' days.
    """
    dials = _swept(counted)
    free = pl.max_horizontal("start", "latest")
    logged = dials.group_by("agent", "day", "month").agg(
        dials=pl.len().cast(pl.Int64),
        conversations=pl.col("spoken").sum().cast(pl.Int64),
        talk_seconds=pl.col("talk").sum(),
        busy_seconds=(pl.col("ends") - pl.col("start")).sum(),
        busy_union_seconds=(pl.col("ends") - free).clip(0).sum(),
        first_second=pl.col("start").min() - UTC_OFFSET_SECONDS,
        last_second=pl.col("ends").max() - UTC_OFFSET_SECONDS,
    )
    logged = named(logged, counted.work)
    epoch = pl.lit(0).cast(pl.Date)
    names = ("dials", "conversations", "line_seconds", "talk_seconds")
    told = totals.filter(pl.col("month") >= 1).select(
        "agent_id", day=(pl.col("date") - epoch).dt.total_days(),
        month=pl.col("date").dt.year().cast(pl.Int64) * 12 + pl.col("date").dt.month() - 1,
        vendor=pl.lit(counted.work.name),
        **{f"reported_{name}": pl.col(name) for name in names},
    )  # fmt: skip
    both = pl.concat([logged, told], how="diagonal_relaxed").fill_null(0)
    keys = ["vendor", "agent_id", "day", "month"]
    return both.group_by(keys).agg(pl.exclude(keys).sum())
