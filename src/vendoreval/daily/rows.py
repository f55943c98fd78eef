"""From facts to rows: every part beside the earlier period and its own past."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import zip_longest
from math import isnan
from typing import Final

from vendoreval.daily.gather import Gatherer
from vendoreval.daily.judgement import Cell, Point, cell
from vendoreval.daily.sources import Sources
from vendoreval.daily.stretches import Stretches
from vendoreval.daily.table import Row, Standing
from vendoreval.measures import DEFINITIONS, definition
from vendoreval.measures.cut import By, Cut
from vendoreval.period import Period

#: measures of the daily table, in order; occupancy is told by what was delivered
MEASURES: Final = (
    "dials", "conversations", "line_hours", "interval_median_seconds", "interval_cv",
    "interval_p90_seconds", "interval_over_share", "leads_added", "quotes_sent", "stage_moves",
    "no_answer_share", "first_touch_close_rate", "sales_claimed", "occupancy",
)  # fmt: skip
_ORDERED: Final = ("day", "hour")
_NOW: Final = 0
_THEN: Final = -1
Facts = Mapping[str, float | None]


def _value(name: str, facts: Facts | None, days: float | None) -> Point:
    if facts is None:
        return Point(None)
    metric = definition(name)
    cases = None if metric.bottom is None else _number(facts.get(metric.bottom))
    return Point(metric.value(facts), days, cases)


def _number(value: float | None) -> float | None:
    return None if value is None or isnan(value) else float(value)


def _names(found: Sources) -> tuple[str, ...]:
    """Return the measures, the occupancy by what was delivered for it."""
    other = "busy_seconds" in found.lacking and "line_seconds" in found.chosen
    return tuple("occupancy_of_line" if n == "occupancy" and other else n for n in MEASURES)


def _days(facts: Facts | None) -> float | None:
    return None if facts is None else _number(facts.get("days_worked", facts.get("agent_days")))


def _row(
    part: str, names: Sequence[str], now: Facts | None, then: Facts | None,
    past: Sequence[Facts | None], *, usual_day: bool = False,
) -> Row:  # fmt: skip
    cells: dict[str, Cell] = {}
    for name in names:
        made = cell(
            DEFINITIONS[name], _value(name, now, _days(now)),
            None if usual_day else _value(name, then, _days(then)),
            [_value(name, facts, _days(facts)) for facts in past],
        )  # fmt: skip
        cells[name] = _against_usual(made) if usual_day else made
    here, before = now is not None, then is not None or usual_day
    standing: Standing = "both" if here and before else "new" if here else "gone"
    worked = _days(now)
    return Row(part, standing, None if worked is None else int(worked), cells)


def _against_usual(made: Cell) -> Cell:
    """Set a value against the usual day and not against another period."""
    if made.value is None or made.usual is None:
        return replace(made, earlier=made.usual)
    change = made.value / made.usual - 1 if made.usual else None
    return replace(made, earlier=made.usual, difference=made.value - made.usual, change=change)


def blocks_of(plan: Stretches, by: By) -> dict[int, Period]:
    """Return the numbered stretches that are read: a day may belong to several."""
    blocks = {_NOW: plan.now} | dict(enumerate(plan.past, start=1))
    if plan.then is not None:
        blocks[_THEN] = plan.then
    if by == "day":
        for day in (*plan.days_before, *plan.now_days, *plan.then_days):
            blocks[day.toordinal()] = Period(day, day + timedelta(days=1))
    return blocks


def rows_of(
    gatherer: Gatherer, cut: Cut, plan: Stretches, *, told: bool, usual_day: bool
) -> tuple[Row, list[Row]]:
    """Return all together, and a row for each agent, day, campaign or hour."""
    facts = gatherer.facts(cut, blocks_of(plan, cut.by), by_sessions=told)
    names = _names(gatherer.sources)
    read: dict[tuple[int, int], dict[str, Facts]] = {}
    for line in facts.to_dict("records"):
        known: Facts = {str(name): value for name, value in line.items() if name != "part"}
        block = read.setdefault((int(line["whole"]), int(line["block"])), {})
        block[str(line["part"])] = known

    def make(whole: int) -> dict[str, Row]:
        now, then = read.get((whole, _NOW), {}), read.get((whole, _THEN), {})
        past = [read.get((whole, n), {}) for n in range(len(plan.past), 0, -1)]
        return {
            part: _row(part, names, now.get(part), then.get(part),
                       [block.get(part) for block in past], usual_day=usual_day)
            for part in sorted({*now, *then})
        }  # fmt: skip

    together = make(1).get("") or _row("", names, None, None, [])
    if cut.by != "day":
        return together, sorted(make(0).values(), key=_order(cut.by))

    def of_day(day: date | None) -> Facts | None:
        return None if day is None else read.get((1, day.toordinal()), {}).get("")

    before = [of_day(day) for day in plan.days_before]
    # each day beside the same working day of the other period
    pairs = zip_longest(plan.now_days, plan.then_days[: len(plan.now_days)])
    return together, [
        _row(now.isoformat(), names, of_day(now), of_day(then), before, usual_day=usual_day)
        for now, then in pairs
    ]  # fmt: skip


def _order(by: By) -> Callable[[Row], tuple[bool, float, str]]:
    def key(row: Row) -> tuple[bool, float, str]:
        dials = row.cells["dials"].value or 0.0
        return (row.standing == "gone", 0.0 if by in _ORDERED else -dials, row.part)

    return key
