"""Companies are dialled in rounds until each has come to an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from vendoreval.simulation.days import Calendar, Flags, Floats, Ints
from vendoreval.simulation.plants import habits
from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.world.client import DIAL_WEEKDAY, Client, place_in_day
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.leads import Leads
from vendoreval.simulation.world.outcomes import CODE, NOT_REACHED, outcomes
from vendoreval.simulation.world.staff import Staff
from vendoreval.tables import STAGES

STAGE: Final = {name: number for number, name in enumerate(STAGES)}
_ROUNDS = 16
_WARM_ATTEMPTS = 4
_MORE_ATTEMPTS = 3
_CLOSED = {
    "refusal": "lost", "do_not_call": "lost", "sale": "won", "not_qualified": "junk",
    "wrong_number": "junk", "invalid_number": "junk",
}  # fmt: skip
_FORWARD = {
    "gatekeeper": "contacted", "wrong_person": "contacted", "callback": "contacted",
    "interested": "interested", "quote_sent": "quote",
}  # fmt: skip
_TURNED = tuple(CODE[name] for name in ("callback", "interested", "quote_sent"))
_SILENT = tuple(CODE[name] for name in NOT_REACHED)


def dial(
    conduct: Conduct,
    client: Client,
    staff: Staff,
    leads: Leads,
    doses: Mapping[str, Resolved],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Work the companies in rounds and return one row for each dial.

    Parameters
    ----------
    doses
        Habits of the vendor that act while it works, by name.
    """
    calendar = client.calendar
    months = len(calendar.months)
    mood = np.exp(rng.normal(0, conduct.month_spread, months))
    mood *= conduct.by_month(conduct.sale_factor, months)
    open_day = next_open(conduct, calendar)
    habits.begin(doses, leads, rng)
    rounds = []
    for _ in range(_ROUNDS):
        leads.day = _postponed(np.minimum(leads.day, calendar.count), open_day, client, rng)
        index = np.flatnonzero(~leads.done & (leads.day < calendar.count))
        if len(index) == 0:
            break
        day = leads.day[index]
        agent = staff.somebody(leads.seat[index], day, rng)
        place = place_in_day(rng, len(index))
        code = outcomes(conduct, client, leads, index, agent, day, place, staff, mood, rng)
        leads.attempts[index] += 1
        _move(conduct, leads, index, code, day, rng)
        habits.after_a_dial(doses, leads, index, code, day, staff.seat[agent], rng)
        rounds.append(_rows(leads, index, day, agent, place, code))
    return pl.concat(rounds)


def _rows(
    leads: Leads, index: Ints, day: Ints, agent: Ints, place: Floats, code: Ints
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "lead": index, "day": day, "agent": agent, "place": place, "code": code,
            "attempt": leads.attempts[index], "stage": leads.stage[index],
            "since": leads.since[index],
        }
    )  # fmt: skip


def next_open(conduct: Conduct, calendar: Calendar) -> Ints:
    """Return for each working day the day on which its dials are made."""
    closed = np.zeros(calendar.count + 1, dtype=bool)
    for month, days in conduct.rest_days.items():
        first = int(calendar.first_day[month]) + 4
        last = int((calendar.month_of_day == month).sum()) + int(calendar.first_day[month])
        closed[first : min(first + days, last)] = True
    opened = np.where(closed, calendar.count, np.arange(calendar.count + 1))
    nearest: Ints = np.minimum.accumulate(opened[::-1])[::-1]
    return nearest


def _postponed(day: Ints, open_day: Ints, client: Client, rng: np.random.Generator) -> Ints:
    """Move dials off closed days, and some of them off the quieter weekdays."""
    day = open_day[day]
    last = client.calendar.count
    weekday = client.weekday[np.minimum(day, last - 1)]
    late = rng.random(len(day)) > DIAL_WEEKDAY[weekday]
    moved: Ints = open_day[np.minimum(day + late, last)]
    return moved


def _move(
    conduct: Conduct,
    leads: Leads,
    index: Ints,
    code: Ints,
    day: Ints,
    rng: np.random.Generator,
) -> None:
    """Move the companies: stage, whether they are done, and the day of the next dial."""
    before = leads.stage[index]
    stage = before.copy()
    done = np.zeros(len(index), dtype=bool)
    for name, target in _FORWARD.items():
        stage = np.where(code == CODE[name], np.maximum(stage, STAGE[target]), stage)
    for name, target in _CLOSED.items():
        hit = code == CODE[name]
        stage[hit] = STAGE[target]
        done |= hit
    silent = np.isin(code, _SILENT)
    leads.fails[index] = np.where(silent, leads.fails[index] + 1, 0)
    leads.warm[index] |= np.isin(code, _TURNED)
    tired = _tired(conduct, leads, index, silent)
    stage[tired & (stage <= STAGE["contacted"])] = STAGE["no_answer_closed"]
    done |= tired
    _hand_over(conduct, leads, index, code, rng)
    leads.stage[index] = stage
    leads.since[index] = np.where(stage != before, day, leads.since[index])
    leads.done[index] = done
    retry = rng.geometric(0.45, len(index))
    leads.day[index] = day + np.where(silent, retry, 1 + rng.integers(0, 6, len(index)))


def _tired(conduct: Conduct, leads: Leads, index: Ints, silent: Flags) -> Flags:
    """Whether a company is given up: it never answers, or only doorkeepers do."""
    warm = leads.warm[index]
    often = leads.fails[index] >= np.where(warm, _WARM_ATTEMPTS, conduct.attempts)
    long = ~warm & (leads.attempts[index] >= conduct.attempts + _MORE_ATTEMPTS)
    tired: Flags = (silent & often) | long
    return tired


def _hand_over(
    conduct: Conduct, leads: Leads, index: Ints, code: Ints, rng: np.random.Generator
) -> None:
    """Give what a qualifier found to a closer."""
    if conduct.qualifiers == 0 or conduct.qualifiers + 1 >= conduct.agents:
        return
    seat = leads.seat[index]
    found = (seat > 0) & (seat <= conduct.qualifiers) & np.isin(code, _TURNED)
    closer = rng.integers(conduct.qualifiers + 1, conduct.agents, int(found.sum()))
    leads.seat[index[found]] = closer
