"""`vendoreval explain`: what a check asks, how, and how often it errs."""

from __future__ import annotations

from typing import Annotated

import typer

from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.explaining import explain as explained


def explain(
    check: Annotated[
        str | None, typer.Argument(help="Name of a check; without one all are listed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Explain a check: question, method, honest explanations, error rates."""
    found = explained(check, language=spoken_language(lang))
    typer.echo(json_text(found.to_json()) if as_json else str(found))
