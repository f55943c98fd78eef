"""Which report each figure comes from, by what the vendor delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

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
#: columns of the facts that a figure may come from
OFFERED: Final = frozenset(column for several in _CHOICES.values() for _, _, column in several)


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
    return chosen_of(choices(ledger, vendor, now, cut))


@dataclass(frozen=True)
class Choice:
    """A place a fact may come from, and what was delivered of it for a period.

    Parameters
    ----------
    state
        ``parts`` when it is known of every part, ``whole`` of all together only, ``lacking``
        when a delivery does not tell it, ``absent`` without any delivery.
    """

    report: str
    column: str
    state: Literal["parts", "whole", "lacking", "absent"]


def choices(ledger: Ledger, vendor: str, now: Period, cut: Cut) -> dict[str, tuple[Choice, ...]]:
    """Return fact -> where it may come from in a period, the best first."""
    held = {report: ledger.columns(vendor, report, now) for report in REPORT_WORDS}

    def offered(report: str, columns: tuple[str, ...], column: str) -> Choice:
        if not held[report]:
            return Choice(report, column, "absent")
        if not (set(columns) <= held[report] and _within_day(report, cut)):
            return Choice(report, column, "lacking")
        return Choice(report, column, "parts" if _tells(report, cut, held[report]) else "whole")

    return {fact: tuple(offered(*one) for one in several) for fact, several in _CHOICES.items()}


def chosen_of(offered: Mapping[str, Sequence[Choice]]) -> Sources:
    """Choose of what was delivered: the first that tells the parts, else the first."""
    chosen: dict[str, tuple[str, str]] = {}
    lacking: dict[str, tuple[str, ...]] = {}
    apart: set[str] = set()
    for fact, several in offered.items():
        known = [one for one in several if one.state == "parts"]
        usable = [one for one in several if one.state == "whole"]
        if known:
            chosen[fact] = (known[0].report, known[0].column)
        elif usable:
            chosen[fact] = (usable[0].report, usable[0].column)
            apart.add(fact)
        else:
            lacking[fact] = tuple(one.report for one in several)
    return Sources(chosen, lacking, frozenset(apart))


def _within_day(report: str, cut: Cut) -> bool:
    return cut.until_seconds is None or report not in {"agent_days", "funnel"}


def _tells(report: str, cut: Cut, held: frozenset[str]) -> bool:
    if not cut.tells(report):
        return False
    column = cut.column(report)
    return column is None or column in held
