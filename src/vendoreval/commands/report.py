"""`vendoreval report`: how the report looks, without a new audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands.options import (
    LanguageOption,
    WorkspaceFolder,
    read_period,
    spoken_language,
)
from vendoreval.errors import AgreementError, VendorevalError, plain_problem
from vendoreval.report.brand import load_brand
from vendoreval.report.shown import changes, read_document, show
from vendoreval.resources import resource_folder
from vendoreval.settings import FILE_NAME
from vendoreval.text import msg
from vendoreval.workspace import Workspace

report_app = typer.Typer(help="How the report looks.", no_args_is_help=True)


@report_app.callback()
def report() -> None:
    """How the report looks."""


@report_app.command()
def preview(
    folder: WorkspaceFolder = Path(),
    period: Annotated[
        str | None, typer.Option(help="Period of an audit made before; the latest when not given.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Draw the PDF too.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Write it anew whenever a template or the look changes.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Write preview.html of an audit made before, with the templates and the look of today."""
    audit = _audit(Workspace.open(folder), period)

    def files() -> list[Path]:
        # looked up each time: the look itself may name another folder
        own = sorted(path for path in folder.rglob("*") if path.suffix in _WATCHED)
        kept = [path for path in own if path.parent != audit.parent / "preview"]
        return [audit, folder / FILE_NAME, *resource_folder("report_templates").iterdir(), *kept]

    if not watch:
        _write(folder, audit, lang, pdf=pdf, watch=False)
        return
    for _ in changes(files):
        try:
            _write(folder, audit, lang, pdf=pdf, watch=True)
        except VendorevalError as error:
            # a template half written is no reason to stop looking
            typer.echo(error.describe(spoken_language(lang)), err=True)


_WATCHED = {".j2", ".css", ".js", ".png", ".svg"}


def _write(folder: Path, audit: Path, lang: str | None, *, pdf: bool, watch: bool) -> None:
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    brand = load_brand(workspace.settings.report, folder)
    target = audit.parent / "preview"
    for path in show(read_document(audit), target, brand, code, pdf=pdf, reload=watch):
        typer.echo(str(path))


def _audit(workspace: Workspace, period: str | None) -> Path:
    audits = workspace.folder / "audits"
    if period is not None:
        return audits / str(read_period(period)) / "audit.json"
    made = sorted(audits.glob("*/audit.json"))
    if not made:
        raise AgreementError(
            plain_problem(
                str(audits), msg("there is no audit yet"), msg("an audit made before"),
                msg("run: vendoreval audit"),
            )
        )  # fmt: skip
    return made[-1]
