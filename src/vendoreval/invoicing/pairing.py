"""Entries of the card beside lines of the invoice: which belongs to which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from vendoreval.agreement.rate_items import RateItem
from vendoreval.invoicing.entries import BilledLine, Entry
from vendoreval.rating.amounts import to_coin, vat_of
from vendoreval.rating.card import RateCard
from vendoreval.rating.lines import line_for

# prices of an invoice are written to the smallest coin, those of the ledger to four decimals
PRICE_NOISE: Final = Decimal("0.005")
_WORK: Final = ("charge", "connect_fee", "pass_through")


@dataclass
class Pair:
    """An entry, the lines that bill it, or one of them alone."""

    entry: Entry | None = None
    lines: tuple[BilledLine, ...] = ()
    item: RateItem | None = None

    @property
    def billed_quantity(self) -> Decimal:
        """Units of all lines."""
        return sum((line.quantity for line in self.lines), Decimal(0))

    @property
    def billed_price(self) -> Decimal | None:
        """The price of the lines; `None` when they have several."""
        prices = {line.unit_price for line in self.lines}
        return prices.pop() if len(prices) == 1 else None

    @property
    def billed_amount(self) -> Decimal:
        """Money of all lines as written."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def in_other_vat_mode(self) -> bool:
        """Whether the lines write the price of the card with its VAT, or without it."""
        item = self.item
        if item is None or item.vat_mode == "exempt" or not item.vat_rate or not self.lines:
            return False
        prices = [step.price for step in item.tiers.steps] if item.tiers else [item.price]
        factor = 1 + item.vat_rate
        others = [p / factor if item.vat_mode == "gross" else p * factor for p in prices]
        return all(
            any(abs(line.unit_price - p) <= PRICE_NOISE for p in others if p)
            and not any(abs(line.unit_price - p) <= PRICE_NOISE for p in prices)
            for line in self.lines
        )

    @property
    def includes_vat(self) -> bool:
        """Whether the amounts of the lines hold the VAT."""
        return self.item is not None and ((self.item.vat_mode == "gross") != self.in_other_vat_mode)

    @property
    def billed_vat(self) -> Decimal:
        """VAT of the lines: as written, else by the rate of the card."""
        written = [line.vat_amount for line in self.lines if line.vat_amount is not None]
        if self.lines and len(written) == len(self.lines):
            return sum(written, Decimal(0))
        if self.item is None:
            return sum(written, Decimal(0))
        mode = "exempt" if self.item.vat_mode == "exempt" else "gross"
        shown = self.item.model_copy(update={"vat_mode": mode if self.includes_vat else "net"})
        if self.item.vat_mode == "exempt":
            return Decimal(0)
        return to_coin(vat_of(self.billed_amount, shown), self.item.currency)

    @property
    def billed_net(self) -> Decimal:
        """Money of the lines without VAT."""
        if not self.includes_vat:
            return self.billed_amount
        return self.billed_amount - self.billed_vat


def campaigns_billed(lines: Iterable[BilledLine]) -> dict[str, frozenset[str]]:
    """Return unit -> campaigns that lines of the invoice name."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if not line.is_credit:
            found[line.unit].add(line.campaign_id)
    return {unit: frozenset(names) for unit, names in found.items()}


def pair_up(entries: Sequence[Entry], lines: Sequence[BilledLine], card: RateCard) -> list[Pair]:
    """Return every entry and every line once, those that belong together in one pair.

    Lines of one unit, campaign and price are one figure. Work is matched by unit and
    campaign, in it by price; a fixed line or a credit first by its exact sum, wherever the
    card has it. What is left of the lines stands alone.
    """
    pairs = [Pair(entry, item=entry.item) for entry in entries]
    rest = _work(pairs, [line for line in lines if not _stands_alone(line)], card)
    rest += [line for line in lines if _stands_alone(line)]
    rest = _by_sum(pairs, rest)
    rest = _by_unit(pairs, rest)
    return [*pairs, *(Pair(None, (line,), _item_of(card, line)) for line in rest)]


def _stands_alone(line: BilledLine) -> bool:
    return line.unit == "fixed" or line.is_credit


def _work(pairs: list[Pair], lines: Sequence[BilledLine], card: RateCard) -> list[BilledLine]:
    figures: dict[tuple[str, str, Decimal], list[BilledLine]] = defaultdict(list)
    for line in lines:
        figures[line.unit, line.campaign_id, line.unit_price].append(line)
    rest: list[BilledLine] = []
    waiting: list[tuple[list[BilledLine], list[Pair]]] = []
    for (unit, campaign, price), own in figures.items():
        open_pairs = _candidates(pairs, unit, campaign, own, card)
        exact = [p for p in open_pairs if not p.lines and _is_price(p, price)]
        if exact:
            exact[0].lines = tuple(own)
        else:
            waiting.append((own, open_pairs))
    # a price that is not the card's goes to the work it was charged for
    for own, open_pairs in waiting:
        free = [p for p in open_pairs if not p.lines]
        shared = [p for p in open_pairs if p.lines and p.lines[0].campaign_id != own[0].campaign_id]
        if free:
            free[0].lines = tuple(own)
        elif shared:
            # work that is not cut by campaigns is billed by several lines
            shared[0].lines += tuple(own)
        else:
            rest += own
    return rest


def _candidates(
    pairs: Sequence[Pair], unit: str, campaign: str, own: Sequence[BilledLine], card: RateCard
) -> list[Pair]:
    """Return the work a figure may be for: of the line in force when its service begins first."""
    line = line_for(card.lines(unit), min(one.period_start for one in own), campaign)
    fitting = [
        pair for pair in pairs
        if pair.entry is not None
        and pair.entry.kind in _WORK
        and pair.entry.item.unit == unit
        and pair.entry.campaign_id in ("", campaign)
        and (not pair.entry.item.campaigns or campaign in ("", *pair.entry.item.campaigns))
    ]  # fmt: skip
    first = line.key if line is not None else None
    return sorted(
        fitting,
        key=lambda pair: (
            pair.entry is None or pair.entry.rate_item != first,
            pair.entry is None or pair.entry.campaign_id != campaign,
        ),
    )


def _is_price(pair: Pair, price: Decimal) -> bool:
    if pair.entry is None or pair.entry.price is None:
        return False
    own, item = pair.entry.price, pair.entry.item
    with_vat = own / (1 + item.vat_rate) if item.vat_mode == "gross" else own * (1 + item.vat_rate)
    return abs(price - own) <= Decimal("0.00005") or (
        bool(item.vat_rate) and abs(price - with_vat) <= PRICE_NOISE
    )


def _by_sum(pairs: Sequence[Pair], lines: Sequence[BilledLine]) -> list[BilledLine]:
    rest = []
    for line in lines:
        found = next(
            (
                pair for pair in pairs
                if not pair.lines and pair.entry is not None and pair.entry.amount is not None
                and line.amount in (pair.entry.amount, pair.entry.net)
                and (pair.entry.kind not in _WORK or pair.entry.item.unit == line.unit)
            ),
            None,
        )  # fmt: skip
        if found is None:
            rest.append(line)
        else:
            found.lines = (line,)
    return rest


def _by_unit(pairs: Sequence[Pair], lines: Sequence[BilledLine]) -> list[BilledLine]:
    rest = []
    for line in lines:
        fitting = [
            pair for pair in pairs
            if pair.entry is not None
            and pair.entry.item.unit == line.unit
            and pair.entry.campaign_id in ("", line.campaign_id)
        ]  # fmt: skip
        credits = [
            pair for pair in fitting
            if not pair.lines and pair.entry and (pair.entry.amount or Decimal(0)) < 0
        ]  # fmt: skip
        charged = [
            pair for pair in fitting
            if pair.lines and pair.entry and pair.entry.kind in _WORK
            and (line.is_credit or line.unit != "fixed")
        ]  # fmt: skip
        open_work = [
            pair for pair in fitting if not pair.lines and pair.entry and pair.entry.kind in _WORK
        ]  # fmt: skip
        if line.is_credit and credits:
            credits[0].lines = (line,)
        elif line.is_credit and charged:
            # a correction of what was charged: both stand against the same work
            charged[0].lines += (line,)
        elif not line.is_credit and open_work:
            open_work[0].lines = (line,)
        elif line.unit == "fixed" and len(owed := _owed(pairs)) == 1 and not line.is_credit:
            # one sum is agreed beside the work, and one is billed: they are the same thing
            owed[0].lines = (line,)
        else:
            rest.append(line)
    return rest


def _owed(pairs: Sequence[Pair]) -> list[Pair]:
    return [
        pair for pair in pairs
        if not pair.lines and pair.entry is not None and pair.entry.kind not in _WORK
        and (pair.entry.amount or Decimal(0)) > 0
    ]  # fmt: skip


def _item_of(card: RateCard, line: BilledLine) -> RateItem | None:
    lines = card.lines(line.unit)
    found = line_for(lines, line.period_start, line.campaign_id) or next(iter(lines), None)
    return found.item if found is not None else None
