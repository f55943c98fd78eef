"""`vendoreval invoice`: what a vendor's invoice should say, beside what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    agreement_of,
    read_period,
    spoken_language,
)
from vendoreval.invoicing import ExpectedInvoice, expected_invoice
from vendoreval.invoicing.words import HEADS, cells, unit_name
from vendoreval.text import language, msg
from vendoreval.workspace import Workspace

_REASON = "reason"
_NARROW = 2


def invoice(
    vendor: Annotated[str, typer.Option(help="Short name of the vendor.")],
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    xlsx: Annotated[
        Path | None, typer.Option(help="Write the workbook with live formulas there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Work an invoice out again from the reports and the rate card, line by line."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    agreement = agreement_of(workspace, vendor)
    made = expected_invoice(workspace.ledger, vendor, read_period(period), agreement=agreement)
    if as_json:
        typer.echo(json_text(made.to_json(code)))
    else:
        for line in invoice_lines(made, code):
            typer.echo(line)
    if xlsx is not None:
        written = made.to_xlsx(xlsx, code)
        typer.echo(str(written), err=as_json)


def invoice_lines(made: ExpectedInvoice, code: str) -> Iterator[str]:
    """Yield the comparison as a table of text, the reasons below each line."""
    tongue = language(code)
    yield f"{made.title}, {made.period}"
    heads = [tongue.say(text) for name, text in HEADS.items() if name != _REASON]
    rows = [cells(row, tongue) for row in made.rows]
    table = [tuple(heads), *(row[:-1] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    for number, row in enumerate(table):
        yield "  ".join(
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        if number:
            yield f"{' ' * _NARROW}{rows[number - 1][-1]}"
    for sentence in made.sums():
        yield tongue.say(sentence)
    unknown = sum(total.unknown for total in made.totals)
    if unknown:
        yield tongue.say(msg("lines that cannot be told: %(n)s", n=str(unknown)))
    for figure in made.figures:
        quantity = tongue.number(figure.quantity, 2)
        named = f"{unit_name(figure.unit, tongue)}: {tongue.say(figure.source)}"
        yield f"{' ' * _NARROW}{named} {quantity}"
    for note in made.notes:
        yield tongue.say(note)
