"""Do call lengths pile up on round values?

A clock writes 73 seconds; a person who fills in a form, or rounds in the vendor's favour,
writes 80. Lengths that are counted have no liking for round numbers.

Method: conversations of 60 to 600 seconds. The calls on multiples of 6, 10, 30 and 60 seconds
are compared with those one and two seconds beside them, never with a uniform last digit (which
rejects a million honest calls) and never with Benford's law (which honest lengths miss by
twice the limit). Agents are held against their colleagues: an export that rounds touches
everybody alike, a person who rounds stands out. The vendor is held against 1, as a question.
A log that is kept in steps throughout is not asked about. The four steps are paid for by a
correction.

Source: local comparison after Whipple and Myers (Myers 1954); errors clustered by agent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Final

import ibis
import numpy as np
import pandas as pd

from vendoreval.checks._answers import not_run, of_vendor, total
from vendoreval.checks._credit import window_calls
from vendoreval.checks._crews import with_crews
from vendoreval.checks._departure import Figures, Words, answered, evidence_of_departure
from vendoreval.checks._levels import Counted, is_current, window_of
from vendoreval.checks._people import Departure, people_of
from vendoreval.checks.base import Answer, Check, Need, Scope, Tables
from vendoreval.stats import ClusterRatio, cluster_ratio
from vendoreval.stats.heaping import FIRST_SECOND, LAST_SECOND, neighbour_weights
from vendoreval.tables import CONVERSATION
from vendoreval.text import N_, Count, Number, msg

ID: Final = "round_durations"
MINIMUM_N: Final = 200
# all usual steps are among their multiples
STEPS: Final = (6, 10, 30, 60)
# from this share on the log itself is kept in steps
_COARSE: Final = 0.9
_COARSE_STEPS: Final = (60, 30, 15, 10, 6, 5, 2)
_NORMAL_95: Final = 1.645
# colleagues' lengths are alike, and their calls are surer than the few beside the multiples
_OF_PEOPLE: Final = Counted("on", "calls")


@dataclass(frozen=True)
class _Step:
    """What one step shows of one vendor.

    `ratio`, `on` and `beside` are of the period; `p_value` is of whichever comparison
    departs most.
    """

    step: int
    departure: Departure
    p_value: float
    ratio: float
    on: float
    beside: float

    @property
    def surplus(self) -> float:
        """Calls above what is expected, in units of chance: which step describes them best."""
        return (self.on - self.beside) / float(np.sqrt(self.on + self.beside / 2))


def _timed(tables: Tables, scope: Scope) -> ibis.Table:
    calls = window_calls(tables["calls"], scope.vendors, window_of(scope))
    # a log without agents can still be asked about the whole vendor
    calls = calls.mutate(agent_id=calls.agent_id.fill_null(""))
    return calls.filter(
        calls.disposition.isin(CONVERSATION),
        calls.talk_seconds >= FIRST_SECOND - 2,
        calls.talk_seconds <= LAST_SECOND + 2,
    )


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    calls = with_crews(_timed(tables, scope))
    calls = calls.mutate(current=is_current(calls.started_on, scope))
    return calls.group_by(["vendor", "crew", "current", "talk_seconds"]).agg(
        calls=calls.count().cast("int64")
    )


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    frame = frame.astype({"current": "int64", "talk_seconds": "int64", "calls": "int64"})
    coarse = {v: _coarse(of_vendor(frame, v)) for v in scope.vendors}
    # a log in steps is no yardstick for the others
    fine = frame[~frame["vendor"].isin([v for v, step in coarse.items() if step])]
    by_step = {step: _heaps(fine, step) for step in STEPS}
    return [_answer(frame, vendor, coarse[vendor], by_step, scope) for vendor in scope.vendors]


def _coarse(own: pd.DataFrame) -> int:
    """Return the step in which the log of the period is kept, 0 for a log to the second."""
    own = own[own["current"] == 1]
    n = total(own, "calls")
    for step in _COARSE_STEPS:
        on = total(own[own["talk_seconds"] % step == 0], "calls")
        if n and on >= _COARSE * n:
            return step
    return 0


def _heaps(frame: pd.DataFrame, step: int) -> pd.DataFrame:
    """Return calls on the multiples of a step and what those beside let expect, by crew."""
    weights, multiples = neighbour_weights(step, FIRST_SECOND, LAST_SECOND, LAST_SECOND + 3)
    seconds = frame["talk_seconds"].to_numpy(int)
    calls = frame["calls"].to_numpy(float)
    parts = pd.DataFrame(
        {
            "vendor": frame["vendor"],
            "agent_id": frame["crew"],
            "current": frame["current"],
            "on": calls * np.isin(seconds, multiples),
            "beside": calls * weights[seconds],
            "calls": calls,
        }
    )
    return parts.groupby(["vendor", "agent_id", "current"], as_index=False).sum()


def _enough(heaps: pd.DataFrame) -> bool:
    heaps = heaps[heaps["current"] == 1]
    # the ends of the tail hold few calls; what is beside the multiples counts
    return float(heaps["beside"].sum()) >= MINIMUM_N / 10


def _answer(
    frame: pd.DataFrame,
    vendor: str,
    coarse: int,
    by_step: Mapping[int, pd.DataFrame],
    scope: Scope,
) -> Answer:
    own = of_vendor(frame, vendor)
    n = total(own[own["current"] == 1], "calls")
    if coarse:
        return _in_steps(vendor, coarse, n)
    if n and (same := _commonest(own)) is not None:
        return _constant(vendor, same, n)
    if n < MINIMUM_N:
        return _too_few(vendor, n)
    heaps = {step: of_vendor(by_step[step], vendor) for step in STEPS}
    steps = [_step(step, own) for step, own in heaps.items() if _enough(own)]
    if not steps:
        return _too_few(vendor, n)
    best = max(steps, key=lambda one: (one.surplus, -one.step))
    statement = msg(
        "lengths on multiples of %(step)s seconds: %(on)s; expected from the seconds beside them: "
        "%(beside)s (ratio %(ratio)s); calls of one to ten minutes: %(n)s",
        step=Count(best.step),
        on=Count(round(best.on)),
        beside=Number(best.beside, 1),
        ratio=Number(best.ratio, 2),
        n=Count(n),
    )
    whole = _over_steps(best, steps)
    if best.ratio <= 1 and not best.departure.is_above:
        return answered(vendor, statement, n, whole)
    figures = Figures(
        observed=best.ratio,
        expected=1.0,
        n=n,
        told=[statement],
        seconds=_seconds(best),
    )
    evidence = evidence_of_departure(_WORDS, vendor, whole, figures, scope)
    return answered(vendor, statement, n, whole, evidence)


def _step(step: int, heaps: pd.DataFrame) -> _Step:
    """Hold the vendor against chance and its agents against each other."""
    now = heaps[heaps["current"] == 1]
    on, beside = float(now["on"].sum()), float(now["beside"].sum())
    # agents who happen to agree, or are not named, do not make counts surer than chance
    chance = on / beside * float(np.sqrt(1 / max(on, 1.0) + 1 / (2 * beside)))
    found = cluster_ratio(now["on"], now["beside"]) if len(now) > 1 else None
    error = chance if found is None else max(found.standard_error, chance)
    degrees = 10**6 if found is None else found.degrees
    against_one = ClusterRatio(on / beside, error, degrees).p_above(1.0)
    people, longer = people_of(now, _OF_PEOPLE), people_of(heaps, _OF_PEOPLE)
    p_value = against_one
    if people is not None:
        p_value = min(1.0, 2 * min(against_one, people.found.smallest_p))
    e_value = None if longer is None else longer.found.mean_e
    departure = Departure(None, people, p_value, e_value)
    return _Step(step, departure, p_value, on / beside, on, beside)


def _over_steps(best: _Step, steps: Sequence[_Step]) -> Departure:
    """Return the best step with a p-value corrected for the choice, and the mean evidence."""
    e_values = [one.departure.e_value for one in steps]
    known = [value for value in e_values if value is not None]
    return replace(
        best.departure,
        p_value=min(1.0, len(STEPS) * min(one.p_value for one in steps)),
        e_value=sum(known) / len(known) if known else None,
    )


def _seconds(best: _Step) -> tuple[float, float, float]:
    """Return the seconds added when lengths are rounded up to the next multiple."""
    error = _NORMAL_95 * float(np.sqrt(best.on + best.beside / 2))
    excess = best.on - best.beside
    each = (best.step - 1) / 2
    return (excess - error) * each, excess * each, (excess + error) * each


def _in_steps(vendor: str, step: int, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg("the log keeps lengths in steps of %(step)s seconds throughout", step=Count(step)),
        msg("the switch's own record of answer and hang-up to the second"),
        n,
    )


def _commonest(own: pd.DataFrame) -> int | None:
    """Return the length that half of the calls of the period have; `None` if there is none."""
    now = own[own["current"] == 1]
    counts = np.bincount(now["talk_seconds"].to_numpy(int), now["calls"].to_numpy(float))
    return int(counts.argmax()) if 2 * counts.max() >= counts.sum() else None


def _constant(vendor: str, seconds: int, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "half of the conversations or more last exactly %(seconds)s seconds",
            seconds=Count(seconds),
        ),
        msg("the switch's own record of answer and hang-up to the second"),
        n,
    )


def _too_few(vendor: str, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "conversations of one to ten minutes in the period: %(n)s; %(least)s are needed",
            n=Count(n),
            least=Count(MINIMUM_N),
        ),
        msg("the call log with talk time to the second"),
        n,
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _timed(tables, scope)
    talk = calls.talk_seconds
    calls = calls.filter(is_current(calls.started_on, scope) == 1)
    calls = calls.filter(reduce(or_, [talk % step == 0 for step in STEPS]))
    return calls.mutate(seconds=calls.talk_seconds).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "billed_seconds", "seconds",
    )  # fmt: skip


_WORDS: Final = Words(
    check=ID,
    unit="ratio",
    title=msg("Call lengths pile up on round values"),
    criteria=msg("lengths that are counted are as often round as the seconds beside them"),
    cause=msg(
        "probably lengths written by hand or rounded before they are logged; where everybody is "
        "concerned, a setting of the switch or of the export"
    ),
    ask=(
        msg("the settings of the switch and of the export for the length of a call"),
        msg("the switch's own record of fifty of the listed calls, chosen by lot"),
    ),
)

CHECK = Check(
    id=ID,
    question=N_("Do call lengths pile up on round values?"),
    kind="pattern",
    family="d",
    needs=(Need("calls", ("talk_seconds", "disposition")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("the switch or the export rounds lengths for one site or one group of agents"),
        N_("calls made from a mobile telephone are entered by hand"),
        N_("a recorded message or a time-out of round length"),
    ),
    what_would_clear_it=N_(
        "the rounding rule of the switch or of the export in writing, or the switch's own record "
        "with the lengths to the second"
    ),
    catches="round_durations",
    minimum_n=MINIMUM_N,
    least_vendors=1,
    about=N_(
        "Conversations of one to ten minutes on multiples of 6, 10, 30 and 60 seconds are compared "
        "with those one and two seconds beside them. Neither Benford's law nor a uniform last "
        "digit is used: honest lengths miss both. Agents who stand out among their colleagues are "
        "evidence; a vendor above 1 is a question, for an export that rounds touches everybody. "
        "Minutes assume that lengths were rounded up. The "
        "choice among four steps is paid for. Source: local neighbours after Whipple and Myers."
    ),
)
