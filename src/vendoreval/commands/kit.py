"""`vendoreval kit`: what a vendor gets to start, in one folder or archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.text import Count, language, msg
from vendoreval.vendor_start import Start, vendor_kit
from vendoreval.workspace import Workspace


def kit(
    vendor: Annotated[str, typer.Argument(help="Short name of the vendor.")],
    folder: Annotated[
        Path, typer.Option("--workspace", "-w", help="The workspace's folder.")
    ] = Path(),
    out: Annotated[
        Path | None,
        typer.Option(help="A new folder, or a name in .zip; onboarding/VENDOR/kit.zip."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Make what a vendor gets: agreement, templates, samples, and how to check a file."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    start = Start(workspace, vendor)
    made = vendor_kit(start, out or start.folder / "kit.zip", language=lang)
    speak = language(code).say
    typer.echo(speak(msg("Files in the kit: %(n)s", n=Count(len(made.files)))))
    if made.without_sample:
        typer.echo(
            speak(msg("No row of the agreement's own examples meets its rules, so there is no "
                      "sample of: %(names)s", names=", ".join(made.without_sample)))
        )  # fmt: skip
    typer.echo(str(made.path))
