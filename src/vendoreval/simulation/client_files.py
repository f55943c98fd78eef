"""What the client itself knows: companies handed over, sales in its own records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import polars as pl

from vendoreval.simulation.days import LEAD_IN, Ints
from vendoreval.simulation.vendor_reports import instants, lead_ids, phones, pick
from vendoreval.simulation.work import Work

_LATEST_LAG_DAYS = 3
_PAID_SHARE = 0.94
_CANCELLED_SHARE = 0.07
# the client's export is made so many days after the last month
EXPORT_DAYS = 5


def leads(works: Sequence[Work]) -> pl.DataFrame:
    """Return the companies handed over to all vendors, with `month` beside them."""
    return pl.concat([_leads(done) for done in works])


def _leads(done: Work) -> pl.DataFrame:
    own = done.leads
    months = tuple(str(month) for month in done.calendar.months)
    month = pick(months, own.month)
    count = len(own.month)
    return pl.DataFrame(
        {
            "lead_id": lead_ids(own.number),
            "handed_on": pl.Series(done.calendar.days[own.handed]),
            "vendor": [done.vendor.name] * count,
            "phone": phones(own.number),
            "list_id": month + pick(("-B", "-A"), own.good_list.astype(np.int64)),
            "segment": pick(("services", "retail"), own.campaign),
            "source": ["register"] * count,
            "is_seed": ["false"] * count,
            "month": pl.Series(own.month),
        }
    )


def client_sales(works: Sequence[Work], seed: int) -> pl.DataFrame:
    """Return the sales of the client's records as exported a few days after the last month."""
    parts = [_sales(done, np.random.default_rng([seed, 90, n])) for n, done in enumerate(works)]
    found = pl.concat(parts).sort("sold_at", "lead_id")
    number = pl.int_range(1, len(found) + 1, eager=True).cast(pl.String).str.zfill(6)
    return found.select((pl.lit("D") + number).alias("sale_id"), pl.all())


def _sales(done: Work, rng: np.random.Generator) -> pl.DataFrame:
    dials = done.dials[done.sold]
    dials = dials.filter(pl.Series(done.calendar.month_of_day[dials["day"].to_numpy()] >= LEAD_IN))
    count = len(dials)
    lead = dials["lead"].to_numpy()
    end = (dials["start"] + dials["ring"] + dials["talk"] + dials["hold"]).to_numpy()
    lag = np.minimum(rng.geometric(0.55, count) - 1, _LATEST_LAG_DAYS)
    sold = instants(done, dials["day"].to_numpy(), end + 900 + rng.integers(0, 5400, count))
    sold = sold + pl.Series(lag * 86_400_000_000).cast(pl.Duration("us"))
    paid = _later(sold, rng.integers(2, 21, count), rng)
    cancelled = _later(sold, rng.integers(1, 36, count), rng)
    is_cancelled = pl.Series(rng.random(count) < _CANCELLED_SHARE)
    is_paid = pl.Series(rng.random(count) < _PAID_SHARE)
    last = done.calendar.months[-1].end + timedelta(days=EXPORT_DAYS)
    exported = pl.lit(last).cast(pl.Datetime("us"))
    amount = pl.Series(done.amount[lead]).cast(pl.String) + ".00"
    frame = pl.DataFrame(
        {
            "sold_at": sold,
            "lead_id": lead_ids(done.leads.number[lead]),
            "phone": phones(done.leads.number[lead]),
            "vendor": [done.vendor.name] * count,
            "amount": amount,
            "currency": ["RUB"] * count,
            "paid_at": paid,
            "paid_amount": amount,
            "cancelled_at": cancelled,
        }
    )
    dead = is_cancelled & (frame["cancelled_at"] < frame.select(exported).to_series())
    return (
        frame.with_columns(cancelled_at=pl.when(dead).then("cancelled_at"))
        .with_columns(
            paid_at=pl.when(
                is_paid
                & (pl.col("paid_at") < exported)
                & (pl.col("cancelled_at").is_null() | (pl.col("paid_at") < pl.col("cancelled_at")))
            ).then("paid_at")
        )
        .with_columns(paid_amount=pl.when(pl.col("paid_at").is_not_null()).then("paid_amount"))
    )


def _later(since: pl.Series, days: Ints, rng: np.random.Generator) -> pl.Series:
    seconds = days * 86_400 + rng.integers(0, 7200, len(days))
    return since + pl.Series(seconds * 1_000_000).cast(pl.Duration("us"))
