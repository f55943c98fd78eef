"""`vendoreval ingest`: everything new is checked, reviewed, posted, and answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands import exit_codes
from vendoreval.commands.options import LanguageOption, WorkspaceFolder, spoken_language
from vendoreval.commands.progress import progress_bar
from vendoreval.differences import Differs
from vendoreval.inbox import Ingested
from vendoreval.intake.report_facts import file_name, safe
from vendoreval.text import Count, Language, Message, language, msg, nmsg
from vendoreval.workspace import Workspace

_SHOWN_DIFFERENCES = 20


def ingest(
    folder: WorkspaceFolder = Path(),
    replace: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Post this file even so: what overlaps it stops to "
                                          "count. May be given several times."),
    ] = None,
    lang: LanguageOption = None,
) -> None:  # fmt: skip
    """Validate and post every new file of inbox/ and client/; running it again changes nothing."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    done: list[Ingested] = []
    found: Sequence[Differs] = ()
    try:
        with progress_bar() as bar:
            task = bar.add_task("", total=None)
            workspace.ingest(
                lambda path: bar.update(task, description=safe(path.name)), done.append,
                replace=replace or (),
            )  # fmt: skip
            found = workspace.differences(done)
    finally:
        # what was done before the disk refused is told too
        for line in ingest_lines(done, code, root=workspace.folder):
            typer.echo(line)
    for line in difference_lines(found, code):
        typer.echo(line)
    raise typer.Exit(ingest_exit(done))


def ingest_exit(done: Sequence[Ingested]) -> int:
    """Return the exit code: refused by the ledger, unreadable, faults, done."""
    if any(entry.refused for entry in done):
        return exit_codes.REFUSED
    if any(entry.problems for entry in done):
        return exit_codes.UNREADABLE
    return exit_codes.DONE if all(entry.ok for entry in done) else exit_codes.FAULTS


def ingest_lines(
    done: Sequence[Ingested], code: str, *, root: Path | None = None, only_problems: bool = False
) -> Iterator[str]:
    """Yield one line for each new file with its notes below it, problems, and a summary.

    Parameters
    ----------
    root
        The workspace: what was written is named from there.
    only_problems
        Leave out what went well.
    """
    speak = language(code)
    for entry in done:
        if entry.report is not None and not entry.refused and not only_problems:
            yield _line(entry, speak)
            yield from (f"  - {safe(speak.say(note))}" for note in entry.notes)
        for problem in entry.problems:
            yield safe(problem.describe(code))
        if entry.returned is not None and not only_problems:
            names = ", ".join(_from(path, root) for path in entry.returned.files)
            yield "  - " + speak.say(msg("for the sender: %(files)s", files=names))
    if not only_problems:
        yield from (speak.say(line) for line in _summary(done))


def _line(entry: Ingested, speak: Language) -> str:
    report = entry.report
    assert report is not None  # noqa: S101  the caller asked
    name = report.delivery.schema.name
    what = f"{name} {report.period}" if report.period else name
    line = speak.say(
        msg(
            "%(vendor)s: %(file)s (%(what)s), %(accepted)s rows accepted, %(faulty)s with faults",
            vendor=entry.vendor, file=file_name(report.delivery), what=what,
            accepted=Count(report.rows.accepted), faulty=Count(entry.faulty_rows),
        )
    )  # fmt: skip
    return safe(line)


def _from(path: Path, root: Path | None) -> str:
    if root is not None and path.is_relative_to(root):
        path = path.relative_to(root)
    return safe(str(path))


def _summary(done: Sequence[Ingested]) -> Iterator[Message]:
    new = sum(entry.new for entry in done)
    yield nmsg("%(n)s new file posted", "%(n)s new files posted", new, n=Count(new))
    held = sum(not entry.new and not entry.problems for entry in done)
    if held:
        yield nmsg("%(n)s file was posted before", "%(n)s files were posted before",
                   held, n=Count(held))  # fmt: skip
    refused = sum(entry.refused for entry in done)
    if refused:
        yield nmsg("%(n)s file is refused by the ledger: its rows would count twice or have no "
                   "period",
                   "%(n)s files are refused by the ledger: their rows would count twice or have "
                   "no period",
                   refused, n=Count(refused))  # fmt: skip
    unreadable = sum(bool(entry.problems) and not entry.refused for entry in done)
    if unreadable:
        yield nmsg("%(n)s file cannot be read", "%(n)s files cannot be read",
                   unreadable, n=Count(unreadable))  # fmt: skip
    answers = sum(entry.returned is not None for entry in done)
    if answers:
        yield nmsg("%(n)s answer to a sender lies in returns/; nothing was sent",
                   "%(n)s answers to senders lie in returns/; nothing was sent",
                   answers, n=Count(answers))  # fmt: skip
    outdated = sum(entry.outdated for entry in done)
    if outdated:
        yield nmsg("%(n)s file was judged by another version of its agreement; to judge it by "
                   "this one, name it after --replace",
                   "%(n)s files were judged by another version of their agreement; to judge them "
                   "by this one, name them after --replace",
                   outdated, n=Count(outdated))  # fmt: skip


def difference_lines(found: Sequence[Differs], code: str) -> Iterator[str]:
    """Yield one line for each rule by which two reports of a month do not agree."""
    say = language(code).say
    if found:
        yield say(msg("Reports that do not agree with each other:"))
    for one in found[:_SHOWN_DIFFERENCES]:
        yield f"  {one.vendor} {one.period}: {safe(say(one.result.message))}"
    if len(found) > _SHOWN_DIFFERENCES:
        rest = len(found) - _SHOWN_DIFFERENCES
        yield "  " + say(msg("and %(n)s more", n=Count(rest)))
