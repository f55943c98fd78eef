"""The ledger: every row ever accepted, in a folder that only grows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from vendoreval.engine import Connection
from vendoreval.errors import Problem
from vendoreval.ledger.compaction import CompactionReceipt, compact
from vendoreval.ledger.erasure import ErasureReceipt, erase
from vendoreval.ledger.events import record_event
from vendoreval.ledger.folder import ledger_error, open_folder, remove_leftovers, system_failures
from vendoreval.ledger.known import AsOf
from vendoreval.ledger.posting import Receipt, post
from vendoreval.ledger.reading import LedgerReader
from vendoreval.ledger.records import Commit, Event
from vendoreval.ledger.selection import Selection
from vendoreval.ledger.staging import Postable
from vendoreval.ledger.verify import verify
from vendoreval.period import Period
from vendoreval.text import msg


class Ledger(LedgerReader):
    """Everything accepted: immutable Parquet files and one chained record per delivery.

    Nothing accepted is ever deleted: a corrected file supersedes the earlier one.
    Readers need no lock, and the folder may be copied or moved.

    Examples
    --------
    >>> import tempfile
    >>> ledger = Ledger.open(tempfile.mkdtemp())
    >>> ledger
    Ledger(0 deliveries, 0 counting, 0 vendors)
    >>> ledger.verify()
    []
    """

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
        state = ledger._state()
        if not state.chain.lost:  # files of a lost record look like those of a killed writer
            remove_leftovers(folder, state.places.needed, state.places.erased)
        return ledger

    def as_of(self, as_of: AsOf) -> Ledger:
        """Return the ledger as it was known then; it can be read and audited, not posted to.

        Parameters
        ----------
        as_of
            A day (until its end in UTC), an instant, the number of a record, or the hash of
            one, which every audit prints. By day or instant a delivery is known from when
            its file came. Personal data erased since are gone from the past as well.

        Raises
        ------
        ValueError
            If it is a text that is none of them, or an instant without a time zone.

        Examples
        --------
        >>> ledger.as_of("2026-11-05").calls("alpha", "2026-10")  # doctest: +SKIP
        """
        past = Ledger(self.path, as_of, self.connection)
        past._state()
        return past

    def on(self, connection: Connection) -> Ledger:
        """Return the ledger with another engine to answer every question about it.

        Parameters
        ----------
        connection
            What `connect` returned. A database is given the rows that a question reads, each
            delivery once; Spark reads the files themselves.

        Examples
        --------
        >>> ledger.on(connect("postgresql://auditor@host/dwh"))  # doctest: +SKIP
        Ledger(42 deliveries, 40 counting, 3 vendors)
        """
        return Ledger(self.path, self._as_of, connection)

    # -------------------------------------------------------------- writing

    def post(
        self,
        report: Postable,
        reason: str | None = None,
        *,
        replace: bool = False,
        by_key: bool = False,
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
        by_key
            The file holds single rows: they take the place of the rows with the same keys,
            all others stay. Needs a reason.

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
        self._stop_if_past()
        return post(self.path, self._history, report, reason=reason, replace=replace, by_key=by_key)

    def record_event(
        self,
        topic: str,
        body: Mapping[str, Any],
        *,
        who: str,
        vendor: str | None = None,
        period: str | Period | None = None,
        at: datetime | None = None,
    ) -> Event:
        """Add something said or done; once it returns, it is on the disk for ever.

        Parameters
        ----------
        topic
            What kind of event, such as ``dispute.answer``: small letters, digits, ``_``,
            parts separated by a full stop.
        body
            Plain values: text, whole numbers, true, false, null, lists and mappings of
            them. Money goes in as text. At most 64 KiB as JSON. Nothing here can be
            erased: it must not name a customer.
        who
            Who said or did it.
        vendor, period
            What it is about, if about one.
        at
            When it happened; this moment when not given.

        Raises
        ------
        ValueError
            If a value is none of these, or `at` has no time zone.
        LedgerError
            If the disk refuses or the chain has a broken link.

        Examples
        --------
        >>> import tempfile
        >>> ledger = Ledger.open(tempfile.mkdtemp())
        >>> ledger.record_event("checklist.signed", {"item": 3}, who="I. Orlova", vendor="alpha")
        Event(1, checklist.signed, alpha, by I. Orlova)
        >>> len(ledger.events("checklist", vendor="alpha"))
        1
        """
        self._stop_if_past()
        return record_event(
            self.path, self._history, topic, body, who=who, vendor=vendor, period=period, at=at
        )

    def erase(
        self,
        reason: str,
        *,
        phone: str | None = None,
        lead_id: str | None = None,
        key: Mapping[str, str] | None = None,
        before: date | None = None,
        report: str | None = None,
        vendor: str | None = None,
        request: str | None = None,
        try_only: bool = False,
    ) -> ErasureReceipt:
        """Erase personal data from every file; a tombstone stays for each row.

        Parameters
        ----------
        reason
            Why; kept for ever, so it must not name the person.
        phone, lead_id, key, before
            Whose: one of them. A phone also means the leads it was handed over with; `key`
            names columns and values of one `report`; `before` takes all rows of earlier days,
            which is how a retention period is kept.
        report, vendor
            Only rows of these. Numbers on the do-not-call list, which are kept so that
            nobody calls them, go only when `report` names it.
        request
            The client's own number of the request.
        try_only
            Say what would be erased and change nothing.

        Returns
        -------
        ErasureReceipt
            Its `code` is shown once and kept nowhere: it proves a tombstone.

        Raises
        ------
        LedgerError
            If no reason is given, it holds the phone, a file is damaged, or the disk refuses.
        ValueError
            If not exactly one of phone, lead_id, key and before is given.
        """
        self._stop_if_past()
        selection = Selection(phone, lead_id, key, before, report, vendor)
        return erase(
            self.path, self._history, selection, reason=reason, request=request, try_only=try_only
        )

    def compact(self, *, at_once: bool = False) -> CompactionReceipt:
        """Put small data files together; no row, no answer and no hash changes.

        Parameters
        ----------
        at_once
            Remove the former files now and not after a day; whoever reads at this moment
            may have to ask again.

        Raises
        ------
        LedgerError
            If a file is damaged or the disk refuses.
        """
        self._stop_if_past()
        return compact(self.path, self._history, at_once=at_once)

    def _stop_if_past(self) -> None:
        if self._as_of is not None:
            raise ledger_error(
                self.path,
                msg("this is the ledger as known on %(as_of)s", as_of=str(self._as_of)),
                msg("the ledger of today"),
                msg("open the ledger without as_of to change it"),
            )

    def verify(self, head: str | None = None) -> list[Problem]:
        """Read and hash everything again.

        Parameters
        ----------
        head
            A `head_hash` noted earlier (every audit prints one). With it a history is told
            whose last records were taken away, whatever else was changed with them.

        Returns
        -------
        list of Problem
            Empty when the ledger is whole; the first broken link comes first.
        """
        with system_failures(self.path):
            return verify(self.path, head)

    def damage(self, commits: Iterable[Commit]) -> dict[int, Problem]:
        """Return number of a delivery -> what is wrong with its first damaged file."""
        return self._state().damage(commits)
