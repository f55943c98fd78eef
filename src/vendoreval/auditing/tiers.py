"""Judge all evidence at once: which of it is a fact, a finding, a question, or chance.

Fact
    Exact rows and exact money, no statistics; a tiny one is a question.
Finding
    By e-values alone. Which checks may feed it is settled beforehand by the number of
    vendors (`Check.least_vendors`): each held against itself with one vendor, levels
    between vendors from six on. A vendor's e-values are averaged inside a family, then
    over families with fixed weights, then e-BH over vendors; then checks inside a named
    vendor, then agents inside a named check, each at the level of what was selected.
    Valid under any dependence and at every monthly look. Limits of money are widened
    for having been picked.
Review
    By the month's p-values: Cauchy combination for each vendor, Benjamini-Hochberg over
    vendors, then line by line. Questions only.

A check that breaks another one down to agents adds nothing to the evidence of the vendor
and names nobody unless the other one does.

Sources: Wang & Ramdas 2022 (e-BH); Benjamini & Bogomolov 2014 (selected families); Liu &
Xie 2020 (Cauchy combination); Benjamini & Hochberg 1995; Benjamini & Yekutieli 2005 (false
coverage rate).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import CheckState, State, Tier
from vendoreval.checks.base import Answer, Check, Evidence
from vendoreval.stats import (
    benjamini_hochberg,
    cauchy_combination,
    e_benjamini_hochberg,
    e_drill_down,
    false_coverage_level,
    selected_level,
    vendor_e_value,
)


@dataclass(frozen=True)
class Judged:
    """One piece of evidence and the tier it reached."""

    evidence: Evidence
    tier: Tier


@dataclass(frozen=True)
class Judgement:
    """All evidence that counts, how every check ended, and each vendor's e-value."""

    evidence: tuple[Judged, ...]
    states: Mapping[str, tuple[CheckState, ...]]
    e_values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """Who and what reached the finding tier.

    Parameters
    ----------
    e_values
        Vendor -> mean of its families.
    vendors
        Vendors that may be named.
    checks
        Vendor -> ids of its checks that stand out inside.
    agent_level
        Level at which agents inside a named check are named.
    coverage
        Level of the limits of money of what was picked.
    """

    e_values: Mapping[str, float]
    vendors: frozenset[str]
    checks: Mapping[str, frozenset[str]]
    agent_level: float
    coverage: float

    def has(self, vendor: str, check: str) -> bool:
        """Whether a check of a vendor is a finding."""
        return check in self.checks.get(vendor, frozenset())


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
    named = named_of(checks, answers, vendors, policy)
    reviewed = reviewed_vendors(checks, answers, vendors, policy)
    tiers: dict[tuple[str, str], list[tuple[Evidence, Tier]]] = {}
    # a check that breaks another one down comes after it
    for check in sorted(checks, key=lambda one: one.drills is not None):
        for answer in answers[check.id]:
            open_to = _open_to(check, answer.vendor, tiers)
            tiers[check.id, answer.vendor] = [
                (_widened(evidence, named.coverage) if tier == "finding" else evidence, tier)
                for evidence in answer.evidence
                if (tier := _tier(check, evidence, billed, named, reviewed, open_to, policy))
            ]
    kept = [
        Judged(evidence, tier)
        for check in checks
        for answer in answers[check.id]
        for evidence, tier in tiers[check.id, answer.vendor]
    ]
    states: dict[str, list[CheckState]] = {vendor: [] for vendor in vendors}
    for check in checks:
        for answer in answers[check.id]:
            reached = [tier for _, tier in tiers[check.id, answer.vendor]]
            states[answer.vendor].append(_state(check, answer, reached))
    ended = {vendor: tuple(rows) for vendor, rows in states.items()}
    return Judgement(tuple(kept), ended, named.e_values)


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
        check.id, state, answer.statement, answer.n, min(p_values) if p_values else None,
        answer.unseen,
    )  # fmt: skip


def _open_to(
    check: Check, vendor: str, tiers: Mapping[tuple[str, str], Sequence[tuple[Evidence, Tier]]]
) -> frozenset[Tier]:
    """Return the tiers that a check's evidence may reach at all."""
    if check.drills is None:
        return frozenset({"fact", "finding", "review"})
    above = {tier for _, tier in tiers.get((check.drills, vendor), ())}
    if "finding" in above:
        return frozenset({"finding", "review"})
    return frozenset({"review"}) if above else frozenset()


def _tier(
    check: Check,
    evidence: Evidence,
    billed: Mapping[str, Decimal],
    named: Named,
    reviewed: frozenset[str],
    open_to: frozenset[Tier],
    policy: Policy,
) -> Tier | None:
    if check.kind == "fact":
        if evidence.review_only or _is_tiny(evidence, billed, policy):
            return "review"
        return "fact"
    if "finding" in open_to and _is_found(check, evidence, named, policy):
        return "finding"
    asks = evidence.vendor in reviewed or evidence.vendor in named.vendors
    if evidence.p_value is None or not asks or "review" not in open_to:
        return None
    return "review" if evidence.p_value <= float(policy.evidence_level) else None


def _is_found(check: Check, evidence: Evidence, named: Named, policy: Policy) -> bool:
    if evidence.review_only or evidence.e_value is None:
        return False
    if not named.has(evidence.vendor, check.drills or check.id):
        return False
    level = float(policy.finding_level) if evidence.agent_id is None else named.agent_level
    return evidence.e_value >= 1 / level


def _is_tiny(evidence: Evidence, billed: Mapping[str, Decimal], policy: Policy) -> bool:
    invoice = billed.get(evidence.vendor, Decimal(0))
    if evidence.money is None or invoice <= 0:
        return False
    return evidence.money.point < policy.fact_floor_share * invoice


def _widened(evidence: Evidence, level: float) -> Evidence:
    """Return the evidence with limits of the level that picking it asks for, or wider."""
    if not evidence.wider:
        return evidence
    levels = sorted(evidence.wider)
    chosen = next((one for one in levels if one >= level - 1e-12), levels[-1])
    spared, money = evidence.wider[chosen]
    return replace(evidence, minutes=spared, money=money)


# ------------------------------------------------------------------ the finding tier


def feeding(checks: Sequence[Check], vendors: int) -> tuple[Check, ...]:
    """Return the checks that may lead to a finding with so many vendors, decided beforehand."""
    return tuple(
        check
        for check in checks
        if check.kind == "pattern"
        and check.drills is None
        and check.least_vendors is not None
        and check.least_vendors <= vendors
    )


def named_of(
    checks: Sequence[Check],
    answers: Mapping[str, Sequence[Answer]],
    vendors: Sequence[str],
    policy: Policy,
) -> Named:
    """Return the vendors, and the checks inside them, that the e-values may name."""
    level = float(policy.finding_level)
    asked = feeding(checks, len(vendors))
    if not asked or not vendors:
        return Named(dict.fromkeys(vendors, 1.0), frozenset(), {}, level, 0.90)
    table = {v: [e_value_of(answers[check.id], v) for check in asked] for v in vendors}
    means = [_mean_over_families(asked, table[vendor]) for vendor in vendors]
    is_named = e_benjamini_hochberg(means, level)
    inside = e_drill_down([table[vendor] for vendor in vendors], is_named, level)
    chosen = {
        vendor: frozenset(check.id for check, is_in in zip(asked, row, strict=True) if is_in)
        for vendor, row in zip(vendors, inside, strict=True)
    }
    picked = sum(map(len, chosen.values()))
    tested = len(asked) * len(vendors)
    stricter = selected_level(sum(is_named), len(vendors), level)
    within = len(asked) * sum(is_named)
    return Named(
        e_values=dict(zip(vendors, means, strict=True)),
        vendors=frozenset(v for v, is_in in zip(vendors, is_named, strict=True) if is_in),
        checks=chosen,
        agent_level=stricter * picked / within if picked else level,
        coverage=false_coverage_level(picked, tested) if picked else 0.90,
    )


def _mean_over_families(asked: Sequence[Check], e_values: Sequence[float]) -> float:
    families: dict[str, list[float]] = {}
    for check, value in zip(asked, e_values, strict=True):
        families.setdefault(check.family, []).append(value)
    return vendor_e_value(families)


def e_value_of(answers: Sequence[Answer], vendor: str) -> float:
    """Return the e-value of one check against one vendor; not run counts as no evidence (1)."""
    for answer in answers:
        if answer.vendor != vendor or answer.not_run is not None:
            continue
        if answer.e_value is not None:
            return answer.e_value
        found = [
            evidence.e_value
            for evidence in answer.evidence
            if evidence.e_value is not None and not evidence.review_only
        ]
        # agents are averaged, never picked
        return sum(found) / len(found) if found else 1.0
    return 1.0


# ------------------------------------------------------------------- the review tier


def reviewed_vendors(
    checks: Sequence[Check],
    answers: Mapping[str, Sequence[Answer]],
    vendors: Sequence[str],
    policy: Policy,
) -> frozenset[str]:
    """Return the vendors whose p-values of the month together ask for a closer look."""
    asked = [check for check in checks if check.kind == "pattern" and check.drills is None]
    tested, combined = [], []
    for vendor in vendors:
        p_values = [
            p_value
            for check in asked
            for answer in answers[check.id]
            if answer.vendor == vendor and (p_value := _p_value_of(answer)) is not None
        ]
        if p_values:
            tested.append(vendor)
            combined.append(cauchy_combination(p_values))
    if not tested:
        return frozenset()
    chosen = benjamini_hochberg(combined, float(policy.review_level))
    return frozenset(vendor for vendor, is_in in zip(tested, chosen, strict=True) if is_in)


def _p_value_of(answer: Answer) -> float | None:
    if answer.not_run is not None:
        return None
    found = [e.p_value for e in answer.evidence if e.p_value is not None]
    # a check that ran and saw nothing speaks for the vendor
    return min(found) if found else 0.5
