"""Evidence of a pattern in the same shape for every check that counts and compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from vendoreval.checks._answers import not_run, sentences, total
from vendoreval.checks._levels import LEAST_AGENTS
from vendoreval.checks._people import Departure
from vendoreval.checks._worth import minute_price, minutes_range, worth_of
from vendoreval.checks.base import Answer, Evidence, Scope, Unseen
from vendoreval.text import Count, Message, Money, Number, Percent, msg


@dataclass(frozen=True)
class Words:
    """The sentences of a finding that do not depend on the figures."""

    check: str
    unit: str
    title: Message
    criteria: Message
    cause: Message
    ask: tuple[Message, ...]


@dataclass(frozen=True)
class Figures:
    """The figures of a finding.

    Parameters
    ----------
    observed, expected
        In the unit of the check.
    n
        Observations.
    seconds
        Above what is usual: low, point, high; `None` when it cannot be said.
    told
        Clauses of the condition, before those of the comparison.
    asks_only
        Whether a control explains it, so that it is only a question.
    """

    observed: float
    expected: float
    n: int
    told: Sequence[Message]
    seconds: tuple[float, float, float] | None = None
    asks_only: bool = False


def evidence_of_departure(
    words: Words, vendor: str, departure: Departure, figures: Figures, scope: Scope
) -> Evidence:
    """Return the evidence with minutes, money and the words of the comparison."""
    asks = figures.asks_only or departure.e_value is None
    spare = None if figures.seconds is None else minutes_range(figures.seconds)
    # a question claims no money
    money = None if spare is None or asks else worth_of(spare, minute_price(vendor, scope))
    effect = None
    if spare is not None:
        effect = msg(
            "minutes above the usual in the period: %(point)s (%(low)s to %(high)s)",
            point=Number(float(spare.point), 1),
            low=Number(float(spare.low), 1),
            high=Number(float(spare.high), 1),
        )
        if money is not None:
            worth = msg(
                "worth %(point)s net of VAT, likely at least %(low)s",
                point=Money(money.point, scope.currency),
                low=Money(money.low, scope.currency),
            )
            effect = sentences([effect, worth])
    return Evidence(
        check=words.check,
        vendor=vendor,
        observed=round(figures.observed, 6),
        expected=round(figures.expected, 6),
        unit=words.unit,
        n=figures.n,
        title=words.title,
        condition=sentences([*figures.told, *departure.words()]),
        criteria=words.criteria,
        p_value=departure.p_value,
        e_value=None if asks else departure.e_value,
        review_only=asks,
        grade="E1",
        minutes=spare,
        money=money,
        effect=effect,
        cause=words.cause,
        ask=words.ask,
        filters={"vendor": vendor},
    )


def answered(
    vendor: str,
    statement: Message,
    n: int,
    departure: Departure,
    evidence: Evidence | None = None,
) -> Answer:
    """Return the answer of a check that ran, whether or not anything departs."""
    e_value = departure.e_value
    if e_value is not None and evidence is not None and evidence.review_only:
        # what a control explains may not speak against the vendor
        e_value = min(1.0, e_value)
    share = departure.detectable
    unseen = None
    if share is not None:
        text = msg("a rate above the usual by less than %(share)s", share=Percent(share, 0))
        unseen = Unseen(share, text)
    found = () if evidence is None else (evidence,)
    return Answer(vendor, statement, n, found, e_value=e_value, unseen=unseen)


def enough_conversations(calls: pd.DataFrame, minimum: int) -> bool:
    """Whether a group of conversations can be compared: enough of them, by enough agents."""
    return total(calls, "calls") >= minimum and calls["agent_id"].nunique() >= LEAST_AGENTS


def too_few_conversations(check: str, own: pd.DataFrame, vendor: str, minimum: int) -> Answer:
    """Return the answer where conversations without an outcome cannot be compared."""
    n = total(own, "calls")
    if enough_conversations(own, minimum):
        reason = msg("neither another vendor nor earlier months with enough calls to compare with")
        return not_run(check, vendor, reason, msg("the call logs of twelve earlier months"), n)
    reason = msg(
        "conversations without an outcome in the period: %(n)s, agents: %(agents)s; needed are "
        "%(minimum)s by %(least)s agents",
        n=Count(n),
        agents=Count(int(own["agent_id"].nunique())),
        minimum=Count(minimum),
        least=Count(LEAST_AGENTS),
    )
    demand = msg("the call log with agent, outcome and talk time")
    return not_run(check, vendor, reason, demand, n)
