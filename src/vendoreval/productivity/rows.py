"""From facts to rows: every part beside the earlier period and its own past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pandas as pd

from vendoreval.measures import DEFINITIONS, definition
from vendoreval.measures.cut import By, Cut
from vendoreval.period import Period
from vendoreval.productivity.gather import Gatherer, during
from vendoreval.productivity.judgement import Cell, Point, cell
from vendoreval.productivity.sources import Sources
from vendoreval.productivity.stretches import PAST_DAYS, Stretches, working_days
from vendoreval.productivity.table import Row, Standing

#: measures of the daily table, in order; occupancy is told by what was delivered
MEASURES: Final = (
    "dials", "conversations", "line_hours", "interval_median_seconds", "interval_cv",
    "interval_p90_seconds", "interval_over_share", "leads_added", "quotes_sent", "stage_moves",
    "no_answer_share", "first_touch_close_rate", "sales_claimed", "occupancy",
)  # fmt: skip
_ORDERED: Final = ("day", "hour")
# how far back the working days before a period are looked for
_LOOK_BACK_DAYS: Final = 62


def _value(name: str, facts: pd.Series | None, days: float | None) -> Point:
    if facts is None:
        return Point(None)
    metric = definition(name)
    values = {str(key): None if pd.isna(value) else float(value)
              for key, value in facts.items() if key != "part"}  # fmt: skip
    cases = None if metric.bottom is None else values.get(metric.bottom)
    return Point(metric.value(values), days, cases)


def _names(found: Sources) -> tuple[str, ...]:
    """Return the measures, the occupancy by what was delivered for it."""
    other = "busy_seconds" in found.lacking and "line_seconds" in found.chosen
    return tuple("occupancy_of_line" if n == "occupancy" and other else n for n in MEASURES)


def _row(
    part: str, names: Sequence[str], now: pd.Series | None, then: pd.Series | None,
    past: Sequence[pd.Series | None], *, usual_day: bool = False,
) -> Row:  # fmt: skip
    def days(facts: pd.Series | None) -> float | None:
        if facts is None:
            return None
        value = facts.get("days_worked", facts.get("agent_days"))
        return None if value is None or pd.isna(value) else float(value)

    cells: dict[str, Cell] = {}
    for name in names:
        made = cell(
            DEFINITIONS[name], _value(name, now, days(now)),
            None if usual_day else _value(name, then, days(then)),
            [_value(name, facts, days(facts)) for facts in past],
        )  # fmt: skip
        cells[name] = _against_usual(made) if usual_day else made
    here, before = now is not None, then is not None or usual_day
    standing: Standing = "both" if here and before else "new" if here else "gone"
    worked = days(now)
    return Row(part, standing, None if worked is None else int(worked), cells)


def _against_usual(made: Cell) -> Cell:
    """Set a value against the usual day and not against another period."""
    if made.value is None or made.usual is None:
        return replace(made, earlier=made.usual)
    change = made.value / made.usual - 1 if made.usual else None
    return replace(made, earlier=made.usual, difference=made.value - made.usual, change=change)


def rows_by_part(
    gatherer: Gatherer, cut: Cut, plan: Stretches, *, told: bool, usual_day: bool
) -> tuple[Row, list[Row]]:
    """Return all together, and a row for each agent, campaign or hour."""
    facts = gatherer.facts(cut, by_sessions=told)
    other = None
    if plan.then is not None:
        if plan.then in plan.past:
            number = plan.past.index(plan.then) + 1
            other = facts[facts["block"] == number]
        else:
            other = gatherer.facts(during(cut, plan.then), by_sessions=told)
    names = _names(gatherer.sources)

    def lines(table: pd.DataFrame | None, whole: int) -> dict[str, pd.Series]:
        if table is None:
            return {}
        chosen = table[table["whole"] == whole]
        return {str(row["part"]): row for _, row in chosen.iterrows()}

    numbers = facts["block"].unique().tolist()
    by_block = {int(number): facts[facts["block"] == number] for number in numbers}

    def make(whole: int) -> dict[str, Row]:
        now, then = lines(by_block.get(0), whole), lines(other, whole)
        past = [lines(by_block.get(n), whole) for n in range(len(plan.past), 0, -1)]
        return {
            part: _row(part, names, now.get(part), then.get(part),
                       [block.get(part) for block in past], usual_day=usual_day)
            for part in sorted({*now, *then})
        }  # fmt: skip

    whole = make(1).get("") or _row("", names, None, None, [])
    return whole, sorted(make(0).values(), key=_order(cut.by))


def _order(by: By) -> Callable[[Row], tuple[bool, float, str]]:
    def key(row: Row) -> tuple[bool, float, str]:
        dials = row.cells["dials"].value or 0.0
        return (row.standing == "gone", 0.0 if by in _ORDERED else -dials, row.part)

    return key


def rows_by_day_of_period(
    gatherer: Gatherer, cut: Cut, plan: Stretches, *, told: bool, usual_day: bool
) -> tuple[Row, list[Row]]:
    """Return the days of the period, each beside the same working day of the other one."""
    names = _names(gatherer.sources)
    together, _ = rows_by_part(gatherer, cut, plan, told=told, usual_day=usual_day)
    start = plan.now.start - timedelta(days=_LOOK_BACK_DAYS)
    single = Cut(cut.vendors, "day", cut.timezone, None, Period(start, plan.now.end),
                 cut.until_seconds)  # fmt: skip
    days = _daily(gatherer, single, told=told)
    other: dict[date, pd.Series] = {}
    if plan.then is not None:
        apart = Cut(cut.vendors, "day", cut.timezone, None, plan.then, cut.until_seconds)
        other = _daily(gatherer, apart, told=told)
    before = [facts for day, facts in sorted(days.items()) if day < plan.now.start][-PAST_DAYS:]
    rows = []
    for number, day in enumerate(plan.now_days):
        then = other.get(plan.then_days[number]) if number < len(plan.then_days) else None
        rows.append(_row(day.isoformat(), names, days.get(day), then, before, usual_day=usual_day))
    return together, rows


def _daily(gatherer: Gatherer, cut: Cut, *, told: bool) -> dict[date, pd.Series]:
    facts = gatherer.facts(cut, by_sessions=told)
    facts = facts[facts["whole"] == 1]
    first = date(1970, 1, 1)
    found = {first + timedelta(days=int(row["block"])): row for _, row in facts.iterrows()}
    counts = dict(zip(found, facts["dials"].fillna(0).astype("int64").tolist(), strict=True))
    return {day: found[day] for day in working_days(counts)}
