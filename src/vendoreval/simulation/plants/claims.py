"""Schemes about sales: claimed, known, paid, cancelled."""

from __future__ import annotations

import numpy as np
import polars as pl

from vendoreval.simulation.days import Ints
from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.plants.recipe import NOTHING, Effect
from vendoreval.simulation.world.outcomes import CODE
from vendoreval.simulation.world.sold import sales_of
from vendoreval.simulation.world.work import Work

CLAWBACK_DAYS = 30
_LAST_DAYS = 3


def _free(work: Work, dose: Resolved) -> Ints:
    """Return warm conversations that ended without a sale, one for each company."""
    warm = np.isin(work.column("code"), [CODE["callback"], CODE["interested"]])
    lead = work.column("lead")
    taken = np.isin(lead, work.sales["lead"].to_numpy())
    free = np.flatnonzero(warm & ~taken & (lead >= 0) & work.concerned(dose))
    _, where = np.unique(lead[free], return_index=True)
    found: Ints = free[where]
    return found


def _genuine(work: Work, dose: Resolved) -> Ints:
    """Return the places of honest sales since the first day by the people concerned."""
    people = np.flatnonzero(work.staff.on_seats(dose.seats))
    own = work.sales["agent"].is_in(people) & (work.sales["day"] >= dose.first_day)
    found: Ints = np.flatnonzero(own.to_numpy())
    return found


def _claim(
    work: Work, dose: Resolved, mark: int, free: Ints, rng: np.random.Generator
) -> pl.DataFrame:
    count = min(len(free), round(dose.strength * len(_genuine(work, dose))) + 1)
    rows = np.sort(rng.choice(free, count, replace=False))
    return sales_of(work, rows, rng).with_columns(mark=pl.lit(mark, dtype=pl.Int64))


def _with(work: Work, claimed: pl.DataFrame) -> Effect:
    work.sales = pl.concat([work.sales, claimed.select(work.sales.columns)])
    reported = work.calendar.month_of_day[claimed["day"].to_numpy()] >= 1
    return Effect(int(reported.sum()))


def unknown_sales(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Sales are claimed that the client's records do not know, `strength` of the real ones."""
    claimed = _claim(work, dose, mark, _free(work, dose), rng)
    return _with(work, claimed.with_columns(known=pl.lit(False)))


def sales_cancelled_late(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Sales are entered that die just after the clawback window, `strength` of the real ones."""
    claimed = _claim(work, dose, mark, _free(work, dose), rng)
    days = CLAWBACK_DAYS + rng.geometric(0.25, len(claimed))
    return _with(work, claimed.with_columns(
        pay_days=pl.lit(-1, dtype=pl.Int64), cancel_days=pl.Series(days)
    ))  # fmt: skip


def period_end_sales(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Sales are entered on the last days of the month and cancelled within the next."""
    calendar = work.calendar
    first_of_next = np.append(calendar.first_day[1:], calendar.count)
    left = first_of_next[calendar.month_of_day] - np.arange(calendar.count)
    free = _free(work, dose)
    late = free[left[work.column("day")[free]] <= _LAST_DAYS]
    if len(late) == 0:
        return NOTHING
    claimed = _claim(work, dose, mark, late, rng)
    days = rng.integers(3, 15, len(claimed))
    return _with(work, claimed.with_columns(
        pay_days=pl.lit(-1, dtype=pl.Int64), cancel_days=pl.Series(days)
    ))  # fmt: skip


def organic_sales_claimed(
    work: Work, dose: Resolved, mark: int, rng: np.random.Generator
) -> Effect:
    """Sales the client made without the vendor are claimed: no conversation came before."""
    talked = np.zeros(len(work.leads), dtype=bool)
    lead = work.column("lead")
    talked[lead[(work.column("talk") > 0) & (lead >= 0)]] = True
    cold = np.flatnonzero((lead >= 0) & work.concerned(dose) & ~talked[np.maximum(lead, 0)])
    _, where = np.unique(lead[cold], return_index=True)
    return _with(work, _claim(work, dose, mark, cold[where], rng))
