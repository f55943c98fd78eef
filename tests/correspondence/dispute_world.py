"""An invented audit of two facts about the same calls, with rows of another vendor among them."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent.parent / "report"))

from invented_audit import example

from vendoreval.auditing.result import AuditResult, Finding
from vendoreval.checks.base import Range
from vendoreval.text import Message, msg

HOSTILE = "Granat\r\nBcc: all@example.org <b>&{{ 7*7 }}"


def rows_of(finding: Finding) -> pd.DataFrame:
    """Three calls of granat and one of another vendor; items 1 and 2 share the call c-2."""
    calls = {"F-01": ["c-1", "c-2"], "F-02": ["c-2", "c-3"]}.get(finding.id, ["c-9"])
    seconds = {"F-01": [60, 120], "F-02": [120, 60]}.get(finding.id, [30])
    return pd.DataFrame(
        {
            "vendor": ["granat"] * len(calls) + ["vektor"],
            "call_id": [*calls, "secret-of-vektor"],
            "agent_id": "=cmd|' /C calc'!A0",
            "phone": "+79161234567",
            "started_at": pd.Timestamp("2026-10-29 11:42:07", tz="Europe/Moscow"),
            "seconds": [*seconds, 999],
            "also_called_by": "Vektor, 2026-10-28",
            "description": ["=HYPERLINK(1)", "call 8 (916) 123-45-67", "-"][: len(calls) + 1],
        }
    )


def result(language: str = "en") -> AuditResult:
    """Return the audit: two facts about the same calls, a pattern, and other vendors."""
    audit = example(language)
    first, second, third, fourth = audit.findings
    clause = Message("%(part0)s; %(part1)s", {
        "part0": msg("conversations that overlap: %(n)s", n="2"),
        "part1": msg("share at the other vendors: %(share)s", share="1%"),
    })  # fmt: skip

    def fact(finding: Finding, worth: str, check: str) -> Finding:
        money = Range(Decimal(worth), Decimal(worth), Decimal(worth))
        evidence = replace(
            finding.evidence, vendor="granat", check=check, money=money, per_call=True,
            condition=clause,
        )  # fmt: skip
        return replace(finding, tier="fact", evidence=evidence)

    vendors = tuple(
        replace(v, title=HOSTILE, money=replace(v.money, provable=Decimal("27.00")))
        if v.vendor == "granat"
        else v
        for v in audit.vendors
    )
    findings = (
        # 6.00 a minute: c-1 6.00, c-2 12.00; and 9.00 a minute: c-2 18.00, c-3 9.00
        fact(first, "18.00", "overlapping_calls"),
        fact(second, "27.00", "rounding_rule"),
        replace(third, tier="finding", evidence=replace(third.evidence, vendor="granat")),
        fourth,
    )
    return replace(audit, vendors=vendors, findings=findings)
