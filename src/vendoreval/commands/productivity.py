"""`vendoreval productivity`: what a vendor did, by agent, day, campaign or hour."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console

from vendoreval.commands.ledger import AsOfOption
from vendoreval.commands.options import (
    LanguageOption,
    WorkspaceFolder,
    ledger_as_of,
    read_period,
    spoken_language,
    wrong_option,
)
from vendoreval.daily import LIMIT_SECONDS, productivity, read_until
from vendoreval.daily.terminal import render
from vendoreval.measures.cut import By
from vendoreval.text import msg
from vendoreval.workspace import Workspace

_BY = ("agent", "day", "campaign", "hour")
_PIPED_WIDTH = 180


def show_productivity(
    vendor: Annotated[str, typer.Option(help="Short name of the vendor.")],
    period: Annotated[
        str,
        typer.Option(help="2026-10, 2026-W41, 2026-10-05 or 2026-10-05..2026-10-11."),
    ],
    folder: WorkspaceFolder = Path(),
    compare_with: Annotated[
        str | None,
        typer.Option(help="The period it is set against; the one before if not given."),
    ] = None,
    by: Annotated[str, typer.Option(help="agent, day, campaign or hour.")] = "agent",
    until: Annotated[
        str | None,
        typer.Option(help="13:00: the day so far, beside usual days up to the same hour."),
    ] = None,
    limit: Annotated[
        int, typer.Option(help="Agreed limit between two dials, in seconds.", min=1)
    ] = LIMIT_SECONDS,
    paste: Annotated[bool, typer.Option("--paste", help="A few lines for a chat.")] = False,
    png: Annotated[Path | None, typer.Option(help="Write a picture there.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page there.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook there.")] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Show codes that name a person as they are.")
    ] = False,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
) -> None:
    """Show what a vendor did in a period, beside an earlier one and its own past."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    now = read_period(period)
    then = None if compare_with is None else read_period(compare_with, "--compare-with")
    if by not in _BY:
        raise wrong_option("--by", by, msg("one of: %(allowed)s", allowed=", ".join(_BY)))
    if now == then:
        raise wrong_option(
            "--compare-with",
            str(then),
            msg("another period than --period"),
            msg("name the period it is to be compared with"),
        )
    try:
        read_until(until)
    except ValueError:
        raise wrong_option(
            "--until",
            until or "",
            msg("a time of day such as 13:00"),
            msg("write the hour and the minutes"),
        ) from None
    ledger = ledger_as_of(workspace.existing_ledger(), as_of)
    made = productivity(
        ledger, vendor, now, then, cast(By, by), until=until, limit_seconds=limit,
        unmasked=unmasked, language=code,
    )  # fmt: skip
    if paste:
        typer.echo(made.to_paste(), nl=False)
    else:
        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=_PIPED_WIDTH, no_color=True)
        render(made, code, console)
    for path, write in ((png, made.to_png), (xlsx, made.to_xlsx), (html, made.to_html)):
        if path is not None:
            write(path)
            # what is printed is pasted, a name of a file is not
            typer.echo(str(path), err=paste)
