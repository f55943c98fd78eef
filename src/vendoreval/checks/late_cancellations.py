"""Do sales die just after the clawback window?

A sale that is cancelled within the window comes back from the vendor; one that dies a week
later stays paid. Where sales die just after the window, and at no other vendor, they may
have been entered to live exactly that long.

Method: the client's sales of twelve months, at risk and cancelled by age in days; what the
records cannot know yet counts as alive up to the last day on record. The window W is that of
the card's clawback, else the client's payment horizon, and this is said. The hazard in the 30
days after W over that inside W, each against the common hazard of the product, is compared with
the other vendors' at the same W, with their honest spread left in; from six vendors on it is
evidence, with two to five a question, and with one vendor its own earlier sales stand in.
Placebo days: where the vendor's hazard over that of the others rises as much in another
fortnight as in the one after W, it can only ask, for the cliff must stand at W. The log-rank
test of whole lives and the piecewise exponential cliff with profile limits are printed as
descriptions.

Source: scheme S28; Mantel 1966 (log-rank); Andersen, Borgan, Gill & Keiding 1993
(standardised hazards, Poisson regression).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import amount, not_run, of_vendor, sentences, total
from vendoreval.checks._card import clawback, sale_price
from vendoreval.checks._cliffs import (
    LATE_DAYS,
    cliff_words,
    lives_words,
    placebo_words,
    rises_elsewhere,
)
from vendoreval.checks._levels import Standing, against_reference, against_words, compared
from vendoreval.checks._sale_ends import (
    between,
    cliff_levels,
    lives,
    window_sales,
    with_rare_products_together,
)
from vendoreval.checks._told import told
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables
from vendoreval.measures import number_of_month
from vendoreval.text import N_, Count, Message, Money, msg

ID: Final = "late_cancellations"
MINIMUM_N: Final = 30
_LEAST_DAYS: Final = 10
# vendors without a single late cancellation look more alike than they are
_LEAST_EXPECTED: Final = 3
_PAST_MONTHS: Final = 6


@dataclass(frozen=True)
class _Window:
    """After how many days a sale is safe, and what the card takes back before."""

    days: int
    share: Decimal
    is_agreed: bool


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    # an engine may widen a sum to a decimal
    frame = frame.astype(dict.fromkeys(("sales", "cancelled_now", "end_age", "month"), "int64"))
    frame = with_rare_products_together(frame)
    own = {vendor: of_vendor(frame, vendor) for vendor in scope.vendors}
    windows = {vendor: _window(vendor, scope) for vendor in scope.vendors}
    # a vendor is compared at its own window: once for each
    standings = {
        days: _against_others(own, days, scope) for days in {w.days for w in windows.values()}
    }
    return [
        _answer(vendor, own, windows[vendor], standings[windows[vendor].days], scope)
        for vendor in scope.vendors
    ]


def _against_others(
    own: Mapping[str, pd.DataFrame], days: int, scope: Scope
) -> Mapping[str, Standing]:
    """Return where every vendor with enough cancellations stands; empty for a single one."""
    ready = {vendor: part for vendor, part in own.items() if _enough(part, days)}
    late = {v: between(part, days, days + LATE_DAYS) for v, part in ready.items()}
    gone, lived = (sum(pair[place] for pair in late.values()) for place in (0, 1))
    ready = {v: p for v, p in ready.items() if late[v][1] * gone >= _LEAST_EXPECTED * lived}
    if len(ready) < 2:
        return {}
    return compared(cliff_levels(ready, days, LATE_DAYS), None, scope)


def _window(vendor: str, scope: Scope) -> _Window:
    agreed = clawback(vendor, scope)
    if agreed is not None and agreed[0] > 0:
        return _Window(agreed[0], agreed[1], True)
    return _Window(max(scope.settings.payment_horizon_days, 1), Decimal(1), False)


def _cancelled(frame: pd.DataFrame, window: int) -> int:
    early, _ = between(frame, -1, window)
    late, _ = between(frame, window, window + LATE_DAYS)
    return int(early + late)


def _enough(frame: pd.DataFrame, window: int) -> bool:
    if frame.empty or int(frame["days_sold"].iloc[0]) < _LEAST_DAYS:
        return False
    lived = between(frame, window, window + LATE_DAYS)[1]
    return lived > 0 and _cancelled(frame, window) >= MINIMUM_N


def _answer(
    vendor: str,
    own: Mapping[str, pd.DataFrame],
    window: _Window,
    standings: Mapping[str, Standing],
    scope: Scope,
) -> Answer:
    mine = own[vendor]
    if not _enough(mine, window.days):
        return _too_few(mine, vendor, window)
    if vendor in standings:
        others = pd.concat([own[v] for v in standings if v != vendor])
        return _found(vendor, mine, others, standings[vendor], window, scope)
    recent = mine["month"] >= number_of_month(scope.period.last_day) - _PAST_MONTHS
    now, past = mine[recent], mine[~recent]
    if not (_enough(now, window.days) and _enough(past, window.days)):
        return not_run(
            ID,
            vendor,
            msg(
                "no other vendor with enough cancelled sales, and no earlier sales of this one "
                "with enough of them to compare with"
            ),
            msg("the client's sales of twelve months with the day of each cancellation"),
            _cancelled(mine, window.days),
        )
    levels = cliff_levels({"now": now, "past": past}, window.days, LATE_DAYS)
    standing = against_reference(levels["now"], levels["past"])
    return _found(vendor, now, past, standing, window, scope)


def _too_few(mine: pd.DataFrame, vendor: str, window: _Window) -> Answer:
    n = 0 if mine.empty else _cancelled(mine, window.days)
    days = 0 if mine.empty else int(mine["days_sold"].iloc[0])
    return not_run(
        ID,
        vendor,
        msg(
            "cancelled sales within %(days)s days: %(n)s; days with sales: %(sold)s; needed are "
            "%(minimum)s and %(least)s, with sales older than %(window)s days",
            days=Count(window.days + LATE_DAYS),
            n=Count(n),
            sold=Count(days),
            minimum=Count(MINIMUM_N),
            least=Count(_LEAST_DAYS),
            window=Count(window.days),
        ),
        msg("the client's sales of twelve months with the day of each cancellation"),
        n,
    )


def _found(
    vendor: str,
    mine: pd.DataFrame,
    others: pd.DataFrame,
    standing: Standing,
    window: _Window,
    scope: Scope,
) -> Answer:
    late = int(between(mine, window.days, window.days + LATE_DAYS)[0])
    n = _cancelled(mine, window.days)
    statement = msg(
        "cancelled sales: %(n)s, of them %(late)s in the %(days)s days after day %(window)s; "
        "%(against)s",
        n=Count(n),
        late=Count(late),
        days=Count(LATE_DAYS),
        window=Count(window.days),
        against=against_words(standing),
    )
    if late == 0 or standing.ratio <= 1:
        return told(vendor, statement, n, [standing])
    elsewhere = rises_elsewhere(mine, others, window.days)
    condition = sentences(
        [
            statement,
            *_window_words(window),
            *cliff_words(mine, others, window.days),
            *lives_words(mine, others),
            *placebo_words(elsewhere),
        ]
    )
    evidence = _evidence(vendor, mine, standing, window, scope, condition, bool(elsewhere))
    return told(vendor, statement, n, [standing], [evidence])


def _window_words(window: _Window) -> list[Message]:
    if window.is_agreed:
        return [msg("clawback agreed within %(days)s days", days=Count(window.days))]
    return [
        msg(
            "the card names no clawback; the client's payment horizon of %(days)s days stands in",
            days=Count(window.days),
        )
    ]


def _evidence(
    vendor: str,
    mine: pd.DataFrame,
    standing: Standing,
    window: _Window,
    scope: Scope,
    condition: Message,
    is_elsewhere: bool,
) -> Evidence:
    late = int(between(mine, window.days, window.days + LATE_DAYS)[0])
    asks_only = standing.asks_only or is_elsewhere
    money = _money(vendor, mine, standing, window, scope)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=late,
        expected=round(late / standing.ratio, 2),
        unit="sales",
        n=_cancelled(mine, window.days),
        p_value=standing.p_value,
        e_value=None if asks_only else standing.e_value,
        review_only=asks_only,
        grade="E4",
        title=msg(
            "Sales cancelled just after day %(day)s: %(n)s", day=Count(window.days), n=Count(late)
        ),
        condition=condition,
        criteria=msg(
            "sales are cancelled at the same ages whoever sold them; the end of the clawback "
            "changes nothing "
            "for the customer"
        ),
        money=money,
        effect=_effect(late, standing, money, scope),
        cause=msg(
            "probably sales that were agreed to be cancelled later, or a date that matters to the "
            "customer, such as the first bill"
        ),
        ask=(
            msg("the reason of each of these cancellations, and who asked for it"),
            msg("ten of these customers, chosen by lot, called by the client"),
        ),
        filters={"vendor": vendor},
    )


def _money(
    vendor: str, mine: pd.DataFrame, standing: Standing, window: _Window, scope: Scope
) -> Range | None:
    """Return what the card would have taken back for the excess of the audited period."""
    price = sale_price(vendor, scope)
    if price is None:
        return None
    late = (mine["end_age"] > window.days) & (mine["end_age"] <= window.days + LATE_DAYS)
    now = total(mine[late], "cancelled_now")
    return Range(
        *(
            amount(price * window.share * now * Decimal(str(share)))
            for share in standing.excess_share
        )
    )


def _effect(late: int, standing: Standing, money: Range | None, scope: Scope) -> Message:
    low, point, _ = standing.excess_share
    beyond = msg(
        "late cancellations beyond the usual: about %(n)s, likely at least %(low)s",
        n=Count(round(late * point)),
        low=Count(round(late * low)),
    )
    if money is None:
        return beyond
    return sentences(
        [
            beyond,
            msg(
                "of the audited period, had they come within the window: about %(money)s net of "
                "VAT",
                money=Money(money.point, scope.currency),
            ),
        ]
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    sales = window_sales(tables, scope)
    late = None
    for vendor in scope.vendors:
        after = _window(vendor, scope).days
        own = (sales.vendor == vendor) & (sales.end_age > after)
        own = own & (sales.end_age <= after + LATE_DAYS)
        late = own if late is None else late | own
    gone = sales.filter(sales.is_cancelled == 1)
    return (gone if late is None else gone.filter(late)).select(
        "vendor", "sale_id", "lead_id", "sold_on", "cancelled_on", "paid_on", "end_age", "amount"
    )


CHECK = Check(
    id=ID,
    question=N_("Do sales die just after the clawback window?"),
    kind="pattern",
    family="g",
    needs=(Need("client_sales", ("sold_at", "cancelled_at"), owner="client"),),
    reduce=lives,
    judge=_judge,
    rows=_rows,
    row_report="client_sales",
    honest_explanations=(
        N_("the first bill or the end of a trial falls on these days"),
        N_("a special offer ended and its customers left together"),
        N_("the client enters cancellations in batches, at the end of a month"),
        N_("the vendor sells another mix of products than the others"),
    ),
    what_would_clear_it=N_(
        "cancellations asked for by the customers themselves, with dates and reasons, or the same "
        "rise at vendors without a clawback"
    ),
    catches="sales_cancelled_late",
    minimum_n=MINIMUM_N,
    least_vendors=6,
    about=N_(
        "The hazard of a cancellation in the 30 days after the clawback window is set over that "
        "inside the window, product by product, and compared with the other vendors at the same "
        "days, with their honest spread left in; one vendor alone is compared with its own earlier "
        "sales. Fortnights elsewhere are placebos: a rise that stands there too can only ask. "
        "What the client's records cannot know yet counts as alive. Sources: Mantel 1966; "
        "Andersen, "
        "Borgan, Gill and Keiding 1993."
    ),
)
