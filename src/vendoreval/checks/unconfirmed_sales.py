"""Which claimed sales does the client's own CRM not know, or know as unpaid?

A sale exists when the client's CRM has it and the customer pays. A claimed sale that the
CRM does not know is paid for on the vendor's word alone.

Method: sales the vendor claims in the period, those of the last days left out because the
CRM may still catch up, against the client's sales: first by lead, else by the last ten
digits of the phone (of the lead, else of the call), within the agreed lag of days to both
sides. Each claim is confirmed and paid, confirmed and unpaid, cancelled, or unknown.
Claims that carry no key the CRM knows, and claims after the last day of the CRM's export,
are not judged. The other direction, sales of the CRM that nobody claimed, and the match
rate are printed. Where less than half of every vendor's claims match, the keys are at
fault and nobody is asked.

Source: schemes S29, S30 and S38; three-way match of claim, record and payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import amount, money_text, not_run, of_vendor, price_text, sentences
from vendoreval.checks._matching import (
    CANCELLED,
    NO_KEY,
    PAID,
    UNKNOWN,
    UNPAID,
    claims_with_state,
    reduced,
)
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Step, Tables
from vendoreval.rating import net_of_vat
from vendoreval.text import N_, Count, Message, Money, Percent, msg

ID: Final = "unconfirmed_sales"
_STATES: Final = (PAID, UNPAID, CANCELLED, UNKNOWN)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    due = claims_with_state(tables, scope)
    return due.filter(due.state == UNKNOWN).select(
        "vendor", "sale_id", "sold_at", "lead_id", "call_id", "agent_id", "product", "amount",
        "status",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    counts = {vendor: _counts(frame, vendor) for vendor in scope.vendors}
    known = int(frame[frame["kind"] == "known"]["n"].sum())
    judged = [state for state in counts.values() if _due(state)]
    # when nobody's claims match, two files write their keys differently
    keys_differ = bool(judged) and all(2 * _matched(state) < _due(state) for state in judged)
    return [
        _refusal(vendor, counts[vendor], known, keys_differ=keys_differ)
        or _answer(frame, vendor, counts, scope)
        for vendor in scope.vendors
    ]


def _counts(frame: pd.DataFrame, vendor: str) -> dict[int, int]:
    claims = of_vendor(frame, vendor)
    claims = claims[claims["kind"] == "claim"]
    by_state = claims.groupby("state")["n"].sum()
    return {int(str(state)): int(n) for state, n in by_state.items()}


def _due(counts: dict[int, int]) -> int:
    return sum(counts.get(state, 0) for state in _STATES)


def _matched(counts: dict[int, int]) -> int:
    return _due(counts) - counts.get(UNKNOWN, 0)


def _refusal(
    vendor: str, counts: dict[int, int], known: int, *, keys_differ: bool
) -> Answer | None:
    n = _due(counts)
    if known == 0:
        return not_run(
            ID,
            vendor,
            msg("the client's CRM delivered no sales"),
            msg("the client's sales with lead or phone, payment and cancellation"),
        )
    if n == 0 and counts.get(NO_KEY, 0):
        return not_run(
            ID,
            vendor,
            msg("the claimed sales carry neither a lead nor a phone that the CRM knows"),
            msg("the lead or the phone of every claimed sale, written as in the client's CRM"),
        )
    if n == 0:
        return not_run(
            ID,
            vendor,
            msg("no claimed sale of the period is old enough to be in the CRM"),
            msg("the list of claimed sales with their leads, and the CRM's sales of those days"),
        )
    if keys_differ:
        return not_run(
            ID,
            vendor,
            msg(
                "fewer than half of the claimed sales match for every vendor (%(share)s here), "
                "so the two files write their keys differently",
                share=Percent(_matched(counts) / n, 1),
            ),
            msg("the same lead number in the claimed sales and in the client's CRM"),
            n,
        )
    return None


def _answer(
    frame: pd.DataFrame, vendor: str, counts: dict[str, dict[int, int]], scope: Scope
) -> Answer:
    own = counts[vendor]
    statement = _statement(frame, vendor, own)
    if not own.get(UNKNOWN, 0):
        return Answer(vendor, statement, _due(own))
    return Answer(vendor, statement, _due(own), (_evidence(frame, vendor, counts, scope),))


def _statement(frame: pd.DataFrame, vendor: str, own: dict[int, int]) -> Message:
    crm = of_vendor(frame, vendor)
    crm = crm[(crm["kind"] == "crm") & (crm["claimed"] == 0)]
    told = [
        msg(
            "claimed sales: %(n)s; in the CRM and paid %(paid)s, unpaid %(unpaid)s, cancelled "
            "%(cancelled)s, unknown %(unknown)s; match rate %(share)s; sales of the CRM that the "
            "vendor did not claim: %(unclaimed)s",
            n=Count(_due(own)),
            paid=Count(own.get(PAID, 0)),
            unpaid=Count(own.get(UNPAID, 0)),
            cancelled=Count(own.get(CANCELLED, 0)),
            unknown=Count(own.get(UNKNOWN, 0)),
            share=Percent(_matched(own) / _due(own), 1),
            unclaimed=Count(int(crm["n"].sum())),
        )
    ]
    if own.get(NO_KEY, 0):
        told.append(msg("claims without a key, not judged: %(n)s", n=Count(own[NO_KEY])))
    return sentences(told)


def _evidence(
    frame: pd.DataFrame, vendor: str, counts: dict[str, dict[int, int]], scope: Scope
) -> Evidence:
    own = counts[vendor]
    others = [state for name, state in counts.items() if name != vendor and _due(state)]
    told = [_statement(frame, vendor, own)]
    if others:
        share = sum(state.get(UNKNOWN, 0) for state in others) / sum(map(_due, others))
        told.append(msg("unknown at the other vendors: %(share)s", share=Percent(share, 1)))
    money, steps = _money(frame, vendor, scope)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(own[UNKNOWN]),
        expected=0.0,
        unit="sales",
        n=_due(own),
        title=msg(
            "Claimed sales that the client's CRM does not know: %(n)s", n=Count(own[UNKNOWN])
        ),
        condition=sentences(told),
        criteria=msg(
            "a claimed sale is in the client's CRM within %(days)s days",
            days=Count(scope.settings.sale_lag_days),
        ),
        grade="E4",
        money=None if money is None else Range.exact(money),
        effect=None
        if money is None
        else msg(
            "the card pays for each sale: %(money)s net of VAT for sales the CRM does not know",
            money=Money(money, scope.currency),
        ),
        cause=msg(
            "probably sales that were not carried into the CRM, another phone or name of the "
            "same customer, or claims without a sale"
        ),
        arithmetic=steps,
        ask=(
            msg("order number, payment and recording for every sale of the list"),
            msg("a call to ten customers of the list, chosen by lot"),
        ),
        filters={"vendor": vendor},
    )


def _money(
    frame: pd.DataFrame, vendor: str, scope: Scope
) -> tuple[Decimal | None, tuple[Step, ...]]:
    """Return the price of the unknown sales where the card pays for a sale."""
    unknown = of_vendor(frame, vendor)
    unknown = unknown[(unknown["kind"] == "claim") & (unknown["state"] == UNKNOWN)]
    by_price: dict[Decimal, int] = {}
    for day, n in unknown.groupby("sold_on")["n"].sum().items():
        price = _price(vendor, pd.Timestamp(str(day)).date(), scope)
        if price:
            by_price[price] = by_price.get(price, 0) + int(n)
    if not by_price:
        return None, ()
    values = {price: amount(n * price) for price, n in sorted(by_price.items())}
    whole = sum(values.values(), Decimal(0))
    result = Step(money_text(whole, scope.currency), msg("net of VAT"), "=")
    if len(values) == 1:
        ((price, n),) = by_price.items()
        return whole, (
            Step(msg("%(n)s", n=Count(n)), msg("sales that the CRM does not know")),
            Step(msg("%(n)s", n=price_text(price)), msg("price of a sale on the card, net"), "×"),
            result,
        )
    steps = [
        Step(
            money_text(value, scope.currency),
            msg("%(n)s sales at %(price)s", n=Count(by_price[price]), price=price_text(price)),
            "+" if number else "",
        )
        for number, (price, value) in enumerate(values.items())
    ]
    return whole, (*steps, result)


def _price(vendor: str, day: date, scope: Scope) -> Decimal | None:
    """Return the lowest price of a sale in force on a day: claims do not name a campaign."""
    agreement = scope.agreements.get(vendor)
    items = agreement.rates("sale", day) if agreement else ()
    prices = [net_of_vat(i.price, i) for i in items if i.currency == scope.currency]
    return min(prices).quantize(Decimal("0.0001")) if prices else None


CHECK = Check(
    id=ID,
    question=N_("Which claimed sales does the client's CRM not know, or know as unpaid?"),
    kind="fact",
    family="m",
    needs=(
        Need("sales", ("sale_id", "sold_at")),
        Need("client_sales", ("sale_id", "sold_at"), "client"),
    ),
    reduce=reduced,
    judge=_judge,
    rows=_rows,
    row_report="sales",
    honest_explanations=(
        N_("the CRM shows sales later than the agreed number of days"),
        N_("the customer bought from another phone or under another name"),
        N_("the sale was entered in the CRM by hand, without the lead"),
        N_("the export of the CRM leaves out a product or a branch"),
    ),
    what_would_clear_it=N_(
        "the order number and the payment of each sale of the list in the client's CRM"
    ),
    catches="unknown_sales",
    minimum_n=1,
    about=N_(
        "A sale exists when the client's CRM has it. Claimed sales are matched by lead, else by "
        "the last ten digits of the phone, within the agreed lag of days to both sides; sales of "
        "the last days, withdrawn sales and claims without a key are not judged. Each claim is "
        "paid, unpaid, cancelled or unknown. Where fewer than half match for every vendor, the "
        "keys are at fault and nobody is asked. Only unknown sales are valued."
    ),
)
