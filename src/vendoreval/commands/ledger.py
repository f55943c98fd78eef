"""`vendoreval ledger`: the accumulating store, looked at, checked, packed, erased, exported."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, cast

import typer

from vendoreval.commands.ingest import ingest_exit, ingest_lines
from vendoreval.commands.ledger_lines import (
    delivery_lines,
    erasure_lines,
    event_lines,
    history_lines,
    log_lines,
)
from vendoreval.commands.options import (
    LanguageOption,
    WorkspaceFolder,
    ledger_as_of,
    spoken_language,
    wrong_option,
)
from vendoreval.commands.sync import sync_ledger
from vendoreval.errors import LedgerError
from vendoreval.exports import Form, export_ledger
from vendoreval.inbox import Intake, Wanted
from vendoreval.ledger import Commit, Event, Ledger
from vendoreval.ledger.row_history import key_columns
from vendoreval.tables import REPORTS
from vendoreval.text import Count, language, msg, nmsg
from vendoreval.workspace import RETURNS, Workspace

ledger_app = typer.Typer(
    help="The accumulating store: what came in, what became of it, whether it is whole.",
    no_args_is_help=True,
)
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="As known then: a day, an instant, a number, or a hash an audit prints."
    ),
]
VendorOption = Annotated[str | None, typer.Option(help="Short name of the vendor.")]


def _open(workspace: Workspace) -> Ledger:
    return Ledger.open(workspace.folder / "ledger", create=False)


@ledger_app.command("log")
def log(
    folder: WorkspaceFolder = Path(),
    vendor: VendorOption = None,
    report: Annotated[str | None, typer.Option(help="Such as calls.")] = None,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
) -> None:
    """List every delivery, event, erasure and compaction, the oldest first."""
    workspace = Workspace.open(folder)
    ledger = ledger_as_of(_open(workspace), as_of)
    for line in log_lines(ledger, spoken_language(lang, workspace), vendor, report):
        typer.echo(line)


@ledger_app.command("show")
def show(
    folder: WorkspaceFolder = Path(),
    number: Annotated[int | None, typer.Option(help="Number of a delivery or an event.")] = None,
    report: Annotated[str | None, typer.Option(help="Report of the row, such as calls.")] = None,
    key: Annotated[
        str | None, typer.Option(help='Key of the row; parts of it with " / " between them.')
    ] = None,
    vendor: VendorOption = None,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
) -> None:
    """Show one delivery or event, or every version of one row."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    ledger = ledger_as_of(_open(workspace), as_of)
    if number is not None:
        found = next((r for r in ledger.records if r.number == number), None)
        if isinstance(found, Event):
            lines = event_lines(found, code)
        elif isinstance(found, Commit):
            lines = delivery_lines(ledger, found, code)
        else:
            raise wrong_option(
                "--number", str(number),
                msg("the number of a delivery or an event, as ledger log lists it"),
            )  # fmt: skip
    elif report is not None and key is not None:
        if report not in REPORTS:
            raise wrong_option("--report", report, msg("one of: %(allowed)s",
                                                       allowed=", ".join(REPORTS)))  # fmt: skip
        try:
            history = ledger.history(report, key, vendor)
        except ValueError:
            columns = " / ".join(key_columns(report))
            raise wrong_option("--key", key, msg("a key: %(columns)s", columns=columns)) from None
        lines = history_lines(history, code)
    else:
        raise wrong_option("--number", "", msg("--number, or --report and --key"))
    for line in lines:
        typer.echo(line)


@ledger_app.command("verify")
def verify(
    folder: WorkspaceFolder = Path(),
    head: Annotated[str | None, typer.Option(help="Hash of the last record noted before.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Hash everything again and name the first broken link."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    ledger = _open(workspace)
    problems = ledger.verify(head)
    if problems:
        raise LedgerError(problems)
    n = len(ledger.commits)
    whole = nmsg(
        "Whole: %(n)s delivery, head %(hash)s", "Whole: %(n)s deliveries, head %(hash)s",
        n, n=Count(n), hash=ledger.head_hash,
    )  # fmt: skip
    typer.echo(language(code).say(whole))


@ledger_app.command("compact")
def compact(
    folder: WorkspaceFolder = Path(),
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Remove the former files now, not after a day.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Put small data files together; no row, no answer and no hash changes."""
    workspace = Workspace.open(folder)
    receipt = _open(workspace).compact(at_once=at_once)
    speak = language(spoken_language(lang, workspace)).say
    if receipt.record is None:
        typer.echo(speak(msg("There is nothing to put together")))
        return
    typer.echo(
        speak(
            msg("Files put together: %(files)s into %(packs)s",
                files=Count(receipt.files), packs=Count(receipt.packs))
        )
    )  # fmt: skip
    if not at_once:
        typer.echo(speak(msg("the former files go a day later, when nobody is reading them")))


@ledger_app.command("erase")
def erase(
    reason: Annotated[str, typer.Option(help="Why; kept for ever, so name nobody.")],
    folder: WorkspaceFolder = Path(),
    phone: Annotated[str | None, typer.Option(help="Of this phone, in any report.")] = None,
    lead: Annotated[str | None, typer.Option(help="Of this lead, in any report.")] = None,
    before: Annotated[str | None, typer.Option(help="Of all days before: 2024-01-01.")] = None,
    report: Annotated[str | None, typer.Option(help="Only in this report.")] = None,
    vendor: VendorOption = None,
    request: Annotated[str | None, typer.Option(help="Your number of the request.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this nothing is changed.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Erase personal data from every file; a tombstone stays for each row."""
    workspace = Workspace.open(folder)
    try:
        receipt = _open(workspace).erase(
            reason, phone=phone, lead_id=lead, before=_day(before), report=report, vendor=vendor,
            request=request, try_only=not yes,
        )  # fmt: skip
    except ValueError:
        raise wrong_option(
            "--phone", phone or "", msg("one of --phone, --lead and --before")
        ) from None
    for line in erasure_lines(receipt, spoken_language(lang, workspace)):
        typer.echo(line)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise wrong_option("--before", text or "", msg("a day such as 2024-01-01")) from None


@ledger_app.command("export")
def export(
    to: Annotated[str, typer.Option("--to", help="parquet, duckdb or delta.")],
    out: Annotated[Path, typer.Option("--out", help="Where: a new folder, or a new file.")],
    folder: WorkspaceFolder = Path(),
    as_of: AsOfOption = None,
    personal: Annotated[
        bool, typer.Option("--personal", help="Phones as they are; masked otherwise.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Write everything that counts for other tools."""
    workspace = Workspace.open(folder)
    ledger = ledger_as_of(_open(workspace), as_of)
    done = export_ledger(ledger, out, cast(Form, to), personal=personal)
    tongue = language(spoken_language(lang, workspace))
    for table, rows in done.rows.items():
        typer.echo(f"{table}: {tongue.number(rows)}")
    typer.echo(str(done.path))


ledger_app.command("sync")(sync_ledger)


@ledger_app.command("post")
def post(
    file: Annotated[Path, typer.Argument(help="The received file.")],
    vendor: Annotated[str, typer.Option(help="Whose file: a vendor, or client.")],
    folder: WorkspaceFolder = Path(),
    report: Annotated[
        str | None, typer.Option(help="Name of the report, when the file does not tell.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why a corrected file came.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Supersede every delivery whose days overlap.")
    ] = False,
    by_key: Annotated[
        bool,
        typer.Option("--by-key", help="Single rows in place of those with the same keys."),
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Post one file by hand, with a reason: a correction, a resend, or single rows."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    speak = language(code).say
    intake = Intake(
        workspace.ledger, workspace.agreements(), workspace.folder / RETURNS,
        workspace.settings.language,
    )  # fmt: skip
    done = intake.take(vendor, file, Wanted(report, reason, replace, by_key))
    for line in ingest_lines([done], code, root=workspace.folder):
        typer.echo(line)
    if not done.new and not done.problems:
        typer.echo(speak(msg("Nothing was changed")))
    raise typer.Exit(ingest_exit([done]))
