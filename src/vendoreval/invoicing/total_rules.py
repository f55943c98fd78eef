"""Which other way of counting gives exactly the quantity that was billed?

An invoice shows a total and no calls. When the card's own total is another one, the usual
rules are tried on the calls of the log, and the total of days that begin a few whole hours
earlier or later. An answer is given only when one of them meets the billed quantity to the
last figure it is written with, and when so many attempts would hardly meet a quantity of
this size by chance: some hundred rules always include one that comes near a small one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import numpy as np

from vendoreval.engine import Engine, frame
from vendoreval.period import Period
from vendoreval.rating.columns import counted, rate_calls
from vendoreval.rating.inference import usual_rules
from vendoreval.rating.lines import CardLine
from vendoreval.rating.observations import CLOCKS
from vendoreval.rating.rules import Clock, Ints, Rule
from vendoreval.tables import TABLES
from vendoreval.text import Message, msg

_HOURS: Final = 12
_LIKELY: Final = (1, 6, 10, 30, 60)
# how likely a rule may meet a billed quantity by chance, at most
_CHANCE: Final = Decimal("0.01")


def rule_of_total(
    engine: Engine, line: CardLine, period: Period, zone: str, campaign: str,
    minutes: tuple[Decimal, Decimal],
) -> Message | None:  # fmt: skip
    """Return the way of counting that gives a billed number of minutes, or nothing.

    Parameters
    ----------
    campaign
        Only its calls; all when empty.
    minutes
        On the invoice, and as the card counts them.
    """
    billed, expected = minutes
    half = Decimal(1).scaleb(int(billed.normalize().as_tuple().exponent)) / 2
    bounds = ((billed - half) * 60, (billed + half) * 60)
    # how many attempts a difference of this size bears before one would meet it by chance
    most = _CHANCE * abs(billed - expected) * 60 / max(bounds[1] - bounds[0], Decimal(1))
    if most >= 2 * _HOURS:
        shift = _shifted_days(engine, line, period, zone, campaign, bounds)
        if shift is not None:
            return shift
    tried: set[Rule] = set()
    for stage in _stages(line):
        tried |= stage
        if len(tried) > most:
            return None
        found = _meeting(engine, line, period, campaign, stage, bounds)
        if found is not None:
            return msg("the billed quantity is that of: %(rule)s", rule=found.describe())
    return None


def _stages(line: CardLine) -> Iterator[set[Rule]]:
    """Yield rules to try, the likely ones first: other increments, other clocks, all in use."""
    agreed = Rule.of(line)
    if line.item.round_scope != "call":
        # rounded one by one where a day or the whole was agreed
        item = line.item
        yield {Rule(agreed.clock, item.first_increment_seconds, item.next_increment_seconds)}
    plain = {Rule(agreed.clock, step, step) for step in _LIKELY}
    plain |= {replace(rule, free_seconds=agreed.free_seconds) for rule in plain}
    yield plain - {agreed}
    clocks = {replace(agreed, clock=clock) for clock in CLOCKS}
    clocks |= {replace(rule, clock=clock) for rule in plain for clock in CLOCKS}
    yield clocks - plain - {agreed}
    frees = sorted({0, agreed.free_seconds})
    minima = sorted({0, agreed.minimum_seconds})
    every = {
        rule
        for clock in CLOCKS
        for rule in usual_rules(clock, frees, minima)
        if rule.rounding == "up"
    }
    yield every - clocks - plain - {agreed}


def _meeting(
    engine: Engine, line: CardLine, period: Period, campaign: str, rules: set[Rule],
    bounds: tuple[Decimal, Decimal],
) -> Rule | None:  # fmt: skip
    """Return the simplest of some rules whose total is the billed one."""
    by_clock: dict[Clock, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_clock[rule.clock].append(rule)
    found = []
    for clock in sorted(by_clock, key=lambda one: one.number):
        readings, counts = _histogram(engine, line, period, campaign, clock)
        for rule in by_clock[clock]:
            if bounds[0] <= int((rule.count(readings) * counts).sum()) <= bounds[1]:
                found.append(rule)
    return min(found, key=lambda rule: rule.complexity, default=None)


def _calls(line: CardLine, campaign: str, first: date, end: date) -> ibis.Table:
    calls = TABLES["calls"]
    kept = calls.filter(
        calls.vendor == line.vendor,
        calls.started_on >= ibis.literal(first),
        calls.started_on < ibis.literal(end),
        calls.disposition.isin(line.dispositions),
        ~calls.is_test.fill_null(False),
    )
    return kept.filter(kept.campaign_id == campaign) if campaign else kept


def _histogram(
    engine: Engine, line: CardLine, period: Period, campaign: str, clock: Clock
) -> tuple[Ints, Ints]:
    """Return lengths on a clock and how many calls have each."""
    calls = _calls(line, campaign, period.start, period.end)
    priced = rate_calls(calls, [line])
    priced = priced.filter(priced.rate_item == line.key, priced.talk_seconds > 0)
    seconds = priced.talk_seconds
    for name, runs in (("hold", clock.hold), ("ring", clock.ring), ("wrap", clock.wrap)):
        if runs:
            seconds = seconds + priced[f"{name}_seconds"].fill_null(0)
    found = frame(engine.run(priced.group_by(seconds=seconds).agg(n=priced.count())))
    return (
        found["seconds"].to_numpy(dtype=np.int64),
        found["n"].to_numpy(dtype=np.int64),
    )


def _shifted_days(
    engine: Engine, line: CardLine, period: Period, zone: str, campaign: str,
    bounds: tuple[Decimal, Decimal],
) -> Message | None:  # fmt: skip
    """Return the whole hours by which days must begin otherwise to give the total."""
    if line.item.round_scope != "call":
        return None
    edges = [_instant(period.start, zone), _instant(period.end, zone)]
    wide = _calls(
        line, campaign, period.start - timedelta(days=2), period.end + timedelta(days=2)
    )  # fmt: skip
    timed = wide.mutate(seconds=counted(wide, line), at=wide.started_at.epoch_seconds())
    first, last = (int(edge.timestamp()) for edge in edges)
    inside = timed.filter(timed.at >= first - _HOURS * 3600, timed.at < last + _HOURS * 3600)
    hours = frame(
        engine.run(
            inside.mutate(hour=((inside.at - first) // 3600).cast("int64"))
            .group_by("hour")
            .agg(seconds=inside.seconds.sum())
        )
    )
    by_hour = dict(zip(hours["hour"].astype(int), hours["seconds"].astype(int), strict=True))
    length = (last - first) // 3600
    for shift in sorted(range(-_HOURS, _HOURS + 1), key=abs):
        total = sum(s for hour, s in by_hour.items() if shift <= hour < length + shift)
        if shift and bounds[0] <= total <= bounds[1]:
            return msg("the billed quantity is that of days that begin %(n)s h from the "
                       "agreed midnight", n=f"{shift:+d}")  # fmt: skip
    return None


def _instant(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
