"""Days on which a ledger holds rows, and days for which an invoice asks money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from vendoreval.agreement import ReportSchema
from vendoreval.engine import Parts
from vendoreval.ledger.deadlines import days_of
from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.records import Commit
from vendoreval.ledger.rows import DAY_COLUMNS
from vendoreval.ledger.scan import name, scanner, source
from vendoreval.period import Period

# reports that cannot be empty on a working day for which time or contacts were billed
WORK_REPORTS: Final = frozenset({"calls", "agent_days", "agent_sessions"})
_WORK_UNITS: Final = (
    "talk_minute", "handle_minute", "worked_minute", "agent_hour", "dial", "contact",
)  # fmt: skip


def day_column(schema: ReportSchema) -> str | None:
    """Return the column with the local day of a row, if there is one."""
    if schema.name in DAY_COLUMNS:
        return DAY_COLUMNS[schema.name]
    kinds = {column.name: column.kind for column in schema.columns}
    own = schema.period_column
    return own if own is not None and kinds.get(own) == "date" else None


def rows_by_day(
    ledger: Ledger, commits: Sequence[Commit], report: str, period: Period
) -> dict[date, int]:
    """Return day -> accepted rows of these deliveries; days without rows are left out."""
    chosen = [
        c for c in commits if c.report == report and (c.span is None or c.span.overlaps(period))
    ]
    files = [part for commit in chosen for part in ledger.parts(commit)]
    counts = count_days(files, DAY_COLUMNS[report])
    return {day: count for day, count in counts.items() if day in period}


def count_days(files: Parts, column: str) -> dict[date, int]:
    """Return day -> rows of Parquet files; rows without a day are left out."""
    if not files:
        return {}
    day = name(column)
    with scanner() as connection:
        found = connection.execute(
            f"SELECT {day}, count(*) FROM {source(files)} WHERE {day} IS NOT NULL GROUP BY 1"  # noqa: S608 - our own column names, quoted file names, bound values
        ).fetchall()
    return {on: int(count) for on, count in found}


def billed_days(ledger: Ledger, commits: Sequence[Commit], window: Period) -> frozenset[date]:
    """Return the days of a window for which an invoice bills time or contacts.

    The last day an invoice line names is included.
    """
    files = [part for c in commits if c.report == "invoice_lines" for part in ledger.parts(c)]
    if not files:
        return frozenset()
    units = ", ".join("?" for _ in _WORK_UNITS)
    with scanner() as connection:
        spans = connection.execute(
            f"SELECT DISTINCT period_start, period_end FROM {source(files)} "  # noqa: S608 - our own column names, quoted file names, bound values
            f"WHERE amount > 0 AND unit IN ({units})",
            list(_WORK_UNITS),
        ).fetchall()
    return frozenset(
        day for day in days_of(window) if any(first <= day <= last for first, last in spans)
    )
