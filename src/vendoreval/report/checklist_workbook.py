"""The checklist as a workbook: items with drop-downs, gates, the limits register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from vendoreval.replacing import replacing
from vendoreval.report.checklist_view import checklist_view, signed_line
from vendoreval.starting.onboarding import ItemStatus, Onboarding
from vendoreval.starting.signatures import STATE_WORDS
from vendoreval.text import N_, Bilingual, Language, language

_HEADS: Final = (
    (N_("Block"), 18), (N_("Item"), 22), (N_("Question"), 52), (N_("Why"), 44),
    (N_("Evidence wanted"), 40), (N_("Owner"), 24), (N_("Due"), 11), (N_("Gate"), 6),
    (N_("Blocking"), 10), (N_("State"), 14), (N_("By data"), 40), (N_("Signed"), 40),
)  # fmt: skip
_STATE_COLUMN: Final = 9
_MADE: Final = datetime(2020, 1, 1)  # equal checklists give equal files


def checklist_workbook(found: Onboarding, path: Path, language_code: str | None = None) -> Path:
    """Write the workbook; a former file is replaced.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    tongue = language(language_code or found.language)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with replacing(path) as part, xlsxwriter.Workbook(str(part), options) as book:
        book.set_properties({"created": _MADE, "title": found.vendor})
        _items(book, found, tongue)
        _gates(book, found, tongue)
        if found.limits:
            _limits(book, found, tongue)
    return path


def _items(book: Any, found: Onboarding, tongue: Language) -> None:
    sheet = book.add_worksheet(tongue.translate(N_("Checklist")))
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    for column, (name, width) in enumerate(_HEADS):
        sheet.set_column(column, column, width, cell)
        sheet.write_string(0, column, tongue.translate(name), head)
    sheet.freeze_panes(1, 2)
    row = 0
    for block in found.checklist.blocks:
        for one in found.of(block):
            row += 1
            title = f"{block.number}. {Bilingual(block.title).half(tongue.code)}"
            _write(sheet, row, (title, *_cells(found, one, tongue)), cell, day)
    states = [tongue.say(word) for word in STATE_WORDS.values()]
    if row:
        sheet.autofilter(0, 0, row, len(_HEADS) - 1)
        sheet.data_validation(
            1, _STATE_COLUMN, row, _STATE_COLUMN, {"validate": "list", "source": states}
        )


def _cells(found: Onboarding, one: ItemStatus, tongue: Language) -> tuple[Any, ...]:
    item, code = one.item, tongue.code
    return (
        item.id, Bilingual(item.question).half(code), Bilingual(item.why).half(code),
        Bilingual(item.evidence).half(code), found.checklist.role_title(item.owner, code),
        one.due_on, item.gate, tongue.translate(N_("yes") if item.blocking else N_("no")),
        tongue.say(STATE_WORDS[one.state]),
        tongue.say(one.by_data.sentence) if one.by_data else "",
        "\n".join(signed_line(s, tongue) for s in one.said.standing),
    )  # fmt: skip


def _gates(book: Any, found: Onboarding, tongue: Language) -> None:
    sheet = book.add_worksheet(tongue.translate(N_("Gates")))
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate((8, 34, 12, 34, 60)):
        sheet.set_column(column, column, width, cell)
    for row, gate in enumerate(checklist_view(found, tongue.code).gates):
        waits = ", ".join(found.gate(gate.id).waits_for)
        _write(sheet, row, (gate.id, gate.title, gate.progress, gate.state, waits), cell, cell)


def _limits(book: Any, found: Onboarding, tongue: Language) -> None:
    sheet = book.add_worksheet(tongue.translate(N_("Limits register")))
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    heads = [N_("Told by"), N_("Alternative"), N_("Decision"), N_("Measure"), N_("Review")]
    _write(sheet, 0, (tongue.translate(name) for name in heads), cell, cell)
    for column in range(len(heads)):
        sheet.set_column(column, column, 36, cell)
    for row, one in enumerate(checklist_view(found, tongue.code).limits, start=1):
        texts = (one.told, one.alternative, one.decision, one.measure, one.review)
        _write(sheet, row, texts, cell, cell)


def _write(sheet: Any, row: int, values: Iterable[Any], cell: Any, day: Any) -> None:
    for column, value in enumerate(values):
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
        elif value is not None:
            # text is written as text: nothing in it becomes a formula
            sheet.write_string(row, column, str(value), cell)
