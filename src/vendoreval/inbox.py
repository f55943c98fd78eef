"""Received files: found below the workspace, validated, reviewed, posted, returned."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from vendoreval.agreement import CLIENT, Agreement, ReportSchema
from vendoreval.engine import Part
from vendoreval.errors import DeliveryError, LedgerError, Problem, os_problem, plain_problem
from vendoreval.intake import ValidationReport, read_delivery, validate
from vendoreval.intake.returned_letter import faulty_rows
from vendoreval.intake.sources.refusals import changed
from vendoreval.ledger import Ledger
from vendoreval.ledger.coverage import review_delivery
from vendoreval.ledger.restated import restatement_notes
from vendoreval.returned import Returned, write_refusal, write_return
from vendoreval.text import Message, msg

AGREEMENT_ENDING = ".odcs.yaml"


@dataclass(frozen=True)
class Ingested:
    """What became of one received file: its report, or why it could not be read.

    Parameters
    ----------
    report
        `None` when the file was posted before or cannot be read.
    new
        Whether it was posted now.
    problems
        Why it cannot be read, or why the ledger refuses it.
    refused
        Whether the ledger refuses it: its rows would count twice.
    notes
        What a person should know: days missing or outside, a strange volume, keys held
        already, what a restatement changes.
    returned
        What was written for the sender.
    outdated
        Whether it was posted before under another version of the agreement.
    """

    path: Path
    vendor: str
    report: ValidationReport | None = None
    new: bool = False
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    notes: tuple[Message, ...] = ()
    returned: Returned | None = None
    outdated: bool = False

    @property
    def faulty_rows(self) -> int:
        """Rows that were kept out of the accepted ones; blank ones are no fault."""
        return 0 if self.report is None else faulty_rows(self.report)

    @property
    def ok(self) -> bool:
        """Whether nothing is to be sent again."""
        return not self.problems and (self.report is None or self.report.ok)


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
    """How one file is to be posted by hand; see `Ledger.post`.

    Parameters
    ----------
    report
        Name of its report, when the file does not tell.
    """

    report: str | None = None
    reason: str | None = None
    replace: bool = False
    by_key: bool = False


_AS_USUAL = Wanted()


@dataclass
class Intake:
    """Takes one received file after the other.

    Parameters
    ----------
    returns
        Folder below which each vendor gets its own.
    language
        In which vendors are written to whose agreement names no language.
    replace
        Files that take the place of whatever overlaps them.
    """

    ledger: Ledger
    agreements: Mapping[str, Agreement]
    returns: Path
    language: str = "en"
    replace: Collection[Path] = ()
    _held: dict[tuple[str, str, str], str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        # the name belongs to it: files of a head alone are alike on every day without calls
        # a damaged delivery is posted again when its file is still there
        damaged = self.ledger.damage(self.ledger.commits)
        for commit in (c for c in self.ledger.commits if c.number not in damaged):
            self._held[commit.vendor, commit.sha256, commit.file] = commit.agreement_sha256

    def take(self, vendor: str, path: Path, wanted: Wanted = _AS_USUAL) -> Ingested:
        """Validate one file, review it, write what goes back, and post it.

        Parameters
        ----------
        wanted
            Other than as a file of the inbox is posted.

        Raises
        ------
        LedgerError
            If the disk refuses.
        """
        if vendor not in self.agreements:
            problem = _unknown_vendor(path, vendor, self.agreements)
            return Ingested(path, vendor, problems=(problem,))
        again = wanted.replace or path.resolve() in self.replace
        sha256 = _sha256(path)
        try:
            judged_by = self._held.get((vendor, sha256, _told(path)))
            if judged_by is not None and not again:
                outdated = judged_by != self.agreements[vendor].sha256
                return Ingested(path, vendor, outdated=outdated)
            report = self._validated(vendor, path, wanted.report)
        except DeliveryError as error:
            returned = self._refusal(vendor, path, sha256, error)
            return Ingested(path, vendor, problems=error.problems, returned=returned)
        except OSError as error:
            raise LedgerError(os_problem(str(path), error)) from error
        try:
            return self._posted(vendor, path, report, replace(wanted, replace=again))
        finally:
            report.discard()

    def _validated(self, vendor: str, path: Path, name: str | None) -> ValidationReport:
        delivery = read_delivery(path, self.agreements[vendor], name)
        # on the ledger's own disk, so that posting links the parts instead of copying them
        staging = self.ledger.path / "staging" / uuid4().hex
        known = _references(self.ledger, vendor, delivery.schema)
        return validate(delivery, references=known, staging=staging)

    def _posted(
        self, vendor: str, path: Path, report: ValidationReport, wanted: Wanted
    ) -> Ingested:
        restated: tuple[Message, ...] = ()
        notes: tuple[Message, ...] = ()
        if not wanted.by_key:  # single rows are meant to be known, and replace no delivery
            restated = restatement_notes(self.ledger, report)
            notes = (*restated, *review_delivery(self.ledger, report))
        returned = write_return(report, self.returns / vendor, self.language)
        try:
            receipt = self.ledger.post(
                report, wanted.reason, replace=wanted.replace, by_key=wanted.by_key
            )
        except LedgerError as error:
            if isinstance(error.__cause__, OSError):
                raise
            return Ingested(
                path, vendor, report, problems=error.problems, refused=True, returned=returned
            )
        self._held[vendor, report.delivery.sha256, _told(path)] = receipt.commit.agreement_sha256
        # what is superseded was said already, and better
        told = () if receipt.note is None or restated else (receipt.note,)
        return Ingested(path, vendor, report, receipt.new, notes=(*told, *notes), returned=returned)

    def _refusal(
        self, vendor: str, path: Path, sha256: str, error: DeliveryError
    ) -> Returned | None:
        """Tell the sender, unless the cause is on our side: a full disk, a copy under way."""
        ours = not sha256 or isinstance(error.__cause__, OSError)
        if ours or error.problems[0].found == changed("").problems[0].found:
            return None
        code = self.agreements[vendor].language or self.language
        return write_refusal(path, sha256, error, self.returns / vendor, code)


def _told(path: Path) -> str:
    """Return the name as a record of the ledger holds it."""
    return path.name.encode("utf-8", "backslashreplace").decode()


def _sha256(path: Path) -> str:
    """Return the hash of a file, empty when it cannot be opened; reading it will say why."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _references(ledger: Ledger, vendor: str, schema: ReportSchema) -> dict[str, list[Path | Part]]:
    """Return report -> accepted rows of this vendor and of the client that its keys point to."""
    asked = {key.to_report for key in schema.foreign_keys} - {schema.name}
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
