"""Evidence after judgement as numbered findings, each with its one chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from vendoreval.auditing.claims import Claims
from vendoreval.auditing.drawing_data import Drawings
from vendoreval.auditing.result import Finding, Severity
from vendoreval.auditing.tiers import Judged
from vendoreval.checks.base import Check
from vendoreval.period import Period
from vendoreval.text import Message

# later ones are one line in the report
_MOST_DRAWN = 20
_TIER_ORDER = {"fact": 0, "finding": 1, "review": 2}


def numbered(
    judged: Sequence[Judged],
    checks: Mapping[str, Check],
    billed: Mapping[str, Decimal],
    claims: Claims,
    period: Period,
) -> tuple[Finding, ...]:
    """Number the evidence: facts first, then findings, then questions; dearest first."""
    ordered = sorted(
        judged,
        key=lambda j: (
            _TIER_ORDER[j.tier],
            -(j.evidence.money.point if j.evidence.money else Decimal(0)),
            j.evidence.vendor,
            j.evidence.check,
            j.evidence.p_value if j.evidence.p_value is not None else 1.0,
            j.evidence.agent_id or "",
        ),
    )
    return tuple(
        Finding(
            id=f"F-{number:02d}",
            tier=entry.tier,
            severity=_severity(entry, billed),
            evidence=entry.evidence,
            honest_explanations=tuple(
                Message(text) for text in checks[entry.evidence.check].honest_explanations
            ),
            what_would_clear_it=Message(checks[entry.evidence.check].what_would_clear_it),
            answer=claims.answer_to(entry.evidence, period),
        )
        for number, entry in enumerate(ordered, start=1)
    )


def drawn(
    findings: Sequence[Finding], checks: Mapping[str, Check], drawings: Drawings
) -> tuple[Finding, ...]:
    """Return the findings, the first of them with their charts."""
    return tuple(
        replace(finding, drawing=drawings.of(checks[finding.evidence.check], finding.evidence))
        if place < _MOST_DRAWN
        else finding
        for place, finding in enumerate(findings)
    )


def _severity(entry: Judged, billed: Mapping[str, Decimal]) -> Severity:
    """High: a fact or finding worth 2 % of the invoice; low: a question without money."""
    money = entry.evidence.money.point if entry.evidence.money else Decimal(0)
    if entry.tier == "review":
        return "medium" if money else "low"
    invoice = billed.get(entry.evidence.vendor, Decimal(0))
    return "high" if invoice > 0 and money >= invoice * Decimal("0.02") else "medium"
