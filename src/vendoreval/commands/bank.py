"""`vendoreval bank`: every company of a vendor, how far it came, and what moved since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from vendoreval.bank import ContractBank, contract_bank
from vendoreval.commands.ledger import AsOfOption
from vendoreval.commands.options import (
    LanguageOption,
    WorkspaceFolder,
    ledger_as_of,
    spoken_language,
    wrong_option,
)
from vendoreval.errors import LedgerError, os_problem
from vendoreval.measures import Measured
from vendoreval.report import write_evidence
from vendoreval.report.funnel_chart import stage_name, write_funnel
from vendoreval.text import Count, Day, Language, Message, Number, Percent, language, msg, nmsg
from vendoreval.workspace import Workspace


def bank(
    vendor: Annotated[str, typer.Option(help="Short name of the vendor.")],
    folder: WorkspaceFolder = Path(),
    on: Annotated[
        str | None, typer.Option("--on", help="Where companies stood that day: 2026-10-31.")
    ] = None,
    compare_with: Annotated[
        str | None, typer.Option("--compare-with", help="Show what moved since that day.")
    ] = None,
    as_of: AsOfOption = None,
    ages: Annotated[int, typer.Option(help="Months a cohort is followed.", min=0, max=60)] = 3,
    picture: Annotated[
        Path | None, typer.Option(help="Write the funnel there: a name in .svg or .png.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write every company there: a name in .csv.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Show the contract bank: stages, conversion by cohort and age, moves between two days."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    ledger = ledger_as_of(workspace.existing_ledger(), as_of)
    made = contract_bank(ledger, vendor, on=_day(on, "--on"))
    since = _day(compare_with, "--compare-with")
    if since is not None and since > made.on:
        raise wrong_option("--compare-with", str(since), msg("a day before %(day)s",
                                                             day=Day(made.on)))  # fmt: skip
    for line in bank_lines(made, code, ages, since):
        typer.echo(line)
    if picture is not None:
        typer.echo(str(write_funnel(made, picture, code)))
    if out is not None:
        try:
            write_evidence(made.to_frame(), out.parent, out.name, report="leads")
        except OSError as error:
            raise LedgerError(os_problem(str(out), error)) from None
        typer.echo(str(out))


def _day(text: str | None, option: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise wrong_option(option, text or "", msg("a day such as 2024-01-01")) from None


def bank_lines(made: ContractBank, code: str, ages: int, since: date | None) -> Iterator[str]:
    """Yield the stages, the conversion, the cohorts and the moves of a bank."""
    tongue = language(code)
    yield tongue.say(msg("%(vendor)s: contract bank on %(day)s", vendor=made.title,
                         day=Day(made.on)))  # fmt: skip
    yield tongue.say(
        msg("companies: %(n)s, no longer in the vendor's last snapshot: %(vanished)s",
            n=Count(len(made)), vanished=Count(made.vanished))
    )  # fmt: skip
    yield ""
    yield from _stage_table(made, tongue)
    yield ""
    for label, measured in (
        (msg("won of the full bank"), made.conversion()),
        (msg("won of the bank as the vendor reports it"), made.reported_conversion()),
        (msg("sold and kept, by the client's own records"), made.conversion(sold=True)),
    ):
        yield f"{tongue.say(label)}: {_share(measured, tongue)}"
    yield ""
    yield from _cohort_table(made, ages, tongue)
    if since is not None:
        yield ""
        yield from _moves_table(made, since, tongue)


def _share(measured: Measured, tongue: Language) -> str:
    if measured.value is None or measured.low is None or measured.high is None:
        return "-"
    return tongue.say(
        msg("%(share)s (%(low)s to %(high)s)", share=Percent(measured.value, 2),
            low=Percent(measured.low, 2), high=Percent(measured.high, 2))
    )  # fmt: skip


def _table(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def _stage_table(made: ContractBank, tongue: Language) -> Iterator[str]:
    head: tuple[Message, ...] = (
        msg("Stage"), msg("now"), msg("came so far"), msg("days, middle"), msg("days, 9 of 10"),
        msg("waiting, middle"),
    )  # fmt: skip
    rows = [[tongue.say(word) for word in head]]
    for row in made.stages:
        days = (row.median_days, row.p90_days, row.waiting_days)
        rows.append(
            [
                stage_name(row.stage, tongue),
                tongue.number(row.leads),
                "" if row.reached is None else tongue.number(row.reached),
                *("" if d is None else tongue.say(msg("%(n)s", n=Number(d, 0))) for d in days),
            ]
        )
    yield from _table(rows)


def _cohort_table(made: ContractBank, ages: int, tongue: Language) -> Iterator[str]:
    cohorts = made.cohorts(ages)
    if cohorts.empty:
        yield tongue.say(msg("no hand-over is known, so there are no cohorts"))
        return
    months = (
        nmsg("after %(n)s month", "after %(n)s months", age, n=Count(age))
        for age in range(ages + 1)
    )
    head = (msg("Handed over"), msg("companies"), *months)
    rows = [[tongue.say(word) for word in head]]
    for cohort, own in cohorts.groupby("cohort", sort=True):
        shown = [(row, _cell(row, tongue)) for row in own.itertuples()]
        cells: dict[Any, str] = {row.age_months: cell for row, cell in shown}
        rows.append(
            [str(cohort), tongue.number(int(own["leads"].iloc[0]))]
            + [cells.get(age, "") for age in range(ages + 1)]
        )
    yield from _table(rows)
    yield tongue.say(msg("* the months are not over: the share can still grow"))


def _cell(row: Any, tongue: Language) -> str:
    return tongue.percent(float(row.won_share), 1) + ("" if row.mature else "*")


def _moves_table(made: ContractBank, since: date, tongue: Language) -> Iterator[str]:
    moves = made.dynamics(since)
    yield tongue.say(
        msg("From %(first)s (rows) to %(second)s (columns)", first=Day(since), second=Day(made.on))
    )
    rows = [["", *(stage_name(str(stage), tongue) for stage in moves.columns)]]
    for stage, line in moves.iterrows():
        cells = (tongue.number(int(n)) if n else "" for n in line)
        rows.append([stage_name(str(stage), tongue), *cells])
    yield from _table(rows)
