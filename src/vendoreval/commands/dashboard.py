"""`vendoreval dashboard`: a page a manager can open at any time, in one offline file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands.ledger import AsOfOption
from vendoreval.commands.options import (
    LanguageOption,
    WorkspaceFolder,
    ledger_as_of,
    spoken_language,
    wrong_option,
)
from vendoreval.commands.progress import progress_bar
from vendoreval.daily import LIMIT_SECONDS
from vendoreval.dashboards import dashboard
from vendoreval.ledger import Ledger
from vendoreval.text import msg
from vendoreval.workspace import Workspace


def write_dashboard(
    folder: WorkspaceFolder = Path(),
    out: Annotated[Path, typer.Option("--out", help="The file to write: a name in .html.")] = Path(
        "dashboard.html"
    ),
    names: Annotated[
        bool, typer.Option("--names", help="Show codes that name a person as they are.")
    ] = False,
    limit: Annotated[
        int, typer.Option(help="Agreed limit between two dials, in seconds.", min=1)
    ] = LIMIT_SECONDS,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
) -> None:
    """Write one offline page: every vendor, agent and day, any period against any other."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    if out.suffix.lower() not in {".html", ".htm"} or out.is_dir():
        raise wrong_option(
            "--out", str(out), msg("the name of a file in .html"), msg("write such a name")
        )
    ledger = ledger_as_of(Ledger.open(workspace.folder / "ledger"), as_of)
    with progress_bar() as bar:
        task = bar.add_task("", total=len(ledger.vendors) or None)

        def tell(vendor: str) -> None:
            bar.update(task, description=vendor, advance=1)

        made = dashboard(
            ledger, out, language=code, names=names, limit_seconds=limit, on_vendor=tell
        )
    typer.echo(str(made))
