"""Calls at question, priced by the card: the seconds of each, and what they are worth together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import ibis
import pandas as pd

from vendoreval.agreement import Agreement
from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._answers import amount, in_period, money_text, price_text, priced_seconds
from vendoreval.checks.base import Scope, Step, Tables
from vendoreval.rating import MINUTE_UNITS, CardLine, card_lines, net_of_vat, rate_calls
from vendoreval.rating.amounts import steps_in_base
from vendoreval.tables import ADMIN
from vendoreval.text import Count, Message, Money, Percent, msg

# units by which a call is paid for, the first that a vendor's card has counts
_PAYING: Final = (MINUTE_UNITS, ("contact",), ("dial",))


def cards_of(scope: Scope) -> dict[str, Agreement]:
    """Return the agreements of the audited vendors."""
    return {v: scope.agreements[v] for v in scope.vendors if v in scope.agreements}


def paying_lines(scope: Scope) -> tuple[CardLine, ...]:
    """Return the lines that pay for calls: by the minute, else by the contact or the dial."""
    found: list[CardLine] = []
    for vendor, agreement in sorted(cards_of(scope).items()):
        own = (card_lines({vendor: agreement}, units) for units in _PAYING)
        found += next((lines for lines in own if lines), ())
    return tuple(found)


def calls_of(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls of the period that are neither tests nor internal."""
    calls = tables["calls"]
    return calls.filter(
        calls.vendor.isin(scope.vendors),
        in_period(calls.started_on, scope.period.start, scope.period.end),
        ~calls.is_test.fill_null(False),
        calls.disposition.notin(ADMIN),
    )


def priced(calls: ibis.Table, scope: Scope) -> ibis.Table:
    """Add the line that pays for each call, the seconds it pays for, and the calls it counts.

    Returns
    -------
    ibis.Table
        The calls with `rate_item`, `billable_seconds` (rated by the card; talk and hold
        where the vendor's card pays by the call or there is none) and `billable_units`
        (1 for a call that is paid for as one).
    """
    lines = paying_lines(scope)
    rated = rate_calls(calls, lines)
    counted = [line.key for line in lines if not line.is_timed]
    timed = sorted({line.vendor for line in lines if line.is_timed})
    by_call = _one_of(rated.rate_item, counted)
    spoken = rated.talk_seconds + rated.hold_seconds.fill_null(0)
    by_second = _one_of(rated.vendor, timed)
    return rated.mutate(
        billable_seconds=by_second.ifelse(rated.rated_seconds, spoken).cast("int64"),
        billable_units=by_call.ifelse(rated.rated_seconds, 0).cast("int64"),
    )


def _one_of(column: Any, values: list[str]) -> Any:
    return column.isin(values) if values else ibis.literal(False)


def count(condition: Any) -> Any:
    """Return how many rows hold a condition."""
    return condition.fill_null(False).cast("int64").sum().fill_null(0).cast("int64")


def add(column: Any) -> Any:
    """Return the sum of whole numbers; of none it is 0."""
    return column.fill_null(0).sum().fill_null(0).cast("int64")


def worth(
    own: pd.DataFrame, vendor: str, scope: Scope
) -> tuple[Decimal | None, tuple[Step, ...]]:  # fmt: skip
    """Return what the calls at question cost by the card, and the calculation.

    Parameters
    ----------
    own
        Rows of the vendor with `rate_item`, `seconds` (at question) and `units` (calls at
        question that are paid for as one).

    Returns
    -------
    tuple
        No money without a card in the client's currency. Under steps of volume the lowest
        price counts.
    """
    items = {line.key: _lowest(line.item) for line in paying_lines(scope) if line.vendor == vendor}
    if not items or any(item.currency != scope.currency for item in items.values()):
        return None, ()
    known = own[own["rate_item"].isin(list(items))]
    sums = known.groupby("rate_item")[["seconds", "units"]].sum()
    timed, counted = [], []
    for key, row in sums.iterrows():
        item = items[str(key)]
        if item.unit in MINUTE_UNITS:
            timed.append((int(row["seconds"]), item))
        elif row["units"]:
            counted.append((int(row["units"]), item))
    if counted:
        return _by_the_call(counted, scope.currency)
    return priced_seconds(timed, scope.currency)


def _lowest(item: RateItem) -> RateItem:
    if item.tiers is None:
        return item
    price = min(price for _, price in steps_in_base(item))
    return item.model_copy(update={"price": price, "tiers": None})


def _by_the_call(
    parts: list[tuple[int, RateItem]], currency: str
) -> tuple[Decimal, tuple[Step, ...]]:
    values = [amount(net_of_vat(n * item.price, item)) for n, item in parts]
    whole = sum(values, Decimal(0))
    steps = [
        Step(money_text(value, currency), _each(n, item), "+" if number else "")
        for number, (value, (n, item)) in enumerate(zip(values, parts, strict=True))
    ]
    return whole, (*steps, Step(money_text(whole, currency), msg("net of VAT"), "="))


def _each(n: int, item: RateItem) -> Message:
    price = price_text(item.price)
    if item.vat_mode == "gross":
        return msg("calls: %(n)s at %(price)s each, VAT taken out", n=Count(n), price=price)
    return msg("calls: %(n)s at %(price)s each", n=Count(n), price=price)


def costs(money: Decimal | None, currency: str) -> Message | None:
    """Return what the calls at question cost, as a sentence."""
    if money is None:
        return None
    return msg("these calls cost %(money)s net of VAT", money=Money(money, currency))


def elsewhere(hits: int, n: int) -> list[Message]:
    """Return the share at the other vendors, when there are any."""
    if not n:
        return []
    return [msg("share at the other vendors: %(share)s", share=Percent(hits / n, 2))]
