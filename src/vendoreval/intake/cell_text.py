"""Text as a spreadsheet may hold it: nothing is run, nothing unseen, nothing over its limits."""

from __future__ import annotations

from vendoreval.formulas import is_formula_like
from vendoreval.text import Language, msg

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384
_EXCEL_TEXT = 32_767
# so many characters fit even when each takes two units of UTF-16
_SURE_TO_FIT = 16_000
# a control character becomes its picture; what XML cannot hold the replacement mark
_PICTURES = {
    **{code: chr(0x2400 + code) for code in range(32) if code not in (9, 10)},
    0x7F: "\u2421",
    **dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd"),
}


def printable(text: str) -> str:
    """Return the text with pictures in place of control characters; line ends stay.

    Examples
    --------
    >>> printable("a\\x00b\\r\\nc")
    'a␀b\\nc'
    """
    if text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_PICTURES)


def guarded(text: str) -> str:
    """Return text for a CSV that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guarded("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return "'" + printable(text) if is_formula_like(text) else printable(text)


def fitting(text: str, speak: Language) -> str:
    """Return what one cell can hold; a longer text is cut, and says so."""
    shown = printable(text)
    if len(shown) <= _SURE_TO_FIT:
        return shown
    if len(shown.encode("utf-16-le")) // 2 <= _EXCEL_TEXT:
        return shown
    mark = msg("… [cut here: %(size)s characters in the file]", size=len(text))
    return shown[:_SURE_TO_FIT] + speak.say(mark)
