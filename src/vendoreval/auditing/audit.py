"""Ask every check, judge all evidence at once, unite evidence rows, decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version

import pandas as pd
import pyarrow as pa

from vendoreval.agreement import Agreement
from vendoreval.auditing import conclusion, six_inputs
from vendoreval.auditing.agent_lines import AgentLine, agent_lines
from vendoreval.auditing.claims import Claims, all_claims, claims_of_year
from vendoreval.auditing.comparison import Comparison, compare
from vendoreval.auditing.data_status import data_status
from vendoreval.auditing.drawing_data import Drawings
from vendoreval.auditing.findings import drawn, numbered
from vendoreval.auditing.limits import comparisons, limits
from vendoreval.auditing.money import ladder, total
from vendoreval.auditing.numbers import Numbers, position
from vendoreval.auditing.policy import Policy
from vendoreval.auditing.questions import ask_all
from vendoreval.auditing.result import (
    AuditResult,
    CheckNote,
    Finding,
    Measure,
    MoneyLadder,
    VendorResult,
)
from vendoreval.auditing.rules import printed_rules
from vendoreval.auditing.tiers import Judgement, judge
from vendoreval.auditing.verdict import decide, demands
from vendoreval.checks import ALL
from vendoreval.checks.base import Answer, Check, Estimate, Evidence, Scope, picked
from vendoreval.engine import Engine, frame
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.explaining import details
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.settings import Settings
from vendoreval.tables import TABLES
from vendoreval.text import Message, msg

_CHECKS = {check.id: check for check in ALL}
_VERSIONED = ("vendoreval", "duckdb", "ibis-framework", "numpy", "pandas", "pyarrow", "scipy")


def run_audit(
    ledger: Ledger,
    settings: Settings,
    period: Period,
    compare_with: Period | None = None,
    *,
    checks: Sequence[Check] = ALL,
    seed: int = Scope.seed,
) -> AuditResult:
    """Audit one period of a ledger.

    Parameters
    ----------
    ledger
        Everything accepted so far.
    settings
        The client's currency, ceiling, horizon and policy.
    period, compare_with
        The period and the one it is set against.

    Returns
    -------
    AuditResult

    Raises
    ------
    AgreementError
        If no vendor delivered anything for the period, or the policy is wrong.
    """
    policy = Policy.of(settings.policy)
    scope = _scope(ledger, settings, period, compare_with, seed)
    claimed = all_claims(ledger)
    with ledger.engine() as engine:
        heard = _hear(ledger, engine, scope, checks, policy, Claims(rows=claimed))
    findings, totals, answers = heard.findings, heard.totals, heard.answers
    vendors = tuple(_vendor(v, scope, heard, policy, ledger) for v in scope.vendors)
    names = {v.vendor: v.title for v in vendors}
    money = total(heard.ladders.values())
    return AuditResult(
        period=period,
        compare_with=compare_with,
        client=settings.client,
        currency=settings.currency,
        title=conclusion.title(findings, vendors, money, settings.currency),
        lead=conclusion.lead(vendors, totals),
        vendors=vendors,
        totals=totals,
        money=money,
        findings=findings,
        not_run=tuple(a.not_run for rows in answers.values() for a in rows if a.not_run),
        actions=conclusion.actions(findings, names, period, policy),
        trust=conclusion.trust(vendors, heard.sales, heard.movements),
        comparisons=comparisons(
            len(vendors), compare_with is not None, settings.lead_allocation, policy
        ),
        limits=limits(vendors, totals, settings.lead_allocation, policy),
        checks=tuple(_note(check) for check in checks),
        policy=policy.printed(),
        policy_hash=policy.sha256,
        rules=printed_rules(policy, len(vendors)),
        versions=_versions(),
        ledger_hash=ledger.head_hash,
        code_version=_versions()["vendoreval"],
        seed=seed,
        ceiling=settings.ceiling_of(),
        comparison=heard.comparison,
        claims=claims_of_year(claimed, period, settings.currency),
    )


@dataclass(frozen=True)
class _Heard:
    """What the engine told: the answers of the checks, judged, and all figures of the vendors."""

    answers: Mapping[str, Sequence[Answer]]
    judgement: Judgement
    findings: tuple[Finding, ...]
    ladders: Mapping[str, MoneyLadder]
    measures: Mapping[str, Mapping[str, Measure]]
    totals: Mapping[str, Measure]
    movements: Mapping[str, six_inputs.Movement]
    sales: Mapping[str, six_inputs.Claims]
    agents: Mapping[str, tuple[AgentLine, ...]]
    comparison: Comparison


def _hear(
    ledger: Ledger, engine: Engine, scope: Scope, checks: Sequence[Check], policy: Policy,
    claims: Claims,
) -> _Heard:  # fmt: skip
    """Ask the engine everything the audit needs; nothing is asked of it later."""
    numbers = Numbers(engine, scope.period, scope.compare_with)
    answers = ask_all(checks, ledger, engine, scope)
    billed = {v: numbers.counts(v).billed for v in scope.vendors}
    judgement = judge(checks, answers, scope.vendors, billed, policy)
    measures = {v: numbers.of_vendor(v) for v in scope.vendors}
    with_funnel = frozenset(v for v in scope.vendors if ledger.columns(v, "funnel"))

    def rows_of(evidence: Evidence) -> pd.DataFrame:
        return frame(evidence_rows(engine, scope, evidence))

    ladders = {
        v: ladder(billed[v], [j for j in judgement.evidence if j.evidence.vendor == v], rows_of)
        for v in scope.vendors
    }
    found = numbered(judgement.evidence, _CHECKS, billed, claims, scope.period)
    return _Heard(
        answers=answers,
        judgement=judgement,
        findings=drawn(found, _CHECKS, Drawings(engine, scope, measures)),
        ladders=ladders,
        measures=measures,
        totals=numbers.of_all(scope.vendors),
        movements=six_inputs.movements(engine, scope.period, with_funnel),
        sales=six_inputs.claims(engine, scope.period),
        agents=agent_lines(engine, scope),
        comparison=compare(engine, scope),
    )


def evidence_rows(engine: Engine, scope: Scope, evidence: Evidence) -> pa.Table:
    """Return the rows behind one piece of evidence, in a stable order; empty when it has none."""
    check = _CHECKS[evidence.check]
    if check.rows is None:
        return pa.table({})
    expression = picked(check.rows(TABLES, scope), evidence)
    return engine.run(expression.order_by(list(expression.columns)))


def audit_scope(
    ledger: Ledger, settings: Settings, period: Period, compare_with: Period | None, seed: int
) -> Scope:
    """Return the scope that `run_audit` asks its checks with."""
    return _scope(ledger, settings, period, compare_with, seed)


def _scope(
    ledger: Ledger, settings: Settings, period: Period, compare_with: Period | None, seed: int
) -> Scope:
    vendors = tuple(
        sorted(
            {
                commit.vendor
                for commit in ledger.live()
                if commit.vendor in ledger.vendors
                and commit.period is not None
                and Period.parse(commit.period).overlaps(period)
            }
        )
    )
    if not vendors:
        known = sorted({c.period for c in ledger.live() if c.period and c.vendor in ledger.vendors})
        raise AgreementError(
            plain_problem(
                str(ledger.path),
                msg("no vendor delivered anything for %(period)s", period=str(period)),
                msg(
                    "a period with data; the ledger holds %(known)s",
                    known=f"{known[0]} … {known[-1]}" if known else "-",
                ),
                msg("name another --period, or put the files into inbox/"),
            )
        )
    agreements: Mapping[str, Agreement] = {vendor: ledger.agreement(vendor) for vendor in vendors}
    limits = Policy.of(settings.policy).limits
    return Scope(period, vendors, agreements, settings, compare_with, seed, limits)


def _vendor(
    vendor: str, scope: Scope, heard: _Heard, policy: Policy, ledger: Ledger
) -> VendorResult:
    judgement, answers, measures = heard.judgement, heard.answers, heard.measures[vendor]
    money = heard.ladders[vendor]
    own = [entry for entry in judgement.evidence if entry.evidence.vendor == vendor]
    cost = _estimate(answers.get(six_inputs.COST_CHECK, ()), vendor)
    rows = six_inputs.six_rows(
        heard.movements.get(vendor),
        heard.sales.get(vendor),
        measures,
        money,
        scope.settings.ceiling_of(),
        scope.currency,
        policy,
        cost,
    )
    # the question has its own minimum: who sells nothing must not escape by selling nothing
    sales = measures["surviving_sales"].n if cost is None else None
    verdict, decision, reasons = decide(rows, own, money, sales, policy)
    agreement = scope.agreements[vendor]
    return VendorResult(
        vendor=vendor,
        title=agreement.title,
        verdict=verdict,
        decision=decision,
        reasons=reasons,
        measures=measures,
        money=money,
        six_inputs=rows,
        checks=judgement.states[vendor],
        data_status=data_status(ledger, agreement, scope.period),
        position=position(measures, heard.totals, policy),
        agents=heard.agents.get(vendor, ()),
        demands=demands(vendor, answers, rows) if verdict == "CANNOT_TELL" else (),
        e_value=judgement.e_values.get(vendor, 1.0),
    )


def _estimate(answers: Sequence[Answer], vendor: str) -> Estimate | None:
    return next((answer.estimate for answer in answers if answer.vendor == vendor), None)


def _note(check: Check) -> CheckNote:
    return CheckNote(
        check.id,
        check.kind,
        Message(check.question),
        Message(check.about),
        tuple(Message(text) for text in check.honest_explanations),
        Message(check.what_would_clear_it),
        details(check),
    )


def _versions() -> dict[str, str]:
    found = {}
    for name in _VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "-"
    return found


def with_rows(result: AuditResult, findings: Sequence[Finding]) -> AuditResult:
    """Return the audit with the evidence files of its findings filled in."""
    return replace(result, findings=tuple(findings))
