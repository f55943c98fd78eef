"""Lines of an invoice that are no ordinary lines: sums of others, foreign currencies, fractions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from vendoreval.checks._lines import Reading
from vendoreval.rating.amounts import to_coin

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
