"""A small table on the terminal, and the same as Markdown in a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

# a file that every table is added to, as Markdown
VARIABLE = "EVIDENCE_RESULTS"


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a small table, and add it to the file of results if one is named."""
    print(f"\n{title}")
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    if os.environ.get(VARIABLE):
        with Path(os.environ[VARIABLE]).open("a", encoding="utf-8") as file:
            file.write(markdown(title, lines))


def markdown(title: str, lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its title above it."""
    head, *rows = [[cell.strip().replace("|", "\\|") for cell in line] for line in lines]
    shown = [head, ["---"] * len(head), *rows]
    return f"\n**{title}**\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in shown)
