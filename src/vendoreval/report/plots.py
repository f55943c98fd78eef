"""The report's charts as matplotlib figures, for a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from vendoreval.report import figures
from vendoreval.report.charts.timeline import Bar, timeline
from vendoreval.report.models import AuditDocument
from vendoreval.report.reader import Reader
from vendoreval.text import Count, msg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RowsOfCheck = Callable[[str], pd.DataFrame]


class Plots:
    """The figures of the comparison pages; each is a matplotlib figure that shows itself.

    Parameters
    ----------
    written
        The audit as it is printed.
    rows
        Check -> the rows behind its findings, for `timeline`.

    Examples
    --------
    >>> audit.plot.funnel()                                  # doctest: +SKIP
    >>> audit.plot.timeline("overlapping_calls", "G002")     # doctest: +SKIP
    """

    def __init__(self, written: AuditDocument, rows: RowsOfCheck) -> None:
        self._reader = Reader(written)
        self._rows = rows

    def __repr__(self) -> str:
        return "<plots: funnel, trend, minutes, bank, hours, cancellations, timeline>"

    def _figure(self, draw: Callable[[Reader], figures.Chart | None]) -> Figure:
        chart = draw(self._reader)
        if chart is None:
            raise ValueError("the audit holds no data for this figure; see audit.not_run")
        return chart.figure

    def funnel(self) -> Figure:
        """Draw conversion against the number of worked leads, with the limits of chance."""
        return self._figure(figures.funnel)

    def trend(self) -> Figure:
        """Draw the cost of a surviving sale by month, with each vendor's usual spread."""
        return self._figure(figures.cost)

    def minutes(self) -> Figure:
        """Draw minutes billed, talked, with a decision maker, and on leads that bought."""
        return self._figure(figures.minutes)

    def bank(self) -> Figure:
        """Draw every lead of the contract bank by its last stage."""
        return self._figure(figures.bank)

    def hours(self) -> Figure:
        """Draw the dials by weekday and hour."""
        return self._figure(figures.hours)

    def cancellations(self) -> Figure:
        """Draw the share of sales cancelled by days since the sale."""
        return self._figure(figures.cancelled)

    def timeline(
        self, check: str, agent: str, day: str | None = None, *, among: pd.DataFrame | None = None
    ) -> Figure:
        """Draw the calls behind a check's findings for one agent on one day.

        Parameters
        ----------
        check
            Name of the check.
        agent
            Code of the agent.
        day
            ISO date; the day with the most such calls when not given.
        among
            Accepted calls, as `ledger.calls(vendor, period).to_frame()` gives them: all
            conversations of the agent on that day are drawn, those in question among them.

        Raises
        ------
        ValueError
            If no call stands behind the check for this agent and day.
        """
        table = self._rows(check)
        needed = {"agent_id", "started_at", "call_id"}
        if not needed <= set(table.columns):
            raise ValueError(f"the rows behind {check} are no calls")
        own = table[table["agent_id"] == agent]
        days = own["started_at"].dt.strftime("%Y-%m-%d")
        if own.empty or (day is not None and day not in set(days)):
            raise ValueError(f"no call of {agent} on {day or 'any day'} stands behind {check}")
        chosen = day or str(days.value_counts().sort_index().idxmax())
        own = own[days == chosen]
        words = msg("Agent %(agent)s, %(day)s: calls in question", agent=agent, day=chosen)
        bars = _bars(own, "started_at")
        if among is not None:
            words = msg(
                "Agent %(agent)s, %(day)s: all conversations; in question: %(n)s",
                agent=agent, day=chosen, n=Count(len(own)),
            )  # fmt: skip
            bars = _bars(_of_day(among, own, agent, chosen), "begins")
        return timeline(bars, self._reader.language.say(words))


def _of_day(calls: pd.DataFrame, own: pd.DataFrame, agent: str, day: str) -> pd.DataFrame:
    """Return an agent's conversations of a day, on the clock of the rows in question."""
    calls = calls[(calls["agent_id"] == agent) & (calls["talk_seconds"] > 0)]
    if "vendor" in own.columns:
        calls = calls[calls["vendor"].isin(own["vendor"])]
    begins = calls["answered_at"].fillna(calls["started_at"]).dt.tz_localize("UTC")
    zone = own["started_at"].dt.tz or "UTC"
    calls = calls.assign(
        begins=begins.dt.tz_convert(zone),
        talk_seconds=calls["talk_seconds"] + calls["hold_seconds"].fillna(0),
    )
    found: pd.DataFrame = calls[calls["begins"].dt.strftime("%Y-%m-%d") == day]
    return found


def _bars(calls: pd.DataFrame, begins: str) -> list[Bar]:
    seconds = "talk_seconds" if "talk_seconds" in calls.columns else "seconds"
    return [
        Bar(row[begins].to_pydatetime(), int(row[seconds]), str(row["call_id"]))
        for row in calls.fillna({seconds: 0}).to_dict("records")
    ]
