"""The ledger: every row ever accepted, in a folder that only grows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from vendoreval.agreement import CLIENT, Agreement, agreement_from_bytes
from vendoreval.engine import DuckEngine, Part
from vendoreval.errors import Problem
from vendoreval.ledger.compaction import CompactionReceipt, compact
from vendoreval.ledger.erasure import ErasureReceipt, erase
from vendoreval.ledger.folder import (
    AGREEMENTS,
    COMMITS,
    ledger_error,
    open_folder,
    remove_leftovers,
    system_failures,
)
from vendoreval.ledger.history import AsOf, History
from vendoreval.ledger.own_tables import Sources
from vendoreval.ledger.posting import Receipt, post
from vendoreval.ledger.records import AnyRecord, Commit, Role
from vendoreval.ledger.row_history import RowHistory, row_history
from vendoreval.ledger.rows import Rows
from vendoreval.ledger.selection import Selection
from vendoreval.ledger.shown import html_of, line_of
from vendoreval.ledger.staging import Postable
from vendoreval.ledger.state import State
from vendoreval.ledger.verify import verify
from vendoreval.period import Period
from vendoreval.tables import REPORTS
from vendoreval.text import msg


class Ledger:
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

    def __init__(self, path: Path, as_of: AsOf | None = None) -> None:
        self.path = path
        self._as_of = as_of
        self._history = History(path / COMMITS)
        self._states: dict[AsOf | None, State] = {}

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
        past = Ledger(self.path, as_of)
        past._state()
        return past

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

    # -------------------------------------------------------------- history

    @property
    def records(self) -> tuple[AnyRecord, ...]:
        """Every record: deliveries, erasures, compactions, in order."""
        return self._state().records

    @property
    def commits(self) -> tuple[Commit, ...]:
        """Every delivery ever posted, in order."""
        return self._state().commits

    @property
    def head_hash(self) -> str:
        """Hash of the last record known; it stands for the whole history."""
        state = self._state()
        if self._as_of is None or not state.records:
            return state.chain.head
        return state.chain.hashes[state.chain.records.index(state.records[-1])]

    def live(self, as_of: AsOf | None = None) -> tuple[Commit, ...]:
        """Return the deliveries that count, now or as known on an instant."""
        return self._state(as_of).live

    def history(
        self, report: str, key: str | Mapping[str, Any], vendor: str | None = None
    ) -> RowHistory:
        """Return every version of one row: which delivery brought it, what became of it.

        Parameters
        ----------
        report
            Such as ``calls``.
        key
            Column -> value, or the key as one text, its parts joined by ``" / "``.
        vendor
            When two vendors may use the same key.

        Raises
        ------
        ValueError
            If there is no such report or the text is no key of it.
        LedgerError
            If a file is damaged.

        Examples
        --------
        >>> ledger.history("funnel", "2026-10-31 / L5").to_frame()  # doctest: +SKIP
        """
        return row_history(self._state(), report, key, vendor)

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

    # -------------------------------------------------------------- reading

    def parts(self, commit: Commit, role: Role = "accepted") -> tuple[Part, ...]:
        """Return the rows of one delivery: accepted ones that still count, or those kept out.

        Raises
        ------
        LedgerError
            If a file of it is damaged.
        """
        return self._state().parts([commit], role)

    def paths(self, commit: Commit, role: Role = "accepted") -> tuple[Path, ...]:
        """Return the files that hold the rows of one delivery.

        After a compaction a file may hold rows of other deliveries too; see `parts`.

        Raises
        ------
        LedgerError
            If one of them is damaged.
        """
        return tuple(dict.fromkeys(part.path for part in self.parts(commit, role)))

    def files(self, report: str, as_of: AsOf | None = None) -> tuple[Path, ...]:
        """Return the Parquet files that hold the accepted rows of a report; see `paths`.

        Raises
        ------
        LedgerError
            If one of them is damaged.
        """
        state = self._state(as_of)
        return tuple(dict.fromkeys(p.path for p in state.parts(state.chosen(report))))

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

    def engine(
        self, as_of: AsOf | None = None, vendors: Collection[str] | None = None
    ) -> DuckEngine:
        """Return an engine over the rows that count; use it as a context manager.

        A report is looked up when a query first names it: a damaged delivery stops only
        the questions that would read it.
        """
        return DuckEngine(Sources(self._state(as_of), None if vendors is None else tuple(vendors)))

    def rows(
        self, report: str, vendor: str | None = None, period: str | Period | None = None
    ) -> Rows:
        """Return the accepted rows of a report, of one vendor and one period if given.

        Raises
        ------
        ValueError
            If there is no such report.
        LedgerError
            If a delivery that may hold such rows is damaged.
        """
        if report not in REPORTS:
            raise ValueError(f"{report!r} is not a report; one of: {', '.join(REPORTS)}")
        state, span = self._state(), _period(period)
        vendors = None if vendor is None else (vendor,)
        state.stop_if_lost(report, vendors)
        return Rows(report, vendor, span, state.parts(state.chosen(report, vendors, span)))

    def calls(self, vendor: str | None = None, period: str | Period | None = None) -> Rows:
        """Return the calls of a vendor in a period.

        Examples
        --------
        >>> ledger.calls("alpha", "2026-10").to_frame()  # doctest: +SKIP
        """
        return self.rows("calls", vendor, period)

    # ------------------------------------------------------------- printing

    def __repr__(self) -> str:
        return line_of(self._state(), self.vendors)

    def _repr_html_(self) -> str:
        return html_of(self._state(), repr(self))

    def _state(self, as_of: AsOf | None = None) -> State:
        """Return what the ledger holds now, or as known on the earlier of two instants."""
        with system_failures(self.path):
            chain = self._history.refresh()
        wanted = as_of if as_of is not None else self._as_of
        state = self._states.get(wanted)
        if state is None or state.chain is not chain:
            self._states = {} if state is not None else self._states
            state = self._states[wanted] = State(self.path, chain, wanted)
        return state


def _period(period: str | Period | None) -> Period | None:
    return Period.parse(period) if isinstance(period, str) else period
