"""Millions of billed calls as a small table from which the rule behind them can be read.

Whatever rule a vendor uses, the seconds it adds to the clock of a call depend on the clock
alone: exactly on the second for short calls, on the second within a minute for longer
ones, as every increment in use divides a minute. So for each clock that may have run and
each such position the seconds added most often, and how often, are all that is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

import ibis

from vendoreval.rating.rules import Clock

# calls up to here keep their own second, longer ones the second within a minute
SHORT_SECONDS: Final = 120
_MINUTE: Final = 60
CLOCKS: Final = tuple(Clock.numbered(number) for number in range(8))


def observe(calls: ibis.Table, group: Sequence[str]) -> ibis.Table:
    """Return what was added to the clock of calls, by clock and position.

    Parameters
    ----------
    calls
        Calls that may be billed and whose `billed_seconds` is known.
    group
        Columns that tell rules apart, such as the vendor and the line of the card.

    Returns
    -------
    ibis.Table
        The columns of `group`; `clock` (number of a `Clock`), `position` (see
        `clock_of`), `n` (calls there), `added` (seconds added most often) and `n_added`
        (how often); `n_sixtyfold` (calls billed at sixty times their clock). A clock with
        a part that no call of the group has is left out: it would be another clock's copy.
    """
    base = _with_parts(calls, group)
    parts = [_of_clock(base, clock, group) for clock in CLOCKS]
    return reduce(lambda above, below: above.union(below), parts)


def _with_parts(calls: ibis.Table, group: Sequence[str]) -> ibis.Table:
    plain = calls.select(
        *group,
        talk=calls.talk_seconds,
        hold=calls.hold_seconds.fill_null(0),
        ring=calls.ring_seconds.fill_null(0),
        wrap=calls.wrap_seconds.fill_null(0),
        billed=calls.billed_seconds,
    )
    held = plain.group_by(list(group)).agg(
        any_hold=plain.hold.max(), any_ring=plain.ring.max(), any_wrap=plain.wrap.max()
    )
    names = {f"of_{name}": name for name in group}
    held = held.rename(names)
    return plain.join(held, [plain[name] == held[f"of_{name}"] for name in group])


def _of_clock(calls: ibis.Table, clock: Clock, group: Sequence[str]) -> ibis.Table:
    seconds = calls.talk
    for name, runs in (("hold", clock.hold), ("ring", clock.ring), ("wrap", clock.wrap)):
        if runs:
            calls = calls.filter(calls[f"any_{name}"] > 0)
            seconds = seconds + calls[name]
    timed = calls.select(*group, seconds=seconds, billed=calls.billed)
    long = SHORT_SECONDS + 1 + timed.seconds % _MINUTE
    placed = timed.select(
        *group,
        position=(timed.seconds <= SHORT_SECONDS).ifelse(timed.seconds, long).cast("int64"),
        added=(timed.billed - timed.seconds).cast("int64"),
        sixtyfold=((timed.seconds > 0) & (timed.billed == timed.seconds * 60)).cast("int64"),
    )
    counted = placed.group_by([*group, "position", "added"]).agg(
        n_added=placed.count().cast("int64"), sixtyfold=placed.sixtyfold.sum().cast("int64")
    )
    place = [*group, "position"]
    often = ibis.window(
        group_by=place, order_by=[counted.n_added.desc(), counted.added.abs(), counted.added]
    )
    whole = ibis.window(group_by=place)
    ranked = counted.mutate(
        place=ibis.row_number().over(often),
        n=counted.n_added.sum().over(whole).cast("int64"),
        n_sixtyfold=counted.sixtyfold.sum().over(whole).cast("int64"),
    )
    best = ranked.filter(ranked.place == 0)
    return best.select(
        *group, "position", "n", "added", "n_added", "n_sixtyfold",
        clock=ibis.literal(clock.number).cast("int64"),
    )  # fmt: skip


def clock_of(position: int) -> int:
    """Return a reading of the clock that stands at a position.

    Examples
    --------
    >>> clock_of(57), clock_of(121 + 5)
    (57, 125)
    """
    if position <= SHORT_SECONDS:
        return position
    # the first reading above the short ones with this second of its minute
    return SHORT_SECONDS + (position - SHORT_SECONDS - 1 or _MINUTE)
