"""`vendoreval limits`: the limits told, and those whose date has come with their measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    read_period,
    spoken_language,
    wrong_option,
)
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.measures import Measured
from vendoreval.starting.limits import Limit, LimitDue, limits_due, record_review
from vendoreval.text import Bilingual, Day, Language, Number, Percent, language, msg
from vendoreval.vendor_start import Start
from vendoreval.vendor_start.filled import signer
from vendoreval.workspace import Workspace


def limits(
    vendor: Annotated[str, typer.Argument(help="Short name of the vendor.")],
    period: PeriodOption,
    folder: Annotated[
        Path, typer.Option("--workspace", "-w", help="The workspace's folder.")
    ] = Path(),
    review: Annotated[str, typer.Option(metavar="LIMIT", help="Write down a review of it.")] = "",
    decision: Annotated[str, typer.Option(help="What was decided at the review.")] = "",
    next_on: Annotated[str, typer.Option(help="Day of the next review; none when settled.")] = "",
    by: Annotated[str, typer.Option(help="Name of who decided.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Show the limits register; measure those to be reviewed by the end of a period."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    start = Start(workspace, vendor)
    if review:
        _review(start, review, decision, next_on, by)
        start = Start(workspace, vendor)
    due = limits_due(start.limits, start.ledger, vendor, read_period(period), start.agreement)
    if as_json:
        plain = {
            "vendor": vendor,
            "limits": [one.to_json() for one in start.limits],
            "due": [one.to_json() for one in due],
        }
        typer.echo(json_text(plain))
        return
    for line in limit_lines(start.limits, due, code):
        typer.echo(line)


def limit_lines(told: Sequence[Limit], due: Sequence[LimitDue], code: str) -> Iterator[str]:
    """Yield the register, then what is to be reviewed with its measured value."""
    tongue = language(code)
    say = tongue.say
    if not told:
        yield say(msg("the limits register is empty"))
    for one in told:
        lacks = one.lacks()
        tail = (
            f" ({say(msg('lacks: %(what)s', what=lacks))})" if lacks
            else f" ({say(msg('review on %(day)s', day=Day(one.review_on)))})" if one.review_on
            else ""
        )  # fmt: skip
        yield f"{one.id}: {Bilingual(one.told.limit).half(code)}{tail}"
    for found in due:
        metric = found.limit.measure
        name = say(metric.label) if metric is not None else found.limit.told.measure or "—"
        value = _value(found.value, metric.unit if metric else "", tongue)
        yield say(
            msg("to be reviewed by now: %(name)s; %(measure)s in %(period)s: %(value)s",
                name=found.limit.id, measure=name, period=str(found.period), value=value)
        )  # fmt: skip


def _value(value: Measured | None, unit: str, tongue: Language) -> str:
    if value is None or value.value is None:
        return tongue.say(msg("not measured"))
    share = unit == "share"

    def written(figure: float) -> str:
        shown = Percent(figure) if share else Number(figure, 0 if figure.is_integer() else 2)
        return tongue.say(msg("%(figure)s", figure=shown))

    if value.low is None or value.high is None:
        return written(float(value.value))
    return tongue.say(
        msg("%(value)s (between %(low)s and %(high)s)", value=written(float(value.value)),
            low=written(float(value.low)), high=written(float(value.high)))
    )  # fmt: skip


def _review(start: Start, limit: str, decision: str, next_on: str, by: str) -> None:
    known = [one.id for one in start.limits]
    if limit not in known:
        allowed = msg("one of: %(allowed)s", allowed=", ".join(known) or "-")
        raise wrong_option("--review", limit[:80], allowed)
    if not decision.strip():
        raise AgreementError(
            plain_problem("--decision", msg("no decision is written"), msg("what was decided"),
                          msg("add it and run the command again"))
        )  # fmt: skip
    try:
        later = date.fromisoformat(next_on) if next_on else None
    except ValueError:
        raise wrong_option("--next-on", next_on, msg("a day such as 2024-01-01")) from None
    record_review(start.ledger, start.vendor, limit, " ".join(decision.split())[:400],
                  who=signer(by), next_on=later, at=start.today)  # fmt: skip
