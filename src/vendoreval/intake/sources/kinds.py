"""What a file is by its content; its name is not asked."""

from __future__ import annotations

import mmap
import zipfile
import zlib
from pathlib import Path

from vendoreval.intake.sources.refusals import damaged, locked, not_a_table
from vendoreval.text import msg

_HEAD = 4096
_FEW_ZEROS = 8
_ZIP, _OLE, _GZIP, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"PAR1"
_EMPTY_ZIP = b"PK\x05\x06"
_OTHER = {
    b"%PDF": "PDF",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"{\\rtf": "RTF",
    b"\xfd7zXZ": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_MARKUP = {b"<!doctype html": "HTML", b"<html": "HTML", b"<table": "HTML", b"<?xml": "XML"}
# by the type the package declares: its parts may lie anywhere
_TYPES = "[content_types].xml"
_PACKAGES = {
    b"sheet.binary.": "XLSB",
    b"spreadsheetml.": "XLSX",
    b"wordprocessingml.": "DOCX",
    b"presentationml.": "PPTX",
}
_MOST_OF_TYPES = 1 << 20
WORKBOOKS = frozenset({"XLSX", "XLSB", "XLS", "ODS"})


def kind_of(path: Path, where: str) -> str:
    """Return text, gzip, zip, Parquet or the kind of workbook.

    Raises
    ------
    DeliveryError
        If it is no table at all, damaged or locked.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _package(path, where)
    if head.startswith(_OLE):
        return _compound(path, where)
    if head.startswith(_GZIP):
        return "gzip"
    if head.startswith(_PARQUET):
        return "Parquet"
    other = next((name for magic, name in _OTHER.items() if head.startswith(magic)), None)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:32].lower()
    other = other or next((name for mark, name in _MARKUP.items() if start.startswith(mark)), None)
    if other:
        raise not_a_table(where, msg("this is a file of the kind %(kind)s", kind=other))
    if not is_utf16(head) and head.count(0) > max(_FEW_ZEROS, len(head) // 50):
        raise not_a_table(where, msg("this is not a text file"))
    return "text"


def is_utf16(head: bytes) -> str | None:
    """Return which UTF-16 the first bytes show, marked or with every other byte zero."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 10 < len(head) // 2 or min(even, odd) * 50 > max(even, odd):
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(name, "replace").rstrip("\ufffd")
    return name if all(c.isprintable() or c.isspace() for c in text) else None


def _package(path: Path, where: str) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = {name.replace("\\", "/").lower(): name for name in package.namelist()}
            mimetype = _start_of(package, names.get("mimetype"))
            types = _start_of(package, names.get(_TYPES))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        raise damaged(where, "ZIP / XLSX") from None
    kind = next((kind for mark, kind in _PACKAGES.items() if mark in types), None)
    if kind is None and b"opendocument.spreadsheet" in mimetype:
        kind = "ODS"
    if kind in {"DOCX", "PPTX"} or b"opendocument.text" in mimetype:
        raise not_a_table(where, msg("this is a file of the kind %(kind)s", kind=kind or "ODT"))
    return kind or "zip"


def _start_of(package: zipfile.ZipFile, name: str | None) -> bytes:
    if name is None:
        return b""
    with package.open(name) as part:
        return part.read(_MOST_OF_TYPES)


def _compound(path: Path, where: str) -> str:
    """The container of old workbooks also holds encrypted new ones."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise locked(where)
        if data.find("WordDocument".encode("utf-16-le")) >= 0:
            raise not_a_table(where, msg("this is a file of the kind %(kind)s", kind="DOC"))
    return "XLS"
