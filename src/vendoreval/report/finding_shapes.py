"""Where the parts of a finding's chart lie: from figures to shapes and words.

One unit is one point of the page; the upper left corner is the origin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vendoreval.report.geometry import Scale, scale, spaced
from vendoreval.report.pictures import GREY, INK, PALE, Anchor, Group, Point, Shape, Words

WIDTH = 510.0
_LEFT, _SMALL, _TEXT, _LETTER = 34.0, 6.5, 7.0, 3.7
_FAINT = "#E3E7EB"


@dataclass(frozen=True)
class Drawn:
    """Shapes and words of a chart, and how high it is."""

    height: float
    shapes: tuple[Shape, ...]
    words: tuple[Words, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The shapes as one group."""
        return (Group(self.shapes),)


@dataclass(frozen=True)
class Column:
    """One column: its label below, what stands below and above in it, as lengths."""

    label: str
    lower: float
    upper: float


@dataclass(frozen=True)
class Rate:
    """One line of rates: positions are values on one scale, texts are written."""

    name: str
    low: float
    value: float
    high: float
    text: str
    marked: bool


@dataclass(frozen=True)
class Call:
    """One call in seconds from the left end; `beside`: another one runs meanwhile."""

    start: float
    seconds: float
    lane: int
    beside: bool
    code: str


def box(left: float, top: float, right: float, bottom: float, fill: str) -> Shape:
    """Return a filled rectangle."""
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Shape(tuple((round(x, 2), round(y, 2)) for x, y in corners), fill)


def line(a: Point, b: Point, colour: str, width: float = 0.6) -> Shape:
    """Return a level or upright line as a thin rectangle."""
    half = width / 2
    if a[1] == b[1]:
        return box(a[0], a[1] - half, b[0], a[1] + half, colour)
    return box(a[0] - half, a[1], a[0] + half, b[1], colour)


def _height_axis(
    most: float, top: float, bottom: float, number: Callable[[float], str]
) -> tuple[Scale, list[Shape], list[Words]]:
    axis = scale([0.0, most or 1.0], bottom, top, 2)
    shapes = [
        line((_LEFT, axis.at(tick)), (WIDTH, axis.at(tick)), _FAINT) for tick in axis.ticks if tick
    ]
    words = [Words(_LEFT - 4, axis.at(t) + 2.2, number(t), "end", GREY, _SMALL) for t in axis.ticks]
    return axis, shapes, words


def columns(
    drawn: Sequence[Column],
    mark: str,
    number: Callable[[float], str],
    *,
    side_by_side: bool = False,
) -> Drawn:
    """Return columns on a zero base: `lower` grey, `upper` in the colour of the mark.

    Parameters
    ----------
    side_by_side
        Draw the two beside each other instead of one on the other.
    """
    height, top = 92.0, 6.0
    bottom = height - 14
    most = max(
        (max(c.lower, c.upper) if side_by_side else c.lower + c.upper for c in drawn), default=1.0
    )
    axis, shapes, words = _height_axis(most, top, bottom, number)
    step = (WIDTH - _LEFT) / max(len(drawn), 1)
    width = min(step * 0.8, 26.0)
    for place, column in enumerate(drawn):
        left = _LEFT + place * step + (step - width) / 2
        half = left + width / 2
        if side_by_side:
            parts = ((left, half, 0.0, column.lower, PALE),
                     (half, left + width, 0.0, column.upper, mark))  # fmt: skip
        else:
            whole = column.lower + column.upper
            parts = ((left, left + width, 0.0, column.lower, PALE),
                     (left, left + width, column.lower, whole, mark))  # fmt: skip
        shapes += [
            box(a, axis.at(high), b, axis.at(low), colour)
            for a, b, low, high, colour in parts
            if high > low
        ]
    shapes.append(line((_LEFT, bottom), (WIDTH, bottom), GREY, 0.5))
    middles = [_LEFT + (place + 0.5) * step for place in range(len(drawn))]
    for place in spaced(middles, [len(c.label) * _LETTER for c in drawn], 4.0):
        words.append(Words(middles[place], height - 4, drawn[place].label, "middle", GREY, _SMALL))
    return Drawn(height, tuple(shapes), tuple(words))


def months(
    values: Sequence[tuple[str, float | None]], level: float, level_text: str, last_text: str,
    mark: str, number: Callable[[float], str],
) -> Drawn:  # fmt: skip
    """Return a value by month as a line of steps, with the level it is set against."""
    height, top = 96.0, 10.0
    bottom = height - 14
    known = [value for _, value in values if value is not None]
    axis, shapes, words = _height_axis(max([*known, level]), top, bottom, number)
    step = (WIDTH - _LEFT - 60) / max(len(values), 1)
    above = axis.at(level)
    for place, (_, value) in enumerate(values):
        if value is None:
            continue
        left, y = _LEFT + place * step, axis.at(value)
        colour = mark if value > level else PALE
        shapes.append(box(left + step * 0.15, y, left + step * 0.85, bottom, colour))
    shapes.append(line((_LEFT, bottom), (WIDTH - 60, bottom), GREY, 0.5))
    shapes.append(line((_LEFT, above), (WIDTH - 60, above), INK, 0.9))
    words.append(Words(WIDTH - 56, above + 2.4, level_text, "start", INK, _TEXT))
    middles = [_LEFT + (place + 0.5) * step for place in range(len(values))]
    for place in spaced(middles, [len(label) * _LETTER for label, _ in values], 4.0):
        words.append(Words(middles[place], height - 4, values[place][0], "middle", GREY, _SMALL))
    last = values[-1][1]
    if last is not None:
        y = axis.at(last) - 2.5
        words.append(Words(middles[-1], y, last_text, "middle", INK, _TEXT, bold=True))
    return Drawn(height, tuple(shapes), tuple(words))


def rates(rows: Sequence[Rate], level: float | None, level_text: str, mark: str) -> Drawn:
    """Return one line for each rate on one scale, with the level they are set against."""
    name, right, row = 122.0, 356.0, 13.0
    height = 16 + row * len(rows)
    ends = [end for r in rows for end in (r.low, r.value, r.high)]
    ends += [] if level is None else [level]
    axis = scale([0.0, *ends], name + 8, right)
    shapes, words = [], []
    if level is not None:
        x = axis.at(level)
        shapes.append(line((x, 10), (x, height), INK, 0.7))
        anchored: Anchor = (
            "middle" if name + 60 < x < right - 60 else "start" if x <= name + 60 else "end"
        )
        words.append(Words(x, 6.5, level_text, anchored, GREY, _SMALL))
    for place, rate in enumerate(rows):
        y = 17 + place * row
        colour = mark if rate.marked else GREY
        a, at, b = (axis.at(value) for value in (rate.low, rate.value, rate.high))
        if rate.low == rate.high:
            # only what lies above the level is at question
            usual = at if level is None else min(at, axis.at(level))
            shapes.append(box(axis.at(0), y - 3.5, usual, y + 3.5, PALE))
            if at > usual:
                shapes.append(box(usual, y - 3.5, at, y + 3.5, colour))
        else:
            shapes.append(line((a, y), (b, y), colour, 1.6))
            shapes.append(_dot(at, y, colour, marked=rate.marked))
        words.append(
            Words(name, y + 2.3, rate.name, "end", INK if rate.marked else GREY, _TEXT,
                  bold=rate.marked)
        )  # fmt: skip
        words.append(Words(right + 10, y + 2.3, rate.text, "start", INK, _TEXT))
    return Drawn(height, tuple(shapes), tuple(words))


def _dot(x: float, y: float, colour: str, *, marked: bool) -> Shape:
    """Return the point of a rate: shape repeats colour."""
    if marked:
        return box(x - 3.3, y - 3.3, x + 3.3, y + 3.3, colour)
    return Shape(((x, y),), colour, radius=2.8)


def timeline(calls: Sequence[Call], ticks: Sequence[str], seconds: float, mark: str) -> Drawn:
    """Return calls on lanes below a clock; `ticks` are spread evenly over the seconds."""
    row, deep = 11.0, max((call.lane for call in calls), default=0) + 1
    height = 18 + row * deep
    axis = Scale(0.0, max(seconds, 1.0), 6.0, WIDTH - 6)
    shapes, words = [], []
    for place, text in enumerate(ticks):
        x = axis.start + (axis.end - axis.start) * place / max(len(ticks) - 1, 1)
        anchor: Anchor = "start" if place == 0 else "end" if place == len(ticks) - 1 else "middle"
        shapes.append(line((x, 2), (x, height - 12), _FAINT))
        words.append(Words(x, height - 3, text, anchor, GREY, _SMALL))
    for call in calls:
        top = 3 + call.lane * row
        left, right = axis.at(call.start), max(axis.at(call.start + call.seconds), 0.0)
        shapes.append(box(left, top, max(right, left + 0.8), top + row - 3,
                          mark if call.beside else PALE))  # fmt: skip
        if len(call.code) * _LETTER + 6 < right - left:
            colour = "#FFFFFF" if call.beside else INK
            words.append(Words(left + 3, top + 6.2, call.code, "start", colour, _SMALL))
    return Drawn(height, tuple(shapes), tuple(words))
