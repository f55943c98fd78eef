"""Verdict and decision of one vendor, by rules that the report prints.

Rules
-----
CANNOT_TELL
    The cost of a surviving sale, or the ceiling, is not known, or fewer surviving
    sales than the policy asks for.
MINUTES_LIKE
    The whole interval of the cost lies above the ceiling, and something independent
    speaks against the vendor too: provable overbilling, unconfirmed sales, or a
    pattern at the finding tier.
SELLS
    The cost is not above the ceiling beyond its interval and nothing else speaks
    against the vendor.
UNPROVEN
    Everything between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import Decision, MoneyLadder, Verdict, VerdictRow
from vendoreval.auditing.tiers import Judged
from vendoreval.checks.base import Answer
from vendoreval.text import Count, Message, msg


def decide(
    rows: Sequence[VerdictRow],
    judged: Sequence[Judged],
    money: MoneyLadder,
    sales: int | None,
    policy: Policy,
) -> tuple[Verdict, Decision, tuple[Message, ...]]:
    """Return verdict, decision and the reasons in plain words.

    Parameters
    ----------
    rows
        The six rows; the share of talk without an outcome and the moves of stages are
        described and never judged by.
    sales
        Surviving sales that the cost rests on; `None` where the question of the cost was
        asked, which has its own minimum.
    """
    verdict, reasons = _verdict(rows, judged, sales, policy)
    return verdict, _decision(verdict, judged, money, policy), reasons


def _verdict(
    rows: Sequence[VerdictRow], judged: Sequence[Judged], sales: int | None, policy: Policy
) -> tuple[Verdict, tuple[Message, ...]]:
    by_id = {row.id: row for row in rows}
    cost = by_id["cost"]
    if cost.reading == "unknown":
        return "CANNOT_TELL", (cost.reason,)
    if sales is not None and sales < policy.fewest_sales:
        return "CANNOT_TELL", (
            msg(
                "%(n)s surviving sales; at least %(least)s are needed",
                n=Count(sales),
                least=Count(policy.fewest_sales),
            ),
        )
    others = [
        row for row in (by_id["confirmed_share"], by_id["overbilling_share"])
        if row.reading == "against"
    ]  # fmt: skip
    found = [entry for entry in judged if entry.tier == "finding"]
    reasons = tuple(_said(row) for row in (cost, *others)) + tuple(
        entry.evidence.title for entry in found[:2]
    )
    if cost.reading == "against" and (others or found):
        return "MINUTES_LIKE", reasons
    if cost.reading != "against" and not others and not found:
        return "SELLS", (_said(cost),)
    return "UNPROVEN", reasons


def _said(row: VerdictRow) -> Message:
    return msg(
        "%(label)s: %(value)s; %(reason)s", label=row.label, value=row.value, reason=row.reason
    )


def _decision(
    verdict: Verdict, judged: Sequence[Judged], money: MoneyLadder, policy: Policy
) -> Decision:
    if verdict == "CANNOT_TELL":
        return "CANNOT_TELL"
    share = money.provable / money.billed if money.billed > 0 else 0
    if verdict == "MINUTES_LIKE":
        return "REPLACE" if share >= policy.replace_share else "PROBATION"
    if verdict == "UNPROVEN" or any(entry.tier == "fact" for entry in judged):
        return "CONDITIONS"
    return "KEEP"


# the questions whose answers the verdict rests on
_SERVING = ("cost_against_ceiling", "unconfirmed_sales", "billed_over_logged")


def demands(
    vendor: str, answers: Mapping[str, Sequence[Answer]], rows: Sequence[VerdictRow]
) -> tuple[Message, ...]:
    """Return which data to demand so that a verdict can be given, each once."""
    wanted = [row.reason for row in rows if row.reading == "unknown"]
    wanted += [
        answer.not_run.demand
        for check in _SERVING
        for answer in answers.get(check, ())
        if answer.vendor == vendor and answer.not_run is not None
    ]
    return tuple(found for place, found in enumerate(wanted) if found not in wanted[:place])
