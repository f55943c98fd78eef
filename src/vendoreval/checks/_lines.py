"""Lines of invoices as the checks read them: with their line of the card and their VAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import ibis
import pandas as pd

from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._answers import amount, money_text
from vendoreval.checks.base import Evidence, LineClaim, Range, Scope, Step, Tables
from vendoreval.invoicing.entries import BilledLine
from vendoreval.rating.amounts import smallest_coin, to_coin
from vendoreval.rating.lines import CardLine, line_for, lines_of
from vendoreval.rating.written_prices import product_slack, written_mode
from vendoreval.tables import MONEY
from vendoreval.text import Count, msg

LINE_COLUMNS: Final = {
    "vendor": "string", "invoice_id": "string", "line": "int64", "period_start": "date",
    "period_end": "date", "unit": "string", "quantity": MONEY, "unit_price": MONEY,
    "amount": MONEY, "vat_rate": MONEY, "vat_amount": MONEY, "campaign_id": "string",
    "description": "string",
}  # fmt: skip
# an accountant rounds VAT line by line or shares out that of the whole invoice
_VAT_NOISE_COINS: Final = 1
_SHOWN_LINES: Final = 6
Vat = Literal["outside", "inside", "neither", "unknown"]


def lines_between(tables: Tables, scope: Scope, first: date | None, last: date) -> ibis.Table:
    """Return the lines of the vendors whose service begins in a stretch of days.

    Parameters
    ----------
    first
        The first day; none for all of the past.
    last
        The day after the last one.
    """
    lines = tables["invoice_lines"]
    lines = lines.filter(lines.vendor.isin(scope.vendors), lines.period_start < ibis.literal(last))
    if first is not None:
        lines = lines.filter(lines.period_start >= ibis.literal(first))
    # a bill without numbers of lines gets them by its contents, so that each has a name
    order = ibis.window(
        group_by=["vendor", "invoice_id"],
        order_by=["period_start", "unit", "campaign_id", "description", "quantity", "amount"],
    )
    placed = lines.mutate(place=ibis.row_number().over(order).cast("int64") + 1)
    return placed.mutate(line=ibis.coalesce(placed.line, placed.place)).select(*LINE_COLUMNS)


def period_lines(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the lines whose service begins in the period."""
    return lines_between(tables, scope, scope.period.start, scope.period.end)


def line_rows(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the lines of the period with a code of each, to pick evidence rows by."""
    lines = period_lines(tables, scope)
    code = lines.invoice_id + "/" + lines.line.cast("string")
    return lines.mutate(line_id=code).select("line_id", *LINE_COLUMNS)


def line_code(line: BilledLine | LineClaim) -> str:
    """Return the code under which evidence rows name a line."""
    return f"{line.invoice_id}/{line.line}"


@dataclass(frozen=True)
class Reading:
    """One line of an invoice beside the line of the card that prices it.

    Parameters
    ----------
    card
        In force when the service begins; `None` when the card has none.
    """

    line: BilledLine
    card: CardLine | None
    currency: str

    @property
    def item(self) -> RateItem | None:
        """The line of the card."""
        return self.card.item if self.card is not None else None

    @property
    def product(self) -> Decimal:
        """Quantity times price, rounded to the smallest coin."""
        return to_coin(self.line.quantity * self.line.unit_price, self.currency)

    @property
    def difference(self) -> Decimal:
        """What the amount asks for above quantity times price; 0 within honest rounding.

        A line without a quantity or a price, as bills of operators have them, has no product.
        """
        line = self.line
        if not line.quantity or not line.unit_price:
            return Decimal(0)
        apart = line.amount - self.product
        slack = product_slack(line.quantity, line.unit_price, line.unit, self.currency, self.item)
        return apart if abs(apart) > slack else Decimal(0)

    @property
    def mode(self) -> str | None:
        """In which way the price is that of the card; see `written_mode`."""
        return written_mode(self.line.unit_price, self.item) if self.item is not None else None

    @property
    def price_holds_vat(self) -> bool:
        """Whether the price is one of the card and includes the VAT."""
        item = self.item
        if item is None or item.vat_mode == "exempt" or not item.vat_rate:
            return False
        return (item.vat_mode == "gross") != (self.mode == "other")

    @property
    def rate(self) -> Decimal | None:
        """Rate of VAT: as written (a share, or per cent), else that of the card."""
        written = self.line.vat_rate
        if written is not None:
            return written / 100 if written > 1 else written
        return self.item.vat_rate if self.item is not None else None

    def vat_inside(self, rate: Decimal) -> Decimal:
        """VAT if the amount includes it."""
        return to_coin(self.line.amount * rate / (1 + rate), self.currency)

    def vat_outside(self, rate: Decimal) -> Decimal:
        """VAT if it comes on top of the amount."""
        return to_coin(self.line.amount * rate, self.currency)

    @property
    def vat(self) -> Vat:
        """How the VAT written beside the amount relates to it."""
        rate, written = self.rate, self.line.vat_amount
        if not rate or written is None or (not written and self.line.vat_rate is None):
            return "unknown"
        noise = _VAT_NOISE_COINS * smallest_coin(self.currency)
        if abs(written - self.vat_outside(rate)) <= noise:
            return "outside"
        if abs(written - self.vat_inside(rate)) <= noise:
            return "inside"
        return "neither"

    @property
    def divisor(self) -> Decimal:
        """What takes the VAT out of the amount."""
        holds = self.vat == "inside" or (self.vat != "outside" and self.price_holds_vat)
        return 1 + (self.rate or Decimal(0)) if holds else Decimal(1)

    @property
    def net(self) -> Decimal:
        """What the line asks for without VAT."""
        return amount(self.line.amount / self.divisor)

    def claim(self, gross: Decimal, *, is_repeat: bool = False) -> LineClaim:
        """Return a part of the line, given as the line writes it, as a claim without VAT."""
        return LineClaim(
            self.line.invoice_id, self.line.line, self.line.unit, self.net,
            amount(gross / self.divisor), is_repeat,
        )  # fmt: skip


def readings(own: pd.DataFrame, vendor: str, scope: Scope) -> list[Reading]:
    """Return the lines of a small table, each with its line of the card, in their order."""
    lines = sorted(
        (BilledLine.of_row(row) for row in own.to_dict("records")),
        key=lambda line: (line.period_start, line.invoice_id, line.line),
    )
    return [read(line, vendor, scope) for line in lines]


def read(line: BilledLine, vendor: str, scope: Scope) -> Reading:
    """Return a line with its line of the card."""
    card = line_for(card_lines_of(vendor, scope, line.unit), line.period_start, line.campaign_id)
    return Reading(line, card, card.item.currency if card is not None else scope.currency)


def card_lines_of(vendor: str, scope: Scope, unit: str | None = None) -> Sequence[CardLine]:
    """Return the lines of a vendor's card, of one unit or all, in the order they are asked."""
    if vendor not in scope.agreements:
        return ()
    units = None if unit is None else (unit,)
    return lines_of(vendor, scope.agreements[vendor].rate_card, units)


def total_claim(claims: Sequence[LineClaim]) -> Decimal:
    """Return what claims of different lines come to."""
    return sum((claim.money for claim in claims), Decimal(0))


def line_steps(claims: Sequence[LineClaim], currency: str) -> tuple[Step, ...]:
    """Return claims added up line by line; many lines are printed as one sum at the end."""
    shown = sorted(claims, key=lambda claim: (-claim.money, line_code(claim)))
    head = shown if len(shown) <= _SHOWN_LINES else shown[: _SHOWN_LINES - 1]
    rest = shown[len(head) :]
    steps = [
        Step(money_text(claim.money, currency), msg("line %(line)s", line=line_code(claim)),
             "+" if number else "")
        for number, claim in enumerate(head)
    ]  # fmt: skip
    if rest:
        others = msg("other lines: %(n)s", n=Count(len(rest)))
        steps.append(Step(money_text(total_claim(rest), currency), others, "+"))
    result = money_text(total_claim(claims), currency)
    return (*steps, Step(result, msg("net of VAT"), "="))


def named_lines(found: Sequence[Reading], limit: int = 5) -> str:
    """Return the codes of lines, the first ones where they are many."""
    codes = [line_code(one.line) for one in found]
    return ", ".join(codes[:limit]) + (", …" if len(codes) > limit else "")


def lines_evidence(
    check: str,
    vendor: str,
    scope: Scope,
    claims: Sequence[LineClaim],
    found: Sequence[Reading],
    n: int,
    **words: Any,
) -> Evidence:
    """Return the evidence of lines of an invoice; without claims it only asks.

    Parameters
    ----------
    claims
        What is not owed of which line.
    found
        The lines it is about.
    n
        Lines looked at.
    words
        Sentences and further fields of the evidence.
    """
    currencies = {one.currency for one in found}
    priced = bool(claims) and currencies == {scope.currency}
    money = total_claim(claims)
    fields: dict[str, Any] = {"unit": "money", "observed": float(money), "expected": 0.0} | words
    return Evidence(
        check=check,
        vendor=vendor,
        n=n,
        money=Range.exact(money) if priced else None,
        lines=tuple(claims) if priced else (),
        arithmetic=line_steps(claims, scope.currency) if priced else (),
        filters={"vendor": vendor, "line_id": tuple(line_code(one.line) for one in found)},
        **fields,
    )
