"""Whether what is about to be read is what was written.

Every file is hashed once in the life of a process before its rows are used; the hash of
its record decides. A delivery whose file is torn, changed or missing is refused, all
others are read. A record that is lost takes with it the deliveries of its report and
vendor, because nobody knows any more which of them it had replaced.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.agreement import CLIENT
from vendoreval.errors import LedgerError, Problem, os_problem
from vendoreval.ledger.durable import sha256_of, sha256_of_range
from vendoreval.ledger.folder import DATA
from vendoreval.ledger.history import Chain
from vendoreval.ledger.places import Place, Places
from vendoreval.ledger.records import Commit
from vendoreval.tables import CLIENT_REPORTS
from vendoreval.text import Message, msg

# (file, size, changed at, what it must hash to) that were right once in this process
_RIGHT: set[tuple[str, int, int, int, str]] = set()
# files of records that changed no row
_NO_DELIVERY = re.compile(r"^\d+-(pack|erased|tombstones)-")


def problems_of(
    ledger: Path, places: Places, needed: Iterable[tuple[Commit, Place]]
) -> dict[int, Problem]:
    """Return number of a delivery -> what is wrong with its first damaged file."""
    by_file: dict[str, list[tuple[Commit, Place]]] = {}
    for commit, place in needed:
        by_file.setdefault(place.path, []).append((commit, place))
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        found = pool.map(lambda item: list(_of_file(ledger, places, *item)), by_file.items())
    problems: dict[int, Problem] = {}
    for part in found:
        for number, problem in part:
            problems.setdefault(number, problem)
    return problems


def _of_file(
    ledger: Path, places: Places, name: str, inside: Sequence[tuple[Commit, Place]]
) -> Iterable[tuple[int, Problem]]:
    path = ledger / name
    pack = places.packs.get(name)
    try:
        if pack is not None and _is_right(path, pack.sha256):
            return
        for commit, place in inside:
            if not _is_right(path, place.sha256, place):
                yield commit.number, _damaged(path, commit, msg("the bytes were changed"))
    except FileNotFoundError:
        for commit, _ in inside:
            yield commit.number, _damaged(path, commit, msg("the file is missing"))
    except OSError as error:
        for commit, _ in inside:
            yield commit.number, os_problem(str(path), error)


def _is_right(path: Path, digest: str, place: Place | None = None) -> bool:
    state = path.stat()
    mark = (str(path.absolute()), state.st_size, state.st_mtime_ns, state.st_ino, digest)
    if mark in _RIGHT:
        return True
    if place is None or place.length is None:
        found = sha256_of(path)
    else:
        found = sha256_of_range(path, place.offset, place.length)
    if found == digest:
        _RIGHT.add(mark)
    return found == digest


def _damaged(path: Path, commit: Commit, found: Message) -> Problem:
    return Problem(
        str(path),
        commit.file,
        msg("delivery %(number)s cannot be read: %(found)s",
            number=str(commit.number), found=found),
        msg("the file as its record names it"),
        msg("restore the file from a backup, or post the received file again: it takes "
            "the place of the damaged delivery"),
    )  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """What cannot be relied on because a record is lost; `None` stands for all of them."""

    problem: Problem
    report: str | None = None
    vendor: str | None = None

    def touches(self, report: str, vendors: Iterable[str] | None) -> bool:
        """Whether reading a report (of these vendors, or of all) would rely on it."""
        if self.report not in {None, report}:
            return False
        return self.vendor is None or vendors is None or self.vendor in set(vendors)


def reaches(ledger: Path, chain: Chain, members: Mapping[str, Place]) -> tuple[Reach, ...]:
    """Return what the lost records of a chain touch."""
    found: list[Reach] = []
    known = {record.number: record for record in chain.records}
    for lost in chain.lost:
        prefix = f"{lost.number:010d}-"
        paths = [p.relative_to(ledger).as_posix() for p in (ledger / DATA).glob(f"*/{prefix}*")]
        paths += [name for name in members if Path(name).name.startswith(prefix)]
        deliveries = {p for p in paths if not _NO_DELIVERY.match(Path(p).name)}
        if paths and not deliveries:
            continue  # files that fail on their own, if they fail
        record = known.get(lost.number)
        if isinstance(record, Commit):
            found.append(Reach(lost.problem, record.report, record.vendor))
        accepted = {name for name in deliveries if "-accepted-" in name}
        for name in sorted(accepted or deliveries):
            report = Path(name).parts[1]
            found.append(Reach(lost.problem, report, _vendor_of(ledger / name, report)))
        if not deliveries and not isinstance(record, Commit):
            found.append(Reach(lost.problem))
    return tuple(dict.fromkeys(found))


def _vendor_of(path: Path, report: str) -> str | None:
    """Return whose rows a file holds, as far as the file tells."""
    if report in CLIENT_REPORTS:
        return CLIENT
    try:
        with pq.ParquetFile(path) as file:
            names = file.read(columns=["vendor"])["vendor"].unique().to_pylist()
    except (OSError, pa.ArrowException, KeyError):
        return None
    return names[0] if len(names) == 1 and isinstance(names[0], str) else None


def stop_if_damaged(problems: Mapping[int, Problem]) -> None:
    """Refuse to read.

    Raises
    ------
    LedgerError
        If there is a problem.
    """
    if problems:
        raise LedgerError([problems[number] for number in sorted(problems)])
