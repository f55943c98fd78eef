"""The rule behind billed calls, from the calls themselves, with calls to show it on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from html import escape
from typing import Any, Final

import ibis
import pandas as pd

from vendoreval.agreement import Agreement
from vendoreval.agreement.rate_items import RateItem
from vendoreval.engine import frame
from vendoreval.rating.call_rows import CallRows, call_rows
from vendoreval.rating.card import RateCard
from vendoreval.rating.columns import UNPRICED, rate_calls
from vendoreval.rating.inference import LEAST_CALLS, Observation, RuleInference, infer_rule
from vendoreval.rating.lines import MINUTE_UNITS, CardLine
from vendoreval.rating.observations import observe
from vendoreval.rating.rules import Rule
from vendoreval.tables import COLUMN_TYPES
from vendoreval.text import Count, Message, Percent, language, msg

EXAMPLES: Final = 5
# without a card every call that was talked counts, second by second
_NO_CARD: Final = RateItem.model_validate(
    {"unit": "talk_minute", "price": "0", "currency": "EUR", "valid_from": "0001-01-01",
     "hold_billable": False}
)  # fmt: skip


@dataclass(frozen=True)
class ExampleCall:
    """One call on which the rule is shown.

    Parameters
    ----------
    call_id
        Empty where the report has no codes.
    started_at
        UTC.
    agreed_seconds
        `None` without a card.
    """

    call_id: str
    started_at: datetime
    talk_seconds: int
    hold_seconds: int
    ring_seconds: int
    wrap_seconds: int
    rule_seconds: int
    billed_seconds: int
    agreed_seconds: int | None = None


@dataclass(frozen=True)
class InferredRule:
    """What one group of calls says.

    Parameters
    ----------
    group
        Value of the column the calls were grouped by; empty when they were not.
    rate_item
        Key of the line of the card that prices them; empty without a card.
    examples
        Up to five calls: those billed otherwise than agreed, else the first ones.
    """

    group: str
    rate_item: str
    inference: RuleInference
    examples: tuple[ExampleCall, ...]

    def describe(self) -> Message:
        """Say which rule it is, or that there is none."""
        found = self.inference
        best = found.best
        if found.n < LEAST_CALLS:
            return msg(
                "too few calls to tell a rule: %(n)s; %(rule)s reproduces %(share)s of them",
                rule=best.rule.describe(), share=Percent(best.share), n=Count(found.n),
            )  # fmt: skip
        if not found.is_explained:
            return msg(
                "no rule explains the billed seconds; the nearest one (%(rule)s) reproduces "
                "%(share)s of %(n)s calls",
                rule=best.rule.describe(), share=Percent(best.share), n=Count(found.n),
            )  # fmt: skip
        if found.is_agreed:
            return msg(
                "billed as agreed: %(rule)s reproduces %(share)s of %(n)s calls",
                rule=best.rule.describe(), share=Percent(best.share), n=Count(found.n),
            )  # fmt: skip
        return msg(
            "billed by the rule %(rule)s, which reproduces %(share)s of %(n)s calls",
            rule=best.rule.describe(), share=Percent(best.share), n=Count(found.n),
        )  # fmt: skip


@dataclass(frozen=True)
class InferredRules:
    """The rules behind billed calls, one for each group."""

    rules: tuple[InferredRule, ...]

    def __iter__(self) -> Any:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each group."""
        return pd.DataFrame(
            [
                {
                    "group": one.group, "rate_item": one.rate_item, "calls": one.inference.n,
                    "rule": language("en").say(one.inference.best.rule.describe()),
                    "share": one.inference.best.share,
                    "is_explained": one.inference.is_explained,
                    "agreed_share": one.inference.agreed.share if one.inference.agreed else None,
                }
                for one in self.rules
            ]
        )  # fmt: skip

    def __repr__(self) -> str:
        explained = sum(one.inference.is_explained for one in self.rules)
        return f"InferredRules({len(self.rules)} groups, {explained} explained)"

    def _repr_html_(self) -> str:
        return self.to_html("en")

    def to_html(self, language_code: str = "en") -> str:
        """Return one sentence for each group."""
        say = language(language_code).say
        lines = (
            f"<li>{escape(one.group)} {escape(say(one.describe()))}</li>" for one in self.rules
        )
        return f"<ul>{''.join(lines)}</ul>"


def infer_rules(
    calls: Any,
    card: RateCard | Agreement | Iterable[RateItem | Mapping[str, Any]] | None = None,
    *,
    by: str | None = None,
) -> InferredRules:
    """Say by which rule calls were billed: increments, minimum, what runs on the clock.

    Parameters
    ----------
    calls
        As for `rate`, with `billed_seconds`; calls without them are left out.
    card
        Its own rule is tried first, and only calls it may bill are looked at. Without one
        every call that was talked is.
    by
        A column of the calls whose values may have different rules, such as `campaign_id`.

    Returns
    -------
    InferredRules
        One answer for each group and line of the card, the largest first; a group whose
        figures no rule explains says so.

    Raises
    ------
    AgreementError
        If the card is wrong.
    ValueError
        If a column is missing.

    Examples
    --------
    >>> calls = pd.DataFrame({"started_at": pd.to_datetime(["2026-10-01 09:00"] * 40),
    ...                       "talk_seconds": range(1, 41), "billed_seconds": [60] * 40})
    >>> found = infer_rules(calls).rules[0].inference
    >>> found.best.rule.steps, found.best.share
    ('60/60', 1.0)
    """
    if by is not None and COLUMN_TYPES["calls"].get(by) != "string":
        raise ValueError(f"{by!r} is not a text column of calls")
    sheet = RateCard((_NO_CARD,)) if card is None else RateCard.of(card)
    rows = call_rows(calls, sheet)
    found = []
    for unit in (unit for unit in sheet.units if unit in MINUTE_UNITS):
        found += _of_unit(rows, sheet.lines(unit), by, with_card=card is not None)
    return InferredRules(tuple(sorted(found, key=lambda one: (-one.inference.n, one.group))))


def _of_unit(
    rows: CallRows, lines: Iterable[CardLine], by: str | None, *, with_card: bool
) -> list[InferredRule]:
    named = {line.key: line for line in lines}
    priced = _billed(rows.query(), tuple(named.values()), by, with_card)
    with rows.engine() as engine:
        seen = frame(engine.run(observe(priced, ("group", "rate_item"))))
        shown = frame(engine.run(_examples(priced, with_card)))
    found = []
    for (group, key), own in seen.groupby(["group", "rate_item"], sort=True):
        observations = [
            Observation(*(int(value) for value in row))
            for row in own[
                ["clock", "position", "n", "added", "n_added", "n_sixtyfold"]
            ].itertuples(index=False)
        ]  # fmt: skip
        inference = infer_rule(observations, Rule.of(named[str(key)]) if with_card else None)
        if inference is not None:
            mine = shown[(shown["group"] == group) & (shown["rate_item"] == key)]
            examples = tuple(_example(row, inference.best.rule, with_card)
                             for row in mine.to_dict("records"))  # fmt: skip
            item = str(key) if with_card else UNPRICED
            found.append(InferredRule(str(group), item, inference, examples))
    return found


def _billed(
    calls: ibis.Table, lines: tuple[CardLine, ...], by: str | None, with_card: bool
) -> ibis.Table:
    """Return the calls to look at: billed seconds known, priced, of an outcome that is paid."""
    rated = rate_calls(calls, lines)
    rated = rated.mutate(group=ibis.literal("") if by is None else rated[by].fill_null(""))
    kept = rated.filter(
        rated.billed_seconds.notnull(),
        rated.talk_seconds > 0,
        rated.rate_item != UNPRICED,
        ~rated.is_test.fill_null(False),
    )
    if not with_card:
        return kept
    paid = [
        (kept.rate_item == line.key) & kept.disposition.isin(line.dispositions) for line in lines
    ]
    return kept.filter(reduce(lambda one, other: one | other, paid))


def _examples(calls: ibis.Table, with_card: bool) -> ibis.Table:
    if with_card:
        calls = calls.filter(calls.billed_seconds != calls.rated_seconds)
    order = ibis.window(group_by=["group", "rate_item"], order_by=["started_at", "call_id"])
    ranked = calls.mutate(place=ibis.row_number().over(order))
    return ranked.filter(ranked.place < EXAMPLES).select(
        "group", "rate_item", "call_id", "started_at", "talk_seconds", "rated_seconds",
        "billed_seconds", "place",
        hold_seconds=ranked.hold_seconds.fill_null(0),
        ring_seconds=ranked.ring_seconds.fill_null(0),
        wrap_seconds=ranked.wrap_seconds.fill_null(0),
    ).order_by("place")  # fmt: skip


def _example(row: Mapping[Any, Any], rule: Rule, with_card: bool) -> ExampleCall:
    talk, hold, ring, wrap = (
        int(row[f"{name}_seconds"]) for name in ("talk", "hold", "ring", "wrap")
    )
    return ExampleCall(
        row["call_id"] if isinstance(row["call_id"], str) else "",
        row["started_at"].to_pydatetime(),
        talk,
        hold,
        ring,
        wrap,
        rule_seconds=rule.count_call(talk, hold, ring, wrap),
        billed_seconds=int(row["billed_seconds"]),
        agreed_seconds=int(row["rated_seconds"]) if with_card else None,
    )
