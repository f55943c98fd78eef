"""What a dial comes to: answered or not, by whom, and with which outcome."""

from __future__ import annotations

from typing import Final

import numpy as np

from vendoreval.simulation.days import Flags, Floats, Ints
from vendoreval.simulation.world.client import HOUR, WEEKDAY, Client, hour_of
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.leads import Leads
from vendoreval.simulation.world.staff import Staff
from vendoreval.tables import CONVERSATION, DISPOSITIONS

CODE: Final = {name: number for number, name in enumerate(DISPOSITIONS)}
IS_CONVERSATION: Final = np.array([name in CONVERSATION for name in DISPOSITIONS])
NOT_REACHED = ("no_answer", "busy", "failed", "voicemail", "ivr", "dropped")
_NOT_REACHED_SHARE = (0.66, 0.10, 0.06, 0.13, 0.03, 0.02)
_OTHER = ("gatekeeper", "wrong_person", "wrong_number")
_OTHER_SHARE = (0.62, 0.26, 0.12)
_COLD = ("refusal", "not_qualified", "do_not_call", "callback", "interested", "quote_sent")
_COLD_SHARE = (0.50, 0.13, 0.02, 0.18, 0.11, 0.06)
_WARM = ("refusal", "callback", "interested", "quote_sent")
_WARM_SHARE = (0.38, 0.25, 0.13, 0.24)
# fresh and warm leads around the share of sales among conversations with the person wanted
COLD_SALES, WARM_SALES = 0.4, 1.5
HIGHEST_SALE_SHARE = 0.6
_WARM_ANSWER_LOGIT = 0.45
_INBOUND_ANSWER_LOGIT = 3.0
_TIRING = -0.15
LIST_AGE_DAYS = 120.0


def outcomes(
    conduct: Conduct,
    client: Client,
    leads: Leads,
    index: Ints,
    agent: Ints,
    day: Ints,
    place: Floats,
    staff: Staff,
    mood: Floats,
    rng: np.random.Generator,
) -> Ints:
    """Draw the outcome of one dial to each company of `index`.

    Parameters
    ----------
    mood
        Factor of each month on the vendor's sales.
    """
    calendar = client.calendar
    warm = leads.warm[index] | conduct.inbound
    reached = rng.random(len(index)) < _answer_chance(conduct, client, leads, index, day, place)
    dead = leads.dead[index] & (not conduct.inbound)
    reached &= ~dead
    age = np.maximum(day - leads.handed[index], 0)
    factor = (
        np.exp(leads.quality[index] - age / LIST_AGE_DAYS)
        * staff.skill[agent]
        * staff.learned(agent, calendar.days[day], conduct)
        * conduct.skill
        * mood[calendar.month_of_day[day]]
    )
    right = warm | (rng.random(len(index)) < conduct.right_party_share)
    said = np.where(
        warm,
        _draw(_WARM, _WARM_SHARE, conduct.sale_share * WARM_SALES * factor, rng),
        _draw(_COLD, _COLD_SHARE, conduct.sale_share * COLD_SALES * factor, rng),
    )
    none = np.zeros(len(index))
    said = np.where(right, said, _draw(_OTHER, _OTHER_SHARE, none, rng))
    silence = _draw(NOT_REACHED, _NOT_REACHED_SHARE, none, rng)
    if conduct.inbound:
        silence = np.full(len(index), CODE["dropped"])
    silence = np.where(dead & (rng.random(len(index)) < 0.5), CODE["invalid_number"], silence)
    return np.where(reached, said, silence).astype(np.int64)


def _answer_chance(
    conduct: Conduct, client: Client, leads: Leads, index: Ints, day: Ints, place: Floats
) -> Floats:
    share = conduct.answer_share
    logit = (
        np.log(share / (1 - share))
        + _TIRING * np.log1p(leads.attempts[index])
        + leads.quality[index] / 4
    )
    logit = np.where(leads.warm[index], _WARM_ANSWER_LOGIT, logit)
    if conduct.inbound:
        logit = np.full(len(index), _INBOUND_ANSWER_LOGIT)
    logit = logit + np.log(HOUR[hour_of(place)]) + np.log(WEEKDAY[client.weekday[day]])
    chance: Floats = 1 / (1 + np.exp(-(logit + conduct.trunk)))
    return chance


def _draw(
    names: tuple[str, ...], shares: tuple[float, ...], sale: Floats, rng: np.random.Generator
) -> Ints:
    """Draw outcomes: a sale with its own chance, else one of the names by their shares."""
    codes = np.array([CODE[name] for name in names])
    bounds = np.cumsum(shares)[:-1] / sum(shares)
    chance = rng.random(len(sale))
    sale = np.minimum(sale, HIGHEST_SALE_SHARE)
    chosen = np.searchsorted(bounds, np.minimum(chance / (1 - sale), 1), side="right")
    drawn: Ints = np.where(chance >= 1 - sale, CODE["sale"], codes[chosen]).astype(np.int64)
    return drawn


def is_conversation(code: Ints) -> Flags:
    """Whether a person was reached, by number of the outcome."""
    found: Flags = IS_CONVERSATION[code]
    return found
