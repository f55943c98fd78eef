"""The header of a sheet that no agreement describes yet: the row that reads like names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from vendoreval.drafting.candidates import known_words
from vendoreval.drafting.header_words import header_words
from vendoreval.intake.header import COPIED, DELIMITERS, HeadRow, head_rows, header_of

_LETTER: Final = re.compile(r"[^\W\d_]")
# a value, and no name: digits with marks only, or a clock or date with words around it
_VALUE: Final = re.compile(r"[\d\s.,:;/+()%€$₽-]+|.*\d{1,4}[.:/-]\d{1,2}[.:/-]\d{1,4}.*")
_KNOWN_WORTH: Final = 3.0
_COMPARED_ROWS: Final = 20
_DEEPEST: Final = 2


@dataclass(frozen=True)
class Head:
    """Where the header stands, and what it says.

    Parameters
    ----------
    rows_before, depth
        Rows above it, and how many rows it has.
    texts
        Header of each column; empty where none stands.
    worth
        How much like a header it is; only to compare two of them.
    """

    delimiter: str
    rows_before: int
    depth: int
    texts: tuple[str, ...]
    worth: float

    @property
    def names(self) -> tuple[str, ...]:
        """Headers that can name a column, each once."""
        found: dict[str, str] = {}
        for text in self.texts:
            if text.strip():
                found.setdefault(" ".join(text.split()).casefold(), text)
        return tuple(found.values())


def find_head(head: bytes, delimiters: Sequence[str] = DELIMITERS) -> Head | None:
    """Return the likeliest header among the first rows of a text.

    Examples
    --------
    >>> find_head("Отчёт за май\\nID;Имя\\n1;а\\n2;б\\n".encode()).texts
    ('ID', 'Имя')
    """
    found = [
        candidate
        for delimiter in delimiters
        for candidate in _candidates(head_rows(head, delimiter), delimiter)
    ]
    if not found:
        return None
    best = max(found, key=lambda h: (h.worth, -h.rows_before))
    # a name alone in its row is a title, unless the table has one column only
    wide = [candidate for candidate in found if len(candidate.names) > 1]
    return max(wide, key=lambda h: (h.worth, -h.rows_before)) if wide else best


def _candidates(rows: Sequence[HeadRow], delimiter: str) -> list[Head]:
    result = []
    written = list(rows)
    # what a merged cell lends to its right names nothing by itself
    rows = [replace(row, cells=tuple("" if c.endswith(COPIED) else c for c in row.cells))
            for row in written]  # fmt: skip
    for index, row in enumerate(rows):
        if not reads_like_names(row.cells):
            continue
        depth = _depth(rows, index)
        texts = header_of(written[index : index + depth], {}, delimiter, index).cells
        below = rows[index + depth : index + depth + _COMPARED_ROWS]
        result.append(Head(delimiter, index, depth, tuple(texts), _worth(row, texts, below)))
    return result


def reads_like_names(cells: Sequence[str]) -> bool:
    """Whether the cells of a row are names: words, different ones, and no values.

    Examples
    --------
    >>> reads_like_names(["Дата", "", "Сумма"]), reads_like_names(["01.10.2017", "5"])
    (True, False)
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or len({cell.casefold() for cell in filled}) * 2 < len(filled):
        return False
    values = sum(bool(_VALUE.fullmatch(c)) or not _LETTER.search(c) for c in filled)
    # a number sign may stand among names, a value may not
    marks = sum(cell in {"№", "#", "N", "%"} for cell in filled)
    return values - marks <= len(filled) // 10


def _depth(rows: Sequence[HeadRow], index: int) -> int:
    """Two rows when the upper one has gaps or repeats, and the lower fills them with names."""
    if index + 1 >= len(rows):
        return 1
    upper, lower = rows[index].cells, rows[index + 1].cells
    if len(upper) != len(lower) or not reads_like_names(lower):
        return 1
    inner = [text.strip() for text in upper]
    last = max((place for place, text in enumerate(inner) if text), default=0)
    open_places = [
        place
        for place, text in enumerate(inner)
        if place <= last + 1 and (not text or inner.count(text) > 1)
    ]
    told = [place for place in open_places if lower[place].strip()]
    upper_names = sum(bool(text) for text in inner)
    return _DEEPEST if len(told) >= 2 and upper_names >= 2 else 1


def _worth(row: HeadRow, texts: Sequence[str], below: Sequence[HeadRow]) -> float:
    names = {text.strip() for text in texts if text.strip()}
    known = sum(header_words(name).words in known_words() for name in names)
    alike = sum(len(other.cells) == len(row.cells) for other in below)
    steady = alike / len(below) if below else 0.5
    values = sum(not reads_like_names(other.cells) for other in below)
    above_values = values / len(below) if below else 0.0
    return known * _KNOWN_WORTH + len(names) * steady + above_values
