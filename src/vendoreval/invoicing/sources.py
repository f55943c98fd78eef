"""What the accepted reports of a vendor count for an invoice: small tables from the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pandas as pd

from vendoreval.engine import Engine, frame
from vendoreval.measures import vendor_of_sales
from vendoreval.period import Period
from vendoreval.rating.charging import first_of_each_lead
from vendoreval.rating.columns import rate_calls, rated_sums
from vendoreval.rating.lines import MINUTE_UNITS, CardLine
from vendoreval.tables import CONVERSATION, TABLES

_DAYS = "started_on"


@dataclass(frozen=True)
class Sources:
    """The rows of one vendor in one period, asked on demand."""

    engine: Engine
    vendor: str
    period: Period

    def _run(self, expression: ibis.Table) -> pd.DataFrame:
        return frame(self.engine.run(expression))

    def _of(self, report: str, day: str) -> ibis.Table:
        table = TABLES[report]
        return table.filter(
            table.vendor == self.vendor,
            table[day] >= ibis.literal(self.period.start),
            table[day] < ibis.literal(self.period.end),
        )

    # ---------------------------------------------------------------- of calls

    def calls(self) -> ibis.Table:
        """Return the calls of the period as a query."""
        return self._of("calls", _DAYS)

    def counted_calls(self, lines: Sequence[CardLine]) -> pd.DataFrame:
        """Return what lines of one unit count, by line, campaign and day."""
        calls = self.calls()
        if lines and lines[0].item.unit == "lead":
            rated = first_of_each_lead(rate_calls(calls, lines))
            keys = {line.key: place for place, line in enumerate(lines)}
            found = self._run(
                rated.group_by(["rate_item", "campaign_id", _DAYS]).agg(
                    calls=rated.count(), talk_seconds=rated.talk_seconds.sum(),
                    rated_seconds=rated.rated_seconds.sum(), fee_calls=rated.fee_calls.sum(),
                    billable=rated.rated_seconds.sum(),
                )
            )  # fmt: skip
            return found.assign(place=found["rate_item"].map(keys).fillna(-1).astype(int))
        return self._run(rated_sums(calls, lines, ["campaign_id", _DAYS]))

    def billed_seconds(self) -> int | None:
        """Return the seconds the vendor's own log says were billed; `None` where it is silent."""
        calls = self.calls()
        found = self._run(calls.aggregate(total=calls.billed_seconds.sum()))["total"]
        return None if found.isna().all() else int(found.iloc[0])

    # ---------------------------------------------------------- of other reports

    def agent_days(self) -> pd.DataFrame:
        """Return the daily totals of the period: person, day and what is counted of them."""
        days = self._of("agent_days", "date")
        return self._run(
            days.select(
                "agent_id", "date", "line_seconds", "dials", "conversations", "talk_seconds",
                "leads_added", "sales",
            )
        )  # fmt: skip

    def sales(self, since: date | None = None) -> pd.DataFrame:
        """Return the claimed sales with the campaign of their call, from a day on."""
        sales, calls = TABLES["sales"], TABLES["calls"]
        first = self.period.start if since is None else since
        sales = sales.filter(
            sales.vendor == self.vendor,
            sales.sold_on >= ibis.literal(first),
            sales.sold_on < ibis.literal(self.period.end),
        )
        named = calls.filter(calls.vendor == self.vendor, calls.campaign_id.notnull()).select(
            of_call="call_id", campaign_id="campaign_id"
        )
        joined = sales.left_join(named, sales.call_id == named.of_call)
        return self._run(joined.select("sale_id", "lead_id", "sold_on", "campaign_id"))

    def cancelled_sales(self) -> pd.DataFrame:
        """Return the vendor's sales that the client saw cancelled in the period."""
        sales = vendor_of_sales(TABLES)
        kept = sales.filter(
            sales.vendor == self.vendor,
            sales.cancelled_on >= ibis.literal(self.period.start),
            sales.cancelled_on < ibis.literal(self.period.end),
        )
        return self._run(kept.select("sale_id", "lead_id", "sold_on", "cancelled_on"))

    def client_sales(self) -> int:
        """Return how many sales of the vendor the client's own records hold."""
        sales = vendor_of_sales(TABLES)
        kept = sales.filter(
            sales.vendor == self.vendor,
            sales.sold_on >= ibis.literal(self.period.start),
            sales.sold_on < ibis.literal(self.period.end),
        )
        return int(self._run(kept.aggregate(n=kept.count()))["n"].iloc[0])

    def performance(self) -> dict[str, Any]:
        """Return the counts behind the measures of bonus and malus."""
        calls, sales = self.calls(), vendor_of_sales(TABLES)
        calls = calls.filter(~calls.is_test.fill_null(False))
        done = self._run(
            calls.aggregate(
                dials=calls.count(),
                conversations=calls.disposition.isin(CONVERSATION).cast("int64").sum(),
                leads=calls.lead_id.nunique(),
            )
        ).iloc[0]
        kept = sales.filter(
            sales.vendor == self.vendor,
            sales.sold_on >= ibis.literal(self.period.start),
            sales.sold_on < ibis.literal(self.period.end),
        )
        sold = self._run(
            kept.aggregate(recorded=kept.count(), cancelled=kept.cancelled_on.count())
        ).iloc[0]
        reviews = self._of("reviews", "reviewed_on")
        heard = self._run(
            reviews.aggregate(score=reviews.score.mean(), reviews=reviews.score.count())
        ).iloc[0]
        known = self._run(TABLES["client_sales"].aggregate(n=TABLES["client_sales"].count()))
        return {**done, **sold, **heard, "client_records": int(known["n"].iloc[0])}

    # -------------------------------------------------------------- of invoices

    def invoice_lines(self) -> pd.DataFrame:
        """Return the lines whose service begins in the period."""
        return self._run(
            self._of("invoice_lines", "period_start").order_by("invoice_id", "line")
        )  # fmt: skip

    def other_invoices(self) -> pd.DataFrame:
        """Return number and first day of service of the vendor's lines of other periods."""
        lines = TABLES["invoice_lines"]
        other = lines.filter(
            lines.vendor == self.vendor,
            (lines.period_start < ibis.literal(self.period.start))
            | (lines.period_start >= ibis.literal(self.period.end)),
        )
        return self._run(
            other.select("invoice_id", "period_start", "period_end").distinct().order_by(
                "period_start", "invoice_id"
            )
        )  # fmt: skip


def is_timed(lines: Sequence[CardLine]) -> bool:
    """Whether lines of one unit count seconds of calls."""
    return bool(lines) and lines[0].item.unit in MINUTE_UNITS
