"""The calls of one agent on one day, laid beside each other so that overlaps show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vendoreval.report.charts.canvas import (
    CHANCE,
    MUTED,
    PAGE_WIDTH,
    SMALL,
    TEXT,
    WORSE,
    axes_at,
    bare,
    new_figure,
    style,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LANE = 9.0
MOST_LANES = 12


@dataclass(frozen=True)
class Bar:
    """One call: when it began on the local clock, how long it was, and its number."""

    began: datetime
    seconds: int
    call_id: str

    @property
    def ended(self) -> datetime:
        """When it ended."""
        return self.began + timedelta(seconds=self.seconds)


def lanes(bars: Sequence[Bar]) -> list[int]:
    """Return for each call, in order of beginning, the first lane that is free.

    Examples
    --------
    >>> at = datetime(2026, 10, 1, 9)
    >>> lanes([Bar(at, 60, "a"), Bar(at + timedelta(seconds=30), 60, "b"),
    ...        Bar(at + timedelta(seconds=70), 10, "c")])
    [0, 1, 0]
    """
    free: list[datetime] = []
    taken = []
    for bar in bars:
        lane = next((n for n, at in enumerate(free) if at <= bar.began), len(free))
        if lane == len(free):
            free.append(bar.ended)
        free[lane] = bar.ended
        taken.append(lane)
    return taken


def timeline(bars: Sequence[Bar], title: str) -> Figure:
    """Draw the calls of one day; those that run beside another one are orange.

    Raises
    ------
    ValueError
        If there is no call.
    """
    if not bars:
        raise ValueError("there is no call to draw")
    ordered = sorted(bars, key=lambda bar: (bar.began, bar.call_id))
    places = lanes(ordered)
    deep = min(max(places) + 1, MOST_LANES)
    first, last = ordered[0].began, max(bar.ended for bar in ordered)
    with style():
        figure = new_figure(PAGE_WIDTH, 44 + _LANE * deep)
        axes = axes_at(figure, 8, 20, PAGE_WIDTH - 16, _LANE * deep)
        bare(axes)
        for bar, lane in zip(ordered, places, strict=True):
            beside = any(
                other is not bar and other.began < bar.ended and bar.began < other.ended
                for other in ordered
            )
            left = (bar.began - first).total_seconds()
            axes.barh(min(lane, deep - 1) + 0.5, max(bar.seconds, 1), left=left, height=0.8,
                      color=WORSE if beside else CHANCE, linewidth=0)  # fmt: skip
        span = max((last - first).total_seconds(), 1)
        axes.set(xlim=(0, span), ylim=(deep, 0))
        ticks = [span * part / 4 for part in range(5)]
        clocks = [f"{first + timedelta(seconds=tick):%H:%M:%S}" for tick in ticks]
        axes.set_xticks(ticks, clocks, fontsize=SMALL, color=MUTED)
        axes.set_yticks([])
        axes.set_title(title, fontsize=TEXT, fontweight=500, loc="left", pad=4)
    return figure
