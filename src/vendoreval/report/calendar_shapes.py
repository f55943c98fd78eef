"""From a delivery calendar to shapes and words; what draws them knows nothing of deliveries.

One unit is one point. Colour never stands alone: every state has a shape of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from vendoreval.ledger.calendar import STATES, Calendar, CalendarRow, State
from vendoreval.period import Period
from vendoreval.report.masking import clean_text
from vendoreval.report.pictures import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    Group,
    Picture,
    Point,
    Shape,
    Words,
)
from vendoreval.text import Count, Language, Message, language, msg

_WEEKEND: Final = "#F1F3F5"
_LEFT, _TOP, _ROW, _MARGIN = 128.0, 58.0, 21.0, 14.0
_NARROWEST, _LEGEND_LETTER = 460.0, 4.9
_LONGEST_NAME = 24
_SENT_AGAIN = msg("sent again")


@dataclass(frozen=True)
class _Scene:
    """Where days and reports stand."""

    calendar: Calendar
    speak: Language
    cell: float

    def x(self, day: date) -> float:
        inside = min(max(day, self.calendar.period.start), self.calendar.period.end)
        return round(_LEFT + (inside - self.calendar.period.start).days * self.cell, 2)

    @property
    def bottom(self) -> float:
        return _TOP + _ROW * len(self.calendar.reports)


def picture(calendar: Calendar, language_code: str = "en") -> Picture:
    """Lay out a calendar: reports from top to bottom, days from left to right."""
    speak = language(language_code)
    cell = min(18.0, max(3.0, 560.0 / calendar.period.days))
    scene = _Scene(calendar, speak, cell)
    width = round(max(_NARROWEST, _LEFT + cell * calendar.period.days + _MARGIN), 1)
    title = speak.say(
        msg(
            "%(vendor)s: deliveries of %(period)s",
            vendor=clean_text(calendar.title),
            period=str(calendar.period),
        )
    )
    legend_groups, legend_words, height = _legend(scene, width)
    words = [
        Words(_MARGIN, 20, title, size=12, bold=True),
        Words(_MARGIN, 34, _summary(scene), colour=GREY, size=8.5),
        *_names(scene), *_ticks(scene), *legend_words,
    ]  # fmt: skip
    groups = [*_weekends(scene), *_rows(scene), *legend_groups]
    return Picture(
        width, height, title, _alt(scene), language_code, tuple(groups), tuple(words)
    )  # fmt: skip


def mark(state: State, x: float, y: float, size: float) -> tuple[Shape, ...]:
    """Return the sign of a state around a point."""
    match state:
        case "on_time":
            return (Shape(((x, y),), BLUE, radius=size),)
        case "received":
            return (Shape(((x, y),), "#FFFFFF", BLUE, radius=size * 0.85),)
        case "late":
            return (_polygon(x, y, size * 1.15, ((0, -1), (1, 0.8), (-1, 0.8)), ORANGE),)
        case "partial":
            outline = _polygon(x, y, size, _DIAMOND, "#FFFFFF", ORANGE)
            return (outline, _polygon(x, y, size, ((0, -1), (1, 0), (0, 1)), ORANGE))
        case "empty":
            return (_polygon(x, y, size * 0.85, _SQUARE, "#FFFFFF", ORANGE),)
        case "missing":
            return (_polygon(x, y, size, _SQUARE, ORANGE),)
        case "awaited":
            return (_polygon(x, y, size, ((-1, -0.2), (1, -0.2), (1, 0.2), (-1, 0.2)), GREY),)
        case "not_due":
            return (Shape(((x, y),), PALE, radius=round(size * 0.35, 2)),)


_SQUARE: Final = ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9))
_DIAMOND: Final = ((0, -1), (1, 0), (0, 1), (-1, 0))


def _polygon(
    x: float, y: float, size: float, corners: tuple[Point, ...], fill: str,
    stroke: str | None = None,
) -> Shape:  # fmt: skip
    points = tuple((round(x + size * dx, 2), round(y + size * dy, 2)) for dx, dy in corners)
    return Shape(points, fill, stroke)


def _box(x: float, y: float, width: float, height: float, fill: str) -> Shape:
    corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    return Shape(tuple((round(x + dx, 2), round(y + dy, 2)) for dx, dy in corners), fill)


def _rows(scene: _Scene) -> Iterator[Group]:
    for number, report in enumerate(scene.calendar.reports):
        y = _TOP + _ROW * (number + 0.5)
        for row in scene.calendar.of(report):
            yield _unit(scene, row, y)


def _unit(scene: _Scene, row: CalendarRow, y: float) -> Group:
    first, last = scene.x(row.unit.start), scene.x(row.unit.end)
    x, size = round((first + last) / 2, 2), round(min(4.4, scene.cell * 0.36), 2)
    shapes: list[Shape] = []
    if row.unit.days > 1:
        size = 4.4
        shapes.append(_box(first + 1.5, y - 0.5, last - first - 3, 1, PALE))
    shapes += mark(row.state, x, y, size)
    if row.resubmitted:
        shapes.append(_again(x, y, size))
    hint = f"{row.report}, {row.unit}: {scene.speak.say(STATES[row.state])}"
    if row.resubmitted:
        hint += f", {scene.speak.say(_SENT_AGAIN)}"
    return Group(tuple(shapes), clean_text(hint))


def _again(x: float, y: float, size: float) -> Shape:
    """Return the stroke below a mark that says: a corrected file came."""
    return _box(x - size, y + size + 1.6, 2 * size, 1.3, INK)


def _weekends(scene: _Scene) -> Iterator[Group]:
    period = scene.calendar.period
    height = scene.bottom - _TOP
    boxes = [
        _box(scene.x(day), _TOP, scene.cell, height, _WEEKEND)
        for day in _days(period)
        if day.weekday() >= 5 or day in scene.calendar.holidays
    ]
    yield Group(tuple(boxes))


def _names(scene: _Scene) -> Iterator[Words]:
    for number, report in enumerate(scene.calendar.reports):
        text = clean_text(report)
        if len(text) > _LONGEST_NAME:
            text = text[: _LONGEST_NAME - 1] + "…"
        yield Words(_MARGIN, _TOP + _ROW * (number + 0.5) + 3, text)


def _ticks(scene: _Scene) -> Iterator[Words]:
    """Yield the number of every fifth day, or the months of a longer period."""
    period, y = scene.calendar.period, _TOP - 5
    for day in _days(period):
        middle = round(scene.x(day) + scene.cell / 2, 2)
        if period.days > 62:
            if day.day == 1:
                text = scene.speak.short_month(day)
                yield Words(scene.x(day), y, text, colour=GREY, size=8)
        elif day == period.start or day.day == 1 or day.day % 5 == 0:
            yield Words(middle, y, str(day.day), "middle", GREY, 8)


def _legend(scene: _Scene, width: float) -> tuple[list[Group], list[Words], float]:
    """Return the signs that occur, each with its meaning, and the height of it all."""
    entries: list[tuple[State | None, Message]] = [
        (state, STATES[state]) for state in STATES if scene.calendar.count(state)
    ]
    if any(row.resubmitted for row in scene.calendar.rows):
        entries.append((None, _SENT_AGAIN))
    groups, words = [], []
    x, y = _MARGIN + 5, scene.bottom + 20
    for state, meaning in entries:
        text = scene.speak.say(meaning)
        wide = 16 + _LEGEND_LETTER * len(text) + 14
        if x + wide > width and x > _MARGIN + 5:
            x, y = _MARGIN + 5, y + 15
        groups.append(
            Group(mark(state, x, y, 4.4) if state else (_again(x, y - 5, 4.4),))
        )  # fmt: skip
        words.append(Words(round(x + 9, 2), y + 3, text, colour=GREY, size=8.5))
        x += wide
    return groups, words, round(y + 14, 1)


def _summary(scene: _Scene) -> str:
    """Return how many of what was due came, and how."""
    calendar = scene.calendar
    due = len(calendar) - calendar.count("not_due", "awaited")
    return scene.speak.say(
        msg(
            "%(due)s due: %(late)s late, %(missing)s missing or in part, %(empty)s empty",
            due=Count(due), late=Count(calendar.count("late")),
            missing=Count(calendar.count("missing", "partial")),
            empty=Count(calendar.count("empty")),
        )
    )  # fmt: skip


def _alt(scene: _Scene) -> str:
    """Return the picture in words: every report with its states and what is wrong by date."""
    parts = []
    for report in scene.calendar.reports:
        own = scene.calendar.of(report)
        said = []
        for state, meaning in STATES.items():
            units = [str(row.unit) for row in own if row.state == state]
            if units:
                named = state in {"late", "missing", "partial", "empty"} and len(units) <= 5
                which = f" ({', '.join(units)})" if named else ""
                said.append(f"{scene.speak.say(meaning)} {len(units)}{which}")
        parts.append(f"{clean_text(report)}: {', '.join(said)}")
    return "; ".join(parts) + "."


def _days(period: Period) -> Iterator[date]:
    return (period.start + timedelta(days=n) for n in range(period.days))
