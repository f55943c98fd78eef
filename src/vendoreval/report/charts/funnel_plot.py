"""Conversion against the number of worked leads, with what chance alone would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vendoreval.report.charts.canvas import (
    CHANCE,
    COLOURS,
    HAIRLINE,
    MARKERS,
    MUTED,
    PAGE_WIDTH,
    SMALL,
    TEXT,
    axes_at,
    bare,
    new_figure,
    style,
)
from vendoreval.stats.funnel import binomial_limits

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVELS = (0.95, 0.998)
_HEIGHT = 210.0


@dataclass(frozen=True)
class FunnelPoint:
    """One vendor: its printed name, worked leads, surviving sales, and what sets it apart."""

    name: str
    leads: int
    sales: int
    position: str


@dataclass(frozen=True)
class FunnelWords:
    """The words and the figures of the chart in one language."""

    leads: str
    conversion: str
    together: str
    levels: tuple[str, str]
    number: Callable[[float], str]
    percent: Callable[[float], str]


def funnel_plot(points: Sequence[FunnelPoint], words: FunnelWords) -> Figure:
    """Draw conversion against volume with exact binomial limits around all vendors together.

    Parameters
    ----------
    points
        The vendors; those without a worked lead are left out.
    words
        Labels and number formats.

    Raises
    ------
    ValueError
        If no vendor worked a lead.
    """
    shown = [p for p in points if p.leads > 0]
    if not shown:
        raise ValueError("no vendor worked a lead")
    pooled = sum(p.sales for p in shown) / sum(p.leads for p in shown)
    most = max(p.leads for p in shown)
    sizes = np.unique(np.linspace(max(most * 0.02, 10), most * 1.08, 160).astype(int))
    with style():
        figure = new_figure(PAGE_WIDTH, _HEIGHT)
        axes = axes_at(figure, 40, 12, 338, 166)
        bare(axes, keep=("bottom", "left"))
        for level, shade in zip(LEVELS, ((0, (1, 0)), (0, (3, 2))), strict=True):
            for limit in binomial_limits(sizes, pooled, level):
                axes.plot(sizes, limit, color=CHANCE, linewidth=0.6, linestyle=shade)
        axes.axhline(pooled, color=HAIRLINE, linewidth=1)
        rates = [p.sales / p.leads for p in shown]
        texts = []
        for point, rate in zip(shown, rates, strict=True):
            colour = COLOURS[point.position]
            axes.plot(point.leads, rate, MARKERS[point.position], color=colour, markersize=5)
            texts.append(axes.text(point.leads, rate, point.name, fontsize=TEXT, color=colour))
        top = max(*rates, pooled) * 1.35 or 0.01
        axes.set_xlim(0, most * 1.1)
        axes.set_ylim(max(0.0, min(*rates, pooled) * 0.6), top)
        axes.xaxis.set_major_formatter(lambda value, _: words.number(value))
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value))
        axes.set_xlabel(words.leads)
        axes.set_title(words.conversion, color=MUTED, fontsize=SMALL, loc="left")
        _place(texts, [p.leads for p in shown], rates)
        _key(figure, words)
    return figure


def _place(texts: Sequence[object], x: Sequence[float], y: Sequence[float]) -> None:
    """Move the names off the points and off each other."""
    from adjustText import adjust_text  # noqa: PLC0415  heavy, at the edge

    adjust_text(
        list(texts), x=list(x), y=list(y), expand=(1.1, 1.5), force_text=(0.15, 0.3),
        force_static=(0.1, 0.3), force_explode=(0.1, 0.3), iter_lim=300, min_arrow_len=4,
        arrowprops={"arrowstyle": "-", "color": CHANCE, "linewidth": 0.5},
    )  # fmt: skip


def _key(figure: Figure, words: FunnelWords) -> None:
    axes = axes_at(figure, 390, 12, 120, 60)
    axes.set_axis_off()
    axes.set(xlim=(0, 120), ylim=(60, 0))
    lines = ((HAIRLINE, "-", 1.0, words.together), (CHANCE, "-", 0.6, words.levels[0]),
             (CHANCE, (0, (3, 2)), 0.6, words.levels[1]))  # fmt: skip
    for row, (colour, dash, width, text) in enumerate(lines):
        axes.plot((0, 16), (8 + 14 * row,) * 2, color=colour, linestyle=dash, linewidth=width)
        axes.text(21, 8 + 14 * row, text, va="center", fontsize=SMALL, color=MUTED)
