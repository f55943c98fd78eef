"""One week of every vendor beside its usual weeks; for a look, never for a judgement.

Usual is the chart of single values over the eight weeks before (`stats.charts.xmr_chart`):
their mean, with limits of 3 / 1.128 mean moving ranges. With fewer than four earlier weeks of
work nothing is called usual, and a week whose call log is not whole is not compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from vendoreval.engine import Engine
from vendoreval.ledger import Ledger
from vendoreval.measures import Counts, calls_by_month, counts_by_month, sales_by_month
from vendoreval.period import Period
from vendoreval.stats.charts import xmr_chart
from vendoreval.tables import TABLES

WEEKS_BACK: Final = 8
FEWEST_WEEKS: Final = 4
FIGURES: Final[tuple[tuple[str, str], ...]] = (
    ("dials", "calls"), ("conversations", "calls"), ("talk_minutes", "min"),
    ("leads_worked", "leads"), ("surviving_sales", "sales"),
)  # fmt: skip
WeekPosition = Literal["higher", "lower", "usual", "unknown"]


@dataclass(frozen=True)
class WeekFigure:
    """One figure of the week.

    Parameters
    ----------
    value
        `None` when no call of the week came, or the column did not: that is not nothing done.
    usual, low, high
        Mean and limits of the earlier weeks; `None` when there are too few.
    weeks
        How many earlier weeks there are.
    """

    name: str
    unit: str
    value: float | None
    usual: float | None
    low: float | None
    high: float | None
    weeks: int
    position: WeekPosition


def parse_week(text: str) -> Period:
    """Read an ISO week such as ``2026-W43``: Monday to Sunday.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> str(parse_week("2026-W43"))
    '2026-10-19..2026-10-25'
    """
    year, mark, number = text.strip().upper().partition("-W")
    if not (mark and year.isdecimal() and number.isdecimal() and len(number) == 2):
        raise ValueError(f"{text!r} is not a week; write 2026-W43")
    try:
        first = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        raise ValueError(f"{text!r} is not a week of that year") from None
    return Period(first, first + timedelta(days=7))


def week_figures(
    engine: Engine, vendors: Sequence[str], week: Period, complete: frozenset[str]
) -> dict[str, tuple[WeekFigure, ...]]:
    """Return vendor -> its figures of the week beside the usual.

    Parameters
    ----------
    complete
        Vendors whose call log covers the whole week; of others nothing is compared.
    """
    weeks = [
        Period(week.start - timedelta(days=7 * back), week.end - timedelta(days=7 * back))
        for back in range(WEEKS_BACK, -1, -1)
    ]
    counted = [_counts(engine, one) for one in weeks]
    return {
        vendor: tuple(
            _figure(name, unit, [_value(c.get(vendor), name) for c in counted],
                    compared=vendor in complete, idle=not _worked(counted[-1].get(vendor)))
            for name, unit in FIGURES
        )
        for vendor in vendors
    }  # fmt: skip


def covers(ledger: Ledger, vendor: str, week: Period) -> bool:
    """Whether deliveries of the call log cover every day of a week."""
    spans = [
        commit.span
        for commit in ledger.live()
        if (commit.vendor, commit.report) == (vendor, "calls") and commit.span is not None
    ]
    days = (week.start + timedelta(days=n) for n in range(week.days))
    return all(any(day in span for span in spans) for day in days)


def _counts(engine: Engine, week: Period) -> dict[str, Counts]:
    calls, sales = (
        engine.run(query(TABLES, week)).to_pandas() for query in (calls_by_month, sales_by_month)
    )
    found: dict[str, Counts] = {}
    for (vendor, _), counts in counts_by_month(calls, calls.iloc[0:0], sales).items():
        # a week may lie in two months
        found[vendor] = found.get(vendor, Counts()).with_month(counts)
    return found


def _worked(counts: Counts | None) -> bool:
    return counts is not None and counts.dials > 0


def _value(counts: Counts | None, name: str) -> float | None:
    """Return a figure; `None` for a week without any work, or without the column."""
    if counts is None or not _worked(counts):
        return None
    count = getattr(counts, "talk_seconds" if name == "talk_minutes" else name)
    if count is None:
        return None
    return count / 60 if name == "talk_minutes" else float(count)


def _figure(
    name: str, unit: str, values: Sequence[float | None], *, compared: bool, idle: bool
) -> WeekFigure:
    past = [value for value in values[:-1] if value is not None]
    # a whole log without a call says that nothing was done
    value = 0.0 if compared and idle else values[-1]
    if len(past) < FEWEST_WEEKS:
        return WeekFigure(name, unit, value, None, None, None, len(past), "unknown")
    chart = xmr_chart(past)
    low, high = max(float(chart.lower[0]), 0.0), float(chart.upper[0])
    position: WeekPosition = "unknown"
    if compared and value is not None:
        position = "lower" if value < low else "higher" if value > high else "usual"
    return WeekFigure(name, unit, value, chart.center, low, high, len(past), position)
