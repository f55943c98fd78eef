"""Read the facts: one row for each part and block, and one for each block as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import ibis
import pandas as pd

from vendoreval.engine import DuckEngine, frame
from vendoreval.ledger import Ledger
from vendoreval.measures import Tables
from vendoreval.measures.call_facts import call_facts, lead_facts, rhythm_facts
from vendoreval.measures.cut import KEYS, Cut
from vendoreval.measures.funnel_facts import claim_facts, closure_facts, event_facts
from vendoreval.measures.time_facts import day_facts, session_facts, sessions_tell_breaks
from vendoreval.period import Period
from vendoreval.productivity.sources import Sources
from vendoreval.tables import TABLES

Query = Callable[[Tables, Cut], ibis.Table]
# counts that are 0 and not unknown for somebody who dialled and is in none of the rows
_ZERO: Final = ("listed_sales", "stage_moves", "event_leads_added", "event_quotes_sent",
                "closed_unreached", "closed_first_touch", "intervals", "intervals_over",
                "leads_worked", "leads_unreached", "leads_reached")  # fmt: skip
_OF_REPORT: Final[Mapping[str, str]] = {
    "listed_sales": "sales", "stage_moves": "funnel_events",
    "event_leads_added": "funnel_events", "event_quotes_sent": "funnel_events",
}  # fmt: skip
_REPORTS: Final = ("calls", "agent_days", "agent_sessions", "funnel", "funnel_events", "sales")


@dataclass(frozen=True)
class Gatherer:
    """Reads facts of one vendor.

    Parameters
    ----------
    limit_seconds
        The agreed limit of an interval between dials.
    """

    ledger: Ledger
    vendor: str
    sources: Sources
    limit_seconds: int

    def breaks_by_sessions(self, cut: Cut) -> bool:
        """Whether the sessions of these days tell breaks."""
        if not self.ledger.columns(self.vendor, "agent_sessions", cut.span) >= {"state"}:
            return False
        with self._engine(cut, ("agent_sessions",)) as engine:
            found = engine.run(sessions_tell_breaks(TABLES, cut)).to_pylist()
        return bool(found) and int(found[0]["breaks"] or 0) > 0

    def facts(self, cut: Cut, *, by_sessions: bool) -> pd.DataFrame:
        """Return the facts of a cut, with a column for each."""
        table: pd.DataFrame | None = None
        with self._engine(cut, _REPORTS) as engine:
            for query in self._queries(by_sessions=by_sessions):
                found = frame(engine.run(query(TABLES, cut)))
                table = found if table is None else table.merge(found, on=list(KEYS), how="outer")
        if table is None:
            return pd.DataFrame(columns=list(KEYS))
        return _named(self._filled(table, cut), self.sources)

    def _engine(self, cut: Cut, reports: tuple[str, ...]) -> DuckEngine:
        files = {}
        for report in reports:
            # what was closed may have been dialled at any time before
            span = Period(cut.span.start, cut.span.end) if report != "calls" else None
            if report == "funnel":
                span = None
            files[report] = self.ledger.rows(report, self.vendor, span).files
        return DuckEngine(files)

    def _queries(self, *, by_sessions: bool) -> list[Query]:
        read = self.sources.reports

        def rhythm(tables: Tables, cut: Cut) -> ibis.Table:
            return rhythm_facts(tables, cut, self.limit_seconds, by_sessions=by_sessions)

        wanted: list[tuple[bool, Query]] = [
            ("calls" in read, call_facts),
            ("leads_unreached" in self.sources.chosen, lead_facts),
            ("intervals" in self.sources.chosen, rhythm),
            ("agent_days" in read, day_facts),
            ("agent_sessions" in read, session_facts),
            ("funnel_events" in read, event_facts),
            ("closed_unreached" in self.sources.chosen, closure_facts),
            ("sales" in read, claim_facts),
        ]
        return [query for asked, query in wanted if asked]

    def _filled(self, table: pd.DataFrame, cut: Cut) -> pd.DataFrame:
        """Put 0 where somebody worked and a report that came has no row of theirs."""
        worked = table["dials" if "dials" in table else "reported_dials"].notna()
        for name in _ZERO:
            if name not in table:
                continue
            here = worked
            report = _OF_REPORT.get(name)
            if report is not None:
                here = worked & table["block"].map(self._delivered(report, cut, table))
            table[name] = table[name].astype("float64").mask(here & table[name].isna(), 0.0)
        return table

    def _delivered(self, report: str, cut: Cut, table: pd.DataFrame) -> dict[int, bool]:
        """Return block -> whether anything of a report was delivered for it."""
        known = {}
        for block in table["block"].unique():
            if cut.blocks is None:
                day = (pd.Timestamp("1970-01-01") + pd.Timedelta(days=int(block))).date()
                span = Period(day, day + pd.Timedelta(days=1).to_pytimedelta())
            else:
                span = cut.blocks[int(block)]
            known[block] = bool(self.ledger.columns(self.vendor, report, span))
        return known


def _named(table: pd.DataFrame, sources: Sources) -> pd.DataFrame:
    """Name the columns of the chosen sources as the definitions name the facts."""
    for fact, (_, column) in sources.chosen.items():
        if column in table:
            table[fact] = table[column]
            if fact in sources.apart:
                table[fact] = table[fact].where(table["whole"] == 1)
    for fact in sources.lacking:
        if fact in table:
            table[fact] = float("nan")
    if "closed_unreached" in sources.apart:
        table["closed_first_touch"] = table["closed_first_touch"].where(table["whole"] == 1)
    return table


def during(cut: Cut, *blocks: Period) -> Cut:
    """Return a cut of the same parts over other stretches of days."""
    return replace(cut, blocks=blocks, window=None)
