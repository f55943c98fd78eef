"""`vendoreval agreement`: write, check, compare and import what both sides sign."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer

from vendoreval.agreement import load_agreement
from vendoreval.agreement.diff import diff
from vendoreval.agreement.diff_columns import Change
from vendoreval.agreement.dump import dump_agreement
from vendoreval.agreement.lint import lint
from vendoreval.agreement.load import read_contract
from vendoreval.agreement.presets import presets
from vendoreval.agreement.template import template
from vendoreval.agreement.write import refuse_existing, write_agreement
from vendoreval.agreement.yaml_file import read_yaml
from vendoreval.commands import exit_codes
from vendoreval.commands.agreement_annex import annex_command
from vendoreval.commands.agreement_import import import_command
from vendoreval.commands.agreement_new import new_command
from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.text import Count, language, msg, nmsg

_SUFFIXES = (".odcs.yaml", ".odcs.yml", ".yaml", ".yml")
_WIDTH = 100

agreement_app = typer.Typer(
    help="What a vendor must send and may bill: write, check, compare, import.",
    no_args_is_help=True,
)
agreement_app.command("new")(new_command)
agreement_app.command("import")(import_command)
agreement_app.command("annex")(annex_command)
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@agreement_app.command("lint")
def lint_command(
    files: Annotated[list[Path], typer.Argument(help="Agreements, or folders of them.")],
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Name every problem of an agreement with its place and cure; exit 3 when there is one."""
    code = spoken_language(lang)
    found = {path: lint(path) for path in _agreements(files)}
    if as_json:
        typer.echo(json.dumps(lint_json(found, code), ensure_ascii=False, indent=2))
    else:
        for line in lint_lines(found, code):
            typer.echo(line)
    raise typer.Exit(exit_codes.ARGUMENTS if any(found.values()) else 0)


def _agreements(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(p for p in path.iterdir() if p.name.endswith(_SUFFIXES))
        if not inside:
            raise AgreementError(
                plain_problem(
                    str(path), msg("the folder holds no agreement"),
                    msg("files whose names end in %(suffix)s", suffix=_SUFFIXES[0]),
                    msg("name the file or another folder"),
                )
            )  # fmt: skip
        yield from inside


def lint_lines(found: dict[Path, list[Problem]], code: str) -> Iterator[str]:
    """Yield every problem, file by file, and a line for each file without one."""
    speak = language(code).say
    for path, problems in found.items():
        if not problems:
            yield speak(msg("%(file)s: no problems", file=str(path)))
        for problem in problems:
            yield problem.describe(code)
    count = sum(map(len, found.values()))
    if count:
        yield speak(nmsg("%(n)s problem", "%(n)s problems", count, n=Count(count)))


def lint_json(found: dict[Path, list[Problem]], code: str) -> list[dict[str, object]]:
    """Return the problems as the command prints them with ``--json``."""
    speak = language(code).say
    return [
        {
            "file": str(path),
            "problems": [
                {"path": p.path or None, "found": speak(p.found), "expected": speak(p.expected),
                 "cure": speak(p.cure), "message": p.describe(code)}
                for p in problems
            ],
        }
        for path, problems in found.items()
    ]  # fmt: skip


@agreement_app.command("diff")
def diff_command(
    old: Annotated[Path, typer.Argument(help="The version in force.")],
    new: Annotated[Path, typer.Argument(help="The version proposed.")],
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Name every change between two versions; exit 1 when one of them is breaking."""
    code = spoken_language(lang)
    first, second = load_agreement(old), load_agreement(new)
    changes = diff(first, second)
    breaking = any(change.breaking for change in changes)
    if as_json:
        speak = language(code).say
        value = {
            "old": {"file": str(old), "version": first.version},
            "new": {"file": str(new), "version": second.version},
            "breaking": breaking,
            "changes": [
                {"path": c.path, "breaking": c.breaking, "what": speak(c.what)} for c in changes
            ],
        }
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        for line in diff_lines(changes, code):
            typer.echo(line)
    raise typer.Exit(exit_codes.FAULTS if breaking else 0)


def diff_lines(changes: Sequence[Change], code: str) -> Iterator[str]:
    """Yield the changes, breaking ones first, and how many there are."""
    speak = language(code).say
    if not changes:
        yield speak(msg("Both versions ask for the same."))
        return
    for change in changes:
        yield change.describe(code)
    breaking = sum(change.breaking for change in changes)
    yield speak(
        msg("Changes: %(n)s, breaking: %(m)s", n=Count(len(changes)), m=Count(breaking))
    )  # fmt: skip


@agreement_app.command("template")
def template_command(
    agreement: Annotated[Path, typer.Argument(help="The agreement.")],
    report: Annotated[
        str | None, typer.Option(help="Name of the report; needless where there is one only.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The workbook to write.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Write the workbook that the vendor fills: header, drop-downs, an example, the rules."""
    loaded = load_agreement(agreement)
    # the vendor reads it
    code = spoken_language(lang or loaded.language)
    names = list(loaded.reports)
    if report is None and len(names) != 1:
        raise AgreementError(
            plain_problem(
                "--report", msg("no report is named"),
                msg("one of: %(allowed)s", allowed=", ".join(names)), msg("choose one of them"),
            )
        )  # fmt: skip
    name = report or names[0]
    target = out or Path(f"{loaded.vendor}_{name}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise AgreementError(
            plain_problem(
                str(target), msg("the name ends in %(suffix)s", suffix=target.suffix or "-"),
                msg("a name that ends in .xlsx"), msg("name the file so"),
            )
        )  # fmt: skip
    refuse_existing(target)
    typer.echo(str(template(loaded, name, target, speaking=code)))


@agreement_app.command("presets")
def presets_command(
    traps: Annotated[
        bool, typer.Option("--traps", help="With the traps of each, and what is not verified.")
    ] = False,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """List the exports of known systems that an agreement can start from."""
    code = spoken_language(lang)
    if as_json:
        value = [
            {"name": p.name, "title": p.title, "reports": list(p.reports),
             "reads": p.describe(code), "traps": p.traps(code),
             "sources": [{"title": title, "url": url} for title, url in p.sources]}
            for p in presets()
        ]  # fmt: skip
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    for line in preset_lines(code, traps=traps):
        typer.echo(line)


def preset_lines(code: str, *, traps: bool = False) -> Iterator[str]:
    """Yield each preset: its name, what it reads, and where that is written."""
    speak = language(code).say
    width = max(len(preset.name) for preset in presets())
    for preset in presets():
        yield f"{preset.name.ljust(width)}  {preset.describe(code)}"
        for title, url in preset.sources:
            source = speak(msg("source: %(title)s, %(url)s", title=title, url=url))
            yield f"{' ' * width}  {source}"
        if traps:
            for line in wrap(preset.traps(code), _WIDTH - width - 2, break_long_words=False):
                yield f"{' ' * width}  {line}"


@agreement_app.command("upgrade")
def upgrade_command(
    agreement: Annotated[Path, typer.Argument(help="A data contract of ODCS 3.0, 3.1 or 3.2.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
) -> None:
    """Write a contract of ODCS 3.0 or 3.1 as 3.2, with the SQL of every rule; nothing is lost."""
    # other contracts than ours may hold what no report of rows and columns does
    contract = read_contract(read_yaml(agreement), str(agreement))
    typer.echo(str(write_agreement(dump_agreement(contract, upgrade=True), out)))
