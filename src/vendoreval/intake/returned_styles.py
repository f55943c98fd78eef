"""The look of the returned workbook; colour is never the only sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from vendoreval.intake.cell_text import fitting, is_formula_like
from vendoreval.text import Language

Style = Literal[
    "plain", "row", "error", "warning", "header", "number",
    "title", "strong", "words", "count", "link", "head",
]  # fmt: skip

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
    plain: dict[str, Any]
    prefixed: dict[str, Any]

    @classmethod
    def of(cls, book: Any, speak: Language) -> Pen:
        """Return the pen of one workbook."""
        return cls(
            speak,
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
