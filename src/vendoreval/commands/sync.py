"""`vendoreval ledger sync`: the rows that count, kept in a database too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands.options import LanguageOption, WorkspaceFolder, spoken_language
from vendoreval.commands.progress import progress_bar
from vendoreval.engine import connect
from vendoreval.sync import sync
from vendoreval.text import language, msg
from vendoreval.workspace import Workspace


def sync_ledger(
    to: Annotated[
        str,
        typer.Option("--to", help="postgresql://USER@HOST/DATABASE or clickhouse://USER@HOST/..."),
    ],
    folder: WorkspaceFolder = Path(),
    lang: LanguageOption = None,
) -> None:
    """Bring a database to what the ledger holds now; phones are written as they are."""
    workspace = Workspace.open(folder)
    tongue = language(spoken_language(lang, workspace))
    target = connect(to)
    try:
        with progress_bar() as bar:
            task = bar.add_task("")

            def loaded(report: str, done: int, rows: int) -> None:
                bar.update(task, description=report, completed=done, total=rows)

            done = sync(workspace.existing_ledger(), target, loaded)
    finally:
        target.close()
    typer.echo(tongue.say(msg(
        "%(engine)s: rows loaded %(loaded)s, removed %(removed)s, there already %(kept)s",
        engine=done.address, loaded=done.loaded_rows, removed=done.removed_rows,
        kept=done.kept_rows,
    )))  # fmt: skip
