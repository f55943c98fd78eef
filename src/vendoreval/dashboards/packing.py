"""Columns of whole numbers as few bytes: narrow, compressed, as text.

A column holds value + 1, and 0 where the value is unknown, in the narrowest of 1, 2 or 4
bytes (little-endian). What does not fit, or lies below 0, is a float of 8 bytes, exact up to
2**53, and no number where unknown. All columns of all vendors stand one after the other and
are deflated together; browsers of these years undo that by themselves (Compression Streams).
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

_KINDS: Final = ((1, "<u1", 1 << 8), (2, "<u2", 1 << 16), (4, "<u4", 1 << 32))
# a higher level takes three times as long for one part in a hundred
_LEVEL: Final = 6


@dataclass
class Pack:
    """Bytes of many columns.

    Examples
    --------
    >>> pack = Pack()
    >>> pack.add("dials", pd.Series([3, None, 300], dtype="Int64"))
    {'name': 'dials', 'bytes': 2, 'from': 0}
    """

    _parts: list[bytes] = field(default_factory=list)
    _size: int = 0

    def add(self, name: str, column: pd.Series) -> dict[str, Any]:
        """Add a column and return where it stands."""
        plain = column.to_numpy(dtype="float64", na_value=np.nan)
        shifted = np.nan_to_num(plain + 1, nan=0.0)
        top = shifted.max(initial=0)
        width, kind = next(
            ((width, kind) for width, kind, limit in _KINDS if top < limit), (8, "<f8")
        )
        if np.nanmin(plain, initial=0.0) < 0:
            width, kind = 8, "<f8"
        data = (plain if width == 8 else shifted).astype(kind).tobytes()
        place = {"name": name, "bytes": width, "from": self._size}
        self._parts.append(data)
        self._size += len(data)
        return place

    def text(self) -> str:
        """Return everything deflated, as base64."""
        return base64.b64encode(zlib.compress(b"".join(self._parts), _LEVEL)).decode("ascii")


def filled(rows: pd.DataFrame) -> list[str]:
    """Return the columns in which anything is known."""
    return [str(name) for name in rows.columns if rows[name].notna().any()]
