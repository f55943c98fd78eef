"""Companies handed to a vendor: lists, numbers, and where each stands while it is worked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vendoreval.simulation.days import Flags, Floats, Ints
from vendoreval.simulation.world.client import Client
from vendoreval.simulation.world.conduct import CAMPAIGNS, Conduct

NUMBERS_A_VENDOR = 1_000_000
_NUMBERS = 10_000_000
# a code that no operator has
_FIRST_PHONE = 79_750_000_000
_HANDED_WITHIN_DAYS = 3
_SOURCE_STEP = 0.15


@dataclass
class Leads:
    """Companies handed to one vendor, by number; the lower half moves while it is worked.

    Parameters
    ----------
    month, handed
        Number of the month, and the working day, on which it was handed over.
    number, phone
        As the client writes them; a switchboard's phone stands behind several.
    good_list
        Whether it is from the better of the month's two sources.
    quality
        Logarithm of the factor of list and campaign on sales.
    doom
        A chance of its own, for schemes that take out a share of the companies.
    amount
        What a contract with the company is worth, in whole units of the currency.
    day
        When it is to be dialled next.
    since
        Working day of the last change of stage.
    warm
        Whether somebody there asked to be called again.
    """

    month: Ints
    handed: Ints
    number: Ints
    phone: Ints
    campaign: Ints
    good_list: Flags
    dead: Flags
    quality: Floats
    doom: Floats
    amount: Ints
    seat: Ints
    day: Ints
    stage: Ints
    since: Ints
    attempts: Ints
    fails: Ints
    warm: Flags
    done: Flags
    first_touch_closed: Flags

    def __len__(self) -> int:
        return len(self.month)


def phone_of(number: Ints) -> Ints:
    """Return an invented telephone number for each number of a company; equal only if they are."""
    block, within = np.divmod(number, _NUMBERS)
    mixed: Ints = _FIRST_PHONE + block * _NUMBERS + (within * 7919 + 104_729) % _NUMBERS
    return mixed


def draw_leads(
    conduct: Conduct, place: int, client: Client, per_month: int, rng: np.random.Generator
) -> Leads:
    """Draw the companies handed over in the first days of each month, in two lists."""
    calendar = client.calendar
    months = len(calendar.months)
    month = np.repeat(np.arange(months), per_month)
    count = len(month)
    handed = calendar.first_day[month] + rng.integers(0, _HANDED_WITHIN_DAYS, count)
    good = rng.random(count) < conduct.good_list_share
    campaign = rng.integers(0, len(CAMPAIGNS), count)
    drift = rng.normal(0, conduct.list_spread, months)
    number = place * NUMBERS_A_VENDOR + np.arange(count) + 1
    return Leads(
        month=month,
        handed=handed,
        number=number,
        phone=_shared(phone_of(number), conduct.switchboard_share, rng),
        campaign=campaign,
        good_list=good,
        dead=rng.random(count) < conduct.dead_share,
        quality=(
            np.where(good, _SOURCE_STEP, -_SOURCE_STEP)
            + drift[month] + client.quality[campaign] + conduct.list_quality
        ),
        doom=rng.random(count),
        amount=np.rint(480 * np.exp(rng.normal(0, 0.4, count))).astype(np.int64) * 100,
        seat=rng.integers(0, conduct.agents, count),
        day=handed + rng.integers(0, 15, count),
        stage=np.zeros(count, dtype=np.int64),
        since=handed.copy(),
        attempts=np.zeros(count, dtype=np.int64),
        fails=np.zeros(count, dtype=np.int64),
        warm=np.zeros(count, dtype=bool),
        done=np.zeros(count, dtype=bool),
        first_touch_closed=np.zeros(count, dtype=bool),
    )  # fmt: skip


def _shared(phone: Ints, share: float, rng: np.random.Generator) -> Ints:
    """Put a share of the companies behind switchboards, about eight behind each."""
    behind = np.flatnonzero(rng.random(len(phone)) < share)
    if len(behind) < 2:
        return phone
    board = rng.integers(0, max(len(behind) // 8, 1), len(behind))
    phone = phone.copy()
    phone[behind] = phone[behind][board]
    return phone
