"""The ledger: every row ever accepted, in a folder that only grows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path

from vendoreval.agreement import CLIENT, Agreement, agreement_from_bytes
from vendoreval.engine import DuckEngine
from vendoreval.errors import Problem
from vendoreval.ledger.folder import (
    AGREEMENTS,
    COMMITS,
    ledger_error,
    open_folder,
    remove_leftovers,
    system_failures,
)
from vendoreval.ledger.history import Chain, History, live
from vendoreval.ledger.posting import Receipt, post
from vendoreval.ledger.records import Commit, Role
from vendoreval.ledger.rows import Rows
from vendoreval.ledger.staging import Postable
from vendoreval.ledger.verify import verify
from vendoreval.period import Period
from vendoreval.tables import REPORTS
from vendoreval.text import msg


class Ledger:
    """Everything accepted: immutable Parquet files and one chained record per delivery.

    Nothing is ever erased: a corrected file supersedes the earlier one. Readers
    need no lock, and the folder may be copied or moved.

    Examples
    --------
    >>> import tempfile
    >>> ledger = Ledger.open(tempfile.mkdtemp())
    >>> ledger
    Ledger(0 deliveries, 0 counting, 0 vendors)
    >>> ledger.verify()
    []
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._history = History(path / COMMITS)

    @classmethod
    def open(cls, path: str | Path, create: bool = True) -> Ledger:
        """Open the folder of a ledger, making it when it is missing or empty.

        Raises
        ------
        LedgerError
            If the folder is something else, or of a newer format.
        """
        folder = Path(path)
        open_folder(folder, create=create)
        ledger = cls(folder)
        commits = ledger.commits
        remove_leftovers(folder, frozenset(file.path for c in commits for file in c.files))
        return ledger

    # -------------------------------------------------------------- writing

    def post(
        self, report: Postable, reason: str | None = None, *, replace: bool = False
    ) -> Receipt:
        """Post a validated delivery; once it returns, the delivery is on the disk.

        Parameters
        ----------
        report
            What `validate` returned.
        reason
            Why a corrected file came, kept in the record.
        replace
            Supersede every delivery whose days overlap, and post again a file that was
            superseded or judged by another version of the agreement.

        Returns
        -------
        Receipt
            `new` is false when the ledger held the file already; nothing changed then.

        Raises
        ------
        LedgerError
            If rows would count twice, the disk is full or read-only, or another
            command posted the same period at the same moment. What was posted
            before is intact, and nothing of this delivery is visible.

        Examples
        --------
        >>> ledger.post(report)  # doctest: +SKIP
        Receipt(new, Commit(1, alpha, calls, 2026-10, 18055 of 18060 rows accepted))
        """
        return post(self.path, self._history, report, reason=reason, replace=replace)

    # -------------------------------------------------------------- history

    @property
    def commits(self) -> tuple[Commit, ...]:
        """Every delivery ever posted, in order."""
        return self._chain().commits

    @property
    def head_hash(self) -> str:
        """Hash of the last record; it stands for the whole history."""
        return self._chain().head

    def live(self, as_of: datetime | int | None = None) -> tuple[Commit, ...]:
        """Return the deliveries that count, now or as known at an instant.

        Parameters
        ----------
        as_of
            Only deliveries received by this instant, or up to this number, are known.
        """
        return live(self.commits, as_of)

    def files(self, report: str, as_of: datetime | int | None = None) -> tuple[Path, ...]:
        """Return the accepted Parquet files of a report that count.

        Raises
        ------
        LedgerError
            If one of them is missing.
        """
        chosen = (c for c in self.live(as_of) if c.report == report)
        return tuple(path for c in chosen for path in self.paths(c))

    def paths(self, commit: Commit, role: Role = "accepted") -> tuple[Path, ...]:
        """Return the files of one delivery: its accepted or quarantined rows, or its faults.

        Raises
        ------
        LedgerError
            If one of them is missing.
        """
        paths = tuple(self.path / file.path for file in commit.files if file.role == role)
        for path in paths:
            if not path.exists():
                raise ledger_error(
                    path,
                    msg("the file is missing"),
                    msg("the file its record names"),
                    msg("restore the folder of the ledger from a backup"),
                )
        return paths

    @property
    def vendors(self) -> tuple[str, ...]:
        """Short names of the vendors who delivered anything; the client is not one."""
        return tuple(sorted({c.vendor for c in self.commits} - {CLIENT}))

    def columns(
        self, vendor: str, report: str, period: str | Period | None = None
    ) -> frozenset[str]:
        """Return the columns that every counting delivery with accepted rows held.

        A column that one delivery of the period lacks is not delivered: its nulls
        must not be taken for zeros.
        """
        span = _period(period)
        held = [
            frozenset(c.columns)
            for c in self.live()
            if (c.vendor, c.report) == (vendor, report)
            and c.rows.accepted
            and (span is None or c.span is None or c.span.overlaps(span))
        ]
        return frozenset.intersection(*held) if held else frozenset()

    def agreement(self, vendor: str) -> Agreement:
        """Return the agreement of the vendor's latest delivery.

        Raises
        ------
        LedgerError
            If the vendor delivered nothing, or the kept file was changed.
        """
        posted = [c for c in self.commits if c.vendor == vendor]
        if not posted:
            raise ledger_error(
                self.path,
                msg("nothing of %(vendor)s was posted", vendor=vendor),
                msg("one of: %(names)s", names=", ".join(self.vendors) or "-"),
                msg("check the name, or post a first delivery"),
            )
        digest = posted[-1].agreement_sha256
        place = self.path / AGREEMENTS / f"{digest}.odcs.yaml"
        with system_failures(place):
            agreement = agreement_from_bytes(place.read_bytes(), vendor, str(place))
        if agreement.sha256 != digest:
            raise ledger_error(
                place,
                msg("the bytes were changed"),
                msg("the bytes whose hash its record holds"),
                msg("restore the folder of the ledger from a backup"),
            )
        return agreement

    def verify(self, head: str | None = None) -> list[Problem]:
        """Read and hash everything again.

        Parameters
        ----------
        head
            A `head_hash` noted earlier (every audit prints one). Only with it can a
            history be told whose last records were taken away.

        Returns
        -------
        list of Problem
            Empty when the ledger is whole; the first broken link comes first.
        """
        with system_failures(self.path):
            return verify(self.path, head)

    # -------------------------------------------------------------- reading

    def engine(self, as_of: datetime | int | None = None) -> DuckEngine:
        """Return an engine over the rows that count; use it as a context manager."""
        return DuckEngine({report: self.files(report, as_of) for report in REPORTS})

    def rows(
        self, report: str, vendor: str | None = None, period: str | Period | None = None
    ) -> Rows:
        """Return the accepted rows of a report, of one vendor and one period if given.

        Raises
        ------
        ValueError
            If there is no such report.
        """
        if report not in REPORTS:
            raise ValueError(f"{report!r} is not a report; one of: {', '.join(REPORTS)}")
        return Rows(report, vendor, _period(period), self.files(report))

    def calls(self, vendor: str | None = None, period: str | Period | None = None) -> Rows:
        """Return the calls of a vendor in a period.

        Examples
        --------
        >>> ledger.calls("alpha", "2026-10").to_frame()  # doctest: +SKIP
        """
        return self.rows("calls", vendor, period)

    # ------------------------------------------------------------- printing

    def __repr__(self) -> str:
        commits, vendors = self.commits, len(self.vendors)
        return (
            f"Ledger({len(commits)} deliver{'y' if len(commits) == 1 else 'ies'}, "
            f"{len(live(commits))} counting, {vendors} vendor{'s' * (vendors != 1)})"
        )

    def _repr_html_(self) -> str:
        head = "<tr><th>vendor</th><th>report</th><th>deliveries</th><th>rows</th></tr>"
        body = "".join(
            f"<tr><td>{escape(vendor)}</td><td>{escape(report)}</td><td>{n}</td><td>{rows:,}</td></tr>"
            for vendor, report, n, rows in self._summary()
        )
        return f"<p>{escape(repr(self))}</p><table>{head}{body}</table>"

    def _summary(self) -> Iterator[tuple[str, str, int, int]]:
        counting = self.live()
        for vendor, report in sorted({(c.vendor, c.report) for c in counting}):
            own = [c for c in counting if (c.vendor, c.report) == (vendor, report)]
            yield vendor, report, len(own), sum(c.rows.accepted for c in own)

    def _chain(self) -> Chain:
        with system_failures(self.path):
            return self._history.refresh()


def _period(period: str | Period | None) -> Period | None:
    return Period.parse(period) if isinstance(period, str) else period
