"""One vendor for two years, drawn as monthly sums of each person.

60 leads for each seat and month, 4 % of them sell, honest persons' sales differ by a log-sd
of .35 and their call lengths by .2, 40 % leave each year, beginners sell up to 40 % less,
a yearly wave of 15 %, months vary by 7 % in sales and by 3 % in call length, and a person's
month by 15 % in call length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
MONTHS = 24


@dataclass(frozen=True)
class World:
    """What is drawn; the first month of padding counts from 0."""

    agents: int = 30
    season: float = 0.15
    churn: float = 0.40
    month_noise: float = 0.07
    autocorrelation: float = 0.0
    length_noise: float = 0.03
    wander: float = 0.0
    padding: float = 0.0
    since: int = 8
    padders: float = 1.0
    drift: float = 0.0
    worse_list: float = 0.0
    sells_more: float = 0.0


@dataclass(frozen=True)
class Drawn:
    """Sums of persons (rows) by months; leads are 0 where a person was not there."""

    leads: FloatArray
    minutes: FloatArray
    sales: FloatArray
    padding: npt.NDArray[np.bool_]
    list_change: int

    @property
    def log_sales_per_minute(self) -> FloatArray:
        """Of the whole vendor, half a sale added."""
        return np.log((self.sales.sum(axis=0) + 0.5) / self.minutes.sum(axis=0))


def draw(world: World, rng: np.random.Generator) -> Drawn:
    """Draw one vendor."""
    present, tenure = _staff(world, rng)
    persons = len(present)
    month = np.arange(MONTHS)
    skill = np.exp(rng.normal(-0.061, 0.35, (persons, 1)))
    style = np.exp(rng.normal(0, 0.2, (persons, 1)))
    learned = 1 - 0.4 * np.exp(-30 * (tenure + 0.5) / 45)
    phase = rng.uniform(0, 2 * np.pi)
    mood = world.season * np.sin(2 * np.pi * month / 12 + phase)
    mood = mood + _noise(world.month_noise, world.autocorrelation, rng)
    change = int(rng.integers(6, 19)) if world.worse_list else MONTHS
    quality = np.where(month >= change, 1 - world.worse_list, 1.0)
    pads = rng.random(persons) < world.padders if world.padders < 1 else np.ones(persons, bool)
    after = month >= world.since
    grown = 1 + world.padding * after + world.drift * np.maximum(month - world.since + 1, 0)
    length = rng.normal(0, world.length_noise, MONTHS) + np.cumsum(
        rng.normal(0, world.wander, MONTHS)
    )
    leads = rng.poisson(60, present.shape) * present
    sells = 0.04 * skill * learned * np.exp(mood) * quality * (1 + world.sells_more * after)
    minutes = leads * 3.0 * style * np.exp(length + rng.normal(0, 0.15, present.shape))
    minutes = minutes * np.where(pads[:, None], grown, 1.0)
    return Drawn(
        leads.astype(float), minutes, rng.poisson(leads * sells).astype(float), pads, change
    )


def _staff(world: World, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return who worked in which month, and for how many months before."""
    leaves = 1 - (1 - min(world.churn, 0.95)) ** (1 / 12)
    if world.churn >= 1:
        # as many leave in a year as there are seats
        leaves = 1 / 12
    rows: list[FloatArray] = []
    tenures: list[FloatArray] = []
    for _ in range(world.agents):
        start, age = 0, float(rng.integers(0, 36))
        while start < MONTHS:
            stays = min(int(rng.geometric(leaves)) if leaves > 0 else MONTHS, MONTHS - start)
            here = np.zeros(MONTHS)
            here[start : start + stays] = 1
            rows.append(here)
            tenures.append(np.maximum(np.arange(MONTHS) - start, 0) + age)
            start, age = start + stays, 0.0
    return np.array(rows), np.array(tenures)


def _noise(sd: float, autocorrelation: float, rng: np.random.Generator) -> FloatArray:
    steps = rng.normal(0, sd, MONTHS)
    if autocorrelation == 0:
        return steps
    values, last = np.empty(MONTHS), float(rng.normal(0, sd))
    for place, step in enumerate(steps):
        last = autocorrelation * last + np.sqrt(1 - autocorrelation**2) * step
        values[place] = last
    return values
