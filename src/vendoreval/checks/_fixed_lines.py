"""Fixed lines of an invoice: monthly fees, set-up fees, the rest of a minimum, costs passed on.

A fixed line has no quantity to check. It is owed when the card has a clause for it, and
each clause pays once: a monthly fee for each month, a set-up fee ever.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._lines import Reading
from vendoreval.checks._terms import Findings
from vendoreval.invoicing.counting import month_shares
from vendoreval.period import Period
from vendoreval.rating.amounts import as_decimal, base_per_unit, priced_parts, smallest_coin
from vendoreval.rating.lines import CardLine
from vendoreval.rating.written_prices import in_vat_mode, is_written

_MINIMUM: Final = re.compile(r"minim|минимал|миниму|гарант|guarant", re.IGNORECASE)


class FixedLines:
    """The clauses of one card that pay for fixed lines, and what of them is used up.

    Parameters
    ----------
    card
        Unit -> its lines.
    work
        Every line of the period, to see which minimum is met.
    """

    def __init__(self, card: Mapping[str, Sequence[CardLine]], work: Sequence[Reading]) -> None:
        self._items = [line.item for lines in card.values() for line in lines]
        self._fixed = [item for item in self._items if item.unit == "fixed"]
        self._work = work
        self._setups: set[Decimal] = set()
        self._months: dict[tuple[Decimal, str], Decimal] = defaultdict(Decimal)
        self._minima: set[str] = set()
        self._passed: Decimal = Decimal(0)

    def use_past(self, lines: Sequence[Reading]) -> None:
        """Note what fixed lines of earlier periods have used up."""
        for one in lines:
            fee = self._setup_fee(one)
            if fee is not None and not self._monthly(one):
                self._setups.add(fee)

    def check(self, one: Reading, into: Findings) -> None:
        """Find the clause that a fixed line is owed under, or note that there is none."""
        amount = one.line.amount
        monthly, fee = self._monthly(one), self._setup_fee(one)
        if monthly is not None:
            self._use_month(one, monthly, into)
        elif fee is not None:
            if fee in self._setups:
                into.add("setup_again", one, one.claim(amount), fee)
            self._setups.add(fee)
        elif self._is_bonus(one) or self._is_connect_fee(one):
            return
        elif any(item.minimum_commitment for item in self._items):
            self._use_minimum(one, into)
        elif any(item.pass_through for item in self._items):
            self._use_pass_through(one, into)
        elif self._dearer(one) is not None:
            item = self._dearer(one)
            if item is not None:
                shown = self._shown(item.price, one, item)
                into.add("price", one, one.claim(amount - shown * one.line.quantity), item.price)
        else:
            into.add("unlisted", one, one.claim(amount))

    # ------------------------------------------------------------------- clauses

    def _agrees(self, one: Reading, price: Decimal, item: RateItem) -> bool:
        written = (one.line.unit_price, one.line.amount)
        shown = (price, in_vat_mode(price, item, "other"))
        return any(is_written(value, own) for value in written for own in shown)

    def _monthly(self, one: Reading) -> RateItem | None:
        for item in self._fixed:
            in_force = item.in_force(one.line.period_start)
            if in_force and not item.pass_through and self._agrees(one, item.price, item):
                return item
        return None

    def _setup_fee(self, one: Reading) -> Decimal | None:
        for item in self._items:
            if item.setup_fee is not None and self._agrees(one, item.setup_fee, item):
                return item.setup_fee
        return None

    def _use_month(self, one: Reading, item: RateItem, into: Findings) -> None:
        month = Period.month_of(one.line.period_start)
        share = sum(part for _, part in month_shares(item, month))
        due = as_decimal(Fraction(share, base_per_unit("fixed")), 4)
        key = (item.price, str(month))
        used = self._months[key] + one.line.quantity
        over = min(used - due, one.line.quantity)
        self._months[key] = used
        # a line for several months at once pays for each of them
        if over > Decimal("0.0001") and not _is_long(one):
            share_of_line = over / one.line.quantity if one.line.quantity else Decimal(1)
            into.add("fixed_again", one, one.claim(one.line.amount * share_of_line), item.price)

    def _dearer(self, one: Reading) -> RateItem | None:
        """Return the one monthly fee that a line can mean when its price is another one."""
        own = [item for item in self._fixed if item.in_force(one.line.period_start)]
        free = [
            item for item in own
            if not self._months[item.price, str(Period.month_of(one.line.period_start))]
        ]  # fmt: skip
        if len(own) == 1 and free and self._shown(own[0].price, one, own[0]) < one.line.unit_price:
            return own[0]
        return None

    def _shown(self, price: Decimal, one: Reading, item: RateItem) -> Decimal:
        with_vat = one.divisor != 1
        is_other = with_vat != (item.vat_mode == "gross") and item.vat_mode != "exempt"
        return in_vat_mode(price, item, "other") if is_other else price

    def _charged(self, item: RateItem, month: str) -> tuple[Decimal, Decimal]:
        """Return money and units that lines of work ask for in a month under a line."""
        own = [
            one for one in self._work
            if one.item is not None and one.item is item
            and f"{one.line.period_start:%Y-%m}" == month
        ]  # fmt: skip
        money = sum((one.line.amount for one in own), Decimal(0))
        return money, sum((one.line.quantity for one in own), Decimal(0))

    def _is_bonus(self, one: Reading) -> bool:
        month = f"{one.line.period_start:%Y-%m}"
        noise = smallest_coin(one.currency)
        for item in self._items:
            for step in item.bonus:
                if step.amount is not None and self._agrees(one, step.amount, item):
                    return True
                charged, _ = self._charged(item, month)
                if step.share is not None and abs(one.line.amount - charged * step.share) <= noise:
                    return True
        return False

    def _is_connect_fee(self, one: Reading) -> bool:
        return any(
            item.connect_fee and is_written(one.line.unit_price, item.connect_fee)
            for item in self._items
        )

    def _use_minimum(self, one: Reading, into: Findings) -> None:
        month = Period.month_of(one.line.period_start)
        rests = [
            self._rest(item, month) for item in self._items
            if item.minimum_commitment is not None and _touches(item, month)
        ]  # fmt: skip
        rest = sum(rests, Decimal(0)) if str(month) not in self._minima else Decimal(0)
        self._minima.add(str(month))
        above = one.line.amount - max(rest, Decimal(0))
        if above <= smallest_coin(one.currency):
            return
        named = bool(_MINIMUM.search(one.line.description)) or rest > 0
        into.add("minimum" if named else "unlisted", one, one.claim(above), max(rest, Decimal(0)))

    def _rest(self, item: RateItem, month: Period) -> Decimal:
        """Return what is missing to the minimum of a month."""
        minimum = item.minimum_commitment
        if minimum is None:
            return Decimal(0)
        money, units = self._charged(item, str(month))
        share = Fraction(1)
        if minimum.prorated:
            first, end = (
                max(item.valid_from, month.start),
                min(item.valid_to or month.end, month.end),
            )
            share = Fraction((end - first).days, month.days)
        if minimum.amount is not None:
            return as_decimal(Fraction(minimum.amount) * share, 2) - money
        missing = as_decimal(Fraction(minimum.quantity or 0) * share, 4) - units
        base = max(int(units * base_per_unit(item.unit)), 1)
        return missing * priced_parts(item, base)[-1].price

    def _use_pass_through(self, one: Reading, into: Findings) -> None:
        limits = [
            item.pass_through.maximum if item.pass_through.maximum is not None else item.price
            for item in self._items if item.pass_through is not None
        ]  # fmt: skip
        before, limit = self._passed, sum(limits, Decimal(0))
        self._passed += one.line.amount
        above = min(self._passed - limit, one.line.amount, self._passed - before)
        if limit and above > smallest_coin(one.currency):
            into.add("pass_through", one, one.claim(above), limit)


def _is_long(one: Reading) -> bool:
    """Whether a line is for more than a month."""
    return (one.line.period_end - one.line.period_start).days > 31


def _touches(item: RateItem, month: Period) -> bool:
    end: date = item.valid_to or month.end
    return item.valid_from < month.end and end > month.start
