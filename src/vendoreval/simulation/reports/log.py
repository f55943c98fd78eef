"""The call log and the day's totals of the agents."""

from __future__ import annotations

import numpy as np
import polars as pl

from vendoreval.simulation.reports.columns import call_ids, instants, lead_ids, noised, phones, pick
from vendoreval.simulation.world.clock import SHIFT_SECONDS
from vendoreval.simulation.world.conduct import CAMPAIGNS
from vendoreval.simulation.world.outcomes import CODE, is_conversation
from vendoreval.simulation.world.work import Work, billable
from vendoreval.tables import DISPOSITIONS

_LINES = tuple(f"7495000{number:04d}" for number in range(8))


def billed_seconds(work: Work) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return the billed seconds of each dial as the vendor writes them."""
    written = work.column("billed")
    return np.where(written >= 0, written, billable(work.dials, work.conduct.increments))


def calls(work: Work) -> pl.DataFrame:
    """Return the call log, with `month` beside it."""
    dials, calendar = work.dials, work.calendar
    code, day, start, ring, lead, number = (
        work.column(name) for name in ("code", "day", "start", "ring", "lead", "number")
    )
    spoken = work.column("talk") + work.column("hold")
    answered = instants(calendar, day, start + ring)
    side = np.where(is_conversation(code), number % 3 % 2, 2)
    campaign = np.where(lead >= 0, work.leads.campaign[np.maximum(lead, 0)], number % 2)
    caller = (work.column("agent") + work.place) % len(_LINES)
    recorded = pl.select(pl.format("R{}", call_ids(work, number))).to_series()
    return pl.DataFrame(
        {
            "call_id": call_ids(work, number),
            "agent_id": pick(work.codes, work.column("agent")),
            "started_at": instants(calendar, day, start),
            "talk_seconds": dials["talk"],
            "disposition": pick(DISPOSITIONS, code),
            "campaign_id": pick(CAMPAIGNS, campaign),
            "lead_id": lead_ids(work, lead),
            "phone": phones(work.column("phone")),
            "caller_phone": pick(_LINES, caller),
            "direction": pl.repeat(
                "inbound" if work.conduct.inbound else "outbound", len(code), eager=True
            ),
            "answered_at": pl.select(pl.when(pl.Series(spoken) > 0).then(answered)).to_series(),
            "ended_at": instants(calendar, day, start + ring + spoken),
            "ring_seconds": dials["ring"],
            "hold_seconds": dials["hold"],
            "wrap_seconds": dials["wrap"],
            "billed_seconds": pl.Series(billed_seconds(work)),
            "hangup_side": pick(("agent", "customer", "system"), side),
            "recording_id": pl.select(pl.when(pl.Series(spoken) > 0).then(recorded)).to_series(),
            "month": pl.Series(calendar.month_of_day[day]),
        }
    )


def _sums(work: Work) -> pl.DataFrame:
    """Add the dials up by person and day."""
    code = pl.col("code")
    claimed = np.zeros(len(work.dials), dtype=np.int64)
    claimed[work.sales.filter("claimed")["row"].to_numpy()] = 1
    talking = is_conversation(work.column("code"))
    return (
        work.dials.with_columns(claimed=pl.Series(claimed), conversation=pl.Series(talking))
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


def agent_days(work: Work, rng: np.random.Generator) -> pl.DataFrame:
    """Return the daily totals of the agents, with `month` beside them."""
    totals = _sums(work)
    busy = pl.col("talk_seconds") + pl.col("hold_seconds") + pl.col("wrap_seconds") + pl.col("ring")
    pause = 900 + (pl.col("agent") * 37 + pl.col("day") * 61) % 900
    totals = totals.with_columns(busy=busy, pause=pause)
    totals = totals.with_columns(line_seconds=pl.max_horizontal("busy", pl.lit(SHIFT_SECONDS)))
    totals = totals.with_columns(
        available_seconds=(pl.col("line_seconds") - pl.col("busy") - pl.col("pause")).clip(0),
        mean_interval_seconds=(pl.col("spread") / (pl.col("dials") - 1)).round(1),
    )
    totals = noised(totals, ("dials", "talk_seconds"), work.conduct.export_noise, rng)
    totals = totals.with_columns(conversations=pl.min_horizontal("conversations", "dials"))
    day = totals["day"].to_numpy()
    return totals.select(
        pick(work.codes, totals["agent"]).alias("agent_id"),
        pl.Series("date", work.calendar.days[day]),
        "dials", "conversations", "line_seconds", "talk_seconds", "hold_seconds", "wrap_seconds",
        "available_seconds", pl.col("pause").alias("pause_seconds"),
        # one dial has no interval
        pl.when(pl.col("dials") > 1).then("mean_interval_seconds").cast(pl.String).alias(
            "mean_interval_seconds"),
        "leads_added", "quotes_sent", "sales",
        pl.Series("month", work.calendar.month_of_day[day]),
    )  # fmt: skip
