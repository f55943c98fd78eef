"""Is each line priced by the card in force, listed, in term, and one-off fees once?

The signed card is the only ground of a price. A price that nobody signed, a service before
the contract begins or after it ends, a unit the card does not know, a set-up fee that comes
every month: each of them is read off two documents, and each is money.

Method: every line is set against the line of the card that is in force while the service
runs, for its unit and campaign: the date of the service counts, not that of the invoice.
A price is agreed when it is the card's, written with two to four decimals, with its VAT or
without. Where the price changes inside the days of a line, its mean is weighted with the
minutes of the call log; steps of volume are worked out for the volume of the month. What
is charged is compared with what the same quantity costs by the card, both to the coin.
Fixed lines need a clause that pays for them: a monthly fee once for each month, a set-up
fee once ever, the rest of a minimum only while the minimum is not reached, costs passed on
up to their limit. Lines that a credit takes back are left out. A campaign that no line of
the card names, and a line that runs on past the term, only ask.

Source: schemes S3 and S7; rate, term and one-off checks of invoice audits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import not_run, of_vendor, sentences, stack
from vendoreval.checks._fixed_lines import FixedLines
from vendoreval.checks._lines import (
    LINE_COLUMNS,
    Reading,
    card_lines_of,
    line_rows,
    lines_between,
    period_lines,
    readings,
)
from vendoreval.checks._terms import Findings, Rated, cancelled_out, check_caps, check_work
from vendoreval.checks._terms_words import term_evidence
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.rating import MINUTE_UNITS, minute_rates, rate_calls
from vendoreval.rating.lines import CardLine
from vendoreval.text import N_, Count, Message, Percent, msg

ID: Final = "rates_and_terms"
_COLUMNS: Final = {
    "kind": "string", **LINE_COLUMNS, "rate_item": "string", "day": "date", "seconds": "int64",
}  # fmt: skip


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    past = lines_between(tables, scope, None, scope.period.start)
    parts = [
        period_lines(tables, scope).mutate(kind=ibis.literal("line")),
        past.filter(past.unit == "fixed").mutate(kind=ibis.literal("past")),
    ]
    for unit in MINUTE_UNITS:
        changing = _changing(scope, unit)
        if changing:
            parts.append(_rated(tables["calls"], scope, unit, changing))
    return stack(parts, _COLUMNS)


def _changing(scope: Scope, unit: str) -> tuple[str, ...]:
    """Return the vendors whose price of a unit is not the same on all days of the period."""
    found = []
    for vendor in scope.vendors:
        lines = [
            line for line in card_lines_of(vendor, scope, unit)
            if line.item.valid_from < scope.period.end
            and (line.item.valid_to is None or line.item.valid_to > scope.period.start)
        ]  # fmt: skip
        starts = {max(line.item.valid_from, scope.period.start) for line in lines}
        if len(starts) > 1 or any(line.item.valid_to is not None for line in lines):
            found.append(vendor)
    return tuple(found)


def _rated(calls: ibis.Table, scope: Scope, unit: str, vendors: tuple[str, ...]) -> ibis.Table:
    """Return the seconds the log rates by each line of the card, by campaign and day."""
    calls = calls.filter(
        calls.vendor.isin(vendors),
        calls.started_on >= ibis.literal(scope.period.start),
        calls.started_on < ibis.literal(scope.period.end),
    )
    cards = {vendor: scope.agreements[vendor] for vendor in vendors}
    rated = rate_calls(calls, minute_rates(cards, unit))
    rated = rated.filter(rated.rate_item != "", rated.rated_seconds > 0)
    summed = rated.group_by(["vendor", "campaign_id", "rate_item", "started_on"]).agg(
        seconds=rated.rated_seconds.sum().cast("int64")
    )
    return summed.mutate(kind=ibis.literal("rated"), unit=ibis.literal(unit), day=summed.started_on)


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    lines: dict[str, list[Reading]] = {}
    found: dict[str, Findings] = {}
    for vendor in scope.vendors:
        own = of_vendor(frame, vendor)
        lines[vendor] = readings(own[own["kind"] == "line"], vendor, scope)
        found[vendor] = _findings(own, vendor, lines[vendor], scope)
    return [_answer(vendor, lines, found, scope) for vendor in scope.vendors]


def _findings(own: pd.DataFrame, vendor: str, lines: Sequence[Reading], scope: Scope) -> Findings:
    found, card = Findings(), _card(vendor, scope)
    if not card:
        return found
    kept = cancelled_out(lines)
    work = [one for one in kept if one.line.unit != "fixed"]
    check_work(work, card, _seconds(own), found)
    check_caps(lines, found)
    fixed = FixedLines(card, [one for one in lines if one.line.unit != "fixed"])
    past = readings(own[own["kind"] == "past"], vendor, scope)
    fixed.use_past(cancelled_out(past))
    for one in kept:
        if one.line.unit == "fixed":
            fixed.check(one, found)
    return found


def _card(vendor: str, scope: Scope) -> dict[str, list[CardLine]]:
    card: dict[str, list[CardLine]] = {}
    for line in card_lines_of(vendor, scope):
        card.setdefault(line.item.unit, []).append(line)
    return card


def _seconds(own: pd.DataFrame) -> Rated:
    found: dict[tuple[str, str], dict[tuple[str, date], int]] = {}
    for row in own[own["kind"] == "rated"].to_dict("records"):
        campaign = row["campaign_id"] if isinstance(row["campaign_id"], str) else ""
        day = row["day"].date() if isinstance(row["day"], pd.Timestamp) else row["day"]
        place = found.setdefault((str(row["unit"]), campaign), {})
        place[str(row["rate_item"]), day] = int(row["seconds"])
    return found


def _answer(
    vendor: str, lines: Mapping[str, Sequence[Reading]], found: Mapping[str, Findings], scope: Scope
) -> Answer:
    own = lines[vendor]
    if not own:
        return not_run(
            ID,
            vendor,
            msg("no line of an invoice begins in the period"),
            msg("the invoice with unit, price and days of service of every line"),
        )
    if not _card(vendor, scope):
        return not_run(
            ID,
            vendor,
            msg("the agreement has no rate card"),
            msg("the signed rate card with a line for every unit on the invoice"),
        )
    evidence = term_evidence(ID, vendor, found[vendor], own, scope)
    peers = _peers(vendor, lines, found)
    if peers is not None:
        evidence = [_with_peers(one, peers) for one in evidence]
    evidence.sort(
        key=lambda one: (one.review_only, -(one.money.point if one.money else Decimal(0)))
    )
    return Answer(vendor, _statement(own, found[vendor]), len(own), tuple(evidence))


def _with_peers(one: Evidence, peers: Message) -> Evidence:
    """Return evidence with the rate of the other vendors in what was observed."""
    return replace(one, condition=sentences([one.condition, peers]))


def _peers(
    vendor: str, lines: Mapping[str, Sequence[Reading]], found: Mapping[str, Findings]
) -> Message | None:
    others = [name for name in lines if name != vendor and lines[name]]
    n = sum(len(lines[name]) for name in others)
    if not n:
        return None
    share = sum(_departing(found[name]) for name in others) / n
    return msg("lines that depart from the card at the other vendors: %(share)s",
               share=Percent(share, 1))  # fmt: skip


def _departing(found: Findings) -> int:
    return len({id(one.line) for kind in found.by_reason.values() for one in kind.lines})


def _statement(own: Sequence[Reading], found: Findings) -> Message:
    return msg(
        "lines: %(n)s; not as the card in force says: %(departing)s",
        n=Count(len(own)), departing=Count(_departing(found)),
    )  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_(
        "Is each line priced by the card in force on the service date, listed, in term, and "
        "one-off fees once?"
    ),
    kind="fact",
    family="m",
    needs=(
        Need("invoice_lines", ("period_start", "period_end", "unit", "quantity", "unit_price")),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=line_rows,
    row_report="invoice_lines",
    honest_explanations=(
        N_("an addendum with the price, the unit or the fee was signed and is not filed"),
        N_("the contract went on by silence or by letter after its last day"),
        N_("the invoice names the campaign or the unit by another word than the card"),
        N_("a fixed line settles something agreed for this month alone"),
    ),
    what_would_clear_it=N_(
        "the signed clause, addendum or order with the price, the fee or the days of the named "
        "lines"
    ),
    catches="wrong_price",
    minimum_n=1,
    about=N_(
        "Each line is set against the card in force while its service ran. Prices are compared "
        "as they are written, with VAT or without; where a price changed inside the days of a "
        "line the minutes of the log weight it; steps of volume are worked out for the month. "
        "Fixed lines need a clause that pays for them, and each clause pays once. Lines that a "
        "credit takes back are left out. Money is what was charged less what the same quantity "
        "costs by the card."
    ),
)
