"""Are the intervals between dials too regular for a person?

A person dials when the last call is done and written up: intervals from dial to dial spread
over minutes. Calls that were written by a machine, or copied down a column, keep a beat.

Method: intervals up to fifteen minutes between the dials of one agent's day. Pairs of
intervals that are equal to the second are compared with pairs that differ by one or two
seconds: without a beat both are alike, whatever the spread of the intervals, and nothing is
chosen. Agents are held against their colleagues, who work with the same dialler; their
gamma shape is held against the colleagues' as well. Never against a Poisson process: a
predictive dialler is regular by itself, and then it is so for everybody. For that reason a
vendor that stands above chance as a whole, with the spread of diallers allowed for, is only
asked. A log kept in whole
minutes is not asked about.

Source: Minka 2002 (gamma shape from mean and mean logarithm); Rousseeuw and Croux 1993
(median and MAD).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vendoreval.checks._answers import not_run, of_vendor, total
from vendoreval.checks._departure import Figures, Words, answered, evidence_of_departure
from vendoreval.checks._intervals import SUMS, beat_rows, reduced
from vendoreval.checks._levels import Counted, against_reference, level_of
from vendoreval.checks._people import LEAST_PEOPLE, Departure, people_of
from vendoreval.checks.base import Answer, Check, Need, Scope
from vendoreval.stats import against_population, gap_shape
from vendoreval.text import N_, Count, Message, Number, msg

ID: Final = "regular_intervals"
MINIMUM_N: Final = 500
_LEAST_GAPS: Final = 100
_BEAT: Final = Counted("equal", "alike")
_LN_UNIT: Final = 1_000_000
# from this share of whole minutes on the log does not show seconds
_COARSE: Final = 0.5


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    whole = (*SUMS, "beat", "beat_calls", "beat_talk_seconds", "current")
    frame = frame.astype(dict.fromkeys(whole, "int64"))
    frame = frame[frame["gaps"] >= _LEAST_GAPS]
    # without a beat four times as many pairs differ by one or two seconds as are equal
    frame = frame.assign(equal=frame["pairs"].astype(float), alike=frame["near_pairs"] / 4)
    coarse = [v for v in scope.vendors if _in_minutes(of_vendor(frame, v))]
    fine = frame[~frame["vendor"].isin(coarse)]
    return [
        _answer(frame, vendor, _departure(of_vendor(fine, vendor)), scope)
        for vendor in scope.vendors
    ]


def _in_minutes(own: pd.DataFrame) -> bool:
    n = total(own, "gaps")
    return n > 0 and total(own, "on_minutes") >= _COARSE * n


def _departure(own: pd.DataFrame) -> Departure | None:
    """Hold the vendor against chance and its agents against each other."""
    now = own[own["current"] == 1]
    if not _enough(now):
        return None
    # how far diallers depart from chance is not measured but allowed for, so this only asks
    house = against_reference(level_of(now["equal"], now["alike"]))
    people, longer = people_of(now, _BEAT), people_of(own, _BEAT)
    p_values = [house.p_value]
    if people is not None:
        p_values.append(people.found.smallest_p)
    shape = _shapes(now)
    if shape is not None:
        p_values.append(shape[1])
    return Departure(
        house,
        people,
        min(1.0, len(p_values) * min(p_values)),
        None if longer is None else longer.found.mean_e,
    )


def _enough(agents: pd.DataFrame) -> bool:
    return total(agents, "gaps") >= MINIMUM_N and float(agents["alike"].sum()) > 0


def _answer(frame: pd.DataFrame, vendor: str, found: Departure | None, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    own = own[own["current"] == 1]
    n = total(own, "gaps")
    if found is None:
        return _refused(own, vendor, n)
    shape = _shapes(own)
    equal, alike = float(own["equal"].sum()), float(own["alike"].sum())
    statement = msg(
        "pairs of intervals equal to the second: %(equal)s; as many as those a second apart let "
        "expect: %(alike)s; intervals: %(n)s",
        equal=Count(round(equal)),
        alike=Count(round(alike)),
        n=Count(n),
    )
    is_shaped = shape is not None and shape[1] <= _SHAPED
    if not found.is_above and not is_shaped:
        return answered(vendor, statement, n, found)
    figures = Figures(
        observed=equal / alike,
        expected=1.0,
        n=n,
        told=_told(statement, own, found, shape),
        seconds=_seconds(own, found),
    )
    evidence = evidence_of_departure(_WORDS, vendor, found, figures, scope)
    return answered(vendor, statement, n, found, evidence)


_SHAPED: Final = 0.05


def _shapes(own: pd.DataFrame) -> tuple[str, float] | None:
    """Return the agent with the most regular intervals, and a p-value for all of them."""
    if len(own) < LEAST_PEOPLE:
        return None
    own = own.sort_values("agent_id")
    logs = own["ln_millionths"].to_numpy(float) / _LN_UNIT
    n = own["gaps"].to_numpy(float)
    sums = (own["gap_seconds"].to_numpy(float), own["gap_squares"].to_numpy(float))
    values = np.log(gap_shape(n, *sums, logs).shape)
    # the logarithm of a shape is known to about the root of two over n
    p_values = against_population(values, np.sqrt(2 / n)).p_high
    first = int(p_values.argmin())
    return str(own["agent_id"].iloc[first]), min(1.0, len(own) * float(p_values[first]))


def _told(
    statement: Message, own: pd.DataFrame, found: Departure, shape: tuple[str, float] | None
) -> list[Message]:
    told = [statement]
    odd = _odd(own, found)
    if len(odd):
        first = odd.sort_values(["beat_calls", "agent_id"], ascending=[False, True]).iloc[0]
        told.append(
            msg(
                "agent %(agent)s dials %(seconds)s seconds after the dial before: %(times)s times "
                "of %(n)s",
                agent=str(first["agent_id"]),
                seconds=Count(int(first["beat"])),
                times=Count(int(first["beat_calls"])),
                n=Count(int(first["gaps"])),
            )
        )
    variation = gap_shape(
        total(own, "gaps"), total(own, "gap_seconds"), total(own, "gap_squares"),
        total(own, "ln_millionths") / _LN_UNIT,
    ).variation  # fmt: skip
    told.append(
        msg("coefficient of variation of all intervals: %(cv)s", cv=Number(float(variation), 2))
    )
    if shape is not None and shape[1] <= _SHAPED:
        told.append(msg("more regular than all colleagues: agent %(agent)s", agent=shape[0]))
    return told


def _odd(own: pd.DataFrame, found: Departure) -> pd.DataFrame:
    people = found.people
    names = [] if people is None else [people.agents[place] for place in people.odd]
    return own[own["agent_id"].isin(names)]


def _seconds(own: pd.DataFrame, found: Departure) -> tuple[float, float, float]:
    """Return the talk in the calls on the beat, beyond what falls there by chance."""
    odd = _odd(own, found)
    used = odd if len(odd) else own
    calls = used["beat_calls"].to_numpy(float)
    # what equal intervals elsewhere let expect on the beat
    usual = 2 * used["alike"].to_numpy(float) / used["gaps"].to_numpy(float)
    each = used["beat_talk_seconds"].to_numpy(float) / calls
    over, error = np.maximum(calls - usual, 0.0), 1.645 * np.sqrt(calls)
    low = float((np.maximum(over - error, 0.0) * each).sum())
    point = float((over * each).sum())
    high = float((np.minimum(over + error, calls) * each).sum())
    # the commonest interval is chosen: where nobody stands out it may be chance
    return low if len(odd) else 0.0, point, max(high, point)


def _refused(own: pd.DataFrame, vendor: str, n: int) -> Answer:
    if _in_minutes(own):
        reason = msg("most calls start on a whole minute, so the log does not show seconds")
        return not_run(ID, vendor, reason, msg("the start of every dial to the second"), n)
    reason = msg(
        "intervals between dials of agents with %(each)s or more: %(n)s; %(least)s are needed",
        each=Count(_LEAST_GAPS),
        n=Count(n),
        least=Count(MINIMUM_N),
    )
    return not_run(ID, vendor, reason, msg("the call log with every dial, answered or not"), n)


_WORDS: Final = Words(
    check=ID,
    unit="ratio",
    title=msg("Intervals between dials are equal to the second too often"),
    criteria=msg(
        "without a beat two intervals of an agent are as often equal as they differ by a second"
    ),
    cause=msg(
        "probably a dialler on a beat, where everybody is concerned; where some agents are, lines "
        "that were written and not dialled"
    ),
    ask=(
        msg("the dialler's own log for these agents and days"),
        msg("the carrier's record of fifty of the listed calls, chosen by lot"),
    ),
)

CHECK = Check(
    id=ID,
    question=N_("Are the intervals between dials too regular for a person?"),
    kind="pattern",
    family="e",
    needs=(Need("calls", ("agent_id", "started_at", "talk_seconds")),),
    reduce=reduced,
    judge=_judge,
    rows=beat_rows,
    row_report="calls",
    honest_explanations=(
        N_("some agents work with a predictive dialler that keeps a beat, others do not"),
        N_("a test of lines or a campaign of messages that dials by the clock"),
        N_("the export writes the time of a batch and not of the dial"),
    ),
    what_would_clear_it=N_(
        "the dialler's log, or the carrier's record of the listed calls: a call that was made is "
        "known to the carrier"
    ),
    catches="invented_calls",
    minimum_n=MINIMUM_N,
    least_vendors=1,
    about=N_(
        "Intervals up to fifteen minutes between the dials of one agent's day. Pairs that are "
        "equal to the second are compared with pairs one or two seconds apart; without a beat "
        "both are alike. Agents are held against their colleagues with the same dialler, by these "
        "pairs and by the gamma shape of their intervals; a Poisson process is never the "
        "yardstick. A vendor that stands out as a whole is only asked, because a dialler touches "
        "everybody. Source: Minka 2002; Rousseeuw and Croux 1993."
    ),
)
