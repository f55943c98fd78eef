"""Do sales or minutes jump at period end and dip after?

Where a month's result decides a bonus or the vendor's standing, sales may be entered on its
last days that nobody meant, and die in the weeks after; or minutes may be talked to fill a
volume. People are also paid at the end of a month, and offers end with it, so that a jump by
itself says little: what counts is whether the sales of the last days live.

Method: each whole month of twelve is cut into its last three working days (by the vendor's
own dials), its first three and the rest. Decisive is the odds ratio of dying within 30 days,
sales of the end against the other sales of the same month and vendor, months kept apart;
a jump of real sales leaves it at 1, so that pay days and deadlines cancel out. It is compared
with the other vendors with their honest spread left in: from six on it is evidence. With fewer
the vendor's own other days are the control, and it can only ask. How far sales jump before and
after cancellations, and dip on the first days of a month, is printed. Talk on the last days
against the month's other working days is compared in the same way, or with the vendor's own
earlier months, and can only ask. Both p-values are doubled, for two questions are asked.

Source: scheme S31; Mantel and Haenszel 1959; Robins, Breslow and Greenland 1986.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pandas as pd

from vendoreval.checks._answers import amount, not_run, of_vendor, sentences
from vendoreval.checks._card import sale_price
from vendoreval.checks._levels import (
    MANY_VENDORS,
    Level,
    Standing,
    against_reference,
    against_words,
    compared,
    window_of,
)
from vendoreval.checks._month_ends import COUNTS, LAST_DAYS, Ends, by_day, cancelled_rows, ends_of
from vendoreval.checks._sale_ends import MATURE_DAYS
from vendoreval.checks._told import told
from vendoreval.checks._worth import minute_price, minutes_range, worth_of
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope
from vendoreval.measures import first_of_month, number_of_month
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "period_end_sales"
MINIMUM_N: Final = 60
_LEAST_DIED: Final = 10
# vendors without a single cancellation look more alike than they are
_LEAST_EXPECTED: Final = 3
_LEAST_MONTHS: Final = 3
_PAST_MONTHS: Final = 3
_QUESTIONS: Final = 2


@dataclass(frozen=True)
class _Asked:
    """Both questions of one vendor; `None` where one cannot be asked."""

    sales: Standing | None
    talk: Standing | None


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    # an engine may widen a sum to a decimal
    frame = frame.astype(dict.fromkeys(COUNTS, "int64"))
    whole = _whole_months(scope)
    ends = {v: ends_of(of_vendor(frame, v), whole) for v in scope.vendors}
    sales = _of_sales({v: e for v, e in ends.items() if _sales_enough(e)}, scope)
    # without the client's records it is not known whether anything sold, so nothing is asked
    recorded = int(frame["known"].sum()) > 0
    talk = _of_talk({v: e for v, e in ends.items() if _talk_enough(e) and recorded}, scope)
    return [
        _answer(vendor, ends[vendor], _Asked(sales.get(vendor), talk.get(vendor)), scope)
        for vendor in scope.vendors
    ]


def _whole_months(scope: Scope) -> range:
    window = window_of(scope)
    first, last = number_of_month(window.start), number_of_month(scope.period.last_day)
    is_whole = first_of_month(last + 1) <= scope.period.end
    return range(first, last + is_whole)


def _mature_months(ends: Ends) -> int:
    by_month = ends.frame.groupby("month")["mature"].sum()
    return int((by_month > 0).sum())


def _sales_enough(ends: Ends) -> bool:
    return (
        _mature_months(ends) >= _LEAST_MONTHS
        and ends.total("mature") >= MINIMUM_N
        and ends.total("died") >= _LEAST_DIED
        and _expected_to_die(ends) >= _LEAST_EXPECTED
    )


def _expected_to_die(ends: Ends) -> float:
    """Return the cancellations of the end, were they spread evenly over all sales."""
    mature = max(ends.total("mature"), 1)
    return ends.total("died") * ends.total("mature", "end") / mature


def _talk_enough(ends: Ends) -> bool:
    return ends.months >= _LEAST_MONTHS and ends.total("conversations") >= MINIMUM_N


def _of_sales(ends: Mapping[str, Ends], scope: Scope) -> dict[str, Standing]:
    levels = {vendor: one.dying() for vendor, one in ends.items()}
    if len(levels) >= MANY_VENDORS:
        return compared(levels, None, scope)
    # the other days of the same months are a control that no peer can give
    return {vendor: against_reference(level) for vendor, level in levels.items()}


def _of_talk(ends: Mapping[str, Ends], scope: Scope) -> dict[str, Standing]:
    if len(ends) >= 2:
        return compared({v: _talk_level(e) for v, e in ends.items()}, None, scope)
    since = number_of_month(scope.period.last_day) - _PAST_MONTHS + 1
    found = {}
    for vendor, one in ends.items():
        now, past = one.since(since), one.before(since)
        if _talk_enough(now) and _talk_enough(past):
            found[vendor] = against_reference(_talk_level(now), _talk_level(past))
    return found


def _talk_level(ends: Ends) -> Level:
    return ends.level("talk_seconds", "days", events="conversations")


def _answer(vendor: str, ends: Ends, asked: _Asked, scope: Scope) -> Answer:
    n = ends.total("mature")
    if asked.sales is None and asked.talk is None:
        return _nothing(vendor, ends, n)
    statement = sentences([_sales_words(ends, asked.sales), *_talk_words(ends, asked.talk)])
    evidence = []
    if asked.sales is not None and asked.sales.ratio > 1 and ends.total("died", "end"):
        evidence.append(_sales_evidence(vendor, ends, asked.sales, scope))
    if asked.talk is not None and asked.talk.ratio > 1:
        evidence.append(_talk_evidence(vendor, ends, asked.talk, scope))
    counting = [asked.sales] if asked.sales is not None else []
    return told(vendor, statement, max(n, 1), counting, evidence)


def _nothing(vendor: str, ends: Ends, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "whole months with working days: %(months)s, of them with sales older than %(days)s "
            "days: %(mature)s; such sales: %(sales)s, cancelled: %(died)s; needed are %(least)s "
            "months, %(minimum)s sales and %(deaths)s cancellations",
            months=Count(ends.months),
            days=Count(MATURE_DAYS),
            mature=Count(_mature_months(ends)),
            sales=Count(n),
            died=Count(ends.total("died")),
            least=Count(_LEAST_MONTHS),
            minimum=Count(MINIMUM_N),
            deaths=Count(_LEAST_DIED),
        ),
        msg("the call log and the client's sales with cancellations of twelve months"),
        n,
    )


def _share(ends: Ends, part: str) -> Percent:
    mature = ends.total("mature", part)
    return Percent(ends.total("died", part) / mature if mature else 0.0)


def _sales_words(ends: Ends, standing: Standing | None) -> Message:
    if standing is None:
        return msg(
            "too few cancelled sales to ask whether those of the last days live: %(died)s",
            died=Count(ends.total("died")),
        )
    return _dying_words(ends)


def _dying_words(ends: Ends) -> Message:
    return msg(
        "cancelled within %(days)s days: %(end)s of the sales of the last %(last)s working days, "
        "%(middle)s of those in the middle of the months (sales: %(sales)s, months: %(months)s)",
        days=Count(MATURE_DAYS),
        end=_share(ends, "end"),
        last=Count(LAST_DAYS),
        middle=_share(ends, "middle"),
        sales=Count(ends.total("mature")),
        months=Count(_mature_months(ends)),
    )


def _talk_words(ends: Ends, standing: Standing | None) -> list[Message]:
    times = ends.times("talk_seconds", "days")
    if times is None:
        return []
    told = msg("talk of a working day at the end: %(times)s of the middle", times=Percent(times, 0))
    return [told] if standing is None else [told, against_words(standing)]


def _jumps(ends: Ends) -> list[Message]:
    """Return how far sales jump before and after cancellations, and dip on the first days."""
    gross = "claimed" if ends.total("claimed") else "known"
    exposure = "conversations" if ends.total("conversations") else "days"
    net = Ends(ends.frame.assign(alive=ends.frame["mature"] - ends.frame["died"]))
    found = [
        (msg("entered"), ends.times(gross, exposure)),
        (msg("of them alive after 30 days"), net.times("alive", exposure)),
        (msg("entered on the first days of a month"), ends.times(gross, exposure, "start")),
    ]
    said = [
        msg("%(what)s: %(times)s", what=what, times=Percent(times, 0))
        for what, times in found
        if times is not None
    ]
    head = msg("sales per conversation on the last days against the middle of the month")
    return [head, *said] if said else []


def _sales_evidence(vendor: str, ends: Ends, standing: Standing, scope: Scope) -> Evidence:
    died, mature = ends.total("died", "end"), ends.total("mature", "end")
    money = _sales_money(vendor, ends, standing, scope)
    odds = msg(
        "odds of a cancellation: %(times)s times those of the rest (90 %% interval %(low)s to "
        "%(high)s), "
        "compared with: %(against)s",
        times=Number(standing.ratio, 2),
        low=Number(standing.low, 2),
        high=Number(standing.high, 2),
        against=msg("the other vendors") if standing.peers else msg("the vendor's own other days"),
    )
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=died / mature,
        expected=died / mature / standing.ratio,
        unit="share",
        n=ends.total("mature"),
        p_value=min(1.0, _QUESTIONS * standing.p_value),
        e_value=standing.e_value,
        review_only=standing.asks_only,
        grade="E4",
        title=msg("Sales of the last days of a month are cancelled: %(n)s", n=Count(died)),
        condition=sentences([_dying_words(ends), odds, *_jumps(ends)]),
        criteria=msg("a sale lives as long whichever day of the month it was entered on"),
        money=money,
        effect=_sales_effect(died, standing, money, scope),
        cause=msg(
            "probably sales entered to reach a step or a target, or an offer of the last days that "
            "customers regret"
        ),
        ask=(
            msg("how bonus and targets of the month are counted, before or after cancellations"),
            msg("ten of these customers, chosen by lot, called by the client"),
        ),
        filters={"vendor": vendor, "part": "end"},
    )


def _sales_money(vendor: str, ends: Ends, standing: Standing, scope: Scope) -> Range | None:
    price = sale_price(vendor, scope)
    if price is None:
        return None
    now = ends.total("died_now", "end")
    return Range(*(amount(price * now * Decimal(str(s))) for s in standing.excess_share))


def _sales_effect(died: int, standing: Standing, money: Range | None, scope: Scope) -> Message:
    low, point, _ = standing.excess_share
    beyond = msg(
        "cancelled sales of the last days beyond the usual: about %(n)s, likely at least %(low)s",
        n=Count(round(died * point)),
        low=Count(round(died * low)),
    )
    if money is None:
        return beyond
    return sentences(
        [
            beyond,
            msg(
                "at the price of a sale, of those cancelled in the audited period: about %(money)s "
                "net of VAT",
                money=Money(money.point, scope.currency),
            ),
        ]
    )


def _talk_evidence(vendor: str, ends: Ends, standing: Standing, scope: Scope) -> Evidence:
    last = ends.since(number_of_month(scope.period.last_day)).total("talk_seconds", "end")
    spared = minutes_range([last * share for share in standing.excess_share])
    times = ends.times("talk_seconds", "days") or standing.ratio
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=times,
        expected=times / standing.ratio,
        unit="share",
        n=ends.total("conversations"),
        p_value=min(1.0, _QUESTIONS * standing.p_value),
        review_only=True,
        title=msg("More talk on the last days of a month"),
        condition=sentences([*_talk_words(ends, standing), *_jumps(ends)]),
        criteria=msg("the last working days of a month are worked like the others"),
        minutes=spared,
        money=worth_of(spared, minute_price(vendor, scope)),
        effect=msg(
            "talk of the last days of the period beyond the usual: about %(n)s minutes",
            n=Number(float(spared.point), 0),
        ),
        cause=msg("probably a volume to be reached, or work that was put off"),
        ask=(msg("the volumes agreed for these months, and the plan of shifts of the last days"),),
        filters={"vendor": vendor, "part": "end"},
    )


CHECK = Check(
    id=ID,
    question=N_("Do sales or minutes jump at period end and dip after?"),
    kind="pattern",
    family="g",
    needs=(
        Need("client_sales", ("sold_at", "cancelled_at"), owner="client"),
        Need("calls", ("started_at",)),
    ),
    reduce=by_day,
    judge=_judge,
    rows=cancelled_rows,
    row_report="client_sales",
    honest_explanations=(
        N_("customers are paid at the end of the month, or an offer ends with it"),
        N_("the client enters the sales of a month together on its last day"),
        N_("a deadline of the client brings more work to the last days"),
        N_("the team had been short of leads until then"),
    ),
    what_would_clear_it=N_(
        "the calendar of offers and pay days beside the days of these sales, and the reasons of "
        "the cancellations from the customers themselves"
    ),
    catches="period_end_sales",
    minimum_n=MINIMUM_N,
    least_vendors=6,
    about=N_(
        "Sales of the last three working days of each month are set beside the other sales of the "
        "same month: how often each die within 30 days, months kept apart. A rush of real sales "
        "changes nothing here, so that pay days and deadlines cancel out. From six vendors on the "
        "odds are compared with the others with their honest spread left in; with fewer the "
        "vendor's own other days are the control, and it only asks. Talk of the last days is "
        "compared too, and only asks. Sources: Mantel and Haenszel 1959; Robins, Breslow and "
        "Greenland 1986."
    ),
)
