"""Do lines, totals, VAT and currency add up?

Before anything is compared with calls, an invoice has to agree with itself: each amount
with its quantity and price, the VAT with the amount, a sum with the lines it sums up, a
number with one document. Anybody can check it with a pocket calculator, and nobody
disputes the result.

Method: each amount is set against quantity times price, rounded to the smallest coin of
the currency. Honest differences are left out: the rounding of the amount, minutes printed
with fewer decimals than they were priced with, a price that the invoice prints with fewer
decimals than the card. What remains is added up with its sign, so that slips in the
client's favour are set off. VAT is read inside or outside of the amount, whichever fits to
the coin, line by line; where a price already holds the VAT of the card and VAT is added
again, the part that is VAT is not owed. VAT that only is miscounted is told and is no
part of the money, which is net of VAT. Lines that sum up other lines, numbers that two
documents share and amounts finer than a coin only ask.

Source: the arithmetic checks of invoice audits (lines, subtotals, VAT on the net amount).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import not_run, of_vendor, sentences, stack
from vendoreval.checks._invoice_numbers import number_evidence, number_rows
from vendoreval.checks._lines import (
    LINE_COLUMNS,
    Reading,
    card_lines_of,
    line_rows,
    lines_evidence,
    named_lines,
    period_lines,
    readings,
    total_claim,
)
from vendoreval.checks._totals import odd_line_evidence
from vendoreval.checks.base import Answer, Check, Evidence, LineClaim, Need, Scope, Tables
from vendoreval.rating.written_prices import prices_of
from vendoreval.text import N_, Count, Message, Money, Percent, msg

ID: Final = "invoice_arithmetic"
_COLUMNS: Final = {"kind": "string", **LINE_COLUMNS, "changed": "int64", "risen": "int64"}


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    lines = period_lines(tables, scope).mutate(kind=ibis.literal("line"))
    return stack([lines, *number_rows(tables, scope)], _COLUMNS)


@dataclass(frozen=True)
class _Checked:
    """What the lines of one vendor came to."""

    lines: tuple[Reading, ...]

    @property
    def wrong_amounts(self) -> tuple[Reading, ...]:
        """Lines whose amount is not the product of what stands beside it."""
        return tuple(one for one in self.lines if one.difference)

    @property
    def double_vat(self) -> tuple[Reading, ...]:
        """Lines whose price holds the VAT of the card and that add it again."""
        return tuple(one for one in self.lines if one.price_holds_vat and _adds_vat(one))

    @property
    def wrong_vat(self) -> tuple[Reading, ...]:
        """Lines whose VAT is neither inside nor outside of the amount, or not due at all."""
        return tuple(one for one in self.lines if one.vat == "neither" or _is_exempt(one))

    @property
    def other_rate(self) -> tuple[Reading, ...]:
        """Lines with another rate of VAT than the card's."""
        return tuple(
            one for one in self.lines
            if one.item is not None and one.item.vat_mode != "exempt" and one.item.vat_rate
            and one.line.vat_rate is not None and one.rate != one.item.vat_rate
        )  # fmt: skip

    @property
    def share_wrong(self) -> float | None:
        """Share of lines with a wrong amount."""
        return len(self.wrong_amounts) / len(self.lines) if self.lines else None


def _adds_vat(one: Reading) -> bool:
    return one.item is not None and one.item.vat_mode != "exempt" and one.vat == "outside"


def _is_exempt(one: Reading) -> bool:
    return (
        one.item is not None and one.item.vat_mode == "exempt" and bool(one.line.vat_amount)
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    found: dict[str, _Checked] = {}
    for vendor in scope.vendors:
        own = of_vendor(frame, vendor)
        found[vendor] = _Checked(tuple(readings(own[own["kind"] == "line"], vendor, scope)))
    return [_answer(of_vendor(frame, vendor), vendor, found, scope) for vendor in scope.vendors]


def _answer(
    own: pd.DataFrame, vendor: str, found: Mapping[str, _Checked], scope: Scope
) -> Answer:  # fmt: skip
    checked = found[vendor]
    n = len(checked.lines)
    if not n:
        return not_run(
            ID,
            vendor,
            msg("no line of an invoice begins in the period"),
            msg("the invoice line by line: quantity, price, amount, VAT"),
        )
    evidence = [*_amounts(vendor, found, scope), *_vat(vendor, checked, scope)]
    evidence += [*odd_line_evidence(ID, vendor, checked.lines, scope)]
    evidence += number_evidence(ID, own, vendor, checked.lines, scope)
    return Answer(vendor, _statement(checked), n, tuple(evidence))


def _statement(checked: _Checked) -> Message:
    return msg(
        "lines: %(n)s; amount not quantity times price: %(amounts)s; VAT that does not fit: "
        "%(vat)s",
        n=Count(len(checked.lines)), amounts=Count(len(checked.wrong_amounts)),
        vat=Count(len({id(one) for one in (*checked.wrong_vat, *checked.double_vat)})),
    )  # fmt: skip


# ------------------------------------------------------------------------ amounts


def _amounts(vendor: str, found: Mapping[str, _Checked], scope: Scope) -> Iterator[Evidence]:
    checked = found[vendor]
    wrong = checked.wrong_amounts
    claims = [one.claim(one.difference) for one in wrong]
    if sum((claim.money for claim in claims), Decimal(0)) <= 0:
        return
    written = sum((one.line.amount for one in wrong), Decimal(0))
    product = sum((one.product for one in wrong), Decimal(0))
    currency = wrong[0].currency
    yield lines_evidence(
        ID, vendor, scope, claims, wrong, len(checked.lines),
        observed=float(written),
        expected=float(product),
        title=msg("Amounts of the invoice lie above quantity times price"),
        condition=sentences([
            msg(
                "lines whose amount is not quantity times price: %(wrong)s of %(n)s (%(lines)s); "
                "written %(written)s, quantity times price %(product)s",
                wrong=Count(len(wrong)), n=Count(len(checked.lines)), lines=named_lines(wrong),
                written=Money(written, currency), product=Money(product, currency),
            ),
            *_peers(vendor, found),
        ]),
        criteria=msg(
            "an amount is quantity times price, rounded to the smallest coin; operands that are "
            "printed rounded are allowed for"
        ),
        effect=msg("the difference: %(money)s net of VAT", money=_money(claims, currency)),
        cause=msg(
            "probably amounts typed by hand, a discount or surcharge without a line of its own, "
            "or another price than the one printed"
        ),
        ask=(
            msg("how the amounts of the named lines were worked out"),
            msg("a corrected invoice or a credit note"),
        ),
    )  # fmt: skip


def _peers(vendor: str, found: Mapping[str, _Checked]) -> list[Message]:
    others = [one for name, checked in found.items() if name != vendor for one in checked.lines]
    if not others:
        return []
    share = sum(bool(one.difference) for one in others) / len(others)
    return [msg("share of such lines at the other vendors: %(share)s", share=Percent(share, 1))]


def _money(claims: Sequence[LineClaim], currency: str) -> Money:
    return Money(sum((claim.money for claim in claims), Decimal(0)), currency)


# ---------------------------------------------------------------------------- VAT


def _vat(vendor: str, checked: _Checked, scope: Scope) -> Iterator[Evidence]:
    n = len(checked.lines)
    double = [one for one in checked.double_vat if not _is_a_net_price(one, vendor, scope)]
    claims = [
        one.claim(one.line.amount - one.line.amount / (1 + (one.rate or Decimal(0))))
        for one in double
    ]
    # a credit takes the VAT of its line back too
    if total_claim(claims) > 0:
        yield lines_evidence(
            ID, vendor, scope, claims, double, n,
            title=msg("VAT is added to prices that already hold it"),
            condition=msg(
                "lines whose price is that of the card with VAT, and that add VAT to the amount: "
                "%(n)s (%(lines)s); other lines count VAT as the card does: %(others)s",
                n=Count(len(double)), lines=named_lines(double), others=Count(n - len(double)),
            ),
            criteria=msg("VAT is charged once: inside of the price or on top of it"),
            effect=msg("VAT inside of the amounts: %(money)s",
                       money=_money(claims, double[0].currency)),
            cause=msg("probably prices with and without VAT were mixed in one price list"),
            ask=(msg("a corrected invoice with prices without VAT, or with VAT once"),),
        )  # fmt: skip
    yield from _miscounted(vendor, checked, scope)
    other = [one for one in checked.other_rate if one not in checked.wrong_vat]
    if other:
        rates = sorted({one.rate or Decimal(0) for one in other})
        agreed = sorted({one.item.vat_rate for one in other if one.item is not None})
        yield lines_evidence(
            ID, vendor, scope, (), other, n,
            observed=float(max(rates)), expected=float(min(agreed)), unit="share",
            review_only=True,
            title=msg("The rate of VAT is not that of the card"),
            condition=msg(
                "rate on the invoice: %(written)s; on the card: %(agreed)s; lines: %(lines)s",
                written=_rates(rates), agreed=_rates(agreed), lines=named_lines(other),
            ),
            criteria=msg("the rate of the card, unless the law has changed it since"),
            cause=msg("probably the law changed the rate and the card was not amended"),
            ask=(msg("the ground of the rate charged"),),
        )  # fmt: skip


def _rates(rates: Sequence[Decimal]) -> tuple[Percent, ...]:
    return tuple(Percent(float(rate), 1) for rate in rates)


def _is_a_net_price(one: Reading, vendor: str, scope: Scope) -> bool:
    """Whether a price is one without VAT by a line of the card in force on some of its days."""
    items = [line.item for line in card_lines_of(vendor, scope, one.line.unit)]
    return any(
        item.vat_mode == "net" and one.line.unit_price in prices_of(item)
        and item.valid_from <= one.line.period_end
        and (item.valid_to is None or item.valid_to > one.line.period_start)
        for item in items
    )  # fmt: skip


def _miscounted(vendor: str, checked: _Checked, scope: Scope) -> Iterator[Evidence]:
    wrong = checked.wrong_vat
    inside = any(one.vat == "inside" for one in checked.lines)
    more = sum((_vat_above(one, inside=inside) for one in wrong), Decimal(0))
    if more <= 0:
        return
    yield lines_evidence(
        ID, vendor, scope, (), wrong, len(checked.lines),
        observed=float(more),
        title=msg("VAT does not fit its amounts"),
        condition=msg(
            "lines whose VAT is neither inside nor on top of the amount, or is not due by the "
            "card: %(n)s of %(all)s (%(lines)s); VAT above what the rate gives: %(more)s",
            n=Count(len(wrong)), all=Count(len(checked.lines)), lines=named_lines(wrong),
            more=Money(more, wrong[0].currency),
        ),
        criteria=msg("VAT is the amount times the rate, to the smallest coin"),
        effect=msg("VAT too much: %(money)s; it is no part of the money net of VAT",
                   money=Money(more, wrong[0].currency)),
        cause=msg("probably VAT was worked out on other amounts than those printed"),
        ask=(msg("a corrected invoice; VAT is deducted from a correct one only"),),
    )  # fmt: skip


def _vat_above(one: Reading, *, inside: bool) -> Decimal:
    written = one.line.vat_amount or Decimal(0)
    if _is_exempt(one):
        return written
    rate = one.rate or Decimal(0)
    return written - (one.vat_inside(rate) if inside else one.vat_outside(rate))


CHECK = Check(
    id=ID,
    question=N_("Do lines, totals, VAT and currency add up?"),
    kind="fact",
    family="m",
    needs=(Need("invoice_lines", ("quantity", "unit_price", "amount")),),
    reduce=_reduce,
    judge=_judge,
    rows=line_rows,
    row_report="invoice_lines",
    honest_explanations=(
        N_("quantities and prices are printed rounded and were priced with more decimals"),
        N_("a discount, a surcharge or a rounding of the total stands on no line of its own"),
        N_("the amounts were corrected and the quantities were not printed again"),
        N_("the file of lines was typed from the signed paper, and the paper is right"),
    ),
    what_would_clear_it=N_(
        "the signed invoice itself, with amounts that are the product of its quantities and "
        "prices, or a corrected one"
    ),
    catches="wrong_totals",
    minimum_n=1,
    about=N_(
        "Each amount of the invoice is set against quantity times price, its VAT against the "
        "amount and the rate. Rounding of amounts, of printed minutes and of printed prices is "
        "allowed for; what remains is added up with its sign. VAT charged on prices that hold "
        "it already is not owed; VAT that is only miscounted is told beside the money. Totals "
        "among the lines, numbers that two documents share and amounts finer than a coin only "
        "ask."
    ),
)
