"""The value, in one month of one vendor, of the measures that test limits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from vendoreval.agreement import Agreement
from vendoreval.engine import frame
from vendoreval.ledger import Ledger
from vendoreval.ledger.calendar import delivery_calendar
from vendoreval.measures import (
    METRICS,
    Counts,
    Measured,
    calls_by_month,
    counts_by_month,
    invoices_by_month,
    sales_by_month,
    share_measured,
)
from vendoreval.period import Period
from vendoreval.tables import TABLES

_MONTHLY: Final = {metric.name: metric for metric in METRICS}
_DELIVERY: Final = frozenset({"timeliness", "completeness"})


def measured(
    ledger: Ledger, vendor: str, period: Period, names: Collection[str],
    agreement: Agreement | None = None,
) -> dict[str, Measured]:  # fmt: skip
    """Return measure -> value, for those that a month of the ledger gives.

    These are the measures of the audit's monthly comparison, `timeliness`, `completeness`
    and `error_rate`.
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
    return {name: found[name] for name in names if name in found}


def _counts(ledger: Ledger, vendor: str, period: Period) -> Counts:
    queries = (calls_by_month, invoices_by_month, sales_by_month)
    with ledger.engine() as engine:
        frames = [frame(engine.run(query(TABLES, period))) for query in queries]
    months = [counts for (name, _), counts in counts_by_month(*frames).items() if name == vendor]
    total = Counts()
    for counts in months:
        total = total.with_month(counts)
    return total
