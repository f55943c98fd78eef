"""Write a file whole or not at all."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from vendoreval.errors import LedgerError, os_problem


def write_whole(path: Path, content: bytes) -> Path:
    """Write beside the place first, then under the name.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    draft = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise LedgerError(os_problem(str(path), error)) from None
    return path
