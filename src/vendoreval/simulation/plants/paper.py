"""Schemes on what is handed over: invoices, banks, totals, missing and changed reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import numpy as np
import polars as pl

from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.plants.recipe import NOTHING, Effect, Reports
from vendoreval.simulation.reports.bank import Bank
from vendoreval.simulation.reports.invoice import KOPECK, line_of
from vendoreval.simulation.world.conduct import VAT_RATE, Conduct
from vendoreval.simulation.world.work import Work

_TIME = "talk_minute"
Line = dict[str, object]


def _lines(reports: Reports, dose: Resolved, change: Callable[[Line], Line | None]) -> Effect:
    """Change lines since the first month; return how many and what they ask for beyond."""
    rows = reports["invoice_lines"].to_dicts()
    keys, excess = [], Decimal(0)
    for place, line in enumerate(rows):
        if line["month"] < dose.month:
            continue
        new = change(line)
        if new is not None:
            keys.append(f"{line['invoice_id']}/{line['line']}")
            excess += Decimal(str(new["amount"])) - Decimal(str(line["amount"]))
            rows[place] = new
    reports["invoice_lines"] = pl.DataFrame(rows, schema=reports["invoice_lines"].schema)
    return Effect(len(keys), money=excess, report="invoice_lines", keys=tuple(keys))


def _priced(line: Line, quantity: Decimal, price: Decimal) -> Line:
    amount = (quantity * price).quantize(KOPECK, ROUND_HALF_UP)
    return line | {
        "quantity": f"{quantity.normalize():f}",
        "unit_price": str(price),
        "amount": str(amount),
        "vat_amount": str((amount * VAT_RATE).quantize(KOPECK, ROUND_HALF_UP)),
    }


def invoice_above_log(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """The invoice asks for `strength` more minutes than the log holds, rounded up to whole ones."""
    factor = 1 + Decimal(str(dose.strength))

    def change(line: Line) -> Line | None:
        if line["unit"] != _TIME:
            return None
        more = (Decimal(str(line["quantity"])) * factor).quantize(Decimal(1), ROUND_CEILING)
        return _priced(line, more, Decimal(str(line["unit_price"])))

    return _lines(reports, dose, change)


def wrong_price(work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator) -> Effect:
    """Minutes are priced `strength` above the card in force."""
    dear = work.conduct.price * (1 + Decimal(str(dose.strength)))

    def change(line: Line) -> Line | None:
        if line["unit"] != work.conduct.unit:
            return None
        return _priced(line, Decimal(str(line["quantity"])), dear.quantize(KOPECK))

    return _lines(reports, dose, change)


def wrong_totals(work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator) -> Effect:
    """Amounts are `strength` above quantity times price, and the tax with them."""
    factor = 1 + Decimal(str(dose.strength))

    def change(line: Line) -> Line | None:
        amount = (Decimal(str(line["amount"])) * factor).quantize(KOPECK, ROUND_HALF_UP)
        vat = (amount * VAT_RATE).quantize(KOPECK, ROUND_HALF_UP)
        return line | {"amount": str(amount), "vat_amount": str(vat)}

    return _lines(reports, dose, change)


def _more_lines(work: Work, reports: Reports, rows: list[Line]) -> Effect:
    if not rows:
        return NOTHING
    schema = reports["invoice_lines"].schema
    reports["invoice_lines"] = pl.concat(
        [reports["invoice_lines"], pl.DataFrame(rows, schema=schema)]
    ).sort("month", "line")
    money = sum((Decimal(str(row["amount"])) for row in rows), Decimal(0))
    keys = tuple(f"{row['invoice_id']}/{row['line']}" for row in rows)
    return Effect(len(rows), money=money, report="invoice_lines", keys=keys)


def invoice_lines_twice(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """A `strength` of the months' first lines is billed once more in the same invoice."""
    rows = []
    for line in reports["invoice_lines"].to_dicts():
        if line["month"] >= dose.month and line["line"] == 1 and rng.random() < dose.strength:
            rows.append(line | {"line": 90})
    return _more_lines(work, reports, rows)


def setup_fee_again(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """A fee for setting up, which the card does not know, is billed month after month."""
    billed = sum((Decimal(str(row["amount"])) for row in reports["invoice_lines"].to_dicts()),
                 Decimal(0))  # fmt: skip
    month_amount = billed / max(len(work.calendar.reported), 1)
    fee = (month_amount * Decimal(str(dose.strength))).quantize(Decimal(1)) + 1
    rows = [
        line_of(work, month, 80, Decimal(1), fee, unit="fixed", description="Setting up")
        for month, _ in work.calendar.reported
        if month >= dose.month
    ]
    return _more_lines(work, reports, rows)


def paid_by_the_sale(conduct: Conduct, dose: Resolved) -> Conduct:
    """The card bills sales, at what the minutes behind one of them would cost."""
    return replace(conduct, unit="sale", price=Decimal("5200.00"))


def sales_billed_by_minutes(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """Sales are agreed as the unit, but their number follows the minutes talked."""
    dials = work.dials.with_columns(month=pl.Series(work.calendar.month_of_day[work.column("day")]))
    talked = dict(dials.group_by("month").agg(pl.col("talk").sum()).iter_rows())
    rows = reports["invoice_lines"].filter(pl.col("unit") == "sale").to_dicts()
    billed = sum((Decimal(str(row["quantity"])) for row in rows), Decimal(0))
    seconds = sum(int(talked.get(row["month"], 0)) for row in rows)
    rate = billed / max(seconds, 1) * (1 + Decimal(str(dose.strength)))

    def change(line: Line) -> Line | None:
        if line["unit"] != "sale":
            return None
        quantity = (rate * int(talked.get(line["month"], 0))).quantize(Decimal(1))
        return _priced(line, quantity, Decimal(str(line["unit_price"])))

    return _lines(reports, dose, change)


def bank_deletions(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """A `strength` of the companies that declined is taken out of the bank."""
    bank, doomed = Bank(work), work.leads.doom < dose.strength
    kept: list[pl.DataFrame] = []
    gone: tuple[str, ...] = ()
    for month, period in work.calendar.reported:
        full = bank.snapshots(period)
        shown = bank.snapshots(period, doomed=doomed) if month >= dose.month else full
        kept.append(shown.with_columns(month=pl.lit(month, dtype=pl.Int64)))
        last = pl.col("snapshot_on") == period.last_day
        missing = full.filter(last).join(shown.filter(last), on="lead_id", how="anti")
        gone = tuple(missing["lead_id"])
    reports["funnel"] = pl.concat(kept)
    return Effect(len(gone), report="funnel", keys=gone)


def missing_days(work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator) -> Effect:
    """A `strength` of the days is billed but missing from the call log and the totals."""
    days = work.calendar.days[work.calendar.first_day[dose.month] :]
    gone = days[rng.random(len(days)) < dose.strength]
    if len(gone) == 0:
        gone = days[-1:]
    listed = pl.Series(gone)
    before = len(reports["calls"])
    reports["calls"] = reports["calls"].filter(
        ~pl.col("started_at").dt.date().is_in(listed.implode())
    )
    reports["agent_days"] = reports["agent_days"].filter(~pl.col("date").is_in(listed.implode()))
    gone_days = tuple(str(day) for day in gone)
    return Effect(before - len(reports["calls"]), report="days", keys=gone_days)


def inflated_daily_totals(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """The day's totals hold `strength` more talk and conversations than the log."""
    frame = reports["agent_days"]
    hit = pl.col("month") >= dose.month

    def more(name: str) -> pl.Expr:
        grown = (pl.col(name) * (1 + dose.strength)).ceil().cast(pl.Int64)
        return pl.when(hit).then(grown).otherwise(pl.col(name)).alias(name)

    grown = frame.with_columns(more(name) for name in ("dials", "conversations", "talk_seconds"))
    reports["agent_days"] = grown.with_columns(
        line_seconds=pl.max_horizontal("line_seconds", "talk_seconds")
    )
    added = int((grown["talk_seconds"] - frame["talk_seconds"]).sum())
    return Effect(len(frame.filter(hit)), added)


def idle_logins(work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator) -> Effect:
    """Hours are logged in for people who do not dial: a `strength` of the team's days."""
    frame = reports["agent_days"].filter(pl.col("month") >= dose.month)
    idle = frame.filter(pl.Series(rng.random(len(frame)) < dose.strength))
    zero = [pl.lit(0, dtype=pl.Int64).alias(n) for n in (
        "dials", "conversations", "talk_seconds", "hold_seconds", "wrap_seconds", "leads_added",
        "quotes_sent", "sales",
    )]  # fmt: skip
    idle = idle.with_columns(
        pl.lit(f"{work.name[0].upper()}8").add(pl.col("agent_id").str.slice(-2)).alias("agent_id"),
        *zero,
        available_seconds=pl.col("line_seconds") - pl.col("pause_seconds"),
        mean_interval_seconds=pl.lit(None, dtype=pl.String),
    ).unique(["agent_id", "date"], keep="first", maintain_order=True)
    reports["agent_days"] = pl.concat([reports["agent_days"], idle]).sort("date", "agent_id")
    return Effect(len(idle), int(idle["line_seconds"].sum()))


def stage_without_call(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """Companies move to a quote although nobody called them: a `strength` of those called."""
    untouched = np.setdiff1d(np.arange(len(work.leads)), work.column("lead"))
    fresh = untouched[work.leads.month[untouched] >= dose.month]
    if len(fresh) == 0:
        fresh = np.arange(len(work.leads))[work.leads.month >= dose.month]
    steps = reports["funnel_events"].filter(pl.col("month") >= dose.month)
    count = min(max(round(dose.strength * len(steps)), 1), len(fresh), len(steps))
    moved = steps.sample(count, seed=int(rng.integers(1 << 31))).sort("at", "lead_id")
    lead = tuple(f"L{number}" for number in work.leads.number[rng.permutation(fresh)[:count]])
    moved = moved.with_columns(
        pl.Series("lead_id", lead),
        stage_from=pl.lit("new"), stage_to=pl.lit("quote"),
        reason=pl.lit(None, dtype=pl.String), quote_id=pl.lit("Q0"),
    )  # fmt: skip
    both = pl.concat([reports["funnel_events"], moved.select(reports["funnel_events"].columns)])
    reports["funnel_events"] = both.sort("at", "lead_id")
    return Effect(count, report="funnel_events", keys=lead)


def feedback_not_applied(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """Of what should have changed after listening, a `strength` did not."""
    frame = reports["reviews"]
    hit = pl.Series(rng.random(len(frame)) < dose.strength) & (frame["month"] >= dose.month)
    hit &= frame["applied"] == "yes"
    reports["reviews"] = frame.with_columns(
        applied=pl.when(hit).then(pl.lit("no")).otherwise("applied")
    )
    keys = tuple(frame.filter(hit)["review_id"])
    return Effect(len(keys), report="reviews", keys=keys)


def restated_history(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """Past months are sent again with talk `strength` longer; the first versions came before."""
    first = reports["calls"].filter(
        (pl.col("month") >= dose.month) & (pl.col("month") < len(work.calendar.months) - 1)
    )
    hit = pl.Series(rng.random(len(first)) < 0.5) & (first["talk_seconds"] > 20)
    reports["calls:first"] = first
    longer = (pl.col("talk_seconds") * (1 + dose.strength)).ceil().cast(pl.Int64)
    again = first.with_columns(talk_seconds=pl.when(hit).then(longer).otherwise("talk_seconds"))
    rest = reports["calls"].join(first.select("call_id"), on="call_id", how="anti")
    reports["calls"] = pl.concat([rest, again]).sort("started_at", "call_id")
    added = int((again["talk_seconds"] - first["talk_seconds"]).sum())
    keys = tuple(first.filter(hit)["call_id"])
    return Effect(len(keys), added, work.money(added), report="calls", keys=keys)
