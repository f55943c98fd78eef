"""Rows of text as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def text_table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their columns below each other.

    Examples
    --------
    >>> list(text_table([["Agent", "Calls"], ["A7", "12"]]))
    ['Agent  Calls', 'A7     12']
    """
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
