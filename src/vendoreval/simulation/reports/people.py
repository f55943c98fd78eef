"""Who works there, when they were logged in, what was listened to, who must not be called."""

from __future__ import annotations

import numpy as np
import polars as pl

from vendoreval.simulation.days import LEAD_IN
from vendoreval.simulation.reports.columns import call_ids, instants, phones, pick
from vendoreval.simulation.world.clock import SHIFT_SECONDS, SHIFT_START, busy_seconds
from vendoreval.simulation.world.outcomes import CODE
from vendoreval.simulation.world.work import Work

_HEARD_SHARE = 0.004
_APPLIED_SHARE = 0.85


def roster(work: Work) -> pl.DataFrame:
    """Return who works there."""
    staff = work.staff
    last = work.calendar.months[-1].last_day
    frame = pl.DataFrame(
        {
            "agent_id": list(staff.codes),
            "hired_on": staff.hired_on,
            "left_on": staff.left_on,
            "role": list(staff.roles),
            "site": ["Tver"] * len(staff.codes),
            "shift_start": ["09:00"] * len(staff.codes),
            "shift_end": ["18:00"] * len(staff.codes),
        }
    )
    # who leaves on the very last day has not left yet
    return frame.with_columns(left_on=pl.when(pl.col("left_on") < last).then("left_on"))


def agent_sessions(work: Work) -> pl.DataFrame:
    """Return logins: one for each agent and day, around all that was done."""
    end = busy_seconds(work.dials) + work.column("start")
    real = work.dials.with_columns(end=pl.Series(end)).filter(
        pl.col("agent") < len(work.staff.codes)
    )
    # what a scheme wrote was not done at a workstation
    done = real.filter((pl.col("mark") < 0) | (pl.col("carrier") >= 0))
    days = (
        done.group_by("agent", "day", maintain_order=True)
        .agg(first=pl.col("start").min(), last=pl.col("end").max())
        .sort("day", "agent")
    )
    agent, day = days["agent"].to_numpy(), days["day"].to_numpy()
    begin = np.minimum(days["first"].to_numpy() - 60, SHIFT_START - (agent * 37 + day * 13) % 600)
    over = np.maximum(
        days["last"].to_numpy() + 60, SHIFT_START + SHIFT_SECONDS + 1800 + (agent * 41 + day) % 900
    )
    seat = pl.Series(work.staff.seat[agent]).cast(pl.String)
    return pl.DataFrame(
        {
            "agent_id": pick(work.codes, agent),
            "started_at": instants(work.calendar, day, begin),
            "ended_at": instants(work.calendar, day, over),
            "state": pl.repeat("logged_in", len(days), eager=True),
            "workstation": pl.select(pl.format("WS-{}", seat)).to_series(),
            "month": pl.Series(work.calendar.month_of_day[day]),
        }
    )


def do_not_call(work: Work) -> pl.DataFrame:
    """Return the numbers whose owners asked not to be called, and since when."""
    asked = work.dials.filter((pl.col("code") == CODE["do_not_call"]) & (pl.col("mark") < 0))
    first = asked.group_by("phone", maintain_order=True).agg(pl.col("day").min()).sort("phone")
    day = work.calendar.days[first["day"].to_numpy()]
    return pl.DataFrame(
        {
            "phone": phones(first["phone"].to_numpy()),
            "requested_on": pl.Series(day),
            "closed_on": pl.Series(day + np.timedelta64(1, "D")),
        }
    ).sort("phone")


def reviews(work: Work, rng: np.random.Generator) -> pl.DataFrame:
    """Return what the quality team heard of the vendor's conversations and asked to change."""
    spoken = np.flatnonzero((work.column("talk") >= 60) & work.in_reports())
    heard = spoken[rng.random(len(spoken)) < _HEARD_SHARE * 5]
    day = np.minimum(work.column("day")[heard] + 1, work.calendar.count - 1)
    due = work.calendar.days[day] + np.timedelta64(14, "D")
    over = due <= np.datetime64(work.calendar.months[-1].last_day)
    applied = np.where(over, np.where(rng.random(len(heard)) < _APPLIED_SHARE, 0, 1), 2)
    count = len(heard)
    number = pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(5)
    prefix = pl.lit(f"H{work.name[0].upper()}{work.place:02d}")
    second = SHIFT_START + rng.integers(0, SHIFT_SECONDS, count)
    at = instants(work.calendar, day, second)
    # heard the day after, and never later than the month the review is filed under
    return pl.DataFrame(
        {
            "review_id": pl.select(pl.format("{}{}", prefix, number)).to_series(),
            "call_id": call_ids(work, work.column("number")[heard]),
            "reviewed_at": at,
            "reviewer": pl.repeat("client", count, eager=True),
            "stage": pick(("greeting", "needs", "offer", "objections", "closing"), heard % 5),
            "score": pl.Series(rng.integers(5, 11, count) / 2).cast(pl.String),
            "weakness": pick(("no question asked", "price named too early", "no next step"),
                             heard % 3),
            "feedback": pick(("ask before offering", "name the value first", "agree the next call"),
                             heard % 3),
            "due_on": pl.Series(due),
            "applied": pick(("yes", "no", "pending"), applied),
            "month": pl.Series(np.maximum(work.calendar.month_of_day[day], LEAD_IN)),
        }
    )  # fmt: skip


def incidents(work: Work) -> pl.DataFrame:
    """Return what the vendor told of outages: a quarter of an hour now and then."""
    every = np.arange(LEAD_IN * 22 + 5 + work.place, work.calendar.count, 31)
    number = pl.Series(every).cast(pl.String).str.zfill(4)
    return pl.DataFrame(
        {
            "incident_id": pl.select(pl.format("I{}", number)).to_series(),
            "started_at": instants(work.calendar, every, np.full(len(every), LUNCH)),
            "ended_at": instants(work.calendar, every, np.full(len(every), LUNCH + 900)),
            "scope": pl.repeat("telephony", len(every), eager=True),
            "cause": pl.repeat("trunk of the operator down", len(every), eager=True),
            "month": pl.Series(work.calendar.month_of_day[every]),
        }
    )


LUNCH = 13 * 3600 + 600
