"""Histories of leads, drawn once by the ordinary dialling and lived again by other leads.

What happens to a lead hardly depends on who sells how well: it is dialled until somebody
answers, asked again while warm, closed when it refuses or tires. Some thousand such
histories are drawn for each way of working, without sales. A world then draws a history
for each of its leads, with replacement, and its sales from the same chances as ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from vendoreval.simulation.days import Flags, Floats, Ints, calendar
from vendoreval.simulation.world import outcomes
from vendoreval.simulation.world.client import Client
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.dialling import dial
from vendoreval.simulation.world.leads import draw_leads
from vendoreval.simulation.world.outcomes import CODE
from vendoreval.simulation.world.staff import draw_staff

_LEADS = 6000
# a history is as good for a lead whose log-odds of an answer differ by less
_LOGIT_STEP = 0.05
_RIGHT_PARTY = np.isin(
    np.arange(len(CODE)),
    [CODE[n] for n in ("refusal", "not_qualified", "do_not_call", "callback", "interested",
                       "quote_sent")],
)  # fmt: skip
_TURNED = tuple(CODE[name] for name in ("callback", "interested", "quote_sent"))


@dataclass(frozen=True)
class Histories:
    """Dials of some thousand leads, one after another.

    Parameters
    ----------
    first, size
        Where each lead's dials begin, and how many there are.
    handed
        Working days from the first of the month to the day the lead was handed over.
    day, since
        Working days from the first of the month to the dial, and to its stage.
    right_party, warm
        Dials that reached the person wanted, and those of them after a first yes.
    """

    first: Ints
    size: Ints
    handed: Ints
    day: Ints
    code: Ints
    attempt: Ints
    stage: Ints
    since: Ints
    right_party: Flags
    warm: Flags


def histories(conduct: Conduct, logit: float) -> Histories:
    """Return histories under a way of working; `logit` shifts the log-odds of an answer."""
    return _drawn(
        conduct.attempts, conduct.answer_share, conduct.right_party_share, conduct.dead_share,
        conduct.inbound, round(logit / _LOGIT_STEP),
    )  # fmt: skip


@lru_cache(maxsize=512)
def _drawn(
    attempts: int,
    answer_share: float,
    right_party_share: float,
    dead_share: float,
    inbound: bool,
    steps: int,
) -> Histories:
    conduct = Conduct(
        "history", "History", agents=2, churn=0.0, attempts=attempts, answer_share=answer_share,
        right_party_share=right_party_share, dead_share=dead_share, inbound=inbound,
        sale_share=0.0, list_spread=0.0, trunk=steps * _LOGIT_STEP, switchboard_share=0.0,
    )  # fmt: skip
    client = Client.draw(calendar("2026-10", 4), 3, spread=0.0)
    rng = np.random.default_rng([3, attempts, steps + 1000, int(inbound)])
    staff = draw_staff(conduct, client.calendar, rng)
    leads = draw_leads(conduct, 1, client, _LEADS, rng)
    leads = replace(leads, quality=np.zeros(len(leads)))
    # one month of leads, and the months after for what becomes of them
    leads.done[leads.month > 0] = True
    dials = dial(conduct, client, staff, leads, {}, rng).sort("lead", "attempt")
    lead, code = dials["lead"].to_numpy(), dials["code"].to_numpy()
    size = np.bincount(lead, minlength=_LEADS)[:_LEADS]
    turned = np.isin(code, _TURNED).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    before = np.cumsum(turned) - turned
    warm = before > before[np.minimum(first, len(code) - 1)][lead]
    return Histories(
        first=first,
        size=size,
        handed=leads.handed[:_LEADS],
        day=dials["day"].to_numpy(),
        code=code,
        attempt=dials["attempt"].to_numpy(),
        stage=dials["stage"].to_numpy(),
        since=dials["since"].to_numpy(),
        right_party=_RIGHT_PARTY[code],
        warm=warm | inbound,
    )


def lived(found: Histories, leads: Ints) -> tuple[Ints, Ints]:
    """Return the places of the dials of the chosen leads, and whose each is.

    Examples
    --------
    >>> one = np.zeros(0)
    >>> three = Histories(np.array([0, 2]), np.array([2, 1]), *[one] * 8)
    >>> [part.tolist() for part in lived(three, np.array([1, 0, 1]))]
    [[2, 0, 1, 2], [0, 1, 1, 2]]
    """
    size = found.size[leads]
    whose = np.repeat(np.arange(len(leads)), size)
    before = np.concatenate([[0], np.cumsum(size)[:-1]])
    places: Ints = np.arange(len(whose)) - before[whose] + found.first[leads][whose]
    return places, whose


def sale_chance(conduct: Conduct, right_party: Flags, warm: Flags, factor: Floats) -> Floats:
    """Return the chance of a sale at each dial, by the shares of the ordinary dialling."""
    share = np.where(warm, outcomes.WARM_SALES, outcomes.COLD_SALES) * conduct.sale_share
    chance: Floats = np.where(
        right_party, np.minimum(share * factor, outcomes.HIGHEST_SALE_SHARE), 0.0
    )
    return chance
