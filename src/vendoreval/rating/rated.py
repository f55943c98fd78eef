"""What a rating came to: every call, and the totals of every line of the card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Final

import pandas as pd

from vendoreval.agreement.rate_items import RateItem
from vendoreval.rating.amounts import as_decimal, base_per_unit, exact_amount, to_coin, vat_of
from vendoreval.rating.card import RateCard
from vendoreval.rating.columns import UNPRICED
from vendoreval.rating.lines import MINUTE_UNITS
from vendoreval.rating.reference import rounded_total
from vendoreval.text import Count, Message, language, msg

COLUMNS: Final = (
    "call_id", "agent_id", "campaign_id", "started_at", "started_on", "disposition", "unit",
    "rate_item", "talk_seconds", "rated_seconds", "billed_seconds", "rated_calls", "amount",
    "currency", "state",
)  # fmt: skip
# how a call was billed -> what that means
STATES: Final[dict[str, Message]] = {
    "as_rated": msg("billed as the card says"),
    "above": msg("billed above the card"),
    "below": msg("billed below the card"),
    "unbillable": msg("billed, though the card excludes the call"),
    "not_billed": msg("in the log and not billed"),
    "not_logged": msg("billed and not in the log"),
    "no_price": msg("no line of the card prices the call"),
    "unknown": msg("what was billed for the call is not known"),
}
_SHOWN: Final = 12


@dataclass(frozen=True)
class RatedTotal:
    """The calls of one line of the card.

    Parameters
    ----------
    rate_item
        Key of the line; its number is the place in the card.
    calls, billable_calls
        Calls the line prices, and those of them with something to bill.
    talk_seconds, rated_seconds, billed_seconds
        As logged, as the card counts them after all rounding, and as billed (`None` where
        no call says it). Rated calls are not timed in a unit that counts calls.
    quantity
        Rated units: minutes, or calls.
    amount
        As the card writes it, rounded to the smallest coin; `exact_amount` before that.
    net, vat
        The same amount without VAT, and the VAT.
    """

    rate_item: str
    item: RateItem
    calls: int
    billable_calls: int
    talk_seconds: int
    rated_seconds: int | None
    billed_seconds: int | None
    quantity: Decimal
    exact_amount: Fraction
    amount: Decimal
    net: Decimal
    vat: Decimal


@dataclass(frozen=True, repr=False)
class RatedCalls:
    """Calls under a card.

    Parameters
    ----------
    totals
        One for each line of the card that prices a call.
    """

    card: RateCard
    totals: tuple[RatedTotal, ...]
    _frame: pd.DataFrame = field(repr=False, compare=False)

    @property
    def amounts(self) -> Mapping[str, Decimal]:
        """Currency -> what the calls cost as the card writes it; two are never added.

        Lines are rounded one by one or together, as their `money_rounding` says.
        """
        lines: dict[str, Decimal] = defaultdict(Decimal)
        together: dict[str, Fraction] = defaultdict(Fraction)
        for total in self.totals:
            currency = total.item.currency
            if total.item.money_rounding == "line":
                lines[currency] += total.amount
            else:
                together[currency] += total.exact_amount
        return {
            currency: lines[currency] + to_coin(as_decimal(together[currency]), currency)
            for currency in sorted({*lines, *together})
        }

    @property
    def states(self) -> Mapping[str, int]:
        """State -> calls in it, the agreed ones first."""
        counted = self._frame["state"].value_counts()
        return {state: int(counted[state]) for state in STATES if state in counted.index}

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each call and unit, in the order of their start."""
        return self._frame.copy()

    def __len__(self) -> int:
        return len(self._frame)

    def __bool__(self) -> bool:
        # a rating without calls is still a rating
        return True

    def __repr__(self) -> str:
        talk = sum(t.talk_seconds for t in self.totals)
        parts = [f"{len(self._frame):,} calls", f"talk {talk:,} s"]
        rated = [t.rated_seconds for t in self.totals if t.rated_seconds is not None]
        if rated:
            parts.append(f"rated {sum(rated):,} s")
        billed = [t.billed_seconds for t in self.totals if t.billed_seconds is not None]
        if billed:
            parts.append(f"billed {sum(billed):,} s")
        parts += [f"{currency} {amount}" for currency, amount in self.amounts.items()]
        return f"RatedCalls({', '.join(parts)})"

    def _repr_html_(self) -> str:
        return self.to_html("en")

    def to_html(self, language_code: str = "en") -> str:
        """Return the totals and the first calls for a notebook."""
        shown = ["call_id", "unit", "talk_seconds", "rated_seconds", "billed_seconds", "amount",
                 "currency", "state"]  # fmt: skip
        speak = language(language_code).say
        head = "".join(f"<th>{escape(name)}</th>" for name in shown)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row) + "</tr>"
            for row in self._frame[shown].head(_SHOWN).itertuples(index=False)
        )
        more = len(self._frame) - _SHOWN
        rest = f"<p>{escape(speak(msg('and %(n)s more', n=Count(more))))}</p>" if more > 0 else ""
        return f"<p>{escape(repr(self))}</p><table><tr>{head}</tr>{rows}</table>{rest}"


def _cell(value: object) -> str:
    if value is None or value is pd.NA:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def totals_of(card: RateCard, frame: pd.DataFrame) -> tuple[RatedTotal, ...]:
    """Return the totals of every line that prices a call of a rated frame.

    The frame has the columns of `rate`, among them `base` (what the line counts of the
    call) and `fee_calls`.
    """
    items = {line.key: line.item for unit in card.call_units for line in card.lines(unit)}
    totals = [
        _total(str(key), items[str(key)], own)
        for key, own in frame.groupby("rate_item", sort=False)
        if key != UNPRICED
    ]
    order = list(items)
    return tuple(sorted(totals, key=lambda total: order.index(total.rate_item)))


def _total(key: str, item: RateItem, own: pd.DataFrame) -> RatedTotal:
    base, timed = counted_in_all(item, own), item.unit in MINUTE_UNITS
    exact = exact_amount(item, base, int(own["fee_calls"].sum()))
    amount = to_coin(as_decimal(exact), item.currency)
    vat = to_coin(vat_of(amount, item), item.currency)
    billed = own["billed_seconds"].dropna()
    return RatedTotal(
        key,
        item,
        calls=len(own),
        billable_calls=int((own["base"] > 0).sum()),
        talk_seconds=int(own["talk_seconds"].sum()),
        rated_seconds=base if timed else None,
        billed_seconds=int(billed.sum()) if timed and len(billed) else None,
        quantity=as_decimal(Fraction(base, base_per_unit(item.unit)), 4),
        exact_amount=exact,
        amount=amount,
        net=amount - vat if item.vat_mode == "gross" else amount,
        vat=vat,
    )


def counted_in_all(item: RateItem, own: pd.DataFrame) -> int:
    """Return what a line counts of its calls after the rounding of days or of the whole."""
    if item.round_scope == "call":
        return int(own["base"].sum())
    by_day = own.groupby("started_on")["base"].sum()
    days = {day: int(base) for day, base in by_day.items() if isinstance(day, date)}
    return rounded_total(item, days)
