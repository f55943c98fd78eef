"""Judge all evidence at once: which of it is a fact, a finding, a question, or chance.

Facts are exact and need no statistics; a tiny one is a question, not a finding.
Patterns reach the finding tier only by e-values, averaged inside a family, then
over families, then e-BH over vendors: valid under any dependence and at every
monthly look. Otherwise they reach the review tier by p-values: Cauchy combination
for each vendor, Benjamini-Hochberg over vendors, then line by line.

Source: Wang & Ramdas 2022 (e-BH); Liu & Xie 2020 (Cauchy combination);
Benjamini & Hochberg 1995.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import CheckState, State, Tier
from vendoreval.checks.base import Answer, Check, Evidence
from vendoreval.stats import benjamini_hochberg, cauchy_combination, e_benjamini_hochberg


@dataclass(frozen=True)
class Judged:
    """One piece of evidence and the tier it reached."""

    evidence: Evidence
    tier: Tier


@dataclass(frozen=True)
class Judgement:
    """All evidence that counts, and how every check ended for every vendor."""

    evidence: tuple[Judged, ...]
    states: Mapping[str, tuple[CheckState, ...]]


def judge(
    checks: Sequence[Check],
    answers: Mapping[str, Sequence[Answer]],
    vendors: Sequence[str],
    billed: Mapping[str, Decimal],
    policy: Policy,
) -> Judgement:
    """Return what counts.

    Parameters
    ----------
    answers
        Check id -> one answer for each vendor.
    billed
        Vendor -> net amount of the invoices of the period.
    """
    named = named_vendors(checks, answers, vendors, policy)
    reviewed = reviewed_vendors(checks, answers, vendors, policy)
    kept: list[Judged] = []
    states: dict[str, list[CheckState]] = {vendor: [] for vendor in vendors}
    for check in checks:
        for answer in answers[check.id]:
            tiers = [
                (evidence, tier)
                for evidence in answer.evidence
                if (tier := _tier(check, evidence, billed, named, reviewed, policy)) is not None
            ]
            kept += [Judged(evidence, tier) for evidence, tier in tiers]
            states[answer.vendor].append(_state(check, answer, [tier for _, tier in tiers]))
    return Judgement(tuple(kept), {vendor: tuple(rows) for vendor, rows in states.items()})


def _state(check: Check, answer: Answer, tiers: Sequence[Tier]) -> CheckState:
    state: State = "clear"
    if answer.not_run is not None:
        state = "not_run"
    elif any(tier in {"fact", "finding"} for tier in tiers):
        state = "signal"
    elif tiers:
        state = "review"
    p_values = [e.p_value for e in answer.evidence if e.p_value is not None]
    return CheckState(
        check.id, state, answer.statement, answer.n, min(p_values) if p_values else None
    )


def _tier(
    check: Check,
    evidence: Evidence,
    billed: Mapping[str, Decimal],
    named: frozenset[str],
    reviewed: frozenset[str],
    policy: Policy,
) -> Tier | None:
    if check.kind == "fact":
        if evidence.review_only or _is_tiny(evidence, billed, policy):
            return "review"
        return "fact"
    threshold = 1 / float(policy.finding_level)
    if (
        evidence.vendor in named
        and not evidence.review_only
        and evidence.e_value is not None
        and evidence.e_value >= threshold
    ):
        return "finding"
    p_value = evidence.p_value
    if p_value is None or evidence.vendor not in reviewed:
        return None
    return "review" if p_value <= float(policy.evidence_level) else None


def _is_tiny(evidence: Evidence, billed: Mapping[str, Decimal], policy: Policy) -> bool:
    invoice = billed.get(evidence.vendor, Decimal(0))
    if evidence.money is None or invoice <= 0:
        return False
    return evidence.money.point < policy.fact_floor_share * invoice


def named_vendors(
    checks: Sequence[Check],
    answers: Mapping[str, Sequence[Answer]],
    vendors: Sequence[str],
    policy: Policy,
) -> frozenset[str]:
    """Return the vendors that the e-values of all families together may name."""
    naming = [check for check in checks if check.kind == "pattern" and not check.asks_only]
    families = sorted({check.family for check in naming})
    if not families or not vendors:
        return frozenset()
    means = []
    for vendor in vendors:
        by_family: dict[str, list[float]] = {family: [] for family in families}
        for check in naming:
            by_family[check.family].append(_strongest(answers[check.id], vendor))
        # weights are fixed in advance: a family that was not run counts as no evidence (1)
        means.append(sum(sum(e) / len(e) for e in by_family.values()) / len(families))
    named = e_benjamini_hochberg(means, float(policy.finding_level))
    return frozenset(vendor for vendor, is_named in zip(vendors, named, strict=True) if is_named)


def _strongest(answers: Sequence[Answer], vendor: str) -> float:
    """Return the e-value of one check for one vendor; agents are averaged, never picked."""
    values = [
        evidence.e_value
        for answer in answers
        if answer.vendor == vendor
        for evidence in answer.evidence
        if evidence.e_value is not None and not evidence.review_only
    ]
    return sum(values) / len(values) if values else 1.0


def reviewed_vendors(
    checks: Sequence[Check],
    answers: Mapping[str, Sequence[Answer]],
    vendors: Sequence[str],
    policy: Policy,
) -> frozenset[str]:
    """Return the vendors whose p-values of the month together ask for a closer look."""
    tested, combined = [], []
    for vendor in vendors:
        p_values = []
        for check in checks:
            if check.kind != "pattern":
                continue
            for answer in answers[check.id]:
                if answer.vendor != vendor or answer.not_run is not None:
                    continue
                found = [e.p_value for e in answer.evidence if e.p_value is not None]
                # a check that ran and saw nothing speaks for the vendor
                p_values.append(min(found) if found else 0.5)
        if p_values:
            tested.append(vendor)
            combined.append(cauchy_combination(p_values))
    if not tested:
        return frozenset()
    chosen = benjamini_hochberg(combined, float(policy.review_level))
    return frozenset(vendor for vendor, is_in in zip(tested, chosen, strict=True) if is_in)
