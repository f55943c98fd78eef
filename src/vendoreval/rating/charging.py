"""What rated calls cost, as an expression over columns: whole parts of money, no division.

A charge is a whole number of parts, `base_per_unit` x 10^k to one unit of money, where k
decimals make every price of the lines whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis

from vendoreval.rating.amounts import base_per_unit, price_scale, steps_in_base
from vendoreval.rating.lines import CardLine

_ZERO: Final = ibis.literal(0).cast("int64")


def charge_calls(rated: ibis.Table, lines: Sequence[CardLine]) -> ibis.Table:
    """Add what each call costs in whole parts of money (`charge_parts`).

    Parameters
    ----------
    rated
        What `rate_calls` returned, in one unit.
    lines
        The same lines; see `parts_per_money` for the size of a part.
    """
    if not lines:
        return rated.mutate(charge_parts=_ZERO)
    places = price_scale([line.item for line in lines])
    if any(line.item.tiers for line in lines):
        # ties of the clock are told apart by the code of the call
        before = ibis.window(
            group_by="rate_item", order_by=["started_at", "call_id"], preceding=(None, 1)
        )
        rated = rated.mutate(
            volume=rated.rated_seconds.sum().over(ibis.window(group_by="rate_item")).cast("int64"),
            volume_before=rated.rated_seconds.sum().over(before).fill_null(0).cast("int64"),
        )
    branches = [(rated.rate_item == line.key, _charge(rated, line, places)) for line in lines]
    return rated.mutate(charge_parts=ibis.cases(*branches, else_=_ZERO))


def parts_per_money(lines: Sequence[CardLine]) -> int:
    """Return how many parts make one unit of money for lines of one unit.

    Examples
    --------
    >>> from vendoreval.agreement import RateItem
    >>> item = RateItem(unit="talk_minute", price="9.50", currency="EUR",
    ...                 valid_from="2026-01-01")
    >>> parts_per_money([CardLine("a/0", "a", item)])
    600
    """
    factor = base_per_unit(lines[0].item.unit) if lines else 1
    return int(factor * 10 ** price_scale([line.item for line in lines]))


def first_of_each_lead(rated: ibis.Table) -> ibis.Table:
    """Keep what counts for the first call of a lead and nothing for its later ones."""
    order = ibis.window(
        group_by=["rate_item", "lead_or_call", "counts"], order_by=["started_at", "call_id"]
    )
    named = rated.mutate(
        lead_or_call=rated.lead_id.fill_null(rated.call_id), counts=rated.rated_seconds > 0
    )
    placed = named.mutate(place_of_lead=ibis.row_number().over(order))
    again = placed.place_of_lead > 0
    return placed.mutate(
        rated_seconds=again.ifelse(_ZERO, placed.rated_seconds),
        fee_calls=again.ifelse(_ZERO, placed.fee_calls),
    ).drop("lead_or_call", "counts", "place_of_lead")


def _charge(rated: ibis.Table, line: CardLine, places: int) -> ibis.Value:
    item, base = line.item, rated.rated_seconds
    fee = int(item.connect_fee * 10**places) * base_per_unit(item.unit)
    steps = [(end, int(price * 10**places)) for end, price in steps_in_base(item)]
    if item.tiers is None:
        own = base * steps[0][1]
    elif item.tiers.kind == "whole_volume":
        own = base * _price_of(rated.volume, steps)
    else:
        own = _graduated(rated.volume_before + base, steps) - _graduated(rated.volume_before, steps)
    own = own.cast("int64")
    return own + rated.fee_calls * fee if fee else own


def _price_of(volume: ibis.Value, steps: Sequence[tuple[int | None, int]]) -> ibis.Value:
    bounded = [(volume <= end, ibis.literal(price)) for end, price in steps if end is not None]
    last = ibis.literal(steps[-1][1])
    return ibis.cases(*bounded, else_=last) if bounded else last


def _graduated(volume: ibis.Value, steps: Sequence[tuple[int | None, int]]) -> ibis.Value:
    """Return what a volume costs when each unit has the price of its own step."""
    branches, start, paid = [], 0, 0
    last: ibis.Value = volume
    for end, price in steps:
        cost = (volume - start) * price + paid
        if end is None:
            last = cost
        else:
            branches.append((volume <= end, cost))
            paid += (end - start) * price
            start = end
    return ibis.cases(*branches, else_=last) if branches else last
