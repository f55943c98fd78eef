"""Bonus and malus, cancelled sales, late reports: what moves an invoice beyond the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import pandas as pd

from vendoreval.agreement.rate_clauses import PerformanceStep
from vendoreval.invoicing.entries import Entry, Kind, entry_of
from vendoreval.invoicing.sources import Sources
from vendoreval.ledger.calendar import Calendar
from vendoreval.rating.card import RateCard
from vendoreval.rating.lines import CardLine, line_for
from vendoreval.text import Count, Message, msg

_FOUR: Final = Decimal("0.0001")
_LATE: Final = ("late",)
_MISSING: Final = ("missing", "empty")


# --------------------------------------------------------------- bonus and malus


def performance_values(
    counts: Mapping[str, Any], calendar: Calendar | None
) -> dict[str, Decimal | None]:
    """Return the measures of bonus and malus; `None` where nothing tells.

    conversion: the client's sales that are not cancelled, of the leads worked;
    contact_share: conversations of dials; sales: the client's sales not cancelled;
    cancellation_share: cancelled of the client's sales; review_score: mean of the period's
    reviews; reports_on_time_share: reports in time of those due.
    """

    def share(part: Any, whole: Any) -> Decimal | None:
        if not whole or pd.isna(whole):
            return None
        return (Decimal(int(part)) / Decimal(int(whole))).quantize(_FOUR, ROUND_HALF_UP)

    recorded, cancelled = int(counts["recorded"]), int(counts["cancelled"])
    known = bool(counts["client_records"])
    score = counts["score"]
    values: dict[str, Decimal | None] = {
        "conversion": share(recorded - cancelled, counts["leads"]) if known else None,
        "contact_share": share(counts["conversations"] or 0, counts["dials"]),
        "sales": Decimal(recorded - cancelled) if known else None,
        "cancellation_share": share(cancelled, recorded) if known else None,
        "review_score": None
        if score is None or pd.isna(score)
        else Decimal(str(score)).quantize(_FOUR, ROUND_HALF_UP),
    }
    if calendar is not None:
        on_time = calendar.count("on_time", "received")
        due = on_time + calendar.count("late", "missing", "partial", "empty")
        values["reports_on_time_share"] = share(on_time, due)
    return values


def performance_entries(
    entries: Sequence[Entry], values: Mapping[str, Decimal | None]
) -> Iterator[Entry]:
    """Yield bonus and malus of every line: of several steps of a measure the largest."""
    for key, (first, net) in _by_line(entries).items():
        item = first.item
        kinds: tuple[tuple[Kind, Sequence[PerformanceStep], int], ...] = (
            ("bonus", item.bonus, 1), ("malus", item.malus, -1),
        )  # fmt: skip
        for kind, steps, sign in kinds:
            for measure in dict.fromkeys(step.measure for step in steps):
                own = [step for step in steps if step.measure == measure]
                yield from _step_entry(kind, first, key, net, own, values.get(measure), sign)


def _step_entry(
    kind: Kind, first: Entry, key: str, charged: Decimal | None,
    steps: Sequence[PerformanceStep], value: Decimal | None, sign: int,
) -> Iterator[Entry]:  # fmt: skip
    item, measure = first.item, steps[0].measure
    if value is None:
        yield Entry(kind, item, key, detail=msg(
            "%(measure)s cannot be told from the accepted reports", measure=measure))  # fmt: skip
        return
    holding = [step for step in steps if step.holds(value)]
    if not holding:
        return
    if charged is None and any(step.share is not None for step in holding):
        yield Entry(kind, item, key, detail=msg("the work of the line cannot be told"))
        return
    operands = [(step.share, charged) if step.share is not None else (Decimal(1), step.amount)
                for step in holding]  # fmt: skip
    quantity, price = max(operands, key=lambda pair: (pair[0] or 0) * (pair[1] or 0))
    yield entry_of(
        kind, item, key, sign * (quantity or Decimal(0)), price or Decimal(0),
        detail=msg("%(measure)s is %(value)s", measure=measure, value=f"{value.normalize():f}"),
    )  # fmt: skip


def _by_line(entries: Sequence[Entry]) -> dict[str, tuple[Entry, Decimal | None]]:
    """Return key -> first entry and what the line comes to; `None` where it is unknown."""
    found: dict[str, tuple[Entry, Decimal | None]] = {}
    for entry in entries:
        first, total = found.get(entry.rate_item, (entry, Decimal(0)))
        known = None if total is None or entry.amount is None else total + entry.amount
        found[entry.rate_item] = (first, known)
    return found


# ------------------------------------------------------------------- late reports


def late_credits(entries: Sequence[Entry], calendar: Calendar | None) -> Iterator[Entry]:
    """Yield the credit of every line for reports that came late or not at all."""
    for key, (first, charged) in _by_line(entries).items():
        clause, item = first.item.late_report_credit, first.item
        if clause is None:
            continue
        if calendar is None:
            yield Entry("late_report_credit", item, key,
                        detail=msg("the delivery calendar cannot be told"))  # fmt: skip
            continue
        states = (*_LATE, *(_MISSING if clause.missing else ()))
        rows = [
            row for row in calendar.rows
            if row.state in states and (not clause.reports or row.report in clause.reports)
        ]  # fmt: skip
        if not rows:
            continue
        if charged is None:
            yield Entry("late_report_credit", item, key,
                        detail=msg("the work of the line cannot be told"))  # fmt: skip
            continue
        told: Message = msg(
            "reports late: %(late)s, missing: %(missing)s",
            late=Count(sum(row.state in _LATE for row in rows)),
            missing=Count(sum(row.state in _MISSING for row in rows)),
        )
        number = Decimal(len(rows))
        each = clause.amount if clause.amount is not None else charged * (clause.share or 0)
        quantity = -number
        if number * each > charged * clause.maximum_share:
            told = msg("%(told)s; the credit ends at %(share)s of the line", told=told,
                       share=f"{clause.maximum_share.normalize():f}")  # fmt: skip
            quantity, each = Decimal(-1), charged * clause.maximum_share
        yield entry_of("late_report_credit", item, key, quantity, each, detail=told)


# ----------------------------------------------------------------- cancelled sales


def clawbacks(sources: Sources, card: RateCard) -> Iterator[Entry]:
    """Yield what comes back for claimed sales the client saw cancelled within the agreed days.

    A sale belongs to the line in force on the day it was sold and comes back in the period
    in which it was cancelled. A sale the vendor never claimed was never billed.
    """
    lines = [line for line in card.lines("sale") if line.item.clawback is not None]
    if not lines:
        return
    longest = max(line.item.clawback.days for line in lines if line.item.clawback)
    cancelled = sources.cancelled_sales()
    claimed = sources.sales(since=sources.period.start - timedelta(days=longest + 1))
    everyone = card.lines("sale")
    campaigns = {
        str(name): _text(campaign)
        for column in ("lead_id", "sale_id")
        for name, campaign in zip(claimed[column], claimed["campaign_id"], strict=True)
        if isinstance(name, str)
    }
    found: dict[str, list[CardLine]] = {}
    for row in cancelled.to_dict("records"):
        name = next(
            (n for n in (row["lead_id"], row["sale_id"])
             if isinstance(n, str) and n in campaigns), None,
        )  # fmt: skip
        if name is None:
            continue
        sold_on, cancelled_on = _day(row["sold_on"]), _day(row["cancelled_on"])
        line = line_for(everyone, sold_on, campaigns[name])
        clause = line.item.clawback if line is not None else None
        if line is None or clause is None or (cancelled_on - sold_on).days > clause.days:
            continue
        found.setdefault(line.key, []).append(line)
    for key, own in sorted(found.items()):
        item, clause = own[0].item, own[0].item.clawback
        if clause is None:
            continue
        yield entry_of(
            "clawback", item, key, Decimal(-len(own)), item.price * clause.share,
            events=len(own),
            detail=msg("sales cancelled within %(days)s days; %(share)s of the price comes back",
                       days=Count(clause.days), share=f"{clause.share.normalize():f}"),
        )  # fmt: skip


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, pd.Timestamp) else value
