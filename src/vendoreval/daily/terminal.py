"""The table as text: for a terminal, and a few lines to paste into a chat."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vendoreval.daily.judgement import Cell
from vendoreval.daily.table import DailyTable
from vendoreval.daily.words import PART_HEADS, Words
from vendoreval.text import msg

_PASTED: Final = ("dials", "conversations", "line_hours", "quotes_sent", "sales_claimed")
_MOST_PASTED: Final = 12
# a change in per cent of fewer says nothing
_SMALL: Final = 10
_MARK_STYLES: Final = {"above": "bold", "below": "bold"}


def render(made: DailyTable, code: str, console: Console) -> None:
    """Print the table to a console."""
    words = Words(made, code)
    console.print(words.title(), style="bold", markup=False, highlight=False)
    console.print()
    console.print(_whole(words))
    console.print()
    if made.rows:
        console.print(_parts(words))
        console.print()
    for note in made.notes:
        console.print(words.say(note), markup=False, highlight=False, style="dim")


def as_text(made: DailyTable, code: str, width: int) -> str:
    """Return the table without colours."""
    stream = StringIO()
    render(made, code, Console(file=stream, width=width, no_color=True, force_terminal=False,
                               legacy_windows=False))  # fmt: skip
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _whole(words: Words) -> Table:
    made = words.made
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(words.say(msg("All together")))
    for head in (words.period(made.stretches.now), words.earlier_head(),
                 words.say(msg("change")), words.say(msg("usual")),
                 words.say(msg("limits of chance"))):  # fmt: skip
        table.add_column(escape(head), justify="right")
    table.add_column(words.say(msg("past and now")))
    for name, cell in made.whole.cells.items():
        table.add_row(
            words.label(name), _figure(words, cell), words.figure(name, cell.earlier),
            words.change(cell), words.usual(cell), words.limits(cell), words.spark(cell),
        )  # fmt: skip
    return table


def _parts(words: Words) -> Table:
    made = words.made
    shown = shown_measures(made)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column(words.say(PART_HEADS[made.by]), no_wrap=True)
    if made.by != "day":
        table.add_column(words.say(msg("days")), justify="right")
    for name in shown:
        table.add_column(words.head(name), justify="right")
    table.add_column(words.say(msg("dials so far")), no_wrap=True)
    for row in made.rows:
        label = escape(words.part(row))
        standing = words.standing(row)
        cells = [_two_lines(words, row.cells[name]) for name in shown]
        if made.by != "day":
            cells.insert(0, words.days(row))
        table.add_row(
            f"{label}\n[dim]{escape(standing)}[/dim]" if standing else label,
            *cells, words.spark(row.cells["dials"]),
        )  # fmt: skip
    return table


def shown_measures(made: DailyTable) -> tuple[str, ...]:
    """Return the measures of which anything is known of any part."""
    return tuple(
        name for name in made.measures
        if any(row.cells[name].value is not None or row.cells[name].earlier is not None
               for row in made.rows)
    )  # fmt: skip


def _figure(words: Words, cell: Cell) -> str:
    text = escape(words.figure(cell.measure, cell.value)) + words.mark(cell)
    style = _MARK_STYLES.get(cell.signal or "")
    return f"[{style}]{text}[/{style}]" if style else text


def _two_lines(words: Words, cell: Cell) -> str:
    return f"{_figure(words, cell)}\n[dim]{escape(words.change(cell))}[/dim]"


def as_message(made: DailyTable, code: str) -> str:
    """Return a few lines for a chat: all together, then who lies outside of the limits."""
    words = Words(made, code)
    return "\n".join(_lines(words)) + "\n"


def _lines(words: Words) -> Iterator[str]:
    made = words.made
    yield words.title()
    known = [made.whole.cells[n] for n in _PASTED if made.whole.cells[n].value is not None]
    yield "; ".join(f"{words.head(c.measure)} {_told(words, c)}{words.mark(c)}" for c in known)
    marked = list(_marked(words))
    if not made.judged:
        yield words.say(msg("The past is too short for limits of chance."))
    elif not marked:
        yield words.say(msg("Nothing lies outside of the limits of the own past."))
    else:
        yield words.say(msg("Outside of the limits of the own past (a question, no finding):"))
        yield from marked[:_MOST_PASTED]
        if len(marked) > _MOST_PASTED:
            yield words.say(msg("and %(n)s more", n=len(marked) - _MOST_PASTED))


def _told(words: Words, cell: Cell) -> str:
    """Return a value with its change; of small numbers with the earlier one, which says more."""
    value = words.figure(cell.measure, cell.value)
    if cell.earlier is None:
        return value
    if cell.earlier < _SMALL:
        earlier = words.figure(cell.measure, cell.earlier)
        return words.say(msg("%(now)s against %(then)s", now=value, then=earlier))
    return f"{value} ({words.change(cell)})"


def _marked(words: Words) -> Iterator[str]:
    made = words.made
    for row in (made.whole, *made.rows):
        found = [cell for cell in row.cells.values() if words.mark(cell)]
        if found:
            told = ", ".join(
                words.say(msg("%(measure)s %(value)s%(mark)s (usual %(usual)s)",
                              measure=words.head(cell.measure),
                              value=words.figure(cell.measure, cell.value),
                              mark=words.mark(cell), usual=words.usual(cell)))
                for cell in found
            )  # fmt: skip
            name = words.say(msg("All together")) if row is made.whole else words.part(row)
            yield f"{name}: {told}"
