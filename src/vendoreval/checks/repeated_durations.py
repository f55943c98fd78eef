"""Do exact durations or sequences repeat too often?

Two conversations of 73 seconds prove nothing. Three in a row with the same talk, hold and
notes as three in a row of another day do: copied lines repeat, work does not.

Method: conversations of thirty seconds and more in the order of each agent's day, over the
period and the month before it; a call id counts once, so that a repeated export copies
nothing. Runs of three conversations equal in talk, hold and notes to an earlier run of the
vendor are counted and held against chance: the pairs of all runs times the chance that two
conversations agree, three times over. The chance is doubled and more by an allowance for
calls that resemble their neighbours. Beside it, as a question: the average frequency of exact
lengths against draws from the smoothed histogram, without the round values of which another
check asks.

Source: Simonsohn 2019 (number bunching, average frequency); Barbour, Holst and Janson 1992
(Poisson approximation of coincidences).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import special

from vendoreval.aggregates.repeats import SEQUENCE_LENGTH
from vendoreval.checks._answers import agents_line, not_run, of_vendor, sentences, total
from vendoreval.checks._copied_runs import (
    COUNTS,
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    copied_rows,
    reduced,
)
from vendoreval.checks._worth import minute_price, minutes_range, worth_of
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope
from vendoreval.stats import (
    Repeats,
    gamma_poisson_e_value,
    honest_shape,
    repeated_values,
    smoothed_shares,
)
from vendoreval.text import N_, Count, Message, Money, Number, msg

ID: Final = "repeated_durations"
MINIMUM_N: Final = 200
# from this chance that two conversations agree on, lengths say nothing
_CONSTANT: Final = 0.05
# log-sd of the true number of coincidences around the computed one, and its mean beside it
_ALLOWANCE: Final = 0.7
_RESEMBLING: Final = 2.0
# times as many as chance gives, fixed beforehand
_FACTORS: Final = (2.0, 5.0, 20.0, 100.0, 1000.0)
_ROUND: Final = (5, 6)
_DRAWS: Final = 999


@dataclass(frozen=True)
class _Runs:
    """Copied runs of one vendor beside chance."""

    runs: int
    repeated: int
    expected: float
    p_value: float
    e_value: float


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    frame = frame.astype(dict.fromkeys(COUNTS, "int64"))
    return [_answer(of_vendor(frame, vendor), vendor, scope) for vendor in scope.vendors]


def _answer(own: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    by_kind = {kind: own[own["kind"] == kind] for kind in ("run", "copied", "triple", "length")}
    n = total(by_kind["length"], "calls")
    calls, pairs = total(by_kind["triple"], "calls"), total(by_kind["triple"], "triple_pairs")
    runs = total(by_kind["run"], "runs")
    if n < MINIMUM_N or runs < 2:
        return _too_few(vendor, n)
    # half a pair more, so that a chance never seen is not taken for none
    chance = (pairs + 0.5) / (calls * (calls - 1) / 2)
    if chance >= _CONSTANT:
        return _constant(vendor, chance, n)
    found = _against_chance(runs, total(by_kind["run"], "repeated"), chance)
    lengths = _lengths(by_kind["length"], scope)
    statement = msg(
        "runs of %(length)s conversations that repeat an earlier one to the second: %(repeated)s "
        "of %(runs)s; by chance %(expected)s",
        length=Count(SEQUENCE_LENGTH),
        repeated=Count(found.repeated),
        runs=Count(runs),
        expected=Number(found.expected, 4 if found.expected < 0.1 else 1),
    )
    p_lengths = 1.0 if lengths is None else lengths.p_value
    p_value = min(1.0, 2 * min(found.p_value, p_lengths))
    if found.repeated <= found.expected and p_lengths > _ASKED:
        return Answer(vendor, statement, n, e_value=found.e_value)
    evidence = _evidence(vendor, by_kind, found, (statement, lengths), p_value, scope)
    return Answer(vendor, statement, n, (evidence,), e_value=found.e_value)


_ASKED: Final = 0.05


def _against_chance(runs: int, repeated: int, chance: float) -> _Runs:
    """Return copied runs against what chance gives, with an allowance for likeness."""
    expected = _RESEMBLING * runs * (runs - 1) / 2 * chance**SEQUENCE_LENGTH
    shape = honest_shape(_ALLOWANCE**2)
    # the chance of so many or more in a Poisson count with a gamma mean
    p = 1.0
    if repeated > 0:
        p = float(special.betainc(repeated, shape, expected / (expected + shape)))
    e = gamma_poisson_e_value(repeated, expected, shape, _FACTORS)
    return _Runs(runs, repeated, expected, p, e)


def _lengths(lengths: pd.DataFrame, scope: Scope) -> Repeats | None:
    """Return the average frequency of exact lengths that are not round."""
    counts = np.zeros(LONGEST_SECONDS + 1)
    counts[lengths["length"].to_numpy(int)] = lengths["calls"].to_numpy(float)
    seconds = np.arange(len(counts))
    kept = (seconds >= SHORTEST_SECONDS) & np.logical_and.reduce([seconds % m > 0 for m in _ROUND])
    # smoothing over the round values would lend their heaps to their neighbours
    usual = counts.copy()
    usual[~kept] = np.nan
    filled = pd.Series(usual).interpolate(limit_direction="both").to_numpy(float)
    if np.nansum(usual) < MINIMUM_N:
        return None
    shares = smoothed_shares(filled)[kept]
    inside = counts[kept]
    # a second in which neither it nor its neighbours hold a call
    shares = np.where(shares > 0, shares, float(shares[shares > 0].min()))
    rng = np.random.default_rng(scope.seed)
    return repeated_values(inside, shares, rng, draws=_DRAWS)


def _constant(vendor: str, chance: float, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "one conversation in %(one)s is as long as another: the lengths say nothing",
            one=Number(1 / chance, 1),
        ),
        msg("the switch's own record of answer and hang-up to the second"),
        n,
    )


def _too_few(vendor: str, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "conversations of thirty seconds to ten minutes in the period: %(n)s; %(least)s are "
            "needed",
            n=Count(n),
            least=Count(MINIMUM_N),
        ),
        msg("the call log with talk, hold and notes of every call in seconds"),
        n,
    )


def _evidence(
    vendor: str,
    by_kind: dict[str, pd.DataFrame],
    found: _Runs,
    told: tuple[Message, Repeats | None],
    p_value: float,
    scope: Scope,
) -> Evidence:
    spare = _minutes(by_kind["copied"], found)
    money = worth_of(spare, minute_price(vendor, scope))
    effect = msg(
        "conversations inside copied runs, minutes: %(minutes)s",
        minutes=Number(float(spare.point), 1),
    )
    if money is not None:
        worth = msg(
            "worth %(point)s net of VAT, likely at least %(low)s",
            point=Money(money.point, scope.currency),
            low=Money(money.low, scope.currency),
        )
        effect = sentences([effect, worth])
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(found.repeated),
        expected=round(found.expected, 6),
        unit="runs",
        n=total(by_kind["length"], "calls"),
        title=msg("Runs of conversations repeat earlier ones to the second"),
        condition=sentences(_condition(by_kind["run"], *told)),
        criteria=msg(
            "three conversations in a row are hardly ever as long, held as long and written up as "
            "long as three in a row before them"
        ),
        p_value=p_value,
        e_value=found.e_value,
        grade="E1",
        minutes=spare,
        money=money,
        effect=effect,
        cause=msg("probably lines copied from another day, by a person or by an export"),
        ask=(
            msg("the recordings of ten of the listed runs and of those they repeat"),
            msg("the carrier's record of the listed calls"),
        ),
        filters={"vendor": vendor},
    )


def _condition(runs: pd.DataFrame, statement: Message, lengths: Repeats | None) -> list[Message]:
    told = [statement]
    named = runs[runs["repeated"] > 0].groupby("agent_id")["repeated"].sum()
    if len(named):
        told.append(msg("agents with the most: %(agents)s", agents=agents_line(named)))
    if lengths is not None:
        told.append(
            msg(
                "an exact length that is not round occurs %(seen)s times on average, by chance "
                "%(expected)s times",
                seen=Number(lengths.average_frequency, 2),
                expected=Number(lengths.expected, 2),
            )
        )
    return told


def _minutes(copied: pd.DataFrame, found: _Runs) -> Range:
    """Return the minutes in copied runs: all of them, and without what chance may copy."""
    seconds = total(copied, "seconds")
    if not found.repeated:
        return minutes_range((0.0, 0.0, 0.0))
    by_chance = min(1.0, found.expected / found.repeated)
    worst = min(1.0, (found.expected + 3 * np.sqrt(found.expected)) / found.repeated)
    return minutes_range((seconds * (1 - worst), seconds * (1 - by_chance), float(seconds)))


CHECK = Check(
    id=ID,
    question=N_("Do exact durations or sequences repeat too often?"),
    kind="pattern",
    family="e",
    needs=(Need("calls", ("agent_id", "started_at", "talk_seconds", "disposition")),),
    reduce=reduced,
    judge=_judge,
    rows=copied_rows,
    row_report="calls",
    honest_explanations=(
        N_("an export that was begun again and gave the same calls new numbers"),
        N_("two systems that log the same calls, joined into one file"),
        N_("a campaign of recorded messages, which all last alike"),
    ),
    what_would_clear_it=N_(
        "the carrier's record or the recordings of both runs: calls that were made twice are "
        "there twice"
    ),
    catches="replayed_calls",
    minimum_n=MINIMUM_N,
    least_vendors=1,
    about=N_(
        "Runs of three conversations of an agent's day that equal an earlier run of the same "
        "vendor in talk, hold and notes, to the second, are counted over the period and the month "
        "before it and held against chance, which is doubled and given a wide allowance because "
        "calls resemble their neighbours. Call numbers that occur twice count once. The average "
        "frequency of exact lengths is a question beside it. The minutes are those of the calls "
        "in copied runs. Source: Simonsohn 2019; Barbour, Holst and Janson 1992."
    ),
)
