"""The invoice of a month: the card applied to the log, to the kopeck."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import polars as pl

from vendoreval.simulation.reports.log import billed_seconds
from vendoreval.simulation.world.conduct import CAMPAIGNS, VAT_RATE
from vendoreval.simulation.world.work import Work

KOPECK: Final = Decimal("0.01")
QUANTITY: Final = Decimal("0.0001")


def line_of(
    work: Work, month: int, number: int, quantity: Decimal, price: Decimal, **more: str
) -> dict[str, object]:
    """Return one line of an invoice with its tax."""
    period = work.calendar.months[month]
    amount = (quantity * price).quantize(KOPECK, ROUND_HALF_UP)
    line: dict[str, object] = {
        "invoice_id": f"{work.name[0].upper()}{work.place:02d}-{period}",
        "line": number,
        "period_start": period.start,
        "period_end": period.last_day,
        "unit": work.conduct.unit,
        "quantity": f"{quantity.normalize():f}",
        "unit_price": str(price),
        "amount": str(amount),
        "vat_rate": str(VAT_RATE),
        "vat_amount": str((amount * VAT_RATE).quantize(KOPECK, ROUND_HALF_UP)),
        "campaign_id": None,
        "description": "Minutes of talk",
        "month": month,
    }
    return line | more


def invoice_lines(work: Work) -> pl.DataFrame:
    """Return the lines of every reported month: minutes by campaign, or sales."""
    lines = []
    for month, _ in work.calendar.reported:
        own = _sales(work, month) if work.conduct.unit == "sale" else _minutes(work, month)
        lines += own + _rest_of_minimum(work, month, own)
    return pl.DataFrame(lines, infer_schema_length=None)


def _minutes(work: Work, month: int) -> list[dict[str, object]]:
    dials = work.dials.select(
        month=pl.Series(work.calendar.month_of_day[work.column("day")]),
        campaign=pl.Series(campaign_of(work)),
        billed=pl.Series(billed_seconds(work)),
    )
    found = []
    for number, campaign in enumerate(CAMPAIGNS):
        own = dials.filter((pl.col("month") == month) & (pl.col("campaign") == number))
        minutes = (Decimal(int(own["billed"].sum())) / 60).quantize(QUANTITY, ROUND_HALF_UP)
        found.append(
            line_of(work, month, number + 1, minutes, work.conduct.price, campaign_id=campaign)
        )
    return found


def campaign_of(work: Work) -> pl.Series:
    """Return the number of the campaign of each dial, as the log writes it."""
    lead = work.dials["lead"]
    own = pl.Series(work.leads.campaign).gather(lead.clip(0))
    return pl.select(pl.when(lead >= 0).then(own).otherwise(work.dials["number"] % 2)).to_series()


def _sales(work: Work, month: int) -> list[dict[str, object]]:
    claimed = work.sales.filter("claimed")
    number = int((work.calendar.month_of_day[claimed["day"].to_numpy()] == month).sum())
    return [
        line_of(work, month, 1, Decimal(number), work.conduct.price, description="Sales concluded")
    ]


def _rest_of_minimum(
    work: Work, month: int, lines: list[dict[str, object]]
) -> list[dict[str, object]]:
    """Return the line that fills the invoice up to the agreed minimum, if it is needed."""
    billed = sum((Decimal(str(line["amount"])) for line in lines), Decimal(0))
    rest = work.conduct.minimum_fee - billed
    if rest <= 0:
        return []
    text = "Rest of the agreed minimum"
    return [line_of(work, month, len(lines) + 1, Decimal(1), rest, unit="fixed", description=text)]
