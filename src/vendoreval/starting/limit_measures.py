"""The value, in one month of one vendor, of the measures that test limits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pandas as pd
import pyarrow as pa

from vendoreval.agreement import Agreement
from vendoreval.engine import Parts, frame
from vendoreval.ledger import Ledger
from vendoreval.ledger.calendar import delivery_calendar
from vendoreval.measures import (
    DEFINITIONS,
    METRICS,
    Counts,
    Measured,
    calls_by_month,
    counts_by_month,
    invoices_by_month,
    sales_by_month,
    share_measured,
)
from vendoreval.measures.call_facts import call_facts, lead_facts
from vendoreval.measures.cut import KEYS, Cut, blocks_table
from vendoreval.period import Period
from vendoreval.tables import TABLES

_MONTHLY: Final = {metric.name: metric for metric in METRICS}
_DELIVERY: Final = frozenset({"timeliness", "completeness"})


def measured(
    ledger: Ledger, vendor: str, period: Period, names: Collection[str],
    agreement: Agreement | None = None,
) -> dict[str, Measured]:  # fmt: skip
    """Return measure -> value, for those that a month of the ledger gives.

    These are the measures of the audit's monthly comparison, those made of the call log
    (reach, codes, work on leads), `timeliness`, `completeness` and `error_rate`. Others are
    left out.
    """
    found: dict[str, Measured] = {}
    if any(name in _MONTHLY for name in names):
        counts = _counts(ledger, vendor, period)
        found |= {name: _MONTHLY[name].of(counts) for name in names if name in _MONTHLY}
    if agreement is not None and _DELIVERY & set(names):
        made = delivery_calendar(ledger, vendor, period, agreement=agreement)
        judged = made.count("on_time", "late", "partial", "empty", "missing")
        came = judged - made.count("missing", "empty")
        found["timeliness"] = share_measured(made.count("on_time"), judged)
        found["completeness"] = share_measured(came, judged)
    if "error_rate" in names:
        rows = [
            c.rows for c in ledger.live()
            if c.vendor == vendor and c.span is not None and c.span.overlaps(period)
        ]  # fmt: skip
        faulty = sum(row.quarantined + row.rejected for row in rows)
        found["error_rate"] = share_measured(faulty, faulty + sum(row.accepted for row in rows))
    rest = {name for name in names if name in DEFINITIONS and name not in found}
    if rest:
        found |= _of_calls(ledger, vendor, period, agreement, rest)
    return {name: found[name] for name in names if name in found}


def _of_calls(
    ledger: Ledger, vendor: str, period: Period, agreement: Agreement | None, names: set[str]
) -> dict[str, Measured]:
    """Return the measures whose two facts the call log gives."""
    schema = agreement.reports.get("calls") if agreement is not None else None
    cut = Cut((vendor,), "agent", schema.timezone if schema is not None else "UTC", period)
    files: dict[str, Parts | pa.Table] = {"calls": ledger.rows("calls", vendor, period).files,
                                          "blocks": blocks_table([(0, period)])}  # fmt: skip
    facts: dict[str, float | None] = {}
    with ledger.over(files) as engine:
        for query in (call_facts, lead_facts):
            table = frame(engine.run(query(TABLES, cut)))
            for row in table[table["whole"] == 1].to_dict("records"):
                facts |= {
                    str(name): None if pd.isna(value) else float(value)
                    for name, value in row.items() if name not in KEYS
                }  # fmt: skip
    found = {}
    for name in names:
        metric = DEFINITIONS[name]
        top, bottom = facts.get(metric.top), facts.get(metric.bottom or "")
        if top is None or (metric.bottom is not None and bottom is None):
            continue
        found[name] = (
            share_measured(top, bottom)
            if metric.interval == "wilson" and bottom is not None
            else Measured(metric.value(facts), int(bottom if bottom is not None else top))
        )
    return found


def _counts(ledger: Ledger, vendor: str, period: Period) -> Counts:
    queries = (calls_by_month, invoices_by_month, sales_by_month)
    with ledger.engine() as engine:
        frames = [frame(engine.run(query(TABLES, period))) for query in queries]
    months = [counts for (name, _), counts in counts_by_month(*frames).items() if name == vendor]
    total = Counts()
    for counts in months:
        total = total.with_month(counts)
    return total
