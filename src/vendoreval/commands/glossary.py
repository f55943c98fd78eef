"""`vendoreval glossary`: what every measure means, in either language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.errors import LedgerError, os_problem
from vendoreval.measures import glossary_markdown


def glossary(
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it there instead: a name in .md.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Print the definition of every measure as Markdown."""
    text = glossary_markdown(spoken_language(lang))
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LedgerError(os_problem(str(out), error)) from None
    typer.echo(str(out))
