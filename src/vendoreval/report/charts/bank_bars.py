"""The contract bank: every lead ever handed over or seen, by its last stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vendoreval.report.charts.canvas import (
    BETTER,
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
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 24.0
_LEFT, _LENGTH = 118.0, 330.0
# from won to lost; a stage of the agreement's own is grey
_SHADES: Final = {
    "won": BETTER, "quote": "#5B8FC7", "interested": "#9DBDDE", "contacted": "#CFDDEC",
    "new": "#FFFFFF", "lost": "#A9B3BD", "junk": "#C6CDD4", "no_answer_closed": "#DDE2E7",
}  # fmt: skip
# white ink where the shade is dark
_DARK: Final = frozenset({"won", "quote", "lost"})
_SHOWN_SHARE = 0.06


@dataclass(frozen=True)
class BankBar:
    """One vendor: its printed name, leads handed over, and leads by stage; the rest is unseen."""

    name: str
    handed: int
    stages: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class BankWords:
    """Stage codes -> words, the word for leads never seen, and number formats."""

    stages: dict[str, str]
    unseen: str
    number: Callable[[float], str]
    percent: Callable[[float], str]


def bank_bars(vendors: Sequence[BankBar], words: BankWords) -> Figure:
    """Draw one bar of full length for each vendor, cut by stage; declined leads stay in it."""
    present = [s for s in _SHADES if any(s == stage for v in vendors for stage, _ in v.stages)]
    others = sorted({s for v in vendors for s, _ in v.stages}.difference(_SHADES))
    keys = [*present, *others]
    height = _ROW * len(vendors) + 16 + 12 * -(-(len(keys) + 1) // 4)
    with style():
        figure = new_figure(PAGE_WIDTH, height)
        axes = axes_at(figure, 0, 0, PAGE_WIDTH, height)
        axes.set_axis_off()
        axes.set(xlim=(0, PAGE_WIDTH), ylim=(height, 0))
        for row, vendor in enumerate(vendors):
            _bar(axes, vendor, row * _ROW, keys, words)
        _key(axes, keys, _ROW * len(vendors) + 12, words)
    return figure


def _bar(axes: Axes, vendor: BankBar, top: float, keys: list[str], words: BankWords) -> None:
    counts = dict(vendor.stages)
    whole = max(vendor.handed, sum(counts.values())) or 1
    axes.text(0, top + 10, vendor.name, fontsize=TEXT, fontweight=500, va="center")
    left = _LEFT
    for stage in keys:
        share = counts.get(stage, 0) / whole
        if not share:
            continue
        axes.barh(top + 10, share * _LENGTH, left=left, height=14, linewidth=0.5,
                  color=_SHADES.get(stage, "#EEF1F4"), edgecolor="#A9B3BD")  # fmt: skip
        if share >= _SHOWN_SHARE:
            axes.text(left + share * _LENGTH / 2, top + 10.2, words.percent(share), ha="center",
                      va="center", fontsize=SMALL,
                      color="white" if stage in _DARK else INK)  # fmt: skip
        left += share * _LENGTH
    rest = _LEFT + _LENGTH - left
    if rest > 0.5:
        axes.barh(top + 10, rest, left=left, height=14, color="none", edgecolor="#A9B3BD",
                  linewidth=0.5, linestyle=(0, (1, 2)))  # fmt: skip
    axes.text(PAGE_WIDTH, top + 10, words.number(whole), fontsize=TEXT, ha="right", va="center")


def _key(axes: Axes, keys: list[str], top: float, words: BankWords) -> None:
    entries = [(_SHADES.get(k, "#EEF1F4"), words.stages.get(k, k)) for k in keys]
    entries.append(("none", words.unseen))
    for place, (shade, word) in enumerate(entries):
        row, column = divmod(place, 4)
        x, y = _LEFT + column * 98, top + row * 12
        axes.barh(y, 8, left=x, height=7, color=shade, edgecolor="#A9B3BD", linewidth=0.5)
        axes.text(x + 12, y + 0.2, word, fontsize=SMALL, color=MUTED, va="center")
