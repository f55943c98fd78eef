"""The daily table with its views: text, HTML, workbook, picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vendoreval.daily import page, picture, terminal, workbook
from vendoreval.daily.table import DailyTable
from vendoreval.replacing import write_whole


@dataclass(frozen=True, repr=False)
class Productivity(DailyTable):
    """What a vendor did in a period, by agent, day, campaign or hour.

    The figures are those of `to_frame`; `whole` holds all together, `rows` the parts,
    `notes` where the figures come from and what is undefined.

    Examples
    --------
    >>> table = productivity(ledger, "alpha", "2026-10", "2026-09")  # doctest: +SKIP
    >>> table  # doctest: +SKIP
    Productivity(alpha, 2026-10 against 2026-09, by agent: 12 rows)
    >>> table.to_frame()  # doctest: +SKIP
    """

    def to_text(self, language: str | None = None, *, width: int = 160) -> str:
        """Return the table as plain text, as the command prints it."""
        return terminal.as_text(self, language or self.language, width)

    def to_paste(self, language: str | None = None) -> str:
        """Return a few lines to paste into a chat."""
        return terminal.as_message(self, language or self.language)

    def to_html(self, path: str | Path | None = None, language: str | None = None) -> str:
        """Return the table as HTML without scripts, and write it when a path is given."""
        text = page.as_page(self, language or self.language)
        if path is not None:
            write_whole(Path(path), text.encode())
        return text

    def to_xlsx(self, path: str | Path, language: str | None = None) -> Path:
        """Write the table as a workbook; text is never taken for a formula."""
        return workbook.write(self, Path(path), language or self.language)

    def to_png(self, path: str | Path, language: str | None = None) -> Path:
        """Write a picture for a chat."""
        return picture.write(self, Path(path), language or self.language)

    def _repr_html_(self) -> str:
        return page.as_fragment(self, self.language)
