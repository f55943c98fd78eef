"""Failed formulas, hidden rows and the calendar of an XLSX."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from vendoreval.intake.sources.refusals import damaged
from vendoreval.intake.sources.sheet_facts import SheetFacts

_CHUNK = 4 << 20
_LONGEST_CARRY = 1 << 20
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
_HIDDEN_ROW = re.compile(
    rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="([0-9]{1,7})"[^>]*>'
)


class WorkbookXml:
    """The package of an XLSX, opened as the archive it is."""

    def __init__(self, path: Path, where: str) -> None:
        self.where = where
        try:
            self.package = zipfile.ZipFile(path)
            # some programs write backslashes, or put the parts elsewhere than others
            self._names = {n.replace("\\", "/").lower(): n for n in self.package.namelist()}
            book = self._book()
            tree = self._tree(book)
            self.from_1904 = any(
                entry.get("date1904") in {"1", "true"} for entry in tree.findall(".//{*}workbookPr")
            )
            self.targets = self._targets(book, tree)
        except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError, ValueError):
            raise damaged(where, "XLSX") from None

    def close(self) -> None:
        """Close the package."""
        self.package.close()

    def _tree(self, name: str) -> ElementTree.Element:
        # entities were refused before; nothing here expands
        return ElementTree.fromstring(self.package.read(self._names[name.lower()]))  # noqa: S314 - entities were refused before

    def _book(self) -> str:
        for link in self._tree("_rels/.rels").findall("{*}Relationship"):
            if (link.get("Type") or "").endswith("/officeDocument"):
                return (link.get("Target") or "").lstrip("/")
        raise KeyError("officeDocument")

    def _targets(self, book: str, tree: ElementTree.Element) -> list[str | None]:
        """Return the part of each sheet in the order of the workbook."""
        folder, _, name = book.rpartition("/")
        at = f"{folder}/" if folder else ""
        links = {
            link.get("Id"): (link.get("Target") or "")
            for link in self._tree(f"{at}_rels/{name}.rels").findall("{*}Relationship")
        }
        found: list[str | None] = []
        for sheet in tree.findall(".//{*}sheet"):
            key = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
            target = links.get(key)
            if target is not None:
                target = target.lstrip("/") if target.startswith("/") else f"{at}{target}"
                target = self._names.get(target.replace("\\", "/").lower())
            found.append(target)
        return found

    def facts(self, number: int) -> SheetFacts:
        """Look through one sheet, in one pass and with little memory."""
        facts = SheetFacts()
        target = self.targets[number] if number < len(self.targets) else None
        if target is None:
            return facts
        try:
            with self.package.open(target) as part:
                _scan(part, facts)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            raise damaged(self.where, "XLSX") from None
        return facts


def _scan(part: IO[bytes], facts: SheetFacts) -> None:
    rest = b""
    while chunk := part.read(_CHUNK):
        data = rest + chunk
        cut = max(data.rfind(b"</row>"), data.rfind(b"</c>")) + 1
        if not cut:
            cut = max(len(data) - _LONGEST_CARRY, 0)
        _look(data[:cut], facts)
        rest = data[cut:]
    _look(rest, facts)


def _look(data: bytes, facts: SheetFacts) -> None:
    # plain searches are many times quicker than the expressions they stand before
    if b't="e"' in data:
        for found in _ERROR.finditer(data):
            text = found[3].decode("utf-8", "replace")
            facts.add_error(int(found[2]) - 1, _column(found[1]), text)
    if b'hidden="' in data:
        facts.hidden_rows += [int(found[1]) - 1 for found in _HIDDEN_ROW.finditer(data)]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
