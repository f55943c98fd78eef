"""Clauses of one line of the rate card that contradict each other or mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from vendoreval.agreement.rate_items import DURATION_CLAUSES, RateItem
from vendoreval.errors import Problem
from vendoreval.text import Message, msg

# a price is kept as a whole number of these parts of a unit of money
PRICE_DECIMALS: Final = 6
# what is counted of a unit as whole numbers: seconds of time, ten-thousandths of a month
PARTS_OF_UNIT: Final = {
    "talk_minute": 60, "handle_minute": 60, "worked_minute": 60, "agent_hour": 3600,
    "seat_month": 10_000, "fixed": 10_000,
}  # fmt: skip
_CALL_CLAUSES: Final = ("clock_starts", "clock_ends", "hold_billable")
_CALL_UNITS: Final = ("talk_minute", "handle_minute", "worked_minute", "dial", "contact", "lead")
_MINUTES: Final = ("talk_minute", "handle_minute", "worked_minute")
# clause -> units it can belong to
_BELONGS: Final = {
    "clawback": ("sale", "lead"),
    "connect_fee": _CALL_UNITS,
    "billable_dispositions": _CALL_UNITS,
    **dict.fromkeys(_CALL_CLAUSES, _MINUTES),
    **dict.fromkeys(DURATION_CLAUSES, (*_MINUTES, "agent_hour")),
}


def clause_problems(item: RateItem, address: str, where: str) -> Iterator[Problem]:
    """Yield what is wrong between the clauses of one line."""
    for clause, found, expected, cure in (
        *_out_of_place(item), *_bounds(item), *_money(item), *_steps(item), *_vat(item),
    ):  # fmt: skip
        yield Problem(where, f"{address}.{clause}", found, expected, cure)


_Complaint = tuple[str, Message, Message, Message]


def _out_of_place(item: RateItem) -> Iterator[_Complaint]:
    for clause, units in _BELONGS.items():
        written = getattr(item, clause) != RateItem.model_fields[clause].default
        if written and item.unit not in units:
            yield (
                clause,
                msg("%(clause)s stands in a line for %(unit)s", clause=clause, unit=item.unit),
                msg("the clause only in lines for: %(units)s", units=", ".join(units)),
                msg("move it to the line it is meant for, or remove it"),
            )
    if item.tiers is not None and item.unit == "fixed":
        yield (
            "tiers",
            msg("%(clause)s stands in a line for %(unit)s", clause="tiers", unit=item.unit),
            msg("a fixed fee without steps of volume"),
            msg("move it to the line it is meant for, or remove it"),
        )


def _bounds(item: RateItem) -> Iterator[_Complaint]:
    most = item.maximum_seconds
    if most is not None and item.minimum_seconds > most:
        yield (
            "maximum_seconds",
            msg("at least %(least)s and at most %(most)s seconds are charged",
                least=str(item.minimum_seconds), most=str(most)),
            msg("a maximum that is not below the minimum"),
            msg("mend one of the two"),
        )  # fmt: skip
    minimum, cap = item.minimum_commitment, item.cap
    if minimum is None or cap is None:
        return
    least, highest = _in_money(minimum, item), _in_money(cap, item)
    if least is not None and highest is not None and least > highest:
        yield (
            "cap",
            msg("the minimum of a month is %(least)s and the cap %(most)s",
                least=f"{least:f}", most=f"{highest:f}"),
            msg("a cap that is not below the minimum"),
            msg("mend one of the two"),
        )  # fmt: skip


def _in_money(clause: object, item: RateItem) -> Decimal | None:
    amount: Decimal | None = getattr(clause, "amount", None)
    quantity: Decimal | None = getattr(clause, "quantity", None)
    if amount is not None:
        return amount
    # with steps of price the money of a quantity depends on the volume
    return None if quantity is None or item.tiers is not None else quantity * item.price


def _money(item: RateItem) -> Iterator[_Complaint]:
    prices = {"price": item.price, "connect_fee": item.connect_fee}
    for number, step in enumerate(item.tiers.steps if item.tiers else ()):
        prices[f"tiers.steps[{number}].price"] = step.price
        if step.up_to is not None and (step.up_to * PARTS_OF_UNIT.get(item.unit, 1)) % 1:
            yield (
                f"tiers.steps[{number}].up_to",
                msg("a step ends after %(value)s units", value=f"{step.up_to:f}"),
                msg("a whole number of seconds, calls or sales"),
                msg("mend the value"),
            )
    for clause, price in prices.items():
        exponent = price.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > PRICE_DECIMALS:
            yield (
                clause,
                msg("a price of %(value)s is written", value=f"{price:f}"),
                msg("at most %(n)s decimals", n=str(PRICE_DECIMALS)),
                msg("round the price as both sides agree"),
            )
    if item.pass_through is not None and not item.price and item.pass_through.maximum is None:
        yield (
            "pass_through",
            msg("costs are passed on without a limit"),
            msg("a price of one unit, or the most of a month (maximum)"),
            msg("agree on one of them"),
        )


def _steps(item: RateItem) -> Iterator[_Complaint]:
    for number, malus in enumerate(item.malus):
        if any(bonus.measure == malus.measure and bonus.meets(malus) for bonus in item.bonus):
            yield (
                f"malus[{number}]",
                msg("a bonus and a malus hold for the same value of %(measure)s",
                    measure=malus.measure),
                msg("values that earn either a bonus or a malus"),
                msg("mend the bounds of one of the two"),
            )  # fmt: skip


def _vat(item: RateItem) -> Iterator[_Complaint]:
    if item.vat_mode == "exempt" and item.vat_rate:
        yield (
            "vat_rate",
            msg("the line is exempt from VAT and has a rate of %(rate)s",
                rate=f"{item.vat_rate:f}"),
            msg("either exempt or a rate"),
            msg("remove the rate, or write vat_mode: net or gross"),
        )  # fmt: skip
    if item.vat_mode == "gross" and not item.vat_rate:
        yield (
            "vat_mode",
            msg("the price includes VAT, and no rate is written"),
            msg("the rate (vat_rate) that the price includes"),
            msg("write the rate, or vat_mode: exempt"),
        )
