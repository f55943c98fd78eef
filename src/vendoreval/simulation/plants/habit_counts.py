"""What the habits came to, counted once the leads have been worked."""

from __future__ import annotations

import numpy as np

from vendoreval.simulation.days import LEAD_IN
from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.plants.recipe import Effect
from vendoreval.simulation.world.work import Work


def closed_after_first_touch(work: Work, dose: Resolved) -> Effect:
    """Leads are closed as unanswered after one dial; `strength` of those."""
    hit = work.leads.first_touch_closed & (work.leads.month >= LEAD_IN)
    return Effect(int(hit.sum()), report="funnel", keys=work.lead_keys(hit))


def cherry_picked_leads(work: Work, dose: Resolved) -> Effect:
    """Of the harder list, `strength` is never called, and reported as worked."""
    return _uncalled(work, dose, ~work.leads.good_list)


def leads_never_called(work: Work, dose: Resolved) -> Effect:
    """A `strength` of the leads is never called."""
    return _uncalled(work, dose, np.ones(len(work.leads), dtype=bool))


def _uncalled(
    work: Work, dose: Resolved, kind: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> Effect:
    hit = kind & (work.leads.attempts == 0) & (work.leads.month >= dose.month)
    hit &= np.isin(work.leads.seat, list(dose.seats))
    return Effect(int(hit.sum()), report="leads", keys=work.lead_keys(hit))


def dead_numbers_redialled(work: Work, dose: Resolved) -> Effect:
    """Numbers that never answer are dialled on and on; `strength` of them."""
    hit = (work.column("attempt") > work.conduct.attempts) & work.concerned(dose)
    lead = work.column("lead")
    hit &= (lead >= 0) & work.leads.dead[np.maximum(lead, 0)]
    return Effect(int((hit & work.in_reports()).sum()))


def callback_campaign(work: Work, dose: Resolved) -> Effect:
    """The client's own advertising makes people ask for a call; they answer and talk."""
    return Effect(int((work.leads.warm & (work.leads.month >= dose.month)).sum()))
