"""Teams: seats and the people who hold them one after another, skill, habits, presence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vendoreval.simulation.days import Calendar, Flags, Floats, Ints
from vendoreval.simulation.world.conduct import Conduct

Days = np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]
_ABSENT_SHARE = 0.05
_LONGEST_GAP_DAYS = 5
_NEVER = 10**6


@dataclass(frozen=True)
class Staff:
    """Everybody who ever worked for one vendor, by number.

    Parameters
    ----------
    seat
        Which seat the person holds; successors hold the same one.
    skill
        Factor on the chance that a conversation sells; 0 for who never sells.
    style
        Logarithm of the person's factor on talk.
    hired_on, left_on
        Days; `NaT` while the person is still there.
    mood
        Logarithm of a further factor on talk, person by week.
    holder
        Person on each seat and working day, -1 while it is empty.
    present
        Person by working day.
    """

    codes: tuple[str, ...]
    roles: tuple[str, ...]
    seat: Ints
    skill: Floats
    style: Floats
    hired_on: Days
    left_on: Days
    mood: Floats
    holder: Ints
    present: Flags

    def somebody(self, seat: Ints, day: Ints, rng: np.random.Generator) -> Ints:
        """Return who sits on the seat that day, or somebody else who is there."""
        person = self.holder[seat, day]
        absent = np.flatnonzero((person < 0) | ~self.present[person, day])
        person = person.copy()
        while len(absent):
            other = self.holder[rng.integers(0, len(self.holder), len(absent)), day[absent]]
            person[absent] = other
            absent = absent[(other < 0) | ~self.present[other, day[absent]]]
        return person

    def learned(self, person: Ints, day: Days, conduct: Conduct) -> Floats:
        """Return the factor of experience on sales."""
        tenure = (day - self.hired_on[person]).astype(np.int64)
        factor: Floats = 1 - conduct.learning_loss * np.exp(-tenure / conduct.learning_days)
        return factor

    def on_seats(self, seats: frozenset[int]) -> Flags:
        """Return who ever held one of the seats."""
        return np.isin(self.seat, list(seats))


def draw_staff(conduct: Conduct, calendar: Calendar, rng: np.random.Generator) -> Staff:
    """Draw the seats' holders: people leave at the rate of the churn and are replaced."""
    seat: list[int] = []
    hired: list[np.datetime64] = []
    left: list[np.datetime64] = []
    holder = np.full((conduct.agents, calendar.count), -1, dtype=np.int64)
    for number in range(conduct.agents):
        for start, stop in _stays(conduct, calendar, rng, number):
            person = len(seat)
            seat.append(number)
            hired.append(_hired(conduct, calendar, rng, start))
            left.append(calendar.days[stop - 1] if stop < calendar.count else np.datetime64("NaT"))
            holder[number, start:stop] = person
    count = len(seat)
    drawn = np.clip(rng.normal(0, 1, count), -conduct.skill_limit, conduct.skill_limit)
    spread = conduct.skill_spread
    skill = np.exp(spread * drawn - spread**2 / 2)
    seats = np.array(seat)
    roles = _roles(conduct, seats, skill)
    present = rng.random((count, calendar.count)) >= _ABSENT_SHARE
    # somebody must always be there
    present[seats == 0] = True
    weeks = calendar.count // 5 + 1
    prefix = conduct.name[0].upper()
    return Staff(
        codes=tuple(f"{prefix}{number + 1:03d}" for number in range(count)),
        roles=roles,
        seat=seats,
        skill=skill,
        style=rng.normal(0, conduct.style_spread, count),
        hired_on=np.array(hired, dtype="datetime64[D]"),
        left_on=np.array(left, dtype="datetime64[D]"),
        mood=rng.normal(0, conduct.week_spread, (count, weeks)),
        holder=holder,
        present=present,
    )


def _stays(
    conduct: Conduct, calendar: Calendar, rng: np.random.Generator, seat: int
) -> list[tuple[int, int]]:
    """Return first and last day (not included) of the holders of a seat, in order."""
    stays, start = [], 0
    days_a_year = 250
    if conduct.star != 1.0 and seat == 1:
        half = int(calendar.first_day[len(calendar.months) // 2])
        return [(0, half), (half, calendar.count)]
    while start < calendar.count:
        rate = -np.log1p(-min(conduct.churn, 0.99)) / days_a_year
        # the first seat never stays empty, so that every dial finds somebody
        length = _NEVER if rate == 0 or seat == 0 else int(rng.exponential(1 / rate)) + 1
        stop = min(start + length, calendar.count)
        stays.append((start, stop))
        start = stop + int(rng.integers(0, _LONGEST_GAP_DAYS + 1))
    return stays


def _hired(
    conduct: Conduct, calendar: Calendar, rng: np.random.Generator, start: int
) -> np.datetime64:
    day = calendar.days[start]
    if start:
        return np.datetime64(day)
    low, high = conduct.tenure_days
    return np.datetime64(day - rng.integers(low, high + 1).astype("timedelta64[D]"))


def _roles(conduct: Conduct, seat: Ints, skill: Floats) -> tuple[str, ...]:
    """Name the roles; qualifiers and silent closers sell nothing (their skill is changed)."""
    qualifier = (seat > 0) & (seat <= conduct.qualifiers)
    silent = (seat > conduct.qualifiers) & (seat <= conduct.qualifiers + conduct.silent)
    skill[qualifier | silent] = 0.0
    if conduct.star != 1.0:
        first = int(np.flatnonzero(seat == 1)[0])
        skill[first] = conduct.star
    return tuple("qualifier" if hit else "closer" for hit in qualifier)
