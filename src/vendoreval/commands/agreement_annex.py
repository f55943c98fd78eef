"""`vendoreval agreement annex`: the agreement as the document both sides sign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vendoreval.agreement import load_agreement
from vendoreval.agreement.write import refuse_existing
from vendoreval.commands.options import wrong_option
from vendoreval.report.annex_files import ANNEX_LANGUAGES, agreement_annex
from vendoreval.text import msg


def annex_command(
    agreement: Annotated[Path, typer.Argument(help="The agreement.")],
    lang: Annotated[
        str,
        typer.Option(
            "--lang", help="Language: ru, en, or both side by side.", metavar="ru|en|both"
        ),
    ] = "both",
    out: Annotated[
        Path | None, typer.Option(help="The file to write, .pdf or .docx.", metavar="FILE")
    ] = None,
) -> None:
    """Write the agreement as a document to sign, PDF or DOCX: the same terms in words."""
    if lang not in ANNEX_LANGUAGES:
        allowed = msg("one of: %(allowed)s", allowed=", ".join(ANNEX_LANGUAGES))
        raise wrong_option("--lang", lang, allowed)
    loaded = load_agreement(agreement)
    target = out or Path(f"{loaded.vendor}_annex.pdf")
    refuse_existing(target)
    typer.echo(str(agreement_annex(loaded, target, language=lang)))
