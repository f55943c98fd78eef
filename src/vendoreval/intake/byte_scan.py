"""Questions to the bytes of a block, answered in pieces that stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

# larger pieces make the interim results travel through memory
_PIECE = 128 << 10
_NEWLINE, _RETURN, _QUOTE, _BLANK = 10, 13, 34, 32
# first bytes of the blanks beyond ASCII: no-break, Ogham, the many of U+20xx, ideographic
_OTHER_BLANKS = (b"\xc2", b"\xe1", b"\xe2", b"\xe3")

Bytes = npt.NDArray[np.uint8]


def count_byte(data: bytes, byte: int) -> int:
    """Return how often a byte stands in the data; several times quicker than `bytes.count`.

    Examples
    --------
    >>> count_byte(b"a;b;c", ord(";"))
    2
    """
    return sum(int(np.count_nonzero(piece == byte)) for piece in _pieces(data))


def may_hold_outer_blanks(data: bytes, delimiter: str) -> bool:
    """Whether a cell may begin or end with a blank, where each line is a record.

    `False` is certain, `True` only means that the cells must be looked at.

    Examples
    --------
    >>> may_hold_outer_blanks(b"a b,c\\r\\n", ","), may_hold_outer_blanks(b"a ,c\\n", ",")
    (False, True)
    """
    if not data.isascii() and any(first in data for first in _OTHER_BLANKS):
        return True
    if data[:1].isspace() or data[-1:] in {b" ", b"\t", b"\v", b"\f"}:
        return True
    edges = [_NEWLINE, ord(delimiter)]
    if b'"' in data:
        if delimiter.isspace():
            return True
        edges.append(_QUOTE)
    if b"\r" in data:
        # only before a line feed is a carriage return no blank
        if count_byte(data, _RETURN) != data.count(b"\r\n"):
            return True
        edges.append(_RETURN)
    return any(_blank_beside(piece, edges) for piece in _pieces(data, overlap=2))


def _blank_beside(piece: Bytes, edges: list[int]) -> bool:
    edge = piece == edges[0]
    for byte in edges[1:]:
        edge |= piece == byte
    blank = np.greater(piece <= _BLANK, edge)
    beside = edge[2:] | edge[:-2]
    beside &= blank[1:-1]
    return bool(beside.any())


def _pieces(data: bytes, overlap: int = 0) -> Iterator[Bytes]:
    buffer = np.frombuffer(data, np.uint8)
    for start in range(0, max(len(buffer) - overlap, 1), _PIECE):
        yield buffer[start : start + _PIECE + overlap]
