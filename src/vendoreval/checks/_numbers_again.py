"""How often the same numbers are talked to and dialled, by quarter and agent."""

from __future__ import annotations

from typing import Final

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.aggregates.base import add, count
from vendoreval.checks._answers import stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks._crews import with_crews
from vendoreval.checks._levels import Level, window_of
from vendoreval.checks.base import Scope, Tables
from vendoreval.stats import rarefied_top_share
from vendoreval.tables import CONVERSATION

FloatArray = npt.NDArray[np.float64]

QUARTER_MONTHS: Final = 3
TOP_SHARE: Final = 0.01
#: talks with one number above this count as so many
MOST_TALKS: Final = 100
#: dials of a number that has not answered once, beyond which another one is in question
MANY_DIALS: Final = 10
COUNTS: Final = ("talks", "own_talks", "numbers", "seconds", "period_seconds", "dials",
                 "dead_dials", "period_dead_dials", "shared_talks")  # fmt: skip
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "agent_id": "string", "campaign_id": "string",
    "current": "int64",
} | dict.fromkeys(COUNTS, "int64")  # fmt: skip


def numbered_calls(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the calls of the window with the `number` they count for and their quarter.

    Many companies may sit behind one switchboard: a call counts for its lead where the
    client's list confirms the number or knows none, else for the number dialled. Quarter 0
    ends with the audited period.
    """
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    leads = tables["leads"]
    listed = leads.group_by(listed_lead="lead_id").agg(
        listed_phone=leads.phone.max(), listed_too=leads.phone.min()
    )
    calls = calls.left_join(listed, calls.lead_id == listed.listed_lead)
    same = (calls.phone == calls.listed_phone) | (calls.phone == calls.listed_too)
    confirmed = calls.listed_phone.isnull() | calls.phone.isnull() | same
    by_lead = (calls.lead_id.notnull() & confirmed).fill_null(False)
    calls = calls.mutate(
        number=by_lead.ifelse("lead " + calls.lead_id.fill_null(""), calls.phone),
        quarter=_quarter(calls, scope),
        campaign_id=calls.campaign_id.fill_null(""),
        in_period=(calls.started_on >= ibis.literal(scope.period.start)).cast("int64"),
        spoken=((calls.talk_seconds > 0) & calls.disposition.isin(CONVERSATION)).cast("int64"),
        connected=(calls.talk_seconds > 0).cast("int64"),
    )
    return calls.filter(calls.number.notnull())


def _quarter(calls: ibis.Table, scope: Scope) -> ibis.Value:
    quarter = ibis.literal(0)
    for back in range(1, 4):
        start = scope.period.months_back(QUARTER_MONTHS * back).start
        quarter = (calls.started_on < ibis.literal(start)).ifelse(back, quarter)
    return quarter.cast("int64")


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return histograms of talks and counts of dials.

    Kind `all`: numbers with so many talks in a quarter, and the talk on them. Kind `own`:
    numbers on which `agent_id` (or a group of agents) had `own_talks` of the `talks`; it
    serves to leave each out. Kind `dials`: dials of an agent, and those on numbers that
    never answered in the quarter beyond the tenth.
    """
    calls = with_crews(numbered_calls(tables, scope))
    return stack([*_talks(calls), _dials(calls)], _COLUMNS)


def _talks(calls: ibis.Table) -> list[ibis.Table]:
    talks = calls.filter(calls.spoken == 1)
    key = ["vendor", "quarter", "number"]
    own = talks.group_by([*key, "crew"]).agg(
        own_talks=talks.count().cast("int64"),
        seconds=add(talks.talk_seconds),
        period_seconds=add(talks.in_period * talks.talk_seconds),
    )
    whole = own.group_by(key).agg(
        talks=ibis.least(add(own.own_talks), MOST_TALKS).cast("int64"),
        seconds=add(own.seconds),
        period_seconds=add(own.period_seconds),
    )
    every = whole.group_by(["vendor", "quarter", "talks"]).agg(
        numbers=whole.count().cast("int64"),
        seconds=add(whole.seconds),
        period_seconds=add(whole.period_seconds),
    )
    totals = whole.select(
        whole_vendor="vendor", whole_quarter="quarter", whole_number="number", talks="talks"
    )
    parts = own.join(
        totals,
        [own.vendor == totals.whole_vendor, own.quarter == totals.whole_quarter,
         own.number == totals.whole_number],
    )  # fmt: skip
    parts = parts.mutate(own_talks=ibis.least(parts.own_talks, parts.talks).cast("int64"))
    crews = parts.group_by(["vendor", "quarter", "crew", "talks", "own_talks"]).agg(
        numbers=parts.count().cast("int64")
    )
    return [
        every.mutate(kind=ibis.literal("all"), current=every.quarter),
        crews.mutate(kind=ibis.literal("own"), agent_id=crews.crew, current=crews.quarter),
    ]


def _dials(calls: ibis.Table) -> ibis.Table:
    key = ["vendor", "quarter", "number"]
    along = ibis.window(group_by=key, order_by=["started_at", "call_id"])
    calls = calls.mutate(
        place=ibis.row_number().over(along).cast("int64"),
        answered=calls.connected.sum().over(ibis.window(group_by=key)),
    )
    dead = ((calls.answered == 0) & (calls.place >= MANY_DIALS)).cast("int64")
    calls = calls.mutate(is_dead=dead)
    counted = calls.group_by(["vendor", "quarter", "crew", "campaign_id"]).agg(
        dials=calls.count().cast("int64"),
        dead_dials=count(calls.is_dead == 1),
        period_dead_dials=add(calls.is_dead * calls.in_period),
    )
    return counted.mutate(
        kind=ibis.literal("dials"), agent_id=counted.crew, current=counted.quarter
    )


def rows_of_top_numbers(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the talks of the period with the most talked to hundredth of the quarter's numbers."""
    calls = numbered_calls(tables, scope)
    talks = calls.filter(calls.spoken == 1, calls.quarter == 0)
    numbers = talks.group_by(top_vendor="vendor", top_number="number").agg(
        talks=talks.count().cast("int64"), talk=add(talks.talk_seconds)
    )
    ranked = ibis.window(
        group_by="top_vendor",
        order_by=[numbers.talks.desc(), numbers.talk.desc(), numbers.top_number],
    )
    numbers = numbers.mutate(
        place=ibis.row_number().over(ranked).cast("int64"),
        many=numbers.count().over(ibis.window(group_by="top_vendor")).cast("int64"),
    )
    top = numbers.filter(numbers.place * round(1 / TOP_SHARE) < numbers.many, numbers.talks > 1)
    now = talks.filter(talks.in_period == 1)
    joined = now.join(top, [now.vendor == top.top_vendor, now.number == top.top_number])
    return joined.mutate(seconds=joined.talk_seconds).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "phone",
        "disposition", "talk_seconds", "talks", "seconds",
    )  # fmt: skip


# ------------------------------------------------------------------- levels


def histogram(frame: pd.DataFrame) -> FloatArray:
    """Return how many numbers have k talks, k from 0."""
    counts = np.zeros(MOST_TALKS + 1)
    np.add.at(counts, frame["talks"].to_numpy(int), frame["numbers"].to_numpy(float))
    return counts


def talks_for_each(counts: FloatArray) -> float:
    """Return the talks for each number talked to."""
    return float((counts * np.arange(len(counts))).sum() / max(counts.sum(), 1.0))


def top_level(every: pd.DataFrame, own: pd.DataFrame, at: float) -> Level:
    """Return the logarithm of the part of talks on the top hundredth of numbers, and its variance.

    Parameters
    ----------
    every, own
        Rows of kinds `all` and `own` of one vendor and stretch.
    at
        Talks for each number to which the histogram is thinned, so that vendors who talk
        more often are not taken for odd. The variance comes from leaving out each agent
        (or group), and is at least what chance gives.
    """
    whole = histogram(every)
    share = _thinned(whole, at)
    left = np.array([_thinned(_without(whole, part), at) for _, part in own.groupby("agent_id")])
    logs = np.log(left)
    count = len(logs)
    jackknife = (count - 1) / count * float(((logs - logs.mean()) ** 2).sum()) if count else 0.0
    talks = at * float(whole.sum()) * share
    return Level(float(np.log(share)), max(jackknife, 1 / max(talks, 1.0)))


def _thinned(counts: FloatArray, at: float) -> float:
    talks = float((counts * np.arange(len(counts))).sum())
    return rarefied_top_share(counts, min(talks, max(1.0, at * float(counts.sum()))), TOP_SHARE)


def _without(whole: FloatArray, part: pd.DataFrame) -> FloatArray:
    counts = whole.copy()
    talks, own = part["talks"].to_numpy(int), part["own_talks"].to_numpy(int)
    numbers = part["numbers"].to_numpy(float)
    np.add.at(counts, talks, -numbers)
    rest = talks - own
    # numbers that only this agent talked to leave with it
    kept = rest > 0
    np.add.at(counts, rest[kept], numbers[kept])
    counts = np.maximum(counts, 0.0)
    return counts if counts.any() else whole


def top_seconds(every: pd.DataFrame, column: str) -> float:
    """Return the talk on the top hundredth of numbers, a part of the last class where it is cut."""
    ranked = every.groupby("talks")[["numbers", column]].sum().sort_index(ascending=False)
    left = TOP_SHARE * float(ranked["numbers"].sum())
    total = 0.0
    for numbers, seconds in zip(ranked["numbers"], ranked[column], strict=True):
        part = min(1.0, left / float(numbers))
        total += part * float(seconds)
        left -= part * float(numbers)
        if left <= 0:
            break
    return total
