"""What the page holds of one vendor: sums by agent and day, invoices, the contract bank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

import ibis
import pandas as pd
import pyarrow as pa

from vendoreval.agreement import CLIENT
from vendoreval.bank import ContractBank, contract_bank
from vendoreval.daily.gather import Gatherer
from vendoreval.daily.notes import source_notes
from vendoreval.daily.productivity import known_days
from vendoreval.daily.sources import OFFERED, Choice, Sources, choices, chosen_of
from vendoreval.dashboards.shown import SHOWN, facts
from vendoreval.engine import Parts, frame
from vendoreval.ledger import Ledger
from vendoreval.measures import TIME_UNITS
from vendoreval.measures.cut import Cut, blocks_table
from vendoreval.measures.funnel_facts import kept_facts
from vendoreval.period import Period
from vendoreval.tables import TABLES
from vendoreval.text import Message

_EPOCH: Final = date(1970, 1, 1)
#: parts of a currency unit an amount is kept in, so that sums stay exact
MONEY_PARTS: Final = 10_000
#: month ends of which the stages of the bank are shown
_MOST_ENDS: Final = 60


@dataclass(frozen=True)
class Bill:
    """Invoice lines of one service period; the last day is included."""

    first_on: date
    last_on: date
    amount_parts: int
    minutes: float


@dataclass(frozen=True)
class Looked:
    """A month, and where its facts may come from.

    Parameters
    ----------
    offered
        Fact -> its choices, the best first.
    told
        Whether the agents' sessions tell the breaks between dials.
    notes
        What must be known of the sources.
    """

    month: Period
    offered: Mapping[str, tuple[Choice, ...]]
    told: bool
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class VendorDays:
    """Everything of one vendor.

    Parameters
    ----------
    agents
        Codes as the ledger holds them, in order.
    rows
        `day` (days since 1970), `agent` (0 for all together, else 1 + place in `agents`) and a
        column of whole numbers for each fact, NaN where it is unknown; in the order of days.
    working_days
        Days since 1970.
    last_day
        The last day for which anything was delivered.
    sales
        Surviving sales in the client's records by day since 1970.
    sales_cover
        First and last day of what the client delivered of them.
    bank
        The contract bank on its last day; None when nothing of it was delivered.
    ends
        Month ends and the companies at each stage on them.
    months
        Every month of the data, with what was delivered in it for each fact.
    """

    vendor: str
    title: str
    agents: tuple[str, ...]
    rows: pd.DataFrame
    working_days: tuple[int, ...]
    last_day: date | None
    bills: tuple[Bill, ...]
    sales: dict[int, int]
    sales_cover: tuple[tuple[int, int], ...]
    bank: ContractBank | None
    ends: tuple[tuple[date, dict[str, int]], ...]
    months: tuple[Looked, ...]


def day_number(day: date) -> int:
    """Return days since 1970.

    Examples
    --------
    >>> day_number(date(1970, 1, 3))
    2
    """
    return (day - _EPOCH).days


def gather(ledger: Ledger, vendor: str, limit_seconds: int) -> VendorDays:
    """Read everything of one vendor.

    Raises
    ------
    LedgerError
        If a delivery is damaged.
    """
    title = ledger.agreement(vendor).title or vendor
    days, last = known_days(ledger, vendor)
    months = list(_looked_at(ledger, vendor, days, last))
    agents, rows = _numbered(list(_facts(ledger, vendor, months, limit_seconds)))
    bank, ends = _bank(ledger, vendor)
    sales, cover = _sales(ledger, vendor)
    return VendorDays(
        vendor, title, agents, rows, tuple(day_number(day) for day in days),
        last if days else None, _bills(ledger, vendor), sales, cover, bank, ends, tuple(months),
    )  # fmt: skip


def _months(first: date, last: date) -> Iterator[Period]:
    month = Period.month_of(first)
    while month.start <= last:
        yield month
        month = Period.month_of(month.end)


def _looked_at(ledger: Ledger, vendor: str, days: Sequence[date], last: date) -> Iterator[Looked]:
    if not days:
        return
    # no clock is looked at, so no zone is needed
    cut = Cut((vendor,), "agent", "UTC", Period.month_of(days[0]))
    for month in _months(days[0], last):
        offered = choices(ledger, vendor, month, cut)
        chosen = chosen_of(offered)
        gatherer = Gatherer(ledger, vendor, chosen, 1)
        told = "intervals" in chosen.chosen and gatherer.breaks_by_sessions(cut, month)
        yield Looked(month, offered, told,
                     tuple(source_notes(SHOWN, chosen)))  # fmt: skip


def _facts(
    ledger: Ledger, vendor: str, months: Sequence[Looked], limit_seconds: int
) -> Iterator[pd.DataFrame]:
    """Yield one row for each part and day, and one for each day as a whole.

    Every place a fact may come from is read: two periods are set against each other by the
    same one, and which it is depends on the period.
    """
    for told, run in groupby(months, key=lambda one: one.told):
        looked = list(run)
        span = Period(looked[0].month.start, looked[-1].month.end)
        offered = [one for month in looked for several in month.offered.values() for one in several]
        read = {one.column: (one.report, one.column) for one in offered if one.state != "absent"}
        if not read:
            continue
        gatherer = Gatherer(ledger, vendor, Sources(read), limit_seconds, additive=True)
        cut = Cut((vendor,), "agent", "UTC", span)
        blocks = {day_number(day): Period(day, day + timedelta(days=1)) for day in _days_of(span)}
        yield gatherer.facts(cut, blocks, by_sessions=told)


def _days_of(span: Period) -> list[date]:
    return [span.start + timedelta(days=n) for n in range(span.days)]


def _numbered(found: Sequence[pd.DataFrame]) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return the agents and the rows with numbers in place of codes."""
    filled = [table for table in found if not table.empty]
    # the whole is 0, so that no code of an agent can stand for it
    names = facts(name for table in filled for name in table.columns if name in OFFERED)
    if not filled:
        return (), pd.DataFrame(columns=["day", "agent", *names], dtype="int64")
    table = pd.concat(filled, ignore_index=True)
    parts = table[table["whole"] == 0]
    agents = tuple(sorted(set(parts["part"].astype(str))))
    numbers = {code: number for number, code in enumerate(agents, start=1)}
    agent = table["part"].astype(str).map(numbers).where(table["whole"] == 0, 0)
    kept: dict[str, Any] = {
        "day": table["block"].astype("int64"), "agent": agent.astype("int64")
    }  # fmt: skip
    for name in names:
        if name in table:
            kept[name] = table[name].astype("float64")
    rows = pd.DataFrame(kept).sort_values(["day", "agent"], kind="stable")
    return agents, rows.reset_index(drop=True)


def _bills(ledger: Ledger, vendor: str) -> tuple[Bill, ...]:
    lines = TABLES["invoice_lines"]
    minutes = lines.unit.isin(TIME_UNITS).ifelse(lines.quantity.cast("float64"), 0.0)
    asked = lines.filter(
        lines.vendor == vendor, lines.period_start.notnull(), lines.period_end.notnull()
    )
    sums = asked.group_by("period_start", "period_end").agg(
        amount=asked.amount.sum(), minutes=minutes.sum()
    )
    with ledger.engine(vendors=(vendor,)) as engine:
        found = engine.run(sums).to_pylist()
    return tuple(
        Bill(line["period_start"], line["period_end"],
             int((line["amount"] or 0) * MONEY_PARTS), float(line["minutes"] or 0.0))
        for line in sorted(found, key=lambda one: (one["period_start"], one["period_end"]))
    )  # fmt: skip


def _sales(ledger: Ledger, vendor: str) -> tuple[dict[int, int], tuple[tuple[int, int], ...]]:
    """Return the client's surviving sales by day, and the days the client's records cover."""
    spans = sorted(
        c.span for c in ledger.live()
        if (c.vendor, c.report) == (CLIENT, "client_sales") and c.span is not None
    )  # fmt: skip
    if not spans:
        return {}, ()
    span = Period(spans[0].start, max(one.end for one in spans))
    files: dict[str, Parts | pa.Table] = {
        report: ledger.rows(report).files for report in ("client_sales", "leads")
    }
    days = [(day_number(day), Period(day, day + timedelta(days=1))) for day in _days_of(span)]
    with ledger.over(files | {"blocks": blocks_table(days)}) as engine:
        asked: ibis.Table = kept_facts(TABLES, Cut((vendor,), "day", "UTC", span))
        rows = frame(engine.run(asked))
    rows = rows[rows["whole"] == 1]
    sold = {int(day): int(n) for day, n in zip(rows["block"], rows["sales_kept"], strict=True)}
    return sold, tuple((day_number(one.start), day_number(one.last_day)) for one in spans)


def _bank(
    ledger: Ledger, vendor: str
) -> tuple[ContractBank | None, tuple[tuple[date, dict[str, int]], ...]]:
    """Return the bank on its last day, and how many companies stood where at month ends."""
    if not any(ledger.columns(vendor, report) for report in ("funnel", "funnel_events")):
        return None, ()
    bank = contract_bank(ledger, vendor)
    moved = bank.first_move_on
    if moved is None:
        return bank, ()
    ends = [month.last_day for month in _months(moved, bank.on) if month.last_day < bank.on]
    return bank, tuple(
        (day, {str(k): int(n) for k, n in bank.stage_on(day).value_counts().items()})
        for day in (*ends[-_MOST_ENDS:], bank.on)
    )
