"""The accepted rows of one report, for the company's own analyst."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import ibis
import pandas as pd

from vendoreval.engine import EMBEDDED, Connection, Engine, Parts, frame
from vendoreval.period import Period
from vendoreval.tables import TABLES

# report -> the day a row belongs to; a report that is not here is not cut by days
DAY_COLUMNS: Final[dict[str, str]] = {
    "calls": "started_on",
    "agent_days": "date",
    "agent_sessions": "started_on",
    "funnel": "snapshot_on",
    "funnel_events": "at_on",
    "sales": "sold_on",
    "reviews": "reviewed_on",
    "incidents": "started_on",
    "invoice_lines": "period_start",
    "leads": "handed_on",
    "client_sales": "sold_on",
    "carrier_calls": "started_on",
}


@dataclass(frozen=True, repr=False)
class Rows:
    """Rows of one report that count now, read when they are asked for.

    Examples
    --------
    >>> ledger.calls("alpha", "2026-10")  # doctest: +SKIP
    Rows(calls, alpha, 2026-10)
    """

    report: str
    vendor: str | None = None
    period: Period | None = None
    files: Parts = field(default=(), repr=False)
    connection: Connection = field(default=EMBEDDED, repr=False)

    def engine(self) -> Engine:
        """Return an engine over them; use it as a context manager."""
        return self.connection.over({self.report: self.files})

    def expression(self) -> ibis.Table:
        """Return the query as an unbound Ibis expression."""
        table = TABLES[self.report]
        if self.vendor is not None and "vendor" in table.columns:
            table = table.filter(table.vendor == self.vendor)
        day = DAY_COLUMNS.get(self.report)
        if self.period is not None and day is not None:
            table = table.filter(table[day] >= self.period.start, table[day] < self.period.end)
        return table

    def to_frame(self) -> pd.DataFrame:
        """Return the rows with every canonical column; personal data stays as it is."""
        with self.engine() as engine:
            return frame(engine.run(self.expression(), maximum_rows=max(_count(engine, self), 1)))

    def __len__(self) -> int:
        with self.engine() as engine:
            return _count(engine, self)

    def __bool__(self) -> bool:
        # a truth test must not read the ledger by way of the length
        return True

    def __repr__(self) -> str:
        parts = [self.report, self.vendor, None if self.period is None else str(self.period)]
        return f"Rows({', '.join(part for part in parts if part)})"


def _count(engine: Engine, rows: Rows) -> int:
    expression = rows.expression()
    return int(engine.run(expression.aggregate(n=expression.count()))["n"][0].as_py())
