"""The file as it lies on the disk: can it be opened, does anybody still write it."""

from __future__ import annotations

import os
from pathlib import Path

from vendoreval.errors import DeliveryError, plain_problem
from vendoreval.intake.sources.refusals import changed, empty
from vendoreval.text import msg

Stamp = tuple[int, int, int]
_HEAD = 4 << 20


def stamp_of(path: Path) -> Stamp:
    """Return size and times of change."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def stop_if_changed(path: Path, stamp: Stamp) -> None:
    """Refuse a file that somebody wrote since it was opened.

    Raises
    ------
    DeliveryError
        If size or time of change differ.
    """
    try:
        now = stamp_of(path)
    except OSError:
        raise changed(str(path)) from None
    # a new name or owner changes the last of the three, and nothing that was read
    if now[:2] != stamp[:2]:
        raise changed(str(path))


def read_head(path: Path, where: str | None = None) -> bytes:
    """Return the first megabytes of a file.

    Parameters
    ----------
    where
        Name for the messages, when the path is that of an unpacked copy.

    Raises
    ------
    DeliveryError
        If it is a folder, missing, forbidden or empty.
    """
    where = where or str(path)
    if path.is_dir():
        raise DeliveryError(
            plain_problem(
                where,
                msg("this is a folder"),
                msg("one file with a report"),
                msg("name the file itself, or run vendoreval ingest for a folder"),
            )
        )
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError:
        raise DeliveryError(
            plain_problem(
                where,
                msg("there is no such file"),
                msg("a file with a report"),
                msg("check the path and the name"),
            )
        ) from None
    except OSError as error:
        raise DeliveryError(
            plain_problem(
                where,
                msg("the file cannot be opened: %(reason)s", reason=os.strerror(error.errno or 0)),
                msg("a file that can be read"),
                msg("check who may read it"),
            )
        ) from None
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise empty(where)
    return head
