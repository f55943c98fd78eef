"""What makes a rate card contradict itself: two prices for a day, a day without one, clauses
that cannot both hold. Each problem names the clause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise

from vendoreval.agreement.canonical import canonical_codes
from vendoreval.agreement.clause_problems import clause_problems
from vendoreval.agreement.rate_items import RateItem
from vendoreval.errors import Problem
from vendoreval.text import msg

_Line = tuple[int, RateItem]


def card_problems(
    items: Sequence[RateItem], address: str, where: str, reports: Collection[str] | None = None
) -> list[Problem]:
    """Return the contradictions of a card, each with the address of its clause.

    Parameters
    ----------
    items
        Lines of the card, each already of the right shape.
    address
        Where the list of lines stands in the file.
    where
        The file.
    reports
        Names of the reports of the agreement, where they are known.

    Examples
    --------
    >>> old = RateItem(unit="dial", price="2", currency="RUB", valid_from="2026-01-01")
    >>> new = RateItem(unit="dial", price="3", currency="RUB", valid_from="2026-06-01")
    >>> [problem.path for problem in card_problems([old, new], "$.card", "alpha.odcs.yaml")]
    ['$.card[1].valid_from']
    """
    problems = [
        problem
        for number, item in enumerate(items)
        for problem in (
            *_dispositions(item, f"{address}[{number}]", where),
            *clause_problems(item, f"{address}[{number}]", where),
            *_late_reports(item, reports, f"{address}[{number}]", where),
        )
    ]
    problems += _overlaps(items, address, where)
    problems += _gaps(items, address, where)
    return problems


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


def _late_reports(
    item: RateItem, reports: Collection[str] | None, address: str, where: str
) -> Iterator[Problem]:
    clause = item.late_report_credit
    if clause is None or reports is None:
        return
    for name in clause.reports:
        if name not in reports:
            yield Problem(
                where, f"{address}.late_report_credit.reports",
                msg("there is no report %(name)s", name=name),
                msg("one of: %(allowed)s", allowed=", ".join(sorted(reports))),
                msg("check the spelling"),
            )  # fmt: skip


def _overlaps(items: Sequence[RateItem], address: str, where: str) -> Iterator[Problem]:
    told: set[int] = set()
    for (one, left), (two, right) in combinations(enumerate(items), 2):
        if not _compete(left, right) or not _share_a_day(left, right):
            continue
        number = two if (right.valid_from, two) >= (left.valid_from, one) else one
        if number in told:
            continue
        told.add(number)
        day = max(left.valid_from, right.valid_from)
        yield Problem(
            where, f"{address}[{number}].valid_from",
            msg("%(unit)s has two prices from %(day)s", unit=left.unit, day=str(day)),
            msg("one price for each day"),
            msg("end the earlier line on the day on which the later one begins"),
        )  # fmt: skip


def _compete(left: RateItem, right: RateItem) -> bool:
    """Whether neither of two lines goes before the other for some call."""
    if left.unit != right.unit or left.priority != right.priority:
        return False
    if not left.campaigns or not right.campaigns:
        return not left.campaigns and not right.campaigns
    return bool(set(left.campaigns) & set(right.campaigns))


def _share_a_day(left: RateItem, right: RateItem) -> bool:
    return (left.valid_to is None or right.valid_from < left.valid_to) and (
        right.valid_to is None or left.valid_from < right.valid_to
    )


def _gaps(items: Sequence[RateItem], address: str, where: str) -> Iterator[Problem]:
    groups: dict[tuple[str, frozenset[str], int], list[_Line]] = defaultdict(list)
    for number, item in enumerate(items):
        groups[item.unit, frozenset(item.campaigns), item.priority].append((number, item))
    for (unit, _, _), lines in groups.items():
        lines.sort(key=lambda line: line[1].valid_from)
        for (_, before), (number, after) in pairwise(lines):
            end = before.valid_to
            if end is None or end >= after.valid_from or _covered(items, unit, end, after):
                continue
            yield gap_problem(unit, end, after.valid_from, f"{address}[{number}].valid_from", where)


def _covered(items: Sequence[RateItem], unit: str, first: date, after: RateItem) -> bool:
    """Whether a general line prices every day of the gap before a line."""
    return any(
        item.unit == unit
        and item is not after
        and not item.campaigns
        and item.in_force(first)
        and (item.valid_to is None or item.valid_to >= after.valid_from)
        for item in items
    )


def gap_problem(unit: str, first: date, end: date, path: str, where: str) -> Problem:
    """Return the problem of days between two lines that no line prices."""
    return Problem(
        where, path,
        msg("%(unit)s has no price from %(first)s to before %(end)s", unit=unit,
            first=str(first), end=str(end)),
        msg("a price for each day of the agreement"),
        msg("let the later line begin where the earlier one ends"),
    )  # fmt: skip
