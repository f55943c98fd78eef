"""`vendoreval calendar`: what a vendor owed and what came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import pandas as pd
import typer

from vendoreval.agreement import CLIENT, Agreement
from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    agreement_of,
    read_period,
    spoken_language,
)
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.ledger.calendar import STATES, Calendar, CalendarRow, State, delivery_calendar
from vendoreval.replacing import replacing
from vendoreval.report.calendar_chart import write_calendar
from vendoreval.text import N_, Count, Language, language, msg
from vendoreval.workspace import Workspace

# what a person has to do something about, the worst first
_TOLD: tuple[State, ...] = ("missing", "empty", "partial", "late")
_SHOWN = 40


def calendar(
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    vendor: Annotated[
        str | None, typer.Option(help="Short name of the vendor; all when not given.")
    ] = None,
    table: Annotated[bool, typer.Option("--table", help="List every unit.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="OUT.csv", help="Write every unit there.")
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(help="Write the heat map of one vendor there: a name in .svg or .png."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Say which reports of a vendor were due, and came in time, late or not at all."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    span = read_period(period)
    asked = _asked(workspace, vendor)
    if picture is not None and len(asked) != 1:
        raise _one_vendor(asked)
    ledger = workspace.ledger
    made = {
        name: delivery_calendar(ledger, name, span, agreement=agreement)
        for name, agreement in asked.items()
    }
    if as_json:
        plain = {"calendars": [each.to_json() for each in made.values()]}
        typer.echo(json_text(plain))
    else:
        for name, each in made.items():
            for line in calendar_lines(each, asked[name], code, table=table):
                typer.echo(line)
    if csv is not None:
        write_table(list(made.values()), csv)
        typer.echo(str(csv), err=as_json)
    if picture is not None:
        for each in made.values():
            typer.echo(str(write_calendar(each, picture, code)), err=as_json)


def write_table(calendars: list[Calendar], path: Path) -> Path:
    """Write every unit of some calendars as CSV, the columns those of `Calendar.to_frame`.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    frames = [each.to_frame() for each in calendars if len(each)]
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    with replacing(path) as part:
        whole.to_csv(part, index=False, encoding="utf-8-sig")
    return path


def calendar_lines(
    made: Calendar, agreement: Agreement, code: str, *, table: bool = False
) -> Iterator[str]:
    """Yield the counts of every report, then each unit a person has to ask about.

    Parameters
    ----------
    table
        List every unit instead.
    """
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
    if table:
        yield from _table(made, agreement, tongue)
        return
    told = [row for state in _TOLD for row in made.rows if row.state == state]
    for row in told[:_SHOWN]:
        zone = agreement.reports[row.report].timezone
        yield f"  {row.report} {row.unit}: {_sentence(row, tongue, ZoneInfo(zone))}"
    if len(told) > _SHOWN:
        yield "  " + tongue.say(msg("and %(n)s more", n=Count(len(told) - _SHOWN)))


def _table(made: Calendar, agreement: Agreement, tongue: Language) -> Iterator[str]:
    heads = (N_("report"), N_("period"), N_("due"), N_("came"), N_("state"), N_("rows"))
    lines = [[tongue.translate(head) for head in heads]]
    for row in made.rows:
        zone = ZoneInfo(agreement.reports[row.report].timezone)
        state = tongue.say(STATES[row.state])
        lines.append(
            [
                row.report, str(row.unit), _when(row.due_at, tongue, zone),
                _when(row.received_at, tongue, zone),
                f"{state}, {tongue.say(msg('sent again'))}" if row.resubmitted else state,
                "" if row.rows is None else tongue.number(row.rows),
            ]
        )  # fmt: skip
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    for *texts, rows in lines:
        cells = [text.ljust(width) for text, width in zip(texts, widths[:-1], strict=True)]
        yield "  " + "  ".join([*cells, rows.rjust(widths[-1])]).rstrip()


def _when(at: datetime | None, tongue: Language, zone: ZoneInfo) -> str:
    return "" if at is None else _local(at, tongue, zone)


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


def _asked(workspace: Workspace, vendor: str | None) -> dict[str, Agreement]:
    """Return the agreement of the vendor, or of all."""
    if vendor is None:
        return {name: each for name, each in workspace.agreements().items() if name != CLIENT}
    return {vendor: agreement_of(workspace, vendor)}


def _one_vendor(asked: dict[str, Agreement]) -> AgreementError:
    return AgreementError(
        plain_problem(
            "--picture",
            msg("no vendor is named"),
            msg("one of: %(allowed)s", allowed=", ".join(sorted(asked)) or "-"),
            msg("add --vendor with one of them"),
        )
    )
