"""Lines of work on an invoice against the line of the card in force while the service ran."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._lines import Reading
from vendoreval.checks.base import LineClaim
from vendoreval.rating.amounts import as_decimal, base_per_unit, exact_amount, to_coin
from vendoreval.rating.lines import CardLine, line_for
from vendoreval.rating.written_prices import in_vat_mode, prices_of, written_mode

Reason = Literal[
    "price", "price_changed", "tiers", "before_term", "after_term", "past_term", "campaign",
    "unlisted", "setup_again", "fixed_again", "minimum", "pass_through", "cap",
]  # fmt: skip
# what the mean price of two versions may be off by: the log and the invoice differ a little
_BLEND_NOISE: Final = Decimal("0.001")
# (unit, campaign, key of the line, day) -> seconds that the log rates
Rated = Mapping[tuple[str, str], Mapping[tuple[str, date], int]]


@dataclass
class Found:
    """Lines with the same thing to say, and what is not owed of them.

    Parameters
    ----------
    agreed
        What the card says instead: a price, or an amount.
    """

    reason: Reason
    lines: list[Reading] = field(default_factory=list)
    claims: list[LineClaim] = field(default_factory=list)
    agreed: set[Decimal] = field(default_factory=set)
    days: set[date] = field(default_factory=set)


class Findings:
    """What is found, by reason."""

    def __init__(self) -> None:
        self.by_reason: dict[Reason, Found] = {}

    def add(
        self,
        reason: Reason,
        one: Reading,
        claim: LineClaim | None = None,
        agreed: Decimal | None = None,
        day: date | None = None,
    ) -> None:
        """Note one line."""
        found = self.by_reason.setdefault(reason, Found(reason))
        found.lines.append(one)
        if claim is not None:
            found.claims.append(claim)
        if agreed is not None:
            found.agreed.add(agreed)
        if day is not None:
            found.days.add(day)


def service_days(one: Reading) -> list[date]:
    """Return the days a line is for; an end written as the first of a month is the day before."""
    first, last = one.line.period_start, one.line.period_end
    if last.day == 1 and last > first:
        last -= timedelta(days=1)
    return [first + timedelta(days=n) for n in range(max((last - first).days, 0) + 1)]


def cancelled_out(lines: Sequence[Reading]) -> list[Reading]:
    """Return the lines without those that a credit of the same work takes back to the coin."""
    waiting: dict[tuple[str, str, Decimal], list[Reading]] = defaultdict(list)
    for one in lines:
        if one.line.amount < 0:
            waiting[one.line.unit, one.line.campaign_id, -one.line.amount].append(one)
    kept = []
    for one in lines:
        key = (one.line.unit, one.line.campaign_id, one.line.amount)
        if one.line.amount > 0 and waiting[key]:
            waiting[key].pop()
        elif one.line.amount > 0:
            kept.append(one)
    return kept


def check_work(
    lines: Sequence[Reading], card: Mapping[str, Sequence[CardLine]], rated: Rated, into: Findings
) -> None:
    """Compare lines of work with the card.

    Parameters
    ----------
    lines
        Lines with a positive amount of every unit but `fixed`.
    card
        Unit -> its lines in the order they are asked.
    rated
        (Unit, campaign) -> (line of the card, day) -> seconds of the log.
    into
        Where to note what is found.
    """
    stepped: dict[str, list[tuple[Reading, CardLine]]] = defaultdict(list)
    for one in lines:
        own = card.get(one.line.unit, ())
        if not own:
            into.add("unlisted", one, one.claim(one.line.amount))
            continue
        by_day = {day: line_for(own, day, one.line.campaign_id) for day in service_days(one)}
        used = list({line.key: line for line in by_day.values() if line is not None}.values())
        if not used:
            _without_line(one, own, into)
        elif used[0].item.tiers is not None and len(used) == 1:
            stepped[f"{used[0].key} {one.line.period_start:%Y-%m}"].append((one, used[0]))
        else:
            if any(line is None for line in by_day.values()):
                gone = min(day for day, line in by_day.items() if line is None)
                into.add("past_term", one, day=gone)
            _price(one, used, _seconds(one, used, rated), into)
    for pairs in stepped.values():
        _steps(pairs, into)


def _without_line(one: Reading, own: Sequence[CardLine], into: Findings) -> None:
    """Note a line for whose days the card has none: of another term, or of another campaign."""
    line = one.line
    fitting = [c.item for c in own if not c.item.campaigns or line.campaign_id in c.item.campaigns]
    if not fitting:
        into.add("campaign", one, one.claim(line.amount))
        return
    first = min(item.valid_from for item in fitting)
    if line.period_start < first:
        into.add("before_term", one, one.claim(line.amount), day=first)
    else:
        ends = [item.valid_to for item in fitting if item.valid_to is not None]
        last = max((end for end in ends if end <= line.period_start), default=None)
        into.add("after_term", one, one.claim(line.amount), day=last)


def _seconds(one: Reading, used: Sequence[CardLine], rated: Rated) -> dict[str, int]:
    """Return what the log rates by each line of the card on the days of a line."""
    days = set(service_days(one))
    found: dict[str, int] = defaultdict(int)
    keys = {line.key for line in used}
    campaigns = [one.line.campaign_id] if one.line.campaign_id else [
        campaign for unit, campaign in rated if unit == one.line.unit
    ]  # fmt: skip
    for campaign in campaigns:
        for (key, day), seconds in rated.get((one.line.unit, campaign), {}).items():
            if key in keys and day in days:
                found[key] += seconds
    return found


def _price(
    one: Reading, used: Sequence[CardLine], seconds: Mapping[str, int], into: Findings
) -> None:
    """Compare the price of a line with the one price, or the several, of its days."""
    line, agreed = one.line, {card.item.price for card in used}
    whole = sum(seconds.values(), 0)
    if len(agreed) > 1 and whole:
        mixed = sum(
            (Fraction(seconds.get(card.key, 0)) * Fraction(card.item.price) for card in used),
            Fraction(0),
        )
        mean = as_decimal(mixed / whole, 6)
        shown = _as_written(one, used[0].item, mean)
        if line.unit_price > shown * (1 + _BLEND_NOISE):
            above = one.product - to_coin(line.quantity * shown, one.currency)
            into.add("price_changed", one, one.claim(above), mean)
        return
    if any(written_mode(line.unit_price, card.item) for card in used):
        return
    item = max((card.item for card in used), key=lambda item: max(prices_of(item)))
    shown = _as_written(one, item, max(prices_of(item)))
    if line.unit_price > shown:
        above = one.product - to_coin(line.quantity * shown, one.currency)
        if above > 0:
            into.add("price", one, one.claim(above), max(prices_of(item)))


def _as_written(one: Reading, item: RateItem, price: Decimal) -> Decimal:
    """Return a price of the card with VAT or without, as the line writes its own."""
    with_vat = one.divisor != 1
    is_other = with_vat != (item.vat_mode == "gross") and item.vat_mode != "exempt"
    return in_vat_mode(price, item, "other") if is_other else price


def _steps(pairs: Sequence[tuple[Reading, CardLine]], into: Findings) -> None:
    """Compare the lines of a month with what its volume costs under steps of price."""
    item = pairs[0][1].item
    quantity = sum((one.line.quantity for one, _ in pairs), Decimal(0))
    asked = sum((one.product for one, _ in pairs), Decimal(0))
    base = int(quantity * base_per_unit(item.unit))
    owed = as_decimal(exact_amount(item, base), 6)
    owed = _as_written(pairs[0][0], item, owed)
    # one unit of what is counted may fall on either side of a step
    noise = max(prices_of(item)) / base_per_unit(item.unit) + Decimal("0.01") * len(pairs)
    above = asked - to_coin(owed, item.currency)
    if above <= noise:
        return
    dearest = sorted((one for one, _ in pairs), key=lambda one: -one.line.unit_price)
    for one, part in _shared_out(dearest, above):
        into.add("tiers", one, one.claim(part), to_coin(owed, item.currency))


def _shared_out(lines: Sequence[Reading], above: Decimal) -> Iterator[tuple[Reading, Decimal]]:
    """Yield lines with their part of a sum, none above what it asks for."""
    left = above
    for one in lines:
        part = min(left, one.line.amount)
        if part > 0:
            yield one, part
            left -= part


def check_caps(lines: Sequence[Reading], into: Findings) -> None:
    """Compare what lines of work ask for in a month with the cap of their line of the card.

    Parameters
    ----------
    lines
        All lines, credits too: a credit may be the cap applied.
    """
    months: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for one in lines:
        if one.card is not None and one.card.item.cap is not None:
            months[one.card.key, f"{one.line.period_start:%Y-%m}"].append(one)
    credits = sum((one.line.amount for one in lines if one.line.amount < 0 and (
        one.card is None or one.card.item.cap is None)), Decimal(0))  # fmt: skip
    for own in months.values():
        item = own[0].item
        if item is None or item.cap is None:
            continue
        asked = sum((one.line.amount for one in own), Decimal(0)) + credits
        units = sum((one.line.quantity for one in own), Decimal(0))
        above, agreed = Decimal(0), item.cap.amount
        if item.cap.amount is not None:
            limit = _as_written(own[0], item, item.cap.amount)
            above = asked - limit
        elif item.cap.quantity is not None and units > item.cap.quantity:
            agreed = item.cap.quantity
            share = (units - item.cap.quantity) / units
            above = to_coin(asked * share, item.currency)
        if above > Decimal("0.01") * len(own):
            latest = sorted(own, key=lambda one: (one.line.period_start, one.line.line))[::-1]
            for one, part in _shared_out(latest, above):
                into.add("cap", one, one.claim(part), agreed)
