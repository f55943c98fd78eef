"""The people of one vendor held against each other, and both comparisons put together.

A script, a dialler or a way of exporting touches everybody alike; what people do touches
some. So a count is asked about twice: does the vendor stand above the others or above its
own past, and do some of its people stand above their colleagues?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vendoreval.checks._levels import (
    Counted,
    Enough,
    Standing,
    against_words,
    expected_of,
    rates_of,
    standings,
)
from vendoreval.checks.base import Scope
from vendoreval.stats import OddAgents, odd_agents
from vendoreval.stats.odd_agents import HONEST_SPREAD
from vendoreval.text import Message, Number, msg

LEAST_PEOPLE: Final = 5
# of whom less than one event is expected, nothing can be said
_LEAST_EXPECTED: Final = 1.0
_NAMED_AT: Final = 0.05
_NAMED: Final = 5
_NORMAL_95: Final = 1.645
_NORMAL_80: Final = 0.842


@dataclass(frozen=True)
class People:
    """Each agent's count beside what the colleagues' usual rate lets expect.

    Parameters
    ----------
    agents
        Codes, in the order of the counts.
    observed
        Counts.
    found
        The comparison.
    """

    agents: tuple[str, ...]
    observed: np.ndarray[tuple[int], np.dtype[np.float64]]
    found: OddAgents

    @property
    def odd(self) -> list[int]:
        """Places of the agents who stand out after a correction for their number."""
        least = _NAMED_AT / len(self.agents)
        places = np.flatnonzero(self.found.p_values <= least)
        return sorted(places.tolist(), key=lambda n: (-self.found.ratio[n], self.agents[n]))

    @property
    def excess(self) -> float:
        """Return what the odd ones have above their colleagues' rate."""
        odd = self.odd
        return float((self.observed[odd] - self.found.expected[odd]).sum())

    def words(self) -> Message | None:
        """Name who stands out, or say nothing."""
        odd = self.odd
        if not odd:
            return None
        named = odd[:_NAMED]
        template = ", ".join(f"%(agent{n})s (%(times{n})s)" for n in named)
        values: dict[str, str | Number] = {f"agent{n}": self.agents[n] for n in named}
        values |= {f"times{n}": Number(float(self.found.ratio[n]), 1) for n in named}
        return msg(
            "times the rate of their colleagues, by agent: %(agents)s",
            agents=msg(template + (", …" if len(odd) > _NAMED else ""), **values),
        )


def people_of(own: pd.DataFrame, counted: Counted, spread: float = HONEST_SPREAD) -> People | None:
    """Hold the agents of one vendor against each other; `None` when they are too few."""
    if own.empty or float(own[counted.exposure].sum()) <= 0:
        return None
    expected = expected_of(own, rates_of([own], counted), counted)
    cells = own.assign(_expected=expected)
    agents = cells.groupby("agent_id")[[counted.observed, "_expected"]].sum()
    agents = agents[agents["_expected"] >= _LEAST_EXPECTED]
    if len(agents) < LEAST_PEOPLE or float(agents[counted.observed].sum()) <= 0:
        return None
    observed = agents[counted.observed].to_numpy(float)
    names = tuple(str(name) for name in agents.index)
    return People(
        names, observed, odd_agents(observed, agents["_expected"].to_numpy(float), spread)
    )


@dataclass(frozen=True)
class Departure:
    """What the comparisons say of one vendor.

    Parameters
    ----------
    standing
        Against the others or the own past; `None` without either.
    people
        The agents of the period against each other; `None` when they are too few.
    p_value
        Of whichever comparison departs more, corrected for their number.
    e_value
        Mean of those that may count as evidence; `None` when it can only ask.
    """

    standing: Standing | None
    people: People | None
    p_value: float
    e_value: float | None

    @property
    def is_above(self) -> bool:
        """Whether anything lies above what is usual."""
        above = self.standing is not None and self.standing.ratio > 1
        return above or (self.people is not None and bool(self.people.odd))

    @property
    def detectable(self) -> float | None:
        """Return the share above the usual that is found four times of five at 5 %.

        `None` without a comparison of the whole vendor.
        """
        if self.standing is None or not 0 < self.standing.low < self.standing.high:
            return None
        spread = float(np.log(self.standing.high / self.standing.low)) / (2 * _NORMAL_95)
        return float(np.expm1((_NORMAL_95 + _NORMAL_80) * spread))

    def words(self) -> list[Message]:
        """Say both comparisons."""
        told = [] if self.standing is None else [against_words(self.standing)]
        named = None if self.people is None else self.people.words()
        return told if named is None else [*told, named]

    def excess(self, observed: float) -> tuple[float, float, float]:
        """Return how much of what was observed lies above what is usual: low, point, high.

        The larger of what the vendor has above the others and what some of its people have
        above their colleagues: what everybody does is no excess among themselves.
        """
        low, point, high = (0.0, 0.0, 0.0)
        if self.standing is not None:
            low, point, high = (observed * share for share in self.standing.excess_share)
        if self.people is not None and (extra := self.people.excess) > 0:
            error = _NORMAL_95 * float(np.sqrt(self.people.observed.sum()))
            low, point = max(low, extra - error), max(point, extra)
            high = max(high, extra + error)
        return max(low, 0.0), point, max(high, point)


def departures(
    frame: pd.DataFrame,
    counted: Counted,
    enough: Enough,
    scope: Scope,
    *,
    spread: float = HONEST_SPREAD,
    house_is_evidence: bool = False,
    people_are_evidence: bool = False,
) -> dict[str, Departure]:
    """Ask both questions of every vendor with enough data and something to compare with.

    Parameters
    ----------
    spread
        How far honest colleagues may differ (log-sd) before the data are seen.
    house_is_evidence
        Whether a vendor above the others is more than a question. Not where a way of
        exporting, a script or a dialler explains it: these touch whole vendors.
    people_are_evidence
        Whether people above their colleagues are more than a question. Only where honest
        work hardly differs: nobody dials on an even beat by a harder list.
    """
    against: Mapping[str, Standing] = standings(frame, counted, enough, scope)
    found = {}
    for vendor in scope.vendors:
        own = frame[frame["vendor"] == vendor]
        now = own[own["current"] == 1]
        if not enough(now):
            continue
        people, standing = people_of(now, counted, spread), against.get(vendor)
        p_values = [] if standing is None else [standing.p_value]
        p_values += [] if people is None else [people.found.smallest_p]
        if p_values:
            e_values = [standing.e_value] if standing is not None and house_is_evidence else []
            longer = people_of(own, counted, spread) if people_are_evidence else None
            e_values += [longer.found.mean_e] if longer is not None else []
            known = [value for value in e_values if value is not None]
            found[vendor] = Departure(
                standing,
                people,
                min(1.0, len(p_values) * min(p_values)),
                sum(known) / len(known) if known else None,
            )
    return found
