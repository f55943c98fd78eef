"""`vendoreval simulate`: a workspace whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.simulation import RECIPES, Scheme, World
from vendoreval.simulation import simulate as draw
from vendoreval.simulation.world.conduct import CURRENCY
from vendoreval.text import Count, Language, Message, Money, language, msg


def simulate(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write it; a new or empty folder.")
    ] = None,
    vendors: Annotated[int, typer.Option(help="How many vendors.")] = 3,
    months: Annotated[int, typer.Option(help="How many months.")] = 6,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal bytes.")] = 1,
    end: Annotated[str, typer.Option(help="The last month, such as 2026-10.")] = "2026-10",
    scheme: Annotated[
        list[str] | None,
        typer.Option(help="[VENDOR/]NAME[:strength[:share_of_agents[:start_month]]]; may repeat."),
    ] = None,
    zoo: Annotated[
        list[str] | None, typer.Option(help="An honest look-alike, written alike; may repeat.")
    ] = None,
    agents: Annotated[int, typer.Option(help="Seats of each vendor.")] = 12,
    dials: Annotated[int, typer.Option(help="Dials of each vendor in a month.")] = 6000,
    tau: Annotated[float, typer.Option(help="Log-sd of sales between honest vendors.")] = 0.05,
    show: Annotated[
        bool, typer.Option("--list", help="Name everything that can be planted.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Write a workspace with known truth: honest vendors, planted schemes, honest look-alikes."""
    tongue = language(spoken_language(lang))
    if show:
        _list(tongue)
        return
    if folder is None:
        raise AgreementError(
            plain_problem(
                "vendoreval simulate",
                msg("no folder is named"),
                msg("a new or empty folder"),
                msg("name the folder, or ask for --list"),
            )
        )
    world = draw(
        folder, vendors=vendors, months=months, seed=seed, end=end, schemes=scheme or (),
        zoo=zoo or (), agents=agents, dials_a_month=dials, tau=tau,
    )  # fmt: skip
    for line in _written(world, folder, tongue):
        typer.echo(line)


def _written(world: World, folder: Path, tongue: Language) -> Iterator[str]:
    yield tongue.say(msg("Workspace written: %(folder)s", folder=str(folder)))
    for vendor, calls in world.truth.calls.items():
        yield tongue.say(msg("%(vendor)s: %(calls)s calls", vendor=vendor, calls=Count(calls)))
    for planted in world.truth.schemes:
        yield "  " + tongue.say(_planted(planted))
    yield tongue.say(msg("The truth: %(file)s", file=f"{folder / 'truth.json'}, truth_rows.csv"))
    yield tongue.say(
        msg(
            "Next: vendoreval audit %(folder)s --period %(period)s",
            folder=str(folder),
            period=world.truth.last_period,
        )
    )


def _planted(planted: Scheme) -> Message:
    return msg(
        "planted at %(vendor)s: %(kind)s since %(since)s, rows %(count)s, "
        "minutes added %(minutes)s, money %(money)s",
        vendor=planted.vendor, kind=planted.kind, since=planted.since,
        count=Count(planted.count), minutes=Count(round(planted.seconds / 60)),
        money=Money(planted.money, CURRENCY),
    )  # fmt: skip


def _list(tongue: Language) -> None:
    for entry in RECIPES.values():
        kind = tongue.say(msg("honest")) if entry.honest else entry.alias or "-"
        typer.echo(f"{entry.name:26} {kind:9} {tongue.translate(entry.about)}")
