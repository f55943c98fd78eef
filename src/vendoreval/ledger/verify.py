"""Looking at every byte again: records, chain, data, packs, agreements, counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.errors import Problem, os_problem, plain_problem
from vendoreval.ledger.durable import sha256_of, sha256_of_range
from vendoreval.ledger.folder import AGREEMENTS, COMMITS
from vendoreval.ledger.history import Chain, read_chain
from vendoreval.ledger.places import Place, Places
from vendoreval.ledger.records import Commit, DataFile, Erasure, Pack
from vendoreval.text import Count, Message, msg


def verify(ledger: Path, head: str | None = None) -> list[Problem]:
    """Return what is wrong; see `Ledger.verify`."""
    chain = read_chain(ledger / COMMITS)
    places = Places.of(chain.records)
    problems = [*chain.problems, *_of_chain(ledger, chain, head)]
    for place in places.files.values():
        if not place.packed:
            problems.extend(_of_file(ledger / place.path, place.sha256, place.named.rows))
    for pack in places.packs.values():
        inside = [p for p in places.files.values() if p.path == pack.path]
        problems.extend(_of_pack(ledger, pack, inside))
    for commit in chain.commits:
        problems.extend(_of_counts(ledger, commit, chain))
    for erasure in chain.records:
        if isinstance(erasure, Erasure):
            problems.extend(_of_erasure(ledger, erasure))
    problems.extend(_still_there(ledger, places.erased - places.needed))
    for digest in sorted({c.agreement_sha256 for c in chain.commits}):
        problems.extend(_of_bytes(ledger / AGREEMENTS / f"{digest}.odcs.yaml", digest))
    return problems


def _of_chain(ledger: Path, chain: Chain, head: str | None) -> Iterator[Problem]:
    if chain.cut_off is not None:
        yield plain_problem(
            str(chain.cut_off),
            msg("the record is cut off"),
            msg("a finished record"),
            msg("its writer was interrupted before it was acknowledged: post the file again; "
                "the next posting removes the record"),
        )  # fmt: skip
    if head is not None and head not in chain.hashes:
        yield _damage(
            ledger / COMMITS,
            msg("no record has the hash %(hash)s", hash=head),
            msg("the record that was the last one then"),
        )


def _of_file(path: Path, digest: str, rows: int) -> Iterator[Problem]:
    damaged = list(_of_bytes(path, digest))
    yield from damaged
    if damaged:
        return
    try:
        found = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException) as error:
        yield _damage(
            path, msg("this is not Parquet: %(reason)s", reason=str(error)), msg("a Parquet file")
        )
        return
    if found != rows:
        yield _damage(
            path,
            msg("the file holds %(found)s rows", found=Count(found)),
            msg("%(rows)s rows, as its record says", rows=Count(rows)),
        )


def _of_pack(ledger: Path, pack: Pack, inside: Iterable[Place]) -> Iterator[Problem]:
    """Look at a pack as a whole, and at every file in it by the hash it had before."""
    path = ledger / pack.path
    damaged = list(_of_file(path, pack.sha256, pack.rows))
    yield from damaged
    if damaged and not path.exists():
        return
    for place in inside:
        found = sha256_of_range(path, place.offset, place.length or 0)
        if found != place.sha256:
            yield _damage(
                path,
                msg("the bytes of %(file)s inside it were changed", file=place.named.path),
                msg("the bytes whose hash its record holds"),
            )


def _of_bytes(path: Path, digest: str) -> Iterator[Problem]:
    try:
        found = sha256_of(path)
    except FileNotFoundError:
        yield _damage(path, msg("the file is missing"), msg("the file its record names"))
    except OSError as error:
        yield os_problem(str(path), error)
    else:
        if found != digest:
            yield _damage(
                path, msg("the bytes were changed"), msg("the bytes whose hash its record holds")
            )


def _accepted(files: Iterable[DataFile]) -> int:
    return sum(file.rows for file in files if file.role == "accepted")


def _of_counts(ledger: Path, commit: Commit, chain: Chain) -> Iterator[Problem]:
    held = _accepted(commit.files)
    if held != commit.rows.accepted:
        yield _damage(
            ledger / COMMITS,
            msg(
                "delivery %(number)s names files with %(found)s accepted rows",
                number=str(commit.number),
                found=Count(held),
            ),
            msg("%(rows)s rows, as its record says", rows=Count(commit.rows.accepted)),
        )
    touched = {*commit.supersedes, *(part.delivery for part in commit.replaces)}
    if any(number >= commit.number for number in touched):
        yield _damage(
            ledger / COMMITS,
            msg("delivery %(number)s supersedes a later one", number=str(commit.number)),
            msg("only earlier deliveries are superseded"),
        )
    if not chain.lost:
        yield from _of_replaced(ledger, commit, chain)


def _of_replaced(ledger: Path, commit: Commit, chain: Chain) -> Iterator[Problem]:
    """What remains of a delivery, and what was replaced, must be what it held before."""
    for part in commit.replaces:
        before = next((c.rows.accepted for c in chain.commits if c.number == part.delivery), 0)
        for earlier in chain.commits:
            for other in earlier.replaces:
                if other.delivery == part.delivery and earlier.number < commit.number:
                    before = _accepted(other.files)
        if _accepted(part.files) + part.rows != before:
            yield _damage(
                ledger / COMMITS,
                msg("delivery %(number)s leaves %(found)s rows of delivery %(other)s",
                    number=str(commit.number), found=Count(_accepted(part.files)),
                    other=str(part.delivery)),
                msg("%(rows)s rows, as its record says", rows=Count(before - part.rows)),
            )  # fmt: skip


def _of_erasure(ledger: Path, erasure: Erasure) -> Iterator[Problem]:
    stones = sum(file.rows for file in erasure.tombstones)
    if stones != erasure.rows:
        yield _damage(
            ledger / COMMITS,
            msg("erasure %(number)s names %(found)s tombstones",
                number=str(erasure.number), found=Count(stones)),
            msg("%(rows)s rows, as its record says", rows=Count(erasure.rows)),
        )  # fmt: skip


def _still_there(ledger: Path, erased: Iterable[str]) -> Iterator[Problem]:
    for name in sorted(erased):
        if (ledger / name).exists():
            yield plain_problem(
                str(ledger / name),
                msg("the file still holds personal data that were erased"),
                msg("no such file"),
                msg("open the ledger for writing, which removes it, or remove it yourself"),
            )


def _damage(path: Path, found: Message, expected: Message) -> Problem:
    cure = msg("restore the folder of the ledger from a backup")
    return plain_problem(str(path), found, expected, cure)
