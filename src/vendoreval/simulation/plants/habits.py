"""Habits that act while leads are worked: who is dialled, and when a lead is given up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vendoreval.simulation.days import Ints
from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.world.leads import Leads
from vendoreval.tables import DISPOSITIONS, STAGES

_CLOSED = STAGES.index("no_answer_closed")
_CONTACTED = STAGES.index("contacted")
_SILENT = tuple(
    DISPOSITIONS.index(n) for n in ("no_answer", "busy", "failed", "voicemail", "ivr", "dropped")
)
_NEVER = 10**9


def begin(doses: Mapping[str, Resolved], leads: Leads, rng: np.random.Generator) -> None:
    """Set aside or warm up leads before the first dial."""
    if dose := doses.get("cherry_picked_leads"):
        # the harder list waits until its leads are forgotten
        chosen = _concerned(dose, leads) & ~leads.good_list & (leads.doom < dose.strength)
        leads.day[chosen] = _NEVER
    if dose := doses.get("leads_never_called"):
        chosen = _concerned(dose, leads) & (leads.doom < dose.strength)
        leads.day[chosen] = _NEVER
    if dose := doses.get("callback_campaign"):
        # people the client's own marketing brought to ask for a call
        chosen = (leads.month >= dose.month) & (rng.random(len(leads)) < 0.6)
        leads.warm[chosen] = True
        leads.stage[chosen] = _CONTACTED


def _concerned(dose: Resolved, leads: Leads) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return (leads.month >= dose.month) & np.isin(leads.seat, list(dose.seats))


def after_a_dial(
    doses: Mapping[str, Resolved],
    leads: Leads,
    index: Ints,
    code: Ints,
    day: Ints,
    seat: Ints,
    rng: np.random.Generator,
) -> None:
    """Close leads early, or keep those that should be closed."""
    if dose := doses.get("closed_after_first_touch"):
        first = (leads.attempts[index] == 1) & np.isin(code, _SILENT) & (leads.stage[index] == 0)
        first &= (day >= dose.first_day) & np.isin(seat, list(dose.seats))
        first &= rng.random(len(index)) < dose.strength
        hit = index[first]
        leads.stage[hit] = _CLOSED
        leads.since[hit] = day[first]
        leads.done[hit] = True
        leads.first_touch_closed[hit] = True
    if dose := doses.get("dead_numbers_redialled"):
        # numbers that never answer are dialled on and on
        dead = leads.dead[index] & (day >= dose.first_day) & np.isin(seat, list(dose.seats))
        hit = index[dead & (leads.doom[index] < dose.strength)]
        leads.done[hit] = False
        leads.stage[hit] = np.minimum(leads.stage[hit], 0)
        leads.fails[hit] = 0
