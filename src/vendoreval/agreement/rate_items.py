"""One line of a rate card, whole and strict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import Field, model_validator

from vendoreval.agreement.problems import RefusedError
from vendoreval.agreement.rate_clauses import (
    Cap,
    Clawback,
    InvoiceTolerance,
    LateReportCredit,
    MinimumCommitment,
    PassThrough,
    PerformanceStep,
    Tiers,
)
from vendoreval.agreement.shapes import Currency, Exact, Extension
from vendoreval.text import msg

BilledUnit = Literal[
    "talk_minute", "handle_minute", "worked_minute", "agent_hour", "seat_month",
    "dial", "contact", "lead", "sale", "fixed",
]  # fmt: skip
# the clauses that say how seconds of a call, or of a day on line, are counted
DURATION_CLAUSES: Final = (
    "free_seconds", "included_seconds", "minimum_seconds", "first_increment_seconds",
    "next_increment_seconds", "rounding", "round_scope", "maximum_seconds",
)  # fmt: skip


class RateItem(Extension):
    """One line of the rate card: what is billed, at which price, by which clock.

    Parameters
    ----------
    unit
        What one price pays for. `talk_minute`, `handle_minute` and `worked_minute` count
        seconds of calls, `agent_hour` the time on line, `seat_month` persons on line in a
        calendar month, `dial`, `contact` and `lead` calls, `sale` claimed sales, `fixed`
        calendar months.
    price
        Of one unit; beside `tiers` it may be left out and is that of their first step.
    valid_from, valid_to
        Half-open, in the agreement's time zone; a call belongs to the instant it starts.
    campaigns, priority
        Whom the line is for. Of several lines that would price a call the one of higher
        priority does, then one for named campaigns before a general one.
    free_seconds
        A call of so many seconds or fewer costs nothing.
    included_seconds
        So many seconds of each call are not charged.
    round_scope
        What is rounded to the increments: each call (each day of a person for agent
        hours), the seconds of a day, or those of the whole invoice.
    maximum_seconds
        The most that one call is charged.
    connect_fee
        For every call that may be billed, was answered and is not free.
    money_rounding
        Whether every line of an invoice is rounded to the smallest coin, or their total.
    """

    unit: BilledUnit
    price: Exact = Field(ge=0)
    currency: Currency
    vat_mode: Literal["net", "gross", "exempt"] = "net"
    vat_rate: Exact = Field(default=Decimal(0), ge=0, le=1)
    valid_from: date
    valid_to: date | None = None
    campaigns: tuple[str, ...] = ()
    priority: int = 0
    clock_starts: Literal["dial", "answer"] = "answer"
    clock_ends: Literal["hangup", "wrap_end"] = "hangup"
    hold_billable: bool = True
    billable_dispositions: tuple[str, ...] = ()
    free_seconds: int = Field(default=0, ge=0)
    included_seconds: int = Field(default=0, ge=0)
    minimum_seconds: int = Field(default=0, ge=0)
    first_increment_seconds: int = Field(default=1, ge=1)
    next_increment_seconds: int = Field(default=1, ge=1)
    rounding: Literal["up", "half_up", "down"] = "up"
    round_scope: Literal["call", "day", "invoice"] = "call"
    maximum_seconds: int | None = Field(default=None, ge=1)
    connect_fee: Exact = Field(default=Decimal(0), ge=0)
    tiers: Tiers | None = None
    minimum_commitment: MinimumCommitment | None = None
    cap: Cap | None = None
    setup_fee: Exact | None = Field(default=None, gt=0)
    pass_through: PassThrough | None = None
    bonus: tuple[PerformanceStep, ...] = ()
    malus: tuple[PerformanceStep, ...] = ()
    clawback: Clawback | None = None
    late_report_credit: LateReportCredit | None = None
    invoice_tolerance: InvoiceTolerance = InvoiceTolerance()
    money_rounding: Literal["line", "total"] = "line"

    @model_validator(mode="before")
    @classmethod
    def _price_of_the_first_step(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or "price" in value:
            return value
        tiers = value.get("tiers")
        steps = tiers.get("steps") if isinstance(tiers, Mapping) else None
        first = steps[0] if isinstance(steps, list | tuple) and steps else None
        if isinstance(first, Mapping) and "price" in first:
            return {**value, "price": first["price"]}
        return value

    @model_validator(mode="after")
    def _dates_in_order(self) -> RateItem:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise RefusedError(msg("valid_to later than valid_from; the last day is not included"))
        if self.tiers is not None and self.tiers.steps[0].price != self.price:
            raise RefusedError(msg("the price of the first step, or no price beside tiers"))
        return self

    def in_force(self, day: date) -> bool:
        """Whether the line prices what happens on a day of the agreement's time zone."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
