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
# how many other totals are tried as the end or the beginning of what one covers
_NEAR = 20
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
        Whether they agree; `unknown` when a row or the figure could not be read.
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
    """What rows came to, from the start of the file to some place or between two places."""

    rows: int = 0
    lost: int = 0
    measures: dict[str, Number] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)

    def copy(self) -> _Sums:
        return _Sums(self.rows, self.lost, dict(self.measures), dict(self.unread))

    def since(self, other: _Sums) -> _Sums:
        """Return what lies between two places."""
        return _Sums(
            self.rows - other.rows,
            self.lost - other.lost,
            {n: v - other.measures[n] for n, v in self.measures.items()},  # type: ignore[operator]
            {n: v - other.unread.get(n, 0) for n, v in self.unread.items()},
        )


class TotalsCheck:
    """Adds up rows from total to total, block after block.

    A total may cover the rows since the last one of its kind, since any other, all rows
    from the start, or those below it: it agrees when one of these holds, so that no way
    of placing totals is taken for a mistake.
    """

    def __init__(self, plan: Plan) -> None:
        self._readers = {r.column.name: r for r in plan.readers if r.column.name in plan.measures}
        self._start = _Sums(measures=dict.fromkeys(self._readers, 0))
        self._now = self._start.copy()
        self._marks: list[tuple[TotalRow, _Sums]] = []
        self.found: tuple[PrintedTotal, ...] = ()

    def take(
        self,
        values: pl.DataFrame,
        cells: pl.DataFrame,
        uncounted: pl.Series | None,
        lost_rows: Sequence[int],
        totals: Sequence[TotalRow],
    ) -> None:
        """Take the next block of the file."""
        counted = values if uncounted is None else values.filter(~uncounted)
        texts = cells if uncounted is None else cells.filter(~uncounted)
        rows = counted.get_column("_row")
        lost = pl.Series(lost_rows, dtype=pl.Int64)
        at = gone = 0
        for total in sorted(totals, key=lambda entry: entry.row):
            upto, out = int((rows < total.row).sum()), int((lost < total.row).sum())
            self._add(counted[at:upto], texts[at:upto], out - gone)
            at, gone = upto, out
            self._marks.append((total, self._now.copy()))
        self._add(counted[at:], texts[at:], len(lost) - gone)

    def finish(self) -> list[PrintedTotal]:
        """Compare all totals and return the figures that differ."""
        self.found = tuple(f for i in range(len(self._marks)) for f in self._compare(i))
        return [figure for figure in self.found if figure.state == "differs"]

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

    def _compare(self, index: int) -> list[PrintedTotal]:
        total, _ = self._marks[index]
        printed = {n: t for n, t in total.cells.items() if n in self._readers and _figures(t)}
        tried = [self._figures(total, printed, span) for span in self._spans(index)]
        # all figures of a total cover the same rows, so they agree together or not at all
        return next((f for f in tried if all(x.state == "agrees" for x in f)), tried[0])

    def _spans(self, index: int) -> list[_Sums]:
        """Return the stretches a total may cover, the likeliest first, none without rows."""
        total, at = self._marks[index]
        before, after = self._marks[:index], self._marks[index + 1 :]
        same = [sums for other, sums in before if other.label == total.label][-_NEAR:]
        near = [sums for _, sums in before[-_NEAR:]]
        back = [at.since(s) for s in (*reversed(same), self._start, *reversed(near))]
        below = [s for other, s in after if other.label == total.label][:1]
        forth = [s.since(at) for s in (*below, self._now, *(s for _, s in after[:_NEAR]))]
        return [span for span in (*back, *forth) if span.rows or span.lost] or [back[0]]

    def _figures(
        self, total: TotalRow, printed: Mapping[str, str], span: _Sums
    ) -> list[PrintedTotal]:
        found = []
        if total.lines is not None:
            state = _state(total.lines == span.rows, span.lost)
            found.append(self._figure(total, None, str(total.lines), total.lines, span.rows, state))
        for name, text in printed.items():
            added = span.measures[name]
            value, margin = _read(self._readers[name], text, span.rows)
            same = value is not None and abs(Decimal(str(value)) - Decimal(str(added))) <= margin
            unread = span.lost + span.unread.get(name, 0) + (value is None)
            found.append(self._figure(total, name, text, value, added, _state(same, unread)))
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
                "row %(row)s, %(label)s: printed %(printed)s, the rows it covers add up to "
                "%(added)s (%(column)s)",
                row=str(figure.row), label=figure.label, printed=figure.text,
                added=_shown(figure.added_up), column=figure.column or msg("lines"),
            )  # fmt: skip


def _state(same: bool, unread: int) -> State:
    if unread:
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
