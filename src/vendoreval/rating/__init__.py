"""The rate card applied to calls: which seconds may be billed, and what they cost.

The same rules are written twice: as an expression that every engine can run over
millions of calls, and as a few lines of plain Python that anybody can check by hand. A
test holds the two together. Seconds and prices are whole numbers inside the engine;
money becomes `Decimal` once, at the end.
"""

from vendoreval.rating.amounts import money_of, net_of_vat
from vendoreval.rating.columns import rate_calls, rated_sums
from vendoreval.rating.lines import (
    MINUTE_UNITS,
    CardLine,
    card_lines,
    minute_rates,
    not_applied,
)
from vendoreval.rating.reference import rated_seconds, rounded, rounded_total

__all__ = [
    "MINUTE_UNITS",
    "CardLine",
    "card_lines",
    "minute_rates",
    "money_of",
    "net_of_vat",
    "not_applied",
    "rate_calls",
    "rated_seconds",
    "rated_sums",
    "rounded",
    "rounded_total",
]
