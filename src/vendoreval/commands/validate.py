"""`vendoreval validate`: one file against its agreement, with everything that goes back.

Sender and client may both run it; nothing is needed but the agreement and the file.
What is printed hides personal values. What is written for the sender (`--return`,
`--faults`) or kept by the owner of the file (`--accepted`, `--quarantine`) does not.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from vendoreval.agreement import load_agreement
from vendoreval.commands import exit_codes
from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.commands.progress import progress_bar
from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.intake import ValidationReport, read_delivery, validate
from vendoreval.intake.report_facts import safe
from vendoreval.replacing import replacing
from vendoreval.text import language, msg

_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "--return": (".xlsx",),
    "--letter": (".txt",),
    "--faults": (".csv", ".parquet"),
    "--accepted": (".parquet",),
    "--quarantine": (".parquet",),
    "--html": (".html", ".htm"),
}
Output: TypeAlias = Path | None


def validate_file(
    file: Annotated[Path, typer.Argument(help="The received file.")],
    agreement: Annotated[Path, typer.Option("--agreement", help="The agreement (ODCS).")],
    report: Annotated[
        str | None, typer.Option(help="Name of the report, when the file does not tell.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    returned: Annotated[
        Output, typer.Option("--return", metavar="OUT.xlsx",
                             help="Write the file with every fault coloured and explained.")
    ] = None,
    letter: Annotated[
        Output, typer.Option(metavar="OUT.txt", help="Write the e-mail that goes with it.")
    ] = None,
    faults: Annotated[
        Output, typer.Option(metavar="OUT.csv|.parquet", help="Write every fault.")
    ] = None,
    accepted: Annotated[
        Output, typer.Option(metavar="OUT.parquet", help="Write the accepted rows.")
    ] = None,
    quarantine: Annotated[
        Output, typer.Option(metavar="OUT.parquet", help="Write the rows set aside, as sent.")
    ] = None,
    html: Annotated[
        Output, typer.Option(metavar="OUT.html", help="Write the result as a page.")
    ] = None,
    lang: LanguageOption = None,
) -> None:  # fmt: skip
    """Check one file against its agreement and name every fault."""
    outputs = {
        "--return": returned, "--letter": letter, "--faults": faults, "--accepted": accepted,
        "--quarantine": quarantine, "--html": html,
    }  # fmt: skip
    wanted = {option: path for option, path in outputs.items() if path is not None}
    check_outputs(wanted, {file, agreement})
    signed = load_agreement(agreement)
    code = spoken_language(lang) if lang or signed.language is None else signed.language
    with progress_bar() as bar:
        bar.add_task(file.name, total=None)
        result = validate(read_delivery(file, signed, report))
        try:
            for option, path in wanted.items():
                _WRITERS[option](result, path, code)
            accepted_whole = result.ok
            said = (
                json_text(result.to_json(code))
                if as_json
                else result.to_text(code, shutil.get_terminal_size((100, 24)).columns).rstrip()
            )
        finally:
            result.discard()
    typer.echo(said)
    if not as_json:
        for line in _written(wanted, code):
            typer.echo(line)
        if not wanted and not accepted_whole:
            typer.echo(language(code).say(_HINT))
            typer.echo(
                f"  vendoreval validate {safe(str(file))} --agreement {safe(str(agreement))} "
                "--faults faults.csv --return checked.xlsx"
            )
    raise typer.Exit(exit_codes.DONE if accepted_whole else exit_codes.FAULTS)


_HINT = msg("Every fault in a list, and the file with each of them coloured and explained:")


def _written(wanted: Mapping[str, Path], code: str) -> list[str]:
    if not wanted:
        return []
    return ["", language(code).say(msg("Written:")), *(f"  {path}" for path in wanted.values())]


def _write_letter(report: ValidationReport, path: Path, code: str) -> None:
    with replacing(path) as part:
        part.write_text(report.letter(code), encoding="utf-8")


def _write_faults(report: ValidationReport, path: Path, code: str) -> None:
    if path.suffix.lower() == ".csv":
        report.faults.to_csv(path, code)
    else:
        report.faults.to_parquet(path, code)


def _write_page(report: ValidationReport, path: Path, code: str) -> None:
    with replacing(path) as part:
        part.write_text(report.to_page(code), encoding="utf-8")


_WRITERS: Mapping[str, Callable[[ValidationReport, Path, str], object]] = {
    "--return": lambda report, path, code: report.return_to_vendor(path, code),
    "--letter": _write_letter,
    "--faults": _write_faults,
    "--accepted": lambda report, path, _: report.write_accepted(path),
    "--quarantine": lambda report, path, _: report.write_quarantine(path),
    "--html": _write_page,
}


def check_outputs(wanted: Mapping[str, Path], inputs: set[Path]) -> None:
    """Look at all names before the long work begins.

    Raises
    ------
    AgreementError
        With every name that has the wrong ending, is taken by a folder or by one of the
        inputs, or stands twice.
    """
    problems: list[Problem] = []
    seen = {path.resolve(): "" for path in inputs}
    for option, path in wanted.items():
        place = path.resolve()
        endings = _ENDINGS[option]
        if path.suffix.lower() not in endings:
            found = msg("the name ends in %(ending)s", ending=path.suffix or "-")
        elif path.is_dir():
            found = msg("this is a folder")
        elif place in seen:
            found = (
                msg("%(option)s writes there too", option=seen[place])
                if seen[place]
                else msg("it would take the place of a file that is read")
            )
        else:
            seen[place] = option
            continue
        problems.append(
            plain_problem(
                f"{option} {path}", found,
                msg("a new file that ends in %(endings)s", endings=", ".join(endings)),
                msg("choose another name"),
            )
        )  # fmt: skip
    if problems:
        raise AgreementError(problems)
