"""`vendoreval dispute`: what a vendor is asked, and what it answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperGroup

from vendoreval.auditing.claims import STATUSES, Claim, all_claims, claims_of_year
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    agreement_of,
    read_period,
    spoken_language,
    wrong_option,
)
from vendoreval.correspondence import read_answers, record_answer
from vendoreval.ledger import Event
from vendoreval.report import clean_text
from vendoreval.report.claims_page import STATUSES as STATUS_WORDS
from vendoreval.text import Count, Language, Money, language, msg, nmsg
from vendoreval.workspace import Workspace

_PACK = "pack"


class _PackByDefault(TyperGroup):
    """Make `dispute WORKSPACE` mean `dispute pack WORKSPACE`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own context class
        if args and args[0] not in self.commands and args[0] not in {"--help", "-h"}:
            args = [_PACK, *args]
        return super().parse_args(ctx, args)


dispute_app = typer.Typer(
    cls=_PackByDefault,
    help="What a vendor is asked: `dispute WORKSPACE --vendor V --period P` writes the pack.",
    no_args_is_help=True,
)
VendorOption = Annotated[str, typer.Option(help="Short name of the vendor.")]


@dispute_app.command(_PACK)
def pack(
    vendor: VendorOption,
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    out: Annotated[
        Path | None, typer.Option("--out", help="A new folder; disputes/PERIOD/VENDOR otherwise.")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Write it and claim nothing yet.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Write the letter, the vendor's own rows and the sheet for its answers."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    agreement_of(workspace, vendor)
    written = workspace.dispute(read_period(period), vendor, language=code, out=out, draft=draft)
    tongue = language(code)
    dispute = written.dispute
    n = len(dispute.items)
    typer.echo(
        tongue.say(
            nmsg("%(vendor)s: %(n)s item, amount in question %(amount)s net of VAT",
                 "%(vendor)s: %(n)s items, amount in question %(amount)s net of VAT",
                 n, vendor=dispute.title, n=Count(n),
                 amount=Money(dispute.claimed, dispute.currency))
        )
    )  # fmt: skip
    for path in sorted(written.folder.iterdir()):
        typer.echo(str(path))
    if written.event is None:
        said = msg("A draft: nothing was claimed in the ledger")
    elif written.new:
        said = msg("Claimed in the ledger, record %(number)s", number=str(written.event.number))
    else:
        said = msg("The ledger holds the same claim already, record %(number)s",
                   number=str(written.event.number))  # fmt: skip
    typer.echo(tongue.say(said))


@dispute_app.command("answer")
def answer(
    vendor: VendorOption,
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    status: Annotated[
        str | None, typer.Argument(help="accepted, credited or rejected.", metavar="ANSWER")
    ] = None,
    item: Annotated[int | None, typer.Option(help="Number of the item in the pack.")] = None,
    amount: Annotated[
        str | None, typer.Option(help="Accepted or credited in all; the claim otherwise.")
    ] = None,
    reason: Annotated[str, typer.Option(help="The vendor's words.")] = "",
    who: Annotated[str | None, typer.Option(help="Who answered.")] = None,
    on: Annotated[str | None, typer.Option(help="Day of the answer: 2026-11-20.")] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="The filled answers.xlsx, in place of an item.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Record what the vendor answered: one item, or the filled sheet."""
    workspace = Workspace.open(folder)
    tongue = language(spoken_language(lang, workspace))
    span = read_period(period)
    if sheet is not None:
        events = read_answers(workspace.ledger, vendor, span, sheet, who=who)
    elif item is None or status is None:
        raise wrong_option("--item", "", msg("--item N and one of: %(allowed)s; or --sheet FILE",
                                             allowed=", ".join(STATUSES)))  # fmt: skip
    else:
        at = _noon(on, workspace.settings.timezone)
        events = (
            record_answer(
                workspace.ledger, vendor, span, item, status, amount=_amount(amount),
                reason=reason, who=who, at=at,
            ),
        )  # fmt: skip
    for event in events:
        typer.echo(_line(event, tongue))
    if not events:
        typer.echo(tongue.say(msg("Nothing was changed")))


@dispute_app.command("show")
def show(
    folder: WorkspaceFolder = Path(),
    vendor: Annotated[str | None, typer.Option(help="Short name of the vendor.")] = None,
    lang: LanguageOption = None,
) -> None:
    """List what was claimed, what was answered, and what came back this year."""
    workspace = Workspace.open(folder)
    tongue = language(spoken_language(lang, workspace))
    claims = all_claims(workspace.ledger, vendor)
    if not claims:
        typer.echo(tongue.say(msg("Nothing was claimed yet")))
        return
    for claim in claims:
        typer.echo(_claim_line(claim, tongue))
    last = max(claims, key=lambda claim: claim.period.end).period
    year = claims_of_year(claims, last, workspace.settings.currency)
    typer.echo(
        tongue.say(
            msg("Claimed in %(year)s: %(claimed)s; recovered: %(recovered)s", year=str(year.year),
                claimed=Money(year.claimed, year.currency),
                recovered=Money(year.recovered, year.currency))
        )
    )  # fmt: skip


def _claim_line(claim: Claim, tongue: Language) -> str:
    title = claim.titles.get(tongue.code, "")
    amount = tongue.money(claim.amount, claim.currency) if claim.amount else "-"
    return "  ".join(
        (str(claim.period), claim.vendor, str(claim.item), amount, clean_text(title),
         clean_text(tongue.say(claim.sentence)))
    )  # fmt: skip


def _line(event: Event, tongue: Language) -> str:
    body = event.body
    status = tongue.translate(STATUS_WORDS[str(body["status"])])
    return tongue.say(
        msg("Recorded, record %(number)s: item %(item)s, %(status)s, %(amount)s",
            number=str(event.number), item=str(body["item"]), status=status,
            amount=Money(Decimal(str(body["amount"])), str(body["currency"])))
    )  # fmt: skip


def _amount(text: str | None) -> Decimal | None:
    try:
        found = None if text is None else Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if found is not None and not found.is_finite():
        raise wrong_option("--amount", text or "", msg("an amount such as 1250.50"))
    return found


def _noon(text: str | None, zone: str) -> datetime | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise wrong_option("--on", text, msg("a day such as 2024-01-01")) from None
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
