"""From the judged audit to `audit.json`: sentences in one language, figures exact."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from vendoreval.auditing.claims import Claims
from vendoreval.auditing.drawings import Drawing
from vendoreval.auditing.result import (
    Action,
    AuditResult,
    CheckNote,
    EvidenceFile,
    Finding,
    Measure,
    MoneyLadder,
    VendorResult,
)
from vendoreval.checks.base import Range
from vendoreval.report.comparison_models import comparison_model
from vendoreval.report.drawing_models import AgentModel, DrawingModel
from vendoreval.report.encoding import decode, encode
from vendoreval.report.masking import clean_text, mask_text, mask_value
from vendoreval.report.models import (
    SCHEMA_VERSION,
    ActionModel,
    AuditDocument,
    CheckModel,
    ClaimModel,
    ClaimsModel,
    FindingModel,
    HistoryPoint,
    InputModel,
    MeasureModel,
    MoneyModel,
    NoteModel,
    NotRunModel,
    RangeModel,
    RowsModel,
    StatusModel,
    StepModel,
    TrustModel,
    VendorModel,
)
from vendoreval.text import Language, Message, language

LanguageCode = Literal["en", "ru"]
LONGEST_NAME = 200
_DRAWING: TypeAdapter[DrawingModel] = TypeAdapter(DrawingModel)


def document(result: AuditResult, language_code: LanguageCode = "en") -> AuditDocument:
    """Return the audit as the frozen document that JSON, HTML and PDF are made of.

    Parameters
    ----------
    result
        What the audit found.
    language_code
        The language of the texts. The templates stand beside them, so that
        `render_html` and `render_pdf` can print the document in the other language too.
    """
    speak = language(language_code)
    return AuditDocument(
        schema_version=SCHEMA_VERSION,
        language=language_code,
        period=str(result.period),
        compare_with=str(result.compare_with) if result.compare_with else None,
        client=clean_text(result.client)[:LONGEST_NAME],
        currency=result.currency,
        generated_for=result.period.last_day.isoformat(),
        code_version=result.code_version,
        ledger_hash=result.ledger_hash,
        policy=dict(result.policy),
        policy_hash=result.policy_hash,
        versions=dict(result.versions),
        seed=result.seed,
        ceiling=result.ceiling,
        money=_money(result.money),
        totals=_measures(result.totals.values()),
        # by name and never by rank, in one order on every page
        vendors=tuple(
            _vendor(speak, vendor)
            for vendor in sorted(result.vendors, key=lambda v: (v.title.casefold(), v.vendor))
        ),
        findings=tuple(_finding(speak, finding, result) for finding in result.findings),
        not_run=tuple(
            NotRunModel(
                check=row.check, vendor=row.vendor,
                **_said(speak, reason=row.reason, demand=row.demand),
            )
            for row in result.not_run
        ),
        actions=tuple(_action(speak, action) for action in result.actions),
        trust=tuple(
            TrustModel(**_said(speak, figure=row.figure, text=row.text)) for row in result.trust
        ),
        limits=tuple(
            TrustModel(**_said(speak, figure=row.figure, text=row.text)) for row in result.limits
        ),
        checks=tuple(_note(speak, note) for note in result.checks),
        comparison=comparison_model(result.comparison),
        claims=claims_model(result.claims, language_code),
        extra={name: mask_text(clean_text(value)) for name, value in result.extra.items()},
        **_said(
            speak, title=result.title, lead=result.lead, comparisons=result.comparisons,
            rules=result.rules,
        ),
    )  # fmt: skip


def write_json(written: AuditDocument, path: Path) -> Path:
    """Write `audit.json`: UTF-8, two spaces, the same bytes for the same document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json_bytes(written))
    return path


def json_bytes(written: AuditDocument) -> bytes:
    """Return the bytes of `audit.json`."""
    return (written.model_dump_json(indent=2) + "\n").encode()


def _said(speak: Language, **sentences: Message | tuple[Message, ...] | None) -> dict[str, Any]:
    """Return each sentence as text, and its template and values under `messages`."""
    fields: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for name, sentence in sentences.items():
        if isinstance(sentence, tuple):
            encoded = [encode(item) for item in sentence]
            fields[name] = tuple(speak.say(decode(item)) for item in encoded)
            messages[name] = encoded
        elif sentence is None:
            fields[name] = None
        else:
            messages[name] = encode(sentence)
            fields[name] = speak.say(decode(messages[name]))
    return {**fields, "messages": messages}


def _finite(value: float | None) -> float | None:
    """JSON has no infinity."""
    return value if value is not None and math.isfinite(value) else None


def _money(money: MoneyLadder) -> MoneyModel:
    return MoneyModel(
        billed=money.billed, provable=money.provable, likely=money.likely,
        at_risk_low=money.at_risk_low, at_risk=money.at_risk, at_risk_high=money.at_risk_high,
    )  # fmt: skip


def _range(value: Range | None) -> RangeModel | None:
    return RangeModel(low=value.low, point=value.point, high=value.high) if value else None


def _measures(measures: Iterable[Measure]) -> dict[str, MeasureModel]:
    return {
        measure.name: MeasureModel(
            value=_finite(measure.value), low=_finite(measure.low), high=_finite(measure.high),
            n=measure.n, unit=measure.unit, previous=_finite(measure.previous),
            history=tuple(
                HistoryPoint(period=period, value=_finite(value))
                for period, value in measure.history
            ),
        )
        for measure in measures
    }  # fmt: skip


def _vendor(speak: Language, vendor: VendorResult) -> VendorModel:
    return VendorModel(
        vendor=vendor.vendor,
        title=clean_text(vendor.title)[:LONGEST_NAME],
        verdict=vendor.verdict,
        decision=vendor.decision,
        position=vendor.position,
        data_status={
            report: StatusModel(
                delivered=status.delivered, expected=status.expected, late=status.late,
                missing=status.missing, accepted_rows=status.accepted_rows,
                faulty_rows=status.faulty_rows,
            )
            for report, status in vendor.data_status.items()
        },
        measures=_measures(vendor.measures.values()),
        money=_money(vendor.money),
        six_inputs=tuple(
            InputModel(
                id=row.id, reading=row.reading,
                **_said(speak, label=row.label, value=row.value, reason=row.reason),
            )
            for row in vendor.six_inputs
        ),
        checks=tuple(
            CheckModel(
                check=row.check, state=row.state, n=row.n, p_value=_finite(row.p_value),
                unseen_share=_finite(row.unseen.share) if row.unseen else None,
                **_said(
                    speak, reason=row.reason, unseen=row.unseen.text if row.unseen else None
                ),
            )
            for row in vendor.checks
        ),
        agents=tuple(AgentModel.model_validate(_safe(asdict(agent))) for agent in vendor.agents),
        e_value=_finite(vendor.e_value),
        **_said(speak, reasons=vendor.reasons, demands=vendor.demands),
    )  # fmt: skip


def _drawing(drawing: Drawing | None) -> DrawingModel | None:
    return None if drawing is None else _DRAWING.validate_python(_safe(asdict(drawing)))


def _safe(value: Any) -> Any:
    """Return plain values with every text as it may leave the ledger."""
    match value:
        case str():
            return mask_value("agent_id", clean_text(value))[:LONGEST_NAME]
        case dict():
            return {name: _safe(item) for name, item in value.items()}
        case tuple():
            return tuple(_safe(item) for item in value)
    return value


def _finding(speak: Language, finding: Finding, result: AuditResult) -> FindingModel:
    evidence = finding.evidence
    written = result.extra.get(f"answer:{finding.id}")
    answer = finding.answer or (Message("%(text)s", {"text": written}) if written else None)
    return FindingModel(
        id=finding.id,
        check=evidence.check,
        vendor=evidence.vendor,
        agent_id=evidence.agent_id,
        campaign_id=evidence.campaign_id,
        tier=finding.tier,
        severity=finding.severity,
        evidence_grade=evidence.grade,
        observed=_finite(evidence.observed),
        expected=_finite(evidence.expected),
        unit=evidence.unit,
        n=evidence.n,
        p_value=_finite(evidence.p_value),
        e_value=_finite(evidence.e_value),
        minutes=_range(evidence.minutes),
        money=_range(evidence.money),
        arithmetic=tuple(
            StepModel(sign=step.sign, **_said(speak, value=step.value, label=step.label))
            for step in evidence.arithmetic
        ),
        rows=_rows(finding.rows),
        drawing=_drawing(finding.drawing),
        **_said(
            speak,
            title=evidence.title,
            condition=evidence.condition,
            criteria=evidence.criteria,
            cause=evidence.cause,
            effect=evidence.effect,
            honest_explanations=finding.honest_explanations,
            what_would_clear_it=finding.what_would_clear_it,
            ask=evidence.ask,
            answer=answer,
        ),
    )


def _rows(rows: EvidenceFile | None) -> RowsModel | None:
    """Mask the preview once more: its writer may not have been ours."""
    if rows is None:
        return None
    return RowsModel(
        report=rows.report, count=rows.count, file=rows.name, sha256=rows.sha256,
        columns=rows.columns,
        preview=tuple(
            tuple(
                mask_value(column, clean_text(cell))
                for column, cell in zip(rows.columns, row, strict=True)
            )
            for row in rows.preview
        ),
    )  # fmt: skip


def claims_model(claims: Claims, language_code: LanguageCode) -> ClaimsModel | None:
    """Return the claims of a year with their sentences; `None` when there are none."""
    speak = language(language_code)
    if not claims.rows:
        return None
    return ClaimsModel(
        year=claims.year, currency=claims.currency, claimed=claims.claimed,
        agreed=claims.agreed, recovered=claims.recovered, rejected=claims.rejected,
        unanswered=claims.unanswered,
        rows=tuple(
            ClaimModel(
                item=claim.item, vendor=claim.vendor, period=str(claim.period),
                finding=claim.finding, check=claim.check,
                titles={code: mask_text(clean_text(t)) for code, t in claim.titles.items()},
                claimed=claim.amount, currency=claim.currency, claimed_on=claim.on.isoformat(),
                status=claim.answer.status if claim.answer else None,
                amount=claim.answer.amount if claim.answer else None,
                answered_on=claim.answer.on.isoformat() if claim.answer else None,
                **_said(speak, answer=claim.sentence),
            )
            for claim in claims.rows
        ),
    )  # fmt: skip


def _action(speak: Language, action: Action) -> ActionModel:
    return ActionModel(
        due_on=action.due_on, amount=action.amount, finding=action.finding,
        **_said(speak, text=action.text, reason=action.reason, owner=action.owner),
    )  # fmt: skip


def _note(speak: Language, note: CheckNote) -> NoteModel:
    return NoteModel(
        id=note.id, kind=note.kind,
        **_said(
            speak, question=note.question, about=note.about,
            honest_explanations=note.honest_explanations,
            what_would_clear_it=note.what_would_clear_it, details=note.details,
        ),
    )  # fmt: skip
