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
_ROOM = 0.03
_MOST_MARKS = 9
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800)
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


def clock_marks(first: datetime, last: datetime) -> dict[float, str]:
    """Return seconds after the first instant -> time of day, at round times, nine at most.

    Examples
    --------
    >>> at = datetime(2026, 10, 1, 9, 50)
    >>> list(clock_marks(at, at + timedelta(hours=3)).items())[:2]
    [(600.0, '10:00'), (2400.0, '10:30')]
    """
    span = (last - first).total_seconds()
    step = next((s for s in _STEPS if span / s <= _MOST_MARKS - 1), _STEPS[-1])
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = -(first - midnight).total_seconds() % step
    written = "%H:%M" if step % 60 == 0 else "%H:%M:%S"
    count = int((span - ahead) // step) + 1
    offsets = (ahead + step * n for n in range(count))
    return {offset: f"{first + timedelta(seconds=offset):{written}}" for offset in offsets}


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
        # room at both ends, for the words of a mark that stands there
        axes.set(xlim=(-span * _ROOM, span * (1 + _ROOM)), ylim=(deep, 0))
        marks = clock_marks(first, last)
        axes.set_xticks(list(marks), list(marks.values()), fontsize=SMALL, color=MUTED)
        axes.set_yticks([])
        axes.set_title(title, fontsize=TEXT, fontweight=500, loc="left", pad=4)
    return figure
