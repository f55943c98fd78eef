"""`vendoreval send`: the audit goes to those who read it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands import exit_codes
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    read_period,
    spoken_language,
)
from vendoreval.settings import PASSWORD_VARIABLE
from vendoreval.text import Day, language, msg
from vendoreval.workspace import Workspace


def send(
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    again: Annotated[
        bool, typer.Option("--again", help="Send it even to those who have it.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Mail the audit's PDF with five lines to the readers of vendoreval.yaml, once.

    The password of the mail server is read from VENDOREVAL_SMTP_PASSWORD.
    """
    workspace = Workspace.open(folder)
    say = language(spoken_language(lang, workspace)).say
    sent = workspace.send(
        read_period(period), again=again, password=os.environ.get(PASSWORD_VARIABLE)
    )
    for address in sent.to:
        typer.echo(say(msg("Sent to %(address)s", address=address)))
    for address, event in sent.already.items():
        typer.echo(
            say(msg("%(address)s has this audit since %(day)s; --again sends it once more",
                    address=address, day=Day(event.at.date())))
        )  # fmt: skip
    for address, words in sent.refused.items():
        typer.echo(say(msg("The server refuses %(address)s: %(words)s; check mail.to",
                           address=address, words=words)), err=True)  # fmt: skip
    raise typer.Exit(exit_codes.REFUSED if sent.refused else exit_codes.DONE)
