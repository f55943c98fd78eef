"""Did past days change, and in whose favour?

A delivery may be corrected; that is what corrections are for. But where days that were
delivered before come back with longer calls, more sales or fewer refusals, and hardly ever
the other way, the record of the past follows the invoice and not the work.

Method: the ledger keeps every delivery. One that takes the place of an earlier one is set
against it row by row: changed, added, left out. More seconds, more sales, more money, a row
more, a step forward in the funnel, an unsuccessful company less are in the vendor's favour;
the opposite is against it. Corrections posted with a reason were agreed and are counted
apart; so are rows that had been kept out for their faults and came mended. A direction is
only stated where the exact sign test excludes chance at five per cent. Asked are the days of
the period, and earlier days that changed within it.

Source: schemes S33 and S34; the sign test of Arbuthnott (1710), one-sided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import ibis
import pandas as pd
from scipy import special

from vendoreval.checks._answers import (
    in_period,
    minutes,
    not_run,
    of_vendor,
    sentences,
    stack,
    total,
)
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables
from vendoreval.engine import day_of
from vendoreval.tables import CONVERSATION, STAGES, UNSUCCESSFUL
from vendoreval.text import N_, Count, Day, Message, Number, Percent, msg

ID: Final = "restated_history"
CHANCE: Final = 0.05
_RANKS: Final = {stage: rank for rank, stage in enumerate(STAGES) if stage not in UNSUCCESSFUL}
_COUNTS: Final = ("better", "worse", "even", "agreed", "mended", "changed", "added", "removed",
                  "seconds")  # fmt: skip
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "report": "string", "rows": "int64",
    **dict.fromkeys(_COUNTS, "int64"), "first_on": "date", "last_on": "date",
    "received_on": "date",
}  # fmt: skip


def _restated(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the rows that changed, each with the side it speaks for: 1 vendor, -1 client."""
    rows = tables["restated"]
    start, end = scope.period.start, scope.period.end
    rows = rows.filter(
        rows.vendor.isin(scope.vendors),
        rows.day_on < ibis.literal(end),
        (rows.day_on >= ibis.literal(start)) | in_period(rows.received_on, start, end),
    )
    seconds = rows.seconds_after.fill_null(0) - rows.seconds_before.fill_null(0)
    money = rows.amount_after.fill_null(0) - rows.amount_before.fill_null(0)
    step = _step(rows)
    gain = (rows.change == "added").ifelse(1, (rows.change == "removed").ifelse(-1, 0))
    # a company that leaves a past snapshot leaves the denominator with it
    is_bank = rows.report == "funnel"
    left = (rows.change == "removed") & rows.outcome_before.isin(UNSUCCESSFUL)
    gain = is_bank.ifelse(left.ifelse(1, 0), gain)
    side = ibis.coalesce(
        _sign(seconds).nullif(0), _sign(money).nullif(0), step.nullif(0), gain
    ).cast("int64")
    side = is_bank.ifelse(ibis.ifelse(rows.change == "changed", step, gain), side)
    side = (rows.change == "mended").ifelse(0, side)
    is_agreed = (rows.reason.fill_null("") != "").cast("int64")
    return rows.mutate(side=side.cast("int64"), moved=seconds.cast("int64"), agreed=is_agreed)


def _sign(value: ibis.Value) -> ibis.Value:
    return (value > 0).ifelse(1, (value < 0).ifelse(-1, 0)).cast("int64")


def _step(rows: ibis.Table) -> ibis.Value:
    """Return 1 for a step forward in the funnel or towards a paid conversation, -1 for back."""

    def rank(column: ibis.Value) -> ibis.Value:
        stage = column.cases(*_RANKS.items(), else_=-1)
        return column.isin(CONVERSATION).ifelse(1, stage)

    both = (rows.change == "changed") & rows.outcome_before.notnull() & rows.outcome_after.notnull()
    return both.ifelse(_sign(rank(rows.outcome_after) - rank(rows.outcome_before)), 0)


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    rows = _restated(tables, scope)
    own = (rows.agreed == 0) & (rows.change != "mended")

    def counted(condition: ibis.Value) -> ibis.Value:
        return condition.cast("int64").sum().cast("int64")

    restated = rows.group_by(["vendor", "report"]).agg(
        better=counted(own & (rows.side > 0)),
        worse=counted(own & (rows.side < 0)),
        even=counted(own & (rows.side == 0)),
        agreed=counted(rows.agreed == 1),
        mended=counted((rows.change == "mended") & (rows.agreed == 0)),
        changed=counted(own & (rows.change == "changed")),
        added=counted(own & (rows.change == "added")),
        removed=counted(own & (rows.change == "removed")),
        seconds=own.ifelse(rows.moved, 0).sum().cast("int64"),
        first_on=rows.day_on.min(),
        last_on=rows.day_on.max(),
        received_on=rows.received_on.max(),
    )
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        in_period(calls.started_on, scope.period.start, scope.period.end),
    )
    held = calls.group_by("vendor").agg(rows=calls.count().cast("int64"))
    return stack(
        [
            restated.mutate(kind=ibis.literal("restated")),
            held.mutate(kind=ibis.literal("rows")),
        ],
        _COLUMNS,
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    rows = _restated(tables, scope)
    rows = rows.filter(rows.agreed == 0, rows.change != "mended", rows.side > 0)
    return rows.select(
        "vendor", "report", "row_key", "day_on", "change", "seconds_before", "seconds_after",
        "amount_before", "amount_after", "outcome_before", "outcome_after", "delivery",
        "by_delivery", "received_on",
    )  # fmt: skip


def sign_test(better: int, worse: int) -> float:
    """Return how often as many of equally likely signs fall on one side by chance.

    Examples
    --------
    >>> round(sign_test(9, 1), 4)
    0.0107
    """
    n = better + worse
    return float(special.bdtrc(better - 1, n, 0.5)) if better else 1.0


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str) -> Answer:
    own = of_vendor(frame, vendor)
    n = total(own[own["kind"] == "rows"], "rows")
    if not n:
        return not_run(
            ID,
            vendor,
            msg("the call log holds no call of the period"),
            msg("the call log of the period, and every corrected file as a file of its own"),
        )
    restated = own[own["kind"] == "restated"]
    evidence = [
        _evidence(frame, vendor, {str(name): value for name, value in row.items()}, n)
        for row in restated.to_dict("records")
        if sign_test(int(row["better"]), int(row["worse"])) <= CHANCE
    ]
    evidence.sort(key=lambda one: (-one.observed, str(one.filters["report"])))
    return Answer(vendor, _statement(restated), n, tuple(evidence))


def _statement(restated: pd.DataFrame) -> Message:
    if restated.empty:
        return msg("no row delivered before was changed")
    return msg(
        "rows of earlier deliveries in the vendor's favour: %(better)s, against it: %(worse)s, "
        "neither: %(even)s; corrected with an agreed reason: %(agreed)s, mended after faults: "
        "%(mended)s",
        **{name: Count(total(restated, name)) for name in _COUNTS[:5]},
    )


def _evidence(frame: pd.DataFrame, vendor: str, row: dict[str, Any], n: int) -> Evidence:
    counts = {name: int(row[name]) for name in _COUNTS}
    report = str(row["report"])
    spent = minutes(max(counts["seconds"], 0))
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(counts["better"]),
        expected=float(counts["worse"]),
        unit="rows",
        n=n,
        title=msg(
            "Past rows of %(report)s changed in the vendor's favour: %(better)s, against it: "
            "%(worse)s",
            report=report, better=Count(counts["better"]), worse=Count(counts["worse"]),
        ),
        condition=sentences(
            [_what_changed(row, counts), _direction(counts), *_peers(frame, vendor, report)]
        ),
        criteria=msg(
            "a day that was delivered is changed only with a reason that the client accepted"
        ),
        effect=msg("talk in all: %(minutes)s minutes more than first delivered",
                   minutes=Number(float(spent), 1)) if spent else None,
        minutes=Range.exact(spent) if spent else None,
        cause=msg("probably a later run of the same export, or work entered after the day"),
        ask=(
            msg("for every row that changed: what was wrong before, who changed it and when"),
            msg("from now on a reason with every corrected file"),
        ),
        filters={"vendor": vendor, "report": report},
    )  # fmt: skip


def _what_changed(row: dict[str, object], counts: dict[str, int]) -> Message:
    return msg(
        "changed: %(changed)s, added: %(added)s, left out: %(removed)s; days from %(first)s to "
        "%(last)s, the last correction came on %(received)s",
        changed=Count(counts["changed"]), added=Count(counts["added"]),
        removed=Count(counts["removed"]), first=Day(day_of(row["first_on"])),
        last=Day(day_of(row["last_on"])), received=Day(day_of(row["received_on"])),
    )  # fmt: skip


def _direction(counts: dict[str, int]) -> Message:
    chance = sign_test(counts["better"], counts["worse"])
    if chance < 0.0001:
        return msg("if both directions were alike, so many on one side would not happen by chance "
                   "(sign test, p < 0.0001)")  # fmt: skip
    return msg(
        "if both directions were alike, so many on one side would be rare (sign test, p = %(p)s)",
        p=Number(chance, 4),
    )


def _peers(frame: pd.DataFrame, vendor: str, report: str) -> list[Message]:
    others = frame[(frame["vendor"] != vendor) & (frame["kind"] == "restated")]
    others = others[others["report"] == report]
    better, worse = total(others, "better"), total(others, "worse")
    if not len(frame[(frame["vendor"] != vendor) & (frame["kind"] == "rows")]):
        return []
    if not better + worse:
        return [msg("the other vendors changed no such row")]
    return [
        msg("at the other vendors %(share)s of %(n)s such rows changed in their favour",
            share=Percent(better / (better + worse), 0), n=Count(better + worse))
    ]  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_("Did past days change, and in whose favour?"),
    kind="fact",
    family="i",
    needs=(Need("calls", ("call_id", "started_at", "talk_seconds")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="restated",
    honest_explanations=(
        N_("a correction was agreed with the client and posted without its reason"),
        N_("calls made while the line to the system was down were entered later"),
        N_("the former export ended before the day was over"),
        N_("the system was moved or its clock or time zone mended, and all rows with it"),
        N_("codes of outcomes were renamed"),
    ),
    what_would_clear_it=N_(
        "the reason of every correction with the client's consent, or the log of the vendor's "
        "system that shows when each row was written"
    ),
    catches="restated_history",
    minimum_n=1,
    about=N_(
        "The ledger keeps every delivery, so that a corrected file can be set against the one "
        "it replaced, row by row. Changes with an agreed reason and rows mended after they had "
        "been refused are counted apart. The sign test says whether the rest of the changes "
        "fall on the vendor's side more often than chance would have it."
    ),
)
