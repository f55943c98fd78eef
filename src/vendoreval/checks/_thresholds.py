"""From which length on a call is paid at once so much more, and the calls around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Final

import ibis
import numpy as np

from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._credit import window_calls
from vendoreval.checks._crews import with_crews
from vendoreval.checks._levels import is_current, window_of
from vendoreval.checks.base import Scope, Tables
from vendoreval.rating import minute_rates
from vendoreval.rating.reference import counted
from vendoreval.tables import CONVERSATION

SHORTEST: Final = 10
LONGEST: Final = 300
# a smaller step is not worth waiting for
LEAST_STEP_SECONDS: Final = 10
AROUND_SECONDS: Final = 85


@dataclass(frozen=True)
class Threshold:
    """A length at which one more second costs most.

    Parameters
    ----------
    seconds
        From this length on.
    step_seconds
        By how much the charged time jumps there.
    since
        First day of the clause.
    campaigns
        For whom; empty for all.
    """

    seconds: int
    step_seconds: int
    since: date
    campaigns: tuple[str, ...]
    hold_counts: bool


def charged(seconds: int, item: RateItem) -> int:
    """Return the seconds a line charges for a conversation of some length."""
    return 0 if seconds <= item.free_seconds else counted(seconds - item.included_seconds, item)


def jump_of(item: RateItem) -> tuple[int, int] | None:
    """Return where the charge of a line jumps most between 10 and 300 seconds, and by how much.

    Examples
    --------
    >>> card = {"unit": "talk_minute", "price": "1", "currency": "EUR", "valid_from": "2026-01-01"}
    >>> jump_of(RateItem(**card, free_seconds=59)), jump_of(RateItem(**card))
    ((60, 60), None)
    >>> jump_of(RateItem(**card, first_increment_seconds=60, next_increment_seconds=60))
    (61, 60)
    """
    charges = [charged(seconds, item) for seconds in range(SHORTEST - 1, LONGEST + 1)]
    jumps = np.diff(charges)
    place = int(jumps.argmax())
    step = int(jumps[place])
    return (SHORTEST + place, step) if step >= LEAST_STEP_SECONDS else None


def thresholds(scope: Scope) -> dict[str, Threshold]:
    """Return vendor -> its threshold; vendors whose cards know none are left out."""
    found: dict[str, Threshold] = {}
    for vendor in scope.vendors:
        agreement = scope.agreements.get(vendor)
        lines = minute_rates({vendor: agreement}) if agreement is not None else ()
        for line in lines:
            item, jump = line.item, jump_of(line.item)
            if jump is None or not item.in_force(scope.period.last_day):
                continue
            if vendor not in found or jump[1] > found[vendor].step_seconds:
                since = min(o.item.valid_from for o in lines if jump_of(o.item) == jump)
                found[vendor] = Threshold(*jump, since, item.campaigns, item.hold_billable)
    return found


def _calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return conversations of the window with `seconds` as the vendor's card counts them."""
    known = thresholds(scope)
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    calls = calls.filter(calls.disposition.isin(CONVERSATION))
    without_hold = tuple(v for v, found in known.items() if not found.hold_counts)
    hold = calls.vendor.isin(without_hold).ifelse(0, calls.hold_seconds.fill_null(0))
    calls = calls.mutate(seconds=(calls.talk_seconds + hold).cast("int64"))
    for vendor, found in known.items():
        if found.campaigns:
            inside = calls.campaign_id.isin(found.campaigns).fill_null(False)
            calls = calls.filter((calls.vendor != vendor) | inside)
    # 2 the audited period, 1 earlier under the clause, 0 before the clause
    before = [
        (calls.vendor == vendor) & (calls.started_on < ibis.literal(found.since))
        for vendor, found in known.items()
    ]
    is_before = reduce(or_, before, ibis.literal(False))
    phase = is_before.ifelse(0, 1 + is_current(calls.started_on, scope))
    return calls.mutate(phase=phase.cast("int64"))


def lengths(tables: Tables, scope: Scope) -> ibis.Table:
    """Return how many calls of each length around the thresholds there are, by crew and phase."""
    last = max((t.seconds for t in thresholds(scope).values()), default=0) + AROUND_SECONDS
    calls = _calls(tables, scope)
    calls = with_crews(calls.filter(calls.seconds > 0, calls.seconds <= last))
    return calls.group_by(["vendor", "crew", "phase", "seconds"]).agg(
        calls=calls.count().cast("int64")
    )


def bump_rows(tables: Tables, scope: Scope, width: int) -> ibis.Table:
    """Return the calls of the period in the seconds from each threshold on."""
    calls = _calls(tables, scope)
    inside = [
        (calls.vendor == vendor)
        & (calls.seconds >= found.seconds)
        & (calls.seconds < found.seconds + width)
        for vendor, found in thresholds(scope).items()
    ]
    calls = calls.filter(reduce(or_, inside, ibis.literal(False)), calls.phase == 2)
    return calls.select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "seconds",
    )  # fmt: skip
