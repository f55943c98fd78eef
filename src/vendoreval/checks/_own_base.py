"""Which months of a vendor may be held against each other: the base of leads and its kinds.

Everything here looks at leads only, never at minutes or sales, so that a decision to begin
anew leaves the evidence valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.checks._own_months import COUNTS, history
from vendoreval.checks.base import Scope
from vendoreval.measures import number_of_month
from vendoreval.stats import Stretch, stretches

FloatArray = npt.NDArray[np.float64]

# a list that is handed over in so many months is a kind of leads; a younger one is a batch
_LASTING_MONTHS: Final = 3
# from this share of leads with a known kind the mix is known
_KNOWN_SHARE: Final = 0.9
# from this overlap of the lists of a month another vendor works the same leads
_SAME_LISTS: Final = 0.5
# smaller movements of a share explain nothing
_LEAST_MOVEMENT: Final = 0.02
_MOST_COLUMNS: Final = 2
_TEXTS: Final = ("agent_id", "list_id", "segment", "source")


@dataclass(frozen=True)
class Base:
    """A vendor's months up to the last one, and what was handed over in each.

    Parameters
    ----------
    first
        Number of the first month (year x 12 + month - 1).
    handed
        Leads handed over in each month; all 0 when the client's leads are not known.
    volume
        What the size of the base is told by: leads handed over, else those dialled, else
        the dials.
    mix
        Leads by month and kind; `None` when the kinds are not known.
    lists
        Share of each list, segment and source in a month's leads, by (month, names).
    """

    first: int
    handed: FloatArray
    volume: FloatArray
    mix: FloatArray | None
    lists: pd.Series

    @property
    def months(self) -> int:
        """How many months there are."""
        return len(self.volume)

    @property
    def leads_known(self) -> bool:
        """Whether the client said which leads it handed over."""
        return bool(self.handed.sum() > 0)

    def cut(self, months: int) -> tuple[Stretch, ...]:
        """Cut the first so many months where the base changed."""
        mix = None if self.mix is None else self.mix[:months]
        return stretches(self.volume[:months], mix)

    def mix_columns(self, rows: slice) -> FloatArray:
        """Return the shares of kinds that move within some months: regressors, two at most."""
        count = rows.stop - rows.start
        if self.mix is None or self.mix.shape[1] < 2:
            return np.empty((count, 0))
        shares = self.mix[rows] / np.maximum(self.mix[rows].sum(axis=1, keepdims=True), 1)
        spread = shares.std(axis=0)
        # the shares add up to one, so the least moving kind is left out
        order = np.argsort(-spread, kind="stable")[: shares.shape[1] - 1][:_MOST_COLUMNS]
        kept = [int(kind) for kind in order if spread[kind] >= _LEAST_MOVEMENT]
        return np.asarray(shares[:, kept], float)


def cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the small table with texts and whole numbers everywhere."""
    filled = {
        name: frame[name].astype(object).where(frame[name].notna(), "").astype(str)
        for name in _TEXTS
    }
    numbers = {
        name: pd.to_numeric(frame[name]).fillna(0).astype("int64")
        for name in ("month", "week", *COUNTS)
    }
    return frame.assign(**filled, **numbers)


def base_of(own: pd.DataFrame, scope: Scope) -> Base | None:
    """Return the months of one vendor's rows; `None` when it has none."""
    work = own[own["kind"] == "work"]
    if work.empty or not work["talk_seconds"].sum():
        return None
    first = int(work["month"].min())
    count = number_of_month(history(scope).end) - first
    handed = own[(own["kind"] == "handed") & (own["month"] >= first)]
    leads = _by_month(handed, "leads", first, count)
    volume = leads
    for column in ("leads_touched", "dials"):
        if not volume.sum():
            volume = _by_month(work, column, first, count)
    return Base(first, leads, volume, _mix(handed, first, count), _lists(handed))


def _by_month(rows: pd.DataFrame, column: str, first: int, count: int) -> FloatArray:
    places = rows["month"].to_numpy() - first
    return np.bincount(places, rows[column].to_numpy(float), count)[:count].astype(float)


def _mix(handed: pd.DataFrame, first: int, count: int) -> FloatArray | None:
    """Return leads by month and kind: segment and source, and lists that last."""
    if handed.empty or not handed["leads"].sum():
        return None
    months = handed.groupby("list_id")["month"].nunique()
    lasting = set(months[months >= _LASTING_MONTHS].index) - {""}
    lists = handed["list_id"].where(handed["list_id"].isin(lasting), "")
    kinds = handed["segment"] + "\x1f" + handed["source"] + "\x1f" + lists
    known = handed["leads"][kinds != "\x1f\x1f"].sum()
    if known < _KNOWN_SHARE * handed["leads"].sum():
        return None
    names = sorted(set(kinds))
    columns = [_by_month(handed[kinds == name], "leads", first, count) for name in names]
    return np.column_stack(columns)


def _lists(handed: pd.DataFrame) -> pd.Series:
    keys = ["month", "list_id", "segment", "source"]
    leads = handed.groupby(keys)["leads"].sum()
    total: pd.Series = leads / leads.groupby(level="month").transform("sum")
    return total


def works_the_same_lists(one: Base, other: Base) -> bool:
    """Whether two vendors were given the same lists in the months of both."""
    if one.lists.empty or other.lists.empty:
        return False
    both = pd.concat([one.lists, other.lists], axis=1, keys=["one", "other"]).fillna(0.0)
    common = set(one.lists.index.get_level_values(0)) & set(other.lists.index.get_level_values(0))
    if not common:
        return False
    overlap = both.min(axis=1).groupby(level=0).sum()
    return float(overlap.loc[sorted(common)].mean()) >= _SAME_LISTS


def mature_months(base: Base, frame: pd.DataFrame, scope: Scope) -> int:
    """Return how many of the first months hold only sales that had their time.

    Months before the client's first recorded sale or after its last are a gap of the
    client's file and count as unknown; the first ones are told by `first_recorded`.
    """
    horizon = pd.Timedelta(days=scope.settings.payment_horizon_days)
    last_day = pd.Timestamp(scope.period.end) - horizon
    end = min(number_of_month(last_day.date()), _last_recorded(frame) + 1)
    return int(np.clip(end - base.first, 0, base.months))


def first_recorded(frame: pd.DataFrame) -> int | None:
    """Return the number of the first month of which the client's records hold a sale."""
    months = frame[(frame["kind"] == "sold") & (frame["recorded"] > 0)]["month"]
    return None if months.empty else int(months.min())


def _last_recorded(frame: pd.DataFrame) -> int:
    months = frame[(frame["kind"] == "sold") & (frame["recorded"] > 0)]["month"]
    return -1 if months.empty else int(months.max())


def sold_by_month(own: pd.DataFrame, base: Base) -> FloatArray:
    """Return the sales of each month that were not cancelled within the horizon."""
    rows = own[(own["kind"] == "sold") & (own["month"] >= base.first)]
    return _by_month(rows, "sold", base.first, base.months)


def work_by_month(own: pd.DataFrame, base: Base, column: str) -> FloatArray:
    """Return a sum of all persons' work for each month."""
    return _by_month(own[own["kind"] == "work"], column, base.first, base.months)


def panel_of(own: pd.DataFrame, base: Base) -> tuple[list[str], FloatArray, FloatArray]:
    """Return persons, and their minutes and leads by person and month."""
    work = own[own["kind"] == "work"]
    persons = sorted(set(work["agent_id"]))
    place = {person: number for number, person in enumerate(persons)}
    shape = (len(persons), base.months)
    minutes, leads = np.zeros(shape), np.zeros(shape)
    rows = work["agent_id"].map(place).to_numpy()
    columns = work["month"].to_numpy() - base.first
    np.add.at(minutes, (rows, columns), work["lead_seconds"].to_numpy(float) / 60)
    np.add.at(leads, (rows, columns), work["leads_worked"].to_numpy(float))
    return persons, minutes, leads
