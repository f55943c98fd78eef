"""Which rounding rule reproduces the vendor's billed seconds, and is it the agreed one?

A call log that shows the seconds billed for each call shows the rule behind them: whole
minutes where six seconds were agreed, ringing on the clock, a minimum nobody signed. The
rule explains the difference, and a vendor concedes a rule it can check on five calls
sooner than a sum.

Method: every call is rated by the line of the card in force when it starts. What was added
to the clock of a call depends, under any rule, on the clock alone; so the seconds added
most often at each second (longer calls: at each second of the minute) are enough to try
all rules in use: eight clocks, the increments of the trade, three ways of rounding, minima
and free seconds, then constants before and after the rounding, whole hours and minutes
read as hours. The best one is told with the share of calls it reproduces to the second; if
it leaves more than one call in a hundred, none is named. The excess is exact: billed less
rated seconds, calls billed below the card set off, above the tolerance of the card. A
difference that goes both ways without a rule, a constant of a few seconds, which clocks of
two servers show too, or seconds that the minutes of the invoice leave out, only ask.

Source: schemes S2 and S6; the pulses of telephone tariffs (initial and next increment,
minimum, free seconds), tried in reverse.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import (
    amount,
    lowest_price,
    minutes,
    money_text,
    not_run,
    of_vendor,
    price_text,
    sentences,
    without_billed_seconds,
)
from vendoreval.checks._invoiced import Invoiced
from vendoreval.checks._priced import cards_of
from vendoreval.checks._rounding import (
    ExampleCall,
    LineSeen,
    lines_seen,
    payable,
    priced_calls,
    reduced,
)
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Step, Tables
from vendoreval.rating import minute_rates, money_of, net_of_vat
from vendoreval.rating.rules import Rule
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "rounding_rule"
MINIMUM_N: Final = 30
# stamps of two servers may differ by so much on every call
_CLOCKS_APART: Final = 3


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = priced_calls(tables, scope)
    lines = minute_rates(cards_of(scope))
    above = calls.filter(
        payable(calls, lines), calls.talk_seconds > 0, calls.billed_seconds > calls.rated_seconds
    )
    return above.select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "disposition", "rate_item",
        "talk_seconds", "hold_seconds", "ring_seconds", "wrap_seconds", "rated_seconds",
        "billed_seconds", seconds=above.billed_seconds - above.rated_seconds,
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(of_vendor(frame, vendor), vendor, scope) for vendor in scope.vendors]


def _answer(own: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    seen = lines_seen(own, vendor, scope)
    n = sum(line.n for line in seen)
    if not seen:
        return without_billed_seconds(ID, vendor)
    judged = [line for line in seen if line.n >= MINIMUM_N]
    if not judged:
        return not_run(
            ID, vendor, msg("too few calls to show a rule: %(n)s", n=Count(n)),
            msg("the call log of a longer period"), n,
        )  # fmt: skip
    departing = [line for line in judged if _departs(line)]
    rated, excess = sum(line.rated for line in seen), sum(line.excess for line in departing)
    left_out = Invoiced.of(own, scope.period).holds(rated, excess) is False if departing else False
    evidence = [_evidence(line, vendor, scope, left_out=left_out) for line in departing]
    return Answer(vendor, sentences([_statement(line) for line in judged]), n, tuple(evidence))


def _tolerance(line: LineSeen) -> Decimal:
    """Return the minutes both sides accept as clock noise."""
    agreed = line.line.item.invoice_tolerance
    return max(agreed.relative * minutes(line.rated), agreed.absolute)


def _departs(line: LineSeen) -> bool:
    return minutes(line.excess) > _tolerance(line)


def _rule(line: LineSeen) -> Rule | None:
    """Return the rule behind the billed seconds, when there is one and it is not the card's."""
    found = line.inference
    if found is None or not found.is_explained or found.is_agreed:
        return None
    return found.best.rule


def _only_asks(line: LineSeen) -> bool:
    rule = _rule(line)
    if rule is None:
        return line.below * 4 > line.above
    agreed = Rule.of(line.line)
    constant = rule.added_seconds - agreed.added_seconds + rule.shifted_seconds
    alike = (rule.first, rule.following, rule.clock) == (
        agreed.first, agreed.following, agreed.clock,
    )  # fmt: skip
    return alike and 0 < constant <= _CLOCKS_APART


def _statement(line: LineSeen) -> Message:
    found, rule = line.inference, _rule(line)
    if found is None:
        return msg("calls: %(n)s", n=Count(line.n))
    share = Percent(found.best.share, 1)
    if rule is not None:
        return msg(
            "billed by the rule %(rule)s (%(share)s of %(n)s calls), agreed: %(agreed)s",
            rule=rule.describe(), share=share, n=Count(line.n),
            agreed=Rule.of(line.line).describe(),
        )  # fmt: skip
    if found.is_explained:
        return msg(
            "billed as agreed: %(rule)s (%(share)s of %(n)s calls)",
            rule=found.best.rule.describe(), share=share, n=Count(line.n),
        )  # fmt: skip
    return msg(
        "no rule explains the billed seconds; the nearest one, %(rule)s, reproduces %(share)s of "
        "%(n)s calls; billed above the card: %(above)s, below: %(below)s",
        rule=found.best.rule.describe(), share=share, n=Count(line.n), above=Count(line.above),
        below=Count(line.below),
    )  # fmt: skip


def _evidence(line: LineSeen, vendor: str, scope: Scope, *, left_out: bool) -> Evidence:
    """Return the evidence of a line; seconds that the invoice leaves out only ask."""
    item, rule = line.line.item, _rule(line)
    money, steps = _money(line)
    priced = item.currency == scope.currency
    title = (
        msg("Calls are billed by another rounding rule than the card's")
        if rule is not None
        else msg("The seconds billed for calls lie above the card")
    )
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(minutes(line.billed)),
        expected=float(minutes(line.rated)),
        unit="minutes",
        n=line.n,
        title=title,
        condition=_condition(line, left_out=left_out),
        criteria=msg(
            "the card counts: %(rule)s; its tolerance is %(tolerance)s minutes net",
            rule=Rule.of(line.line).describe(), tolerance=Number(float(_tolerance(line)), 2),
        ),
        review_only=left_out or _only_asks(line),
        minutes=Range.exact(minutes(line.excess)),
        money=Range.exact(money) if priced else None,
        per_call=True,
        part="above_card",
        effect=msg(
            "seconds billed above the card: %(excess)s, %(money)s net of VAT",
            excess=Count(line.excess), money=Money(money, item.currency),
        ),
        cause=msg(
            "probably the billing system counts by another rule than the signed card, or an "
            "amended card is not filed"
        ),
        arithmetic=steps if priced else (),
        ask=(
            msg("by which rule are calls rounded, and which document agrees on it"),
            msg("a credit note for the seconds above the card"),
        ),
        filters={"vendor": vendor, "rate_item": line.line.key},
    )  # fmt: skip


def _condition(line: LineSeen, *, left_out: bool) -> Message:
    told = [
        _statement(line),
        msg(
            "calls billed above the card: %(above)s, below: %(below)s; seconds billed "
            "%(billed)s, by the card %(rated)s",
            above=Count(line.above), below=Count(line.below), billed=Count(line.billed),
            rated=Count(line.rated),
        ),
    ]  # fmt: skip
    if left_out:
        told.append(msg("the minutes of the invoice leave them out"))
    found, rule = line.inference, _rule(line)
    if found is not None and rule is not None and found.rivals:
        told.append(
            msg("these calls cannot tell it from: %(rules)s",
                rules=tuple(rival.rule.describe() for rival in found.rivals))
        )  # fmt: skip
    told += [_example(call, rule) for call in line.examples]
    charged = [f"{code} ({billed}/{n})" for code, (n, billed) in line.unpaid.items() if billed]
    if charged:
        told.append(
            msg("outcomes the card does not pay for have billed seconds too: %(codes)s",
                codes=", ".join(charged))
        )  # fmt: skip
    return sentences(told)


def _example(call: ExampleCall, rule: Rule | None) -> Message:
    talk, card, billed = Count(call.talk), Count(call.rated), Count(call.billed)
    if rule is None:
        return msg(
            "call %(call)s: talk %(talk)s s, card %(card)s s, billed %(billed)s s",
            call=call.call_id, talk=talk, card=card, billed=billed,
        )  # fmt: skip
    counted = rule.count_call(call.talk, call.hold, call.ring, call.wrap)
    return msg(
        "call %(call)s: talk %(talk)s s, card %(card)s s, this rule %(rule)s s, billed "
        "%(billed)s s",
        call=call.call_id, talk=talk, card=card, rule=Count(counted), billed=billed,
    )  # fmt: skip


def _money(line: LineSeen) -> tuple[Decimal, tuple[Step, ...]]:
    """Return what the excess is worth; under steps of volume at their lowest price."""
    item = line.line.item
    price = lowest_price(item)
    worth = amount(net_of_vat(money_of(line.excess, price), item))
    steps = [
        Step(msg("%(n)s", n=Count(line.billed)), msg("seconds billed")),
        Step(msg("%(n)s", n=Count(line.rated)), msg("seconds by the card"), "−"),
        Step(msg("%(n)s", n=Count(60)), msg("seconds in a minute"), "÷"),
        Step(msg("%(n)s", n=price_text(price)), msg("price of a minute on the card"), "×"),
    ]
    if item.vat_mode == "gross":
        divisor = msg("%(n)s", n=price_text(1 + item.vat_rate))
        steps.append(Step(divisor, msg("the price includes VAT"), "÷"))
    result = Step(money_text(worth, item.currency), msg("net of VAT"), "=")
    return worth, (*steps, result)


CHECK = Check(
    id=ID,
    question=N_(
        "Which rounding rule reproduces the vendor's billed seconds, and is it the agreed one?"
    ),
    kind="fact",
    family="m",
    needs=(Need("calls", ("talk_seconds", "disposition", "billed_seconds")),),
    reduce=reduced,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("an amended card with this rule was signed and is not in the agreement"),
        N_(
            "the log counts from another instant than the billing system, so that every call "
            "differs by the same few seconds"
        ),
        N_("the seconds billed were taken from the carrier, whose clock is another one"),
        N_("hold, ringing or the work after the call are billable by an annex"),
    ),
    what_would_clear_it=N_(
        "the signed document with the rule that was used, or the stamps of dial, answer and end "
        "of the named calls from the carrier"
    ),
    catches="rounded_up",
    minimum_n=MINIMUM_N,
    about=N_(
        "Where the call log shows the seconds billed for each call, the rule behind them can be "
        "read: the usual increments, minima, free seconds and clocks are all tried on what was "
        "billed, and the best one is told with the share of calls it reproduces to the second. "
        "Each call is rated by the line of the card in force when it starts; the excess is billed "
        "less rated seconds, calls billed below the card set off, above the card's tolerance. A "
        "difference that goes both ways without a rule, a constant of a few seconds, or seconds "
        "that the minutes of the invoice leave out, only ask."
    ),
)
