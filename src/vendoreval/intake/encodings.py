"""Which encoding a file is in, decided only among those the agreement lists."""

from __future__ import annotations

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

_CHUNK = 8 << 20
_SAMPLE = 1 << 20
_JUDGED = 64 << 10
_COMMON = frozenset("оеаинтсрвлкмдпуя")
_UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig", "utf_8", "utf_8_sig"})
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def is_utf8(encoding: str) -> bool:
    """Whether the file can be read as it is."""
    return encoding in _UTF8


def choose_encoding(path: Path, declared: tuple[str, ...]) -> str:
    """Return the encoding: by the mark at the start, else UTF-8 when it holds, else the likeliest.

    A file of UTF-8 with a few damaged bytes stays UTF-8: its damaged lines are faults.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, name in BOMS.items():
        if head.startswith(mark):
            return name
    others = [name for name in declared if not is_utf8(name.lower()) and _known(name)]
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
    return _likeliest(sample, others)


def _likeliest(sample: bytes, names: list[str]) -> str:
    """Choose by the disorder and the letters of the text, else by the commonest letters."""
    ranked = sorted(names, key=lambda name: -_likeness(sample, name))
    if len(names) == 1:
        return names[0]
    start = max(_first_high(sample) - 1024, 0)
    judged = sample[start : start + _JUDGED]
    # a line cut at the edge of the sample is no sign of disorder
    judged = judged[judged.find(b"\n") + 1 : judged.rfind(b"\n") + 1] or judged
    matches = from_bytes(judged, cp_isolation=[codecs.lookup(n).name for n in names], threshold=0.9)
    best = matches.best()
    if best is None:
        return ranked[0]
    wanted = codecs.lookup(best.encoding).name
    return next((name for name in ranked if codecs.lookup(name).name == wanted), ranked[0])


def _first_high(sample: bytes) -> int:
    return next((at for at, byte in enumerate(sample) if byte > 127), 0)


def transcode(source: Path, target: Path, encoding: str) -> None:
    """Write the file anew in UTF-8; bytes that cannot be decoded stay as they are."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    with source.open("rb") as incoming, target.open("wb") as outgoing:
        while chunk := incoming.read(_CHUNK):
            outgoing.write(decoder.decode(chunk).encode("utf-8", "surrogateescape"))
        outgoing.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))


def guess_for_message(sample: bytes) -> str:
    """Return the legacy encoding a text that is not UTF-8 most looks like."""
    return max(("cp1251", "koi8-r", "cp866"), key=lambda name: _likeness(sample, name))


def _known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


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


def _likeness(sample: bytes, encoding: str) -> float:
    """Share of frequent lower-case Russian letters among what is not ASCII."""
    text = [c for c in sample.decode(encoding, "replace") if not c.isascii()]
    return sum(c in _COMMON for c in text) / max(len(text), 1)
