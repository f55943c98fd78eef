"""`vendoreval digest`: one page about a week."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vendoreval.auditing.week import parse_week
from vendoreval.commands.options import (
    LanguageOption,
    WorkspaceFolder,
    spoken_language,
    wrong_option,
)
from vendoreval.report.digest_page import digest_title
from vendoreval.text import language, msg
from vendoreval.workspace import Workspace


def digest(
    week: Annotated[str, typer.Option(help="2026-W43, Monday to Sunday.")],
    folder: WorkspaceFolder = Path(),
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder; digests/WEEK otherwise.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Write one page about a week: PDF and HTML."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    try:
        parse_week(week)
    except ValueError:
        raise wrong_option("--week", week, msg("a week such as 2026-W43")) from None
    document, paths = workspace.digest(week, language=code, out=out)
    typer.echo(language(code).say(digest_title(document)))
    for path in paths:
        typer.echo(str(path))
