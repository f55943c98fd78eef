"""Read the facts: one row for each part and block, and one for each block as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import ibis
import pandas as pd
import pyarrow as pa

from vendoreval.daily.sources import Sources
from vendoreval.engine import Engine, Parts, frame
from vendoreval.ledger import Ledger
from vendoreval.measures import Tables
from vendoreval.measures.call_facts import (
    ADDITIVE_FACTS,
    DAILY_FACTS,
    call_facts,
    lead_facts,
    rhythm_facts,
)
from vendoreval.measures.cut import KEYS, Cut, blocks_table
from vendoreval.measures.funnel_facts import claim_facts, closure_facts, event_facts
from vendoreval.measures.interval_sums import interval_sums
from vendoreval.measures.time_facts import day_facts, session_facts, sessions_tell_breaks
from vendoreval.period import Period
from vendoreval.tables import TABLES

Query = Callable[[Tables, Cut], ibis.Table]
#: number of a stretch -> its days
Blocks = Mapping[int, Period]
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
    additive
        Only facts that add up over days: sums of intervals in place of their quantiles, and
        no distinct companies.
    """

    ledger: Ledger
    vendor: str
    sources: Sources
    limit_seconds: int
    additive: bool = False

    def breaks_by_sessions(self, cut: Cut, period: Period) -> bool:
        """Whether the sessions of a period tell breaks."""
        if not self.ledger.columns(self.vendor, "agent_sessions", period) >= {"state"}:
            return False
        with self._engine({0: period}, period, ("agent_sessions",)) as engine:
            found = engine.run(sessions_tell_breaks(TABLES, cut)).to_pylist()
        return bool(found) and int(found[0]["breaks"] or 0) > 0

    def facts(self, cut: Cut, blocks: Blocks, *, by_sessions: bool) -> pd.DataFrame:
        """Return the facts of a cut, with a column for each."""
        table: pd.DataFrame | None = None
        with self._engine(blocks, cut.span, _REPORTS) as engine:
            for expression in self._queries(cut, by_sessions=by_sessions):
                table = _beside(table, frame(engine.run(expression)))
        if "closed_unreached" in self.sources.chosen:
            # what was closed may have been dialled, or stood in a snapshot, at any time
            with self._engine(blocks, None, ("calls", "funnel", "funnel_events")) as engine:
                found = engine.run(_expression(closure_facts, _same_text(cut)))
                table = _beside(table, frame(found))
        if table is None:
            return pd.DataFrame(columns=list(KEYS))
        return _named(self._filled(table, blocks), self.sources)

    def _engine(self, blocks: Blocks, span: Period | None, reports: Sequence[str]) -> Engine:
        files: dict[str, Parts | pa.Table] = {
            report: self.ledger.rows(report, self.vendor, span).files for report in reports
        }
        return self.ledger.over(files | {"blocks": blocks_table(list(blocks.items()))})

    def _queries(self, cut: Cut, *, by_sessions: bool) -> list[ibis.Table]:
        chosen, read = self.sources.chosen, self.sources.reports
        wanted: list[tuple[bool, Query]] = [
            ("calls" in read, _additive_calls if self.additive else _daily_calls),
            ("leads_unreached" in chosen and not self.additive, _daily_leads),
            ("agent_days" in read, day_facts),
            ("agent_sessions" in read, session_facts),
            ("funnel_events" in read, event_facts),
            ("sales" in read, claim_facts),
        ]
        found = [_expression(query, _same_text(cut)) for asked, query in wanted if asked]
        if "intervals" in chosen:
            rhythm = _interval_sums if self.additive else _rhythm
            found.insert(1, rhythm(_same_text(cut), self.limit_seconds, by_sessions))
        return found

    def _filled(self, table: pd.DataFrame, blocks: Blocks) -> pd.DataFrame:
        """Put 0 where somebody worked and a report that came has no row of theirs."""
        worked = table["dials" if "dials" in table else "reported_dials"].notna()
        for name in _ZERO:
            if name not in table:
                continue
            here = worked
            report = _OF_REPORT.get(name)
            if report is not None:
                here = worked & table["block"].map(self._came(report, blocks)).astype(bool)
            table[name] = table[name].astype("float64").mask(here & table[name].isna(), 0.0)
        return table

    def _came(self, report: str, blocks: Blocks) -> dict[int, bool]:
        """Return which blocks a report came for."""
        spans = [c.span for c in self.ledger.live()
                 if (c.vendor, c.report) == (self.vendor, report) and c.rows.accepted]  # fmt: skip
        return {
            number: any(span is None or span.overlaps(block) for span in spans)
            for number, block in blocks.items()
        }


def _same_text(cut: Cut) -> Cut:
    """Return a cut that is the same for all days, where no hour of the clock is asked for."""
    if cut.by == "hour" or cut.until_seconds is not None:
        return cut
    day = Period.parse("2000-01-01")
    # the engine is given the files of one vendor only
    return Cut((), cut.by, "UTC", day)


def _daily_calls(tables: Tables, cut: Cut) -> ibis.Table:
    return call_facts(tables, cut, DAILY_FACTS)


def _additive_calls(tables: Tables, cut: Cut) -> ibis.Table:
    return call_facts(tables, cut, ADDITIVE_FACTS)


def _daily_leads(tables: Tables, cut: Cut) -> ibis.Table:
    return lead_facts(tables, cut, reach_only=True)


@cache
def _expression(query: Query, cut: Cut) -> ibis.Table:
    return query(TABLES, cut)


@cache
def _rhythm(cut: Cut, limit_seconds: int, by_sessions: bool) -> ibis.Table:
    return rhythm_facts(TABLES, cut, limit_seconds, by_sessions=by_sessions)


@cache
def _interval_sums(cut: Cut, limit_seconds: int, by_sessions: bool) -> ibis.Table:
    return interval_sums(TABLES, cut, limit_seconds, by_sessions=by_sessions)


def _beside(table: pd.DataFrame | None, found: pd.DataFrame) -> pd.DataFrame:
    if table is None:
        return found
    facts = [name for name in found.columns if name not in KEYS]
    if found.empty or table.empty:
        # columns without rows have no type to be joined by
        full = table if found.empty else found
        other = facts if found.empty else [n for n in table.columns if n not in KEYS]
        return full.assign(**dict.fromkeys(other, float("nan")))
    return table.merge(found, on=list(KEYS), how="outer")


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
