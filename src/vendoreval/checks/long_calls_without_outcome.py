"""Is too much time spent in long calls that end in nothing?

A conversation that sells takes time; one that ends in nothing need not. Minutes are padded
most easily where nobody looks: a refusal held open for ten minutes, a line left on hold.

Method: conversations without an outcome, by campaign and outcome. A call is long beyond the
length under which 95 % of all vendors' calls of its kind stay. Seconds beyond that limit over
those expected at the common rate of the strata, with the error between agents, are held
against the other vendors with their honest spread, or against the vendor's own earlier months;
the agents are held against their colleagues. Control: where calls that ended in something are
longer as well, the script or the language is the likelier reason, and the check only asks.
Lengths at which a switch gives up are a spike and no tail; they are left out. The
Mantel-Haenszel odds ratio is printed as a description.

Not visible: a vendor alone with padding since its first month.

Source: Handcock and Morris 1999 (relative distribution); Mantel and Haenszel 1959; errors
clustered by agent, without which a fifth of honest vendors would be accused at 1 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vendoreval.checks._answers import agents_line, of_others, of_vendor, total
from vendoreval.checks._departure import (
    Figures,
    Words,
    answered,
    enough_conversations,
    evidence_of_departure,
    too_few_conversations,
)
from vendoreval.checks._levels import Counted
from vendoreval.checks._long_calls import COUNTS, long_call_rows, reduced
from vendoreval.checks._people import Departure, departures
from vendoreval.checks.base import Answer, Check, Need, Scope
from vendoreval.stats import mantel_haenszel
from vendoreval.text import N_, Count, Message, Number, Percent, msg

ID: Final = "long_calls_without_outcome"
MINIMUM_N: Final = 150
_STRATA: Final = ("campaign_id", "disposition")
_TAIL: Final = Counted("tail", "calls", strata=_STRATA)
# a style of talk that differs by a fifth differs in the tail by far more
_TAIL_SPREAD: Final = 0.8
# calls with an outcome so much longer than elsewhere speak of the script, not of the tail
_LONGER_OUTCOMES: Final = 1.15
_FEWEST_OUTCOMES: Final = 30


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    frame = frame.astype(dict.fromkeys((*COUNTS, "current"), "int64"))
    fruitless = _with_tail(frame[frame["kind"] == "fruitless"])
    found = departures(
        fruitless, _TAIL, _enough, scope, spread=_TAIL_SPREAD, house_is_evidence=True
    )
    return [_answer(frame, vendor, found.get(vendor), scope) for vendor in scope.vendors]


def _with_tail(calls: pd.DataFrame) -> pd.DataFrame:
    """Add `tail`: seconds beyond the limits, in units that vary like a count.

    Beyond its limit a call lasts about exponentially long; so many of them together vary
    as half as many events do.
    """
    long_calls = total(calls, "long_calls")
    each = 2 * total(calls, "excess_seconds") / long_calls if long_calls else 1.0
    return calls.assign(tail=calls["excess_seconds"] / each)


def _enough(calls: pd.DataFrame) -> bool:
    return enough_conversations(calls, MINIMUM_N)


def _answer(frame: pd.DataFrame, vendor: str, found: Departure | None, scope: Scope) -> Answer:
    now = frame[(frame["kind"] == "fruitless") & (frame["current"] == 1)]
    own = of_vendor(now, vendor)
    if found is None:
        return too_few_conversations(ID, own, vendor, MINIMUM_N)
    n, long_calls = total(own, "calls"), total(own, "long_calls")
    statement = msg(
        "long conversations without an outcome: %(long)s of %(n)s (%(share)s)",
        long=Count(long_calls),
        n=Count(n),
        share=Percent(long_calls / n),
    )
    beyond = total(own, "excess_seconds")
    if not found.is_above or not beyond:
        return answered(vendor, statement, n, found)
    longer = _outcome_lengths(frame, vendor)
    # people are counted in units of the tail, so the seconds are shares of it
    units = float(_with_tail(frame[frame["kind"] == "fruitless"]).loc[own.index, "tail"].sum())
    low, point, high = (beyond * part / units for part in found.excess(units))
    figures = Figures(
        observed=beyond / n,
        expected=(beyond - point) / n,
        n=n,
        told=_told(statement, own, of_others(now, vendor), longer),
        seconds=(low, point, min(high, float(beyond))),
        asks_only=longer is not None and longer > _LONGER_OUTCOMES,
    )
    evidence = evidence_of_departure(_WORDS, vendor, found, figures, scope)
    return answered(vendor, statement, n, found, evidence)


def _outcome_lengths(frame: pd.DataFrame, vendor: str) -> float | None:
    """Return how many times as long as elsewhere (or earlier) calls with an outcome are."""
    won = frame[frame["kind"] == "outcome"]
    own = of_vendor(won[won["current"] == 1], vendor)
    others = of_others(won[won["current"] == 1], vendor)
    if not total(others, "calls"):
        others = of_vendor(won[won["current"] == 0], vendor)
    if min(total(own, "calls"), total(others, "calls")) < _FEWEST_OUTCOMES:
        return None
    usual = others.groupby("disposition")[["seconds", "calls"]].sum()
    mean = (usual["seconds"] / usual["calls"]).reindex(own["disposition"]).to_numpy(float)
    known = ~np.isnan(mean)
    expected = float((own["calls"].to_numpy(float) * mean)[known].sum())
    return float(own["seconds"].to_numpy(float)[known].sum()) / expected if expected else None


def _told(
    statement: Message, own: pd.DataFrame, others: pd.DataFrame, longer: float | None
) -> list[Message]:
    told = [statement]
    seconds = total(own, "long_seconds")
    if seconds:
        told.append(
            msg(
                "billed hold inside them: %(share)s of their time",
                share=Percent(total(own, "long_hold_seconds") / seconds),
            )
        )
    odds = _odds(own, others)
    if odds is not None:
        told.append(msg("odds ratio within the same outcomes: %(odds)s", odds=Number(odds, 2)))
    if longer is not None:
        told.append(
            msg(
                "calls with an outcome last %(times)s times those compared with",
                times=Number(longer, 2),
            )
        )
    by_agent = own.groupby("agent_id")["long_calls"].sum()
    told.append(msg("agents with the most: %(agents)s", agents=agents_line(by_agent)))
    return told


def _odds(own: pd.DataFrame, others: pd.DataFrame) -> float | None:
    """Return the common odds ratio over the strata of both sides; `None` without any."""
    sums = [part.groupby(list(_STRATA))[["long_calls", "calls"]].sum() for part in (own, others)]
    both = sums[0].join(sums[1].add_suffix("_other"), how="inner")
    columns = ["long_calls", "calls", "long_calls_other", "calls_other"]
    tables = [[[a, n - a], [b, m - b]] for a, n, b, m in both[columns].to_numpy()]
    if not tables or not sum(t[0][0] * t[1][1] for t in tables):
        return None
    if not sum(t[0][1] * t[1][0] for t in tables):
        return None
    return float(mantel_haenszel(tables).odds_ratio)


_WORDS: Final = Words(
    check=ID,
    unit="seconds per call",
    title=msg("More long conversations without an outcome than usual"),
    criteria=msg(
        "conversations of the same campaign and outcome have tails alike; honest vendors and "
        "agents differ, and this spread is allowed for"
    ),
    cause=msg(
        "unknown from these data: a line held open, patience with hard cases and a longer script "
        "look alike in a log; recordings tell them apart"
    ),
    ask=(
        msg("the recordings of thirty of the listed calls, chosen by lot, from their last minute"),
        msg("the switch's record of hold and of who hung up, for the listed calls"),
    ),
)

CHECK = Check(
    id=ID,
    question=N_("Is too much time spent in long calls that end in nothing?"),
    kind="pattern",
    family="l",
    needs=(Need("calls", ("agent_id", "talk_seconds", "disposition")),),
    reduce=reduced,
    judge=_judge,
    rows=long_call_rows,
    row_report="calls",
    honest_explanations=(
        N_("some agents get the hard cases: complaints, other languages, elderly customers"),
        N_("a longer script or a notice that must be read out"),
        N_("a queue or a menu of the customer keeps the line open"),
        N_("new agents who do not yet end a conversation"),
    ),
    what_would_clear_it=N_(
        "recordings of the long calls in which somebody speaks to the end, or the reason why "
        "these agents get the long cases"
    ),
    catches="long_calls_held_open",
    minimum_n=MINIMUM_N,
    about=N_(
        "Of the conversations without an outcome those are long that last beyond what 95 %% of "
        "all vendors' calls of the same campaign and outcome stay under. The seconds beyond it "
        "over the expected ones, with the error between agents, are held against the other vendors "
        "(from six on with their measured spread, otherwise as a question) or against the "
        "vendor's own earlier months; agents are held against their colleagues, as a question. "
        "The minutes are those beyond the limits above the usual. Calls with an outcome are the "
        "control. Source: Handcock and Morris 1999; Mantel and Haenszel 1959."
    ),
    least_vendors=6,
)
