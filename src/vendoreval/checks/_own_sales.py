"""Sales for each minute of a vendor, by month and by two weeks, against its own past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.checks._answers import of_vendor
from vendoreval.checks._own_base import (
    Base,
    base_of,
    cleaned,
    first_recorded,
    mature_months,
    sold_by_month,
    work_by_month,
    works_the_same_lists,
)
from vendoreval.checks._own_past import LEAST_MONTHS, Months, minus_controls, running, waves
from vendoreval.checks.base import Scope
from vendoreval.measures import first_of_month
from vendoreval.stats import Elasticity, Stretch, elasticity, long_past_e_values, seasons

FloatArray = npt.NDArray[np.float64]

#: sales a month on average, below which a month says too little
LEAST_SALES: Final = 25
_FORTNIGHTS: Final = 26
_LEAST_FORTNIGHTS: Final = 16
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class OwnSales:
    """One vendor's surviving sales for each minute of talk, months old enough to know.

    Parameters
    ----------
    months
        Logarithm of sales for each minute in the running stretch, with the yearly wave and
        the mix of leads as regressors.
    stretch
        The running stretch among the mature months.
    sold, minutes
        Of each month of the history, mature or not.
    mix_known
        Whether the kinds of leads are known, so that they are regressors.
    fortnights
        e-value of the same question by two weeks: quicker, fit for questions only.
    elasticity
        By how much sales follow the minutes of a week; described, never judged by.
    """

    own: pd.DataFrame
    base: Base
    months: Months
    stretch: Stretch
    sold: FloatArray
    minutes: FloatArray
    mix_known: bool
    fortnights: float
    elasticity: Elasticity | None

    @property
    def mean_sales(self) -> float:
        """Sales of an average month of the running stretch."""
        return float(self.sold[self.months.places].mean()) if len(self.months) else 0.0

    @property
    def is_enough(self) -> bool:
        """Whether months and sales suffice."""
        return len(self.months) >= LEAST_MONTHS and self.mean_sales >= LEAST_SALES


def own_sales(frame: pd.DataFrame, scope: Scope) -> dict[str, OwnSales | None]:
    """Return vendor -> its sales for each minute; nothing without talk or recorded sales."""
    frame = cleaned(frame)
    known_from = first_recorded(frame)
    found: dict[str, OwnSales | None] = {}
    for vendor in scope.vendors:
        own = of_vendor(frame, vendor)
        base = base_of(own, scope)
        if base is None or known_from is None:
            found[vendor] = None
            continue
        mature = mature_months(base, frame, scope)
        known = max(0, known_from - base.first)
        found[vendor] = _of_vendor(own, base, known, mature) if mature > known else None
    return found


def _of_vendor(own: pd.DataFrame, base: Base, known: int, mature: int) -> OwnSales:
    sold, minutes = sold_by_month(own, base), work_by_month(own, base, "talk_seconds") / 60
    usable = (minutes > 0) & (np.arange(base.months) >= known)
    values = np.full(base.months, np.nan)
    values[usable] = np.log((sold[usable] + 0.5) / minutes[usable])
    cut = base.cut(mature)
    stretch = cut[-1]
    months = running(values[:mature], partial(_regressors, base), cut, "down")
    weeks = _weeks(own, base, max(stretch.start, known), mature)
    return OwnSales(
        own, base, months, stretch, sold, minutes, base.mix is not None, _by_fortnight(weeks),
        _elasticity(weeks),
    )  # fmt: skip


def _regressors(base: Base, months: slice) -> FloatArray:
    """Return the yearly wave, and the mix of leads where it moves within these months."""
    return np.column_stack([waves(base.first, base.months)[months], base.mix_columns(months)])


def _weeks(own: pd.DataFrame, base: Base, start: int, stop: int) -> pd.DataFrame:
    """Return day (a Monday), talk and sales of the whole weeks of some months."""
    rows = own[own["kind"] == "week"].groupby("week")[["talk_seconds", "sold"]].sum()
    first = (first_of_month(base.first + start) - _EPOCH).days
    last = (first_of_month(base.first + stop) - _EPOCH).days
    inside = rows[(rows.index >= first) & (rows.index + 7 <= last)]
    if inside.empty:
        return inside
    # a week without a row is a week without talk
    every = pd.Index(np.arange(int(inside.index[0]), int(inside.index[-1]) + 1, 7), name="week")
    return inside.reindex(every, fill_value=0)


def _by_fortnight(weeks: pd.DataFrame) -> float:
    count = len(weeks) // 2
    if count < _LEAST_FORTNIGHTS:
        return 1.0
    pairs = weeks.to_numpy(float)[: 2 * count].reshape(count, 2, 2).sum(axis=1)
    worked = pairs[:, 0] > 0
    values = np.log((pairs[worked, 1] + 0.5) / (pairs[worked, 0] / 60))
    monday = _EPOCH + timedelta(days=int(weeks.index[0]))
    place = (monday.timetuple().tm_yday - 1) // 14
    regressors = seasons(count, _FORTNIGHTS, place)[worked]
    if len(values) < _LEAST_FORTNIGHTS:
        return 1.0
    path = long_past_e_values(values, "down", regressors=regressors, per_year=_FORTNIGHTS)
    return float(path[-1])


def _elasticity(weeks: pd.DataFrame) -> Elasticity | None:
    worked = weeks[weeks["talk_seconds"] > 0]
    try:
        found = elasticity(worked["sold"].to_numpy(float), worked["talk_seconds"].to_numpy() / 60)
    except ValueError:
        # too few weeks, or sales that do not differ
        return None
    return found if found.is_assessable else None


def sales_controls(found: Mapping[str, OwnSales | None], vendor: str) -> Months | None:
    """Return a vendor's months less those of the others who work the same lists."""
    own = found[vendor]
    if own is None:
        return None
    others = [
        (other.months, other.base.first)
        for name, other in found.items()
        if name != vendor
        and other is not None
        and other.is_enough
        and works_the_same_lists(own.base, other.base)
    ]
    return minus_controls(own.months, own.base.first, others)
