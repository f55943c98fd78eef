"""Does the invoice ask for more than the call log, rated by the card, supports?

The vendor's own call log, rated call by call by the card both sides signed, says how
many minutes may be billed. What the invoice asks for above that has no call behind it.
The difference is arithmetic; that the log is complete is for the vendor to show.

Method: invoice lines per minute whose service begins in the period, against the calls of
the days those lines cover, rated by the line of the card for the unit, the day and the
campaign. The tolerance of the card is applied to the net difference of all campaigns
(clock noise goes both ways), in the unit of the line: a net excess above the larger of
its relative and its absolute part is reported whole, valued at the price billed and at most
the card's. Minutes missing in other campaigns are set off.

Source: scheme S1; invoice audits compare count and seconds per period and campaign.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import not_run, of_vendor, sentences, stack
from vendoreval.checks._invoice import (
    Group,
    dearest_first,
    group_lines,
    over_log_evidence,
    settle,
    within_tolerance,
)
from vendoreval.checks.base import Answer, Check, Need, Scope, Tables
from vendoreval.rating import MINUTE_UNITS, minute_rates, rate_calls
from vendoreval.tables import MONEY
from vendoreval.text import N_, Count, Message, Number, msg

ID: Final = "billed_over_logged"
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "unit": "string", "campaign_id": "string",
    "rate_item": "string", "first_on": "date", "last_on": "date", "unit_price": MONEY,
    "quantity": MONEY, "worth": MONEY, "seconds": "int64", "n": "int64",
}  # fmt: skip


def _lines(tables: Tables, scope: Scope) -> ibis.Table:
    lines = tables["invoice_lines"]
    return lines.filter(
        lines.vendor.isin(scope.vendors),
        lines.unit.isin(MINUTE_UNITS),
        lines.period_start >= ibis.literal(scope.period.start),
        lines.period_start < ibis.literal(scope.period.end),
    )


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    lines = _lines(tables, scope)
    lines = lines.mutate(campaign_id=lines.campaign_id.fill_null(""))
    billed = lines.group_by(["vendor", "unit", "campaign_id", "unit_price"]).agg(
        first_on=lines.period_start.min(),
        last_on=lines.period_end.max(),
        quantity=lines.quantity.sum().cast(MONEY),
        # each line is rounded to the coin on its own
        worth=(lines.quantity * lines.unit_price).round(2).sum().cast(MONEY),
        n=lines.count().cast("int64"),
    )
    billed = billed.mutate(
        kind=ibis.literal("line"), rate_item=ibis.literal(""), seconds=ibis.literal(0)
    )
    parts = [billed]
    cover = lines.group_by(["vendor", "unit"]).agg(
        covered_from=lines.period_start.min(), covered_to=lines.period_end.max()
    )
    cards = {v: scope.agreements[v] for v in scope.vendors if v in scope.agreements}
    for unit in sorted({rate.item.unit for rate in minute_rates(cards)}):
        parts.append(_logged(tables["calls"], cover, unit, scope))
    return stack(parts, _COLUMNS)


def _logged(calls: ibis.Table, cover: ibis.Table, unit: str, scope: Scope) -> ibis.Table:
    """Return the rated seconds of a unit by day, on the days the invoice covers."""
    cards = {v: scope.agreements[v] for v in scope.vendors if v in scope.agreements}
    cover = cover.filter(cover.unit == unit)
    cover = cover.select("covered_from", "covered_to", billed_vendor="vendor")
    end = ibis.literal(scope.period.end)
    joined = calls.join(cover, calls.vendor == cover.billed_vendor)
    joined = joined.filter(
        joined.started_on >= joined.covered_from,
        joined.started_on <= joined.covered_to,
        # an invoice that writes the day after the period as its end does not mean that day
        (joined.covered_to != end) | (joined.started_on < end),
    )
    rated = rate_calls(joined, minute_rates(cards, unit))
    rated = rated.filter(rated.rate_item != "")
    rated = rated.mutate(campaign_id=rated.campaign_id.fill_null(""))
    summed = rated.group_by(["vendor", "campaign_id", "rate_item", "started_on"]).agg(
        seconds=rated.rated_seconds.sum().cast("int64"), n=rated.count().cast("int64")
    )
    return summed.mutate(
        kind=ibis.literal("calls"),
        unit=ibis.literal(unit),
        first_on=summed.started_on,
        last_on=summed.started_on,
        unit_price=ibis.literal(0),
        quantity=ibis.literal(0),
        worth=ibis.literal(0),
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    return _lines(tables, scope).select(
        "vendor", "invoice_id", "line", "period_start", "period_end", "unit", "campaign_id",
        "quantity", "unit_price", "amount", "description",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(of_vendor(frame, vendor), vendor, scope) for vendor in scope.vendors]


def _answer(own: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    lines, calls = own[own["kind"] == "line"], own[own["kind"] == "calls"]
    if lines.empty:
        return not_run(
            ID,
            vendor,
            msg("no invoice line per minute begins in the period"),
            msg("the lines of the invoice with period, unit, quantity and price"),
        )
    groups, unpriced = group_lines(own, vendor, scope)
    if not groups:
        return not_run(
            ID,
            vendor,
            msg("the rate card has no line for the unit that is billed"),
            msg("the signed rate card with a line for every unit on the invoice"),
        )
    if any(group.item.minimum_commitment for group in groups):
        return not_run(
            ID,
            vendor,
            msg("the card holds a minimum commitment, so minutes above the log may be agreed"),
            msg("the minimum and the difference to it as a line of their own on the invoice"),
        )
    n = int(calls["n"].sum())
    if n == 0:
        return not_run(
            ID,
            vendor,
            msg("the call log holds no call on the days that were billed"),
            msg("the call log of every day on the invoice"),
        )
    above = [] if within_tolerance(groups) else settle(groups)
    evidence = [over_log_evidence(group, vendor, scope) for group in above]
    return Answer(vendor, _statement(groups, unpriced), n, dearest_first(evidence))


def _statement(groups: Sequence[Group], unpriced: int) -> Message:
    billed = sum((group.billed for group in groups), Decimal(0))
    logged = sum((group.logged for group in groups), Decimal(0))
    told = [
        msg(
            "minutes billed: %(billed)s, minutes the log supports: %(logged)s, "
            "difference: %(difference)s",
            billed=Number(float(billed), 2),
            logged=Number(float(logged), 2),
            difference=Number(float(billed - logged), 2),
        )
    ]
    if unpriced:
        told.append(msg("lines whose unit the card does not price: %(n)s", n=Count(unpriced)))
    return sentences(told)


CHECK = Check(
    id=ID,
    question=N_("Does the invoice ask for more than the call log, rated by the card, supports?"),
    kind="fact",
    family="m",
    needs=(
        Need("invoice_lines", ("period_start", "period_end", "unit", "quantity", "unit_price")),
        Need("calls", ("started_at", "talk_seconds", "disposition")),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="invoice_lines",
    honest_explanations=(
        N_("a part of the call log was not delivered, or its rows were refused on receipt"),
        N_("the invoice counts another unit, for example with the work after the call"),
        N_("the day of the invoice is cut in another time zone than that of the log"),
        N_("a minimum fee or an addendum was agreed and is not in the card"),
    ),
    what_would_clear_it=N_(
        "the calls that are missing in the log, each with its number, or the signed clause that "
        "the card does not hold"
    ),
    catches="invoice_above_log",
    minimum_n=1,
    about=N_(
        "The vendor's own call log, rated call by call by the signed card, says how many minutes "
        "may be billed. Lines of the invoice per minute are set against the calls of the days "
        "they cover, by unit and campaign. The tolerance of the card is applied to the net "
        "difference; minutes missing in other campaigns are set off; the excess is valued at the "
        "price billed, at most the card's, net of VAT."
    ),
)
