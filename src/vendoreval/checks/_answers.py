"""Small things that several checks say in the same way."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from vendoreval.checks.base import Answer, NotRun
from vendoreval.text import Message

KOPECK = Decimal("0.01")
MINUTE = Decimal("0.01")


def not_run(check: str, vendor: str, reason: Message, demand: Message, n: int = 0) -> Answer:
    """Return the answer to a question that could not be asked of a vendor."""
    return Answer(vendor, reason, n, not_run=NotRun(check, vendor, reason, demand))


def of_vendor(frame: pd.DataFrame, vendor: str) -> pd.DataFrame:
    """Return the rows of one vendor."""
    return frame[frame["vendor"] == vendor]


def total(frame: pd.DataFrame, column: str) -> int:
    """Return a whole sum; an empty frame adds up to nothing."""
    return int(frame[column].sum()) if len(frame) else 0


def minutes(seconds: int) -> Decimal:
    """Return seconds as minutes with two decimals, as they are printed and priced."""
    return (Decimal(seconds) / 60).quantize(MINUTE, ROUND_HALF_UP)


def amount(value: Decimal) -> Decimal:
    """Return money rounded to the smallest coin."""
    return value.quantize(KOPECK, ROUND_HALF_UP)


def decimal_of(value: object) -> Decimal:
    """Return a figure of a small table as `Decimal`; an empty cell is zero."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return Decimal(0)
    return value if isinstance(value, Decimal) else Decimal(str(value))


def text_of(value: object) -> str:
    """Return a text cell; an empty one is an empty text."""
    return value if isinstance(value, str) else ""
