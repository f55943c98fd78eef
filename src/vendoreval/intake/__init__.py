"""Reading and checking what vendors deliver: any byte becomes a row or a fault."""

from vendoreval.intake.delivery import Delivery
from vendoreval.intake.faults import Fault, Faults
from vendoreval.intake.opening import read_delivery
from vendoreval.intake.report import RowCounts, Sums, ValidationReport
from vendoreval.intake.validation import validate

__all__ = [
    "Delivery",
    "Fault",
    "Faults",
    "RowCounts",
    "Sums",
    "ValidationReport",
    "read_delivery",
    "validate",
]
