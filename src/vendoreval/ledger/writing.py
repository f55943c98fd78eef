"""Adding one record to the chain, whatever its kind.

1. Data files are written into ``staging`` and synced, bytes and names.
2. They move to ``data`` under the number of the record to come. No record names them:
   invisible.
3. The record is written beside its place, synced, and published under its final name by
   a hard link, which fails when another writer has taken the number.
4. The folder is synced, the head noted; only then is the record acknowledged.
"""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from vendoreval.errors import LedgerError
from vendoreval.ledger import durable
from vendoreval.ledger.folder import COMMITS, DATA, ledger_error
from vendoreval.ledger.history import Chain, History, note_head, record_path
from vendoreval.ledger.record_file import record_bytes
from vendoreval.ledger.records import AnyRecord, DataFile
from vendoreval.ledger.staging import Staged
from vendoreval.text import msg

_ATTEMPTS = 50
# longest wait before a writer that lost a number looks again
_WAIT_SECONDS = 0.02
R = TypeVar("R", bound=AnyRecord)


class TakenError(Exception):
    """Another writer has published under this number."""


def looks(history: History) -> Iterator[Chain]:
    """Yield a fresh look at the chain for each attempt to publish.

    What a writer decides, the number it takes and the link to the record before have to
    come from one look. Whoever lost the number goes on to the next one; when there is none
    left, raise `every_number_taken`.
    """
    for _ in range(_ATTEMPTS):
        chain = history.refresh()
        chain.stop_if_lost()
        yield chain
        # asked to go on: the number was taken; writers that met once should not meet again
        time.sleep(random.uniform(0, _WAIT_SECONDS))  # noqa: S311 - no secret hangs on it
        history.clear_abandoned()


def every_number_taken(ledger: Path) -> LedgerError:
    """Return the error of a writer whom others left no number."""
    return ledger_error(
        ledger,
        msg("other writers took every number"),
        msg("a moment without other writers"),
        msg("run the command again; what was posted before is intact"),
    )


def now_after(chain: Chain) -> datetime:
    """Return the present instant, never before that of the last record.

    A clock that jumps back must not put a record before those it rests on.
    """
    last = chain.records[-1].posted_at if chain.records else None
    now = datetime.now(UTC)
    return now if last is None or last <= now else last


def publish_record(
    ledger: Path,
    chain: Chain,
    staged: Sequence[Staged],
    record_of: Callable[[tuple[DataFile, ...]], R],
) -> R:
    """Give the staged files their names and publish the record that names them.

    Parameters
    ----------
    record_of
        Called with the files under their final names, in the order of `staged`.

    Raises
    ------
    TakenError
        If the number went to another writer; the files are back in staging.
    """
    number = chain.next_number
    final = record_path(ledger / COMMITS, number)
    temporary = final.with_name(f".{final.stem}.{uuid4().hex}.tmp")
    moved: list[tuple[Path, Staged]] = []
    content = b""
    try:
        for part in staged:
            folder = ledger / DATA / re.sub(r"[^\w-]", "_", part.report)
            durable.make_folder(folder)
            moved.append((durable.claim(folder, f"{number:010d}-{part.stem}", 1, ".parquet"), part))
            part.path.replace(moved[-1][0])
        for folder in {place.parent for place, _ in moved}:
            durable.sync_folder(folder)
        record = record_of(tuple(_data_file(ledger, place, part) for place, part in moved))
        content, digest = record_bytes(record)
        durable.write_synced(temporary, content)
        try:
            durable.publish(temporary, final)
        except FileExistsError:
            raise TakenError from None
    finally:
        # an interrupt may fall between publishing and here: visible parts must stay
        if not _is_published(final, content):
            for place, part in moved:
                _move_back(place, part.path)
        durable.remove(temporary)
    durable.sync_folder(final.parent)
    # a record that is there counts whether or not its number could be noted
    with contextlib.suppress(OSError):
        note_head(ledger / COMMITS, number, digest)
    return record


def _is_published(final: Path, content: bytes) -> bool:
    try:
        return bool(content) and final.read_bytes() == content
    except FileNotFoundError:
        return False
    except OSError:
        # cannot be told: unnamed parts do no harm, missing ones would
        return True


def _data_file(ledger: Path, place: Path, part: Staged) -> DataFile:
    return DataFile(
        path=place.relative_to(ledger).as_posix(),
        sha256=part.sha256,
        rows=part.rows,
        role=part.role,
        shape=part.shape,
    )


def _move_back(place: Path, staged: Path) -> None:
    if staged.exists():
        durable.remove(place)  # only the claimed name
        return
    with contextlib.suppress(OSError):
        place.replace(staged)
