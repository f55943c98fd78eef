"""The rate card: days without a price, days with two, and money of one kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from vendoreval.agreement.canonical import canonical_codes
from vendoreval.agreement.extensions import Parties, RateItem
from vendoreval.agreement.odcs import OUR_VENDOR, DataContract
from vendoreval.errors import Problem
from vendoreval.text import Message, msg

_Line = tuple[int, RateItem]


def rate_problems(contract: DataContract, where: str) -> Iterator[Problem]:
    """Yield what is wrong with the rate card as a whole; single lines are checked on loading."""
    items: tuple[RateItem, ...] = contract.extension("rateCard", tuple[RateItem, ...], ())
    address = address_of(contract, "rateCard")
    yield from _currencies(contract, items, address, where)
    for number, item in enumerate(items):
        yield from _dispositions(item, f"{address}[{number}]", where)
    groups: dict[tuple[str, frozenset[str]], list[_Line]] = defaultdict(list)
    for number, item in enumerate(items):
        groups[item.unit, frozenset(item.campaigns)].append((number, item))
    parties = contract.extension("agreement", Parties, None)
    for (unit, _), lines in groups.items():
        lines.sort(key=lambda line: line[1].valid_from)
        yield from _dates(unit, lines, address, where)
        if parties is not None:
            yield from _term(unit, lines, parties, address, where)


def _currencies(
    contract: DataContract, items: tuple[RateItem, ...], address: str, where: str
) -> Iterator[Problem]:
    named = {item.currency for item in items}
    if items and contract.price is not None and contract.price.price_currency:
        named.add(contract.price.price_currency)
    if len(named) > 1:
        yield Problem(
            where, address,
            msg("amounts in %(names)s", names=", ".join(sorted(named))),
            msg("one currency in one agreement"),
            msg("write all prices in one currency, or make an agreement for each"),
        )  # fmt: skip


def _dispositions(item: RateItem, address: str, where: str) -> Iterator[Problem]:
    known = canonical_codes("calls", "disposition")
    for code in item.billable_dispositions:
        if code not in known:
            yield Problem(
                where, f"{address}.billable_dispositions",
                msg("the code %(code)s is written", code=code),
                msg("a code of the common list: %(allowed)s", allowed=", ".join(known)),
                msg("write the common code that this result is mapped to"),
            )  # fmt: skip


def _dates(unit: str, lines: list[_Line], address: str, where: str) -> Iterator[Problem]:
    for (_, before), (number, after) in pairwise(lines):
        path = f"{address}[{number}].valid_from"
        if before.valid_to is None or before.valid_to > after.valid_from:
            yield _overlap(unit, after.valid_from, path, where)
        elif before.valid_to < after.valid_from:
            yield _gap(unit, before.valid_to, after.valid_from, path, where)


def _overlap(unit: str, day: date, path: str, where: str) -> Problem:
    return Problem(
        where, path,
        msg("%(unit)s has two prices from %(day)s", unit=unit, day=str(day)),
        msg("one price for each day"),
        msg("end the earlier line on the day on which the later one begins"),
    )  # fmt: skip


def _gap(unit: str, first: date, end: date, path: str, where: str) -> Problem:
    return Problem(
        where, path,
        msg("%(unit)s has no price from %(first)s to before %(end)s", unit=unit,
            first=str(first), end=str(end)),
        msg("a price for each day of the agreement"),
        msg("let the later line begin where the earlier one ends"),
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


def address_of(contract: DataContract, name: str) -> str:
    """Return the address of the value of one of our properties of the contract.

    Examples
    --------
    >>> contract = DataContract.model_validate({
    ...     "apiVersion": "v3.2.0", "kind": "DataContract", "id": "x", "version": "1",
    ...     "customProperties": [{"property": "rateCard", "vendor": "vendoreval", "value": []}]})
    >>> address_of(contract, "rateCard")
    '$.customProperties[0].value'
    """
    for index, entry in enumerate(contract.custom_properties or ()):
        if entry.property == name and entry.vendor == OUR_VENDOR:
            return f"$.customProperties[{index}].value"
    return "$"
