"""How lines of the comparison are called and written, in a table and in a workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from vendoreval.invoicing.entries import KINDS
from vendoreval.text import Language, Message, msg

if TYPE_CHECKING:
    from vendoreval.invoicing.result import InvoiceRow

UNITS: Final[dict[str, Message]] = {
    "talk_minute": msg("minute of talk"),
    "handle_minute": msg("minute of handling"),
    "worked_minute": msg("minute worked"),
    "agent_hour": msg("agent hour"),
    "seat_month": msg("seat per month"),
    "dial": msg("dial"),
    "contact": msg("contact"),
    "lead": msg("lead"),
    "sale": msg("sale"),
    "fixed": msg("fixed fee"),
}
# heads of the table for people
HEADS: Final[dict[str, Message]] = {
    "line": msg("Line"),
    "expected_quantity": msg("Expected"),
    "expected_price": msg("Price"),
    "expected_net": msg("Net"),
    "billed_quantity": msg("Billed"),
    "billed_price": msg("Price"),
    "billed_net": msg("Net"),
    "difference": msg("Difference"),
    "reason": msg("Reason"),
}


def unit_name(unit: str, tongue: Language) -> str:
    """Return how a unit of the card is called; one it does not know stays as it is."""
    known = UNITS.get(unit)
    return tongue.say(known) if known is not None else unit


def line_name(row: InvoiceRow, tongue: Language) -> str:
    """Return how a line is called: clause, unit, campaign."""
    parts = [tongue.say(KINDS[row.kind]), unit_name(row.unit, tongue), row.campaign_id]
    return " · ".join(part for part in parts if part)


def cells(row: InvoiceRow, tongue: Language) -> tuple[str, ...]:
    """Return the cells of a row under `HEADS`, as text."""

    def number(value: Decimal | None, least: int) -> str:
        if value is None:
            return "—"
        decimals = max(least, -int(value.normalize().as_tuple().exponent))
        return tongue.number(value, min(decimals, 6))

    return (
        line_name(row, tongue),
        number(row.expected_quantity, 0),
        number(row.expected_price, 2),
        number(row.expected_net, 2),
        number(row.billed_quantity, 0),
        number(row.billed_price, 2),
        number(row.billed_net, 2),
        number(row.difference, 2),
        tongue.say(row.reason),
    )
