"""The rate card applied to calls: which seconds may be billed, and at which price.

The same rule is written twice: as an expression that every engine can run over
millions of calls, and as a few lines of plain Python that anybody can check by
hand. A test holds the two together. Seconds are whole, money is `Decimal`; the
engine only adds seconds up, the price is applied once in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import ibis

from vendoreval.agreement import Agreement
from vendoreval.agreement.extensions import RateItem
from vendoreval.tables import ADMIN, CONVERSATION, DISPOSITIONS

MINUTE_UNITS: Final = ("talk_minute", "handle_minute", "worked_minute")
# clauses of a card that change what an invoice may ask for and are not worked out here
_CLAUSES: Final = (
    "tiers", "minimum_commitment", "cap", "connect_fee", "setup_fee", "pass_through", "bonus",
    "malus", "clawback", "late_report_credit",
)  # fmt: skip


@dataclass(frozen=True)
class MinuteRate:
    """One line of a vendor's rate card that is billed by the minute.

    Parameters
    ----------
    key
        Name of the line inside one query, such as ``alpha/0``.
    """

    key: str
    vendor: str
    item: RateItem

    @property
    def counts_ring(self) -> bool:
        """Whether the clock starts at the dial: as written, else as the unit means it."""
        if "clock_starts" in self.item.model_fields_set:
            return self.item.clock_starts == "dial"
        return self.item.unit == "worked_minute"

    @property
    def counts_wrap(self) -> bool:
        """Whether the clock ends after the notes: as written, else as the unit means it."""
        if "clock_ends" in self.item.model_fields_set:
            return self.item.clock_ends == "wrap_end"
        return self.item.unit in ("handle_minute", "worked_minute")

    @property
    def dispositions(self) -> tuple[str, ...]:
        """Outcomes of a call that may be billed.

        Where the card lists none, these are the conversations; for a worked minute,
        which pays for dialling too, everything but tests and internal calls.
        """
        if self.item.billable_dispositions:
            return self.item.billable_dispositions
        if self.item.unit == "worked_minute":
            return tuple(code for code in DISPOSITIONS if code not in ADMIN)
        return CONVERSATION

    @property
    def not_applied(self) -> tuple[str, ...]:
        """Clauses of this line that are agreed but not worked out by the rating."""
        return not_applied(self.item)

    @property
    def net_price(self) -> Decimal:
        """Price of a minute without VAT."""
        return net_of_vat(self.item.price, self.item)


def not_applied(item: RateItem) -> tuple[str, ...]:
    """Return the names of the clauses of a line that the rating leaves aside.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="9.50", currency="RUB",
    ...                 valid_from="2026-01-01", cap={"amount": "100000"})
    >>> not_applied(item)
    ('cap',)
    """
    return tuple(name for name in _CLAUSES if getattr(item, name))


def net_of_vat(amount: Decimal, item: RateItem) -> Decimal:
    """Return an amount of a card's line without VAT.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="11.40", currency="RUB", vat_mode="gross",
    ...                 vat_rate="0.20", valid_from="2026-01-01")
    >>> net_of_vat(item.price, item)
    Decimal('9.5')
    """
    return amount / (1 + item.vat_rate) if item.vat_mode == "gross" else amount


def minute_rates(
    agreements: Mapping[str, Agreement], unit: str | None = None
) -> tuple[MinuteRate, ...]:
    """Return the lines billed by the minute, the narrowest scope of each vendor first.

    Parameters
    ----------
    agreements
        Vendor -> agreement in force.
    unit
        Only lines of this unit.
    """
    rates = [
        MinuteRate(f"{vendor}/{number}", vendor, item)
        for vendor, agreement in sorted(agreements.items())
        for number, item in enumerate(agreement.rate_card)
        if item.unit in MINUTE_UNITS and unit in (None, item.unit)
    ]
    # a line for named campaigns goes before the vendor's general one
    return tuple(sorted(rates, key=lambda rate: (rate.vendor, not rate.item.campaigns)))


def money_of(seconds: int, price: Decimal) -> Decimal:
    """Return what a number of rated seconds costs at a price per minute.

    Examples
    --------
    >>> money_of(78, Decimal("0.006"))
    Decimal('0.0078')
    """
    return Decimal(seconds) * price / 60


# ------------------------------------------------------------ in plain Python


def rated_seconds(
    rate: MinuteRate,
    *,
    talk: int,
    hold: int = 0,
    ring: int = 0,
    wrap: int = 0,
    disposition: str = "sale",
    is_test: bool = False,
) -> int:
    """Return the seconds of one call that the card allows to bill.

    The order of the clauses: who pays (disposition, tests), the clock, free calls,
    included seconds, the minimum, increments, the maximum. Where the card rounds a day
    or an invoice, the call itself is not rounded; see `rounded_total`.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="0.006", currency="EUR",
    ...                 valid_from="2026-01-01", first_increment_seconds=30,
    ...                 next_increment_seconds=6)
    >>> [rated_seconds(MinuteRate("a/0", "a", item), talk=talk) for talk in (32, 57, 75)]
    [36, 60, 78]
    """
    item = rate.item
    if is_test or disposition not in rate.dispositions:
        return 0
    spoken = talk + (hold if item.hold_billable else 0)
    if spoken <= 0 and item.unit != "worked_minute":
        return 0
    clock = spoken + (ring if rate.counts_ring else 0) + (wrap if rate.counts_wrap else 0)
    if clock <= item.free_seconds:
        return 0
    charged = clock - item.included_seconds
    if charged <= 0:
        return 0
    least = max(charged, item.minimum_seconds)
    if item.round_scope == "call":
        # rounding down must not undo the agreed minimum
        least = max(rounded(least, item), item.minimum_seconds)
    return least if item.maximum_seconds is None else min(least, item.maximum_seconds)


def rounded(seconds: int, item: RateItem) -> int:
    """Round seconds to the increments of a line.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="1", currency="EUR",
    ...                 valid_from="2026-01-01", first_increment_seconds=60,
    ...                 next_increment_seconds=60)
    >>> rounded(65, item)
    120
    """
    if seconds <= 0:
        return 0
    first = item.first_increment_seconds
    if seconds <= first:
        return _to_step(seconds, first, item.rounding)
    return first + _to_step(seconds - first, item.next_increment_seconds, item.rounding)


def _to_step(seconds: int, step: int, rounding: str) -> int:
    raised = seconds + {"up": step - 1, "half_up": step // 2, "down": 0}[rounding]
    return raised - raised % step


def rounded_total(item: RateItem, seconds_by_day: Mapping[date, int]) -> int:
    """Return the rated seconds of an invoice from those of its days.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="1", currency="EUR",
    ...                 valid_from="2026-01-01", first_increment_seconds=60,
    ...                 next_increment_seconds=60, round_scope="invoice")
    >>> rounded_total(item, {date(2026, 10, 1): 10_000}) // 60
    167
    """
    if item.round_scope == "call":
        return sum(seconds_by_day.values())
    if item.round_scope == "day":
        return sum(rounded(seconds, item) for seconds in seconds_by_day.values())
    return rounded(sum(seconds_by_day.values()), item)


# -------------------------------------------------------------- on the engine


def rate_calls(calls: ibis.Table, rates: tuple[MinuteRate, ...]) -> ibis.Table:
    """Add to every call its line of the card and the seconds that line allows.

    Parameters
    ----------
    calls
        The calls table or a part of it.
    rates
        What `minute_rates` returned. The first line whose vendor, days and campaigns
        hold the call prices it.

    Returns
    -------
    ibis.Table
        The calls with `rate_item` (the key, empty when no line prices the call) and
        `rated_seconds`.
    """
    if not rates:
        return calls.mutate(rate_item=ibis.literal(""), rated_seconds=ibis.literal(0).cast("int64"))
    return calls.mutate(
        rate_item=_choose(calls, rates, lambda rate: ibis.literal(rate.key), ibis.literal("")),
        rated_seconds=_choose(
            calls, rates, lambda rate: _rated(calls, rate), ibis.literal(0).cast("int64")
        ),
    )


def _choose(
    calls: ibis.Table,
    rates: tuple[MinuteRate, ...],
    value: Callable[[MinuteRate], ibis.Value],
    otherwise: ibis.Value,
) -> ibis.Value:
    branches = [(_applies(calls, rate), value(rate)) for rate in rates]
    return ibis.cases(*branches, else_=otherwise)


def _applies(calls: ibis.Table, rate: MinuteRate) -> ibis.Value:
    item = rate.item
    condition = (calls.vendor == rate.vendor) & (calls.started_on >= ibis.literal(item.valid_from))
    if item.valid_to is not None:
        condition &= calls.started_on < ibis.literal(item.valid_to)
    if item.campaigns:
        condition &= calls.campaign_id.fill_null("").isin(item.campaigns)
    return condition


def _rated(calls: ibis.Table, rate: MinuteRate) -> ibis.Value:
    item = rate.item
    spoken = calls.talk_seconds
    if item.hold_billable:
        spoken = spoken + calls.hold_seconds.fill_null(0)
    clock = spoken
    if rate.counts_ring:
        clock = clock + calls.ring_seconds.fill_null(0)
    if rate.counts_wrap:
        clock = clock + calls.wrap_seconds.fill_null(0)
    billable = calls.disposition.isin(rate.dispositions) & ~calls.is_test.fill_null(False)
    if item.unit != "worked_minute":
        billable &= spoken > 0
    charged = clock - item.included_seconds
    billable &= (clock > item.free_seconds) & (charged > 0)
    least = ibis.greatest(charged, item.minimum_seconds)
    if item.round_scope == "call":
        least = ibis.greatest(_rounded(least, item), item.minimum_seconds)
    if item.maximum_seconds is not None:
        least = ibis.least(least, item.maximum_seconds)
    return ibis.cases((billable, least.cast("int64")), else_=ibis.literal(0).cast("int64"))


def _rounded(seconds: ibis.Value, item: RateItem) -> ibis.Value:
    first = item.first_increment_seconds

    def to_step(value: ibis.Value, step: int) -> ibis.Value:
        raised = value + {"up": step - 1, "half_up": step // 2, "down": 0}[item.rounding]
        return raised - raised % step

    return ibis.cases(
        (seconds <= first, to_step(seconds, first)),
        else_=first + to_step(seconds - first, item.next_increment_seconds),
    )
