"""The look of the returned workbook; colour is never the only sign."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Final, Literal

from vendoreval.formulas import is_formula_like
from vendoreval.intake.cell_text import fitting
from vendoreval.intake.returned_formats import Look, look_of
from vendoreval.text import Language

Style = Literal[
    "plain", "row", "error", "warning", "header", "number",
    "title", "strong", "words", "count", "link", "head",
]  # fmt: skip

_SIDES: Final = ("left", "right", "top", "bottom")
# days before it have no number in a sheet
_FIRST_YEAR: Final = 1900
# a sheet holds 64,000; the texts of one share far fewer
_MOST_LOOKS: Final = 4000
# "@" keeps 007 and +79 as text when the vendor edits the cell
_TEXT: Final = {"num_format": "@", "valign": "top"}
_WORDS: Final = {"text_wrap": True, "valign": "top"}
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "plain": _TEXT,
    "row": {**_TEXT, "bg_color": "#FFF8E1"},
    "error": {**_TEXT, "bg_color": "#F8C4C0", "font_color": "#7A0C0C", "bold": True, "border": 1},
    "warning": {**_TEXT, "bg_color": "#FFE08A", "font_color": "#5C4300", "border": 1},
    "header": {**_TEXT, "bg_color": "#E4E7EB", "bold": True, "bottom": 1},
    "number": {"font_color": "#5F6B7A", "align": "right", "valign": "top"},
    "title": {"bold": True, "font_size": 14},
    "strong": {**_WORDS, "bold": True},
    "words": _WORDS,
    "count": {"num_format": "#,##0", "valign": "top", "align": "left"},
    "link": {"font_color": "#0B57D0", "underline": 1, "valign": "top"},
    "head": {**_WORDS, "bold": True, "bg_color": "#E4E7EB", "bottom": 1},
}


@dataclass(frozen=True)
class Pen:
    """Writes texts into cells: always as text, cut to what a cell holds."""

    speak: Language
    book: Any
    plain: dict[str, Any]
    prefixed: dict[str, Any]
    looks: dict[Any, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Any, speak: Language) -> Pen:
        """Return the pen of one workbook."""
        return cls(
            speak,
            book,
            {name: book.add_format(style) for name, style in _STYLES.items()},
            # the mark that keeps =1+1 a text even after the cell was edited
            {name: book.add_format({**s, "quote_prefix": True}) for name, s in _STYLES.items()},
        )

    def text(self, sheet: Any, row: int, column: int, text: str | None, style: Style) -> None:
        """Write one cell; an empty one only where its style shows."""
        if not text:
            if style != "plain":
                sheet.write_blank(row, column, None, self.plain[style])
            return
        formats = self.prefixed if is_formula_like(text) else self.plain
        sheet.write_string(row, column, fitting(text, self.speak), formats[style])

    def own(
        self, sheet: Any, row: int, column: int, cell: Any, style: Style,
        theme: tuple[str | None, ...],
    ) -> None:  # fmt: skip
        """Write a cell of the vendor's workbook with its value and look; a fault shows above it."""
        value = cell.value
        if value is None and not getattr(cell, "has_style", False) and style == "plain":
            return
        form = self._look(cell, style, theme, is_formula_like(str(value)))
        if value is None:
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, form)
        elif isinstance(value, int | float) and math.isfinite(value):
            sheet.write_number(row, column, value, form)
        elif isinstance(value, timedelta | time) or (
            isinstance(value, date) and value.year >= _FIRST_YEAR
        ):
            sheet.write_datetime(row, column, value, form)
        else:
            sheet.write_string(row, column, fitting(str(value), self.speak), form)

    def _look(
        self, cell: Any, style: Style, theme: tuple[str | None, ...], prefixed: bool
    ) -> Any:  # fmt: skip
        array = cell.style_array if getattr(cell, "has_style", False) else None
        key = (None if array is None else tuple(array), style, prefixed)
        if key not in self.looks:
            if len(self.looks) >= _MOST_LOOKS:
                return (self.prefixed if prefixed else self.plain)[style]
            look = look_of(cell, theme) if array is not None else {}
            if prefixed:
                look["quote_prefix"] = True
            self.looks[key] = self.book.add_format(_over(look, style))
        return self.looks[key]


def _over(look: Look, style: Style) -> Look:
    """Put the colours of a fault over the look of a cell."""
    if style in {"error", "warning"}:
        sides = {f"{side}{what}" for side in _SIDES for what in ("", "_color")}
        kept = {name: value for name, value in look.items() if name not in sides}
        own = {n: v for n, v in _STYLES[style].items() if n not in {"num_format", "valign"}}
        return {**kept, **own}
    if style == "row" and "bg_color" not in look:
        return {**look, "bg_color": _STYLES["row"]["bg_color"]}
    return look
