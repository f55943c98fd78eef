"""Which of several possible readings was chosen for a column, and why."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import polars as pl

from vendoreval.intake.blocks import read_blocks
from vendoreval.intake.fault_messages import visible
from vendoreval.intake.parse_block import parse
from vendoreval.text import Count, Message, msg, nmsg

_BLOCK_BYTES = 16 << 20
# a column may hold many odd spellings; the count of all stands in the sentence
_SPELLINGS = 12
Found = TypeVar("Found")
Key = tuple[str, str, str, str]


@dataclass
class TextFile:
    """Where the rows of a delivery stand as UTF-8 text, to look at a column a second time."""

    path: Path
    offset: int
    delimiter: str
    names: tuple[str, ...]

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the cells of the whole file, from its first row."""
        with self.path.open("rb") as stream:
            stream.seek(self.offset)
            for block in read_blocks(
                stream, row=1, line=1, delimiter=self.delimiter, cells=len(self.names),
                block_bytes=_BLOCK_BYTES,
            ):  # fmt: skip
                yield parse(block, self.names, self.delimiter).cells


class Readings:
    """What the columns of one file were read as; filled while the blocks are read.

    Parameters
    ----------
    file
        The rows as text. Evidence for a whole column is looked up in it, and only when a
        cell is met that can be read in two ways.

    Examples
    --------
    >>> readings = Readings()
    >>> readings.start()
    >>> readings.note("currency", "amount", "€ 12,00", "EUR", 2)
    >>> print(readings.messages[0].template)
    %(column)s: amounts such as “%(example)s” name the agreed currency, %(chosen)s; cells: %(rows)s
    """

    def __init__(self, file: TextFile | None = None) -> None:
        self.file = file
        self._counts: Counter[Key] = Counter()
        self._found: dict[tuple[str, str], object] = {}
        self._noting = threading.Lock()
        self._looking = threading.Lock()
        self._started = False

    def start(self) -> None:
        """Take notes from now on; the readers have been tried on the empty cell before."""
        self._started = True

    def note(self, kind: str, column: str, example: str, chosen: str, count: int) -> None:
        """Note that cells of a column were read in a certain way."""
        if count and self._started:
            with self._noting:
                self._counts[kind, column, example, chosen] += count

    def decide(
        self,
        column: str,
        question: str,
        find: Callable[[Iterator[pl.DataFrame]], Found],
        otherwise: Found,
    ) -> Found:
        """Answer a question about a column from the whole file, once."""
        if not self._started or self.file is None or column not in self.file.names:
            return otherwise
        with self._looking:
            if (column, question) not in self._found:
                self._found[column, question] = find(self.file.blocks())
            return self._found[column, question]  # type: ignore[return-value]  # the answer of the question that is asked again

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every reading in words, in the order of the columns' names."""
        result: list[Message] = []
        with self._noting:
            counts = dict(self._counts)
        for kind, column, chosen in sorted({(k, c, r) for k, c, _, r in counts}):
            cells = {
                e: n for (k, c, e, r), n in counts.items() if (k, c, r) == (kind, column, chosen)
            }
            result += _said(kind, column, chosen, cells)
        return tuple(result)


def _said(kind: str, column: str, chosen: str, cells: dict[str, int]) -> list[Message]:
    if kind in _BY_SPELLING:
        commonest = sorted(cells.items(), key=lambda entry: (-entry[1], entry[0]))
        shown = [_spelling(kind, column, chosen, e, n) for e, n in commonest[:_SPELLINGS]]
        rest = commonest[_SPELLINGS:]
        if rest:
            shown.append(
                nmsg("%(column)s: %(spellings)s more spelling was read as “%(chosen)s”",
                     "%(column)s: %(spellings)s more spellings were read as “%(chosen)s”",
                     len(rest), column=column, spellings=Count(len(rest)), chosen=chosen)
            )  # fmt: skip
        return shown
    total = sum(cells.values())
    # the example must not depend on which block was read first
    example = min(cells, key=lambda text: (len(text), text))
    return [
        Message(
            _SENTENCES[kind].template,
            {"column": column, "rows": Count(total), "example": visible(example), "chosen": chosen},
        )
    ]


def _spelling(kind: str, column: str, chosen: str, spelling: str, count: int) -> Message:
    values = {"column": column, "example": visible(spelling), "chosen": chosen}
    if kind == "alphabet":
        return nmsg(
            "%(column)s: “%(example)s”, which mixes or changes Cyrillic and Latin letters, "
            "was read as “%(chosen)s” in %(rows)s cell",
            "%(column)s: “%(example)s”, which mixes or changes Cyrillic and Latin letters, "
            "was read as “%(chosen)s” in %(rows)s cells",
            count, rows=Count(count), **values,
        )  # fmt: skip
    return nmsg(
        "%(column)s: “%(example)s” was read as “%(chosen)s” in %(rows)s cell",
        "%(column)s: “%(example)s” was read as “%(chosen)s” in %(rows)s cells",
        count, rows=Count(count), **values,
    )  # fmt: skip


_BY_SPELLING: Final = frozenset({"spelling", "alphabet"})
_SENTENCES: Final = {
    "mm:ss agreed": msg(
        "%(column)s: texts such as “%(example)s” are minutes and seconds, as agreed; "
        "cells: %(rows)s"
    ),
    "hh:mm agreed": msg(
        "%(column)s: texts such as “%(example)s” are hours and minutes, as agreed; cells: %(rows)s"
    ),
    "mm:ss large": msg(
        "%(column)s: texts such as “%(example)s” are minutes and seconds, because the first part "
        "goes beyond 23; cells: %(rows)s"
    ),
    "mm:ss three parts": msg(
        "%(column)s: texts such as “%(example)s” are minutes and seconds, because the column "
        "writes hours with three parts; cells: %(rows)s"
    ),
    "mm:ss span": msg(
        "%(column)s: texts such as “%(example)s” are minutes and seconds, because as hours they "
        "would be longer than the calls themselves; cells: %(rows)s"
    ),
    "hh:mm span": msg(
        "%(column)s: texts such as “%(example)s” are hours and minutes, because they then match "
        "beginning and end; cells: %(rows)s"
    ),
    "clock open": msg(
        "%(column)s: texts such as “%(example)s” may be minutes and seconds or hours and minutes, "
        "and nothing in the file tells which; cells: %(rows)s. Which is meant?"
    ),
    "with units": msg(
        "%(column)s: texts such as “%(example)s” name their units and were read so; cells: %(rows)s"
    ),
    "grouped": msg(
        "%(column)s: in numbers such as “%(example)s” the mark “%(chosen)s” parts thousands; "
        "cells: %(rows)s"
    ),
    "grouped shown": msg(
        "%(column)s: in numbers such as “%(example)s” the mark “%(chosen)s” parts thousands, "
        "because other numbers of the column show it; cells: %(rows)s"
    ),
    "decimal": msg(
        "%(column)s: in numbers such as “%(example)s” the mark “%(chosen)s” is the decimal mark; "
        "cells: %(rows)s"
    ),
    "decimal shown": msg(
        "%(column)s: in numbers such as “%(example)s” the mark “%(chosen)s” is the decimal mark, "
        "because other numbers of the column show it; cells: %(rows)s"
    ),
    "number open": msg(
        "%(column)s: in numbers such as “%(example)s” the mark “%(chosen)s” may part thousands or "
        "decimals, and nothing in the column tells which; cells: %(rows)s. Which is meant?"
    ),
    "currency": msg(
        "%(column)s: amounts such as “%(example)s” name the agreed currency, %(chosen)s; "
        "cells: %(rows)s"
    ),
    "other currency": msg(
        "%(column)s: amounts such as “%(example)s” name a currency that is not the agreed one, "
        "%(chosen)s; cells: %(rows)s"
    ),
    "no currency": msg(
        "%(column)s: amounts such as “%(example)s” name a currency, and the agreement names "
        "none; cells: %(rows)s"
    ),
    "month name": msg(
        "%(column)s: months written as words, such as “%(example)s”; cells: %(rows)s"
    ),
    "offset": msg(
        "%(column)s: times such as “%(example)s” carry their own offset from UTC and were "
        "converted by it; cells: %(rows)s"
    ),
    "serial": msg(
        "%(column)s: day numbers such as “%(example)s” count from 1900; cells: %(rows)s"
    ),
}  # fmt: skip


def first_text(raw: pl.Series, where: pl.Series) -> str:
    """Return the text of least length, then of least order, among some cells."""
    told = raw.filter(where).drop_nulls()
    if not len(told):
        return ""
    order = pl.DataFrame({"t": told, "n": told.str.len_chars()})
    return str(order.select(pl.col("t").filter(pl.col("n") == pl.col("n").min()).min()).item())
