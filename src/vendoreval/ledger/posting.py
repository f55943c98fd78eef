"""Posting one delivery: data first, then the record that makes it visible.

1. The Parquet parts are brought into ``staging`` and synced, bytes and names.
2. They move to ``data`` under the next number. No record names them: invisible.
3. The record is written beside its place, synced, and published under its final
   name by a hard link, which fails when another writer has taken the number.
4. The folder is synced; only then is the delivery acknowledged.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from vendoreval.ledger import durable
from vendoreval.ledger.folder import (
    COMMITS,
    DATA,
    ledger_error,
    make_folders,
    system_failures,
)
from vendoreval.ledger.history import Chain, History, record_path
from vendoreval.ledger.records import Commit, DataFile, RowTally, SumTally, record_bytes
from vendoreval.ledger.rules import Decision, decide, overlap
from vendoreval.ledger.staging import Postable, Staged, keep_agreement, stage
from vendoreval.text import N_, Message, msg

_ATTEMPTS = 50
_ONE_FILE = {
    "day": N_("one file for every day"),
    "week": N_("one file for every week"),
    "month": N_("one file for every month"),
}


@dataclass(frozen=True, repr=False)
class Receipt:
    """What posting did.

    Parameters
    ----------
    commit
        The delivery in the ledger.
    new
        `False` when the ledger held it already and nothing was changed.
    note
        What the person who posts should know, if anything.
    """

    commit: Commit
    new: bool
    note: Message | None = None

    def __repr__(self) -> str:
        return f"Receipt({'new' if self.new else 'held already'}, {self.commit!r})"


class _TakenError(Exception):
    """Another writer has published under this number."""


def post(
    ledger: Path, history: History, report: Postable, *, reason: str | None, replace: bool
) -> Receipt:
    """Post a validated delivery; see `Ledger.post`."""
    draft = _draft(ledger, report, reason)
    with system_failures(ledger), contextlib.ExitStack() as cleanup:
        make_folders(ledger)
        staged: tuple[Staged, ...] | None = None
        known: int | None = None
        for _ in range(_ATTEMPTS):
            # the decision, the number and the link to the record before come from one look
            chain = history.refresh()
            commits = chain.commits
            decision = decide(commits, draft, replace=replace, where=ledger)
            if decision.same is not None:
                # its writer may have been killed before it was acknowledged
                durable.sync_folder(ledger / COMMITS)
                return Receipt(decision.same, False, decision.note)
            if known is not None:
                _stop_if_contested(ledger, commits[known:], draft)
            known = len(commits)
            if staged is None:
                staged = stage(ledger, report, cleanup)
                keep_agreement(ledger, report.delivery.agreement)
            try:
                commit = _publish(ledger, chain, draft, decision, staged)
            except _TakenError:
                time.sleep(random.uniform(0, 0.02))  # noqa: S311
                history.clear_abandoned()
                continue
            return Receipt(commit, True, decision.note)
    raise ledger_error(
        ledger,
        msg("other writers took every number"),
        msg("a moment without other writers"),
        msg("run the command again; what was posted before is intact"),
    )


def _draft(ledger: Path, report: Postable, reason: str | None) -> Commit:
    """Return the commit as far as it is known before its number is."""
    delivery, rows = report.delivery, report.rows
    if report.period is None and delivery.schema.every is not None and rows.accepted:
        raise ledger_error(
            delivery.path,
            msg("it cannot be told which period the file covers"),
            msg(_ONE_FILE[delivery.schema.every]),
            msg("name the file as the agreement says, with its date, and read it again"),
        )
    return Commit(
        number=1,
        vendor=delivery.agreement.vendor,
        report=delivery.schema.name,
        # a dated file of a report without periods (a roster) still replaces the former whole
        period=str(report.period) if report.period and delivery.schema.every else None,
        file=delivery.path.name.encode("utf-8", "backslashreplace").decode(),
        sha256=delivery.sha256,
        received_at=delivery.received_at,
        agreement_sha256=hashlib.sha256(delivery.agreement.content).hexdigest(),
        rows=RowTally(**{name: int(getattr(rows, name)) for name in RowTally.model_fields}),
        counts={rule: int(count) for rule, count in report.counts.items()},
        sums={
            name: SumTally(accepted=_exact(both.accepted), quarantined=_exact(both.quarantined))
            for name, both in report.sums.items()
        },
        columns=tuple(report.columns_delivered),
        reason=reason,
    )


def _exact(value: Any) -> Decimal | None:
    exact = None if value is None else Decimal(str(value))
    return exact if exact is not None and exact.is_finite() else None


def _stop_if_contested(ledger: Path, others: Sequence[Commit], draft: Commit) -> None:
    """Refuse when another writer posted the same report and period a moment ago."""
    for other in others:
        if (other.vendor, other.report) == (draft.vendor, draft.report) and overlap(other, draft):
            raise ledger_error(
                ledger,
                msg(
                    "another command has just posted %(file)s for the same report and period",
                    file=other.file,
                ),
                msg("one file at a time for %(period)s", period=draft.period or draft.report),
                msg("see which of the two files is meant, then post it again"),
            )


def _publish(
    ledger: Path, chain: Chain, draft: Commit, decision: Decision, staged: Sequence[Staged]
) -> Commit:
    """Give the parts their names and publish the record.

    Raises
    ------
    _TakenError
        If the number went to another writer; the parts are back in staging.
    """
    number = len(chain.commits) + 1
    folder = ledger / DATA / re.sub(r"[^\w-]", "_", draft.report)
    final = record_path(ledger / COMMITS, number)
    temporary = final.with_name(f".{final.stem}.{uuid4().hex}.tmp")
    moved: list[tuple[Path, Staged]] = []
    content = b""
    try:
        durable.make_folder(folder)
        for part in staged:
            stem = f"{number:010d}-{draft.sha256[:12]}-{part.role}"
            moved.append((durable.claim(folder, stem, 1, ".parquet"), part))
            part.path.replace(moved[-1][0])
        durable.sync_folder(folder)
        commit = draft.model_copy(
            update={
                "number": number,
                "files": tuple(_data_file(ledger, place, part) for place, part in moved),
                "supersedes": decision.supersedes,
                "previous_sha256": chain.head,
            }
        )
        content = record_bytes(commit)[0]
        durable.write_synced(temporary, content)
        try:
            durable.publish(temporary, final)
        except FileExistsError:
            raise _TakenError from None
    finally:
        # an interrupt may fall between publishing and here: visible parts must stay
        if not _is_published(final, content):
            for place, part in moved:
                _move_back(place, part.path)
        durable.remove(temporary)
    durable.sync_folder(final.parent)
    return commit


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
    )


def _move_back(place: Path, staged: Path) -> None:
    if staged.exists():
        durable.remove(place)  # only the claimed name
        return
    with contextlib.suppress(OSError):
        place.replace(staged)
