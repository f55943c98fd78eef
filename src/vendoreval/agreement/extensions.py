"""What ODCS cannot say: the values of our own `customProperties` (vendor: vendoreval)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from vendoreval.agreement.problems import RefusedError
from vendoreval.text import msg
from vendoreval.units import DURATION_FORMS, number_form


class Extension(BaseModel):
    """Strict and frozen: an unknown key is a mistake, not an option."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _exact(value: Any) -> Any:
    """Refuse floats: 0.006 read as a float is not the 0.006 of the agreement."""
    if isinstance(value, float):
        raise RefusedError(msg('the amount in quotes, as "9.50", so that it stays exact'))
    return value


def _currency(value: str) -> str:
    if len(value) != 3 or not value.isascii() or not value.isupper():
        raise RefusedError(msg("a three-letter ISO 4217 code such as RUB or EUR"))
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Currency = Annotated[str, AfterValidator(_currency)]

Unit = Literal["s", "min", "h", "share", "percent", "money"]
DurationForm = Literal[
    "hh:mm:ss", "mm:ss", "hh:mm", "seconds", "minutes", "minutes (decimal comma)", "excel-time"
]


def _form(value: str) -> str:
    if value in DURATION_FORMS:
        return value
    try:
        number_form(value)
    except ValueError:
        raise RefusedError(
            msg("one of %(forms)s, or the number 1234.56 as the vendor writes it, "
                "such as “€ 1.234,56”", forms=", ".join(get_args(DurationForm)))
        ) from None  # fmt: skip
    return value


AcceptedForms = tuple[Annotated[str, AfterValidator(_form)], ...]
BilledUnit = Literal[
    "talk_minute", "handle_minute", "worked_minute", "agent_hour", "seat_month",
    "dial", "contact", "lead", "sale", "fixed",
]  # fmt: skip
DURATION_UNITS = frozenset({"s", "min", "h"})
Every = Literal["day", "week", "month"]
# in which the vendor is written to
SpokenLanguage = Literal["en", "ru"]


class OnlyRows(Extension):
    """Which rows of a mixed file belong to the report: those with one of some texts in a column."""

    column: str
    values: tuple[str, ...] = Field(min_length=1)


def _encoding(value: str) -> str:
    try:
        # a codec that makes no text of bytes, such as rot13, refuses here too
        b"a".decode(value, "replace")
    except (LookupError, ValueError):
        raise RefusedError(
            msg("the name of an encoding, such as utf-8, cp1251, cp866, koi8-r or mac-cyrillic")
        ) from None
    return value


Encoding = Annotated[str, AfterValidator(_encoding)]


class Dialect(Extension):
    """How the vendor writes the file."""

    encodings: tuple[Encoding, ...] = ("utf-8", "utf-8-sig")
    delimiter: str | None = None
    decimalComma: bool = False
    headerRows: int = Field(default=1, ge=1, le=5)
    skipFooter: tuple[Literal["subtotal", "total", "footer", "repeated header"], ...] = ()
    nullTokens: tuple[str, ...] = ("",)
    onlyRows: OnlyRows | None = None


class DeliveryPeriod(Extension):
    """Which stretch of time one file covers, by which column, and when nobody works."""

    every: Every
    column: str
    timezone: str
    holidays: tuple[date, ...] = ()


class Clawback(Extension):
    """What comes back when a sale is cancelled within a number of days."""

    days: int = Field(ge=0)
    share: Exact = Field(ge=0, le=1)


class InvoiceTolerance(Extension):
    """Difference between invoice and log that both sides accept as clock noise."""

    relative: Exact = Field(default=Decimal(0), ge=0, le=1)
    absolute: Exact = Field(default=Decimal(0), ge=0)


class RateItem(Extension):
    """One line of the rate card: what is billed, at which price, by which clock."""

    unit: BilledUnit
    price: Exact = Field(ge=0)
    currency: Currency
    vat_mode: Literal["net", "gross", "exempt"] = "net"
    vat_rate: Exact = Field(default=Decimal(0), ge=0, le=1)
    valid_from: date
    valid_to: date | None = None
    campaigns: tuple[str, ...] = ()
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
    tiers: dict[str, Any] | None = None
    minimum_commitment: dict[str, Any] | None = None
    cap: dict[str, Any] | None = None
    setup_fee: Exact | None = None
    pass_through: dict[str, Any] | None = None
    bonus: tuple[dict[str, Any], ...] = ()
    malus: tuple[dict[str, Any], ...] = ()
    clawback: Clawback | None = None
    late_report_credit: dict[str, Any] | None = None
    invoice_tolerance: InvoiceTolerance = InvoiceTolerance()
    money_rounding: Literal["line", "total"] = "line"

    @model_validator(mode="after")
    def _dates_in_order(self) -> RateItem:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise RefusedError(msg("valid_to later than valid_from; the last day is not included"))
        return self

    def in_force(self, day: date) -> bool:
        """Whether the line prices what happens on a day of the agreement's time zone."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Disclosure(Extension):
    """A limit one side told the other before the start."""

    id: str
    by: Literal["client", "vendor"]
    topic: str
    limit: str
    alternative: str | None = None
    decided_by: Literal["client", "vendor", "both"] | None = None
    decision: str | None = None
    measure: str | None = None
    review_on: date | None = None


class Acceptance(Extension):
    """What happens to a file with faults."""

    maximumFaultyShare: Exact = Field(default=Decimal(1), ge=0, le=1)
    resendWithinDays: int | None = Field(default=None, ge=0)


class Parties(Extension):
    """Number, parties and term of the agreement."""

    number: str
    annex: int | str | None = None
    parties: tuple[str, ...] = Field(min_length=1)
    effectiveFrom: date
    effectiveTo: date | None = None


class ReconcileSide(Extension):
    """One side of a comparison: a sum of a report, or the values of one of its columns."""

    report: str
    measure: str | None = None
    values: str | None = None
    where: str | None = None
    unit: Unit | None = None
    by: tuple[str, ...] = ()


class ReconcileTolerance(Extension):
    """How far two sums may lie apart; the larger of both allowances holds."""

    absolute: Exact = Field(default=Decimal(0), ge=0)
    relative: Exact = Field(default=Decimal(0), ge=0, le=1)
    unit: Unit | None = None


class Reconcile(Extension):
    """Two sums of two reports that must agree, or values of one that the other must hold."""

    left: ReconcileSide
    right: ReconcileSide
    tolerance: ReconcileTolerance = ReconcileTolerance()
    missingDays: Literal["fault", "ignore"] = "ignore"

    @model_validator(mode="after")
    def _sides_alike(self) -> Reconcile:
        sides = (self.left, self.right)
        sums = [side.measure is not None and side.values is None for side in sides]
        lists = [side.values is not None and side.measure is None for side in sides]
        if not (all(sums) or all(lists)):
            raise RefusedError(msg("a measure on both sides, or values on both sides"))
        if len(self.left.by) != len(self.right.by):
            raise RefusedError(msg("as many groups (by) on the left as on the right"))
        return self


def _title_pattern(value: str) -> str:
    try:
        groups = re.compile(value).groups
    except re.error:
        groups = 0
    if groups != 1:
        raise RefusedError(
            msg("a regular expression with one group in brackets, such as Agent: (.+)")
        )
    return value


def _several(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(value) < 2:
        raise RefusedError(msg("two headers or more; one is a synonym of the column"))
    return value


TitlePattern = Annotated[str, AfterValidator(_title_pattern)]
JoinedHeaders = Annotated[tuple[str, ...], AfterValidator(_several)]

# property name -> shape of its value, by the level at which it may stand
CONTRACT_EXTENSIONS: dict[str, Any] = {
    "rateCard": tuple[RateItem, ...],
    "disclosures": tuple[Disclosure, ...],
    "acceptance": Acceptance,
    "agreement": Parties,
    "dialect": Dialect,
    "timezone": str,
    "language": SpokenLanguage,
}
SCHEMA_EXTENSIONS: dict[str, Any] = {
    "period": DeliveryPeriod,
    "dialect": Dialect,
    "acceptance": Acceptance,
    "library": str,
}
PROPERTY_EXTENSIONS: dict[str, Any] = {
    "unit": Unit,
    "acceptedForms": AcceptedForms,
    "acceptedFormats": tuple[str, ...],
    "notAfter": Literal["delivery-time"],
    "joinedHeaders": JoinedHeaders,
    "fromTitle": TitlePattern,
}
QUALITY_EXTENSIONS: dict[str, Any] = {"rowRule": str, "reconcile": Reconcile}
ENUM_EXTENSIONS: dict[str, Any] = {"spellings": tuple[str, ...]}
SERVER_EXTENSIONS: dict[str, Any] = {"dialect": Dialect}
