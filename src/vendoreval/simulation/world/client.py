"""What all vendors share: campaigns, seasons of the lists, the hours at which people answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vendoreval.simulation.days import Calendar, Floats, Ints
from vendoreval.simulation.world.conduct import CAMPAIGNS

# relative readiness to answer, 9 to 18 o'clock, and Monday to Friday
HOUR = np.array([0.93, 1.14, 1.10, 0.96, 0.78, 0.90, 1.00, 1.13, 1.06])
WEEKDAY = np.array([0.94, 1.03, 1.05, 1.02, 0.96])
# how many dials are made in an hour and on a day, relative to the others
DIAL_HOUR = np.array([0.80, 1.15, 1.15, 1.05, 0.70, 1.00, 1.10, 1.10, 0.95])
DIAL_WEEKDAY = np.array([0.92, 1.00, 1.00, 1.00, 0.90])


@dataclass(frozen=True)
class Client:
    """One client company's campaigns and lists, the same for every vendor.

    Parameters
    ----------
    quality
        Logarithm of each campaign's factor on sales.
    weekday
        Weekday of each working day, Monday is 0.
    """

    seed: int
    calendar: Calendar
    quality: Floats
    weekday: Ints

    @classmethod
    def draw(cls, calendar: Calendar, seed: int, spread: float = 0.35) -> Client:
        """Draw a client company."""
        rng = np.random.default_rng([seed, 0])
        quality = rng.normal(0, spread, len(CAMPAIGNS))
        # the first of January 1970 was a Thursday
        weekday = (calendar.days.astype(np.int64) + 3) % 7
        return cls(seed, calendar, quality - quality.mean(), np.minimum(weekday, 4))


def place_in_day(rng: np.random.Generator, count: int) -> Floats:
    """Draw when within the working day a dial falls, 0 to 1, by the habits of the trade."""
    edges = np.concatenate([[0.0], np.cumsum(DIAL_HOUR) / DIAL_HOUR.sum()])
    drawn: Floats = np.interp(rng.random(count), edges, np.linspace(0, 1, len(edges)))
    return drawn


def hour_of(place: Floats) -> Ints:
    """Return the hour of the working day, counted from 0."""
    hour: Ints = (place * len(HOUR)).astype(np.int64)
    return hour
