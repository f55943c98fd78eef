"""Which report each figure comes from, by what the vendor delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vendoreval.ledger import Ledger
from vendoreval.measures.cut import Cut
from vendoreval.period import Period
from vendoreval.text import Message, msg

REPORT_WORDS: Final[Mapping[str, Message]] = {
    "calls": msg("the call log"),
    "agent_days": msg("the vendor's daily report"),
    "agent_sessions": msg("the agents' sessions"),
    "funnel": msg("the snapshots of the funnel"),
    "funnel_events": msg("the events of the funnel"),
    "sales": msg("the list of reported sales"),
}
# fact -> where it may come from, the best first: report, columns, column of the facts
_CHOICES: Final[Mapping[str, Sequence[tuple[str, tuple[str, ...], str]]]] = {
    "dials": (
        ("calls", ("call_id",), "dials"), ("agent_days", ("dials",), "reported_dials"),
    ),
    "conversations": (
        ("calls", ("disposition",), "conversations"),
        ("agent_days", ("conversations",), "reported_conversations"),
    ),
    "line_seconds": (
        ("agent_sessions", ("started_at", "ended_at"), "session_seconds"),
        ("agent_days", ("line_seconds",), "reported_line_seconds"),
    ),
    "leads_added": (
        ("agent_days", ("leads_added",), "reported_leads_added"),
        ("funnel_events", ("stage_to",), "event_leads_added"),
    ),
    "quotes_sent": (
        ("agent_days", ("quotes_sent",), "reported_quotes_sent"),
        ("funnel_events", ("stage_to", "stage_from"), "event_quotes_sent"),
        ("calls", ("disposition",), "called_quotes"),
    ),
    "stage_moves": (("funnel_events", ("stage_to", "stage_from"), "stage_moves"),),
    "sales_claimed": (
        ("sales", ("sale_id",), "listed_sales"),
        ("agent_days", ("sales",), "reported_sales"),
        ("calls", ("disposition",), "called_sales"),
    ),
    "closed_unreached": (
        ("funnel_events", ("stage_to",), "closed_unreached"),
        ("funnel", ("stage",), "closed_unreached"),
    ),
    "busy_seconds": (
        ("agent_days", ("talk_seconds", "available_seconds"), "busy_seconds"),
    ),
    "leads_unreached": (("calls", ("lead_id", "disposition"), "leads_unreached"),),
    "intervals": (("calls", ("agent_id", "started_at"), "intervals"),),
}  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """Where each fact comes from.

    Parameters
    ----------
    chosen
        Fact -> report and column of the facts.
    lacking
        Facts that nothing delivered tells, with the reports that would.
    apart
        Facts that are known of all together and not of the parts.
    """

    chosen: Mapping[str, tuple[str, str]]
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()

    def report(self, fact: str) -> str | None:
        """Return the report a fact comes from."""
        found = self.chosen.get(fact)
        return None if found is None else found[0]

    @property
    def reports(self) -> frozenset[str]:
        """All reports that are read."""
        return frozenset(report for report, _ in self.chosen.values())


def sources(ledger: Ledger, vendor: str, now: Period, cut: Cut) -> Sources:
    """Choose the source of each fact by the columns that came for the period.

    Inside a day only reports with instants tell anything; a report that does not know the
    parts (campaigns, say) tells about all together only, unless another one knows them.
    """
    chosen: dict[str, tuple[str, str]] = {}
    lacking: dict[str, tuple[str, ...]] = {}
    apart: set[str] = set()
    held = {report: ledger.columns(vendor, report, now) for report in REPORT_WORDS}
    for fact, choices in _CHOICES.items():
        usable = [
            (report, column)
            for report, columns, column in choices
            if set(columns) <= held[report] and _within_day(report, cut)
        ]
        known = [one for one in usable if _tells(one[0], cut, held[one[0]])]
        if known:
            chosen[fact] = known[0]
        elif usable:
            chosen[fact] = usable[0]
            apart.add(fact)
        else:
            lacking[fact] = tuple(report for report, _, _ in choices)
    return Sources(chosen, lacking, frozenset(apart))


def _within_day(report: str, cut: Cut) -> bool:
    return cut.until_seconds is None or report not in {"agent_days", "funnel"}


def _tells(report: str, cut: Cut, held: frozenset[str]) -> bool:
    if not cut.tells(report):
        return False
    column = cut.column(report)
    return column is None or column in held
