"""Does a surviving sale cost more than the client's ceiling?

The only question about a vendor that needs no other vendor and no past: what was paid,
divided by the sales that stayed sold, against what the client said a sale may cost.

Method: net invoice amounts and surviving sales over the same months: the last twelve
whole months in which every sale had its time to be paid or cancelled, that hold an
invoice of the vendor and lie between the first and the last sale of the client's
records. The past cost is a fact; the interval is for "if we continue" and holds the
spread between agents and between months (t with agents - 1 degrees of freedom). The
e-value compares the sales with those the spend ought to have brought at the ceiling,
with the honest spread in both hypotheses, and may be looked at every month. Run with 8
agents and 60 surviving sales, or 60 sales that the spend ought to have brought: a
vendor that sells nothing must not escape by selling nothing.

A vendor that works only the best leads makes this cost look small; the cost of a
handed-over lead is printed beside it.

Source: clustered ratio estimate; e-values of Vovk & Wang 2021. Coverage of the 90 %
interval in simulation 88-91 %; ever 20 : 1 against a vendor at the ceiling 0-1 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import amount, money_text, not_run, sentences
from vendoreval.checks._spend import Spending, mature_months, spend_and_sales, spending_of
from vendoreval.checks.base import (
    Answer,
    Check,
    Estimate,
    Evidence,
    Need,
    Range,
    Scope,
    Step,
    Tables,
    Unseen,
)
from vendoreval.stats import CostPerSale, cost_detectable, cost_e_value, cost_per_sale
from vendoreval.text import N_, Count, Day, Message, Money, Percent, msg

ID: Final = "cost_against_ceiling"
MINIMUM_AGENTS: Final = 8
MINIMUM_SALES: Final = 60


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    ceiling = scope.settings.ceiling_of()
    if ceiling is None:
        return not_run(
            ID,
            vendor,
            msg("the client has not said what a surviving sale may cost"),
            msg("the ceiling of the cost of a surviving sale, in the settings of the client"),
        )
    spending = spending_of(frame, vendor, scope)
    missing = _missing(spending, ceiling, vendor, scope)
    if missing is not None:
        return missing
    cost = cost_per_sale(
        float(spending.spend),
        list(spending.sold_by_agent.values()),
        list(spending.seconds_by_agent.values()),
        list(spending.sold_by_month.values()),
        [float(value) for value in spending.by_month.values()],
    )
    found = (
        (_evidence(spending, cost, ceiling, vendor, scope),) if cost.cost > float(ceiling) else ()
    )
    low, high = cost.interval()
    return Answer(
        vendor,
        _statement(spending, cost, ceiling, scope),
        spending.sold,
        found,
        e_value=_e_value(spending, ceiling),
        unseen=_unseen(spending),
        estimate=Estimate(cost.cost, low, high, spending.sold),
    )


def _e_value(spending: Spending, ceiling: Decimal) -> float:
    return cost_e_value(
        spending.sold, float(spending.spend / ceiling), len(spending.seconds_by_agent)
    )


def _unseen(spending: Spending) -> Unseen | None:
    agents, months = len(spending.seconds_by_agent), len(spending.by_month)
    if spending.sold <= 0:
        return None
    times = cost_detectable(agents, months, spending.sold)
    share = times - 1
    return Unseen(
        share, msg("a cost above the ceiling by less than %(share)s", share=Percent(share, 0))
    )


def _missing(spending: Spending, ceiling: Decimal, vendor: str, scope: Scope) -> Answer | None:
    """Say what is missing, or nothing."""
    agreement = scope.agreements.get(vendor)
    cards = agreement.rate_card if agreement is not None else ()
    foreign = sorted({item.currency for item in cards if item.currency != scope.currency})
    agents, sold = len(spending.seconds_by_agent), spending.sold
    due = spending.spend / ceiling
    if foreign:
        reason = msg(
            "the vendor bills in %(billed)s and the ceiling is in %(ceiling)s",
            billed=", ".join(foreign),
            ceiling=scope.currency,
        )
        demand = msg("invoices in the currency of the ceiling")
    elif spending.spend <= 0:
        reason = msg(
            "no month before %(day)s has both an invoice and the client's sales",
            day=Day(mature_months(scope).end),
        )
        demand = msg("invoices and the client's sales of the same months, sales old enough")
    elif agents < MINIMUM_AGENTS:
        reason = msg(
            "agents with talk in these months: %(found)s; the interval needs %(needed)s",
            found=Count(agents),
            needed=Count(MINIMUM_AGENTS),
        )
        demand = msg("the call log with agents of the same months")
    elif sold < MINIMUM_SALES and due < MINIMUM_SALES:
        reason = msg(
            "mature surviving sales: %(found)s; the interval needs %(needed)s",
            found=Count(sold),
            needed=Count(MINIMUM_SALES),
        )
        demand = msg("more months, with invoices and the client's sales")
    else:
        return None
    return not_run(ID, vendor, reason, demand, sold)


def _statement(spending: Spending, cost: CostPerSale, ceiling: Decimal, scope: Scope) -> Message:
    low, high = cost.interval()
    parts = [
        msg(
            "a surviving sale costs %(cost)s (90 %% interval %(low)s to %(high)s), the ceiling is "
            "%(ceiling)s; mature sales: %(sold)s, agents: %(agents)s, months: %(months)s",
            cost=_money(cost.cost, scope),
            low=_money(low, scope),
            high=_money(high, scope),
            ceiling=Money(ceiling, scope.currency),
            sold=Count(spending.sold),
            agents=Count(len(spending.seconds_by_agent)),
            months=Count(len(spending.by_month)),
        )
    ]
    if spending.leads:
        parts.append(
            msg(
                "a handed-over lead costs %(cost)s (leads: %(leads)s)",
                cost=_money(float(spending.spend) / spending.leads, scope),
                leads=Count(spending.leads),
            )
        )
    return sentences(parts)


def _evidence(
    spending: Spending, cost: CostPerSale, ceiling: Decimal, vendor: str, scope: Scope
) -> Evidence:
    money = _excess(spending.period_spend, cost, ceiling)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=round(cost.cost, 2),
        expected=float(ceiling),
        unit=scope.currency,
        n=spending.sold,
        title=msg("A surviving sale costs more than the ceiling"),
        condition=_statement(spending, cost, ceiling, scope),
        criteria=msg(
            "the client's ceiling: %(ceiling)s for a sale that was not cancelled",
            ceiling=Money(ceiling, scope.currency),
        ),
        p_value=cost.p_above(float(ceiling)),
        e_value=_e_value(spending, ceiling),
        grade="E4",
        money=money,
        effect=msg(
            "spend of the period above the ceiling, if it sells as the mature months did: likely "
            "at least %(low)s, about %(point)s net of VAT",
            low=Money(money.low, scope.currency),
            point=Money(money.point, scope.currency),
        ),
        cause=msg(
            "unknown from these data: the leads, the price of the product, the tariff or the work "
            "of the vendor; the ceiling is passed whatever the reason"
        ),
        arithmetic=_arithmetic(spending, scope) if spending.sold >= MINIMUM_SALES else (),
        ask=(
            msg("which campaigns and lists the spend went to, month by month"),
            msg("a price for a surviving sale instead of a minute"),
        ),
        filters={"vendor": vendor},
    )


def _excess(spend: Decimal, cost: CostPerSale, ceiling: Decimal) -> Range:
    """Return the period's spend beyond what its sales may cost, never below nothing."""
    low, high = cost.interval()
    shares = [max(0.0, 1 - float(ceiling) / value) for value in (low, cost.cost, high)]
    return Range(*(amount(max(spend, Decimal(0)) * Decimal(str(share))) for share in shares))


def _arithmetic(spending: Spending, scope: Scope) -> tuple[Step, ...]:
    spend = amount(spending.spend)
    return (
        Step(money_text(spend, scope.currency), msg("net spend of the mature months")),
        Step(msg("%(n)s", n=Count(spending.sold)), msg("sales not cancelled"), "÷"),
        Step(
            money_text(amount(spend / spending.sold), scope.currency),
            msg("cost of a surviving sale"),
            "=",
        ),
    )


def _money(value: float, scope: Scope) -> Money:
    return Money(amount(Decimal(str(value))), scope.currency)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    lines, months = tables["invoice_lines"], mature_months(scope)
    return lines.filter(
        lines.vendor.isin(scope.vendors),
        lines.period_start >= ibis.literal(months.start),
        lines.period_start < ibis.literal(months.end),
    ).select(
        "vendor", "invoice_id", "line", "period_start", "period_end", "unit", "quantity",
        "unit_price", "amount", "vat_amount", "campaign_id", "description",
    )  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_("Does a surviving sale cost more than the client's ceiling?"),
    kind="pattern",
    family="o",
    needs=(
        Need("invoice_lines", ("amount", "period_start", "period_end")),
        Need("client_sales", owner="client"),
        Need("calls", ("agent_id", "talk_seconds")),
    ),
    reduce=spend_and_sales,
    judge=_judge,
    rows=_rows,
    row_report="invoice_lines",
    honest_explanations=(
        N_("the leads were worse than those the ceiling was set for"),
        N_("the vendor is in its first months and still learning the product"),
        N_("sales came through other channels or are entered late in the client's records"),
        N_("the price or the terms of the product became worse"),
    ),
    what_would_clear_it=N_(
        "the cost of a sale by campaign and list, the client's own cost of a sale on the same "
        "leads, or sales that the client's records have missed"
    ),
    catches="stretched_talk",
    minimum_n=MINIMUM_SALES,
    about=N_(
        "Net spend is divided by the sales that were not cancelled, over the same months, all of "
        "them old enough to know. The past cost is a fact; the interval is for going on as "
        "before and holds the spread between agents and between months. The e-value may be "
        "looked at every month. A vendor that works only the best leads looks cheap here, so the "
        "cost of a handed-over lead stands beside it."
    ),
    # it serves the verdict: a dear sale is no sign of what a vendor did
)
