"""A rate card on its own: lines without contradictions, and the clock they are read by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from vendoreval.agreement import Agreement
from vendoreval.agreement.card_problems import card_problems
from vendoreval.agreement.problems import model_problems
from vendoreval.agreement.rate_items import RateItem
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.rating.lines import CALL_UNITS, CardLine, lines_of
from vendoreval.text import msg
from vendoreval.zones import known_zone

_LINES = TypeAdapter(tuple[RateItem, ...])


@dataclass(frozen=True, repr=False)
class RateCard:
    """What one vendor may bill.

    Parameters
    ----------
    items
        Lines of the card.
    timezone
        Whose days the lines begin and end on.
    vendor
        Short name; a card without one is for the calls of any vendor.
    source
        Where the card was read, for messages.

    Raises
    ------
    AgreementError
        If lines contradict each other, with every clause concerned, or the time zone is
        unknown.

    Examples
    --------
    >>> RateCard.of([{"unit": "talk_minute", "price": "9.50", "currency": "RUB",
    ...               "valid_from": "2026-01-01"}])
    RateCard(1 line: talk_minute, RUB)
    """

    items: tuple[RateItem, ...]
    timezone: str = "UTC"
    vendor: str = ""
    source: str = "rate card"

    def __post_init__(self) -> None:
        problems = card_problems(self.items, "$", self.source)
        if not known_zone(self.timezone):
            problems.append(
                plain_problem(
                    self.source,
                    msg("the time zone %(name)s is not known", name=self.timezone),
                    msg("a name of the IANA list, such as Europe/Moscow"),
                    msg("mend the value"),
                )
            )
        if problems:
            raise AgreementError(problems)

    @classmethod
    def of(
        cls,
        card: RateCard | Agreement | Iterable[RateItem | Mapping[str, Any]],
        timezone: str | None = None,
    ) -> RateCard:
        """Return the card of an agreement, or of lines as an agreement writes them.

        Parameters
        ----------
        card
            An agreement, a card, or lines.
        timezone
            That of the agreement when not given, UTC for bare lines.

        Raises
        ------
        AgreementError
            If a line is wrong or lines contradict each other; all problems at once.
        """
        if isinstance(card, RateCard):
            return card if timezone is None else cls(card.items, timezone, card.vendor, card.source)
        if isinstance(card, Agreement):
            zone = timezone or zone_of(card)
            return cls(card.rate_card, zone, card.vendor, card.source or card.vendor)
        entries = [
            entry if isinstance(entry, RateItem) else dict(entry) for entry in card
        ]  # fmt: skip
        try:
            items = _LINES.validate_python(entries)
        except ValidationError as error:
            raise AgreementError(model_problems("rate card", error)) from None
        return cls(items, timezone or "UTC")

    @property
    def currencies(self) -> tuple[str, ...]:
        """Every currency of the card; amounts of two are never added."""
        return tuple(sorted({item.currency for item in self.items}))

    @property
    def units(self) -> tuple[str, ...]:
        """What the card bills, in the order it names them."""
        return tuple(dict.fromkeys(item.unit for item in self.items))

    @property
    def call_units(self) -> tuple[str, ...]:
        """Those of its units that are counted on single calls."""
        return tuple(unit for unit in self.units if unit in CALL_UNITS)

    def lines(self, unit: str) -> Sequence[CardLine]:
        """Return the lines of a unit in the order in which they are asked."""
        return lines_of(self.vendor, self.items, (unit,))

    def __repr__(self) -> str:
        count = len(self.items)
        units, money = ", ".join(self.units) or "-", ", ".join(self.currencies) or "-"
        return f"RateCard({count} line{'s' * (count != 1)}: {units}, {money})"


def zone_of(agreement: Agreement) -> str:
    """Return the time zone in which an agreement counts days: that of its call log."""
    reports = agreement.reports
    if "calls" in reports:
        return reports["calls"].timezone
    zones = sorted({report.timezone for report in reports.values()})
    return zones[0] if len(zones) == 1 else "UTC"
