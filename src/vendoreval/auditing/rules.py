"""The rules by which evidence becomes words and a verdict, as the report prints them."""

from __future__ import annotations

from vendoreval.auditing.policy import Policy
from vendoreval.text import Count, Message, Number, Percent, msg


def printed_rules(policy: Policy, vendors: int) -> tuple[Message, ...]:
    """Return how facts, findings, questions and verdicts are told apart, with the thresholds.

    Parameters
    ----------
    vendors
        How many are audited; the evidence needed grows with them.
    """
    return (*_tiers(policy, vendors), *_verdicts(policy), *_decisions(policy))


def _tiers(policy: Policy, vendors: int) -> tuple[Message, ...]:
    level = float(policy.finding_level)
    return (
        msg(
            "Fact: exact rows and exact money, no statistics. Below %(share)s of the invoice it is "
            "a question.",
            share=Percent(float(policy.fact_floor_share)),
        ),
        msg(
            "Finding: e-values of the checks that may accuse with so many vendors are averaged "
            "inside a family and over families with equal weights; of %(vendors)s, the k strongest "
            "are named when each reaches %(needed)s divided by k (e-BH at %(level)s). Then checks "
            "inside a named vendor, then agents, at a stricter level. Valid at every monthly look.",
            vendors=Count(vendors),
            needed=Number(vendors / level),
            level=Number(level, 2),
        ),
        msg(
            "Question: p-values of the month, combined for each vendor (Cauchy), over vendors at "
            "%(review)s (Benjamini-Hochberg), each line at %(line)s. It claims nothing.",
            review=Number(float(policy.review_level), 2),
            line=Number(float(policy.evidence_level), 2),
        ),
        msg(
            "Levels between vendors may lead to a finding from %(peers)s vendors on; with fewer a "
            "difference is a question, printed for several spreads between honest vendors.",
            peers=Count(policy.fewest_peers),
        ),
        msg(
            "A check without its data or below its minimum is not run and says what to ask for; "
            "silence is never a pass."
        ),
    )


def _verdicts(policy: Policy) -> tuple[Message, ...]:
    return (
        msg(
            "Too little data: the cost of a surviving sale or the ceiling is not known, or the "
            "months old enough to know do not suffice and the period has fewer than %(sales)s "
            "surviving sales.",
            sales=Count(policy.fewest_sales),
        ),
        msg(
            "More like minutes than sales: the whole interval of the cost lies above the ceiling, "
            "and provable overbilling from %(over)s of the invoice, fewer than %(confirmed)s of "
            "claimed sales confirmed, or a finding speaks against the vendor too.",
            over=Percent(float(policy.overbilling_share), 0),
            confirmed=Percent(float(policy.confirmed_share), 0),
        ),
        msg(
            "Sells: the cost is not above the ceiling beyond its interval and none of the three "
            "speaks against the vendor. Everything between: selling not proven."
        ),
        msg(
            "Stage moves, and the share of talk known only from the vendor, are described and "
            "never judged by."
        ),
    )


def _decisions(policy: Policy) -> tuple[Message, ...]:
    return (
        msg(
            "Replace: more like minutes than sales, with provable overbilling from %(share)s of "
            "the invoice; below that, probation. Conditions: selling not proven, or a fact. Keep: "
            "sells and no fact.",
            share=Percent(float(policy.replace_share), 0),
        ),
    )
