"""What may be billed as an expression over columns, for any engine: seconds are integers.

Nothing is divided and nothing is a float; what it costs is in `charging.py`. Both say the
same as `reference.py`, which a property test keeps true.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import ibis

from vendoreval.agreement.rate_items import DURATION_CLAUSES, RateItem
from vendoreval.rating.lines import CardLine

_ZERO: Final = ibis.literal(0).cast("int64")
# calls a line does not price, in the column that names the line
UNPRICED: Final = ""


def rate_calls(calls: ibis.Table, lines: Sequence[CardLine]) -> ibis.Table:
    """Add to every call its line of the card and what that line counts of it.

    Parameters
    ----------
    calls
        The calls table or a part of it.
    lines
        Lines of one unit, in the order they are asked. The first whose vendor, days and
        campaigns hold the call prices it.

    Returns
    -------
    ibis.Table
        The calls with `rate_item` (the key, empty when no line prices the call),
        `rated_seconds` (for a dial, a contact or a lead: 1) and `fee_calls` (1 where the
        connection fee is due).
    """
    if not lines:
        return calls.mutate(rate_item=ibis.literal(UNPRICED), rated_seconds=_ZERO, fee_calls=_ZERO)
    return calls.mutate(
        rate_item=_choose(calls, lines, lambda line: ibis.literal(line.key), UNPRICED),
        rated_seconds=_choose(calls, lines, lambda line: counted(calls, line), 0),
        fee_calls=_choose(calls, lines, lambda line: _fee(calls, line), 0),
    )


def _way_of_counting(line: CardLine) -> tuple[object, ...]:
    """Return all that decides what a line counts of a call: lines alike need one expression."""
    item = line.item
    return (
        line.is_timed, item.unit == "worked_minute", line.counts_ring, line.counts_wrap,
        line.dispositions, item.hold_billable,
        *(getattr(item, clause) for clause in DURATION_CLAUSES),
    )  # fmt: skip


def rated_sums(calls: ibis.Table, lines: Sequence[CardLine], by: Sequence[str]) -> ibis.Table:
    """Return what each line counts, summed up: one scan, without a row for each call.

    Parameters
    ----------
    calls
        The calls table or a part of it.
    lines
        Lines of one unit in the order they are asked.
    by
        Columns of the calls to sum up by, beside the line.

    Returns
    -------
    ibis.Table
        `place` (position among `lines`, -1 where none prices the call), the columns of
        `by`, and of the calls whose outcome some line pays for: `calls`, `billable` (those
        with something to bill), `talk_seconds`, `rated_seconds` and `fee_calls`.
    """
    paid = sorted({code for line in lines for code in line.dispositions})
    vendors = sorted({line.vendor for line in lines})
    # a filter is looked up once for each entry of a column's dictionary, a case for each row
    calls = calls.filter(
        calls.vendor.isin(vendors), calls.disposition.isin(paid), ~calls.is_test.fill_null(False)
    )
    choose = partial(_choose, calls, lines, of_vendor=len(vendors) > 1)
    alike = len({_way_of_counting(line) for line in lines}) == 1
    rated = calls.select(
        *by,
        place=choose(lambda line: _number(lines.index(line)), -1, cast="int8"),
        # versions of one line that differ in the price: count once, whichever it is
        base=counted(calls, lines[0], is_paid=True)
        if alike
        else choose(lambda line: counted(calls, line), 0),
        fee=choose(lambda line: _fee(calls, line), 0)
        if any(line.item.connect_fee for line in lines)
        else _ZERO,
        talk_seconds=calls.talk_seconds,
    )
    return rated.group_by(["place", *by]).agg(
        calls=rated.count().cast("int64"),
        billable=(rated.base > 0).cast("int64").sum().cast("int64"),
        talk_seconds=rated.talk_seconds.sum().cast("int64"),
        rated_seconds=rated.base.sum().cast("int64"),
        fee_calls=rated.fee.sum().cast("int64"),
    )


# --------------------------------------------------------------------- which line


def _choose(
    calls: ibis.Table,
    lines: Sequence[CardLine],
    value: Callable[[CardLine], ibis.Value],
    otherwise: object,
    cast: str | None = None,
    of_vendor: bool = True,
) -> ibis.Value:
    kind = cast or ("int64" if isinstance(otherwise, int) else "string")
    branches = [(_applies(calls, line, of_vendor), value(line).cast(kind)) for line in lines]
    return ibis.cases(*branches, else_=ibis.literal(otherwise).cast(kind))


def _number(value: int) -> ibis.Value:
    return ibis.literal(value)


def _applies(calls: ibis.Table, line: CardLine, of_vendor: bool) -> ibis.Value:
    item = line.item
    condition = calls.started_on >= ibis.literal(item.valid_from)
    if of_vendor:
        condition &= calls.vendor == line.vendor
    if item.valid_to is not None:
        condition &= calls.started_on < ibis.literal(item.valid_to)
    if len(item.campaigns) == 1:
        condition &= calls.campaign_id == item.campaigns[0]
    elif item.campaigns:
        condition &= calls.campaign_id.isin(item.campaigns)
    # a call without a campaign meets no condition on one, and no branch is taken on null
    return condition


# ---------------------------------------------------------------- what it counts


def counted(calls: ibis.Table, line: CardLine, *, is_paid: bool = False) -> ibis.Value:
    """Return the seconds of a call that a line allows to bill, or 1 for a call that counts.

    Parameters
    ----------
    is_paid
        Whether only calls are left that are no test and whose outcome the line pays for.
    """
    billable: ibis.Value = ibis.literal(True)
    if not is_paid:
        billable = calls.disposition.isin(line.dispositions) & ~calls.is_test.fill_null(False)
    if not line.is_timed:
        return billable.cast("int64")
    item = line.item
    spoken, clock = _spoken(calls, item), _clock(calls, line)
    runs = clock > max(item.free_seconds, item.included_seconds)
    if item.unit != "worked_minute" and (line.counts_ring or line.counts_wrap):
        runs &= spoken > 0
    billable = runs if is_paid else billable & runs
    charged = clock - item.included_seconds if item.included_seconds else clock
    return ibis.cases((billable, seconds_under(charged, item).cast("int64")), else_=_ZERO)


def seconds_under(charged: ibis.Value, item: RateItem) -> ibis.Value:
    """Return charged seconds under the minimum, the increments and the maximum of a line."""
    # rounding up reaches the first increment from any length, and with it a lower minimum
    reached = item.round_scope == "call" and item.rounding == "up"
    needed = item.minimum_seconds > (item.first_increment_seconds if reached else 0)
    least = ibis.greatest(charged, item.minimum_seconds) if needed else charged
    if item.round_scope == "call":
        least = _rounded(least, item)
        if item.minimum_seconds and item.rounding != "up":
            least = ibis.greatest(least, item.minimum_seconds)
    return least if item.maximum_seconds is None else ibis.least(least, item.maximum_seconds)


def _spoken(calls: ibis.Table, item: RateItem) -> ibis.Value:
    if item.hold_billable:
        return calls.talk_seconds + calls.hold_seconds.fill_null(0)
    return calls.talk_seconds


def _clock(calls: ibis.Table, line: CardLine) -> ibis.Value:
    clock = _spoken(calls, line.item)
    if line.counts_ring:
        clock = clock + calls.ring_seconds.fill_null(0)
    if line.counts_wrap:
        clock = clock + calls.wrap_seconds.fill_null(0)
    return clock


def _fee(calls: ibis.Table, line: CardLine) -> ibis.Value:
    item = line.item
    if not item.connect_fee:
        return _ZERO
    due = calls.disposition.isin(line.dispositions) & ~calls.is_test.fill_null(False)
    due &= (_spoken(calls, item) > 0) | calls.answered_at.notnull()
    if line.is_timed and item.free_seconds:
        due &= _clock(calls, line) > item.free_seconds
    return due.cast("int64")


def _rounded(seconds: ibis.Value, item: RateItem) -> ibis.Value:
    first, following = item.first_increment_seconds, item.next_increment_seconds

    def to_step(value: ibis.Value, step: int) -> ibis.Value:
        if step == 1:
            return value
        raised = value + {"up": step - 1, "half_up": step // 2, "down": 0}[item.rounding]
        return raised - raised % step

    if first == following:
        return to_step(seconds, first)
    begun = ibis.literal(first) if item.rounding == "up" else to_step(seconds, first)
    return ibis.cases(
        (seconds <= first, begun),
        else_=first + to_step(seconds - first, following),
    )
