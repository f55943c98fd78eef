"""A small evaluator of the workbook's formulas: sums, products, ROUND and SUMIF, exactly."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

_REFERENCE = r"(?:'(?:[^']|'')*'!)?\$?[A-Z]{1,2}\$?\d+"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<range>{_REFERENCE}:{_REFERENCE})|(?P<cell>{_REFERENCE})"
    r"|(?P<name>[A-Z]+)(?=\()|(?P<sign>[-+*/(),]))"
)


class Sheets:
    """The formulas of a workbook, worked out from its values alone."""

    def __init__(self, path: Path) -> None:
        self.formulas = openpyxl.load_workbook(path)
        self.stored = openpyxl.load_workbook(path, data_only=True)
        self._known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, cell: str) -> Any:
        """Return what a cell comes to; numbers as `Decimal`."""
        key = (sheet, cell.replace("$", ""))
        if key not in self._known:
            content = self.formulas[sheet][key[1]].value
            if isinstance(content, str) and content.startswith("="):
                content = _Reader(self, sheet, content[1:]).whole()
            elif isinstance(content, int | float):
                content = Decimal(repr(content))
            self._known[key] = content
        return self._known[key]

    def all_formulas(self) -> list[tuple[str, str]]:
        """Return sheet and address of every formula."""
        return [
            (sheet.title, cell.coordinate)
            for sheet in self.formulas
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]


class _Reader:
    """Recursive descent over one formula."""

    def __init__(self, sheets: Sheets, sheet: str, text: str) -> None:
        self.sheets, self.sheet = sheets, sheet
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            assert found is not None, text[at:]
            kind = str(found.lastgroup)
            self.tokens.append((kind, found[kind]))
            at = found.end()

    def whole(self) -> Decimal:
        value = self._sum()
        assert not self.tokens
        return value

    def _next(self, sign: str) -> bool:
        if self.tokens and self.tokens[0] == ("sign", sign):
            self.tokens.pop(0)
            return True
        return False

    def _sum(self) -> Decimal:
        value = self._product()
        while True:
            if self._next("+"):
                value += self._product()
            elif self._next("-"):
                value -= self._product()
            else:
                return value

    def _product(self) -> Decimal:
        value = self._factor()
        while True:
            if self._next("*"):
                value *= self._factor()
            elif self._next("/"):
                value /= self._factor()
            else:
                return value

    def _factor(self) -> Decimal:
        if self._next("-"):
            return -self._factor()
        if self._next("("):
            value = self._sum()
            assert self._next(")")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "number":
            return Decimal(text)
        if kind == "cell":
            return self._cell(text) or Decimal(0)
        assert kind == "name" and self._next("(")
        return {"ROUND": self._round, "SUMIF": self._sumif}[text]()

    def _cell(self, text: str) -> Any:
        sheet, _, cell = text.rpartition("!")
        return self.sheets.value(sheet.strip("'").replace("''", "'") or self.sheet, cell)

    def _round(self) -> Decimal:
        value = self._sum()
        assert self._next(",")
        places = int(self._sum())
        assert self._next(")")
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    def _sumif(self) -> Decimal:
        keys = self._cells()
        assert self._next(",")
        kind, text = self.tokens.pop(0)
        assert kind == "cell"
        wanted = self._cell(text)
        assert self._next(",")
        values = self._cells()
        assert self._next(")")
        pairs = zip(keys, values, strict=True)
        return sum((v or Decimal(0) for k, v in pairs if k == wanted), Decimal(0))

    def _cells(self) -> list[Any]:
        kind, text = self.tokens.pop(0)
        assert kind == "range"
        left, top, right, bottom = range_boundaries(text.replace("$", ""))
        assert left == right
        letters = re.sub(r"[^A-Z]", "", text.split(":")[0])
        return [self.sheets.value(self.sheet, f"{letters}{row}") for row in range(top, bottom + 1)]
