"""A delivery as UTF-8 text in a temporary file, gone when nobody needs it any more."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path


class Scratch:
    """A temporary folder that lives as long as this object."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="vendoreval-reading-"))
        self._end = weakref.finalize(self, shutil.rmtree, str(self.path), ignore_errors=True)

    def file(self, name: str) -> Path:
        """Return the path of a file in it."""
        return self.path / name


class TextCopy:
    """The rows below the header, in UTF-8.

    Parameters
    ----------
    path
        The text; it lies in `scratch` and is removed with it.
    """

    def __init__(self, path: Path, scratch: Scratch) -> None:
        self.path = path
        self.scratch = scratch

    def __repr__(self) -> str:
        return f"TextCopy({self.path.name})"
