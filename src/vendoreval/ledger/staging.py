"""Bringing the parts of a validated delivery onto the ledger's disk, not yet visible."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pyarrow.compute as pc
import pyarrow.parquet as pq

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.ledger import durable
from vendoreval.ledger.folder import AGREEMENTS, STAGING
from vendoreval.ledger.records import Role
from vendoreval.ledger.rows import DAY_COLUMNS
from vendoreval.period import Period


class _Delivery(Protocol):
    """The received file, as far as the ledger looks at it."""

    @property
    def path(self) -> Path: ...
    @property
    def agreement(self) -> Agreement: ...
    @property
    def schema(self) -> ReportSchema: ...
    @property
    def sha256(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...


class Postable(Protocol):
    """The part of a validation report that the ledger keeps."""

    @property
    def delivery(self) -> _Delivery: ...
    @property
    def rows(self) -> Any: ...
    @property
    def sums(self) -> Mapping[str, Any]: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def period(self) -> Period | None: ...
    @property
    def accepted_files(self) -> Sequence[Path]: ...
    @property
    def quarantine_files(self) -> Sequence[Path]: ...
    @property
    def fault_files(self) -> Sequence[Path]: ...
    @property
    def columns_delivered(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Staged:
    """A synced part that waits for its number.

    Parameters
    ----------
    stem
        What its name will hold between the number of the record and its own.
    """

    path: Path
    report: str
    stem: str
    role: Role
    sha256: str
    rows: int
    shape: str


def _shape_of(path: Path) -> str:
    """Return a mark that is the same for files with the same columns and types."""
    schema = pq.read_schema(path)
    told = "\n".join(f"{field.name} {field.type}" for field in schema)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def new_folder(ledger: Path, cleanup: contextlib.ExitStack) -> Path:
    """Return a new folder for work in progress that `cleanup` removes."""
    place = ledger / STAGING / uuid4().hex
    cleanup.callback(durable.remove, place)
    place.mkdir()
    return place


def staged_file(path: Path, report: str, stem: str, role: Role) -> Staged:
    """Sync a Parquet file that was written into a staging folder."""
    durable.seal(path)
    return Staged(
        path, report, stem, role, durable.sha256_of(path), pq.read_metadata(path).num_rows,
        _shape_of(path),
    )  # fmt: skip


def stage(ledger: Path, report: Postable, cleanup: contextlib.ExitStack) -> tuple[Staged, ...]:
    """Bring the parts into a staging folder that `cleanup` removes.

    Raises
    ------
    ValueError
        If the parts do not hold the accepted rows the report counts.
    """
    place = new_folder(ledger, cleanup)
    name, mark = report.delivery.schema.name, report.delivery.sha256[:12]
    own = place.parent.resolve()
    roles: tuple[tuple[Role, Sequence[Path]], ...] = (
        ("accepted", report.accepted_files),
        ("quarantine", report.quarantine_files),
        ("faults", report.fault_files),
    )
    staged: list[Staged] = []
    for role, sources in roles:
        for source in sources:
            path = place / f"{len(staged):04d}.parquet"
            digest = durable.bring(source, path, own=source.resolve().is_relative_to(own))
            rows = pq.read_metadata(path).num_rows
            shape = _shape_of(path)
            staged.append(Staged(path, name, f"{mark}-{role}", role, digest, rows, shape))
    accepted = sum(part.rows for part in staged if part.role == "accepted")
    if accepted != report.rows.accepted:
        raise ValueError(
            f"the files hold {accepted} accepted rows, the report says {report.rows.accepted}"
        )
    return tuple(staged)


def days_of(staged: Sequence[Staged]) -> tuple[date, date] | None:
    """Return the first and the last day of accepted rows; `None` where they have none."""
    first: list[date] = []
    last: list[date] = []
    for part in staged:
        column = DAY_COLUMNS.get(part.report)
        if part.role != "accepted" or column not in pq.read_schema(part.path).names:
            continue
        with pq.ParquetFile(part.path) as file:
            days = pc.min_max(file.read(columns=[column])[column])
        if days["min"].is_valid:
            first.append(days["min"].as_py())
            last.append(days["max"].as_py())
    return (min(first), max(last)) if first else None


def keep_agreement(ledger: Path, agreement: Agreement) -> None:
    """Keep the agreement's bytes under their hash."""
    digest = hashlib.sha256(agreement.content).hexdigest()
    folder = ledger / AGREEMENTS
    final = folder / f"{digest}.odcs.yaml"
    if final.exists() and durable.sha256_of(final) == digest:
        return
    temporary = folder / f".{digest}.{uuid4().hex}.tmp"
    try:
        durable.write_synced(temporary, agreement.content)
        temporary.replace(final)
        durable.sync_folder(folder)
    finally:
        durable.remove(temporary)
