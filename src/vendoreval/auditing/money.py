"""Money without double counting: every call valued once, the sum never above the invoice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from vendoreval.auditing.result import MoneyLadder
from vendoreval.auditing.tiers import Judged
from vendoreval.checks.base import Evidence, Range

_CENT = Decimal("0.01")
RowsOf = Callable[[Evidence], pd.DataFrame]


def ladder(billed: Decimal, judged: Sequence[Judged], rows_of: RowsOf) -> MoneyLadder:
    """Return the money ladder of one vendor.

    Facts about single calls are united by call, each call at its dearest; facts
    beyond the logged calls are added (they cannot overlap with a logged call).
    Patterns value the same invoice from different sides, so the largest of them
    counts, not their sum, and what is provable is inside it.
    """
    facts = [j.evidence for j in judged if j.tier == "fact" and j.evidence.money is not None]
    patterns = [j.evidence.money for j in judged if j.tier != "fact" and j.evidence.money]
    provable = sum((_point(e) for e in facts if not e.per_call), Decimal(0))
    provable += united([e for e in facts if e.per_call], rows_of)
    provable = min(provable, billed).quantize(_CENT, ROUND_HALF_UP)

    def rung(values: Iterable[Decimal]) -> Decimal:
        return min(max([provable, *values]), billed).quantize(_CENT, ROUND_HALF_UP)

    low = rung(m.low for m in patterns)
    point = max(low, rung(m.point for m in patterns))
    return MoneyLadder(
        billed.quantize(_CENT, ROUND_HALF_UP),
        provable,
        low,
        point,
        max(point, rung(m.high for m in patterns)),
    )


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
        *(
            sum((getattr(row, name) for row in rows), Decimal(0))
            for name in MoneyLadder.__dataclass_fields__
        )
    )


def _point(evidence: Evidence) -> Decimal:
    money: Range | None = evidence.money
    return money.point if money else Decimal(0)
