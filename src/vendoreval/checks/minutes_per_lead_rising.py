"""Does each worked lead cost more minutes than before, while no more is sold?

A vendor paid by the minute can talk longer to the same leads. Its own past shows it
without any other vendor, and better than sales do: sales are few and lists change, while
the minutes of a lead hardly depend on how well the list sells.

Method: minutes for each worked lead of every person and month, on leads that the client
handed over (invented leads would hide the rise). The effect of each month is taken with
persons removed, so that staff who come and go move nothing. The months' effects go through
an e-process that needs no baseline and may be looked at every month. Where the base of
leads changes (its volume twofold or its mix) a new stretch begins. The sales gate asks
whether sales for each lead rose as much as the minutes: only what passes may become a
finding, the rest is a question, because a longer script that sells more looks the same.
Where another vendor works the same lists, the difference to it must have risen too.

Run with 8 months and 8 persons of the running stretch. Not visible: a rise that was there
from the first month, or one that begins with a change of the base.

Source: research on few vendors; Pérez-Ortiz, Lardy, de Heide & Grünwald 2024 (e-statistics
of group invariant models). In simulation +20 % is found in .97 to 1.00 of vendors with 10
to 30 persons within 24 months, honest vendors alarm in .00 to .03.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vendoreval.checks._answers import not_run, sentences, total
from vendoreval.checks._lead_minutes import LEAST_PERSONS, LeadMinutes, controls, lead_minutes
from vendoreval.checks._own_base import first_recorded, mature_months, sold_by_month
from vendoreval.checks._own_months import STORED, own_months
from vendoreval.checks._own_past import LEAST_MONTHS
from vendoreval.checks._past_effect import (
    minute_price,
    period_calls,
    worth,
    worth_by_level,
)
from vendoreval.checks._past_words import base_changed, signed, since_month, unseen_rise
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope
from vendoreval.stats import Departure, SalesGate, chance_of_ever, sales_gate
from vendoreval.text import N_, Count, Message, Minutes, Percent, msg

ID: Final = "minutes_per_lead_rising"
# one-sided level of the question whether sales kept pace
_GATE_LEVEL: Final = 0.05
# half of a 90 % interval is so many standard errors
_HALF_NINETY: Final = 1.6449
_EIGHTY: Final = 0.8416


@dataclass(frozen=True)
class _Risen:
    """What came out for one vendor.

    Parameters
    ----------
    e_value
        The smaller of the vendor's own and of the difference to the others on its lists.
    own, difference
        Both of them; no difference without another vendor.
    gate
        `None` when sales cannot be asked.
    """

    move: Departure
    own: float
    difference: float | None
    gate: SalesGate | None

    @property
    def e_value(self) -> float:
        return self.own if self.difference is None else min(self.own, self.difference)

    @property
    def passes(self) -> bool:
        return self.gate is not None and self.gate.p_value < _GATE_LEVEL


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    found = lead_minutes(frame, scope)
    return [_answer(vendor, found, frame, scope) for vendor in scope.vendors]


def _answer(
    vendor: str, found: Mapping[str, LeadMinutes | None], frame: pd.DataFrame, scope: Scope
) -> Answer:
    own = found[vendor]
    if own is None or not own.is_enough:
        return _too_little(vendor, own)
    move = own.months.move("up", own.minutes)
    n = len(own.months)
    if move is None:
        statement = msg("minutes for each lead are exactly alike in all months: %(n)s", n=Count(n))
        return Answer(vendor, statement, n, e_value=1.0)
    risen = _risen(vendor, found, own, move, frame, scope)
    statement = _statement(own, risen)
    passed = risen.e_value if risen.passes else min(1.0, risen.e_value)
    evidence = (
        (_evidence(vendor, own, risen, statement, scope),)
        if move.effect > 0 and risen.e_value > 1
        else ()
    )
    unseen = unseen_rise(_detectable(own, frame, scope))
    return Answer(vendor, statement, n, evidence, e_value=passed, unseen=unseen)


def _risen(
    vendor: str,
    found: Mapping[str, LeadMinutes | None],
    own: LeadMinutes,
    move: Departure,
    frame: pd.DataFrame,
    scope: Scope,
) -> _Risen:
    less, _ = controls(found, vendor)
    return _Risen(
        move,
        own.months.e_value("up"),
        None if less is None else less.e_value("up"),
        _gate(own, move, frame, scope),
    )


def _gate(own: LeadMinutes, move: Departure, frame: pd.DataFrame, scope: Scope) -> SalesGate | None:
    """Ask whether sales kept pace, by the mature months of the running stretch."""
    error = (move.high - move.low) / (2 * _HALF_NINETY)
    return _gate_at(own, move.since, move.effect, error, frame, scope)


def _gate_at(
    own: LeadMinutes, month: int, rise: float, error: float, frame: pd.DataFrame, scope: Scope
) -> SalesGate | None:
    known_from = first_recorded(frame)
    if known_from is None:
        return None
    first = max(own.stretch.start, known_from - own.base.first)
    last = min(own.stretch.stop, mature_months(own.base, frame, scope))
    sold, handed = sold_by_month(own.own, own.base), own.base.handed
    since = month - first
    if since < 1 or since >= last - first:
        return None
    try:
        return sales_gate(rise, error, sold[first:last], handed[first:last], since)
    except ValueError:
        # no lead was handed over on one side of the change
        return None


def _detectable(own: LeadMinutes, frame: pd.DataFrame, scope: Scope) -> float | None:
    """Return the smallest rise that minutes show and the gate lets pass, in .80 of vendors."""
    step = own.months.detectable
    middle = (own.stretch.start + own.stretch.stop) // 2
    error = 2 * own.months.noise / math.sqrt(max(len(own.months), 1))
    gate = _gate_at(own, middle, 0.0, error, frame, scope)
    if step is None or gate is None:
        return step
    return max(step, (_HALF_NINETY + _EIGHTY) * gate.error)


def _too_little(vendor: str, own: LeadMinutes | None) -> Answer:
    if own is None:
        reason = msg("no talk on leads that the client's file of leads knows")
        demand = msg("the client's leads with the day they were handed over, and lead numbers in "
                     "the call log")  # fmt: skip
        return not_run(ID, vendor, reason, demand)
    found = msg(
        "comparable months: %(months)s, persons in them: %(persons)s; needed are %(least)s and "
        "%(people)s",
        months=Count(len(own.months)),
        persons=Count(len(own.persons)),
        least=Count(LEAST_MONTHS),
        people=Count(LEAST_PERSONS),
    )
    changed = base_changed(own.stretch, own.base.first)
    reason = sentences([changed, found]) if changed is not None else found
    demand = msg("the call log and the client's leads of more months")
    return not_run(ID, vendor, reason, demand, len(own.months))


def _statement(own: LeadMinutes, risen: _Risen) -> Message:
    move = risen.move
    parts = [
        msg(
            "minutes for each worked lead against the own past: %(rise)s since %(month)s (90 %% "
            "interval %(low)s to %(high)s); months: %(months)s, persons: %(persons)s",
            rise=signed(move.effect),
            month=since_month(own.base.first + move.since),
            low=signed(move.low),
            high=signed(move.high),
            months=Count(len(own.months)),
            persons=Count(len(own.persons)),
        )
    ]
    changed = base_changed(own.stretch, own.base.first)
    if changed is not None:
        parts.append(changed)
    return sentences(parts)


def _evidence(
    vendor: str, own: LeadMinutes, risen: _Risen, statement: Message, scope: Scope
) -> Evidence:
    price = minute_price(vendor, scope)
    seconds = total(own.own[own.own["kind"] == "period"], "billed_seconds")
    spared, money = worth(risen.move, seconds, price)
    before, now = _levels(own, risen.move)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=round(now, 3),
        expected=round(before, 3),
        unit="min",
        n=total(own.own[own.own["kind"] == "work"], "leads_worked"),
        title=msg("Each worked lead costs more minutes than before"),
        condition=sentences([statement, *_moved_alike(risen), _gate_words(risen)]),
        criteria=msg(
            "the minutes of a lead stay at the vendor's own level, or sales for each lead rise "
            "with them"
        ),
        p_value=chance_of_ever(risen.e_value),
        e_value=risen.e_value,
        review_only=not risen.passes,
        grade="E1",
        minutes=spared,
        money=money if risen.passes else None,
        wider=worth_by_level(
            lambda level: own.months.move("up", own.minutes, level), seconds, price
        ),
        effect=_effect(risen.move),
        cause=msg(
            "unknown from these data: a longer script, another product or leads that need more "
            "explaining look the same as time without purpose"
        ),
        ask=(
            msg(
                "was the script, the product or the kind of leads changed around %(month)s?",
                month=since_month(own.base.first + risen.move.since),
            ),
            msg("thirty recordings of conversations without a sale, before and after that month"),
        ),
        filters={"vendor": vendor},
    )


def _levels(own: LeadMinutes, move: Departure) -> tuple[float, float]:
    """Return minutes of a lead before and since the change, of all persons together."""
    worked = np.zeros(own.base.months)
    rows = own.own[own.own["kind"] == "work"]
    np.add.at(
        worked, rows["month"].to_numpy() - own.base.first, rows["leads_worked"].to_numpy(float)
    )
    before = slice(own.stretch.start, move.since)
    rate = float(own.minutes[before].sum() / max(worked[before].sum(), 1.0))
    return rate, rate * math.exp(move.effect)


def _moved_alike(risen: _Risen) -> list[Message]:
    if risen.difference is None or risen.own <= risen.difference:
        return []
    return [msg("vendors on the same lists moved alike in part, and this part does not count")]


def _gate_words(risen: _Risen) -> Message:
    if risen.gate is None:
        return msg("whether sales for each lead rose as well is not known, so this only asks")
    if risen.passes:
        return msg(
            "sales for each handed-over lead did not keep pace (chance if they had: at most %(p)s)",
            p=Percent(max(risen.gate.p_value, 0.001)),
        )
    return msg("sales for each lead may have risen as much, so this only asks")


def _effect(move: Departure) -> Message:
    return msg(
        "minutes above the own past since then: about %(point)s (%(low)s to %(high)s)",
        point=Minutes(max(move.total, 0.0)),
        low=Minutes(max(move.total_low, 0.0)),
        high=Minutes(max(move.total_high, 0.0)),
    )


CHECK = Check(
    id=ID,
    question=N_("Does each worked lead cost more minutes than before, while no more is sold?"),
    kind="pattern",
    family="b",
    needs=(
        Need("calls", ("agent_id", "lead_id", "talk_seconds")),
        Need("leads", ("lead_id", "handed_on"), owner="client"),
    ),
    reduce=own_months,
    judge=_judge,
    rows=period_calls,
    row_report="calls",
    honest_explanations=(
        N_("the script became longer: a new notice, more questions, a second product"),
        N_("new lists whose people need more explaining, or are reached in another way"),
        N_("a new price of the product that has to be defended"),
        N_("the log counts time differently since a change of the telephone system"),
    ),
    what_would_clear_it=N_(
        "the script and the change log of that month, recordings from before and after it, or a "
        "time budget for a half of the leads drawn by lot"
    ),
    catches="stretched_talk",
    minimum_n=LEAST_MONTHS,
    least_vendors=1,
    about=N_(
        "Minutes for each lead that the client handed over are held against the vendor's own "
        "past, with persons removed, so that staff who come and go move nothing. The evidence "
        "needs no other vendor and no baseline and may be looked at every month. A new stretch "
        "begins where the volume of leads doubles or halves or their mix changes. Only a rise "
        "that sales for each lead did not follow may become a finding; a longer script that "
        "sells more is a question. Where another vendor works the same lists, the difference to "
        "it must have risen too. A rise from the first month on cannot be seen."
    ),
    stored=STORED,
)
