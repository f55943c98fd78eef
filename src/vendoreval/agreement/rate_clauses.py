"""The clauses of a line of the rate card that are more than one figure."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from vendoreval.agreement.problems import RefusedError
from vendoreval.agreement.shapes import Exact, Extension
from vendoreval.text import Message, msg

Measure = Literal[
    "conversion", "contact_share", "sales", "cancellation_share", "review_score",
    "reports_on_time_share",
]  # fmt: skip


def _one_of(values: tuple[object, ...], expected: Message) -> None:
    if sum(value is not None for value in values) != 1:
        raise RefusedError(expected)


class Tier(Extension):
    """One step of a price that changes with the volume.

    Parameters
    ----------
    up_to
        The last unit it prices, itself included; nothing for the last step.
    """

    price: Exact = Field(ge=0)
    up_to: Exact | None = Field(default=None, gt=0)


class Tiers(Extension):
    """Prices by volume of one line in one billing period.

    Parameters
    ----------
    kind
        `graduated`: each unit at the price of the step it falls into; `whole_volume`:
        all units at the price of the step that the whole volume reaches.
    """

    kind: Literal["graduated", "whole_volume"]
    steps: tuple[Tier, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ascending(self) -> Tiers:
        bounds = [step.up_to for step in self.steps]
        if bounds[-1] is not None or any(bound is None for bound in bounds[:-1]):
            raise RefusedError(msg("up_to in every step but the last, which has no end"))
        closed = [bound for bound in bounds if bound is not None]
        if any(after <= before for before, after in pairwise(closed)):
            raise RefusedError(msg("steps in ascending order of up_to, none twice"))
        return self


class _AmountOrQuantity(Extension):
    amount: Exact | None = Field(default=None, gt=0)
    quantity: Exact | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _either(self) -> _AmountOrQuantity:
        _one_of((self.amount, self.quantity), msg("either amount (money) or quantity (units)"))
        return self


class MinimumCommitment(_AmountOrQuantity):
    """The least that is paid for a line in a month: money or units.

    Parameters
    ----------
    prorated
        Whether a month in which the line is not in force every day owes a part of it.
    """

    prorated: bool = True


class Cap(_AmountOrQuantity):
    """The most that is paid for a line in a month: money or units."""


class PassThrough(Extension):
    """A cost that is passed on as it arose, up to the price of the line or a sum a month.

    Parameters
    ----------
    maximum
        Money in a billing period.
    receipt
        Whether a receipt must be shown.
    """

    maximum: Exact | None = Field(default=None, gt=0)
    receipt: bool = True


class PerformanceStep(Extension):
    """One step of a bonus or a malus: when a measure of the period lies there, so much.

    Of several steps of one measure that hold the largest counts, they do not add up.

    Parameters
    ----------
    measure
        What is measured; its definition is printed with every invoice.
    at_least, above, at_most, below
        Where the measure must lie; exactly one of them.
    share, amount
        Part of the amount of the line, or money; exactly one of them.
    """

    measure: Measure
    at_least: Exact | None = None
    above: Exact | None = None
    at_most: Exact | None = None
    below: Exact | None = None
    share: Exact | None = Field(default=None, gt=0, le=1)
    amount: Exact | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _either(self) -> PerformanceStep:
        bounds = (self.at_least, self.above, self.at_most, self.below)
        _one_of(bounds, msg("exactly one of at_least, above, at_most, below"))
        _one_of((self.share, self.amount), msg("either share (of the line) or amount (money)"))
        return self

    def holds(self, value: Decimal) -> bool:
        """Whether a value of the measure lies in this step.

        Examples
        --------
        >>> step = PerformanceStep(measure="conversion", at_least="0.03", share="0.05")
        >>> step.holds(Decimal("0.03")), step.holds(Decimal("0.029"))
        (True, False)
        """
        if self.at_least is not None:
            return value >= self.at_least
        if self.above is not None:
            return value > self.above
        if self.at_most is not None:
            return value <= self.at_most
        return self.below is not None and value < self.below

    def meets(self, other: PerformanceStep) -> bool:
        """Whether some value of the measure lies in both steps."""
        bounds = (self.at_least, self.above, self.at_most, self.below)
        edges = [b for b in (*bounds, other.at_least, other.above, other.at_most, other.below)
                 if b is not None]  # fmt: skip
        lowest, highest = min(edges), max(edges)
        tried = (*edges, lowest - 1, (lowest + highest) / 2, highest + 1)
        return any(self.holds(value) and other.holds(value) for value in tried)


class Clawback(Extension):
    """What comes back when a sale is cancelled within a number of days."""

    days: int = Field(ge=0)
    share: Exact = Field(ge=0, le=1)


class LateReportCredit(Extension):
    """What the invoice is lowered by for every report that came late or not at all.

    Parameters
    ----------
    share, amount
        Part of the amount of the line, or money, for each; exactly one of them.
    reports
        Names of the reports that count; all when empty.
    missing
        Whether a report that never came counts like a late one.
    maximum_share
        The most, as a part of the amount of the line.
    """

    share: Exact | None = Field(default=None, gt=0, le=1)
    amount: Exact | None = Field(default=None, gt=0)
    reports: tuple[str, ...] = ()
    missing: bool = True
    maximum_share: Exact = Field(default=Decimal(1), gt=0, le=1)

    @model_validator(mode="after")
    def _either(self) -> LateReportCredit:
        _one_of((self.share, self.amount), msg("either share (of the line) or amount (money)"))
        return self


class InvoiceTolerance(Extension):
    """Difference between invoice and log that both sides accept as clock noise."""

    relative: Exact = Field(default=Decimal(0), ge=0, le=1)
    absolute: Exact = Field(default=Decimal(0), ge=0)
