"""Minutes of a worked lead, persons removed: what two checks ask of the same small table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.checks._answers import of_vendor
from vendoreval.checks._own_base import (
    Base,
    base_of,
    cleaned,
    panel_of,
    works_the_same_lists,
)
from vendoreval.checks._own_past import LEAST_MONTHS, Months, minus_controls, waves
from vendoreval.checks.base import Scope
from vendoreval.stats import Stretch, log_minutes_per_lead, month_effects

FloatArray = npt.NDArray[np.float64]

LEAST_PERSONS: Final = 8
# a person with fewer usable months says nothing about a change
_LEAST_OWN_MONTHS: Final = 2


@dataclass(frozen=True)
class LeadMinutes:
    """One vendor's minutes for each worked lead.

    Parameters
    ----------
    persons, panel
        Persons with usable months in the running stretch, and the logarithm of their
        minutes for each lead by person and month of the stretch, not a number elsewhere.
    stretch
        The running stretch.
    months
        Effects of its months, persons removed.
    minutes, by_person
        Minutes on handed-over leads in each month of the history, of all and of each of the
        persons.
    own
        The vendor's rows of the small table.
    """

    own: pd.DataFrame
    base: Base
    persons: tuple[str, ...]
    panel: FloatArray
    stretch: Stretch
    months: Months
    minutes: FloatArray
    by_person: FloatArray

    def leads_by_person(self, person: str) -> FloatArray:
        """Return how many handed-over leads a person worked in each month of the history."""
        rows = self.own[(self.own["kind"] == "work") & (self.own["agent_id"] == person)]
        places = rows["month"].to_numpy() - self.base.first
        leads = np.bincount(places, rows["leads_worked"].to_numpy(float), self.base.months)
        return leads.astype(float)

    @property
    def is_enough(self) -> bool:
        """Whether months and persons suffice."""
        return len(self.months) >= LEAST_MONTHS and len(self.persons) >= LEAST_PERSONS


def lead_minutes(frame: pd.DataFrame, scope: Scope) -> dict[str, LeadMinutes | None]:
    """Return vendor -> its minutes for each worked lead; nothing without handed-over leads."""
    frame = cleaned(frame)
    found: dict[str, LeadMinutes | None] = {}
    for vendor in scope.vendors:
        own = of_vendor(frame, vendor)
        base = base_of(own, scope)
        known = base is not None and base.leads_known and own["lead_seconds"].sum() > 0
        found[vendor] = _of_vendor(own, base) if base is not None and known else None
    return found


def _of_vendor(own: pd.DataFrame, base: Base) -> LeadMinutes:
    persons, minutes, leads = panel_of(own, base)
    panel = log_minutes_per_lead(minutes, leads)
    earlier, months = 1.0, Months(np.empty(0), np.arange(0), np.empty((0, 1)))
    cut = base.cut(base.months)
    for stretch in cut:
        months = _effects(panel, stretch, base, earlier)
        earlier = months.e_value("up")
    inside = panel[:, cut[-1].start : cut[-1].stop]
    there = np.isfinite(inside).sum(axis=1) >= _LEAST_OWN_MONTHS
    return LeadMinutes(
        own,
        base,
        tuple(person for person, is_there in zip(persons, there, strict=True) if is_there),
        inside[there],
        cut[-1],
        months,
        minutes.sum(axis=0),
        minutes[there],
    )


def _effects(panel: FloatArray, stretch: Stretch, base: Base, earlier: float) -> Months:
    """Return the last linked months of a stretch: persons who stayed join them."""
    inside = panel[:, stretch.start : stretch.stop]
    everything = waves(base.first, base.months)
    if not np.isfinite(inside).any():
        return Months(np.empty(0), np.arange(0), everything[:0], earlier)
    found = month_effects(inside)
    places = np.flatnonzero(found.groups == found.groups[found.groups >= 0][-1])
    rows = places + stretch.start
    return Months(found.effects[places], rows, everything[rows], earlier)


def controls(
    found: Mapping[str, LeadMinutes | None], vendor: str
) -> tuple[Months | None, tuple[str, ...]]:
    """Return a vendor's months less those of the others on the same lists, and their names."""
    own = found[vendor]
    if own is None:
        return None, ()
    others = {
        name: other
        for name, other in found.items()
        if name != vendor
        and other is not None
        and other.is_enough
        and works_the_same_lists(own.base, other.base)
    }
    less = minus_controls(
        own.months, own.base.first, [(o.months, o.base.first) for o in others.values()]
    )
    return less, tuple(others)
