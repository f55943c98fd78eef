"""Do the vendor's sales per minute fall against its own past?

Minutes that are not work sell nothing, so a vendor that begins to pad sells less for each
minute than it used to. No other vendor is needed.

Method: logarithm of surviving sales for each minute of talk, month by month, up to the
month before which sales have had time to be paid or cancelled. Honest months may have any
level, any yearly wave and any spread, and may follow the mix of leads; a Bayes factor
integrates all of these in both hypotheses over every month in which the fall may have
begun. The result is exact for one look and valid at every monthly look. Where the volume
of leads changes twofold or their mix jumps, the base has changed: a new stretch begins,
because no regressor tells a worse list from padding when both begin together. With
another vendor on the same lists the difference to it must have fallen too.

Only where the mix of leads is known, or another vendor works the same lists, and the base
has not changed within two years, may the answer become a finding; else it asks whether it
was the list or the work. Two-week blocks see a fall earlier and only ask.

Run with 8 months and 25 sales a month on average. Not visible: padding since the first
month, or that begins with a change of the base. In simulation a third more minutes are
found in .75 of vendors with 30 persons, honest vendors alarm in .03 to .05 of two years.

Source: Pérez-Ortiz, Lardy, de Heide & Grünwald 2024 (e-statistics of group invariant
models); Berger, Pericchi & Varshavsky 1998 (right-Haar Bayes factors).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from vendoreval.checks._answers import not_run, sentences, total
from vendoreval.checks._own_months import STORED, own_months
from vendoreval.checks._own_past import LEAST_MONTHS
from vendoreval.checks._own_sales import LEAST_SALES, OwnSales, own_sales, sales_controls
from vendoreval.checks._past_effect import (
    minute_price,
    percents,
    period_calls,
    worth,
    worth_by_level,
)
from vendoreval.checks._past_words import base_changed, signed, since_month, unseen_fall
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope
from vendoreval.stats import Departure, chance_of_ever
from vendoreval.text import N_, Count, Message, Minutes, Number, Percent, msg

ID: Final = "sales_per_minute_falling"
# a base that changed within so many months may hide what it looks like
_SETTLED_MONTHS: Final = 24


@dataclass(frozen=True)
class _Fallen:
    """What came out for one vendor: the move, its e-values, and whether it may only ask."""

    move: Departure
    own: float
    difference: float | None
    fortnights: float
    asks_only: bool

    @property
    def e_value(self) -> float:
        """The smaller one of the vendor's own and of the difference to the others."""
        return self.own if self.difference is None else min(self.own, self.difference)

    @property
    def review_e_value(self) -> float:
        """The mean of months and two-week blocks, which is an e-value too."""
        return (self.e_value + self.fortnights) / 2


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    found = own_sales(frame, scope)
    return [_answer(vendor, found, scope) for vendor in scope.vendors]


def _answer(vendor: str, found: Mapping[str, OwnSales | None], scope: Scope) -> Answer:
    own = found[vendor]
    if own is None or not own.is_enough:
        return _too_little(vendor, own)
    n = int(own.sold[own.months.places].sum())
    move = own.months.move("down", own.minutes)
    if move is None:
        return Answer(vendor, msg("sales per minute are exactly alike in all months"), n, e_value=1)
    fallen = _fallen(vendor, found, own, move)
    statement = _statement(own, fallen)
    e_value = min(1.0, fallen.e_value) if fallen.asks_only else fallen.e_value
    is_lower = move.effect < 0 and max(fallen.e_value, fallen.review_e_value) > 1
    evidence = (_evidence(vendor, own, fallen, statement, scope),) if is_lower else ()
    unseen = unseen_fall(own.months.detectable)
    return Answer(vendor, statement, n, evidence, e_value=e_value, unseen=unseen)


def _fallen(
    vendor: str, found: Mapping[str, OwnSales | None], own: OwnSales, move: Departure
) -> _Fallen:
    less = sales_controls(found, vendor)
    is_settled = own.stretch.reason == "first" or own.stretch.months >= _SETTLED_MONTHS
    return _Fallen(
        move,
        own.months.e_value("down"),
        None if less is None else less.e_value("down"),
        own.fortnights,
        asks_only=not is_settled or not (own.mix_known or less is not None),
    )


def _too_little(vendor: str, own: OwnSales | None) -> Answer:
    if own is None:
        reason = msg("no month with both talk and sales of the client's records old enough")
        demand = msg("the client's sales of at least eight months that were already invoiced")
        return not_run(ID, vendor, reason, demand)
    counted = msg(
        "comparable months: %(months)s, sales in an average one: %(sales)s; needed are %(least)s "
        "and %(fewest)s",
        months=Count(len(own.months)),
        sales=Number(own.mean_sales, 1),
        least=Count(LEAST_MONTHS),
        fewest=Count(LEAST_SALES),
    )
    changed = base_changed(own.stretch, own.base.first)
    reason = counted if changed is None else sentences([changed, counted])
    demand = msg("the call log and the client's sales of more months on the same kinds of leads")
    return not_run(ID, vendor, reason, demand, int(own.sold.sum()))


def _statement(own: OwnSales, fallen: _Fallen) -> Message:
    move = fallen.move
    parts = [
        msg(
            "surviving sales per minute against the own past: %(change)s since %(month)s (90 %% "
            "interval %(low)s to %(high)s); mature months: %(months)s, sales: %(sales)s",
            change=signed(move.effect),
            month=since_month(own.base.first + move.since),
            low=signed(move.low),
            high=signed(move.high),
            months=Count(len(own.months)),
            sales=Count(int(own.sold[own.months.places].sum())),
        ),
        *_per_lead(own, move),
        *_elastic(own),
    ]
    changed = base_changed(own.stretch, own.base.first)
    if changed is not None:
        parts.append(changed)
    return sentences(parts)


def _per_lead(own: OwnSales, move: Departure) -> list[Message]:
    """Say what sales of a handed-over lead did in the same months: list or work?"""
    places = own.months.places
    before, after = places[places < move.since], places[places >= move.since]
    handed, sold = own.base.handed, own.sold
    if not len(before) or not len(after):
        return []
    if min(handed[before].sum(), handed[after].sum(), sold[before].sum()) <= 0:
        return []
    earlier = sold[before].sum() / handed[before].sum()
    later = sold[after].sum() / handed[after].sum()
    return [
        msg(
            "sales for each handed-over lead in the same months: %(change)s",
            change=Percent(float(later / earlier - 1)),
        )
    ]


def _elastic(own: OwnSales) -> list[Message]:
    if own.elasticity is None:
        return []
    low, high = own.elasticity.interval(0.90)
    return [
        msg(
            "in weeks with 10 %% more minutes sales were %(change)s higher (%(low)s to %(high)s; "
            "described, not judged by)",
            change=Percent(own.elasticity.slope / 10),
            low=Percent(low / 10),
            high=Percent(high / 10),
        )
    ]


def _evidence(
    vendor: str, own: OwnSales, fallen: _Fallen, statement: Message, scope: Scope
) -> Evidence:
    move, price = fallen.move, minute_price(vendor, scope)
    seconds = total(own.own[own.own["kind"] == "period"], "billed_seconds")
    spared, money = worth(move, seconds, price)
    before = own.months.places[own.months.places < move.since]
    level = 1000 * own.sold[before].sum() / max(own.minutes[before].sum(), 1.0)
    now = level * (1 + percents([move.effect])[0])
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=round(float(now), 3),
        expected=round(float(level), 3),
        unit="sales/1000 min",
        n=int(own.sold[own.months.places].sum()),
        title=msg("Sales per minute fell against the own past"),
        condition=sentences([statement, *_why_it_asks(own, fallen)]),
        criteria=msg(
            "the same kinds of leads bring a minute as many sales as in the vendor's own past, "
            "within its own season and spread"
        ),
        p_value=chance_of_ever(fallen.review_e_value),
        e_value=fallen.e_value,
        review_only=fallen.asks_only,
        grade="E4",
        minutes=spared,
        money=None if fallen.asks_only else money,
        wider={}
        if fallen.asks_only
        else worth_by_level(
            lambda wide: own.months.move("down", own.minutes, wide), seconds, price
        ),
        effect=msg(
            "minutes beyond what the own past needed for these sales since then: about %(point)s "
            "(%(low)s to %(high)s)",
            point=Minutes(max(move.total, 0.0)),
            low=Minutes(max(move.total_low, 0.0)),
            high=Minutes(max(move.total_high, 0.0)),
        ),
        cause=msg(
            "unknown from these data: a worse list, a dearer product, new staff or minutes without "
            "purpose lower sales per minute alike"
        ),
        ask=(
            msg(
                "what changed around %(month)s: lists, price, script, staff?",
                month=since_month(own.base.first + move.since),
            ),
            msg("thirty recordings of conversations without a sale, before and after that month"),
        ),
        filters={"vendor": vendor},
    )


def _why_it_asks(own: OwnSales, fallen: _Fallen) -> list[Message]:
    if not fallen.asks_only:
        return []
    if own.mix_known or fallen.difference is not None:
        return [msg("the base of leads changed within two years, so this only asks")]
    return [
        msg(
            "the kinds of leads are not known by month and no other vendor works the same lists, "
            "so this only asks: was it the list or the work?"
        )
    ]


CHECK = Check(
    id=ID,
    question=N_("Do the vendor's sales per minute fall against its own past?"),
    kind="pattern",
    family="b",
    needs=(
        Need("calls", ("talk_seconds",)),
        Need("client_sales", owner="client"),
    ),
    reduce=own_months,
    judge=_judge,
    rows=period_calls,
    row_report="calls",
    honest_explanations=(
        N_("the leads became worse, older or were called before"),
        N_("the product became dearer or a campaign of the client ended"),
        N_("new staff is learning the product"),
        N_("sales are entered later in the client's records than before"),
    ),
    what_would_clear_it=N_(
        "sales for each handed-over lead by list and month, another vendor on the same lists, or a "
        "batch of leads dealt by lot"
    ),
    catches="stretched_talk",
    minimum_n=LEAST_MONTHS * LEAST_SALES,
    least_vendors=1,
    about=N_(
        "Surviving sales for each minute, month by month and old enough to be paid or cancelled, "
        "are held against the vendor's own past. Level, yearly wave, mix of leads and spread may "
        "be anything; the evidence is exact and may be looked at every month. A new stretch "
        "begins where the volume of leads doubles or halves or their mix jumps. Where the kinds "
        "of leads are not known and nobody else works the same lists, or the base changed within "
        "two years, the answer is a question only. Padding from the first month on cannot be seen. "
        "Source: Pérez-Ortiz, Lardy, de Heide and Grünwald 2024."
    ),
    stored=STORED,
)
