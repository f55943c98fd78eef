"""Sales as the vendor claims them and as the client's own records know them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from vendoreval.simulation.days import LEAD_IN, Ints
from vendoreval.simulation.reports.columns import call_ids, instants, lead_ids, money, phones, pick
from vendoreval.simulation.world.conduct import CURRENCY, SEGMENTS
from vendoreval.simulation.world.work import Work

# the client's export is made so many days after the last month
EXPORT_DAYS = 5
_PRODUCTS = ("standard", "extended")
_US = 1_000_000


def sales(work: Work) -> pl.DataFrame:
    """Return the claimed sales, with `month` beside them."""
    own = work.sales.filter("claimed").sort("day", "second", "lead")
    day, lead = own["day"].to_numpy(), own["lead"].to_numpy()
    number = pl.int_range(1, len(own) + 1, eager=True).cast(pl.String).str.zfill(6)
    prefix = pl.lit(f"S{work.name[0].upper()}{work.place:02d}")
    dialled = work.dials["number"].gather(own["row"])
    return pl.DataFrame(
        {
            "sale_id": pl.select(pl.format("{}{}", prefix, number)).to_series(),
            "sold_at": instants(work.calendar, day, own["second"].to_numpy()),
            "lead_id": lead_ids(work, lead),
            "call_id": call_ids(work, dialled),
            "agent_id": pick(work.codes, own["agent"]),
            "product": pick(_PRODUCTS, own["product"]),
            "amount": money(own["amount"].to_numpy()),
            "currency": pl.repeat(CURRENCY, len(own), eager=True),
            "status": pl.repeat("agreed", len(own), eager=True),
            "month": pl.Series(work.calendar.month_of_day[day]),
            "mark": own["mark"],
        }
    )


def client_sales(works: list[Work]) -> pl.DataFrame:
    """Return the sales of the client's records as exported some days after the last month."""
    found = pl.concat([_known(work) for work in works]).sort("sold_at", "lead_id")
    number = pl.int_range(1, len(found) + 1, eager=True).cast(pl.String).str.zfill(6)
    return found.select((pl.lit("D") + number).alias("sale_id"), pl.all())


def _known(work: Work) -> pl.DataFrame:
    own = work.sales.filter("known")
    own = own.filter(pl.Series(work.calendar.month_of_day[own["day"].to_numpy()] >= LEAD_IN))
    lead, day = own["lead"].to_numpy(), own["day"].to_numpy()
    sold = instants(work.calendar, day, (own["second"] + own["lag"]).to_numpy())
    exported = pl.lit(work.calendar.months[-1].end + timedelta(days=EXPORT_DAYS)).cast(
        pl.Datetime("us")
    )
    amount = money(own["amount"].to_numpy())
    hours = (own["lead"] * 977) % 7200
    frame = pl.DataFrame(
        {
            "sold_at": sold,
            "lead_id": lead_ids(work, lead),
            "phone": phones(work.leads.phone[lead]),
            "vendor": pl.repeat(work.name, len(own), eager=True),
            "amount": amount,
            "currency": pl.repeat(CURRENCY, len(own), eager=True),
            "paid_at": _later(sold, own["pay_days"], hours),
            "paid_amount": amount,
            "cancelled_at": _later(sold, own["cancel_days"], hours),
        }
    )
    paid, cancelled = pl.col("paid_at"), pl.col("cancelled_at")
    return (
        frame.filter(pl.col("sold_at") < exported)
        .with_columns(cancelled_at=pl.when(cancelled < exported).then(cancelled))
        .with_columns(
            paid_at=pl.when((paid < exported) & (cancelled.is_null() | (paid < cancelled))).then(
                paid
            )
        )
        .with_columns(paid_amount=pl.when(paid.is_not_null()).then("paid_amount"))
    )


def _later(since: pl.Series, days: pl.Series, seconds: pl.Series) -> pl.Series:
    """Return an instant some days later; -1 days is never."""
    at = since + ((days * 86_400 + seconds) * _US).cast(pl.Duration("us"))
    return pl.select(pl.when(days >= 0).then(at)).to_series()


def leads(works: list[Work]) -> pl.DataFrame:
    """Return the companies handed over to all vendors, with `month` beside them."""
    return pl.concat([_leads(work) for work in works])


def _leads(work: Work) -> pl.DataFrame:
    own, count = work.leads, len(work.leads)
    month = pick(tuple(str(month) for month in work.calendar.months), own.month)
    source = own.good_list.astype(np.int64)
    return pl.DataFrame(
        {
            "lead_id": lead_ids(work, np.arange(count)),
            "handed_on": pl.Series(work.calendar.days[own.handed]),
            "vendor": pl.repeat(work.name, count, eager=True),
            "phone": phones(own.phone),
            "list_id": month + pick(("-B", "-A"), source),
            "segment": pick(SEGMENTS, own.campaign),
            "source": pick(("partners", "register"), source),
            "is_seed": pl.repeat("false", count, eager=True),
            "month": pl.Series(own.month),
        }
    )


def carrier_calls(works: list[Work], rng: np.random.Generator) -> pl.DataFrame:
    """Return what the carrier recorded: every call it carried, its clock a little off."""
    return pl.concat([_carried(work, rng) for work in works]).sort("started_at", "record_id")


def last_second(number: Ints) -> Ints:
    """Return 1 for calls whose last second is counted by the carrier and not by the log."""
    odd: Ints = number * 7919 // 8 % 2
    return odd


def _carried(work: Work, rng: np.random.Generator) -> pl.DataFrame:
    own = work.dials.filter(pl.col("carrier") >= 0)
    count = len(own)
    seconds = own["carrier"].to_numpy()
    clock = own["start"].to_numpy() + rng.integers(-1, 3, count)
    off = np.where(seconds > 0, last_second(own["number"].to_numpy()), 0)
    number = own["number"].cast(pl.String).str.zfill(7)
    day = own["day"].to_numpy()
    return pl.DataFrame(
        {
            "record_id": pl.select(
                pl.format("{}{}", pl.lit(f"T{work.place:02d}"), number)
            ).to_series(),
            "started_at": instants(work.calendar, day, clock),
            "duration_seconds": pl.Series(seconds + off),
            "phone": phones(own["phone"].to_numpy()),
            "answered": pick(("false", "true"), (seconds > 0).astype(np.int64)),
            "month": pl.Series(work.calendar.month_of_day[day]),
        }
    )
