"""What there is to know about an invoice as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd

from vendoreval.agreement import CLIENT
from vendoreval.invoicing.entries import BilledLine
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.rating.card import RateCard
from vendoreval.text import Count, Message, msg, nmsg


def notes_of(
    ledger: Ledger, vendor: str, period: Period, card: RateCard, lines: Sequence[BilledLine],
    others: pd.DataFrame,
) -> Iterator[Message]:  # fmt: skip
    """Yield what concerns no single line: wrong periods, numbers used twice, rows refused."""
    yield from _of_periods(lines, others)
    yield from _of_lines(lines, period)
    yield from _of_deliveries(ledger, vendor, period, card)


def _of_periods(lines: Sequence[BilledLine], others: pd.DataFrame) -> Iterator[Message]:
    months = sorted({f"{day:%Y-%m}" for day in map(_day, others["period_start"])})
    if not lines:
        yield (
            msg("no line of an invoice has its service in this period; the ledger holds "
                "invoices of: %(months)s", months=", ".join(months))
            if months
            else msg("no invoice of the vendor is in the ledger")
        )  # fmt: skip
    numbers = {line.invoice_id for line in lines}
    again = others[others["invoice_id"].isin(numbers)]
    for number, own in again.groupby("invoice_id", sort=True):
        held = sorted({f"{day:%Y-%m}" for day in map(_day, own["period_start"])})
        yield msg("invoice number %(number)s also stands on lines of %(months)s",
                  number=str(number), months=", ".join(held))  # fmt: skip


def _of_lines(lines: Sequence[BilledLine], period: Period) -> Iterator[Message]:
    crossing = [line for line in lines if line.period_end > period.end]
    if crossing:
        yield nmsg(
            "%(n)s line runs beyond the period; only reports of the period stand against it",
            "%(n)s lines run beyond the period; only reports of the period stand against them",
            len(crossing), n=Count(len(crossing)),
        )  # fmt: skip
    alike = Counter(
        (line.unit, line.campaign_id, line.period_start, line.quantity, line.amount)
        for line in lines
    )
    twice = sum(count - 1 for count in alike.values())
    if twice:
        yield nmsg(
            "%(n)s line repeats another one: same unit, campaign, days, quantity and amount",
            "%(n)s lines repeat another one: same unit, campaign, days, quantity and amount",
            twice, n=Count(twice),
        )  # fmt: skip


def _of_deliveries(
    ledger: Ledger, vendor: str, period: Period, card: RateCard
) -> Iterator[Message]:
    again_sent = sum(
        commit.vendor == vendor and commit.report == "invoice_lines"
        and commit.span is not None and commit.span.overlaps(period)
        for commit in set(ledger.commits) - set(ledger.live())
    )  # fmt: skip
    if again_sent:
        yield nmsg(
            "the invoice came again with other lines; %(n)s earlier delivery no longer counts",
            "the invoice came again with other lines; %(n)s earlier deliveries no longer count",
            again_sent, n=Count(again_sent),
        )  # fmt: skip
    lost = sum(
        commit.rows.quarantined + commit.rows.rejected
        for commit in ledger.live()
        if commit.vendor == vendor and commit.report in ("calls", "agent_days", "sales")
        and commit.span is not None and commit.span.overlaps(period)
    )  # fmt: skip
    if lost:
        yield nmsg(
            "%(n)s delivered row was not accepted and is in no expected quantity",
            "%(n)s delivered rows were not accepted and are in no expected quantity",
            lost, n=Count(lost),
        )  # fmt: skip
    by_sales = any(item.clawback or item.bonus or item.malus for item in card.items)
    if by_sales and CLIENT not in {commit.vendor for commit in ledger.live()}:
        yield msg("the client's own records are not in the ledger: cancelled sales are not known")


def _day(value: Any) -> date:
    return value.date() if isinstance(value, pd.Timestamp) else value
