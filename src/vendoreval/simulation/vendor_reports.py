"""The reports of one vendor, derived from its work."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import numpy as np
import polars as pl

from vendoreval.simulation import schemes
from vendoreval.simulation.days import Ints
from vendoreval.simulation.dialling import CODE
from vendoreval.simulation.timing import SHIFT_SECONDS, billable, is_conversation
from vendoreval.simulation.vendors import CAMPAIGNS, VAT_RATE
from vendoreval.simulation.work import Work
from vendoreval.tables import DISPOSITIONS

_KOPECK = Decimal("0.01")


def pick(texts: tuple[str, ...], numbers: Ints | pl.Series) -> pl.Series:
    """Return the text of each number; -1 is empty."""
    return pl.Series(list(texts), dtype=pl.String).gather(pl.Series(numbers).replace(-1, None))


def lead_ids(numbers: Ints) -> pl.Series:
    """Return the companies' numbers as the client writes them."""
    return pl.select(pl.format("L{}", pl.Series(numbers))).to_series()


def phones(numbers: Ints) -> pl.Series:
    """Return an invented telephone number for each company; no operator has that code."""
    digits = pl.Series((numbers * 7919 + 104_729) % 10_000_000).cast(pl.String).str.zfill(7)
    return pl.select(pl.format("7975{}", digits)).to_series()


def call_ids(done: Work, numbers: pl.Series) -> pl.Series:
    """Return the numbers of calls in the vendor's log."""
    prefix = done.vendor.name[0].upper()
    digits = numbers.cast(pl.String).str.zfill(7)
    return pl.select(pl.format("C{}{}", pl.lit(prefix), digits)).to_series()


def instants(done: Work, day: Ints, second: Ints) -> pl.Series:
    """Return local instants from the number of a working day and the second in it."""
    at = done.calendar.days[day].astype("datetime64[s]") + second.astype("timedelta64[s]")
    return pl.Series(at.astype("datetime64[us]"))


def calls(done: Work) -> pl.DataFrame:
    """Return the call log, with `month` beside it."""
    dials = done.dials
    code, day = dials["code"].to_numpy(), dials["day"].to_numpy()
    start, ring = dials["start"].to_numpy(), dials["ring"].to_numpy()
    spoken = (dials["talk"] + dials["hold"]).to_numpy()
    lead = dials["lead"].to_numpy()
    answered = instants(done, day, start + ring)
    side = np.where(is_conversation(code), dials["number"].to_numpy() % 3 % 2, 2)
    return pl.DataFrame(
        {
            "call_id": call_ids(done, dials["number"]),
            "agent_id": pick(done.team.codes, dials["agent"]),
            "started_at": instants(done, day, start),
            "talk_seconds": dials["talk"],
            "disposition": pick(DISPOSITIONS, code),
            "campaign_id": pick(CAMPAIGNS, done.leads.campaign[lead]),
            "lead_id": lead_ids(done.leads.number[lead]),
            "phone": phones(done.leads.number[lead]),
            "direction": pl.repeat("outbound", len(code), eager=True),
            "answered_at": pl.select(pl.when(pl.Series(spoken) > 0).then(answered)).to_series(),
            "ended_at": instants(done, day, start + ring + spoken),
            "ring_seconds": dials["ring"],
            "hold_seconds": dials["hold"],
            "wrap_seconds": dials["wrap"],
            "billed_seconds": pl.Series(billable(dials, done.vendor.increments)),
            "hangup_side": pick(("agent", "customer", "system"), side),
            "month": pl.Series(done.calendar.month_of_day[day]),
        }
    )


def _sums(done: Work) -> pl.DataFrame:
    """Add the dials up by person and day."""
    code = pl.col("code")
    claimed = np.zeros(len(done.dials), dtype=np.int64)
    claimed[done.sold] = 1
    claimed[done.invented] = 1
    talking = is_conversation(done.dials["code"].to_numpy())
    return (
        done.dials.with_columns(claimed=pl.Series(claimed), conversation=pl.Series(talking))
        .group_by("agent", "day", maintain_order=True)
        .agg(
            dials=pl.len().cast(pl.Int64),
            conversations=pl.col("conversation").sum().cast(pl.Int64),
            talk_seconds=pl.col("talk").sum(),
            hold_seconds=pl.col("hold").sum(),
            wrap_seconds=pl.col("wrap").sum(),
            ring=pl.col("ring").sum(),
            spread=pl.col("start").max() - pl.col("start").min(),
            leads_added=(code == CODE["interested"]).sum().cast(pl.Int64),
            quotes_sent=(code == CODE["quote_sent"]).sum().cast(pl.Int64),
            sales=pl.col("claimed").sum(),
        )
        .sort("day", "agent")
    )


def agent_days(done: Work) -> pl.DataFrame:
    """Return the daily totals of the agents, with `month` beside them."""
    totals = _sums(done)
    busy = pl.col("talk_seconds") + pl.col("hold_seconds") + pl.col("wrap_seconds") + pl.col("ring")
    pause = 900 + (pl.col("agent") * 37 + pl.col("day") * 61) % 900
    totals = totals.with_columns(busy=busy, line_seconds=pl.lit(SHIFT_SECONDS), pause=pause)
    totals = totals.with_columns(
        available_seconds=(pl.col("line_seconds") - pl.col("busy") - pl.col("pause")).clip(0),
        mean_interval_seconds=(pl.col("spread") / (pl.col("dials") - 1)).round(1),
    )
    day = totals["day"].to_numpy()
    return totals.select(
        pick(done.team.codes, totals["agent"]).alias("agent_id"),
        pl.Series("date", done.calendar.days[day]),
        "dials", "conversations", "line_seconds", "talk_seconds", "hold_seconds", "wrap_seconds",
        "available_seconds", pl.col("pause").alias("pause_seconds"),
        # one dial has no interval
        pl.when(pl.col("dials") > 1).then("mean_interval_seconds").cast(pl.String).alias(
            "mean_interval_seconds"),
        "leads_added", "quotes_sent", "sales",
        pl.Series("month", done.calendar.month_of_day[day]),
    )  # fmt: skip


def roster(done: Work) -> pl.DataFrame:
    """Return who works there."""
    people = done.team
    count = len(people.codes)
    return pl.DataFrame(
        {
            "agent_id": list(people.codes),
            "hired_on": people.hired_on,
            "left_on": people.left_on,
            "role": list(people.roles),
            "site": ["Tver"] * count,
            "shift_start": ["09:00"] * count,
            "shift_end": ["18:00"] * count,
        }
    )


def sales(done: Work) -> pl.DataFrame:
    """Return the claimed sales, with `month` beside them."""
    rows = np.sort(np.concatenate([done.sold, done.invented]))
    dials = done.dials[rows]
    day, lead = dials["day"].to_numpy(), dials["lead"].to_numpy()
    end = dials["start"] + dials["ring"] + dials["talk"] + dials["hold"]
    prefix = done.vendor.name[0].upper()
    return pl.DataFrame(
        {
            "sale_id": [f"S{prefix}{number + 1:06d}" for number in range(len(rows))],
            "sold_at": instants(done, day, end.to_numpy()),
            "lead_id": lead_ids(done.leads.number[lead]),
            "call_id": call_ids(done, dials["number"]),
            "agent_id": pick(done.team.codes, dials["agent"]),
            "product": pick(("standard", "extended"), lead % 2),
            "amount": pl.Series(done.amount[lead]).cast(pl.String) + ".00",
            "currency": ["RUB"] * len(rows),
            "status": ["agreed"] * len(rows),
            "month": pl.Series(done.calendar.month_of_day[day]),
        }
    )


def minutes_of(done: Work, month: int, campaign: int) -> Decimal:
    """Return the minutes the card allows for a month and campaign, to four decimals."""
    dials = done.dials
    wanted = (done.calendar.month_of_day[dials["day"].to_numpy()] == month) & (
        done.leads.campaign[dials["lead"].to_numpy()] == campaign
    )
    seconds = int(billable(dials, done.vendor.increments)[wanted].sum())
    return (Decimal(seconds) / 60).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def invoice(done: Work, month: int) -> tuple[pl.DataFrame, Decimal]:
    """Return the invoice of a month and what it asks for beyond the log."""
    vendor, period = done.vendor, done.calendar.months[month]
    inflated = vendor.name == "akvilon" and month >= schemes.INVOICE_FROM_MONTH
    lines, excess = [], Decimal(0)
    for number, campaign in enumerate(CAMPAIGNS):
        minutes = minutes_of(done, month, number)
        quantity = minutes
        if inflated:
            quantity = (minutes * schemes.INVOICE_FACTOR).quantize(Decimal(1), ROUND_CEILING)
        amount = (quantity * vendor.price).quantize(_KOPECK, ROUND_HALF_UP)
        excess += amount - (minutes * vendor.price).quantize(_KOPECK, ROUND_HALF_UP)
        lines.append(
            {
                "invoice_id": f"{vendor.name[0].upper()}-{period}",
                "line": number + 1,
                "period_start": period.start,
                "period_end": period.last_day,
                "unit": "talk_minute",
                "quantity": f"{quantity.normalize():f}",
                "unit_price": str(vendor.price),
                "amount": str(amount),
                "vat_rate": str(VAT_RATE),
                "vat_amount": str((amount * VAT_RATE).quantize(_KOPECK, ROUND_HALF_UP)),
                "campaign_id": campaign,
                "description": "Minutes of talk",
            }
        )
    return pl.DataFrame(lines), excess
