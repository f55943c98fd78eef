"""The table as a picture for a chat: all together above, the dials of each part below."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final

from vendoreval.daily.table import DailyTable, Row
from vendoreval.daily.words import Words
from vendoreval.replacing import write_whole
from vendoreval.text import msg

_MOST_ROWS: Final = 30
_INK, _MUTED, _BAR, _BAND, _MARK = "#1b2128", "#57626e", "#6d8fb3", "#e3e8ed", "#9a3b00"


def write(made: DailyTable, path: Path, code: str) -> Path:
    """Write the picture: beside its place first, then under its name.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    return write_whole(path, _content(made, code))


def _content(made: DailyTable, code: str) -> bytes:
    from matplotlib.figure import Figure  # noqa: PLC0415  heavy, and only here

    words = Words(made, code)
    rows = [row for row in made.rows if row.cells["dials"].value is not None]
    rows = rows[:_MOST_ROWS]
    lines = len(made.whole.cells)
    height = 1.1 + 0.24 * lines + (0.9 + 0.27 * len(rows) if rows else 0)
    figure: Any = Figure(figsize=(7.6, height), dpi=150, facecolor="white")
    figure.text(0.03, 1 - 0.3 / height, words.title(), fontsize=11, weight="bold", color=_INK,
                va="center", parse_math=False)  # fmt: skip
    _whole(figure, words, height)
    if rows:
        _dials(figure, words, rows, height, lines)
    stream = BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()


def _whole(figure: Any, words: Words, height: float) -> None:
    places = (0.03, 0.56, 0.72, 0.84, 0.97)
    heads = ("", words.period(words.made.stretches.now), words.earlier_head(),
             words.say(msg("change")), words.say(msg("limits of chance")))  # fmt: skip
    y = 1 - 0.62 / height
    for place, text in zip(places, heads, strict=True):
        figure.text(place, y, text, fontsize=7, color=_MUTED, parse_math=False,
                    ha="left" if place == places[0] else "right")  # fmt: skip
    for number, (name, cell) in enumerate(words.made.whole.cells.items(), start=1):
        y = 1 - (0.62 + 0.24 * number) / height
        texts = (words.label(name), words.figure(name, cell.value) + words.mark(cell),
                 words.figure(name, cell.earlier), words.change(cell),
                 words.limits(cell))  # fmt: skip
        marked = bool(words.mark(cell))
        for place, text in zip(places, texts, strict=True):
            figure.text(place, y, text, fontsize=8, color=_MARK if marked else _INK,
                        ha="left" if place == places[0] else "right",
                        parse_math=False)  # fmt: skip


def _dials(figure: Any, words: Words, rows: list[Row], height: float, lines: int) -> None:
    """Draw dials: bars, the limits of chance behind them, the usual day."""
    top = 1 - (1.25 + 0.24 * lines) / height
    axes = figure.add_axes((0.22, 0.32 / height, 0.72, top - 0.32 / height))
    for place, row in enumerate(rows):
        cell = row.cells["dials"]
        if cell.lower is not None and cell.upper is not None:
            axes.barh(place, cell.upper - cell.lower, 0.8, cell.lower, color=_BAND, zorder=1)
        color = _MARK if words.mark(cell) else _BAR
        axes.barh(place, cell.value, 0.42, color=color, zorder=2)
        if cell.usual is not None:
            axes.plot([cell.usual] * 2, [place - 0.4, place + 0.4], color=_INK, lw=1.2, zorder=3)
    axes.set_yticks(range(len(rows)))
    axes.set_yticklabels([words.part(row) for row in rows], fontsize=8, parse_math=False)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="x", labelsize=7, colors=_MUTED)
    axes.set_title(
        words.say(msg("Dials: bar now, line usual, band limits of chance")),
        fontsize=8, color=_MUTED, loc="left", parse_math=False,
    )  # fmt: skip
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
