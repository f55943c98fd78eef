"""The part of `audit.json` that the comparison pages draw."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vendoreval.auditing.comparison import Comparison


class Drawn(BaseModel):
    """Plain figures without sentences."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class MinutesModel(Drawn):
    """Minutes from the invoice to the sale; `billed` is null where nothing is billed by time."""

    vendor: str
    billed: float | None
    talked: float
    decided: float
    sold: float


class BankModel(Drawn):
    """Leads of the contract bank by their last stage."""

    vendor: str
    handed: int
    stages: tuple[tuple[str, int], ...]


class HoursModel(Drawn):
    """Dials by weekday (Monday first) and local hour."""

    vendor: str
    dials: tuple[tuple[int, ...], ...]


class CancellationsModel(Drawn):
    """Share of sales cancelled by day since the sale; `clawback_days` as agreed."""

    vendor: str
    sales: int
    cancelled: int
    points: tuple[tuple[int, float], ...]
    clawback_days: int | None = None


class ComparisonModel(Drawn):
    """One entry for each vendor that has the data."""

    minutes: tuple[MinutesModel, ...] = ()
    banks: tuple[BankModel, ...] = ()
    hours: tuple[HoursModel, ...] = ()
    cancellations: tuple[CancellationsModel, ...] = ()


def comparison_model(compared: Comparison) -> ComparisonModel:
    """Return the model of what the audit compared."""
    return ComparisonModel.model_validate(compared)
