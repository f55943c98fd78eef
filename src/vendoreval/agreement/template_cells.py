"""How one column looks in a workbook: number format, drop-down, and the example as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from vendoreval.agreement.reports import Column
from vendoreval.units import CLOCK_FORMS, EXCEL_SERIAL, date_pattern

_TEXT = "@"
_CLOCK_FORMAT = {"hh:mm:ss": "[hh]:mm:ss", "mm:ss": "[mm]:ss", "hh:mm": "[hh]:mm",
                 "excel-time": "[hh]:mm:ss"}  # fmt: skip
_EXCEL_PARTS = {
    "yyyy": "yyyy", "uuuu": "yyyy", "yy": "yy", "MM": "mm", "M": "m", "dd": "dd", "d": "d",
    "HH": "hh", "H": "h", "mm": "mm", "ss": "ss",
}  # fmt: skip
_DATE_PART = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']")


@dataclass(frozen=True)
class CellPlan:
    """Format of the cells of a column and its example as a spreadsheet holds it.

    Parameters
    ----------
    number_format
        As spreadsheets write it.
    example
        Text, number, moment or duration; `None` when the agreement shows no example.
    """

    number_format: str
    example: str | int | float | Decimal | datetime | timedelta | None


def cell_plan(column: Column, words: tuple[str, str]) -> CellPlan:
    """Return how a column is written in a workbook.

    Parameters
    ----------
    column
        A column of the agreement.
    words
        Yes and no in the language of the workbook.

    Examples
    --------
    >>> cell_plan(Column("talk", "integer", ("talk",), forms=("hh:mm:ss",),
    ...                  example="00:03:04"), ("yes", "no"))
    CellPlan(number_format='[hh]:mm:ss', example=datetime.timedelta(seconds=184))
    """
    text = column.example
    if column.duration_forms:
        return _duration(column, text)
    if column.codes:
        return CellPlan(_TEXT, text if text is not None else next(iter(column.codes.values())))
    if column.kind in {"date", "timestamp"}:
        return _moment(column, text)
    if column.kind == "boolean":
        return CellPlan(_TEXT, words[text.casefold() not in {"true", "1", "yes", "да"}]
                        if text is not None else words[1])  # fmt: skip
    if column.kind == "string" or text is None:
        return CellPlan(_number_format(column), text)
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return CellPlan(_TEXT, text)
    return CellPlan(_number_format(column), int(number) if column.kind == "integer" else number)


def _number_format(column: Column) -> str:
    return {"integer": "0", "number": "General", "money": "0.00##"}.get(column.kind, _TEXT)


def _duration(column: Column, text: str | None) -> CellPlan:
    clocks = [form for form in column.duration_forms if form in CLOCK_FORMS]
    for form in clocks:
        if text is not None and re.match(CLOCK_FORMS[form], text):
            parts = [int(part) for part in text.split(":")]
            if form == "mm:ss":
                parts = [0, *parts]
            hours, minutes, seconds = [*parts, 0][:3]
            length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
            return CellPlan(_CLOCK_FORMAT[form], length)
    if text is not None and re.fullmatch(r"[0-9]+", text):
        if "seconds" in column.duration_forms or "minutes" in column.duration_forms:
            return CellPlan("0", int(text))
        if "hh:mm:ss" in column.duration_forms or "excel-time" in column.duration_forms:
            return CellPlan(_CLOCK_FORMAT["hh:mm:ss"], timedelta(seconds=int(text)))
    form = column.duration_forms[0]
    return CellPlan(_CLOCK_FORMAT.get(form, "General"), None)


def _moment(column: Column, text: str | None) -> CellPlan:
    patterns = [date_pattern(f) for f in column.formats if f != EXCEL_SERIAL]
    shown = next((f for p in patterns if (f := _excel_format(p.text)) is not None), None)
    if shown is None:  # an offset or a fraction cannot be shown by a cell of type date
        return CellPlan(_TEXT if patterns else "General", text)
    for pattern in patterns:
        if text is not None and re.match(pattern.regex, text):
            try:
                return CellPlan(shown, datetime.strptime(text, pattern.strptime))
            except ValueError:
                continue
    return CellPlan(shown, None)


def _excel_format(pattern: str) -> str | None:
    """Return a date pattern as spreadsheets write it; `None` when they cannot."""
    parts: list[str] = []
    for part in _DATE_PART.finditer(pattern):
        if part[2] is not None:
            if part[0] not in _EXCEL_PARTS:
                return None
            parts.append(_EXCEL_PARTS[part[0]])
        else:
            literal: str = part[0] if part[1] is None else part[1].replace("''", "'") or "'"
            parts.append(literal if literal in "-.: /" else f'"{literal}"')
    return "".join(parts)


def validation_of(column: Column) -> dict[str, Any] | None:
    """Return the rule a spreadsheet can ask of a cell itself; lists are made elsewhere.

    Examples
    --------
    >>> validation_of(Column("n", "integer", ("n",), minimum=Decimal(0)))
    {'validate': 'integer', 'criteria': '>=', 'value': 0}
    """
    if column.duration_forms or column.codes:
        return None
    if column.kind in {"integer", "number", "money"}:
        kind = "integer" if column.kind == "integer" else "decimal"
        return _between(kind, column.minimum, column.maximum)
    if column.kind == "string":
        return _between("length", column.minimum_length, column.maximum_length)
    return None


def _between(kind: str, low: Any, high: Any) -> dict[str, Any] | None:
    if low is not None and high is not None:
        return {"validate": kind, "criteria": "between", "minimum": _bound(low),
                "maximum": _bound(high)}  # fmt: skip
    if low is not None:
        return {"validate": kind, "criteria": ">=", "value": _bound(low)}
    if high is not None:
        return {"validate": kind, "criteria": "<=", "value": _bound(high)}
    return None


def _bound(value: Decimal | int) -> int | float:
    """A spreadsheet shows `64`, not `64.0`, to who breaks the rule."""
    return int(value) if value == int(value) else float(value)
