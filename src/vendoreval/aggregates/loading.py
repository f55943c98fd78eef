"""Compute what is missing, read what is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa

from vendoreval.aggregates import store
from vendoreval.aggregates.base import Aggregate, Window
from vendoreval.aggregates.catalogue import AGGREGATES
from vendoreval.aggregates.outcomes import OLDEST_DAY
from vendoreval.agreement import CLIENT
from vendoreval.engine import Engine, frame
from vendoreval.ledger import Ledger
from vendoreval.ledger.records import Commit
from vendoreval.period import Period
from vendoreval.tables import REPORTS, TABLES

_UNKNOWN_ZONE = "UTC"


def compute(aggregate: Aggregate, engine: Engine, window: Window) -> pa.Table:
    """Compute a table for one month of some vendors on any engine.

    Raises
    ------
    ValueError
        If it comes out larger than a reduced table may be.
    """
    small = frame(engine.run(aggregate.expression(TABLES, window)))
    if aggregate.finish is not None:
        small = aggregate.finish(small, window)
    return store.typed(small, aggregate)


@dataclass(frozen=True)
class _Wanted:
    """One vendor and month, and where its table lies."""

    vendor: str
    month: Period
    timezone: str
    path: Path


def load(
    ledger: Ledger,
    table: str,
    vendors: Sequence[str] | None = None,
    months: Sequence[str | Period] | None = None,
) -> pd.DataFrame:
    """Return a table of counts for some vendors and months, computing what is missing.

    What was computed once is stored in the folder of the ledger and read again as long as
    the deliveries it came from count; a ledger that cannot be written works too.

    Parameters
    ----------
    table
        Name of the table: one of `AGGREGATES`.
    vendors, months
        All the ledger holds when not given. Months are ``2026-10`` or a `Period`.

    Returns
    -------
    pandas.DataFrame
        One row for each key; `month` is year x 12 + month - 1. `total` adds months up.

    Raises
    ------
    KeyError
        If there is no such table.
    ValueError
        If a month is none.

    Examples
    --------
    >>> from vendoreval.aggregates import AGGREGATES, load, total
    >>> work = load(ledger, "A1", ["alpha"], ["2026-09", "2026-10"])  # doctest: +SKIP
    >>> total(work, AGGREGATES["A1"], ["agent_id"])  # doctest: +SKIP
    """
    aggregate = AGGREGATES[table]
    live = ledger.live()
    chosen = ledger.vendors if vendors is None else tuple(vendors)
    spans = _months(live, aggregate) if months is None else [_month(month) for month in months]
    wanted = [
        _wanted(ledger, live, aggregate, vendor, month) for month in spans for vendor in chosen
    ]
    parts: dict[Path, pa.Table] = {}
    missing = []
    for one in wanted:
        stored = store.read(one.path)
        if stored is None:
            missing.append(one)
        else:
            parts[one.path] = stored
    for month, timezone, group in _together(missing):
        parts |= _computed(ledger, live, aggregate, month, timezone, group)
    tables = [parts[one.path] for one in wanted]
    if not tables:
        return frame(store.schema_of(aggregate).empty_table())
    return frame(pa.concat_tables(tables))


def _month(text: str | Period) -> Period:
    period = Period.parse(text) if isinstance(text, str) else text
    if period != Period.month_of(period.start):
        raise ValueError(f"{text} is not a month such as 2026-10")
    return period


def _months(live: Sequence[Commit], aggregate: Aggregate) -> list[Period]:
    """Return every month that a delivery of the table's reports touches."""
    spans = [c.span for c in live if c.report in aggregate.reports and c.span is not None]
    if not spans:
        return []
    found = []
    month = Period.month_of(min(span.start for span in spans))
    end = max(span.end for span in spans)
    while month.start < end:
        if any(span.overlaps(month) for span in spans):
            found.append(month)
        month = Period.month_of(month.end)
    return found


def _inputs(
    live: Sequence[Commit], aggregate: Aggregate, vendors: Sequence[str], month: Period
) -> list[Commit]:
    """Return the deliveries a table is computed from, and no others: they are its key.

    Leads are looked for however long ago they were handed over, but none after the month.
    """
    window = Window(month, (), _UNKNOWN_ZONE, month.end)
    # the ledger's periods are local days
    end = window.after if aggregate.ahead else month.end
    near = Period(window.before, end)
    past = Period(date.min, end)

    def read(commit: Commit) -> bool:
        if commit.report not in aggregate.reports or commit.vendor not in (*vendors, CLIENT):
            return False
        if commit.span is None or commit.report in aggregate.whole:
            return True
        return commit.span.overlaps(past if commit.report == "leads" else near)

    return [commit for commit in live if read(commit)]


def _wanted(
    ledger: Ledger, live: Sequence[Commit], aggregate: Aggregate, vendor: str, month: Period
) -> _Wanted:
    timezone = _timezone(ledger, vendor, aggregate)
    digest = hashlib.sha256(
        f"{month} {timezone} {_observed_until(live, aggregate, month)}".encode()
    )
    for commit in _inputs(live, aggregate, (vendor,), month):
        for file in ledger.accepted(commit):
            digest.update(f"{commit.report} {file.sha256}".encode())
    path = store.path_of(ledger.path, aggregate, vendor, str(month), digest.hexdigest())
    return _Wanted(vendor, month, timezone, path)


def _timezone(ledger: Ledger, vendor: str, aggregate: Aggregate) -> str:
    """Return the zone in which the vendor's agreement writes its hours."""
    if "calls" not in aggregate.reports or vendor not in ledger.vendors:
        return _UNKNOWN_ZONE
    schema = ledger.agreement(vendor).reports.get("calls")
    return _UNKNOWN_ZONE if schema is None else schema.timezone


def _observed_until(live: Sequence[Commit], aggregate: Aggregate, month: Period) -> date:
    """Return the day on which the client's record of the month's sales was last written."""
    if "client_sales" not in aggregate.reports:
        return month.end
    days = [
        c.received_at.date()
        for c in live
        if c.report == "client_sales" and (c.span is None or c.span.overlaps(month))
    ]
    return max(min(max(days, default=month.end), month.end + timedelta(days=OLDEST_DAY)), month.end)


def _together(missing: Sequence[_Wanted]) -> Iterator[tuple[Period, str, list[_Wanted]]]:
    """Group what one query can compute: a month of the vendors of one time zone."""
    groups: dict[tuple[Period, str], list[_Wanted]] = {}
    for one in missing:
        groups.setdefault((one.month, one.timezone), []).append(one)
    for (month, timezone), group in groups.items():
        yield month, timezone, group


def _computed(
    ledger: Ledger,
    live: Sequence[Commit],
    aggregate: Aggregate,
    month: Period,
    timezone: str,
    group: Sequence[_Wanted],
) -> dict[Path, pa.Table]:
    vendors = tuple(sorted(one.vendor for one in group))
    window = Window(month, vendors, timezone, _observed_until(live, aggregate, month))
    read = _inputs(live, aggregate, vendors, month)
    files = {
        report: [part for c in read if c.report == report for part in ledger.parts(c)]
        for report in REPORTS
    }
    with ledger.over(files) as engine:
        whole = compute(aggregate, engine, window)
    by_vendor = whole.column("vendor")
    found = {}
    for one in group:
        mask = pa.array([value == one.vendor for value in by_vendor.to_pylist()], pa.bool_())
        found[one.path] = whole.filter(mask)
        store.write(one.path, found[one.path])
    return found
