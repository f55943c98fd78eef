"""From numbers to positions inside a small figure; templates only draw.

One unit is one point of the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """A linear scale from values to positions, with its round ticks."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...] = ()

    def at(self, value: float) -> float:
        """Return the position of a value, kept inside the figure."""
        share = (value - self.low) / (self.high - self.low)
        position = self.start + min(1.0, max(0.0, share)) * (self.end - self.start)
        return round(position, 2)


@dataclass(frozen=True)
class Spark:
    """A line of monthly values: unbroken pieces and the last point."""

    pieces: tuple[tuple[Point, ...], ...]
    last: Point | None


@dataclass(frozen=True)
class Bar:
    """An interval in a cell: its ends, its point, and the line of all vendors."""

    low: float
    value: float
    high: float
    line: float | None


def round_step(span: float, count: int) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that cuts a span in about `count` parts.

    Examples
    --------
    >>> round_step(0.052, 3)
    0.02
    """
    raw = span / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    return float(f"{step * power:.12g}")


def scale(values: Sequence[float], start: float, end: float, count: int = 3) -> Scale:
    """Return a scale that holds all values, with up to about `count` round ticks.

    Examples
    --------
    >>> scale([0.02, 0.06], 0, 100).ticks
    (0.02, 0.04, 0.06)
    """
    if not values:
        return Scale(0.0, 1.0, start, end)
    low, high = min(values), max(values)
    if high - low <= abs(high) * 1e-9:
        spread = abs(high) * 0.1 or 1.0
        low, high = low - spread, high + spread
    margin = (high - low) * 0.06
    low, high = max(low - margin, 0.0) if low >= 0 else low - margin, high + margin
    step = round_step(high - low, count)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    ticks = tuple(float(f"{index * step:.12g}") for index in range(first, last + 1))
    return Scale(low, high, start, end, ticks)


def spaced(positions: Sequence[float], widths: Sequence[float], gap: float = 3.0) -> list[int]:
    """Return which centred labels fit without touching, the first always kept.

    Examples
    --------
    >>> spaced([0, 10, 30], [14, 14, 14])
    [0, 2]
    """
    kept: list[int] = []
    for index, (position, width) in enumerate(zip(positions, widths, strict=True)):
        if kept:
            previous = kept[-1]
            if position - width / 2 < positions[previous] + widths[previous] / 2 + gap:
                continue
        kept.append(index)
    return kept


def sparkline(values: Sequence[float | None], width: float, height: float) -> Spark:
    """Return the line of monthly values; a missing month breaks it.

    The vertical scale covers at least a fifth of the mean, so that noise of a steady
    vendor is not drawn as a drama.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Spark((), None)
    middle = (min(known) + max(known)) / 2
    half = max((max(known) - min(known)) / 2, abs(sum(known) / len(known)) * 0.1, 1e-12)
    step = width / max(len(values) - 1, 1)
    pieces: list[list[Point]] = [[]]
    last: Point | None = None
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
            continue
        y = height / 2 - (value - middle) / half * height / 2
        last = (round(index * step, 2), round(y, 2))
        pieces[-1].append(last)
    if values[-1] is None:
        last = None
    return Spark(tuple(tuple(piece) for piece in pieces if piece), last)


def interval(
    on: Scale, low: float | None, value: float, high: float | None, line: float | None
) -> Bar:
    """Return the positions of an interval; without ends it is its point."""
    return Bar(
        on.at(value if low is None else low),
        on.at(value),
        on.at(value if high is None else high),
        None if line is None else on.at(line),
    )


def lines(text: str, letters: int) -> int:
    """Return about how many lines a text takes in a column of so many letters.

    Examples
    --------
    >>> lines("one two three", 8)
    2
    """
    return max(1, math.ceil(len(text) / letters))


def column_widths(
    letters: Sequence[int], total: float = 510.0, letter: float = 4.9, padding: float = 11.0
) -> tuple[float, ...]:
    """Share a table's width out by the longest text of each column.

    What is left over is shared in proportion; when there is too little, long columns give
    way first.

    Examples
    --------
    >>> column_widths([10, 10])
    (255.0, 255.0)
    """
    wanted = [max(count, 4) * letter + padding for count in letters]
    while sum(wanted) > total and max(wanted) > 30:
        longest = max(range(len(wanted)), key=wanted.__getitem__)
        wanted[longest] -= min(8.0, sum(wanted) - total)
    stretch = max(1.0, total / sum(wanted))
    return tuple(round(width * stretch, 1) for width in wanted)
