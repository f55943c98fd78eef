"""When each dial happens and how long its parts last; one agent is never in two places."""

from __future__ import annotations

import numpy as np
import polars as pl

from vendoreval.simulation.days import Calendar, Ints
from vendoreval.simulation.dialling import CODE
from vendoreval.simulation.people import Team
from vendoreval.tables import CONVERSATION

SHIFT_START = 9 * 3600
SHIFT_SECONDS = 8 * 3600
LUNCH_AT = 13 * 3600
LUNCH_SECONDS = 45 * 60
# outcome -> median seconds and spread of talk
_TALK = {
    "gatekeeper": (45, 0.5), "wrong_person": (50, 0.5), "wrong_number": (18, 0.4),
    "refusal": (95, 0.75), "not_qualified": (150, 0.6), "do_not_call": (35, 0.5),
    "callback": (110, 0.6), "interested": (330, 0.55), "quote_sent": (420, 0.5),
    "sale": (600, 0.4), "voicemail": (7, 0.4), "ivr": (12, 0.5), "dropped": (3, 0.5),
}  # fmt: skip
_QUICK = ("busy", "failed", "invalid_number")
_TIMEOUT = 32


def add_durations(dials: pl.DataFrame, team: Team, rng: np.random.Generator) -> pl.DataFrame:
    """Add ring, talk, hold and wrap in whole seconds."""
    code = dials["code"].to_numpy()
    agent = dials["agent"].to_numpy()
    count = len(code)
    median, spread = np.zeros(len(CODE)), np.zeros(len(CODE))
    for name, (middle, width) in _TALK.items():
        median[CODE[name]], spread[CODE[name]] = middle, width
    week = dials["day"].to_numpy() // 5
    moods = rng.normal(0, 0.05, (len(team.codes), int(week.max()) + 1))
    habit = moods[agent, week] + team.talk[agent]
    talk = np.rint(median[code] * np.exp(spread[code] * rng.normal(0, 1, count) + habit))
    talk = np.where(median[code] > 0, np.clip(talk, 2, 3600), 0)
    conversation = is_conversation(code)
    hold = np.where(conversation & (rng.random(count) < 0.08), rng.integers(8, 70, count), 0)
    patience = np.minimum(rng.gamma(6, 5, count), _TIMEOUT)
    ring = np.where(talk > 0, np.minimum(rng.gamma(4, 4, count), _TIMEOUT), patience)
    ring = np.where(np.isin(code, [CODE[n] for n in _QUICK]), rng.integers(1, 6, count), ring)
    wrap = np.where(conversation, rng.lognormal(np.log(38), 0.5, count), rng.integers(0, 6, count))
    whole = {"ring": ring + 1, "talk": talk, "hold": hold, "wrap": wrap}
    return dials.with_columns(
        **{name: pl.Series(values.astype(np.int64)) for name, values in whole.items()}
    )


def is_conversation(code: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether a person was reached, by number of the outcome."""
    return np.isin(code, [CODE[name] for name in CONVERSATION])


def schedule(dials: pl.DataFrame, calendar: Calendar, rng: np.random.Generator) -> pl.DataFrame:
    """Sort the dials and give each its start, one after another inside the shift.

    The hours keep the order in which they were drawn; waiting between two calls is
    what the shift leaves over, split at random.
    """
    dials = dials.sort("agent", "day", "place")
    key = (dials["agent"] * calendar.count + dials["day"]).to_numpy()
    busy = sum(dials[name].to_numpy() for name in ("ring", "talk", "hold", "wrap"))
    first = np.flatnonzero(np.diff(key, prepend=-1))
    group = np.cumsum(np.diff(key, prepend=-1) != 0) - 1
    weight = rng.gamma(0.9, 1.0, len(key)) + 1e-6
    paid = SHIFT_SECONDS * rng.uniform(0.9, 0.97, len(first))
    spare = np.maximum(paid - np.add.reduceat(busy, first), 0)
    share = weight / np.add.reduceat(weight, first)[group]
    wait = 3 + np.floor(share * np.maximum(spare[group] - 3 * _sizes(first, len(key))[group], 0))
    end = np.cumsum(busy + wait)
    before = np.concatenate([[0.0], end[first[1:] - 1]])[group]
    start = SHIFT_START + end - before - busy
    start = np.where(start >= LUNCH_AT, start + LUNCH_SECONDS, start).astype(np.int64)
    return dials.with_columns(start=pl.Series(start))


def _sizes(first: Ints, count: int) -> Ints:
    return np.diff(np.append(first, count)).astype(np.int64)


def rated(seconds: Ints, increments: tuple[int, int]) -> Ints:
    """Return the seconds to bill: rounded up to the first step, then to further steps.

    Examples
    --------
    >>> rated(np.array([0, 5, 61]), (60, 60)).tolist()
    [0, 60, 120]
    """
    first, step = increments
    rest = np.maximum(seconds - first, 0)
    return np.where(seconds > 0, first + -(-rest // step) * step, 0).astype(np.int64)


def billable(dials: pl.DataFrame, increments: tuple[int, int]) -> Ints:
    """Return the seconds of each dial that the card allows to bill."""
    spoken = (dials["talk"] + dials["hold"]).to_numpy()
    return np.where(is_conversation(dials["code"].to_numpy()), rated(spoken, increments), 0)
