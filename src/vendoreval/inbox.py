"""Received files: found below the workspace, validated, posted, returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from vendoreval.agreement import CLIENT, Agreement
from vendoreval.engine import Part
from vendoreval.errors import DeliveryError, LedgerError, Problem, os_problem, plain_problem
from vendoreval.intake import Delivery, ValidationReport, read_delivery, validate
from vendoreval.ledger import Ledger
from vendoreval.report import write_evidence
from vendoreval.text import Message, msg

AGREEMENT_ENDING = ".odcs.yaml"


@dataclass(frozen=True)
class Ingested:
    """What became of one received file: its report, or why it could not be read."""

    path: Path
    vendor: str
    report: ValidationReport | None = None
    new: bool = False
    problems: tuple[Problem, ...] = ()
    note: Message | None = None

    @property
    def faulty_rows(self) -> int:
        """Rows that were kept out of the accepted ones."""
        if self.report is None:
            return 0
        return self.report.rows.quarantined + self.report.rows.rejected


def received(workspace: Path) -> Iterator[tuple[str, Path]]:
    """Yield vendor and file of everything received, the client's own first.

    The keys of the vendors' rows point into the client's files.
    """
    for path in _files(workspace / "client"):
        yield CLIENT, path
    inbox = workspace / "inbox"
    for path in _files(inbox):
        inside = path.relative_to(inbox).parts
        yield (inside[0] if len(inside) > 1 else ""), path


@dataclass(frozen=True)
class Wanted:
    """How one file is to be posted; see `Ledger.post`.

    Parameters
    ----------
    report
        Name of its report, when the file does not tell.
    """

    report: str | None = None
    reason: str | None = None
    replace: bool = False
    by_key: bool = False


def post_file(
    ledger: Ledger,
    agreements: Mapping[str, Agreement],
    vendor: str,
    path: Path,
    returns: Path,
    wanted: Wanted = Wanted(),
) -> Ingested:
    """Validate one file, post it, and write its faults below `returns` for the vendor.

    Raises
    ------
    LedgerError
        If posting contradicts the ledger or the disk refuses.
    """
    if vendor not in agreements:
        return Ingested(path, vendor, problems=(_unknown_vendor(path, vendor, agreements),))
    try:
        delivery = read_delivery(path, agreements[vendor], wanted.report)
        if not wanted.replace and _holds(ledger, vendor, delivery):
            return Ingested(path, vendor)
        # on the ledger's own disk, so that posting links the parts instead of copying them
        staging = ledger.path / "staging" / uuid4().hex
        report = validate(
            delivery, references=_references(ledger, vendor, delivery), staging=staging
        )
    except DeliveryError as error:
        return Ingested(path, vendor, problems=error.problems)
    except OSError as error:
        raise LedgerError(os_problem(str(path), error)) from None
    try:
        _write_return(report, returns / vendor)
        receipt = ledger.post(report, wanted.reason, replace=wanted.replace, by_key=wanted.by_key)
    finally:
        report.discard()
    return Ingested(path, vendor, report, receipt.new, note=receipt.note)


def _write_return(report: ValidationReport, folder: Path) -> None:
    if report.counts:
        name = f"{report.delivery.path.stem}.faults.csv"
        write_evidence(report.faults.to_frame(), folder, name)


def _holds(ledger: Ledger, vendor: str, delivery: Delivery) -> bool:
    """Whether this very file was posted before, and what the ledger made of it is whole."""
    same = [
        commit
        for commit in ledger.commits
        if (commit.vendor, commit.report, commit.sha256)
        == (vendor, delivery.schema.name, delivery.sha256)
    ]
    return bool(same) and not ledger.damage(same)


def _references(ledger: Ledger, vendor: str, delivery: Delivery) -> dict[str, list[Path | Part]]:
    """Return report -> accepted rows of this vendor and of the client that its keys point to."""
    asked = {key.to_report for key in delivery.schema.foreign_keys} - {delivery.schema.name}
    found: dict[str, list[Path | Part]] = {}
    for commit in ledger.live():
        if commit.vendor in {CLIENT, vendor} and commit.report in asked:
            found.setdefault(commit.report, []).extend(ledger.parts(commit))
    return found


def _files(folder: Path) -> list[Path]:
    """Return every received file below a folder in a stable order, unfinished ones left out."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith((".", "~")) for part in path.relative_to(folder).parts)
        and path.suffix not in {".tmp", ".part"}
    )


def _unknown_vendor(path: Path, vendor: str, agreements: Mapping[str, Agreement]) -> Problem:
    known = ", ".join(sorted(set(agreements) - {CLIENT})) or "-"
    return plain_problem(
        str(path),
        msg("folder %(name)s belongs to no agreement", name=vendor or "inbox/"),
        msg("one of: %(allowed)s", allowed=known),
        msg(
            "rename the folder, or add agreements/%(name)s%(ending)s",
            name=vendor or "VENDOR",
            ending=AGREEMENT_ENDING,
        ),
    )
