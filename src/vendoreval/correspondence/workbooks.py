"""The two workbooks of a pack: the vendor's own rows, and the sheet it answers in.

Every text is a text for the spreadsheet, whatever it begins with; phones are masked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import (
    XlsxWriterException,
)

from vendoreval.auditing.claims import STATUSES
from vendoreval.correspondence.dispute import Dispute
from vendoreval.correspondence.letter import Letter
from vendoreval.errors import LedgerError, os_problem
from vendoreval.intake.returned_styles import Pen
from vendoreval.replacing import replacing
from vendoreval.report.claims_page import STATUSES as STATUS_WORDS
from vendoreval.report.masking import masked_cell
from vendoreval.report.words import COLUMNS
from vendoreval.text import Count, Language, language, msg, nmsg

# larger workbooks travel badly by mail
MOST_ROWS: Final = 100_000
_OPTIONS: Final = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip
_ANSWER, _AMOUNT = 4, 5


def write_rows(dispute: Dispute, letter: Letter, path: Path, code: str) -> Path:
    """Write `rows.xlsx`: the items with their arithmetic, then one sheet of rows for each."""

    def fill(book: Any, tongue: Language, pen: Pen) -> None:
        _items(book.add_worksheet(tongue.say(msg("Items"))), letter, dispute, pen)
        for item in dispute.items:
            if len(item.rows):
                _rows(book.add_worksheet(str(item.number)), item.rows, pen)

    return _write(path, code, fill)


def write_answers(dispute: Dispute, letter: Letter, path: Path, code: str) -> Path:
    """Write `answers.xlsx`: one line for each item, with the answers to choose from."""

    def fill(book: Any, tongue: Language, pen: Pen) -> None:
        _answers(book, book.add_worksheet(tongue.say(msg("Answers"))), dispute, letter, pen)

    return _write(path, code, fill)


def answer_words(code: str) -> dict[str, str]:
    """Return status -> its word in a language, as the sheet offers it."""
    tongue = language(code)
    return {status: tongue.translate(STATUS_WORDS[status]) for status in STATUSES}


def _write(path: Path, code: str, fill: Callable[[Any, Language, Pen], None]) -> Path:
    tongue = language(code)
    try:
        with replacing(path) as part, xlsxwriter.Workbook(str(part), _OPTIONS) as book:
            fill(book, tongue, Pen.of(book, tongue))
    except XlsxWriterException as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError()
        raise LedgerError(os_problem(str(path), cause)) from error
    return path


def _items(sheet: Any, letter: Letter, dispute: Dispute, pen: Pen) -> None:
    """Write every item with its calculation, so that it can be followed by hand."""
    say = pen.speak.say
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 2, 22)
    pen.text(sheet, 0, 0, letter.title, "title")
    pen.text(sheet, 1, 0, letter.receiver, "plain")
    money = pen.book.add_format({"num_format": "#,##0.00", "valign": "top", "bold": True})
    row = 3
    for item, shown in zip(dispute.items, letter.items, strict=True):
        pen.text(sheet, row, 0, str(item.number), "head")
        pen.text(sheet, row, 1, shown.title, "head")
        pen.text(sheet, row, 2, shown.finding, "head")
        row += 1
        for step in shown.steps:
            pen.text(sheet, row, 0, step.sign, "words")
            pen.text(sheet, row, 1, step.label, "words")
            pen.text(sheet, row, 2, step.value, "words")
            row += 1
        pen.text(sheet, row, 1, shown.claim, "words")
        sheet.write_number(row, 2, item.claimed, money)
        row += 1
        left = len(item.rows) - MOST_ROWS
        if left > 0:
            note = nmsg("%(n)s row is not in this workbook; ask us for it.",
                        "%(n)s rows are not in this workbook; ask us for them.",
                        left, n=Count(left))  # fmt: skip
            pen.text(sheet, row, 1, say(note), "words")
            row += 1
        row += 1
    pen.text(sheet, row, 1, say(msg("In all, each call once")), "strong")
    sheet.write_number(row, 2, dispute.claimed, money)


def _rows(sheet: Any, rows: pd.DataFrame, pen: Pen) -> None:
    columns = [str(name) for name in rows.columns]
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 18)
    for place, name in enumerate(columns):
        known = COLUMNS.get(name)
        pen.text(sheet, 0, place, pen.speak.translate(known) if known else name, "header")
    plain = pen.book.add_format({"valign": "top"})
    for number, values in enumerate(rows.head(MOST_ROWS).itertuples(index=False, name=None), 1):
        for place, (name, value) in enumerate(zip(columns, values, strict=True)):
            cell = "" if _is_missing(value) else masked_cell(name, _python(value))
            if isinstance(cell, str):
                pen.text(sheet, number, place, cell, "plain")
            else:
                sheet.write_number(number, place, cell, plain)


def _python(value: Any) -> Any:
    """Return a value of numpy or pandas as Python's own."""
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    item = getattr(value, "item", None)
    return item() if callable(item) else value


def _is_missing(value: Any) -> bool:
    return value is None or (not isinstance(value, list | tuple | dict) and bool(pd.isna(value)))


def _answers(book: Any, sheet: Any, dispute: Dispute, letter: Letter, pen: Pen) -> None:
    say = pen.speak.say
    heads = (
        (msg("No."), 6), (msg("Finding"), 10), (msg("What was asked"), 70),
        (msg("Amount in question"), 18), (msg("Answer"), 16),
        (msg("Amount accepted or credited"), 20), (msg("Reason"), 60), (msg("Answered by"), 24),
    )  # fmt: skip
    words = answer_words(pen.speak.code)
    pen.text(sheet, 0, 0, letter.title, "title")
    about = f"{dispute.vendor} / {dispute.period} / {dispute.mark}"
    pen.text(sheet, 1, 0, about, "plain")
    pen.text(
        sheet, 2, 0,
        say(msg("Fill in the coloured cells: %(words)s. A rejected item needs its reason; an "
                "amount left empty means the amount in question. Leave the line above as it is.",
                words=", ".join(words.values()))), "plain",
    )  # fmt: skip
    for place, (head, width) in enumerate(heads):
        sheet.set_column(place, place, width)
        pen.text(sheet, 4, place, say(head), "head")
    money = book.add_format({"num_format": "#,##0.00", "valign": "top"})
    free = book.add_format(
        {"bg_color": "#FFF8E1", "text_wrap": True, "valign": "top", "border": 1,
         "border_color": "#D3D9DF"}
    )  # fmt: skip
    for at, (item, shown) in enumerate(zip(dispute.items, letter.items, strict=True), 5):
        sheet.write_number(at, 0, item.number, pen.plain["count"])
        pen.text(sheet, at, 1, item.finding.id, "words")
        pen.text(sheet, at, 2, shown.title, "words")
        sheet.write_number(at, 3, item.claimed, money)
        for place in range(_ANSWER, len(heads)):
            sheet.write_blank(at, place, None, free)
    _validate(sheet, 5, 4 + len(dispute.items), tuple(words.values()), pen)


def _validate(sheet: Any, first: int, last: int, words: Sequence[str], pen: Pen) -> None:
    sheet.data_validation(
        first, _ANSWER, last, _ANSWER, {"validate": "list", "source": list(words)}
    )
    sheet.data_validation(
        first, _AMOUNT, last, _AMOUNT,
        {"validate": "decimal", "criteria": ">=", "value": 0,
         "error_message": pen.speak.say(msg("An amount, such as 1250.50"))[:255]},
    )  # fmt: skip
    sheet.freeze_panes(first, 0)
