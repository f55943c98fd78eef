"""When the dials are made: weekday against hour, one small map for each vendor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from vendoreval.report.charts.canvas import (
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
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

_COLUMNS = 3
_PANEL = 76.0
_SHADES = 8


@dataclass(frozen=True)
class HourMap:
    """One vendor: its printed name and seven rows of dials by hour, Monday first."""

    name: str
    dials: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class HourWords:
    """Short names of the weekdays, Monday first, and how an hour is written."""

    days: tuple[str, ...]
    hour: Callable[[int], str]


def shown_hours(maps: Sequence[HourMap]) -> tuple[int, int]:
    """Return the first and the last hour with a dial; a whole day when there is none.

    Examples
    --------
    >>> quiet = (0,) * 24
    >>> busy = (0,) * 9 + (5,) * 9 + (0,) * 6
    >>> shown_hours([HourMap("a", (busy, *(quiet,) * 6))])
    (9, 17)
    """
    hours = {h for m in maps for day in m.dials for h, count in enumerate(day) if count}
    return (min(hours), max(hours)) if hours else (0, 23)


def hour_map(maps: Sequence[HourMap], words: HourWords) -> Figure:
    """Draw the maps on one scale of shades: the share of the vendor's own dials."""
    first, last = shown_hours(maps)
    first, last = max(0, min(first, 8)), min(23, max(last, 19))
    rows = -(-len(maps) // _COLUMNS)
    wide = (PAGE_WIDTH - 22) / _COLUMNS
    shares = []
    for one in maps:
        whole = sum(map(sum, one.dials)) or 1
        shares.append([[count / whole for count in day[first : last + 1]] for day in one.dials])
    most = max((s for grid in shares for day in grid for s in day), default=1.0) or 1.0
    with style():
        figure = new_figure(PAGE_WIDTH, rows * _PANEL + 6)
        for place, (one, grid) in enumerate(zip(maps, shares, strict=True)):
            row, column = divmod(place, _COLUMNS)
            axes = axes_at(figure, 22 + column * wide, row * _PANEL + 14, wide - 16, 46)
            bare(axes, keep=())
            _cells(axes, first, grid, most)
            axes.set_xlim(first, last + 1)
            axes.set_ylim(7, 0)
            axes.set_title(one.name, fontsize=TEXT, fontweight=500, loc="left", pad=3)
            ticks = [hour for hour in range(first, last + 2) if hour % 3 == 0]
            axes.set_xticks(ticks, [words.hour(hour) for hour in ticks])
            if column == 0:
                axes.set_yticks([d + 0.5 for d in range(7)], words.days, fontsize=SMALL,
                                color=MUTED)  # fmt: skip
            else:
                axes.set_yticks([])
    return figure


def _cells(axes: Axes, first: int, grid: Sequence[Sequence[float]], most: float) -> None:
    """Draw the cells, all of one shade as one path: a path costs the page more than its points."""
    from matplotlib.patches import PathPatch  # noqa: PLC0415  heavy, at the edge
    from matplotlib.path import Path  # noqa: PLC0415 - heavy, and only here

    shaded: dict[int, list[Path]] = {}
    for day, row in enumerate(grid):
        for hour, share in enumerate(row, start=first):
            # a cell without a dial is paler than the one with the fewest
            shade = ceil(share / most * _SHADES)
            a, b, c, d = hour + 0.03, day + 0.03, hour + 0.97, day + 0.97
            corners = [(a, b), (c, b), (c, d), (a, d), (a, b)]
            shaded.setdefault(shade, []).append(Path(corners, closed=True))
    colours = _shades()
    for shade, cells in sorted(shaded.items()):
        path = Path.make_compound_path(*cells)
        axes.add_patch(PathPatch(path, facecolor=colours(shade / _SHADES), linewidth=0))


def _shades() -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415  heavy, at the edge

    return LinearSegmentedColormap.from_list("report", ["#F3F5F7", "#9DBDDE", "#0B5CAD"])
