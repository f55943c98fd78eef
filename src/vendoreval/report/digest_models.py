"""The frozen document of a week: the week's audit, and what stands beside it."""

from __future__ import annotations

from typing import Literal

from vendoreval.report.models import AuditDocument, ClaimModel, Model

WeekState = Literal["missing", "late", "partial", "empty"]


class WeekFigureModel(Model):
    """One figure of a vendor's week; `usual` is null when there are too few earlier weeks."""

    name: str
    unit: str
    value: float | None
    usual: float | None
    low: float | None
    high: float | None
    weeks: int
    position: Literal["higher", "lower", "usual", "unknown"]


class WeekVendorModel(Model):
    """One vendor's week; `complete` says whether the call log covers all of it."""

    vendor: str
    title: str
    complete: bool
    figures: tuple[WeekFigureModel, ...]


class ArrivalModel(Model):
    """What of one vendor's reports fell due in the week, and what came."""

    vendor: str
    title: str
    due: int
    came: int
    late: int
    missing: int


class OverdueModel(Model):
    """A report that is owed."""

    vendor: str
    title: str
    report: str
    unit: str
    due_on: str | None
    state: WeekState


class DigestDocument(Model):
    """One week as it is printed; `audit` is null when no vendor delivered anything for it."""

    language: Literal["en", "ru"]
    week: str
    period: str
    known_on: str
    client: str
    ledger_hash: str
    audit: AuditDocument | None
    vendors: tuple[WeekVendorModel, ...]
    arrivals: tuple[ArrivalModel, ...]
    overdue: tuple[OverdueModel, ...]
    unanswered: tuple[ClaimModel, ...]
