"""Minutes from the invoice to the sale: billed, talked, with a decision maker, sold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendoreval.report.charts.canvas import (
    BETTER,
    CHANCE,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALL,
    TEXT,
    axes_at,
    new_figure,
    style,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW = 46.0
_SHADES = ("#D3D9DF", "#A9B3BD", CHANCE, BETTER)


@dataclass(frozen=True)
class Steps:
    """One vendor: its printed name and the minutes of each step, `None` where not known."""

    name: str
    minutes: tuple[float | None, ...]


@dataclass(frozen=True)
class StepWords:
    """The names of the steps and the number format in one language."""

    steps: tuple[str, ...]
    number: Callable[[float], str]
    percent: Callable[[float], str]


def minute_steps(vendors: Sequence[Steps], words: StepWords) -> Figure:
    """Draw one group of bars for each vendor, all on one scale that begins at zero.

    Parameters
    ----------
    vendors
        The vendors with minutes.
    words
        Names of the steps, as many as each vendor has minutes.
    """
    most = max((m for v in vendors for m in v.minutes if m is not None), default=1.0) or 1.0
    with style():
        figure = new_figure(PAGE_WIDTH, _ROW * len(vendors) + 4)
        axes = axes_at(figure, 0, 0, PAGE_WIDTH, _ROW * len(vendors) + 4)
        axes.set_axis_off()
        axes.set(xlim=(0, PAGE_WIDTH), ylim=(_ROW * len(vendors) + 4, 0))
        for row, vendor in enumerate(vendors):
            top = row * _ROW
            axes.text(0, top + 9, vendor.name, fontsize=TEXT, fontweight=500, va="center")
            whole = next((m for m in vendor.minutes if m), None)
            for step, minutes in enumerate(vendor.minutes):
                y = top + 4 + 10 * step
                axes.text(196, y + 4.2, words.steps[step], fontsize=SMALL, color=MUTED,
                          ha="right", va="center")  # fmt: skip
                if minutes is None:
                    axes.text(202, y + 4.2, "—", fontsize=SMALL, color=MUTED, va="center")
                    continue
                length = minutes / most * 210
                axes.barh(y + 4, length, left=202, height=8, color=_SHADES[step], linewidth=0)
                share = f" · {words.percent(minutes / whole)}" if whole else ""
                axes.text(206 + length, y + 4.2, words.number(minutes) + share, fontsize=SMALL,
                          color=INK, va="center")  # fmt: skip
    return figure
