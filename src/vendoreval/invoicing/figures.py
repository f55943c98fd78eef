"""The same quantity from every side: invoice, call log, daily totals, the client's records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import pandas as pd

from vendoreval.invoicing.entries import BilledLine, Entry
from vendoreval.invoicing.result import Figure
from vendoreval.invoicing.sources import Sources
from vendoreval.rating.card import RateCard
from vendoreval.rating.lines import CALL_UNITS, MINUTE_UNITS
from vendoreval.text import msg

# unit -> column of the daily totals that counts the same, and how many make one unit
_DAILY: Final = {
    "talk_minute": ("talk_seconds", 60), "dial": ("dials", 1), "contact": ("conversations", 1),
    "lead": ("leads_added", 1), "sale": ("sales", 1), "agent_hour": ("line_seconds", 3600),
}  # fmt: skip
_WORK: Final = ("charge", "pass_through")


def figures_of(
    sources: Sources, card: RateCard, entries: Sequence[Entry], lines: Sequence[BilledLine]
) -> Iterator[Figure]:
    """Yield what each source says of the units that are agreed or billed."""
    days: pd.DataFrame | None = None
    units = dict.fromkeys([*card.units, *(line.unit for line in lines)])
    for unit in units:
        billed = [line.quantity for line in lines if line.unit == unit]
        if billed:
            yield Figure(unit, msg("the invoice"), "invoice_lines", sum(billed, Decimal(0)))
        own = [e for e in entries if e.item.unit == unit and e.kind in _WORK]
        known = [e for e in own if e.quantity is not None]
        report = "calls" if unit in CALL_UNITS else "sales" if unit == "sale" else "agent_days"
        actual = [e.actual for e in known if e.actual is not None]
        if actual and unit in MINUTE_UNITS:
            yield Figure(unit, msg("the call log, talk as it was"), report,
                         sum(actual, Decimal(0)))  # fmt: skip
        if known and unit not in ("fixed", "seat_month"):
            yield Figure(unit, msg("the reports, counted by the card"), report,
                         sum((e.quantity or Decimal(0) for e in known), Decimal(0)))  # fmt: skip
        if unit in MINUTE_UNITS:
            seconds = sources.billed_seconds()
            if seconds is not None:
                yield Figure(unit, msg("the call log, seconds it calls billed"), "calls",
                             _units(seconds, 60))  # fmt: skip
        if unit in _DAILY:
            days = sources.agent_days() if days is None else days
            column, size = _DAILY[unit]
            if days[column].notna().any():
                yield Figure(unit, msg("the daily totals of the agents"), "agent_days",
                             _units(int(days[column].sum()), size))  # fmt: skip
        if unit == "sale":
            yield Figure(unit, msg("the client's own records"), "client_sales",
                         Decimal(sources.client_sales()))  # fmt: skip


def _units(count: int, size: int) -> Decimal:
    return (Decimal(count) / size).quantize(Decimal("0.0001"), ROUND_HALF_UP)
