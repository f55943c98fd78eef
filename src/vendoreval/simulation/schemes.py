"""What some vendors add to honest work; each returns what it did as truth."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl

from vendoreval.simulation.days import LEAD_IN, Calendar, Flags, Ints
from vendoreval.simulation.dialling import CODE
from vendoreval.simulation.people import Team
from vendoreval.simulation.timing import billable
from vendoreval.simulation.truth import Scheme
from vendoreval.simulation.vendors import Vendor

# the third and the fourth month that is reported
FROM_MONTH = LEAD_IN + 2
INVOICE_FROM_MONTH = LEAD_IN + 3
INVOICE_FACTOR = Decimal("1.06")
_STRETCH = 1.45
_TWIN_SHARE = 0.28
_EMPTY = ("refusal", "callback", "not_qualified", "gatekeeper", "wrong_person", "interested",
          "quote_sent")  # fmt: skip


def _fruitless(dials: pl.DataFrame, calendar: Calendar) -> Flags:
    """Conversations without an outcome, from the first month of the scheme on."""
    late = calendar.month_of_day[dials["day"].to_numpy()] >= FROM_MONTH
    empty: Flags = late & np.isin(dials["code"].to_numpy(), [CODE[name] for name in _EMPTY])
    return empty


def _money(seconds: int, vendor: Vendor) -> Decimal:
    return (seconds * vendor.price / 60).quantize(Decimal("0.01"))


def _since(calendar: Calendar, month: int) -> str:
    return str(calendar.months[month])


def stretch(
    dials: pl.DataFrame, vendor: Vendor, calendar: Calendar, rng: np.random.Generator
) -> tuple[pl.DataFrame, Scheme]:
    """Lengthen the talk of fruitless conversations."""
    hit = _fruitless(dials, calendar)
    talk = dials["talk"].to_numpy()
    factor = np.clip(rng.normal(_STRETCH, 0.12, len(talk)), 1.1, 2.0)
    longer = np.where(hit, np.rint(talk * factor), talk).astype(np.int64)
    padded = dials.with_columns(talk=pl.Series(longer))
    seconds = int((billable(padded, vendor.increments) - billable(dials, vendor.increments)).sum())
    return padded, Scheme(
        vendor.name, "stretched_talk", False, _since(calendar, FROM_MONTH),
        count=int(hit.sum()), seconds=seconds, money=_money(seconds, vendor),
    )  # fmt: skip


def twins(
    dials: pl.DataFrame, vendor: Vendor, calendar: Calendar, team: Team, rng: np.random.Generator
) -> tuple[pl.DataFrame, Scheme]:
    """Give a few agents second conversations inside their own: same person, same minute.

    The dials must be sorted by agent, day and start. The second call goes to a company
    the person had called before, so that it looks like ordinary work.
    """
    agent = dials["agent"].to_numpy()
    ghosts = np.array([1, 2, 5])
    long = dials["talk"].to_numpy() >= 40
    base = np.flatnonzero(
        _fruitless(dials, calendar) & long & np.isin(agent, ghosts)
        & (rng.random(len(agent)) < _TWIN_SHARE)
    )  # fmt: skip
    first = np.searchsorted(agent, agent[base])
    other = first + (rng.random(len(base)) * (base - first)).astype(np.int64)
    within = 0.5 * rng.random(len(base)) * dials["talk"].to_numpy()[base]
    shift = dials["ring"].to_numpy()[base] + 5 + within
    model = rng.permutation(base)
    second = dials[base].with_columns(
        lead=dials["lead"][other],
        code=dials["code"][model],
        talk=dials["talk"][model],
        start=pl.col("start") + pl.Series(shift.astype(np.int64)),
        stage=pl.lit(-1, dtype=pl.Int64),
        since=pl.lit(-1, dtype=pl.Int64),
    )
    seconds = int(billable(second, vendor.increments).sum())
    return pl.concat([dials, second]), Scheme(
        vendor.name, "two_calls_at_once", False, _since(calendar, FROM_MONTH),
        agents=tuple(team.codes[number] for number in ghosts),
        count=len(base), seconds=seconds, money=_money(seconds, vendor),
    )  # fmt: skip


def deleted(
    stage: Ints, since: Ints, previous: int, month: int, doomed: Flags, closed: tuple[int, ...]
) -> Flags:
    """Which rows of a snapshot were taken out: declined before the snapshot before."""
    if month < FROM_MONTH:
        return np.zeros(len(stage), dtype=bool)
    gone: Flags = np.isin(stage, closed) & (since <= previous) & doomed
    return gone


def invented_sales(
    dials: pl.DataFrame, sold: Ints, calendar: Calendar, rng: np.random.Generator
) -> Ints:
    """Return dials claimed as sales that were none: warm conversations that ended without one."""
    late = calendar.month_of_day[dials["day"].to_numpy()] >= FROM_MONTH
    warm = np.isin(dials["code"].to_numpy(), [CODE["callback"], CODE["interested"]])
    genuine = dials["lead"].to_numpy()[sold]
    free = np.flatnonzero(late & warm & ~np.isin(dials["lead"].to_numpy(), genuine))
    # a company is claimed once
    _, where = np.unique(dials["lead"].to_numpy()[free], return_index=True)
    free = free[where]
    count = min(len(free), round(0.12 * len(sold)) + 1)
    return np.sort(rng.choice(free, count, replace=False))
