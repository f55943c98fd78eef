"""Files for people, whole or not at all: written beside their place, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vendoreval.errors import LedgerError, os_problem


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the name to write under; it takes the place of `path` when all went well.

    Raises
    ------
    LedgerError
        If the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "letter.txt"
    >>> with replacing(path) as part:
    ...     _ = part.write_text("Hello")
    >>> path.read_text()
    'Hello'
    """
    part = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise LedgerError(os_problem(str(path), error)) from error
    finally:
        with suppress(OSError):
            part.unlink()
