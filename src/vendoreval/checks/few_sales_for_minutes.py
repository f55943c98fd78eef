"""Does this vendor sell less per minute than peers with the same leads?

A vendor paid by the minute earns by talking, not by selling. Whether its minutes sell
can only be told against others who call comparable leads, and honest vendors differ.

Method: minutes and surviving sales of twelve months, up to the day before which sales
have had time to be paid or cancelled. Sales expected of each vendor come from its
minutes in every stratum (campaign and list) at the rate of all vendors there (indirect
standardisation to one common standard: the difference of two logarithms is then the
ratio of two vendors); strata that only one vendor works are left out. With six vendors
and more each is set against the others, the lowest sixth of whom are dropped, and the
p-value is simulated with the dropping included. With two to five vendors the spread
between honest vendors cannot be estimated; it has a half-normal prior, and the answer
is a question only. Billed minutes are compared when every vendor reports them, else
talked minutes: a different rounding rule is no difference in selling.

Not visible: 50 % of padding where honest vendors differ by 10 % is found in a third of
cases with twelve vendors. The best test is a random split of a batch of leads.

Source: Spiegelhalter 2005 (indirect standardisation, overdispersed funnel); trimmed
leave-one-out calibrated by simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import ibis
import numpy as np
import pandas as pd

from vendoreval.checks._answers import amount, minutes, not_run, sentences
from vendoreval.checks._credit import window_calls
from vendoreval.checks._strata import (
    MINIMUM_EXPECTED,
    MINIMUM_SHARED,
    Standing,
    lists_are_known,
    mature_window,
    minutes_and_sales,
    standings_of,
    whole_numbers,
)
from vendoreval.checks._worth import minute_price
from vendoreval.checks.base import (
    Answer,
    Check,
    Evidence,
    Need,
    Range,
    Scope,
    Tables,
    Unseen,
)
from vendoreval.stats import (
    PeerComparison,
    e_value_below,
    half_normal_comparison,
    honest_shape,
    level_detectable,
    spread_sensitivity,
    trimmed_leave_one_out,
)
from vendoreval.text import N_, Count, Day, Message, Minutes, Money, Number, Percent, msg

ID: Final = "few_sales_for_minutes"
FEWEST_FOR_FINDING: Final = 6
#: spreads between honest vendors (log scale) under which the answer is printed again
SPREADS: Final = (0.10, 0.25, 0.50)
# fewer vendors leave no degree of freedom for a distance that would have been found
_LEAST_SPREAD: Final = 3
# from here on a per cent says less than a multiple
_EXTREME: Final = 2.0
_SPLIT: Final = N_(
    "a batch of leads dealt at random between the vendors for four weeks, or a further vendor "
    "on the same lists"
)


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    frame = whole_numbers(frame)
    known = lists_are_known(frame, scope)
    standings = {s.vendor: s for s in standings_of(frame, scope, known)}
    compared = [s for s in standings.values() if s.is_enough]
    if len(compared) < 2:
        return [_left_out(standings.get(vendor), vendor) for vendor in scope.vendors]
    results = dict(zip([s.vendor for s in compared], _compare(compared, scope), strict=True))
    asks_only = len(compared) < FEWEST_FOR_FINDING or not known
    return [
        _answer(standings[vendor], results[vendor], compared, asks_only, scope)
        if vendor in results
        else _left_out(standings.get(vendor), vendor)
        for vendor in scope.vendors
    ]


def _compare(compared: Sequence[Standing], scope: Scope) -> Sequence[PeerComparison]:
    levels = [s.log_ratio for s in compared]
    variances = [1 / s.expected for s in compared]
    if len(compared) < FEWEST_FOR_FINDING:
        return half_normal_comparison(levels, variances)
    rng = np.random.default_rng(scope.seed)
    return trimmed_leave_one_out(levels, variances, rng, counted=True)


def _left_out(standing: Standing | None, vendor: str) -> Answer:
    """Say why a vendor cannot be compared and what would allow it."""
    if standing is None or standing.seconds + standing.sold == 0:
        reason = msg("no minutes on leads that another vendor works too")
    elif standing.shared < MINIMUM_SHARED:
        reason = msg(
            "only %(share)s of the minutes lie on lists that another vendor works too",
            share=Percent(standing.shared),
        )
    elif standing.expected < MINIMUM_EXPECTED:
        reason = msg(
            "sales expected at the common rate: %(expected)s; the comparison needs %(needed)s",
            expected=Number(standing.expected, 1),
            needed=Count(MINIMUM_EXPECTED),
        )
    else:
        reason = msg("no other vendor has minutes and sales enough to compare with")
    sold = standing.sold if standing is not None else 0
    return not_run(ID, vendor, reason, msg(_SPLIT), sold)


def _answer(
    standing: Standing,
    result: PeerComparison,
    compared: Sequence[Standing],
    asks_only: bool,
    scope: Scope,
) -> Answer:
    vendors = len(compared)
    statement = msg(
        "mature surviving sales: %(sold)s; at the common rate its minutes would bring "
        "%(expected)s; against the others: %(ratio)s of their level (90 %% interval %(low)s to "
        "%(high)s); vendors compared: %(vendors)s; sales up to %(day)s",
        sold=Count(standing.sold),
        expected=Number(standing.expected, 1),
        ratio=Percent(result.ratio, 0),
        low=Percent(result.ratio_low, 0),
        high=Percent(result.ratio_high, 0),
        vendors=Count(vendors),
        day=Day(mature_window(scope).last_day),
    )
    e_value = None if asks_only else _e_value(standing, result)
    found: tuple[Evidence, ...] = ()
    if result.ratio < 1:
        found = (_evidence(standing, result, compared, e_value, scope),)
    unseen = _unseen(standing, result, vendors)
    return Answer(standing.vendor, statement, standing.sold, found, e_value=e_value, unseen=unseen)


def _honest_sales(standing: Standing, result: PeerComparison) -> float:
    return standing.expected * float(np.exp(result.log_level))


def _e_value(standing: Standing, result: PeerComparison) -> float:
    shape = honest_shape(result.tau2_upper, result.level_error)
    return e_value_below(standing.sold, _honest_sales(standing, result), shape)


def _unseen(standing: Standing, result: PeerComparison, vendors: int) -> Unseen | None:
    """Say how much padding such a comparison finds; two vendors have no spread at all."""
    if vendors < _LEAST_SPREAD:
        return None
    # a question is put from 5 % on, a finding needs far more
    level = 0.001 if vendors >= FEWEST_FOR_FINDING else 0.05
    honest = _honest_sales(standing, result)
    share = level_detectable(honest, result.tau2_upper, vendors - 1, level)
    if not np.isfinite(share):
        return None
    if share >= _EXTREME:
        text = msg(
            "whatever is short of %(times)s times the minutes of the other vendors",
            times=Count(round(1 + share)),
        )
        return Unseen(share, text)
    text = msg(
        "minutes beyond the level of the other vendors by less than %(share)s",
        share=Percent(share, 0),
    )
    return Unseen(share, text)


def _sensitivity(
    standing: Standing, result: PeerComparison, compared: Sequence[Standing]
) -> Message:
    """Say what the answer hangs on: how much honest vendors are thought to differ."""
    if len(compared) < FEWEST_FOR_FINDING:
        place = [s.vendor for s in compared].index(standing.vendor)
        levels = [s.log_ratio for s in compared]
        variances = [1 / s.expected for s in compared]
        values = [half_normal_comparison(levels, variances, tau)[place].p_value for tau in SPREADS]
        return msg(
            "chance of so few sales if honest vendors differ by about 10 %%, 25 %% or 50 %%: "
            "%(small)s, %(middle)s, %(large)s",
            small=Percent(values[0]),
            middle=Percent(values[1]),
            large=Percent(values[2]),
        )
    rows = spread_sensitivity(standing.sold, _honest_sales(standing, result), SPREADS)
    return msg(
        "evidence if honest vendors differ by 10 %%, 25 %% or 50 %% instead: %(small)s, "
        "%(middle)s, %(large)s to 1",
        small=Number(min(rows[0][1], 1e6), 1),
        middle=Number(min(rows[1][1], 1e6), 1),
        large=Number(min(rows[2][1], 1e6), 1),
    )


def _evidence(
    standing: Standing,
    result: PeerComparison,
    compared: Sequence[Standing],
    e_value: float | None,
    scope: Scope,
) -> Evidence:
    honest, asks_only = _honest_sales(standing, result), e_value is None
    spared, money = (None, None) if asks_only else _excess(standing, result, scope)
    return Evidence(
        check=ID,
        vendor=standing.vendor,
        observed=float(standing.sold),
        expected=round(standing.sold / result.ratio, 2) if result.ratio else honest,
        unit="sales",
        n=standing.sold,
        title=msg("Fewer sales per minute than the others"),
        condition=sentences(
            [
                _condition(standing, result, len(compared), asks_only),
                _sensitivity(standing, result, compared),
            ]
        ),
        criteria=msg(
            "minutes on the same lists sell at the level of the other vendors, within the spread "
            "between honest vendors"
        ),
        p_value=result.p_value,
        e_value=e_value,
        review_only=asks_only,
        grade="E4",
        minutes=spared,
        money=money,
        effect=None
        if money is None
        else msg(
            "at the others' level the sales would have taken fewer minutes in the period; likely "
            "at least %(money)s net of VAT",
            money=Money(money.low, scope.currency),
        ),
        cause=msg(
            "unknown from these data: skill, the script, the hours of calling or minutes without "
            "purpose look alike here"
        ),
        ask=(
            msg("thirty recordings of conversations without a sale, chosen at random"),
            msg("a batch of leads dealt at random between the vendors for four weeks"),
        ),
        filters={"vendor": standing.vendor},
    )


def _condition(
    standing: Standing, result: PeerComparison, vendors: int, asks_only: bool
) -> Message:
    parts = [
        msg(
            "surviving sales: %(sold)s in %(minutes)s minutes, which is %(ratio)s of the level of "
            "the other vendors on the same lists (90 %% interval %(low)s to %(high)s)",
            sold=Count(standing.sold),
            minutes=Minutes(standing.seconds / 60),
            ratio=Percent(result.ratio, 0),
            low=Percent(result.ratio_low, 0),
            high=Percent(result.ratio_high, 0),
        )
    ]
    if vendors < FEWEST_FOR_FINDING:
        parts.append(
            msg(
                "vendors compared: %(n)s, too few to know how much honest vendors differ",
                n=Count(vendors),
            )
        )
    elif asks_only:
        parts.append(msg("the list of the leads is not known, so the leads may differ"))
    return sentences(parts)


def _excess(standing: Standing, result: PeerComparison, scope: Scope) -> tuple[Range, Range | None]:
    """Return the period's minutes beyond the others' level, and what they cost."""
    whole = minutes(standing.period_seconds)
    low, point, high = (
        (whole * max(Decimal(0), 1 - Decimal(str(ratio)))).quantize(Decimal("0.01"))
        for ratio in (result.ratio_high, result.ratio, result.ratio_low)
    )
    price = minute_price(standing.vendor, scope)
    if price is None:
        return Range(low, point, high), None
    return Range(low, point, high), Range(*(amount(m * price) for m in (low, point, high)))


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = window_calls(tables["calls"], scope.vendors, scope.period)
    return calls.mutate(seconds=calls.billed_seconds.fill_null(calls.talk_seconds)).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "seconds",
    )  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_("Does this vendor sell less per minute than peers with the same leads?"),
    kind="pattern",
    family="a",
    needs=(
        Need("calls", ("talk_seconds", "lead_id")),
        Need("client_sales", ("lead_id",), owner="client"),
    ),
    reduce=minutes_and_sales,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("the vendor got a harder list or harder leads inside the same list"),
        N_("new agents, a new script or a changed price of the product"),
        N_("incoming calls or repeat customers are mixed in differently"),
        N_("the client's records credit its sales to another vendor"),
    ),
    what_would_clear_it=N_(
        "a batch of leads dealt at random between the vendors for four weeks: the list is then "
        "the same, and what remains is the vendor"
    ),
    catches="stretched_talk",
    minimum_n=MINIMUM_EXPECTED,
    about=N_(
        "Sales expected of a vendor come from its minutes in every campaign and list at the "
        "common rate there; lists that one vendor works alone are left out, and only sales old "
        "enough to be paid or cancelled count. With six vendors and more each is set against the "
        "others after the lowest sixth of them is set aside, with simulated p-values; two bad "
        "vendors would otherwise hide each other. With two to five vendors the honest spread "
        "cannot be measured, so the answer is a question only. The interval of the money holds "
        "the spread between honest vendors. Source: Spiegelhalter 2005."
    ),
    least_vendors=FEWEST_FOR_FINDING,
)
