"""Small things that several checks say in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce

import ibis
import pandas as pd

from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks.base import Answer, NotRun, Step
from vendoreval.rating import money_of
from vendoreval.rating.amounts import steps_in_base
from vendoreval.text import Count, Message, Money, Number, msg

KOPECK = Decimal("0.01")
MINUTE = Decimal("0.01")


def not_run(check: str, vendor: str, reason: Message, demand: Message, n: int = 0) -> Answer:
    """Return the answer to a question that could not be asked of a vendor."""
    return Answer(vendor, reason, n, not_run=NotRun(check, vendor, reason, demand))


def without_billed_seconds(check: str, vendor: str) -> Answer:
    """Return the answer where no call says what was billed for it."""
    return not_run(
        check,
        vendor,
        msg("no call under a line per minute says how many seconds were billed"),
        msg("the call log with the seconds billed for every call (billed_seconds), and a "
            "rate card with a line per minute"),
    )  # fmt: skip


def of_vendor(frame: pd.DataFrame, vendor: str) -> pd.DataFrame:
    """Return the rows of one vendor."""
    return frame[frame["vendor"] == vendor]


def of_others(frame: pd.DataFrame, vendor: str) -> pd.DataFrame:
    """Return the rows of all vendors but one."""
    return frame[frame["vendor"] != vendor]


def total(frame: pd.DataFrame, column: str) -> int:
    """Return a whole sum; an empty frame adds up to nothing."""
    return int(frame[column].sum()) if len(frame) else 0


def minutes(seconds: int) -> Decimal:
    """Return seconds as minutes with two decimals, as they are printed and priced."""
    return (Decimal(seconds) / 60).quantize(MINUTE, ROUND_HALF_UP)


def amount(value: Decimal) -> Decimal:
    """Return money rounded to the smallest coin."""
    return value.quantize(KOPECK, ROUND_HALF_UP)


def decimal_of(value: object) -> Decimal:
    """Return a figure of a small table as `Decimal`; an empty cell is zero."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]  # a cell may hold anything
        return Decimal(0)
    return value if isinstance(value, Decimal) else Decimal(str(value))


def text_of(value: object) -> str:
    """Return a text cell; an empty one is an empty text."""
    return value if isinstance(value, str) else ""


def agents_line(counts: pd.Series, limit: int = 5) -> str:
    """Return agents by code with their counts, the largest first: ``A7 (12), A3 (4)``.

    Examples
    --------
    >>> agents_line(pd.Series({"A3": 4, "A7": 12}))
    'A7 (12), A3 (4)'
    """
    ordered = sorted(counts.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    named = [f"{agent} ({int(count)})" for agent, count in ordered[:limit]]
    return ", ".join(named) + (", …" if len(ordered) > limit else "")


def price_text(price: Decimal) -> Number:
    """Return a price with all its decimals, two at least."""
    exponent = price.normalize().as_tuple().exponent
    return Number(float(price), max(2, -int(exponent)))


def priced_seconds(
    parts: Sequence[tuple[int, RateItem]], currency: str
) -> tuple[Decimal, tuple[Step, ...]]:
    """Return what rated seconds are worth without VAT, and the calculation as it is printed.

    Under steps of volume seconds are valued at the lowest price.

    Parameters
    ----------
    parts
        Seconds and the line of the card that prices them.
    """
    parts = [part for part in parts if part[0]]
    values = [
        amount(money_of(seconds, lowest_price(item)) / _divisor(item)) for seconds, item in parts
    ]
    whole = sum(values, Decimal(0))
    result = Step(money_text(whole, currency), msg("net of VAT"), "=")
    if len(parts) == 1:
        return whole, (*_chain(*parts[0]), result)
    steps = [
        Step(
            money_text(value, currency),
            msg(
                "%(seconds)s seconds at %(price)s a minute",
                seconds=Count(seconds),
                price=price_text(lowest_price(item)),
            ),
            "+" if number else "",
        )
        for number, ((seconds, item), value) in enumerate(zip(parts, values, strict=True))
    ]
    return whole, (*steps, result)


def _chain(seconds: int, item: RateItem) -> tuple[Step, ...]:
    steps = [
        Step(msg("%(n)s", n=Count(seconds)), msg("seconds")),
        Step(msg("%(n)s", n=Count(60)), msg("seconds in a minute"), "÷"),
        Step(
            msg("%(n)s", n=price_text(lowest_price(item))),
            msg("price of a minute on the card"),
            "×",
        ),
    ]
    if _divisor(item) != 1:
        divisor = price_text(_divisor(item))
        steps.append(Step(msg("%(n)s", n=divisor), msg("the price includes VAT"), "÷"))
    return tuple(steps)


def lowest_price(item: RateItem) -> Decimal:
    """Return the price of a unit, under steps of volume the lowest."""
    return min(price for _, price in steps_in_base(item))


def _divisor(item: RateItem) -> Decimal:
    return 1 + item.vat_rate if item.vat_mode == "gross" else Decimal(1)


def money_text(value: Decimal, currency: str) -> Message:
    """Return an exact amount standing on its own."""
    return msg("%(money)s", money=Money(value, currency))


def sentences(parts: Sequence[Message]) -> Message:
    """Join clauses with semicolons into one message."""
    template = "; ".join(f"%(part{number})s" for number in range(len(parts)))
    return msg(template, **{f"part{number}": part for number, part in enumerate(parts)})


def stack(parts: Sequence[ibis.Table], columns: Mapping[str, str]) -> ibis.Table:
    """Put tables under each other; a column that a part lacks is empty (or zero) there.

    Parameters
    ----------
    columns
        Name -> type of the result. Every column is cast, because two tables that differ
        in what may be null cannot be united.
    """

    def shaped(part: ibis.Table) -> ibis.Table:
        chosen = {
            name: (part[name] if name in part.columns else _nothing(kind)).cast(kind)
            for name, kind in columns.items()
        }
        return part.select(**chosen)

    return reduce(lambda above, below: above.union(below), [shaped(part) for part in parts])


def _nothing(kind: str) -> ibis.Value:
    # whole numbers stay whole in a frame only where nothing is null
    return ibis.literal(0) if kind == "int64" else ibis.null()


def mentions(text: ibis.Value, fragments: Sequence[str]) -> ibis.Value:
    """Return whether a free text holds one of the fragments, in any letter case."""
    lowered = text.fill_null("").lower()
    return reduce(lambda left, right: left | right, [lowered.contains(f) for f in fragments])


def in_period(column: ibis.Value, first: date, after_last: date) -> ibis.Value:
    """Return whether a day lies in a half-open range."""
    return (column >= ibis.literal(first)) & (column < ibis.literal(after_last))
