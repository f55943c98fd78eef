"""The honest zoo: what differs, or looks odd, and nobody may be blamed for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl

from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.plants.recipe import NOTHING, Effect, Reports
from vendoreval.simulation.plants.talk import THRESHOLD_SECONDS
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.work import Work

_SKEW_SECONDS = 90


# ------------------------------------------------------------------ the vendor


def hard_list(conduct: Conduct, dose: Resolved) -> Conduct:
    """The vendor was given lists that sell 30 % worse and answer less often."""
    return replace(conduct, list_quality=conduct.list_quality + float(np.log(0.7)))


def new_team(conduct: Conduct, dose: Resolved) -> Conduct:
    """Everybody was hired within the last three weeks and has yet to learn."""
    return replace(conduct, tenure_days=(0, 20))


def tiny_vendor(conduct: Conduct, dose: Resolved) -> Conduct:
    """A handful of people and fewer than fifty sales."""
    agents = min(conduct.agents, 4)
    dials = min(conduct.dials_a_month, 600)
    return replace(conduct, agents=agents, dials_a_month=dials, qualifiers=0)


def sixty_second_billing(conduct: Conduct, dose: Resolved) -> Conduct:
    """The card bills begun minutes, dear and agreed."""
    return replace(conduct, increments=(60, 60))


def script_to_threshold(conduct: Conduct, dose: Resolved) -> Conduct:
    """A notice that the law demands ends at the sixtieth second, for everybody."""
    return replace(conduct, minimum_talk_seconds=THRESHOLD_SECONDS)


def predictive_dialer(conduct: Conduct, dose: Resolved) -> Conduct:
    """A machine dials on a beat; intervals are more regular than a person's."""
    return replace(conduct, dialer="predictive", idle_seconds=6.0)


def minimum_fee(conduct: Conduct, dose: Resolved) -> Conduct:
    """The card has a monthly minimum that quiet months do not reach."""
    per_dial = Decimal("0.9")
    fee = conduct.price * conduct.dials_a_month * per_dial
    return replace(conduct, minimum_fee=fee.quantize(Decimal(1)))


def switchboard_numbers(conduct: Conduct, dose: Resolved) -> Conduct:
    """Many companies sit behind shared numbers, which are dialled again and again."""
    return replace(conduct, switchboard_share=0.25)


def inbound_only(conduct: Conduct, dose: Resolved) -> Conduct:
    """People call the vendor; nearly everybody is answered and wants something."""
    return replace(conduct, inbound=True)


def star_leaves(conduct: Conduct, dose: Resolved) -> Conduct:
    """One person sold two and a half times as much as the others, and left in the middle."""
    return replace(conduct, star=2.5)


def qualifier(conduct: Conduct, dose: Resolved) -> Conduct:
    """Some people only find interest and hand it over; they sell nothing by design."""
    return replace(conduct, qualifiers=len(dose.seats))


def closer_without_sales(conduct: Conduct, dose: Resolved) -> Conduct:
    """Some closers never sell, although leads like theirs sell."""
    return replace(conduct, silent=len(dose.seats))


# ---------------------------------------------------------------- the calendar


def strike_month(conduct: Conduct, dose: Resolved) -> Conduct:
    """Half a month nobody worked."""
    return replace(conduct, rest_days={**conduct.rest_days, dose.month: 10})


def holiday_month(conduct: Conduct, dose: Resolved) -> Conduct:
    """A long holiday took a week."""
    return replace(conduct, rest_days={**conduct.rest_days, dose.month: 6})


def price_rise(conduct: Conduct, dose: Resolved) -> Conduct:
    """The client raised its price; from then on fewer people buy."""
    return replace(conduct, sale_factor={**conduct.sale_factor, dose.month: 0.75})


def list_change(conduct: Conduct, dose: Resolved) -> Conduct:
    """From a month on the client's lists sell 30 % worse."""
    return replace(conduct, sale_factor={**conduct.sale_factor, dose.month: 0.7})


def longer_script(conduct: Conduct, dose: Resolved) -> Conduct:
    """A new script takes 15 % longer and sells 15 % more."""
    return replace(
        conduct,
        talk_factor={**conduct.talk_factor, dose.month: 1.15},
        sale_factor={**conduct.sale_factor, dose.month: 1.15},
    )


# ---------------------------------------------------------------- the log


def clock_skew(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """One of two switches runs 90 seconds late; calls of one person may seem to overlap."""
    hit = (rng.random(len(work.dials)) < 0.5) & (work.column("day") >= dose.first_day)
    start = work.column("start") + np.where(hit, _SKEW_SECONDS, 0)
    work.dials = work.dials.with_columns(start=pl.Series(start))
    return Effect(int((hit & work.in_reports()).sum()))


def shared_login(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Two newcomers work under one login until their own are ready, six weeks long."""
    agent, day = work.column("agent"), work.column("day")
    span = (day >= dose.first_day) & (day < dose.first_day + 30)
    there = np.unique(agent[span])
    if len(there) < 3:
        return NOTHING
    hit = span & (agent == there[-1])
    work.dials = work.dials.with_columns(agent=pl.Series(np.where(hit, there[-2], agent)))
    return Effect(int((hit & work.in_reports()).sum()))


# ---------------------------------------------------------------- the reports


def daylight_saving(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """From one day on the export writes the hour of the old season: an hour early."""
    first = int(work.calendar.first_day[dose.month]) + 10
    day = work.calendar.days[min(first, work.calendar.count - 1)]
    late = (pl.col("started_at").dt.date() >= day.item()) & (pl.col("month") == dose.month)
    count = len(reports["calls"].filter(late))
    reports["calls"] = reports["calls"].with_columns(
        pl.when(late).then(pl.col(name) - pl.duration(hours=1)).otherwise(pl.col(name)).alias(name)
        for name in ("started_at", "answered_at", "ended_at")
    )
    return Effect(count)


def wrong_time_zone(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """One month's export is written in another zone: three hours early."""
    month = pl.col("month") == dose.month
    reports["calls"] = reports["calls"].with_columns(
        pl.when(month).then(pl.col(name) - pl.duration(hours=3)).otherwise(pl.col(name)).alias(name)
        for name in ("started_at", "answered_at", "ended_at")
    )
    return Effect(len(reports["calls"].filter(month)))


def export_retry(work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator) -> Effect:
    """An interrupted export was begun again: the same rows stand in the file twice."""
    calls = reports["calls"]
    last = calls.filter(pl.col("month") >= dose.month)
    again = last.filter(pl.Series(rng.random(len(last)) < 0.01))
    reports["calls"] = pl.concat([calls, again]).sort("month", maintain_order=True)
    return Effect(len(again))


def crm_migration(work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator) -> Effect:
    """A move to a new system lost five companies of a hundred, whatever their state."""
    return _erased(work, reports, dose, 0.05)


def privacy_erasure(
    work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator
) -> Effect:
    """A few people asked to be forgotten; their companies left the bank."""
    return _erased(work, reports, dose, 0.003)


def _erased(work: Work, reports: Reports, dose: Resolved, share: float) -> Effect:
    gone = work.leads.doom < share
    ids = pl.select(pl.format("L{}", pl.Series(work.leads.number[gone]))).to_series()
    funnel = reports["funnel"]
    hit = (pl.col("month") >= dose.month) & pl.col("lead_id").is_in(ids.implode())
    reports["funnel"] = funnel.filter(~hit)
    latest = funnel.filter(hit & (pl.col("snapshot_on") == pl.col("snapshot_on").max()))
    return Effect(len(latest))


def late_reports(work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator) -> Effect:
    """A few calls of the last evening of a month are missing from its totals."""
    frame = reports["agent_days"]
    last = frame.group_by("month").agg(pl.col("date").max())
    hit = frame.join(last, on=["month", "date"], how="semi")
    dropped = hit.filter(pl.Series(rng.random(len(hit)) < 0.5)).select("agent_id", "date")
    reports["agent_days"] = frame.join(dropped, on=["agent_id", "date"], how="anti")
    return Effect(len(dropped))


def bad_rows(work: Work, reports: Reports, dose: Resolved, rng: np.random.Generator) -> Effect:
    """A few rows of unanswered dials hold everyday slips; the writer of the files makes them."""
    return NOTHING
