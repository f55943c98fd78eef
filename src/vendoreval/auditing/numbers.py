"""Measures of the period for every vendor and for all together, with their monthly history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log, sqrt

from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import Measure, Position
from vendoreval.engine import Engine
from vendoreval.measures import (
    METRICS,
    Counts,
    calls_by_month,
    counts_by_month,
    first_of_month,
    invoices_by_month,
    number_of_month,
    sales_by_month,
)
from vendoreval.period import Period
from vendoreval.tables import TABLES

_HISTORY_MONTHS = 13
# two-sided 2 in 1,000
_REAL = 3.09


class Numbers:
    """Counts of every vendor by month, read once.

    Parameters
    ----------
    engine
        Engine over the ledger.
    period, compare_with
        Audited period and the one it is set against.
    """

    def __init__(self, engine: Engine, period: Period, compare_with: Period | None) -> None:
        self.period, self.compare_with = period, compare_with
        window = period.months_back(_HISTORY_MONTHS)
        if compare_with is not None and compare_with.start < window.start:
            window = Period(compare_with.start, window.end)
        self._months = self._read(engine, window)
        # a period that is not whole months is counted on its own
        self._now = self._exact(engine, period)
        self._then = self._exact(engine, compare_with) if compare_with else {}

    @staticmethod
    def _read(engine: Engine, window: Period) -> dict[tuple[str, int], Counts]:
        queries = (calls_by_month, invoices_by_month, sales_by_month)
        frames = [engine.run(query(TABLES, window)).to_pandas() for query in queries]
        return counts_by_month(*frames)

    def _exact(self, engine: Engine, period: Period) -> dict[str, Counts]:
        found: dict[str, Counts] = {}
        for (vendor, _), counts in self._read(engine, period).items():
            found[vendor] = found.get(vendor, Counts()).with_month(counts)
        return found

    def counts(self, vendor: str) -> Counts:
        """Return the counts of one vendor in the period."""
        return self._now.get(vendor, Counts())

    def of_vendor(self, vendor: str) -> dict[str, Measure]:
        """Return every measure of one vendor."""
        history = [
            (number, counts)
            for (name, number), counts in sorted(self._months.items())
            if name == vendor
        ]
        return self._measures(self.counts(vendor), self._then.get(vendor), history)

    def of_all(self, vendors: Sequence[str]) -> dict[str, Measure]:
        """Return every measure of the vendors together."""
        months: dict[int, Counts] = {}
        for (vendor, number), counts in self._months.items():
            if vendor in vendors:
                months[number] = months.get(number, Counts()) + counts
        now = sum((self.counts(v) for v in vendors), Counts())
        then = [self._then[v] for v in vendors if v in self._then]
        return self._measures(now, sum(then, Counts()) if then else None, sorted(months.items()))

    def _measures(
        self, now: Counts, then: Counts | None, history: Sequence[tuple[int, Counts]]
    ) -> dict[str, Measure]:
        last = number_of_month(self.period.last_day)
        shown = [(n, c) for n, c in history if last - _HISTORY_MONTHS < n <= last]
        measures = {}
        for metric in METRICS:
            value = metric.of(now)
            measure = Measure(metric.name, value.value, metric.unit, value.n, value.low, value.high)
            past = tuple((f"{first_of_month(n):%Y-%m}", metric.of(c).value) for n, c in shown)
            previous = metric.of(then).value if then is not None else None
            measures[metric.name] = replace(measure, previous=previous, history=past)
        return measures


def position(
    vendor: Mapping[str, Measure], totals: Mapping[str, Measure], policy: Policy
) -> Position:
    """Return whether the vendor's conversion really differs from that of the others.

    The ratio to the other vendors together is tested on the log scale with the
    chance of both counts and the spread between honest vendors in its variance.
    """
    sold, worked = vendor["surviving_sales"].value or 0, vendor["leads_worked"].value or 0
    rest_sold = (totals["surviving_sales"].value or 0) - sold
    rest_worked = (totals["leads_worked"].value or 0) - worked
    if min(sold, rest_sold, worked, rest_worked) <= 0:
        return "chance"
    spread = float(policy.honest_spread)
    deviation = log((sold / worked) / (rest_sold / rest_worked))
    score = deviation / sqrt(1 / sold + 1 / rest_sold + spread**2)
    if abs(score) < _REAL:
        return "chance"
    return "better" if score > 0 else "worse"
