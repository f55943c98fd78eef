"""The command `vendoreval`: every step of the month, one command each.

Exit codes: 0 done; 1 rows with faults; 2 a received file cannot be read; 3 an
agreement, the settings or the arguments are wrong; 4 the ledger or the disk
refuses; 130 broken off.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from vendoreval.agreement import load_agreement
from vendoreval.commands.bank import bank
from vendoreval.commands.calendar import calendar
from vendoreval.commands.ledger import ledger_app
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    read_period,
    spoken_language,
)
from vendoreval.console import (
    audit_summary,
    ingest_lines,
    validation_lines,
)
from vendoreval.doctor import diagnose
from vendoreval.errors import AgreementError, VendorevalError, plain_problem
from vendoreval.intake import read_delivery, validate
from vendoreval.simulation import write_demo
from vendoreval.text import LANGUAGES, language, msg
from vendoreval.workspace import Workspace

EXIT_FAULTS = 1
EXIT_UNREADABLE = 2
EXIT_ARGUMENTS = 3
EXIT_BROKEN_OFF = 130
# typer carries its own copy of click or uses click itself, by version: ask it for the class
_ArgumentError: type[Exception] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException"
)

app = typer.Typer(
    name="vendoreval",
    help="Are outsourced telesales vendors selling, or billing minutes? "
    "Продают ли подрядчики по телефону или только тарифицируют минуты?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(ledger_app, name="ledger")
app.command()(bank)
app.command()(calendar)


def _progress() -> Progress:
    """Return a progress bar that stays silent when nobody watches."""
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to write it; a new or empty folder.")],
    small: Annotated[
        bool, typer.Option("--small", help="A small one, written in a second.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Seed of the world.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Write a complete workspace: five vendors, six months, honest ones and others."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AgreementError(
            plain_problem(
                str(folder),
                msg("it is there already and not empty"),
                msg("a new or empty folder"),
                msg("name another folder"),
            )
        )
    truth = (
        write_demo(folder, small=small)
        if seed is None
        else write_demo(folder, small=small, seed=seed)
    )
    speak = language(spoken_language(lang)).say
    typer.echo(speak(msg("Workspace written: %(folder)s", folder=str(folder))))
    typer.echo(
        speak(
            msg(
                "Next: vendoreval audit %(folder)s --period %(period)s",
                folder=str(folder),
                period=truth.last_period,
            )
        )
    )


@app.command("validate")
def validate_file(
    file: Annotated[Path, typer.Argument(help="The received file.")],
    agreement: Annotated[Path, typer.Option("--agreement", help="The agreement (ODCS).")],
    report: Annotated[
        str | None, typer.Option(help="Name of the report, when the file does not tell.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Check one file against its agreement and name every fault."""
    code = spoken_language(lang)
    result = validate(read_delivery(file, load_agreement(agreement), report))
    try:
        if as_json:
            typer.echo(json.dumps(result.to_json(code), ensure_ascii=False, indent=2))
        else:
            for line in validation_lines(result, code):
                typer.echo(line)
        accepted = result.ok
    finally:
        result.discard()
    raise typer.Exit(0 if accepted else EXIT_FAULTS)


@app.command()
def ingest(folder: WorkspaceFolder = Path(), lang: LanguageOption = None) -> None:
    """Validate and post every new file of inbox/ and client/; running it again changes nothing."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    with _progress() as bar:
        task = bar.add_task("", total=None)
        done = workspace.ingest(lambda path: bar.update(task, description=path.name))
    for line in ingest_lines(done, code):
        typer.echo(line)
    if any(entry.problems for entry in done):
        raise typer.Exit(EXIT_UNREADABLE)
    raise typer.Exit(EXIT_FAULTS if any(entry.faulty_rows for entry in done) else 0)


@app.command()
def audit(
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    compare_with: Annotated[str | None, typer.Option(help="The period it is set against.")] = None,
    lang: LanguageOption = None,
    pdf: Annotated[bool, typer.Option(help="Write the PDF too.")] = True,
) -> None:
    """Post what is new, ask every check, and write audits/PERIOD/."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    span = read_period(period)
    other = read_period(compare_with, "--compare-with") if compare_with else None
    with _progress() as bar:
        task = bar.add_task("", total=None)
        done = workspace.ingest(lambda path: bar.update(task, description=path.name))
        speak = language(code).say
        bar.update(task, description=speak(msg("asking every check")))
        report = workspace.audit(span, other, language=code, ingest=False)
        bar.update(task, description=speak(msg("drawing the report")))
        written = workspace.write_audit(report, language=code, pdf=pdf)
    for line in ingest_lines(done, code, only_problems=True):
        typer.echo(line, err=True)
    for line in audit_summary(written, code):
        typer.echo(line)
    raise typer.Exit(EXIT_UNREADABLE if any(entry.problems for entry in done) else 0)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Say what this machine lacks, all at once."""
    found = diagnose()
    code = spoken_language(lang)
    typer.echo(
        json.dumps(found.to_json(code), ensure_ascii=False, indent=2)
        if as_json
        else found.describe(code)
    )
    raise typer.Exit(0 if found.ok else EXIT_ARGUMENTS)


def run(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code; no message is a traceback."""
    command: Any = typer.main.get_command(app)
    try:
        result = command.main(args=arguments, prog_name="vendoreval", standalone_mode=False)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo(language(spoken_language(None)).say(
            msg("Broken off; what was posted before is intact. Run the command again to go on.")
        ), err=True)  # fmt: skip
        return EXIT_BROKEN_OFF
    except VendorevalError as error:
        typer.echo(error.describe(_spoken(arguments)), err=True)
        return error.exit_code
    except _ArgumentError as error:
        explain: Any = getattr(error, "format_message", error.__str__)
        typer.echo(f"{explain()} (vendoreval --help)", err=True)
        return EXIT_ARGUMENTS
    return int(result) if isinstance(result, int) else 0


def _spoken(arguments: list[str] | None) -> str:
    """Return the language the arguments ask for, so that errors speak it too."""
    words = sys.argv[1:] if arguments is None else arguments
    for first, second in pairwise(words):
        if first == "--lang" and second in LANGUAGES:
            return second
    return spoken_language(None)


def main() -> None:
    """Entry point of the command."""
    sys.exit(run())
