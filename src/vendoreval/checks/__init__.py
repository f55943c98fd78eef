"""The questions asked of every vendor, one file each, listed here by name."""

from typing import Final

from vendoreval.checks import (
    agents_without_sales,
    bank_deletions,
    billed_over_logged,
    billed_twice,
    carrier_disagrees,
    closed_after_first_touch,
    cost_against_ceiling,
    few_sales_for_minutes,
    gaps_where_money_is,
    invoice_arithmetic,
    minutes_per_lead_rising,
    overlapping_calls,
    rates_and_terms,
    restated_history,
    rounding_rule,
    sales_per_minute_falling,
    stage_order,
    unbillable_billed,
    unconfirmed_sales,
    vendor_favouring_errors,
    who_started_padding,
)
from vendoreval.checks.base import Check

ALL: Final[tuple[Check, ...]] = (
    billed_over_logged.CHECK,
    rounding_rule.CHECK,
    invoice_arithmetic.CHECK,
    rates_and_terms.CHECK,
    unbillable_billed.CHECK,
    billed_twice.CHECK,
    overlapping_calls.CHECK,
    bank_deletions.CHECK,
    restated_history.CHECK,
    stage_order.CHECK,
    gaps_where_money_is.CHECK,
    unconfirmed_sales.CHECK,
    carrier_disagrees.CHECK,
    vendor_favouring_errors.CHECK,
    agents_without_sales.CHECK,
    few_sales_for_minutes.CHECK,
    cost_against_ceiling.CHECK,
    closed_after_first_touch.CHECK,
    minutes_per_lead_rising.CHECK,
    sales_per_minute_falling.CHECK,
    who_started_padding.CHECK,
)

__all__ = ["ALL", "Check"]
