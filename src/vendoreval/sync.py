"""The rows that count, kept in a database beside the ledger: what is new goes in, what no longer
counts goes out, and what is there already stays.

A delivery is loaded whole or not at all, so that a run which broke off goes on with the next
one. Running it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vendoreval.engine import Connection, Part, Stores, load_name, shown
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.ledger import Ledger
from vendoreval.tables import REPORTS
from vendoreval.text import msg

#: called with report, rows loaded of it and rows of it to load
OnLoad = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Synced:
    """What a database was given.

    Parameters
    ----------
    loaded_rows, removed_rows
        That were missing, and that no longer count.
    kept_rows
        That were there already.
    head_hash
        The last record of the ledger whose rows stand there now.
    """

    address: str
    loaded_rows: int
    removed_rows: int
    kept_rows: int
    head_hash: str

    def __repr__(self) -> str:
        return (
            f"Synced({self.address}, {self.loaded_rows} rows loaded, "
            f"{self.removed_rows} removed, {self.kept_rows} kept)"
        )


def sync(ledger: Ledger, to: Connection, on_load: OnLoad | None = None) -> Synced:
    """Bring a database to what the ledger holds now.

    Phones are written as they are: checks match calls by them. Erased values are gone from
    the database too, once this has run.

    Parameters
    ----------
    to
        A PostgreSQL or ClickHouse, as `connect` returns it.

    Raises
    ------
    AgreementError
        If the engine keeps no rows: it reads the files of the ledger themselves.
    LedgerError
        If a delivery is damaged, or the engine refuses.

    Examples
    --------
    >>> sync(ledger, connect("postgresql://auditor@host/dwh"))  # doctest: +SKIP
    Synced(postgresql://auditor@host/dwh, 18055 rows loaded, 0 removed, 102033 kept)
    """
    if not isinstance(to, Stores):
        raise AgreementError(
            plain_problem(
                shown(to.address),
                msg("this engine reads the files of the ledger where they are"),
                msg("the address of a PostgreSQL or a ClickHouse"),
                msg("name one of them, or leave it: nothing needs to be copied"),
            )
        )
    wanted = _wanted(ledger)
    names = {(report, load_name(part)) for report, parts in wanted.items() for part in parts}
    _stop_if_anothers(ledger, to)
    before = {(load.report, load.name): load for load in to.loads()}
    # what no longer counts goes first: rows never count twice
    gone = [load for load in before.values() if (load.report, load.name) not in names]
    to.unload(gone)
    former, to.on_load = to.on_load, on_load
    try:
        for report, parts in wanted.items():
            if parts:
                to.from_files(report, parts)
    finally:
        to.on_load = former
    after = to.loads()
    loaded = sum(load.rows for load in after if (load.report, load.name) not in before)
    removed = sum(load.rows for load in gone)
    return Synced(
        to.address, loaded, removed, sum(load.rows for load in after) - loaded, ledger.head_hash
    )


def _stop_if_anothers(ledger: Ledger, to: Stores) -> None:
    """Refuse to take away the rows of another ledger."""
    # of a past one too: what came later is its own as well
    commits = Ledger.open(ledger.path, create=False).commits
    own = {file.path for commit in commits for file in commit.files}
    own |= {f.path for commit in commits for part in commit.replaces for f in part.files}
    if all(load.name.rpartition(" ")[0] in own for load in to.loads()):
        return
    raise AgreementError(
        plain_problem(
            to.address,
            msg("the schema there holds rows of another ledger"),
            msg("a schema of its own for each ledger"),
            msg("name another one in the address: ?schema=NAME"),
        )
    )


def _wanted(ledger: Ledger) -> dict[str, tuple[Part, ...]]:
    live = ledger.live()
    return {
        report: tuple(part for c in live if c.report == report for part in ledger.parts(c))
        for report in REPORTS
    }
