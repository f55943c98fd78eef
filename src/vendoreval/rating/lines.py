"""Lines of a rate card, and which of them prices a call."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from vendoreval.agreement import Agreement
from vendoreval.agreement.rate_items import RateItem
from vendoreval.rating.amounts import net_of_vat
from vendoreval.tables import ADMIN, CONVERSATION, DISPOSITIONS

MINUTE_UNITS: Final = ("talk_minute", "handle_minute", "worked_minute")
CALL_UNITS: Final = (*MINUTE_UNITS, "dial", "contact", "lead")
# outcomes of a call that a unit pays for when the card lists none
_PAID_FOR: Final = {
    "worked_minute": tuple(code for code in DISPOSITIONS if code not in ADMIN),
    "dial": tuple(code for code in DISPOSITIONS if code not in ADMIN),
    "lead": ("lead", "meeting"),
}
# clauses that change what an invoice may ask for beyond the quantity of its units
_BEYOND_QUANTITY: Final = (
    "tiers", "minimum_commitment", "cap", "connect_fee", "setup_fee", "pass_through", "bonus",
    "malus", "clawback", "late_report_credit",
)  # fmt: skip


@dataclass(frozen=True)
class CardLine:
    """One line of a vendor's rate card.

    Parameters
    ----------
    key
        Name of the line inside one query, such as ``alpha/0``.
    """

    key: str
    vendor: str
    item: RateItem

    @property
    def is_timed(self) -> bool:
        """Whether seconds of a call are counted, not calls."""
        return self.item.unit in MINUTE_UNITS

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

        Where the card lists none, these are the conversations; for a worked minute and a
        dial, which pay for dialling, everything but tests and internal calls; for a lead,
        leads and meetings.
        """
        return self.item.billable_dispositions or _PAID_FOR.get(self.item.unit, CONVERSATION)

    @property
    def not_applied(self) -> tuple[str, ...]:
        """Clauses of this line that a comparison of quantities leaves aside."""
        return not_applied(self.item)

    @property
    def net_price(self) -> Decimal:
        """Price of a unit without VAT."""
        return net_of_vat(self.item.price, self.item)

    def holds(self, day: date, campaign: str = "") -> bool:
        """Whether the line is for a day and a campaign."""
        item = self.item
        return item.in_force(day) and (not item.campaigns or campaign in item.campaigns)


def not_applied(item: RateItem) -> tuple[str, ...]:
    """Return the names of the clauses of a line that a comparison of quantities leaves aside.

    Examples
    --------
    >>> item = RateItem(unit="talk_minute", price="9.50", currency="RUB",
    ...                 valid_from="2026-01-01", cap={"amount": "100000"})
    >>> not_applied(item)
    ('cap',)
    """
    return tuple(name for name in _BEYOND_QUANTITY if getattr(item, name))


def lines_of(
    vendor: str, items: Iterable[RateItem], units: Collection[str] | None = None
) -> tuple[CardLine, ...]:
    """Return the lines of one card in the order in which they are asked.

    A line of higher priority goes first, then one for named campaigns before a general one.

    Examples
    --------
    >>> general = RateItem(unit="dial", price="2", currency="RUB", valid_from="2026-01-01")
    >>> spring = RateItem(unit="dial", price="1", currency="RUB", valid_from="2026-01-01",
    ...                   campaigns=["spring"])
    >>> [line.key for line in lines_of("alpha", [general, spring])]
    ['alpha/1', 'alpha/0']
    """
    lines = [
        CardLine(f"{vendor or 'card'}/{number}", vendor, item)
        for number, item in enumerate(items)
        if units is None or item.unit in units
    ]
    return tuple(sorted(lines, key=lambda line: (-line.item.priority, not line.item.campaigns)))


def card_lines(
    agreements: Mapping[str, Agreement], units: Collection[str] | None = None
) -> tuple[CardLine, ...]:
    """Return the lines of several vendors, each vendor's in the order they are asked."""
    return tuple(
        line
        for vendor, agreement in sorted(agreements.items())
        for line in lines_of(vendor, agreement.rate_card, units)
    )


def minute_rates(
    agreements: Mapping[str, Agreement], unit: str | None = None
) -> tuple[CardLine, ...]:
    """Return the lines billed by the minute, the narrowest scope of each vendor first.

    Parameters
    ----------
    agreements
        Vendor -> agreement in force.
    unit
        Only lines of this unit.
    """
    wanted = MINUTE_UNITS if unit is None else tuple(u for u in MINUTE_UNITS if u == unit)
    return card_lines(agreements, wanted)


def line_for(lines: Sequence[CardLine], day: date, campaign: str = "") -> CardLine | None:
    """Return the first line that is for a day and a campaign; `None` when there is none."""
    return next((line for line in lines if line.holds(day, campaign)), None)
