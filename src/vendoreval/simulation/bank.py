"""The contract bank of one vendor: where every company stands on two days of each month."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from vendoreval.period import Period
from vendoreval.simulation import schemes
from vendoreval.simulation.dialling import STAGE
from vendoreval.simulation.vendor_reports import lead_ids, pick
from vendoreval.simulation.work import Work, deleted_companies
from vendoreval.tables import STAGES

_REASON = {"lost": "declined", "junk": "not suitable", "no_answer_closed": "no answer"}
_AMOUNT_KNOWN = ("interested", "quote", "won")
_DECLINED = (STAGE["lost"], STAGE["junk"])


class Bank:
    """The history of every company, searched by day.

    Parameters
    ----------
    done
        What the vendor did.
    """

    def __init__(self, done: Work) -> None:
        self._done = done
        self._base = done.calendar.count + 1
        dials = done.dials.sort("lead", "day", "start")
        lead, stage = dials["lead"].to_numpy(), dials["stage"].to_numpy()
        self._key = lead * self._base + dials["day"].to_numpy()
        # a second call has no stage of its own: the company stands where it stood
        known = np.maximum.accumulate(np.where(stage >= 0, np.arange(len(lead)), 0))
        self._stage, self._since = stage[known], dials["since"].to_numpy()[known]
        self._agent = dials["agent"].to_numpy()
        self._first = np.searchsorted(lead, np.arange(len(done.leads.month)))
        self._doomed = deleted_companies(done)

    def of_month(self, month: Period) -> pl.DataFrame:
        """Return the two snapshots of a month, in its middle and on its last day."""
        middle = month.start.replace(day=15)
        return pl.concat(
            [
                self._snapshot(middle, month.previous().last_day),
                self._snapshot(month.last_day, middle),
            ]
        )

    def _snapshot(self, on: date, before: date) -> pl.DataFrame:
        done, day = self._done, self._number(on)
        listed = np.flatnonzero(done.leads.handed <= day)
        place = np.searchsorted(self._key, listed * self._base + day, side="right") - 1
        attempts = np.maximum(place - self._first[listed] + 1, 0)
        called = attempts > 0
        stage = np.where(called, self._stage[place], STAGE["new"])
        since = np.where(called, self._since[place], done.leads.handed[listed])
        gone = schemes.deleted(
            stage, since, self._number(before), int(done.calendar.month_of_day[day]),
            self._doomed[listed], _DECLINED,
        )  # fmt: skip
        name = pick(STAGES, stage)
        value = pl.Series(done.amount[listed]).cast(pl.String) + ".00"
        return pl.DataFrame(
            {
                "snapshot_on": pl.repeat(on, len(listed), eager=True),
                "lead_id": lead_ids(done.leads.number[listed]),
                "stage": name,
                "stage_since": pl.Series(done.calendar.days[since]),
                "attempts": pl.Series(attempts),
                "close_reason": name.replace_strict(_REASON, default=None, return_dtype=pl.String),
                "agent_id": pick(done.team.codes, np.where(called, self._agent[place], -1)),
                "amount": pl.select(pl.when(name.is_in(_AMOUNT_KNOWN)).then(value)).to_series(),
            }
        ).filter(pl.Series(~gone))

    def _number(self, on: date) -> int:
        """Return the working day on or before a day."""
        return int(np.searchsorted(self._done.calendar.days, np.datetime64(on), side="right")) - 1
