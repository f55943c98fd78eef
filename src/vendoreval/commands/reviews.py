"""`vendoreval reviews`: who was listened to at which stage, and what became of the advice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    agreement_of,
    read_period,
    spoken_language,
)
from vendoreval.commands.text_table import text_table
from vendoreval.listening import Reviews
from vendoreval.listening import reviews as heard_reviews
from vendoreval.listening.heard import Advice
from vendoreval.report.sheet import table_path, write_table
from vendoreval.text import Count, Language, Message, Number, Percent, language, msg
from vendoreval.workspace import Workspace

_SHOWN_WEAKNESSES: Final = 2
_ADVICE: Final = (
    msg("advice given"), msg("advice due"), msg("taken up"), msg("not taken up"),
    msg("not heard again"), msg("share taken up"),
)  # fmt: skip


def reviews(
    vendor: Annotated[str, typer.Option(help="Short name of the vendor.")],
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    out: Annotated[
        Path | None, typer.Option(help="Write the reviews there: a name in .csv or .xlsx.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Show who was listened to at which stage, what was weak, and what became of the advice."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    agreement_of(workspace, vendor)
    if out is not None:
        table_path(out)
    ledger = workspace.existing_ledger()
    made = heard_reviews(ledger, vendor, read_period(period))
    for line in reviews_lines(made, language(code)):
        typer.echo(line)
    if out is not None:
        write_table(made.to_frame(), out, report="reviews")
        typer.echo(str(out))


def reviews_lines(made: Reviews, tongue: Language) -> Iterator[str]:
    """Yield the stages, the weakest first, the agents, and who was never listened to."""
    heard = sum(stage.heard for stage in made.stages)
    yield tongue.say(
        msg("%(vendor)s, %(period)s: listened calls", vendor=made.title, period=str(made.period))
    )  # fmt: skip
    yield tongue.say(
        msg("reviews: %(heard)s; conversations: %(n)s", heard=Count(heard),
            n=Count(made.conversations))
    )  # fmt: skip
    yield tongue.say(_advice_line(made.advice))
    if not made.stages:
        yield tongue.say(msg("nothing was listened to in this period, and no advice fell due"))
        return
    yield ""
    head = (msg("Stage of the talk"), msg("heard"), msg("agents"), msg("mean score"))
    yield from text_table(
        [
            _words((*head, *_ADVICE, msg("what was weak")), tongue),
            *(
                [
                    stage.stage or "-", str(stage.heard), str(stage.agents),
                    _score(stage.mean_score, tongue), *_advice_cells(stage.advice, tongue),
                    ", ".join(f"{w} ({n})" for w, n in stage.weaknesses[:_SHOWN_WEAKNESSES]),
                ]
                for stage in made.stages
            ),
        ]
    )  # fmt: skip
    yield ""
    columns = (msg("Agent"), msg("conversations"), msg("heard"), msg("mean score"),
            msg("weakest stage"))  # fmt: skip
    yield from text_table(
        [
            _words((*columns, *_ADVICE), tongue),
            *(
                [
                    agent.agent_id, tongue.number(agent.conversations), str(agent.heard),
                    _score(agent.mean_score, tongue), agent.weakest_stage or "-",
                    *_advice_cells(agent.advice, tongue),
                ]
                for agent in made.agents
            ),
        ]
    )  # fmt: skip
    if made.never_heard:
        yield tongue.say(
            msg("agents nobody listened to: %(agents)s", agents=", ".join(made.never_heard))
        )


def _words(heads: tuple[Message, ...], tongue: Language) -> list[str]:
    return [tongue.say(head) for head in heads]


def _score(value: float | None, tongue: Language) -> str:
    return "-" if value is None else tongue.say(msg("%(n)s", n=Number(value, 2)))


def _advice_cells(advice: Advice, tongue: Language) -> list[str]:
    share = advice.applied_share.value
    counts = (
        advice.given, advice.due, advice.applied, advice.not_applied, advice.not_rechecked,
    )  # fmt: skip
    return [*map(str, counts), "-" if share is None else tongue.percent(share, 0)]


def _advice_line(advice: Advice) -> Message:
    share = advice.applied_share
    if share.value is None or share.low is None or share.high is None:
        return msg(
            "advice given: %(given)s; due: %(due)s, nobody listened again",
            given=Count(advice.given), due=Count(advice.due),
        )  # fmt: skip
    return msg(
        "advice given: %(given)s; due: %(due)s, of these heard again: %(n)s, taken up: %(share)s "
        "(%(low)s to %(high)s)",
        given=Count(advice.given), due=Count(advice.due), n=Count(share.n),
        share=Percent(share.value, 0), low=Percent(share.low, 0), high=Percent(share.high, 0),
    )  # fmt: skip
