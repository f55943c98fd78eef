"""Honest work of one vendor: companies, dials in rounds, what each dial came to.

The parameters follow published figures on telephone sales (answer rates by hour and
attempt, log-normal talk by outcome, spread between agents) where there are any.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from vendoreval.simulation.days import Calendar, Flags, Floats, Ints
from vendoreval.simulation.people import Team
from vendoreval.simulation.vendors import CAMPAIGNS, Vendor
from vendoreval.tables import DISPOSITIONS, STAGES

CODE = {name: number for number, name in enumerate(DISPOSITIONS)}
STAGE = {name: number for number, name in enumerate(STAGES)}
DIALS_PER_LEAD = 4.05
_ROUNDS = 12
_NOT_REACHED = ("no_answer", "busy", "failed", "voicemail", "ivr", "dropped")
_NOT_REACHED_SHARE = (0.66, 0.10, 0.06, 0.13, 0.03, 0.02)
_COLD = ("gatekeeper", "wrong_person", "wrong_number", "refusal", "not_qualified",
         "do_not_call", "callback", "interested", "quote_sent", "sale")  # fmt: skip
_COLD_SHARE = (0.10, 0.05, 0.02, 0.385, 0.10, 0.015, 0.16, 0.10, 0.058, 0.012)
_WARM = ("refusal", "callback", "interested", "quote_sent", "sale")
_WARM_SHARE = (0.37, 0.23, 0.14, 0.215, 0.045)
# how much more an hour is answered than the mean, 9 to 18 o'clock
_HOUR = np.array([0.93, 1.12, 1.10, 0.98, 0.82, 0.92, 1.02, 1.10, 1.01])
_CLOSED = {
    "refusal": "lost", "do_not_call": "lost", "sale": "won", "not_qualified": "junk",
    "wrong_number": "junk", "invalid_number": "junk",
}  # fmt: skip
_FORWARD = {
    "gatekeeper": "contacted", "wrong_person": "contacted", "callback": "contacted",
    "interested": "interested", "quote_sent": "quote",
}  # fmt: skip


@dataclass
class Leads:
    """Companies handed to one vendor, by number; the state moves while it is worked."""

    month: Ints
    handed: Ints
    number: Ints
    campaign: Ints
    good_list: Flags
    dead: Flags
    quality: Floats
    owner: Ints
    day: Ints
    stage: Ints
    since: Ints
    fails: Ints
    warm: Flags
    done: Flags
    closed_early: Flags = field(repr=False)


def draw_leads(
    vendor: Vendor,
    place: int,
    calendar: Calendar,
    team: Team,
    per_month: int,
    rng: np.random.Generator,
) -> Leads:
    """Draw the companies handed over in the first days of each month, in two lists."""
    months = len(calendar.months)
    month = np.repeat(np.arange(months), per_month)
    count = len(month)
    handed = calendar.first_day[month] + rng.integers(0, 3, count)
    good = rng.random(count) < 0.5
    drift = rng.normal(0, 0.06, months)
    wanted = rng.integers(0, len(team.codes), count)
    return Leads(
        month=month,
        handed=handed,
        number=place * 1_000_000 + np.arange(count) + 1,
        campaign=rng.integers(0, len(CAMPAIGNS), count),
        good_list=good,
        dead=rng.random(count) < 0.08,
        quality=np.where(good, 0.15, -0.15) + drift[month],
        owner=team.somebody(handed, rng, wanted),
        day=handed + rng.integers(0, 15, count),
        stage=np.zeros(count, dtype=np.int64),
        since=handed.copy(),
        fails=np.zeros(count, dtype=np.int64),
        warm=np.zeros(count, dtype=bool),
        done=np.zeros(count, dtype=bool),
        closed_early=np.zeros(count, dtype=bool),
    )


def dial(
    vendor: Vendor,
    leads: Leads,
    calendar: Calendar,
    team: Team,
    rng: np.random.Generator,
    close_early_from: int | None,
) -> pl.DataFrame:
    """Work the companies in rounds and return one row for each dial.

    Parameters
    ----------
    close_early_from
        Month from which companies are closed after one unanswered dial.
    """
    rounds = []
    for _ in range(_ROUNDS):
        index = np.flatnonzero(~leads.done & (leads.day < calendar.count))
        if len(index) == 0:
            break
        day = leads.day[index]
        agent = team.somebody(day, rng, leads.owner[index])
        place = rng.random(len(index))
        code = _outcomes(vendor, leads, index, agent, place, team, rng)
        _move(vendor, leads, index, code, day, team, rng)
        if close_early_from is not None:
            _close_early(leads, index, day, calendar.month_of_day[day] >= close_early_from, rng)
        rounds.append(
            pl.DataFrame(
                {
                    "lead": index, "day": day, "agent": agent, "place": place, "code": code,
                    "stage": leads.stage[index], "since": leads.since[index],
                }
            )
        )  # fmt: skip
    return pl.concat(rounds)


def _outcomes(
    vendor: Vendor,
    leads: Leads,
    index: Ints,
    agent: Ints,
    place: Floats,
    team: Team,
    rng: np.random.Generator,
) -> Ints:
    warm = leads.warm[index]
    hour = _HOUR[(place * len(_HOUR)).astype(np.int64)]
    cold_chance = 0.27 * hour * (1 - 0.05 * leads.fails[index]) * np.exp(leads.quality[index] / 4)
    reached = rng.random(len(index)) < np.where(warm, 0.62 * hour, cold_chance)
    dead = leads.dead[index]
    reached &= ~dead
    factor = np.exp(leads.quality[index]) * team.skill[agent] * vendor.skill
    conversation = np.where(
        warm,
        _draw(_WARM, _WARM_SHARE, factor, rng),
        _draw(_COLD, _COLD_SHARE, factor, rng),
    )
    silence = _draw(_NOT_REACHED, _NOT_REACHED_SHARE, np.ones(len(index)), rng)
    silence = np.where(dead & (rng.random(len(index)) < 0.5), CODE["invalid_number"], silence)
    return np.where(reached, conversation, silence).astype(np.int64)


def _draw(
    names: tuple[str, ...], shares: tuple[float, ...], factor: Floats, rng: np.random.Generator
) -> Ints:
    """Draw outcomes; the factor acts on the last one, the others keep their proportions."""
    codes = np.array([CODE[name] for name in names])
    last = np.minimum(shares[-1] * factor, 0.6)
    others = np.cumsum(shares[:-1]) / sum(shares[:-1])
    chance = rng.random(len(factor))
    scaled = np.clip(chance / (1 - last), 0, 1)
    chosen = np.minimum(np.searchsorted(others, scaled), len(names) - 2)
    drawn: Ints = np.where(chance >= 1 - last, codes[-1], codes[chosen]).astype(np.int64)
    return drawn


def _move(
    vendor: Vendor,
    leads: Leads,
    index: Ints,
    code: Ints,
    day: Ints,
    team: Team,
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
    silent = np.isin(code, [CODE[n] for n in _NOT_REACHED])
    leads.fails[index] = np.where(silent, leads.fails[index] + 1, 0)
    tired = silent & (leads.fails[index] >= np.where(leads.warm[index], 4, vendor.cap))
    stage[tired & (stage <= STAGE["contacted"])] = STAGE["no_answer_closed"]
    done |= tired
    turned = np.isin(code, [CODE[n] for n in ("callback", "interested", "quote_sent")])
    leads.warm[index] |= turned
    if team.qualifier >= 0:
        # what the qualifier found is taken over by a closer
        handed = turned & (leads.owner[index] == team.qualifier)
        leads.owner[index[handed]] = team.qualifier + 1
    leads.stage[index] = stage
    leads.since[index] = np.where(stage != before, day, leads.since[index])
    leads.done[index] = done
    retry = rng.geometric(0.45, len(index))
    leads.day[index] = day + np.where(silent, retry, 1 + rng.integers(0, 6, len(index)))


def _close_early(
    leads: Leads, index: Ints, day: Ints, when: Flags, rng: np.random.Generator
) -> None:
    first = when & (leads.fails[index] == 1) & (leads.stage[index] == STAGE["new"])
    chosen = first & (rng.random(len(index)) < 0.5)
    hit = index[chosen]
    leads.stage[hit] = STAGE["no_answer_closed"]
    leads.since[hit] = day[chosen]
    leads.done[hit] = True
    leads.closed_early[hit] = True
