"""Teams: skill, habits, roles, who is there on which day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vendoreval.simulation.days import Calendar, Flags, Floats, Ints
from vendoreval.simulation.vendors import Vendor

_SKILL_SPREAD = 0.35
_FARTHEST = 1.75
_TALK_SPREAD = 0.15
_ABSENT_SHARE = 0.05


@dataclass(frozen=True)
class Team:
    """The agents of one vendor, by number.

    Parameters
    ----------
    skill
        Factor on the chance that a conversation sells; 0 for the closer who never does.
    talk
        Logarithm of the person's factor on the length of talk.
    hired_on, left_on
        Days; `NaT` while the person is still there.
    present
        Agent by working day.
    qualifier, silent
        Number of the qualifier, who hands interest over by design, and of the closer
        without sales; -1 where there is none.
    """

    codes: tuple[str, ...]
    roles: tuple[str, ...]
    skill: Floats
    talk: Floats
    hired_on: np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]
    left_on: np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]
    present: Flags
    qualifier: int
    silent: int

    def somebody(self, day: Ints, rng: np.random.Generator, wanted: Ints) -> Ints:
        """Return the wanted agent where present, else another who is."""
        agent = wanted.copy()
        absent = np.flatnonzero(~self.present[agent, day])
        while len(absent):
            agent[absent] = rng.integers(0, len(self.codes), len(absent))
            absent = absent[~self.present[agent[absent], day[absent]]]
        return agent


def team(vendor: Vendor, calendar: Calendar, rng: np.random.Generator, *, small: bool) -> Team:
    """Draw the team of a vendor: one person leaves and one joins during the months."""
    count = 8 if small else vendor.agents
    # somebody far off the rest would be a story of his own, and none is planted here
    drawn = np.clip(rng.normal(0, 1, count), -_FARTHEST, _FARTHEST)
    skill = np.exp(_SKILL_SPREAD * drawn - _SKILL_SPREAD**2 / 2)
    hired = calendar.days[0] - rng.integers(40, 900, count).astype("timedelta64[D]")
    left = np.full(count, np.datetime64("NaT", "D"))
    half = int(calendar.first_day[len(calendar.months) // 2])
    left[count - 2] = calendar.days[max(half - 1, 0)]
    hired[count - 1] = calendar.days[half]
    present = rng.random((count, calendar.count)) >= _ABSENT_SHARE
    present[count - 2, half:] = False
    present[count - 1, :half] = False
    # somebody must always be there
    present[0] = True
    roles = ["closer"] * count
    qualifier = silent = -1
    if vendor.name == "vektor":
        qualifier = 3
        roles[qualifier] = "qualifier"
        skill[qualifier] = 0.0
    if vendor.name == "granat":
        silent = 4
        skill[silent] = 0.0
    prefix = vendor.name[0].upper()
    return Team(
        codes=tuple(f"{prefix}{number + 1:03d}" for number in range(count)),
        roles=tuple(roles),
        skill=skill,
        talk=rng.normal(0, _TALK_SPREAD, count),
        hired_on=hired,
        left_on=left,
        present=present,
        qualifier=qualifier,
        silent=silent,
    )
