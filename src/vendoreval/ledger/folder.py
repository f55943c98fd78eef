"""The ledger's folder: what lies where, its format number, leftovers of killed writers."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from vendoreval.errors import LedgerError, os_problem, plain_problem
from vendoreval.ledger.durable import make_folder, publish, remove, sync_folder, write_synced
from vendoreval.text import Message, msg

FORMAT = 3
FORMAT_FILE = "format.json"
DATA, COMMITS, AGREEMENTS, STAGING = "data", "commits", "agreements", "staging"
_FORMAT_TEXT = (json.dumps({"format": FORMAT, "what": "vendoreval ledger"}) + "\n").encode()
_DAY_SECONDS = 86_400


@contextlib.contextmanager
def system_failures(path: Path) -> Iterator[None]:
    """Turn a refusal of the operating system into a `LedgerError`."""
    try:
        yield
    except OSError as error:
        raise LedgerError(os_problem(str(path), error)) from error


def ledger_error(where: Path, found: Message, expected: Message, cure: Message) -> LedgerError:
    """Return the error of one problem."""
    return LedgerError(plain_problem(str(where), found, expected, cure))


def open_folder(path: Path, *, create: bool) -> None:
    """Check that a folder is a ledger this version can read; make it when allowed.

    Raises
    ------
    LedgerError
        If it is a file, another folder, missing, or of a newer format.
    """
    with system_failures(path):
        if not (path / FORMAT_FILE).exists():
            _begin(path, create=create)
        _check_format(path)


def _begin(path: Path, *, create: bool) -> None:
    if path.exists() and not path.is_dir():
        raise ledger_error(
            path,
            msg("this is a file"),
            msg("the folder of a ledger"),
            msg("name the folder"),
        )
    if not path.exists() and not create:
        raise ledger_error(
            path,
            msg("there is no such folder"),
            msg("the folder of a ledger"),
            msg("check the name, or post a first delivery to make it"),
        )
    path.mkdir(parents=True, exist_ok=True)
    # a writer killed while it began leaves only names with a dot
    foreign = any(not entry.name.startswith(".") for entry in path.iterdir())
    if (path / FORMAT_FILE).exists():
        return
    if foreign or not create:
        raise ledger_error(
            path,
            msg("the folder has no %(name)s", name=FORMAT_FILE),
            msg("the folder of a ledger"),
            msg("name the ledger's folder, or an empty one for a new ledger"),
        )
    temporary = path / f".{FORMAT_FILE}.{uuid4().hex}.tmp"
    write_synced(temporary, _FORMAT_TEXT)
    # another process may begin the same ledger at the same moment
    with contextlib.suppress(FileExistsError):
        publish(temporary, path / FORMAT_FILE)
    remove(temporary)
    sync_folder(path)
    sync_folder(path.parent)


def _check_format(path: Path) -> int:
    place = path / FORMAT_FILE
    try:
        value: Any = json.loads(place.read_bytes())
        number = value["format"]
    except (ValueError, TypeError, KeyError):
        number = None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ledger_error(
            place,
            msg("the file does not say the ledger's format"),
            msg('a line such as {"format": 1}'),
            msg("restore the file from a backup"),
        )
    if number > FORMAT:
        raise ledger_error(
            path,
            msg("the ledger is of format %(found)s", found=str(number)),
            msg("format %(known)s or older, which this version reads", known=str(FORMAT)),
            msg("install a newer vendoreval"),
        )
    return number


def make_folders(path: Path) -> None:
    """Make the folders inside a ledger, and say that its format is now this version's.

    An older version then refuses the folder, and does not misread a record it cannot know.
    """
    if _check_format(path) < FORMAT:
        temporary = path / f".{FORMAT_FILE}.{uuid4().hex}.tmp"
        try:
            write_synced(temporary, _FORMAT_TEXT)
            temporary.replace(path / FORMAT_FILE)
            sync_folder(path)
        finally:
            remove(temporary)
    for name in (DATA, COMMITS, AGREEMENTS, STAGING):
        make_folder(path / name)


def remove_leftovers(path: Path, needed: frozenset[str], erased: frozenset[str]) -> None:
    """Remove what killed writers left behind more than a day ago, and what is erased at once.

    A writer at work is younger, and so is a file that was packed while somebody read it; a
    folder that cannot be written is left as it is.

    Parameters
    ----------
    needed
        Data files that hold something a record names.
    erased
        Files with values that are erased; a killed eraser may have left them.
    """
    for name in erased - needed:
        remove(path / name)
    limit = time.time() - _DAY_SECONDS
    for entry in _leftovers(path, needed):
        with contextlib.suppress(OSError):
            state = entry.stat()
            # a second name of an old file is as young as its change, not as its bytes
            if max(state.st_mtime, state.st_ctime) < limit:
                remove(entry)


def _leftovers(path: Path, needed: frozenset[str]) -> Iterator[Path]:
    yield from path.glob(f".{FORMAT_FILE}.*.tmp")
    yield from path.glob(".head.json.*.tmp")
    yield from (path / COMMITS).glob(".*.tmp")
    yield from (path / STAGING).glob("*")
    for entry in (path / DATA).glob("*/*"):
        if entry.relative_to(path).as_posix() not in needed:
            yield entry
