"""Files that travel packed: gzip, and zip around one file."""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from typing import IO

from vendoreval.intake.sources.kinds import kind_of
from vendoreval.intake.sources.refusals import damaged, empty, locked, refused, too_large
from vendoreval.intake.sources.text_copy import Scratch
from vendoreval.text import Message, msg

_CHUNK = 1 << 20
# text packs up to forty times, a workbook of equal cells a hundred times
LARGEST_RATIO = 250
UNSUSPICIOUS = 64 << 20
LARGEST = 16 << 30
LARGEST_WORKBOOK = 4 << 30
_MOST_MEMBERS = 10_000
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Unpacked:
    """The file inside, its name and kind; the delivery itself when it was not packed."""

    path: Path
    name: str
    kind: str
    notes: tuple[Message, ...] = ()
    scratch: Scratch | None = None


def unpack(path: Path) -> Unpacked:
    """Take the one data file out of an archive.

    Raises
    ------
    DeliveryError
        If it holds none, several, another archive or an unsafe name; if it is damaged,
        locked or would grow beyond all measure.
    """
    where = str(path)
    kind = kind_of(path, where)
    if kind not in {"gzip", "zip"}:
        return Unpacked(path, path.name, kind)
    scratch = Scratch()
    target = scratch.file("unpacked")
    try:
        if kind == "gzip":
            name = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
            with gzip.open(path) as packed:
                _copy(packed, target, path.stat().st_size, where)
        else:
            # names that are not marked as UTF-8 come from a Russian Windows, if not ASCII
            with zipfile.ZipFile(path, metadata_encoding="cp866") as archive:
                member = _member(archive, where)
                name = PurePosixPath(member.filename).name
                with archive.open(member) as packed:
                    _copy(packed, target, member.compress_size, where)
    except (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError):
        raise damaged(where, kind) from None
    if not target.stat().st_size:
        raise empty(where)
    inner = kind_of(target, f"{where}:{name}")
    if inner in {"gzip", "zip"}:
        raise refused(
            where,
            msg("the archive holds another archive"),
            msg("one file with a report in it"),
            msg("pack the report itself, once"),
        )
    note = msg("unpacked from %(kind)s: %(name)s", kind=kind, name=name[:100])
    return Unpacked(target, name, inner, (note,), scratch)


def _member(archive: zipfile.ZipFile, where: str) -> zipfile.ZipInfo:
    members = archive.infolist()
    for entry in members:
        _refuse_unsafe(entry, where)
    files = [m for m in members if not m.is_dir() and not _is_litter(m.filename)]
    if len(files) != 1:
        names = ", ".join(m.filename[:60] for m in files[:10])
        raise refused(
            where,
            msg("the archive holds several files: %(names)s", names=names)
            if files
            else msg("the archive holds no file"),
            msg("one file with a report in it"),
            msg("send each report as a file of its own"),
        )
    if files[0].flag_bits & 1:
        raise locked(where)
    return files[0]


def _refuse_unsafe(entry: zipfile.ZipInfo, where: str) -> None:
    name = entry.filename.replace("\\", "/")
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    if linked or name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        raise refused(
            where,
            msg("the archive points outside of itself: %(name)s", name=entry.filename[:100]),
            msg("plain file names"),
            msg("pack the report again; do not open this archive by hand"),
        )


def _is_litter(name: str) -> bool:
    lowered = name.lower()
    return lowered.startswith(_LITTER[0]) or lowered.rpartition("/")[2] in _LITTER[1:]


def _copy(packed: IO[bytes] | BufferedIOBase, target: Path, packed_size: int, where: str) -> None:
    size = 0
    limit = min(LARGEST, max(UNSUSPICIOUS, packed_size * LARGEST_RATIO))
    with target.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise too_large(where)
            out.write(chunk)


def check_package(path: Path, where: str, kind: str = "XLSX") -> None:
    """Refuse a workbook whose parts are unsafe, out of proportion or declare entities."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            size = sum(m.file_size for m in members)
            packed = path.stat().st_size
            if (
                len(members) > _MOST_MEMBERS
                or size > LARGEST_WORKBOOK
                or size > max(UNSUSPICIOUS, packed * LARGEST_RATIO)
            ):
                raise too_large(where)
            for member in members:
                if member.flag_bits & 1:
                    raise locked(where)
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    with package.open(member) as part:
                        _refuse_entities(part.read(_CHUNK), where)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        raise damaged(where, kind) from None


def _refuse_entities(head: bytes, where: str) -> None:
    # in UTF-16 every second byte is zero
    plain = head.replace(b"\0", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise refused(
            where,
            msg("the workbook declares XML entities, which no table needs"),
            msg("a workbook as spreadsheet programs save it"),
            msg("open it and save it as CSV UTF-8"),
        )
