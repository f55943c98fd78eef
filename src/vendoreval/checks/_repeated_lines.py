"""Lines of invoices that bill once more what another line bills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from vendoreval.checks._lines import Reading, line_code, lines_evidence, named_lines
from vendoreval.checks._terms import cancelled_out
from vendoreval.checks.base import Evidence, Scope
from vendoreval.rating import MINUTE_UNITS
from vendoreval.rating.written_prices import decimals_of
from vendoreval.text import Count, Money, msg


def line_evidence(
    check: str, vendor: str, lines: Sequence[Reading], past: Sequence[Reading], scope: Scope
) -> Iterator[Evidence]:
    """Yield the evidence of repeated lines; those that may be alike by chance only ask.

    Parameters
    ----------
    past
        Lines of earlier periods.
    """
    kept = cancelled_out(lines)
    again: dict[bool, list[tuple[Reading, Reading]]] = {True: [], False: []}
    groups: dict[tuple[Any, ...], list[Reading]] = defaultdict(list)
    for one in kept:
        groups[_work(one)].append(one)
    for own in groups.values():
        ordered = sorted(own, key=lambda one: (one.line.invoice_id, one.line.line))
        for one in ordered[1:]:
            again[_is_telling(one)].append((one, ordered[0]))
    for telling, pairs in again.items():
        if pairs:
            yield _twice(check, vendor, pairs, len(lines), scope, telling=telling)
    copied = list(_copied(kept, past))
    if copied:
        yield _copies(check, vendor, copied, len(lines), scope)


def _work(one: Reading) -> tuple[Any, ...]:
    """Return what two lines must share to bill the same work."""
    line = one.line
    return (line.unit, line.campaign_id, line.period_start, line.period_end, line.quantity,
            line.unit_price, line.amount, line.description.strip().casefold())  # fmt: skip


def _is_telling(one: Reading) -> bool:
    """Whether two lines of this quantity are not alike by chance, as two single seats are."""
    return one.line.quantity >= 1000 or decimals_of(one.line.quantity) >= 2


def _copied(lines: Sequence[Reading], past: Sequence[Reading]) -> Iterator[tuple[Reading, Reading]]:
    """Yield lines with the very minutes of an earlier month."""
    known = {
        (one.line.unit, one.line.campaign_id, one.line.quantity): one
        for one in past if one.line.amount > 0
    }  # fmt: skip
    for one in lines:
        key = (one.line.unit, one.line.campaign_id, one.line.quantity)
        if one.line.unit in MINUTE_UNITS and decimals_of(one.line.quantity) >= 2 and key in known:
            yield one, known[key]


def _pairs(pairs: Sequence[tuple[Reading, Reading]]) -> str:
    told = [f"{line_code(one.line)} = {line_code(first.line)}" for one, first in pairs]
    return ", ".join(told[:5]) + (", …" if len(told) > 5 else "")


def _twice(
    check: str, vendor: str, pairs: Sequence[tuple[Reading, Reading]], n: int, scope: Scope,
    *, telling: bool,
) -> Evidence:  # fmt: skip
    found = [one for one, _ in pairs]
    claims = [one.claim(one.line.amount, is_repeat=one.line.unit in MINUTE_UNITS) for one in found]
    across = sum(one.line.invoice_id != first.line.invoice_id for one, first in pairs)
    money = sum((claim.money for claim in claims), Decimal(0))
    return lines_evidence(
        check, vendor, scope, claims, found, n, review_only=not telling,
        title=msg("Lines of the invoice bill the same work once more"),
        condition=msg(
            "lines with the unit, campaign, days, quantity, price and words of another line: "
            "%(n)s of %(all)s (%(pairs)s), of them on another invoice: %(across)s; no credit "
            "takes them back",
            n=Count(len(found)), all=Count(n), pairs=_pairs(pairs), across=Count(across),
        ),
        criteria=msg("work of the same days is billed by one line"),
        effect=msg("billed once more: %(money)s net of VAT",
                   money=Money(money, found[0].currency)),
        cause=msg("probably a line was copied, or an invoice was issued again without a credit"),
        ask=(msg("a credit note for the repeated lines, or the work behind each of them"),),
    )  # fmt: skip


def _copies(
    check: str, vendor: str, pairs: Sequence[tuple[Reading, Reading]], n: int, scope: Scope
) -> Evidence:
    found = [one for one, _ in pairs]
    return lines_evidence(
        check, vendor, scope, (), found, n, review_only=True,
        observed=float(len(found)), unit="lines",
        title=msg("Minutes of an earlier month stand on the invoice again"),
        condition=msg(
            "lines with the same minutes to the last decimal as an earlier month: %(pairs)s",
            pairs=_pairs(pairs),
        ),
        criteria=msg("two months hardly ever have the same minutes to the last decimal"),
        cause=msg("probably the line of the earlier month was not replaced (%(lines)s)",
                  lines=named_lines(found)),
        ask=(msg("the calls behind the minutes of the named lines"),),
    )  # fmt: skip
