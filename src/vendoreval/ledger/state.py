"""What a ledger holds, now or as known on an instant: derived once from its records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path

from vendoreval.agreement import CLIENT
from vendoreval.engine import Part
from vendoreval.errors import LedgerError, Problem
from vendoreval.ledger.damage import Reach, problems_of, reaches, stop_if_damaged
from vendoreval.ledger.history import Chain
from vendoreval.ledger.known import AsOf, cutoff, known_on, live
from vendoreval.ledger.places import Place, Places
from vendoreval.ledger.records import AnyRecord, Commit, DataFile, Erasure, Event, Role
from vendoreval.ledger.rows import DAY_COLUMNS
from vendoreval.period import Period
from vendoreval.tables import CLIENT_REPORTS


class State:
    """The records of a ledger and what follows from them.

    Parameters
    ----------
    ledger
        The folder.
    as_of
        Only deliveries known by then count. Where the rows lie, and which personal data are
        erased, is always as it is now: what is gone is gone from the past as well.
    """

    def __init__(self, ledger: Path, chain: Chain, as_of: AsOf | None = None) -> None:
        self.ledger, self.chain, self.as_of = ledger, chain, cutoff(as_of, chain)

    @cached_property
    def commits(self) -> tuple[Commit, ...]:
        """Every delivery known, in order."""
        return known_on(self.chain.commits, self.as_of)

    @cached_property
    def records(self) -> tuple[AnyRecord, ...]:
        """Every record known, in order."""
        known = {commit.number for commit in self.commits}

        def is_known(record: AnyRecord) -> bool:
            if isinstance(record, Commit) or self.as_of is None:
                return record.number in known or self.as_of is None
            if isinstance(self.as_of, int):
                return record.number <= self.as_of
            return record.posted_at <= self.as_of

        return tuple(record for record in self.chain.records if is_known(record))

    @cached_property
    def live(self) -> tuple[Commit, ...]:
        """The deliveries that count."""
        return live(self.commits)

    @cached_property
    def erasures(self) -> tuple[Erasure, ...]:
        """Every erasure, whenever it was."""
        return tuple(record for record in self.chain.records if isinstance(record, Erasure))

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every event known, in order.

        Raises
        ------
        LedgerError
            If a lost record may have been one.
        """
        for reach in self._reaches:
            if reach.report is None:
                raise LedgerError(reach.problem)
        return tuple(record for record in self.records if isinstance(record, Event))

    @cached_property
    def places(self) -> Places:
        """Where every data file lies now."""
        return Places.of(self.chain.records)

    @cached_property
    def owners(self) -> dict[str, Commit]:
        """Data file -> the delivery whose rows it holds, copies after a correction too."""
        numbered = {commit.number: commit for commit in self.chain.commits}
        owners = {f.path: commit for commit in self.chain.commits for f in commit.files}
        for commit in self.chain.commits:
            for part in commit.replaces:
                if part.delivery in numbered:
                    for file in part.files:
                        owners.setdefault(file.path, numbered[part.delivery])
        return owners

    def stop_if_damaged(self, places: Iterable[Place]) -> None:
        """Refuse to go on with files that are not as they were written.

        Raises
        ------
        LedgerError
            If one of them is damaged.
        """
        needed = [(self.owners[p.named.path], p) for p in places if p.named.path in self.owners]
        stop_if_damaged(problems_of(self.ledger, self.places, needed))

    @cached_property
    def _remaining(self) -> dict[int, tuple[DataFile, ...]]:
        """Number of a delivery of which rows were replaced by key -> what still counts."""
        return {part.delivery: part.files for commit in self.commits for part in commit.replaces}

    @cached_property
    def _reaches(self) -> tuple[Reach, ...]:
        return reaches(self.ledger, self.chain, self.places.files) if self.chain.lost else ()

    def files_of(self, commit: Commit, role: Role = "accepted") -> tuple[Place, ...]:
        """Return where the rows of a delivery lie; of accepted ones those that still count."""
        files = commit.files
        if role == "accepted":
            files = self._remaining.get(commit.number, files)
        return tuple(self.places.files[file.path] for file in files if file.role == role)

    def delivered(self, commit: Commit, role: Role = "accepted") -> tuple[Place, ...]:
        """Return where the rows of a delivery lie, as they were delivered."""
        return tuple(self.places.files[file.path] for file in commit.files if file.role == role)

    def chosen(
        self, report: str, vendors: Collection[str] | None = None, period: Period | None = None
    ) -> tuple[Commit, ...]:
        """Return the counting deliveries that may hold rows of these vendors and days."""
        owners = None if vendors is None or report in CLIENT_REPORTS else {*vendors}
        return tuple(
            commit
            for commit in self.live
            if commit.report == report
            and (owners is None or commit.vendor in owners or commit.vendor == CLIENT)
            and (period is None or report not in DAY_COLUMNS or _touches(commit, period))
        )

    def parts(self, commits: Iterable[Commit], role: Role = "accepted") -> tuple[Part, ...]:
        """Return the rows of deliveries, their bytes checked.

        Raises
        ------
        LedgerError
            If a file of one of them is damaged, or a lost record may have replaced one.
        """
        commits = tuple(commits)
        for reach in self._reaches:
            if any(reach.touches(commit.report, (commit.vendor,)) for commit in commits):
                raise LedgerError(reach.problem)
        needed = [(commit, place) for commit in commits for place in self.files_of(commit, role)]
        stop_if_damaged(problems_of(self.ledger, self.places, needed))
        return tuple(place.part(self.ledger) for _, place in needed if place.named.rows)

    def stop_if_lost(self, report: str, vendors: Collection[str] | None = None) -> None:
        """Refuse to answer without a delivery that may be missing.

        Raises
        ------
        LedgerError
            If a lost record may have held rows of this report.
        """
        owners = None if report in CLIENT_REPORTS else vendors
        for reach in self._reaches:
            if reach.touches(report, owners):
                raise LedgerError(reach.problem)

    def damage(self, commits: Iterable[Commit]) -> dict[int, Problem]:
        """Return number of a delivery -> its first damaged file, of any kind of rows."""
        needed = [
            (commit, self.places.files[file.path]) for commit in commits for file in commit.files
        ]
        return problems_of(self.ledger, self.places, needed)


def _touches(commit: Commit, period: Period) -> bool:
    if commit.first_on is None or commit.last_on is None:
        return True  # not noted: it may
    return commit.first_on < period.end and period.start <= commit.last_on
