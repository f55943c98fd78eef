"""The table as HTML: no scripts, nothing fetched, light and dark."""

from __future__ import annotations

from html import escape
from typing import Final

from vendoreval.daily.judgement import Cell
from vendoreval.daily.table import DailyTable, Row
from vendoreval.daily.terminal import shown_measures
from vendoreval.daily.words import PART_HEADS, Words
from vendoreval.text import msg

#: a notebook of many such views must stay small
MOST_BYTES: Final = 180_000
_STYLE: Final = """
.ve-prod{--ink:#1b2128;--muted:#57626e;--line:#d5dbe1;--mark:#9a3b00;--paper:#fff;
font:13px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
@media (prefers-color-scheme:dark){.ve-prod{--ink:#e6eaee;--muted:#9aa5b1;--line:#3a444e;
--mark:#ffb07a;--paper:#14181c}}
[data-jp-theme-light="false"] .ve-prod{--ink:#e6eaee;--muted:#9aa5b1;--line:#3a444e;
--mark:#ffb07a;--paper:transparent}
.ve-prod h2{font-size:16px;margin:0 0 8px}
.ve-prod .wide{overflow-x:auto}
.ve-prod table{border-collapse:collapse;margin:0 0 14px;font-variant-numeric:tabular-nums}
.ve-prod th,.ve-prod td{text-align:right;padding:3px 9px;border-bottom:1px solid var(--line);
white-space:nowrap;vertical-align:top;color:var(--ink);background:none}
.ve-prod th{font-weight:600}
.ve-prod th:first-child,.ve-prod td:first-child{text-align:left}
.ve-prod small{display:block;color:var(--muted)}
.ve-prod b{color:var(--mark)}
.ve-prod svg{stroke:var(--ink);fill:none;vertical-align:middle}
.ve-prod svg circle{fill:var(--mark);stroke:none}
.ve-prod p{color:var(--muted);margin:2px 0;max-width:60em}
"""
_WIDTH, _HEIGHT = 64, 16


def as_fragment(made: DailyTable, code: str) -> str:
    """Return the view of a notebook."""
    words = Words(made, code)
    notes = "".join(f"<p>{escape(words.say(note))}</p>" for note in made.notes)
    head = f"<style>{_STYLE}</style><div class='ve-prod'><h2>{escape(words.title())}</h2>"
    top = _whole(words)
    room = MOST_BYTES - len((head + top + notes).encode())
    return f"{head}{top}{_parts(words, room)}{notes}</div>"


def as_page(made: DailyTable, code: str) -> str:
    """Return a whole page."""
    title = escape(Words(made, code).title())
    return (
        f"<!doctype html><html lang='{code}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        "<meta name='color-scheme' content='light dark'>"
        f"<title>{title}</title></head><body>{as_fragment(made, code)}</body></html>\n"
    )


def _whole(words: Words) -> str:
    made = words.made
    heads = (
        words.say(msg("All together")), words.period(made.stretches.now), words.earlier_head(),
        words.say(msg("change")), words.say(msg("usual")),
        words.say(msg("limits of chance")), words.say(msg("past and now")),
    )  # fmt: skip
    rows = []
    for name, cell in made.whole.cells.items():
        figures = (words.figure(name, cell.earlier), words.change(cell), words.usual(cell),
                   words.limits(cell))  # fmt: skip
        cells = "".join(f"<td>{escape(text)}</td>" for text in figures)
        rows.append(f"<tr><td>{escape(words.label(name))}</td><td>{_figure(words, cell)}</td>"
                    f"{cells}<td>{spark(cell)}</td></tr>")  # fmt: skip
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    return f"<div class='wide'><table><tr>{head}</tr>{''.join(rows)}</table></div>"


def _parts(words: Words, room: int) -> str:
    made = words.made
    if not made.rows:
        return ""
    shown = shown_measures(made)
    days = [] if made.by == "day" else [words.say(msg("days"))]
    heads = [words.say(PART_HEADS[made.by]), *days, *(words.head(n) for n in shown),
             words.say(msg("dials so far"))]  # fmt: skip
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    parts, left = [], room - len(head.encode()) - 500
    for row in made.rows:
        line = _part(words, row, shown)
        left -= len(line.encode())
        if left < 0:
            break
        parts.append(line)
    rest = len(made.rows) - len(parts)
    more = f"<p>{escape(words.say(msg('and %(n)s more', n=rest)))}</p>" if rest else ""
    return f"<div class='wide'><table><tr>{head}</tr>{''.join(parts)}</table></div>{more}"


def _part(words: Words, row: Row, shown: tuple[str, ...]) -> str:
    standing = words.standing(row)
    label = escape(words.part(row)) + (f"<small>{escape(standing)}</small>" if standing else "")
    cells = "".join(
        f"<td>{_figure(words, row.cells[n])}"
        f"<small>{escape(words.change(row.cells[n]))}</small></td>"
        for n in shown
    )
    days = "" if words.made.by == "day" else f"<td>{words.days(row)}</td>"
    return f"<tr><td>{label}</td>{days}{cells}<td>{spark(row.cells['dials'])}</td></tr>"


def _figure(words: Words, cell: Cell) -> str:
    text = escape(words.figure(cell.measure, cell.value))
    mark = words.mark(cell)
    if not mark:
        return text
    usual = words.say(msg("usual %(usual)s, limits %(limits)s", usual=words.usual(cell),
                          limits=words.limits(cell)))  # fmt: skip
    return f"<b title='{escape(usual, quote=True)}'>{text}{mark}</b>"


def spark(cell: Cell) -> str:
    """Return the past and the present as a small line, the present as a dot."""
    places = [(n, v) for n, v in enumerate(cell.past) if v is not None]
    if len(places) < 2:
        return ""
    low, high = min(v for _, v in places), max(v for _, v in places)
    step = _WIDTH / max(len(cell.past) - 1, 1)
    points = [
        (round(2 + n * step, 1), round(2 + _HEIGHT * (1 - (v - low) / ((high - low) or 1)), 1))
        for n, v in places
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    dot = ""
    if cell.past[-1] is not None:
        dot = f"<circle cx='{points[-1][0]}' cy='{points[-1][1]}' r='2'/>"
    return (f"<svg width='{_WIDTH + 4}' height='{_HEIGHT + 4}' aria-hidden='true'>"
            f"<polyline points='{line}'/>{dot}</svg>")  # fmt: skip
