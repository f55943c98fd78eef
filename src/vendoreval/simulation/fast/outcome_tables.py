"""A7 to A11 counted straight from sales, banks, invoices, the carrier's records and lists."""

from __future__ import annotations

import numpy as np
import polars as pl

from vendoreval.aggregates.matches import CARRIER_TOLERANCE_SECONDS
from vendoreval.aggregates.outcomes import OLDEST_DAY
from vendoreval.measures import number_of_month
from vendoreval.simulation.days import LEAD_IN, Ints
from vendoreval.simulation.fast.strata import Counted
from vendoreval.simulation.fast.work_tables import month_of, sales_of
from vendoreval.simulation.plants.recipe import Reports
from vendoreval.simulation.reports import claims
from vendoreval.simulation.reports.claims import last_second

_EPOCH = 719_163
_PRODUCTS = ("standard", "extended")
_SIX_DAYS = 6


def age_table(counted: Counted) -> pl.DataFrame:
    """Return A7: sales known to the client by days since the sale."""
    sales = sales_of(counted).filter("known")
    observed = counted.calendar.months[-1].end.toordinal() - _EPOCH + _SIX_DAYS - 1
    month = month_of(sales["known_day"])
    until = np.minimum(observed - sales["known_day"].to_numpy(), OLDEST_DAY)
    gone = np.where(
        sales["cancelled"].to_numpy(), (sales["gone_day"] - sales["known_day"]).to_numpy(), -1
    )
    left = np.where(gone >= 0, gone, until)
    product = np.where(sales["claimed"].to_numpy(), sales["product"].to_numpy(), 2)
    rows = []
    for number in np.unique(month):
        for kind in np.unique(product[month == number]):
            own = (month == number) & (product == kind)
            days = np.arange(int(left[own].max(initial=-1)) + 1)
            at_risk = (left[own][None, :] >= days[:, None]).sum(axis=1)
            cancels = np.bincount(gone[own][gone[own] >= 0], minlength=len(days))[: len(days)]
            rows.append(
                pl.DataFrame(
                    {
                        "product": [(*_PRODUCTS, "")[kind]] * len(days), "day": days,
                        "month": [int(number)] * len(days), "at_risk": at_risk,
                        "cancels": cancels,
                    }
                )
            )  # fmt: skip
    empty = {"product": pl.String, "day": pl.Int64, "month": pl.Int64, "at_risk": pl.Int64,
             "cancels": pl.Int64}  # fmt: skip
    table = pl.concat(rows) if rows else pl.DataFrame(schema=empty)
    return table.with_columns(vendor=pl.lit(counted.work.name))


def sale_day_table(counted: Counted) -> pl.DataFrame:
    """Return A7D: sales by the day of the month."""
    sales = sales_of(counted).filter("reported")
    claimed = sales.filter("claimed")
    known = sales.filter("known")
    parts = [
        _dated(claimed["sold_day"]).with_columns(claimed=pl.lit(1, dtype=pl.Int64)),
        _dated(known["known_day"]).with_columns(
            known=pl.lit(1, dtype=pl.Int64), surviving=(~known["cancelled"]).cast(pl.Int64)
        ),
    ]
    both = pl.concat(parts, how="diagonal").fill_null(0)
    table = both.group_by("day", "month").agg(pl.col("claimed", "known", "surviving").sum())
    return table.with_columns(vendor=pl.lit(counted.work.name))


def _dated(day: pl.Series) -> pl.DataFrame:
    first = day.to_numpy().astype("datetime64[D]").astype("datetime64[M]")
    within = (day.to_numpy() - first.astype("datetime64[D]").astype(np.int64)) + 1
    return pl.DataFrame({"day": within, "month": month_of(day)})


def snapshot_table(counted: Counted, funnel: pl.DataFrame) -> pl.DataFrame:
    """Return A8 from the reported bank."""
    work = counted.work
    epoch = pl.lit(0).cast(pl.Date)
    bank = funnel.with_columns(
        day=(pl.col("snapshot_on") - epoch).dt.total_days(),
        since=(pl.col("stage_since") - epoch).dt.total_days(),
    )
    days = np.unique(bank["day"].to_numpy())
    following = pl.DataFrame({"day": days[:-1], "next_day": days[1:]})
    after = bank.select("lead_id", "day", stage_next="stage", since_next="since",
                        attempts_next="attempts")  # fmt: skip
    pairs = bank.join(following, on="day").join(
        after, left_on=["lead_id", "next_day"], right_on=["lead_id", "day"], how="left"
    )
    pairs = pairs.join(_crm(counted, work.leads.number), on="lead_id", how="left")
    kept = pl.col("stage_next").is_not_null()
    restated = kept & (pl.col("stage_next") != pl.col("stage")) & (
        pl.col("since_next") <= pl.col("day")
    )  # fmt: skip
    fewer = kept & (pl.col("attempts_next") < pl.col("attempts"))
    pairs = pairs.with_columns(
        pl.col("stage_next").fill_null(""), pl.col("crm").fill_null("none"),
        is_restated=restated.fill_null(False), is_fewer=fewer.fill_null(False),
    )  # fmt: skip
    table = pairs.group_by("day", "next_day", "stage", "stage_next", "crm").agg(
        leads=pl.len().cast(pl.Int64), restated=pl.col("is_restated").sum().cast(pl.Int64),
        fewer_attempts=pl.col("is_fewer").sum().cast(pl.Int64),
    )  # fmt: skip
    return table.with_columns(
        pl.Series("month", month_of(table["next_day"])), vendor=pl.lit(work.name)
    )


def _crm(counted: Counted, numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
         ) -> pl.DataFrame:  # fmt: skip
    sales = sales_of(counted).filter("known")
    rank = pl.when("cancelled").then(1).when("paid").then(3).otherwise(2)
    best = sales.with_columns(rank=rank).group_by("lead").agg(pl.col("rank").max())
    text = pl.Series(["cancelled", "sold", "paid"]).gather(best["rank"] - 1)
    ids = pl.select(pl.format("L{}", pl.Series(numbers[best["lead"].to_numpy()]))).to_series()
    return pl.DataFrame({"lead_id": ids, "crm": text})


def invoice_table(counted: Counted, lines: pl.DataFrame) -> pl.DataFrame:
    """Return A9 from the reported invoices."""
    epoch = pl.lit(0).cast(pl.Date)
    keys = ["invoice_id", "unit", "first_day", "last_day", "month"]
    lines = lines.with_columns(
        first_day=(pl.col("period_start") - epoch).dt.total_days(),
        last_day=(pl.col("period_end") - epoch).dt.total_days(),
        cents=(pl.col("amount").cast(pl.Decimal(18, 4)) * 100).cast(pl.Int64),
        units=(pl.col("quantity").cast(pl.Decimal(18, 4)) * 10_000).cast(pl.Int64),
    )
    lines = lines.with_columns(pl.Series("month", month_of(lines["first_day"])))
    billed = lines.group_by(keys).agg(
        lines=pl.len().cast(pl.Int64), amount_cents=pl.col("cents").sum(),
        quantity_ten_thousandths=pl.col("units").sum(),
    )  # fmt: skip
    logged = counted.dials.group_by("month").agg(
        dials=pl.len().cast(pl.Int64), conversations=pl.col("spoken").sum().cast(pl.Int64),
        talk_seconds=pl.col("talk").sum(), billed_seconds=pl.col("billed").sum(),
    )  # fmt: skip
    claims = sales_of(counted).filter("claimed")
    claims = pl.DataFrame({"month": month_of(claims["sold_day"])}).group_by("month").agg(
        sales_claimed=pl.len().cast(pl.Int64)
    )  # fmt: skip
    table = billed.join(logged, on="month", how="left").join(claims, on="month", how="left")
    return table.with_columns(pl.exclude(keys).fill_null(0), vendor=pl.lit(counted.work.name))


def match_table(counted: Counted, reports: Reports) -> pl.DataFrame:
    """Return A10: claims against the client's sales and the log, calls against the carrier."""
    work = counted.work
    sales = sales_of(counted).filter("reported")
    parts = [_claims(sales), *_talks(counted, sales)]
    parts += _carrier(counted)
    both = pl.concat(parts, how="diagonal_relaxed").fill_null(0)
    sums = ("rows", "amount_cents", "logged_seconds", "carried_seconds")
    for name in sums:
        if name not in both.columns:
            both = both.with_columns(pl.lit(0, dtype=pl.Int64).alias(name))
    table = both.group_by("match", "month").agg(pl.col(sums).sum())
    return table.with_columns(vendor=pl.lit(work.name))


def _carrier(counted: Counted) -> list[pl.DataFrame]:
    """Match connected calls with what the carrier knows: the nearest of the number."""
    dials = counted.dials.with_columns(
        at=pl.col("day") * 86_400 + pl.col("start"),
        carried=pl.Series(counted.work.column("carrier")).gather(counted.dials["number"] - 1),
    ).sort("at")
    records = dials.filter(pl.col("carried") > 0).select(
        "at", "phone", "month", "lead", record="number",
        carried=pl.col("carried") + pl.Series(last_second(_carried_numbers(dials))),
    )  # fmt: skip
    calls = dials.filter(pl.col("talk") > 0).select(
        "at", "phone", "month", logged=pl.col("talk") + pl.col("hold")
    )
    matched = calls.join_asof(
        records.select("at", "phone", "record", "carried"), on="at", by="phone",
        strategy="nearest", tolerance=CARRIER_TOLERANCE_SECONDS, check_sortedness=False,
    )  # fmt: skip
    label = pl.when(pl.col("record").is_not_null()).then(pl.lit("call_carried")).otherwise(
        pl.lit("call_not_carried"))  # fmt: skip
    used = matched["record"].drop_nulls().unique()
    owned = records.filter(pl.col("lead") >= 0).with_columns(
        match=pl.when(pl.col("record").is_in(used.implode())).then(pl.lit("carried_logged"))
        .otherwise(pl.lit("carried_only"))
    )  # fmt: skip
    return [
        matched.with_columns(match=label).group_by("match", "month").agg(
            rows=pl.len().cast(pl.Int64), logged_seconds=pl.col("logged").sum(),
            carried_seconds=pl.col("carried").sum(),
        ),
        owned.group_by("match", "month").agg(
            rows=pl.len().cast(pl.Int64), carried_seconds=pl.col("carried").sum()
        ),
    ]  # fmt: skip


def _carried_numbers(dials: pl.DataFrame) -> Ints:
    numbers: Ints = dials.filter(pl.col("carried") > 0)["number"].to_numpy()
    return numbers


def _claims(sales: pl.DataFrame) -> pl.DataFrame:
    claimed = sales.filter("claimed")
    label = (
        pl.when(~pl.col("known")).then(pl.lit("claim_unknown"))
        .when("cancelled").then(pl.lit("claim_cancelled"))
        .when("paid").then(pl.lit("claim_paid")).otherwise(pl.lit("claim_known"))
    )  # fmt: skip
    return _classed(claimed.with_columns(match=label))


def _talks(counted: Counted, sales: pl.DataFrame) -> list[pl.DataFrame]:
    talked = counted.dials.filter("spoken")["lead"].unique()
    label = pl.when(pl.col("lead").is_in(talked.implode())).then(
        pl.lit("claim_with_talk")).otherwise(pl.lit("claim_without_talk"))  # fmt: skip
    return [_classed(sales.filter("claimed").with_columns(match=label))]


def _classed(sales: pl.DataFrame) -> pl.DataFrame:
    sales = sales.with_columns(pl.Series("month", month_of(sales["sold_day"])))
    return sales.group_by("match", "month").agg(
        rows=pl.len().cast(pl.Int64), amount_cents=(pl.col("amount") * 100).sum()
    )


def handed_table(counted: Counted) -> pl.DataFrame:
    """Return A11: leads handed over, from the client's own file."""
    leads = claims.leads([counted.work])
    epoch = pl.lit(0).cast(pl.Date)
    days = leads.select((pl.col("handed_on") - epoch).dt.total_days()).to_series()
    leads = leads.with_columns(pl.Series("month", month_of(days)))
    keys = ["vendor", "list_id", "segment", "source", "month"]
    # the month before the first one is not reported
    first = number_of_month(counted.calendar.months[LEAD_IN].start)
    return (
        leads.filter(pl.col("month") >= first)
        .group_by(keys)
        .agg(leads=pl.col("lead_id").n_unique().cast(pl.Int64))
    )
