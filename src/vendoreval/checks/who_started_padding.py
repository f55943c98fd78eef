"""Which persons' minutes for each lead rose against their own past?

A vendor's minutes for each lead rise because of everybody (a script) or of a few. Who they
are tells which recordings to hear first; it is no judgement of a person.

Method: minutes for each worked lead of every person and month, less the median of all
persons in that month, so that what a month, a season or a script did to everybody is no
evidence against one. Each person who stayed is held against the own past by the same
e-process as the vendor, and the e-values are discounted for the number of persons (e-BH).
This question breaks down `minutes_per_lead_rising`: nobody is named unless that one names
the vendor, and it adds nothing to the evidence of the vendor.

Run with 8 persons and 8 months. Only found while they are few: where more than half
lengthen their calls the median moves with them. In simulation three of ten who need twice
the minutes are all found, of those who need half as much again about half; an honest
person is named in .01 to .03 of vendors.

Source: Pérez-Ortiz, Lardy, de Heide & Grünwald 2024 (e-statistics of group invariant
models); Wang & Ramdas 2022 (e-BH).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.checks._answers import not_run, sentences, total
from vendoreval.checks._lead_minutes import LEAST_PERSONS, LeadMinutes, lead_minutes
from vendoreval.checks._own_months import STORED, own_months
from vendoreval.checks._own_past import LEAST_MONTHS, Months
from vendoreval.checks._past_effect import minute_price, percents, period_calls, worth
from vendoreval.checks._past_words import signed, since_month
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope
from vendoreval.stats import (
    Departure,
    chance_of_ever,
    e_benjamini_hochberg_adjusted,
    person_e_values,
)
from vendoreval.text import N_, Count, Message, Minutes, msg

FloatArray = npt.NDArray[np.float64]

ID: Final = "who_started_padding"
# the e-value of a person, discounted for their number, from which the person is shown
_SHOWN: Final = 20.0


@dataclass(frozen=True)
class _Person:
    """One person whose minutes rose: place in the panel, evidence and size."""

    name: str
    raw: float
    e_value: float
    months: int
    move: Departure


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    found = lead_minutes(frame, scope)
    return [_answer(vendor, found[vendor], scope) for vendor in scope.vendors]


def _answer(vendor: str, own: LeadMinutes | None, scope: Scope) -> Answer:
    if own is None or not own.is_enough:
        return _too_little(vendor, own)
    e_values = person_e_values(own.panel)
    stayed = _stayed(own.panel)
    shown = [p for p in _persons(own, e_values, stayed) if p.move.effect > 0]
    statement = msg(
        "persons with a past long enough who still work: %(stayed)s of %(all)s; minutes for each "
        "lead rose against the own past: %(shown)s",
        stayed=Count(int(stayed.sum())),
        all=Count(len(own.persons)),
        shown=Count(len(shown)),
    )
    evidence = tuple(_evidence(vendor, own, person, scope) for person in shown)
    return Answer(vendor, statement, int(stayed.sum()), evidence)


def _stayed(panel: FloatArray) -> npt.NDArray[np.bool_]:
    present = np.isfinite(panel)
    stayed: npt.NDArray[np.bool_] = present[:, -1] & (present.sum(axis=1) >= LEAST_MONTHS)
    return stayed


def _persons(
    own: LeadMinutes, e_values: FloatArray, stayed: npt.NDArray[np.bool_]
) -> list[_Person]:
    discounted = np.ones(len(e_values))
    discounted[stayed] = e_benjamini_hochberg_adjusted(e_values[stayed])
    with_work = np.isfinite(own.panel).any(axis=0)
    centred = np.full(own.panel.shape, np.nan)
    centred[:, with_work] = own.panel[:, with_work] - np.nanmedian(own.panel[:, with_work], axis=0)
    found = []
    for place in np.flatnonzero(discounted >= _SHOWN):
        kept = np.flatnonzero(np.isfinite(centred[place]))
        level = np.ones((len(kept), 1))
        months = Months(centred[place][kept], kept + own.stretch.start, level)
        move = months.move("up", own.by_person[place])
        if move is not None:
            name = own.persons[place]
            raw, adjusted = float(e_values[place]), float(discounted[place])
            found.append(_Person(name, raw, adjusted, len(kept), move))
    return sorted(found, key=lambda person: (-person.raw, person.name))


def _too_little(vendor: str, own: LeadMinutes | None) -> Answer:
    if own is None:
        reason = msg("no talk on leads that the client's file of leads knows")
        demand = msg(
            "the client's leads with the day they were handed over, and lead numbers in the call "
            "log"
        )
        return not_run(ID, vendor, reason, demand)
    reason = msg(
        "comparable months: %(months)s, persons in them: %(persons)s; needed are %(least)s and "
        "%(people)s",
        months=Count(len(own.months)),
        persons=Count(len(own.persons)),
        least=Count(LEAST_MONTHS),
        people=Count(LEAST_PERSONS),
    )
    demand = msg("the call log and the client's leads of more months")
    return not_run(ID, vendor, reason, demand, len(own.persons))


def _evidence(vendor: str, own: LeadMinutes, person: _Person, scope: Scope) -> Evidence:
    rows = own.own[(own.own["kind"] == "period") & (own.own["agent_id"] == person.name)]
    spared, money = worth(person.move, total(rows, "billed_seconds"), minute_price(vendor, scope))
    move = person.move
    rise = percents((move.effect,))[0]
    places = np.arange(own.base.months)
    before = (places >= own.stretch.start) & (places < move.since)
    worked = max(float(own.leads_by_person(person.name)[before].sum()), 1.0)
    minutes = own.by_person[own.persons.index(person.name)]
    level = float(minutes[before].sum()) / worked
    return Evidence(
        check=ID,
        vendor=vendor,
        agent_id=person.name,
        observed=round(level * (1 + rise), 3),
        expected=round(level, 3),
        unit="min",
        n=person.months,
        title=msg("Agent %(agent)s: each lead takes more minutes than before", agent=person.name),
        condition=sentences(_condition(own, person)),
        criteria=msg(
            "a person's minutes for each lead move as those of the others in the same month"
        ),
        p_value=chance_of_ever(person.e_value),
        e_value=person.e_value,
        grade="E1",
        minutes=spared,
        money=money,
        effect=msg(
            "minutes above the own past since then: about %(point)s (%(low)s to %(high)s)",
            point=Minutes(max(move.total, 0.0)),
            low=Minutes(max(move.total_low, 0.0)),
            high=Minutes(max(move.total_high, 0.0)),
        ),
        cause=msg(
            "unknown from these data: other leads, another product, a new task or longer calls "
            "without purpose look alike"
        ),
        ask=(
            msg(
                "did the leads or the task of agent %(agent)s change around %(month)s?",
                agent=person.name,
                month=since_month(own.base.first + move.since),
            ),
            msg("ten recordings of this agent before and after that month, chosen by the client"),
        ),
        filters={"vendor": vendor, "agent_id": person.name},
    )


def _condition(own: LeadMinutes, person: _Person) -> list[Message]:
    move = person.move
    return [
        msg(
            "minutes for each worked lead against the own past and the median of the others: "
            "%(rise)s since %(month)s (90 %% interval %(low)s to %(high)s)",
            rise=signed(move.effect),
            month=since_month(own.base.first + move.since),
            low=signed(move.low),
            high=signed(move.high),
        ),
        msg("months of this person: %(n)s", n=Count(person.months)),
    ]


CHECK = Check(
    id=ID,
    question=N_("Which persons' minutes for each lead rose against their own past?"),
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
        N_("this person got other leads, another product or the difficult cases"),
        N_("this person trains others or took over a task of a colleague"),
        N_("two persons share a login since that month"),
    ),
    what_would_clear_it=N_(
        "the person's lists and tasks by month, the client's own listening to ten calls before and "
        "after, or leads dealt by lot inside the team"
    ),
    catches="stretched_talk",
    minimum_n=LEAST_PERSONS,
    least_vendors=1,
    about=N_(
        "Minutes for each worked lead of every person are held against the person's own past, less "
        "the median of all persons in the month. It breaks down the question whether the vendor's "
        "minutes for each lead rose: nobody is named unless that one names the vendor, and nobody "
        "is ranked. Persons are found while they are fewer than half. Sources: Pérez-Ortiz, Lardy, "
        "de Heide and Grünwald 2024; Wang and Ramdas 2022."
    ),
    drills="minutes_per_lead_rising",
    stored=STORED,
)
