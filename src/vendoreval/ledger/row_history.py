"""Every version of one row: which delivery brought it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Literal

import pandas as pd
import pyarrow as pa

from vendoreval.engine import Part, source_sql
from vendoreval.errors import LedgerError, plain_problem
from vendoreval.ledger.by_key import rows_of
from vendoreval.ledger.damage import stop_if_damaged
from vendoreval.ledger.records import Commit, Role
from vendoreval.ledger.scan import columns_of, name, scanner
from vendoreval.ledger.state import State
from vendoreval.ledger.versions import VERSIONED
from vendoreval.tables import REPORTS
from vendoreval.text import msg

Fate = Literal["counts", "superseded", "replaced", "kept out"]
# keys of the reports that are not compared version by version
_KEYS: dict[str, tuple[str, ...]] = {
    "agent_sessions": ("agent_id", "started_at"), "roster": ("agent_id", "hired_on"),
    "reviews": ("review_id",), "incidents": ("incident_id",), "do_not_call": ("phone",),
    "leads": ("lead_id",), "client_sales": ("sale_id",), "carrier_calls": ("record_id",),
}  # fmt: skip
_ROLES: tuple[Role, ...] = ("accepted", "quarantine")
_LEFT_OUT = frozenset({"_row", "_line", "_file", "_at"})


@dataclass(frozen=True)
class Version:
    """One row as one delivery brought it.

    Parameters
    ----------
    row
        Its row in the received file, the header counted.
    fate
        `counts`; `superseded` with the whole delivery; `replaced` by key; `kept out` for
        its faults.
    by
        Number of the delivery that took its place.
    erased
        Days on which personal values of it were erased, each with the reason.
    """

    delivery: int
    vendor: str
    file: str
    received_at: datetime
    row: int | None
    fate: Fate
    by: int | None
    values: Mapping[str, Any]
    erased: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class RowHistory:
    """Every version of one row, the oldest first."""

    report: str
    key: Mapping[str, str]
    versions: tuple[Version, ...]

    def __iter__(self) -> Iterator[Version]:
        return iter(self.versions)

    def __len__(self) -> int:
        return len(self.versions)

    def to_frame(self) -> pd.DataFrame:
        """Return one line for each version, what is said of it before its values."""
        about = ("delivery", "vendor", "file", "received_at", "row", "fate", "by")
        rows = [
            {n: getattr(v, n) for n in about} | {"erased": "; ".join(v.erased)} | dict(v.values)
            for v in self.versions
        ]
        return pd.DataFrame(rows).astype({"by": "Int64", "row": "Int64"}) if rows else (
            pd.DataFrame(columns=[*about, "erased"]))  # fmt: skip

    def __repr__(self) -> str:
        key = " / ".join(self.key.values())
        return f"RowHistory({self.report}, {key}: {len(self)} version{'s' * (len(self) != 1)})"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.to_frame().to_html(index=False, border=0)}"


def key_columns(report: str) -> tuple[str, ...]:
    """Return the columns that tell one row of a report from another.

    Raises
    ------
    ValueError
        If there is no such report.
    """
    if report not in REPORTS:
        raise ValueError(f"{report!r} is not a report; one of: {', '.join(REPORTS)}")
    return VERSIONED[report].key if report in VERSIONED else _KEYS[report]


def key_of(report: str, key: str | Mapping[str, Any]) -> dict[str, str]:
    """Return column -> value of a key given as a mapping or as one text, parts by `` / ``.

    Raises
    ------
    ValueError
        If there is no such report, or the text has too few or too many parts.

    Examples
    --------
    >>> key_of("funnel", "2026-10-31 / L5")
    {'snapshot_on': '2026-10-31', 'lead_id': 'L5'}
    """
    columns = key_columns(report)
    if not isinstance(key, str):
        return {str(column): str(value) for column, value in key.items()}
    parts = [part.strip() for part in key.split(" / ")]
    if len(parts) != len(columns):
        raise ValueError(f"a key of {report} is {' / '.join(columns)}, not {key!r}")
    return dict(zip(columns, parts, strict=True))


def row_history(
    state: State, report: str, key: str | Mapping[str, Any], vendor: str | None = None
) -> RowHistory:
    """Return every version of one row; see `Ledger.history`."""
    wanted = key_of(report, key)
    state.stop_if_lost(report, None if vendor is None else (vendor,))
    commits = [
        c for c in state.commits if c.report == report and vendor in {None, c.vendor}
    ]  # fmt: skip
    stones = _stones(state, report)
    found: list[Version] = []
    for role in _ROLES:
        owned = [
            (commit, place.part(state.ledger))
            for commit in commits
            for place in state.delivered(commit, role)
            if place.named.rows
        ]
        stop_if_damaged(state.damage([commit for commit, _ in owned]))
        placed = [(c, part) for c, part in owned if columns_of([part]) >= set(wanted)]
        if role == "accepted" and owned and not placed:
            raise _no_such_columns(state, report, wanted)
        found += [
            _version(state, commit, role, values, wanted, stones)
            for commit, values in _rows(placed, wanted)
        ]
    return RowHistory(report, wanted, tuple(sorted(found, key=lambda v: (v.delivery, v.row or 0))))


def _no_such_columns(state: State, report: str, wanted: Mapping[str, str]) -> LedgerError:
    return LedgerError(
        plain_problem(
            str(state.ledger),
            msg("no delivery of %(report)s has the columns %(names)s",
                report=report, names=", ".join(wanted)),
            msg("the columns of its key"),
            msg("name the columns the report has"),
        )
    )  # fmt: skip


def _rows(
    placed: Sequence[tuple[Commit, Part]], wanted: Mapping[str, str]
) -> list[tuple[Commit, dict[str, Any]]]:
    """Return every row with the key, and the delivery it came with."""
    if not placed:
        return []
    condition = " AND ".join(f"CAST({name(c)} AS VARCHAR) = ?" for c in wanted)
    source = source_sql([part for _, part in placed], "_file", "_at")
    with scanner() as connection:
        found: pa.Table = connection.sql(
            f"SELECT * FROM {source} WHERE {condition}",  # noqa: S608 - our own column names, quoted file names, bound values
            params=list(wanted.values()),
        ).to_arrow_table()
    rows: list[dict[str, Any]] = found.to_pylist()
    return [(_owner(placed, row), row) for row in rows]


def _owner(placed: Sequence[tuple[Commit, Part]], row: Mapping[str, Any]) -> Commit:
    return next(
        commit
        for commit, part in placed
        if str(part.path) == row["_file"]
        and (part.rows is None or 0 <= row["_at"] - part.first_row < part.rows)
    )


def _version(
    state: State,
    commit: Commit,
    role: str,
    values: Mapping[str, Any],
    wanted: Mapping[str, str],
    stones: Mapping[tuple[int, int | None], tuple[str, ...]],
) -> Version:
    row = values.get("_row")
    fate: Fate = "counts"
    by: int | None = None
    heirs = [c.number for c in state.commits if commit.number in c.supersedes]
    if role == "quarantine":
        fate = "kept out"
    elif heirs:
        fate, by = "superseded", heirs[0]
    else:
        by = _replaced_by(state, commit, wanted)
        fate = "counts" if by is None else "replaced"
    return Version(
        commit.number, commit.vendor, commit.file, commit.received_at, row, fate, by,
        {n: v for n, v in values.items() if n not in _LEFT_OUT},
        stones.get((commit.number, row), ()),
    )  # fmt: skip


def _replaced_by(state: State, commit: Commit, wanted: Mapping[str, str]) -> int | None:
    """Return the correction by key after which the row no longer counts."""
    for heir in state.commits:
        for part in heir.replaces:
            if part.delivery == commit.number:
                left = [(commit, state.places.files[file.path].part(state.ledger))
                        for file in part.files if file.rows]  # fmt: skip
                if not _rows(left, wanted):
                    return heir.number
    return None


def _stones(state: State, report: str) -> dict[tuple[int, int | None], tuple[str, ...]]:
    """Return delivery and row -> when and why values of it were erased."""
    found: dict[tuple[int, int | None], tuple[str, ...]] = {}
    for erasure in state.erasures:
        said = f"{erasure.posted_at:%Y-%m-%d}: {erasure.reason}"
        for file in erasure.tombstones:
            if file.path.split("/")[1] != report:
                continue
            table = rows_of(state.ledger, state.places.files[file.path], ["delivery", "row"])
            for stone in table.to_pylist():
                place = (stone["delivery"], stone["row"])
                found[place] = (*found.get(place, ()), said)
    return found
