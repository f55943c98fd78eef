"""Run as a program of its own: read a workbook and write one sheet as text.

A damaged or malicious workbook may ask for any amount of memory or stop the process
that reads it. That must never be the process of the user, so this file is started
apart, with a limit on its memory, and answers in lines of JSON. It imports nothing of
the package, which keeps its start short.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import python_calamine as calamine

try:
    import resource
except ImportError:  # Windows knows no such limit
    resource = None  # type: ignore[assignment]  # asked for before use

_CHUNK = 4096
_MOST_BREAKS = 50
_DAY = 86_400
_LARGEST_EXACT = 10**15
_DAYS_1904 = 1462
# an invisible separator: no header ends with one
_COPIED = "\u2063"
# OpenDocument writes a length of time over a day in the words of ISO 8601
_LENGTH = re.compile(r"(-?)PT([0-9]{1,6})H([0-9]{1,2})M([0-9]{1,2})(?:[.,][0-9]+)?S")

Spec = dict[str, Any]


def main(memory: int, path: str) -> None:
    """Answer one request after the other until the input ends."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = calamine.load_workbook(path)
    except calamine.PasswordError:
        _answer({"error": "password"})
        return
    except (calamine.CalamineError, OSError, ValueError) as error:
        _answer({"error": "damaged", "text": str(error)[:200]})
        return
    _answer(
        {
            "sheets": [
                {
                    "name": sheet.name,
                    "visible": sheet.visible == calamine.SheetVisibleEnum.Visible,
                    "table": sheet.typ == calamine.SheetTypeEnum.WorkSheet,
                }
                for sheet in book.sheets_metadata
            ]
        }
    )
    sheets: dict[int, Any] = {}
    for line in sys.stdin:
        request = json.loads(line)
        number = request["sheet"]
        try:
            if number not in sheets:
                sheets[number] = book.get_sheet_by_index(number)
            sheet = sheets[number]
            if request["do"] == "head":
                _answer(_head(sheet, request["rows"]))
            else:
                _answer(_write(sheet, request))
        except (calamine.CalamineError, ValueError, OverflowError) as error:
            _answer({"error": "damaged", "text": str(error)[:200]})
        except OSError as error:
            _answer({"error": "disk", "number": error.errno or 0})


def _answer(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _head(sheet: Any, count: int) -> dict[str, Any]:
    """Return the first rows as text, and the merged cells among them."""
    if sheet.start is None:
        return {"rows": [], "left": 0}
    left = sheet.start[1]
    rows = [[_plain(cell) for cell in row] for row in islice(sheet.iter_rows(), count)]
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        _fill(rows, (top, first - left), (min(bottom, count), last - left))
    return {"rows": rows, "left": left}


def _fill(rows: list[list[str]], first: tuple[int, int], last: tuple[int, int]) -> None:
    """Repeat the text of a merged cell; done for the search of the header only.

    Copies to the right are marked: they name a column only together with a text below.
    """
    top, start = first
    if top >= len(rows) or not 0 <= start < len(rows[top]):
        return
    text = rows[top][start]
    for row in rows[top : last[0] + 1]:
        for place in range(start, min(last[1] + 1, len(row))):
            row[place] = row[place] or (text + _COPIED if text and place > start else text)


# ------------------------------------------------------------------ the whole sheet


def _write(sheet: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Write the rows below the header; rows of the text are rows of the sheet.

    Blank rows at the end are left out, whatever size the sheet claims.
    """
    specs: list[Spec] = request["columns"]
    left = sheet.start[1] if sheet.start else 0
    errors: dict[int, list[tuple[int, str]]] = {}
    for row, column, text in request["errors"]:
        errors.setdefault(row, []).append((column - left, text))
    skip = request["skip"]
    numbers, clocks = [0] * len(specs), [0] * len(specs)
    written = waiting = 0
    blank = ["" for _ in specs]
    with open(request["target"], "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123 - the smallest start: no pathlib in this process
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        for start, rows in _chunks(sheet, skip):
            for row in errors.keys() & set(range(start, start + len(rows))) if errors else ():
                for column, text in errors[row]:
                    if 0 <= column < len(specs):
                        rows[row - start][column] = text
            ready = _texts(rows, specs, (numbers, clocks), request["from_1904"])
            last = next((i for i in range(len(ready), 0, -1) if any(ready[i - 1])), 0)
            if last:
                writer.writerows([blank] * waiting)
                plain = _plain_lines(ready[:last])
                if plain is None:
                    writer.writerows(ready[:last])
                else:
                    stream.write(plain)
                written += waiting + last
                waiting = 0
            waiting += len(ready) - last
    return {"rows": written, "numbers": numbers, "clocks": clocks}


def _plain_lines(rows: list[tuple[str, ...]]) -> str | None:
    """Return the rows as the writer would write them, if no cell asks for quotation marks."""
    text = "\n".join(map("\t".join, rows)) + "\n"
    cells = len(rows[0])
    simple = '"' not in text and "\r" not in text and text.count("\n") == len(rows)
    # a row of one empty cell is written in quotation marks too
    return text if simple and cells > 1 and text.count("\t") == len(rows) * (cells - 1) else None


def _chunks(sheet: Any, skip: int) -> Iterator[tuple[int, list[list[Any]]]]:
    rows = sheet.iter_rows() if sheet.start is not None else iter(())
    for _ in islice(rows, skip):
        pass
    start = skip
    while chunk := list(islice(rows, _CHUNK)):
        yield start, chunk
        start += len(chunk)


def _texts(
    rows: list[list[Any]],
    specs: list[Spec],
    counts: tuple[list[int], list[int]],
    from_1904: bool,
) -> list[tuple[str, ...]]:
    """Turn cells into text column by column: most columns hold one type only."""
    columns = []
    numbers, clocks = counts
    for place, (cells, spec) in enumerate(zip(zip(*rows, strict=True), specs, strict=True)):
        kinds = set(map(type, cells))
        if spec["kind"] not in {"string", None} and str in kinds:
            # blanks around a number or a day mean nothing
            cells = tuple([c.strip() if type(c) is str else c for c in cells])  # noqa: PLW2901 - one row after another, nothing else sees it
            if spec.get("forms") and any(_LENGTH.fullmatch(c) for c in cells if type(c) is str):
                cells = tuple(map(_length, cells))  # noqa: PLW2901 - one row after another, nothing else sees it
                kinds = set(map(type, cells))
        if kinds != {str}:
            write = _writer(spec, from_1904)
            if spec["kind"] == "string":
                numbers[place] += sum(type(cell) in {int, float} for cell in cells)
            if spec.get("forms") and not {"hh:mm:ss", "excel-time"} & set(spec["forms"]):
                clocks[place] += sum(type(cell) in {time, timedelta, datetime} for cell in cells)
            cells = tuple([c if type(c) is str else write(c) for c in cells])  # noqa: PLW2901 - one row after another, nothing else sees it
        if str in kinds and "\n" in "".join(cells):
            cells = tuple([_few_breaks(cell) for cell in cells])  # noqa: PLW2901 - one row after another, nothing else sees it
        columns.append(cells)
    return list(zip(*columns, strict=True))


def _length(cell: Any) -> Any:
    found = _LENGTH.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return cell
    hours, minutes, seconds = (int(part) for part in found.groups()[1:])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] else length


def _few_breaks(text: str) -> str:
    """A record may not run over too many lines; long texts lose their line ends."""
    return text if text.count("\n") <= _MOST_BREAKS else " ".join(text.splitlines())


# ------------------------------------------------------------------ one cell


def _plain(cell: Any) -> str:
    return cell if isinstance(cell, str) else _writer({"kind": "string"}, False)(cell)


def _writer(spec: Spec, from_1904: bool) -> Callable[[Any], str]:
    """Return what writes a cell that is no text, for the column it stands in."""
    kind, forms, comma = spec["kind"], spec.get("forms") or (), spec.get("comma", False)
    day_zero = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31)
    shift = _DAYS_1904 if from_1904 and kind in {"date", "timestamp"} else 0

    def number(cell: float) -> str:
        cell += shift
        if cell == int(cell) and abs(cell) < _LARGEST_EXACT:
            return str(int(cell))
        # fifteen digits are what a workbook holds; more would be noise of the binary form
        text = f"{cell:.15g}"
        if "e" in text:
            text = f"{cell:.15f}".rstrip("0") if abs(cell) < 1 else f"{cell:.0f}"
        return text.replace(".", ",") if comma else text

    plain_instants = kind == "timestamp" and not forms

    def write(cell: Any) -> str:
        # what most cells are, first
        own = type(cell)
        if own is float and not shift and cell.is_integer() and abs(cell) < _LARGEST_EXACT:
            return str(int(cell))
        if own is datetime and plain_instants and not cell.microsecond:
            return str(cell)
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, int | float):
            return number(cell)
        if isinstance(cell, timedelta):
            return _duration(cell, forms)
        if isinstance(cell, time):
            return _duration(
                timedelta(
                    hours=cell.hour,
                    minutes=cell.minute,
                    seconds=cell.second,
                    microseconds=cell.microsecond,
                ),
                forms,
            )
        if isinstance(cell, date):
            at = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
            if forms and at.year <= day_zero.year + 1:
                return _duration(at - day_zero, forms)
            return _instant(at, kind, whole=not isinstance(cell, datetime))
        return str(cell)

    return write


def _instant(at: datetime, kind: str | None, *, whole: bool) -> str:
    """Write a day or an instant; midnight is a day only where the column holds days."""
    if at.microsecond:
        # a serial holds about a millisecond; people mean the second
        nearest = (at + timedelta(milliseconds=500)).replace(microsecond=0)
        at = nearest if abs(nearest - at) <= timedelta(milliseconds=5) else at
    if at.microsecond:
        return at.isoformat(" ", "milliseconds")
    if kind != "timestamp" and (whole or (kind == "date" and at.time() == time())):
        return at.date().isoformat()
    return at.isoformat(" ", "seconds")


def _duration(length: timedelta, forms: tuple[str, ...]) -> str:
    """Write a length of time in a form the agreement accepts.

    Who types 3:25 for three minutes gets a cell of three hours and 25 minutes: where
    only mm:ss is agreed, the parts are what was typed.
    """
    total = round(length.total_seconds())
    hours, rest = divmod(abs(total), 3600)
    minutes, seconds = divmod(rest, 60)
    sign = "-" if total < 0 else ""
    if forms and "hh:mm:ss" not in forms:
        if "excel-time" in forms:
            return f"{length.total_seconds() / _DAY:.12g}"
        if not seconds and {"mm:ss", "hh:mm"} & set(forms):
            return f"{sign}{hours:02}:{minutes:02}"
    return f"{sign}{hours:02}:{minutes:02}:{seconds:02}"


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
