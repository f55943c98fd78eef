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
from vendoreval.rating import CardLine, minute_rates, net_of_vat, not_applied, rounded_total
from vendoreval.text import Count, Message, Money, Number, msg

ID: Final = "billed_over_logged"
# invoices write prices to the smallest coin, tables to four decimals
_PRICE_ROUNDING: Final = Decimal("0.005")
_TABLE_PRICE: Final = Decimal("0.0001")


@dataclass(frozen=True)
class Group:
    """Campaigns of one unit that were billed at one price.

    Parameters
    ----------
    price
        Price billed for a minute, as the invoice writes it.
    billed, logged
        Minutes on the invoice and minutes the card allows for the calls.
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
    def value(self) -> Decimal:
        """Net money of the excess, before anything is set off."""
        return amount(self.excess * self.price / self.divisor)

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
    return Group(
        unit=unit,
        # with several prices the excess is valued at the lowest
        price=min(decimal_of(value) for value in billed["unit_price"]),
        item=item,
        campaigns=(campaign,) if campaign else (),
        billed=quantity.quantize(MINUTE),
        logged=_minutes(logged, rates),
        calls=int(logged["n"].sum()),
        lines=int(billed["n"].sum()),
        days=int(logged["first_on"].nunique()),
    )


def _minutes(logged: pd.DataFrame, rates: Sequence[CardLine]) -> Decimal:
    items = {rate.key: rate.item for rate in rates}
    seconds = 0
    for key, of_item in logged.groupby("rate_item"):
        by_day = of_item.groupby("first_on")["seconds"].sum()
        days = {day: int(value) for day, value in by_day.items() if isinstance(day, date)}
        seconds += rounded_total(items[str(key)], days)
    return (Decimal(seconds) / 60).quantize(MINUTE, ROUND_CEILING)


def _merged(left: Group, right: Group) -> Group:
    return replace(
        left,
        campaigns=(*left.campaigns, *right.campaigns),
        billed=left.billed + right.billed,
        logged=left.logged + right.logged,
        calls=left.calls + right.calls,
        lines=left.lines + right.lines,
        days=max(left.days, right.days),
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
    steps = [
        Step(_minutes_text(group.billed), msg("minutes on the invoice")),
        Step(_minutes_text(group.logged), msg("minutes of the log rated by the card"), "−"),
        Step(msg("%(n)s", n=price_text(group.price)), msg("price billed for a minute"), "×"),
    ]
    if group.divisor != 1:
        steps.append(_vat_step(group))
    if group.set_off:
        set_off = money_text(group.set_off, group.item.currency)
        steps.append(Step(set_off, msg("minutes not billed in other campaigns"), "−"))
    steps.append(Step(money_text(money, group.item.currency), msg("net of VAT"), "="))
    return tuple(steps)


def _vat_step(group: Group) -> Step:
    divisor = msg("%(n)s", n=price_text(group.divisor))
    return Step(divisor, msg("the price includes VAT"), "÷")


def _minutes_text(minutes: Decimal) -> Message:
    return msg("%(n)s", n=Number(float(minutes), 2))


def over_price_evidence(group: Group, vendor: str, scope: Scope) -> Evidence | None:
    """Return the evidence of a dearer minute, on the minutes that the log supports."""
    agreed, minutes = group.item.price, min(group.billed, group.logged)
    stored = max(agreed, agreed.quantize(_TABLE_PRICE, ROUND_HALF_UP))
    if group.price <= stored or group.in_other_vat_mode or group.item.tiers or minutes <= 0:
        return None
    money = amount(minutes * (group.price - agreed) / group.divisor)
    steps = [
        Step(msg("%(n)s", n=price_text(group.price)), msg("price billed for a minute")),
        Step(msg("%(n)s", n=price_text(agreed)), msg("price of a minute on the card"), "−"),
        Step(_minutes_text(minutes), msg("minutes billed that the log supports"), "×"),
        *([_vat_step(group)] if group.divisor != 1 else []),
        Step(money_text(money, group.item.currency), msg("net of VAT"), "="),
    ]
    return Evidence(
        check=ID,
        vendor=vendor,
        campaign_id=group.campaigns[0] if len(group.campaigns) == 1 else None,
        observed=float(net_of_vat(group.price, group.item)),
        expected=float(net_of_vat(agreed, group.item)),
        unit="money",
        n=group.lines,
        title=msg("The invoice prices a minute above the card"),
        condition=msg(
            "price billed for a minute: %(billed)s; price of the card in force: %(agreed)s; "
            "lines of the invoice: %(lines)s",
            billed=price_text(group.price),
            agreed=price_text(agreed),
            lines=Count(group.lines),
        ),
        criteria=msg("a minute costs what the card in force on the day of service says"),
        money=Range.exact(money) if group.item.currency == scope.currency else None,
        effect=msg(
            "the difference of prices: %(money)s net of VAT",
            money=Money(money, group.item.currency),
        ),
        cause=msg("probably another card than the signed one, or an addendum that is not filed"),
        arithmetic=tuple(steps),
        ask=(msg("the signed addendum with the price of the invoice, or a credit note"),),
        filters={"vendor": vendor, "unit": group.unit},
    )


def dearest_first(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return evidence in order of its money."""
    return tuple(sorted(evidence, key=lambda e: -(e.money.point if e.money else Decimal(0))))
