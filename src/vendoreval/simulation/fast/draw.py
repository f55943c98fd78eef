"""A vendor's work out of lived histories instead of dialling in rounds."""

from __future__ import annotations

import numpy as np
import polars as pl

from vendoreval.simulation.days import Floats, Ints
from vendoreval.simulation.fast.histories import Histories, histories, lived, sale_chance
from vendoreval.simulation.world.client import Client, place_in_day
from vendoreval.simulation.world.conduct import CAMPAIGNS, Conduct
from vendoreval.simulation.world.dialling import STAGE, next_open
from vendoreval.simulation.world.leads import Leads
from vendoreval.simulation.world.outcomes import CODE, LIST_AGE_DAYS
from vendoreval.simulation.world.staff import Staff

_COLUMNS = ("day", "code", "attempt", "stage", "since", "right_party", "warm")


def dial_from_histories(
    conduct: Conduct, client: Client, staff: Staff, leads: Leads, rng: np.random.Generator
) -> pl.DataFrame:
    """Return the dials of all leads, as `dial` does, each lead living a drawn history."""
    calendar = client.calendar
    months = len(calendar.months)
    parts = []
    for campaign in range(len(CAMPAIGNS)):
        for good in (False, True):
            chosen = np.flatnonzero((leads.campaign == campaign) & (leads.good_list == good))
            if len(chosen):
                parts.append(_lived(conduct, leads, chosen, rng))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in ("lead", *_COLUMNS)}
    base = calendar.first_day[leads.month[rows["lead"]]]
    opened = next_open(conduct, calendar)
    late = calendar.count
    rows["day"] = opened[np.minimum(base + rows["day"], late)]
    rows["since"] = np.minimum(base + rows["since"], late - 1)
    inside = rows["day"] < late
    rows = {name: values[inside] for name, values in rows.items()}
    agent = staff.somebody(leads.seat[rows["lead"]], rows["day"], rng)
    mood = np.exp(rng.normal(0, conduct.month_spread, months))
    mood *= conduct.by_month(conduct.sale_factor, months)
    rows = _sold(conduct, client, staff, leads, rows, agent, mood, rng)
    frame = {n: rows[n] for n in ("lead", "day", "agent", "code", "attempt", "stage", "since")}
    return pl.DataFrame(frame | {"place": place_in_day(rng, len(rows["lead"]))})


def _lived(
    conduct: Conduct, leads: Leads, chosen: Ints, rng: np.random.Generator
) -> dict[str, Ints]:
    """Draw a history for each of the leads of one list and campaign."""
    found: Histories = histories(conduct, conduct.trunk + float(leads.quality[chosen].mean()) / 4)
    picked = rng.integers(0, len(found.size), len(chosen))
    places, whose = lived(found, picked)
    leads.handed[chosen] = leads.handed[chosen] - _offset(leads, chosen) + found.handed[picked]
    rows: dict[str, Ints] = {"lead": chosen[whose]}
    for name in _COLUMNS:
        rows[name] = getattr(found, name)[places]
    return rows


def _offset(leads: Leads, chosen: Ints) -> Ints:
    """Return working days from the first of the month to the day a lead was handed over."""
    first = np.zeros(int(leads.month.max()) + 1, dtype=np.int64) + np.iinfo(np.int64).max
    np.minimum.at(first, leads.month, leads.handed)
    offset: Ints = leads.handed[chosen] - first[leads.month[chosen]]
    return offset


def _sold(
    conduct: Conduct,
    client: Client,
    staff: Staff,
    leads: Leads,
    rows: dict[str, Ints],
    agent: Ints,
    mood: Floats,
    rng: np.random.Generator,
) -> dict[str, Ints]:
    """Let conversations sell by their chances; a lead's story ends with its sale."""
    calendar, lead, day = client.calendar, rows["lead"], rows["day"]
    age = np.maximum(day - leads.handed[lead], 0)
    factor = (
        np.exp(leads.quality[lead] - age / LIST_AGE_DAYS)
        * staff.skill[agent]
        * staff.learned(agent, calendar.days[day], conduct)
        * conduct.skill
        * mood[calendar.month_of_day[day]]
    )
    chance = sale_chance(
        conduct, rows["right_party"].astype(bool), rows["warm"].astype(bool), factor
    )
    sold = rng.random(len(lead)) < chance
    end = np.full(len(leads), np.iinfo(np.int64).max)
    np.minimum.at(end, lead[sold], rows["attempt"][sold])
    kept = rows["attempt"] <= end[lead]
    won = kept & sold & (rows["attempt"] == end[lead])
    changed = rows | {
        "agent": agent,
        "code": np.where(won, CODE["sale"], rows["code"]),
        "stage": np.where(won, STAGE["won"], rows["stage"]),
        "since": np.where(won, day, rows["since"]),
    }
    return {name: values[kept] for name, values in changed.items()}
