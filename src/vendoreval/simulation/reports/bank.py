"""The contract bank of one vendor: where every company stands, and each of its steps."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from vendoreval.period import Period
from vendoreval.simulation.days import Flags, Ints
from vendoreval.simulation.reports.columns import instants, lead_ids, money, pick
from vendoreval.simulation.world.dialling import STAGE
from vendoreval.simulation.world.work import NOBODY, Work
from vendoreval.tables import STAGES

_REASON = {"lost": "declined", "junk": "not suitable", "no_answer_closed": "no answer"}
_AMOUNT_KNOWN = ("interested", "quote", "won")
DECLINED = (STAGE["lost"], STAGE["junk"])


class Bank:
    """The history of every company, searched by day.

    Parameters
    ----------
    work
        What the vendor did.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._base = work.calendar.count + 1
        dials = work.dials.filter(pl.col("lead") >= 0).sort("lead", "day", "start")
        lead, stage = dials["lead"].to_numpy(), dials["stage"].to_numpy()
        self._lead, self._day = lead, dials["day"].to_numpy()
        self._key = lead * self._base + self._day
        # an added call has no stage of its own: the company stands where it stood
        known = np.maximum.accumulate(np.where(stage >= 0, np.arange(len(lead)), 0))
        self._stage, self._since = stage[known], dials["since"].to_numpy()[known]
        self._agent = dials["agent"].to_numpy()
        self._end = (dials["start"] + dials["ring"] + dials["talk"] + dials["hold"]).to_numpy()
        self._mark = dials["mark"].to_numpy()
        self._first = np.searchsorted(lead, np.arange(len(work.leads)))

    def snapshots(self, month: Period, *, doomed: Flags | None = None) -> pl.DataFrame:
        """Return the two snapshots of a month, in its middle and on its last day.

        Parameters
        ----------
        doomed
            Companies taken out once they have declined and one snapshot has shown it.
        """
        middle = month.start.replace(day=15)
        return pl.concat(
            [
                self._snapshot(middle, month.previous().last_day, doomed),
                self._snapshot(month.last_day, middle, doomed),
            ]
        )

    def _snapshot(self, on: date, before: date, doomed: Flags | None) -> pl.DataFrame:
        work, day = self._work, self._number(on)
        listed = np.flatnonzero(work.leads.handed <= day)
        place = np.searchsorted(self._key, listed * self._base + day, side="right") - 1
        attempts = np.maximum(place - self._first[listed] + 1, 0)
        called = attempts > 0
        place = np.maximum(place, 0)
        stage = np.where(called, self._stage[place], STAGE["new"])
        since = np.where(called, self._since[place], work.leads.handed[listed])
        agent = np.where(called, self._agent[place], -1)
        frame = self._frame(on, listed, stage, since, attempts, agent)
        if doomed is None:
            return frame
        gone = np.isin(stage, DECLINED) & (since <= self._number(before)) & doomed[listed]
        return frame.filter(pl.Series(~gone))

    def _frame(
        self, on: date, listed: Ints, stage: Ints, since: Ints, attempts: Ints, agent: Ints
    ) -> pl.DataFrame:
        work = self._work
        name = pick(STAGES, stage)
        value = money(work.leads.amount[listed])
        return pl.DataFrame(
            {
                "snapshot_on": pl.repeat(on, len(listed), eager=True),
                "lead_id": lead_ids(work, listed),
                "stage": name,
                "stage_since": pl.Series(work.calendar.days[since]),
                "attempts": pl.Series(attempts),
                "close_reason": name.replace_strict(_REASON, default=None, return_dtype=pl.String),
                "agent_id": pick(work.codes, agent),
                "amount": pl.select(pl.when(name.is_in(_AMOUNT_KNOWN)).then(value)).to_series(),
            }
        )

    def events(self) -> pl.DataFrame:
        """Return every step of every company, at the end of the call that made it."""
        work = self._work
        before = np.concatenate([[0], self._stage[:-1]])
        fresh = np.concatenate([[True], self._lead[1:] != self._lead[:-1]])
        before = np.where(fresh, STAGE["new"], before)
        step = np.flatnonzero((self._stage != before) & (self._mark == NOBODY))
        step = step[np.lexsort((self._lead[step], self._end[step], self._day[step]))]
        to = pick(STAGES, self._stage[step])
        quote = pl.select(pl.format("Q{}", pl.int_range(1, len(step) + 1, eager=True))).to_series()
        return pl.DataFrame(
            {
                "lead_id": lead_ids(work, self._lead[step]),
                "at": instants(work.calendar, self._day[step], self._end[step]),
                "stage_from": pick(STAGES, before[step]),
                "stage_to": to,
                "reason": to.replace_strict(_REASON, default=None, return_dtype=pl.String),
                "quote_id": pl.select(pl.when(to == "quote").then(quote)).to_series(),
                "agent_id": pick(work.codes, self._agent[step]),
                "month": pl.Series(work.calendar.month_of_day[self._day[step]]),
            }
        )

    def _number(self, on: date) -> int:
        """Return the working day on or before a day."""
        return int(np.searchsorted(self._work.calendar.days, np.datetime64(on), side="right")) - 1
