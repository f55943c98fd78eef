"""The folder one client company keeps: agreements, received files, ledger, audits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pandas as pd

from vendoreval.agreement import CLIENT, Agreement, load_agreement
from vendoreval.auditing import (
    Finding,
    audit_scope,
    evidence_rows,
    run_audit,
    with_rows,
)
from vendoreval.checks.base import Scope
from vendoreval.engine import frame
from vendoreval.errors import (
    AgreementError,
    DeliveryError,
    LedgerError,
    Problem,
    os_problem,
    plain_problem,
)
from vendoreval.intake import Delivery, ValidationReport, read_delivery, validate
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.report import AuditReport, write_evidence
from vendoreval.settings import FILE_NAME, Settings, load_settings
from vendoreval.text import LANGUAGES, msg

_AGREEMENT_ENDING = ".odcs.yaml"


@dataclass(frozen=True)
class Ingested:
    """What became of one received file: its report, or why it could not be read."""

    path: Path
    vendor: str
    report: ValidationReport | None = None
    new: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def faulty_rows(self) -> int:
        """Rows that were kept out of the accepted ones."""
        if self.report is None:
            return 0
        return self.report.rows.quarantined + self.report.rows.rejected


@dataclass(frozen=True)
class Written:
    """Where the three forms of an audit are."""

    report: AuditReport
    folder: Path
    pdf: Path | None
    html: Path
    json: Path


class Workspace:
    """One client company's folder.

    Examples
    --------
    >>> workspace = Workspace.open("acme")  # doctest: +SKIP
    >>> workspace.ingest()  # doctest: +SKIP
    >>> workspace.audit("2026-10", compare_with="2026-07")  # doctest: +SKIP
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings

    @classmethod
    def open(cls, folder: str | Path = ".") -> Workspace:
        """Open a workspace.

        Raises
        ------
        AgreementError
            If the folder or its `vendoreval.yaml` is missing or wrong.
        """
        folder = Path(folder)
        if not (folder / FILE_NAME).exists():
            found = (
                msg("there is no such folder")
                if not folder.exists()
                else msg("there is no %(name)s in it", name=FILE_NAME)
            )
            raise AgreementError(
                plain_problem(
                    str(folder), found,
                    msg("a workspace: %(name)s, agreements/, inbox/, client/", name=FILE_NAME),
                    msg(
                        "name the workspace's folder, or make one to look at with: "
                        "vendoreval demo DIR"
                    ),
                )
            )  # fmt: skip
        return cls(folder, load_settings(folder / FILE_NAME))

    def __repr__(self) -> str:
        return f"Workspace({self.folder}, client {self.settings.client})"

    @property
    def ledger(self) -> Ledger:
        """The accumulating store, made when it is not there yet."""
        return Ledger.open(self.folder / "ledger")

    def agreements(self) -> dict[str, Agreement]:
        """Return vendor -> agreement, the client's own under `client`.

        Raises
        ------
        AgreementError
            With every problem of every agreement at once.
        """
        folder = self.folder / "agreements"
        paths = sorted(folder.glob(f"*{_AGREEMENT_ENDING}")) if folder.is_dir() else []
        if not paths:
            raise AgreementError(
                plain_problem(
                    str(folder),
                    msg("there is no agreement"),
                    msg("one file VENDOR%(ending)s for each vendor", ending=_AGREEMENT_ENDING),
                    msg("put the agreement that both sides signed there"),
                )
            )
        found: dict[str, Agreement] = {}
        problems: list[Problem] = []
        for path in paths:
            try:
                agreement = load_agreement(path)
            except AgreementError as error:
                problems += error.problems
            else:
                found[agreement.vendor] = agreement
        if problems:
            raise AgreementError(problems)
        return found

    # -------------------------------------------------------------- intake

    def ingest(self, on_file: Callable[[Path], None] | None = None) -> tuple[Ingested, ...]:
        """Validate and post every new file of `client/` and `inbox/`.

        The client's files come first, because keys of the vendors point into them.
        A file that cannot be read stops nothing: its problem is in the answer.

        Raises
        ------
        AgreementError
            If an agreement is missing or wrong.
        LedgerError
            If posting contradicts the ledger or the disk refuses.
        """
        agreements = self.agreements()
        ledger = self.ledger
        done = []
        for vendor, path in self._received():
            if on_file is not None:
                on_file(path)
            done.append(self._ingest_one(ledger, agreements, vendor, path))
        return tuple(done)

    def _received(self) -> Iterator[tuple[str, Path]]:
        for path in _files(self.folder / "client"):
            yield CLIENT, path
        inbox = self.folder / "inbox"
        for path in _files(inbox):
            inside = path.relative_to(inbox).parts
            yield (inside[0] if len(inside) > 1 else ""), path

    def _ingest_one(
        self, ledger: Ledger, agreements: dict[str, Agreement], vendor: str, path: Path
    ) -> Ingested:
        if vendor not in agreements:
            return Ingested(path, vendor, problems=(_unknown_vendor(path, vendor, agreements),))
        try:
            delivery = read_delivery(path, agreements[vendor])
            if _holds(ledger, vendor, delivery):
                return Ingested(path, vendor)
            # on the ledger's own disk, so that posting links the parts instead of copying them
            staging = ledger.path / "staging" / uuid4().hex
            report = validate(delivery, references=_references(ledger, vendor), staging=staging)
        except DeliveryError as error:
            return Ingested(path, vendor, problems=error.problems)
        except OSError as error:
            raise LedgerError(os_problem(str(path), error)) from None
        try:
            # before posting: a run cut off between the two writes it again
            self._write_return(report)
            receipt = ledger.post(report)
        finally:
            report.discard()
        return Ingested(path, vendor, report, receipt.new)

    def _write_return(self, report: ValidationReport) -> None:
        """Write the faults of one file where they can be sent back to the vendor."""
        if not report.counts:
            return
        folder = self.folder / "returns" / report.delivery.agreement.vendor
        frame = report.faults.to_frame()
        write_evidence(frame, folder, f"{report.delivery.path.stem}.faults.csv")

    # --------------------------------------------------------------- audit

    def audit(
        self,
        period: str | Period,
        compare_with: str | Period | None = None,
        *,
        language: str | None = None,
        ingest: bool = True,
    ) -> AuditReport:
        """Audit a period; everything new in the inbox is posted first.

        Raises
        ------
        AgreementError, LedgerError
            As `ingest`, and when the period holds no data.
        """
        if ingest:
            self.ingest()
        return audit(
            self.ledger, period=period, compare_with=compare_with, settings=self.settings,
            language=language,
        )  # fmt: skip

    def write_audit(
        self, report: AuditReport, *, language: str | None = None, pdf: bool = True
    ) -> Written:
        """Write `audits/PERIOD/`: evidence, JSON, HTML and PDF, in place of a former one.

        Raises
        ------
        LedgerError
            If the disk refuses.
        """
        code = language or self.settings.language
        target = self.folder / "audits" / str(report.result.period)
        draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            shutil.rmtree(draft, ignore_errors=True)
            (draft / "evidence").mkdir(parents=True)
            whole = write_all_evidence(report, draft)
            whole.to_json(draft / "audit.json", language=code)
            whole.to_html(draft / "audit.html", language=code)
            if pdf:
                whole.to_pdf(draft / "audit.pdf", language=code)
            _replace_folder(draft, target)
        except OSError as error:
            raise LedgerError(os_problem(str(target), error)) from None
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return Written(
            whole, target, target / "audit.pdf" if pdf else None,
            target / "audit.html", target / "audit.json",
        )  # fmt: skip


def _holds(ledger: Ledger, vendor: str, delivery: Delivery) -> bool:
    """Whether this very file was posted before."""
    return any(
        (commit.vendor, commit.report, commit.sha256)
        == (vendor, delivery.schema.name, delivery.sha256)
        for commit in ledger.commits
    )


def _references(ledger: Ledger, vendor: str) -> dict[str, list[Path]]:
    """Return report -> accepted files of this vendor and of the client, for foreign keys."""
    found: dict[str, list[Path]] = {}
    for commit in ledger.live():
        if commit.vendor in {CLIENT, vendor}:
            found.setdefault(commit.report, []).extend(ledger.paths(commit))
    return found


def _replace_folder(draft: Path, target: Path) -> None:
    """Put a finished folder in its place; the former one goes only when the new one stands."""
    former = target.with_name(f".{target.name}.{os.getpid()}.former")
    if target.exists():
        target.rename(former)
    draft.rename(target)
    shutil.rmtree(former, ignore_errors=True)


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


def _unknown_vendor(path: Path, vendor: str, agreements: dict[str, Agreement]) -> Problem:
    known = ", ".join(sorted(set(agreements) - {CLIENT})) or "-"
    return plain_problem(
        str(path),
        msg("folder %(name)s belongs to no agreement", name=vendor or "inbox/"),
        msg("one of: %(allowed)s", allowed=known),
        msg(
            "rename the folder, or add agreements/%(name)s%(ending)s",
            name=vendor or "VENDOR",
            ending=_AGREEMENT_ENDING,
        ),
    )


def write_all_evidence(report: AuditReport, folder: Path) -> AuditReport:
    """Write the rows behind every finding as masked CSV and return the audit that names them."""
    findings: list[Finding] = []
    for finding in report.result.findings:
        frame = report.rows_of(finding)
        if frame.empty:
            findings.append(finding)
            continue
        file = write_evidence(frame, folder / "evidence", f"{finding.id}.csv")
        findings.append(replace(finding, rows=replace(file, name=f"evidence/{finding.id}.csv")))
    return report.with_result(with_rows(report.result, findings))


def audit(
    source: Ledger | Workspace | str | Path,
    *,
    period: str | Period,
    compare_with: str | Period | None = None,
    settings: Settings | None = None,
    language: str | None = None,
) -> AuditReport:
    """Audit one period.

    Parameters
    ----------
    source
        A ledger, a workspace, or the folder of either.
    period, compare_with
        ``2026-10``, ``2026-10-05..2026-10-11`` or a `Period`.
    settings
        The client's settings; when not given, `vendoreval.yaml` beside the ledger.
    language
        Language of the notebook view and the default of the outputs.

    Returns
    -------
    AuditReport
        Shows page one in a notebook; `to_pdf`, `to_html`, `to_json` write it.

    Raises
    ------
    AgreementError
        If the settings are wrong or the period holds no data.
    ValueError
        If the period or the language is none.

    Examples
    --------
    >>> audit("acme/ledger", period="2026-10").to_pdf("audit.pdf")  # doctest: +SKIP
    """
    if isinstance(source, Workspace):
        return source.audit(period, compare_with, language=language)
    if not isinstance(source, Ledger):
        if (Path(source) / FILE_NAME).exists():
            return Workspace.open(source).audit(period, compare_with, language=language)
        source = Ledger.open(source, create=False)
    ledger = source
    if settings is None:
        beside = ledger.path.parent / FILE_NAME
        settings = (
            load_settings(beside) if beside.exists() else Settings(client="-", currency="RUB")
        )
    code = language or settings.language
    if code not in LANGUAGES:
        raise ValueError(f"language {code!r} is not one of {', '.join(LANGUAGES)}")
    span = period if isinstance(period, Period) else Period.parse(period)
    other = Period.parse(compare_with) if isinstance(compare_with, str) else compare_with
    result = run_audit(ledger, settings, span, other)
    scope = audit_scope(ledger, settings, span, other, result.seed)
    return AuditReport(result, rows=_row_reader(ledger, scope), language=code)


def _zone(scope: Scope, finding: Finding) -> str:
    """Return the time zone in which the vendor writes its calls."""
    reports = scope.agreements[finding.evidence.vendor].reports
    return reports["calls"].timezone if "calls" in reports else scope.settings.timezone


def _in_local_time(table: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the rows with the instants as the vendor's own files show them, offset included."""
    instants = table.select_dtypes("datetime").columns
    return table.assign(
        **{name: table[name].dt.tz_localize("UTC").dt.tz_convert(zone) for name in instants}
    )


def _row_reader(ledger: Ledger, scope: Scope) -> Callable[[Finding], pd.DataFrame]:
    def rows(finding: Finding) -> pd.DataFrame:
        with ledger.engine() as engine:
            table = frame(evidence_rows(engine, scope, finding.evidence))
        return _in_local_time(table, _zone(scope, finding))

    return rows
