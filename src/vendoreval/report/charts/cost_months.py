"""Cost of a surviving sale month by month, one small panel for each vendor on one scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from vendoreval.report.charts.canvas import (
    CHANCE,
    HAIRLINE,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALL,
    TEXT,
    TINT,
    WORSE,
    axes_at,
    bare,
    new_figure,
    style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator

_COLUMNS = 3
_PANEL_HEIGHT = 88.0
_XMR = 2.66
# behind a figure, so that no line crosses it
_PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
FEWEST_FOR_LIMITS = 5


@dataclass(frozen=True)
class CostLine:
    """One vendor: its printed name and the months, oldest first; `None` where undefined."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class CostWords:
    """The words and figures in one language; `months` labels every month, oldest first."""

    months: tuple[str, ...]
    ceiling: str
    number: Callable[[float], str]


def usual_spread(values: Sequence[float | None]) -> tuple[float, float] | None:
    """Return the XmR limits of the months before the last one; `None` when they are too few.

    Examples
    --------
    >>> usual_spread([10.0, 12.0, 10.0, 12.0, 10.0, 30.0])
    (5.48, 16.12)
    """
    past = [value for value in values[:-1] if value is not None]
    if len(past) < FEWEST_FOR_LIMITS:
        return None
    mean = sum(past) / len(past)
    moves = [abs(b - a) for a, b in pairwise(past)]
    half = _XMR * sum(moves) / len(moves)
    return round(max(mean - half, 0.0), 6), round(mean + half, 6)


def cost_months(
    lines: Sequence[CostLine], words: CostWords, ceiling: float | None, compared: int | None
) -> Figure:
    """Draw the small multiples.

    Parameters
    ----------
    lines
        The vendors, each with as many months as `words.months`.
    words
        Labels and number formats.
    ceiling
        What a surviving sale may cost; drawn as a line when given.
    compared
        Place of the month compared with, drawn as a hollow point; `None` when none of
        the months shown is.
    """
    rows = -(-len(lines) // _COLUMNS)
    known = [v for line in lines for v in line.values if v is not None]
    bands = [usual_spread(line.values) for line in lines]
    top = max([*known, *(b[1] for b in bands if b), ceiling or 0.0, 1.0]) * 1.1
    wide = (PAGE_WIDTH - 34) / _COLUMNS
    with style():
        figure = new_figure(PAGE_WIDTH, rows * _PANEL_HEIGHT + 8)
        for place, (line, band) in enumerate(zip(lines, bands, strict=True)):
            row, column = divmod(place, _COLUMNS)
            axes = axes_at(figure, 34 + column * wide, row * _PANEL_HEIGHT + 16, wide - 14, 54)
            bare(axes, keep=("bottom",))
            _panel(axes, line, band, ceiling, compared, labelled=(row, column) == (0, 0),
                   words=words)  # fmt: skip
            axes.set_xlim(-0.5, len(words.months) - 0.5)
            axes.set_ylim(0, top)
            ends = sorted({0, len(words.months) - 1})
            axes.set_xticks(ends, [words.months[end] for end in ends])
            axes.set_title(line.name, fontsize=TEXT, color=INK, fontweight=500, loc="left", pad=3)
            axes.yaxis.set_major_locator(_three_ticks())
            axes.yaxis.set_major_formatter(
                (lambda value, _: words.number(value)) if column == 0 else (lambda *_: "")
            )
    return figure


def _three_ticks() -> Locator:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  heavy, at the edge

    return MaxNLocator(3)


def _panel(
    axes: Axes, line: CostLine, band: tuple[float, float] | None, ceiling: float | None,
    compared: int | None, *, labelled: bool, words: CostWords,
) -> None:  # fmt: skip
    count = len(line.values)
    if band is not None:
        axes.fill_between((-0.5, count - 0.5), *band, color=TINT, linewidth=0)
    if ceiling is not None:
        axes.axhline(ceiling, color=MUTED, linewidth=0.6, linestyle=(0, (2, 2)))
        if labelled:
            axes.text(0, ceiling, words.ceiling, fontsize=SMALL, color=MUTED, va="center",
                      bbox=_PLATE)  # fmt: skip
    drawn = [float("nan") if value is None else value for value in line.values]
    axes.plot(range(count), drawn, color=CHANCE, linewidth=1)
    if compared is not None and line.values[compared] is not None:
        axes.plot(compared, drawn[compared], "o", markersize=4, markerfacecolor="white",
                  markeredgecolor=CHANCE, markeredgewidth=0.9)  # fmt: skip
    last = line.values[-1]
    if last is not None:
        out = band is not None and last > band[1]
        colour = WORSE if out else CHANCE
        axes.plot(count - 1, last, "s" if out else "o", color=colour, markersize=4)
        axes.annotate(words.number(last), (count - 1, last), xytext=(0, 4),
                      textcoords="offset points", ha="right", fontsize=TEXT,
                      color=colour if out else INK, bbox=_PLATE)  # fmt: skip
    axes.grid(axis="y", color=HAIRLINE, linewidth=0.4)
    axes.set_axisbelow(True)
