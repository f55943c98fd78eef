"""Writing so that a power cut or a killed process leaves either all or nothing."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from pathlib import Path

# what a file system answers when it has no hard links, or not between these two places
_NO_LINKS = frozenset(
    {errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
)
_CHUNK = 1 << 20
_WINDOWS = os.name == "nt"


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sha256_of_range(path: Path, offset: int, length: int) -> str:
    """Return the sha256 of some bytes of a file; of fewer when the file ends before."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        stream.seek(offset)
        while length > 0 and (chunk := stream.read(min(_CHUNK, length))):
            digest.update(chunk)
            length -= len(chunk)
    return digest.hexdigest()


def sync_file(path: Path) -> None:
    """Wait until the bytes of a file are on the disk."""
    handle = os.open(path, os.O_RDWR if _WINDOWS else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if not _WINDOWS:  # there a folder cannot be opened, and its journal is enough
        sync_file(path)


def make_folder(path: Path) -> None:
    """Make a folder and wait until its name is on the disk."""
    if not path.is_dir():
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file and wait until it is on the disk; fails if the name is taken."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def bring(source: Path, target: Path, *, own: bool) -> str:
    """Bring a file to a new name, wait until its bytes are on the disk, return their hash.

    Parameters
    ----------
    own
        The file lies where only the ledger's own work in progress does, so that a
        second name of the same bytes is enough. Elsewhere somebody may write the
        file again in place, and with it the ledger: it is copied.
    """
    digest = sha256_of(source) if own and _link(source, target) else _copy(source, target)
    seal(target)
    return digest


def _copy(source: Path, target: Path) -> str:
    """Copy a file and return the hash of what was written."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("xb") as writing:
        while chunk := reading.read(_CHUNK):
            digest.update(chunk)
            writing.write(chunk)
    return digest.hexdigest()


def seal(path: Path) -> None:
    """Wait until the bytes of a finished file are on the disk; nobody writes it again."""
    sync_file(path)
    if not _WINDOWS:  # there a file that may not be written may not be removed either
        with contextlib.suppress(OSError):
            path.chmod(0o444)


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return False
    return True


def claim(folder: Path, stem: str, part: int, suffix: str) -> Path:
    """Take the first free name ``<stem>-<part><suffix>``, counting the part up."""
    while True:
        path = folder / f"{stem}-{part:04d}{suffix}"
        try:
            path.open("xb").close()
        except FileExistsError:
            part += 1
        else:
            return path


def publish(temporary: Path, final: Path) -> None:
    """Give a finished file its final name at once.

    Raises
    ------
    FileExistsError
        If another writer has taken the name.
    """
    if not _link(temporary, final):
        _publish_by_writing(temporary.read_bytes(), final)
    remove(temporary)


def _publish_by_writing(content: bytes, final: Path) -> None:
    """Without hard links: take the name, then write; the record tells its own length."""
    with final.open("xb") as stream:
        try:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            remove(final)
            raise


def remove(path: Path) -> None:
    """Remove a file or folder if that is possible."""
    with contextlib.suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
