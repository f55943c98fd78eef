"""Looking at every byte again: records, chain, data, agreements, counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.errors import Problem, os_problem, plain_problem
from vendoreval.ledger.durable import sha256_of
from vendoreval.ledger.folder import AGREEMENTS, COMMITS
from vendoreval.ledger.history import read_chain
from vendoreval.ledger.records import Commit, DataFile
from vendoreval.text import Count, Message, msg


def verify(ledger: Path, head: str | None = None) -> list[Problem]:
    """Return what is wrong; see `Ledger.verify`."""
    chain = read_chain(ledger / COMMITS)
    problems = [] if chain.broken is None else [chain.broken]
    if chain.cut_off is not None:
        problems.append(
            plain_problem(
                str(chain.cut_off),
                msg("the record is cut off"),
                msg("a finished record"),
                msg("its writer was interrupted before it was acknowledged: post the file again; "
                    "the next posting removes the record"),
            )
        )  # fmt: skip
    if head is not None and head not in chain.hashes:
        problems.append(
            _damage(
                ledger / COMMITS,
                msg("no record has the hash %(hash)s", hash=head),
                msg("the record that was the last one then"),
            )
        )
    for commit in chain.commits:
        for file in commit.files:
            problems.extend(_of_file(ledger, file))
        problems.extend(_of_counts(ledger, commit))
    for digest in sorted({c.agreement_sha256 for c in chain.commits}):
        problems.extend(_of_bytes(ledger / AGREEMENTS / f"{digest}.odcs.yaml", digest))
    return problems


def _of_file(ledger: Path, file: DataFile) -> Iterator[Problem]:
    path = ledger / file.path
    damaged = list(_of_bytes(path, file.sha256))
    yield from damaged
    if damaged:
        return
    try:
        rows = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException) as error:
        yield _damage(
            path, msg("this is not Parquet: %(reason)s", reason=str(error)), msg("a Parquet file")
        )
        return
    if rows != file.rows:
        yield _damage(
            path,
            msg("the file holds %(found)s rows", found=Count(rows)),
            msg("%(rows)s rows, as its record says", rows=Count(file.rows)),
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


def _of_counts(ledger: Path, commit: Commit) -> Iterator[Problem]:
    held = sum(file.rows for file in commit.files if file.role == "accepted")
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
    if any(number >= commit.number for number in commit.supersedes):
        yield _damage(
            ledger / COMMITS,
            msg("delivery %(number)s supersedes a later one", number=str(commit.number)),
            msg("only earlier deliveries are superseded"),
        )


def _damage(path: Path, found: Message, expected: Message) -> Problem:
    cure = msg("restore the folder of the ledger from a backup")
    return plain_problem(str(path), found, expected, cure)
