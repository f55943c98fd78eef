"""Totals printed in a file, held against the rows they cover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

import polars as pl

from vendoreval.intake.columns import Reader
from vendoreval.intake.plan import Plan
from vendoreval.intake.sources.total_rows import TotalRow
from vendoreval.text import Count, Message, msg, nmsg

Number = int | float | Decimal
State = Literal["agrees", "differs", "unknown"]
_SHOWN = 20
# binary fractions of a column of floats; a sum of many is a little off
_FLOAT_NOISE = 1e-9


@dataclass(frozen=True)
class PrintedTotal:
    """One figure of one printed total.

    Parameters
    ----------
    row, label
        The total and how it names itself.
    column
        The measure; `None` for the number of lines.
    printed, added_up
        What stands there, and the sum of the rows it covers.
    state
        Whether they agree; `unknown` when a row or the figure could not be read, or no
        row stands above it.
    """

    row: int
    line: int
    label: str
    column: str | None
    text: str
    printed: Number | None
    added_up: Number
    state: State


@dataclass
class _Sums:
    """What the rows came to up to a place in the file."""

    label: str = ""
    rows: int = 0
    lost: int = 0
    measures: dict[str, Number] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)

    def copy(self, label: str) -> _Sums:
        return _Sums(label, self.rows, self.lost, dict(self.measures), dict(self.unread))


class TotalsCheck:
    """Adds up rows from total to total, block after block.

    A total may cover the rows since the last one of its kind, since any other, or all
    rows from the start: it agrees when one of these holds, so that no way of nesting
    totals is taken for a mistake.
    """

    def __init__(self, plan: Plan) -> None:
        self._readers = {r.column.name: r for r in plan.readers if r.column.name in plan.measures}
        self._now = _Sums(measures=dict.fromkeys(self._readers, 0))
        self._before: list[_Sums] = [self._now.copy("")]
        self.found: list[PrintedTotal] = []

    def take(
        self,
        values: pl.DataFrame,
        cells: pl.DataFrame,
        uncounted: pl.Series | None,
        lost_rows: Sequence[int],
        totals: Sequence[TotalRow],
    ) -> list[PrintedTotal]:
        """Take the next block and return the figures of its totals that differ."""
        counted = values if uncounted is None else values.filter(~uncounted)
        texts = cells if uncounted is None else cells.filter(~uncounted)
        rows = counted.get_column("_row")
        lost = pl.Series(lost_rows, dtype=pl.Int64)
        at, gone, fresh = 0, 0, len(self.found)
        for total in sorted(totals, key=lambda entry: entry.row):
            upto, out = int((rows < total.row).sum()), int((lost < total.row).sum())
            self._add(counted[at:upto], texts[at:upto], out - gone)
            at, gone = upto, out
            self.found += self._compare(total)
            self._before.append(self._now.copy(total.label))
        self._add(counted[at:], texts[at:], len(lost) - gone)
        return [figure for figure in self.found[fresh:] if figure.state == "differs"]

    def _add(self, values: pl.DataFrame, cells: pl.DataFrame, lost: int) -> None:
        now = self._now
        now.rows += values.height
        now.lost += lost
        for name, reader in self._readers.items():
            value = values.get_column(name)
            now.measures[name] = now.measures[name] + (value.sum() or 0)  # type: ignore[operator]
            if value.null_count():
                empty = reader.empty(cells.get_column(name))
                missed = int((value.is_null() & ~empty).sum())
                now.unread[name] = now.unread.get(name, 0) + missed

    def _compare(self, total: TotalRow) -> list[PrintedTotal]:
        printed = {n: t for n, t in total.cells.items() if n in self._readers and _figures(t)}
        same = [b for b in self._before if b.label == total.label]
        # the nearest first: what a total is most likely to cover
        candidates = [*reversed(same), *reversed(self._before)]
        best = [self._figures(total, printed, since) for since in candidates]
        agreeing = next((f for f in best if f and all(x.state == "agrees" for x in f)), None)
        if agreeing is not None:
            return agreeing
        chosen = best[0]
        # in parts they may cover different stretches; what none of them gives is a difference
        return [
            next((f[i] for f in best if f[i].state == "agrees"), figure)
            for i, figure in enumerate(chosen)
        ]

    def _figures(
        self, total: TotalRow, printed: Mapping[str, str], since: _Sums
    ) -> list[PrintedTotal]:
        found = []
        now = self._now
        if total.lines is not None:
            rows = now.rows - since.rows
            state = _state(total.lines == rows, rows, now.lost - since.lost)
            found.append(self._figure(total, None, str(total.lines), total.lines, rows, state))
        for name, text in printed.items():
            rows = now.rows - since.rows
            added: Number = now.measures[name] - since.measures[name]  # type: ignore[operator]
            open_cells = now.lost - since.lost + now.unread.get(name, 0) - since.unread.get(name, 0)
            value, margin = _read(self._readers[name], text, rows)
            same = value is not None and abs(Decimal(str(value)) - Decimal(str(added))) <= margin
            state = _state(same, rows, open_cells if value is not None else 1)
            found.append(self._figure(total, name, text, value, added, state))
        return found

    @staticmethod
    def _figure(
        total: TotalRow, column: str | None, text: str, printed: Number | None, added: Number,
        state: State,
    ) -> PrintedTotal:  # fmt: skip
        return PrintedTotal(
            total.row, total.line, total.label, column, text.strip(), printed, added, state
        )

    def messages(self) -> Iterator[Message]:
        """Say how many figures agree, and name those that do not."""
        counts = {s: [f for f in self.found if f.state == s] for s in ("agrees", "unknown")}
        if counts["agrees"]:
            n = len(counts["agrees"])
            yield nmsg(
                "%(n)s figure of the printed totals agrees with the rows it covers",
                "%(n)s figures of the printed totals agree with the rows they cover",
                n, n=Count(n),
            )  # fmt: skip
        if counts["unknown"]:
            n = len(counts["unknown"])
            yield nmsg(
                "%(n)s figure of the printed totals could not be compared: a row it covers, or "
                "the figure itself, could not be read",
                "%(n)s figures of the printed totals could not be compared: a row they cover, or "
                "the figure itself, could not be read",
                n, n=Count(n),
            )  # fmt: skip
        differing = [f for f in self.found if f.state == "differs"]
        for figure in differing[:_SHOWN]:
            yield msg(
                "row %(row)s, %(label)s: printed %(printed)s, the rows above it add up to "
                "%(added)s (%(column)s)",
                row=str(figure.row), label=figure.label, printed=figure.text,
                added=_shown(figure.added_up), column=figure.column or msg("lines"),
            )  # fmt: skip


def _state(same: bool, rows: int, open_cells: int) -> State:
    if open_cells or (not rows and not same):
        return "unknown"
    return "agrees" if same else "differs"


def _figures(text: str) -> bool:
    return bool(re.search("[0-9]", text))


def _read(reader: Reader, text: str, rows: int) -> tuple[Number | None, Decimal]:
    """Return the figure as the column is read, and how far a sum may lie from it."""
    value = reader.read(pl.Series([text.strip()], dtype=pl.String))[0]
    if value is None:
        return None, Decimal(0)
    if reader.column.duration_forms or reader.column.unit in {"s", "min", "h"}:
        # each row was rounded to a second, and so was the figure
        exact = reader.column.unit == "s" and not reader.column.duration_forms
        return value, Decimal(0) if exact else Decimal(rows) / 2 + 1
    try:
        decimals = re.search(r"[.,]([0-9]*)\D*$", text)
        half = Decimal(5).scaleb(-(len(decimals[1]) if decimals else 0) - 1)
    except InvalidOperation:
        half = Decimal(0)
    noise = Decimal(str(abs(value) * _FLOAT_NOISE)) if isinstance(value, float) else Decimal(0)
    # a figure with fewer decimals than the rows was rounded
    return value, half + noise


def _shown(number: Number) -> str:
    text = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text
