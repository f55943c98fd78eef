"""Patterns of one length, such as ``^7[0-9]{10}$``, tested byte by byte beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

Holds = Callable[[pl.Series], pl.Series]
_PART = re.compile(
    r"(?:\[(?P<low>[0-9A-Za-z])-(?P<high>[0-9A-Za-z])\]"
    r"|\\(?P<escaped>[^0-9A-Za-z])"
    r"|(?P<literal>[0-9A-Za-z _:;,/@#%&='\"<>~-]))"
    r"(?:\{(?P<times>[0-9]{1,2})\})?"
)
_LONGEST = 64
# as many bytes at a time as stay in the processor's cache with the interim results
_STRETCH = 48 << 10

Bytes = npt.NDArray[np.uint8]


@lru_cache(maxsize=256)
def matcher(regex: str) -> Holds:
    """Return what tells which texts match; null stays null.

    A pattern of one length, made of letters, digits and ranges of them, is tested several
    times quicker than by the engine for expressions, which answers for all others.

    Raises
    ------
    polars.exceptions.PolarsError
        On the first call, if the pattern cannot be run.

    Examples
    --------
    >>> matcher("^C[0-9]{2}$")(pl.Series(["C12", "C1x", "C123", None])).to_list()
    [True, False, False, None]
    """
    found = _ranges(regex)
    if found is None:
        return lambda text: text.str.contains(regex)
    low, span = found
    return lambda text: _holds(text, low, span)


def _ranges(regex: str) -> tuple[Bytes, Bytes] | None:
    """Return the least byte and the width of the range for each place; nothing if it has others."""
    if not (regex.startswith("^") and regex.endswith("$") and regex.isascii()):
        return None
    low: list[int] = []
    span: list[int] = []
    position, end = 1, len(regex) - 1
    while position < end:
        part = _PART.match(regex, position, end)
        if part is None:
            return None
        position = part.end()
        first = ord(part["low"] or part["escaped"] or part["literal"])
        last = ord(part["high"]) if part["high"] else first
        times = int(part["times"] or 1)
        low += [first] * times
        span += [last - first] * times
        if last < first or len(low) > _LONGEST:
            return None
    return (np.array(low, np.uint8), np.array(span, np.uint8)) if low else None


def _holds(text: pl.Series, low: Bytes, span: Bytes) -> pl.Series:
    result = text.str.len_bytes() == len(low)
    wrong = pl.Series(_wrong(text, low, span))
    # a text of another length is told already, and of no text nothing can be told
    wrong = wrong.filter(result.gather(wrong).fill_null(False))
    return result.scatter(wrong, False) if len(wrong) else result


def _wrong(text: pl.Series, low: Bytes, span: Bytes) -> npt.NDArray[np.int64]:
    """Return the places of the texts with a byte out of range; of another length, any or none."""
    width = len(low)
    kind = pl.Array(pl.UInt8, width)
    lists = text.cast(pl.Binary).bin.reinterpret(dtype=kind).rechunk().to_arrow()
    # with the places of texts of another length, which Polars would turn into NaN
    cells = lists.values.to_numpy()[lists.offset * width :]
    rows = max(_STRETCH // width, 1)
    # long rows: numpy walks them many times quicker than short ones
    low, span = np.tile(low, rows), np.tile(span, rows)
    wrong: list[npt.NDArray[np.int64]] = []
    for start in range(0, len(text), rows):
        stretch = cells[start * width : min(start + rows, len(text)) * width]
        inside = (stretch - low[: len(stretch)]) <= span[: len(stretch)]
        if not inside.all():
            wrong.append(start + np.flatnonzero(~inside.reshape(-1, width).all(axis=1)))
    return np.concatenate(wrong) if wrong else np.empty(0, dtype=np.int64)
