"""How long sales live: those at risk and those cancelled, by vendor, product and age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.aggregates.base import add, day_number
from vendoreval.checks._levels import Level, window_of
from vendoreval.checks.base import Scope, Tables
from vendoreval.measures import month_number, vendor_of_sales

FloatArray = npt.NDArray[np.float64]

OLDEST_DAY: Final = 180
#: a sale that lives so many days was meant
MATURE_DAYS: Final = 30
# products with fewer cancellations than this tell nothing apart
_LEAST_OF_PRODUCT: Final = 5


def window_sales(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the client's sales of the window with the age at which each was last seen.

    What the client's records cannot know yet, or what came after the period, is not used:
    a sale without a cancellation is alive up to the last day on record.

    Columns
    -------
    vendor, lead_id, sold_on, month
        Of the sale; months are numbered.
    end_age
        Days from the sale to its cancellation, else to the last day on record.
    is_cancelled, cancelled_now
        Whether it was cancelled by then, and in the audited period.
    is_old
        Whether the records reach 30 days beyond the sale.
    """
    sales = vendor_of_sales(tables)
    end, window = ibis.literal(scope.period.end), window_of(scope)
    gone_on = (sales.cancelled_on < end).ifelse(sales.cancelled_on, ibis.null("date"))
    sales = sales.mutate(gone_on=gone_on)
    newest = ibis.greatest(
        sales.sold_on,
        sales.gone_on.fill_null(sales.sold_on),
        sales.paid_on.fill_null(sales.sold_on),
    )
    # the file was written on its newest day or later
    known = sales.filter(sales.sold_on < end).agg(recorded_to=day_number(newest).max())
    sales = sales.filter(
        sales.vendor.isin(scope.vendors),
        sales.sold_on >= ibis.literal(window.start),
        sales.sold_on < end,
    ).cross_join(known)
    last_day = (scope.period.last_day - _EPOCH).days
    until = ibis.least(sales.recorded_to, ibis.literal(last_day))
    sold = day_number(sales.sold_on)
    gone = sales.gone_on.notnull()
    age = gone.ifelse(day_number(sales.gone_on) - sold, until - sold)
    now = (sales.gone_on >= ibis.literal(scope.period.start)).fill_null(False)
    return sales.mutate(
        month=month_number(sales.sold_on),
        end_age=ibis.greatest(ibis.least(age, OLDEST_DAY), 0).cast("int64"),
        is_cancelled=(gone & (age <= OLDEST_DAY)).cast("int64"),
        cancelled_now=now.cast("int64"),
        is_old=until - sold >= MATURE_DAYS,
    )


_EPOCH: Final = pd.Timestamp("1970-01-01").date()


def lives(tables: Tables, scope: Scope) -> ibis.Table:
    """Return sales of one vendor, product and month by the age at their end.

    Columns
    -------
    sales, cancelled_now
        How many, and how many of them were cancelled in the audited period.
    days_sold
        On how many days the vendor sold anything, the same on all its lines.
    """
    sales = window_sales(tables, scope)
    claims = tables["sales"]
    claims = claims.filter(claims.vendor.isin(scope.vendors), claims.lead_id.notnull())
    products = claims.group_by(of_vendor="vendor", of_lead="lead_id").agg(
        product=claims["product"].max()
    )
    joined = sales.left_join(
        products, [sales.vendor == products.of_vendor, sales.lead_id == products.of_lead]
    )
    joined = joined.mutate(product=joined["product"].fill_null(""))
    counted = joined.group_by(["vendor", "product", "month", "end_age", "is_cancelled"]).agg(
        sales=joined.count().cast("int64"), cancelled_now=add(joined.cancelled_now)
    )
    days = sales.group_by(sold_by="vendor").agg(days_sold=sales.sold_on.nunique().cast("int64"))
    return counted.join(days, counted.vendor == days.sold_by).drop("sold_by")


def with_rare_products_together(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the products of which hardly any sale was cancelled under one empty name."""
    gone = frame[frame["is_cancelled"] == 1].groupby("product")["sales"].sum()
    known = set(gone[gone >= _LEAST_OF_PRODUCT].index)
    return frame.assign(product=frame["product"].where(frame["product"].isin(known), ""))


def between(frame: pd.DataFrame, after: int, until: int) -> tuple[float, float]:
    """Return cancellations at ages above `after` and up to `until`, and the sale-days there."""
    age, sales = frame["end_age"].to_numpy(), frame["sales"].to_numpy(float)
    gone = (frame["is_cancelled"].to_numpy() == 1) & (age > after) & (age <= until)
    return float(sales[gone].sum()), float((sales * np.clip(age - after, 0, until - after)).sum())


def cliff_levels(
    parts: Mapping[str, pd.DataFrame], window: int, late_days: int
) -> dict[str, Level]:
    """Return for each part the rise of its hazard after the window over the common rise.

    Cancellations after and inside the window are each set over what the common hazards of
    the products let expect, so that another mix of products is no rise; the level is the
    logarithm of the one ratio over the other. Half a cancellation is added everywhere, so
    that it exists.
    """
    whole = pd.concat(list(parts.values()))
    ages = ((window, window + late_days), (-1, window))
    hazards = [
        {name: _hazard(part, *span) for name, part in whole.groupby("product")} for span in ages
    ]
    levels = {}
    for name, part in parts.items():
        log_ratio = variance = 0.0
        for sign, span, hazard in zip((1, -1), ages, hazards, strict=True):
            gone, _ = between(part, *span)
            expected = sum(
                between(own, *span)[1] * hazard[product] for product, own in part.groupby("product")
            )
            log_ratio += sign * float(np.log((gone + 0.5) / (expected + 0.5)))
            variance += 1 / (gone + 0.5)
        levels[name] = Level(log_ratio, variance)
    return levels


def _hazard(frame: pd.DataFrame, after: int, until: int) -> float:
    gone, lived = between(frame, after, until)
    return gone / lived if lived > 0 else 0.0


def by_day(parts: Sequence[pd.DataFrame]) -> tuple[FloatArray, FloatArray]:
    """Return cancellations and sales at risk of two groups: products, days 0 to 180, groups."""
    names = sorted(set(parts[0]["product"]) | set(parts[1]["product"]))
    shape = (len(names), OLDEST_DAY + 1, len(parts))
    events, at_risk = np.zeros(shape), np.zeros(shape)
    for group, part in enumerate(parts):
        place = part["product"].map({name: n for n, name in enumerate(names)}).to_numpy(int)
        age, sales = part["end_age"].to_numpy(int), part["sales"].to_numpy(float)
        gone = part["is_cancelled"].to_numpy() == 1
        np.add.at(events[:, :, group], (place[gone], age[gone]), sales[gone])
        np.add.at(at_risk[:, :, group], (place, age), sales)
    return events, at_risk[:, ::-1].cumsum(axis=1)[:, ::-1]
