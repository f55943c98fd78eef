"""Everything one vendor did, before it is written down in reports."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from vendoreval.simulation import schemes
from vendoreval.simulation.days import Calendar, Floats, Ints
from vendoreval.simulation.dialling import CODE, DIALS_PER_LEAD, Leads, dial, draw_leads
from vendoreval.simulation.people import Team, team
from vendoreval.simulation.timing import add_durations, schedule
from vendoreval.simulation.truth import Scheme
from vendoreval.simulation.vendors import Vendor

_DELETED_SHARE = 0.35


@dataclass
class Work:
    """One vendor's months.

    Parameters
    ----------
    dials
        One row for each dial in the order of time, with the working day and second
        of its start and its number in the log.
    sold, invented
        Rows of `dials` that are sales, and rows only claimed to be.
    doom
        For each company a chance that decides whether it is ever taken out of the bank.
    amount
        What a contract with the company is worth, in whole units of the currency.
    """

    vendor: Vendor
    calendar: Calendar
    team: Team
    leads: Leads
    dials: pl.DataFrame
    sold: Ints
    invented: Ints
    doom: Floats
    amount: Ints
    truth: list[Scheme] = field(default_factory=list)

    @property
    def since(self) -> str:
        """First month of the schemes."""
        return str(self.calendar.months[schemes.FROM_MONTH])


def work(
    vendor: Vendor, place: int, calendar: Calendar, calls_a_month: int, seed: int, *, small: bool
) -> Work:
    """Let one vendor work; each has a stream of chance of its own."""
    rng = np.random.default_rng([seed, place])
    people = team(vendor, calendar, rng, small=small)
    per_month = round(calls_a_month * vendor.share / DIALS_PER_LEAD)
    leads = draw_leads(vendor, place, calendar, people, per_month, rng)
    early = schemes.FROM_MONTH if vendor.name == "delta" else None
    dials = add_durations(dial(vendor, leads, calendar, people, rng, early), people, rng)
    truth: list[Scheme] = []
    if vendor.name == "granat":
        dials, scheme = schemes.stretch(dials, vendor, calendar, rng)
        truth.append(scheme)
    dials = schedule(dials, calendar, rng)
    if vendor.name == "granat":
        dials, scheme = schemes.twins(dials, vendor, calendar, people, rng)
        truth.append(scheme)
    dials = dials.sort("day", "start", "agent", maintain_order=True).with_row_index("number", 1)
    dials = dials.with_columns(pl.col("number").cast(pl.Int64))
    # a second call is nobody's sale
    sold = np.flatnonzero(dials["code"].to_numpy() == CODE["sale"])
    invented = np.array([], dtype=np.int64)
    if vendor.name == "delta":
        invented = schemes.invented_sales(dials, sold, calendar, rng)
    done = Work(
        vendor, calendar, people, leads, dials, sold, invented,
        doom=rng.random(len(leads.month)),
        amount=_amounts(len(leads.month), rng),
        truth=truth,
    )  # fmt: skip
    done.truth += _rest_of_truth(done)
    return done


def _amounts(count: int, rng: np.random.Generator) -> Ints:
    hundreds: Ints = np.rint(480 * np.exp(rng.normal(0, 0.4, count))).astype(np.int64)
    return hundreds * 100


def deleted_companies(done: Work) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which companies are taken out of the bank once they declined."""
    if done.vendor.name != "beryoza":
        return np.zeros(len(done.doom), dtype=bool)
    return done.doom < _DELETED_SHARE


def _rest_of_truth(done: Work) -> list[Scheme]:
    name, people = done.vendor.name, done.team
    found = []
    if name == "delta":
        closed = int(done.leads.closed_early.sum())
        found += [
            Scheme(name, "closed_after_first_touch", False, done.since, count=closed),
            Scheme(name, "unknown_sales", False, done.since, count=len(done.invented)),
        ]
    start = str(done.calendar.reported[0][1])
    if people.silent >= 0:
        who = (people.codes[people.silent],)
        found.append(Scheme(name, "closer_without_sales", False, start, agents=who))
    if people.qualifier >= 0:
        found.append(
            Scheme(name, "qualifier", True, start, agents=(people.codes[people.qualifier],))
        )
    return found
