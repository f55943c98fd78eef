"""The questions asked of every vendor, one file each, listed here by name."""

from typing import Final

from vendoreval.checks import (
    bank_deletions,
    billed_over_logged,
    closed_after_first_touch,
    overlapping_calls,
    unconfirmed_sales,
)
from vendoreval.checks.base import Check

ALL: Final[tuple[Check, ...]] = (
    billed_over_logged.CHECK,
    overlapping_calls.CHECK,
    bank_deletions.CHECK,
    unconfirmed_sales.CHECK,
    closed_after_first_touch.CHECK,
)

__all__ = ["ALL", "Check"]
