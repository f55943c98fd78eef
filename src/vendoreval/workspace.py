"""The folder one client company keeps: agreements, received files, ledger, audits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vendoreval.agreement import Agreement, load_agreement
from vendoreval.audits import Written, audit_ledger, write_audit
from vendoreval.correspondence import Pack, Sent, digest_of, dispute_of, send_audit, write_pack
from vendoreval.correspondence.pack import free_folder
from vendoreval.differences import Differs, differences
from vendoreval.engine import EMBEDDED, Connection, Deferred, MappedTable, connect
from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.inbox import AGREEMENT_ENDING, Ingested, Intake, received
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.report import AuditReport
from vendoreval.report.brand import load_brand
from vendoreval.report.digest import write_digest
from vendoreval.report.digest_models import DigestDocument
from vendoreval.report.notebook import language_code
from vendoreval.returned import copy_returns
from vendoreval.settings import FILE_NAME, Settings, load_settings
from vendoreval.text import msg

RETURNS = "returns"
DISPUTES = "disputes"
DIGESTS = "digests"


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
        #: the engine that `vendoreval.yaml` names, reached when a question is asked
        self.connection: Connection = self._engine()

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
        """The accumulating store, made when it is not there yet; asked on the engine chosen."""
        return Ledger.open(self.folder / "ledger").on(self.connection)

    def existing_ledger(self) -> Ledger:
        """Return the store, asked on the engine chosen.

        Raises
        ------
        LedgerError
            If it is not there yet.
        """
        return Ledger.open(self.folder / "ledger", create=False).on(self.connection)

    def _engine(self) -> Connection:
        mapped = {
            name: MappedTable(one.table, one.columns, one.timezone, one.where)
            for name, one in self.settings.tables.items()
        }
        if self.settings.engine == "duckdb" and not mapped:
            return EMBEDDED
        url = self.settings.engine
        return Deferred(url, lambda: connect(url, mapped))

    def agreements(self) -> dict[str, Agreement]:
        """Return vendor -> agreement, the client's own under `client`.

        Raises
        ------
        AgreementError
            With every problem of every agreement at once.
        """
        folder = self.folder / "agreements"
        paths = sorted(folder.glob(f"*{AGREEMENT_ENDING}")) if folder.is_dir() else []
        if not paths:
            raise AgreementError(
                plain_problem(
                    str(folder),
                    msg("there is no agreement"),
                    msg("one file VENDOR%(ending)s for each vendor", ending=AGREEMENT_ENDING),
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

    def ingest(
        self,
        on_file: Callable[[Path], None] | None = None,
        on_done: Callable[[Ingested], None] | None = None,
        *,
        replace: Iterable[str | Path] = (),
    ) -> tuple[Ingested, ...]:
        """Validate, review and post every new file of `client/` and `inbox/`.

        The client's files come first, because keys of the vendors point into them.
        For each delivery with faults a workbook and a letter are written below
        `returns/`. A file that cannot be read, or that the ledger refuses because rows
        would count twice, stops nothing: its problem is in the answer. What was posted
        before is left alone, so that running it again changes nothing.

        Parameters
        ----------
        on_file, on_done
            Called before and after each file.
        replace
            Files that are posted even so: whatever overlaps them stops to count.

        Raises
        ------
        AgreementError
            If an agreement is missing or wrong, or a file to replace with is not there.
        LedgerError
            If the disk refuses.
        """
        intake = Intake(
            self.ledger, self.agreements(), self.folder / RETURNS, self.settings.language,
            self._replacing(replace),
        )  # fmt: skip
        done = []
        for vendor, path in received(self.folder):
            if on_file is not None:
                on_file(path)
            done.append(intake.take(vendor, path))
            if on_done is not None:
                on_done(done[-1])
        return tuple(done)

    def _replacing(self, paths: Iterable[str | Path]) -> frozenset[Path]:
        found = frozenset(path.resolve() for _, path in received(self.folder))
        wanted = [Path(path) for path in paths]
        lost = [path for path in wanted if path.resolve() not in found]
        if lost:
            raise AgreementError(
                [
                    plain_problem(
                        str(path), msg("it is no file of inbox/ or client/"),
                        msg("a received file of this workspace"), msg("check the path"),
                    )
                    for path in lost
                ]
            )  # fmt: skip
        return frozenset(path.resolve() for path in wanted)

    def differences(self, done: Sequence[Ingested]) -> tuple[Differs, ...]:
        """Return the rules by which reports of the months just ingested do not agree.

        Raises
        ------
        LedgerError
            If a file of the ledger is missing.
        """
        return differences(self.ledger, done)

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
        look = load_brand(self.settings.report, self.folder)
        report = audit_ledger(self.ledger, self.settings, period, compare_with, language)
        return report.branded(look)

    def write_audit(
        self, report: AuditReport, *, language: str | None = None, pdf: bool = True
    ) -> Written:
        """Write `audits/PERIOD/`: evidence, JSON, HTML, PDF and what goes back to vendors.

        A former one is replaced.

        Raises
        ------
        LedgerError
            If the disk refuses.
        """
        target = self.folder / "audits" / str(report.result.period)
        period = report.result.period

        def add_returns(draft: Path) -> None:
            copy_returns(self.ledger, self.folder / RETURNS, period, draft / RETURNS)

        return write_audit(
            report, target, language or self.settings.language, pdf=pdf, also=add_returns
        )

    # ------------------------------------------------------ correspondence

    def dispute(
        self,
        period: str | Period,
        vendor: str,
        *,
        language: str | None = None,
        out: Path | None = None,
        draft: bool = False,
    ) -> Pack:
        """Write what a vendor is asked about a period, and claim its amounts; see `write_pack`.

        It goes into ``disputes/PERIOD/VENDOR`` or into `out`; a draft claims nothing.

        Raises
        ------
        AgreementError, LedgerError
            If there is no such vendor, nothing to ask, or the disk refuses.
        """
        code = language or self.settings.language
        report = self.audit(period, language=code, ingest=False)
        asked = dispute_of(report, vendor)
        folder = out or free_folder(self.folder / DISPUTES / str(asked.period), vendor)
        today = datetime.now(ZoneInfo(self.settings.timezone)).date()
        ledger = None if draft else self.ledger
        return write_pack(asked, folder, language=code, on=today, ledger=ledger)

    def send(
        self, period: str | Period, *, again: bool = False, password: str | None = None
    ) -> Sent:
        """Mail the audit of a period to the readers of the settings, each once.

        Raises
        ------
        AgreementError, MailError, LedgerError
            As `send_audit`.
        """
        span = Period.parse(period) if isinstance(period, str) else period
        return send_audit(
            self.folder / "audits" / str(span), self.ledger, self.settings.mail,
            self.settings.language, again=again, password=password,
        )  # fmt: skip

    def digest(
        self, week: str, *, language: str | None = None, out: Path | None = None
    ) -> tuple[DigestDocument, tuple[Path, Path]]:
        """Write the page of a week, PDF and HTML, into ``digests/WEEK`` or into `out`.

        Raises
        ------
        AgreementError, ReportError, ValueError
            As `digest_of` and `write_digest`.
        """
        code = language_code(language or self.settings.language)
        document = digest_of(
            self.ledger, self.settings, week, agreements=self.agreements(), language=code
        )
        folder = out or self.folder / DIGESTS / document.week
        return document, write_digest(document, folder, code)


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
    if settings is None:
        beside = source.path.parent / FILE_NAME
        settings = (
            load_settings(beside) if beside.exists() else Settings(client="-", currency="RUB")
        )
    return audit_ledger(source, settings, period, compare_with, language)
