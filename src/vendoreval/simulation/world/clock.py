"""How long the parts of a dial last and when it starts; one agent is never in two places."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from vendoreval.simulation.days import Calendar, Floats, Ints
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.outcomes import CODE, is_conversation
from vendoreval.simulation.world.staff import Staff

SHIFT_START: Final = 9 * 3600
SHIFT_SECONDS: Final = 8 * 3600
LUNCH_AT: Final = 13 * 3600
LUNCH_SECONDS: Final = 45 * 60
_SESSIONS = 8
# outcome -> median seconds and log-sd of talk
TALK: Final = {
    "gatekeeper": (40, 0.5), "wrong_person": (45, 0.5), "wrong_number": (16, 0.4),
    "refusal": (75, 0.8), "not_qualified": (140, 0.6), "do_not_call": (30, 0.5),
    "callback": (95, 0.65), "interested": (280, 0.6), "quote_sent": (360, 0.55),
    "sale": (430, 0.5), "voicemail": (8, 0.4), "ivr": (13, 0.5), "dropped": (3, 0.5),
}  # fmt: skip
# with whom a script may demand a whole minute
_SCRIPTED: Final = ("refusal", "not_qualified", "callback", "interested", "quote_sent", "sale")
_QUICK = ("busy", "failed", "invalid_number")
_HOLD_SHARE = 0.12
_LONGEST_TALK = 3600
PARTS: Final = ("ring", "talk", "hold", "wrap")


def busy_seconds(dials: pl.DataFrame) -> Ints:
    """Return how long each dial takes its agent: ringing, talk, hold and notes."""
    busy: Ints = dials.select(pl.sum_horizontal(PARTS)).to_series().to_numpy()
    return busy


def talk_table() -> tuple[Floats, Floats]:
    """Return median and log-sd of talk by number of the outcome; a median of 0 is no talk."""
    median, spread = np.zeros(len(CODE)), np.zeros(len(CODE))
    for name, (middle, width) in TALK.items():
        median[CODE[name]], spread[CODE[name]] = middle, width
    return median, spread


def add_durations(
    dials: pl.DataFrame,
    conduct: Conduct,
    staff: Staff,
    calendar: Calendar,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Add ring, talk, hold and wrap in whole seconds."""
    code, agent, day = (dials[name].to_numpy() for name in ("code", "agent", "day"))
    count = len(code)
    months = len(calendar.months)
    month = rng.normal(0, conduct.talk_month_spread, months)
    month += np.log(conduct.by_month(conduct.talk_factor, months))
    habit = staff.style[agent] + staff.mood[agent, day // 5] + month[calendar.month_of_day[day]]
    talk = draw_talk(code, habit, conduct.minimum_talk_seconds, rng)
    spoken = is_conversation(code)
    holds = spoken & (rng.random(count) < _HOLD_SHARE)
    hold = np.zeros(count)
    hold[holds] = np.rint(rng.lognormal(np.log(28), 0.6, int(holds.sum())))
    wrap = rng.integers(0, 6, count).astype(np.float64)
    wrap[spoken] = rng.lognormal(np.log(conduct.wrap_seconds), 0.5, int(spoken.sum()))
    whole = {"ring": _ring(conduct, code, talk, rng), "talk": talk, "hold": hold, "wrap": wrap}
    return dials.with_columns(
        **{name: pl.Series(values.astype(np.int64)) for name, values in whole.items()}
    )


def draw_talk(code: Ints, habit: Floats, minimum: int, rng: np.random.Generator) -> Ints:
    """Draw the seconds of talk of dials by their outcome.

    Parameters
    ----------
    habit
        Logarithm of the factor of person, week and month.
    minimum
        Shortest conversation the script allows; 0 for none.
    """
    median, spread = talk_table()
    voiced = np.flatnonzero(median[code] > 0)
    middle, width = median[code[voiced]], spread[code[voiced]]
    drawn = middle * np.exp(width * rng.standard_normal(len(voiced)) + habit[voiced])
    talk = np.zeros(len(code))
    talk[voiced] = np.clip(np.rint(drawn), 2, _LONGEST_TALK)
    if minimum:
        scripted = np.isin(code, [CODE[name] for name in _SCRIPTED])
        cut = scripted & (talk < minimum) & (talk >= minimum - 25)
        talk = np.where(cut, minimum + rng.geometric(0.4, len(code)) - 1, talk)
    whole: Ints = talk.astype(np.int64)
    return whole


def _ring(conduct: Conduct, code: Ints, talk: Ints, rng: np.random.Generator) -> Floats:
    """Ringing until the answer, or until the trunk gives up."""
    quick = np.isin(code, [CODE[name] for name in _QUICK])
    # who answers does so sooner than anybody gives up, and inbound calls at once
    answered = np.where(talk > 0, 4.0, 9.0)
    scale = np.where(talk > 0, 2.0 if conduct.inbound else 5.0, 4.0)
    ring = np.minimum(rng.standard_gamma(answered) * scale + 1, conduct.ring_seconds)
    ring[quick] = rng.integers(1, 6, int(quick.sum()))
    return ring


def schedule(
    dials: pl.DataFrame, conduct: Conduct, calendar: Calendar, rng: np.random.Generator
) -> pl.DataFrame:
    """Sort the dials and give each its start, one after another inside the shift.

    People dial in sessions between other work. A dial starts when its session does, or
    a short wait after the dial before, whichever is later.
    """
    key = (dials["agent"] * calendar.count + dials["day"]).to_numpy()
    order = np.argsort(key + dials["place"].to_numpy(), kind="stable")
    dials, key = dials[order], key[order]
    fresh = np.diff(key, prepend=-1) != 0
    group = np.cumsum(fresh) - 1
    busy = busy_seconds(dials)
    if conduct.dialer == "predictive":
        # the machine keeps a fixed beat
        idle = np.rint(rng.normal(conduct.idle_seconds, 0.7, len(key)))
    else:
        idle = np.rint(rng.lognormal(np.log(conduct.idle_seconds), 0.6, len(key)))
    idle = np.maximum(idle, 1)
    session = (dials["place"].to_numpy() * _SESSIONS).astype(np.int64)
    begins = np.floor(rng.random((int(group[-1]) + 1, _SESSIONS)) * SHIFT_SECONDS / _SESSIONS / 2)
    target = session * (SHIFT_SECONDS // _SESSIONS) + begins[group, session]
    start = SHIFT_START + _one_after_another(target, busy, idle, fresh, group)
    start = np.where(start >= LUNCH_AT, start + LUNCH_SECONDS, start).astype(np.int64)
    return dials.with_columns(start=pl.Series(start))


def _one_after_another(
    target: Floats, busy: Ints, idle: Floats, fresh: Ints, group: Ints
) -> Floats:
    """Start each dial at its target or after the one before: Lindley's recursion, all at once."""
    step = np.where(fresh, 0.0, idle + np.concatenate([[0], busy[:-1]]))
    ahead = np.cumsum(step)
    # groups are kept apart by a lift larger than any day
    lift = group * 4.0e5
    slack = np.maximum.accumulate(target - ahead + _before(ahead, fresh, group) + lift) - lift
    start: Floats = slack + ahead - _before(ahead, fresh, group)
    return start


def _before(ahead: Floats, fresh: Ints, group: Ints) -> Floats:
    """Return the cumulated time at the first dial of each group."""
    first: Floats = ahead[np.flatnonzero(fresh)][group]
    return first
