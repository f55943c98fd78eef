"""The frozen models of `audit.json`: the only source of its schema.

Every sentence stands twice: as text in the document's language under its own key,
and under `messages` as template and values, so that the same audit can be printed
in the other language at any later time.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from vendoreval.auditing.result import Decision, Position, Severity, State, Tier, Verdict
from vendoreval.checks.base import Grade
from vendoreval.report.comparison_models import ComparisonModel
from vendoreval.report.drawing_models import AgentModel, DrawingModel
from vendoreval.report.encoding import EncodedMessage

SCHEMA_VERSION = "1.0"

Amount = Annotated[
    Decimal,
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
]
Messages = dict[str, EncodedMessage | list[EncodedMessage]]


class Model(BaseModel):
    """What all parts of the document share."""

    model_config = ConfigDict(frozen=True)


class Said(Model):
    """A part with sentences: texts under their own keys, templates under `messages`."""

    messages: Messages = {}


class RangeModel(Model):
    """A quantity with its interval."""

    low: Amount
    point: Amount
    high: Amount


class MoneyModel(Model):
    """Money of a vendor or of all, net of VAT, every call valued once."""

    billed: Amount
    provable: Amount
    likely: Amount
    at_risk_low: Amount
    at_risk: Amount
    at_risk_high: Amount


class HistoryPoint(Model):
    """The value of one earlier month."""

    period: str
    value: float | None


class MeasureModel(Model):
    """A metric; `value` is null when its denominator is empty."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    previous: float | None
    history: tuple[HistoryPoint, ...] = ()


class StatusModel(Model):
    """What came in for one report."""

    delivered: int
    expected: int
    late: int
    missing: int
    accepted_rows: int
    faulty_rows: int


class InputModel(Said):
    """One of the six rows behind the verdict."""

    id: str
    label: str
    value: str
    reading: Literal["for", "against", "neutral", "unknown"]
    reason: str


class CheckModel(Said):
    """How one check ended for one vendor."""

    check: str
    state: State
    reason: str
    n: int
    p_value: float | None
    unseen: str | None
    unseen_share: float | None


class VendorModel(Said):
    """Everything about one vendor in the period."""

    vendor: str
    title: str
    verdict: Verdict
    decision: Decision
    position: Position
    reasons: tuple[str, ...]
    data_status: dict[str, StatusModel]
    measures: dict[str, MeasureModel]
    money: MoneyModel
    six_inputs: tuple[InputModel, ...]
    checks: tuple[CheckModel, ...]
    demands: tuple[str, ...]
    e_value: float | None
    agents: tuple[AgentModel, ...] = ()


class StepModel(Said):
    """One operand or result of a printed calculation."""

    sign: str
    value: str
    label: str


class RowsModel(Model):
    """The file with the rows behind a finding; `preview` is masked."""

    report: str
    count: int
    file: str
    sha256: str
    columns: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...]


class FindingModel(Said):
    """One judged piece of evidence."""

    id: str
    check: str
    vendor: str
    agent_id: str | None
    campaign_id: str | None
    tier: Tier
    severity: Severity
    evidence_grade: Grade
    observed: float | None
    expected: float | None
    unit: str
    n: int
    p_value: float | None
    e_value: float | None
    minutes: RangeModel | None
    money: RangeModel | None
    title: str
    condition: str
    criteria: str
    cause: str | None
    effect: str | None
    arithmetic: tuple[StepModel, ...]
    honest_explanations: tuple[str, ...]
    what_would_clear_it: str
    ask: tuple[str, ...]
    answer: str | None
    rows: RowsModel | None
    drawing: DrawingModel | None = None


class NotRunModel(Said):
    """A question that could not be asked."""

    check: str
    vendor: str
    reason: str
    demand: str


class ClaimModel(Said):
    """One item put to a vendor; `titles` holds its sentence by language."""

    item: int
    vendor: str
    period: str
    finding: str
    check: str
    titles: dict[str, str]
    claimed: Amount
    currency: str
    claimed_on: str
    status: Literal["accepted", "credited", "rejected"] | None
    amount: Amount | None
    answered_on: str | None
    answer: str


class ClaimsModel(Model):
    """What was claimed from the vendors in one calendar year, and what they answered."""

    year: int
    currency: str
    claimed: Amount
    agreed: Amount
    recovered: Amount
    rejected: Amount
    unanswered: Amount
    rows: tuple[ClaimModel, ...]


class ActionModel(Said):
    """What leadership is asked to decide."""

    text: str
    reason: str
    owner: str
    due_on: str
    amount: Amount | None
    finding: str | None


class TrustModel(Said):
    """One line of how far the numbers can be trusted."""

    figure: str
    text: str


class NoteModel(Said):
    """What the appendix prints of one check."""

    id: str
    kind: str
    question: str
    about: str
    honest_explanations: tuple[str, ...]
    what_would_clear_it: str
    details: tuple[str, ...] = ()


class AuditDocument(Said):
    """One audited period as it is written, printed and shown.

    `generated_for` is the last day of the period: the document carries no clock, so
    that the same ledger gives the same bytes.
    """

    schema_version: str
    language: Literal["en", "ru"]
    period: str
    compare_with: str | None
    client: str
    currency: str
    generated_for: str
    code_version: str
    ledger_hash: str
    policy: dict[str, str]
    policy_hash: str
    rules: tuple[str, ...]
    versions: dict[str, str]
    seed: int
    ceiling: Amount | None
    title: str
    lead: str
    money: MoneyModel
    totals: dict[str, MeasureModel]
    vendors: tuple[VendorModel, ...]
    findings: tuple[FindingModel, ...]
    not_run: tuple[NotRunModel, ...]
    actions: tuple[ActionModel, ...]
    trust: tuple[TrustModel, ...]
    limits: tuple[TrustModel, ...]
    comparisons: tuple[str, ...]
    checks: tuple[NoteModel, ...]
    comparison: ComparisonModel = ComparisonModel()
    claims: ClaimsModel | None = None
    extra: dict[str, str]
