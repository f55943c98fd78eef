"""Posting one delivery: judged, staged, published; see `writing` for how it stays whole."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from vendoreval.ledger import by_key as corrections
from vendoreval.ledger import durable
from vendoreval.ledger.folder import (
    COMMITS,
    ledger_error,
    make_folders,
    system_failures,
)
from vendoreval.ledger.history import Chain, History
from vendoreval.ledger.records import Commit, DataFile, RowTally, SumTally
from vendoreval.ledger.rules import Decision, decide, overlap
from vendoreval.ledger.staging import (
    Postable,
    Staged,
    days_of,
    keep_agreement,
    new_folder,
    stage,
)
from vendoreval.ledger.state import State
from vendoreval.ledger.writing import (
    TakenError,
    every_number_taken,
    looks,
    now_after,
    publish_record,
)
from vendoreval.text import N_, Message, msg

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


def post(
    ledger: Path,
    history: History,
    report: Postable,
    *,
    reason: str | None,
    replace: bool,
    by_key: bool = False,
) -> Receipt:
    """Post a validated delivery; see `Ledger.post`."""
    draft = _draft(ledger, report, reason)
    if by_key:
        corrections.stop_if_unfit(report, reason, ledger)
    with system_failures(ledger), contextlib.ExitStack() as cleanup:
        make_folders(ledger)
        staged: tuple[Staged, ...] | None = None
        known: int | None = None
        for chain in looks(history):
            decision = _decide(ledger, chain, draft, replace=replace, by_key=by_key)
            if decision.same is not None:
                # its writer may have been killed before it was acknowledged
                durable.sync_folder(ledger / COMMITS)
                return Receipt(decision.same, False, decision.note)
            if known is not None:
                new = [c for c in chain.commits if c.number > known]
                _stop_if_contested(ledger, new, draft)
            known = chain.next_number - 1
            if staged is None:
                staged = stage(ledger, report, cleanup)
                draft = _with_days(draft, staged)
                keep_agreement(ledger, report.delivery.agreement)
            rests: tuple[corrections.Rest, ...] = ()
            if by_key:
                folder = new_folder(ledger, cleanup)
                rests = corrections.rests(State(ledger, chain), report, folder)
            try:
                commit = _publish(ledger, chain, draft, decision, staged, rests)
            except TakenError:
                continue
            note = corrections.note_of(rests, draft.rows.accepted) if by_key else decision.note
            return Receipt(commit, True, note)
    raise every_number_taken(ledger)


def _decide(ledger: Path, chain: Chain, draft: Commit, *, replace: bool, by_key: bool) -> Decision:
    state = State(ledger, chain)
    erased = {change.path for erasure in state.erasures for change in erasure.files}
    return decide(
        chain.commits, draft, replace=replace, where=ledger, by_key=by_key,
        is_damaged=lambda commit: bool(state.damage([commit])),
        is_erased=lambda commit: any(file.path in erased for file in commit.files),
    )  # fmt: skip


def _with_days(draft: Commit, staged: Sequence[Staged]) -> Commit:
    days = days_of(staged)
    if days is None:
        return draft
    return draft.model_copy(update={"first_on": days[0], "last_on": days[1]})


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
    ledger: Path,
    chain: Chain,
    draft: Commit,
    decision: Decision,
    staged: Sequence[Staged],
    rests: Sequence[corrections.Rest],
) -> Commit:
    """Publish the record of the delivery.

    Raises
    ------
    TakenError
        If the number went to another writer.
    """

    def record_of(files: tuple[DataFile, ...]) -> Commit:
        copies = iter(files[len(staged) :])
        return draft.model_copy(
            update={
                "number": chain.next_number,
                "posted_at": now_after(chain),
                "files": files[: len(staged)],
                "supersedes": decision.supersedes,
                "replaces": tuple(rest.replaced(copies) for rest in rests),
                "previous_sha256": chain.head,
            }
        )

    return publish_record(
        ledger, chain, [*staged, *(one for rest in rests for one in rest.staged)], record_of
    )
