"""Totals printed in a file, held against the rows they cover."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import polars as pl

from vendoreval.intake.columns import Reader
from vendoreval.intake.plan import Plan
from vendoreval.intake.sources.total_rows import TotalRow, lines_told
from vendoreval.text import Count, Message, msg, nmsg

Number = int | float | Decimal
State = Literal["agrees", "differs", "unknown"]
_SHOWN = 20
# how many other totals are tried as the end or the beginning of what one covers
_NEAR = 8
# a print layout has some hundreds; more are no longer held in memory and compared
_MOST_TOTALS = 5_000
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
            {n: v - other.measures[n] for n, v in self.measures.items()},  # type: ignore[operator]  # one column has one kind of number
            {n: v - other.unread.get(n, 0) for n, v in self.unread.items()},
        )


@dataclass(frozen=True)
class _Figure:
    """A printed figure, and how far from it the sum may lie: at all, and for each row."""

    text: str
    value: Number | None
    margin: Decimal
    margin_a_row: Decimal

    def fits(self, added: Number, rows: int) -> bool:
        if self.value is None:
            return False
        off = abs(Decimal(str(self.value)) - Decimal(str(added)))
        return off <= self.margin + self.margin_a_row * rows


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
        self._alike: dict[str, list[int]] = {}
        self._beyond = 0
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
            if len(self._marks) == _MOST_TOTALS:
                self._beyond += 1
                continue
            self._alike.setdefault(total.label, []).append(len(self._marks))
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
            now.measures[name] = now.measures[name] + (value.sum() or 0)  # type: ignore[operator]  # one column has one kind of number
            if value.null_count():
                empty = reader.empty(cells.get_column(name))
                missed = int((value.is_null() & ~empty).sum())
                now.unread[name] = now.unread.get(name, 0) + missed

    def _compare(self, index: int) -> list[PrintedTotal]:
        total, _ = self._marks[index]
        printed = {
            name: _read(self._readers[name], text)
            for name, text in total.cells.items()
            if name in self._readers and re.search("[0-9]", text) and lines_told(text) is None
        }
        likeliest: list[PrintedTotal] | None = None
        for span in self._spans(index):
            figures = self._figures(total, printed, span)
            # all figures of a total cover the same rows, so they agree together or not at all
            if all(figure.state == "agrees" for figure in figures):
                return figures
            likeliest = likeliest or figures
        return likeliest or self._figures(total, printed, self._start)

    def _spans(self, index: int) -> Iterator[_Sums]:
        """Yield the stretches a total may cover, the likeliest first, none without rows."""
        total, at = self._marks[index]
        alike = self._alike[total.label]
        place = bisect_left(alike, index)
        since = [self._marks[i][1] for i in reversed(alike[max(place - _NEAR, 0) : place])]
        near = [sums for _, sums in reversed(self._marks[max(index - _NEAR, 0) : index])]
        for earlier in (*since, self._start, *near):
            span = at.since(earlier)
            if span.rows or span.lost:
                yield span
        below = [self._marks[i][1] for i in alike[place + 1 : place + 2]]
        after = [sums for _, sums in self._marks[index + 1 : index + 1 + _NEAR]]
        for later in (*below, self._now, *after):
            span = later.since(at)
            if span.rows or span.lost:
                yield span

    def _figures(
        self, total: TotalRow, printed: Mapping[str, _Figure], span: _Sums
    ) -> list[PrintedTotal]:
        found = []
        if total.lines is not None:
            state = _state(total.lines == span.rows, span.lost)
            found.append(self._figure(total, None, str(total.lines), total.lines, span.rows, state))
        for name, figure in printed.items():
            added = span.measures[name]
            unread = span.lost + span.unread.get(name, 0) + (figure.value is None)
            state = _state(figure.fits(added, span.rows), unread)
            found.append(self._figure(total, name, figure.text, figure.value, added, state))
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
        if self._beyond:
            yield msg("only the first %(n)s printed totals were compared", n=Count(_MOST_TOTALS))
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


def _read(reader: Reader, text: str) -> _Figure:
    """Read a figure as its column is read."""
    text = text.strip()
    value = reader.read(pl.Series([text], dtype=pl.String))[0]
    nothing = Decimal(0)
    if value is None:
        return _Figure(text, None, nothing, nothing)
    if reader.column.duration_forms or reader.column.unit in {"s", "min", "h"}:
        # each row was rounded to a second, and so was the figure
        exact = reader.column.unit == "s" and not reader.column.duration_forms
        return _Figure(text, value, Decimal(not exact), nothing if exact else Decimal("0.5"))
    decimals = re.search(r"[.,]([0-9]*)[^0-9]*$", text)
    # a figure with fewer decimals than the rows was rounded
    half = Decimal(5).scaleb(-(len(decimals[1]) if decimals else 0) - 1)
    noise = Decimal(str(abs(value) * _FLOAT_NOISE)) if isinstance(value, float) else nothing
    return _Figure(text, value, half + noise, nothing)


def _shown(number: Number) -> str:
    text = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text
