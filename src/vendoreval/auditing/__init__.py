"""Ask every check, judge all evidence at once, decide."""

from vendoreval.auditing.audit import audit_scope, evidence_rows, run_audit, with_rows
from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import AuditResult, EvidenceFile, Finding

__all__ = [
    "AuditResult",
    "EvidenceFile",
    "Finding",
    "Policy",
    "audit_scope",
    "evidence_rows",
    "run_audit",
    "with_rows",
]
