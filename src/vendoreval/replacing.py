"""Files for people, whole or not at all: written beside their place, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vendoreval.errors import (
    AgreementError,
    LedgerError,
    VendorevalError,
    os_problem,
    plain_problem,
)
from vendoreval.text import msg


@contextmanager
def replacing(path: Path, refused: type[VendorevalError] = LedgerError) -> Iterator[Path]:
    """Yield the name to write under; it takes the place of `path` when all went well.

    Parameters
    ----------
    refused
        The error to raise when the disk refuses.

    Raises
    ------
    LedgerError
        If the disk refuses, unless `refused` names another.

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
        raise refused(os_problem(str(path), error)) from error
    finally:
        with suppress(OSError):
            part.unlink()


def write_whole(path: Path, content: bytes, refused: type[VendorevalError] = LedgerError) -> Path:
    """Write a file whole or not at all; a former one is replaced only by a finished one.

    Raises
    ------
    LedgerError
        If the disk refuses, unless `refused` names another.
    """
    with replacing(path, refused) as part:
        part.write_bytes(content)
    return path


def stop_if_taken(path: Path) -> None:
    """Refuse a name that something has already.

    Raises
    ------
    AgreementError
        If the name is taken.
    """
    if path.exists():
        raise AgreementError(
            plain_problem(
                str(path), msg("it is there already"), msg("a name that is free"),
                msg("choose another place: this file is never written over"),
            )
        )  # fmt: skip


def write_new(path: Path, content: bytes) -> Path:
    """Write a file whole where there is none yet.

    Raises
    ------
    AgreementError
        If the name is taken.
    LedgerError
        If the disk refuses.
    """
    stop_if_taken(path)
    return write_whole(path, content)
