"""Do calls bunch just above the billable minimum?

Where a call of 59 seconds is free and one of 60 seconds is paid, a few seconds of waiting
are worth a minute. Honest lengths do not know the card: their histogram is smooth there.

Method: the threshold is the length at which one more second is charged most by the card in
force. The histogram of conversations around it (of the period, or where that is too small of
the months since the clause) is fitted by a smooth curve and
a bump of five seconds (log-linear Poisson model, round seconds allowed for, misfit in the
error). Controls, each of which must leave the bump standing: the same vendor before the
clause, the other vendors whose card has no threshold there, and lengths near by that pay
nothing, where these bunch themselves. A script that ends at the threshold bunches all agents
alike, waiting for it only some: so only agents who stand out among their colleagues are more
than a question.

Not visible: a bump that all agents of a vendor share since the clause began may be a script.

Source: Saez 2010; Chetty, Friedman, Olsen and Pistaferri 2011; Kleven 2016.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.checks._answers import not_run, of_vendor
from vendoreval.checks._departure import Figures, Words, answered, evidence_of_departure
from vendoreval.checks._levels import Counted
from vendoreval.checks._people import Departure, people_of
from vendoreval.checks._thresholds import (
    AROUND_SECONDS,
    LEAST_STEP_SECONDS,
    Threshold,
    bump_rows,
    lengths,
    thresholds,
)
from vendoreval.checks.base import Answer, Check, Need, Scope, Tables, Unseen
from vendoreval.stats import (
    Bunching,
    bunching,
    bunching_difference,
    bunching_interval,
    placebo_thresholds,
)
from vendoreval.text import N_, Count, Message, Number, msg

ID: Final = "just_over_the_threshold"
MINIMUM_N: Final = 100
WIDTH: Final = 5
_DRAWS: Final = 400
# above the threshold only: calls moved to it leave a hole below that looks like a bump beside
_PLACEBO_SHIFTS: Final = (13, 27, 41)
# a placebo bunches itself when it is as rare as this among all
_PLACEBO_LEVEL: Final = 0.05 / len(_PLACEBO_SHIFTS)
_NEAR: Final = 10
_BUMP: Final = Counted("bump", "near")


@dataclass(frozen=True)
class _Measured:
    found: Bunching
    p_value: float
    controls: tuple[Message, ...]


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    frame = frame.astype({"phase": "int64", "seconds": "int64", "calls": "int64"})
    known = thresholds(scope)
    return [_answer(frame, vendor, known, scope) for vendor in scope.vendors]


def _answer(
    frame: pd.DataFrame, vendor: str, known: Mapping[str, Threshold], scope: Scope
) -> Answer:
    threshold = known.get(vendor)
    if threshold is None:
        return _no_threshold(vendor)
    own = of_vendor(frame, vendor)
    # a month of a small vendor holds too few of these calls: then all since the clause
    for phase in (2, 1):
        used = own[own["phase"] >= phase]
        counts = _histogram(used, threshold.seconds)
        found = _bunching(counts.sum(axis=0), threshold.seconds)
        if found is not None:
            break
    n = int(counts[:, max(threshold.seconds - 40, 1) :].sum())
    if found is None:
        return _too_few(vendor, threshold, n)
    measured = _with_controls(frame, vendor, found, counts.sum(axis=0), known)
    people = people_of(_by_agent(used, threshold), _BUMP)
    longer = people_of(_by_agent(own[own["phase"] > 0], threshold), _BUMP)
    p_values = [measured.p_value] + ([] if people is None else [people.found.smallest_p])
    departure = Departure(
        None,
        people,
        min(1.0, len(p_values) * min(p_values)),
        None if longer is None else longer.found.mean_e,
    )
    statement = msg(
        "calls of %(from)s to %(to)s seconds: %(observed)s; expected by a smooth curve: "
        "%(expected)s",
        **{"from": Count(threshold.seconds), "to": Count(threshold.seconds + WIDTH - 1)},
        observed=Count(round(found.observed)),
        expected=Number(found.expected, 1),
    )
    if found.log_excess <= 0 and not departure.is_above:
        return replace(answered(vendor, statement, n, departure), unseen=_unseen(found))
    figures = Figures(
        observed=found.observed,
        expected=found.expected,
        n=n,
        told=[statement, *_span(phase), *_size(found, threshold), *measured.controls],
        seconds=_seconds(counts, found, threshold, _part(used, threshold), scope),
    )
    evidence = evidence_of_departure(_WORDS, vendor, departure, figures, scope)
    return replace(answered(vendor, statement, n, departure, evidence), unseen=_unseen(found))


def _histogram(own: pd.DataFrame, threshold: int) -> npt.NDArray[np.float64]:
    """Return calls by crew and second, up to some way above the threshold."""
    crews, place = np.unique(own["crew"].to_numpy(str), return_inverse=True)
    counts = np.zeros((max(len(crews), 1), threshold + AROUND_SECONDS + 1))
    seconds = own["seconds"].to_numpy(int)
    inside = seconds <= threshold + AROUND_SECONDS
    np.add.at(counts, (place[inside], seconds[inside]), own["calls"].to_numpy(float)[inside])
    return counts


def _bunching(counts: npt.NDArray[np.float64], threshold: int) -> Bunching | None:
    """Return the bump at a threshold; `None` when too few calls are expected there."""
    near = counts[max(threshold - 40, 1) : threshold + 81]
    if near.sum() < MINIMUM_N * len(near) / (4 * WIDTH):
        return None
    found = bunching(counts, threshold, width=WIDTH)
    return found if found.expected >= MINIMUM_N else None


def _by_agent(own: pd.DataFrame, threshold: Threshold) -> pd.DataFrame:
    """Return each crew's calls in the bump and in the window around it."""
    near = own[own["seconds"].between(threshold.seconds - 40, threshold.seconds + 80)]
    inside = near["seconds"].between(threshold.seconds, threshold.seconds + WIDTH - 1)
    return pd.DataFrame(
        {
            "agent_id": near["crew"],
            "bump": near["calls"].where(inside, 0).astype(float),
            "near": near["calls"].astype(float),
        }
    )


def _with_controls(
    frame: pd.DataFrame,
    vendor: str,
    found: Bunching,
    counts: npt.NDArray[np.float64],
    known: Mapping[str, Threshold],
) -> _Measured:
    """Hold the bump against the same length where it pays nothing."""
    place, p_values, told = found.threshold, [found.p_value], []
    before = of_vendor(frame, vendor)
    before = before[before["phase"] == 0]
    free = [v for v, t in known.items() if abs(t.seconds - place) <= _NEAR]
    peers = frame[~frame["vendor"].isin(free) & (frame["phase"] == 2)]
    controls = (
        (before, msg("the same vendor before the clause")),
        (peers, msg("vendors without a threshold there")),
    )
    for rows, name in controls:
        control = _bunching(_histogram(rows, place).sum(axis=0), place)
        if control is not None:
            _, p_value = bunching_difference(found, control)
            p_values.append(p_value)
            told.append(_control_words(name, control))
    placebos = placebo_thresholds(counts, place, width=WIDTH, shifts=_PLACEBO_SHIFTS)
    odd = [placebo for placebo in placebos if placebo.p_value < _PLACEBO_LEVEL]
    p_values += [bunching_difference(found, placebo)[1] for placebo in odd]
    told.append(
        msg(
            "lengths near by that pay nothing and bunch as well: %(odd)s of %(all)s",
            odd=Count(len(odd)),
            all=Count(len(placebos)),
        )
    )
    return _Measured(found, max(p_values), tuple(told))


def _control_words(name: Message, control: Bunching) -> Message:
    return msg(
        "%(control)s: %(observed)s calls where %(expected)s are expected",
        control=name,
        observed=Count(round(control.observed)),
        expected=Number(control.expected, 1),
    )


def _size(found: Bunching, threshold: Threshold) -> list[Message]:
    return [
        msg(
            "too many there: %(excess)s (90 %% interval %(low)s to %(high)s); missing just below: "
            "%(missing)s; from %(seconds)s seconds on %(step)s more are charged",
            excess=Number(found.excess, 1),
            low=Number(found.excess_low, 1),
            high=Number(found.excess_high, 1),
            missing=Number(found.missing, 1),
            seconds=Count(threshold.seconds),
            step=Count(threshold.step_seconds),
        ),
        _smallest(found),
    ]


def _smallest(found: Bunching) -> Message:
    return msg(
        "the smallest excess this many calls can show: %(least)s calls",
        least=Number(found.detectable(), 0),
    )


def _unseen(found: Bunching) -> Unseen:
    return Unseen(found.detectable() / found.expected, _smallest(found))


def _span(phase: int) -> list[Message]:
    if phase == 2:
        return []
    return [msg("the period alone holds too few, so these are the months since the clause")]


def _part(used: pd.DataFrame, threshold: Threshold) -> float:
    """Return which part of the calls in the bump falls into the period."""
    inside = used["seconds"].between(threshold.seconds, threshold.seconds + WIDTH - 1)
    bump = used[inside]
    every = float(bump["calls"].sum())
    return float(bump.loc[bump["phase"] == 2, "calls"].sum()) / every if every else 0.0


def _seconds(
    counts: npt.NDArray[np.float64],
    found: Bunching,
    threshold: Threshold,
    part: float,
    scope: Scope,
) -> tuple[float, float, float]:
    """Return the seconds charged in the period for calls above the curve."""
    low, high = found.excess_low, found.excess_high
    if len(counts) >= 2:
        rng = np.random.default_rng(scope.seed)
        drawn = bunching_interval(counts, found.threshold, rng, width=WIDTH, draws=_DRAWS)
        low, high = min(low, drawn[0]), max(high, drawn[1])
    low, point, high = (max(0.0, value) for value in (low, found.excess, high))
    step = part * threshold.step_seconds
    return low * step, point * step, high * step


def _no_threshold(vendor: str) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "the card in force knows no length from which %(least)s seconds or more are charged "
            "at once",
            least=Count(LEAST_STEP_SECONDS),
        ),
        msg("the rate card with free seconds, minimum and increments, if it has them"),
    )


def _too_few(vendor: str, threshold: Threshold, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "calls around the threshold of %(seconds)s seconds: %(n)s; %(least)s are needed in "
            "the %(width)s seconds from it on",
            seconds=Count(threshold.seconds),
            n=Count(n),
            least=Count(MINIMUM_N),
            width=Count(WIDTH),
        ),
        msg("the call log with talk time to the second"),
        n,
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    return bump_rows(tables, scope, WIDTH)


_WORDS: Final = Words(
    check=ID,
    unit="calls",
    title=msg("Calls bunch just above the length from which they are paid"),
    criteria=msg("lengths of conversations do not know the card: they are smooth at its threshold"),
    cause=msg(
        "probably waiting for the paid second, where some agents do it; a script that ends there, "
        "where all do"
    ),
    ask=(
        msg("thirty recordings of calls that end in these seconds, chosen by lot"),
        msg("the script, and how long its compulsory part takes to read"),
    ),
)

CHECK = Check(
    id=ID,
    question=N_("Do calls bunch just above the billable minimum?"),
    kind="pattern",
    family="c",
    needs=(Need("calls", ("agent_id", "talk_seconds", "disposition")),),
    reduce=lengths,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("a compulsory notice or script that ends at this length"),
        N_("a greeting or a time-out of the dialler of this length"),
        N_("lengths that the switch rounds up to whole minutes"),
    ),
    what_would_clear_it=N_(
        "the script with its reading time, the dialler's time-outs, or recordings in which the "
        "conversation goes on to the paid second"
    ),
    catches="pushed_over_threshold",
    minimum_n=MINIMUM_N,
    least_vendors=1,
    about=N_(
        "The threshold is the length at which the card charges most for one more second. The "
        "histogram around it is fitted by a smooth curve and a bump of five seconds, with round "
        "seconds and misfit allowed for. The bump must stand against the same vendor before the "
        "clause, vendors without the threshold and lengths that pay nothing. Money is the calls "
        "above the curve times what is charged there, with limits that know agents. Agents who "
        "stand out among their colleagues are evidence; a bump that all share is a question. "
        "Source: Saez 2010; Chetty and others 2011; Kleven 2016."
    ),
)
