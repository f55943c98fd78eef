"""The command `vendoreval`: every step of the month, one command each.

Exit codes: 0 done; 1 rows with faults; 2 a received file cannot be read; 3 an
agreement, the settings or the arguments are wrong; 4 the ledger, the disk or the
mail server refuses; 130 broken off.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from vendoreval.commands import exit_codes
from vendoreval.commands.agreement import agreement_app
from vendoreval.commands.bank import bank
from vendoreval.commands.calendar import calendar
from vendoreval.commands.dashboard import write_dashboard
from vendoreval.commands.digest import digest
from vendoreval.commands.dispute import dispute_app
from vendoreval.commands.explain import explain
from vendoreval.commands.glossary import glossary
from vendoreval.commands.ingest import ingest, ingest_exit, ingest_lines
from vendoreval.commands.invoice import invoice
from vendoreval.commands.kit import kit
from vendoreval.commands.ledger import ledger_app
from vendoreval.commands.limits import limits
from vendoreval.commands.listen import listen
from vendoreval.commands.onboard import onboard
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    read_period,
    spoken_language,
)
from vendoreval.commands.pilot import pilot_app
from vendoreval.commands.productivity import show_productivity
from vendoreval.commands.progress import progress_bar
from vendoreval.commands.rate import rate_calls
from vendoreval.commands.report import report_app
from vendoreval.commands.reviews import reviews
from vendoreval.commands.sample import sample
from vendoreval.commands.selftest import selftest_engine
from vendoreval.commands.send import send
from vendoreval.commands.simulate import simulate
from vendoreval.commands.validate import validate_file
from vendoreval.console import (
    audit_summary,
)
from vendoreval.doctor import diagnose
from vendoreval.errors import AgreementError, VendorevalError, plain_problem
from vendoreval.simulation import write_demo
from vendoreval.text import LANGUAGES, language, msg
from vendoreval.workspace import Workspace

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
app.add_typer(pilot_app)
app.add_typer(ledger_app, name="ledger")
app.command()(bank)
app.command()(calendar)
app.add_typer(agreement_app, name="agreement")
app.command("dashboard")(write_dashboard)
app.command()(explain)
app.command()(glossary)
app.command()(ingest)
app.command()(digest)
app.add_typer(dispute_app, name="dispute")
app.command()(invoice)
app.command()(kit)
app.command()(limits)
app.command()(onboard)
app.command("productivity")(show_productivity)
app.command()(listen)
app.command("rate")(rate_calls)
app.command()(sample)
app.command()(reviews)
app.command()(send)
app.command("validate")(validate_file)
app.add_typer(report_app, name="report")
app.command()(simulate)
app.command("selftest")(selftest_engine)


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
    with progress_bar() as bar:
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
    # rows with faults are the audit's own matter
    ended = ingest_exit(done)
    raise typer.Exit(exit_codes.DONE if ended == exit_codes.FAULTS else ended)


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
    raise typer.Exit(0 if found.ok else exit_codes.ARGUMENTS)


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
        return exit_codes.BROKEN_OFF
    except VendorevalError as error:
        typer.echo(error.describe(_spoken(arguments)), err=True)
        return error.exit_code
    except _ArgumentError as error:
        explain: Any = getattr(error, "format_message", error.__str__)
        typer.echo(f"{explain()} (vendoreval --help)", err=True)
        return exit_codes.ARGUMENTS
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
