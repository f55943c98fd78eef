"""The contract bank of one vendor on one day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Final

import ibis
import pandas as pd

from vendoreval.bank import moves as read
from vendoreval.bank.measures import (
    at,
    cohort_table,
    dynamics_table,
    first_entries,
    stage_rows,
)
from vendoreval.bank.moves import UNSEEN
from vendoreval.engine import Engine, day_of, frame
from vendoreval.errors import LedgerError, Problem, plain_problem
from vendoreval.ledger import Ledger
from vendoreval.ledger.known import AsOf
from vendoreval.measures import Measured
from vendoreval.stats import wilson_interval
from vendoreval.tables import TABLES
from vendoreval.text import msg

_MOST_ROWS: Final = 20_000_000
_COLUMNS: Final = (
    "lead_id", "stage", "stage_since", "days_in_stage", "path", "handed_on", "list_id", "segment",
    "first_seen_on", "last_seen_on", "vanished", "erased_on", "attempts", "dials",
    "conversations", "last_dial_on", "won_on", "sold_on", "close_reason", "agent_id", "amount",
)  # fmt: skip


@dataclass(frozen=True)
class StageRow:
    """One stage of the bank.

    Parameters
    ----------
    leads
        Companies that stand there now.
    reached
        Companies that ever came so far, or further; `None` for an end without success.
    median_days, p90_days
        How long finished stays lasted; `None` without any.
    waiting_days
        Median of how long those who stand there have stood; `None` without any.
    """

    stage: str
    leads: int
    reached: int | None
    median_days: float | None
    p90_days: float | None
    waiting_days: float | None


@dataclass(frozen=True, repr=False)
class ContractBank:
    """Every company ever handed over to a vendor or seen in its reports, on one day.

    Parameters
    ----------
    on
        The day.
    last_snapshot_on
        The vendor's last snapshot up to it; a company that is not in it has vanished.
    stages
        In the order of the funnel, the ends without success after them.

    Examples
    --------
    >>> bank = contract_bank(ledger, "alpha")  # doctest: +SKIP
    >>> bank.conversion()  # doctest: +SKIP
    Measured(value=0.031, n=4120, low=0.026, high=0.037)
    """

    vendor: str
    title: str
    on: date
    last_snapshot_on: date | None
    stages: tuple[StageRow, ...]
    _leads: pd.DataFrame = field(repr=False)
    _moves: pd.DataFrame = field(repr=False)

    def __len__(self) -> int:
        return len(self._leads)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each company: stage, path, time in stage, attempts, sale."""
        return self._leads.copy()

    @property
    def vanished(self) -> int:
        """Companies that the vendor's last snapshot no longer holds."""
        return int(self._leads["vanished"].sum())

    @property
    def first_move_on(self) -> date | None:
        """The first day on which any company stood at a stage."""
        days = self._moves["entered_on"].dropna()
        return None if days.empty else day_of(days.min())

    def conversion(self, *, sold: bool = False) -> Measured:
        """Return won companies of the full bank, with the 95 % interval of Wilson.

        Parameters
        ----------
        sold
            Count the client's own surviving sales and not what the vendor calls won.
        """
        return _share(int(self._leads["sold_on" if sold else "won_on"].notna().sum()), len(self))

    def reported_conversion(self) -> Measured:
        """Return the same of the last snapshot alone, as the vendor's own bank shows it."""
        if self.last_snapshot_on is None:
            return Measured(None, 0)
        held = self._leads[self._leads["last_seen_on"].map(day_of) == self.last_snapshot_on]
        return _share(int((held["stage"] == "won").sum()), len(held))

    def cohorts(self, ages: int = 6) -> pd.DataFrame:
        """Return conversion by month of hand-over and age in months, of all companies handed over.

        One row for each cohort and age: `cohort`, `age_months`, `leads`, `won`, `won_share`
        with `low` and `high`, `sold`, `sold_share`, and `mature`: false where the months have
        not passed yet, so that the share can still grow.
        """
        return cohort_table(self._leads, self.on, ages)

    def dynamics(self, first: date, second: date | None = None) -> pd.DataFrame:
        """Return where companies stood on two days: rows the first day, columns the second.

        A company that was not there yet on the first day stands in the row `absent`.
        """
        return dynamics_table(self._leads, self._moves, first, second or self.on)

    def stage_on(self, day: date) -> pd.Series:
        """Return lead_id -> stage at the end of a day; `absent` before it was known."""
        return at(self._leads, self._moves, day)

    def __repr__(self) -> str:
        return (
            f"ContractBank({self.vendor}, {self.on}: {len(self)} companies, "
            f"{self.vanished} vanished)"
        )

    def _repr_html_(self) -> str:
        head = "<tr><th>stage</th><th>now</th><th>reached</th><th>median days</th></tr>"
        body = "".join(
            f"<tr><td>{escape(row.stage)}</td><td>{row.leads:,}</td>"
            f"<td>{'' if row.reached is None else f'{row.reached:,}'}</td>"
            f"<td>{'' if row.median_days is None else f'{row.median_days:.0f}'}</td></tr>"
            for row in self.stages
        )
        return f"<p>{escape(repr(self))}</p><table>{head}{body}</table>"


def contract_bank(
    ledger: Ledger, vendor: str, as_of: AsOf | None = None, *, on: date | None = None
) -> ContractBank:
    """Return the contract bank of a vendor.

    Parameters
    ----------
    ledger
        Everything posted.
    vendor
        Short name.
    as_of
        As it was known then: a day, an instant, a number or a hash of a record.
    on
        Where the companies stood at the end of this day; the last one known when not given.

    Raises
    ------
    LedgerError
        If nothing of the vendor's funnel is in the ledger, or a delivery is damaged.
    ValueError
        If `as_of` is no instant.

    Examples
    --------
    >>> contract_bank(ledger, "alpha", as_of="2026-11-05")  # doctest: +SKIP
    ContractBank(alpha, 2026-10-31: 4120 companies, 12 vanished)
    """
    known = ledger if as_of is None else ledger.as_of(as_of)
    with known.engine() as engine:
        days = _table(engine, read.last_days(TABLES, vendor)).dropna(subset=["day"])
        if not set(days["kind"]) & {"snapshot", "event"}:
            raise LedgerError(_nothing(known, vendor))
        on = on or max(days["day"].map(day_of))
        leads, moved = _gather(engine, vendor, on)
    snapshots = [day_of(d) for d in leads["last_seen_on"].dropna()]
    last = max(snapshots, default=None)
    leads["vanished"] = leads["last_seen_on"].map(
        lambda d: last is not None and not pd.isna(d) and day_of(d) < last
    ).astype(bool)  # fmt: skip
    leads["days_in_stage"] = [
        None if pd.isna(since) else (on - day_of(since)).days for since in leads["stage_since"]
    ]
    leads = leads.astype({"days_in_stage": "Int64"})
    rows = tuple(StageRow(**row) for row in stage_rows(leads, moved, on))
    title = known.agreement(vendor).title or vendor
    return ContractBank(vendor, title, on, last, rows, leads[list(_COLUMNS)], moved)


def _nothing(ledger: Ledger, vendor: str) -> Problem:
    return plain_problem(
        str(ledger.path),
        msg("nothing of the funnel of %(vendor)s was posted", vendor=vendor),
        msg("snapshots of the funnel, or its events"),
        msg("check the name, or ask for report funnel or funnel_events"),
    )


def _table(engine: Engine, expression: ibis.Table) -> pd.DataFrame:
    return frame(engine.run(expression, maximum_rows=_MOST_ROWS))


def _gather(engine: Engine, vendor: str, on: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every company with what is known of it, and every move."""
    moved = _table(engine, read.moves(TABLES, vendor, on)).sort_values(["lead_id", "step"])
    moved = moved.reset_index(drop=True)
    leads = _table(engine, read.handed(TABLES, vendor, on))
    parts = [
        _paths(moved),
        first_entries(moved, "won", "won_on"),
        _table(engine, read.last_seen(TABLES, vendor, on)),
        _table(engine, read.dials(TABLES, vendor, on)),
        _table(engine, read.sold(TABLES, vendor, on)),
        _table(engine, read.erased(TABLES, vendor)),
    ]
    # whoever was handed over or seen belongs to the bank; calls and sales alone make nobody
    for number, part in enumerate(parts):
        leads = leads.merge(part, on="lead_id", how="outer" if number in (0, 2) else "left")
    leads["stage"] = leads["stage"].fillna(UNSEEN)
    leads["path"] = leads["path"].fillna("")
    for name in ("dials", "conversations"):
        leads[name] = leads[name].fillna(0).astype("int64")
    reported = leads["reported_attempts"].astype("Int64")
    leads["attempts"] = reported.where(reported.notna() & (reported > leads["dials"]),
                                       leads["dials"]).astype("Int64")  # fmt: skip
    return leads.sort_values("lead_id").reset_index(drop=True), moved


def _paths(moved: pd.DataFrame) -> pd.DataFrame:
    """Return the path of every company and where it ended."""
    grouped = moved.groupby("lead_id", sort=False)
    last = grouped.tail(1).set_index("lead_id")
    return pd.DataFrame(
        {
            "path": grouped["stage"].agg(" > ".join),
            "stage": last["stage"],
            "stage_since": last["entered_on"],
        }
    ).reset_index()


def _share(count: int, n: int) -> Measured:
    if not n:
        return Measured(None, 0)
    low, high = wilson_interval(count, n)
    return Measured(count / n, n, low, high)
