"""`vendoreval listen`: draw the calls to listen to next, so that the client chooses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import pandas as pd
import typer

from vendoreval.checks import ALL
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    agreement_of,
    read_period,
    spoken_language,
)
from vendoreval.commands.text_table import text_table
from vendoreval.listening import ListeningList, draw_calls
from vendoreval.listening.drawing import RANDOM
from vendoreval.report.sheet import table_path, write_table
from vendoreval.text import Count, Language, Message, Number, language, msg
from vendoreval.workspace import Workspace

STEP_NAMES: Final[dict[str, Message]] = {
    "first": msg("first call"),
    "further": msg("further call"),
    "quote": msg("quote sent"),
    "result": msg("final result"),
}
_HEADS: Final[dict[str, Message]] = {
    "place": msg("No."), "call_id": msg("Call"), "agent_id": msg("Agent"),
    "started_at": msg("Start"), "campaign_id": msg("Campaign"), "lead_id": msg("Lead"),
    "recording_id": msg("Recording"), "disposition": msg("Outcome"),
    "talk_seconds": msg("Talk, seconds"), "step": msg("Step"), "part": msg("Drawn"),
    "check": msg("Question of the check"), "inclusion_probability": msg("Chance"),
    "heard_before": msg("Heard before"), "reviewed_at": msg("Listened on"),
    "reviewer": msg("Listener"), "stage": msg("Stage of the talk"), "score": msg("Score"),
    "weakness": msg("Weakness"), "feedback": msg("Advice"), "due_on": msg("Put right by"),
}  # fmt: skip
# what the listener writes down, by the names of report `reviews`
_TO_FILL: Final = (
    "reviewed_at", "reviewer", "stage", "score", "weakness", "feedback", "due_on",
)  # fmt: skip
_QUESTIONS: Final = {check.id: check.question for check in ALL}
_PRINTED: Final = (
    "place", "call_id", "agent_id", "started_at", "disposition", "talk_seconds", "step", "part",
    "inclusion_probability", "check",
)  # fmt: skip


def listen(
    vendor: Annotated[str, typer.Option(help="Short name of the vendor.")],
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    calls: Annotated[int, typer.Option(help="How many calls.", min=1, max=100_000)] = 30,
    seed: Annotated[
        int, typer.Option(help="Seed of the draw: the same seed draws the same calls.", min=0)
    ] = 1,
    random_share: Annotated[
        float, typer.Option(help="Share drawn by lot from all calls.", min=0.0, max=1.0)
    ] = 0.5,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the list with columns to fill: a name in .csv or .xlsx."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Draw the calls to listen to next: by lot from all, and from what the checks point at."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    agreement_of(workspace, vendor)
    if out is not None:
        table_path(out)
    ledger = workspace.existing_ledger()
    drawn = draw_calls(
        ledger, workspace.settings, vendor, read_period(period), calls=calls, seed=seed,
        random_share=random_share,
    )  # fmt: skip
    tongue = language(code)
    for line in listening_lines(drawn, tongue):
        typer.echo(line)
    if out is not None:
        heads = {name: tongue.say(head) for name, head in _HEADS.items()}
        write_table(said_rows(drawn, tongue), out, heads=heads, to_fill=_TO_FILL)
        typer.echo(str(out))


def said_rows(drawn: ListeningList, tongue: Language) -> pd.DataFrame:
    """Return the rows of a list with step, part and question in words."""
    rows = drawn.to_frame()
    by_lot, by_check = tongue.say(msg("by lot")), tongue.say(msg("from evidence"))
    return rows.assign(
        step=[tongue.say(STEP_NAMES[step]) for step in rows["step"]],
        part=[by_lot if part == RANDOM else by_check for part in rows["part"]],
        check=[tongue.translate(_QUESTIONS[name]) if name else "" for name in rows["check"]],
    )


def listening_lines(drawn: ListeningList, tongue: Language) -> Iterator[str]:
    """Yield the list as a table of text, and how it was drawn."""
    rows = drawn.to_frame()
    by_lot = int((rows["part"] == RANDOM).sum())
    yield tongue.say(
        msg("%(vendor)s, %(period)s: calls to listen to", vendor=drawn.title,
            period=str(drawn.period))
    )  # fmt: skip
    yield tongue.say(
        msg(
            "by lot: %(lot)s of %(all)s conversations; from evidence: %(evidence)s; seed %(seed)s, "
            "state of the ledger %(hash)s",
            lot=Count(by_lot), all=Count(sum(drawn.steps.values())),
            evidence=Count(len(drawn) - by_lot), seed=str(drawn.seed),
            hash=drawn.ledger_hash[:12],
        )
    )  # fmt: skip
    yield ""
    yield from text_table(
        [[tongue.say(_HEADS[name]) for name in _PRINTED], *_cells(said_rows(drawn, tongue), tongue)]
    )
    yield ""
    drawn_of = rows[rows["part"] == RANDOM].groupby("step").size()
    for step, size in drawn.steps.items():
        yield tongue.say(
            msg("%(step)s: %(drawn)s by lot of %(all)s", step=STEP_NAMES[step],
                drawn=Count(int(drawn_of.get(step, 0))), all=Count(size))
        )  # fmt: skip
    yield tongue.say(
        msg(
            "Estimates for all calls rest on those drawn by lot, each weighed by one over its "
            "chance; calls from evidence stand for themselves alone."
        )
    )


def _cells(rows: pd.DataFrame, tongue: Language) -> Iterator[list[str]]:
    records: list[dict[Any, Any]] = rows[list(_PRINTED)].to_dict("records")
    for row in records:
        chance = row["inclusion_probability"]
        cells = row | {
            "started_at": row["started_at"].strftime("%Y-%m-%d %H:%M:%S"),
            "talk_seconds": tongue.number(row["talk_seconds"]),
            "inclusion_probability": ""
            if pd.isna(chance)
            else tongue.say(msg("%(n)s", n=Number(chance, 4))),
        }
        yield [str(cells[name]) for name in _PRINTED]
