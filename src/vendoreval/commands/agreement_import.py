"""`vendoreval agreement import`: an agreement out of the sheets a vendor already sends."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from vendoreval.agreement.write import refuse_existing
from vendoreval.commands.agreement_target import target_of, vendor_of
from vendoreval.commands.asking import Asking, on_a_terminal
from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.drafting import DraftAgreement, import_agreement
from vendoreval.drafting.arguments import parse_codes
from vendoreval.drafting.codes import OpenCode
from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.text import Count, language, msg


def import_command(
    files: Annotated[
        list[Path], typer.Argument(help="Sheets of the vendor, one for each kind of report.")
    ],
    vendor: Annotated[str | None, typer.Option(help="Short name of the vendor.")] = None,
    report: Annotated[
        str | None, typer.Option(help="Standard report it is, when the headers do not tell.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Of the local times, such as Europe/Moscow.")
    ] = None,
    take: Annotated[
        list[str] | None,
        typer.Option(help="Take an offer, or decide: 'Header=column'; several times."),
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option(help="Say what a code means: 'disposition:No answer=no_answer'."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write, or a folder for VENDOR.odcs.yaml.")
    ] = None,
    ask: Annotated[
        bool | None,
        typer.Option("--ask/--no-ask", help="Ask what is left open; by itself on a terminal."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON; --out is written too.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Start an agreement from sheets that a vendor already sends; say what is left to settle."""
    spoken = spoken_language(lang)
    name = vendor or vendor_of(out) or "vendor"
    target = target_of(out, name)
    write = out is not None or not as_json
    if write:
        refuse_existing(target)
    answers = Answers(_taken(take), parse_codes(code or ()))
    draft = import_agreement(
        files, name, report=report, timezone=timezone, take=answers.take, codes=answers.codes
    )
    if ask or (ask is None and not as_json and on_a_terminal()):
        answers.ask(draft, Asking(spoken))
        if answers.changed:
            draft = import_agreement(
                files, name, report=report, timezone=timezone, take=answers.take,
                codes=answers.codes,
            )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(draft.to_json(spoken), ensure_ascii=False, indent=2))
    else:
        typer.echo(draft.describe(spoken))
    if write:
        draft.save(target)
    if not as_json:
        for line in _written(draft, target, files, spoken):
            typer.echo(line)


def _written(
    draft: DraftAgreement, target: Path, files: list[Path], code: str
) -> Iterator[str]:  # fmt: skip
    speak = language(code).say
    yield speak(msg("Written: %(file)s", file=str(target)))
    yield speak(msg("Next:"))
    yield f"  {shlex.join(['vendoreval', 'validate', str(files[0]), '--agreement', str(target)])}"
    if draft.left_to_settle:
        yield "  " + speak(
            msg("settle the %(n)s points above, here with --take and --code or in the file, then "
                "both sides sign", n=Count(len(draft.left_to_settle)))
        )  # fmt: skip


def _taken(texts: list[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    problems = []
    for text in texts or ():
        header, mark, column = text.rpartition("=")
        if not mark or not header.strip():
            problems.append(
                plain_problem(
                    "--take", msg("%(value)s is written", value=text or "-"),
                    msg("header=column, as in Call Duration=talk_seconds"),
                    msg("write it in that form"),
                )
            )  # fmt: skip
            continue
        found[header.strip()] = column.strip()
    if problems:
        raise AgreementError(problems)
    return found


@dataclass
class Answers:
    """What was decided by options, and then by asking."""

    take: dict[str, str]
    codes: dict[str, dict[str, str]]
    changed: bool = False

    def ask(self, draft: DraftAgreement, asking: Asking) -> None:
        """Ask about every offer and every code that is open."""
        for offer in draft.offers:
            question = msg("Is “%(header)s” the column %(column)s?", header=offer.header,
                           column=offer.column)  # fmt: skip
            if asking.yes(question):
                self.take[offer.header] = offer.column
                self.changed = True
        for code in draft.open_codes:
            meaning = asking.ask(
                msg("%(column)s: what does “%(spelling)s” mean (cells: %(n)s)? One of: "
                    "%(allowed)s; nothing to leave it open", column=code.column,
                    spelling=code.spelling, n=Count(code.cells), allowed=", ".join(code.allowed)),
                code.likely, _allowed(code),
            )  # fmt: skip
            if meaning:
                self.codes.setdefault(code.column, {})[code.spelling] = meaning
                self.changed = True


def _allowed(code: OpenCode) -> Callable[[str], Iterable[Problem]]:
    def check(text: str) -> Iterator[Problem]:
        if text and text not in code.allowed:
            yield plain_problem(
                "-", msg("%(value)s is written", value=text),
                msg("one of: %(allowed)s", allowed=", ".join(code.allowed)),
                msg("choose one of them"),
            )  # fmt: skip

    return check
