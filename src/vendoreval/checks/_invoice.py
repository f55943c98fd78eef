"""Minutes of an invoice set against the minutes its card allows, price by price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Final

import pandas as pd

from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._answers import MINUTE, amount, decimal_of, money_text, price_text, sentences
from vendoreval.checks.base import Evidence, Range, Scope, Step
from vendoreval.rating import CardLine, minute_rates, not_applied, rounded_total
from vendoreval.text import Count, Message, Money, Number, msg

ID: Final = "billed_over_logged"
# invoices write prices to the smallest coin, tables to four decimals
_PRICE_ROUNDING: Final = Decimal("0.005")
_TABLE_PRICE: Final = Decimal("0.0001")
_WRITTEN_MINUTE: Final = Decimal("0.0001")


@dataclass(frozen=True)
class Group:
    """Campaigns of one unit that were billed at one price.

    Parameters
    ----------
    price
        Price billed for a minute, as the invoice writes it.
    billed, logged
        Minutes on the invoice and minutes the card allows for the calls.
    charged, owed
        Money of both at the price valued, as the invoice writes it. An invoice above the
        price of the card is valued at the card's: the rest of its price is another question.
    set_off
        Money of minutes that other campaigns were billed below their log.
    """

    unit: str
    price: Decimal
    item: RateItem
    campaigns: tuple[str, ...]
    billed: Decimal
    logged: Decimal
    calls: int
    lines: int
    days: int
    charged: Decimal
    owed: Decimal
    set_off: Decimal = Decimal(0)

    @property
    def excess(self) -> Decimal:
        """Minutes billed above the log; negative when below."""
        return self.billed - self.logged

    @property
    def in_other_vat_mode(self) -> bool:
        """Whether the invoice writes the card's own price, but with or without its VAT."""
        item = self.item
        if item.vat_mode == "exempt" or not item.vat_rate:
            return False
        factor = 1 + item.vat_rate
        other = item.price / factor if item.vat_mode == "gross" else item.price * factor
        return abs(self.price - other) <= _PRICE_ROUNDING

    @property
    def divisor(self) -> Decimal:
        """What takes the VAT out of the price billed."""
        with_vat = (self.item.vat_mode == "gross") != self.in_other_vat_mode
        return 1 + self.item.vat_rate if with_vat else Decimal(1)

    @property
    def valued_price(self) -> Decimal:
        """Price of a minute at which the excess is valued: as billed, at most the card's."""
        if self.in_other_vat_mode or self.item.tiers:
            return self.price
        return min(self.price, max(self.item.price, self.item.price.quantize(_TABLE_PRICE)))

    @property
    def value(self) -> Decimal:
        """Net money of the excess, before anything is set off."""
        return amount((self.charged - self.owed) / self.divisor)

    @property
    def tolerance(self) -> Decimal:
        """Minutes that both sides accept as clock noise."""
        agreed = self.item.invoice_tolerance
        return max(agreed.relative * self.logged, agreed.absolute)


def group_lines(own: pd.DataFrame, vendor: str, scope: Scope) -> tuple[list[Group], int]:
    """Return the groups of one vendor and how many lines no line of the card prices."""
    cards = {vendor: scope.agreements[vendor]} if vendor in scope.agreements else {}
    groups: dict[tuple[str, Decimal], Group] = {}
    unpriced = 0
    lines, calls = own[own["kind"] == "line"], own[own["kind"] == "calls"]
    for unit, of_unit in lines.groupby("unit"):
        rates = minute_rates(cards, str(unit))
        logged = calls[calls["unit"] == unit]
        named = set(of_unit["campaign_id"]) - {""}
        # calls without a campaign may belong to any line, those of no billed campaign to none
        anywhere = "" if "" in set(of_unit["campaign_id"]) else min(named, default="")
        for campaign, billed in of_unit.groupby("campaign_id"):
            item = _item(rates, str(campaign), min(billed["first_on"]))
            if item is None:
                unpriced += int(billed["n"].sum())
                continue
            mine = logged["campaign_id"] == campaign
            if campaign == "":
                mine = ~logged["campaign_id"].isin(named)
            elif campaign == anywhere:
                mine = mine | (logged["campaign_id"] == "")
            group = _group((str(unit), str(campaign)), item, billed, logged[mine], rates)
            key = (group.unit, group.price)
            groups[key] = _merged(groups[key], group) if key in groups else group
    return list(groups.values()), unpriced


def _item(rates: Sequence[CardLine], campaign: str, day: date) -> RateItem | None:
    for rate in rates:
        item = rate.item
        if item.in_force(day) and (not item.campaigns or campaign in item.campaigns):
            return item
    return None


def _group(
    scope: tuple[str, str],
    item: RateItem,
    billed: pd.DataFrame,
    logged: pd.DataFrame,
    rates: Sequence[CardLine],
) -> Group:
    unit, campaign = scope
    quantity = sum((decimal_of(value) for value in billed["quantity"]), Decimal(0))
    worth = sum((decimal_of(value) for value in billed["worth"]), Decimal(0))
    # with several prices the excess is valued at the lowest
    price = min(decimal_of(value) for value in billed["unit_price"])
    seconds = _seconds(logged, rates)
    group = Group(
        unit=unit,
        price=price,
        item=item,
        campaigns=(campaign,) if campaign else (),
        billed=quantity.quantize(MINUTE),
        logged=(Decimal(seconds) / 60).quantize(MINUTE, ROUND_CEILING),
        calls=int(logged["n"].sum()),
        lines=int(billed["n"].sum()),
        days=int(logged["first_on"].nunique()),
        charged=worth,
        owed=Decimal(0),
    )
    valued = group.valued_price
    if valued != price or billed["unit_price"].nunique() > 1:
        worth = amount(quantity * valued)
    # minutes are written with four decimals before they are priced
    owed = amount((Decimal(seconds) / 60).quantize(_WRITTEN_MINUTE, ROUND_HALF_UP) * valued)
    return replace(group, charged=worth, owed=owed)


def _seconds(logged: pd.DataFrame, rates: Sequence[CardLine]) -> int:
    items = {rate.key: rate.item for rate in rates}
    seconds = 0
    for key, of_item in logged.groupby("rate_item"):
        by_day = of_item.groupby("first_on")["seconds"].sum()
        days = {day: int(value) for day, value in by_day.items() if isinstance(day, date)}
        seconds += rounded_total(items[str(key)], days)
    return seconds


def _merged(left: Group, right: Group) -> Group:
    return replace(
        left,
        campaigns=(*left.campaigns, *right.campaigns),
        billed=left.billed + right.billed,
        logged=left.logged + right.logged,
        calls=left.calls + right.calls,
        lines=left.lines + right.lines,
        days=max(left.days, right.days),
        charged=left.charged + right.charged,
        owed=left.owed + right.owed,
    )


def within_tolerance(groups: Sequence[Group]) -> bool:
    """Whether the net difference of all groups stays inside what the card accepts."""
    return sum(g.excess for g in groups) <= max((g.tolerance for g in groups), default=Decimal(0))


def settle(groups: Sequence[Group]) -> list[Group]:
    """Return the groups billed above their log, with the shortfalls of the others set off."""
    credit = -sum((g.value for g in groups if g.value < 0), Decimal(0))
    above = []
    for group in sorted((g for g in groups if g.value > 0), key=lambda g: -g.value):
        used = min(credit, group.value)
        credit -= used
        if used < group.value:
            above.append(replace(group, set_off=used))
    return above


def over_log_evidence(group: Group, vendor: str, scope: Scope) -> Evidence:
    """Return the evidence of minutes that no call supports."""
    money = group.value - group.set_off
    priced = group.item.currency == scope.currency
    return Evidence(
        check=ID,
        vendor=vendor,
        campaign_id=group.campaigns[0] if len(group.campaigns) == 1 else None,
        observed=float(group.billed),
        expected=float(group.logged),
        unit="minutes",
        n=group.calls,
        title=msg(
            "The invoice asks for %(minutes)s minutes more than the log holds",
            minutes=Number(float(group.billed - group.logged), 0),
        ),
        condition=_condition(group),
        criteria=msg(
            "the invoice may ask for the minutes of the call log rated by the card; the "
            "tolerance of the card is %(tolerance)s minutes net",
            tolerance=Number(float(group.tolerance), 2),
        ),
        minutes=Range.exact(group.excess),
        money=Range.exact(money) if priced else None,
        effect=msg(
            "minutes without a call behind them: %(excess)s, %(money)s net of VAT",
            excess=Number(float(group.excess), 2),
            money=Money(money, group.item.currency),
        ),
        cause=msg(
            "probably another rounding or clock than the card's, a part of the log that was not "
            "delivered, or minutes added to the invoice"
        ),
        arithmetic=_steps(group, money),
        ask=(
            msg("the list of call numbers behind every line of the invoice"),
            msg("a credit note, or the calls that are missing in the log"),
        ),
        part="above_log",
        filters={"vendor": vendor, "unit": group.unit},
    )


def _condition(group: Group) -> Message:
    told = [
        msg(
            "minutes on the invoice: %(billed)s; minutes of the call log rated by the card: "
            "%(logged)s; calls: %(calls)s on %(days)s days",
            billed=Number(float(group.billed), 2),
            logged=Number(float(group.logged), 2),
            calls=Count(group.calls),
            days=Count(group.days),
        )
    ]
    if group.campaigns:
        told.append(msg("campaigns: %(campaigns)s", campaigns=", ".join(group.campaigns)))
    clauses = not_applied(group.item)
    if clauses:
        told.append(
            msg(
                "clauses of the card that are not worked out here, read with care: %(clauses)s",
                clauses=", ".join(clauses),
            )
        )
    return sentences(told)


def _steps(group: Group, money: Decimal) -> tuple[Step, ...]:
    currency, price = group.item.currency, price_text(group.valued_price)

    def priced(minutes: Decimal) -> Message:
        return msg("%(minutes)s minutes at %(price)s", minutes=_minutes_text(minutes), price=price)

    steps = [
        Step(money_text(group.charged, currency),
             msg("on the invoice: %(minutes)s", minutes=priced(group.billed))),
        Step(money_text(group.owed, currency),
             msg("in the log, by the card: %(minutes)s", minutes=priced(group.logged)), "−"),
    ]  # fmt: skip
    if group.divisor != 1:
        steps.append(_vat_step(group))
    if group.set_off:
        set_off = money_text(group.set_off, currency)
        steps.append(Step(set_off, msg("minutes not billed in other campaigns"), "−"))
    steps.append(Step(money_text(money, currency), msg("net of VAT"), "="))
    return tuple(steps)


def _vat_step(group: Group) -> Step:
    divisor = msg("%(n)s", n=price_text(group.divisor))
    return Step(divisor, msg("the price includes VAT"), "÷")


def _minutes_text(minutes: Decimal) -> Message:
    return msg("%(n)s", n=Number(float(minutes), 2))


def dearest_first(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return evidence in order of its money."""
    return tuple(sorted(evidence, key=lambda e: -(e.money.point if e.money else Decimal(0))))
