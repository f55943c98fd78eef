"""Everything one vendor did, before it is written down in reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import polars as pl

from vendoreval.simulation.days import LEAD_IN, Calendar, Flags, Ints
from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.truth import Scheme
from vendoreval.simulation.world.client import Client
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.leads import Leads
from vendoreval.simulation.world.outcomes import CODE, is_conversation
from vendoreval.simulation.world.staff import Staff

NOBODY = -1


@dataclass
class Work:
    """One vendor's months.

    Parameters
    ----------
    place
        Number of the vendor among the client's.
    dials
        One row for each dial of the log: lead, day, agent, code, attempt, stage, since,
        ring, talk, hold, wrap, start (second of the day), phone; `carrier` is what the
        telephone network knows of the call (-1: nothing), `billed` what the vendor writes
        (-1: what the card says), `mark` the number of its scheme (-1: none), `added` the
        seconds the scheme put in, and in the end `number` in the log.
    sales
        One row for each sale claimed by the vendor or known to the client.
    codes
        Names of the agents of `dials`; more than the staff where some do not exist.
    doses
        What was planted, by name.
    truth
        What came of it; rows carry their place in this list as `mark`.
    touched
        Mark, report and keys of rows that do not carry it.
    """

    conduct: Conduct
    place: int
    client: Client
    staff: Staff
    leads: Leads
    dials: pl.DataFrame
    sales: pl.DataFrame
    codes: list[str]
    doses: Mapping[str, Resolved]
    truth: list[Scheme] = field(default_factory=list)
    touched: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def calendar(self) -> Calendar:
        """Days and months of the world."""
        return self.client.calendar

    @property
    def name(self) -> str:
        """Short name of the vendor."""
        return self.conduct.name

    def column(self, name: str) -> Ints:
        """Return a column of the dials."""
        values: Ints = self.dials[name].to_numpy()
        return values

    def money(self, seconds: int) -> Decimal:
        """Return what seconds cost by the card, net."""
        if self.conduct.unit != "talk_minute":
            return Decimal(0)
        return (seconds * self.conduct.price / 60).quantize(Decimal("0.01"))

    def concerned(self, dose: Resolved) -> Flags:
        """Return the dials of the people concerned from the first day on."""
        people = self.staff.on_seats(dose.seats)
        agent = self.column("agent")
        known = np.minimum(agent, len(people) - 1)
        hit: Flags = (self.column("day") >= dose.first_day) & people[known] & (
            agent < len(people)
        )  # fmt: skip
        return hit

    def people(self, dose: Resolved) -> tuple[str, ...]:
        """Return the codes of the people concerned who worked since, sorted."""
        found = np.unique(self.column("agent")[self.concerned(dose)])
        return tuple(self.codes[number] for number in found)

    def lead_keys(self, hit: Flags) -> tuple[str, ...]:
        """Return the companies' numbers as the client writes them."""
        return tuple(f"L{number}" for number in self.leads.number[hit])

    def in_reports(self) -> Flags:
        """Return the dials of the reported months."""
        reported: Flags = self.calendar.month_of_day[self.column("day")] >= LEAD_IN
        return reported


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


def sold_rows(dials: pl.DataFrame) -> Ints:
    """Return the dials that ended in a sale and were really made, whatever was written of them."""
    made = dials["carrier"].to_numpy() >= 0
    found: Ints = np.flatnonzero((dials["code"].to_numpy() == CODE["sale"]) & made)
    return found
