"""Do the daily totals equal the call log?

The totals of an agent's day are what managers look at, what hours are billed by and what
bonuses hang on. They must be the sums of the same vendor's own call log. Rounding slips and
an export cut a moment later go both ways; totals that lie above the log on most days, for
most agents, were not counted from it.

Method: dials, conversations, talk, hold and wrap of each agent and day against the same sums
of the log, on days on which the log holds any call of the vendor. The day is cut at the whole
hour that brings log and totals nearest, midnight unless another hour halves the difference:
night shifts and days counted in another zone are no departure. Differences of one agent are
set off over the period, so that a call counted a day later costs nothing; what is left above
the log counts beyond the tolerance of the agreement, at least 3 dials or a minute and half a
per cent. Below the log nothing is held against anybody; where most agents of the totals have
no call in the log, codes are written in different ways. Beside it, the parts of a day (talk,
hold, wrap, available) must fit into its time on line; that only asks.

Source: schemes S42 and S43; delivered sums and reported totals are compared in every
three-way match of hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import ibis
import pandas as pd

from vendoreval.checks._answers import (
    agents_line,
    minutes,
    not_run,
    of_vendor,
    sentences,
    stack,
    total,
)
from vendoreval.checks._day_totals import (
    COUNTS,
    DURATIONS,
    MEASURES,
    PARTS_TOLERANCE_SECONDS,
    compared,
    tolerances,
)
from vendoreval.checks._priced import add, count
from vendoreval.checks._refused import refused_line, refused_of, refused_rows
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables
from vendoreval.text import N_, Count, Message, Number, Percent, msg

ID: Final = "agent_days_match_calls"
_NAMES: Final = {
    "dials": msg("dials"),
    "conversations": msg("conversations"),
    "talk_seconds": msg("minutes of talk"),
    "hold_seconds": msg("minutes of hold"),
    "wrap_seconds": msg("minutes of work after the call"),
}


_COLUMNS: Final = {"vendor": "string", "agent_id": "string"} | dict.fromkeys(
    (
        "cut", "days", "parts_days", "parts_over", "refused", *MEASURES,
        *(f"{kind}_{name}" for kind in ("log", "above", "below") for name in MEASURES),
    ),
    "int64",
)  # fmt: skip


def _with_differences(tables: Tables, scope: Scope) -> ibis.Table:
    days = compared(tables, scope)
    # an empty cell is no zero: it is compared with nothing
    days = days.mutate(
        **{f"gap_{name}": (days[name] - days[f"log_{name}"]).cast("int64") for name in MEASURES}
    )
    parts: Any = days.available_seconds.fill_null(0)
    for name in DURATIONS:
        parts = parts + days[name].fill_null(0)
    over = parts - days.line_seconds
    return days.mutate(
        parts_over=(over > PARTS_TOLERANCE_SECONDS).ifelse(over, 0).cast("int64")
    )  # fmt: skip


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    days = _with_differences(tables, scope)
    sums = {}
    for name in MEASURES:
        known, gap = days[name].notnull(), days[f"gap_{name}"]
        sums[name] = add(days[name])
        sums[f"log_{name}"] = add(known.ifelse(days[f"log_{name}"], 0))
        sums[f"above_{name}"] = count(gap > 0)
        sums[f"below_{name}"] = count(gap < 0)
    sums_of_agents = days.group_by(["vendor", "agent_id", "cut"]).agg(
        days=days.count().cast("int64"),
        parts_days=count(days.parts_over > 0),
        parts_over=add(days.parts_over),
        **sums,
    )
    return stack([sums_of_agents, refused_rows(tables, scope, "calls")], _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    days = _with_differences(tables, scope)
    differs: Any = days.parts_over > 0
    for name in MEASURES:
        differs = differs | (days[f"gap_{name}"].fill_null(0) != 0)
    shown = [column for name in MEASURES for column in (name, f"log_{name}")]
    return days.filter(differs).select(
        "vendor", "agent_id", "date", *shown, "line_seconds", "parts_over"
    )


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _excess(own: pd.DataFrame, vendor: str, scope: Scope) -> dict[str, pd.Series]:
    """Return measure -> agent -> what the totals hold beyond log and tolerance, if anything."""
    agreed = tolerances(scope.agreements[vendor])
    found = {}
    for name in MEASURES:
        net = own.set_index("agent_id")[[name, f"log_{name}", "days"]]
        over = {
            str(agent): int(row[name] - row[f"log_{name}"])
            for agent, row in net.iterrows()
            if row[name] - row[f"log_{name}"]
            > agreed[name].of(int(row[f"log_{name}"]), int(row["days"]))
        }
        if over:
            found[name] = pd.Series(over)
    return found


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    n = total(own, "days")
    if n == 0:
        return not_run(
            ID,
            vendor,
            msg("no day has both totals of agents and calls in the log"),
            msg("the totals of every agent and day, and the call log of the same days"),
        )
    by_agent = own[own["days"] > 0].groupby("agent_id")[["dials", "log_dials"]].sum()
    strange = int(((by_agent["dials"] > 0) & (by_agent["log_dials"] == 0)).sum())
    if 2 * strange > len(by_agent):
        return not_run(
            ID,
            vendor,
            msg(
                "most agents of the daily totals (%(strange)s of %(all)s) have no call in the log, "
                "so the two reports write their codes in different ways",
                strange=Count(strange),
                all=Count(len(by_agent)),
            ),
            msg("the totals with agents' codes as in the call log"),
            n,
        )
    evidence = []
    over = _excess(own, vendor, scope)
    if over:
        evidence.append(_above_the_log(frame, vendor, over))
    if total(own, "parts_days"):
        evidence.append(_parts(own, vendor))
    return Answer(vendor, _statement(own, n), n, tuple(evidence))


def _statement(own: pd.DataFrame, n: int) -> Message:
    told = [
        msg(
            "days of agents: %(n)s; dials in the totals above the log on %(above)s, below on "
            "%(below)s",
            n=Count(n),
            above=Count(total(own, "above_dials")),
            below=Count(total(own, "below_dials")),
        )
    ]
    cut = int(own["cut"].iloc[0])
    if cut:
        told.append(
            msg(
                "the vendor's day is cut %(hours)s hours from midnight, and so is the log here",
                hours=Number(cut, 0),
            )
        )
    return sentences(told)


def _compare(own: pd.DataFrame, name: str) -> Message:
    reported, logged = total(own, name), total(own, f"log_{name}")
    scale = 60 if name in DURATIONS else 1
    return msg(
        "%(name)s: totals %(reported)s, log %(logged)s, above on %(above)s days and below on "
        "%(below)s",
        name=_NAMES[name],
        reported=Number(reported / scale, 0),
        logged=Number(logged / scale, 0),
        above=Count(total(own, f"above_{name}")),
        below=Count(total(own, f"below_{name}")),
    )


def _above_the_log(frame: pd.DataFrame, vendor: str, over: dict[str, pd.Series]) -> Evidence:
    own, peers = of_vendor(frame, vendor), frame[frame["vendor"] != vendor]
    main = "talk_seconds" if "talk_seconds" in over else next(iter(over))
    timed = main in DURATIONS
    scale = 60 if timed else 1
    excess = int(over[main].sum())
    told = [_compare(own, name) for name in MEASURES if total(own, name)]
    told.append(msg("agents: %(agents)s", agents=agents_line(next(iter(over.values())))))
    refused = refused_of(frame, vendor)
    told += refused_line(refused)
    rows_over = max((int(over[name].sum()) for name in COUNTS if name in over), default=0)
    days = total(peers, "days")
    if days:
        share = total(peers, "above_dials") / days
        told.append(
            msg(
                "days above the log at the other vendors: %(share)s",
                share=Percent(share, 2),
            )
        )
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=total(own, main) / scale,
        expected=total(own, f"log_{main}") / scale,
        unit="minutes" if timed else "count",
        n=total(own, "days"),
        title=msg(
            "The daily totals hold more than the call log: %(excess)s (%(name)s)",
            excess=Number(excess / scale, 0),
            name=_NAMES[main],
        ),
        condition=sentences(told),
        criteria=msg(
            "the totals of a day are the sums of the call log; what goes both ways, and the "
            "tolerance of the agreement, is not counted"
        ),
        minutes=Range.exact(minutes(excess)) if timed else Range.exact(Decimal(0)),
        # so many calls were refused on receipt that they may be the difference
        review_only=rows_over <= refused and refused > 0,
        effect=msg("hours, bonuses and meetings rest on work that the log does not hold"),
        cause=msg(
            "probably totals written by hand or taken from another system, or calls missing in "
            "the log that was delivered"
        ),
        ask=(
            msg("from which system the daily totals come, and by which query"),
            msg("the calls behind the totals of ten of these days, each with its number"),
        ),
        filters={"vendor": vendor},
    )


def _parts(own: pd.DataFrame, vendor: str) -> Evidence:
    over = minutes(total(own, "parts_over"))
    by_agent = own.groupby("agent_id")["parts_days"].sum()
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(over),
        expected=0.0,
        unit="minutes",
        n=total(own, "days"),
        title=msg("The parts of a day are longer than its time on line"),
        condition=msg(
            "days: %(days)s of %(n)s, minutes beyond the time on line: %(minutes)s; agents: "
            "%(agents)s",
            days=Count(total(own, "parts_days")),
            n=Count(total(own, "days")),
            minutes=Number(float(over), 1),
            agents=agents_line(by_agent[by_agent > 0]),
        ),
        criteria=msg(
            "talk, hold, work after the call and waiting are parts of the time on line; up to "
            "%(tolerance)s seconds a day are left to rounding",
            tolerance=Count(PARTS_TOLERANCE_SECONDS),
        ),
        review_only=True,
        minutes=Range.exact(over),
        cause=msg("probably hold is counted inside the talk too, or the columns mean other things"),
        ask=(msg("what each column of the daily totals counts"),),
        filters={"vendor": vendor},
    )


CHECK = Check(
    id=ID,
    question=N_("Do the daily totals equal the call log?"),
    kind="fact",
    family="m",
    needs=(
        Need("agent_days", ("agent_id", "date", "dials", "conversations")),
        Need("calls", ("agent_id", "started_at", "disposition")),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="agent_days",
    honest_explanations=(
        N_("a part of the call log was not delivered, or its rows were refused on receipt"),
        N_("the totals count other work too: another client, internal calls, chats"),
        N_("the totals come from a wallboard whose counts differ from the log's"),
    ),
    what_would_clear_it=N_(
        "the missing calls with their numbers, or the definition of the totals that both sides "
        "accept"
    ),
    catches="inflated_daily_totals",
    minimum_n=1,
    about=N_(
        "Dials, conversations, talk, hold and wrap of each agent and day are set against the sums "
        "of the vendor's own call log. The day is cut at the hour at which the vendor cuts it; "
        "differences of one agent are set off over the period; what is left above the log beyond "
        "the tolerance of the agreement is reported. Totals below the log are no departure."
    ),
)
