"""`vendoreval onboard`: the checklist of starting with a vendor, its gates and its forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands import exit_codes
from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import LanguageOption, spoken_language, wrong_option
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.report.checklist_view import checklist_view
from vendoreval.starting.checklist import JURISDICTIONS
from vendoreval.starting.onboarding import Onboarding
from vendoreval.starting.signatures import (
    STARTS_TOPIC,
    STATES,
    Answer,
    State,
    record_answers,
)
from vendoreval.text import Bilingual, Count, language, msg
from vendoreval.vendor_start import Start, UnderWay, read_filled_form, under_way, write_onboarding
from vendoreval.vendor_start.filled import FormReading, signer
from vendoreval.vendor_start.opening import FOLDER
from vendoreval.vendor_start.outputs import write_own_checklist
from vendoreval.workspace import Workspace

_STATUS = "status"
_SHOWN = 8


def onboard(
    vendor: Annotated[
        str, typer.Argument(help="Short name of the vendor; `status` shows all of them.")
    ],
    folder: Annotated[
        Path, typer.Option("--workspace", "-w", help="The workspace's folder.")
    ] = Path(),
    read: Annotated[
        Path | None, typer.Option("--read", metavar="FORM.pdf", help="Read a filled form back.")
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM=STATE", help="Sign an item: open, done, blocked, "
                     "not_applicable. Several times."),
    ] = None,
    note: Annotated[str, typer.Option(help="Evidence or reason of the answers.")] = "",
    by: Annotated[str, typer.Option(help="Name of who answers.")] = "",
    settle: Annotated[
        bool, typer.Option("--settle", help="These answers end a disagreement.")
    ] = False,
    starts_on: Annotated[
        str, typer.Option(help="First day of work, from which due days are counted.")
    ] = "",
    on: Annotated[str, typer.Option(help="Day of looking; today when not given.")] = "",
    own: Annotated[
        bool, typer.Option("--own", help="Write onboarding/checklist.yaml to edit.")
    ] = False,
    pdf: Annotated[bool, typer.Option(help="Write the PDF form too.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:  # fmt: skip
    """Show where the start with a vendor stands and write its checklist and form."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    day = _day("--on", on)
    if vendor == _STATUS:
        _show_all(under_way(workspace, on=day, language=code), workspace, as_json, code)
        return
    start = Start(workspace, vendor)
    if own:
        typer.echo(str(write_own_checklist(workspace)), err=as_json)
    ended = exit_codes.DONE
    if starts_on:
        first = _day("--starts-on", starts_on)
        told = {"starts_on": str(first)}
        start.ledger.record_event(STARTS_TOPIC, told, who=signer(by), vendor=vendor)
    if answer:
        _sign(start, answer, note, by, settle)
    if read is not None:
        reading = read_filled_form(start, read, by)
        for line in reading_lines(reading, code):
            typer.echo(line, err=as_json)
        ended = exit_codes.FAULTS if reading.problems else ended
    # what was just written is read again
    found = Start(workspace, vendor).stands(day, code)
    written = write_onboarding(found, start.folder, language=code, pdf=pdf)
    if as_json:
        typer.echo(json_text(found.to_json(code)))
    else:
        for line in onboarding_lines(found, start, code):
            typer.echo(line)
    for path in written:
        typer.echo(str(path), err=as_json)
    raise typer.Exit(ended)


def onboarding_lines(found: Onboarding, start: Start, code: str) -> Iterator[str]:
    """Yield where the start stands: gates, what the next one waits for, what differs."""
    tongue = language(code)
    view = checklist_view(found, code)
    yield view.name
    yield view.summary
    if not start.agreement_file.exists():
        yield tongue.say(
            msg("There is no agreement %(file)s yet.", file=str(start.agreement_file.name))
        )
    if len(found.checklist.jurisdictions) == len(JURISDICTIONS):
        yield tongue.say(
            msg("Legal items of every jurisdiction are asked; name your own under jurisdictions "
                "in %(file)s. None of them is legal advice.", file=f"{FOLDER}/checklist.yaml")
        )  # fmt: skip
    for gate in view.gates:
        yield f"  {gate.id} {gate.title}: {gate.progress}, {gate.state}"
    shut = found.next_gate
    if shut is not None:
        yield tongue.say(msg("%(gate)s waits for:", gate=shut.id))
        for name in shut.waits_for[:_SHOWN]:
            one = found[name]
            said = f" ({tongue.say(one.by_data.sentence)})" if one.by_data else ""
            yield f"  {name}: {Bilingual(one.item.question).half(code)}{said}"
        if len(shut.waits_for) > _SHOWN:
            left = len(shut.waits_for) - _SHOWN
            yield "  " + tongue.say(msg("and %(n)s more", n=Count(left)))
    if view.disputes:
        yield tongue.say(msg("Answers that differ")) + ":"
        yield from (f"  {line}" for line in view.disputes)


def reading_lines(reading: FormReading, code: str) -> Iterator[str]:
    """Yield what a filled form brought and everything that was not taken over."""
    tongue = language(code)
    if reading.is_new:
        yield tongue.say(
            msg("Answers taken over: %(n)s; the form is kept: %(file)s",
                n=Count(len(reading.answers)), file=str(reading.kept))
        )  # fmt: skip
    else:
        yield tongue.say(
            msg("This form was read before by the same person; nothing changed: %(file)s",
                file=str(reading.kept))
        )  # fmt: skip
    for problem in reading.problems:
        yield f"  {problem.describe(code)}"


def _show_all(found: UnderWay, workspace: Workspace, as_json: bool, code: str) -> None:
    path = found.write(workspace.folder / FOLDER / "status.html", code)
    if as_json:
        typer.echo(json_text(found.to_json()))
    else:
        for line in status_lines(found, code):
            typer.echo(line)
    typer.echo(str(path), err=as_json)


def status_lines(found: UnderWay, code: str) -> Iterator[str]:
    """Yield one line for each vendor, and what its next gate waits for."""
    tongue = language(code)
    if not found.vendors:
        yield tongue.say(msg("No vendor has an agreement or a checklist yet."))
    for one in found.vendors:
        marks = " ".join(f"{g.id}{'✓' if g.is_open else '·'}" for g in one.gates)
        yield f"{one.title} ({one.vendor})  {marks}"
        yield f"  {checklist_view(one, code).summary}"
        if one.next_gate is not None and one.next_gate.waits_for:
            names = ", ".join(one.next_gate.waits_for[:_SHOWN])
            more = len(one.next_gate.waits_for) - _SHOWN
            tail = f" (+{more})" if more > 0 else ""
            gate = tongue.say(msg("%(gate)s waits for:", gate=one.next_gate.id))
            yield f"  {gate} {names}{tail}"
        if one.disputed:
            yield "  " + tongue.say(msg("answers that differ: %(n)s", n=Count(len(one.disputed))))


def _sign(start: Start, written: list[str], note: str, by: str, settle: bool) -> None:
    who = signer(by)
    answers = [_answer(start, text, note) for text in written]
    lacking = [a for a in answers if a.state in {"blocked", "not_applicable"} and not a.note]
    if lacking:
        raise AgreementError(
            plain_problem(
                f"--answer {lacking[0].item}={lacking[0].state}", msg("no reason is given"),
                msg("a reason in --note"), msg("add it and run the command again"),
            )
        )  # fmt: skip
    version = f"{start.checklist.version} {start.checklist.digest}"
    record_answers(start.ledger, start.vendor, answers, who=who, checklist=version, settles=settle)


def _answer(start: Start, text: str, note: str) -> Answer:
    name, _, state = text.partition("=")
    items = {item.id: item for item in start.checklist.items()}
    if name not in items:
        raise AgreementError(
            plain_problem(
                f"--answer {text[:80]}", msg("there is no item %(name)s", name=name[:60] or "-"),
                msg("the id of an item of the checklist"),
                msg("look it up in onboarding/%(vendor)s/checklist.md", vendor=start.vendor),
            )
        )  # fmt: skip
    known: dict[str, State] = {one: one for one in STATES}
    if state not in known:
        raise wrong_option(f"--answer {name}", state, msg("one of: %(allowed)s",
                                                          allowed=", ".join(STATES)))  # fmt: skip
    return Answer(name, known[state], items[name].mark, " ".join(note.split()))


def _day(option: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong_option(option, text, msg("a day such as 2024-01-01")) from None
