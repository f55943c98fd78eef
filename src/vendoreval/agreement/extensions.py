"""What ODCS cannot say: the values of our own `customProperties` (vendor: vendoreval)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from vendoreval.agreement.problems import RefusedError
from vendoreval.agreement.rate_items import RateItem
from vendoreval.agreement.shapes import Currency, Exact, Extension
from vendoreval.text import msg
from vendoreval.units import DURATION_FORMS, number_form

__all__ = ["Currency", "Exact", "Extension", "RateItem"]

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
