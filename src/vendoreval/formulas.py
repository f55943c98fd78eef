"""Text that a spreadsheet would take for a formula, and how it is made harmless."""

from __future__ import annotations

from typing import Final

# the wide forms are read as the plain ones; what is skipped before a formula counts as well
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula.

    Examples
    --------
    >>> is_formula_like("=1+1"), is_formula_like("1+1")
    (True, False)
    """
    return text.startswith(FORMULA_STARTS)


def guard_formula(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guard_formula("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return "'" + text if is_formula_like(text) else text
