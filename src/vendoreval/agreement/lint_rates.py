"""The rate card against its agreement: the term, the currency, and what contradicts itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vendoreval.agreement.addresses import address_of
from vendoreval.agreement.card_problems import card_problems
from vendoreval.agreement.extensions import Parties, RateItem
from vendoreval.agreement.odcs import DataContract
from vendoreval.errors import Problem
from vendoreval.text import Message, msg

_Line = tuple[int, RateItem]


def rate_problems(contract: DataContract, where: str) -> Iterator[Problem]:
    """Yield what is wrong with the rate card as a whole; single lines are checked on loading."""
    items: tuple[RateItem, ...] = contract.extension("rateCard", tuple[RateItem, ...], ())
    address = address_of(contract, "rateCard")
    yield from _currencies(contract, items, address, where)
    names = {part.name for part in contract.schema_objects or ()}
    yield from card_problems(items, address, where, names)
    parties = contract.extension("agreement", Parties, None)
    if parties is None:
        return
    groups: dict[tuple[str, frozenset[str]], list[_Line]] = defaultdict(list)
    for number, item in enumerate(items):
        groups[item.unit, frozenset(item.campaigns)].append((number, item))
    for (unit, _), lines in groups.items():
        lines.sort(key=lambda line: line[1].valid_from)
        yield from _term(unit, lines, parties, address, where)


def _currencies(
    contract: DataContract, items: tuple[RateItem, ...], address: str, where: str
) -> Iterator[Problem]:
    """Several currencies are several totals; within one unit they are a mistake."""
    price = contract.price.price_currency if contract.price is not None else None
    by_unit: dict[str, set[str]] = defaultdict(set)
    for item in items:
        by_unit[item.unit].add(item.currency)
    mixed = {name for named in by_unit.values() if len(named) > 1 for name in named}
    if items and price and price not in {item.currency for item in items}:
        mixed |= {price, *(item.currency for item in items)}
    if mixed:
        yield Problem(
            where, address,
            msg("amounts in %(names)s", names=", ".join(sorted(mixed))),
            msg("one currency for one unit"),
            msg("write all prices of a unit in one currency"),
        )  # fmt: skip


def _term(
    unit: str, lines: list[_Line], parties: Parties, address: str, where: str
) -> Iterator[Problem]:
    number, first = lines[0]
    if first.campaigns:
        return  # a line for named campaigns may begin and end with them
    if first.valid_from > parties.effectiveFrom:
        found: Message = msg(
            "%(unit)s has no price from %(first)s to before %(end)s", unit=unit,
            first=str(parties.effectiveFrom), end=str(first.valid_from),
        )  # fmt: skip
        yield Problem(
            where, f"{address}[{number}].valid_from", found,
            msg("a price for each day of the agreement"),
            msg("let the line begin with the agreement"),
        )  # fmt: skip
    number, last = lines[-1]
    if last.valid_to is None or parties.effectiveTo is None:
        return
    if last.valid_to <= parties.effectiveTo:
        yield Problem(
            where, f"{address}[{number}].valid_to",
            msg("%(unit)s has no price from %(first)s to the end on %(end)s", unit=unit,
                first=str(last.valid_to), end=str(parties.effectiveTo)),
            msg("a price for each day of the agreement"),
            msg("remove valid_to, or set it after the end of the agreement"),
        )  # fmt: skip
