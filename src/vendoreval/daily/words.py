"""Heads and figures of the table in one language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from vendoreval.daily.judgement import Cell
from vendoreval.daily.table import DailyTable, Row
from vendoreval.measures import definition
from vendoreval.report.reader import DASH
from vendoreval.text import Language, Message, Number, language, msg

#: how many cells a table in narrow columns may name
HEADS: Final[Mapping[str, Message]] = {
    "dials": msg("dials"),
    "conversations": msg("talks"),
    "line_hours": msg("line, h"),
    "interval_median_seconds": msg("interval, s"),
    "interval_cv": msg("variation"),
    "interval_p90_seconds": msg("P90, s"),
    "interval_over_share": msg("over limit"),
    "leads_added": msg("added"),
    "quotes_sent": msg("quotes"),
    "stage_moves": msg("moves"),
    "no_answer_share": msg("no answer"),
    "first_touch_close_rate": msg("1st touch"),
    "sales_claimed": msg("sales"),
    "occupancy": msg("occupied"),
    "occupancy_of_line": msg("occupied"),
}
PART_HEADS: Final[Mapping[str, Message]] = {
    "agent": msg("Agent"), "day": msg("Day"), "campaign": msg("Campaign"), "hour": msg("Hour"),
}  # fmt: skip
_MARKS: Final = {"above": "▲", "below": "▼"}
_BARS: Final = "▁▂▃▄▅▆▇█"
_MINUS: Final = "\u2212"


class Words:
    """Figures and sentences of one table in one language."""

    def __init__(self, made: DailyTable, code: str) -> None:
        self.made = made
        self.tongue: Language = language(code)

    def say(self, message: Message) -> str:
        """Return a sentence."""
        return self.tongue.say(message)

    def label(self, measure: str) -> str:
        """Return the name of a measure with its unit."""
        metric = definition(measure)
        unit = {"s": msg("%(label)s, s", label=metric.label),
                "h": msg("%(label)s, h", label=metric.label)}.get(metric.unit)  # fmt: skip
        return self.say(metric.label if unit is None else unit)

    def head(self, measure: str) -> str:
        """Return the short name of a measure."""
        return self.say(HEADS[measure])

    def part(self, row: Row) -> str:
        """Return the name of a part."""
        if not row.part:
            return self.say(msg("not named"))
        if self.made.by == "day":
            day = date.fromisoformat(row.part)
            return f"{self.tongue.short_weekday(day)} {self.tongue.short_day(day)}"
        return f"{row.part}:00" if self.made.by == "hour" else row.part

    def standing(self, row: Row) -> str:
        """Return that a part is new or gone, if it is."""
        words = {"new": msg("not in the earlier period"), "gone": msg("not in this period")}
        if row.standing == "both" or self.made.stretches.then is None or self.made.by == "day":
            return ""
        return self.say(words[row.standing])

    def days(self, row: Row) -> str:
        """Return the days with work."""
        return DASH if row.days is None else self.tongue.number(row.days)

    def figure(self, measure: str, value: float | None) -> str:
        """Return a value as it is written."""
        if value is None:
            return DASH
        unit = definition(measure).unit
        if unit == "share":
            return self.tongue.percent(value, 1 if abs(value) < 1 else 0)
        decimals = {"ratio": 2, "h": 1}.get(unit, 0)
        if unit == "count" and value != round(value) and value < 20:
            decimals = 1
        return self.tongue.number(value, decimals)

    def usual(self, cell: Cell) -> str:
        """Return the usual value."""
        return self.figure(cell.measure, cell.usual)

    def limits(self, cell: Cell) -> str:
        """Return the limits of chance."""
        if cell.lower is None or cell.upper is None:
            return DASH
        low, high = (self.figure(cell.measure, v) for v in (cell.lower, cell.upper))
        return f"{low}\u2013{high}"

    def change(self, cell: Cell) -> str:
        """Return the difference: of shares in points, of all else in per cent."""
        if definition(cell.measure).unit == "share":
            if cell.difference is None:
                return DASH
            sign = "+" if cell.difference > 0 else ""
            points = self.say(msg("%(n)s pp", n=Number(cell.difference * 100, 1)))
            return sign + points
        if cell.change is None:
            return DASH
        return self.tongue.signed_percent(cell.change, 0)

    def mark(self, cell: Cell) -> str:
        """Return the mark of what lies outside of the limits."""
        return _MARKS.get(cell.signal or "", "")

    def spark(self, cell: Cell) -> str:
        """Return the past and the present as bars of text."""
        known = [value for value in cell.past if value is not None]
        if len(known) < 2:
            return ""
        low, high = min(known), max(known)
        width = high - low or 1.0
        return "".join(
            "·" if v is None else _BARS[min(int((v - low) / width * 8), 7)] for v in cell.past
        )

    def title(self) -> str:
        """Return what is set against what."""
        plan = self.made.stretches
        name = self.made.title
        if self.made.until_seconds is not None:
            hour, minute = divmod(self.made.until_seconds // 60, 60)
            clock = f"{hour}:{minute:02d}"
            if self.made.usual_day:
                return self.say(
                    msg("%(vendor)s, %(now)s until %(clock)s, against the usual day",
                        vendor=name, now=self.period(plan.now), clock=clock)
                )  # fmt: skip
            return self.say(msg("%(vendor)s, %(now)s against %(then)s, each day until %(clock)s",
                                vendor=name, now=self.period(plan.now), clock=clock,
                                then=self.period(plan.then)))  # fmt: skip
        return self.say(msg("%(vendor)s, %(now)s against %(then)s", vendor=name,
                            now=self.period(plan.now), then=self.period(plan.then)))  # fmt: skip

    def period(self, span: object) -> str:
        """Return a period as people write it."""
        from_plan = self.made.stretches
        period = from_plan.now if span is from_plan.now else from_plan.then
        if period is None:
            return DASH
        if period.is_month:
            return self.tongue.month(period.start)
        if period.days == 1:
            return self.tongue.day(period.start)
        first, last = (self.tongue.short_day(d) for d in (period.start, period.last_day))
        return f"{first}\u2013{last}"

    def earlier_head(self) -> str:
        """Return the head of the column that is set against."""
        if self.made.usual_day:
            return self.say(msg("Usual day"))
        return self.period(self.made.stretches.then)
