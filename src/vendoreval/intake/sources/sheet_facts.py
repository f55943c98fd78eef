"""What stands in a sheet beside its values: failed formulas, hidden rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

MOST_ERRORS: Final = 2_000_000
# how the binary kinds number the errors of formulas
ERROR_TEXTS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip


@dataclass
class SheetFacts:
    """What the reader of workbooks does not tell; rows and columns count from zero.

    Parameters
    ----------
    unseen
        Whether nobody could look: the values were read all the same.
    """

    errors: list[tuple[int, int, str]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    unseen: bool = False

    def add_error(self, row: int, column: int, text: str) -> None:
        """Note a cell that shows an error; beyond two millions nothing is added."""
        if len(self.errors) < MOST_ERRORS:
            self.errors.append((row, column, text))


class FactSource(Protocol):
    """A workbook opened beside the reader of its values."""

    from_1904: bool

    def facts(self, number: int) -> SheetFacts:
        """Look through one sheet, in one pass and with little memory."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class OpenFacts(Protocol):
    """Opens the facts of one kind of workbook."""

    def __call__(self, path: Path, where: str) -> FactSource: ...
