"""Money without double counting: every call valued once, the sum never above the invoice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from vendoreval.auditing.result import MoneyLadder
from vendoreval.auditing.tiers import Judged
from vendoreval.checks.base import Evidence, LineClaim, Range
from vendoreval.rating import MINUTE_UNITS

_CENT = Decimal("0.01")
RowsOf = Callable[[Evidence], pd.DataFrame]


def ladder(billed: Decimal, judged: Sequence[Judged], rows_of: RowsOf) -> MoneyLadder:
    """Return the money ladder of one vendor: provable, likely, at risk.

    *Provable* is what facts are worth together (see `worth_together`). *Likely* is the
    lower confidence bound of the strongest finding where that is more: patterns value the
    same invoice from different sides, so the largest of them counts, not their sum, and
    what is provable is inside it. *At risk* adds what is only asked; exact questions about
    single calls are united with the facts, so that no call counts twice.
    """
    facts = [j.evidence for j in judged if j.tier == "fact" and j.evidence.money is not None]
    findings = [j.evidence.money for j in judged if j.tier == "finding" and j.evidence.money]
    others = [j.evidence.money for j in judged if j.tier != "fact" and j.evidence.money]
    asked = [
        j.evidence for j in judged
        if j.tier == "review" and j.evidence.money and j.evidence.p_value is None
    ]  # fmt: skip
    provable = min(worth_together(facts, rows_of), billed).quantize(_CENT, ROUND_HALF_UP)

    def rung(values: Iterable[Decimal]) -> Decimal:
        return min(max([provable, *values]), billed).quantize(_CENT, ROUND_HALF_UP)

    likely = rung(m.low for m in findings)
    low = max(likely, rung(m.low for m in others))
    together = worth_together([*facts, *asked], rows_of) if asked else provable
    point = max(low, rung([together, *(m.point for m in others)]))
    return MoneyLadder(
        billed=billed.quantize(_CENT, ROUND_HALF_UP),
        provable=provable,
        likely=likely,
        at_risk_low=low,
        at_risk=point,
        at_risk_high=max(point, rung(m.high for m in others)),
    )


def worth_together(evidence: Sequence[Evidence], rows_of: RowsOf) -> Decimal:
    """Return what exact evidence is worth together, nothing of it counted twice.

    An invoice is taken apart like this. What it asks for above the rated log holds the
    seconds that calls were billed above the card and the lines that bill others once more,
    so the larger of both sides counts. What lies within the rated log is united by call,
    each call at its dearest. Other claims on a line (a price, a sum) are added up, at most
    to what the line asks for; where a whole line of minutes is claimed, calls may be in it
    and count only for what they come to beyond that line.
    """
    repeated, claimed, whole = _lines([claim for e in evidence for claim in e.lines])
    calls = [e for e in evidence if e.per_call]
    above_card = united([e for e in calls if e.part == "above_card"], rows_of)
    within = united([e for e in calls if e.part != "above_card"], rows_of)
    rest = [e for e in evidence if not e.per_call and not e.lines]
    above_log = sum((_point(e) for e in rest if e.part == "above_log"), Decimal(0))
    beyond = sum((_point(e) for e in rest if e.part != "above_log"), Decimal(0))
    time = max(above_log, repeated + above_card) + within
    return claimed + max(time - whole, Decimal(0)) + beyond


def _lines(claims: Sequence[LineClaim]) -> tuple[Decimal, Decimal, Decimal]:
    """Return what claims on lines come to: of repeats, of others, of whole lines of minutes."""
    by_line: dict[tuple[str, int], list[LineClaim]] = {}
    for claim in claims:
        by_line.setdefault((claim.invoice_id, claim.line), []).append(claim)
    repeated = claimed = whole = Decimal(0)
    for own in by_line.values():
        net = max(own[0].net, Decimal(0))
        again = max((c.money for c in own if c.is_repeat), default=Decimal(0))
        others = sum((c.money for c in own if not c.is_repeat), Decimal(0))
        again = min(again, net)
        others = min(others, net - again)
        repeated += again
        claimed += others
        if others == net and net > 0 and own[0].unit in MINUTE_UNITS:
            whole += net
    return repeated, claimed, whole


def united(evidence: Sequence[Evidence], rows_of: RowsOf) -> Decimal:
    """Return what the calls behind several pieces of evidence are worth, each call once."""
    if not evidence:
        return Decimal(0)
    if len(evidence) == 1:
        return _point(evidence[0])
    dearest: dict[str, Decimal] = {}
    for entry in evidence:
        rows = rows_of(entry)
        total = int(rows["seconds"].sum())
        if total <= 0:
            continue
        price = _point(entry) / total
        for call, seconds in zip(rows["call_id"], rows["seconds"], strict=True):
            value = price * int(seconds)
            dearest[str(call)] = max(value, dearest.get(str(call), Decimal(0)))
    return sum(dearest.values(), Decimal(0))


def total(ladders: Iterable[MoneyLadder]) -> MoneyLadder:
    """Return the ladder of all vendors together; vendors have no call in common."""
    rows = list(ladders)
    return MoneyLadder(
        **{
            name: sum((getattr(row, name) for row in rows), Decimal(0))
            for name in MoneyLadder.__dataclass_fields__
        }
    )


def _point(evidence: Evidence) -> Decimal:
    money: Range | None = evidence.money
    return money.point if money else Decimal(0)
