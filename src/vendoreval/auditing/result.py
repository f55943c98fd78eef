"""The judged evidence of one period: values only, sentences as messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from vendoreval.auditing.agent_lines import AgentLine
from vendoreval.auditing.claims import Claims
from vendoreval.auditing.comparison import Comparison
from vendoreval.auditing.drawings import Drawing
from vendoreval.checks.base import Evidence, NotRun, Range, Unseen
from vendoreval.period import Period
from vendoreval.text import Message

Tier = Literal["fact", "finding", "review"]
State = Literal["signal", "review", "clear", "not_run"]
Verdict = Literal["SELLS", "UNPROVEN", "MINUTES_LIKE", "CANNOT_TELL"]
Decision = Literal["KEEP", "CONDITIONS", "PROBATION", "REPLACE", "CANNOT_TELL"]
Severity = Literal["high", "medium", "low"]
Position = Literal["better", "worse", "chance"]


@dataclass(frozen=True)
class EvidenceFile:
    """The rows behind a finding, as written beside the audit.

    `name` is relative to the audit's folder; `preview` holds the head of the
    masked rows, `columns` their names.
    """

    report: str
    count: int
    name: str
    sha256: str
    columns: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Finding:
    """One piece of evidence after judgement.

    `money` is what this finding alone is worth, net of VAT; amounts of several
    findings overlap and are never added (see `MoneyLadder`). `answer` is what the vendor
    said when it was asked, here or in an earlier period; `drawing` is its one chart.
    """

    id: str
    tier: Tier
    severity: Severity
    evidence: Evidence
    honest_explanations: tuple[Message, ...]
    what_would_clear_it: Message
    rows: EvidenceFile | None = None
    drawing: Drawing | None = None
    answer: Message | None = None


@dataclass(frozen=True)
class CheckState:
    """How one check ended for one vendor: `reason` is its line in the table of checks.

    `unseen` is the smallest departure that it could have found with this much data.
    """

    check: str
    state: State
    reason: Message
    n: int = 0
    p_value: float | None = None
    unseen: Unseen | None = None


@dataclass(frozen=True)
class Measure:
    """A metric with its interval and the value of the period compared with.

    `value` is `None` when the denominator is empty.
    """

    name: str
    value: float | None
    unit: str
    n: int
    low: float | None = None
    high: float | None = None
    previous: float | None = None
    history: tuple[tuple[str, float | None], ...] = ()


@dataclass(frozen=True)
class ReportStatus:
    """What came in for one report in the period: counts of deliveries and rows."""

    delivered: int
    expected: int
    late: int
    missing: int
    accepted_rows: int
    faulty_rows: int


@dataclass(frozen=True)
class MoneyLadder:
    """Money of one vendor or of all, net of VAT; every call valued once.

    provable <= likely <= at_risk_low <= at_risk <= at_risk_high <= billed. `likely` takes
    findings at their lower limit; what is at risk holds questions too.
    """

    billed: Decimal
    provable: Decimal
    likely: Decimal
    at_risk_low: Decimal
    at_risk: Decimal
    at_risk_high: Decimal


@dataclass(frozen=True)
class VerdictRow:
    """One of the six inputs of the verdict: its value and what the policy reads from it."""

    id: str
    label: Message
    value: Message
    reading: Literal["for", "against", "neutral", "unknown"]
    reason: Message


@dataclass(frozen=True)
class VendorResult:
    """Everything about one vendor in the period.

    `position` compares the vendor's conversion with all vendors together: really
    better or worse, or chance. `demands` names the data without which there is no
    verdict; `e_value` is the evidence of all families together.
    """

    vendor: str
    title: str
    verdict: Verdict
    decision: Decision
    reasons: tuple[Message, ...]
    measures: Mapping[str, Measure]
    money: MoneyLadder
    six_inputs: tuple[VerdictRow, ...]
    checks: tuple[CheckState, ...]
    data_status: Mapping[str, ReportStatus]
    position: Position = "chance"
    agents: tuple[AgentLine, ...] = ()
    demands: tuple[Message, ...] = ()
    e_value: float = 1.0


@dataclass(frozen=True)
class Action:
    """What leadership is asked to decide. `owner` is a role, `due_on` ISO date."""

    text: Message
    reason: Message
    owner: Message
    due_on: str
    amount: Decimal | None = None
    finding: str | None = None


@dataclass(frozen=True)
class TrustRow:
    """One line of how far the numbers can be trusted."""

    figure: Message
    text: Message


@dataclass(frozen=True)
class CheckNote:
    """What the appendix prints of one check; `details` are tier, least n and error rates."""

    id: str
    kind: str
    question: Message
    about: Message
    honest_explanations: tuple[Message, ...]
    what_would_clear_it: Message
    details: tuple[Message, ...] = ()


@dataclass(frozen=True)
class AuditResult:
    """One audited period.

    Parameters
    ----------
    title, lead
        The conclusion as a sentence and the line under it.
    totals
        Measures of all vendors together (same names as of a vendor).
    comparisons
        Which comparisons this client's data allows, and what can never be known from it.
    limits
        The same for page one: what is possible here, what never, what would allow more.
    policy, policy_hash
        Thresholds in force, name -> value as printed, and the hash of them.
    rules
        How facts, findings, questions and verdicts are told apart, in words.
    comparison
        What the comparison pages draw.
    claims
        What was claimed from the vendors this year, and what they answered.
    versions
        Name -> version of the code and of the libraries that could change a figure.
    """

    period: Period
    compare_with: Period | None
    client: str
    currency: str
    title: Message
    lead: Message
    vendors: tuple[VendorResult, ...]
    totals: Mapping[str, Measure]
    money: MoneyLadder
    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    actions: tuple[Action, ...]
    trust: tuple[TrustRow, ...]
    comparisons: tuple[Message, ...]
    checks: tuple[CheckNote, ...]
    policy: Mapping[str, str]
    versions: Mapping[str, str]
    ledger_hash: str
    code_version: str
    seed: int
    ceiling: Decimal | None = None
    limits: tuple[TrustRow, ...] = ()
    policy_hash: str = ""
    rules: tuple[Message, ...] = ()
    comparison: Comparison = field(default_factory=Comparison)
    claims: Claims = field(default_factory=Claims)
    extra: Mapping[str, str] = field(default_factory=dict)


__all__ = [
    "Action",
    "AuditResult",
    "CheckNote",
    "CheckState",
    "Decision",
    "Evidence",
    "EvidenceFile",
    "Finding",
    "Measure",
    "MoneyLadder",
    "Position",
    "Range",
    "ReportStatus",
    "Severity",
    "State",
    "Tier",
    "TrustRow",
    "Unseen",
    "VendorResult",
    "Verdict",
    "VerdictRow",
]
