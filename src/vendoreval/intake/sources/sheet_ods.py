"""Failed formulas and hidden rows of an OpenDocument sheet."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

from vendoreval.intake.sources.refusals import damaged
from vendoreval.intake.sources.sheet_facts import MOST_ERRORS, SheetFacts

_CHUNK = 1 << 20
_LAST_ROW = 1 << 20
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:[0-9]{3}")


class WorkbookOds:
    """The package of an OpenDocument workbook, opened as the archive it is."""

    # its cells hold real days, so the calendar does not matter
    from_1904 = False

    def __init__(self, path: Path, where: str) -> None:
        self.where = where
        try:
            self.package = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError):
            raise damaged(where, "ODS") from None

    def close(self) -> None:
        """Close the package."""
        self.package.close()

    def facts(self, number: int) -> SheetFacts:
        """Look through one sheet."""
        scan = _Scan(number)
        parser = expat.ParserCreate()
        parser.StartElementHandler = scan.start
        parser.EndElementHandler = scan.end
        parser.CharacterDataHandler = scan.text
        try:
            with self.package.open("content.xml") as part:
                while chunk := part.read(_CHUNK):
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except (
            expat.ExpatError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error,
            EOFError, OSError,
        ):  # fmt: skip
            raise damaged(self.where, "ODS") from None
        return scan.facts


class _Scan:
    """Walks through the elements of the document and looks at one table."""

    def __init__(self, wanted: int) -> None:
        self.facts = SheetFacts()
        self._wanted = wanted
        self._table = -1
        self._row = self._column = 0
        self._rows = self._cells = 1
        self._shown: list[str] | None = None
        self._sure = False

    @property
    def _inside(self) -> bool:
        return self._table == self._wanted

    def start(self, name: str, given: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if name == "table:table":
            self._table += 1
            self._row = 0
        elif not self._inside:
            return
        elif kind == "table-row":
            self._column = 0
            self._rows = _count(given, "table:number-rows-repeated")
            if given.get("table:visibility") in {"collapse", "filter"} and self._rows < _LAST_ROW:
                self.facts.hidden_rows += range(self._row, self._row + self._rows)
        elif kind in {"table-cell", "covered-table-cell"}:
            self._cells = _count(given, "table:number-columns-repeated")
            failed = given.get("calcext:value-type") == "error"
            # older programs leave only an empty result beside the text that is shown
            empty = "table:formula" in given and given.get("office:string-value") == ""
            self._sure = failed
            self._shown = [] if failed or empty else None

    def text(self, data: str) -> None:
        if self._shown is not None:
            self._shown.append(data)

    def end(self, name: str) -> None:
        if not self._inside:
            return
        kind = name.rpartition(":")[2]
        if kind == "table-row":
            self._row += self._rows
        elif kind in {"table-cell", "covered-table-cell"}:
            if self._shown is not None:
                shown = "".join(self._shown)
                if self._sure or _ERROR.fullmatch(shown):
                    self._note(shown or "#N/A")
            self._shown = None
            self._column += self._cells

    def _note(self, shown: str) -> None:
        for row in range(self._row, self._row + min(self._rows, MOST_ERRORS)):
            for column in range(self._column, self._column + min(self._cells, 1 << 14)):
                if len(self.facts.errors) >= MOST_ERRORS:
                    return
                self.facts.add_error(row, column, shown[:100])


def _count(given: dict[str, str], name: str) -> int:
    text = given.get(name, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
