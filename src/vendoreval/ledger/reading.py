"""What anybody may read of a ledger, now or as it was known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from vendoreval.agreement import CLIENT, Agreement, agreement_from_bytes
from vendoreval.engine import EMBEDDED, Connection, Engine, Files, Part
from vendoreval.ledger.folder import AGREEMENTS, COMMITS, ledger_error, system_failures
from vendoreval.ledger.history import History
from vendoreval.ledger.known import AsOf
from vendoreval.ledger.own_tables import Sources
from vendoreval.ledger.records import AnyRecord, Commit, DataFile, Event, Role
from vendoreval.ledger.row_history import RowHistory, row_history
from vendoreval.ledger.rows import Rows
from vendoreval.ledger.shown import html_of, line_of
from vendoreval.ledger.state import State
from vendoreval.period import Period
from vendoreval.tables import REPORTS
from vendoreval.text import msg


class LedgerReader:
    """The reading half of a ledger; `Ledger` adds what changes it."""

    def __init__(
        self, path: Path, as_of: AsOf | None = None, connection: Connection = EMBEDDED
    ) -> None:
        self.path = path
        self.connection = connection
        self._as_of = as_of
        self._history = History(path / COMMITS)
        self._states: dict[AsOf | None, State] = {}

    # -------------------------------------------------------------- history

    @property
    def records(self) -> tuple[AnyRecord, ...]:
        """Every record: deliveries, events, erasures, compactions, in order."""
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

    def events(
        self,
        topic: str | None = None,
        *,
        vendor: str | None = None,
        period: str | Period | None = None,
    ) -> tuple[Event, ...]:
        """Return what was said and done, the oldest first; later ones take nothing away.

        Parameters
        ----------
        topic
            Of this topic, or of those below it: ``dispute`` means ``dispute.answer`` too.
        vendor, period
            About these; events about no vendor or period are left out then.

        Raises
        ------
        LedgerError
            If a lost record may have been an event.

        Examples
        --------
        >>> ledger.events("dispute", vendor="alpha")  # doctest: +SKIP
        (Event(7, dispute.answer, alpha, 2026-10, by I. Orlova),)
        """
        span = _period(period)
        return tuple(
            event
            for event in self._state().events
            if (topic is None or f"{event.topic}.".startswith(f"{topic}."))
            and vendor in {None, event.vendor}
            and (span is None or event.span == span)
        )

    # -------------------------------------------------------------- reading

    def parts(self, commit: Commit, role: Role = "accepted") -> tuple[Part, ...]:
        """Return the rows of one delivery: accepted ones that still count, or those kept out.

        Raises
        ------
        LedgerError
            If a file of it is damaged.
        """
        return self._state().parts([commit], role)

    def accepted(self, commit: Commit) -> tuple[DataFile, ...]:
        """Return the accepted files of a delivery that count: others once rows were replaced."""
        return tuple(place.named for place in self._state().files_of(commit))

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

    def engine(self, as_of: AsOf | None = None, vendors: Collection[str] | None = None) -> Engine:
        """Return an engine over the rows that count; use it as a context manager.

        A report is looked up when a query first names it: a damaged delivery stops only
        the questions that would read it.
        """
        return self.over(Sources(self._state(as_of), None if vendors is None else tuple(vendors)))

    def over(self, files: Files) -> Engine:
        """Return an engine over some of its files; use it as a context manager."""
        return self.connection.over(files)

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
        return Rows(report, vendor, span, state.parts(state.chosen(report, vendors, span)),
                    self.connection)  # fmt: skip

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
