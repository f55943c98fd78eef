"""Where the figures come from, what is undefined and why, what the marks mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from vendoreval.daily.judgement import BY_CHANCE, FEWEST_PAST
from vendoreval.daily.sources import REPORT_WORDS, Sources
from vendoreval.daily.table import DailyTable
from vendoreval.measures import definition
from vendoreval.measures.call_facts import BREAK_SECONDS
from vendoreval.text import Count, Message, Number, msg, nmsg

# measure of the table -> the fact that decides whether it is known
_FACTS: Final[Mapping[str, str]] = {
    "dials": "dials", "conversations": "conversations", "line_hours": "line_seconds",
    "interval_median_seconds": "intervals", "leads_added": "leads_added",
    "quotes_sent": "quotes_sent", "stage_moves": "stage_moves",
    "no_answer_share": "leads_unreached", "first_touch_close_rate": "closed_unreached",
    "sales_claimed": "sales_claimed", "occupancy": "busy_seconds",
    "occupancy_of_line": "line_seconds",
}  # fmt: skip


def notes(
    made: DailyTable, found: Sources, *, told: bool, limit_seconds: int
) -> tuple[Message, ...]:
    """Return everything a reader must know to trust the table."""
    return (
        *_days(made), *_limits(made), *_rhythm(found, told=told, limit_seconds=limit_seconds),
        *source_notes(made.measures, found, inside_day=made.until_seconds is not None),
    )  # fmt: skip


def _days(made: DailyTable) -> Iterator[Message]:
    plan = made.stretches
    if plan.cut_off:
        yield msg("The period is not over: it is set against the same number of working days.")
    if plan.then is not None and len(plan.now_days) != len(plan.then_days):
        yield msg(
            "Working days: %(now)s against %(then)s; changes of counts are by working day.",
            now=Count(len(plan.now_days)), then=Count(len(plan.then_days)),
        )  # fmt: skip
    if plan.then is not None and not plan.then_days:
        yield msg("Nothing was delivered for %(period)s, so there is no difference.",
                  period=str(plan.then))  # fmt: skip


def _limits(made: DailyTable) -> Iterator[Message]:
    if not made.judged:
        yield nmsg(
            "Nothing is marked: %(n)s stretch of the past is too few for limits, %(least)s are "
            "needed.",
            "Nothing is marked: %(n)s stretches of the past are too few for limits, %(least)s are "
            "needed.",
            len(made.stretches.past), n=Count(len(made.stretches.past)), least=Count(FEWEST_PAST),
        )  # fmt: skip
        return
    yield msg(
        "▲ and ▼ mark what lies outside of the limits of the own past (XmR): %(marked)s of "
        "%(judged)s figures; about %(chance)s would by chance alone. A mark asks a question, it "
        "is no finding.",
        marked=Count(made.signals), judged=Count(made.judged),
        chance=Number(made.judged * BY_CHANCE, 0),
    )  # fmt: skip


def _rhythm(found: Sources, *, told: bool, limit_seconds: int) -> Iterator[Message]:
    if "intervals" not in found.chosen:
        return
    if told:
        yield msg("Intervals: limit %(limit)s s; breaks are those of the agents' sessions.",
                  limit=Count(limit_seconds))  # fmt: skip
    else:
        yield msg(
            "Intervals: limit %(limit)s s; no sessions tell breaks, so an interval above "
            "%(minutes)s minutes counts as one.",
            limit=Count(limit_seconds), minutes=Count(BREAK_SECONDS // 60),
        )  # fmt: skip


def source_notes(
    measures: Sequence[str], found: Sources, *, inside_day: bool = False
) -> Iterator[Message]:
    """Yield which report measures come from, and what is undefined and why."""
    told: dict[str, list[Message]] = {}
    apart: list[Message] = []
    for name in measures:
        fact = _FACTS.get(name, "")
        report = found.report(fact)
        if report is not None and report != "calls":
            told.setdefault(report, []).append(definition(name).label)
        if fact in found.apart:
            apart.append(definition(name).label)
    for report, labels in told.items():
        yield msg("Source: %(report)s. Measures: %(measures)s.", report=REPORT_WORDS[report],
                  measures=tuple(labels))  # fmt: skip
    if apart:
        yield msg("Known of all together only, no report tells it apart: %(measures)s.",
                  measures=tuple(apart))  # fmt: skip
    for name in measures:
        fact = _FACTS.get(name, "")
        if fact in found.lacking:
            yield _undefined(name, found.lacking[fact], inside_day=inside_day)


def _undefined(name: str, lacking: tuple[str, ...], *, inside_day: bool) -> Message:
    label = definition(name).label
    reports = tuple(REPORT_WORDS[report] for report in dict.fromkeys(lacking))
    if inside_day:
        return msg("%(measure)s: undefined inside a day; it would stand in: %(reports)s.",
                   measure=label, reports=reports)  # fmt: skip
    return msg("%(measure)s: undefined, nobody delivered it; ask for: %(reports)s.",
               measure=label, reports=reports)  # fmt: skip
