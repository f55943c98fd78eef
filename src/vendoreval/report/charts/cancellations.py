"""How many sales die, by days since the sale: one line for each vendor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from vendoreval.report.charts.canvas import (
    CHANCE,
    HAIRLINE,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALL,
    TEXT,
    axes_at,
    bare,
    new_figure,
    style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 3
_PANEL = 84.0


@dataclass(frozen=True)
class Cancelled:
    """One vendor: its printed name, sales, share cancelled by day, agreed days of clawback."""

    name: str
    sales: int
    points: tuple[tuple[int, float], ...]
    clawback_days: int | None = None


@dataclass(frozen=True)
class CancelledWords:
    """Labels and number formats; `clawback` names the line of the agreed window."""

    days: str
    clawback: str
    sales: Callable[[int], str]
    percent: Callable[[float], str]
    number: Callable[[float], str]


def cancellations(vendors: Sequence[Cancelled], words: CancelledWords) -> Figure:
    """Draw the curves, the others' in grey behind each vendor's own.

    Parameters
    ----------
    vendors
        The vendors with sales.
    words
        Labels and number formats.
    """
    rows = -(-len(vendors) // _COLUMNS)
    wide = (PAGE_WIDTH - 28) / _COLUMNS
    far = max((v.points[-1][0] for v in vendors), default=1) or 1
    top = max((share for v in vendors for _, share in v.points), default=0.0) * 1.15 or 0.1
    with style():
        figure = new_figure(PAGE_WIDTH, rows * _PANEL + 14)
        for place, vendor in enumerate(vendors):
            row, column = divmod(place, _COLUMNS)
            axes = axes_at(figure, 28 + column * wide, row * _PANEL + 16, wide - 16, 50)
            bare(axes, keep=("bottom",))
            _lines(axes, vendors, HAIRLINE, 0.7)
            _lines(axes, [vendor], CHANCE, 1.2)
            axes.text(far, vendor.points[-1][1], words.percent(vendor.points[-1][1]), ha="right",
                      va="bottom", fontsize=TEXT, color=INK)  # fmt: skip
            if vendor.clawback_days is not None:
                axes.axvline(vendor.clawback_days, color=MUTED, linewidth=0.6,
                             linestyle=(0, (2, 2)))  # fmt: skip
                axes.text(vendor.clawback_days + 1, top, words.clawback, fontsize=SMALL,
                          color=MUTED, va="top")  # fmt: skip
            axes.set_xlim(0, far)
            axes.set_ylim(0, top)
            axes.set_title(f"{vendor.name}, {words.sales(vendor.sales)}", fontsize=TEXT,
                           fontweight=500, loc="left", pad=3)  # fmt: skip
            axes.xaxis.set_major_formatter(lambda value, _: words.number(value))
            axes.yaxis.set_major_formatter(
                (lambda value, _: words.percent(value)) if column == 0 else (lambda *_: "")
            )
            axes.locator_params(axis="y", nbins=3)
        figure.text(28 / PAGE_WIDTH, 2 / (rows * _PANEL + 14), words.days, fontsize=SMALL,
                    color=MUTED, va="bottom")  # fmt: skip
    return figure


def _lines(axes: Axes, vendors: Sequence[Cancelled], colour: str, width: float) -> None:
    """Draw the curves as one broken line."""
    points = [point for vendor in vendors for point in (*vendor.points, (nan, nan))]
    days, shares = zip(*points, strict=True)
    axes.step(days, shares, where="post", color=colour, linewidth=width)
