"""The six rows behind the verdict: does it sell, or is it work for minutes?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Literal

import ibis

from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import Measure, MoneyLadder, VerdictRow
from vendoreval.auditing.stage_moves import MovesSlope, slopes
from vendoreval.checks.base import Estimate
from vendoreval.engine import Engine
from vendoreval.measures import vendor_of_sales
from vendoreval.period import Period
from vendoreval.tables import CONVERSATION, TABLES
from vendoreval.text import Count, Message, Money, Number, Percent, msg

Tables = Mapping[str, ibis.Table]
Reading = Literal["for", "against", "neutral", "unknown"]
COST_CHECK = "cost_against_ceiling"
_FORWARD = {"new": 0, "contacted": 1, "interested": 2, "quote": 3, "won": 4}


@dataclass(frozen=True)
class Movement:
    """What the vendor's talk of the period moved; `None` when the data cannot say."""

    moved_seconds: int | None
    moves: int | None
    conversation_seconds: int
    sold_seconds: int
    talk_seconds: int
    slope: MovesSlope | None = None


@dataclass(frozen=True)
class Claims:
    """The claimed sales of the period: how many, and how many the client's records confirm."""

    claimed: int
    confirmed: int


def _rank(stage: ibis.expr.types.StringColumn) -> ibis.expr.types.IntegerColumn:
    return stage.cases(*_FORWARD.items(), else_=-1)


def _latest(funnel: ibis.Table) -> ibis.Table:
    """Return the last known stage of each lead."""
    place = ibis.row_number().over(
        group_by=[funnel.vendor, funnel.lead_id], order_by=ibis.desc(funnel.snapshot_on)
    )
    ranked = funnel.mutate(place=place)
    return ranked.filter(ranked.place == 0)


def moved_leads(tables: Tables, period: Period) -> ibis.Table:
    """Return vendor and lead_id of the leads that stand further after the period than before."""
    funnel = tables["funnel"]
    before = _latest(funnel.filter(funnel.snapshot_on < period.start))
    after = _latest(
        funnel.filter(funnel.snapshot_on >= period.start, funnel.snapshot_on < period.end)
    )
    before = before.select(
        vendor_b=before.vendor, lead_b=before.lead_id, rank_b=_rank(before.stage)
    )
    after = after.select("vendor", "lead_id", rank=_rank(after.stage))
    joined = after.left_join(
        before, [after.vendor == before.vendor_b, after.lead_id == before.lead_b]
    )
    # a lead not seen before starts as new
    return joined.filter(joined["rank"] > ibis.coalesce(joined.rank_b, 0)).select(
        "vendor", "lead_id"
    )


def talk_by_outcome(tables: Tables, period: Period) -> ibis.Table:
    """Return per vendor the talk in all, on moved leads and on leads the client sold to."""
    calls = tables["calls"]
    calls = calls.filter(calls.started_on >= period.start, calls.started_on < period.end)
    moved = moved_leads(tables, period).mutate(is_moved=1)
    sales = vendor_of_sales(tables)
    sold = sales.filter(sales.cancelled_on.isnull(), sales.lead_id.notnull())
    sold = sold.group_by(sold_lead=sold.lead_id).agg(is_sold=ibis.literal(1))
    moved = moved.select(
        moved_vendor=moved.vendor, moved_lead=moved.lead_id, is_moved=moved.is_moved
    )
    joined = calls.left_join(
        moved, [calls.vendor == moved.moved_vendor, calls.lead_id == moved.moved_lead]
    )
    joined = joined.left_join(sold, joined.lead_id == sold.sold_lead)
    seconds = ibis.coalesce(joined.talk_seconds, 0)
    is_moved = ibis.coalesce(joined.is_moved, 0)
    is_conversation = joined.disposition.isin(CONVERSATION).cast("int64")
    return joined.group_by("vendor").agg(
        talk_seconds=seconds.sum(),
        moved_seconds=(seconds * is_moved).sum(),
        conversation_seconds=(seconds * is_conversation).sum(),
        sold_seconds=(seconds * ibis.coalesce(joined.is_sold, 0)).sum(),
        moves=ibis.ifelse(is_moved == 1, joined.lead_id, ibis.null("string")).nunique(),
    )


def claimed_sales(tables: Tables, period: Period) -> ibis.Table:
    """Return per vendor the claimed sales of the period and those the client's records confirm."""
    claims, known = tables["sales"], tables["client_sales"]
    claims = claims.filter(claims.sold_on >= period.start, claims.sold_on < period.end)
    known = known.filter(known.cancelled_on.isnull(), known.lead_id.notnull())
    known = known.group_by(known_lead=known.lead_id).agg(is_known=ibis.literal(1))
    joined = claims.left_join(known, claims.lead_id == known.known_lead)
    return joined.group_by("vendor").agg(
        claimed=joined.count(), confirmed=ibis.coalesce(joined.is_known, 0).sum()
    )


def movements(engine: Engine, period: Period, with_funnel: frozenset[str]) -> dict[str, Movement]:
    """Return vendor -> what its talk moved; `with_funnel` names the vendors with snapshots."""
    rows = engine.run(talk_by_outcome(TABLES, period)).to_pylist()
    slope = slopes(engine, period, moved_leads(TABLES, period)) if with_funnel else {}
    return {
        row["vendor"]: Movement(
            int(row["moved_seconds"]) if row["vendor"] in with_funnel else None,
            int(row["moves"]) if row["vendor"] in with_funnel else None,
            int(row["conversation_seconds"]),
            int(row["sold_seconds"]),
            int(row["talk_seconds"]),
            slope.get(row["vendor"]) if row["vendor"] in with_funnel else None,
        )
        for row in rows
    }


def claims(engine: Engine, period: Period) -> dict[str, Claims]:
    """Return vendor -> its claimed sales and the confirmed part."""
    rows = engine.run(claimed_sales(TABLES, period)).to_pylist()
    return {r["vendor"]: Claims(int(r["claimed"]), int(r["confirmed"])) for r in rows}


def six_rows(
    movement: Movement | None,
    claim: Claims | None,
    measures: Mapping[str, Measure],
    money: MoneyLadder,
    ceiling: Decimal | None,
    currency: str,
    policy: Policy,
    estimate: Estimate | None = None,
) -> tuple[VerdictRow, ...]:
    """Return the six rows in their fixed order.

    Parameters
    ----------
    estimate
        Cost of a surviving sale over months old enough, where that question was asked; else
        the period's own is taken.
    """
    return (
        _moved_row(movement, measures),
        _moves_row(movement),
        _cost_row(*_cost_of(measures["cost_per_surviving_sale"], estimate), ceiling, currency),
        _claims_row(claim, policy),
        _overbilling_row(money, policy),
        _independence_row(movement),
    )


_UNKNOWN = msg("not known")


def _moved_row(movement: Movement | None, measures: Mapping[str, Measure]) -> VerdictRow:
    label = msg("Billed minutes on leads that moved a stage")
    if movement is None or movement.moved_seconds is None or movement.talk_seconds == 0:
        return VerdictRow(
            "moved_share",
            label,
            _UNKNOWN,
            "unknown",
            msg("needs funnel snapshots before and in the period"),
        )
    billed = (measures["billed_minutes"].value or 0) * 60 or movement.talk_seconds
    share = min(1.0, movement.moved_seconds / billed)
    return VerdictRow(
        "moved_share",
        label,
        msg("%(share)s", share=Percent(share)),
        "neutral",
        msg("described; the agreement names no norm for it"),
    )


def _moves_row(movement: Movement | None) -> VerdictRow:
    label = msg("Stage moves for each extra hour of conversation, across the weeks of agents")
    if movement is None or movement.moves is None or movement.conversation_seconds == 0:
        return VerdictRow(
            "moves_per_hour",
            label,
            _UNKNOWN,
            "unknown",
            msg("needs funnel snapshots before and in the period"),
        )
    rate = movement.moves / (movement.conversation_seconds / 3600)
    slope = movement.slope
    if slope is None:
        value = msg("%(rate)s on average", rate=Number(rate, 1))
    else:
        value = msg(
            "%(slope)s (%(low)s to %(high)s); %(rate)s on average",
            slope=Number(slope.value, 2),
            low=Number(slope.low, 2),
            high=Number(slope.high, 2),
            rate=Number(rate, 1),
        )
    return VerdictRow(
        "moves_per_hour",
        label,
        value,
        "neutral",
        msg("described, never judged by: long talks and interest go together"),
    )


def _cost_of(
    measure: Measure, estimate: Estimate | None
) -> tuple[Message, float | None, float | None, float | None]:
    if estimate is not None:
        label = msg("Cost of a surviving sale against the ceiling, months old enough to know")
        return label, estimate.value, estimate.low, estimate.high
    label = msg("Cost of a surviving sale of the period against the ceiling")
    return label, measure.value, measure.low, measure.high


def _cost_row(
    label: Message,
    cost: float | None,
    low: float | None,
    high: float | None,
    ceiling: Decimal | None,
    currency: str,
) -> VerdictRow:
    if cost is None or ceiling is None or low is None or high is None:
        return VerdictRow(
            "cost",
            label,
            _UNKNOWN,
            "unknown",
            msg("needs an invoice, surviving sales and a ceiling in vendoreval.yaml"),
        )
    if not isfinite(cost):
        value = msg("no surviving sale against %(ceiling)s", ceiling=Money(ceiling, currency))
        reason = msg("money was spent and nothing stayed sold")
        return VerdictRow("cost", label, value, "against", reason)
    value = msg(
        "%(cost)s against %(ceiling)s",
        cost=Money(Decimal(str(round(cost, 2))), currency), ceiling=Money(ceiling, currency),
    )  # fmt: skip
    if low > float(ceiling):
        return VerdictRow(
            "cost", label, value, "against", msg("the whole 90 %% interval lies above the ceiling")
        )
    if high <= float(ceiling):
        return VerdictRow(
            "cost", label, value, "for", msg("the whole 90 %% interval lies below the ceiling")
        )
    return VerdictRow(
        "cost", label, value, "neutral", msg("the ceiling lies inside the 90 %% interval")
    )


def _claims_row(claim: Claims | None, policy: Policy) -> VerdictRow:
    label = msg("Claimed sales found in the client's records and not cancelled")
    if claim is None or claim.claimed == 0:
        return VerdictRow(
            "confirmed_share", label, _UNKNOWN, "unknown", msg("needs the vendor's report sales")
        )
    share = claim.confirmed / claim.claimed
    value = msg("%(share)s of %(n)s", share=Percent(share), n=Count(claim.claimed))
    norm = Percent(float(policy.confirmed_share), 0)
    if share >= float(policy.confirmed_share):
        return VerdictRow(
            "confirmed_share", label, value, "for", msg("the policy asks for %(norm)s", norm=norm)
        )
    return VerdictRow(
        "confirmed_share", label, value, "against", msg("the policy asks for %(norm)s", norm=norm)
    )


def _overbilling_row(money: MoneyLadder, policy: Policy) -> VerdictRow:
    label = msg("Provable overbilling as a share of the invoice")
    if money.billed <= 0:
        return VerdictRow("overbilling_share", label, _UNKNOWN, "unknown", msg("needs an invoice"))
    share = money.provable / money.billed
    reading: Reading = "against" if share >= policy.overbilling_share else "for"
    return VerdictRow(
        "overbilling_share",
        label,
        msg("%(share)s", share=Percent(float(share))),
        reading,
        msg(
            "the policy accepts less than %(norm)s",
            norm=Percent(float(policy.overbilling_share), 0),
        ),
    )


def _independence_row(movement: Movement | None) -> VerdictRow:
    label = msg("Talk time known only from the vendor itself")
    if movement is None or movement.talk_seconds == 0:
        return VerdictRow("own_word_share", label, _UNKNOWN, "unknown", msg("needs the call log"))
    share = 1 - movement.sold_seconds / movement.talk_seconds
    return VerdictRow(
        "own_word_share",
        label,
        msg("%(share)s", share=Percent(share)),
        "neutral",
        msg("the rest lies on leads that the client's records call sold"),
    )
