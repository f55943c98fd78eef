"""The file both sides signed: reports, columns, rules, rate card, disclosed limits."""

from vendoreval.agreement.agreement import CLIENT, Agreement
from vendoreval.agreement.extensions import Disclosure, RateItem
from vendoreval.agreement.load import agreement_from_bytes, load_agreement
from vendoreval.agreement.reports import (
    Column,
    ForeignKey,
    ReportDialect,
    ReportSchema,
    RowRule,
)

__all__ = [
    "CLIENT",
    "Agreement",
    "Column",
    "Disclosure",
    "ForeignKey",
    "RateItem",
    "ReportDialect",
    "ReportSchema",
    "RowRule",
    "agreement_from_bytes",
    "load_agreement",
]
