"""Which encoding a file is in, decided only among those the agreement lists."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from pathlib import Path

from charset_normalizer import from_bytes

from vendoreval.intake.letters import SURE, russian_likeness
from vendoreval.intake.sources.kinds import is_utf16

_CHUNK = 8 << 20
_SAMPLE = 1 << 20
_FIRST = 16 << 10
_WIDE = ("utf-16", "utf_16", "utf-32", "utf_32")
_JUDGED = 64 << 10
_CELLS = re.compile(r"[,;\t|^~\"\r\n]+")
_UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig", "utf_8", "utf_8_sig"})
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def is_utf8(encoding: str) -> bool:
    """Whether the file can be read as it is."""
    return encoding in _UTF8


def choose_encoding(
    path: Path, declared: tuple[str, ...], words: Collection[str] = frozenset()
) -> str:
    """Return the encoding: by the mark at the start, else UTF-8 when it holds, else the likeliest.

    A file of UTF-8 with a few damaged bytes stays UTF-8: its damaged lines are faults.

    Parameters
    ----------
    declared
        The encodings that were agreed; no other one is tried.
    words
        Headers and codes of the agreement: to find them in the text leaves no doubt.
    """
    with path.open("rb") as stream:
        head = stream.read(_FIRST)
    for mark, name in BOMS.items():
        if head.startswith(mark):
            return name
    if head.count(0) and (wide := is_utf16(head)):
        return wide
    # without its mark or its zeros a text is not one of the wide kinds
    narrow = [name for name in declared if not name.lower().startswith(_WIDE)]
    others = [name for name in narrow if not is_utf8(name.lower())]
    if not others:
        return "utf-8"
    damaged = _first_damage(path)
    if damaged is None:
        return "utf-8"
    sample = _sample(path, damaged)
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(not c.isascii() for c in text) - broken > broken:
        return "utf-8"
    return _likeliest(head, sample, others, words)


def _likeliest(head: bytes, sample: bytes, names: list[str], words: Collection[str]) -> str:
    """Choose by the words of the agreement, else by the letters, else by the disorder."""
    if len(names) == 1:
        return names[0]
    judged = _judged(sample)
    texts = {name: judged.decode(name, "replace") for name in names}
    found = {n: _known_words(head.decode(n, "replace") + texts[n], words) for n in names}
    likeness = {name: russian_likeness(text) for name, text in texts.items()}
    ranked = sorted(names, key=lambda name: (-found[name], -likeness[name]))
    if found[ranked[0]] > found[ranked[1]] or likeness[ranked[0]] > SURE:
        return ranked[0]
    best = from_bytes(
        judged, cp_isolation=[codecs.lookup(n).name for n in names], threshold=0.9
    ).best()
    if best is None:
        return ranked[0]
    wanted = codecs.lookup(best.encoding).name
    return next((name for name in ranked if codecs.lookup(name).name == wanted), ranked[0])


def _judged(sample: bytes) -> bytes:
    start = max(_first_high(sample) - 1024, 0)
    judged = sample[start : start + _JUDGED]
    # a line cut at the edge of the sample is no sign of disorder
    return judged[judged.find(b"\n") + 1 if start else 0 : judged.rfind(b"\n") + 1] or judged


def _known_words(text: str, words: Collection[str]) -> int:
    """Count the different words of the agreement that stand in a text as whole cells."""
    if not words:
        return 0
    cells = {" ".join(cell.split()).casefold() for cell in _CELLS.split(text)}
    return sum(word in cells for word in words)


def _first_high(sample: bytes) -> int:
    return next((at for at, byte in enumerate(sample) if byte > 127), 0)


def transcode(source: Path, target: Path, encoding: str) -> None:
    """Write the file anew in UTF-8; bytes that cannot be decoded stay as they are."""
    decoder = codecs.getincrementaldecoder(encoding)(KEEPING)
    with source.open("rb") as incoming, target.open("wb") as outgoing:
        while chunk := incoming.read(_CHUNK):
            outgoing.write(decoder.decode(chunk).encode("utf-8", "surrogateescape"))
        outgoing.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))


def ends_lines_with_returns(head: bytes) -> bool:
    """Whether lines end with a carriage return alone, as old Macintosh programs write."""
    return b"\r" in head and b"\n" not in head


def mend_line_ends(source: Path, target: Path) -> None:
    """Write the file anew with a line feed at the end of each line."""
    with source.open("rb") as incoming, target.open("wb") as outgoing:
        held = b""
        while chunk := incoming.read(_CHUNK):
            chunk = held + chunk
            # the other half of the line end may come with the next chunk
            held = chunk[-1:] if chunk.endswith(b"\r") else b""
            chunk = chunk.removesuffix(b"\r")
            outgoing.write(chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        outgoing.write(held.replace(b"\r", b"\n"))


def _keep(error: UnicodeError) -> tuple[str, int]:
    """Let undecodable bytes through; `surrogateescape` would refuse those below 128."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    kept = [
        chr(0xDC00 + byte) if byte > 127 else "\udcff" + chr(byte)
        for byte in error.object[error.start : error.end]
    ]
    return "".join(kept), error.end


KEEPING = "vendoreval-keep-bytes"
codecs.register_error(KEEPING, _keep)


def guess_for_message(sample: bytes) -> str:
    """Return the legacy encoding a text that is not UTF-8 most looks like."""
    return max(
        ("cp1251", "koi8-r", "cp866"),
        key=lambda name: russian_likeness(sample[:_JUDGED].decode(name, "replace")),
    )


def _first_damage(path: Path) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return max(offset + error.start - _SAMPLE // 2, 0)
            offset += len(chunk)
    return None


def _sample(path: Path, offset: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(offset)
        return stream.read(_SAMPLE)
