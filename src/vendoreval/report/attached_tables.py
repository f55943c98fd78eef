"""The longer lists behind the pages, as CSV files inside the PDF."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from vendoreval.report.masking import evidence_file
from vendoreval.report.models import AuditDocument

AGENTS, CHECKS, FINDINGS = "agents.csv", "checks.csv", "findings.csv"
_AGENT = ("agent_id", "role", "days", "dials", "conversations", "talk_seconds", "leads", "sold",
          "closed")  # fmt: skip
_FINDING = (
    "id", "vendor", "check", "tier", "severity", "title", "agent_id", "campaign_id", "observed",
    "expected", "unit", "n", "p_value", "e_value", "evidence_grade",
)  # fmt: skip


def attached_tables(written: AuditDocument) -> dict[str, bytes]:
    """Return name -> CSV of every agent, of every check of every vendor, and of every finding.

    Texts stand in the document's own language; a table without rows is left out.
    """
    agents = [
        (vendor.vendor, *(getattr(agent, name) for name in _AGENT))
        for vendor in written.vendors
        for agent in vendor.agents
    ]
    checks = [
        (vendor.vendor, row.check, row.state, row.reason, row.n, row.p_value)
        for vendor in written.vendors
        for row in vendor.checks
    ]
    findings = [
        (*(getattr(finding, name) for name in _FINDING),
         *((finding.money.low, finding.money.point, finding.money.high) if finding.money
           else (None, None, None)))
        for finding in written.findings
    ]  # fmt: skip
    tables = {
        AGENTS: (("vendor", *_AGENT), agents),
        CHECKS: (("vendor", "check", "state", "reason", "n", "p_value"), checks),
        FINDINGS: ((*_FINDING, "money_low", "money", "money_high"), findings),
    }
    return {name: _csv(columns, rows, name) for name, (columns, rows) in tables.items() if rows}


def _csv(columns: Sequence[str], rows: Sequence[tuple[object, ...]], name: str) -> bytes:
    table = pa.table(
        {column: list(values) for column, values in zip(columns, zip(*rows, strict=True),
                                                        strict=True)}
    )  # fmt: skip
    return evidence_file(table, name, report="rows")[0]
