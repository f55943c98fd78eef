"""A row that sums up others: its label, how many lines it counts, what it adds up to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

# a total is known by its first word; the same words serve both kinds of engines
TOTAL_WORDS: Final = "итого|всего|total|subtotal|sub-total|grand total"
TOTAL_CELL: Final = rf"(?i)^\s*(?:{TOTAL_WORDS})\b"
# nothing but a total; “Total Wine Ltd” may be somebody's name
BARE_TOTAL_CELL: Final = (
    r"(?i)^\s*(?:(?:итого|subtotal|sub-total|grand total)\b"
    r"|(?:всего|total)\s*(?:[:.=(–—-]|$|(?:по|за|на|for|by|of)\b))"
)
_TOTAL = re.compile(TOTAL_CELL)
_BARE_TOTAL = re.compile(BARE_TOTAL_CELL)
_WORDS = (
    r"(?:строк[аи]?|запис(?:ь|и|ей)|позици(?:я|и|й)|звонк(?:ов|а)|звонок|вызов(?:ов|а)?|rows?|lines?"
    r"|records?|calls?|entr(?:y|ies))"
)
_NUMBER = r"(?P<n>[0-9](?:[0-9 \u00a0]{0,10}[0-9])?)"
_LINES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (rf"{_WORDS}\s*[:№#=-]?\s*{_NUMBER}", rf"{_NUMBER}\s*{_WORDS}")
)
_NOT_OF_LABEL = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class TotalRow:
    """A printed total.

    Parameters
    ----------
    row, line
        Where it stands.
    label
        Its first text, without figures and marks.
    lines
        How many lines it says it covers, if it says so.
    cells
        Column -> text below the header of that column.
    """

    row: int
    line: int
    label: str
    lines: int | None = None
    cells: Mapping[str, str] = field(default_factory=dict)


def is_total(text: str) -> bool:
    """Whether a cell is the label of a total.

    Examples
    --------
    >>> is_total("Всего по абоненту:"), is_total("Totally new")
    (True, False)
    """
    return _TOTAL.match(text) is not None


def is_bare_total(text: str) -> bool:
    """Whether a cell can be nothing else than the label of a total.

    Examples
    --------
    >>> is_bare_total("Итого Анна"), is_bare_total("Total:"), is_bare_total("Total Wine Ltd")
    (True, True, False)
    """
    return _BARE_TOTAL.match(text) is not None


def total_row(row: int, line: int, texts: Sequence[str], cells: Mapping[str, str]) -> TotalRow:
    """Return the total that stands in these cells."""
    filled = [text for text in texts if text.strip()]
    label = " ".join(_NOT_OF_LABEL.sub(" ", filled[0]).split()).casefold() if filled else ""
    lines = next((n for text in filled if (n := lines_told(text)) is not None), None)
    return TotalRow(row, line, label, lines, dict(cells))


def lines_told(text: str) -> int | None:
    """Return how many lines a cell says there are: “строк 760”, “Total: 12 rows”."""
    bare = _TOTAL.sub("", text).strip(" :.=-–—\u00a0\t")
    for form in _LINES:
        if found := form.fullmatch(bare):
            return int("".join(filter(str.isdigit, found["n"])))
    return None
