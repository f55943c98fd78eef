"""`vendoreval calendar`: what a vendor owed and what came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from vendoreval.agreement import CLIENT, Agreement
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    read_period,
    spoken_language,
)
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.ledger.calendar import STATES, Calendar, CalendarRow, State, delivery_calendar
from vendoreval.report.calendar_chart import write_calendar
from vendoreval.text import Count, Language, language, msg
from vendoreval.workspace import Workspace

# what a person has to do something about, the worst first
_TOLD: tuple[State, ...] = ("missing", "empty", "partial", "late")
_SHOWN = 40


def calendar(
    vendor: Annotated[str, typer.Option(help="Short name of the vendor.")],
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    picture: Annotated[
        Path | None, typer.Option(help="Write the heat map there: a name in .svg or .png.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Say which reports of a vendor were due, and came in time, late or not at all."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    agreement = _agreement(workspace, vendor)
    made = delivery_calendar(workspace.ledger, vendor, read_period(period), agreement=agreement)
    for line in calendar_lines(made, agreement, code):
        typer.echo(line)
    if picture is not None:
        typer.echo(str(write_calendar(made, picture, code)))


def calendar_lines(made: Calendar, agreement: Agreement, code: str) -> Iterator[str]:
    """Yield the counts of every report, then each unit a person has to ask about."""
    tongue = language(code)
    yield f"{made.title}, {made.period}"
    for report in made.reports:
        own = made.of(report)
        counts = [
            f"{tongue.say(STATES[state])} {n}"
            for state in STATES
            if (n := sum(row.state == state for row in own))
        ]
        again = sum(row.resubmitted for row in own)
        if again:
            counts.append(f"{tongue.say(msg('sent again'))} {again}")
        yield f"  {report}: {', '.join(counts)}"
    told = [row for state in _TOLD for row in made.rows if row.state == state]
    for row in told[:_SHOWN]:
        zone = agreement.reports[row.report].timezone
        yield f"  {row.report} {row.unit}: {_sentence(row, tongue, ZoneInfo(zone))}"
    if len(told) > _SHOWN:
        yield "  " + tongue.say(msg("and %(n)s more", n=Count(len(told) - _SHOWN)))


def _sentence(row: CalendarRow, tongue: Language, zone: ZoneInfo) -> str:
    state = tongue.say(STATES[row.state])
    if row.due_at is None:
        return state
    due = _local(row.due_at, tongue, zone)
    if row.received_at is None:
        return f"{state}; " + tongue.say(msg("due %(due)s", due=due))
    came = _local(row.received_at, tongue, zone)
    return f"{state}; " + tongue.say(msg("due %(due)s, came %(came)s", due=due, came=came))


def _local(at: datetime, tongue: Language, zone: ZoneInfo) -> str:
    return tongue.instant(at.astimezone(zone)).rpartition(":")[0]


def _agreement(workspace: Workspace, vendor: str) -> Agreement:
    agreements = workspace.agreements()
    if vendor not in agreements:
        known = ", ".join(sorted(set(agreements) - {CLIENT})) or "-"
        raise AgreementError(
            plain_problem(
                "--vendor",
                msg("%(value)s is written", value=vendor or "-"),
                msg("one of: %(allowed)s", allowed=known),
                msg("choose one of them"),
            )
        )
    return agreements[vendor]
