"""Evidence of a fact about single calls: exact minutes, exact money, the peers' share beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from vendoreval.checks._answers import minutes, sentences, total
from vendoreval.checks._priced import costs, elsewhere, worth
from vendoreval.checks.base import Evidence, Range, Scope
from vendoreval.text import Message, Money, msg


@dataclass(frozen=True)
class Told:
    """What is said of one departure.

    Parameters
    ----------
    condition
        Clauses on what was observed; the peers' share is added.
    """

    title: Message
    condition: tuple[Message, ...]
    criteria: Message
    cause: Message
    ask: tuple[Message, ...]


def call_evidence(
    check: str,
    vendor: str,
    scope: Scope,
    hit: pd.DataFrame,
    n: int,
    told: Told,
    *,
    filters: Mapping[str, str],
    others: tuple[int, int] = (0, 0),
    observed: Decimal | None = None,
    review_only: bool = False,
) -> Evidence:
    """Return the evidence of calls at question.

    Parameters
    ----------
    hit
        Rows of the small table about these calls: `rate_item`, `seconds` and `units`.
    n
        On how many calls the answer rests.
    filters
        What picks the rows of the evidence beside the vendor.
    others
        Calls at question and all calls of the other vendors.
    observed
        Minutes that depart, where they are not those to be paid.
    """
    money, steps = worth(hit, vendor, scope)
    paid = minutes(total(hit, "seconds"))
    return Evidence(
        check=check,
        vendor=vendor,
        observed=float(paid if observed is None else observed),
        expected=0.0,
        unit="minutes",
        n=n,
        title=told.title,
        condition=sentences([*told.condition, *elsewhere(*others)]),
        criteria=told.criteria,
        review_only=review_only,
        minutes=Range.exact(paid),
        money=None if money is None else Range.exact(money),
        per_call=True,
        effect=costs(money, scope.currency),
        cause=told.cause,
        arithmetic=steps,
        ask=told.ask,
        filters={"vendor": vendor, **filters},
    )


def beyond_calls(money: Decimal | None, scope: Scope) -> Message | None:
    """Return what something beyond the logged calls costs, as a sentence."""
    if money is None:
        return None
    return msg("this costs %(money)s net of VAT", money=Money(money, scope.currency))
