"""Starting with a vendor: the checklist and its gates, who signed, the limits register.

The checklist is data (`schemas/onboarding/`); what people say of it are events of the ledger;
what data can answer, data answers. Pages and forms are drawn in `vendoreval.report`.
"""

from vendoreval.starting.answers import ANSWERS
from vendoreval.starting.checklist import GATES, Checklist, load_checklist
from vendoreval.starting.form import FilledForm, ReadField, read_answers
from vendoreval.starting.limits import (
    Limit,
    LimitDue,
    limits_due,
    limits_register,
    record_review,
)
from vendoreval.starting.onboarding import GateStatus, ItemStatus, Onboarding, onboarding_of
from vendoreval.starting.signatures import Answer, Signature, record_answers

__all__ = [
    "ANSWERS",
    "GATES",
    "Answer",
    "Checklist",
    "FilledForm",
    "GateStatus",
    "ItemStatus",
    "Limit",
    "LimitDue",
    "Onboarding",
    "ReadField",
    "Signature",
    "limits_due",
    "limits_register",
    "load_checklist",
    "onboarding_of",
    "read_answers",
    "record_answers",
    "record_review",
]
