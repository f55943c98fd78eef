"""How many units of every line of a card the accepted reports of a period hold."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from vendoreval.agreement.rate_items import RateItem
from vendoreval.invoicing.sources import Sources, is_timed
from vendoreval.period import Period
from vendoreval.rating.amounts import base_per_unit
from vendoreval.rating.card import RateCard
from vendoreval.rating.lines import CALL_UNITS, CardLine, line_for
from vendoreval.rating.reference import counted, rounded_total
from vendoreval.text import Message, msg


@dataclass
class Counted:
    """What one line of the card counts of one campaign.

    Parameters
    ----------
    days
        Day -> what is counted on it, before the rounding of days or of the whole; whole
        numbers of `base_per_unit`.
    actual
        The same before any rule of the card, in units; `None` where nothing is measured.
    events, fee_calls
        Calls, days of persons or sales behind it; calls that owe the connection fee.
    unknown
        Why it cannot be counted.
    """

    line: CardLine
    campaign_id: str = ""
    days: dict[date, int] = field(default_factory=dict)
    actual: Decimal | None = None
    events: int = 0
    fee_calls: int = 0
    unknown: Message | None = None

    @property
    def base(self) -> int:
        """All of it after the rounding of the line."""
        if self.line.item.unit in ("seat_month", "fixed"):
            return sum(self.days.values())
        return rounded_total(self.line.item, self.days)

    def with_other(self, other: Counted) -> Counted:
        """Return two campaigns of one line as one."""
        days = defaultdict(int, self.days)
        for day, value in other.days.items():
            days[day] += value
        both = [actual for actual in (self.actual, other.actual) if actual is not None]
        return Counted(
            self.line, "", dict(days), sum(both, Decimal(0)) if both else None,
            self.events + other.events, self.fee_calls + other.fee_calls,
            self.unknown or other.unknown,
        )  # fmt: skip


def count_units(sources: Sources, card: RateCard, held: frozenset[str]) -> list[Counted]:
    """Return what the reports count for every line of a card that is in force in the period.

    Parameters
    ----------
    held
        Reports of which the ledger holds rows of the vendor in the period.
    """
    found: list[Counted] = []
    for unit in card.units:
        lines = [line for line in card.lines(unit) if touches(line.item, sources.period)]
        if lines:
            found += _of_unit(sources, unit, lines, held)
    return found


def touches(item: RateItem, period: Period) -> bool:
    """Whether a line is in force on some day of a period."""
    return item.valid_from < period.end and (
        item.valid_to is None or item.valid_to > period.start
    )  # fmt: skip


_REPORT_OF = {"agent_hour": "agent_days", "seat_month": "agent_days", "sale": "sales"}


def _of_unit(
    sources: Sources, unit: str, lines: Sequence[CardLine], held: frozenset[str]
) -> list[Counted]:
    if unit == "fixed":
        return [_months(line, sources.period) for line in lines]
    report = "calls" if unit in CALL_UNITS else _REPORT_OF[unit]
    if report not in held:
        reason = msg("no accepted rows of the report %(report)s in the period", report=report)
        return [Counted(line, unknown=reason) for line in lines]
    if unit in CALL_UNITS:
        return _calls(sources.counted_calls(lines), lines)
    if unit == "sale":
        return list(_sales(sources.sales(), lines))
    days = sources.agent_days()
    scoped = [line for line in lines if line.item.campaigns]
    general = [line for line in lines if not line.item.campaigns]
    reason = msg("the daily totals name no campaign, so a line for campaigns cannot be counted")
    made = _hours(days, general) if unit == "agent_hour" else _seats(days, general, sources.period)
    return [*made, *(Counted(line, unknown=reason) for line in scoped)]


# ------------------------------------------------------------------------- calls


def _calls(frame: pd.DataFrame, lines: Sequence[CardLine]) -> list[Counted]:
    found: dict[tuple[int, str], Counted] = {}
    for row in frame.to_dict("records"):
        place = int(row["place"])
        if place < 0:
            continue
        campaign = _text(row["campaign_id"])
        own = found.setdefault(
            (place, campaign), Counted(lines[place], campaign, actual=Decimal(0))
        )
        day = _day(row["started_on"])
        own.days[day] = own.days.get(day, 0) + int(row["rated_seconds"])
        own.events += int(row["billable"])
        own.fee_calls += int(row["fee_calls"])
        if is_timed(lines):
            own.actual = (own.actual or Decimal(0)) + Decimal(int(row["talk_seconds"]))
    for own in found.values():
        own.actual = _units(own.actual, 60) if is_timed(lines) else None
    return [found[key] for key in sorted(found)]


def _units(seconds: Decimal | None, size: int) -> Decimal | None:
    if seconds is None:
        return None
    return (seconds / size).quantize(Decimal("0.0001"), ROUND_HALF_UP)


# -------------------------------------------------------------------- agents, seats


def _hours(frame: pd.DataFrame, lines: Sequence[CardLine]) -> list[Counted]:
    found: dict[str, Counted] = {}
    total: dict[str, int] = defaultdict(int)
    for row in frame.to_dict("records"):
        day = _day(row["date"])
        line = line_for(lines, day)
        if line is None or pd.isna(row["line_seconds"]):
            continue
        own = found.setdefault(line.key, Counted(line))
        seconds = int(row["line_seconds"])
        total[line.key] += seconds
        if seconds > line.item.free_seconds:
            charged = counted(seconds - line.item.included_seconds, line.item)
            own.days[day] = own.days.get(day, 0) + charged
            own.events += 1
    for key, own in found.items():
        own.actual = _units(Decimal(total[key]), 3600)
    return list(found.values())


def _seats(frame: pd.DataFrame, lines: Sequence[CardLine], period: Period) -> list[Counted]:
    """Count persons on line by calendar month; a line in force for a part counts that part."""
    worked = frame[(frame["line_seconds"].fillna(0) > 0) | (frame["dials"].fillna(0) > 0)]
    people: dict[date, set[str]] = defaultdict(set)
    for agent, day in zip(worked["agent_id"], worked["date"], strict=True):
        people[_day(day).replace(day=1)].add(str(agent))
    found = []
    for line in lines:
        own = Counted(line)
        for month, share in month_shares(line.item, period):
            seats = len(people[month])
            own.days[month] = seats * share
            own.events += seats
        found.append(own)
    return found


def _months(line: CardLine, period: Period) -> Counted:
    return Counted(line, days=dict(month_shares(line.item, period)))


def month_shares(item: RateItem, period: Period) -> Iterator[tuple[date, int]]:
    """Yield the months of a period with the part in which a line is in force, in ten-thousandths.

    Examples
    --------
    >>> item = RateItem(unit="fixed", price="300", currency="EUR", valid_from="2026-10-16")
    >>> list(month_shares(item, Period.parse("2026-10")))
    [(datetime.date(2026, 10, 1), 5161)]
    """
    month = period.start.replace(day=1)
    while month < period.end:
        days = monthrange(month.year, month.month)[1]
        after = month + timedelta(days=days)
        first = max(month, period.start, item.valid_from)
        end = min(after, period.end, item.valid_to or after)
        if first < end:
            share = Decimal((end - first).days) / days * base_per_unit("fixed")
            yield month, int(share.quantize(Decimal(1), ROUND_HALF_UP))
        month = after


# -------------------------------------------------------------------------- sales


def _sales(frame: pd.DataFrame, lines: Sequence[CardLine]) -> Iterator[Counted]:
    found: dict[tuple[str, str], Counted] = {}
    for row in frame.to_dict("records"):
        campaign, day = _text(row["campaign_id"]), _day(row["sold_on"])
        line = line_for(lines, day, campaign)
        if line is None:
            continue
        own = found.setdefault((line.key, campaign), Counted(line, campaign))
        own.days[day] = own.days.get(day, 0) + 1
        own.events += 1
    yield from (found[key] for key in sorted(found))


# ------------------------------------------------------------------------- buckets


def by_campaign(found: Sequence[Counted], billed: Mapping[str, frozenset[str]]) -> list[Counted]:
    """Return what was counted, cut as the invoice cuts it.

    Lines of the invoice name campaigns or they do not; calls of a campaign that no line of
    the unit names go to a line without one, and calls without a campaign to the first that
    is named. A line whose price depends on the volume of all campaigns is never cut.

    Parameters
    ----------
    billed
        Unit -> campaigns that lines of the invoice name; a line without one is "".
    """
    merged: dict[tuple[str, str], Counted] = {}
    for own in found:
        item = own.line.item
        named = billed.get(item.unit, frozenset())
        bucket = _bucket(own.campaign_id, named) if can_be_cut(item) else ""
        key = (own.line.key, bucket)
        held = merged.get(key)
        joined = own if held is None else held.with_other(own)
        joined.campaign_id = bucket
        merged[key] = joined
    return list(merged.values())


def _bucket(campaign: str, named: frozenset[str]) -> str:
    if campaign in named:
        return campaign
    if not named or "" in named:
        return ""
    # calls without a campaign may be any line's, those of no billed campaign are nobody's
    return min(named) if campaign == "" else campaign


def can_be_cut(item: RateItem) -> bool:
    """Whether the amounts of single campaigns add up to that of the line."""
    return (
        item.tiers is None
        and item.minimum_commitment is None
        and item.cap is None
        and item.round_scope == "call"
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(value: Any) -> date:
    return value.date() if isinstance(value, pd.Timestamp) else value
