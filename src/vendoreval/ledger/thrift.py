"""Thrift's compact protocol, as far as the footer of a Parquet file needs it.

A footer is read into plain values and written again without knowing what its fields
mean, so that fields of later Parquet versions pass through unchanged.

Source: Apache Thrift, *Thrift Compact protocol encoding*.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
_WHOLE = frozenset({I16, I32, I64})
_DEEPEST = 32


@dataclass
class Values:
    """A list or set: the type of its elements, and them."""

    kind: int
    items: list[Any]


# number of a field -> its type and value, in the order of the file
Struct = dict[int, tuple[int, Any]]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def take(self, size: int) -> bytes:
        end = self.place + size
        if size < 0 or end > len(self.data):
            raise ValueError("the footer ends too early")
        taken = self.data[self.place : end]
        self.place = end
        return taken

    def varint(self) -> int:
        value = shift = 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("a number of the footer is too long")

    def whole(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def value(self, kind: int, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("the footer is nested too deep")
        if kind in _WHOLE:
            return self.whole()
        if kind in (TRUE, FALSE, BYTE):
            return self.take(1)[0]
        if kind == BINARY:
            return self.take(self.varint())
        if kind == DOUBLE:
            return struct.unpack("<d", self.take(8))[0]
        if kind in (LIST, SET):
            return self.values(depth)
        if kind == STRUCT:
            return self.struct(depth)
        raise ValueError(f"the footer holds a value of type {kind}")

    def values(self, depth: int) -> Values:
        (head,) = self.take(1)
        size = head >> 4 if head >> 4 < 15 else self.varint()
        kind = head & 0x0F
        return Values(kind, [self.value(kind, depth + 1) for _ in range(size)])

    def struct(self, depth: int = 0) -> Struct:
        fields: Struct = {}
        number = 0
        while True:
            (head,) = self.take(1)
            if head == 0:
                return fields
            kind = head & 0x0F
            number = number + (head >> 4) if head >> 4 else self.whole()
            # a field that is true or false says so by its type
            fields[number] = (kind, kind if kind in (TRUE, FALSE) else self.value(kind, depth + 1))


def read_struct(data: bytes) -> Struct:
    """Return the fields of a struct.

    Raises
    ------
    ValueError
        If the bytes are no struct.

    Examples
    --------
    >>> read_struct(write_struct({1: (I32, -3), 4: (BINARY, b"day"), 40: (TRUE, TRUE)}))
    {1: (5, -3), 4: (8, b'day'), 40: (1, 1)}
    """
    return _Reader(data).struct()


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _whole(value: int) -> bytes:
    return _varint((value << 1) ^ (value >> 63))


def write_value(kind: int, value: Any) -> bytes:
    """Return the bytes of one value that `read_struct` gave."""
    if kind in _WHOLE:
        return _whole(value)
    if kind in (TRUE, FALSE, BYTE):
        return bytes([value])
    if kind == BINARY:
        return _varint(len(value)) + bytes(value)
    if kind == DOUBLE:
        return struct.pack("<d", value)
    if kind in (LIST, SET):
        return list_head(value.kind, len(value.items)) + b"".join(
            write_value(value.kind, item) for item in value.items
        )
    if kind == STRUCT:
        return write_struct(value)
    raise ValueError(f"type {kind} cannot be written")


def list_head(kind: int, size: int) -> bytes:
    """Return the bytes before the elements of a list."""
    return bytes([size << 4 | kind]) if size < 15 else bytes([0xF0 | kind]) + _varint(size)


def field_head(number: int, before: int, kind: int) -> bytes:
    """Return the bytes before the value of a field; `before` is the number of the last one."""
    step = number - before
    return bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind]) + _whole(number)


def write_struct(fields: Struct) -> bytes:
    """Return the bytes of a struct."""
    out, before = bytearray(), 0
    for number, (kind, value) in fields.items():
        out += field_head(number, before, kind)
        if kind not in (TRUE, FALSE):
            out += write_value(kind, value)
        before = number
    return bytes(out) + b"\0"
