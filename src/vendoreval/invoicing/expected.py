"""The entries an invoice should have: work, then what the clauses add and take away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from vendoreval.invoicing.counting import Counted
from vendoreval.invoicing.entries import Entry, entry_of
from vendoreval.period import Period
from vendoreval.rating.amounts import as_decimal, base_per_unit, priced_parts
from vendoreval.rating.lines import CardLine
from vendoreval.text import Count, Day, Message, Money, msg


def work_entries(found: Iterable[Counted]) -> Iterator[Entry]:
    """Yield the entries of what was counted: one for each price, then the connection fees."""
    for own in found:
        item = own.line.item
        if own.unknown is not None:
            yield Entry("charge", item, own.line.key, own.campaign_id, price=item.price,
                        detail=own.unknown)  # fmt: skip
            continue
        yield from _charges(own)
        if own.fee_calls and item.connect_fee:
            yield entry_of(
                "connect_fee", item, own.line.key, Decimal(own.fee_calls), item.connect_fee,
                campaign_id=own.campaign_id, events=own.fee_calls,
            )  # fmt: skip


def _charges(own: Counted) -> Iterator[Entry]:
    item, base = own.line.item, own.base
    size = base_per_unit(item.unit)
    parts = priced_parts(item, base)
    for part in parts:
        yield entry_of(
            "pass_through" if item.pass_through else "charge",
            item,
            own.line.key,
            as_decimal(Fraction(part.base, size), 4),
            part.price,
            campaign_id=own.campaign_id,
            seconds=part.base if size in (60, 3600) else None,
            # the quantity before the rules stands once, beside the first of several prices
            actual=own.actual if part is parts[0] else None,
            events=own.events if part is parts[0] else 0,
            detail=_months_of(own) if item.unit == "fixed" else None,
        )


def _months_of(own: Counted) -> Message | None:
    parts = sum(own.days.values())
    if parts % base_per_unit("fixed") == 0:
        return None
    return msg("in force for a part of the month")


def commitments(entries: Sequence[Entry], period: Period) -> Iterator[Entry]:
    """Yield what the caps take from, and the minima add to, the lines of a month."""
    spent: dict[str, Decimal] = defaultdict(Decimal)
    units: dict[str, Decimal] = defaultdict(Decimal)
    lines: dict[str, Entry] = {}
    unknown: set[str] = set()
    for entry in entries:
        lines[entry.rate_item] = entry
        if entry.amount is None:
            unknown.add(entry.rate_item)
            continue
        spent[entry.rate_item] += entry.amount
        if entry.kind != "connect_fee":
            units[entry.rate_item] += entry.quantity or Decimal(0)
    for key, entry in lines.items():
        item = entry.item
        if item.cap is None and item.minimum_commitment is None:
            continue
        if not period.is_month or key in unknown:
            reason = (
                msg("the work of the line cannot be told")
                if period.is_month
                else msg("settled by calendar months; the period asked for is not one")
            )
            if item.cap is not None:
                yield Entry("cap", item, key, detail=reason)
            if item.minimum_commitment is not None:
                yield Entry("minimum", item, key, detail=reason)
            continue
        yield from _capped(entry, spent[key], units[key])
        yield from _raised(entry, spent[key], units[key], period)


def _capped(entry: Entry, spent: Decimal, units: Decimal) -> Iterator[Entry]:
    cap, item = entry.item.cap, entry.item
    if cap is None:
        return
    if cap.amount is not None and spent > cap.amount:
        yield entry_of(
            "cap", item, entry.rate_item, Decimal(1), cap.amount - spent,
            detail=msg("charged %(spent)s, the cap of the month is %(cap)s",
                       spent=Money(spent, item.currency), cap=Money(cap.amount, item.currency)),
        )  # fmt: skip
    if cap.quantity is not None and units > cap.quantity:
        yield entry_of(
            "cap", item, entry.rate_item, cap.quantity - units, last_price(entry, units),
            detail=msg("units of the month: %(units)s, the cap is %(cap)s",
                       units=f"{units:f}", cap=f"{cap.quantity:f}"),
        )  # fmt: skip


def _raised(entry: Entry, spent: Decimal, units: Decimal, period: Period) -> Iterator[Entry]:
    minimum, item = entry.item.minimum_commitment, entry.item
    if minimum is None:
        return
    share, told = share_of_month(entry, period), None
    least: Decimal | None = minimum.amount or minimum.quantity
    if least is None:
        return
    if minimum.prorated and share != 1:
        least = as_decimal(Fraction(least) * share, 4)
        told = msg("in force on %(days)s of %(all)s days", days=Count(share_days(entry, period)),
                   all=Count(period.days))  # fmt: skip
    if minimum.amount is not None and spent < least:
        reason = msg(
            "the minimum of the month is %(least)s, charged %(spent)s",
            least=Money(least, item.currency), spent=Money(spent, item.currency),
        )  # fmt: skip
        yield entry_of("minimum", item, entry.rate_item, Decimal(1), least - spent,
                       detail=_both(reason, told))  # fmt: skip
    elif minimum.quantity is not None and units < least:
        reason = msg(
            "the minimum of the month is %(least)s units, counted %(units)s",
            least=f"{least:f}", units=f"{units:f}",
        )  # fmt: skip
        yield entry_of("minimum", item, entry.rate_item, least - units, last_price(entry, units),
                       detail=_both(reason, told))  # fmt: skip


def _both(one: Message, two: Message | None) -> Message:
    return one if two is None else msg("%(one)s; %(two)s", one=one, two=two)


def last_price(entry: Entry, units: Decimal) -> Decimal:
    """Return the price at which one more unit would be charged."""
    base = int(units * base_per_unit(entry.item.unit))
    return priced_parts(entry.item, max(base, 1))[-1].price


def share_days(entry: Entry, period: Period) -> int:
    """Return on how many days of a period a line is in force."""
    item = entry.item
    first = max(item.valid_from, period.start)
    end = min(item.valid_to or period.end, period.end)
    return max((end - first).days, 0)


def share_of_month(entry: Entry, period: Period) -> Fraction:
    """Return the part of a period in which a line is in force."""
    return Fraction(share_days(entry, period), period.days)


def setup_fees(lines: Sequence[CardLine], period: Period) -> Iterator[Entry]:
    """Yield the set-up fees that fall due in a period: once, when the first version begins."""
    told: set[tuple[str, tuple[str, ...]]] = set()
    for line in sorted(lines, key=lambda line: line.item.valid_from):
        item = line.item
        name = (item.unit, tuple(sorted(item.campaigns)))
        if item.setup_fee is None or name in told:
            continue
        told.add(name)
        if item.valid_from in period:
            yield entry_of(
                "setup_fee", item, line.key, Decimal(1), item.setup_fee,
                detail=msg("due once, on %(day)s", day=Day(item.valid_from)),
            )  # fmt: skip
