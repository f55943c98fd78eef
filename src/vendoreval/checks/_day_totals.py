"""The day's totals of agents beside the same sums of the call log, at the vendor's own day cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any, Final

import ibis
from ibis import _

from vendoreval.aggregates.base import day_number, offsets
from vendoreval.agreement import Agreement
from vendoreval.agreement.extensions import Reconcile
from vendoreval.checks._answers import in_period
from vendoreval.checks._busy import in_period_around
from vendoreval.checks._priced import add, calls_of, cards_of, count
from vendoreval.checks.base import Scope, Tables
from vendoreval.tables import CONVERSATION

COUNTS: Final = ("dials", "conversations")
DURATIONS: Final = ("talk_seconds", "hold_seconds", "wrap_seconds")
MEASURES: Final = (*COUNTS, *DURATIONS)
_HOUR: Final = 3600
_DAY: Final = 86_400
# a night shift, or a day in another zone, is cut at one of these hours
_CUTS: Final = (0, *(hours * sign for hours in range(1, 13) for sign in (1, -1)))
# seconds by which the parts of a day may exceed the time on line
PARTS_TOLERANCE_SECONDS: Final = 60


@dataclass(frozen=True)
class Tolerance:
    """How far an agent's totals of a period may lie from the log.

    The larger of the two holds; what the agreement allows for a day counts for each day.
    """

    absolute: Decimal
    relative: Decimal
    a_day: Decimal = Decimal(0)

    def of(self, logged: int, days: int) -> Decimal:
        """Return what is allowed for so much in the log on so many days."""
        return max(self.absolute, self.relative * logged, self.a_day * days)


# an export cut a moment later than the log, and a row refused on receipt, are of this size
_USUAL: Final = {
    **dict.fromkeys(COUNTS, Tolerance(Decimal(3), Decimal("0.005"))),
    **dict.fromkeys(DURATIONS, Tolerance(Decimal(60), Decimal("0.005"))),
}
_SECONDS_OF: Final = {"s": 1, "min": 60, "h": 3600}


def tolerances(agreement: Agreement) -> dict[str, Tolerance]:
    """Return measure -> tolerance: the usual one, or a wider one that both sides agreed."""
    found = dict(_USUAL)
    contract = getattr(agreement, "contract", None)
    for part in (contract.schema_objects or ()) if contract is not None else ():
        for quality in part.quality or ():
            rule = quality.extension("reconcile", Reconcile)
            told: Mapping[str, Any] = rule.model_dump() if rule is not None else {}
            measure = _measure(told)
            if measure is not None:
                found[measure] = _agreed(told["tolerance"], found[measure], measure)
    return found


def _measure(told: Mapping[str, Any]) -> str | None:
    """Return the measure of a rule that holds a day's totals against the log."""
    if not told or told["left"]["report"] != "agent_days" or told["right"]["report"] != "calls":
        return None
    summed = str(told["left"].get("measure") or "").replace(" ", "").lower()
    return next((name for name in MEASURES if summed == f"sum({name})"), None)


def _agreed(told: Mapping[str, Any], usual: Tolerance, measure: str) -> Tolerance:
    scale = _SECONDS_OF.get(told.get("unit") or "s", 1) if measure in DURATIONS else 1
    relative = max(usual.relative, Decimal(str(told.get("relative") or 0)))
    a_day = Decimal(str(told.get("absolute") or 0)) * scale
    return Tolerance(usual.absolute, relative, a_day)


# ------------------------------------------------------------------ the log by day


def _offset(second: Any, vendor: Any, scope: Scope) -> Any:
    """Return the distance of a vendor's zone from UTC, in seconds, without asking the engine."""
    branches = []
    for name, agreement in cards_of(scope).items():
        calls = agreement.reports.get("calls")
        zone = calls.timezone if calls is not None else scope.settings.timezone
        steps = offsets(zone, scope.period)
        value = reduce(
            lambda value, step: (second >= step[0]).ifelse(step[1], value),
            steps[1:],
            ibis.literal(steps[0][1]),
        )
        branches.append((vendor == name, value))
    return ibis.cases(*branches, else_=ibis.literal(0)) if branches else ibis.literal(0)


def _hours(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the log's sums by agent and local hour, a day more than the period on each side."""
    calls = tables["calls"]
    day = ibis.interval(days=1)
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        in_period_around(calls.started_on, scope, day),
        ~calls.is_test.fill_null(False),
    )
    second = calls.started_at.epoch_seconds().cast("int64")
    calls = calls.mutate(
        hour=((second + _offset(second, calls.vendor, scope)) / _HOUR).floor().cast("int64")
    )
    return calls.group_by(["vendor", "agent_id", "hour"]).agg(
        dials=calls.count().cast("int64"),
        conversations=count(calls.disposition.isin(CONVERSATION)),
        **{name: add(calls[name]) for name in DURATIONS},
    )


def _day_of(hour: Any, cut: Any) -> Any:
    """Return the day of a local hour where the day ends so many hours after midnight."""
    return ((hour - cut) / 24).floor().cast("int64")


def _with_log(days: ibis.Table, logged: ibis.Table) -> ibis.Table:
    """Put the sums of the log beside the totals of the same agent, day and cut."""
    joined = days.left_join(
        logged,
        [
            days.vendor == logged.log_vendor, days.agent_id == logged.log_agent,
            days.day == logged.log_day, days.cut == logged.log_cut,
        ],
    )  # fmt: skip
    names = [name for name in joined.columns if name.removeprefix("log_") in MEASURES]
    names = [name for name in names if name.startswith("log_")]
    return joined.mutate(**{name: joined[name].fill_null(0) for name in names}).drop(
        "log_vendor", "log_agent", "log_day", "log_cut"
    )


def _sums(spread: ibis.Table, measures: Sequence[str]) -> ibis.Table:
    return spread.group_by(
        log_vendor="vendor", log_agent="agent_id", log_day="day", log_cut="cut"
    ).agg(**{f"log_{name}": add(spread[name]) for name in measures})  # fmt: skip


def _reported(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the totals of the days on which the vendor's log holds any call."""
    days = tables["agent_days"]
    days = days.select(
        "vendor", "agent_id", "date", "line_seconds", "available_seconds", *MEASURES
    ).filter(_.vendor.isin(scope.vendors), in_period(_.date, scope.period.start, scope.period.end))
    calls = calls_of(tables, scope)
    held = calls.select(held_vendor="vendor", held_on="started_on").distinct()
    return days.join(
        held, [days.vendor == held.held_vendor, days.date == held.held_on]
    ).select(
        "vendor", "agent_id", "date", "line_seconds", "available_seconds", *MEASURES,
        day=day_number(days.date),
    )  # fmt: skip


def compared(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the agents' days with the sums of the log beside them.

    The log is cut into days at the hour that brings it nearest to the totals, midnight
    unless another at least halves the difference: a night shift is counted where its
    report counts it. Columns as the report, `log_*` for the log, and `cut`.
    """
    reported, hours = _reported(tables, scope), _hours(tables, scope)
    chosen = _chosen(reported, hours)
    days = reported.join(chosen, reported.vendor == chosen.cut_vendor).drop("cut_vendor")
    spread = hours.join(chosen, hours.vendor == chosen.cut_vendor)
    spread = spread.mutate(day=_day_of(spread.hour, spread.cut))
    return _with_log(days, _sums(spread, MEASURES))


def _chosen(reported: ibis.Table, hours: ibis.Table) -> ibis.Table:
    """Return each vendor's cut, by the dials alone."""
    cuts = ibis.literal(list(_CUTS)).unnest().name("cut")
    days = reported.select("vendor", "agent_id", "day", "dials").mutate(cut=cuts)
    spread = hours.select("vendor", "agent_id", "hour", "dials").mutate(cut=cuts)
    spread = spread.mutate(day=_day_of(spread.hour, spread.cut))
    both = _with_log(days, _sums(spread, ("dials",)))
    both = both.mutate(gap=(both.dials - both.log_dials).abs())
    sums = both.group_by(["vendor", "cut"]).agg(apart=both.gap.sum().cast("int64"))
    # another hour must explain at least half of what midnight leaves
    rank = ibis.cases((sums.cut == 0, sums.apart), else_=sums.apart * 2).cast("int64")
    sums = sums.mutate(rank=rank)
    order = ibis.window(group_by="vendor", order_by=["rank", sums.cut.abs(), "cut"])
    first = sums.mutate(place=ibis.row_number().over(order))
    first = first.filter(first.place == 0)
    return first.select(cut_vendor="vendor", cut="cut")
