"""Many Parquet files in one, byte for byte, readable as one Parquet file.

A pack is whole Parquet files behind each other, then one footer that names the row
groups of them all with their places moved. Nothing is encoded again: each original
lies in the pack as it was, so that its hash can still be checked, and a reader sees
the same column chunks it saw before. Readers look at the last footer only; the old ones
are a few kilobytes that nobody reads.

Source: Apache Parquet format, *File format* and `parquet.thrift`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vendoreval.ledger.thrift import (
    I64,
    LIST,
    STRUCT,
    Struct,
    Values,
    field_head,
    list_head,
    read_struct,
    write_struct,
    write_value,
)

MAGIC = b"PAR1"
_CHUNK = 1 << 20
# fields of parquet.thrift
_SCHEMA, _ROWS, _GROUPS, _NOTES, _ENCRYPTED = 2, 3, 4, 5, 8
_COLUMNS, _GROUP_PLACE, _ORDINAL = 1, 5, 7
_CHUNK_PLACES, _CHUNK_DATA = (2, 4, 6), 3
_DATA_PLACES = (9, 10, 11, 14)


@dataclass(frozen=True)
class Stretch:
    """A whole Parquet file, alone or inside a pack.

    Parameters
    ----------
    length
        In bytes; `None` for the whole file.
    """

    path: Path
    offset: int = 0
    length: int | None = None


@dataclass(frozen=True)
class Packed:
    """Where one original lies in the pack, in bytes and in rows, and the hash of its bytes."""

    offset: int
    length: int
    first_row: int
    rows: int
    sha256: str


def footer_of(stretch: Stretch) -> Struct:
    """Return the footer of a Parquet file.

    Raises
    ------
    ValueError
        If it is none.
    """
    with stretch.path.open("rb") as stream:
        return _footer(stream, stretch)


def _footer(stream: BinaryIO, stretch: Stretch) -> Struct:
    end = stretch.offset + (stretch.length or stream.seek(0, 2) - stretch.offset)
    stream.seek(max(end - 8, 0))
    tail = stream.read(8)
    size = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or size > end - stretch.offset - 12:
        raise ValueError(f"{stretch.path} does not end as a Parquet file")
    stream.seek(end - 8 - size)
    return read_struct(stream.read(size))


def shape_of(footer: Struct) -> str:
    """Return a mark that is the same for files whose rows can lie in one pack.

    Columns, types and what the writer noted about them must be the same to the byte.
    """
    if _ENCRYPTED in footer:
        raise ValueError("an encrypted file cannot be packed")
    parts = {n: footer[n] for n in (_SCHEMA, _NOTES) if n in footer}
    return hashlib.sha256(write_struct(parts)).hexdigest()


def rows_of(footer: Struct) -> int:
    """Return how many rows a Parquet file holds."""
    return int(footer[_ROWS][1])


def write_pack(stretches: Sequence[Stretch], target: BinaryIO) -> tuple[list[Packed], str]:
    """Write a pack; return where each original lies, and the hash of the pack.

    Raises
    ------
    ValueError
        If a file is not Parquet, or its columns differ from those of the first one.
    """
    whole = hashlib.sha256()
    packed: list[Packed] = []
    groups: list[bytes] = []
    first: Struct | None = None
    offset = first_row = 0
    for stretch in stretches:
        with stretch.path.open("rb") as stream:
            footer = _footer(stream, stretch)
            first = first or footer
            if shape_of(footer) != shape_of(first):
                raise ValueError(f"the columns of {stretch.path} are others")
            groups += [
                write_struct(_moved(group, offset)) for group in footer[_GROUPS][1].items
            ]  # fmt: skip
            length, digest = _copy(stream, stretch, target, whole)
        packed.append(Packed(offset, length, first_row, rows_of(footer), digest))
        offset, first_row = offset + length, first_row + rows_of(footer)
    if first is None:
        raise ValueError("a pack of nothing")
    tail = _united(first, groups, first_row)
    tail += len(tail).to_bytes(4, "little") + MAGIC
    whole.update(tail)
    target.write(tail)
    return packed, whole.hexdigest()


def _copy(
    stream: BinaryIO, stretch: Stretch, target: BinaryIO, whole: hashlib._Hash
) -> tuple[int, str]:
    own = hashlib.sha256()
    stream.seek(stretch.offset)
    length = 0
    while stretch.length is None or length < stretch.length:
        wanted = _CHUNK if stretch.length is None else min(_CHUNK, stretch.length - length)
        chunk = stream.read(wanted)
        if not chunk:
            break
        own.update(chunk)
        whole.update(chunk)
        target.write(chunk)
        length += len(chunk)
    return length, own.hexdigest()


def _moved(group: Struct, by: int) -> Struct:
    """Return a row group whose bytes lie so much further on."""
    moved = dict(group)
    moved.pop(_ORDINAL, None)  # a number within the file, at most 32,767
    _shift(moved, (_GROUP_PLACE,), by)
    columns = []
    for column in group[_COLUMNS][1].items:
        chunk = dict(column)
        _shift(chunk, _CHUNK_PLACES, by)
        if _CHUNK_DATA in chunk:
            data = dict(chunk[_CHUNK_DATA][1])
            _shift(data, _DATA_PLACES, by)
            chunk[_CHUNK_DATA] = (STRUCT, data)
        columns.append(chunk)
    moved[_COLUMNS] = (LIST, Values(STRUCT, columns))
    return moved


def _shift(fields: Struct, numbers: Sequence[int], by: int) -> None:
    for number in numbers:
        if number in fields and fields[number][1] > 0:
            kind, place = fields[number]
            fields[number] = (kind, place + by)


def _united(first: Struct, groups: Sequence[bytes], rows: int) -> bytes:
    """Return the footer of the pack; the row groups are bytes already."""
    out, before = bytearray(), 0
    for number, (kind, value) in sorted(first.items()):
        out += field_head(number, before, kind)
        if number == _GROUPS:
            out += list_head(STRUCT, len(groups)) + b"".join(groups)
        elif number == _ROWS:
            out += write_value(I64, rows)
        else:
            out += write_value(kind, value)
        before = number
    return bytes(out) + b"\0"
