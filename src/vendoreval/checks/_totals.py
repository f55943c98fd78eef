"""Lines of an invoice that are no ordinary lines: sums of others, foreign currencies, fractions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from vendoreval.checks._lines import Reading, lines_evidence, named_lines
from vendoreval.checks.base import Evidence, Scope
from vendoreval.rating.amounts import smallest_coin, to_coin
from vendoreval.text import Count, msg

_TOTAL: Final = re.compile(r"\b(sub)?totals?\b|\bsum\b|итог|всего|\bсумма\b", re.IGNORECASE)
# what a description may call a currency; letters only count as whole words
_CURRENCIES: Final = {
    "RUB": r"₽|\bруб|\bRUB\b", "USD": r"\$|\bUSD\b|\bдолл", "EUR": r"€|\bEUR\b|\bевро",
    "KZT": r"₸|\bKZT\b|\bтенге", "GBP": r"£|\bGBP\b", "CNY": r"\bCNY\b|\bюан",
    "BYN": r"\bBYN\b", "UAH": r"₴|\bUAH\b", "UZS": r"\bUZS\b",
}  # fmt: skip
_PATTERNS: Final = {code: re.compile(text, re.IGNORECASE) for code, text in _CURRENCIES.items()}


def is_total_of(one: Reading, lines: Sequence[Reading]) -> bool:
    """Whether a line says that it is a total and is the sum of two or more lines before it."""
    line = one.line
    if not _TOTAL.search(line.description) or line.amount <= 0:
        return False
    before = [
        other.line.amount for other in lines
        if other.line.invoice_id == line.invoice_id and other.line.line < line.line
        and not _TOTAL.search(other.line.description)
    ]  # fmt: skip
    # a subtotal sums up the lines right before it
    return any(
        sum(before[-count:], Decimal(0)) == line.amount for count in range(2, len(before) + 1)
    )


def finer_than_coin(one: Reading) -> bool:
    """Whether an amount cannot be paid and nobody agreed to round the total only."""
    if one.item is not None and one.item.money_rounding == "total":
        return False
    return one.line.amount != to_coin(one.line.amount, one.currency)


def currency_named(one: Reading) -> str | None:
    """Return the currency that the words of a line name, when it is not that of the card."""
    if one.item is None:
        return None
    named = [code for code, found in _PATTERNS.items() if found.search(one.line.description)]
    return named[0] if named and one.currency not in named else None


def odd_line_evidence(
    check: str, vendor: str, lines: Sequence[Reading], scope: Scope
) -> Iterator[Evidence]:
    """Yield what there is to ask of totals, fractions of a coin and foreign currencies."""
    n = len(lines)
    totals = [one for one in lines if is_total_of(one, lines)]
    if totals:
        yield lines_evidence(
            check, vendor, scope, [one.claim(one.line.amount) for one in totals], totals, n,
            review_only=True,
            title=msg("A line sums up other lines of the invoice"),
            condition=msg(
                "lines whose amount is the sum of other lines and whose words say so: %(lines)s",
                lines=named_lines(totals),
            ),
            criteria=msg("a total is not a line, or its lines are paid twice"),
            cause=msg("probably the total of the document was delivered as one of its lines"),
            ask=(msg("the invoice without its totals, or which of the lines are to be paid"),),
        )  # fmt: skip
    fine = [one for one in lines if finer_than_coin(one)]
    if fine:
        yield lines_evidence(
            check, vendor, scope, (), fine, n,
            observed=float(len(fine)), unit="lines", review_only=True,
            title=msg("Amounts finer than the smallest coin"),
            condition=msg(
                "lines with more decimals than the currency has: %(n)s of %(all)s (%(lines)s), "
                "first of all %(amount)s",
                n=Count(len(fine)), all=Count(n), lines=named_lines(fine),
                amount=f"{fine[0].line.amount.normalize():f}",
            ),
            criteria=msg(
                "an amount is rounded to %(coin)s unless the card rounds the total only",
                coin=f"{smallest_coin(fine[0].currency):f}",
            ),
            cause=msg("probably the amounts were taken from a spreadsheet without rounding"),
            ask=(msg("the amounts as they are to be paid"),),
        )  # fmt: skip
    foreign = [(one, name) for one in lines if (name := currency_named(one)) is not None]
    if foreign:
        yield lines_evidence(
            check, vendor, scope, (), [one for one, _ in foreign], n,
            observed=float(len(foreign)), unit="lines", review_only=True,
            title=msg("A line names another currency than the card"),
            condition=msg(
                "currency in the words of the lines: %(named)s; on the card: %(card)s; lines: "
                "%(lines)s",
                named=", ".join(sorted({name for _, name in foreign})),
                card=", ".join(sorted({one.currency for one, _ in foreign})),
                lines=named_lines([one for one, _ in foreign]),
            ),
            criteria=msg("an invoice is written in the currency of the card"),
            cause=msg("probably the words were taken from another client's invoice"),
            ask=(msg("the currency of the invoice, and the rate if it was converted"),),
        )  # fmt: skip
